//! Learns scorecards from what was known and what came of it, and says how good they are.
//!
//! Of payments ([`learn()`]): each figure is cut into bins, each bin is worth something, and the sum
//! is the log-odds of a late payment, or the expected days. Neighbouring bins lean towards each other
//! and all towards nothing, as strongly as so many rows would; whatever is certainly known of a
//! figure's direction is kept to. Of credit files, which have no days and many columns that say
//! little each for itself: [`Table`], a list of questions.
//!
//! Nothing is drawn by lot: the same rows give the same scorecard, byte for byte, on every machine,
//! for there is nothing in it but `+ − × ÷ √` and the functions of a library written in Rust.

#![expect(
    clippy::float_arithmetic,
    reason = "no money is counted here; what is learned leaves as whole numbers"
)]

mod algebra;
mod bins;
mod fit;
mod number;

mod learn;
mod row;
mod table;

mod quality;
mod report;

#[cfg(test)]
mod tests;

pub use learn::{Untaught, chances, learn, sum};
pub use quality::{Days, Odds, Reliability, days, odds, stability};
pub use report::{Report, Standing, folds, report};
pub use row::{Forecast, Outcome, Row};
pub use table::{Borrower, Reason, Table};
