//! The append-only journal, as accountants keep it: append, read, follow, verify.
//!
//! A tenant has one journal per partition. Entries stand in one total order, numbered from 1
//! without gaps; each carries the hash of its context's previous entry, and only the service that
//! owns a context appends to it. [`Store`] says where journals are kept, a NATS server or this
//! process' memory; one suite of tests holds for both.
//!
//! ```
//! # use std::num::NonZero;
//! # use events::{Context, Draft, Hash, Partition};
//! # use journal::{Head, Heads, Outcome, Store};
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! let store = Store::memory();
//! let tenant = "acme".parse()?;
//! store.create(&tenant, NonZero::<u16>::MIN).await?;
//! let journal = store.open(&tenant, Partition(0)).await?;
//!
//! let body = Draft::new().seal(Hash::NONE).into();
//! let outcome = journal.append(Context::Invoicing, Head::NONE, body).await;
//! let Outcome::Appended(head) = outcome else { return Err("not appended".into()) };
//!
//! let record = journal.read(Heads::new()).await?.next().await?;
//! assert_eq!(record.head(), head);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(missing_docs)]

mod store;

mod journal;
mod record;

mod append;
mod reader;
mod verify;

mod error;

mod blobs;
mod connection;
mod nats;
mod preflight;

pub mod memory;
pub mod server;

pub use append::{APPEND_WITHIN, ENTRY_BYTES_MAX, Outcome};
pub use blobs::Blobs;
pub use connection::{Auth, Connection, Replicas, ReplicasError};
pub use error::{ReadError, StoreError};
pub use journal::Journal;
pub use preflight::Problem;
pub use reader::Reader;
pub use record::{Head, Heads, Record};
pub use store::Store;
pub use verify::{Progress, Verified, verify};
