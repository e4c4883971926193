//! Files about one customer that others can check: made from its journal, with what stands beside it,
//! and held against a journal again. What they are: the crate of that name, and `docs/evidence.md`.

mod command;
mod key;

use std::collections::BTreeMap;

use ::evidence::{Beside, Gathering, Head, Heard, Purpose, SigningKey, Unmade, make};
use chrono::NaiveDate;
use events::{Context, CustomerId, Partition, Sequence, TenantId};
use journal::{Heads, Journal, ReadError};

use crate::{contacts::Contacts, sending::Shelf};

pub(crate) use command::main;
pub use command::{CheckJournal, Evidence, Make, Verify};
pub(crate) use key::signing_key;

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The journal cannot be read.
    #[error("{0}")]
    Journal(#[from] ReadError),
    /// It is read, and not understood.
    #[error("{0}")]
    Unreadable(#[from] ::evidence::Unreadable),
    /// A bucket beside it cannot be read.
    #[error("{0}")]
    Bucket(String),
    /// There is nothing to tell, or it contradicts itself.
    #[error("{0}")]
    Unmade(#[from] Unmade),
}

/// Which past is told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Past {
    /// The day at whose end the statement is drawn up; none: the business day that was open.
    pub(crate) on: Option<NaiveDate>,
    /// The last entry of the customer's journal that is heard, and of no other journal anything; none:
    /// all of it, and how far the others go.
    pub(crate) until: Option<Sequence>,
}

/// Where a bundle comes from.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) tenant: &'a TenantId,
    /// Every journal of the tenant.
    pub(crate) journals: &'a [(Partition, Journal)],
    pub(crate) contacts: &'a Contacts,
    /// Where letters are kept; none: they are not kept here.
    pub(crate) letters: Option<&'a Shelf>,
}

impl Sources<'_> {
    /// Which journal is the customer's.
    pub(crate) fn partition_of(&self, customer: &CustomerId) -> Partition {
        Partition::of(customer, u16::try_from(self.journals.len()).unwrap_or(u16::MAX))
    }

    /// Hears the customer's journal, every entry of it, in order and each after its context's previous
    /// one, up to an entry; none: up to the one that is the last now. What is kept in memory is what
    /// speaks of the customer.
    pub(crate) async fn gather(
        &self,
        purpose: Purpose,
        customer: &CustomerId,
        until: Option<Sequence>,
    ) -> Result<Gathering, Trouble> {
        let partition = self.partition_of(customer);
        let mut gathering = Gathering::new(purpose, customer.clone(), partition);
        let Some((_, journal)) = self.journals.iter().find(|(it, _)| *it == partition) else {
            return Ok(gathering);
        };
        let until = match until {
            Some(until) => until,
            None => journal.last().await?,
        };
        let mut reader = journal.read(Heads::new()).await?;
        while reader.position() < until {
            let record = reader.next().await?;
            gathering.hear(&Heard {
                sequence: record.sequence,
                recorded_at: record.recorded_at,
                context: record.context,
                hash: record.hash,
                body: &record.body,
            })?;
        }
        Ok(gathering)
    }

    /// What stands beside the journal, as it is kept now.
    pub(crate) async fn beside(
        &self,
        gathering: &Gathering,
        customer: &CustomerId,
        as_of: Past,
    ) -> Result<Beside, Trouble> {
        let ours = self.partition_of(customer);
        let mut other_heads = Vec::new();
        let others = self.journals.iter().filter(|(it, _)| *it != ours && as_of.until.is_none());
        for (partition, journal) in others {
            for context in Context::ALL {
                let last = journal.last_of(context).await?;
                other_heads.extend(last.map(|it| Head {
                    partition: *partition,
                    context,
                    sequence: it.sequence,
                    hash: it.hash,
                }));
            }
        }
        let contact = self.contacts.contact(self.tenant, customer).await;
        let contact = contact.map_err(Trouble::Bucket)?;
        let contact = contact.map(serde_json::to_value).transpose();
        let contact = contact.map_err(|error| Trouble::Bucket(error.to_string()))?;
        let mut letters = BTreeMap::new();
        if let Some(shelf) = self.letters {
            for hash in gathering.renderings() {
                let kept = shelf.get(self.tenant, customer, hash).await.map_err(Trouble::Bucket)?;
                letters.extend(kept.map(|it| (hash, it.to_vec())));
            }
        }
        Ok(Beside {
            tenant: self.tenant.clone(),
            effective_on: as_of.on.unwrap_or_else(|| gathering.today()),
            other_heads,
            contact,
            letters,
        })
    }

    /// A bundle, and what was heard for it.
    pub(crate) async fn make(
        &self,
        purpose: Purpose,
        customer: &CustomerId,
        as_of: Past,
        key: Option<SigningKey>,
    ) -> Result<(Vec<u8>, Gathering), Trouble> {
        let gathering = self.gather(purpose, customer, as_of.until).await?;
        if !gathering.is_known() {
            return Err(Unmade::Unknown(customer.to_string()).into());
        }
        let beside = self.beside(&gathering, customer, as_of).await?;
        // It hashes for a while and waits for nothing.
        let made = tokio::task::spawn_blocking(move || {
            make(&gathering, &beside, key.as_ref()).map(|bytes| (bytes, gathering))
        });
        let made = made.await.map_err(|error| Unmade::Unwritable(error.to_string()))?;
        Ok(made?)
    }
}
