//! Alerts as they are told over NATS, on a real server.
#![expect(
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::manual_assert,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code: it measures, and says where it cannot go on"
)]

mod killed;
mod permitted;
mod support;
mod told;
#[path = "../schemas/valid.rs"]
mod valid;
