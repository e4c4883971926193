//! What a scorecard says of a customer.

pub mod odds;
