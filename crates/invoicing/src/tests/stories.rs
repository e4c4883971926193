//! Invoicing, told as stories. Unless it says otherwise the year is 2026, the currency the euro, the
//! terms 30 days, and money without a sign settles what was due first.

mod allocation;
pub(super) mod assignments;
mod customers;
mod deposits;
mod invoices;
mod payments;

mod causes;
mod disputes;
mod plans;
mod promises;
mod terms;
mod write_offs;

mod producers;
mod questions;
