//! Names, addresses and what payers wrote: personal data, beside the journal and never in it.
//! Deleting a key here is erasure; every balance survives it.

mod personal;
mod recent;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_nats::jetstream::{self, kv};
use bytes::Bytes;
use events::{CustomerId, PaymentId, TenantId};
use invoicing::Contact;
use tokio::sync::oneshot;

pub(crate) use personal::Personal;
use recent::{Known, Recent};

/// The bucket of personal data. Cloning it is cheap; the clones share it.
#[derive(Clone)]
pub struct Contacts {
    place: Place,
    turns: Arc<Mutex<BTreeMap<String, oneshot::Receiver<()>>>>,
    recent: Arc<Recent>,
}

#[derive(Clone)]
enum Place {
    Bucket(Arc<kv::Store>),
    Memory(Arc<Mutex<BTreeMap<String, Bytes>>>),
}

impl std::fmt::Debug for Contacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contacts")
    }
}

/// Turns that are remembered before those that are over are cleared away.
const TURNS_KEPT: usize = 1_024;

/// A turn to write; it is over when this is dropped.
#[derive(Debug)]
pub struct Turn {
    before: Option<oneshot::Receiver<()>>,
    _over: oneshot::Sender<()>,
}

impl Turn {
    /// Waits until it comes.
    pub async fn comes(&mut self) {
        if let Some(before) = self.before.take() {
            // The end of the turn before is all there is to hear.
            let _over: Result<(), _> = before.await;
        }
    }
}

/// The bucket's name.
const BUCKET: &str = "vigie-contacts";

impl Contacts {
    /// In this process only: for tests, and where nobody is told a name or asked for one.
    pub fn memory() -> Self {
        Self::at(Place::Memory(Arc::default()))
    }

    /// The bucket of a server; it is made if there is none.
    pub async fn open(client: async_nats::Client, replicas: u8) -> Result<Self, String> {
        let store = Arc::new(bucket(client, replicas).await?);
        let contacts = Self::at(Place::Bucket(store.clone()));
        tokio::spawn(recent::listen(Arc::downgrade(&contacts.recent), store));
        Ok(contacts)
    }

    /// Makes the bucket if there is none, for those who may not.
    pub async fn prepare(client: async_nats::Client, replicas: u8) -> Result<(), String> {
        bucket(client, replicas).await.map(|_| ())
    }

    fn at(place: Place) -> Self {
        Self { place, turns: Arc::default(), recent: Arc::default() }
    }

    /// A turn to write what is known of a customer: it comes when all those that were taken before
    /// are over, so that what was said last is what stays.
    pub fn turn(&self, tenant: &TenantId, customer: &CustomerId) -> Turn {
        let (over, next) = oneshot::channel();
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= TURNS_KEPT {
            turns.retain(|_, it| matches!(it.try_recv(), Err(oneshot::error::TryRecvError::Empty)));
        }
        let before = turns.insert(format!("{tenant}.{customer}"), next);
        Turn { before, _over: over }
    }

    /// Keeps what is to be known of a customer, in place of what was.
    pub async fn keep_contact(
        &self,
        tenant: &TenantId,
        customer: &CustomerId,
        contact: &Contact,
    ) -> Result<(), String> {
        let value = serde_json::to_vec(contact).map_err(|error| error.to_string())?;
        self.put(format!("{tenant}.customer.{customer}"), value.into()).await
    }

    /// Keeps what is to be known of a customer, if nothing is known yet.
    pub async fn keep_first_contact(
        &self,
        tenant: &TenantId,
        customer: &CustomerId,
        contact: &Contact,
    ) -> Result<(), String> {
        let value = serde_json::to_vec(contact).map_err(|error| error.to_string())?;
        let key = format!("{tenant}.customer.{customer}");
        match &self.place {
            Place::Bucket(store) => {
                let created = store.create(&key, value.into()).await;
                self.recent.forget(&key);
                match created {
                    Err(error) if error.kind() != kv::CreateErrorKind::AlreadyExists => {
                        Err(error.to_string())
                    }
                    Ok(_) | Err(_) => Ok(()),
                }
            }
            Place::Memory(map) => {
                let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
                map.entry(key).or_insert_with(|| value.into());
                Ok(())
            }
        }
    }

    /// What is known of a customer; nothing if there is nothing, or it was erased.
    pub async fn contact(
        &self,
        tenant: &TenantId,
        customer: &CustomerId,
    ) -> Result<Option<Contact>, String> {
        match self.get(format!("{tenant}.customer.{customer}")).await? {
            Some(value) => {
                serde_json::from_slice(&value).map(Some).map_err(|error| error.to_string())
            }
            None => Ok(None),
        }
    }

    /// Keeps what a payer wrote.
    pub async fn keep_remittance(
        &self,
        tenant: &TenantId,
        customer: &CustomerId,
        payment: &PaymentId,
        text: &str,
    ) -> Result<(), String> {
        let value = Bytes::copy_from_slice(text.as_bytes());
        self.put(format!("{tenant}.remittance.{customer}.{payment}"), value).await
    }

    /// What a payer wrote.
    pub async fn remittance(
        &self,
        tenant: &TenantId,
        customer: &CustomerId,
        payment: &PaymentId,
    ) -> Result<Option<String>, String> {
        let value = self.get(format!("{tenant}.remittance.{customer}.{payment}")).await?;
        Ok(value.map(|it| String::from_utf8_lossy(&it).into_owned()))
    }

    /// For which journals a tenant's sending is armed; nothing if it never was.
    pub async fn armed(&self, tenant: &TenantId) -> Result<Option<String>, String> {
        let value = self.get(format!("{tenant}.armed")).await?;
        Ok(value.map(|it| String::from_utf8_lossy(&it).into_owned()))
    }

    /// Arms it for journals; for none: nothing leaves.
    pub async fn arm(&self, tenant: &TenantId, journals: &str) -> Result<(), String> {
        self.put(format!("{tenant}.armed"), Bytes::copy_from_slice(journals.as_bytes())).await
    }

    async fn put(&self, key: String, value: Bytes) -> Result<(), String> {
        match &self.place {
            Place::Bucket(store) => {
                let kept = store.put(&key, value).await;
                self.recent.forget(&key);
                kept.map(|_| ()).map_err(|error| error.to_string())
            }
            Place::Memory(map) => {
                map.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value);
                Ok(())
            }
        }
    }

    async fn get(&self, key: String) -> Result<Option<Bytes>, String> {
        match &self.place {
            Place::Bucket(store) => match self.recent.get(&key) {
                Known::Value(value) => Ok(value),
                Known::Ask(number) => {
                    let value = store.get(&key).await.map_err(|error| error.to_string())?;
                    self.recent.keep(&key, number, value.clone());
                    Ok(value)
                }
            },
            Place::Memory(map) => {
                Ok(map.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned())
            }
        }
    }
}

async fn bucket(client: async_nats::Client, replicas: u8) -> Result<kv::Store, String> {
    let context = jetstream::new(client);
    if let Ok(store) = context.get_key_value(BUCKET).await {
        return Ok(store);
    }
    let config = kv::Config {
        bucket: BUCKET.to_owned(),
        history: 1,
        num_replicas: replicas.into(),
        ..Default::default()
    };
    let made = context.create_key_value(config).await;
    made.map_err(|error| format!("the bucket {BUCKET} cannot be made: {error}"))
}
