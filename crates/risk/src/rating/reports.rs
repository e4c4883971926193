//! Which agency's report counts, and which is to be asked for next: as few as possible are bought.
//!
//! The credit policy may name agencies, the most trusted first. The report that counts is of the
//! first of them that has one which can be used: it means a grade, and is not too old. Agencies it
//! does not name count only if none of the named ones has such a report. Of several reports of one
//! agency, and where the policy names no agency, the worst counts. While a report counts, none is to
//! be asked for.

use std::cmp::Reverse;

use chrono::NaiveDate;
use events::{Reference, risk::Grade};

use super::Graded;
use crate::{Policy, Risk};

/// What agencies say last of a customer, on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reports<'a> {
    /// By agency, scale and model.
    pub all: Vec<Report<'a>>,
    /// Which is to be asked for; none: one counts, or the policy names no agency, or each that it
    /// names has said not long ago what means nothing.
    pub ask: Option<Ask>,
}

/// A report, and whether it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<'a> {
    /// What it says.
    pub graded: Graded<'a>,
    /// Why it does not count; none: it does.
    pub passed_over: Option<PassedOver>,
}

/// Why a report does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedOver {
    /// It means nothing on our scale.
    NotRated,
    /// It is too old.
    TooOld,
    /// An agency that is trusted more has one that counts.
    TrustedLess,
    /// A worse one counts, of an agency that is trusted as much.
    WorseCounts,
}

/// A report that is to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Whose.
    pub agency: Reference,
    /// Why.
    pub why: WhyAsk,
}

/// Why a report is to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyAsk {
    /// The agency has said nothing of the customer.
    None,
    /// What it said is too old.
    TooOld {
        /// The first day on which it is.
        since: NaiveDate,
    },
}

impl<'a> Reports<'a> {
    /// The one that counts, if there is one.
    pub fn counting(&self) -> Option<&Graded<'a>> {
        self.all.iter().find(|it| it.passed_over.is_none()).map(|it| &it.graded)
    }
}

impl Policy {
    /// What each agency says last of a customer, and which of that counts on a day.
    pub fn reports_on<'a>(&self, risk: &'a Risk, on: NaiveDate) -> Reports<'a> {
        let graded = self.ratings_on(risk, on);
        let counts = graded.iter().enumerate().filter_map(|(place, it)| {
            Some((self.trust(&it.rating.agency), Reverse(usable(it)?), Reverse(place)))
        });
        // Of equals the last one, as it stands in the list.
        let counts = counts.min().map(|(trust, _, Reverse(place))| (trust, place));
        let passed_over = |place: usize, it: &Graded<'_>| match counts {
            Some((_, counts)) if counts == place => None,
            _ if it.grade.is_err() => Some(PassedOver::NotRated),
            _ if it.too_old => Some(PassedOver::TooOld),
            Some((trust, _)) if trust < self.trust(&it.rating.agency) => {
                Some(PassedOver::TrustedLess)
            }
            _ => Some(PassedOver::WorseCounts),
        };
        let ask = if counts.is_none() { self.ask(&graded) } else { None };
        let report = |(place, graded): (usize, Graded<'a>)| {
            let passed_over = passed_over(place, &graded);
            Report { graded, passed_over }
        };
        Reports { all: graded.into_iter().enumerate().map(report).collect(), ask }
    }

    /// How much an agency is trusted, the least number most: its place in the policy.
    fn trust(&self, agency: &Reference) -> usize {
        let agencies = &self.rules().agencies;
        agencies.iter().position(|it| it == agency).unwrap_or(agencies.len())
    }

    /// The first agency of the policy to ask, if no report counts. One that has said not long ago
    /// what means nothing would say so again.
    fn ask(&self, graded: &[Graded<'_>]) -> Option<Ask> {
        self.rules().agencies.iter().find_map(|agency| {
            let of_agency = graded.iter().filter(|it| it.rating.agency == *agency);
            let why = match of_agency.max_by_key(|it| it.too_old_on.unwrap_or(NaiveDate::MAX)) {
                None => WhyAsk::None,
                Some(last) if !last.too_old => return None,
                Some(last) => WhyAsk::TooOld { since: last.too_old_on? },
            };
            Some(Ask { agency: agency.clone(), why })
        })
    }
}

/// The grade of a report that can be used.
fn usable(it: &Graded<'_>) -> Option<Grade> {
    it.grade.as_ref().ok().copied().filter(|_| !it.too_old)
}
