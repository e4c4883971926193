//! A message on its way: its commands are handed in one after the other, and what became of each is
//! told once all that were taken are durable.

use std::{collections::BTreeMap, sync::Arc};

use events::{Partition, Sequence};
use futures::{StreamExt as _, stream};
use host::{
    Error,
    engine::{Fact, Service},
};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{
    cloud_event::Item,
    door::Door,
    grpc::Explain,
    intake::{self, Asked, Submitted, Taken},
    refused::Refused,
    tenants::Tenant,
};

/// Personal data is kept one write at a time on the server; so many are under way together.
const KEPT_AT_ONCE: usize = 64;

/// Commands that were handed in.
#[derive(Debug)]
pub(crate) struct Delivery<P: Service> {
    handed_in: Vec<(String, Result<Submitted<P>, Outcome>)>,
    /// The rules, if they have something to warn about.
    rules: Option<P>,
}

/// What became of the commands of a message, in their order.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Settled {
    /// Up to here everything that was taken can be read, by partition.
    pub(crate) position: BTreeMap<Partition, Sequence>,
    /// One each.
    pub(crate) results: Vec<ItemResult>,
}

/// What became of one command.
#[derive(Debug)]
pub(crate) struct ItemResult {
    /// The producer's own id for it; empty if it gave none.
    pub(crate) id: String,
    /// What became of it.
    pub(crate) outcome: Outcome,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is durable, and something changed; with what a person should know of it, such as terms
    /// above the legal limit.
    Changed(Option<String>),
    /// The same was known already, and is durable.
    Unchanged,
    /// It was not taken, and never will be.
    Refused(Refused),
    /// It was not taken, or nobody can tell: it is to be sent again.
    Failed(String),
}

impl Serialize for ItemResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Failed<'a> {
            code: &'static str,
            message: &'a str,
        }
        let mut map = serializer.serialize_map(None)?;
        if !self.id.is_empty() {
            map.serialize_entry("id", &self.id)?;
        }
        match &self.outcome {
            Outcome::Changed(warning) => {
                map.serialize_entry("changed", &true)?;
                if let Some(warning) = warning {
                    map.serialize_entry("warning", warning)?;
                }
            }
            Outcome::Unchanged => map.serialize_entry("changed", &false)?,
            Outcome::Refused(refused) => map.serialize_entry("refused", refused)?,
            Outcome::Failed(message) => {
                map.serialize_entry("failed", &Failed { code: "UNAVAILABLE", message })?;
            }
        }
        map.end()
    }
}

/// Hands in the commands of a message.
pub(crate) async fn hand_in<P: Door>(tenant: &Arc<Tenant>, items: Vec<Item<'_>>) -> Delivery<P> {
    let rules = P::warns(tenant);
    let mut handed_in = Vec::with_capacity(items.len());
    for Item { id, content } in items {
        let asked = content.and_then(|content| {
            let command = content.command::<P>()?;
            Ok(Asked { command, request: content.request, actor: None })
        });
        let submitted = match asked {
            Ok(asked) => intake::submit::<P>(tenant, asked).await.map_err(outcome),
            Err(refused) => Err(Outcome::Refused(refused)),
        };
        handed_in.push((id.into_owned(), submitted));
    }
    Delivery { handed_in, rules }
}

fn outcome(failure: Error<impl Explain>) -> Outcome {
    let why = failure.to_string();
    Refused::of(failure).map_or(Outcome::Failed(why), Outcome::Refused)
}

impl<P: Door> Delivery<P> {
    /// Waits until all that was taken is durable.
    pub(crate) async fn settle(self) -> Settled {
        let Self { handed_in, rules } = self;
        let warning = |events: &[Fact<P>]| {
            rules.as_ref().and_then(|rules| events.iter().find_map(|it| rules.warning(it)))
        };
        let mut settled = Settled::default();
        settled.results.reserve_exact(handed_in.len());
        let personal = |it: &Result<Submitted<P>, _>| it.as_ref().is_ok_and(Submitted::is_personal);
        if handed_in.iter().any(|(_, it)| personal(it)) {
            let answers = handed_in.into_iter().map(|(id, it)| async { (id, answer(it).await) });
            let mut answers = stream::iter(answers).buffered(KEPT_AT_ONCE);
            while let Some((id, answer)) = answers.next().await {
                settled.add(id, answer, &warning);
            }
        } else {
            for (id, submitted) in handed_in {
                settled.add(id, answer(submitted).await, &warning);
            }
        }
        settled
    }
}

async fn answer<P: Door>(
    submitted: Result<Submitted<P>, Outcome>,
) -> Result<Taken<Fact<P>>, Outcome> {
    submitted?.answer().await.map_err(outcome)
}

impl Settled {
    fn add<F>(
        &mut self,
        id: String,
        answer: Result<Taken<F>, Outcome>,
        warning: &impl Fn(&[F]) -> Option<String>,
    ) {
        let outcome = match answer {
            Ok(Taken { position, events }) => {
                for (partition, sequence) in position {
                    let reached = self.position.entry(partition).or_default();
                    *reached = sequence.max(*reached);
                }
                if events.is_empty() {
                    Outcome::Unchanged
                } else {
                    Outcome::Changed(warning(&events))
                }
            }
            Err(outcome) => outcome,
        };
        self.results.push(ItemResult { id, outcome });
    }

    /// Why something is to be sent again, if anything is.
    pub(crate) fn failed(&self) -> Option<&str> {
        self.results.iter().find_map(|it| match &it.outcome {
            Outcome::Failed(why) => Some(why.as_str()),
            Outcome::Changed(_) | Outcome::Unchanged | Outcome::Refused(_) => None,
        })
    }

    /// What was refused, by its place.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (usize, &str, &Refused)> {
        self.results.iter().enumerate().filter_map(|(place, it)| match &it.outcome {
            Outcome::Refused(refused) => Some((place, it.id.as_str(), refused)),
            Outcome::Changed(_) | Outcome::Unchanged | Outcome::Failed(_) => None,
        })
    }
}
