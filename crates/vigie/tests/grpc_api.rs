//! The gRPC services as a client meets them, on journals in memory.

#![expect(
    clippy::print_stderr,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::as_conversions,
    reason = "this is all test code"
)]

mod grpc_api {
    mod alerts;
    mod assignments;
    mod bulk;
    mod charges;
    mod collection;
    mod commands;
    mod credit;
    mod days;
    mod desk;
    mod disputes;
    mod dossier;
    mod dunning;
    mod hedges;
    mod identity;
    mod insolvency;
    mod insurance;
    #[path = "../handing/keys.rs"]
    mod keys;
    mod known_at;
    mod law;
    mod life;
    mod pages;
    mod portfolio;
    mod questions;
    mod real_server;
    mod reflection;
    mod scores;
    mod supply;
    mod support;
    mod terms;
    mod trouble;
    mod watch;
    mod web;
}
