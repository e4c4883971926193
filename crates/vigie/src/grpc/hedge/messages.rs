//! Hedges, as messages.

use ::risk::{HedgeState, KnownHedge};
use api::risk::{self as proto, hedge};
use chrono::NaiveDate;
use events::risk::{Hedge, HedgeUse, Hedged, InvoiceOf, OrderOf};

use crate::grpc::{
    fields::{day, money},
    messages::{decimal, text},
    words::Word as _,
};

/// A hedge at the end of a day; none: it was not agreed yet.
pub(in crate::grpc) fn hedge(it: &KnownHedge, on: NaiveDate) -> Option<proto::Hedge> {
    let state = match it.state_on(on)? {
        HedgeState::Agreed => hedge::State::Agreed,
        HedgeState::Open => hedge::State::Open,
        HedgeState::UsedUp => hedge::State::UsedUp,
        HedgeState::Matured => hedge::State::Matured,
        HedgeState::Ended => hedge::State::Ended,
    };
    let ended = it.ended.as_ref().filter(|it| it.on <= on);
    Some(proto::Hedge {
        hedge_id: it.hedge.hedge.to_string(),
        state: state.into(),
        agreed: Some(agreed(&it.hedge)),
        used_amount: Some(money(it.used_on(on))),
        left_amount: Some(money(it.left_on(on))),
        protected_amount: Some(money(it.protected_on(on))),
        uses: it.uses.values().filter(|it| it.used_on <= on).map(used).collect(),
        outcome: ended.map_or(0, |it| it.outcome.number()),
        end_date: ended.map(|it| day(it.on)),
        end_reason: text(ended.and_then(|it| it.reason.as_ref())),
    })
}

fn agreed(it: &Hedge) -> proto::RegisterHedge {
    proto::RegisterHedge {
        hedge_id: it.hedge.to_string(),
        kind: it.kind.number(),
        counterparty: it.counterparty.to_string(),
        amount: Some(money(it.amount)),
        rate: it.rate.map(decimal),
        quota: it.quota.map(decimal),
        trade_date: Some(day(it.traded_on)),
        valid_from_date: it.usable_from.map(day),
        maturity_date: Some(day(it.matures_on)),
        hedged: hedged(&it.hedged),
        note: text(it.note.as_ref()),
    }
}

/// What it is for; none: all that is owed in its currency.
fn hedged(it: &Hedged) -> Option<proto::Hedged> {
    let mut told = proto::Hedged::default();
    match it {
        Hedged::Invoices(all) => told.invoices = all.iter().map(invoice).collect(),
        Hedged::Orders(all) => told.orders = all.iter().map(order).collect(),
        Hedged::Customer(it) => told.customer_id = it.to_string(),
        Hedged::Currency => return None,
        Hedged::Tender(it) => told.tender = it.to_string(),
        Hedged::Market(it) => told.market = it.to_string(),
    }
    Some(told)
}

fn invoice(it: &InvoiceOf) -> proto::HedgedInvoice {
    proto::HedgedInvoice {
        customer_id: it.customer.to_string(),
        invoice_id: it.invoice.to_string(),
    }
}

fn order(it: &OrderOf) -> proto::HedgedOrder {
    proto::HedgedOrder { customer_id: it.customer.to_string(), order: it.order.to_string() }
}

fn used(it: &HedgeUse) -> hedge::Use {
    hedge::Use {
        use_id: it.id.to_string(),
        amount: Some(money(it.amount)),
        use_date: Some(day(it.used_on)),
        invoice: it.invoice.as_ref().map(invoice),
    }
}
