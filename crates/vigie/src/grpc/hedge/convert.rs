//! Commands about hedges, read from messages. What they mean is decided in risk.

use ::risk::{
    Command, EndHedge, HEDGED_MAX, HedgedData, HedgedInvoice, HedgedOrder, RegisterHedge, UseHedge,
};
use api::risk as proto;

use crate::grpc::fields::{Fields, Read};

pub(super) fn register(fields: &mut Fields, it: &proto::RegisterHedge) -> Read<Command> {
    let hedge_id = fields.text("hedge_id", &it.hedge_id);
    let kind = fields.word("kind", it.kind);
    let counterparty = fields.text("counterparty", &it.counterparty);
    let amount = fields.stated("amount", it.amount.as_ref());
    let mut decimal = |field: &str, it: Option<&api::Decimal>| {
        it.map(|it| fields.decimal(field, &it.value)).transpose()
    };
    let rate = decimal("rate", it.rate.as_ref());
    let quota = decimal("quota", it.quota.as_ref());
    let trade_date = fields.date("trade_date", it.trade_date);
    let valid_from = fields.optional_date("valid_from_date", it.valid_from_date);
    let maturity_date = fields.date("maturity_date", it.maturity_date);
    let hedged = match &it.hedged {
        Some(it) => fields.within("hedged", |fields| hedged(fields, it)),
        None => Ok(HedgedData::default()),
    };
    let note = fields.optional("note", &it.note);
    Ok(Command::RegisterHedge(Box::new(RegisterHedge {
        hedge_id: hedge_id?,
        kind: kind?,
        counterparty: counterparty?,
        amount: amount?,
        rate: rate?,
        quota: quota?,
        trade_date: trade_date?,
        valid_from: valid_from?,
        maturity_date: maturity_date?,
        hedged: hedged?,
        note: note?,
    })))
}

fn hedged(fields: &mut Fields, it: &proto::Hedged) -> Read<HedgedData> {
    let most = HEDGED_MAX.saturating_add(1);
    let invoices = fields.each("invoices", it.invoices.iter().take(most), |fields, field, it| {
        fields.within(field, |fields| invoice(fields, it))
    });
    let orders = fields.each("orders", it.orders.iter().take(most), |fields, field, it| {
        fields.within(field, |fields| {
            let customer_id = fields.text("customer_id", &it.customer_id);
            let order = fields.text("order", &it.order);
            Ok(HedgedOrder { customer_id: customer_id?, order: order? })
        })
    });
    let customer_id = fields.optional("customer_id", &it.customer_id);
    let tender = fields.optional("tender", &it.tender);
    let market = fields.optional("market", &it.market);
    Ok(HedgedData {
        invoices: invoices?,
        orders: orders?,
        customer_id: customer_id?,
        tender: tender?,
        market: market?,
    })
}

fn invoice(fields: &mut Fields, it: &proto::HedgedInvoice) -> Read<HedgedInvoice> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let invoice_id = fields.text("invoice_id", &it.invoice_id);
    Ok(HedgedInvoice { customer_id: customer_id?, invoice_id: invoice_id? })
}

pub(super) fn used(fields: &mut Fields, it: &proto::UseHedge) -> Read<Command> {
    let hedge_id = fields.text("hedge_id", &it.hedge_id);
    let use_id = fields.text("use_id", &it.use_id);
    let amount = fields.stated("amount", it.amount.as_ref());
    let use_date = fields.date("use_date", it.use_date);
    let of = it.invoice.as_ref();
    let of = of.map(|it| fields.within("invoice", |fields| invoice(fields, it))).transpose();
    Ok(Command::UseHedge(UseHedge {
        hedge_id: hedge_id?,
        use_id: use_id?,
        amount: amount?,
        use_date: use_date?,
        invoice: of?,
    }))
}

pub(super) fn end(fields: &mut Fields, it: &proto::EndHedge) -> Read<Command> {
    let hedge_id = fields.text("hedge_id", &it.hedge_id);
    let outcome = fields.word("outcome", it.outcome);
    let end_date = fields.date("end_date", it.end_date);
    let reason = fields.optional("reason", &it.reason);
    Ok(Command::EndHedge(EndHedge {
        hedge_id: hedge_id?,
        outcome: outcome?,
        end_date: end_date?,
        reason: reason?,
    }))
}
