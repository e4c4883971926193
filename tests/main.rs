//! Tests that cross crates: the floors of the house, and (from here on) whatever takes more than
//! one room.

mod architecture;
