//! What is owed besides invoices, as a client meets it.

use api::{
    dunning::{
        self as proto, Channel as By, Purpose, dunning_service_client::DunningServiceClient,
        waive_charges::Interest,
    },
    shared::Position,
};
use tonic::{Code, transport::Channel};

use super::support::{TENANT, World, day, eur, told, until, whole_world};

/// Interest by the law of France, and an interest invoice as soon as an invoice was settled late.
async fn world() -> (World, DunningServiceClient<Channel>) {
    let world = whole_world(1).await;
    let address = format!("http://{}", world.running.grpc_address);
    let mut dunning = DunningServiceClient::connect(address).await.unwrap();
    let interest =
        proto::InterestRules { jurisdiction: "FR".into(), basis: "default".into(), rate: None };
    let charges = proto::ChargesRules {
        channels: vec![By::Letter.into()],
        minimum_amounts: vec![eur(2_500)],
        ..Default::default()
    };
    let rules = proto::DunningPolicy {
        version: "v1".into(),
        interest: Some(interest),
        charges: Some(charges),
        ..Default::default()
    };
    let adopt = proto::AdoptDunningPolicyRequest {
        tenant_id: TENANT.into(),
        command: Some(rules),
        ..Default::default()
    };
    dunning.adopt_dunning_policy(adopt).await.unwrap();
    (world, dunning)
}

fn waive(interest: Option<Interest>, fixed_sum: bool) -> proto::WaiveChargesRequest {
    let command = proto::WaiveCharges {
        customer_id: "C-1".into(),
        invoice_id: "F-1".into(),
        interest,
        fixed_sum,
        waived_by: "credit-1".into(),
        waive_date: Some(day("2026-06-01")),
        note: "first time late".into(),
    };
    proto::WaiveChargesRequest {
        tenant_id: TENANT.into(),
        command: Some(command),
        ..Default::default()
    }
}

fn restore() -> proto::RestoreChargesRequest {
    let command = proto::RestoreCharges {
        customer_id: "C-1".into(),
        invoice_id: "F-1".into(),
        restored_by: "credit-1".into(),
        restore_date: Some(day("2026-06-01")),
    };
    proto::RestoreChargesRequest {
        tenant_id: TENANT.into(),
        command: Some(command),
        ..Default::default()
    }
}

fn ask(min_position: Option<Position>) -> proto::GetChargesRequest {
    proto::GetChargesRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        min_position,
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn charges_are_shown_line_by_line_given_up_asked_for_once_and_what_is_too_much_is_to_refund()
{
    let (mut world, mut dunning) = world().await;
    let issued = world.issue("C-1", "F-1", "2026-04-30", 1_000_000).await;
    // 10,000 for 32 days at 12.15.
    let answer = dunning.get_charges(ask(issued.position)).await.unwrap().into_inner();
    let it = &answer.charges[0];
    assert_eq!(
        (it.interest_amount.clone(), it.fixed_sum_amount.clone()),
        (Some(eur(10_652)), Some(eur(4_000)))
    );
    let line = &it.interest_lines[0];
    assert_eq!((line.days, line.base_amount.clone()), (32, Some(eur(1_000_000))));
    assert!(line.rules.iter().any(|it| it.source.contains("L441-10")), "{line:?}");
    assert_eq!(answer.unasked_amounts, [eur(14_652)]);

    let more = waive(Some(Interest::InterestAmount(eur(10_653))), false);
    let refused = told(&dunning.waive_charges(more).await.unwrap_err());
    assert_eq!((refused.0, refused.1.as_str()), (Code::FailedPrecondition, "CHARGES_NOT_OWED"));
    let metadata = refused.2.error_info().unwrap().metadata.clone();
    assert_eq!(
        (metadata["field"].as_str(), metadata["owed"].as_str()),
        ("command.interest", "106.52 EUR")
    );
    let nothing = told(&dunning.waive_charges(waive(None, false)).await.unwrap_err());
    let fields = nothing.2.bad_request().unwrap().field_violations.clone();
    assert_eq!(fields[0].field, "command.interest");

    let some = waive(Some(Interest::InterestAmount(eur(652))), false);
    let done = dunning.waive_charges(some.clone()).await.unwrap().into_inner();
    assert!(done.changed);
    assert!(!dunning.waive_charges(some).await.unwrap().into_inner().changed);
    let answer = dunning.get_charges(ask(done.position)).await.unwrap().into_inner();
    assert_eq!(answer.unasked_amounts, [eur(14_000)]);
    assert_eq!(answer.charges[0].waiver.as_ref().unwrap().note, "first time late");

    // Paid, with value two days earlier: 30 days.
    world.pay("C-1", "P-1", "2026-05-30", 1_000_000).await;
    let list = proto::ListRemindersRequest { tenant_id: TENANT.into(), ..Default::default() };
    let mut found = Vec::new();
    until(async || {
        found = dunning.list_reminders(list.clone()).await.unwrap().into_inner().reminders;
        !found.is_empty()
    })
    .await;
    let document = &found[0];
    assert_eq!((document.purpose(), document.level), (Purpose::Charges, 0));
    let item = &document.items[0];
    assert_eq!(item.interest_amount, Some(eur(9_334)));
    assert_eq!(item.deducted_interest_amount, Some(eur(652)));
    assert_eq!(
        (item.fixed_sum_amount.clone(), item.open_amount.clone()),
        (Some(eur(4_000)), Some(eur(0)))
    );

    let sent = proto::RecordSendingRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::RecordSending {
            customer_id: "C-1".into(),
            reminder_id: document.reminder_id.clone(),
            send_date: Some(day("2026-06-01")),
            recorded_by: "credit-1".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let at = dunning.record_sending(sent).await.unwrap().into_inner().position;
    let answer = dunning.get_charges(ask(at)).await.unwrap().into_inner();
    assert_eq!((answer.unasked_amounts.len(), answer.refund_amounts.len()), (0, 0));
    assert_eq!(answer.charges[0].reminder_id, document.reminder_id);

    let all = waive(Some(Interest::AllInterest(true)), true);
    let at = dunning.waive_charges(all).await.unwrap().into_inner().position;
    let answer = dunning.get_charges(ask(at)).await.unwrap().into_inner();
    assert_eq!(answer.refund_amounts, [eur(13_334)]);
    let restored = dunning.restore_charges(restore()).await.unwrap().into_inner();
    assert!(restored.changed);
    assert!(!dunning.restore_charges(restore()).await.unwrap().into_inner().changed);
    let answer = dunning.get_charges(ask(restored.position)).await.unwrap().into_inner();
    assert_eq!((answer.refund_amounts.len(), answer.unasked_amounts), (0, vec![eur(652)]));

    let one = proto::GetChargesRequest { invoice_id: "F-2".into(), ..ask(None) };
    assert_eq!(dunning.get_charges(one).await.unwrap().into_inner().total_size, 0);
    let unknown = proto::GetChargesRequest { customer_id: "C-9".into(), ..ask(None) };
    assert_eq!(dunning.get_charges(unknown).await.unwrap_err().code(), Code::NotFound);
}
