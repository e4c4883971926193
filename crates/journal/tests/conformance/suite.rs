//! What holds wherever journals are kept. Every test runs in memory and on a server.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use events::{Context, Hash, Partition, Sequence};
use futures::future::join_all;
use journal::{ENTRY_BYTES_MAX, Head, Heads, Outcome, ReadError, Store, StoreError};

use crate::support::*;

macro_rules! everywhere {
    ($($name:ident)+) => {
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(journal::Store::memory()).await;
            })+
        }
        mod nats {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(nats) = crate::support::Nats::start().await else { return };
                super::$name(nats.store().await).await;
            })+
        }
    };
}

everywhere! {
    a_new_store_may_be_written_to
    the_first_entry_of_a_context_follows_nothing
    every_entry_has_the_next_number_whoever_writes
    an_entry_is_read_as_it_was_written
    who_expects_too_little_is_overtaken
    who_expects_too_much_is_refused
    the_same_bytes_twice_stand_once
    equal_bytes_of_two_contexts_are_two_entries
    two_writers_race_and_one_wins_each_place
    an_entry_that_readers_would_stop_at_is_refused
    an_entry_of_the_largest_size_is_appended
    reading_begins_in_the_middle_with_the_heads_known
    reading_begins_in_the_middle_with_the_heads_unknown
    heads_that_are_not_of_this_journal_are_noticed
    the_end_is_followed
    a_reader_that_is_dropped_while_waiting_loses_nothing
    many_read_at_once
    reading_from_beyond_the_end_is_refused
    an_entry_is_found_by_its_number
    the_last_entry_of_a_context_is_known
    four_partitions_are_four_journals
    tenants_are_listed
    a_tenant_that_does_not_exist_is_refused
    a_tenant_keeps_its_number_of_partitions
    a_journal_keeps_its_incarnation
    a_whole_journal_is_verified
}

async fn a_new_store_may_be_written_to(store: Store) {
    assert_eq!(store.preflight().await, Ok(()));
    assert_eq!(journal(&store).await.faults().await.unwrap(), Vec::<String>::new());
}

async fn the_first_entry_of_a_context_follows_nothing(store: Store) {
    let journal = journal(&store).await;
    assert_eq!(journal.last().await.unwrap(), Sequence::START);
    let first = append(&journal, Context::Invoicing, Head::NONE, 1).await;
    assert_eq!(first.sequence, Sequence(1));
    let other = append(&journal, Context::Clock, Head::NONE, 2).await;
    assert_eq!(other.sequence, Sequence(2));
}

async fn every_entry_has_the_next_number_whoever_writes(store: Store) {
    let journal = journal(&store).await;
    let mut heads = Context::ALL.map(|context| (context, Head::NONE));
    for round in 0..5 {
        for (context, head) in &mut heads {
            *head = append(&journal, *context, *head, round).await;
        }
    }
    let records = read_all(&journal).await;
    assert_eq!(records.len(), 30);
    for (record, n) in records.iter().zip(1..) {
        assert_eq!(record.sequence, Sequence(n));
        assert_eq!(record.context, Context::ALL[(usize::try_from(n).unwrap() - 1) % 6]);
    }
    assert!(records.is_sorted_by_key(|it| it.recorded_at));
}

async fn an_entry_is_read_as_it_was_written(store: Store) {
    let journal = journal(&store).await;
    let written = body(Head::NONE, 7);
    let outcome = journal.append(Context::Risk, Head::NONE, written.clone()).await;
    let record = read_all(&journal).await.remove(0);
    assert_eq!(outcome, Outcome::Appended(record.head()));
    assert_eq!(record.body, written);
    assert_eq!(record.hash, Hash::of(&written));
    assert_eq!(record.context, Context::Risk);
}

async fn who_expects_too_little_is_overtaken(store: Store) {
    let journal = journal(&store).await;
    let first = fill(&journal, Context::Invoicing, 1).await;
    append(&journal, Context::Invoicing, first, 5).await;
    for stale in [Head::NONE, first] {
        let outcome = journal.append(Context::Invoicing, stale, body(stale, 6)).await;
        assert_eq!(outcome, Outcome::Overtaken);
    }
    assert_eq!(journal.last().await.unwrap(), Sequence(2));
}

async fn who_expects_too_much_is_refused(store: Store) {
    let journal = journal(&store).await;
    fill(&journal, Context::Invoicing, 2).await;
    let future = Head { sequence: Sequence(9), hash: Hash::of(b"?") };
    let outcome = journal.append(Context::Invoicing, future, body(future, 6)).await;
    assert!(matches!(&outcome, Outcome::Refused(why) if why.contains('9')), "{outcome:?}");
    assert_eq!(journal.last().await.unwrap(), Sequence(2));
}

async fn the_same_bytes_twice_stand_once(store: Store) {
    let journal = journal(&store).await;
    let bytes = body(Head::NONE, 1);
    let first = journal.append(Context::Invoicing, Head::NONE, bytes.clone()).await;
    assert_eq!(journal.append(Context::Invoicing, Head::NONE, bytes.clone()).await, first);
    // Also when more was written since.
    let Outcome::Appended(head) = first else { panic!("{first:?}") };
    append(&journal, Context::Invoicing, head, 2).await;
    assert_eq!(journal.append(Context::Invoicing, Head::NONE, bytes).await, first);
    assert_eq!(journal.last().await.unwrap(), Sequence(2));
}

async fn equal_bytes_of_two_contexts_are_two_entries(store: Store) {
    let journal = journal(&store).await;
    let clock = append(&journal, Context::Clock, Head::NONE, 1).await;
    let risk = append(&journal, Context::Risk, Head::NONE, 1).await;
    assert_eq!(clock.hash, risk.hash);
    assert_eq!(read_all(&journal).await.len(), 2);
}

async fn two_writers_race_and_one_wins_each_place(store: Store) {
    const PLACES: u32 = 20;
    let journal = journal(&store).await;
    let mut head = Head::NONE;
    for place in 0..PLACES {
        let writers = (0..4).map(|writer| {
            let bytes = body(head, place * 4 + writer);
            journal.append(Context::Invoicing, head, bytes)
        });
        let outcomes = join_all(writers).await;
        let won: Vec<Head> = outcomes
            .iter()
            .filter_map(|it| if let Outcome::Appended(head) = it { Some(*head) } else { None })
            .collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|it| **it == Outcome::Overtaken).count(), 3);
        head = won[0];
    }
    assert_eq!(read_all(&journal).await.last().unwrap().head(), head);
    assert_eq!(head.sequence, Sequence(PLACES.into()));
}

async fn an_entry_that_readers_would_stop_at_is_refused(store: Store) {
    let journal = journal(&store).await;
    let head = fill(&journal, Context::Invoicing, 1).await;
    let strangers = [
        Bytes::from_static(b""),
        Bytes::from_static(b"{}"),
        // It follows nothing, and is to follow an entry.
        body(Head::NONE, 3),
        vec![b' '; ENTRY_BYTES_MAX + 1].into(),
    ];
    for bytes in strangers {
        let outcome = journal.append(Context::Invoicing, head, bytes).await;
        assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    }
    assert_eq!(journal.last().await.unwrap(), Sequence(1));
}

async fn an_entry_of_the_largest_size_is_appended(store: Store) {
    let journal = journal(&store).await;
    let mut bytes = body(Head::NONE, 1).to_vec();
    bytes.resize(ENTRY_BYTES_MAX, b' ');
    let outcome = journal.append(Context::Invoicing, Head::NONE, bytes.into()).await;
    assert!(matches!(outcome, Outcome::Appended(_)), "{outcome:?}");
    assert_eq!(read_all(&journal).await[0].body.len(), ENTRY_BYTES_MAX);
}

async fn reading_begins_in_the_middle_with_the_heads_known(store: Store) {
    let journal = journal(&store).await;
    fill(&journal, Context::Clock, 3).await;
    fill(&journal, Context::Invoicing, 5).await;
    let mut reader = journal.read(Heads::new()).await.unwrap();
    read(&mut reader, 5).await;
    let heads = reader.heads().clone();
    assert_eq!(heads.position(), Sequence(5));
    assert_eq!(heads.of(Context::Clock).sequence, Sequence(3));
    assert_eq!(heads.of(Context::Risk), Head::NONE);

    let mut again = journal.read(heads).await.unwrap();
    let rest = read(&mut again, 3).await;
    assert_eq!(rest, read(&mut reader, 3).await);
    assert_eq!(rest[0].sequence, Sequence(6));
    assert_eq!(again.heads(), reader.heads());
}

async fn reading_begins_in_the_middle_with_the_heads_unknown(store: Store) {
    let journal = journal(&store).await;
    fill(&journal, Context::Invoicing, 5).await;
    let mut reader = journal.read_from(Sequence(4)).await.unwrap();
    let records = read(&mut reader, 2).await;
    assert_eq!(records[0].sequence, Sequence(4));
    assert_eq!(reader.heads().of(Context::Invoicing), records[1].head());
}

async fn heads_that_are_not_of_this_journal_are_noticed(store: Store) {
    let ours = journal(&store).await;
    fill(&ours, Context::Invoicing, 3).await;
    store.create(&tenant("other"), partitions(1)).await.unwrap();
    let other = store.open(&tenant("other"), Partition(0)).await.unwrap();
    append(&other, Context::Invoicing, Head::NONE, 99).await;
    let mut reader = other.read(Heads::new()).await.unwrap();
    read(&mut reader, 1).await;

    let mut reader = ours.read(reader.heads().clone()).await.unwrap();
    let error = next(&mut reader).await.unwrap_err();
    let ReadError::Broken { sequence, context, previous } = error else { panic!("{error}") };
    assert_eq!((sequence, context, previous), (Sequence(2), Context::Invoicing, Sequence(1)));
}

async fn the_end_is_followed(store: Store) {
    let journal = journal(&store).await;
    let mut reader = journal.read(Heads::new()).await.unwrap();
    let mut head = Head::NONE;
    for n in 0..5 {
        let (appended, record) = tokio::join!(
            append(&journal, Context::Invoicing, head, n),
            tokio::time::timeout(PATIENCE, reader.next()),
        );
        assert_eq!(record.unwrap().unwrap().head(), appended);
        head = appended;
    }
}

async fn a_reader_that_is_dropped_while_waiting_loses_nothing(store: Store) {
    let journal = journal(&store).await;
    let mut reader = journal.read(Heads::new()).await.unwrap();
    let writing = fill(&journal, Context::Invoicing, 50);
    tokio::pin!(writing);
    let (mut written, mut positions) = (false, Vec::new());
    while positions.len() < 50 {
        tokio::select! {
            biased;
            record = reader.next() => positions.push(record.unwrap().sequence.0),
            _ = &mut writing, if !written => written = true,
            // Given up long before a server can answer, again and again.
            () = tokio::time::sleep(Duration::from_micros(50)) => {}
        }
    }
    assert_eq!(positions, (1..=50).collect::<Vec<_>>());
}

async fn many_read_at_once(store: Store) {
    let journal = journal(&store).await;
    fill(&journal, Context::Invoicing, 40).await;
    let reads = join_all((0..8).map(|_| read_all(&journal))).await;
    assert!(reads.iter().all(|it| *it == reads[0] && it.len() == 40));
}

async fn reading_from_beyond_the_end_is_refused(store: Store) {
    let journal = journal(&store).await;
    fill(&journal, Context::Invoicing, 2).await;
    let error = journal.read_from(Sequence(4)).await.unwrap_err();
    assert!(matches!(error, ReadError::Shortened { read: Sequence(3), last: Sequence(2) }));
}

async fn an_entry_is_found_by_its_number(store: Store) {
    let journal = journal(&store).await;
    fill(&journal, Context::Invoicing, 3).await;
    for record in read_all(&journal).await {
        assert_eq!(journal.get(record.sequence).await.unwrap(), record);
    }
    for nowhere in [Sequence(0), Sequence(4)] {
        let error = journal.get(nowhere).await.unwrap_err();
        assert!(matches!(error, ReadError::NotYet { last: Sequence(3), .. }), "{error}");
    }
}

async fn the_last_entry_of_a_context_is_known(store: Store) {
    let journal = journal(&store).await;
    let head = fill(&journal, Context::Clock, 2).await;
    fill(&journal, Context::Invoicing, 2).await;
    assert_eq!(journal.last_of(Context::Clock).await.unwrap().unwrap().head(), head);
    assert_eq!(journal.last_of(Context::Risk).await.unwrap(), None);
}

async fn four_partitions_are_four_journals(store: Store) {
    let acme = tenant("acme");
    store.create(&acme, partitions(4)).await.unwrap();
    let mut incarnations = BTreeSet::new();
    for partition in (0..4).map(Partition) {
        let journal = store.open(&acme, partition).await.unwrap();
        assert_eq!((journal.tenant(), journal.partition()), (&acme, partition));
        fill(&journal, Context::Invoicing, u32::from(partition.0) + 1).await;
        incarnations.insert(journal.incarnation().to_owned());
    }
    for partition in (0..4).map(Partition) {
        let journal = store.open(&acme, partition).await.unwrap();
        assert_eq!(journal.last().await.unwrap(), Sequence(u64::from(partition.0) + 1));
    }
    assert_eq!(incarnations.len(), 4);
    let error = store.open(&acme, Partition(4)).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownPartition { partitions: 4, .. }), "{error}");
}

async fn tenants_are_listed(store: Store) {
    assert_eq!(store.tenants().await.unwrap(), []);
    let names = [("acme", 1), ("acme_1", 2), ("acme_1_0", 1), ("zeta-9", 4)];
    for (name, count) in names {
        store.create(&tenant(name), partitions(count)).await.unwrap();
    }
    assert_eq!(store.tenants().await.unwrap(), names.map(|(name, count)| (tenant(name), count)));
}

async fn a_tenant_that_does_not_exist_is_refused(store: Store) {
    let error = store.open(&tenant("nobody"), Partition(0)).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownTenant(_)), "{error}");
    assert!(error.to_string().contains("nobody"), "{error}");
}

async fn a_tenant_keeps_its_number_of_partitions(store: Store) {
    let acme = tenant("acme");
    store.create(&acme, partitions(2)).await.unwrap();
    store.create(&acme, partitions(2)).await.unwrap();
    for asked in [1, 3] {
        let error = store.create(&acme, partitions(asked)).await.unwrap_err();
        assert!(matches!(error, StoreError::OtherPartitions { found: 2, .. }), "{error}");
    }
    assert_eq!(store.tenants().await.unwrap(), [(acme, 2)]);
}

async fn a_journal_keeps_its_incarnation(store: Store) {
    let first = journal(&store).await.incarnation().to_owned();
    assert!(!first.is_empty());
    assert_eq!(journal(&store).await.incarnation(), first);
}

async fn a_whole_journal_is_verified(store: Store) {
    let journal = journal(&store).await;
    fill(&journal, Context::Clock, 3).await;
    let head = fill(&journal, Context::Invoicing, 4).await;
    let mut reported = Vec::new();
    let verified = journal::verify(&journal, |progress| reported.push(progress)).await.unwrap();
    assert_eq!(verified.entries, 7);
    assert_eq!(verified.heads.of(Context::Invoicing), head);
    let bytes: usize = read_all(&journal).await.iter().map(|it| it.body.len()).sum();
    assert_eq!(verified.bytes, u64::try_from(bytes).unwrap());
    assert_eq!(reported.last().unwrap().at, Sequence(7));
}
