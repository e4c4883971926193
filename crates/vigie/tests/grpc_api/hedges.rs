//! Dollars that are owed and dollars that are sold forward, over gRPC and from the command line, with
//! customers in several partitions.

use api::{
    risk::{
        self as proto, HedgeKind, HedgeOutcome, hedge::State,
        hedge_service_client::HedgeServiceClient,
    },
    shared::{AsOf, Position},
};
use clap::Parser as _;
use tonic::{Code, transport::Channel};
use vigie::cli::Cli;

use super::support::{TENANT, World, day, issue, known, told, whole_world};

fn dollars(units: i64) -> api::Money {
    api::Money { currency_code: "USD".into(), units, nanos: 0 }
}

async fn hedges(world: &World) -> HedgeServiceClient<Channel> {
    let address = format!("http://{}", world.running.grpc_address);
    HedgeServiceClient::connect(address).await.unwrap()
}

/// An answer on the command line, as JSON.
async fn shown(world: &World, line: &[&str]) -> serde_json::Value {
    let server = format!("http://{}", world.running.grpc_address);
    let asked = ["--server", &server, "--tenant", TENANT, "--output", "json"];
    let line = ["vigie"].iter().chain(line).chain(&asked);
    let command = Cli::try_parse_from(line).unwrap().command;
    serde_json::from_str(&command.answer().await.unwrap()).unwrap()
}

/// Three customers owe 135,000 dollars, and one 400 euros. The position at which all of it is known.
async fn owed(world: &mut World) -> Position {
    for (customer, invoice, due, amount) in [
        ("C-1", "F-1", "2026-07-10", dollars(60_000)),
        ("C-2", "F-2", "2026-07-20", dollars(70_000)),
        ("C-3", "F-3", "2026-05-15", dollars(5_000)),
        ("C-3", "F-4", "2026-07-20", super::support::eur(40_000)),
    ] {
        let mut request = issue(customer, invoice, due, 1);
        request.command.as_mut().unwrap().gross = Some(amount);
        world.invoicing.issue_invoice(request).await.unwrap();
    }
    world.day("2026-06-02").await
}

fn forward(id: &str, units: i64, matures: &str) -> proto::RegisterHedgeRequest {
    proto::RegisterHedgeRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::RegisterHedge {
            hedge_id: id.into(),
            kind: HedgeKind::Forward.into(),
            counterparty: "Banque du Port".into(),
            amount: Some(dollars(units)),
            trade_date: Some(day("2026-05-04")),
            maturity_date: Some(day(matures)),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn used(id: &str, units: i64, on: &str) -> proto::UseHedgeRequest {
    proto::UseHedgeRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::UseHedge {
            hedge_id: "FWD-2026-07".into(),
            use_id: id.into(),
            amount: Some(dollars(units)),
            use_date: Some(day(on)),
            invoice: None,
        }),
        ..Default::default()
    }
}

/// Dollars owed, late, covered, uncovered, too much and ahead, in all months together.
async fn dollar_cover(
    client: &mut HedgeServiceClient<Channel>,
    as_of: Option<AsOf>,
    min_position: Option<Position>,
) -> [i64; 6] {
    let request = proto::GetCurrencyCoverRequest {
        tenant_id: TENANT.into(),
        as_of,
        min_position,
        currency_code: "USD".into(),
        ..Default::default()
    };
    let answer = client.get_currency_cover(request).await.unwrap().into_inner();
    let [it] = answer.currencies.as_slice() else { panic!("{answer:?}") };
    let it = it.total.clone().unwrap();
    [
        it.receivable_amount,
        it.overdue_amount,
        it.covered_amount,
        it.uncovered_amount,
        it.over_covered_amount,
        it.ahead_amount,
    ]
    .map(|it| it.unwrap().units)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dollars_sold_forward_protect_what_falls_due_in_their_month() {
    let mut world = whole_world(3).await;
    let mut client = hedges(&world).await;
    let before = owed(&mut world).await;
    let none = dollar_cover(&mut client, None, Some(before.clone())).await;
    assert_eq!(none, [135_000, 5_000, 0, 135_000, 0, 0]);

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/hedges/forward.toml");
    let registered = shown(&world, &["hedge", "register", file]).await;
    assert_eq!((&registered["hedge"], &registered["new"]), (&"FWD-2026-07".into(), &true.into()));
    assert_eq!(shown(&world, &["hedge", "register", file]).await["new"], false);

    // 100,000 stand against the 130,000 of July; 5,000 are late and nothing protects them.
    let cover = shown(&world, &["get", "currency-cover", "--within", "60"]).await;
    let rows: Vec<_> = cover["months"].as_array().unwrap().iter().collect();
    let row = |it: &serde_json::Value| {
        ["currency", "month", "receivable", "covered", "uncovered"]
            .map(|name| it[name].as_str().unwrap_or_default().to_owned())
    };
    let rows: Vec<_> = rows.into_iter().map(row).collect();
    assert_eq!(
        rows,
        [
            ["USD", "2026-06-01", "5000.00", "0.00", "5000.00"],
            ["USD", "2026-07-01", "130000.00", "100000.00", "30000.00"],
            ["USD", "total", "135000.00", "100000.00", "35000.00"],
        ]
    );
    assert_eq!(cover["maturing"][0]["hedge"], "FWD-2026-07", "{cover}");
    let soon = shown(&world, &["get", "currency-cover", "--within", "30"]).await;
    assert_eq!(soon["maturing"].as_array().unwrap().len(), 0, "{soon}");

    // A part is used for an invoice; the same again does nothing.
    let draw = ["hedge", "use", "FWD-2026-07", "U-1", "30000.00 USD", "--on", "2026-06-02"];
    let draw = [draw.as_slice(), &["--for", "C-1/F-1"]].concat();
    assert_eq!(shown(&world, &draw).await["new"], true);
    assert_eq!(shown(&world, &draw).await["new"], false);
    let covered = [135_000, 5_000, 70_000, 65_000, 0, 0];
    assert_eq!(dollar_cover(&mut client, None, None).await, covered);
    // As it was known before, and on the day before the use.
    let then = dollar_cover(&mut client, Some(known(before)), None).await;
    assert_eq!(then, [135_000, 5_000, 0, 135_000, 0, 0]);
    let on = AsOf { effective_date: Some(day("2026-06-01")), known_at: None };
    assert_eq!(dollar_cover(&mut client, Some(on), None).await[2], 100_000);

    let (code, reason, details) =
        told(&client.use_hedge(used("U-2", 70_001, "2026-06-02")).await.unwrap_err());
    assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "HEDGE_EXCEEDED"));
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(metadata["field"], "command.amount");
    assert_eq!(metadata["available"], "70000.00 USD");
    let early = client.use_hedge(used("U-2", 1, "2026-05-31")).await.unwrap_err();
    let (code, reason, details) = told(&early);
    assert_eq!((code, reason.as_str()), (Code::FailedPrecondition, "HEDGE_DAY"));
    assert_eq!(details.error_info().unwrap().metadata["field"], "command.use_date");

    let end = ["hedge", "end", "FWD-2026-07", "sold", "--on", "2026-06-02"];
    let ended = shown(&world, &[end.as_slice(), &["--reason", "no need"]].concat()).await;
    assert_eq!(ended["new"], true, "{ended}");
    assert_eq!(dollar_cover(&mut client, None, None).await[2], 0);
    let list = shown(&world, &["list", "hedges", "--currency", "USD"]).await;
    let [it] = list["hedges"].as_array().unwrap().as_slice() else { panic!("{list}") };
    assert_eq!((&it["state"], &it["outcome"]), (&"ended".into(), &"sold".into()));
    assert_eq!(it["left"]["amount"], "70000.00", "{it}");
    let in_force = shown(&world, &["list", "hedges", "--in-force"]).await;
    assert_eq!(in_force["hedges"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hedges_are_listed_once_page_by_page_those_that_mature_first_first() {
    let world = whole_world(2).await;
    let mut client = hedges(&world).await;
    for (id, matures) in [("A", "2026-09-30"), ("B", "2026-06-30"), ("C", "2026-12-31")] {
        let changed = client.register_hedge(forward(id, 1_000, matures)).await.unwrap();
        assert!(changed.into_inner().changed);
    }
    let mut option = forward("D", 500, "2026-08-31");
    let command = option.command.as_mut().unwrap();
    command.kind = HedgeKind::Option.into();
    command.quota = Some(api::Decimal { value: "0.5".into() });
    let order = proto::HedgedOrder { customer_id: "C-1".into(), order: "PO 9".into() };
    command.hedged = Some(proto::Hedged { orders: vec![order.clone()], ..Default::default() });
    client.register_hedge(option.clone()).await.unwrap();

    // Whatever the order, other content is refused, and what cannot be is, with its field.
    let mut other = option.clone();
    other.command.as_mut().unwrap().quota = None;
    let (code, reason, details) = told(&client.register_hedge(other).await.unwrap_err());
    assert_eq!((code, reason.as_str()), (Code::AlreadyExists, "HEDGE_CONFLICT"));
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(metadata["field"], "command.quota");
    assert_eq!((&*metadata["recorded"], &*metadata["stated"]), ("0.5", "none"));
    let mut broken = option;
    let command = broken.command.as_mut().unwrap();
    command.hedged.as_mut().unwrap().orders.push(proto::HedgedOrder::default());
    command.maturity_date = None;
    let (code, _, details) = told(&client.register_hedge(broken).await.unwrap_err());
    assert_eq!(code, Code::InvalidArgument);
    let fields = details.bad_request().unwrap().field_violations.iter();
    let fields: Vec<_> = fields.map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "command.maturity_date",
            "command.hedged.orders[1].customer_id",
            "command.hedged.orders[1].order",
        ]
    );

    let mut request =
        proto::ListHedgesRequest { tenant_id: TENANT.into(), page_size: 3, ..Default::default() };
    let first = client.list_hedges(request.clone()).await.unwrap().into_inner();
    let ids = |it: &proto::ListHedgesResponse| -> Vec<String> {
        it.hedges.iter().map(|it| it.hedge_id.clone()).collect()
    };
    assert_eq!((ids(&first), first.total_size), (vec!["B".into(), "D".into(), "A".into()], 4));
    let told_option = &first.hedges[1];
    assert_eq!(told_option.state(), State::Open);
    assert_eq!(told_option.protected_amount, Some(dollars(250)));
    assert_eq!(told_option.agreed.clone().unwrap().hedged.unwrap().orders, [order]);
    request.page_token.clone_from(&first.next_page_token);
    let second = client.list_hedges(request).await.unwrap().into_inner();
    assert_eq!((ids(&second), second.next_page_token.as_str()), (vec!["C".into()], ""));

    let options = shown(&world, &["list", "hedges", "--kind", "option"]).await;
    assert_eq!(options["hedges"][0]["for"], "order PO 9 of C-1", "{options}");
    let soon = shown(&world, &["list", "hedges", "--until", "2026-08-31"]).await;
    assert_eq!(soon["hedges"].as_array().unwrap().len(), 2);
    let lapsed = proto::EndHedgeRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::EndHedge {
            hedge_id: "Z".into(),
            outcome: HedgeOutcome::Lapsed.into(),
            end_date: Some(day("2026-06-01")),
            reason: String::new(),
        }),
        ..Default::default()
    };
    let (code, reason, _) = told(&client.end_hedge(lapsed).await.unwrap_err());
    assert_eq!((code, reason.as_str()), (Code::NotFound, "HEDGE_NOT_FOUND"));
}
