//! The figures a scorecard may look at, of one customer on one day.

use chrono::{Datelike, Months, NaiveDate};
use events::risk::{Grade, Measure};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    Placed, Policy, Risk,
    behaviour::Behaviour,
    figures::statement::{CONAN_HOLDER_ZONES, Statement},
};

/// A figure, none if it is not known, and the entry of the last fact it rests on.
pub(crate) type Reading = (Option<i64>, Option<u64>);

/// A customer's figures on a day.
#[derive(Debug)]
pub(crate) struct Measured {
    behaviour: Behaviour,
    heard_at: Option<u64>,
    utilisation: Option<i64>,
    rating: Reading,
    referenced: Reading,
    opinion: Reading,
    notice: Reading,
    statement: Option<(Statement, Option<u64>)>,
}

impl Measured {
    /// The figures while a day is open; none while a fact they rest on has not been heard back, for
    /// a score names where each of them stands.
    pub(crate) fn of(policy: &Policy, risk: &Risk, on: NaiveDate) -> Option<Self> {
        if !risk.inputs.are_heard_back() {
            return None;
        }
        let utilisation = || {
            // Of no limit there is no part.
            let limit = policy.limit_on(risk, on).filter(|it| it.is_positive())?.minor();
            let exposure = policy.exposure(risk, on).ok()?;
            share(exposure.unsecured.minor().into(), limit.into())
        };
        // What is at stake takes longest to add up: only if somebody looks, and there is a limit.
        let looks = policy.scorecards.look_at(Measure::Utilisation);
        let notice = risk.notice_on(on);
        let statement = risk.latest_statement(on);
        Some(Self {
            behaviour: Behaviour::during(&risk.account, on),
            heard_at: risk.heard_at(),
            utilisation: if looks { utilisation() } else { None },
            rating: rating(policy, risk, on),
            referenced: referenced(policy, risk, on),
            opinion: opinion(policy, risk, on),
            notice: (notice.map(|it| i64::from(it.kind.gravity())), notice.and_then(Placed::at)),
            statement: statement.map(|it| (Statement::from(&**it), it.at())),
        })
    }

    /// A figure, and the entry it rests on.
    pub(crate) fn read(&self, measure: Measure) -> Reading {
        #[expect(clippy::wildcard_enum_match_arm, reason = "all others are of how one pays")]
        match measure {
            Measure::Utilisation => (self.utilisation, self.heard_at),
            Measure::Rating => self.rating,
            Measure::Referenced => self.referenced,
            Measure::Opinion => self.opinion,
            Measure::Notice => self.notice,
            Measure::AltmanZ => self.stated(|it| Some(it.z_double_prime().ok()?.value)),
            Measure::ConanHolder => {
                self.stated(|it| Some(it.conan_holder(&CONAN_HOLDER_ZONES).ok()?.value))
            }
            Measure::CurrentRatio => self.stated(|it| it.current_ratio().ok()),
            Measure::DebtToEquity => self.stated(|it| it.debt_to_equity().ok()),
            _ => {
                let value = self.behaviour.measure(measure);
                (value, self.heard_at.filter(|_| value.is_some()))
            }
        }
    }

    fn stated(&self, figure: impl FnOnce(&Statement) -> Option<Decimal>) -> Reading {
        let Some((statement, at)) = &self.statement else { return (None, None) };
        (figure(statement).and_then(thousandths), *at)
    }

    /// A figure; none if it is not known.
    pub(crate) fn value(&self, measure: Measure) -> Option<i64> {
        self.read(measure).0
    }

    /// The first day after one on which figures may be others, if nothing more is heard: what is
    /// open is a day older every day, what is settled counts less every month.
    pub(crate) fn moves_on(policy: &Policy, risk: &Risk, after: NaiveDate) -> Option<NaiveDate> {
        if risk.account.has_open_items() {
            return after.succ_opt();
        }
        let month = after.with_day(1).and_then(|it| it.checked_add_months(Months::new(1)));
        // Inputs count from the day they are of, at the latest from the day they are known.
        let rated = risk.ratings().map(|it| it.as_of);
        let inputs = policy.inputs_turn(risk, after);
        let stake = policy.stake_moves_on(risk, after);
        let days = rated.chain(inputs).chain(stake);
        days.chain(month).filter(|it| *it > after).min()
    }
}

/// A part of a whole, in thousandths.
fn share(part: i128, whole: i128) -> Option<i64> {
    i64::try_from((part * 1_000).checked_div(whole)?).ok()
}

/// Rounded down, so that a bin never takes what is below it.
fn thousandths(value: Decimal) -> Option<i64> {
    let value = value.checked_mul(Decimal::ONE_THOUSAND)?;
    i64::try_from(value.round_dp_with_strategy(0, RoundingStrategy::ToNegativeInfinity)).ok()
}

/// The one that counts: 1 for A to 5 for E.
fn rating(policy: &Policy, risk: &Risk, on: NaiveDate) -> Reading {
    let reports = policy.reports_on(risk, on);
    let counts = reports.counting().and_then(|it| Some((*it.grade.as_ref().ok()?, it.rating.at())));
    let Some((grade, at)) = counts else { return (None, None) };
    let value = match grade {
        Grade::A => 1,
        Grade::B => 2,
        Grade::C => 3,
        Grade::D => 4,
        Grade::E => 5,
    };
    (Some(value), at)
}

/// Days beyond terms, each supplier's weighted by what it sold. Those in a currency without a rate
/// cannot be weighed and do not count.
fn referenced(policy: &Policy, risk: &Risk, on: NaiveDate) -> Reading {
    let (mut days, mut weights, mut at) = (0_i128, 0_i128, None);
    for it in risk.references_on(on) {
        let Ok(amount) = policy.rates().convert(it.amount) else { continue };
        let weight = i128::from(amount.minor().max(0));
        days += i128::from(it.days_beyond_terms) * weight;
        weights += weight;
        at = at.max(it.at());
    }
    if weights == 0 {
        return (None, None);
    }
    (i64::try_from(days.div_euclid(weights)).ok(), at)
}

/// What analysts give and take, together no more than one of them may.
fn opinion(policy: &Policy, risk: &Risk, on: NaiveDate) -> Reading {
    let (mut points, mut at) = (None, None);
    for it in risk.opinions_on(on) {
        points = Some(points.unwrap_or(0) + i64::from(it.points));
        at = at.max(it.at());
    }
    let most = i64::from(policy.opinion_points_max());
    (points.map(|it| it.clamp(-most, most)), at)
}
