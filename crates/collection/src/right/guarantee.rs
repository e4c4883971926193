//! To call upon a guarantor before the guarantee ends, while something is late.

use chrono::NaiveDate;
use events::{
    Reference,
    collection::{ActKind, RightKind, RightSubject},
};
use money::Money;

use super::{Running, kept};
use crate::Collection;

pub(super) fn guarantees(collection: &Collection, today: NaiveDate, found: &mut Vec<Running>) {
    let mut guarantees = collection.dunning.risk().unreleased_guarantees().peekable();
    if guarantees.peek().is_none() {
        return;
    }
    let owed = collection.account().owed();
    let acts = collection.acts();
    for it in guarantees {
        let Some(until) = it.holds_until else { continue };
        let currency = it.amount.currency();
        let late = owed
            .items
            .iter()
            .filter(|item| item.due_on < today && item.open.currency() == currency);
        let late: i64 = late.fold(0, |sum, item| sum.saturating_add(item.open.minor()));
        if late <= 0 {
            continue;
        }
        let called = acts.iter().copied().find(|act| {
            act.kind == ActKind::GuaranteeCalled && act.guarantee.as_ref() == Some(&it.guarantee)
        });
        found.push(Running {
            kind: RightKind::GuaranteeCall,
            subject: RightSubject::Guarantee(it.guarantee.clone()),
            counted_from: it.holds_from,
            rule: Reference::literal("its last day"),
            deadline: Some(until),
            stake: vec![Money::new(late.min(it.amount.minor()), currency)],
            standing: kept(called, until, today),
        });
    }
}
