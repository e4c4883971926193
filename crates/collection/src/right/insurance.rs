//! What a credit insurer wants, and by when: counted from the original due date of the oldest invoice
//! that is not paid, by the parameters of its policy. A due date that is put off resets nothing.

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
        let covers = collection.dunning.risk().granted_covers();
        for cover in covers {
            if let Some(rules) = self.insurance_rules(&cover.policy) {
                duties(collection, cover, rules, today, found);
            }
        }
    }
}

/// The oldest late invoice of those a cover is about, and what the insurer answers for.
fn insured(collection: &Collection, cover: &Cover, today: NaiveDate) -> Option<(NaiveDate, Money)> {
    let account = collection.account();
    let currency = cover.amount.currency();
    let (mut oldest, mut open) = (None::<NaiveDate>, 0_i64);
    for item in account.owed().items {
        let view = account.invoice_view(item.invoice, NaiveDate::MAX);
        let Some(document) = view.and_then(|it| it.document) else { continue };
        let covered = item.open.currency() == currency
            && cover.holds_from <= document.issued_on
            && cover.holds_until.is_none_or(|until| document.issued_on <= until);
        // What is contested is not insured until that is settled.
        let counts = item.open.minor().saturating_sub(item.disputed.minor());
        if !covered || counts <= 0 {
            continue;
        }
        open = open.saturating_add(counts);
        if document.due_on < today {
            oldest = Some(oldest.map_or(document.due_on, |it| it.min(document.due_on)));
        }
    }
    let counts = Money::new(open.min(cover.amount.minor()), currency);
    let paid =
        counts.percent(cover.quota.checked_mul(Decimal::ONE_HUNDRED)?, Rounding::Down).ok()?;
    Some((oldest?, paid)).filter(|(_, paid)| paid.is_positive())
}

fn duties(
    collection: &Collection,
    cover: &Cover,
    rules: &InsuranceRules,
    today: NaiveDate,
    found: &mut Vec<Running>,
) {
    let Some((oldest, stake)) = insured(collection, cover, today) else { return };
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
