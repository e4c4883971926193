mod laws;
mod stories;
mod worklist;
mod world;
