//! What producers send over NATS, on a real server.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on says where"
)]

mod ask;
mod bad_input;
mod collection;
mod credit;
mod dunning;
mod durable;
mod import;
mod support;
#[path = "../schemas/valid.rs"]
mod valid;
