//! What a change of the law changes: the same questions asked under two tables.

use chrono::NaiveDate;
use money::Money;
use serde::Serialize;

use crate::deadline::deadline;
use crate::{
    DeadlineError, Debt, InterestError, Jurisdiction, Row, Rule, Table, table::TableError,
};

/// A question about the law that somebody relies on the answer of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What it is called where it comes from, such as an invoice's number.
    pub id: String,
    /// What is asked.
    pub matter: Matter,
}

/// What is asked about a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// What a late debt bears up to a day.
    Interest {
        /// The debt.
        debt: Debt,
        /// The last day counted.
        until: NaiveDate,
    },
    /// By when something must be done.
    Deadline {
        /// What.
        rule: Rule,
        /// Whose law.
        jurisdiction: Jurisdiction,
        /// The day of the event from which time is counted.
        event_on: NaiveDate,
    },
}

/// The answer under one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// What the debt bears.
    Interest {
        /// Interest.
        interest: Money,
        /// What is owed at once besides.
        fixed_sum: Option<Money>,
    },
    /// The last day.
    Deadline {
        /// On which it can be done.
        last_day: NaiveDate,
    },
    /// There is none, and why: a row that is missing, for example.
    Unknown {
        /// In words.
        why: String,
    },
}

/// A case that is answered otherwise under the new law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// The case.
    pub id: String,
    /// Its answer under the old law.
    pub before: Outcome,
    /// Its answer under the new.
    pub after: Outcome,
}

impl Impact {
    /// Interest and fixed sum together, after less before; `None` where one of them is not known, or
    /// what was asked is no amount.
    pub fn change(&self) -> Option<Money> {
        self.after.amount()?.minus(self.before.amount()?).ok()
    }
}

impl Outcome {
    fn amount(&self) -> Option<Money> {
        match self {
            Outcome::Interest { interest, fixed_sum: None } => Some(*interest),
            Outcome::Interest { interest, fixed_sum: Some(sum) } => interest.plus(*sum).ok(),
            Outcome::Deadline { .. } | Outcome::Unknown { .. } => None,
        }
    }
}

/// The cases that `after` answers otherwise than `before`, in the order given.
pub fn impact(before: &Table, after: &Table, cases: &[Case]) -> Vec<Impact> {
    let both = cases.iter().map(|case| Impact {
        id: case.id.clone(),
        before: case.matter.answer(before),
        after: case.matter.answer(after),
    });
    both.filter(|it| it.before != it.after).collect()
}

/// The cases that one new row of law answers otherwise: [`impact`] of [`Table::amended`].
///
/// Fails when the row is not sound.
pub fn impact_of(table: &Table, new: Row, cases: &[Case]) -> Result<Vec<Impact>, TableError> {
    Ok(impact(table, &table.amended(new)?, cases))
}

/// What differs between two states of the law, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Rows that no longer stand as they stood: they fall away, or end otherwise.
    pub gone: Vec<Row>,
    /// Rows that stand now and did not: new ones, and what is left of those that were cut.
    pub new: Vec<Row>,
}

/// The rows in which `after` differs from `before`, in the order of tables.
pub fn changes(before: &Table, after: &Table) -> Changes {
    let only_in = |one: &Table, other: &Table| {
        let beside = |row: &Row| other.of(row.rule, row.jurisdiction).any(|it| it == row);
        one.rows().filter(|row| !beside(row)).cloned().collect()
    };
    Changes { gone: only_in(before, after), new: only_in(after, before) }
}

impl Matter {
    /// The answer under `table`.
    pub fn answer(&self, table: &Table) -> Outcome {
        match self {
            Matter::Interest { debt, until } => match debt.interest(table, *until) {
                Ok(interest) => Outcome::Interest {
                    interest: interest.total,
                    fixed_sum: interest.fixed_sum.map(|it| it.amount),
                },
                Err(
                    error @ (InterestError::NoRow(_)
                    | InterestError::Money(_)
                    | InterestError::Rate(_)),
                ) => Outcome::Unknown { why: error.to_string() },
            },
            Matter::Deadline { rule, jurisdiction, event_on } => {
                match deadline(table, *rule, *jurisdiction, *event_on) {
                    Ok(deadline) => Outcome::Deadline { last_day: deadline.last_day },
                    Err(
                        error @ (DeadlineError::NotADeadline(_)
                        | DeadlineError::NoRow(_)
                        | DeadlineError::BeyondCalendar { .. }),
                    ) => Outcome::Unknown { why: error.to_string() },
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use money::Currency;

    use super::*;
    use crate::Regime;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("the test writes dates as YYYY-MM-DD")
    }

    fn euros(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn row(line: &str) -> Row {
        Row::read(line).expect("the test writes rows")
    }

    fn invoice(id: &str, regime: Regime, due_on: &str, until: &str) -> Case {
        let debt = Debt::new(regime, euros(1_000_000), day(due_on));
        Case { id: id.to_owned(), matter: Matter::Interest { debt, until: day(until) } }
    }

    fn order(id: &str, event_on: &str) -> Case {
        let matter = Matter::Deadline {
            rule: Rule::PaymentOrderService,
            jurisdiction: Jurisdiction::France,
            event_on: day(event_on),
        };
        Case { id: id.to_owned(), matter }
    }

    #[test]
    fn a_new_rate_changes_what_runs_over_its_days_and_nothing_else() {
        let france = Regime::Statutory(Jurisdiction::France);
        let germany = Regime::Statutory(Jurisdiction::Germany);
        let cases = [
            invoice("settled before", france, "2026-05-31", "2026-06-30"),
            invoice("runs over it", france, "2026-12-21", "2027-01-10"),
            invoice("by another rate", germany, "2026-07-31", "2026-10-31"),
        ];
        let cut = row("ecb_main_refinancing,EU,2027-01-01,open,2027-01-01,,2.15,percent,ECB");
        let impact = impact_of(Table::shipped(), cut, &cases).expect("a sound row");
        let interest =
            |minor| Outcome::Interest { interest: euros(minor), fixed_sum: Some(euros(4_000)) };
        assert_eq!(
            impact,
            [Impact {
                id: "runs over it".to_owned(),
                // 10 days at 12.40, then 10 at 12.40 or 12.15.
                before: interest(6_795),
                after: interest(6_726),
            }]
        );
        assert_eq!(impact[0].change(), Some(euros(-69)));
    }

    #[test]
    fn a_new_row_ends_the_one_before_it_and_takes_the_place_of_what_it_covers() {
        let cut = row("ecb_main_refinancing,EU,2027-01-01,open,2027-01-01,,2.15,percent,ECB");
        let after = Table::shipped().amended(cut.clone()).expect("a sound row");
        let Changes { gone, new } = changes(Table::shipped(), &after);
        let [ended] = gone.as_slice() else { panic!("{gone:?}") };
        assert_eq!(ended.to, None);
        let [before, added] = new.as_slice() else { panic!("{new:?}") };
        assert_eq!((before.from, before.to), (ended.from, Some(day("2026-12-31"))));
        assert_eq!(added, &cut);
        // The same law again changes nothing.
        assert_eq!(changes(&after, &after.amended(cut).expect("a sound row")), Changes::default());
        let both = Table::read("base_rate,DE,2027-01-01,2027-06-30,,,1.27,percent,a gazette\n");
        let both = Table::shipped().amended_by(&both.expect("a row")).expect("a sound row");
        assert_eq!(changes(Table::shipped(), &both).new.len(), 1);
    }

    #[test]
    fn a_shorter_time_changes_the_last_day_of_later_events_only() {
        let cases = [order("before", "2026-12-31"), order("after", "2027-01-04")];
        let shorter = row(
            "payment_order_service,FR,2027-01-01,open,2027-01-01,,1,months_to_working_day,a bill",
        );
        let impact = impact_of(Table::shipped(), shorter, &cases).expect("a sound row");
        let last_day = |text| Outcome::Deadline { last_day: day(text) };
        assert_eq!(
            impact,
            [Impact {
                id: "after".to_owned(),
                before: last_day("2027-04-05"),
                after: last_day("2027-02-04"),
            }]
        );
    }

    #[test]
    fn a_row_that_was_missing_answers_what_was_not_known() {
        let germany = Regime::Statutory(Jurisdiction::Germany);
        let cases = [invoice("INV-1", germany, "2026-12-31", "2027-01-31")];
        let published = row("base_rate,DE,2027-01-01,2027-06-30,,,1.27,percent,Bundesanzeiger");
        let impact = impact_of(Table::shipped(), published, &cases).expect("a sound row");
        let [impact] = impact.as_slice() else { panic!("one case") };
        assert_eq!(
            impact.before,
            Outcome::Unknown { why: "no base_rate of DE is known for 2027-01-01".to_owned() }
        );
        assert!(matches!(impact.after, Outcome::Interest { .. }));
        assert_eq!(super::impact(Table::shipped(), Table::shipped(), &cases), []);
    }
}
