use api::{
    invoicing as proto,
    shared::{AsOf, Conversion, ExchangeRate},
};
use tonic::Code;

use super::support::{TENANT, World, day, eur, issue, told, world};

async fn filled() -> World {
    let mut world = world(4).await;
    world.issue("C-1", "F-1", "2026-05-31", 120_000).await;
    world.issue("C-1", "F-2", "2026-03-01", 30_000).await;
    world.issue("C-2", "F-1", "2026-06-30", 50_000).await;
    world.issue("C-2", "F-3", "2026-06-30", 50_000).await;
    world.pay("C-1", "P-1", "2026-06-01", 20_000).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_is_found_without_its_customer_and_tells_its_history() {
    let mut world = filled().await;
    let get = |customer: &str, invoice: &str| proto::GetInvoiceRequest {
        tenant_id: TENANT.into(),
        customer_id: customer.into(),
        invoice_id: invoice.into(),
        ..Default::default()
    };
    let answer = world.invoicing.get_invoice(get("", "F-2")).await.unwrap().into_inner();
    let invoice = answer.invoice.unwrap();
    assert_eq!(invoice.state(), proto::invoice::State::PartlySettled);
    assert_eq!(invoice.open_amount, Some(eur(10_000)));
    assert_eq!(invoice.data.unwrap().customer_id, "C-1");
    let facts: Vec<_> = answer.history.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(facts, ["InvoiceIssued", "Allocated"]);
    assert_eq!(answer.history[1].effective_date, Some(day("2026-06-01")));

    let status = world.invoicing.get_invoice(get("", "F-1")).await.unwrap_err();
    let (code, reason, details) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "CUSTOMER_AMBIGUOUS"));
    assert_eq!(details.error_info().unwrap().metadata["customers"], "C-1, C-2");
    let answer = world.invoicing.get_invoice(get("C-2", "F-1")).await.unwrap().into_inner();
    assert_eq!(answer.invoice.unwrap().state(), proto::invoice::State::Open);
    let status = world.invoicing.get_invoice(get("", "F-9")).await.unwrap_err();
    assert_eq!((status.code(), told(&status).1.as_str()), (Code::NotFound, "INVOICE_NOT_FOUND"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_tells_what_became_of_it() {
    let mut world = filled().await;
    let request = proto::GetPaymentRequest {
        tenant_id: TENANT.into(),
        payment_id: "P-1".into(),
        ..Default::default()
    };
    let answer = world.invoicing.get_payment(request).await.unwrap().into_inner();
    let payment = answer.payment.unwrap();
    assert_eq!(payment.state(), proto::payment::State::Allocated);
    assert_eq!(payment.allocations[0].invoice_id, "F-2");
    let facts: Vec<_> = answer.history.iter().map(|it| it.event.as_str()).collect();
    assert_eq!(facts, ["PaymentReceived", "Allocated"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buckets_and_what_is_not_due_make_up_what_is_outstanding() {
    let mut world = filled().await;
    let mut request =
        proto::GetAgedBalanceRequest { tenant_id: TENANT.into(), ..Default::default() };
    let answer = world.invoicing.get_aged_balance(request.clone()).await.unwrap().into_inner();
    let aged = &answer.aged_balances[0];
    assert_eq!(aged.not_due_amount, Some(eur(100_000)));
    let buckets: Vec<_> = aged.buckets.iter().map(|it| (it.days_min, it.amount.clone())).collect();
    assert_eq!(
        buckets,
        [(1, Some(eur(120_000))), (31, Some(eur(0))), (61, Some(eur(0))), (91, Some(eur(10_000)))]
    );
    assert_eq!(aged.outstanding_amount, Some(eur(230_000)));
    request.bucket_days = vec![30, 10];
    let status = world.invoicing.get_aged_balance(request).await.unwrap_err();
    assert_eq!(told(&status).2.bad_request().unwrap().field_violations[0].field, "bucket_days");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn currencies_are_added_at_named_rates_only() {
    let mut world = filled().await;
    let mut dollars = issue("C-3", "D-1", "2026-05-31", 0);
    let gross = api::Money { currency_code: "USD".into(), units: 100, nanos: 0 };
    dollars.command.as_mut().unwrap().gross = Some(gross);
    world.invoicing.issue_invoice(dollars).await.unwrap();
    let rate = ExchangeRate {
        currency_code: "USD".into(),
        rate: Some(api::Decimal { value: "0.9".into() }),
        rate_date: Some(day("2026-05-29")),
    };
    let mut request = proto::GetAgedBalanceRequest {
        tenant_id: TENANT.into(),
        conversion: Some(Conversion { currency_code: "EUR".into(), rates: vec![rate.clone()] }),
        ..Default::default()
    };
    let answer = world.invoicing.get_aged_balance(request.clone()).await.unwrap().into_inner();
    assert_eq!(answer.aged_balances.len(), 2);
    assert_eq!(answer.converted.unwrap().outstanding_amount, Some(eur(239_000)));
    assert_eq!(answer.rates, [rate]);
    request.conversion.as_mut().unwrap().rates.clear();
    let status = world.invoicing.get_aged_balance(request).await.unwrap_err();
    let (code, reason, _) = told(&status);
    assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "RATE_MISSING"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_leads_from_one_balance_to_the_other() {
    let mut world = filled().await;
    let mut request = proto::GetStatementRequest {
        tenant_id: TENANT.into(),
        customer_id: "C-1".into(),
        from_date: Some(day("2026-05-02")),
        to_date: Some(day("2026-06-01")),
        ..Default::default()
    };
    let answer = world.invoicing.get_statement(request.clone()).await.unwrap().into_inner();
    let statement = &answer.statements[0];
    assert_eq!(statement.opening_balance, Some(eur(150_000)));
    assert_eq!(statement.lines.len(), 1);
    assert_eq!(statement.lines[0].amount, Some(eur(-20_000)));
    assert_eq!(statement.closing_balance, Some(eur(130_000)));
    request.from_date = Some(day("2026-07-02"));
    let status = world.invoicing.get_statement(request).await.unwrap_err();
    assert_eq!(told(&status).2.bad_request().unwrap().field_violations[0].field, "from_date");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_in_the_past_is_answered_with_all_that_is_known_today() {
    let mut world = filled().await;
    let mut request = super::support::account("C-1");
    request.as_of = Some(AsOf { effective_date: Some(day("2026-05-15")), known_at: None });
    let answer = world.invoicing.get_account(request).await.unwrap().into_inner();
    let balance = &answer.account.unwrap().balances[0];
    // The payment came later.
    assert_eq!(balance.open_amount, Some(eur(150_000)));
    assert_eq!(balance.not_due_amount, Some(eur(120_000)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_told_and_are_not_in_the_journal() {
    let mut world = filled().await;
    let command = proto::CustomerData {
        customer_id: "C-1".into(),
        segment: "retail".into(),
        contact: Some(proto::Contact { name: "Jane Doe".into(), ..Default::default() }),
        ..Default::default()
    };
    let register = proto::RegisterCustomerRequest {
        tenant_id: TENANT.into(),
        command: Some(command),
        ..Default::default()
    };
    world.invoicing.register_customer(register).await.unwrap();
    let answer = world.account("C-1").await;
    let customer = answer.account.unwrap().customer.unwrap();
    assert_eq!(customer.contact.unwrap().name, "Jane Doe");
    let list = proto::ListAccountsRequest {
        tenant_id: TENANT.into(),
        segment: "retail".into(),
        ..Default::default()
    };
    let page = world.invoicing.list_accounts(list).await.unwrap().into_inner();
    assert_eq!(page.accounts.len(), 1);
    assert_eq!(page.accounts[0].name, "Jane Doe");
    let tenant = world.running.tenants.get(&TENANT.parse().unwrap()).unwrap();
    for part in &tenant.parts {
        let journal = part.journal().unwrap();
        for sequence in 1..=journal.last().await.unwrap().0 {
            let record = journal.get(events::Sequence(sequence)).await.unwrap();
            assert!(!String::from_utf8_lossy(&record.body).contains("Jane"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn indicators_name_their_formula_and_their_inputs() {
    let mut world = filled().await;
    let request = proto::GetIndicatorsRequest { tenant_id: TENANT.into(), ..Default::default() };
    let answer = world.invoicing.get_indicators(request).await.unwrap().into_inner();
    let set = &answer.indicator_sets[0];
    assert_eq!((set.currency_code.as_str(), set.indicators.len()), ("EUR", 8));
    let share = &set.indicators[6];
    assert_eq!(share.kind(), proto::indicator::Kind::OverdueShare);
    assert_eq!(share.unit(), proto::indicator::Unit::Ratio);
    // 1300.00 of 2300.00.
    assert_eq!(share.value.as_ref().unwrap().value, "0.5652");
    assert_eq!(share.formula, "(receivables - current) / receivables");
    assert_eq!(answer.from_date, Some(day("2026-03-04")));
}
