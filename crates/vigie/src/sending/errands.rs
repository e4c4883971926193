//! Runs the errands of one tenant, while this process leads: cases to collectors, and the word that
//! they are to stop.
//!
//! A person who hands a case over by itself, or recalls it, needs nothing of this: only collectors that
//! the company's file names are reached. The hours of the day are for customers; collectors' machines
//! have none.

mod notice;

use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDate;
use collection::{Collection, Command, Policy, Report, RunOutcome, Start, view::Stage};
use courier::{Outcome, Parcel};
use events::{
    CustomerId, Hash, PlacementId, Reference,
    collection::{Errand, Placement},
};
use tokio_util::sync::CancellationToken;

use super::{
    Company, Shelf, To, Way,
    rounds::{PutOff, Rounds, brief},
};
use crate::{dossier, lead::Lead, tenants::Tenant, wall};
use notice::Notice;

/// Whoever runs the errands of one tenant.
pub(super) struct Errands {
    tenant: Arc<Tenant>,
    company: Company,
    shelf: Shelf,
    run: Reference,
    rounds: Rounds<Policy>,
    put_off: PutOff<Which>,
}

/// An errand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Which {
    customer: CustomerId,
    placement: PlacementId,
    errand: Errand,
}

/// What is known of a customer, and by which rules, at one moment.
struct Seen {
    state: Arc<Collection>,
    policy: Policy,
    today: NaiveDate,
}

/// What is brought.
struct File {
    name: String,
    bytes: Bytes,
    hash: Hash,
}

impl Errands {
    pub(super) fn new(tenant: Arc<Tenant>, company: Company, shelf: Shelf, run: Reference) -> Self {
        let rounds = Rounds::new(tenant.clone(), Collection::has_pending);
        Self { tenant, company, shelf, run, rounds, put_off: PutOff::new() }
    }

    /// Runs errands until it is told to stop, or another process leads; what it has begun it brings to
    /// its end.
    pub(super) async fn work(
        &mut self,
        lead: &mut Lead,
        stop: &CancellationToken,
    ) -> Result<(), String> {
        self.warn_of_strangers();
        while let Some(customers) = self.rounds.next(lead, stop).await? {
            for customer in customers {
                for which in self.pending(&customer)? {
                    if stop.is_cancelled() || !lead.is_ours() {
                        return Ok(());
                    }
                    Box::pin(self.one(&which)).await?;
                }
            }
        }
        Ok(())
    }

    /// A name nobody knows is a slip: what is meant for that collector would wait for ever.
    fn warn_of_strangers(&self) {
        let rules = self.tenant.hosts::<Policy>().next();
        let rules = rules.and_then(|(_, host)| host.read(|it| it.policy.rules().clone()).ok());
        let known = rules.map(|it| it.collectors).unwrap_or_default();
        for name in self.company.collectors.names() {
            if !known.iter().any(|it| it.name == *name) {
                let tenant = &self.tenant.id;
                tracing::warn!(%tenant, %name, "no such collector in the rules for collecting");
            }
        }
    }

    /// The errands of one customer.
    fn pending(&mut self, customer: &CustomerId) -> Result<Vec<Which>, String> {
        let pending = self.rounds.see(customer, |_, state| {
            let which = state.pending().map(|it| Which {
                customer: customer.clone(),
                placement: it.placement.placement.clone(),
                errand: it.errand,
            });
            which.collect::<Vec<_>>()
        })?;
        let pending = pending.unwrap_or_default();
        if pending.is_empty() {
            self.rounds.is_over(customer);
        }
        Ok(pending)
    }

    /// What is known now, and the errand, if it is still to be run.
    fn see(&self, which: &Which) -> Result<Option<(Seen, Placement, Stage)>, String> {
        let seen = self.rounds.see(&which.customer, |books, state| {
            let mut pending = state.pending();
            let found = pending
                .find(|it| it.errand == which.errand && it.placement.placement == which.placement)
                .map(|it| (it.placement.clone(), it.stage.clone()));
            let seen =
                Seen { state: state.clone(), policy: books.policy.clone(), today: books.today };
            found.map(|(placement, stage)| (seen, placement, stage))
        })?;
        Ok(seen.flatten())
    }

    /// Brings an errand as far as it may go now.
    async fn one(&mut self, which: &Which) -> Result<(), String> {
        let Some((seen, placement, stage)) = self.see(which)? else { return Ok(()) };
        if let Stage::Started { run, .. } = &stage {
            if *run != self.run {
                let why = brief("whoever ran it is gone");
                return self.report(which, seen.today, RunOutcome::Unknown { why }).await;
            }
            return Ok(());
        }
        let Which { placement: id, errand, .. } = which;
        if self.company.collectors.to(&placement.collector).is_none()
            || !seen.policy.may_start(&seen.state, id, *errand, seen.today)
            || self.put_off.has(which)
            || !self.rounds.may_leave().await?
        {
            return Ok(());
        }
        let (run, on) = (self.run.clone(), seen.today);
        let start = Start { placement: id.clone(), errand: *errand, run, on };
        if !self.rounds.ask(&which.customer, Command::Start(start)).await? {
            return Ok(());
        }
        let outcome = match self.file(which, &placement, on).await {
            Ok(file) => self.bring(which, &placement, &file).await?,
            Err(outcome) => Some(outcome),
        };
        let Some(outcome) = outcome else { return Ok(()) };
        match &outcome {
            RunOutcome::Deferred { .. } => self.put_off.put(which.clone()),
            RunOutcome::Done { .. }
            | RunOutcome::Failed { .. }
            | RunOutcome::Unknown { .. }
            | RunOutcome::Withdrawn => self.put_off.forget(which),
        }
        self.report(which, on, outcome).await
    }

    /// What is to be brought, kept before it leaves; or why there is nothing.
    async fn file(
        &self,
        which: &Which,
        placement: &Placement,
        on: NaiveDate,
    ) -> Result<File, RunOutcome> {
        let (tenant, customer) = (&self.tenant.id, &which.customer);
        let failed = |why: &str| RunOutcome::Failed { why: brief(why) };
        let file = match which.errand {
            Errand::HandOver => {
                let made =
                    dossier::sealed(&self.tenant, &self.company, customer, &which.placement).await;
                let sealed = made.map_err(|why| {
                    let told = brief(&format!("no dossier: {why}"));
                    if why.is_for_now() {
                        RunOutcome::Deferred { why: told }
                    } else {
                        RunOutcome::Failed { why: told }
                    }
                })?;
                let name = file_name(&format!("{tenant}.{}", sealed.name));
                File { name, bytes: sealed.bytes, hash: sealed.hash }
            }
            Errand::Recall => {
                let state = self.rounds.see(customer, |_, state| state.clone());
                let state = state.ok().flatten().unwrap_or_default();
                let to = self.company.collectors.to(&placement.collector);
                let secret = to.and_then(|it| it.secret.as_ref());
                let notice = Notice::new(tenant, customer, placement, &state, on);
                let bytes = notice.signed(secret).map_err(|why| failed(&why))?;
                let name = format!("{tenant}.{customer}.recall-{}.json", which.placement);
                File { name: file_name(&name), hash: Hash::of(&bytes), bytes }
            }
        };
        match self.shelf.put(tenant, customer, &file.bytes).await {
            Ok(_) => Ok(file),
            Err(why) => Err(RunOutcome::Deferred { why: brief(&why) }),
        }
    }

    /// Looks once more and brings it. Nothing, if whether it was started is no longer for this process
    /// to say.
    async fn bring(
        &self,
        which: &Which,
        placement: &Placement,
        file: &File,
    ) -> Result<Option<RunOutcome>, String> {
        // The start was heard back: so was everything before it.
        let Some((seen, _, stage)) = self.see(which)? else { return Ok(None) };
        if !matches!(&stage, Stage::Started { run, .. } if *run == self.run) {
            return Ok(None);
        }
        let Which { placement: id, errand, .. } = which;
        if !seen.policy.is_still_to_be_brought(&seen.state, id, *errand, seen.today) {
            return Ok(Some(RunOutcome::Withdrawn));
        }
        let Some(to) = self.company.collectors.to(&placement.collector) else { return Ok(None) };
        Ok(Some(told(self.leaves(which, to, file).await, file.hash)))
    }

    async fn leaves(&self, which: &Which, to: &To, file: &File) -> Outcome {
        match &to.way {
            Way::Sftp(sftp) => sftp.put(&file.name, &file.bytes).await,
            Way::Folder(folder) => folder.put_file(&file.name, file.bytes.to_vec()).await,
            Way::Https(webhook) => {
                let Which { customer, placement, errand } = which;
                let id = format!("{}.{customer}.{placement}.{errand}", self.tenant.id);
                let parcel = Parcel {
                    id: short(&file_name(&id)),
                    at: wall::now().timestamp(),
                    errand: match errand {
                        Errand::HandOver => "hand_over",
                        Errand::Recall => "recall",
                    },
                    name: file.name.clone(),
                    bytes: file.bytes.clone(),
                };
                webhook.deliver(&parcel).await
            }
        }
    }

    /// Says what became of it, until that is durable.
    async fn report(
        &self,
        which: &Which,
        on: NaiveDate,
        outcome: RunOutcome,
    ) -> Result<(), String> {
        let (placement, errand, run) = (which.placement.clone(), which.errand, self.run.clone());
        let report = Report { placement, errand, run, on, outcome };
        let asked = self.rounds.ask(&which.customer, Command::Report(Box::new(report)));
        asked.await.map(|_| ())
    }
}

/// What the courier says, as collection takes it.
fn told(outcome: Outcome, hash: Hash) -> RunOutcome {
    match outcome {
        Outcome::Sent { proof } => {
            RunOutcome::Done { proof: Some(brief(&proof)), dossier: Some(hash) }
        }
        Outcome::Failed { reason, permanent: true } => RunOutcome::Failed { why: brief(&reason) },
        Outcome::Failed { reason, permanent: false } => {
            RunOutcome::Deferred { why: brief(&reason) }
        }
        Outcome::Unknown { reason } => RunOutcome::Unknown { why: brief(&reason) },
    }
}

/// What was escaped in an outside id is told by a dot, which no id has: names of files have no `=`.
fn file_name(name: &str) -> String {
    name.replace('=', ".")
}

/// The most that an `Idempotency-Key` has.
const ID_CHARS_MAX: usize = 150;

/// A name, or a digest of one that is too long.
fn short(id: &str) -> String {
    if id.len() <= ID_CHARS_MAX { id.to_owned() } else { Hash::of(id.as_bytes()).hex() }
}
