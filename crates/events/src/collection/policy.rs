use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Collector, RecoveryOrder, RightKind, Route};
use crate::Reference;

/// The tenant's rules for collecting. A fact: the past is explained by the policy of its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CollectionPolicy {
    /// The tenant's name for these rules.
    pub version: Reference,
    /// Whose law it sues by: the two letters of a state. Rights are counted where that law is known.
    pub jurisdiction: Reference,
    /// Whether the tenant sits outside metropolitan France, and has longer to declare claims there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub abroad: bool,
    /// Segments of customers that are consumers: their debts prescribe sooner.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumer_segments: Vec<Reference>,
    /// Segments of customers whose debts are from carriage: they prescribe soonest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carriage_segments: Vec<Reference>,
    /// Whether what is delivered stays the tenant's until it is paid for, where it is not known under
    /// which terms of sale it was invoiced.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub title_reserved: bool,
    /// What has to be open, at least, for a case to be opened unasked; one amount a currency.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub minimums: Vec<Money>,
    /// How long before its last day a right is said to be at risk, where it is not the usual: 30, 7
    /// and 1 days, and 180, 60 and 14 for prescription.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<Lead>,
    /// What insurers want, by their policy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub insurances: Vec<InsuranceRules>,
    /// What ways of collecting cost and bring, where the tenant knows better than what is shipped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteTerms>,
    /// Who collects for the tenant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub collectors: Vec<Collector>,
}

impl Default for CollectionPolicy {
    /// French law, between businesses, without an insurer.
    fn default() -> Self {
        Self {
            version: Reference::literal("usual"),
            jurisdiction: Reference::literal("FR"),
            abroad: false,
            consumer_segments: Vec::new(),
            carriage_segments: Vec::new(),
            title_reserved: false,
            minimums: Vec::new(),
            leads: Vec::new(),
            insurances: Vec::new(),
            routes: Vec::new(),
            collectors: Vec::new(),
        }
    }
}

/// How long before its last day a right is said to be at risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lead {
    /// Which right.
    pub right: RightKind,
    /// Days ahead, each once: 0 to 3650; never empty.
    pub days: Vec<u16>,
}

/// What a credit insurer wants, as its policy says: never a constant of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuranceRules {
    /// The insurer's policy, as covers name it.
    pub policy: Reference,
    /// How long a due date may be put off without the insurer (*maximum extension period*), counted
    /// from the original due date of the oldest invoice that is not paid. After it nothing that is
    /// delivered is covered.
    pub extension: Span,
    /// Days after the original due date within which it is told that the customer is late; none: it
    /// need not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_days: Option<u16>,
    /// Days after the end of the extension within which all that is owed is handed over.
    pub handover_days: u16,
    /// Days after the original due date within which it is asked to pay; none: it need not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_days: Option<u16>,
    /// How long it waits before it pays, from the day on which it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Span>,
    /// Days after a claim was admitted in an insolvency within which it then pays (0 to 3650); none:
    /// it waits as long as for any other claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admitted_days: Option<u16>,
    /// What has to be open, at least, of what it answers for: below it nothing is declared and
    /// nothing paid. In the currency of the covers; none: anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declaration_minimum: Option<Money>,
    /// The longest terms of payment it insures: days from issue to due date, 0 to 3650. None: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_max_days: Option<u16>,
    /// Whether it insures without the tax.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub net_of_vat: bool,
    /// Segments of customers that it does not insure, such as related companies, public bodies or
    /// consumers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_segments: Vec<Reference>,
    /// Which debts money that comes after an indemnity is taken to have settled; none: the oldest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recoveries: Option<RecoveryOrder>,
}

impl InsuranceRules {
    /// What is only known of an insurer's policy when it has a name and says how long a due date may
    /// be put off, and within how many days after that the debt is handed over.
    pub const fn new(policy: Reference, extension: Span, handover_days: u16) -> Self {
        Self {
            policy,
            extension,
            notice_days: None,
            handover_days,
            claim_days: None,
            waiting: None,
            admitted_days: None,
            declaration_minimum: None,
            terms_max_days: None,
            net_of_vat: false,
            excluded_segments: Vec::new(),
            recoveries: None,
        }
    }
}

/// A time in days or in months: a month ends on the same day of the month, or on its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Days: 0 to 3650.
    Days(u16),
    /// Months: 0 to 120.
    Months(u16),
}

/// What a way of collecting costs, how long it takes, and what it brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteTerms {
    /// Which way.
    pub route: Route,
    /// What it costs whatever comes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Money>,
    /// The part of what it brings that it costs besides: 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub share: Decimal,
    /// Days until money comes, usually: 0 to 3650.
    pub days: u16,
    /// The part of a debt that it brings, usually: 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub brings: Decimal,
}
