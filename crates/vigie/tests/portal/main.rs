//! The customer's page: a server, processes that are killed, and a browser that sends what it likes.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says where"
)]

mod support;

use std::{process::Command, time::Duration};

use events::{Context, dunning, invoicing};
use journal::server;
use serde_json::json;
use tokio::net::TcpListener;

use support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_sees_what_it_owes_and_says_what_it_will_do() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    house.owes("C-1", "FA <i>2026</i> 7").await;
    let link = house.link("C-1", &[]);
    let page = house.until_shown(&link, "FA &lt;i&gt;2026").await;
    assert!(page.body.contains("1\u{202f}200,00"), "{}", page.body);
    assert!(page.body.contains("FR76 3000 6000 0112 3456 7890 189"), "{}", page.body);
    assert!(!page.body.contains("<i>") && !page.body.contains("<b>du"), "{}", page.body);
    assert!(page.body.contains("sum=1200.00"), "{}", page.body);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(house.get("/style.css").await.status, 200);

    // What cannot be is told by its field, and nothing is recorded.
    let last = house.last().await;
    let will_pay = format!("{link}/promise");
    for (form, why) in [
        ("date=2026-05-31&amount=100&invoice=", "Ce jour est passé"),
        ("date=2026-12-31&amount=100&invoice=", "trop lointain"),
        ("date=soon&amount=100&invoice=", "pas un jour"),
        ("date=&amount=100&invoice=", "remplir"),
        ("date=2026-06-15&amount=1.200&invoice=", "pas un montant"),
        ("date=2026-06-15&amount=0&invoice=", "pas un montant"),
        ("date=2026-06-15&amount=1200,01&invoice=", "plus que ce qui reste"),
        ("date=2026-06-15&amount=100&invoice=F-2", "Rien ne reste dû de cette facture"),
    ] {
        let answer = house.post(&will_pay, form).await;
        assert_eq!(answer.status, 422, "{form}: {answer:?}");
        assert!(answer.body.contains(why), "{form}: {}", answer.body);
    }
    let contest = format!("{link}/dispute");
    let answer = house.post(&contest, "invoice=F-C-1&reason=mood&amount=").await;
    assert!(answer.status == 422 && answer.body.contains("Merci de choisir"), "{answer:?}");
    assert_eq!(house.last().await, last);

    // Sent twice at once, and once more: one promise.
    let form = "date=2026-06-15&amount=200%2C00&invoice=";
    let (one, two) = tokio::join!(house.post(&will_pay, form), house.post(&will_pay, form));
    let said = house.follow(&one).await;
    assert!(said.body.contains("vous paierez 200,00"), "{}", said.body);
    assert_eq!(one.header("location"), two.header("location"));
    house.follow(&house.post(&will_pay, form).await).await;
    let facts = house.receivables().await;
    let made = promises(&facts);
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(made[0].amount.to_string(), "200.00 EUR");
    assert_eq!(made[0].promised_for.to_string(), "2026-06-15");
    // Another one while it stands is for a person.
    let other = house.post(&will_pay, "date=2026-06-20&amount=300&invoice=").await;
    assert!(other.status == 422 && other.body.contains("déjà dit"), "{other:?}");

    // It holds reminders back, until its day has passed.
    house.ask("dunning", &json!([reminders()])).await;
    house.ask("clock", &json!({ "date": "2026-06-02" })).await;
    house.until_shown(&link, "2\u{a0}juin 2026").await;
    assert!(
        !house.reminders().await.iter().any(|it| matches!(it, dunning::Event::ReminderPlanned(_)))
    );

    let form = "invoice=F-C-1&reason=quality&amount=50";
    let said = house.follow(&house.post(&contest, form).await).await;
    assert!(said.body.contains("vous contestez 50,00"), "{}", said.body);
    house.follow(&house.post(&contest, form).await).await;
    let more = house.post(&contest, "invoice=F-C-1&reason=price&amount=1150,01").await;
    assert!(more.status == 422 && more.body.contains("plus que ce qui reste"), "{more:?}");
    let facts = house.receivables().await;
    let opened = disputes(&facts);
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(opened[0].reason, invoicing::DisputeReason::Quality);

    for (form, body) in [("copy", "invoice=F-C-1"), ("paid", "")] {
        for _ in 0..2 {
            let path = format!("{link}/{form}");
            let said = house.follow(&house.post(&path, body).await).await;
            assert!(said.body.contains("class=\"said\""), "{}", said.body);
        }
    }
    let contacts = house.reminders().await;
    let contacts = contacts.iter().filter_map(|it| match it {
        dunning::Event::ContactLogged(it) => Some((it.result.word(), it.note.clone())),
        _ => None,
    });
    let contacts = contacts.collect::<Vec<_>>();
    assert_eq!(contacts.len(), 2, "{contacts:?}");
    assert!(contacts.iter().any(|(it, note)| {
        *it == "asks_for_copy" && note.as_ref().is_some_and(|it| it.as_str() == "F-C-1")
    }));

    // Nobody is told of it by a log.
    let log = std::fs::read_to_string(house.dir.join("log")).unwrap();
    let (_, signature) = link.rsplit_once('.').unwrap();
    assert!(!log.contains(signature), "a token stands in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_opens_nothing_looks_the_same_and_looking_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    house.owes("C-1", "1").await;
    let link = house.link("C-1", &[]);
    house.until_shown(&link, "1\u{202f}200,00").await;
    let last = house.last().await;

    // A scanner opens all it finds, and so does somebody who guesses.
    for path in ["", "/promise", "/dispute", "/copy", "/paid"] {
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] {
            let answer = house.http(&format!("{method} {link}{path} HTTP/1.1"), "").await.unwrap();
            let shown = path.is_empty() && matches!(method, "GET" | "HEAD");
            assert_eq!(answer.status, if shown { 200 } else { 404 }, "{method} {path}");
        }
    }
    let query = "?date=2026-06-15&amount=100&invoice=&recorded=portal-0";
    let scanned = house.get(&format!("{link}{query}")).await;
    assert!(scanned.status == 200 && !scanned.body.contains("class=\"said\""), "{scanned:?}");

    let forged = [
        link.replace("C-1", "C-2"),
        link.replace("/acme", "/bcme"),
        format!("{link}0"),
        link.to_uppercase(),
        house.link("C-nobody", &[]),
        "/".to_owned(),
        "/a/b/c/d".to_owned(),
        format!("/{}", "a".repeat(4_000)),
    ];
    let wanted = house.get(&forged[0]).await;
    assert_eq!(wanted.status, 404);
    for path in &forged {
        let answer = house.get(path).await;
        assert_eq!((answer.status, &answer.body), (404, &wanted.body), "{path}");
        let answer = house.post(&format!("{path}/paid"), "").await;
        assert_eq!((answer.status, &answer.body), (404, &wanted.body), "{path}");
    }

    // A form of another page, one too long, and one that is none.
    let head =
        format!("POST {link}/paid HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded");
    let foreign = house.http(&format!("{head}\r\nOrigin: https://evil.example"), "").await.unwrap();
    assert_eq!(foreign.status, 403);
    let cross = house.http(&format!("{head}\r\nSec-Fetch-Site: cross-site"), "").await.unwrap();
    assert_eq!(cross.status, 403);
    let long = house.post(&format!("{link}/paid"), &"a=b&".repeat(4_000)).await;
    assert_eq!(long.status, 400);
    let json = format!("POST {link}/paid HTTP/1.1\r\nContent-Type: application/json");
    assert_eq!(house.http(&json, "{}").await.unwrap().status, 400);
    assert_eq!(house.last().await, last, "something was recorded");

    // Too often is too often, and only for who it was.
    let mut statuses = Vec::new();
    for _ in 0..140 {
        statuses.push(house.get(&link).await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_ends_with_its_day_and_with_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    house.owes("C-1", "1").await;
    let link = house.link("C-1", &["--days", "5"]);
    house.until_shown(&link, "1\u{202f}200,00").await;

    // A letter names a link too.
    house.ask("dunning", &json!([reminders()])).await;
    house.ask("clock", &json!({ "date": "2026-06-02" })).await;
    let letter = house.letter("C-1").await;
    let (_, named) = letter.split_once("/seen/from/outside").expect("a link");
    let named = named.split_whitespace().next().unwrap();
    assert!(named.starts_with("/acme.C-1.20260702."), "{letter}");
    assert_eq!(house.get(named).await.status, 200);

    // The key is replaced, and believed until it is taken away.
    let key = |name: &str| house.dir.join(name).display().to_string();
    let both = COMPANY.replace("KEY", &key("other"));
    let both = both.replace("old_key_files = []", &format!("old_key_files = [{:?}]", key("key")));
    std::fs::write(house.dir.join("acme.toml"), &both).unwrap();
    let newer = house.link("C-1", &[]);
    house.until_shown(&newer, "1\u{202f}200,00").await;
    assert_eq!(house.get(&link).await.status, 200);
    std::fs::write(house.dir.join("acme.toml"), COMPANY.replace("KEY", &key("other"))).unwrap();
    let ended = async {
        while house.get(&link).await.status != 404 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.expect("it opens no more");
    assert_eq!(house.get(&newer).await.status, 200);

    // A day that has begun after its last one.
    let (year, rest) = newer.split('.').nth(2).unwrap().split_at(4);
    let until: chrono::NaiveDate = format!("{year}-{}-{}", &rest[..2], &rest[2..]).parse().unwrap();
    let mut day = until;
    for _ in 0..5 {
        day = day.succ_opt().unwrap();
        house.ask("clock", &json!({ "date": day, "business_days_only": true })).await;
    }
    let ended = async {
        while house.get(&newer).await.status != 404 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.expect("it opens no more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_durable_whoever_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut house) = house(dir.path()).await else { return };
    let customers: Vec<_> = (1..=8).map(|it| format!("K-{it}")).collect();
    for it in &customers {
        house.owes(it, it).await;
    }
    let links: Vec<_> = customers.iter().map(|it| house.link(it, &[])).collect();
    house.until_shown(links.last().unwrap(), "1\u{202f}200,00").await;
    for (round, (customer, link)) in customers.iter().zip(&links).enumerate() {
        let store = house.store.clone();
        let made = async || promises(&said(&store, Context::Invoicing).await).len();
        let (address, path) = (house.address.clone(), format!("{link}/promise"));
        let form = "date=2026-06-15&amount=100&invoice=";
        let sending = tokio::spawn({
            let (address, path) = (address.clone(), path.clone());
            async move { send(&address, &path, form).await }
        });
        tokio::time::sleep(Duration::from_millis([0, 2, 5, 10][round / 2])).await;
        let killed = if round % 2 == 0 { &house.services } else { &house.portal };
        let killed = Command::new("kill").args(["-9", &killed.id().to_string()]).status().unwrap();
        assert!(killed.success());
        if round % 2 == 0 {
            house.services.wait().unwrap();
            house.services = serve(&house.server, &house.dir, &house.grpc);
        } else {
            house.portal.wait().unwrap();
            house.portal = show(&house.server, &house.dir, &address);
        }
        match sending.await.unwrap() {
            // Whoever got an answer can rely on it.
            Ok(answer) if answer.status == 303 => assert_eq!(made().await, round + 1, "{customer}"),
            // Whoever got none sends it again.
            Ok(_) | Err(_) => {
                let again = async {
                    while !matches!(send(&address, &path, form).await, Ok(it) if it.status == 303) {
                        tokio::time::sleep(Duration::from_millis(500)).await;
                    }
                };
                tokio::time::timeout(PATIENCE, again).await.expect("it is answered in the end");
            }
        }
        // Who was killed after it answered is not back yet.
        house.until_shown(link, "1\u{202f}200,00").await;
        house.follow(&house.post(&path, form).await).await;
        assert_eq!(made().await, round + 1, "{customer}: one each\n{}", house.log());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_role_says_what_it_needs() {
    let dir = tempfile::tempdir().unwrap();
    let Ok(found) = server::find(|_| {}).await else { return };
    let options = server::Options::new(found.path, dir.path().join("nats"));
    let server = server::Server::start(options).await.unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let output = vigie(&server, dir.path(), &["serve", "portal", "--grpc-address", &free]).status();
    assert_eq!(output.unwrap().code(), Some(2));
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(log.contains("set portal.listen"), "{log}");
}
