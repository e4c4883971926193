//! A snapshot is used whole or not at all.

use super::*;
use crate::{
    Snapshots,
    engine::Books,
    snapshot::{Frozen, thaw},
};

fn options(directory: &std::path::Path) -> Options {
    Options { snapshots: Snapshots::Directory(directory.to_owned()), ..Options::default() }
}

async fn filled(directory: &std::path::Path) -> journal::Journal {
    let journal = journal().await;
    let host = Host::start(journal.clone(), RULES, options(directory));
    host.ready().await.unwrap();
    for id in 0..20 {
        let who = customer(&format!("C-{}", id % 5));
        host.ask(Some(who), add(id, 3), None, None).await.unwrap();
    }
    host.drain().await;
    journal
}

fn everything(books: &Books<Rules>) -> Vec<(CustomerId, Jar, Vec<events::Sequence>)> {
    let row = |(id, it): (&CustomerId, &crate::engine::Known<Jar>)| {
        (id.clone(), (*it.state).clone(), it.positions.iter().collect())
    };
    books.customers().map(row).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_and_what_follows_it_is_the_whole_journal() {
    let directory = tempfile::tempdir().unwrap();
    let journal = filled(directory.path()).await;
    let replayed = start(&journal).await;
    replayed.ask(Some(customer("C-9")), add(99, 1), None, None).await.unwrap();
    let resumed = Host::start(journal.clone(), RULES, options(directory.path()));
    resumed.ready().await.unwrap();
    let (all, resumed) = (replayed.read(everything).unwrap(), resumed.read(everything).unwrap());
    assert_eq!(all, resumed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_with_any_byte_changed_or_cut_is_not_used() {
    let directory = tempfile::tempdir().unwrap();
    let journal = filled(directory.path()).await;
    let path = directory.path().join("acme-0-invoicing.last");
    let file = std::fs::read(&path).unwrap();
    assert!(thaw(file.clone().into(), &journal, RULES).is_ok());
    for at in 0..file.len() {
        let mut flipped = file.clone();
        flipped[at] ^= 0x40;
        assert!(thaw(flipped.into(), &journal, RULES).is_err(), "byte {at}");
        assert!(thaw(file[..at].to_vec().into(), &journal, RULES).is_err(), "cut at {at}");
    }
    // The service then reads the snapshot before it, or the whole journal: the answer is the same.
    std::fs::write(&path, &file[..file.len() / 2]).unwrap();
    let resumed = Host::start(journal.clone(), RULES, options(directory.path()));
    resumed.ready().await.unwrap();
    let replayed = start(&journal).await;
    assert_eq!(resumed.read(everything).unwrap(), replayed.read(everything).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_of_another_journal_is_not_used() {
    let directory = tempfile::tempdir().unwrap();
    let journal = filled(directory.path()).await;
    let frozen = start(&journal).await.read(|books| Frozen::of(books, &journal)).unwrap();
    let file = frozen.unwrap().write().unwrap();
    let other = journal_of("other").await;
    let error = thaw(file.into(), &other, RULES).err().unwrap();
    assert_eq!(error.to_string(), "it is of another incarnation");
}
