//! Commands of the contract become commands of dunning. What they mean is decided there; here is only
//! read what they say.

use std::fmt::Display;

use api::dunning::{self as proto, ladder};
use dunning::{
    ApproveReminder, ChooseLadder, Command, ContactData, HoldData, LiftHold, RecordFailure,
    RecordPresentation, RecordSending, WithdrawReminder,
};
use events::dunning::{
    Approval, Channel, ChargesRules, ConfirmationRules, DunningPolicy, InterestRules, Ladder,
    Level, Scope,
};

use crate::grpc::{
    fields::{Fields, Read},
    words::Word,
};

pub(super) use super::charges::{restore, waive};

pub(super) fn policy(fields: &mut Fields, it: &proto::DunningPolicy) -> Read<Command> {
    let default = DunningPolicy::default();
    let version = fields.optional("version", &it.version);
    let calendar = fields.optional("calendar", &it.calendar);
    let mut days = |field: &str, given: Option<u32>, or: u16| {
        given.map_or(Ok(or), |given| number(fields, field, given))
    };
    let contact_gap_days = days("contact_gap_days", it.contact_gap_days, default.contact_gap_days);
    let unallocated_days = days("unallocated_days", it.unallocated_days, default.unallocated_days);
    let word_days = days("word_days", it.word_days, default.word_days);
    let stale_days = days("stale_days", it.stale_days, default.stale_days);
    let minimums = fields.each("minimum_amounts", &it.minimum_amounts, |fields, field, it| {
        fields.money(field, Some(it))
    });
    let ladders = fields.each("ladders", &it.ladders, |fields, field, it| {
        fields.within(field, |fields| ladder(fields, it))
    });
    let interest = it.interest.as_ref().map(|it| {
        fields.within("interest", |fields| {
            let jurisdiction = fields.text("jurisdiction", &it.jurisdiction);
            let basis = fields.text("basis", &it.basis);
            let rate = it.rate.as_ref().map(|it| fields.decimal("rate", &it.value)).transpose();
            Ok(InterestRules { jurisdiction: jurisdiction?, basis: basis?, rate: rate? })
        })
    });
    let interest = interest.transpose();
    let charges =
        it.charges.as_ref().map(|it| fields.within("charges", |fields| charges(fields, it)));
    let charges = charges.transpose();
    let confirm_plans = it
        .confirm_plans
        .as_ref()
        .map(|it| fields.within("confirm_plans", |fields| confirmation(fields, it)));
    let confirm_plans = confirm_plans.transpose();
    let rules = DunningPolicy {
        version: version?.unwrap_or(default.version),
        calendar: calendar?.unwrap_or(default.calendar),
        contact_gap_days: contact_gap_days?,
        unallocated_days: unallocated_days?,
        word_days: word_days?,
        stale_days: stale_days?,
        daily_max: it.daily_max,
        minimums: minimums?,
        interest: interest?,
        charges: charges?,
        confirm_plans: confirm_plans?,
        ladders: ladders?,
    };
    checked(fields, Command::AdoptDunningPolicy(Box::new(rules)))
}

/// What cannot be, whatever is known of the customer, is said with its fields.
pub(super) fn checked(fields: &mut Fields, command: Command) -> Read<Command> {
    match command.check() {
        Ok(()) => Ok(command),
        Err(invalid) => {
            // The contract says what is an amount; the journal need not.
            let named = |field: &str| field.replace("minimums", "minimum_amounts");
            let errors = invalid.0.iter();
            let noted = errors.map(|it| fields.wrong(&named(&it.field), &it.reason)).last();
            noted.map_or(Ok(command), Err)
        }
    }
}

fn number<G: Display + Copy, N: TryFrom<G>>(fields: &mut Fields, field: &str, given: G) -> Read<N> {
    N::try_from(given).map_err(|_| fields.wrong(field, format_args!("{given} is out of range")))
}

fn optional_number(fields: &mut Fields, field: &str, given: Option<u32>) -> Read<Option<u16>> {
    given.map(|given| number(fields, field, given)).transpose()
}

/// A word, if one is said.
pub(super) fn optional_word<W: Word>(
    fields: &mut Fields,
    field: &str,
    number: i32,
) -> Read<Option<W>> {
    if number == 0 { Ok(None) } else { fields.word(field, number).map(Some) }
}

fn ladder(fields: &mut Fields, it: &proto::Ladder) -> Read<Ladder> {
    let name = fields.text("name", &it.name);
    let scope = match &it.scope {
        None => Ok(Scope::Tenant),
        Some(ladder::Scope::Segment(it)) => fields.text("segment", it).map(Scope::Segment),
        Some(ladder::Scope::Grade(it)) => fields.word("grade", *it).map(Scope::Grade),
        Some(ladder::Scope::Chosen(_)) => Ok(Scope::Chosen),
    };
    let levels = fields.each("levels", &it.levels, |fields, field, it| {
        fields.within(field, |fields| level(fields, it))
    });
    let exhausted = optional_number(fields, "exhausted_after_days", it.exhausted_after_days);
    Ok(Ladder { name: name?, scope: scope?, levels: levels?, exhausted_after_days: exhausted? })
}

fn level(fields: &mut Fields, it: &proto::Level) -> Read<Level> {
    let offset_days = number(fields, "offset_days", it.offset_days);
    let gap_days = number(fields, "gap_days", it.gap_days);
    let tone = fields.word("tone", it.tone);
    let channels = fields
        .each("channels", &it.channels, |fields, field, it| fields.word::<Channel>(field, *it));
    let template = fields.optional("template", &it.template);
    let approval = optional_word::<Approval>(fields, "approval", it.approval);
    let minimums = fields.each("minimum_amounts", &it.minimum_amounts, |fields, field, it| {
        fields.money(field, Some(it))
    });
    let deadline_days = optional_number(fields, "deadline_days", it.deadline_days);
    let supply_block = number(fields, "supply_block", it.supply_block);
    Ok(Level {
        offset_days: offset_days?,
        gap_days: gap_days?,
        tone: tone?,
        channels: channels?,
        template: template?,
        approval: approval?.unwrap_or_default(),
        minimums: minimums?,
        interest: it.interest,
        fixed_sum: it.fixed_sum,
        deadline_days: deadline_days?,
        supply_block: supply_block?,
    })
}

fn charges(fields: &mut Fields, it: &proto::ChargesRules) -> Read<ChargesRules> {
    let after_days = number(fields, "after_days", it.after_days);
    let within_days = number(fields, "within_days", it.within_days.unwrap_or(365));
    let minimums = fields.each("minimum_amounts", &it.minimum_amounts, |fields, field, it| {
        fields.money(field, Some(it))
    });
    let channels = fields
        .each("channels", &it.channels, |fields, field, it| fields.word::<Channel>(field, *it));
    let template = fields.optional("template", &it.template);
    let approval = optional_word::<Approval>(fields, "approval", it.approval);
    Ok(ChargesRules {
        after_days: after_days?,
        within_days: within_days?,
        minimums: minimums?,
        channels: channels?,
        template: template?,
        approval: approval?.unwrap_or_default(),
    })
}

fn confirmation(fields: &mut Fields, it: &proto::ConfirmationRules) -> Read<ConfirmationRules> {
    let within_days = number(fields, "within_days", it.within_days.unwrap_or(30));
    let channels = fields
        .each("channels", &it.channels, |fields, field, it| fields.word::<Channel>(field, *it));
    let template = fields.optional("template", &it.template);
    let approval = optional_word::<Approval>(fields, "approval", it.approval);
    Ok(ConfirmationRules {
        within_days: within_days?,
        channels: channels?,
        template: template?,
        approval: approval?.unwrap_or_default(),
    })
}

pub(super) fn choose(fields: &mut Fields, it: &proto::ChooseLadder) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let invoice_id = fields.optional("invoice_id", &it.invoice_id);
    let ladder = fields.optional("ladder", &it.ladder);
    let chosen_by = fields.text("chosen_by", &it.chosen_by);
    let choose_date = fields.date("choose_date", it.choose_date);
    Ok(Command::ChooseLadder(ChooseLadder {
        customer_id: customer_id?,
        invoice_id: invoice_id?,
        ladder: ladder?,
        chosen_by: chosen_by?,
        choose_date: choose_date?,
    }))
}

pub(super) fn hold(fields: &mut Fields, it: &proto::PlaceHold) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let hold_id = fields.text("hold_id", &it.hold_id);
    let reason = fields.word("reason", it.reason);
    let invoice_id = fields.optional("invoice_id", &it.invoice_id);
    let hold_date = fields.date("hold_date", it.hold_date);
    let until_date = fields.optional_date("until_date", it.until_date);
    let placed_by = fields.text("placed_by", &it.placed_by);
    let note = fields.optional("note", &it.note);
    let command = Command::PlaceHold(Box::new(HoldData {
        customer_id: customer_id?,
        hold_id: hold_id?,
        reason: reason?,
        invoice_id: invoice_id?,
        hold_date: hold_date?,
        until_date: until_date?,
        placed_by: placed_by?,
        note: note?,
    }));
    checked(fields, command)
}

pub(super) fn lift(fields: &mut Fields, it: &proto::LiftHold) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let hold_id = fields.text("hold_id", &it.hold_id);
    let lift_date = fields.date("lift_date", it.lift_date);
    let lifted_by = fields.text("lifted_by", &it.lifted_by);
    Ok(Command::LiftHold(LiftHold {
        customer_id: customer_id?,
        hold_id: hold_id?,
        lift_date: lift_date?,
        lifted_by: lifted_by?,
    }))
}

pub(super) fn approve(fields: &mut Fields, it: &proto::ApproveReminder) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let reminder_id = fields.text("reminder_id", &it.reminder_id);
    let approved_by = fields.text("approved_by", &it.approved_by);
    let approve_date = fields.date("approve_date", it.approve_date);
    let channel = optional_word(fields, "channel", it.channel);
    let template = fields.optional("template", &it.template);
    Ok(Command::ApproveReminder(ApproveReminder {
        customer_id: customer_id?,
        reminder_id: reminder_id?,
        approved_by: approved_by?,
        approve_date: approve_date?,
        channel: channel?,
        template: template?,
    }))
}

pub(super) fn withdraw(fields: &mut Fields, it: &proto::WithdrawReminder) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let reminder_id = fields.text("reminder_id", &it.reminder_id);
    let withdrawn_by = fields.text("withdrawn_by", &it.withdrawn_by);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    let postpone_date = fields.optional_date("postpone_date", it.postpone_date);
    let command = Command::WithdrawReminder(WithdrawReminder {
        customer_id: customer_id?,
        reminder_id: reminder_id?,
        withdrawn_by: withdrawn_by?,
        withdraw_date: withdraw_date?,
        postpone_date: postpone_date?,
    });
    checked(fields, command)
}

pub(super) fn sending(fields: &mut Fields, it: &proto::RecordSending) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let reminder_id = fields.text("reminder_id", &it.reminder_id);
    let send_date = fields.date("send_date", it.send_date);
    let recorded_by = fields.text("recorded_by", &it.recorded_by);
    let channel = optional_word(fields, "channel", it.channel);
    let proof = fields.optional("proof", &it.proof);
    Ok(Command::RecordSending(RecordSending {
        customer_id: customer_id?,
        reminder_id: reminder_id?,
        send_date: send_date?,
        recorded_by: recorded_by?,
        channel: channel?,
        proof: proof?,
    }))
}

pub(super) fn failure(fields: &mut Fields, it: &proto::RecordFailure) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let reminder_id = fields.text("reminder_id", &it.reminder_id);
    let fail_date = fields.date("fail_date", it.fail_date);
    let why = fields.text("why", &it.why);
    let recorded_by = fields.text("recorded_by", &it.recorded_by);
    Ok(Command::RecordFailure(RecordFailure {
        customer_id: customer_id?,
        reminder_id: reminder_id?,
        fail_date: fail_date?,
        why: why?,
        recorded_by: recorded_by?,
    }))
}

pub(super) fn contact(fields: &mut Fields, it: &proto::LogContact) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let contact_id = fields.text("contact_id", &it.contact_id);
    let contact_date = fields.date("contact_date", it.contact_date);
    let channel = fields.word("channel", it.channel);
    let result = fields.word("result", it.result);
    let reminder_id = fields.optional("reminder_id", &it.reminder_id);
    let logged_by = fields.text("logged_by", &it.logged_by);
    let note = fields.optional("note", &it.note);
    Ok(Command::LogContact(Box::new(ContactData {
        customer_id: customer_id?,
        contact_id: contact_id?,
        contact_date: contact_date?,
        channel: channel?,
        result: result?,
        reminder_id: reminder_id?,
        logged_by: logged_by?,
        note: note?,
    })))
}

pub(super) fn presentation(fields: &mut Fields, it: &proto::RecordPresentation) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let reminder_id = fields.text("reminder_id", &it.reminder_id);
    let present_date = fields.date("present_date", it.present_date);
    let result = fields.word("result", it.result);
    let proof = fields.optional("proof", &it.proof);
    let recorded_by = fields.text("recorded_by", &it.recorded_by);
    Ok(Command::RecordPresentation(RecordPresentation {
        customer_id: customer_id?,
        reminder_id: reminder_id?,
        present_date: present_date?,
        result: result?,
        proof: proof?,
        recorded_by: recorded_by?,
    }))
}
