mod deadlines;
mod laws;
mod rights;
mod routes;
mod stories;
mod world;
