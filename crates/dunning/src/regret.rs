//! What is known today of a day in the past may say that a reminder should not have gone: a payment
//! with an earlier value date, a credit note, a corrected due date, an invoice that should never have
//! been. It is said once, and taken back if it turns out to have been right.

use chrono::NaiveDate;
use events::dunning::{Event, Item, Regret, Tone};
use invoicing::view::InvoiceState;

use crate::{Dunning, state::Sent};

/// The next correction that is called for.
pub(crate) fn next(dunning: &Dunning, today: NaiveDate) -> Option<Event> {
    // What is no reminder counts for no level.
    let mut reminders = dunning.sent.iter().filter(|it| it.reminder.purpose.is_reminder());
    reminders.find_map(|sent| {
        sent.reminder.items.iter().find_map(|item| {
            let (reminder, invoice) = (sent.reminder.reminder.clone(), item.invoice.clone());
            match (regret(dunning, sent, item), sent.regretted.contains(&item.invoice)) {
                (Some(why), false) => {
                    Some(Event::ReminderRegretted { reminder, invoice, on: today, why })
                }
                (None, true) => Some(Event::ReminderUpheld { reminder, invoice, on: today }),
                (Some(_), true) | (None, false) => None,
            }
        })
    })
}

/// Why a reminder should not have named an invoice, by what is known now of the end of the day before
/// it was sent: of the day itself nobody could know.
fn regret(dunning: &Dunning, sent: &Sent, item: &Item) -> Option<Regret> {
    let before = sent.on.pred_opt()?;
    let view = dunning.risk.account().invoice_view(&item.invoice, before)?;
    if view.state == InvoiceState::Cancelled {
        return Some(Regret::Cancelled);
    }
    if view.open.is_some_and(|it| !it.is_positive()) {
        return Some(Regret::Settled);
    }
    let document = view.document?;
    let early = sent.reminder.tone != Tone::Courtesy && document.due_on >= sent.on;
    early.then_some(Regret::NotDue)
}
