//! Dossiers as collectors get them.

mod papers;
mod sample;
mod sealed;
mod sums;
