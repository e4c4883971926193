mod laws;
mod mistakes;
mod stories;
mod world;
