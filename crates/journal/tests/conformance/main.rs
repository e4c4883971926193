//! One suite for every place where journals are kept, and the bad days of a real server.

mod bad_days;
mod proxy;
mod suite;
mod support;
mod verify;
