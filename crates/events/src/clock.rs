//! Time, as facts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What the clock says, to the whole tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A business day began.
    DayOpened {
        /// Which.
        #[serde(with = "crate::date")]
        date: NaiveDate,
    },
}
