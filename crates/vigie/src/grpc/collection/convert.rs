//! Commands of the contract become commands of collection. What they mean is decided there; here is
//! only read what they say.

use api::collection as proto;
use collection::{
    ActData, ChooseRoute, Command, DividendData, HandOver, MergeCases, OpenCase, RecallPlacement,
    RecordErrand, ReduceCase, SplitCase, WithdrawAct, WithdrawCase, WithdrawHandOver,
};
use events::InvoiceId;

use crate::grpc::fields::{Fields, Read};

/// What cannot be, whatever is known of the customer, is said with its fields.
pub(super) fn checked(fields: &mut Fields, command: Command) -> Read<Command> {
    match command.check() {
        Ok(()) => Ok(command),
        Err(invalid) => {
            // The contract says what is an amount; the journal need not.
            let named = |field: &str| match field {
                "fee" => "fee_amount".to_owned(),
                _ => field
                    .replace("minimums", "minimum_amounts")
                    .replace(".declaration_minimum", ".declaration_minimum_amount")
                    .replace(".fixed", ".fixed_amount")
                    .replace(".least_fee", ".least_fee_amount"),
            };
            let errors = invalid.0.iter();
            let noted = errors.map(|it| fields.wrong(&named(&it.field), &it.reason)).last();
            noted.map_or(Ok(command), Err)
        }
    }
}

fn invoices(fields: &mut Fields, all: &[String]) -> Read<Vec<InvoiceId>> {
    fields.each("invoice_ids", all, |fields, field, it| fields.text(field, it))
}

pub(super) fn open(fields: &mut Fields, it: &proto::OpenCase) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let invoice_ids = invoices(fields, &it.invoice_ids);
    let case_id = fields.optional("case_id", &it.case_id);
    let opened_by = fields.text("opened_by", &it.opened_by);
    let open_date = fields.date("open_date", it.open_date);
    let command = Command::OpenCase(OpenCase {
        customer_id: customer_id?,
        invoice_ids: invoice_ids?,
        case_id: case_id?,
        opened_by: opened_by?,
        open_date: open_date?,
    });
    checked(fields, command)
}

pub(super) fn reduce(fields: &mut Fields, it: &proto::ReduceCase) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let case_id = fields.text("case_id", &it.case_id);
    let invoice_ids = invoices(fields, &it.invoice_ids);
    let reduced_by = fields.text("reduced_by", &it.reduced_by);
    let reduce_date = fields.date("reduce_date", it.reduce_date);
    let command = Command::ReduceCase(ReduceCase {
        customer_id: customer_id?,
        case_id: case_id?,
        invoice_ids: invoice_ids?,
        reduced_by: reduced_by?,
        reduce_date: reduce_date?,
    });
    checked(fields, command)
}

pub(super) fn merge(fields: &mut Fields, it: &proto::MergeCases) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let case_id = fields.text("case_id", &it.case_id);
    let into_case_id = fields.text("into_case_id", &it.into_case_id);
    let merged_by = fields.text("merged_by", &it.merged_by);
    let merge_date = fields.date("merge_date", it.merge_date);
    let command = Command::MergeCases(MergeCases {
        customer_id: customer_id?,
        case_id: case_id?,
        into_case_id: into_case_id?,
        merged_by: merged_by?,
        merge_date: merge_date?,
    });
    checked(fields, command)
}

pub(super) fn split(fields: &mut Fields, it: &proto::SplitCase) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let case_id = fields.text("case_id", &it.case_id);
    let invoice_ids = invoices(fields, &it.invoice_ids);
    let split_by = fields.text("split_by", &it.split_by);
    let split_date = fields.date("split_date", it.split_date);
    let command = Command::SplitCase(SplitCase {
        customer_id: customer_id?,
        case_id: case_id?,
        invoice_ids: invoice_ids?,
        split_by: split_by?,
        split_date: split_date?,
    });
    checked(fields, command)
}

pub(super) fn choose(fields: &mut Fields, it: &proto::ChooseRoute) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let case_id = fields.text("case_id", &it.case_id);
    let route = fields.word("route", it.route);
    let collector = fields.optional("collector", &it.collector);
    let chosen_by = fields.text("chosen_by", &it.chosen_by);
    let choose_date = fields.date("choose_date", it.choose_date);
    Ok(Command::ChooseRoute(ChooseRoute {
        customer_id: customer_id?,
        case_id: case_id?,
        route: route?,
        collector: collector?,
        chosen_by: chosen_by?,
        choose_date: choose_date?,
    }))
}

pub(super) fn withdraw(fields: &mut Fields, it: &proto::WithdrawCase) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let case_id = fields.text("case_id", &it.case_id);
    let withdrawn_by = fields.text("withdrawn_by", &it.withdrawn_by);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    Ok(Command::WithdrawCase(WithdrawCase {
        customer_id: customer_id?,
        case_id: case_id?,
        withdrawn_by: withdrawn_by?,
        withdraw_date: withdraw_date?,
    }))
}

pub(super) fn hand_over(fields: &mut Fields, it: &proto::HandOver) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let case_id = fields.text("case_id", &it.case_id);
    let collector = fields.text("collector", &it.collector);
    let placed_by = fields.text("placed_by", &it.placed_by);
    let place_date = fields.date("place_date", it.place_date);
    Ok(Command::HandOver(HandOver {
        customer_id: customer_id?,
        case_id: case_id?,
        collector: collector?,
        placed_by: placed_by?,
        place_date: place_date?,
    }))
}

pub(super) fn withdraw_hand_over(
    fields: &mut Fields,
    it: &proto::WithdrawHandOver,
) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let placement_id = fields.text("placement_id", &it.placement_id);
    let withdrawn_by = fields.text("withdrawn_by", &it.withdrawn_by);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    Ok(Command::WithdrawHandOver(WithdrawHandOver {
        customer_id: customer_id?,
        placement_id: placement_id?,
        withdrawn_by: withdrawn_by?,
        withdraw_date: withdraw_date?,
    }))
}

pub(super) fn errand(fields: &mut Fields, it: &proto::RecordErrand) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let placement_id = fields.text("placement_id", &it.placement_id);
    let errand = fields.word("errand", it.errand);
    let errand_date = fields.date("errand_date", it.errand_date);
    let why = fields.optional("why", &it.why);
    let proof = fields.optional("proof", &it.proof);
    let recorded_by = fields.text("recorded_by", &it.recorded_by);
    Ok(Command::RecordErrand(RecordErrand {
        customer_id: customer_id?,
        placement_id: placement_id?,
        errand: errand?,
        errand_date: errand_date?,
        why: why?,
        proof: proof?,
        recorded_by: recorded_by?,
    }))
}

pub(super) fn recall(fields: &mut Fields, it: &proto::RecallPlacement) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let placement_id = fields.text("placement_id", &it.placement_id);
    let recalled_by = fields.text("recalled_by", &it.recalled_by);
    let recall_date = fields.date("recall_date", it.recall_date);
    Ok(Command::RecallPlacement(RecallPlacement {
        customer_id: customer_id?,
        placement_id: placement_id?,
        recalled_by: recalled_by?,
        recall_date: recall_date?,
    }))
}

pub(super) fn act(fields: &mut Fields, it: &proto::RecordAct) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let act_id = fields.text("act_id", &it.act_id);
    let kind = fields.word("kind", it.kind);
    let act_date = fields.date("act_date", it.act_date);
    let case_id = fields.optional("case_id", &it.case_id);
    let invoice_ids = invoices(fields, &it.invoice_ids);
    let follows_act_id = fields.optional("follows_act_id", &it.follows_act_id);
    let notice_id = fields.optional("notice_id", &it.notice_id);
    let cover_id = fields.optional("cover_id", &it.cover_id);
    let guarantee_id = fields.optional("guarantee_id", &it.guarantee_id);
    let amount = fields.optional_stated("amount", it.amount.as_ref());
    let proof = fields.optional("proof", &it.proof);
    let recorded_by = fields.text("recorded_by", &it.recorded_by);
    let dividends = fields.each("dividends", &it.dividends, |fields, field, it| {
        fields.within(field, |fields| {
            let due_date = fields.date("due_date", it.due_date);
            let percent = it.percent.as_ref().map_or("", |it| it.value.as_str());
            let percent = fields.decimal("percent", percent);
            Ok(DividendData { due_date: due_date?, percent: percent? })
        })
    });
    let command = Command::RecordAct(Box::new(ActData {
        customer_id: customer_id?,
        act_id: act_id?,
        kind: kind?,
        act_date: act_date?,
        case_id: case_id?,
        invoice_ids: invoice_ids?,
        follows_act_id: follows_act_id?,
        notice_id: notice_id?,
        cover_id: cover_id?,
        guarantee_id: guarantee_id?,
        amount: amount?,
        proof: proof?,
        dividends: dividends?,
        recorded_by: recorded_by?,
    }));
    checked(fields, command)
}

pub(super) fn withdraw_act(fields: &mut Fields, it: &proto::WithdrawAct) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let act_id = fields.text("act_id", &it.act_id);
    let withdrawn_by = fields.text("withdrawn_by", &it.withdrawn_by);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    Ok(Command::WithdrawAct(WithdrawAct {
        customer_id: customer_id?,
        act_id: act_id?,
        withdrawn_by: withdrawn_by?,
        withdraw_date: withdraw_date?,
    }))
}
