use money::Money;
use serde::{Deserialize, Serialize};

use crate::Reference;

/// The tenant's rules for receivables. A fact: the past is explained by the policy of its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Terms of customers without their own, in `law`'s spelling.
    pub terms: Reference,
    /// At most this may be left open on an invoice that something was paid on, for it to be given
    /// up on the next business day; one amount a currency, none: never.
    #[serde(default)]
    pub small_balances: Vec<Money>,
    /// Whether a payment may settle the invoice whose number, order, contract or site it names.
    pub match_references: bool,
    /// Whether a payment may settle the only open item, or the only set of open items, of exactly
    /// its amount.
    pub match_amounts: bool,
    /// Open items among which a set is searched; above it none is (work grows as 2ⁿ). 0 to 20.
    pub subset_items_max: u8,
    /// What is left after that.
    pub waterfall: Waterfall,
    /// Days after the promised one on which money still keeps the promise. 0 to 30.
    pub promise_tolerance_days: u8,
    /// Likewise for an instalment. 0 to 30.
    pub instalment_tolerance_days: u8,
    /// The law against which the terms of invoices are held: what goes beyond it is warned about
    /// and taken all the same. None: nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_law: Option<TermsLaw>,
}

/// Whose limits of terms hold, and which of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsLaw {
    /// In `law`'s spelling: `EU`, or the two letters of a state.
    pub jurisdiction: Reference,
    /// What invoices are, as far as the law sets other limits.
    #[serde(default, skip_serializing_if = "TermsKind::is_ordinary")]
    pub kind: TermsKind,
}

/// What an invoice is, as far as the law limits its terms otherwise.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum TermsKind {
    /// Between businesses, for one delivery.
    #[default]
    Ordinary,
    /// Between businesses, for the deliveries of a period.
    Periodic,
    /// To a public body.
    ToPublicBody,
}

impl TermsKind {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_ordinary(&self) -> bool {
        *self == Self::Ordinary
    }
}

/// In which order money without any other sign settles open items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waterfall {
    /// The earliest due date first; then by day of issue, then by number.
    OldestDue,
    /// The earliest day of issue first; then by number.
    OldestIssued,
    /// The largest open amount first; then the earliest due date.
    LargestOpen,
    /// None: it stays unallocated until a person says.
    Hold,
    /// What the law presumes (article 1342-10 of the French civil code, second paragraph), all debts
    /// bearing alike: those that are due on the source's day before those that are not; then the
    /// earliest due date; of one due date each in proportion to what is open.
    Statutory,
    /// The clause of credit insurers: whatever the payer designates, money goes to the earliest due
    /// date first; then by number. What nobody contests comes before any sign; credit notes keep to
    /// their invoice.
    InsurerOldest,
}

impl Default for Policy {
    /// 30 days, no small balances, every match, the oldest due first, three days of grace.
    fn default() -> Self {
        Self {
            terms: Reference::literal("30 days"),
            small_balances: Vec::new(),
            match_references: true,
            match_amounts: true,
            subset_items_max: 12,
            waterfall: Waterfall::OldestDue,
            promise_tolerance_days: 3,
            instalment_tolerance_days: 3,
            terms_law: None,
        }
    }
}
