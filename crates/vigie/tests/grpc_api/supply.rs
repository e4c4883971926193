//! What the post says of a letter, and what whoever sells sees meanwhile.

use api::dunning::{
    self as proto, Approval, Channel as By, PresentationResult, Tone,
    dunning_service_client::DunningServiceClient,
};
use tonic::Code;

use super::support::{TENANT, day, eur, until, whole_world};

/// Final demands by registered letter, 5 days past due, which block supply.
fn rules() -> proto::DunningPolicy {
    let level = proto::Level {
        offset_days: 5,
        gap_days: 7,
        tone: Tone::Final.into(),
        channels: vec![By::RegisteredLetter.into()],
        approval: Approval::Automatic.into(),
        supply_block: 2,
        ..Default::default()
    };
    let usual = proto::Ladder { name: "usual".into(), levels: vec![level], ..Default::default() };
    proto::DunningPolicy { version: "v1".into(), ladders: vec![usual], ..Default::default() }
}

fn presented(result: PresentationResult, on: &str) -> proto::RecordPresentationRequest {
    proto::RecordPresentationRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::RecordPresentation {
            customer_id: "C-1".into(),
            reminder_id: "reminder-1".into(),
            present_date: Some(day(on)),
            result: result.into(),
            proof: "RK 39".into(),
            recorded_by: "desk-1".into(),
        }),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_is_refused_counts_and_whoever_sells_sees_what_is_to_be_paid() {
    let mut world = whole_world(1).await;
    let address = format!("http://{}", world.running.grpc_address);
    let mut dunning = DunningServiceClient::connect(address).await.unwrap();
    let adopted = proto::AdoptDunningPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(rules()),
        ..Default::default()
    };
    dunning.adopt_dunning_policy(adopted).await.unwrap();
    world.issue("C-1", "F-1", "2026-05-15", 120_000).await;
    let supply = proto::GetSupplyRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        ..Default::default()
    };
    until(async || dunning.get_supply(supply.clone()).await.is_ok()).await;
    let free = dunning.get_supply(supply.clone()).await.unwrap().into_inner().supply.unwrap();
    assert_eq!((free.supply_block, free.since_date, free.causes.len()), (0, None, 0));

    until(async || {
        let early = presented(PresentationResult::Refused, "2026-06-01");
        let refused = dunning.record_presentation(early).await.unwrap_err();
        // Before it is planned nobody knows it.
        refused.code() == Code::FailedPrecondition
    })
    .await;
    let sent = proto::RecordSendingRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::RecordSending {
            customer_id: "C-1".into(),
            reminder_id: "reminder-1".into(),
            send_date: Some(day("2026-06-01")),
            recorded_by: "desk-1".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    dunning.record_sending(sent).await.unwrap();
    let early = presented(PresentationResult::Refused, "2026-05-31");
    let refused = dunning.record_presentation(early).await.unwrap_err();
    assert_eq!(refused.message(), "reminder reminder-1 was sent on 2026-06-01, not before");
    let on_time = presented(PresentationResult::Refused, "2026-06-04");
    assert!(dunning.record_presentation(on_time.clone()).await.unwrap().into_inner().changed);
    let again = dunning.record_presentation(on_time).await.unwrap().into_inner();
    assert!(!again.changed);

    let list = proto::ListRemindersRequest {
        tenant_id: TENANT.into(),
        min_position: again.position.clone(),
        ..Default::default()
    };
    let listed = dunning.list_reminders(list).await.unwrap().into_inner().reminders;
    let [only] = listed[0].presentations.as_slice() else { panic!("{listed:?}") };
    assert_eq!((only.result(), only.proof.as_str()), (PresentationResult::Refused, "RK 39"));
    assert_eq!((only.present_date, only.recorded_by.as_str()), (Some(day("2026-06-04")), "desk-1"));

    until(async || {
        let answer = dunning.get_supply(supply.clone()).await.unwrap().into_inner();
        answer.supply.unwrap().supply_block == 2
    })
    .await;
    let blocked = dunning.get_supply(supply).await.unwrap().into_inner().supply.unwrap();
    assert_eq!(blocked.since_date, Some(day("2026-06-01")));
    let [cause] = blocked.causes.as_slice() else { panic!("{blocked:?}") };
    assert_eq!((cause.invoice_id.as_str(), cause.level, cause.supply_block), ("F-1", 1, 2));
    assert_eq!(cause.pay_amount, Some(eur(120_000)));
    let [way_out] = blocked.ways_out.as_slice() else { panic!("{blocked:?}") };
    assert_eq!((way_out.supply_block, &way_out.pay_amounts[..]), (0, &[eur(120_000)][..]));
}
