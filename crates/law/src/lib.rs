//! What holds on a date, as data with sources: rates, margins, fixed sums, caps and deadlines;
//! when an invoice falls due, and which days are business days; what a late debt bears, and what
//! a payment settles first.
//!
//! Everything here is a function of its arguments. The laws of many states stand in tables that
//! name the statute they come from; a table is corrected by adding a row, not by changing code.

mod jurisdiction;
pub mod table;

pub mod calendar;
pub mod deadline;
pub mod impact;
pub mod imputation;
pub mod interest;
pub mod terms;

pub use calendar::Calendar;
pub use deadline::{Deadline, DeadlineError};
pub use impact::{impact, impact_of};
pub use interest::{Basis, DayCount, Debt, Interest, InterestError, Movement, Regime, RegimeError};
pub use jurisdiction::{Jurisdiction, UnknownJurisdiction};
pub use table::{NoRow, Row, Rule, Table, Unit};
pub use terms::Terms;
