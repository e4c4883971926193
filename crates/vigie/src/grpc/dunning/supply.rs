//! `GetSupply`: what may be delivered to a customer, and what is to be paid for more.

use ::dunning::view::{Cause, Supply, WayOut};
use api::dunning as proto;
use events::CustomerId;
use tokio::time::Instant;

use super::known;
use crate::grpc::{
    Api,
    fields::{day, money},
    queries::{AsOf, One},
    status::Explanation,
};

pub(super) async fn get_supply(
    api: &Api,
    request: proto::GetSupplyRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetSupplyResponse, Explanation> {
    let proto::GetSupplyRequest { tenant_id, customer_id, as_of, min_position } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &customer_id)
        })?;
    let One { policy, state, position, on } = known(&tenant, &as_of, &customer).await?;
    Ok(proto::GetSupplyResponse {
        supply: Some(message(&customer, &policy.supply(&state))),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

fn message(customer: &CustomerId, it: &Supply) -> proto::Supply {
    proto::Supply {
        customer_id: customer.to_string(),
        supply_block: it.level.into(),
        since_date: it.since.map(day),
        causes: it.causes.iter().map(cause).collect(),
        ways_out: it.ways_out.iter().map(way_out).collect(),
    }
}

fn cause(it: &Cause) -> proto::SupplyCause {
    proto::SupplyCause {
        invoice_id: it.invoice.to_string(),
        due_date: Some(day(it.due_on)),
        level: it.level.into(),
        supply_block: it.supply_block.into(),
        pay_amount: Some(money(it.asked)),
    }
}

fn way_out(it: &WayOut) -> proto::SupplyWayOut {
    proto::SupplyWayOut {
        supply_block: it.level.into(),
        invoice_ids: it.invoices.iter().map(ToString::to_string).collect(),
        pay_amounts: it.to_pay.iter().map(|it| money(*it)).collect(),
    }
}
