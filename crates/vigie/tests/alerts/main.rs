//! Alerts as they are told over NATS, on a real server.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on says where"
)]

mod killed;
mod permitted;
mod support;
mod told;
#[path = "../schemas/valid.rs"]
mod valid;
