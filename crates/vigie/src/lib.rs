//! The program: one role a service, the ways in, the questions, and the command line.

pub mod cloud_event;
pub mod contacts;
pub mod intake;
pub mod refused;
pub mod tenants;
