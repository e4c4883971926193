//! A service on a journal in memory, through good days and bad.

use std::sync::Arc;

use events::Sequence;
use futures::future::join_all;

use super::*;
use crate::{Error, Status, engine::Done};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_durable_and_readable_at_its_position() {
    let journal = journal().await;
    let host = start(&journal).await;
    let done = host.ask(Some(customer("A")), add(1, 2), None, None).await.unwrap();
    host.reached(done.position).await.unwrap();
    assert_eq!(jar(&host, "A").coins, 2);
    assert_eq!(journal.last().await.unwrap(), done.position);
    let again = host.ask(Some(customer("A")), add(1, 2), None, None).await.unwrap();
    assert_eq!(again, Done { position: done.position, events: vec![] });
    host.drain().await;
    let later = host.ask(Some(customer("A")), add(2, 2), None, None).await;
    assert_eq!(later, Err(Error::Stopping));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_share_few_entries_and_none_is_lost() {
    let journal = journal().await;
    let host = start(&journal).await;
    let ask = |id: u64| {
        let host = host.clone();
        tokio::spawn(async move {
            let customer = customer(&format!("C-{}", id % 50));
            host.ask(Some(customer), add(id, 1), None, None).await.unwrap()
        })
    };
    let answers = join_all((0..2_000).map(ask)).await;
    assert!(answers.into_iter().all(|it| it.unwrap().events[0] != Event::Emptied { coins: 0 }));
    host.drain().await;
    let later = start(&journal).await;
    let ids: usize =
        later.read(|it| it.customers().map(|(_, it)| it.state.ids.len()).sum()).unwrap();
    assert_eq!(ids, 2_000);
    assert!(journal.last().await.unwrap().0 < 1_000, "group commit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_ack_or_a_server_that_is_away_loses_and_doubles_nothing() {
    let journal = journal().await;
    let host = start(&journal).await;
    let controls = journal.controls().unwrap();
    for round in 0..20 {
        if round % 2 == 0 {
            controls.lose_acks(2);
        } else {
            controls.be_away(2);
        }
        let asks =
            (0..10).map(|it| host.ask(Some(customer("A")), add(round * 10 + it, 1), None, None));
        assert!(join_all(asks).await.into_iter().all(|it| it.is_ok()));
    }
    let jar = jar(&start(&journal).await, "A");
    assert_eq!(jar.ids, (0..200).collect::<Vec<_>>());
    assert_eq!((jar.coins, jar.emptied), (0, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_journal_refuses_and_then_takes_again() {
    let journal = journal().await;
    let host = start(&journal).await;
    let controls = journal.controls().unwrap();
    controls.fill(true);
    let refused = host.ask(Some(customer("A")), add(1, 1), None, None).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    assert!(matches!(*host.status().borrow(), Status::Troubled(_)));
    assert_eq!(jar(&host, "A").coins, 0, "nothing was kept");
    controls.fill(false);
    host.ask(Some(customer("A")), add(1, 1), None, None).await.unwrap();
    assert_eq!(*host.status().borrow(), Status::Leading);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_write_one_journal_and_agree_on_every_coin() {
    let journal = journal().await;
    let replicas = [start(&journal).await, start(&journal).await];
    let ask = |id: u64| {
        let host = replicas[usize::try_from(id % 2).unwrap()].clone();
        tokio::spawn(async move {
            let customer = customer(&format!("C-{}", id % 7));
            // Every coin is handed to both replicas, as a producer that retries would.
            host.ask(Some(customer), add(id / 2, 1), None, None).await.unwrap()
        })
    };
    join_all((0..600).map(ask)).await;
    let last = journal.last().await.unwrap();
    let [a, b] = &replicas;
    a.reached(last).await.unwrap();
    b.reached(last).await.unwrap();
    for id in 0..7 {
        let id = format!("C-{id}");
        assert_eq!(jar(a, &id), jar(b, &id));
    }
    let coins = |host: &Host<Rules>| {
        host.read(|it| it.customers().map(|(_, it)| it.state.ids.len()).sum::<usize>()).unwrap()
    };
    assert_eq!(coins(a), 600, "each id once a customer it was asked for");
    assert!(coins(&start(&journal).await) == 600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_replica_takes_over_when_one_falls_silent() {
    let journal = journal().await;
    let (a, b) = (start(&journal).await, start(&journal).await);
    a.ask(Some(customer("A")), add(1, 1), None, None).await.unwrap();
    b.reached(Sequence(1)).await.unwrap();
    let mut status = b.status();
    status.wait_for(|it| *it == Status::Standby).await.unwrap();
    a.drain().await;
    status.wait_for(|it| *it == Status::Leading).await.unwrap();
    b.ask(Some(customer("A")), add(2, 1), None, None).await.unwrap();
    assert_eq!(jar(&b, "A").coins, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_journal_halts_the_service_and_says_where() {
    let journal = journal().await;
    let host = start(&journal).await;
    for id in 0..5 {
        host.ask(Some(customer("A")), add(id, 1), None, None).await.unwrap();
    }
    host.drain().await;
    journal.controls().unwrap().lose(Sequence(3));
    let late = Host::start(journal.clone(), RULES, Options::default());
    let error = late.ready().await.unwrap_err();
    assert!(error.to_string().contains("entry 3"), "{error}");
    assert!(matches!(late.read(|_| ()), Err(Error::Halted(_))));
    assert!(matches!(late.ask(None, Command::Empty, None, None).await, Err(Error::Halted(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_past_is_read_from_the_entries_of_one_customer() {
    let journal = journal().await;
    let host = start(&journal).await;
    let mut positions = Vec::new();
    for id in 0..30 {
        let who = if id % 3 == 0 { "A" } else { "B" };
        let done = host.ask(Some(customer(who)), add(id, 1), None, None).await.unwrap();
        positions.push((id, done.position, jar(&host, "A")));
    }
    for (_, position, live) in &positions {
        let moments = host.history(&customer("A"), Sequence::START, *position).await.unwrap();
        let then = Jar::replay(moments.iter().flat_map(|it| &it.decision.events));
        assert_eq!(then, *live);
        let books = host.books_at(*position).await.unwrap();
        let known = books.customer(&customer("A")).map(|it| (*it.state).clone());
        assert_eq!(known.unwrap_or_default(), *live);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_go_on_while_nothing_can_be_written() {
    let journal = journal().await;
    let host = start(&journal).await;
    host.ask(Some(customer("A")), add(1, 1), None, None).await.unwrap();
    host.bar(Some("the server does not sync always".to_owned()));
    let mut status = host.status();
    status.wait_for(|it| matches!(it, Status::Troubled(_))).await.unwrap();
    let refused = host.ask(Some(customer("A")), add(2, 1), None, None).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))));
    assert_eq!(jar(&host, "A").coins, 1);
    host.bar(None);
    status.wait_for(|it| *it == Status::Leading).await.unwrap();
    host.ask(Some(customer("A")), add(2, 1), None, None).await.unwrap();
    let _shared: Arc<[CustomerId]> = Arc::from([customer("A")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_reads_answers_questions_and_never_writes() {
    let journal = journal().await;
    let options = Options { silence: Duration::ZERO, only_reads: true, ..Options::default() };
    let reader = Host::start(journal.clone(), RULES, options);
    reader.ready().await.unwrap();
    let refused = reader.ask(Some(customer("A")), add(1, 2), None, None).await;
    assert_eq!(refused, Err(Error::Unavailable("this process only reads".to_owned())));
    assert_eq!(journal.last().await.unwrap(), Sequence::START);

    let writer = start(&journal).await;
    let done = writer.ask(Some(customer("A")), add(1, 2), None, None).await.unwrap();
    writer.drain().await;
    reader.reached(done.position).await.unwrap();
    assert_eq!(jar(&reader, "A").coins, 2);
    // Nobody else leads now, and it does not either.
    reader.bar(Some("the server does not sync".to_owned()));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(*reader.status().borrow(), Status::Standby);
    reader.drain().await;
    assert_eq!(journal.last().await.unwrap(), done.position);
}
