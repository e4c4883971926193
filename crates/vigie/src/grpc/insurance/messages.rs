//! What insurers would pay, claims to them, and their part of what came in, as messages.

use ::collection::{
    Running, Standing,
    view::{ClaimState, Falls, IndemnitySum, InsuranceClaimView, InsuredInvoice, Part, Recovery},
};
use api::collection::{self as proto, insurance_claim, insurer_duty};
use dunning::view::SentView;
use events::{
    CustomerId,
    collection::{Act, Indemnity, InsuranceClaim, RecoveryShare},
};

use crate::grpc::{
    fields::{day, money},
    messages::{decimal, text},
    words::Word as _,
};

pub(super) fn invoice(it: &InsuredInvoice) -> proto::InsuredInvoice {
    proto::InsuredInvoice {
        invoice_id: it.invoice.to_string(),
        issue_date: Some(day(it.issued_on)),
        due_date: Some(day(it.due_on)),
        open_amount: Some(money(it.open)),
        parts: it.parts.iter().map(part).collect(),
    }
}

fn part(it: &Part) -> proto::InsuredPart {
    let amount = Some(money(it.amount));
    match &it.falls {
        Falls::Covered { cover, layer, quota, indemnity } => proto::InsuredPart {
            amount,
            cover_id: cover.to_string(),
            layer: u32::from(*layer),
            quota: Some(decimal(*quota)),
            indemnity_amount: Some(money(*indemnity)),
            why: "The insurer pays its quota of it.".to_owned(),
            ..proto::InsuredPart::default()
        },
        Falls::OverLimit => proto::InsuredPart {
            amount,
            over_limit: true,
            why: "It is above what the covers are for.".to_owned(),
            ..proto::InsuredPart::default()
        },
        Falls::Excluded(exclusion) => proto::InsuredPart {
            amount,
            exclusion: exclusion.number(),
            why: exclusion.why().to_owned(),
            ..proto::InsuredPart::default()
        },
    }
}

pub(super) fn sum(it: &IndemnitySum) -> proto::IndemnitySum {
    proto::IndemnitySum {
        open_amount: Some(money(it.open)),
        covered_amount: Some(money(it.covered)),
        indemnity_amount: Some(money(it.indemnity)),
        quota_share_amount: Some(money(it.quota_share)),
        over_limit_amount: Some(money(it.over_limit)),
        excluded_amount: Some(money(it.excluded)),
        self_insured_amount: Some(money(it.self_insured)),
        paid_amount: Some(money(it.paid)),
    }
}

pub(super) fn state(it: ClaimState) -> insurance_claim::State {
    match it {
        ClaimState::Lodged => insurance_claim::State::Lodged,
        ClaimState::Accepted => insurance_claim::State::Accepted,
        ClaimState::Refused => insurance_claim::State::Refused,
        ClaimState::PartlyPaid => insurance_claim::State::PartlyPaid,
        ClaimState::Paid => insurance_claim::State::Paid,
        ClaimState::Withdrawn => insurance_claim::State::Withdrawn,
    }
}

pub(super) fn claim(customer: &CustomerId, it: &InsuranceClaimView) -> proto::InsuranceClaim {
    let answer = it.answer.as_ref();
    let lines = it.lines.iter().map(|it| proto::ClaimLine {
        invoice_id: it.invoice.to_string(),
        due_date: Some(day(it.due_on)),
        claimed_amount: Some(money(it.claimed)),
        open_amount: Some(money(it.open)),
        recovered_amount: Some(money(it.recovered)),
        may_write_off_amount: Some(money(it.may_write_off)),
    });
    proto::InsuranceClaim {
        customer_id: customer.to_string(),
        claim_id: it.claim.claim.to_string(),
        cover_id: it.claim.cover.to_string(),
        cause: it.claim.cause.number(),
        lodge_date: Some(day(it.claim.on)),
        state: state(it.state).into(),
        claimed_amount: Some(money(it.claimed)),
        answer_date: answer.map(|it| day(it.on)),
        accepted_amount: answer.and_then(|it| it.accepted).map(money),
        why: text(answer.and_then(|it| it.why.as_ref())),
        pay_by_date: it.pays_by.map(day),
        indemnities: it.indemnities.iter().map(indemnity).collect(),
        paid_amount: Some(money(it.paid)),
        lines: lines.collect(),
        recovery: it.recovery.as_ref().map(recovery),
        shares: it.shares.iter().map(share).collect(),
        warnings: it.warnings.iter().map(|it| it.number()).collect(),
        proof: text(it.claim.proof.as_ref()),
        lodged_by: it.claim.by.to_string(),
    }
}

fn indemnity(it: &Indemnity) -> proto::InsurerMoney {
    proto::InsurerMoney {
        number: it.number.to_string(),
        pay_date: Some(day(it.on)),
        amount: Some(money(it.amount)),
        payment_id: text(it.payment.as_ref()),
        recorded_by: it.by.to_string(),
    }
}

fn share(it: &RecoveryShare) -> proto::InsurerMoney {
    proto::InsurerMoney {
        number: it.number.to_string(),
        pay_date: Some(day(it.on)),
        amount: Some(money(it.amount)),
        payment_id: String::new(),
        recorded_by: it.by.to_string(),
    }
}

fn recovery(it: &Recovery) -> proto::Recovery {
    let receipts = it.receipts.iter().map(|it| proto::SharedReceipt {
        payment_id: it.payment.to_string(),
        value_date: Some(day(it.on)),
        amount: Some(money(it.amount)),
        insurer_amount: Some(money(it.insurer)),
        insured_amount: Some(money(it.insured)),
    });
    proto::Recovery {
        since_date: Some(day(it.since)),
        loss_amount: Some(money(it.loss)),
        indemnity_amount: Some(money(it.indemnity)),
        receipts: receipts.collect(),
        received_amount: Some(money(it.received)),
        insurer_amount: Some(money(it.insurer)),
        insured_amount: Some(money(it.insured)),
        passed_on_amount: Some(money(it.passed_on)),
        owed_amount: Some(money(it.owed)),
    }
}

/// A duty towards an insurer, with what was done about it.
pub(super) fn duty(it: &Running, acts: &[Act]) -> proto::InsurerDuty {
    let kept = if let Standing::Secured(act) = &it.standing { Some(act) } else { None };
    let done = kept.and_then(|kept| acts.iter().find(|it| it.act == *kept));
    let state = match it.standing {
        Standing::Runs => insurer_duty::State::Runs,
        Standing::Secured(_) => insurer_duty::State::Kept,
        Standing::Lapsed => insurer_duty::State::Lapsed,
    };
    proto::InsurerDuty {
        kind: it.kind.number(),
        count_date: Some(day(it.counted_from)),
        deadline_date: it.deadline.map(day),
        state: state.into(),
        act_id: text(kept),
        act_date: done.map(|it| day(it.on)),
        proof: text(done.and_then(|it| it.proof.as_ref())),
        rule: it.rule.to_string(),
    }
}

/// A reminder, if it named something that is claimed.
pub(super) fn reminder(it: &SentView, claim: &InsuranceClaim) -> Option<proto::ClaimReminder> {
    let named = it.reminder.items.iter().map(|it| &it.invoice);
    let named = named.filter(|named| claim.lines.iter().any(|it| it.invoice == **named));
    let invoice_ids: Vec<_> = named.map(ToString::to_string).collect();
    (!invoice_ids.is_empty()).then(|| proto::ClaimReminder {
        reminder_id: it.reminder.reminder.to_string(),
        send_date: Some(day(it.on)),
        channel: it.channel.to_string(),
        tone: it.reminder.tone.to_string(),
        invoice_ids,
    })
}
