//! Runs one context on a journal.

pub mod engine;
