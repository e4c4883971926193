mod assigned;
mod backtest;
mod laws;
mod mistakes;
mod presentation;
mod stories;
mod worklist;
mod world;
