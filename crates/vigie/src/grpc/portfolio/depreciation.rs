//! `GetDepreciation`: doubtful claims under French GAAP, case by case.

use std::collections::BTreeMap;

use ::risk::portfolio::depreciation::{
    Case, Cases, Judgement, NotComputable, RECEIVERSHIP_PRACTICE, Reason, Sum,
};
use api::risk as proto;
use events::{CustomerId, risk::NoticeKind};
use rust_decimal::Decimal;
use tokio::time::Instant;

use super::{Answer, Heading, each, messages, number, top_count};
use crate::grpc::{
    Api,
    fields::{Fields, REQUIRED, Read, day, money},
    messages::{decimal, number as counted},
    status::Explanation,
};

pub(super) async fn get_depreciation(
    api: &Api,
    request: proto::GetDepreciationRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetDepreciationResponse> {
    let mut it = request;
    let heading = Heading {
        tenant_id: std::mem::take(&mut it.tenant_id),
        as_of: it.as_of.take(),
        min_position: it.min_position.take(),
    };
    let (portfolio, _, (judgement, top)) = heading
        .over(api, deadline, |fields| {
            let judgement = judgement(fields, &it);
            let top = top_count(fields, it.top_count);
            Ok((judgement?, top?))
        })
        .await?;
    let cases = portfolio
        .gather(move |policy, some, on| Cases::of(policy, each(some), on, &judgement), Cases::merge)
        .await?;
    let policy = &portfolio.policy;
    Ok(proto::GetDepreciationResponse {
        figures: messages::figures(&cases.figures(policy)),
        sums: cases.sums(policy).iter().map(sum).collect(),
        claims: cases.cases().iter().take(top).map(case).collect(),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

fn judgement(fields: &mut Fields, it: &proto::GetDepreciationRequest) -> Read<Judgement> {
    let mut percent = |field: &str, it: &Option<api::Decimal>| {
        number(fields, field, it.as_ref(), Decimal::ONE_HUNDRED)
    };
    let insolvency_percent = percent("insolvency_percent", &it.insolvency_percent);
    let dispute_percent = percent("dispute_percent", &it.dispute_percent);
    let overdue_percent = percent("overdue_percent", &it.overdue_percent);
    let tax_percent = percent("tax_percent", &it.tax_percent);
    let overdue_days = it.overdue_days.map(u32::try_from).transpose();
    let overdue_days = overdue_days.map_err(|_| fields.wrong("overdue_days", "is below zero"));
    let each = fields.each("cases", &it.cases, |fields, field, it| {
        fields.within(field, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let percent = number(fields, "percent", it.percent.as_ref(), Decimal::ONE_HUNDRED);
            let percent = percent?.ok_or_else(|| fields.wrong("percent", REQUIRED));
            Ok((customer?, percent?))
        })
    });
    let mut cases = BTreeMap::new();
    for (place, (customer, percent)) in each?.into_iter().enumerate() {
        if cases.contains_key(&customer) {
            let why = format!("{customer} is judged twice");
            return Err(fields.wrong(&format!("cases[{place}].customer_id"), why));
        }
        cases.insert(customer, percent);
    }
    Ok(Judgement {
        insolvency_percent: insolvency_percent?,
        dispute_percent: dispute_percent?,
        overdue_days: overdue_days?,
        overdue_percent: overdue_percent?,
        cases,
        tax_percent: tax_percent?,
    })
}

fn reason(it: Reason) -> i32 {
    let reason = match it {
        Reason::Insolvency => proto::DoubtReason::Insolvency,
        Reason::Named => proto::DoubtReason::Named,
        Reason::Dispute => proto::DoubtReason::Dispute,
        Reason::Overdue => proto::DoubtReason::Overdue,
    };
    reason.into()
}

fn sum(it: &Sum) -> proto::DoubtSum {
    proto::DoubtSum {
        reason: reason(it.reason),
        claim_count: counted(it.cases),
        unjudged_count: counted(it.unjudged),
        gross_amount: Some(money(it.gross)),
        depreciation_amount: Some(money(it.amount)),
    }
}

fn case(it: &Case) -> proto::DoubtfulClaim {
    let suggested = match it.notice {
        Some(NoticeKind::Receivership) => RECEIVERSHIP_PRACTICE.map(i32::from).to_vec(),
        Some(_) | None => Vec::new(),
    };
    proto::DoubtfulClaim {
        customer_id: it.customer.to_string(),
        invoice_id: it.invoice.to_string(),
        due_date: Some(day(it.due_on)),
        reason: reason(it.reason),
        notice: it.notice.map(NoticeKind::name).unwrap_or_default().to_owned(),
        gross_amount: Some(money(it.gross)),
        base_amount: it.base.map(money),
        percent: it.percent.map(decimal),
        depreciation_amount: it.amount.map(money),
        suggested_percents: suggested,
    }
}

impl From<NotComputable> for Explanation {
    fn from(error: NotComputable) -> Self {
        match error {
            NotComputable::MissingRate(error) => error.into(),
            NotComputable::Refused(error) => {
                Self::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string())
            }
        }
    }
}
