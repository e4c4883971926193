//! Every command of dunning comes by the inbox, as the documents show it.

use std::{fs, path::PathBuf};

use ::dunning::Kind;
use events::dunning::Channel;
use serde_json::{Value, json};

use crate::support::{House, ISSUED, PATIENCE, binary_mode, none, plain};

/// The first example of a command's schema.
pub(crate) fn example(ce_type: &str) -> Value {
    let schemas = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas");
    let schema = fs::read_to_string(schemas.join(format!("{ce_type}.json"))).unwrap();
    serde_json::from_str::<Value>(&schema).unwrap()["examples"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_every_command_of_dunning_is_taken_by_the_inbox() {
    let Some(house) = House::open().await else { return };
    let part = house.process().acme().parts[0].clone();
    let (clock, dunning) = (part.clock.unwrap(), part.dunning.unwrap());
    let customer = "C-1".parse().unwrap();
    let day = events::date::parse("2026-06-08").unwrap();
    clock.ask(None, clock::Command::Tick(day), None, None).await.unwrap();
    let issued = json!({"customer_id": "C-1", "invoice_id": "F-1001", "issue_date": "2026-05-01",
        "due_date": "2026-05-31", "gross": {"amount": "1190.00", "currency": "EUR"}});
    house.ask(none(), plain(ISSUED, &issued.to_string())).await;

    // In an order in which each of them can be.
    let order = [
        Kind::AdoptDunningPolicy,
        Kind::ChooseLadder,
        Kind::LogContact,
        Kind::ApproveReminder,
        Kind::RecordSending,
        Kind::RecordPresentation,
        Kind::RecordFailure,
        Kind::WithdrawReminder,
        Kind::PlaceHold,
        Kind::LiftHold,
        Kind::WaiveCharges,
        Kind::RestoreCharges,
    ];
    assert_eq!(order.len(), Kind::ALL.len());
    for (n, kind) in order.into_iter().enumerate() {
        let ce_type = kind.ce_type();
        let headers = binary_mode(&n.to_string(), ce_type);
        house.publish("vigie.in.acme.dunning.desk", headers, example(ce_type).to_string()).await;
        if kind == Kind::AdoptDunningPolicy {
            let planned = async {
                let pending = || {
                    let customer = dunning
                        .read(|books| books.customer(&customer).and_then(|it| it.state.pending()));
                    customer.unwrap()
                };
                while pending().is_none() {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(PATIENCE, planned).await.expect("a reminder is planned");
        }
    }
    house.until_taken().await;
    let refused = house.stream(vigie::inbox::REFUSED).await.get_info().await.unwrap();
    let refused = usize::try_from(refused.state.messages).unwrap();
    let refused = house.refused(refused).await;
    assert!(refused.is_empty(), "{refused:?}");
    let state = dunning.read(|books| books.customer(&customer).unwrap().state.clone()).unwrap();
    assert_eq!(state.pending(), None);
    assert_eq!(state.contacts().map(|it| it.channel).collect::<Vec<_>>(), [Channel::Call]);
    assert_eq!(state.sent().count(), 0, "it came back, and was taken back");
}
