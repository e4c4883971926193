//! Cases, placements, acts and rights, as messages.

use std::collections::BTreeMap;

use ::collection::{
    Policy, Running, Standing,
    view::{Answered, CaseView, Claim, PlacementView, RemittanceView, Run, Stage},
    what_to_do,
};
use api::{
    collection::{self as proto, errand_run, placement, right},
    invoicing::Instalment,
};
use chrono::NaiveDate;
use events::{
    CustomerId, Reference,
    collection::{Act, CollectorReport, Dividend, PlacedClaim, RightSubject},
};
use money::{Currency, Money};

use crate::grpc::{
    fields::{day, money},
    messages::text,
    words::Word as _,
};

/// By which rules, and on which day, something is looked at.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) policy: &'a Policy,
    pub(super) on: NaiveDate,
}

pub(super) fn case(
    customer: &CustomerId,
    it: &CaseView,
    placements: &[PlacementView],
    by: By<'_>,
) -> proto::Case {
    let of_case = placements.iter().filter(|other| other.placement.case == it.case.case);
    proto::Case {
        customer_id: customer.to_string(),
        case_id: it.case.case.to_string(),
        why: it.case.why.number(),
        open_date: Some(day(it.case.opened_on)),
        opened_by: text(it.case.by.as_ref()),
        notice_id: text(it.case.notice.as_ref()),
        claims: it.claims.iter().map(claim).collect(),
        sums: sums(&it.claims),
        route: it.route.as_ref().map(|it| proto::ChosenRoute {
            route: it.route.number(),
            collector: text(it.collector.as_ref()),
            choose_date: Some(day(it.on)),
            chosen_by: it.by.to_string(),
        }),
        end: it.closed.as_ref().map(|it| proto::CaseEnd {
            outcome: it.outcome.number(),
            close_date: Some(day(it.on)),
            closed_by: text(it.by.as_ref()),
            into_case_id: text(it.into.as_ref()),
        }),
        placements: of_case.map(|it| placed(customer, it, by)).collect(),
    }
}

fn claim(it: &Claim) -> proto::Claim {
    proto::Claim {
        invoice_id: it.invoice.to_string(),
        due_date: Some(day(it.due_on)),
        open_amount: Some(money(it.principal)),
        disputed_amount: Some(money(it.disputed)),
        interest_amount: Some(money(it.interest)),
        fixed_sum_amount: Some(money(it.fixed_sum)),
    }
}

/// Principal, interest and fixed sums, a currency each. A fixed sum may be of another currency than
/// its receivable.
fn sums(claims: &[Claim]) -> Vec<proto::CaseSum> {
    let mut by_currency = BTreeMap::<Currency, [i64; 3]>::new();
    for it in claims {
        for (place, amount) in [it.principal, it.interest, it.fixed_sum].into_iter().enumerate() {
            let sums = by_currency.entry(amount.currency()).or_default();
            if let Some(sum) = sums.get_mut(place) {
                *sum = sum.saturating_add(amount.minor());
            }
        }
    }
    let sums = by_currency.into_iter().map(|(currency, [open, interest, fixed])| {
        let amount = |minor| Some(money(Money::new(minor, currency)));
        proto::CaseSum {
            open_amount: amount(open),
            interest_amount: amount(interest),
            fixed_sum_amount: amount(fixed),
        }
    });
    sums.collect()
}

pub(super) fn act(it: &Act) -> proto::Act {
    proto::Act {
        act_id: it.act.to_string(),
        kind: it.kind.number(),
        act_date: Some(day(it.on)),
        case_id: text(it.case.as_ref()),
        invoice_ids: it.invoices.iter().map(ToString::to_string).collect(),
        follows_act_id: text(it.follows.as_ref()),
        notice_id: text(it.notice.as_ref()),
        cover_id: text(it.cover.as_ref()),
        guarantee_id: text(it.guarantee.as_ref()),
        amount: it.amount.map(money),
        proof: text(it.proof.as_ref()),
        recorded_by: it.by.to_string(),
        dividends: it.dividends.iter().map(dividend).collect(),
    }
}

fn dividend(it: &Dividend) -> proto::Dividend {
    let percent = Some(api::Decimal { value: it.percent.to_string() });
    proto::Dividend { due_date: Some(day(it.due_on)), percent }
}

/// How a placement stands, in a word: what came last.
pub(super) fn state(it: &PlacementView) -> placement::State {
    if it.recall.as_ref().is_some_and(|it| matches!(it.stage, Stage::Done { .. })) {
        return placement::State::Recalled;
    }
    match (&it.answer, &it.hand_over.stage) {
        (Some(Answered::Refused(..)), _) => placement::State::Refused,
        (Some(Answered::Accepted(..)), _) => placement::State::Accepted,
        (None, Stage::Planned) => placement::State::Planned,
        (None, Stage::Started { .. }) => placement::State::Started,
        (None, Stage::Done { .. }) => placement::State::Brought,
        (None, Stage::Failed(_)) => placement::State::Failed,
        (None, Stage::Unknown(_)) => placement::State::Unknown,
        (None, Stage::Withdrawn) => placement::State::Withdrawn,
    }
}

/// Whether somebody else may be collecting, or is about to.
pub(super) fn is_out(it: &PlacementView) -> bool {
    use placement::State;
    !matches!(state(it), State::Recalled | State::Refused | State::Withdrawn)
}

pub(super) fn placed(customer: &CustomerId, it: &PlacementView, by: By<'_>) -> proto::Placement {
    let collector = &it.placement.collector;
    let (answer_date, reference, why) = match &it.answer {
        None => (None, String::new(), String::new()),
        Some(Answered::Accepted(on, reference)) => {
            (Some(day(*on)), text(reference.as_ref()), String::new())
        }
        Some(Answered::Refused(on, why)) => (Some(day(*on)), String::new(), why.to_string()),
    };
    proto::Placement {
        customer_id: customer.to_string(),
        placement_id: it.placement.placement.to_string(),
        case_id: it.placement.case.to_string(),
        collector: collector.to_string(),
        agreement: it.placement.agreement.to_string(),
        plan_date: Some(day(it.placement.planned_on)),
        placed_by: it.placement.by.to_string(),
        state: state(it).into(),
        hand_over: Some(run(&it.hand_over)),
        recall: it.recall.as_ref().map(run),
        claims: it.claims.iter().map(placed_claim).collect(),
        answer_date,
        reference,
        why,
        reports: it.reports.iter().map(report).collect(),
        remittances: it.remittances.iter().map(|it| remittance(it, collector, by)).collect(),
    }
}

fn run(it: &Run) -> proto::ErrandRun {
    use errand_run::State;
    let (state, on) = match &it.stage {
        Stage::Planned => (State::Planned, None),
        Stage::Started { .. } => (State::Started, None),
        Stage::Done { on, .. } => (State::Done, Some(*on)),
        Stage::Failed(on) => (State::Failed, Some(*on)),
        Stage::Unknown(on) => (State::Unknown, Some(*on)),
        Stage::Withdrawn => (State::Withdrawn, None),
    };
    let run = if let Stage::Started { run, .. } = &it.stage { Some(run) } else { None };
    let dossier = if let Stage::Done { dossier, .. } = &it.stage { dossier.as_ref() } else { None };
    proto::ErrandRun {
        state: state.into(),
        state_date: on.map(day),
        run: text(run),
        dossier_hash: text(dossier),
    }
}

fn placed_claim(it: &PlacedClaim) -> proto::PlacedClaim {
    proto::PlacedClaim {
        invoice_id: it.invoice.to_string(),
        principal_amount: Some(money(it.principal)),
        interest_amount: Some(money(it.interest)),
        fixed_sum_amount: Some(money(it.fixed_sum)),
    }
}

fn report(it: &CollectorReport) -> proto::CollectorReport {
    let instalments = it
        .proposes
        .iter()
        .map(|it| Instalment { due_date: Some(day(it.due_on)), amount: Some(money(it.amount)) });
    proto::CollectorReport {
        report_id: it.report.to_string(),
        report_date: Some(day(it.on)),
        status: it.status.number(),
        proposed_instalments: instalments.collect(),
        note: text(it.note.as_ref()),
    }
}

fn remittance(it: &RemittanceView, collector: &Reference, by: By<'_>) -> proto::Remittance {
    let said = &it.remittance;
    let all = said.collected.iter();
    let all = all.fold(0_i64, |sum, it| sum.saturating_add(it.amount.minor()));
    proto::Remittance {
        remittance_id: said.remittance.to_string(),
        collect_date: Some(day(said.on)),
        collected: said
            .collected
            .iter()
            .map(|it| proto::Collected {
                invoice_id: it.invoice.to_string(),
                amount: Some(money(it.amount)),
            })
            .collect(),
        collected_amount: Some(money(Money::new(all, said.fee.currency()))),
        fee_amount: Some(money(said.fee)),
        scale_fee_amount: Some(money(said.fee_by_scale)),
        kept_back: said.kept_back,
        payment_id: text(said.payment.as_ref()),
        booked_amount: it.in_the_books.map(money),
        due_date: by.policy.pass_on_by(collector, said.on).map(day),
        pass_on_date: it.passed_on.map(day),
        late: by.policy.is_late(collector, said.on, it.passed_on, by.on),
    }
}

/// A right that nothing has kept yet.
pub(super) fn right(customer: &CustomerId, it: &Running, on: NaiveDate) -> proto::Right {
    let subject = match &it.subject {
        RightSubject::Invoice(id) => right::Subject::InvoiceId(id.to_string()),
        RightSubject::Notice(id) => right::Subject::NoticeId(id.to_string()),
        RightSubject::Act(id) => right::Subject::ActId(id.to_string()),
        RightSubject::Cover(id) => right::Subject::CoverId(id.to_string()),
        RightSubject::Guarantee(id) => right::Subject::GuaranteeId(id.to_string()),
    };
    let state = match (&it.standing, it.deadline) {
        (Standing::Lapsed, _) => right::State::Lapsed,
        (Standing::Runs | Standing::Secured(_), None) => right::State::StandsStill,
        (Standing::Runs | Standing::Secured(_), Some(_)) => right::State::Runs,
    };
    let left = it.deadline.map(|it| (it - on).num_days());
    proto::Right {
        customer_id: customer.to_string(),
        kind: it.kind.number(),
        state: state.into(),
        count_date: Some(day(it.counted_from)),
        rule: it.rule.to_string(),
        deadline_date: it.deadline.map(day),
        days_left: left.map(|it| i32::try_from(it).unwrap_or(i32::MAX)),
        stake_amounts: it.stake.iter().map(|it| money(*it)).collect(),
        theirs: it.kind.is_theirs(),
        what_to_do: what_to_do(it.kind).to_owned(),
        subject: Some(subject),
    }
}
