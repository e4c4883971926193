//! A day of the French gazette against a portfolio of the companies it names: every judgment that opens
//! a procedure makes a case and the right to declare the claim, whose last day is counted again here,
//! on the fingers.

use std::{collections::BTreeMap, fmt::Write as _, fs, io::Write as _, path::PathBuf};

use api::{
    collection::{
        CaseReason, ClaimDeclaration, GetClaimDeclarationRequest, ListCasesRequest,
        ListRightsRequest, Right, RightKind, collection_service_client::CollectionServiceClient,
        insolvency_service_client::InsolvencyServiceClient, right,
    },
    shared::AsOf,
};
use serde_json::{Value, json};
use tonic::transport::Channel;
use vigie::{import::CustomerBy, tenants::Roles};

use super::{PATIENCE, house::House};

/// The gazette, when the data folder beside the repository is there.
fn gazette() -> Option<PathBuf> {
    let file = "../../shared/data/accounting-fr/bodacc-procedures-collectives.json";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
    if path.is_file() {
        return Some(path);
    }
    let warning =
        format!("\n*** NOT TESTED on the gazette: {} is not there ***\n\n", path.display());
    std::io::stderr().write_all(warning.as_bytes()).expect("somewhere to complain");
    None
}

/// A judgment that opens a procedure.
#[derive(Debug, PartialEq)]
struct Opening {
    notice: String,
    last_day: (i32, i32, i32),
    /// In cents: what was invoiced before it.
    stake: i64,
}

/// Days of 2026 on which French courts are closed, but for the ends of weeks.
const CLOSED: [(i32, i32); 11] = [
    (1, 1),
    (4, 6),
    (5, 1),
    (5, 8),
    (5, 14),
    (5, 25),
    (7, 14),
    (8, 15),
    (11, 1),
    (11, 11),
    (12, 25),
];

const LENGTHS: [i32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Two months on, and on to the next day on which courts are open. Of 2026 alone.
fn last_day(published: &str) -> (i32, i32, i32) {
    let part =
        |at: usize| published.split('-').nth(at).expect("a date").parse::<i32>().expect("it");
    assert_eq!(part(0), 2026);
    let mut month = part(1) + 2;
    assert!(month <= 12);
    let length = |month: i32| LENGTHS[usize::try_from(month - 1).expect("a month")];
    let mut day = part(2).min(length(month));
    loop {
        let before: i32 = (1..month).map(length).sum();
        // The first of January 2026 is a Thursday: 0 is Monday.
        let weekday = (before + day - 1 + 3) % 7;
        if weekday < 5 && !CLOSED.contains(&(month, day)) {
            return (2026, month, day);
        }
        day += 1;
        if day > length(month) {
            (month, day) = (month + 1, 1);
        }
    }
}

#[test]
fn fingers_count_as_the_code_of_civil_procedure_does() {
    assert_eq!(last_day("2026-02-13"), (2026, 4, 13));
    // A Saturday, Easter Monday after a Sunday, Ascension, and the last day of a short month.
    assert_eq!(last_day("2026-01-28"), (2026, 3, 30));
    assert_eq!(last_day("2026-02-05"), (2026, 4, 7));
    assert_eq!(last_day("2026-03-14"), (2026, 5, 15));
    assert_eq!(last_day("2026-04-30"), (2026, 6, 30));
}

struct Portfolio {
    /// By customer.
    openings: BTreeMap<String, Opening>,
    companies: String,
    invoices: String,
}

/// Every company of the gazette owes an invoice from before, every third one from after its judgment too.
fn portfolio(gazette: &PathBuf) -> Portfolio {
    let records: Vec<Value> =
        serde_json::from_slice(&fs::read(gazette).expect("a file")).expect("records");
    let mut companies = "siren,customer_id\n".to_owned();
    let (mut invoices, mut openings) = (String::new(), BTreeMap::new());
    for (place, it) in records.iter().enumerate() {
        let siren = it["siren"].as_str().expect("a company");
        let customer = format!("C-{siren}");
        writeln!(companies, "{siren},{customer}").expect("room");
        let stake = 100_000 + i64::try_from(place).expect("few");
        let mut issue = |id: &str, on: &str, due: &str, cents: i64| {
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            let data = json!({"customer_id": customer, "invoice_id": id, "issue_date": on,
                "due_date": due, "gross": {"amount": amount, "currency": "EUR"}});
            let line = json!({"type": "dev.vigie.invoice.issued.v1", "date": on, "data": data});
            writeln!(invoices, "{line}").expect("room");
        };
        issue(&format!("F-{place}"), "2025-11-03", "2025-12-03", stake);
        if place % 3 == 0 {
            issue(&format!("F-{place}-after"), "2026-02-12", "2026-03-14", 7_700);
        }
        if it["jugement"]["famille"] == "Jugement d'ouverture" {
            let published = it["dateParution"].as_str().expect("a day");
            let notice = format!("BODACC-{published}-{}", it["numeroAnnonce"]);
            let opening = Opening { notice, last_day: last_day(published), stake };
            openings.insert(customer, opening);
        }
    }
    Portfolio { openings, companies, invoices }
}

struct Desk {
    client: CollectionServiceClient<Channel>,
    claims: InsolvencyServiceClient<Channel>,
    tenant: String,
}

impl Desk {
    async fn rights(&mut self, on: Option<api::Date>) -> Vec<Right> {
        let request = ListRightsRequest {
            tenant_id: self.tenant.clone(),
            as_of: Some(AsOf { effective_date: on, known_at: None }),
            page_size: 1_000,
            kinds: vec![RightKind::ClaimFiling.into()],
            with_lapsed: true,
            ..Default::default()
        };
        self.client.list_rights(request).await.expect("rights").into_inner().rights
    }

    async fn declaration(&mut self, customer: &str, notice: &str) -> ClaimDeclaration {
        let request = GetClaimDeclarationRequest {
            tenant_id: self.tenant.clone(),
            customer_id: customer.to_owned(),
            notice_id: notice.to_owned(),
            as_of: Some(AsOf {
                effective_date: Some(api::Date { year: 2026, month: 4, day: 1 }),
                known_at: None,
            }),
            ..Default::default()
        };
        let told = self.claims.get_claim_declaration(request).await.expect("a declaration");
        told.into_inner().declaration.expect("one")
    }

    /// What is collected because of a judgment, by customer: the notice, and the invoices.
    async fn cases(&mut self) -> BTreeMap<String, (String, Vec<String>)> {
        let request = ListCasesRequest {
            tenant_id: self.tenant.clone(),
            page_size: 1_000,
            reasons: vec![CaseReason::Insolvency.into()],
            ..Default::default()
        };
        let answer = self.client.list_cases(request).await.expect("cases").into_inner();
        assert!(answer.next_page_token.is_empty());
        let cases = answer.cases.into_iter().map(|it| {
            let invoices = it.claims.into_iter().map(|it| it.invoice_id).collect();
            (it.customer_id, (it.notice_id, invoices))
        });
        cases.collect()
    }
}

/// What rights say of the openings that are awaited.
fn found(
    rights: &[Right],
    openings: &BTreeMap<String, Opening>,
    state: right::State,
) -> BTreeMap<String, Opening> {
    let awaited = rights.iter().filter(|it| openings.contains_key(&it.customer_id));
    let found = awaited.map(|it| {
        assert_eq!(it.state(), state, "{it:?}");
        let Some(right::Subject::NoticeId(notice)) = &it.subject else { panic!("{it:?}") };
        let last = it.deadline_date.expect("a last day");
        let [at_stake] = it.stake_amounts.as_slice() else { panic!("{it:?}") };
        assert_eq!(at_stake.currency_code, "EUR");
        let opening = Opening {
            notice: notice.clone(),
            last_day: (last.year, last.month, last.day),
            stake: at_stake.units * 100 + i64::from(at_stake.nanos / 10_000_000),
        };
        (it.customer_id.clone(), opening)
    });
    found.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_opening_of_the_gazette_makes_a_case_and_a_claim_to_declare() {
    let Some(gazette) = gazette() else { return };
    let Some(house) = House::open("insolvent", 2, Roles::ALL).await else { return };
    let portfolio = portfolio(&gazette);
    assert_eq!(portfolio.openings.len(), 76);
    let dir = tempfile::tempdir().expect("a directory");
    let companies = dir.path().join("companies.csv");
    fs::write(&companies, &portfolio.companies).expect("room");
    let invoices = dir.path().join("invoices.jsonl");
    fs::write(&invoices, &portfolio.invoices).expect("room");
    assert_eq!(house.import_as(&invoices, None).await.refused(), 0);
    let report = house.import_as(&gazette, Some(CustomerBy { file: companies })).await;
    assert_eq!((report.rows, report.refused()), (179, 0));

    let client = CollectionServiceClient::new(house.channel().await);
    let claims = InsolvencyServiceClient::new(house.channel().await);
    let mut desk = Desk { client, claims, tenant: "insolvent".to_owned() };
    let openings = &portfolio.openings;
    let heard = async {
        while found(&desk.rights(None).await, openings, right::State::Runs).len() < openings.len()
            || desk.cases().await.len() < openings.len()
        {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, heard).await.expect("all of them");
    assert_eq!(found(&desk.rights(None).await, openings, right::State::Runs), *openings);
    let cases = desk.cases().await;
    for (customer, opening) in openings {
        let (notice, invoices) = &cases[customer];
        assert_eq!(notice, &opening.notice, "{customer}");
        // What came after the judgment is not collected with it.
        assert!(matches!(invoices.as_slice(), [one] if !one.ends_with("after")), "{invoices:?}");
    }
    for (customer, opening) in openings {
        // What was issued before is declared with its due date; what came after stands apart, and both
        // are what is open.
        let told = desk.declaration(customer, &opening.notice).await;
        let cents = |it: &Option<api::Money>| {
            let it = it.as_ref().expect("an amount");
            it.units * 100 + i64::from(it.nanos / 10_000_000)
        };
        let [line] = told.lines.as_slice() else { panic!("{customer}: {:?}", told.lines) };
        let [part] = line.parts.as_slice() else { panic!("{customer}: {:?}", line.parts) };
        assert_eq!((cents(&line.principal_amount), part.was_due), (opening.stake, true));
        assert_eq!(part.due_date, Some(api::Date { year: 2025, month: 12, day: 3 }));
        let [sum] = told.sums.as_slice() else { panic!("{customer}: {:?}", told.sums) };
        assert_eq!(cents(&sum.total_amount), opening.stake, "{customer}");
        let place: usize = line.invoice_id.trim_start_matches("F-").parse().expect("a place");
        let later: i64 = told.later_lines.iter().map(|it| cents(&it.open_amount)).sum();
        assert_eq!(later, if place.is_multiple_of(3) { 7_700 } else { 0 }, "{customer}");
        let last = told.deadline_date.expect("a last day");
        assert_eq!((last.year, last.month, last.day), opening.last_day);
    }
    // On the last day it can still be declared; on the day after it cannot.
    let (year, month, day) = last_day("2026-02-13");
    let on = |day| Some(api::Date { year, month, day });
    assert_eq!(found(&desk.rights(on(day)).await, openings, right::State::Runs), *openings);
    assert_eq!(found(&desk.rights(on(day + 1)).await, openings, right::State::Lapsed), *openings);
}
