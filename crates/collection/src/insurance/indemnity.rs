//! What insurers would pay of what a customer owes: invoice by invoice, the oldest due first, each
//! part with its reason.
//!
//! An invoice is for the covers that held on the day on which it was issued, layer by layer: each
//! takes what its policy insures of it, up to its amount of that day, and pays its quota; the rest is
//! for the next layer. Always the parts of an invoice are what is open of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    CoverId, InvoiceId, Reference,
    collection::{Act, ActKind, InsuranceRules},
    risk::{Cover, Notice},
};
use money::{Currency, Money, Rounding};
use rust_decimal::Decimal;

use super::total;
use crate::{Collection, Policy, case::opening, right::after};

/// What insurers would pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndemnityView {
    /// Open invoices, the oldest due first.
    pub lines: Vec<InsuredInvoice>,
    /// The whole, a currency each.
    pub sums: Vec<IndemnitySum>,
    /// Money and credit not allocated, a currency each: it makes the loss less once it is.
    pub unallocated: Vec<Money>,
}

/// An open invoice, and who bears its loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsuredInvoice {
    /// Which.
    pub invoice: InvoiceId,
    /// When it was issued.
    pub issued_on: NaiveDate,
    /// When its document says it was due: what was put off since counts for nothing.
    pub due_on: NaiveDate,
    /// What is open of it.
    pub open: Money,
    /// Its parts; together what is open.
    pub parts: Vec<Part>,
}

/// A part of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How much.
    pub amount: Money,
    /// Who bears it.
    pub falls: Falls,
}

/// Who bears a part of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Falls {
    /// An insurer answers for it, and pays its quota.
    Covered {
        /// Under which cover.
        cover: CoverId,
        /// In which layer.
        layer: u8,
        /// The part of it that is paid.
        quota: Decimal,
        /// What is paid of it.
        indemnity: Money,
    },
    /// It is above what the covers are for.
    OverLimit,
    /// No cover answers for it.
    Excluded(Exclusion),
}

/// Why no cover answers for a part of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exclusion {
    /// It is contested, and not insured until that is settled.
    Disputed,
    /// No cover held on the day on which the invoice was issued.
    NotCovered,
    /// The cover is in another currency.
    OtherCurrency,
    /// The insurer does not insure such customers.
    Segment,
    /// The terms of payment are longer than the insurer's policy lets them be.
    TermsTooLong,
    /// It was issued when the oldest unpaid invoice was past the maximum extension period.
    ExtensionOver,
    /// It was issued after the debt had been handed to the insurer.
    HandedOver,
    /// It was issued after the judgment.
    Insolvent,
    /// Less is open than the insurer wants to hear of.
    BelowMinimum,
    /// The insurer's policy is without the tax.
    Tax,
}

impl Exclusion {
    /// The reason in a sentence, said the same wherever it is shown. English.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Disputed => "It is contested, and not insured until that is settled.",
            Self::NotCovered => "No cover held on the day on which it was issued.",
            Self::OtherCurrency => "The cover is in another currency.",
            Self::Segment => "The insurer does not insure customers of this segment.",
            Self::TermsTooLong => {
                "Its terms of payment are longer than the insurer's policy allows."
            }
            Self::ExtensionOver => {
                "It was issued after the maximum extension period of an older unpaid invoice."
            }
            Self::HandedOver => "It was issued after the debt had been handed to the insurer.",
            Self::Insolvent => "It was issued after the judgment.",
            Self::BelowMinimum => "Less is open than the insurer's policy wants to hear of.",
            Self::Tax => "The insurer's policy is without the tax.",
        }
    }
}

/// What insurers would pay in a currency. Always `open` is `indemnity` and `self_insured` together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndemnitySum {
    /// What is open.
    pub open: Money,
    /// What covers answer for.
    pub covered: Money,
    /// What insurers pay of that.
    pub indemnity: Money,
    /// What the quotas leave with the tenant.
    pub quota_share: Money,
    /// What is above the limits.
    pub over_limit: Money,
    /// What no cover answers for.
    pub excluded: Money,
    /// The last three together.
    pub self_insured: Money,
    /// What insurers have paid for claims that stand.
    pub paid: Money,
}

/// An open invoice, and what each cover of its day says of it.
struct Item<'a> {
    invoice: &'a InvoiceId,
    issued_on: NaiveDate,
    due_on: NaiveDate,
    open: Money,
    disputed: i64,
    /// The tax in what is open and not contested.
    tax: i64,
    covers: Vec<Asked<'a>>,
}

/// A cover that is asked for a part of an invoice.
struct Asked<'a> {
    cover: &'a Cover,
    /// Up to how much it answers for what was issued on that day.
    amount: i64,
    net_of_vat: bool,
    /// Why it does not answer for any of it.
    not: Option<Exclusion>,
}

/// What was taken by a cover.
#[derive(Default)]
struct Taken {
    minor: i64,
    paid: i64,
}

/// What is open at the end of the day before one: by it a cover is stopped.
struct Before {
    /// Of each invoice that is open and not all contested: its issue, due date and currency.
    open: Vec<(NaiveDate, NaiveDate, Currency)>,
}

/// Of covers of one layer under one insurance policy one answers at a time, up to one limit.
type Place<'a> = (u8, &'a Reference, &'a Reference);

fn place(it: &Cover) -> Place<'_> {
    (it.layer, &it.insurer, &it.policy)
}

impl Policy {
    /// What insurers would pay of what a customer owes at the end of a day.
    pub fn indemnity(&self, collection: &Collection, on: NaiveDate) -> IndemnityView {
        let account = collection.dunning.risk().account();
        let owed = account.owed_on(on);
        let acts = collection.acts();
        let mut before = BTreeMap::<NaiveDate, Before>::new();
        let mut items = Vec::with_capacity(owed.items.len());
        for it in &owed.items {
            let view = account.invoice_view(it.invoice, on);
            let Some(document) = view.and_then(|it| it.document) else { continue };
            let clear = it.open.minor().saturating_sub(it.disputed.minor());
            let tax = document.tax.map_or(0, |tax| part_of(clear, tax, document.gross));
            let day = before.entry(document.issued_on);
            let day = day.or_insert_with(|| Before::of(collection, document.issued_on));
            let covers = collection.dunning.risk().covers_on(document.issued_on);
            let covers = covers.into_iter().map(|held| {
                let cover: &Cover = held.cover;
                let rules = self.insurance_rules(&cover.policy);
                let days = (document.due_on - document.issued_on).num_days();
                let not = if cover.amount.currency() != it.open.currency() {
                    Some(Exclusion::OtherCurrency)
                } else if rules.is_some_and(|it| excludes(it, account.segment())) {
                    Some(Exclusion::Segment)
                } else if rules
                    .and_then(|it| it.terms_max_days)
                    .is_some_and(|most| days > i64::from(most))
                {
                    Some(Exclusion::TermsTooLong)
                } else {
                    stopped(collection, &acts, cover, rules, day, document.issued_on, on)
                };
                let net_of_vat = rules.is_some_and(|it| it.net_of_vat);
                Asked { cover, amount: held.amount.minor(), net_of_vat, not }
            });
            items.push(Item {
                invoice: it.invoice,
                issued_on: document.issued_on,
                due_on: document.due_on,
                open: it.open,
                disputed: it.disputed.minor(),
                tax,
                covers: covers.collect(),
            });
        }
        items.sort_by_key(|it| (it.due_on, it.issued_on, it.invoice));
        self.too_little(&mut items);
        let mut taken = BTreeMap::new();
        let mut quotas = BTreeMap::new();
        let lines: Vec<_> = items.iter().map(|it| it.shared(&mut taken, &mut quotas)).collect();
        IndemnityView { sums: sums(collection, &lines, on), lines, unallocated: owed.unallocated }
    }

    /// Marks what is not declared, because less is open than an insurer wants to hear of.
    fn too_little(&self, items: &mut [Item<'_>]) {
        let mut insured = BTreeMap::<(&Reference, Currency), i64>::new();
        for item in items.iter() {
            for it in item.covers.iter().filter(|it| it.not.is_none()) {
                let sum = insured.entry((&it.cover.policy, item.open.currency())).or_default();
                *sum = sum.saturating_add(item.insurable(it));
            }
        }
        let too_little: Vec<(Reference, Currency)> = insured
            .into_iter()
            .filter(|((policy, currency), sum)| {
                let least = self.insurance_rules(policy).and_then(|it| it.declaration_minimum);
                least.is_some_and(|it| it.currency() == *currency && *sum < it.minor())
            })
            .map(|((policy, currency), _)| (policy.clone(), currency))
            .collect();
        for item in items {
            let currency = item.open.currency();
            for it in item.covers.iter_mut().filter(|it| it.not.is_none()) {
                let low = |(policy, of): &(Reference, Currency)| {
                    *policy == it.cover.policy && *of == currency
                };
                if too_little.iter().any(low) {
                    it.not = Some(Exclusion::BelowMinimum);
                }
            }
        }
    }
}

impl<'a> Item<'a> {
    /// What is open and not contested, without the tax where the policy is.
    fn insurable(&self, cover: &Asked<'_>) -> i64 {
        let clear = self.open.minor().saturating_sub(self.disputed);
        if cover.net_of_vat { clear.saturating_sub(self.tax) } else { clear }
    }

    /// Who bears it: `taken` by limit, `quotas` by cover, of the items before.
    fn shared(
        &self,
        taken: &mut BTreeMap<Place<'a>, i64>,
        quotas: &mut BTreeMap<&'a CoverId, Taken>,
    ) -> InsuredInvoice {
        let money = |minor| Money::new(minor, self.open.currency());
        let mut parts = Vec::new();
        let mut push = |minor: i64, falls| {
            if minor > 0 {
                parts.push(Part { amount: money(minor), falls });
            }
        };
        let clear = self.open.minor().saturating_sub(self.disputed);
        let mut left = clear;
        for it in self.covers.iter().filter(|it| it.not.is_none()) {
            let used = taken.entry(place(it.cover)).or_default();
            let room = it.amount.saturating_sub(*used).max(0);
            let insurable = left.saturating_sub(clear.saturating_sub(self.insurable(it)));
            let falls = insurable.min(room).max(0);
            *used = used.saturating_add(falls);
            left -= falls;
            let sums = quotas.entry(&it.cover.cover).or_default();
            sums.minor = sums.minor.saturating_add(falls);
            // Rounded down over all that falls under the cover, and not invoice by invoice.
            let paid = quota_of(money(sums.minor), it.cover.quota);
            let indemnity = paid.saturating_sub(sums.paid);
            sums.paid = paid;
            push(
                falls,
                Falls::Covered {
                    cover: it.cover.cover.clone(),
                    layer: it.cover.layer,
                    quota: it.cover.quota,
                    indemnity: money(indemnity),
                },
            );
        }
        let mut answer = self.covers.iter().filter(|it| it.not.is_none());
        if answer.clone().next().is_none() {
            // The first layer says why; the others say the same, or are not asked.
            let why = self.covers.iter().find_map(|it| it.not).unwrap_or(Exclusion::NotCovered);
            push(left, Falls::Excluded(why));
        } else {
            let tax = if answer.all(|it| it.net_of_vat) { self.tax.min(left) } else { 0 };
            push(left - tax, Falls::OverLimit);
            push(tax, Falls::Excluded(Exclusion::Tax));
        }
        push(self.disputed, Falls::Excluded(Exclusion::Disputed));
        InsuredInvoice {
            invoice: self.invoice.clone(),
            issued_on: self.issued_on,
            due_on: self.due_on,
            open: self.open,
            parts,
        }
    }
}

impl Before {
    fn of(collection: &Collection, day: NaiveDate) -> Self {
        let account = collection.dunning.risk().account();
        let eve = day.pred_opt().unwrap_or(day);
        let open = account.owed_on(eve).items.into_iter().filter_map(|it| {
            let clear = it.open.minor() > it.disputed.minor();
            let document = account.invoice_view(it.invoice, eve).and_then(|it| it.document)?;
            // Looked at before it was issued, an invoice is as on that day.
            let known = clear && document.issued_on <= eve;
            known.then_some((document.issued_on, document.due_on, it.open.currency()))
        });
        Self { open: open.collect() }
    }
}

/// Whether a cover had stopped when an invoice was issued: after the maximum extension period of the
/// oldest unpaid invoice it answers for, unless the insurer agreed to more; once the debt was handed
/// over, until that is paid; and from a judgment on.
fn stopped(
    collection: &Collection,
    acts: &[&Act],
    cover: &Cover,
    rules: Option<&InsuranceRules>,
    before: &Before,
    issued_on: NaiveDate,
    on: NaiveDate,
) -> Option<Exclusion> {
    let since = |it: &Notice| it.judged_on.unwrap_or(it.published_on);
    let mut judgments = [opening(collection, issued_on), opening(collection, on)].into_iter();
    if judgments.any(|it| it.is_some_and(|it| since(it) <= issued_on)) {
        return Some(Exclusion::Insolvent);
    }
    let about = |kind| {
        let all = acts.iter().filter(move |it| it.kind == kind && it.cover.is_some());
        all.filter(|it| it.cover.as_ref() == Some(&cover.cover))
    };
    let insured = || {
        before.open.iter().filter(|(issued, _, currency)| {
            *currency == cover.amount.currency()
                && cover.holds_from <= *issued
                && cover.holds_until.is_none_or(|until| *issued <= until)
        })
    };
    let handed_over = about(ActKind::InsurerHandedOver).filter(|it| it.on < issued_on);
    for act in handed_over {
        if insured().any(|(_, due_on, _)| *due_on < act.on) {
            return Some(Exclusion::HandedOver);
        }
    }
    let oldest = insured().map(|(_, due_on, _)| *due_on).min()?;
    let extended = after(oldest, rules?.extension);
    let agreed = |it: &&&Act| oldest < it.on && it.on <= issued_on;
    let over = extended < issued_on && !about(ActKind::ExtensionAgreed).any(|it| agreed(&it));
    over.then_some(Exclusion::ExtensionOver)
}

fn excludes(rules: &InsuranceRules, segment: Option<&Reference>) -> bool {
    segment.is_some_and(|it| rules.excluded_segments.contains(it))
}

/// The part of an amount that is tax, in the smallest unit.
fn part_of(clear: i64, tax: Money, gross: Money) -> i64 {
    let dividend = i128::from(clear).saturating_mul(i128::from(tax.minor()));
    let divisor = i128::from(gross.minor().max(1));
    let part = Money::from_ratio(dividend, divisor, gross.currency(), Rounding::HalfUp);
    part.map_or(0, Money::minor).clamp(0, clear.max(0))
}

/// What a quota pays, in the smallest unit, rounded down.
fn quota_of(amount: Money, quota: Decimal) -> i64 {
    let percent = quota.checked_mul(Decimal::ONE_HUNDRED);
    let paid = percent.and_then(|it| amount.percent(it, Rounding::Down).ok());
    paid.map_or(0, Money::minor)
}

/// The whole, a currency each.
fn sums(collection: &Collection, lines: &[InsuredInvoice], on: NaiveDate) -> Vec<IndemnitySum> {
    let mut by_currency = BTreeMap::<Currency, IndemnitySum>::new();
    let empty = |currency| {
        let zero = Money::zero(currency);
        IndemnitySum {
            open: zero,
            covered: zero,
            indemnity: zero,
            quota_share: zero,
            over_limit: zero,
            excluded: zero,
            self_insured: zero,
            paid: zero,
        }
    };
    for line in lines {
        let currency = line.open.currency();
        let sum = by_currency.entry(currency).or_insert_with(|| empty(currency));
        sum.open = total(sum.open, [line.open]);
        for part in &line.parts {
            let own = match &part.falls {
                Falls::Covered { indemnity, .. } => {
                    let own = part.amount.minor().saturating_sub(indemnity.minor());
                    let own = Money::new(own, currency);
                    sum.covered = total(sum.covered, [part.amount]);
                    sum.indemnity = total(sum.indemnity, [*indemnity]);
                    sum.quota_share = total(sum.quota_share, [own]);
                    own
                }
                Falls::OverLimit => {
                    sum.over_limit = total(sum.over_limit, [part.amount]);
                    part.amount
                }
                Falls::Excluded(_) => {
                    sum.excluded = total(sum.excluded, [part.amount]);
                    part.amount
                }
            };
            sum.self_insured = total(sum.self_insured, [own]);
        }
    }
    for (_, claim) in collection.standing_claims() {
        for it in claim.standing_indemnities().filter(|it| it.on <= on) {
            let currency = it.amount.currency();
            let sum = by_currency.entry(currency).or_insert_with(|| empty(currency));
            sum.paid = total(sum.paid, [it.amount]);
        }
    }
    by_currency.into_values().collect()
}
