use api::{invoicing as proto, shared::Source, shared::source};
use tonic::Code;

use super::support::{TENANT, account, day, eur, invoice_data, issue, told, world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_answered_with_where_it_stands_and_can_be_read_from_there_on() {
    let mut world = world(4).await;
    let issued = world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    assert!(issued.changed);
    assert_eq!(issued.due_date, Some(day("2026-05-31")));
    assert_eq!(issued.payment_terms, "");
    let mut request = account("C-1");
    request.min_position.clone_from(&issued.position);
    let answer = world.invoicing.get_account(request).await.unwrap().into_inner();
    let balance = &answer.account.unwrap().balances[0];
    assert_eq!(balance.open_amount, Some(eur(120_000)));
    assert_eq!(balance.overdue_amount, Some(eur(120_000)));
    assert_eq!(balance.days_past_due_max, 1);
    assert_eq!(answer.effective_date, Some(day("2026-06-01")));
    // About one customer: one partition is named.
    assert_eq!(answer.position.unwrap().sequences.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_again_changes_nothing_and_another_under_its_number_is_refused() {
    let mut world = world(1).await;
    let first = world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    let again = world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    assert!(!again.changed);
    assert_eq!((again.position, again.due_date), (first.position, first.due_date));

    let other = issue("C-1", "F-1", "2026-05-31", 120_001);
    let status = world.invoicing.issue_invoice(other).await.unwrap_err();
    let (code, reason, details) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::AlreadyExists, "INVOICE_NUMBER_CONFLICT"));
    let resource = details.resource_info().unwrap();
    assert_eq!(resource.resource_type, "vigie.invoicing.v1.Invoice");
    assert_eq!(resource.resource_name, "F-1");
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(metadata["recorded"], "1200.00 EUR");
    assert_eq!(metadata["stated"], "1200.01 EUR");
    assert_eq!(metadata["field"], "command.gross");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_id_stands_for_one_request() {
    let mut world = world(1).await;
    let mut request = issue("C-1", "F-1", "2026-05-31", 120_000);
    request.request_id = "R-1".into();
    let first = world.invoicing.issue_invoice(request.clone()).await.unwrap().into_inner();
    let again = world.invoicing.issue_invoice(request.clone()).await.unwrap().into_inner();
    assert_eq!(first.position, again.position);
    assert!(first.changed && !again.changed);
    request.command = Some(invoice_data("C-1", "F-2", "2026-05-31", 1));
    let status = world.invoicing.issue_invoice(request).await.unwrap_err();
    let (code, reason, _) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::AlreadyExists, "REQUEST_ID_REUSED"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_that_cannot_be_taken_is_named_at_once() {
    let mut world = world(1).await;
    let command = proto::RecordPayment {
        customer_id: "C 1".into(),
        payment_id: String::new(),
        amount: Some(api::Money { currency_code: "EUR".into(), units: 1, nanos: -1 }),
        value_date: Some(api::Date { year: 2026, month: 2, day: 30 }),
        method: 99,
        designations: vec![
            proto::Designation { invoice_id: "F-1".into(), amount: None },
            proto::Designation {
                invoice_id: "F*2".into(),
                amount: Some(api::Money { currency_code: "XXX".into(), units: 1, nanos: 0 }),
            },
        ],
        references: vec!["fine".into(), "line\nbreak".into()],
        ..Default::default()
    };
    let request = proto::RecordPaymentRequest {
        tenant_id: "Acme".into(),
        request_id: "x".repeat(65),
        actor_id: "jane@example.com".into(),
        command: Some(command),
    };
    let status = world.invoicing.record_payment(request).await.unwrap_err();
    let (code, reason, details) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "INVALID_FIELD"));
    let violations = &details.bad_request().unwrap().field_violations;
    let fields: Vec<&str> = violations.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "tenant_id",
            "request_id",
            "actor_id",
            "command.customer_id",
            "command.payment_id",
            "command.amount",
            "command.value_date",
            "command.method",
            "command.designations[1].invoice_id",
            "command.designations[1].amount.currency_code",
            "command.references[1]",
        ]
    );
    // What the domain cannot take is named in the same way.
    let mut request = issue("C-1", "F-1", "2026-05-31", 0);
    request.command.as_mut().unwrap().payment_terms = "whenever".into();
    let status = world.invoicing.issue_invoice(request).await.unwrap_err();
    let (code, _, details) = told(&status);
    assert_eq!(code, Code::InvalidArgument);
    let violations = &details.bad_request().unwrap().field_violations;
    assert!(violations.iter().any(|it| it.field == "command.gross"), "{violations:?}");
    assert!(violations.iter().any(|it| it.field == "command.payment_terms"), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_exist_is_not_found_and_what_cannot_be_now_fails_its_precondition() {
    let mut world = world(1).await;
    let mut request = issue("C-1", "F-1", "2026-05-31", 120_000);
    request.tenant_id = "nobody".into();
    let status = world.invoicing.issue_invoice(request).await.unwrap_err();
    let (code, reason, details) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::NotFound, "TENANT_NOT_FOUND"));
    assert_eq!(details.resource_info().unwrap().resource_name, "nobody");

    let status = world.invoicing.get_account(account("C-9")).await.unwrap_err();
    assert_eq!(told(&status).1, "CUSTOMER_NOT_FOUND");

    world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    world.pay("C-1", "P-1", "2026-06-01", 120_000).await;
    world.issue("C-1", "F-2", "2026-06-30", 5_000).await;
    let allocate = proto::AllocateRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::Allocate {
            customer_id: "C-1".into(),
            source: Some(Source { source: Some(source::Source::PaymentId("P-1".into())) }),
            invoice_id: "F-2".into(),
            amount: Some(eur(5_000)),
        }),
        ..Default::default()
    };
    let status = world.invoicing.allocate(allocate).await.unwrap_err();
    let (code, reason, details) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "NOT_ENOUGH_UNALLOCATED"));
    let violation = &details.precondition_failure().unwrap().violations[0];
    assert_eq!(violation.subject, "vigie.invoicing.v1.Payment/P-1");
    assert_eq!(details.error_info().unwrap().metadata["available"], "0.00 EUR");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_says_what_it_settled() {
    let mut world = world(1).await;
    world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    let paid = world.pay("C-1", "P-1", "2026-06-01", 150_000).await;
    assert_eq!(paid.allocations.len(), 1);
    assert_eq!(paid.allocations[0].invoice_id, "F-1");
    assert_eq!(paid.allocations[0].amount, Some(eur(120_000)));
    assert_eq!(paid.allocations[0].effective_date, Some(day("2026-06-01")));
    assert_eq!(paid.unallocated_amount, Some(eur(30_000)));
    let again = world.pay("C-1", "P-1", "2026-06-01", 150_000).await;
    assert_eq!((again.changed, again.allocations), (false, paid.allocations));
}
