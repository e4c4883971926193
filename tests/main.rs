//! Tests that cross crates: the floors of the house, and (from here on) whatever takes more than
//! one room.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "this is all test code, helpers included"
)]

mod architecture;
mod real_data;
