//! `GetWorkingCapital`: what lateness ties up.

use ::risk::portfolio::working_capital::{NotComputable, WorkingCapital};
use api::risk as proto;
use rust_decimal::Decimal;
use tokio::time::Instant;

use super::{Answer, Heading, each, messages, number, top_count};
use crate::grpc::{Api, fields::money, messages::decimal, status::Explanation};

pub(super) async fn get_working_capital(
    api: &Api,
    request: proto::GetWorkingCapitalRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetWorkingCapitalResponse> {
    let it = request;
    let (tenant_id, as_of, min_position) = (it.tenant_id, it.as_of, it.min_position);
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, (financing, top)) = heading
        .over(api, deadline, |fields| {
            let rate = it.financing_percent.as_ref();
            let rate = number(fields, "financing_percent", rate, Decimal::ONE_HUNDRED);
            let top = top_count(fields, it.top_count);
            Ok((rate?, top?))
        })
        .await?;
    let found = portfolio
        .gather(
            |policy, some, on| WorkingCapital::of(policy, each(some), on),
            WorkingCapital::merge,
        )
        .await?;
    let customers = found.largest(top).into_iter();
    let customers = customers.map(|(customer, it)| proto::CustomerWorkingCapital {
        customer_id: customer.to_string(),
        sales_amount: Some(money(it.sales)),
        days_late: Some(decimal(it.days_late)),
        tied_up_amount: Some(money(it.tied_up)),
    });
    Ok(proto::GetWorkingCapitalResponse {
        figures: messages::figures(&found.figures(&portfolio.policy, financing)),
        top_customers: customers.collect(),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

impl From<NotComputable> for Explanation {
    fn from(error: NotComputable) -> Self {
        match error {
            NotComputable::MissingRate(error) => error.into(),
            NotComputable::NoAmount(error) => {
                Self::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string())
            }
        }
    }
}
