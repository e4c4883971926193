//! Reviews: how often a person looks at a customer again, by its grade.

use chrono::{Months, NaiveDate};
use events::{
    ActorId, Reference, date,
    risk::{Event, Grade},
};

use crate::{Policy, Risk, command::commands, input::Said, policy::Answer};

commands! {
    /// A person has looked at a customer.
    ReviewData {
        /// Who.
        reviewed_by: ActorId,
        /// When.
        #[serde(with = "date")]
        review_date: NaiveDate,
        /// What for, or what came of it.
        reason: Reference,
    }
}

/// When a customer was looked at, and when it is to be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    /// The last time; none: never.
    pub last_on: Option<NaiveDate>,
    /// By when it is to be looked at again.
    pub due_on: NaiveDate,
}

impl Review {
    /// Whether that day has passed.
    pub fn is_overdue(self, on: NaiveDate) -> bool {
        self.due_on < on
    }
}

impl Said for ReviewData {
    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        // Who reports an older one late changes nothing.
        if risk.reviewed_on.is_some_and(|it| it >= self.review_date) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::CustomerReviewed {
            reviewed_by: self.reviewed_by,
            reviewed_on: self.review_date,
            reason: self.reason,
        }])
    }
}

/// What a tuple of grades says of one.
pub(crate) fn of_grade<T>(all: &[T; 5], grade: Grade) -> &T {
    let [best, good, fair, poor, worst] = all;
    match grade {
        Grade::A => best,
        Grade::B => good,
        Grade::C => fair,
        Grade::D => poor,
        Grade::E => worst,
    }
}

impl Policy {
    /// When a customer is to be looked at again: so many months after the last time, or after it was
    /// first scored; none if the policy asks for no reviews, or nothing is known of the customer.
    pub fn review(&self, risk: &Risk) -> Option<Review> {
        let standing = risk.standing()?;
        let months = *of_grade(self.rules().review_months.as_ref()?, standing.grade);
        let since = risk.reviewed_on.or(risk.first_scored_on)?;
        let due_on = since.checked_add_months(Months::new(months.into()))?;
        Some(Review { last_on: risk.reviewed_on, due_on })
    }
}

impl Risk {
    pub(crate) fn reviewed(&mut self, on: NaiveDate) {
        self.reviewed_on = Some(on);
    }
}
