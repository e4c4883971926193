//! Entries to write, and places to write them to.

use std::{io::Write as _, num::NonZero, path::PathBuf, time::Duration};

use bytes::Bytes;
use events::{Context, Decision, Draft, Hash, Partition, TenantId, clock::Event};
use journal::{
    Head, Heads, Journal, Outcome, Reader, Record, Store,
    server::{self, Options, Server},
};
use tokio::sync::OnceCell;

/// Longer than anything here takes unless it never ends.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// An entry that follows `after`; `n` makes it another one.
pub(crate) fn body(after: Head, n: u32) -> Bytes {
    entry(after.hash, n).into()
}

fn entry(prev: Hash, n: u32) -> Vec<u8> {
    let mut draft = Draft::new();
    let date = events::date::parse("2026-05-01").unwrap() + chrono::Days::new(n.into());
    let events = vec![Event::DayOpened { date }];
    draft.push(&Decision { customer: None, cause: None, actor: None, events }).unwrap();
    draft.seal(prev)
}

pub(crate) async fn append(journal: &Journal, context: Context, after: Head, n: u32) -> Head {
    match journal.append(context, after, body(after, n)).await {
        Outcome::Appended(head) => head,
        other => panic!("not appended: {other:?}"),
    }
}

/// Appends as a writer does: the same bytes until there is an answer.
pub(crate) async fn insist(journal: &Journal, context: Context, after: Head, n: u32) -> Head {
    loop {
        match journal.append(context, after, body(after, n)).await {
            Outcome::Appended(head) => return head,
            Outcome::Unavailable(_) => {}
            other => panic!("a lone writer is told {other:?}"),
        }
    }
}

/// Polls until it is so.
pub(crate) async fn until(mut so: impl AsyncFnMut() -> bool) {
    let poll = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, poll).await.expect("it to become so");
}

/// Writes `count` entries of a context that has written nothing; its last head.
pub(crate) async fn fill(journal: &Journal, context: Context, count: u32) -> Head {
    let mut head = Head::NONE;
    for n in 0..count {
        head = append(journal, context, head, n).await;
    }
    head
}

pub(crate) async fn read(reader: &mut Reader, count: usize) -> Vec<Record> {
    let mut records = Vec::with_capacity(count);
    for _ in 0..count {
        records.push(next(reader).await.unwrap());
    }
    records
}

pub(crate) async fn next(reader: &mut Reader) -> Result<Record, journal::ReadError> {
    tokio::time::timeout(PATIENCE, reader.next()).await.expect("an entry, or why there is none")
}

pub(crate) async fn read_all(journal: &Journal) -> Vec<Record> {
    let last = journal.last().await.unwrap();
    let mut reader = journal.read(Heads::new()).await.unwrap();
    read(&mut reader, usize::try_from(last.0).unwrap()).await
}

pub(crate) fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

pub(crate) fn partitions(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

/// A new journal of a tenant that has no other.
pub(crate) async fn journal(store: &Store) -> Journal {
    let acme = tenant("acme");
    store.create(&acme, partitions(1)).await.unwrap();
    store.open(&acme, Partition(0)).await.unwrap()
}

/// The nats-server to test with; nothing if there is none, which is said aloud.
pub(crate) async fn binary() -> Option<PathBuf> {
    static FOUND: OnceCell<Option<PathBuf>> = OnceCell::const_new();
    FOUND.get_or_init(find).await.clone()
}

async fn find() -> Option<PathBuf> {
    let error = match server::find(|_| {}).await {
        Ok(found) => return Some(found.path),
        Err(error) => error,
    };
    assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "{error}");
    // Past the harness, which keeps what a passing test prints to itself.
    let warning = format!("\n*** NOT TESTED ON A REAL SERVER ***\n{error}\n\n");
    std::io::stderr().write_all(warning.as_bytes()).unwrap();
    None
}

/// A server with a directory of its own, gone with this.
pub(crate) struct Nats {
    pub(crate) server: Server,
    binary: PathBuf,
    _dir: tempfile::TempDir,
}

impl Nats {
    pub(crate) async fn start() -> Option<Self> {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Options)) -> Option<Self> {
        let binary = binary().await?;
        let dir = tempfile::tempdir().unwrap();
        let mut options = Options::new(&binary, dir.path());
        change(&mut options);
        let server = Server::start(options).await.unwrap();
        Some(Self { server, binary, _dir: dir })
    }

    pub(crate) async fn store(&self) -> Store {
        Store::connect(self.server.connection()).await.unwrap()
    }

    /// How it was started, but for the defaults that a test changed.
    pub(crate) fn options(&self) -> Options {
        Options::new(&self.binary, self.server.dir())
    }

    /// An administrator, who may do what no service may.
    pub(crate) async fn admin(&self) -> async_nats::jetstream::Context {
        async_nats::jetstream::new(async_nats::connect(self.server.url()).await.unwrap())
    }
}
