//! An invoice whose payment is looked forward to.

use chrono::{Datelike, NaiveDate};
use events::risk::Measure;
use money::Money;

use super::{Behaviour, days};

/// An invoice to come, or one that is issued and not due yet: what is known of it beside how its
/// customer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// When it was or will be issued.
    pub issued_on: NaiveDate,
    /// When it is due.
    pub due_on: NaiveDate,
    /// What it is about.
    pub amount: Money,
    /// Usually one; or so many invoices looked at together: what they are about together, and the
    /// days of the one that was issued first.
    pub invoices: u32,
}

impl Coming {
    /// A figure of it or of how its customer pays, in its unit; none if it is not known.
    pub fn measure(&self, behaviour: &Behaviour, measure: Measure) -> Option<i64> {
        let terms = days(self.issued_on, self.due_on);
        #[expect(clippy::wildcard_enum_match_arm, reason = "all others are the customer's")]
        match measure {
            Measure::Amount => Some(self.amount.minor()),
            Measure::AmountToUsual => {
                let usual = behaviour.issued.usual_in(self.amount.currency())?;
                super::divided(i128::from(self.amount.minor()) * 1000, i128::from(usual))
            }
            Measure::Terms => Some(terms),
            Measure::Habit => behaviour.days_to_pay().map(|it| it - terms * 100),
            Measure::IssueDay => Some(i64::from(self.issued_on.day())),
            Measure::Waiting => Some(days(self.issued_on, behaviour.before()).max(0)),
            Measure::Together => Some(i64::from(self.invoices)),
            _ => behaviour.measure(measure),
        }
    }
}
