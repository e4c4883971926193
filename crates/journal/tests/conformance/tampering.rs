//! What an administrator could do to a stream, and how it is prevented or noticed.

use async_nats::jetstream::stream::{Config, DiscardPolicy};
use events::{Context, Sequence};
use journal::{Head, Heads, Journal, ReadError, StoreError};

use crate::support::*;

const STREAM: &str = "VIGIE_acme_0";

/// Five entries, and someone who may do everything.
async fn five(nats: &Nats) -> (Journal, async_nats::jetstream::Context) {
    let journal = journal(&nats.store().await).await;
    fill(&journal, Context::Invoicing, 5).await;
    (journal, nats.admin().await)
}

/// Replaces the stream by one of the same name and metadata that holds its first entries, and
/// from which entries can be deleted.
async fn replace(admin: &async_nats::jetstream::Context, entries: u64) {
    let stream = admin.get_stream(STREAM).await.unwrap();
    let mut config = stream.cached_info().config.clone();
    let mut messages = Vec::new();
    for sequence in 1..=entries {
        messages.push(stream.direct_get(sequence).await.unwrap());
    }
    admin.delete_stream(STREAM).await.unwrap();
    (config.deny_delete, config.deny_purge) = (false, false);
    // The server takes a while to clear away what was deleted.
    let mut tries = 0;
    while let Err(error) = admin.create_stream(config.clone()).await {
        tries += 1;
        assert!(tries < 50, "{error}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    for message in messages {
        admin.publish(message.subject, message.payload).await.unwrap().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_deletes_or_purges_entries() {
    let Some(nats) = Nats::start().await else { return };
    let (journal, admin) = five(&nats).await;
    let stream = admin.get_stream(STREAM).await.unwrap();
    stream.delete_message(3).await.unwrap_err();
    stream.purge().await.unwrap_err();
    let config = stream.cached_info().config.clone();
    let allowing = Config { deny_delete: false, deny_purge: false, ..config };
    admin.update_stream(allowing).await.unwrap_err();
    journal::verify(&journal, |_| {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_whose_settings_were_changed_is_not_opened() {
    let Some(nats) = Nats::start().await else { return };
    let (journal, admin) = five(&nats).await;
    let config = admin.get_stream(STREAM).await.unwrap().cached_info().config.clone();
    let changed = Config { max_messages: 1_000, discard: DiscardPolicy::Old, ..config };
    admin.update_stream(changed).await.unwrap();
    assert_eq!(journal.faults().await.unwrap().len(), 2);
    let store = nats.store().await;
    let error = store.open(journal.tenant(), journal.partition()).await.unwrap_err();
    let StoreError::Unsound { faults, .. } = &error else { panic!("{error}") };
    assert!(faults.iter().any(|it| it.contains("max_msgs")), "{faults:?}");
    assert!(faults.iter().any(|it| it.contains("discard")), "{faults:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_entry_is_lost_data_for_every_reader() {
    for deleted in [1, 3, 5] {
        let Some(nats) = Nats::start().await else { return };
        let (journal, admin) = five(&nats).await;
        replace(&admin, 5).await;
        journal::verify(&journal, |_| {}).await.unwrap();
        let stream = admin.get_stream(STREAM).await.unwrap();
        stream.delete_message(deleted).await.unwrap();

        let error = journal::verify(&journal, |_| {}).await.unwrap_err();
        assert!(matches!(error, ReadError::DataLoss { .. }), "{error}");
        assert_eq!(error.position(), Some(Sequence(deleted)));
        assert!(journal.faults().await.unwrap().iter().any(|it| it.contains("missing")));
        let store = nats.store().await;
        store.open(journal.tenant(), journal.partition()).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_has_lost_its_end_is_noticed_by_who_has_read_it() {
    let Some(nats) = Nats::start().await else { return };
    let (journal, admin) = five(&nats).await;
    let mut reader = journal.read(Heads::new()).await.unwrap();
    read(&mut reader, 5).await;
    replace(&admin, 2).await;
    let error = journal.read(reader.heads().clone()).await.unwrap_err();
    assert!(matches!(error, ReadError::Shortened { .. }), "{error}");
    let error = next(&mut reader).await.unwrap_err();
    assert!(matches!(error, ReadError::Shortened { .. }), "{error}");
    let head = reader.heads().of(Context::Invoicing);
    let outcome = journal.append(Context::Invoicing, head, body(head, 6)).await;
    assert!(matches!(outcome, journal::Outcome::Refused(_)), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_journal_of_the_same_name_is_not_taken_for_this_one() {
    let Some(nats) = Nats::start().await else { return };
    let (ours, admin) = five(&nats).await;
    let mut reader = ours.read(Heads::new()).await.unwrap();
    read(&mut reader, 5).await;
    admin.delete_stream(STREAM).await.unwrap();
    let error = next(&mut reader).await.unwrap_err();
    assert!(matches!(error, ReadError::Replaced(_)), "{error}");
    let again = journal(&nats.store().await).await;
    assert_ne!(again.incarnation(), ours.incarnation());
    append(&again, Context::Invoicing, Head::NONE, 1).await;
    assert!(matches!(ours.last().await.unwrap_err(), ReadError::Replaced(_)));
    assert!(matches!(next(&mut reader).await.unwrap_err(), ReadError::Replaced(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_context_of_a_newer_release_stops_the_reader() {
    let Some(nats) = Nats::start().await else { return };
    let (journal, admin) = five(&nats).await;
    let subject = "vigie.journal.acme.0.forecasts";
    admin.publish(subject, body(Head::NONE, 1)).await.unwrap().await.unwrap();
    let error = journal::verify(&journal, |_| {}).await.unwrap_err();
    assert!(matches!(error, ReadError::Foreign { sequence: Sequence(6), .. }), "{error}");
    assert!(error.to_string().contains(subject), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_journal_is_read_by_one_consumer() {
    let Some(nats) = Nats::start().await else { return };
    let journal = journal(&nats.store().await).await;
    fill(&journal, Context::Invoicing, 500).await;
    assert_eq!(read_all(&journal).await.len(), 500);
    let mut stream = nats.admin().await.get_stream(STREAM).await.unwrap();
    assert_eq!(stream.info().await.unwrap().state.consumer_count, 1);
}
