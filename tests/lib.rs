//! Stories, simulation and end-to-end tests of the whole house: see `main.rs`.
