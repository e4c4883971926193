//! A snapshot is a cache: what the books said at some position, so that a restart reads only what
//! came after it. Deleting all of them changes nothing but the time to start, and one that does not
//! match in every byte is not used.

use std::fmt;

use bytes::Bytes;
use chrono::NaiveDate;
use decider::Fold;
use events::{CustomerId, Sequence};
use journal::{Heads, Journal};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::engine::{Books, Known, Positions, Requests, Service};

mod place;

pub use place::Snapshots;

const MAGIC: &[u8; 8] = b"VIGIESNP";
/// The form of the file itself.
const FORMAT: u32 = 1;
/// Customers in one compressed chunk; chunks are read on all cores.
const CHUNK: usize = 4_096;
/// What one chunk may unpack to, so that a damaged length cannot take all memory. 1 GiB.
const CHUNK_BYTES_MAX: usize = 1 << 30;

/// Why a snapshot is not used. Never fatal: the journal has it all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// There is none.
    #[error("there is no snapshot")]
    Absent,
    /// Its bytes are not those that were written.
    #[error("its bytes are damaged")]
    Damaged,
    /// It is of another release, state, tenant, partition, context or incarnation.
    #[error("it is of another {0}")]
    Other(&'static str),
    /// It could not be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

#[derive(Serialize, Deserialize)]
struct Heading {
    format: u32,
    release: String,
    state: u32,
    incarnation: String,
    journal: String,
    position: Sequence,
    heads: Heads,
    days: Vec<(Sequence, NaiveDate)>,
    /// The entries about the whole tenant, read again from the journal.
    tenant: Positions,
    customers: u64,
}

type Row<S> = (CustomerId, S, Positions, Requests);

/// What is needed to write a snapshot, taken from the books in an instant.
pub(crate) struct Frozen<P: Service> {
    heading: Vec<u8>,
    customers: Vec<(CustomerId, Known<P::State>)>,
}

impl<P: Service> fmt::Debug for Frozen<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Frozen").field(&self.customers.len()).finish()
    }
}

impl<P: Service> Frozen<P> {
    pub(crate) fn of(books: &Books<P>, journal: &Journal) -> postcard::Result<Self> {
        let heading = Heading {
            format: FORMAT,
            release: RELEASE.to_owned(),
            state: P::State::VERSION,
            incarnation: journal.incarnation().to_owned(),
            journal: name::<P>(journal),
            position: books.position,
            heads: books.heads.clone(),
            days: books.days.clone(),
            tenant: books.tenant.positions.clone(),
            customers: u64::try_from(books.customers().len()).unwrap_or(u64::MAX),
        };
        let customers = books.customers().map(|(id, known)| (id.clone(), known.clone()));
        Ok(Self { heading: postcard::to_stdvec(&heading)?, customers: customers.collect() })
    }

    /// The file: magic, then length-prefixed heading and chunks, then BLAKE3 of all before.
    pub(crate) fn write(self) -> postcard::Result<Vec<u8>> {
        let mut file = MAGIC.to_vec();
        push(&mut file, &self.heading);
        for chunk in self.customers.chunks(CHUNK) {
            let rows: Vec<_> = chunk
                .iter()
                .map(|(id, known)| (id, &*known.state, &known.positions, &known.requests))
                .collect();
            push(&mut file, &lz4_flex::compress_prepend_size(&postcard::to_stdvec(&rows)?));
        }
        let hash = blake3::hash(&file);
        file.extend_from_slice(hash.as_bytes());
        Ok(file)
    }
}

/// The release whose snapshots this one reads: its own.
const RELEASE: &str = env!("CARGO_PKG_VERSION");

fn name<P: Service>(journal: &Journal) -> String {
    format!("{}/{}/{}", journal.tenant(), journal.partition(), P::own())
}

fn push(file: &mut Vec<u8>, part: &[u8]) {
    file.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
    file.extend_from_slice(part);
}

fn pull(file: &mut Bytes) -> Result<Bytes, Unusable> {
    let length =
        file.first_chunk::<8>().map(|it| u64::from_le_bytes(*it)).ok_or(Unusable::Damaged)?;
    let length = usize::try_from(length).map_err(|_| Unusable::Damaged)?;
    let end = length.checked_add(8).filter(|it| *it <= file.len()).ok_or(Unusable::Damaged)?;
    let part = file.split_to(end);
    Ok(part.slice(8..))
}

/// The books a snapshot holds, but for what the tenant as a whole was told, which `tenant` lists.
pub(crate) struct Thawed<P: Service> {
    pub(crate) books: Books<P>,
    pub(crate) tenant: Positions,
}

/// Reads a snapshot of this context on this journal.
pub(crate) fn thaw<P: Service>(
    mut file: Bytes,
    journal: &Journal,
    policy: P,
) -> Result<Thawed<P>, Unusable> {
    let body = file.len().checked_sub(32).ok_or(Unusable::Damaged)?;
    let hash = file.split_off(body);
    if *blake3::hash(&file).as_bytes() != *hash || !file.starts_with(MAGIC) {
        return Err(Unusable::Damaged);
    }
    let mut file = file.slice(MAGIC.len()..);
    let heading: Heading = parse(&pull(&mut file)?)?;
    let same = [
        (heading.format == FORMAT, "format"),
        (heading.release == RELEASE, "release"),
        (heading.state == P::State::VERSION, "form of state"),
        (heading.incarnation == journal.incarnation(), "incarnation"),
        (heading.journal == name::<P>(journal), "journal"),
    ];
    if let Some((_, what)) = same.into_iter().find(|(same, _)| !same) {
        return Err(Unusable::Other(what));
    }
    let mut chunks = Vec::new();
    while !file.is_empty() {
        chunks.push(pull(&mut file)?);
    }
    let mut books = Books::new(policy);
    books.position = heading.position;
    books.heads = heading.heads;
    books.today = heading.days.last().map_or(NaiveDate::MIN, |(_, date)| *date);
    books.days = heading.days;
    let chunks = unpack::<P::State>(&chunks)?;
    books.customers.reserve_exact(chunks.iter().map(Vec::len).sum());
    books.customers.extend(chunks.into_iter().flatten());
    if u64::try_from(books.customers.len()) != Ok(heading.customers) {
        return Err(Unusable::Damaged);
    }
    Ok(Thawed { books, tenant: heading.tenant })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unusable> {
    postcard::from_bytes(bytes).map_err(|_| Unusable::Damaged)
}

/// Some customers, as the books keep them.
type Customers<S> = Vec<(CustomerId, Known<S>)>;

/// Unpacks every chunk, on as many threads as there are cores.
fn unpack<S>(chunks: &[Bytes]) -> Result<Vec<Customers<S>>, Unusable>
where
    S: DeserializeOwned + Send + Sync,
{
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = chunks.len().div_ceil(threads).max(1);
    let one = |chunk: &Bytes| {
        let size = chunk.first_chunk::<4>().map(|it| u32::from_le_bytes(*it));
        if size.and_then(|it| usize::try_from(it).ok()).is_none_or(|it| it > CHUNK_BYTES_MAX) {
            return Err(Unusable::Damaged);
        }
        let rows = lz4_flex::decompress_size_prepended(chunk).map_err(|_| Unusable::Damaged)?;
        let rows: Vec<Row<S>> = parse(&rows)?;
        let known =
            |(id, state, positions, requests)| (id, Known::restore(state, positions, requests));
        Ok(rows.into_iter().map(known).collect())
    };
    let one = &one;
    std::thread::scope(|scope| {
        let workers: Vec<_> = chunks
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().map(one).collect::<Result<Vec<_>, _>>()))
            .collect();
        let mut all = Vec::with_capacity(chunks.len());
        for worker in workers {
            all.extend(worker.join().map_err(|_| Unusable::Damaged)??);
        }
        Ok(all)
    })
}
