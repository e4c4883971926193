use api::invoicing::{self as proto, command_item::Command, command_result};
use tokio_stream::StreamExt as _;
use tonic::Code;

use super::support::{TENANT, eur, invoice_data, told, world};

fn item(number: usize) -> proto::CommandItem {
    let (customer, invoice) = (format!("C-{}", number % 7), format!("F-{number}"));
    // Every tenth has no amount.
    let cents = if number.is_multiple_of(10) { 0 } else { 100 };
    let data = invoice_data(&customer, &invoice, "2026-05-31", cents);
    proto::CommandItem { request_id: String::new(), command: Some(Command::IssueInvoice(data)) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_commands_are_answered_once_and_the_refused_are_named() {
    let mut world = world(4).await;
    let messages: Vec<_> = (0..10)
        .map(|message| proto::SubmitCommandsRequest {
            tenant_id: if message == 0 { TENANT.into() } else { String::new() },
            actor_id: String::new(),
            items: (message * 100..(message + 1) * 100).map(item).collect(),
        })
        .collect();
    let again = messages.clone();
    let answer = world.invoicing.submit_commands(tokio_stream::iter(messages)).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!((answer.changed_count, answer.unchanged_count, answer.refused_count), (900, 0, 100));
    assert_eq!(answer.refusals.len(), 100);
    let Some(command_result::Result::Refusal(refusal)) = &answer.refusals[1].result else {
        panic!("{answer:?}");
    };
    assert_eq!(answer.refusals[1].index, 10);
    assert_eq!(refusal.code(), api::Code::InvalidArgument);
    assert_eq!((refusal.reason.as_str(), refusal.field.as_str()), ("INVALID_FIELD", "gross"));

    let answer = world.invoicing.submit_commands(tokio_stream::iter(again)).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!((answer.changed_count, answer.unchanged_count, answer.refused_count), (0, 900, 100));

    let request = proto::GetAgedBalanceRequest {
        tenant_id: TENANT.into(),
        min_position: answer.position,
        ..Default::default()
    };
    let aged = world.invoicing.get_aged_balance(request).await.unwrap().into_inner();
    assert_eq!(aged.aged_balances[0].outstanding_amount, Some(eur(90_000)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_commands_are_answered_each_in_the_order_in_which_they_were_sent() {
    let mut world = world(2).await;
    let messages = (0..20).map(|message| proto::StreamCommandsRequest {
        tenant_id: TENANT.into(),
        actor_id: "erp".into(),
        items: (message * 50..(message + 1) * 50).map(item).collect(),
    });
    let answers = world.invoicing.stream_commands(tokio_stream::iter(messages)).await.unwrap();
    let mut answers = answers.into_inner();
    let mut index = 0;
    while let Some(answer) = answers.next().await {
        for result in answer.unwrap().results {
            assert_eq!(result.index, index);
            let refused = matches!(result.result, Some(command_result::Result::Refusal(_)));
            assert_eq!(refused, index % 10 == 0, "{index}");
            index += 1;
        }
    }
    assert_eq!(index, 1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_of_one_tenant_that_exists() {
    let mut world = world(1).await;
    let message = |tenant: &str| proto::SubmitCommandsRequest {
        tenant_id: tenant.into(),
        actor_id: String::new(),
        items: vec![item(1)],
    };
    for (messages, code, reason) in [
        (vec![message("")], Code::InvalidArgument, "INVALID_FIELD"),
        (vec![message("nobody")], Code::NotFound, "TENANT_NOT_FOUND"),
        (vec![message(TENANT), message("other")], Code::InvalidArgument, "INVALID_FIELD"),
    ] {
        let status = world.invoicing.submit_commands(tokio_stream::iter(messages)).await;
        let (told_code, told_reason, _) = told(&status.unwrap_err());
        assert_eq!((told_code, told_reason.as_str()), (code, reason));
    }
}
