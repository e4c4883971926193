//! A person at the desk: what is typed, and what is answered.

use clap::Parser as _;
use client::Trouble;
use serde_json::Value;
use vigie::cli::Cli;

use super::support::{TENANT, World, until, whole_world};

/// What a command line is answered, as a program reads it.
pub(super) async fn typed(world: &World, line: &str) -> Result<Value, Trouble> {
    words(world, &line.split(' ').collect::<Vec<_>>()).await
}

/// The same, word by word.
pub(super) async fn words(world: &World, line: &[&str]) -> Result<Value, Trouble> {
    let server = format!("http://{}", world.running.grpc_address);
    let words = ["vigie"].into_iter().chain(line.iter().copied());
    let words = words.chain(["--server", &server, "--tenant", TENANT, "--output", "json"]);
    let command = Cli::try_parse_from(words).unwrap().command;
    Ok(serde_json::from_str(&command.answer().await?).unwrap())
}

/// Does something, which is new, and asks once it is known.
async fn then(world: &World, line: &str, question: &str) -> Value {
    let done = typed(world, &format!("dunning {line} --by credit-1")).await.unwrap();
    assert_eq!(done["new"], true, "{line}: {done}");
    let position = done["position"].as_str().unwrap();
    typed(world, &format!("{question} --min-position {position}")).await.unwrap()
}

pub(super) fn policy(name: &str) -> String {
    format!("{}/../../deploy/policies/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_at_the_desk_is_typed() {
    let mut world = whole_world(1).await;
    let adopt = format!("dunning adopt {} --by credit-1", policy("b2b-france.toml"));
    let shown = typed(&world, &format!("{adopt} --dry-run")).await.unwrap();
    assert_eq!(shown["levels"][3]["channels"], "registered_letter");
    let adopted = typed(&world, &adopt).await.unwrap();
    assert_eq!((&adopted["policy"], &adopted["new"]), (&"b2b-france-1".into(), &true.into()));
    assert_eq!(typed(&world, &adopt).await.unwrap()["new"], false);

    world.issue("C-1", "F-1", "2026-05-15", 120_000).await;
    let reminders = "list reminders --customer C-1";
    until(async || {
        let listed = typed(&world, reminders).await.unwrap();
        listed["reminders"].as_array().is_some_and(|it| it.len() == 1)
    })
    .await;
    let on = "--on 2026-06-01";
    let listed =
        then(&world, &format!("approve C-1 reminder-1 --channel call {on}"), reminders).await;
    let reminder = &listed["reminders"][0];
    assert_eq!((&reminder["state"], &reminder["channel"]), (&"approved".into(), &"call".into()));
    assert_eq!((&reminder["tone"], &reminder["level"]), (&"reminder".into(), &2.into()));
    assert_eq!(reminder["invoices"], "F-1 1200.00 EUR");
    let work = typed(&world, "list worklist --task call").await.unwrap();
    assert_eq!(work["worklist"][0]["to_do"], "call reminder-1");
    let why = work["worklist"][0]["why"].as_str().unwrap();
    assert!(why.starts_with("task +20, amount overdue +20, days past due +5"), "{why}");

    let called =
        format!("log-contact C-1 K-1 --result no_answer --reminder reminder-1 --channel call {on}");
    let stands = then(&world, &called, "get dunning C-1").await;
    assert_eq!(stands["contacts"][0]["result"], "no answer");
    let sent = format!("record-sending C-1 reminder-1 --proof letter-7 {on}");
    let stands = then(&world, &sent, "get dunning C-1").await;
    assert_eq!(
        (&stands["invoices"][0]["level"], &stands["pending"]),
        (&2.into(), &Value::Array(vec![]))
    );
    let failed = format!("record-failure C-1 reminder-1 --why moved-away {on}");
    let listed = then(&world, &failed, "list reminders --state stuck").await;
    assert_eq!(listed["reminders"][0]["reminder"], "reminder-1");
    let postponed = format!("postpone C-1 reminder-1 --until 2026-06-03 {on}");
    assert_eq!(then(&world, &postponed, reminders).await["reminders"], Value::Array(vec![]));

    let held = "hold C-1 H-1 --reason legal --from 2026-05-20 --note at-court";
    let stands = then(&world, held, "get dunning C-1").await;
    assert_eq!(
        (&stands["holds"][0]["reason"], &stands["holds"][0]["from"]),
        (&"legal".into(), &"2026-05-20".into())
    );
    let stands = then(&world, &format!("lift C-1 H-1 {on}"), "get dunning C-1").await;
    assert_eq!(stands["holds"], Value::Array(vec![]));
    let chosen = then(&world, &format!("choose-ladder C-1 calls {on}"), "get dunning C-1").await;
    let invoice = &chosen["invoices"][0];
    assert_eq!((&invoice["ladder"], &invoice["because"]), (&"calls".into(), &"customer".into()));

    // 1,200 for 17 days at 12.15, and 40.
    let waived = format!("waive C-1 F-1 --interest all --fixed-sum {on}");
    let owed = then(&world, &waived, "get charges C-1").await;
    assert_eq!(owed["charges"][0]["waived"], "6.79 EUR + 40.00 EUR");
    assert_eq!(owed["still_to_ask"], Value::Null);
    let restored = format!("restore C-1 F-1 {on}");
    let owed = then(&world, &restored, "get charges C-1 --invoice F-1").await;
    assert_eq!(owed["still_to_ask"], "46.79 EUR");
    assert_eq!(
        (&owed["interest"][0]["days"], &owed["interest"][0]["rate"]),
        (&17.into(), &"12.15".into())
    );

    // What is refused is said with its word.
    let gone = format!("dunning withdraw C-1 reminder-1 --by credit-1 {on}");
    let refused = typed(&world, &gone).await.unwrap_err().to_string();
    assert!(refused.contains("REMINDER_NOT_FOUND"), "{refused}");
}

#[test]
fn a_word_that_nobody_knows_is_refused_before_anybody_is_asked() {
    for line in [
        "dunning approve C-1 reminder-1 --by x --channel pigeon",
        "dunning hold C-1 H-1 --by x --reason whim",
        "dunning log-contact C-1 K-1 --by x --result shrug",
        "list reminders --state lost",
        "list worklist --task sleep",
        "list rights --kind sleep",
        "list rights --days soon",
        "list cases --why whim",
        "list placements --state lost",
        "list insurance-claims --state lost",
        "collection lodge-claim C-1 IC-1 --cover CV-1 --cause whim --line F-1=1.00 --by x",
        "collection choose-route C-1 case-1 prayer --by x",
        "collection record-act C-1 A-1 sleep --by x",
        "collection remit C-1 placement-1 R-1 --fee 1 --collected F-1 --by x",
    ] {
        let refused = Cli::try_parse_from(["vigie"].into_iter().chain(line.split(' ')));
        assert!(refused.unwrap_err().to_string().contains("is no "), "{line}");
    }
}
