//! Two whole lives of a debt, over every context, as a credit manager tells of them.

use api::{
    invoicing::{self as books, WriteOffReason},
    risk::NoticeKind,
};
use serde_json::Value;

use super::{
    collection::{done, one, told},
    desk::{policy, typed},
    support::{TENANT, World, day, eur, until, whole_world},
};

/// A reminder after a week, a firm one after three, a final demand after five with what the law adds;
/// nine days later nobody reminds any more.
const REMINDERS: &str = r#"
version = "three-steps"
[interest]
jurisdiction = "FR"
basis = "default"
[[ladders]]
name = "usual"
scope = "tenant"
exhausted_after_days = 9
[[ladders.levels]]
offset_days = 7
tone = "reminder"
channels = ["email"]
approval = "by_person"
[[ladders.levels]]
offset_days = 21
tone = "firm"
channels = ["letter"]
approval = "by_person"
[[ladders.levels]]
offset_days = 36
tone = "final"
channels = ["registered_letter"]
approval = "by_person"
interest = true
fixed_sum = true
deadline_days = 8
"#;

async fn house() -> World {
    let world = whole_world(1).await;
    let dir = tempfile::tempdir().unwrap();
    let reminders = dir.path().join("reminders.toml");
    std::fs::write(&reminders, REMINDERS).unwrap();
    done(&world, &["dunning", "adopt", reminders.to_str().unwrap()]).await;
    done(&world, &["collection", "adopt", &policy("collection-france.toml")]).await;
    world
}

/// A reminder of this tone is called for, agreed to, and sent.
async fn reminded(world: &mut World, customer: &str, on: &str, tone: &str) {
    world.day(on).await;
    let mut id = String::new();
    until(async || {
        let listed = typed(world, &format!("list reminders --customer {customer}")).await.unwrap();
        let rows = listed["reminders"].as_array().unwrap().iter();
        let due = rows.into_iter().find(|it| it["tone"] == tone);
        due.is_some_and(|it| {
            it["reminder"].as_str().unwrap().clone_into(&mut id);
            true
        })
    })
    .await;
    let of = [customer, &id, "--on", on];
    done(world, &[&["dunning", "approve"][..], &of].concat()).await;
    done(world, &[&["dunning", "record-sending"][..], &of, &["--proof", "8F 2041"]].concat()).await;
}

/// Late by 45 days, reminded three times: a case, and with a collector.
async fn to_the_collector(world: &mut World, customer: &str) {
    for (on, tone) in [("2026-06-08", "reminder"), ("2026-06-22", "firm"), ("2026-07-07", "final")]
    {
        reminded(world, customer, on, tone).await;
    }
    world.day("2026-07-15").await;
    let none = typed(world, "list cases").await.unwrap();
    assert_eq!(none["cases"], Value::Array(Vec::new()), "nothing before the 45th day");
    world.day("2026-07-16").await;
    let case = one(world, "list cases", "cases").await;
    assert_eq!((&case["why"], &case["open"]), (&"exhausted".into(), &"1190.00 EUR".into()));
    assert_eq!(case["fixed_sums"], "40.00 EUR");
    assert_ne!(case["interest"], "", "from the day after the due date");
    let work = one(world, "list collection-worklist", "worklist").await;
    assert_eq!(work["to_do"], "to decide case-1");
    assert_eq!(work["why"], "task +25, amount open +20, days past due +15");
    let on = ["--on", "2026-07-16"];
    let case = [customer, "case-1"];
    let of = [customer, "placement-1"];
    done(world, &[&["collection", "choose-route"][..], &case, &["agency"], &on].concat()).await;
    done(world, &[&["collection", "hand-over"][..], &case, &["agency-north"], &on].concat()).await;
    done(world, &[&["collection", "record-errand"][..], &of, &on].concat()).await;
    done(world, &[&["collection", "accept"][..], &of, &on].concat()).await;
}

/// Money for an invoice.
async fn paid(world: &mut World, payment: &str, invoice: &str, on: &str, cents: i64) {
    let command = books::RecordPayment {
        customer_id: "C-1".into(),
        payment_id: payment.into(),
        amount: Some(eur(cents)),
        value_date: Some(day(on)),
        method: books::PaymentMethod::Transfer.into(),
        designations: vec![books::Designation {
            invoice_id: invoice.into(),
            amount: Some(eur(cents)),
        }],
        ..Default::default()
    };
    let request = books::RecordPaymentRequest {
        tenant_id: TENANT.into(),
        command: Some(command),
        ..Default::default()
    };
    world.invoicing.record_payment(request).await.unwrap();
}

/// What is told of the cases of a customer, once something holds.
async fn cases(world: &World, customer: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    until(async || {
        last = typed(world, &format!("get cases {customer}")).await.unwrap();
        holds(&last)
    })
    .await;
    last
}

/// 45 days late, reminders, a final demand, an agency, a part of the money, a recall, an order to pay,
/// and the rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_first_reminder_to_the_last_cent() {
    let mut world = house().await;
    world.issue("C-1", "F-1", "2026-06-01", 119_000).await;
    to_the_collector(&mut world, "C-1").await;

    // The agency takes a part in, keeps its fee, and passes the money on.
    world.day("2026-08-10").await;
    paid(&mut world, "P-1", "F-1", "2026-08-10", 40_000).await;
    let of = ["C-1", "placement-1"];
    let on = ["--on", "2026-08-10"];
    let taken = ["R-1", "--collected", "F-1=400.00 EUR", "--fee", "60.00 EUR", "--kept-back"];
    let remit = [&["collection", "remit"][..], &of, &taken, &["--payment", "P-1"], &on].concat();
    done(&world, &remit).await;
    let stands = cases(&world, "C-1", |it| it["claims"][0]["open"]["amount"] == "790.00").await;
    let remitted = &stands["remittances"][0];
    assert_eq!(
        (&remitted["fee"]["amount"], &remitted["fee_by_scale"]["amount"]),
        (&"60.00".into(), &"60.00".into())
    );
    assert_eq!(remitted["in_the_books"]["amount"], "400.00");
    let account = world.account("C-1").await;
    let open = account.account.unwrap().balances[0].clone();
    assert_eq!(open.open_amount, Some(eur(79_000)), "the case follows the books");

    // It can do no more, and gives the case back: the customer offered too little.
    let offers = ["--instalment", "2026-09-30=100.00 EUR", "--instalment", "2026-10-31=100.00 EUR"];
    let report = ["report 1", "--status", "proposes"];
    let said = [&["collection", "report"][..], &of, &report, &offers, &on].concat();
    done(&world, &said).await;
    let on = ["--on", "2026-09-01"];
    world.day("2026-09-01").await;
    done(&world, &[&["collection", "recall"][..], &of, &on].concat()).await;
    let recall = ["--errand", "recall"];
    let line = [&["collection", "record-errand"][..], &of, &recall, &on].concat();
    let at = done(&world, &line).await;
    let stands = told(&world, "get cases C-1", &at).await;
    assert_eq!(stands["placements"][0]["state"], "recalled");
    let late = [&remit[..], &["--by", "credit-1"]].concat();
    assert_eq!(super::desk::words(&world, &late).await.unwrap()["new"], false, "told before");

    // A court orders to pay. From 1 September 2026 an order is served within three months.
    let case = ["C-1", "case-1"];
    let line = [&["collection", "choose-route"][..], &case, &["payment_order"], &on].concat();
    done(&world, &line).await;
    let act = |id, kind| ["collection", "record-act", "C-1", id, kind, "--case", "case-1"];
    done(&world, &[&act("A-1", "order_requested")[..], &on].concat()).await;
    world.day("2026-09-14").await;
    let granted = ["--follows", "A-1", "--on", "2026-09-14", "--amount", "790.00 EUR"];
    done(&world, &[&act("A-2", "order_granted")[..], &granted].concat()).await;
    let right = one(&world, "list rights --kind order_service --days 100", "rights").await;
    assert_eq!(
        (&right["about"], &right["last_day"], &right["stake"]),
        (&"act A-2".into(), &"2026-12-14".into(), &"790.00 EUR".into())
    );
    world.day("2026-09-28").await;
    let served = ["--follows", "A-2", "--on", "2026-09-28", "--proof", "deed 77"];
    let at = done(&world, &[&act("A-3", "order_served")[..], &served].concat()).await;
    let kept = told(&world, "list rights --kind order_service --days 100", &at).await;
    assert_eq!(kept["rights"], Value::Array(Vec::new()));
    world.day("2026-11-02").await;
    let enforceable = ["--follows", "A-3", "--on", "2026-11-02"];
    done(&world, &[&act("A-4", "order_enforceable")[..], &enforceable].concat()).await;

    world.day("2026-11-20").await;
    paid(&mut world, "P-2", "F-1", "2026-11-20", 79_000).await;
    let stands = cases(&world, "C-1", |it| it["cases"][0]["outcome"] == "paid").await;
    assert_eq!(stands["cases"][0]["ended"], "2026-11-20");
    let listed = typed(&world, "list reminders --customer C-1").await.unwrap();
    let sent = listed["reminders"].as_array().unwrap();
    assert_eq!(sent.len(), 3, "and nobody was reminded of anything since: {listed}");
    let alerts = typed(&world, "list alerts --kind right_lapsed").await.unwrap();
    assert_eq!(alerts["alerts"], Value::Array(Vec::new()));
    world.running.stop().await.unwrap();
}

/// The same until the agency has it; then a court winds the customer up, and the claim is declared on
/// the last working day.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn insolvent_in_the_middle_and_declared_on_the_last_working_day() {
    let mut world = house().await;
    world.issue("C-1", "F-1", "2026-06-01", 119_000).await;
    world.issue("C-1", "F-2", "2026-08-24", 20_000).await;
    to_the_collector(&mut world, "C-1").await;
    world.day("2026-08-31").await;
    world.published("C-1", "N-1", NoticeKind::Liquidation, "2026-08-26", "2026-08-31").await;

    // Two months end on a Saturday, and after it come a Sunday and the feast of All Saints.
    let right = one(&world, "list rights --kind claim_filing --days 70", "rights").await;
    assert_eq!(
        (&right["about"], &right["last_day"], &right["stake"]),
        (&"notice N-1".into(), &"2026-11-02".into(), &"1390.00 EUR".into())
    );
    let stands = cases(&world, "C-1", |it| it["cases"].as_array().unwrap().len() == 2).await;
    let opened = &stands["cases"][1];
    assert_eq!(
        (&opened["why"], &opened["invoices"], &opened["open"]),
        (&"insolvency".into(), &"F-2".into(), &"200.00 EUR".into())
    );
    // The agency may not be paid before others: it gives the case back, and both go on as one.
    let on = ["--on", "2026-09-02"];
    let of = ["C-1", "placement-1"];
    done(&world, &[&["collection", "recall"][..], &of, &on].concat()).await;
    let line = [&["collection", "record-errand"][..], &of, &["--errand", "recall"], &on].concat();
    done(&world, &line).await;
    let merged = ["collection", "merge", "C-1", "case-2", "case-1"];
    done(&world, &[&merged[..], &on].concat()).await;
    let case = ["C-1", "case-1"];
    done(&world, &[&["collection", "choose-route"][..], &case, &["insolvency"], &on].concat())
        .await;

    // F-2 is a week past due, two weeks, a month: nobody is reminded of what a court protects.
    for date in ["2026-09-04", "2026-09-14", "2026-10-01", "2026-10-30"] {
        world.day(date).await;
    }
    until(async || {
        let told = typed(&world, "list alerts --kind right_at_risk").await.unwrap();
        told["alerts"].as_array().is_some_and(|it| it.len() == 1)
            && told["alerts"][0]["severity"] == "high"
    })
    .await;
    let listed = typed(&world, "list reminders --customer C-1").await.unwrap();
    assert_eq!(listed["reminders"].as_array().unwrap().len(), 3, "{listed}");

    world.day("2026-11-02").await;
    let declared = ["collection", "record-act", "C-1", "A-1", "claim_declared", "--case", "case-1"];
    let what = ["--notice", "N-1", "--amount", "1390.00 EUR", "--on", "2026-11-02"];
    done(&world, &[&declared[..], &what].concat()).await;
    // What was delivered and is still there is claimed back, a month before three have passed.
    let goods = one(&world, "list rights --kind title_claim --days 30", "rights").await;
    assert_eq!(goods["last_day"], "2026-11-30");
    let claimed = ["collection", "record-act", "C-1", "A-2", "goods_claimed"];
    let what = ["--notice", "N-1", "--on", "2026-11-02"];
    done(&world, &[&claimed[..], &what].concat()).await;
    world.day("2026-11-03").await;
    until(async || {
        let told = typed(&world, "list alerts --kind right_at_risk").await.unwrap();
        told["alerts"] == Value::Array(Vec::new())
    })
    .await;
    let lapsed = typed(&world, "list rights --kind claim_filing --with-lapsed").await.unwrap();
    assert_eq!(lapsed["rights"], Value::Array(Vec::new()), "in time");

    // Nothing is left for creditors: two persons give it up, and the case is at its end.
    world.day("2027-06-07").await;
    let closed = NoticeKind::ClosedForInsufficientAssets;
    world.published("C-1", "N-2", closed, "2027-06-01", "2027-06-07").await;
    for invoice in ["F-1", "F-2"] {
        given_up(&mut world, invoice).await;
    }
    let stands = cases(&world, "C-1", |it| it["cases"][0]["outcome"] == "uncollectible").await;
    assert_eq!(stands["cases"][0]["ended"], "2027-06-07");
    world.running.stop().await.unwrap();
}

async fn given_up(world: &mut World, invoice: &str) {
    let id = format!("W-{invoice}");
    let asked = books::RequestWriteOff {
        customer_id: "C-1".into(),
        write_off_id: id.clone(),
        invoice_id: invoice.into(),
        amount: None,
        reason: WriteOffReason::Insolvency.into(),
        requested_by: "credit-1".into(),
        request_date: Some(day("2027-06-07")),
    };
    let request = books::RequestWriteOffRequest {
        tenant_id: TENANT.into(),
        command: Some(asked),
        ..Default::default()
    };
    world.invoicing.request_write_off(request).await.unwrap();
    let agreed = books::ApproveWriteOff {
        customer_id: "C-1".into(),
        write_off_id: id,
        approved_by: "credit-2".into(),
        approve_date: Some(day("2027-06-07")),
    };
    let request = books::ApproveWriteOffRequest {
        tenant_id: TENANT.into(),
        command: Some(agreed),
        ..Default::default()
    };
    world.invoicing.approve_write_off(request).await.unwrap();
}
