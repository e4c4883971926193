mod audit;
mod say;

mod stories;

mod laws;
