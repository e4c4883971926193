//! Times that run from what a court or a commissaire de justice did: to have an order served, to
//! oppose it, to answer (CPC art. 1411 and 1416, CPCE art. R125-1).

use chrono::NaiveDate;
use events::collection::{ActKind, RightKind, RightSubject};
use law::Rule;

use super::{Running, kept};
use crate::{Collection, Policy};

/// From which act, what runs, by which rule, and which acts end it.
const TIMES: [(ActKind, RightKind, Rule, &[ActKind]); 3] = [
    (
        ActKind::OrderGranted,
        RightKind::OrderService,
        Rule::PaymentOrderService,
        &[ActKind::OrderServed],
    ),
    (
        ActKind::OrderServed,
        RightKind::Opposition,
        Rule::PaymentOrderOpposition,
        &[ActKind::OrderOpposed, ActKind::OrderEnforceable],
    ),
    (
        ActKind::SmallClaimSent,
        RightKind::SmallClaimAnswer,
        Rule::SmallClaimAnswer,
        &[ActKind::SmallClaimAccepted, ActKind::SmallClaimFailed],
    ),
];

impl Policy {
    pub(super) fn court(
        &self,
        collection: &Collection,
        today: NaiveDate,
        found: &mut Vec<Running>,
    ) {
        let acts = collection.acts();
        for act in &acts {
            for (from, kind, rule, ends) in TIMES {
                if act.kind != from {
                    continue;
                }
                let Some(counted) = self.counted(rule, act.on) else { continue };
                let stake = collection.stake_of(act);
                if stake.is_empty() {
                    continue;
                }
                let mut following = acts.iter().copied();
                let end = following
                    .find(|it| ends.contains(&it.kind) && it.follows.as_ref() == Some(&act.act));
                found.push(Running {
                    kind,
                    subject: RightSubject::Act(act.act.clone()),
                    counted_from: counted.from,
                    rule: counted.rule,
                    deadline: Some(counted.until),
                    stake,
                    standing: kept(end, counted.until, today),
                });
            }
        }
    }
}
