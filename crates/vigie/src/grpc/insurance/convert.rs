//! Commands of the contract become commands of collection. What they mean is decided there; here is
//! only read what they say.

use api::collection as proto;
use collection::{
    AnswerInsuranceClaim, ClaimData, Command, IndemnityData, InvoiceAmount, ShareData,
    WithdrawInsuranceClaim,
};

use crate::grpc::fields::{Fields, Read};

/// What cannot be, whatever is known of the customer, is said with its fields.
fn checked(fields: &mut Fields, command: Command) -> Read<Command> {
    let Err(invalid) = command.check() else { return Ok(command) };
    // The contract says what is an amount; the journal need not.
    let errors = invalid.0.iter().map(|it| {
        let field = if it.field == "accepted" { "accepted_amount" } else { &it.field };
        fields.wrong(field, &it.reason)
    });
    errors.last().map_or(Ok(command), Err)
}

pub(super) fn lodge(fields: &mut Fields, it: &proto::LodgeInsuranceClaim) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let claim_id = fields.text("claim_id", &it.claim_id);
    let cover_id = fields.text("cover_id", &it.cover_id);
    let cause = fields.word("cause", it.cause);
    let lodge_date = fields.date("lodge_date", it.lodge_date);
    let lines = fields.each("lines", &it.lines, |fields, field, it| {
        fields.within(field, |fields| {
            let invoice = fields.text("invoice_id", &it.invoice_id);
            let amount = fields.stated("amount", it.amount.as_ref());
            Ok(InvoiceAmount { invoice_id: invoice?, amount: amount? })
        })
    });
    let proof = fields.optional("proof", &it.proof);
    let lodged_by = fields.text("lodged_by", &it.lodged_by);
    let command = Command::LodgeInsuranceClaim(Box::new(ClaimData {
        customer_id: customer_id?,
        claim_id: claim_id?,
        cover_id: cover_id?,
        cause: cause?,
        lodge_date: lodge_date?,
        lines: lines?,
        proof: proof?,
        lodged_by: lodged_by?,
    }));
    checked(fields, command)
}

pub(super) fn answer(fields: &mut Fields, it: &proto::AnswerInsuranceClaim) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let claim_id = fields.text("claim_id", &it.claim_id);
    let answer_date = fields.date("answer_date", it.answer_date);
    let accepted = fields.optional_stated("accepted_amount", it.accepted_amount.as_ref());
    let why = fields.optional("why", &it.why);
    let recorded_by = fields.text("recorded_by", &it.recorded_by);
    let command = Command::AnswerInsuranceClaim(AnswerInsuranceClaim {
        customer_id: customer_id?,
        claim_id: claim_id?,
        answer_date: answer_date?,
        accepted: accepted?,
        why: why?,
        recorded_by: recorded_by?,
    });
    checked(fields, command)
}

pub(super) fn indemnity(fields: &mut Fields, it: &proto::RecordIndemnity) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let claim_id = fields.text("claim_id", &it.claim_id);
    let number = fields.text("number", &it.number);
    let pay_date = fields.date("pay_date", it.pay_date);
    let amount = fields.stated("amount", it.amount.as_ref());
    let payment_id = fields.optional("payment_id", &it.payment_id);
    let recorded_by = fields.text("recorded_by", &it.recorded_by);
    let command = Command::RecordIndemnity(Box::new(IndemnityData {
        customer_id: customer_id?,
        claim_id: claim_id?,
        number: number?,
        pay_date: pay_date?,
        amount: amount?,
        payment_id: payment_id?,
        recorded_by: recorded_by?,
    }));
    checked(fields, command)
}

pub(super) fn share(fields: &mut Fields, it: &proto::RecordShare) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let claim_id = fields.text("claim_id", &it.claim_id);
    let number = fields.text("number", &it.number);
    let pass_date = fields.date("pass_date", it.pass_date);
    let amount = fields.stated("amount", it.amount.as_ref());
    let recorded_by = fields.text("recorded_by", &it.recorded_by);
    let command = Command::RecordShare(ShareData {
        customer_id: customer_id?,
        claim_id: claim_id?,
        number: number?,
        pass_date: pass_date?,
        amount: amount?,
        recorded_by: recorded_by?,
    });
    checked(fields, command)
}

pub(super) fn withdraw(fields: &mut Fields, it: &proto::WithdrawInsuranceClaim) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let claim_id = fields.text("claim_id", &it.claim_id);
    let number = fields.optional("number", &it.number);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    let withdrawn_by = fields.text("withdrawn_by", &it.withdrawn_by);
    Ok(Command::WithdrawInsuranceClaim(WithdrawInsuranceClaim {
        customer_id: customer_id?,
        claim_id: claim_id?,
        number: number?,
        withdraw_date: withdraw_date?,
        withdrawn_by: withdrawn_by?,
    }))
}
