//! Sends the reminders of one tenant, while this process leads.

use std::{
    collections::{BTreeMap, BTreeSet},
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
use futures::future::select_all;
use host::{Host, engine::Rejection};
use invoicing::Contact;
use tokio::{sync::broadcast::error::RecvError, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{Armed, Company, Shelf, Writing, Written};
use crate::{lead::Lead, tenants::Tenant, wall};

/// How often everything that waits is looked at, whatever happens: a day, an hour or an operator may
/// let it leave.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Before what could not be sent for now is tried again, at first and at most.
const WAIT: Duration = Duration::from_mins(1);
const WAIT_MAX: Duration = Duration::from_hours(1);

/// The sender of one tenant.
pub(super) struct Worker {
    tenant: Arc<Tenant>,
    company: Company,
    shelf: Shelf,
    run: Reference,
    utc_offset: FixedOffset,
    /// Customers with a reminder on its way, and when what failed for now is tried again.
    waiting: BTreeSet<CustomerId>,
    deferred: BTreeMap<CustomerId, (Instant, Duration)>,
    /// Whether something might leave when this round began; before it does, that is asked again.
    armed: bool,
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
        Self {
            tenant,
            company,
            shelf,
            run,
            utc_offset,
            waiting: BTreeSet::new(),
            deferred: BTreeMap::new(),
            armed: false,
            left: (NaiveDate::MIN, 0),
        }
    }

    /// Sends until it is told to stop, or another process leads; what it has begun it brings to its
    /// end.
    pub(super) async fn work(
        &mut self,
        lead: &mut Lead,
        stop: &CancellationToken,
    ) -> Result<(), String> {
        let mut heard: Vec<_> =
            self.tenant.hosts::<Policy>().map(|(_, host)| host.watch()).collect();
        self.look_everywhere()?;
        let mut next = Instant::now() + LOOK_EVERY;
        let mut now: Vec<_> = self.waiting.iter().cloned().collect();
        loop {
            if !now.is_empty() {
                self.armed = self.is_armed().await?;
            }
            for customer in now.drain(..) {
                if stop.is_cancelled() || !lead.is_ours() {
                    return Ok(());
                }
                self.one(&customer).await?;
            }
            let touched = select_all(heard.iter_mut().map(|it| Box::pin(it.recv())));
            tokio::select! {
                (touched, ..) = touched => match touched {
                    Ok(touched) => now = self.look_at(&touched.customers)?,
                    Err(RecvError::Lagged(_)) => {
                        self.look_everywhere()?;
                        now.extend(self.waiting.iter().cloned());
                    }
                    Err(RecvError::Closed) => return Ok(()),
                },
                () = tokio::time::sleep_until(next) => {
                    next = Instant::now() + LOOK_EVERY;
                    now.extend(self.waiting.iter().cloned());
                }
                () = lead.becomes(false) => return Ok(()),
                () = stop.cancelled() => return Ok(()),
            }
        }
    }

    fn look_everywhere(&mut self) -> Result<(), String> {
        let mut sent_on = BTreeMap::<NaiveDate, u32>::new();
        let mut today = NaiveDate::MIN;
        for (_, host) in self.tenant.hosts::<Policy>() {
            let waiting = host.read(|books| {
                today = today.max(books.today);
                let mut waiting = Vec::new();
                for (id, known) in books.customers() {
                    if known.state.pending().is_some() {
                        waiting.push(id.clone());
                    }
                    for on in known.state.sent_on() {
                        *sent_on.entry(on).or_default() += 1;
                    }
                }
                waiting
            });
            self.waiting.extend(waiting.map_err(|it| it.to_string())?);
        }
        self.left = (today, sent_on.get(&today).copied().unwrap_or(0));
        Ok(())
    }

    /// Those of them with a reminder on its way.
    fn look_at(&mut self, customers: &[CustomerId]) -> Result<Vec<CustomerId>, String> {
        let mut found = Vec::new();
        for customer in customers {
            let Some((_, host)) = self.tenant.host::<Policy>(customer) else { continue };
            let waits = host.read(|books| {
                books.customer(customer).is_some_and(|it| it.state.pending().is_some())
            });
            if waits.map_err(|it| it.to_string())? {
                self.waiting.insert(customer.clone());
                found.push(customer.clone());
            }
        }
        Ok(found)
    }

    fn host(&self, customer: &CustomerId) -> Result<&Host<Policy>, String> {
        let found = self.tenant.host::<Policy>(customer).map(|(_, host)| host);
        found.ok_or_else(|| "this process does not run the role dunning".to_owned())
    }

    fn see(&self, customer: &CustomerId) -> Result<Option<Seen>, String> {
        let seen = self.host(customer)?.read(|books| {
            let state = books.customer(customer)?.state.clone();
            Some(Seen { state, policy: books.policy.clone(), today: books.today })
        });
        seen.map_err(|it| it.to_string())
    }

    /// Brings the reminder of one customer as far as it may go now.
    async fn one(&mut self, customer: &CustomerId) -> Result<(), String> {
        let Some(seen) = self.see(customer)? else { return Ok(()) };
        let Some(pending) = seen.state.pending() else {
            self.waiting.remove(customer);
            self.deferred.remove(customer);
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
            || self.deferred.get(customer).is_some_and(|(at, _)| Instant::now() < *at)
            || self.is_enough_for_today(&seen)
            || !self.armed
            || !self.is_armed().await?
        {
            return Ok(());
        }
        let reminder = pending.reminder.reminder.clone();
        let start = Start { reminder, run: self.run.clone(), on: seen.today };
        if !self.ask(customer, Command::Start(start)).await? {
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
                self.deferred.remove(customer);
            }
            Outcome::Deferred { .. } => {
                let wait = self.deferred.get(customer).map_or(WAIT, |(_, wait)| *wait * 2);
                let wait = wait.min(WAIT_MAX);
                self.deferred.insert(customer.clone(), (Instant::now() + wait, wait));
            }
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

    async fn is_armed(&self) -> Result<bool, String> {
        let journals = self.tenant.hosts::<Policy>().map(|(_, host)| host.journal());
        Armed::of(&self.tenant.contacts, &self.tenant.id, journals).is_on().await
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
        self.ask(customer, Command::Report(Box::new(report))).await.map(|_| ())
    }

    /// Whether dunning agrees; it is asked again while nothing can be written.
    async fn ask(&self, customer: &CustomerId, command: Command) -> Result<bool, String> {
        loop {
            let host = self.host(customer)?;
            let asked = host.ask(Some(customer.clone()), command.clone(), None, None).await;
            match asked {
                Ok(_) => return Ok(true),
                Err(host::Error::Rejected(Rejection::Refused(refusal))) => {
                    tracing::debug!(%customer, %refusal, "a reminder does not go further");
                    return Ok(false);
                }
                Err(host::Error::Unavailable(why)) => {
                    tracing::warn!(%customer, %why, "waiting to write down what was sent");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                Err(error) => return Err(error.to_string()),
            }
        }
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

/// As much of a text as may stand in a journal.
#[expect(clippy::expect_used, reason = "a word is a reference")]
fn brief(text: &str) -> Reference {
    let clean: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    let clean = clean.trim();
    let end = (0..=clean.len().min(64)).rev().find(|end| clean.is_char_boundary(*end));
    let some = clean.get(..end.unwrap_or(0)).unwrap_or_default().trim_end();
    Reference::new(some).unwrap_or_else(|_| Reference::new("unknown").expect("a word"))
}
