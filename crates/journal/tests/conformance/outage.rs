//! A server dies, an answer is lost, a disk is full: no entry is lost, doubled or reordered.

use events::{Context, Sequence};
use journal::{APPEND_WITHIN, Connection, Head, Heads, Journal, Outcome, Store};

use crate::{proxy::Proxy, support::*};

/// A journal that is reached through a proxy, and the same one reached without.
async fn proxied(nats: &Nats) -> (Proxy, Journal, Journal) {
    let port = nats.server.url().rsplit(':').next().unwrap().parse().unwrap();
    let proxy = Proxy::start(port).await;
    let direct = journal(&nats.store().await).await;
    let store = Store::connect(Connection::to(proxy.url())).await.unwrap();
    let through = store.open(direct.tenant(), direct.partition()).await.unwrap();
    (proxy, through, direct)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_whose_ack_is_lost_stands_once() {
    let Some(nats) = Nats::start().await else { return };
    let (proxy, through, direct) = proxied(&nats).await;
    let mut head = Head::NONE;
    for n in 0..5 {
        proxy.set_deaf(true);
        let stored_and_cut = async {
            until(async || direct.last().await.unwrap() == head.sequence.next()).await;
            proxy.set_deaf(false);
            proxy.cut();
        };
        let (appended, ()) =
            tokio::join!(insist(&through, Context::Invoicing, head, n), stored_and_cut);
        assert_eq!(appended.sequence, head.sequence.next());
        head = appended;
    }
    assert_eq!(read_all(&direct).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_was_not_delivered_is_fetched_and_read_in_its_place() {
    let Some(nats) = Nats::start().await else { return };
    let (proxy, through, _) = proxied(&nats).await;
    fill(&through, Context::Invoicing, 12).await;
    for sequence in [1, 5, 6, 12] {
        proxy.withhold(sequence);
    }
    let sequences = read_all(&through).await.into_iter().map(|it| it.sequence.0);
    assert_eq!(sequences.collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_goes_on_after_its_connection_was_cut() {
    let Some(nats) = Nats::start().await else { return };
    let (proxy, through, direct) = proxied(&nats).await;
    let mut reader = through.read(Heads::new()).await.unwrap();
    let mut head = Head::NONE;
    for n in 0..5 {
        head = append(&direct, Context::Invoicing, head, n).await;
        assert_eq!(next(&mut reader).await.unwrap().head(), head);
        proxy.cut();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_is_waited_for_and_then_given_up() {
    let Some(mut nats) = Nats::start().await else { return };
    let journal = journal(&nats.store().await).await;
    nats.server.kill().await.unwrap();
    let bytes = body(Head::NONE, 1);
    let call = journal.append(Context::Invoicing, Head::NONE, bytes);
    let outcome = tokio::time::timeout(2 * APPEND_WITHIN, call).await.expect("an outcome in time");
    assert!(matches!(outcome, Outcome::Unavailable(_)), "{outcome:?}");
    nats.server.restart().await.unwrap();
    insist(&journal, Context::Invoicing, Head::NONE, 1).await;
    assert_eq!(journal.last().await.unwrap(), Sequence(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_entry_survives_kills_of_the_server_and_stands_once() {
    const KILLS: u32 = 5;
    const BETWEEN_KILLS: u64 = 40;
    let Some(mut nats) = Nats::start().await else { return };
    let journal = journal(&nats.store().await).await;

    let writer = |context| {
        let journal = journal.clone();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let written = tokio::spawn(async move {
            let mut acknowledged = vec![Head::NONE];
            while stopped.is_empty() {
                let n = u32::try_from(acknowledged.len()).unwrap();
                let head = insist(&journal, context, *acknowledged.last().unwrap(), n).await;
                acknowledged.push(head);
            }
            acknowledged
        });
        (stop, written)
    };
    let writers = [writer(Context::Clock), writer(Context::Invoicing)];
    let mut reader = journal.read(Heads::new()).await.unwrap();
    let mut read = Vec::new();
    for kill in 1..=KILLS {
        // The reader follows through every kill, and says when it is time for the next.
        while read.len() < usize::try_from(u64::from(kill) * BETWEEN_KILLS).unwrap() {
            read.push(next(&mut reader).await.unwrap().head());
        }
        nats.server.kill().await.unwrap();
        nats.server.restart().await.unwrap();
    }
    let mut acknowledged = Vec::new();
    for (stop, written) in writers {
        stop.send(()).unwrap();
        acknowledged.extend(written.await.unwrap().into_iter().skip(1));
    }
    acknowledged.sort_by_key(|it| it.sequence);
    while read.len() < acknowledged.len() {
        read.push(next(&mut reader).await.unwrap().head());
    }
    assert_eq!(read, acknowledged);
    let verified = journal::verify(&journal, |_| {}).await.unwrap();
    assert_eq!(verified.entries, u64::try_from(acknowledged.len()).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_server_says_so_and_loses_nothing() {
    let Some(mut nats) = Nats::start_with(|it| it.max_store = Some(4 * 1024 * 1024)).await else {
        return;
    };
    let journal = journal(&nats.store().await).await;
    let mut head = Head::NONE;
    let mut appended = 0;
    let large = |head| {
        let mut bytes = body(head, 1).to_vec();
        bytes.resize(512 * 1024, b' ');
        bytes::Bytes::from(bytes)
    };
    let outcome = loop {
        match journal.append(Context::Invoicing, head, large(head)).await {
            Outcome::Appended(next) => head = next,
            outcome => break outcome,
        }
        appended += 1;
        assert!(appended < 20, "it never fills");
    };
    assert!(matches!(outcome, Outcome::Full(_)), "{outcome:?}");
    assert_eq!(read_all(&journal).await.len(), appended);

    let mut options = nats.options();
    options.max_store = None;
    nats.server.restart_with(options).await.unwrap();
    insist(&journal, Context::Invoicing, head, 1).await;
    assert_eq!(journal.last().await.unwrap(), head.sequence.next());
}
