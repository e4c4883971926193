//! Cases leave the building: a real nats-server, one process after the other that is killed at every
//! step, a real SFTP server, a collector's system and a folder, that count what arrives.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on says where"
)]

mod agency;
#[path = "../../../courier/tests/ways_out/file_server.rs"]
mod file_server;
mod house;
mod keys;

use agency::Answer;
use events::collection::{Errand, Event};
use file_server::{Act, Step};
use house::{House, house};
use serde_json::{Value, json};

/// The last hash of what was brought of a customer's, as the journal has it.
async fn brought(house: &House, customer: &str, of: Errand) -> String {
    let said = house.events(customer).await;
    let mut hashes = said.iter().filter_map(|it| match it {
        Event::ErrandDone { errand, dossier, .. } if *errand == of => *dossier,
        _ => None,
    });
    hashes.next_back().expect("something was brought").to_string()
}

const BROUGHT: [&str; 3] = ["HandOverPlanned", "ErrandStarted hand_over", "ErrandDone hand_over"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_goes_by_every_way_once_and_whoever_has_one_that_is_paid_is_told_to_stop() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    for (customer, collector) in
        [("C-1", "north"), ("C-2", "west"), ("C-3", "south"), ("C-4", "north")]
    {
        house.hands_over(customer, collector).await;
    }
    // Nothing is armed; and what is paid before anything leaves never does.
    house.pays("C-4").await;
    let said = house.until("C-4", "HandOverWithdrawn", 1).await;
    assert_eq!(said, ["HandOverPlanned", "HandOverWithdrawn"]);
    assert_eq!((house.files.connections(), house.agency.calls()), (0, 0), "it is not armed");
    assert_eq!(house.said("C-1").await, ["HandOverPlanned"]);

    house.switch("arm");
    for customer in ["C-1", "C-2", "C-3"] {
        assert_eq!(house.until(customer, "ErrandDone hand_over", 1).await, BROUGHT);
    }
    let name = "acme.C-1-placement-1-dossier.zip.gpg";
    let [path] = house.files.arrived().try_into().unwrap();
    assert_eq!(path, format!("in/{name}"));
    let file = house.files.file(&path).unwrap();
    let hash = events::Hash::of(&file).to_string();
    assert_eq!(hash, brought(&house, "C-1", Errand::HandOver).await);
    assert_eq!(house.agency.taken("acme.c-2.placement-1.hand_over"), 1);
    assert_eq!(std::fs::read_dir(house.dir.join("out")).unwrap().count(), 1);

    // Paid in full: the word follows, by the same way, once.
    house.pays("C-1").await;
    house.pays("C-2").await;
    for customer in ["C-1", "C-2"] {
        let said = house.until(customer, "ErrandDone recall", 1).await;
        let after = ["RecallPlanned", "ErrandStarted recall", "ErrandDone recall"];
        assert_eq!(said, [&BROUGHT[..], &after].concat());
    }
    let path = "in/acme.C-1.recall-placement-1.json";
    assert_eq!(house.files.arrived().len(), 2);
    let notice = house.files.file(path).expect("a notice");
    let notice: Value = serde_json::from_slice(&notice).unwrap();
    assert_eq!((&notice["reason"], &notice["case_id"]), (&"paid".into(), &"case-1".into()));
    assert_eq!(house.agency.taken("acme.c-2.placement-1.recall"), 1);

    // What a collector does not take waits for a person, and is brought when one has said so.
    let key = "acme.c-5.placement-1.hand_over";
    house.agency.answers(key, Answer::Refuse);
    house.hands_over("C-5", "west").await;
    house.until("C-5", "ErrandFailed hand_over", 1).await;
    let calls = house.agency.calls();
    house.day("2026-06-02").await;
    house.hands_over("C-6", "west").await;
    house.until("C-6", "ErrandDone hand_over", 1).await;
    assert_eq!((house.agency.calls(), house.agency.taken(key)), (calls + 1, 0));
    house.says("C-5", Some("they were closed")).await;
    house.until("C-5", "ErrandDone hand_over", 1).await;
    assert_eq!(house.agency.taken(key), 1);

    // Journals that were restored are others than those it was armed for.
    house.restored().await;
    let calls = house.agency.calls();
    house.hands_over("C-7", "west").await;
    house.day("2026-06-03").await;
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    assert_eq!(house.said("C-7").await, ["HandOverPlanned"]);
    assert_eq!(house.agency.calls(), calls);
    house.switch("arm");
    house.until("C-7", "ErrandDone hand_over", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_at_any_step_brings_a_case_at_most_once_and_a_person_says_what_was() {
    let dir = tempfile::tempdir().unwrap();
    let Some(mut house) = house(dir.path()).await else { return };
    house.switch("arm");
    for (count, step) in Step::ALL.into_iter().enumerate() {
        let customer = format!("C-{count}");
        let mine = format!("in/acme.{customer}-");
        let arrived =
            |house: &House| house.files.arrived().iter().filter(|it| it.starts_with(&mine)).count();
        let acted = house.files.acted();
        house.files.acts(Some((step, Act::Silence)));
        house.hands_over(&customer, "north").await;
        house.until_so("it gets so far", async || house.files.acted() > acted).await;
        let before = arrived(&house);
        assert_eq!(before, usize::from(step == Step::Renamed), "{step:?}");
        house.kill_and_start_again();
        // Whoever would bring it again has the server for it.
        house.files.acts(None);
        let said = house.until(&customer, "ErrandUnknown hand_over", 1).await;
        let steps = ["HandOverPlanned", "ErrandStarted hand_over", "ErrandUnknown hand_over"];
        assert_eq!(said, steps, "{step:?}");
        let alert = "errand_unknown-placement-1";
        house.until_so("a person is told", async || house.is_alerted(&customer, alert).await).await;
        // It is looked at again on every day, and left alone.
        house.day(&format!("2026-06-{:02}", 2 + count)).await;
        assert_eq!(house.said(&customer).await, steps, "{step:?}");
        // The person looks, or is wrong about it: what is there already is not brought twice.
        house.says(&customer, Some("nothing came")).await;
        if before == 1 {
            house.until(&customer, "ErrandFailed hand_over", 2).await;
            house.says(&customer, None).await;
        }
        house.until(&customer, "ErrandDone hand_over", 1).await;
        assert_eq!(arrived(&house), 1, "{step:?}");
        let quiet = async || !house.is_alerted(&customer, alert).await;
        house.until_so("nobody has to look any more", quiet).await;
    }
    // And where it was taken without a word.
    let key = "acme.c-9.placement-1.hand_over";
    house.agency.answers(key, Answer::TakeInSilence);
    house.hands_over("C-9", "west").await;
    house.until_so("it is taken", async || house.agency.taken(key) == 1).await;
    house.kill_and_start_again();
    house.until("C-9", "ErrandUnknown hand_over", 1).await;
    house.says("C-9", None).await;
    let said = house.until("C-9", "ErrandDone hand_over", 1).await;
    assert_eq!(said.len(), 4, "{said:?}");
    assert_eq!(house.agency.taken(key), 1);
    assert_eq!(house.agency.calls(), 1, "nobody asked again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_paid_or_called_back_while_it_is_brought_is_followed_by_the_word_to_stop() {
    let dir = tempfile::tempdir().unwrap();
    let Some(house) = house(dir.path()).await else { return };
    house.switch("arm");
    for customer in ["C-1", "C-2"] {
        let acted = house.files.acted();
        house.files.acts(Some((Step::Write, Act::Wait)));
        house.hands_over(customer, "north").await;
        house.until_so("it is being written", async || house.files.acted() > acted).await;
        if customer == "C-1" {
            house.pays(customer).await;
            let closed = async || {
                let said = house.events(customer).await;
                said.iter().any(|it| matches!(it, Event::CaseClosed { .. }))
            };
            house.until_so("the case is closed", closed).await;
        } else {
            let recalled = json!({ "customer_id": customer, "placement_id": "placement-1",
                "recalled_by": "desk-1", "recall_date": "2026-06-01" });
            house.ask("collection", "placement.recalled", recalled).await;
        }
        house.files.acts(None);
        house.until(customer, "ErrandDone recall", 1).await;
        let mine = format!("in/acme.{customer}");
        let arrived = house.files.arrived();
        let arrived: Vec<_> = arrived.iter().filter_map(|it| it.strip_prefix(&mine)).collect();
        assert_eq!(arrived, ["-placement-1-dossier.zip.gpg", ".recall-placement-1.json"]);
    }
}
