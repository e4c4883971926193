mod backtest;
mod laws;
mod mistakes;
mod stories;
mod worklist;
mod world;
