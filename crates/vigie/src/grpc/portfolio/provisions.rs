//! `GetProvisionMatrix`: what is put aside under IFRS 9, and why.

use ::risk::{
    figures::provision::Outlook,
    portfolio::provisions::{Ages, Judgement, MONTHS_MAX, NotComputable, Provisions, Roll, Row},
};
use api::risk as proto;
use rust_decimal::Decimal;
use tokio::time::Instant;

use super::{Answer, Heading, Portfolio, count, each, messages, number};
use crate::grpc::{
    Api,
    fields::{Fields, REQUIRED, Read, day, money},
    messages::{days, decimal},
    status::Explanation,
};

/// Months in which roll rates are looked for when nobody says.
const MONTHS: u32 = 12;

/// What a request says about provisions.
pub(super) struct Assumed {
    months: u32,
    judgement: Judgement,
}

pub(super) async fn get_provision_matrix(
    api: &Api,
    request: proto::GetProvisionMatrixRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetProvisionMatrixResponse> {
    let proto::GetProvisionMatrixRequest { tenant_id, as_of, min_position, assumptions } = request;
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, assumed) =
        heading.over(api, deadline, |fields| assumed(fields, assumptions)).await?;
    let found = provisions(&portfolio, &assumed, portfolio.on).await?;
    Ok(proto::GetProvisionMatrixResponse {
        figures: messages::figures(&found.figures),
        rows: found.rows.iter().map(row).collect(),
        month_end_dates: found.months.iter().copied().map(day).collect(),
        last_loss: Some(decimal(found.last_loss)),
        outlook: found.outlook.as_ref().map(outlook),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

/// What is put aside at the end of a day.
pub(super) async fn provisions(
    portfolio: &Portfolio,
    assumed: &Assumed,
    on: chrono::NaiveDate,
) -> Answer<Provisions> {
    let months = assumed.months;
    let ages = portfolio
        .gather(
            move |_, some, _| Ok::<_, NotComputable>(Ages::of(each(some), on, months)),
            Ages::merge,
        )
        .await?;
    Ok(ages.provisions(&portfolio.policy, &assumed.judgement)?)
}

pub(super) fn assumed(
    fields: &mut Fields,
    it: Option<proto::ProvisionAssumptions>,
) -> Read<Assumed> {
    let it = it.unwrap_or_default();
    fields.within("assumptions", |fields| {
        let months = count(fields, "month_count", it.month_count, MONTHS, MONTHS_MAX);
        let last_loss = number(fields, "last_loss", it.last_loss.as_ref(), Decimal::ONE);
        let outlooks = fields.each("outlooks", &it.outlooks, |fields, field, it| {
            fields.within(field, |fields| {
                let from = fields.date("from_date", it.from_date);
                let factor = number(fields, "factor", it.factor.as_ref(), Decimal::ONE_HUNDRED);
                let factor = factor?.ok_or_else(|| fields.wrong("factor", REQUIRED));
                Outlook::try_new(from?, factor?).map_err(|error| fields.wrong("factor", error))
            })
        });
        let last_loss = last_loss?.unwrap_or(Decimal::ONE);
        let judgement = Judgement { last_loss, outlooks: outlooks? };
        Ok(Assumed { months: months?, judgement })
    })
}

fn outlook(it: &Outlook) -> proto::Outlook {
    proto::Outlook { from_date: Some(day(it.from())), factor: Some(decimal(it.factor())) }
}

fn row(it: &Row) -> proto::ProvisionRow {
    let roll = |it: &Roll| proto::RollRate {
        left_amount: Some(money(it.left)),
        arrived_amount: Some(money(it.arrived)),
        // What is not rounded may have 28 decimals, and says no more by them.
        rate: Some(decimal(it.rate.round_dp(6))),
        assumed: it.assumed,
    };
    proto::ProvisionRow {
        days_min: days(it.days_min),
        days_max: it.days_max.map(days),
        gross_amount: Some(money(it.gross)),
        roll: it.roll.as_ref().map(roll),
        historical_rate: Some(decimal(it.historical_rate)),
        rate: Some(decimal(it.rate)),
        allowance_amount: Some(money(it.allowance)),
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
