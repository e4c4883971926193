//! Faults of a journal in memory, made by its levers: what is lost or changed is named, what is
//! unknown is found out.

use events::{Context, Sequence};
use journal::{Head, Heads, Outcome, ReadError, Store, StoreError};

use crate::support::*;

async fn first_bad_place(journal: &journal::Journal) -> (Sequence, ReadError) {
    let error = journal::verify(journal, |_| {}).await.unwrap_err();
    assert!(error.is_damage(), "{error}");
    (error.position().unwrap(), error)
}

#[tokio::test]
async fn a_flipped_byte_is_found_wherever_it_is() {
    let store = Store::memory();
    let journal = journal(&store).await;
    fill(&journal, Context::Invoicing, 3).await;
    let controls = journal.controls().unwrap();
    let length = journal.get(Sequence(2)).await.unwrap().body.len();
    for at in 0..length {
        for sequence in [Sequence(2), Sequence(3)] {
            controls.flip_byte(sequence, at);
            let (place, error) = first_bad_place(&journal).await;
            assert_eq!(place, sequence, "byte {at}: {error}");
            assert!(matches!(error, ReadError::Altered { .. }), "{error}");
            controls.flip_byte(sequence, at);
        }
    }
    journal::verify(&journal, |_| {}).await.unwrap();
}

#[tokio::test]
async fn a_forged_entry_breaks_the_chain_at_the_next_one_of_its_context() {
    let store = Store::memory();
    let journal = journal(&store).await;
    let second = fill(&journal, Context::Invoicing, 2).await;
    append(&journal, Context::Clock, Head::NONE, 1).await;
    append(&journal, Context::Invoicing, second, 3).await;
    let first = journal.get(Sequence(1)).await.unwrap().head();
    journal.controls().unwrap().forge(Sequence(2), body(first, 77));
    let (place, error) = first_bad_place(&journal).await;
    assert_eq!(place, Sequence(4));
    assert!(matches!(error, ReadError::Broken { previous: Sequence(2), .. }), "{error}");
}

#[tokio::test]
async fn a_lost_entry_is_named_in_the_middle_and_at_the_end() {
    for lost in [Sequence(1), Sequence(2), Sequence(4)] {
        let store = Store::memory();
        let journal = journal(&store).await;
        fill(&journal, Context::Invoicing, 4).await;
        journal.controls().unwrap().lose(lost);
        let (place, error) = first_bad_place(&journal).await;
        assert_eq!(place, lost);
        assert!(matches!(error, ReadError::DataLoss { .. }), "{error}");
        assert_eq!(journal.faults().await.unwrap().len(), 1);
        let error = store.open(journal.tenant(), journal.partition()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unsound { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_entry_that_is_not_delivered_but_there_is_read_in_its_place() {
    for withheld in [Sequence(2), Sequence(4)] {
        let store = Store::memory();
        let journal = journal(&store).await;
        fill(&journal, Context::Invoicing, 4).await;
        journal.controls().unwrap().withhold(withheld);
        let sequences = read_all(&journal).await.into_iter().map(|it| it.sequence.0);
        assert_eq!(sequences.collect::<Vec<_>>(), [1, 2, 3, 4]);
    }
}

#[tokio::test]
async fn a_lost_ack_is_made_good_within_the_call() {
    let store = Store::memory();
    let journal = journal(&store).await;
    journal.controls().unwrap().lose_acks(1);
    let head = append(&journal, Context::Invoicing, Head::NONE, 1).await;
    append(&journal, Context::Invoicing, head, 2).await;
    assert_eq!(journal.last().await.unwrap(), Sequence(2));
}

#[tokio::test]
async fn who_heard_nothing_appends_the_same_bytes_and_they_stand_once() {
    let store = Store::memory();
    let journal = journal(&store).await;
    let controls = journal.controls().unwrap();
    let bytes = body(Head::NONE, 1);
    for (stored, lever) in [(0, 0), (1, 1)] {
        if lever == 0 {
            controls.be_away(1);
        } else {
            controls.fall_silent(1);
        }
        let outcome = journal.append(Context::Invoicing, Head::NONE, bytes.clone()).await;
        assert!(matches!(outcome, Outcome::Unavailable(_)), "{outcome:?}");
        assert_eq!(journal.last().await.unwrap(), Sequence(stored));
    }
    append(&journal, Context::Invoicing, Head::NONE, 1).await;
    assert_eq!(journal.last().await.unwrap(), Sequence(1));
}

#[tokio::test]
async fn a_full_journal_says_so_and_takes_the_entry_once_there_is_room() {
    let store = Store::memory();
    let journal = journal(&store).await;
    let head = fill(&journal, Context::Invoicing, 1).await;
    let controls = journal.controls().unwrap();
    controls.fill(true);
    let outcome = journal.append(Context::Invoicing, head, body(head, 2)).await;
    assert!(matches!(outcome, Outcome::Full(_)), "{outcome:?}");
    // What stood before the journal was full still counts as appended.
    assert_eq!(append(&journal, Context::Invoicing, Head::NONE, 0).await, head);
    controls.fill(false);
    append(&journal, Context::Invoicing, head, 2).await;
}

#[tokio::test]
async fn another_writer_who_was_first_overtakes() {
    let store = Store::memory();
    let journal = journal(&store).await;
    let head = fill(&journal, Context::Invoicing, 1).await;
    journal.controls().unwrap().intrude(Context::Invoicing, body(head, 50));
    let outcome = journal.append(Context::Invoicing, head, body(head, 2)).await;
    assert_eq!(outcome, Outcome::Overtaken);
}

#[tokio::test]
async fn an_entry_of_a_newer_form_stops_the_reader_and_says_why() {
    let store = Store::memory();
    let journal = journal(&store).await;
    let body = format!(r#"{{"v":2,"prev":"{}"}}"#, events::Hash::NONE);
    journal.controls().unwrap().intrude(Context::Risk, body.into());
    let mut reader = journal.read(Heads::new()).await.unwrap();
    let error = next(&mut reader).await.unwrap_err();
    assert!(error.to_string().contains("newer release"), "{error}");
    assert!(!error.is_damage());
}

#[tokio::test]
async fn entries_are_recorded_when_the_test_says() {
    let store = Store::memory();
    let journal = journal(&store).await;
    let at = "2026-05-01T08:00:00Z".parse().unwrap();
    journal.controls().unwrap().set_time(at);
    fill(&journal, Context::Invoicing, 1).await;
    assert_eq!(journal.get(Sequence(1)).await.unwrap().recorded_at, at);
}
