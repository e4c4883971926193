//! Tax on what is not paid, as messages.

use std::collections::BTreeMap;

use ::collection::insolvency::{Evidence, TaxLine};
use api::collection::{self as proto, loss_evidence};
use money::{Currency, Money};

use crate::grpc::{
    fields::{day, money},
    messages::text,
    words::Word as _,
};

pub(super) fn line(it: &TaxLine) -> proto::VatReliefLine {
    let ground = it.ground.as_ref();
    proto::VatReliefLine {
        invoice_id: it.document.invoice.to_string(),
        number: text(it.document.number.as_ref()),
        issue_date: Some(day(it.document.issued_on)),
        gross_amount: Some(money(it.document.gross)),
        unpaid_amount: Some(money(it.unpaid)),
        ground: ground.map(|it| it.kind.number()).unwrap_or_default(),
        from_date: ground.map(|it| day(it.from)),
        until_date: ground.map(|it| day(it.until)),
        lost_amount: Some(money(it.lost)),
        net_amount: it.net().map(money),
        tax_amount: it.tax.map(money),
        relieved_amount: Some(money(it.relieved)),
        to_relieve_amount: Some(money(it.to_relieve())),
        to_pay_back_amount: Some(money(it.to_pay_back())),
        ready: it.is_ready(),
        evidence: it.evidence.iter().map(evidence).collect(),
        lacks: it.missing.iter().map(|it| it.number()).collect(),
    }
}

fn evidence(it: &Evidence) -> proto::LossEvidence {
    let nothing = proto::LossEvidence::default();
    match it {
        Evidence::Judgment(notice, on) => proto::LossEvidence {
            evidence: Some(loss_evidence::Evidence::NoticeId(notice.to_string())),
            evidence_date: Some(day(*on)),
            ..nothing
        },
        Evidence::Act(act, kind, on) => proto::LossEvidence {
            evidence: Some(loss_evidence::Evidence::ActId(act.to_string())),
            act_kind: kind.number(),
            evidence_date: Some(day(*on)),
            ..nothing
        },
        Evidence::WriteOff(write_off, asked, agreed, on) => proto::LossEvidence {
            evidence: Some(loss_evidence::Evidence::WriteOffId(write_off.to_string())),
            evidence_date: Some(day(*on)),
            requested_by: asked.to_string(),
            approved_by: agreed.to_string(),
            ..nothing
        },
    }
}

/// What can be taken back today, and what is to be paid back: a currency each, none of which is nothing.
pub(super) fn sums(lines: &[TaxLine]) -> (Vec<api::Money>, Vec<api::Money>) {
    let sum = |of: fn(&TaxLine) -> Money| {
        let mut sums = BTreeMap::<Currency, i64>::new();
        for it in lines.iter().map(of).filter(|it| it.is_positive()) {
            let sum = sums.entry(it.currency()).or_default();
            *sum = sum.saturating_add(it.minor());
        }
        sums.into_iter().map(|(currency, minor)| money(Money::new(minor, currency))).collect()
    };
    let ready = |it: &TaxLine| {
        if it.is_ready() { it.to_relieve() } else { Money::zero(it.lost.currency()) }
    };
    (sum(ready), sum(TaxLine::to_pay_back))
}
