mod assigned;
mod deadlines;
mod laws;
mod placements;
mod rights;
mod routes;
mod stories;
mod world;
