use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Channel, Tone};
use crate::{Reference, risk::Grade};

/// The tenant's rules for reminding. A fact: the past is explained by the policy of its day. Without a
/// ladder nobody is reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DunningPolicy {
    /// The tenant's name for these rules.
    pub version: Reference,
    /// Whose business days count where the customer's region has none known: `TARGET`, or the two
    /// letters of a state.
    pub calendar: Reference,
    /// Days between two contacts with a customer, whatever the channel: 0 to 365.
    pub contact_gap_days: u16,
    /// Days that money which has met no invoice is waited for, before it is deducted: 0 to 365.
    pub unallocated_days: u16,
    /// Days that a customer's word is believed before something is recorded: that it has paid, that it
    /// promises, that it contests: 0 to 365.
    pub word_days: u16,
    /// Days after which a reminder that still waits is planned anew: 1 to 365.
    pub stale_days: u16,
    /// Messages that may leave on one day for the whole tenant; none: as many as there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_max: Option<u32>,
    /// Of the sum asked for in a currency, what it must be at least.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub minimums: Vec<Money>,
    /// By which law late invoices bear interest; none: they bear none, and no fixed sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest: Option<InterestRules>,
    /// When the charges on invoices that were settled late are asked for; none: by no interest invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charges: Option<ChargesRules>,
    /// How payment plans that are agreed are confirmed to the customer; none: they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_plans: Option<ConfirmationRules>,
    /// Of those that apply to an invoice the most specific one counts: one chosen for it, one chosen
    /// for the customer, the grade's, the segment's, the tenant's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ladders: Vec<Ladder>,
}

impl Default for DunningPolicy {
    /// Nobody is reminded; 7 days between contacts, 5 days for money to meet its invoice and for a
    /// word to be kept, 14 days until a plan is out of date; business days of TARGET.
    #[expect(clippy::expect_used, reason = "a word is a reference")]
    fn default() -> Self {
        Self {
            version: Reference::new("none").expect("a word"),
            calendar: Reference::new("TARGET").expect("a word"),
            contact_gap_days: 7,
            unallocated_days: 5,
            word_days: 5,
            stale_days: 14,
            daily_max: None,
            minimums: Vec::new(),
            interest: None,
            charges: None,
            confirm_plans: None,
            ladders: Vec::new(),
        }
    }
}

/// By which law late invoices bear interest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterestRules {
    /// Whose law: the two letters of a state, or `EU`.
    pub jurisdiction: Reference,
    /// On what ground: `default`, `consumer`, `floor`, `contract`.
    pub basis: Reference,
    /// The agreed rate, in percent a year, for a contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
}

/// When and how interest invoices are sent: documents that ask for the interest and the fixed sums on
/// invoices that were settled late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargesRules {
    /// Days after an invoice was settled in full: 0 to 3650.
    pub after_days: u16,
    /// Days after that within which its charges are asked for: what was settled longer ago is left to
    /// a person. 1 to 3650.
    #[serde(default = "a_year")]
    pub within_days: u16,
    /// What a document must ask for at least, a currency each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub minimums: Vec<Money>,
    /// How it is sent; the next one when one cannot. No call.
    pub channels: Vec<Channel>,
    /// Which text; none: `interest_invoice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Reference>,
    /// Whether a person agrees first.
    #[serde(default)]
    pub approval: Approval,
}

/// How payment plans are confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationRules {
    /// Days after a plan was agreed within which it is confirmed: 1 to 3650.
    #[serde(default = "a_month")]
    pub within_days: u16,
    /// How it is sent; the next one when one cannot. No call.
    pub channels: Vec<Channel>,
    /// Which text; none: `plan_confirmation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Reference>,
    /// Whether a person agrees first.
    #[serde(default)]
    pub approval: Approval,
}

const fn a_year() -> u16 {
    365
}

const fn a_month() -> u16 {
    30
}

/// What is done about late invoices, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Its name, one of the policy's.
    pub name: Reference,
    /// Whom it is for.
    #[serde(default)]
    pub scope: Scope,
    /// From the mildest to the hardest: level 1 first.
    pub levels: Vec<Level>,
    /// Days after the last level until there is nothing left to try; none: that is never said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhausted_after_days: Option<u16>,
}

/// Whom a ladder is for, the least specific first.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every customer.
    #[default]
    Tenant,
    /// Customers of a segment.
    Segment(Reference),
    /// Customers of a grade.
    Grade(Grade),
    /// Customers and invoices for which a person chose it.
    Chosen,
}

/// One step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Days after the due date, from which on the invoice may come to this level; below zero: before
    /// it, and not after it. -365 to 3650.
    pub offset_days: i16,
    /// Days after the reminder before, at least: 0 to 3650.
    #[serde(default)]
    pub gap_days: u16,
    /// How hard it is said.
    pub tone: Tone,
    /// How it is sent; the next one when one cannot.
    pub channels: Vec<Channel>,
    /// Which text; none: the one named like the tone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Reference>,
    /// Whether a person agrees first.
    #[serde(default)]
    pub approval: Approval,
    /// What must be asked for at least for this level, a currency each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub minimums: Vec<Money>,
    /// Whether interest for late payment is asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interest: bool,
    /// Whether the fixed sum for recovery costs is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed_sum: bool,
    /// Days of grace that it grants; what follows waits for their end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_days: Option<u16>,
    /// What may be delivered while this is not paid: 0 everything; the higher, the less.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub supply_block: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(it: &u8) -> bool {
    *it == 0
}

/// Whether a person agrees before a reminder is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody is asked.
    Automatic,
    /// Somebody is.
    #[default]
    ByPerson,
}
