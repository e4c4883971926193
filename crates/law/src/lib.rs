//! What holds on a date, as data with sources: rates, margins, fixed sums, limits and deadlines;
//! when an invoice falls due, and which days are business days; what a late debt bears, and what
//! a payment settles first; what being paid early costs.
//!
//! Everything here is a function of its arguments. The laws of many states stand in tables that
//! name the statute they come from; a table is corrected by adding a row, not by changing code.
//!
//! ```
//! use law::{Debt, Jurisdiction, Regime, Table};
//! use money::{Currency, Money};
//!
//! let principal = Money::new(1_000_000, Currency::EUR);
//! let due_on = "2025-05-31".parse()?;
//! let debt = Debt::new(Regime::Statutory(Jurisdiction::France), principal, due_on);
//! let interest = debt.interest(Table::shipped(), "2025-08-31".parse()?)?;
//! assert_eq!(interest.total, Money::new(31_447, Currency::EUR));
//! assert_eq!(interest.lines.len(), 2);
//! assert!(interest.lines[0].rows[1].source.contains("L441-10"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod jurisdiction;
pub mod table;

pub mod calendar;
pub mod deadline;
pub mod discount;
pub mod impact;
pub mod imputation;
pub mod interest;
pub mod terms;

pub use calendar::Calendar;
pub use deadline::{Deadline, DeadlineError};
pub use discount::{Offer, bank_discount};
pub use impact::{impact, impact_of};
pub use interest::{Basis, DayCount, Debt, Interest, InterestError, Movement, Regime, RegimeError};
pub use jurisdiction::{Jurisdiction, UnknownJurisdiction};
pub use table::{NoRow, Row, Rule, Table, Unit};
pub use terms::Terms;
