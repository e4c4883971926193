//! One suite for every place where journals are kept, and the bad days of a real server.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "this is all test code, helpers included"
)]

mod cluster;
mod damage;
mod outage;
mod permissions;
mod preflight;
mod proxy;
mod suite;
mod support;
mod tampering;
