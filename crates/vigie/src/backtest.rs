//! Rules for reminding, tried on what stands in a tenant's journals, beside other rules on the same.

mod told;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use chrono::NaiveDate;
use decider::Decider as _;
use dunning::{
    Policy,
    backtest::{Comparison, Entry, Trial, stays},
};
use events::{CustomerId, Partition, Sequence, TenantId, dunning::DunningPolicy};
use host::engine::{Said, read};
use indicatif::ProgressBar;
use journal::{Heads, Journal, Store, StoreError};

use crate::serve::StartError;
pub use told::{Backtest, as_brief, as_json, as_text};

/// A journal that cannot be read, or not understood.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// Which rules are tried, beside which, and on what.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The rules to try.
    pub policy: Policy,
    /// Those beside them.
    pub against: Against,
    /// The first day on which rules speak; none: the first there is.
    pub from: Option<NaiveDate>,
    /// The last.
    pub to: Option<NaiveDate>,
    /// Only this customer.
    pub customer: Option<CustomerId>,
    /// Whether somebody agrees at once to what has to be agreed to.
    pub agreed: bool,
}

/// Beside which rules others are tried.
#[derive(Debug, Clone)]
pub enum Against {
    /// Those in force.
    Current,
    /// Nobody is reminded.
    Nobody,
    /// These.
    Policy(Box<Policy>),
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Tried {
    /// Both, and where they differ.
    pub comparison: Comparison,
    /// What the other rules are called.
    pub old: String,
    /// What those are called that were tried.
    pub new: String,
    /// The first and the last business day, and how many there were.
    pub days: Option<(NaiveDate, NaiveDate, usize)>,
    /// The last entry of each journal that was read.
    pub position: BTreeMap<Partition, Sequence>,
}

/// Rules, checked.
pub fn policy(rules: DunningPolicy) -> Result<Policy, String> {
    Policy::try_new(rules).map_err(|invalid| {
        let all = invalid.0.iter().map(|it| format!("{}: {}", it.field, it.reason));
        all.collect::<Vec<_>>().join("; ")
    })
}

/// Rules from a file of TOML.
pub fn policy_of(file: &Path) -> Result<Policy, String> {
    policy(client::dunning_rules(file).map_err(|trouble| trouble.to_string())?)
}

/// The journals of a tenant.
pub async fn journals(
    store: &Store,
    tenant: &TenantId,
) -> Result<Vec<(Partition, Journal)>, StartError> {
    let all = store.tenants().await?;
    let found = all.into_iter().find(|(it, _)| it == tenant);
    let partitions = found.map(|(_, it)| it);
    let partitions = partitions.ok_or_else(|| StoreError::UnknownTenant(tenant.clone()))?;
    let mut journals = Vec::new();
    for partition in (0..partitions).map(Partition) {
        journals.push((partition, store.open(tenant, partition).await?));
    }
    Ok(journals)
}

/// Tries them on every journal, one after the other.
pub async fn run(
    journals: &[(Partition, Journal)],
    asked: &Arc<Asked>,
    bar: &ProgressBar,
) -> Result<Tried, Unreadable> {
    let mut tried = Tried { new: version(&asked.policy), ..Tried::default() };
    for (partition, journal) in journals {
        let past = Past::read(journal, asked.customer.as_ref(), bar).await?;
        tried.position.insert(*partition, past.position);
        let old = match &asked.against {
            Against::Current => past.policy.clone(),
            Against::Nobody => Policy::default(),
            Against::Policy(it) => Policy::clone(it).under_the_terms_of(&past.policy),
        };
        tried.old = match &asked.against {
            Against::Nobody => "nobody".to_owned(),
            Against::Current | Against::Policy(_) => version(&old),
        };
        let new = asked.policy.clone().under_the_terms_of(&past.policy);
        let (asked, bar) = (asked.clone(), bar.clone());
        // It computes for long and waits for nothing.
        let both = tokio::task::spawn_blocking(move || past.tried(&asked, (&old, &new), &bar));
        let (comparison, days) = both.await.map_err(|error| Unreadable(error.to_string()))?;
        tried.comparison.add(comparison);
        tried.days = tried.days.or(days);
    }
    bar.finish_and_clear();
    Ok(tried)
}

fn version(policy: &Policy) -> String {
    policy.rules().version.to_string()
}

/// What a journal says of its customers, as far as a trial hears it.
struct Past {
    /// Every business day, in order.
    days: Vec<NaiveDate>,
    customers: BTreeMap<CustomerId, Vec<Entry>>,
    /// The rules in force.
    policy: Policy,
    position: Sequence,
}

impl Past {
    async fn read(
        journal: &Journal,
        only: Option<&CustomerId>,
        bar: &ProgressBar,
    ) -> Result<Self, Unreadable> {
        let unreadable = |why: &dyn std::fmt::Display| Unreadable(why.to_string());
        let last = journal.last().await.map_err(|it| unreadable(&it))?;
        let mut reader = journal.read(Heads::new()).await.map_err(|it| unreadable(&it))?;
        let mut past = Self {
            days: Vec::new(),
            customers: BTreeMap::new(),
            policy: Policy::default(),
            position: Sequence::START,
        };
        bar.set_length(last.0);
        bar.set_message("entries");
        while past.position < last {
            let record = reader.next().await.map_err(|it| unreadable(&it))?;
            past.position = record.sequence;
            bar.set_position(record.sequence.0);
            let heard = read::<Policy>(record.sequence, record.context, record.hash, &record.body)
                .map_err(|it| unreadable(&format_args!("entry {}: {it}", record.sequence)))?;
            match heard.said {
                Said::Day(date) if past.days.last().is_none_or(|it| *it < date) => {
                    past.days.push(date);
                }
                Said::Nothing | Said::Day(_) => {}
                Said::Decisions(decisions) => {
                    let on = past.days.last().copied().unwrap_or(NaiveDate::MIN);
                    let place = record.sequence.0;
                    for decision in decisions {
                        let Some(customer) = decision.customer else {
                            decision.events.iter().for_each(|it| {
                                past.policy.adopt(it);
                            });
                            continue;
                        };
                        if only.is_some_and(|it| *it != customer) {
                            continue;
                        }
                        let mut facts: Vec<_> = decision.events;
                        facts.retain(stays);
                        if facts.is_empty() {
                            continue;
                        }
                        let entries = past.customers.entry(customer).or_default();
                        match entries.last_mut() {
                            // What stands in one entry is heard as one.
                            Some(it) if it.place == place => it.facts.append(&mut facts),
                            _ => entries.push(Entry { on, place, facts }),
                        }
                    }
                }
            }
        }
        Ok(past)
    }

    fn tried(
        &self,
        asked: &Asked,
        (old, new): (&Policy, &Policy),
        bar: &ProgressBar,
    ) -> (Comparison, Option<(NaiveDate, NaiveDate, usize)>) {
        let mut days = self.days.clone();
        days.retain(|it| {
            asked.from.is_none_or(|from| from <= *it) && asked.to.is_none_or(|to| *it <= to)
        });
        let trial = |policy| Trial { policy, days: &days, agreed: asked.agreed };
        let (old, new) = (trial(old), trial(new));
        bar.set_position(0);
        bar.set_length(u64::try_from(self.customers.len()).unwrap_or(u64::MAX));
        bar.set_message("customers");
        let mut comparison = Comparison::default();
        for (customer, entries) in &self.customers {
            comparison.take(customer, &old.live(entries), &new.live(entries));
            bar.inc(1);
        }
        let ends = days.first().zip(days.last());
        (comparison, ends.map(|(first, last)| (*first, *last, days.len())))
    }
}
