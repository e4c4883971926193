use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Grade;
use crate::{ActorId, Reference, date};

/// The tenant's rules for credit. A fact: the past is explained by the policy of its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what counts is asked of each kind by itself, as a policy on paper does"
)]
pub struct CreditPolicy {
    /// The currency in which exposure is added up; limits are in it too.
    pub currency: Currency,
    /// What one unit of each other currency is worth in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Rate>,
    /// The limit of customers that have none; none: their orders are held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_without_request: Option<Money>,
    /// A larger limit needs a second person; none: every limit does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_person_grants_up_to: Option<Money>,
    /// Whether what is contested is at stake.
    pub disputed_counts: bool,
    /// Whether unallocated cash makes what is at stake less.
    pub unallocated_cash_counts: bool,
    /// Whether guarantees that hold make it less, each by what it counts for.
    pub guarantees_count: bool,
    /// Days past due above which orders are held; none: never for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_days_max: Option<u16>,
    /// Overdue amount above which orders are held; none: never for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_amount_max: Option<Money>,
    /// Orders above it are held for a person; none: never for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_amount_max: Option<Money>,
    /// Days ahead within which an order must be to be delivered to take headroom; none: every
    /// order does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders_horizon_days: Option<u16>,
    /// Whether what was delivered and not invoiced is at stake.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deliveries_count: bool,
    /// Whether the part that credit insurers would pay makes what is at stake less.
    #[serde(default, skip_serializing_if = "is_false")]
    pub insured_part_counts: bool,
    /// Points that an opinion may add or take at most; none:
    /// [`OPINION_POINTS_MAX`](Self::OPINION_POINTS_MAX).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opinion_points_max: Option<u16>,
    /// Days after which a rating is too old to count; none:
    /// [`RATING_AGE_DAYS_MAX`](Self::RATING_AGE_DAYS_MAX).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating_age_days_max: Option<u16>,
    /// The agencies whose ratings the tenant trusts, the most trusted first: the first with a rating
    /// that can be used counts, and others only if none of these has one. None: the worst of all
    /// counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agencies: Vec<Reference>,
    /// Days after which a rating is too old to count, for those that mean A to E; none: the same
    /// for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating_days_by_grade: Option<[u16; 5]>,
    /// Whether orders are held while something is doubtful about who the customer is; they are unless
    /// the tenant says otherwise.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub hold_doubtful_identity: bool,
    /// Days after a promise was broken during which orders are held; none: never for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_promise_days: Option<u16>,
    /// The worst grade whose orders are not held; none: never for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade_min: Option<Grade>,
    /// Days that an order let pass against the policy may wait for its delivery; none: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception_days_max: Option<u16>,
    /// Who may agree to limits, and to how much; none: any second person, to any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorities: Vec<Authority>,
    /// Months between two reviews of a customer, for grades A to E; none: no reviews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_months: Option<[u16; 5]>,
    /// Limits to propose, for grades A to E; none: none is proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposals: Option<[LimitRule; 5]>,
    /// Scales of ratings beside those that are known to all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scales: Vec<OwnScale>,
    /// How many in a million customers fail within a year, for grades A to E; none:
    /// [`DEFAULT_PPM`](Self::DEFAULT_PPM).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_ppm: Option<[u32; 5]>,
    /// What is lost of a claim when its customer fails, a share of 1 with at most six decimals; none:
    /// [`LOSS_GIVEN_DEFAULT`](Self::LOSS_GIVEN_DEFAULT).
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub loss_given_default: Option<Decimal>,
}

impl CreditPolicy {
    /// Points that an opinion may add or take, unless the tenant says otherwise.
    pub const OPINION_POINTS_MAX: u16 = 50;
    /// Days after which a rating is too old to count, unless the tenant says otherwise: a year.
    pub const RATING_AGE_DAYS_MAX: u16 = 365;
    /// What is lost of a claim when its customer fails, unless the tenant says otherwise: six tenths,
    /// for trade claims come after taxes, wages and banks. Nobody publishes it; a tenant with recovery
    /// rates of its own states them.
    pub const LOSS_GIVEN_DEFAULT: Decimal = Decimal::from_parts(6, 0, 0, false, 1);

    /// How many in a million customers fail within a year, for grades A to E, unless the tenant says
    /// otherwise: from 1 in 500 to nearly 1 in 3, each about three or four times the one before. An
    /// order of magnitude of our own; no agency publishes it for our grades.
    pub const DEFAULT_PPM: [u32; 5] = [2_000, 7_000, 25_000, 80_000, 300_000];
}

/// A person, and how much it may agree to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Who.
    pub person: ActorId,
    /// A larger limit needs somebody else; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_max: Option<Money>,
}

/// The limit to propose to customers of one grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitRule {
    /// Days of what the customer buys.
    pub days_of_sales: u16,
    /// The most.
    pub amount_max: Money,
}

/// A scale of ratings of the tenant's own: numbers, with a grade from each step on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnScale {
    /// Its code; none of those that are known to all.
    pub scale: Reference,
    /// From the lowest number up.
    pub steps: Vec<ScaleStep>,
    /// The highest number it has.
    #[serde(with = "rust_decimal::serde::str")]
    pub highest: Decimal,
}

/// From which number on which grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleStep {
    /// The first number of the step.
    #[serde(with = "rust_decimal::serde::str")]
    pub at_least: Decimal,
    /// Its grade.
    pub grade: Grade,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
fn is_false(it: &bool) -> bool {
    !it
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
fn is_true(it: &bool) -> bool {
    *it
}

fn yes() -> bool {
    true
}

/// What one unit of a currency was worth on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Which currency.
    pub currency: Currency,
    /// Units of the policy's currency for one; more than zero.
    #[serde(with = "rust_decimal::serde::str")]
    pub rate: Decimal,
    /// The day of the rate.
    #[serde(with = "date")]
    pub on: NaiveDate,
}

impl Default for CreditPolicy {
    /// Euros; no order without a limit; held when anything is overdue by more than 30 days. All that
    /// is at stake counts, and all that stands against it.
    fn default() -> Self {
        Self {
            currency: Currency::EUR,
            rates: Vec::new(),
            limit_without_request: None,
            one_person_grants_up_to: None,
            disputed_counts: true,
            unallocated_cash_counts: true,
            guarantees_count: true,
            overdue_days_max: Some(30),
            overdue_amount_max: None,
            order_amount_max: None,
            orders_horizon_days: None,
            deliveries_count: true,
            insured_part_counts: true,
            opinion_points_max: None,
            rating_age_days_max: None,
            agencies: Vec::new(),
            rating_days_by_grade: None,
            hold_doubtful_identity: true,
            broken_promise_days: None,
            grade_min: None,
            exception_days_max: None,
            authorities: Vec::new(),
            review_months: None,
            proposals: None,
            scales: Vec::new(),
            default_ppm: None,
            loss_given_default: None,
        }
    }
}
