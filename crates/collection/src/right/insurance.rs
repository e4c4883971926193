//! What a credit insurer wants, and by when: counted from the original due date of the oldest invoice
//! that is not paid, by the parameters of its policy. A due date that is put off resets nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    CoverId, Reference,
    collection::{Act, ActKind, InsuranceRules, RightKind, RightSubject, Span},
    risk::Cover,
};
use money::{Money, Rounding};
use rust_decimal::Decimal;

use super::{Running, Standing, after, kept};
use crate::{Collection, Policy, insurance::pays_by};

impl Policy {
    pub(super) fn insurance(
        &self,
        collection: &Collection,
        today: NaiveDate,
        found: &mut Vec<Running>,
    ) {
        if self.rules().insurances.is_empty() {
            return;
        }
        for insured in insured(collection).values() {
            if let Some(rules) = self.insurance_rules(&insured.cover.policy) {
                duties(collection, insured, rules, today, found);
            }
        }
    }
}

/// What a cover is about: a cover that was withdrawn goes on answering for what was issued while it
/// held, and its insurer goes on wanting what it wants.
struct Insured<'a> {
    cover: &'a Cover,
    /// Of each invoice the due date, and what is open and not contested.
    open: Vec<(NaiveDate, i64)>,
}

impl Insured<'_> {
    /// The oldest late invoice of those the cover is about, and what the insurer answers for.
    fn late(&self, today: NaiveDate) -> Option<(NaiveDate, Money)> {
        let due = self.open.iter().map(|(due_on, _)| *due_on);
        let oldest = due.filter(|it| *it < today).min()?;
        let open = self.open.iter().fold(0_i64, |sum, (_, open)| sum.saturating_add(*open));
        let counts = Money::new(open.min(self.cover.amount.minor()), self.cover.amount.currency());
        let percent = self.cover.quota.checked_mul(Decimal::ONE_HUNDRED)?;
        let paid = counts.percent(percent, Rounding::Down).ok()?;
        paid.is_positive().then_some((oldest, paid))
    }
}

/// Open invoices by the covers that held when they were issued.
fn insured(collection: &Collection) -> BTreeMap<&CoverId, Insured<'_>> {
    let (account, risk) = (collection.account(), collection.dunning.risk());
    let mut found = BTreeMap::new();
    for item in account.owed().items {
        let view = account.invoice_view(item.invoice, NaiveDate::MAX);
        let Some(document) = view.and_then(|it| it.document) else { continue };
        // What is contested is not insured until that is settled.
        let open = item.open.minor().saturating_sub(item.disputed.minor());
        if open <= 0 {
            continue;
        }
        for held in risk.covers_on(document.issued_on) {
            let cover: &Cover = held.cover;
            if cover.amount.currency() == item.open.currency() {
                let insured = found.entry(&cover.cover);
                let insured = insured.or_insert_with(|| Insured { cover, open: Vec::new() });
                insured.open.push((document.due_on, open));
            }
        }
    }
    found
}

fn duties(
    collection: &Collection,
    insured: &Insured<'_>,
    rules: &InsuranceRules,
    today: NaiveDate,
    found: &mut Vec<Running>,
) {
    let cover = insured.cover;
    let Some((oldest, stake)) = insured.late(today) else { return };
    let acts = collection.acts();
    // What was done about an older debt, since paid, is not about this one.
    let done = |kind| {
        let mut all = acts.iter().copied();
        all.find(|it| it.kind == kind && is_about(it, &cover.cover) && it.on > oldest)
    };
    let extended = after(oldest, rules.extension);
    let handover = after(extended, Span::Days(rules.handover_days));
    let mut duties = vec![
        (RightKind::Extension, oldest, Some(extended), done(ActKind::ExtensionAgreed)),
        (RightKind::Handover, extended, Some(handover), done(ActKind::InsurerHandedOver)),
    ];
    let told = |days: Option<u16>| days.map(|days| after(oldest, Span::Days(days)));
    if let Some(until) = told(rules.notice_days) {
        duties.push((
            RightKind::InsurerNotice,
            oldest,
            Some(until),
            done(ActKind::InsurerNotified),
        ));
    }
    if let Some(until) = told(rules.claim_days) {
        duties.push((
            RightKind::IndemnityClaim,
            oldest,
            Some(until),
            done(ActKind::IndemnityClaimed),
        ));
    }
    let waits = done(ActKind::IndemnityClaimed).and_then(|act| {
        let claim = collection.claim_of_act(act, &cover.cover);
        pays_by(collection, rules, act.on, claim.map(|it| it.claim.cause))
    });
    if let Some((from, until)) = waits {
        duties.push((RightKind::Indemnity, from, until, done(ActKind::IndemnityPaid)));
    }
    for (kind, counted_from, until, act) in duties {
        let Some(rule) = clause(&rules.policy, kind) else { continue };
        let standing = match (kind, act) {
            // It is paid late too.
            (RightKind::Indemnity, Some(act)) => Standing::Secured(act.act.clone()),
            (_, act) => until.map_or(Standing::Runs, |until| kept(act, until, today)),
        };
        found.push(Running {
            kind,
            subject: RightSubject::Cover(cover.cover.clone()),
            counted_from,
            rule,
            deadline: until,
            stake: vec![stake],
            standing,
        });
    }
}

fn is_about(act: &Act, cover: &CoverId) -> bool {
    act.cover.as_ref() == Some(cover)
}

/// The clause of an insurer's policy: as much of its name as there is room for.
fn clause(policy: &Reference, kind: RightKind) -> Option<Reference> {
    let name = policy.as_str();
    let room = 63_usize.saturating_sub(kind.word().len());
    let end = (0..=name.len().min(room)).rev().find(|it| name.is_char_boundary(*it))?;
    Reference::new(&format!("{} {kind}", name.get(..end)?)).ok()
}
