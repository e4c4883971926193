mod laws;
mod say;
mod stories;
