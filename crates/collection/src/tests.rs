mod deadlines;
mod laws;
mod rights;
mod stories;
mod world;
