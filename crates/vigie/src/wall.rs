//! The one place in which services read the wall clock, and the task that tells the clock services what
//! it says. Everything else hears the day from the journal.

use std::{collections::BTreeSet, time::Duration};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use clock::Command;
use tokio_util::sync::CancellationToken;

use crate::tenants::{Part, Tenants};

/// How often the wall clock is looked at, and tenants that are new.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often every tenant is told, whether or not the day has changed.
const TELL_EVERY: u32 = 30;

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Which day it is where the tenants live.
pub fn today(offset: FixedOffset) -> NaiveDate {
    now().with_timezone(&offset).date_naive()
}

/// Tells every clock service which day it is: at once, to new tenants, when the day changes, and
/// again every minute, until it is stopped. A day that is open is not opened twice.
pub async fn tell(tenants: Tenants, offset: FixedOffset, stop: CancellationToken) {
    let mut told = BTreeSet::new();
    let mut date = today(offset);
    let mut turn = 0_u32;
    while !stop.is_cancelled() {
        turn = turn.wrapping_add(1);
        if date != today(offset) || turn.is_multiple_of(TELL_EVERY) {
            date = today(offset);
            told.clear();
        }
        for tenant in tenants.all() {
            for (place, part) in tenant.parts.iter().enumerate() {
                let key = (tenant.id.clone(), place);
                if !told.contains(&key) && tell_one(part, date).await {
                    told.insert(key);
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Whether there is nobody left to tell.
async fn tell_one(part: &Part, date: NaiveDate) -> bool {
    let Some(host) = &part.clock else { return true };
    if !host.status().borrow().writes() {
        return false;
    }
    match host.ask(None, Command::Tick(date), None, None).await {
        Ok(done) => {
            if !done.events.is_empty() {
                tracing::info!(journal = ?host.journal(), %date, "a business day begins");
            }
            true
        }
        Err(error) => {
            tracing::warn!(journal = ?host.journal(), %error, "the day could not be told");
            false
        }
    }
}
