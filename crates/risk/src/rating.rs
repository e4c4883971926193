//! What agencies think of a customer: kept raw, read on the tenant's own scale when it is asked for.

mod reports;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use events::{
    RatingId, Reference, date,
    risk::{CreditPolicy, Event, Grade, Rating},
};
use invoicing::{FieldError, Invalid};

use crate::{
    Placed, Policy, Risk, Subject,
    command::commands,
    figures::scale::{self, NotRated, Scale},
    input::{Said, is_new},
    policy::Answer,
    review::of_grade,
};

pub use reports::{Ask, PassedOver, Report, Reports, WhyAsk};

commands! {
    /// A rating.
    RatingData {
        /// The tenant's id for it.
        rating_id: RatingId,
        /// Who rated.
        agency: Reference,
        /// The code of the scale: one of the registry, or one of the policy's own.
        scale: Reference,
        /// The agency's model or product, if it has several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<Reference>,
        /// The value, as the agency wrote it.
        raw: Reference,
        /// The day the agency speaks of.
        #[serde(with = "date")]
        as_of_date: NaiveDate,
        /// The day it came in.
        #[serde(with = "date")]
        receive_date: NaiveDate,
    }
}

impl RatingData {
    fn rating(self) -> Rating {
        Rating {
            rating: self.rating_id,
            agency: self.agency,
            scale: self.scale,
            model: self.model,
            raw: self.raw,
            as_of: self.as_of_date,
            received_on: self.receive_date,
        }
    }
}

/// A rating, and what it means by the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graded<'a> {
    /// The rating.
    pub rating: &'a Placed<Rating>,
    /// Our grade, or why there is none.
    pub grade: Result<Grade, NotRated>,
    /// Whether it is too old to count on the day that is asked for.
    pub too_old: bool,
    /// The first day on which it is; none: never.
    pub too_old_on: Option<NaiveDate>,
}

impl Said for RatingData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if self.receive_date < self.as_of_date {
            let reason = format!("{} is before {}", self.receive_date, self.as_of_date);
            wrong("receive_date", reason);
        }
    }

    fn decide(self, policy: &Policy, risk: &Risk) -> Answer {
        let rating = self.rating();
        let known = risk.inputs.ratings.iter().find(|it| it.rating == rating.rating);
        if !is_new(known, &rating, Subject::Rating, &rating.rating)? {
            return Ok(Vec::new());
        }
        // A value the scale does not know may be news from the agency; a scale nobody knows is a
        // mistake of whoever sends it.
        if let Err(error @ NotRated::UnknownScale { .. }) = policy.grade(&rating) {
            let reason = error.to_string();
            return Err(Invalid(vec![FieldError { field: "scale".to_owned(), reason }]).into());
        }
        Ok(vec![Event::RatingReceived(Box::new(rating))])
    }
}

impl Policy {
    /// What a rating means on our scale, by the registry and the policy's own scales.
    ///
    /// # Errors
    ///
    /// [`NotRated`], with the reason.
    pub fn grade(&self, rating: &Rating) -> Result<Grade, NotRated> {
        match self.scales().get(&rating.scale) {
            Some(own) => own.grade(rating.raw.as_str()),
            None => scale::grade(rating.scale.as_str(), rating.raw.as_str(), rating.as_of),
        }
    }

    /// What each agency says last, by each of its models and scales, as of a day; with what it means.
    pub fn ratings_on<'a>(&self, risk: &'a Risk, on: NaiveDate) -> Vec<Graded<'a>> {
        let mut latest = BTreeMap::<_, &Placed<Rating>>::new();
        for it in risk.ratings().filter(|it| it.as_of <= on && it.received_on <= on) {
            let last = latest.entry((&it.agency, &it.scale, &it.model)).or_insert(it);
            if it.as_of >= last.as_of {
                *last = it;
            }
        }
        let graded = |it: &'a Placed<Rating>| {
            let grade = self.grade(it);
            let too_old_on = self.too_old_from(it, grade.as_ref().ok());
            let too_old = too_old_on.is_some_and(|too_old_on| too_old_on <= on);
            Graded { rating: it, grade, too_old, too_old_on }
        };
        latest.into_values().map(graded).collect()
    }

    /// The first day on which a rating is too old to count.
    pub(crate) fn too_old_on(&self, rating: &Rating) -> Option<NaiveDate> {
        self.too_old_from(rating, self.grade(rating).ok().as_ref())
    }

    /// The same of a rating that means a grade, or nothing.
    fn too_old_from(&self, rating: &Rating, grade: Option<&Grade>) -> Option<NaiveDate> {
        let rules = self.rules();
        let of_grades = rules.rating_days_by_grade.as_ref().zip(grade);
        let days = of_grades.map(|(all, grade)| *of_grade(all, *grade));
        let days = days.or(rules.rating_age_days_max).unwrap_or(CreditPolicy::RATING_AGE_DAYS_MAX);
        rating.as_of.checked_add_days(Days::new(u64::from(days) + 1))
    }
}

/// Whether the registry has a scale of this code.
pub(crate) fn is_of_the_registry(scale: &Reference) -> bool {
    Scale::from_code(scale.as_str()).is_ok()
}

impl Risk {
    /// Every rating, in the order of the journal.
    pub fn ratings(&self) -> impl Iterator<Item = &Placed<Rating>> {
        self.inputs.ratings.iter()
    }

    pub(crate) fn rating_received(&mut self, it: &Rating) {
        self.inputs.ratings.push(Placed::new(it, self.place));
    }
}
