mod deadlines;
mod laws;
mod performance;
mod placements;
mod rights;
mod routes;
mod stories;
mod world;
