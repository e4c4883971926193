//! `GetExpectedLoss`: what customers are expected not to pay.

use ::risk::portfolio::expected_loss::{ExpectedLoss, Line, OfGrade};
use api::risk as proto;
use events::{CustomerId, risk::Grade};
use tokio::time::Instant;

use super::{Answer, Heading, each, messages, top_count};
use crate::grpc::{
    Api,
    fields::money,
    messages::{days as parts, number},
    words::Word as _,
};

pub(super) async fn get_expected_loss(
    api: &Api,
    request: proto::GetExpectedLossRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetExpectedLossResponse> {
    let proto::GetExpectedLossRequest { tenant_id, as_of, min_position, top_count: top } = request;
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, top) = heading.over(api, deadline, |fields| top_count(fields, top)).await?;
    let found = portfolio
        .gather(|policy, some, on| ExpectedLoss::of(policy, each(some), on), ExpectedLoss::merge)
        .await?;
    let policy = &portfolio.policy;
    Ok(proto::GetExpectedLossResponse {
        figures: messages::figures(&found.figures(policy)),
        grades: found.by_grade(policy).iter().map(of_grade).collect(),
        top_customers: found.largest(top).into_iter().map(line).collect(),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

fn of_grade(it: &OfGrade) -> proto::GradeLoss {
    proto::GradeLoss {
        grade: it.grade.map(Grade::number).unwrap_or_default(),
        customer_count: number(it.customers),
        default_ppm: parts(it.default_ppm),
        exposure_amount: Some(money(it.exposure)),
        unsecured_amount: Some(money(it.unsecured)),
        expected_loss_amount: Some(money(it.expected_loss)),
    }
}

fn line((customer, it): (&CustomerId, &Line)) -> proto::CustomerLoss {
    proto::CustomerLoss {
        customer_id: customer.to_string(),
        grade: it.grade.map(Grade::number).unwrap_or_default(),
        exposure_amount: Some(money(it.exposure)),
        unsecured_amount: Some(money(it.unsecured)),
        expected_loss_amount: Some(money(it.expected_loss)),
    }
}
