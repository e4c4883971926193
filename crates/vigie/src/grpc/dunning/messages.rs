//! How customers stand with dunning, as messages.

use ::dunning::{
    Charges, Dunning, Policy,
    view::{
        Held, InvoiceStanding, PendingView, Presented, ReminderState, SentView,
        worklist::{Subject, Task, Work},
    },
};
use api::dunning::{self as proto, reminder::State, task};
use chrono::NaiveDate;
use events::{
    CustomerId, InvoiceId,
    dunning::{Contact, Item, Purpose, Reminder},
};

use crate::grpc::{
    fields::{day, money},
    messages::{decimal, text},
    words::Word,
};

pub(super) fn dunning(
    customer: &CustomerId,
    policy: &Policy,
    state: &Dunning,
    on: NaiveDate,
) -> proto::Dunning {
    let view = policy.view(state, on);
    let mut contacts: Vec<_> = state.contacts().collect();
    contacts.sort_by(|a, b| (a.on, &a.contact).cmp(&(b.on, &b.contact)));
    // The beginning of time: nobody ever spoke with it.
    let next_contact = Some(view.next_contact).filter(|it| *it > NaiveDate::MIN);
    proto::Dunning {
        customer_id: customer.to_string(),
        invoices: view.invoices.iter().map(standing).collect(),
        holds: view.holds.iter().map(hold).collect(),
        pending: view.pending.as_ref().map(|it| pending(customer, it)),
        next_contact_date: next_contact.map(day),
        supply_block: view.supply_block.into(),
        contacts: contacts.into_iter().map(contact).collect(),
    }
}

fn standing(it: &InvoiceStanding) -> proto::InvoiceStanding {
    let (ladder, because) = it.ladder.as_ref().map(|(name, because)| (name, *because)).unzip();
    proto::InvoiceStanding {
        invoice_id: it.invoice.to_string(),
        due_date: Some(day(it.due_on)),
        open_amount: Some(money(it.open)),
        disputed_amount: Some(money(it.disputed)),
        level: it.level.into(),
        ladder: text(ladder),
        ladder_reason: because.map(Word::number).unwrap_or_default(),
        name_date: it.named_on.map(day),
        deadline_date: it.deadline.map(day),
        exhaust_date: it.exhausted_on.map(day),
    }
}

fn hold(it: &Held) -> proto::Hold {
    let placed = it.placed.as_ref();
    proto::Hold {
        hold_id: text(placed.map(|it| &it.hold)),
        reason: it.reason.number(),
        invoice_id: text(it.invoice.as_ref()),
        hold_date: Some(day(it.from)),
        until_date: it.until.map(day),
        placed_by: text(placed.map(|it| &it.by)),
        note: text(placed.and_then(|it| it.note.as_ref())),
    }
}

fn contact(it: &Contact) -> proto::Contact {
    proto::Contact {
        contact_id: it.contact.to_string(),
        contact_date: Some(day(it.on)),
        channel: it.channel.number(),
        result: it.result.number(),
        reminder_id: text(it.reminder.as_ref()),
        logged_by: it.by.to_string(),
        note: text(it.note.as_ref()),
    }
}

/// How far a reminder has come, in a word.
pub(super) fn state(it: &ReminderState) -> State {
    match it {
        ReminderState::ToApprove => State::ToApprove,
        ReminderState::Planned => State::Planned,
        ReminderState::Approved(..) => State::Approved,
        ReminderState::Started(_) => State::Started,
        ReminderState::Unknown(_) => State::Unknown,
        ReminderState::Stuck(_) => State::Stuck,
    }
}

/// A reminder on its way out.
pub(super) fn pending(customer: &CustomerId, it: &PendingView) -> proto::Reminder {
    let mut message = reminder(customer, &it.reminder);
    message.state = state(&it.state).into();
    message.channel = it.channel.number();
    message.plan_sequence = it.at.unwrap_or_default();
    match &it.state {
        ReminderState::ToApprove | ReminderState::Planned => {}
        ReminderState::Approved(by, on) => {
            message.approved_by = by.to_string();
            message.state_date = Some(day(*on));
        }
        ReminderState::Started(run) => message.run = run.to_string(),
        ReminderState::Unknown(on) | ReminderState::Stuck(on) => {
            message.state_date = Some(day(*on));
        }
    }
    message
}

/// A reminder that was sent.
pub(super) fn sent(customer: &CustomerId, it: &SentView) -> proto::Reminder {
    proto::Reminder {
        state: State::Sent.into(),
        state_date: Some(day(it.on)),
        channel: it.channel.number(),
        deadline_date: it.deadline.map(day),
        regretted_invoice_ids: it.regretted.iter().map(ToString::to_string).collect(),
        presentations: it.presented.iter().map(presentation).collect(),
        corrections: it.corrected.iter().map(correction).collect(),
        ..reminder(customer, &it.reminder)
    }
}

fn presentation(it: &Presented) -> proto::Presentation {
    proto::Presentation {
        present_date: Some(day(it.on)),
        result: it.result.number(),
        proof: text(it.proof.as_ref()),
        recorded_by: it.by.to_string(),
    }
}

/// What it says.
fn reminder(customer: &CustomerId, it: &Reminder) -> proto::Reminder {
    let (purpose, plan) = match &it.purpose {
        Purpose::Reminder => (proto::Purpose::Reminder, None),
        Purpose::Charges => (proto::Purpose::Charges, None),
        Purpose::PlanConfirmation(plan) => (proto::Purpose::PlanConfirmation, Some(plan)),
    };
    proto::Reminder {
        purpose: purpose.into(),
        plan_id: text(plan),
        customer_id: customer.to_string(),
        reminder_id: it.reminder.to_string(),
        plan_date: Some(day(it.planned_on)),
        policy_version: it.policy.to_string(),
        ladder: it.ladder.to_string(),
        ladder_reason: it.because.number(),
        level: it.level.into(),
        tone: it.tone.number(),
        template: it.template.to_string(),
        needs_approval: it.to_approve,
        deadline_days: it.deadline_days.map(u32::from),
        items: it.items.iter().map(item).collect(),
        credit_amounts: it.credits.iter().map(|it| money(*it)).collect(),
        ..proto::Reminder::default()
    }
}

fn correction((invoice, it): &(InvoiceId, Charges)) -> proto::ChargesCorrection {
    proto::ChargesCorrection {
        invoice_id: invoice.to_string(),
        interest_amount: it.interest.map(money),
        fixed_sum_amount: it.fixed_sum.map(money),
    }
}

fn item(it: &Item) -> proto::ReminderItem {
    proto::ReminderItem {
        invoice_id: it.invoice.to_string(),
        level: it.level.into(),
        due_date: Some(day(it.due_on)),
        open_amount: Some(money(it.open)),
        disputed_amount: it.disputed.map(money),
        interest_amount: it.interest.map(money),
        fixed_sum_amount: it.fixed_sum.map(money),
        deducted_interest_amount: it.interest_deducted.map(money),
        terms_version: text(it.agreed.as_ref().map(|it| &it.terms)),
        agreed_rate_percent: it.agreed.as_ref().map(|it| decimal(it.rate)),
    }
}

/// What there is to do for a customer.
pub(super) fn work(customer: &CustomerId, it: &Work) -> proto::WorkItem {
    let rules = it.rules.iter().map(|it| {
        let (rule, points) = (it.rule.number(), it.points);
        proto::WorkPoints { rule, points }
    });
    proto::WorkItem {
        customer_id: customer.to_string(),
        tasks: it.tasks.iter().map(task).collect(),
        points: it.points,
        rules: rules.collect(),
        overdue_amounts: it.overdue.iter().map(|it| money(*it)).collect(),
        days_past_due: i32::try_from(it.days_past_due).unwrap_or(i32::MAX),
        grade: it.grade.map(Word::number).unwrap_or_default(),
    }
}

fn task(it: &Task) -> proto::Task {
    let subject = match &it.subject {
        Subject::Reminder(id) => task::Subject::ReminderId(id.to_string()),
        Subject::Invoice(id) => task::Subject::InvoiceId(id.to_string()),
        Subject::Promise(id) => task::Subject::PromiseId(id.to_string()),
    };
    proto::Task { kind: it.kind.number(), since_date: Some(day(it.since)), subject: Some(subject) }
}
