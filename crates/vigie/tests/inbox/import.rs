//! Files become facts.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use tempfile::TempDir;
use vigie::{
    ask::line::LineError,
    config::Flags,
    import::{CustomerBy, Format, Import, ImportError, Report},
};

use crate::support::{House, ISSUED, acme, invoice, none, plain};

const MAPPING: &str = r#"
[file]
currency = "EUR"

[ids]
customer = "{customer}"
invoice = "{number}"
payment = "P-{number}"

[dates]
issued = { column = "date", format = "YYYY-MM-DD" }
paid = { column = "paid", format = "YYYY-MM-DD" }

[amounts]
gross = { column = "total" }

[[message]]
type = "dev.vigie.invoice.issued.v1"
date = "{issued}"

[message.data]
customer_id = "{customer}"
invoice_id = "{invoice}"
issue_date = "{issued}"
gross = "{gross}"
order = "{?order}"

[[message]]
type = "dev.vigie.payment.received.v1"
date = "{paid}"
when = [{ column = "paid", empty = false }]

[message.data]
customer_id = "{customer}"
payment_id = "{payment}"
amount = "{gross}"
value_date = "{paid}"
method = "transfer"
designations = [{ invoice_id = "{invoice}" }]
"#;

struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("mapping.toml"), MAPPING).unwrap();
        Self { dir }
    }

    fn file(&self, name: &str, rows: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, format!("customer,number,date,paid,total,order\n{rows}")).unwrap();
        path
    }

    fn import(&self, file: &Path) -> Import {
        Import {
            files: vec![file.to_owned()],
            mapping: vec![self.dir.path().join("mapping.toml")],
            format: None,
            customer_by: None,
            tenant: acme(),
            dry_run: false,
            days: false,
            refused: Some(self.dir.path().join("refused.csv")),
            batch: 7,
            flags: Flags::default(),
        }
    }

    fn refused(&self) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_path(self.dir.path().join("refused.csv")).unwrap();
        let rows = reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect());
        rows.collect()
    }
}

async fn run(import: &Import, house: &House) -> Report {
    import.run(Some(house.client.clone())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_once_however_often_it_is_imported() {
    let Some(house) = House::open().await else { return };
    let desk = Desk::new();
    let mut rows = String::new();
    for n in 0..1_000 {
        let (customer, day) = (n % 50, n % 28 + 1);
        writeln!(rows, "C-{customer},F-{n},2026-05-{day:02},2026-06-{day:02},10.00,").unwrap();
    }
    let file = desk.file("invoices.csv", &rows);
    let import = desk.import(&file);
    let first = run(&import, &house).await;
    assert_eq!((first.rows, first.taken, first.known, first.refused()), (1_000, 2_000, 0, 0));
    let entries = house.entries().await;
    let second = run(&import, &house).await;
    assert_eq!((second.rows, second.taken, second.known), (1_000, 0, 2_000));
    assert_eq!(house.entries().await, entries, "nothing was added");
    assert!(second.to_string().contains("nothing was added"), "{second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_by_row_and_the_rest_is_taken() {
    let Some(house) = House::open().await else { return };
    house.ask(none(), plain(ISSUED, &invoice("F-9").replace("C-1", "C-9"))).await;
    let desk = Desk::new();
    let file = desk.file(
        "invoices.csv",
        "C-1,F-1,2026-05-01,,10.00,\nC-1,F-2,2026-05-01,,10.001,\n\
         C-9,F-9,2026-05-01,,10.00,\nC-1,F-4,2026-05-32,,10.00,\nC-1,F-5,2026-05-01,,-1.00,\n\
         C-1,F-6,2026-05-01,,10.00,\n",
    );
    let report = run(&desk.import(&file), &house).await;
    assert_eq!((report.rows, report.taken, report.refused()), (6, 2, 4), "{report}");
    let refused = desk.refused();
    let told: Vec<_> = refused.iter().map(|it| (it[1].as_str(), it[3].as_str())).collect();
    let mut told = told;
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("3", "UNREADABLE_ROW"),
            ("4", "INVOICE_NUMBER_CONFLICT"),
            ("5", "UNREADABLE_ROW"),
            ("6", "INVALID_FIELD"),
        ]
    );
    let text = report.to_string();
    assert!(text.contains("row 4: ") && text.contains("refused.csv"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_above_the_limit_are_taken_and_counted() {
    let Some(house) = House::open().await else { return };
    let rules = r#"{"terms":"90 days","match_references":true,"match_amounts":true,
        "subset_items_max":12,"waterfall":"oldest_due","promise_tolerance_days":3,
        "instalment_tolerance_days":3,"terms_law":{"jurisdiction":"FR"}}"#;
    let adopted = house.ask(none(), plain("dev.vigie.policy.adopted.v1", rules)).await;
    assert_eq!(adopted.changed(), [true]);
    let desk = Desk::new();
    let rows = "C-1,F-1,2026-05-01,,10.00,\nC-1,F-2,2008-05-01,,10.00,\n";
    let import = desk.import(&desk.file("invoices.csv", rows));
    let report = run(&import, &house).await;
    // Of a day whose limits are not known nobody is warned.
    assert_eq!((report.taken, report.warned, report.refused()), (2, 1, 0), "{report}");
    let text = report.to_string();
    assert!(text.contains("with terms above the legal limit: 1"), "{text}");
    assert!(text.contains("row 2: terms 90 days fall due on 2026-07-30"), "{text}");
    assert_eq!(run(&import, &house).await.warned, 0, "what was known is not warned about again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_is_wrong_and_stores_nothing() {
    let Some(house) = House::open().await else { return };
    let desk = Desk::new();
    let file = desk.file(
        "invoices.csv",
        "C-1,F-1,2026-05-01,,10.00,\nC-1,F-2,2026-05-01,,0.00,\nC-1,F-3,2199-13-01,,10.00,\n",
    );
    let import = Import { dry_run: true, ..desk.import(&file) };
    let report = run(&import, &house).await;
    assert_eq!(
        (report.rows, report.checked, report.taken, report.refused()),
        (3, 1, 0, 2),
        "{report}"
    );
    assert_eq!(house.entries().await.0, 0);
    // It needs no server at all.
    assert_eq!(import.run(None).await.unwrap().refused(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_taken_day_by_day_with_the_business_days_in_between() {
    let Some(house) = House::open().await else { return };
    let desk = Desk::new();
    // 1 May 2026 is a holiday, 2 and 3 May a week-end.
    let file = desk.file(
        "history.csv",
        "C-1,F-2,2026-05-06,2026-05-08,20.00,\nC-1,F-1,2026-04-30,2026-05-05,10.00,\n",
    );
    let import = Import { days: true, ..desk.import(&file) };
    let report = run(&import, &house).await;
    assert_eq!((report.taken, report.refused(), report.days_opened), (4, 0, 6), "{report}");
    let tenant = house.process().acme();
    let (_, host) = tenant.invoicing(&"C-1".parse().unwrap()).unwrap();
    let today = host.read(|books| books.today).unwrap();
    assert_eq!(today, NaiveDate::from_ymd_opt(2026, 5, 8).unwrap());
    let again = run(&import, &house).await;
    assert_eq!((again.taken, again.known, again.days_opened), (0, 4, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_for_a_tenant_that_does_not_exist_says_so() {
    let Some(house) = House::open().await else { return };
    let desk = Desk::new();
    let file = desk.file("invoices.csv", "C-1,F-1,2026-05-01,,10.00,\n");
    let import = Import { tenant: "nobody".parse().unwrap(), ..desk.import(&file) };
    let error = import.run(Some(house.client.clone())).await.unwrap_err();
    assert!(matches!(error, ImportError::Line(LineError::Nobody { .. })), "{error}");
    assert!(error.to_string().contains("does the tenant exist"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_when_the_server_comes_back() {
    let Some(mut house) = House::open().await else { return };
    let desk = Desk::new();
    let mut rows = String::new();
    for n in 0..20_000 {
        writeln!(rows, "C-{},F-{n},2026-05-01,,10.00,", n % 500).unwrap();
    }
    let file = desk.file("invoices.csv", &rows);
    let import = Import { batch: 100, ..desk.import(&file) };
    let client = house.client.clone();
    let importing = tokio::spawn(async move { import.run(Some(client)).await.unwrap() });
    while house.entries().await.0 < 5 {
        tokio::task::yield_now().await;
    }
    house.server.kill().await.unwrap();
    house.server.restart().await.unwrap();
    let report = importing.await.unwrap();
    // What was taken and whose answer was lost is known when it is sent again.
    assert_eq!((report.taken + report.known, report.refused()), (20_000, 0), "{report}");
    house.client = async_nats::connect(house.server.url()).await.unwrap();
    let again = run(&desk.import(&file), &house).await;
    assert_eq!((again.taken, again.known), (0, 20_000), "{again}");
}

#[tokio::test]
async fn a_file_or_a_mapping_that_cannot_be_used_is_named() {
    let desk = Desk::new();
    let file = desk.file("invoices.csv", "");
    let dry = |import: Import| Import { dry_run: true, refused: None, ..import };
    let missing = dry(desk.import(&desk.dir.path().join("missing.csv")));
    assert!(missing.run(None).await.unwrap_err().to_string().contains("missing.csv"));
    let mapping = desk.dir.path().join("other.toml");
    std::fs::write(&mapping, MAPPING.replace("invoice.issued", "invoice.painted")).unwrap();
    let strange = Import { mapping: vec![mapping], ..dry(desk.import(&file)) };
    let error = strange.run(None).await.unwrap_err().to_string();
    assert!(error.contains("dev.vigie.invoice.painted.v1"), "{error}");
    let two = Import { mapping: vec![file.clone(), file.clone()], ..dry(desk.import(&file)) };
    assert!(two.run(None).await.is_err());
}

/// Records of the gazette, as the open-data service's copies have them.
const GAZETTE: &str = r#"[
  {"numeroAnnonce": 17, "dateParution": "2026-05-12", "tribunal": "Tribunal de Commerce de Lyon",
   "familleAvis": "Procédures collectives", "siren": "552100554",
   "jugement": {"famille": "Jugement d'ouverture", "date": "2026-05-04",
                "nature": "Jugement d'ouverture de liquidation judiciaire"}},
  {"numeroAnnonce": 18, "dateParution": "2026-05-12", "siren": "404833048",
   "jugement": {"famille": "Jugement d'ouverture", "date": "2026-05-04",
                "nature": "Jugement d'ouverture d'une procédure de sauvegarde"}},
  {"numeroAnnonce": 19, "dateParution": "12/05/2026", "siren": "404833048"}
]"#;

#[tokio::test(flavor = "multi_thread")]
async fn announcements_find_their_customers_and_those_of_nobody_are_listed() {
    let Some(house) = House::open().await else { return };
    let desk = Desk::new();
    let path = |name: &str| desk.dir.path().join(name);
    std::fs::write(path("gazette.json"), GAZETTE).unwrap();
    // One company is two customers.
    let known = "customer_id,siren\nC-1,552 100 554\nC-2,552100554\n";
    std::fs::write(path("companies.csv"), known).unwrap();
    let import = Import {
        mapping: Vec::new(),
        format: Some(Format::Bodacc),
        customer_by: Some(CustomerBy { file: path("companies.csv") }),
        ..desk.import(&path("gazette.json"))
    };
    let report = run(&import, &house).await;
    let counts = (report.rows, report.taken, report.unmatched, report.refused());
    assert_eq!(counts, (3, 2, 1, 1), "{report}");
    assert!(report.to_string().contains("row 2: 404833048"), "{report}");
    let listed: Vec<_> =
        desk.refused().into_iter().map(|it| (it[1].clone(), it[3].clone())).collect();
    assert!(listed.contains(&("2".to_owned(), "NO_CUSTOMER".to_owned())), "{listed:?}");
    assert!(listed.contains(&("3".to_owned(), "UNREADABLE_ROW".to_owned())), "{listed:?}");
    let again = run(&import, &house).await;
    assert_eq!((again.taken, again.known), (0, 2), "{again}");
    let part = house.process().acme().parts[0].clone();
    let gravest = part.risk.unwrap().read(|books| {
        let state = books.customer(&"C-2".parse().unwrap()).unwrap().state.clone();
        state.notice_on(events::date::parse("2026-05-12").unwrap()).map(|it| it.kind)
    });
    assert_eq!(gravest.unwrap(), Some(events::risk::NoticeKind::Liquidation));
    let blind = Import { customer_by: None, dry_run: true, ..import };
    assert!(matches!(blind.run(None).await, Err(ImportError::CustomerBy)));
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_go_to_the_context_their_type_asks() {
    let Some(house) = House::open().await else { return };
    let desk = Desk::new();
    let file = desk.dir.path().join("facts.jsonl");
    let opinion = |points: i32| {
        format!(
            r#"{{"type":"dev.vigie.opinion.given.v1","data":{{"customer_id":"C-1","opinion_id":"O-1","points":{points},"author":"sales-3","reason":"visit","opinion_date":"2026-05-01","valid_until":"2026-12-31"}}}}"#
        )
    };
    let issued = format!(r#"{{"type":"{ISSUED}","data":{}}}"#, invoice("F-1"));
    let strange = r#"{"type":"dev.vigie.opinion.shouted.v1","data":{}}"#;
    let lines = [opinion(-20), issued, strange.to_owned(), opinion(-20), opinion(99)].join("\n");
    std::fs::write(&file, lines).unwrap();
    let import = Import { mapping: Vec::new(), ..desk.import(&file) };
    let report = run(&import, &house).await;
    let counts = (report.rows, report.taken, report.known, report.refused());
    assert_eq!(counts, (5, 2, 1, 2), "{report}");
    let told: Vec<_> = desk.refused().into_iter().map(|it| it[3].clone()).collect();
    assert_eq!(told, ["UNREADABLE_ROW", "OPINION_CONFLICT"]);
    let days = Import { days: true, ..import };
    assert_eq!(run(&days, &house).await.refused(), 5, "no line says on which day");
}

#[tokio::test]
async fn a_portfolio_that_was_reviewed_in_a_spreadsheet_is_in_the_form_of_risk() {
    let desk = Desk::new();
    let file = desk.dir.path().join("review.csv");
    let rows = "customer;agency;scale;rating;rated;received;points;reason;given;until\n\
        C-1;Altares;altares;63;31/12/2025;04/01/2026;-10;lost a contract;04/01/2026;30/06/2026\n\
        C-2;Altares;altares;70;31/12/2025;04/01/2025;;;;\n";
    std::fs::write(&file, rows).unwrap();
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/mappings/ratings.toml");
    let import = Import { dry_run: true, mapping: vec![mapping.into()], ..desk.import(&file) };
    let report = import.run(None).await.unwrap();
    assert_eq!((report.rows, report.checked, report.refused()), (2, 2, 1), "{report}");
    assert_eq!(desk.refused()[0][4], "receive_date", "a rating is not known before it is given");
}
