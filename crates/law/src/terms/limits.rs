//! Whether terms are longer than the law lets them be.

use std::fmt;

use chrono::{Days, NaiveDate};
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::{BeyondCalendar, Step, Terms, end_of_month};
use crate::{Jurisdiction, NoRow, Row, Rule, Table};

/// What an invoice is, as far as the law sets other limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Between businesses, for one delivery.
    #[default]
    Ordinary,
    /// Between businesses, for the deliveries of a period.
    Periodic,
    /// To a public body.
    ToPublicBody,
}

/// Terms above the legal limit, as they work out for one invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The terms; `None` where only the due date is known.
    pub terms: Option<Terms>,
    /// When the invoice falls due.
    pub due_on: NaiveDate,
    /// The last day the law allows, counted from the invoice.
    pub latest_on: NaiveDate,
    /// The row of law, with the statute.
    pub row: Row,
}

/// Why terms cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WarnError {
    /// No limit is known for the day of the invoice.
    #[error(transparent)]
    NoRow(#[from] NoRow),
    /// The invoice falls due beyond the calendar.
    #[error(transparent)]
    BeyondCalendar(#[from] BeyondCalendar),
}

/// What speaks against `terms` for an invoice of `issued_on`: nothing, or one limit that its due
/// date is beyond.
///
/// It is the due date of this invoice that is judged, so terms may pass in one month and not in the
/// next. Days are counted from the invoice, also where a statute counts from receipt. Terms to the
/// end of a month may, in France, use either reading of 45 days end of month.
pub fn warn(
    table: &Table,
    terms: Terms,
    jurisdiction: Jurisdiction,
    kind: Kind,
    issued_on: NaiveDate,
) -> Result<Vec<Warning>, WarnError> {
    let due_on = terms.due_on(issued_on)?;
    let to_end_of_month = terms.steps().any(|step| match step {
        Step::EndOfMonth | Step::DayOfNextMonth(_) => true,
        Step::Days(_) | Step::Months(_) | Step::DayOfMonth(_) => false,
    });
    let limit = limit(table, jurisdiction, kind, issued_on, to_end_of_month)?;
    let (latest_on, row) = limit.ok_or(BeyondCalendar { issued_on, terms })?;
    let warning = Warning { terms: Some(terms), due_on, latest_on, row: row.clone() };
    Ok(if due_on > latest_on { vec![warning] } else { Vec::new() })
}

/// What speaks against a due date of which the terms are not known, for an invoice of `issued_on`.
///
/// It may follow from the end of a month, so it is held against the latest day that any terms may
/// reach.
pub fn warn_due(
    table: &Table,
    due_on: NaiveDate,
    jurisdiction: Jurisdiction,
    kind: Kind,
    issued_on: NaiveDate,
) -> Result<Option<Warning>, NoRow> {
    let limit = limit(table, jurisdiction, kind, issued_on, true)?;
    Ok(limit.filter(|(latest_on, _)| due_on > *latest_on).map(|(latest_on, row)| Warning {
        terms: None,
        due_on,
        latest_on,
        row: row.clone(),
    }))
}

/// The last day allowed, and the row that says so; none beyond the calendar.
fn limit(
    table: &Table,
    jurisdiction: Jurisdiction,
    kind: Kind,
    issued_on: NaiveDate,
    to_end_of_month: bool,
) -> Result<Option<(NaiveDate, &Row)>, NoRow> {
    let special = match kind {
        Kind::Ordinary => None,
        Kind::Periodic => table.on(Rule::TermsMaxPeriodic, jurisdiction, issued_on).ok(),
        Kind::ToPublicBody => table.on(Rule::TermsMaxPublic, jurisdiction, issued_on).ok(),
    };
    let row = match special {
        Some(row) => row,
        None => table.on(Rule::TermsMax, jurisdiction, issued_on)?,
    };
    let days_later = |day: NaiveDate, row: &Row| {
        row.value.to_u64().and_then(|days| day.checked_add_days(Days::new(days)))
    };
    let Some(latest) = days_later(issued_on, row) else { return Ok(None) };
    if to_end_of_month
        && special.is_none()
        && let Ok(row) = table.on(Rule::TermsMaxThenEndOfMonth, jurisdiction, issued_on)
    {
        let days_first = days_later(issued_on, row).and_then(end_of_month);
        let month_first = end_of_month(issued_on).and_then(|end| days_later(end, row));
        let Some(to_end) = days_first.max(month_first) else { return Ok(None) };
        if to_end > latest {
            return Ok(Some((to_end, row)));
        }
    }
    Ok(Some((latest, row)))
}

impl Warning {
    /// By how many days the invoice falls due after the last day the law allows; more than 0.
    pub fn excess_days(&self) -> i64 {
        (self.due_on - self.latest_on).num_days()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Warning { terms, due_on, latest_on, row } = self;
        match terms {
            Some(terms) => write!(f, "terms {terms} fall due on {due_on}")?,
            None => write!(f, "it falls due on {due_on}")?,
        }
        let (jurisdiction, source) = (row.jurisdiction, &row.source);
        write!(f, ", after {latest_on}, the last day allowed in {jurisdiction} ({source})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("the test writes dates as YYYY-MM-DD")
    }

    /// The last day allowed, if the terms go beyond it.
    #[track_caller]
    fn latest(
        terms: &str,
        jurisdiction: Jurisdiction,
        kind: Kind,
        issued_on: &str,
    ) -> Option<String> {
        let terms = terms.parse().expect("the test writes terms");
        let warnings = warn(Table::shipped(), terms, jurisdiction, kind, day(issued_on));
        let warnings = warnings.unwrap_or_else(|error| panic!("{error}"));
        warnings.first().map(|warning| warning.latest_on.to_string())
    }

    #[test]
    fn sixty_days_or_forty_five_to_the_end_of_a_month_are_lawful_in_france() {
        for (terms, issued_on, beyond) in [
            ("60 days", "2025-04-10", None),
            ("61 days", "2025-04-10", Some("2025-06-09")),
            ("90 j", "2025-04-10", Some("2025-06-09")),
            ("45 j fin de mois", "2026-01-15", None),
            ("45 j fdm (B)", "2026-01-01", None),
            ("60 j fin de mois", "2026-01-01", Some("2026-03-17")),
            ("2 mois fin de mois", "2026-03-10", Some("2026-05-15")),
            ("60 j fin de mois le 10", "2026-03-10", Some("2026-05-15")),
            // Two months may be 61 days, or 62.
            ("2 mois", "2026-03-10", Some("2026-05-09")),
            ("2 mois", "2026-01-10", None),
            ("comptant", "2026-01-10", None),
        ] {
            let found = latest(terms, Jurisdiction::France, Kind::Ordinary, issued_on);
            assert_eq!(found.as_deref(), beyond, "{terms} from {issued_on}");
        }
    }

    #[test]
    fn a_periodic_invoice_has_forty_five_days_in_france_and_no_end_of_month() {
        let of = |terms, issued_on| latest(terms, Jurisdiction::France, Kind::Periodic, issued_on);
        assert_eq!(of("45 days", "2026-01-31"), None);
        assert_eq!(of("60 days", "2026-01-31").as_deref(), Some("2026-03-17"));
        assert_eq!(of("45 j fin de mois", "2026-01-15").as_deref(), Some("2026-03-01"));
        // Elsewhere it is like any other.
        assert_eq!(latest("60 days", Jurisdiction::Germany, Kind::Periodic, "2026-01-31"), None);
    }

    #[test]
    fn a_public_body_has_thirty_days() {
        let public =
            |jurisdiction| latest("45 days", jurisdiction, Kind::ToPublicBody, "2026-01-01");
        assert_eq!(public(Jurisdiction::Union).as_deref(), Some("2026-01-31"));
        assert_eq!(public(Jurisdiction::Germany).as_deref(), Some("2026-01-31"));
    }

    #[test]
    fn a_due_date_without_terms_has_the_latest_day_of_any_terms() {
        let of = |due_on| {
            let (france, issued_on) = (Jurisdiction::France, day("2026-01-15"));
            warn_due(Table::shipped(), day(due_on), france, Kind::Ordinary, issued_on)
                .expect("a limit")
        };
        // 45 days, then to the end of the month.
        assert_eq!(of("2026-03-31"), None);
        let warning = of("2026-04-02").expect("two days beyond");
        assert_eq!((warning.excess_days(), warning.row.rule), (2, Rule::TermsMaxThenEndOfMonth));
        assert!(warning.to_string().starts_with("it falls due on 2026-04-02, after 2026-03-31"));
    }

    #[test]
    fn a_warning_names_the_statute() {
        let terms = "90 days".parse().expect("terms");
        let issued_on = day("2026-01-01");
        let warnings =
            warn(Table::shipped(), terms, Jurisdiction::France, Kind::Ordinary, issued_on);
        assert_eq!(
            warnings.expect("a limit")[0].to_string(),
            "terms 90 days fall due on 2026-04-01, after 2026-03-02, the last day allowed in FR (C. com. art. L441-10 I (before 2019-04-26: L441-6 I): from the date of issue)"
        );
    }

    #[test]
    fn terms_of_a_day_whose_law_is_not_known_are_not_judged() {
        let terms = "90 days".parse().expect("terms");
        let early =
            warn(Table::shipped(), terms, Jurisdiction::France, Kind::Ordinary, day("2008-12-31"));
        let error = early.expect_err("before the limits");
        assert_eq!(error.to_string(), "no terms_max of FR is known for 2008-12-31");
    }
}
