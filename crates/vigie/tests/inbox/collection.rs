//! Every command of collection comes by the inbox, as the documents show it.

use std::collections::BTreeSet;

use ::collection::{Kind, view::Stage};
use events::{Context, collection::Outcome};
use serde_json::json;

use crate::{
    dunning::example,
    support::{House, ISSUED, PATIENCE, binary_mode, none, plain},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_every_command_of_collection_is_taken_by_the_inbox() {
    let Some(house) = House::open().await else { return };
    let part = house.process().acme().parts[0].clone();
    let (clock, collection) = (part.clock.unwrap(), part.collection.unwrap());
    let customer = "C-1".parse().unwrap();
    let day = events::date::parse("2026-06-08").unwrap();
    clock.ask(None, clock::Command::Tick(day), None, None).await.unwrap();
    for invoice in ["F-1001", "F-1002", "F-1003"] {
        let issued = json!({"customer_id": "C-1", "invoice_id": invoice,
            "issue_date": "2026-05-01", "due_date": "2026-05-31",
            "gross": {"amount": "1190.00", "currency": "EUR"}});
        house.ask(none(), plain(ISSUED, &issued.to_string())).await;
    }
    // An insurer answers for it.
    let cover = json!({"customer_id": "C-1", "cover_id": "CV-1", "insurer": "insurer 1",
        "policy": "POLICY-1", "kind": "named", "amount": {"amount": "5000.00", "currency": "EUR"},
        "quota": "0.9", "valid_from": "2026-01-01"});
    let subject = vigie::ask::subject("acme", Context::Risk);
    let payload = plain("dev.vigie.cover.granted.v1", &cover.to_string());
    house.client.request(subject, payload.into()).await.unwrap();
    // Whoever reminds leaves the customer alone.
    let hold = json!({"customer_id": "C-1", "hold_id": "H-1", "reason": "legal",
        "hold_date": "2026-06-01", "placed_by": "credit-1"});
    let subject = vigie::ask::subject("acme", Context::Dunning);
    let payload = plain("dev.vigie.hold.placed.v1", &hold.to_string());
    house.client.request(subject, payload.into()).await.unwrap();
    let heard = collection.reached(house.entries().await);
    tokio::time::timeout(PATIENCE, heard).await.unwrap().unwrap();

    // In an order in which each of them can be; the second placement waits when it is taken back.
    let order = [
        Kind::AdoptCollectionPolicy,
        Kind::OpenCase,
        Kind::SplitCase,
        Kind::MergeCases,
        Kind::ReduceCase,
        Kind::ChooseRoute,
        Kind::HandOver,
        Kind::RecordErrand,
        Kind::AcceptPlacement,
        Kind::ReportCollection,
        Kind::Remit,
        Kind::RefusePlacement,
        Kind::RecallPlacement,
        Kind::HandOver,
        Kind::WithdrawHandOver,
        Kind::LodgeInsuranceClaim,
        Kind::AnswerInsuranceClaim,
        Kind::RecordIndemnity,
        Kind::RecordShare,
        Kind::WithdrawInsuranceClaim,
        Kind::RecordAct,
        Kind::WithdrawAct,
        Kind::WithdrawCase,
    ];
    assert_eq!(BTreeSet::from(order).len(), Kind::ALL.len());
    for (n, kind) in order.into_iter().enumerate() {
        let ce_type = kind.ce_type();
        let headers = binary_mode(&n.to_string(), ce_type);
        let data = example(ce_type).to_string();
        house.publish("vigie.in.acme.collection.desk", headers, data).await;
    }
    house.until_taken().await;
    let refused = house.stream(vigie::inbox::REFUSED).await.get_info().await.unwrap();
    let refused = usize::try_from(refused.state.messages).unwrap();
    let refused = house.refused(refused).await;
    assert!(refused.is_empty(), "{refused:?}");
    let state = collection.read(|books| books.customer(&customer).unwrap().state.clone()).unwrap();
    let placements = state.placements();
    let [first, second] = placements.as_slice() else { panic!("{placements:?}") };
    assert!(matches!(first.hand_over.stage, Stage::Done { .. }));
    assert_eq!((first.claims.len(), first.remittances.len(), first.reports.len()), (2, 1, 1));
    assert_eq!(second.hand_over.stage, Stage::Withdrawn);
    assert_eq!(state.history(), []);
    let cases = collection.read(|books| books.policy.cases(&state, day)).unwrap();
    let ends = cases.iter().map(|it| it.closed.as_ref().map(|it| it.outcome));
    let expected = [Some(Outcome::Withdrawn), Some(Outcome::Merged)];
    assert_eq!(ends.collect::<Vec<_>>(), expected);
}
