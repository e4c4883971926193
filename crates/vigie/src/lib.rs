//! The program: one role a service, the ways in, the questions, and the command line.

pub mod announce;
pub mod ask;
pub mod audit;
pub mod bench;
pub mod cli;
pub mod client;
pub mod cloud_event;
pub mod config;
pub mod contacts;
mod delivery;
pub mod demo;
mod door;
mod grpc;
pub mod import;
pub mod inbox;
mod intake;
pub mod law;
pub mod lead;
pub mod prepare;
pub mod refused;
pub mod scorecards;
pub mod scores;
pub mod serve;
mod survey;
pub mod telemetry;
pub mod tenants;
pub mod wall;
