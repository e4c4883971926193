//! `GetRollForward`: what led from the opening to the closing.

use ::risk::portfolio::roll_forward::{Movements, ProvisionRoll, RollForward};
use api::risk as proto;
use chrono::{Datelike as _, NaiveDate};
use invoicing::view::MissingRate;
use tokio::time::Instant;

use super::{Answer, Heading, each, messages, provisions};
use crate::grpc::{
    Api,
    fields::{day, money},
    status::Explanation,
};

pub(super) async fn get_roll_forward(
    api: &Api,
    request: proto::GetRollForwardRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetRollForwardResponse> {
    let proto::GetRollForwardRequest { tenant_id, as_of, min_position, from_date, assumptions } =
        request;
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, _, (first, assumed)) = heading
        .over(api, deadline, |fields| {
            let first = fields.optional_date("from_date", from_date);
            let assumed = provisions::assumed(fields, assumptions);
            Ok((first?, assumed?))
        })
        .await?;
    let last = portfolio.on;
    let first = first.or_else(|| NaiveDate::from_ymd_opt(last.year(), 1, 1)).unwrap_or(last);
    if first > last {
        return Err(Explanation::field("from_date", format_args!("is after {last}")));
    }
    let found = portfolio
        .gather(
            move |_, some, _| Ok::<_, MissingRate>(RollForward::of(each(some), first, last)),
            RollForward::merge,
        )
        .await?;
    let policy = &portfolio.policy;
    let whole = found.whole(policy)?;
    let before = first.pred_opt().unwrap_or(first);
    let opening = provisions::provisions(&portfolio, &assumed, before).await?.allowance;
    let closing = provisions::provisions(&portfolio, &assumed, last).await?.allowance;
    let provision = ProvisionRoll::of(opening, closing, &whole);
    Ok(proto::GetRollForwardResponse {
        figures: messages::figures(&[whole.figure(), provision.figure()]),
        movements: Some(movements(&whole)),
        currencies: found.by_currency().iter().map(movements).collect(),
        provision: Some(proto::ProvisionMovements {
            opening_amount: Some(money(provision.opening)),
            charge_amount: Some(money(provision.charge)),
            used_amount: Some(money(provision.used)),
            released_amount: Some(money(provision.released)),
            closing_amount: Some(money(provision.closing)),
        }),
        from_date: Some(day(first)),
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

fn movements(it: &Movements) -> proto::Movements {
    proto::Movements {
        currency_code: it.closing.currency().code().to_owned(),
        opening_amount: Some(money(it.opening)),
        invoiced_amount: Some(money(it.invoiced)),
        credited_amount: Some(money(it.credited)),
        cancelled_amount: Some(money(it.cancelled)),
        paid_amount: Some(money(it.paid)),
        reversed_amount: Some(money(it.reversed)),
        refunded_amount: Some(money(it.refunded)),
        written_off_amount: Some(money(it.written_off)),
        small_balance_amount: Some(money(it.small_balances)),
        recovered_amount: Some(money(it.recovered)),
        closing_amount: Some(money(it.closing)),
        ledger_amount: Some(money(it.ledger)),
    }
}
