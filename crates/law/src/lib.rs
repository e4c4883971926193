//! What holds on a date, as data with sources: when an invoice falls due, and which days are
//! business days.
//!
//! Everything here is a function of its arguments. The laws of many states stand in tables that
//! name the statute they come from; a table is corrected by adding a row, not by changing code.

pub mod calendar;
pub mod terms;

pub use calendar::Calendar;
pub use terms::Terms;
