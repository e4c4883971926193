//! From the plan to the outcome: agreed, started, sent, or nobody knows.
//!
//! A reminder is started only when its plan has been heard back, which says that everything recorded
//! before it has been heard too, and when all it would say is still so. Once started it is sent by the
//! process that started it or by nobody: what became of it is then unknown, and a person decides.

use chrono::NaiveDate;
use events::{
    ReminderId,
    dunning::{Channel, Contact, ContactResult, Event, Purpose, Withdrawal},
};
use risk::Recorded;

use crate::{
    ApproveReminder, ContactData, Dunning, Outcome, Policy, RecordFailure, RecordSending, Refusal,
    Report, Start, WithdrawReminder,
    ladder::later,
    policy::Answer,
    state::{Pending, Stage},
};

/// Calls that nobody answered before another channel is tried.
const CALLS_MAX: usize = 3;

impl Dunning {
    pub(crate) fn find(&self, reminder: &ReminderId) -> Result<&Pending, Refusal> {
        let pending = self.pending.as_ref().filter(|it| it.reminder.reminder == *reminder);
        pending.ok_or_else(|| Refusal::NoReminder(reminder.clone()))
    }

    pub(crate) fn approve(&self, it: ApproveReminder) -> Answer {
        let pending = self.find(&it.reminder_id)?;
        match &pending.stage {
            Stage::Planned
                if pending.agreed.is_some()
                    && it.channel.is_none_or(|it| it == pending.channel)
                    && it.template.as_ref().is_none_or(|it| *it == pending.reminder.template) =>
            {
                return Ok(Vec::new());
            }
            Stage::Planned | Stage::Stuck(_) => {}
            Stage::Started { .. } | Stage::Unknown(_) => {
                return Err(too_late(&it.reminder_id, &pending.stage));
            }
        }
        Ok(vec![Event::ReminderApproved {
            reminder: it.reminder_id,
            by: it.approved_by,
            on: it.approve_date,
            channel: it.channel,
            template: it.template,
        }])
    }

    /// A person says that it has left the building: a letter posted, a call made, or what nobody knew.
    pub(crate) fn record_sending(&self, it: RecordSending) -> Answer {
        if self.sent.iter().any(|sent| sent.reminder.reminder == it.reminder_id) {
            return Ok(Vec::new());
        }
        let pending = self.find(&it.reminder_id)?;
        let channel = it.channel.unwrap_or(pending.channel);
        Ok(vec![sent(pending, channel, it.send_date, |event| {
            if let Event::ReminderSent { by, proof, .. } = event {
                *by = Some(it.recorded_by);
                *proof = it.proof;
            }
        })])
    }
}

fn too_late(reminder: &ReminderId, stage: &Stage) -> Refusal {
    let stands = match stage {
        Stage::Planned => "waits to be sent",
        Stage::Started { .. } => "is being sent",
        Stage::Unknown(_) => "may have been sent: say first whether it was",
        Stage::Stuck(_) => "could not be sent",
    };
    Refusal::TooLate { reminder: reminder.clone(), stands }
}

fn sent(
    pending: &Pending,
    channel: Channel,
    on: NaiveDate,
    more: impl FnOnce(&mut Event),
) -> Event {
    let deadline = pending.reminder.deadline_days.map(|days| later(on, days.into()));
    let mut event = Event::ReminderSent {
        reminder: pending.reminder.reminder.clone(),
        on,
        channel,
        proof: None,
        rendering: None,
        by: None,
        deadline,
    };
    more(&mut event);
    event
}

impl Policy {
    /// A person does not want it, or not yet.
    pub(crate) fn withdraw(&self, dunning: &Dunning, it: WithdrawReminder) -> Answer {
        let pending = dunning.find(&it.reminder_id)?;
        match &pending.stage {
            Stage::Planned | Stage::Stuck(_) => {}
            Stage::Started { .. } | Stage::Unknown(_) => {
                return Err(too_late(&it.reminder_id, &pending.stage));
            }
        }
        let gap = self.rules().contact_gap_days.max(1);
        let (why, not_before) = it.postpone_date.map_or_else(
            || (Withdrawal::Suppressed, later(it.withdraw_date, gap.into())),
            |until| (Withdrawal::Postponed, until),
        );
        Ok(vec![Event::ReminderWithdrawn {
            reminder: it.reminder_id,
            on: it.withdraw_date,
            why,
            by: Some(it.withdrawn_by),
            not_before: Some(not_before),
        }])
    }

    /// Whether the reminder of a customer may be started today by whoever sends.
    pub fn may_start(&self, dunning: &Dunning, today: NaiveDate) -> bool {
        dunning.pending.as_ref().is_some_and(|it| self.startable(dunning, it, today).is_ok())
    }

    fn startable(
        &self,
        dunning: &Dunning,
        pending: &Pending,
        today: NaiveDate,
    ) -> Result<(), Refusal> {
        let reminder = &pending.reminder.reminder;
        match &pending.stage {
            Stage::Planned if !pending.is_to_approve() => {}
            Stage::Planned | Stage::Started { .. } | Stage::Unknown(_) | Stage::Stuck(_) => {
                return Err(too_late(reminder, &pending.stage));
            }
        }
        if pending.at.is_none() {
            return Err(Refusal::NotYet { reminder: reminder.clone(), from: today });
        }
        let from = self.next_contact(dunning).max(pending.reminder.planned_on);
        let from = self.calendar(dunning).next_business_day(from.max(today));
        if today < from {
            return Err(Refusal::NotYet { reminder: reminder.clone(), from });
        }
        if !self.still_so(dunning, &pending.reminder, today) {
            return Err(Refusal::Changed(reminder.clone()));
        }
        Ok(())
    }

    /// It is about to be sent.
    pub(crate) fn start(&self, dunning: &Dunning, it: Start) -> Answer {
        let pending = dunning.find(&it.reminder)?;
        self.startable(dunning, pending, it.on)?;
        Ok(vec![Event::SendStarted { reminder: it.reminder, run: it.run, on: it.on }])
    }

    /// Whether what a process started is to be sent by it now: its start has been heard back, and so
    /// has everything before it, and all that it says is still so.
    pub fn is_still_to_be_sent(&self, dunning: &Dunning, today: NaiveDate) -> bool {
        dunning.pending.as_ref().is_some_and(|it| {
            matches!(it.stage, Stage::Started { at: Some(_), .. })
                && self.still_so(dunning, &it.reminder, today)
        })
    }

    /// What became of it, as whoever sent it says.
    pub(crate) fn report(&self, dunning: &Dunning, it: Report) -> Answer {
        let pending = dunning.find(&it.reminder)?;
        let own = match &pending.stage {
            Stage::Started { run, .. } => *run == it.run,
            // It was given up as unknown, and is known after all.
            Stage::Unknown(_) => matches!(it.outcome, Outcome::Sent { .. }),
            Stage::Planned | Stage::Stuck(_) => false,
        };
        // Whoever leads now may say of what another process started only that nobody knows.
        let started = matches!(pending.stage, Stage::Started { .. });
        if !(own || started && it.outcome.is_unknown()) {
            return Err(too_late(&it.reminder, &pending.stage));
        }
        let (reminder, on, channel) = (it.reminder, it.on, pending.channel);
        Ok(vec![match it.outcome {
            Outcome::Sent { proof: answer, rendering: sent_as } => {
                sent(pending, channel, on, |event| {
                    if let Event::ReminderSent { proof, rendering, .. } = event {
                        *proof = answer;
                        *rendering = sent_as;
                    }
                })
            }
            Outcome::Failed { why } => {
                let next = self.next_channel(dunning, pending);
                Event::ReminderFailed { reminder, on, channel, why, next }
            }
            Outcome::Deferred { why } => {
                let next = Some(channel);
                Event::ReminderFailed { reminder, on, channel, why, next }
            }
            Outcome::Unknown { why } => Event::ReminderUnknown { reminder, on, why },
            Outcome::Withdrawn => Event::ReminderWithdrawn {
                reminder,
                on,
                why: Withdrawal::Changed,
                by: None,
                not_before: None,
            },
        }])
    }

    /// A person, or whoever carries it, says that it did not arrive.
    pub(crate) fn record_failure(&self, dunning: &Dunning, it: RecordFailure) -> Answer {
        let (reminder, on, why) = (it.reminder_id, it.fail_date, it.why);
        if let Ok(pending) = dunning.find(&reminder) {
            if let Stage::Started { .. } | Stage::Planned = pending.stage {
                return Err(too_late(&reminder, &pending.stage));
            }
            let (channel, next) = (pending.channel, self.next_channel(dunning, pending));
            return Ok(vec![Event::ReminderFailed { reminder, on, channel, why, next }]);
        }
        let last = dunning.sent.last().filter(|it| it.reminder.reminder == reminder);
        let last = last.ok_or_else(|| Refusal::NoReminder(reminder.clone()))?;
        if dunning.pending.is_some() {
            let stands = "was followed by another one";
            return Err(Refusal::TooLate { reminder, stands });
        }
        let pending = Pending {
            reminder: last.reminder.clone(),
            at: None,
            channel: last.channel,
            agreed: None,
            stage: Stage::Planned,
        };
        let next = self.next_channel(dunning, &pending);
        Ok(vec![Event::ReminderFailed { reminder, on, channel: last.channel, why, next }])
    }

    /// The channel that the rules for it try after the present one.
    fn next_channel(&self, dunning: &Dunning, pending: &Pending) -> Option<Channel> {
        let rules = self.rules();
        let channels = match pending.reminder.purpose {
            Purpose::Reminder => {
                let item = pending.reminder.items.iter().max_by_key(|it| it.level)?;
                let (ladder, _) = self.ladder(dunning, &item.invoice)?;
                &ladder.levels.get(usize::from(item.level.checked_sub(1)?))?.channels
            }
            Purpose::Charges => &rules.charges.as_ref()?.channels,
            Purpose::PlanConfirmation(_) => &rules.confirm_plans.as_ref()?.channels,
        };
        let mut channels = channels.iter();
        channels.find(|it| **it == pending.channel)?;
        channels.next().copied()
    }

    /// Somebody spoke with the customer. For a call that was planned it is the outcome.
    pub(crate) fn log_contact(&self, dunning: &Dunning, it: ContactData) -> Answer {
        let contact = Contact {
            contact: it.contact_id,
            on: it.contact_date,
            channel: it.channel,
            result: it.result,
            reminder: it.reminder_id,
            by: it.logged_by,
            note: it.note,
        };
        if let Some(known) = dunning.contacts.get(&contact.contact) {
            if *known == Recorded(contact.clone()) {
                return Ok(Vec::new());
            }
            return Err(Refusal::ContactConflict(contact.contact));
        }
        let mut said = Vec::new();
        if let Some(reminder) = &contact.reminder {
            let pending = dunning.find(reminder)?;
            if let Stage::Started { .. } | Stage::Unknown(_) = pending.stage {
                return Err(too_late(reminder, &pending.stage));
            }
            let unanswered = dunning.contacts.values().filter(|it| {
                it.reminder.as_ref() == Some(reminder) && it.result == ContactResult::NoAnswer
            });
            let (channel, by) = (pending.channel, contact.by.clone());
            match contact.result {
                ContactResult::Reached
                | ContactResult::Promises
                | ContactResult::SaysPaid
                | ContactResult::Contests
                | ContactResult::Refuses
                | ContactResult::AsksForCopy => {
                    said.push(sent(pending, contact.channel, contact.on, |event| {
                        if let Event::ReminderSent { by: who, .. } = event {
                            *who = Some(by);
                        }
                    }));
                }
                ContactResult::NoAnswer if unanswered.count() + 1 < CALLS_MAX => {}
                ContactResult::NoAnswer | ContactResult::WrongNumber => {
                    let next = self.next_channel(dunning, pending);
                    let Ok(why) = contact.result.word().parse() else { return Ok(Vec::new()) };
                    let (reminder, on) = (reminder.clone(), contact.on);
                    said.push(Event::ReminderFailed { reminder, on, channel, why, next });
                }
            }
        }
        said.insert(0, Event::ContactLogged(Box::new(contact)));
        Ok(said)
    }
}
