mod backtest;
mod laws;
mod stories;
mod world;
