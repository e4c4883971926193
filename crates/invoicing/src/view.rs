//! What queries answer: plain values computed from an account, each for the end of a day, whenever
//! the facts of that day were recorded.
//!
//! Amounts of different currencies are never added without [`Rates`] that the caller names.

mod as_of;

mod account;
mod aging;
mod assignments;
mod balance;
mod causes;
mod claims;
mod course;
mod debt;
mod indicators;
mod invoice;
mod open_items;
mod owed;
mod payment;
mod rates;
mod statement;
mod supposed;
mod turnover;

pub use account::{
    DisputeView, PlanState, PlanView, PromiseState, PromiseView, UnallocatedSource, View,
    WriteOffState, WriteOffView,
};
pub use aging::{AgedBalance, Bounds, BoundsError, Bucket};
pub use assignments::{AssignmentState, AssignmentTerms, AssignmentView, Holder, Shares};
pub use balance::{Balance, balances};
pub use causes::{Contests, DisputeCauses, OutcomeShare};
pub use claims::{Claim, Receipt, Received};
pub use course::Course;
pub use debt::{AgreedPlan, Debt};
pub use indicators::{Indicator, Input, Inputs, Kind, Period, PeriodError, Unit, Value};
pub use invoice::{AllocationView, InvoiceState, InvoiceView};
pub use open_items::{Filter, Key, OpenItem, OrderBy, OrderByError, Total};
pub use owed::{OpenPromise, Owed, OwedItem};
pub use payment::{PaymentState, PaymentView};
pub use rates::{MissingRate, Rate, Rates};
pub use statement::{Line, LineKind, Statement, statements};
pub use turnover::Turnover;
