//! What a collector says, as commands of collection.

use api::{collection as proto, invoicing::Instalment as InstalmentMessage};
use collection::{
    AcceptPlacement, CollectorData, Command, InvoiceAmount, RefusePlacement, RemittanceData,
};
use invoicing::InstalmentData;

use super::convert::checked;
use crate::grpc::fields::{Fields, Read};

pub(super) fn accept(fields: &mut Fields, it: &proto::AcceptPlacement) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let placement_id = fields.text("placement_id", &it.placement_id);
    let accept_date = fields.date("accept_date", it.accept_date);
    let reference = fields.optional("reference", &it.reference);
    Ok(Command::AcceptPlacement(AcceptPlacement {
        customer_id: customer_id?,
        placement_id: placement_id?,
        accept_date: accept_date?,
        reference: reference?,
    }))
}

pub(super) fn refuse(fields: &mut Fields, it: &proto::RefusePlacement) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let placement_id = fields.text("placement_id", &it.placement_id);
    let refuse_date = fields.date("refuse_date", it.refuse_date);
    let why = fields.text("why", &it.why);
    Ok(Command::RefusePlacement(RefusePlacement {
        customer_id: customer_id?,
        placement_id: placement_id?,
        refuse_date: refuse_date?,
        why: why?,
    }))
}

pub(super) fn report(fields: &mut Fields, it: &proto::ReportCollection) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let placement_id = fields.text("placement_id", &it.placement_id);
    let report_id = fields.text("report_id", &it.report_id);
    let report_date = fields.date("report_date", it.report_date);
    let status = fields.word("status", it.status);
    let proposes =
        fields.each("proposed_instalments", &it.proposed_instalments, |fields, field, it| {
            fields.within(field, |fields| instalment(fields, it))
        });
    let note = fields.optional("note", &it.note);
    Ok(Command::ReportCollection(Box::new(CollectorData {
        customer_id: customer_id?,
        placement_id: placement_id?,
        report_id: report_id?,
        report_date: report_date?,
        status: status?,
        proposes: proposes?,
        note: note?,
    })))
}

fn instalment(fields: &mut Fields, it: &InstalmentMessage) -> Read<InstalmentData> {
    let due_date = fields.date("due_date", it.due_date);
    let amount = fields.stated("amount", it.amount.as_ref());
    Ok(InstalmentData { due_date: due_date?, amount: amount? })
}

pub(super) fn remit(fields: &mut Fields, it: &proto::Remit) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let placement_id = fields.text("placement_id", &it.placement_id);
    let remittance_id = fields.text("remittance_id", &it.remittance_id);
    let collect_date = fields.date("collect_date", it.collect_date);
    let collected = fields.each("collected", &it.collected, |fields, field, it| {
        fields.within(field, |fields| {
            let invoice = fields.text("invoice_id", &it.invoice_id);
            let amount = fields.stated("amount", it.amount.as_ref());
            Ok(InvoiceAmount { invoice_id: invoice?, amount: amount? })
        })
    });
    let fee = fields.stated("fee_amount", it.fee_amount.as_ref());
    let payment_id = fields.optional("payment_id", &it.payment_id);
    let command = Command::Remit(Box::new(RemittanceData {
        customer_id: customer_id?,
        placement_id: placement_id?,
        remittance_id: remittance_id?,
        collect_date: collect_date?,
        collected: collected?,
        fee: fee?,
        kept_back: it.kept_back,
        payment_id: payment_id?,
    }));
    checked(fields, command)
}
