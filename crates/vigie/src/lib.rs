//! The program: one role a service, the ways in, the questions, and the command line.

pub mod contacts;
pub mod intake;
pub mod tenants;
