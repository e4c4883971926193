//! The program: one role a service, the ways in, the questions, and the command line.

pub mod audit;
pub mod cli;
pub mod cloud_event;
pub mod config;
pub mod contacts;
mod grpc;
pub mod intake;
pub mod refused;
pub mod serve;
pub mod telemetry;
pub mod tenants;
pub mod wall;
