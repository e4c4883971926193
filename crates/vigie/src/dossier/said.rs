//! What was said to the customer and heard of it.

use std::collections::BTreeMap;

use ::dossier::{Contact, Dispute, Presented, Promise, Sending};
use chrono::NaiveDate;
use collection::Fact;
use events::{
    InvoiceId, ReminderId,
    dunning::{self as dunning_events, Event, Purpose},
};
use host::Moment;
use invoicing::{
    Account,
    view::{PromiseState, PromiseView},
};

use serde::Serialize;

use super::gather::Known;

/// What the journal says of each reminder that left: books keep no more of it than its levels.
pub(super) fn sendings(history: &[Moment<Fact>]) -> BTreeMap<ReminderId, Sending> {
    let mut found = BTreeMap::new();
    for fact in history.iter().flat_map(|it| &it.decision.events) {
        let Fact::Dunning(dunning::Fact::Dunning(event)) = fact else { continue };
        let Event::ReminderSent { reminder, proof, rendering, .. } = event else { continue };
        let rendering = rendering.as_ref();
        let sending = Sending {
            template: rendering.map(|it| it.template.to_string()),
            language: rendering.map(|it| it.language.to_string()),
            hash: rendering.map(|it| it.hash.to_string()),
            proof: proof.as_ref().map(ToString::to_string),
        };
        found.insert(reminder.clone(), sending);
    }
    found
}

/// Reminders that named one of these receivables, and contacts that were logged, by the day.
pub(super) fn contacts(
    known: &Known,
    invoices: &[InvoiceId],
    sendings: &BTreeMap<ReminderId, Sending>,
) -> Vec<Contact> {
    let dunning = known.state.dunning();
    let sent = dunning
        .sent()
        .filter(|it| it.reminder.items.iter().any(|it| invoices.contains(&it.invoice)));
    let sent = sent.map(|it| {
        let presented = it.presented.iter().map(|it| Presented {
            on: it.on,
            result: it.result.to_string(),
            proof: it.proof.as_ref().map(ToString::to_string),
        });
        let kind = match &it.reminder.purpose {
            Purpose::Reminder => "reminder",
            Purpose::Charges => "interest_invoice",
            Purpose::PlanConfirmation(_) => "plan_confirmation",
        };
        Contact {
            on: it.on,
            kind: kind.to_owned(),
            id: it.reminder.reminder.to_string(),
            channel: it.channel.to_string(),
            said: it.reminder.tone.to_string(),
            level: Some(it.reminder.level).filter(|level| *level > 0),
            invoices: it.reminder.items.iter().map(|it| it.invoice.to_string()).collect(),
            sending: sendings.get(&it.reminder.reminder).cloned(),
            presented: presented.collect(),
            deadline: it.deadline,
            note: None,
        }
    });
    let mut all: Vec<_> = sent.chain(dunning.contacts().map(logged)).collect();
    all.sort_by_key(|it| it.on);
    all
}

fn logged(it: &dunning_events::Contact) -> Contact {
    Contact {
        on: it.on,
        kind: "contact".to_owned(),
        id: it.contact.to_string(),
        channel: it.channel.to_string(),
        said: it.result.to_string(),
        level: None,
        invoices: Vec::new(),
        sending: None,
        presented: Vec::new(),
        deadline: None,
        note: it.note.as_ref().map(ToString::to_string),
    }
}

/// Promises about these receivables, or about the account, the first first.
pub(super) fn promises(account: &Account, invoices: &[InvoiceId]) -> Vec<Promise> {
    let about = |it: &PromiseView| {
        it.invoices.is_empty() || it.invoices.iter().any(|it| invoices.contains(it))
    };
    let all = account.view(NaiveDate::MAX).promises.into_iter().filter(about);
    let mut all: Vec<_> = all
        .map(|it| Promise {
            promise: it.promise.to_string(),
            made_on: it.made_on,
            promised_for: it.promised_for,
            amount: it.amount,
            invoices: it.invoices.iter().map(ToString::to_string).collect(),
            state: state(it.state).to_owned(),
        })
        .collect();
    all.sort_by(|a, b| (a.made_on, &a.promise).cmp(&(b.made_on, &b.promise)));
    all
}

const fn state(it: PromiseState) -> &'static str {
    match it {
        PromiseState::Open => "open",
        PromiseState::Kept(_) => "kept",
        PromiseState::PartlyKept(..) => "partly_kept",
        PromiseState::Broken(_) => "broken",
        PromiseState::Withdrawn(_) => "withdrawn",
    }
}

/// Contests of these receivables, the first first.
pub(super) fn disputes(account: &Account, invoices: &[InvoiceId]) -> Vec<Dispute> {
    let views = invoices.iter().filter_map(|it| account.invoice_view(it, NaiveDate::MAX));
    let all = views.flat_map(|it| it.disputes);
    let mut all: Vec<_> = all
        .map(|it| Dispute {
            dispute: it.dispute.to_string(),
            invoice: it.invoice.to_string(),
            amount: it.amount,
            reason: word(it.reason),
            opened_on: it.opened_on,
            resolved_on: it.resolved.map(|(_, on)| on),
            outcome: it.resolved.map(|(outcome, _)| word(outcome)),
        })
        .collect();
    all.sort_by(|a, b| (a.opened_on, &a.dispute).cmp(&(b.opened_on, &b.dispute)));
    all
}

/// What stands in the journal for a word.
fn word(it: impl Serialize) -> String {
    match serde_json::to_value(it) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}
