//! Sends the reminders of one tenant, while this process leads.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use chrono::{FixedOffset, NaiveDate};
use courier::{Attachment, Call, Format, Message};
use dunning::{
    Command, Dunning, Outcome, Policy, Report, Start,
    view::{PendingView, ReminderState},
};
use events::{
    CustomerId, Hash, Reference, ReminderId,
    dunning::{Channel, Rendering},
};
use invoicing::Contact;
use tokio_util::sync::CancellationToken;

use super::{
    Company, Shelf, Writing, Written,
    rounds::{PutOff, Rounds, brief},
};
use crate::{lead::Lead, tenants::Tenant, wall};

/// The sender of one tenant.
pub(super) struct Worker {
    tenant: Arc<Tenant>,
    company: Company,
    shelf: Shelf,
    run: Reference,
    utc_offset: FixedOffset,
    rounds: Rounds<Policy>,
    put_off: PutOff<CustomerId>,
    /// How many left on a day.
    left: (NaiveDate, u32),
}

/// What is known of a customer, and by which rules, at one moment.
struct Seen {
    state: Arc<Dunning>,
    policy: Policy,
    today: NaiveDate,
}

impl Worker {
    pub(super) fn new(
        tenant: Arc<Tenant>,
        company: Company,
        shelf: Shelf,
        run: Reference,
        utc_offset: FixedOffset,
    ) -> Self {
        let rounds = Rounds::new(tenant.clone(), |it: &Dunning| it.pending().is_some());
        let (put_off, left) = (PutOff::new(), (NaiveDate::MIN, 0));
        Self { tenant, company, shelf, run, utc_offset, rounds, put_off, left }
    }

    /// Sends until it is told to stop, or another process leads; what it has begun it brings to its
    /// end.
    pub(super) async fn work(
        &mut self,
        lead: &mut Lead,
        stop: &CancellationToken,
    ) -> Result<(), String> {
        self.count()?;
        while let Some(customers) = self.rounds.next(lead, stop).await? {
            for customer in customers {
                if stop.is_cancelled() || !lead.is_ours() {
                    return Ok(());
                }
                self.one(&customer).await?;
            }
        }
        Ok(())
    }

    /// How many have left today.
    fn count(&mut self) -> Result<(), String> {
        let mut sent_on = BTreeMap::<NaiveDate, u32>::new();
        let mut today = NaiveDate::MIN;
        for (_, host) in self.tenant.hosts::<Policy>() {
            let counted = host.read(|books| {
                today = today.max(books.today);
                for on in books.customers().flat_map(|(_, known)| known.state.sent_on()) {
                    *sent_on.entry(on).or_default() += 1;
                }
            });
            counted.map_err(|it| it.to_string())?;
        }
        self.left = (today, sent_on.get(&today).copied().unwrap_or(0));
        Ok(())
    }

    fn see(&self, customer: &CustomerId) -> Result<Option<Seen>, String> {
        self.rounds.see(customer, |books, state| Seen {
            state: state.clone(),
            policy: books.policy.clone(),
            today: books.today,
        })
    }

    /// Brings the reminder of one customer as far as it may go now.
    async fn one(&mut self, customer: &CustomerId) -> Result<(), String> {
        let Some(seen) = self.see(customer)? else { return Ok(()) };
        let Some(pending) = seen.state.pending() else {
            self.rounds.is_over(customer);
            self.put_off.forget(customer);
            return Ok(());
        };
        if let ReminderState::Started(run) = &pending.state {
            if *run != self.run {
                let why = brief("whoever sent it is gone");
                return self.report(customer, &pending, seen.today, Outcome::Unknown { why }).await;
            }
            return Ok(());
        }
        if !self.goes_by_itself(pending.channel)
            || !seen.policy.may_start(&seen.state, seen.today)
            || !self.is_open(&seen)
            || self.put_off.has(customer)
            || self.is_enough_for_today(&seen)
            || !self.rounds.may_leave().await?
        {
            return Ok(());
        }
        let reminder = pending.reminder.reminder.clone();
        let start = Start { reminder, run: self.run.clone(), on: seen.today };
        if !self.rounds.ask(customer, Command::Start(start)).await? {
            return Ok(());
        }
        // The start was heard back: so was everything before it.
        let Some(seen) = self.see(customer)? else { return Ok(()) };
        let Some(pending) = seen.state.pending() else { return Ok(()) };
        let outcome = if seen.policy.is_still_to_be_sent(&seen.state, seen.today) {
            self.send(customer, &seen, &pending).await
        } else {
            Outcome::Withdrawn
        };
        match &outcome {
            Outcome::Sent { .. } => {
                self.left.1 = self.left.1.saturating_add(1);
                self.put_off.forget(customer);
            }
            Outcome::Deferred { .. } => self.put_off.put(customer.clone()),
            Outcome::Failed { .. } | Outcome::Unknown { .. } | Outcome::Withdrawn => {}
        }
        self.report(customer, &pending, seen.today, outcome).await
    }

    /// Whether a channel needs no person; those without a way out wait for one.
    fn goes_by_itself(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.company.mail.is_some(),
            Channel::Letter => self.company.post.is_some(),
            Channel::Webhook => self.company.webhook.is_some(),
            Channel::RegisteredLetter | Channel::Call => false,
        }
    }

    /// Whether it is the time of day for something to leave, where the customer is.
    fn is_open(&self, seen: &Seen) -> bool {
        let region = seen.state.risk().account().region();
        self.company.slots.is_open(region, wall::now(), self.utc_offset)
    }

    fn is_enough_for_today(&mut self, seen: &Seen) -> bool {
        if self.left.0 != seen.today {
            self.left = (seen.today, 0);
        }
        seen.policy.rules().daily_max.is_some_and(|most| self.left.1 >= most)
    }

    /// Writes and sends it.
    async fn send(&self, customer: &CustomerId, seen: &Seen, pending: &PendingView) -> Outcome {
        let contact = match self.tenant.contacts.contact(&self.tenant.id, customer).await {
            Ok(contact) => contact.unwrap_or_default(),
            Err(why) => return Outcome::Deferred { why: brief(&why) },
        };
        let (on, reminder, channel) = (seen.today, &pending.reminder, pending.channel);
        let writing = Writing {
            company: &self.company,
            policy: &seen.policy,
            dunning: &seen.state,
            tenant: &self.tenant.id,
            customer,
            contact: &contact,
            reminder,
            channel,
            on,
        };
        let written = match writing.write() {
            Ok(written) => written,
            Err(error) => return no(&error.to_string()),
        };
        // Unlike that of any other message, and the same for the same one.
        let id = format!("{}.{customer}.{}.{channel}", self.tenant.id, reminder.reminder);
        match channel {
            Channel::Email => self.mail(customer, &contact, &id, on, &written).await,
            Channel::Letter => self.post(customer, &id, &written).await,
            Channel::Webhook => self.hook(customer, &id, reminder, &written).await,
            Channel::RegisteredLetter | Channel::Call => {
                Outcome::Failed { why: brief("a person does that") }
            }
        }
    }

    async fn mail(
        &self,
        customer: &CustomerId,
        contact: &Contact,
        id: &str,
        on: NaiveDate,
        written: &Written,
    ) -> Outcome {
        let Some((from, smtp)) = &self.company.mail else { return no("no mail server is named") };
        let Some(email) = contact.email.clone() else { return no("no e-mail address is known") };
        let noon = on.and_hms_opt(12, 0, 0).map_or(0, |it| it.and_utc().timestamp());
        let since = Duration::from_secs(u64::try_from(noon).unwrap_or(0));
        let attachment = written
            .pdf
            .iter()
            .map(|it| Attachment { name: "letter.pdf".to_owned(), bytes: it.bytes.clone() });
        let message = Message {
            id: id.to_owned(),
            date: SystemTime::UNIX_EPOCH + since,
            from: from.clone(),
            to: courier::Address { name: contact.name.clone(), email },
            reply_to: self
                .company
                .sender
                .email
                .clone()
                .map(|email| courier::Address { name: None, email }),
            subject: written.rendered.subject.clone(),
            text: written.rendered.text.clone(),
            html: Some(written.rendered.html.clone()),
            attachments: attachment.collect(),
        };
        let bytes = match message.to_bytes() {
            Ok(bytes) => Bytes::from(bytes),
            Err(unfit) => return no(&unfit.to_string()),
        };
        match self.shelf.put(&self.tenant.id, customer, &bytes).await {
            Ok(hash) => told(smtp.send(&message).await, written, hash),
            Err(why) => Outcome::Deferred { why: brief(&why) },
        }
    }

    async fn post(&self, customer: &CustomerId, id: &str, written: &Written) -> Outcome {
        let Some(folder) = &self.company.post else { return no("no folder for letters is named") };
        let Some(pdf) = &written.pdf else { return no("no postal address is known") };
        let bytes = Bytes::from(pdf.bytes.clone());
        match self.shelf.put(&self.tenant.id, customer, &bytes).await {
            Ok(hash) => told(folder.put(id, Format::Pdf, pdf.bytes.clone()).await, written, hash),
            Err(why) => Outcome::Deferred { why: brief(&why) },
        }
    }

    async fn hook(
        &self,
        customer: &CustomerId,
        id: &str,
        reminder: &events::dunning::Reminder,
        written: &Written,
    ) -> Outcome {
        let Some(webhook) = &self.company.webhook else { return no("no webhook is named") };
        let body = serde_json::json!({
            "id": id, "tenant_id": self.tenant.id, "customer_id": customer,
            "reminder": reminder, "subject": written.rendered.subject,
            "text": written.rendered.text,
        });
        let Ok(body) = serde_json::to_vec(&body) else { return no("it cannot be written") };
        let bytes = Bytes::from(body.clone());
        match self.shelf.put(&self.tenant.id, customer, &bytes).await {
            Ok(hash) => {
                let call = Call { id: id.to_owned(), at: wall::now().timestamp(), body };
                told(webhook.post(&call).await, written, hash)
            }
            Err(why) => Outcome::Deferred { why: brief(&why) },
        }
    }

    /// Says what became of it, until that is durable: what has left must not be forgotten.
    async fn report(
        &self,
        customer: &CustomerId,
        pending: &PendingView,
        on: NaiveDate,
        outcome: Outcome,
    ) -> Result<(), String> {
        let reminder: ReminderId = pending.reminder.reminder.clone();
        let report = Report { reminder, run: self.run.clone(), on, outcome };
        self.rounds.ask(customer, Command::Report(Box::new(report))).await.map(|_| ())
    }
}

fn no(why: &str) -> Outcome {
    Outcome::Failed { why: brief(why) }
}

/// What the courier says, as dunning takes it.
fn told(outcome: courier::Outcome, written: &Written, hash: Hash) -> Outcome {
    match outcome {
        courier::Outcome::Sent { proof } => Outcome::Sent {
            proof: Some(brief(&proof)),
            rendering: Some(Rendering {
                template: brief(&written.template),
                language: brief(written.language.as_str()),
                hash,
            }),
        },
        courier::Outcome::Failed { reason, permanent: true } => no(&reason),
        courier::Outcome::Failed { reason, permanent: false } => {
            Outcome::Deferred { why: brief(&reason) }
        }
        courier::Outcome::Unknown { reason } => Outcome::Unknown { why: brief(&reason) },
    }
}
