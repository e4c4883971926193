//! `GetCoverCost`: what credit insurance costs against what it saves.

use ::risk::portfolio::cover_cost::{Cost, CoverCost, NotComputable, OfGrade, Premium, Turnover};
use api::risk::{
    self as proto,
    get_cover_cost_request::{Premium as Asked, Turnover as Of},
};
use events::risk::Grade;
use rust_decimal::Decimal;
use tokio::time::Instant;

use super::{Answer, Heading, each, messages, number as share};
use crate::grpc::{
    Api,
    fields::{Fields, REQUIRED, Read, money},
    messages::{days as parts, number},
    status::Explanation,
    words::Word as _,
};

pub(super) async fn get_cover_cost(
    api: &Api,
    request: proto::GetCoverCostRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetCoverCostResponse> {
    let proto::GetCoverCostRequest { tenant_id, as_of, min_position, premium, turnover: of } =
        request;
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, (premium, turnover)) = heading
        .over(api, deadline, |fields| {
            let premium = paid(fields, premium.as_ref());
            let turnover = match Of::try_from(of) {
                Ok(Of::Unspecified | Of::Insured) => Ok(Turnover::Insured),
                Ok(Of::All) => Ok(Turnover::All),
                Err(_) => Err(fields.wrong("turnover", "is not known")),
            };
            Ok((premium?, turnover?))
        })
        .await?;
    let found = portfolio
        .gather(
            move |policy, some, on| CoverCost::of(policy, each(some), on, turnover),
            CoverCost::merge,
        )
        .await?;
    let policy = &portfolio.policy;
    let grades = found.by_grade(policy, premium)?;
    Ok(proto::GetCoverCostResponse {
        figures: messages::figures(&found.figures(policy, premium)?),
        total: Some(cost(&found.total(policy, premium)?)),
        grades: grades.iter().map(of_grade).collect(),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

/// A rate or an amount, and one of them.
fn paid(fields: &mut Fields, it: Option<&Asked>) -> Read<Premium> {
    let missing = |fields: &mut Fields| Err(fields.wrong("premium", REQUIRED));
    match it {
        None => missing(fields),
        Some(Asked::PremiumPercent(it)) => {
            match share(fields, "premium_percent", Some(it), Decimal::ONE_HUNDRED)? {
                Some(rate) => Ok(Premium::Percent(rate)),
                None => missing(fields),
            }
        }
        Some(Asked::PremiumAmount(it)) => {
            let amount = fields.stated("premium_amount", Some(it))?.0;
            if amount.is_negative() {
                return Err(fields.wrong("premium_amount", format_args!("{amount} is below zero")));
            }
            Ok(Premium::Amount(amount))
        }
    }
}

impl From<NotComputable> for Explanation {
    fn from(error: NotComputable) -> Self {
        match error {
            NotComputable::MissingRate(error) => error.into(),
            NotComputable::Money(error) => {
                Self::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string())
            }
        }
    }
}

fn cost(it: &Cost) -> proto::CoverCost {
    proto::CoverCost {
        at_stake_amount: Some(money(it.at_stake)),
        unsecured_amount: Some(money(it.unsecured)),
        insured_amount: Some(money(it.insured)),
        expected_loss_amount: Some(money(it.expected_loss)),
        quota_loss_amount: Some(money(it.quota_loss)),
        over_limit_loss_amount: Some(money(it.over_limit_loss)),
        uninsured_loss_amount: Some(money(it.uninsured_loss)),
        retained_loss_amount: Some(money(it.retained_loss)),
        sales_amount: Some(money(it.sales)),
        premium_amount: Some(money(it.premium)),
        difference_amount: Some(money(it.difference)),
    }
}

fn of_grade(it: &OfGrade) -> proto::GradeCoverCost {
    proto::GradeCoverCost {
        grade: it.grade.map(Grade::number).unwrap_or_default(),
        customer_count: number(it.customers),
        default_ppm: parts(it.default_ppm),
        cost: Some(cost(&it.cost)),
    }
}
