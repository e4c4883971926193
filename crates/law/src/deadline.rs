//! By when something must be done: months and years counted from an event.
//!
//! A time in months ends on the same day of the month as the event, or on the last day of a month
//! that is shorter. In France a last day on which courts are closed moves to the next working day
//! (CPC art. 641 and 642); a claim that is lost by time is not saved that way, so prescriptions
//! stay where they fall.

use chrono::{Datelike, Months, NaiveDate, Weekday};
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use crate::{Jurisdiction, NoRow, Row, Rule, Table, Unit};

/// The last day for something, and how it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// What must be done.
    pub rule: Rule,
    /// Whose law it is.
    pub jurisdiction: Jurisdiction,
    /// The day of the event from which time is counted.
    pub event_on: NaiveDate,
    /// Where the months or years end.
    pub counted_to: NaiveDate,
    /// The last day on which it can be done.
    pub last_day: NaiveDate,
    /// Why the last day is not where the count ended: `Saturday`, `Sunday` or a holiday's name.
    pub moved_by: Option<&'static str>,
    /// The row of law.
    pub row: Row,
}

/// Why there is no deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeadlineError {
    /// A rule that is about something else.
    #[error("{0} is no deadline")]
    NotADeadline(Rule),
    /// No time is known for an event of that day.
    #[error(transparent)]
    NoRow(#[from] NoRow),
    /// The last day lies beyond the year 262142.
    #[error("{rule} counted from {event_on} ends beyond the calendar")]
    BeyondCalendar {
        /// What must be done.
        rule: Rule,
        /// The day of the event.
        event_on: NaiveDate,
    },
}

/// The last day for `rule` when the event it is counted from was on `event_on`.
///
/// The row is that in force on the day of the event: an order made before a change keeps its time.
pub fn deadline(
    table: &Table,
    rule: Rule,
    jurisdiction: Jurisdiction,
    event_on: NaiveDate,
) -> Result<Deadline, DeadlineError> {
    if !rule.is_deadline() {
        return Err(DeadlineError::NotADeadline(rule));
    }
    let row = table.on(rule, jurisdiction, event_on)?;
    let beyond = DeadlineError::BeyondCalendar { rule, event_on };
    let count = row.value.to_u32().ok_or(beyond)?;
    let months = if row.unit == Unit::Years { count.checked_mul(12).ok_or(beyond)? } else { count };
    let counted_to = event_on.checked_add_months(Months::new(months)).ok_or(beyond)?;

    let calendar = jurisdiction.calendar();
    let moves = row.unit == Unit::MonthsToWorkingDay && !calendar.is_business_day(counted_to);
    let last_day = if moves { calendar.next_business_day(counted_to) } else { counted_to };
    let moved_by = moves.then(|| {
        calendar.holiday_name(counted_to).unwrap_or(match counted_to.weekday() {
            Weekday::Sat => "Saturday",
            Weekday::Sun
            | Weekday::Mon
            | Weekday::Tue
            | Weekday::Wed
            | Weekday::Thu
            | Weekday::Fri => "Sunday",
        })
    });
    let row = row.clone();
    Ok(Deadline { rule, jurisdiction, event_on, counted_to, last_day, moved_by, row })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("the test writes dates as YYYY-MM-DD")
    }

    #[track_caller]
    fn last_day(rule: Rule, event_on: &str) -> String {
        let found = deadline(Table::shipped(), rule, Jurisdiction::France, day(event_on));
        found.unwrap_or_else(|error| panic!("{error}")).last_day.to_string()
    }

    #[test]
    fn rights_in_an_insolvency_are_counted_from_its_publication() {
        for (published_on, claim, claim_abroad, relief, title) in [
            ("2025-12-31", "2026-03-02", "2026-04-30", "2026-06-30", "2026-03-31"),
            ("2026-01-31", "2026-03-31", "2026-06-01", "2026-07-31", "2026-04-30"),
        ] {
            assert_eq!(last_day(Rule::ClaimFiling, published_on), claim);
            assert_eq!(last_day(Rule::ClaimFilingAbroad, published_on), claim_abroad);
            assert_eq!(last_day(Rule::ReliefFromForeclosure, published_on), relief);
            assert_eq!(last_day(Rule::TitleClaim, published_on), title);
        }
    }

    #[test]
    fn a_payment_order_is_served_within_six_months_and_within_three_since_september_2026() {
        assert_eq!(last_day(Rule::PaymentOrderService, "2026-08-31"), "2027-03-01");
        assert_eq!(last_day(Rule::PaymentOrderService, "2026-09-01"), "2026-12-01");
        assert_eq!(last_day(Rule::PaymentOrderOpposition, "2026-04-14"), "2026-05-15");
    }

    #[test]
    fn a_deadline_says_why_it_is_not_where_the_count_ended() {
        let on = |event_on| {
            deadline(Table::shipped(), Rule::ClaimFiling, Jurisdiction::France, day(event_on))
                .expect("a deadline")
        };
        let saturday = on("2025-12-31");
        assert_eq!((saturday.counted_to, saturday.moved_by), (day("2026-02-28"), Some("Saturday")));
        assert!(saturday.row.source.contains("R622-24"));
        let ascension = on("2026-03-14");
        assert_eq!(ascension.moved_by, Some("Ascension Day"));
        assert_eq!(ascension.last_day, day("2026-05-15"));
        assert_eq!(on("2026-01-31").moved_by, None);
    }

    #[test]
    fn a_claim_is_lost_by_time_on_a_sunday_too() {
        assert_eq!(last_day(Rule::Prescription, "2023-01-02"), "2028-01-02");
        assert_eq!(day("2028-01-02").weekday(), Weekday::Sun);
        assert_eq!(last_day(Rule::PrescriptionConsumer, "2024-02-29"), "2026-02-28");
        assert_eq!(last_day(Rule::PrescriptionTransport, "2025-05-31"), "2026-05-31");
    }

    #[test]
    fn what_is_no_deadline_or_not_known_is_an_error() {
        let table = Table::shipped();
        let [france, germany] = [Jurisdiction::France, Jurisdiction::Germany];
        assert_eq!(
            deadline(table, Rule::Margin, france, day("2026-01-01")),
            Err(DeadlineError::NotADeadline(Rule::Margin))
        );
        let unknown = deadline(table, Rule::Prescription, germany, day("2026-01-01"));
        assert_eq!(
            unknown.expect_err("no row").to_string(),
            "no prescription of DE is known for 2026-01-01"
        );
        let error = deadline(table, Rule::Prescription, france, NaiveDate::MAX);
        assert!(matches!(error, Err(DeadlineError::BeyondCalendar { .. })));
    }
}
