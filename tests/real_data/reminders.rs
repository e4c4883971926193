//! Rules for reminding, tried on histories that companies wrote: every reminder a back-test finds is
//! found again here, by the plainest reading of the rules and of the journals. Nothing below asks
//! dunning for anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use api::dunning::{BacktestPolicyRequest, backtest_service_client::BacktestServiceClient};
use chrono::{Days, NaiveDate};
use dunning::backtest::{Change, Comparison, Did, Minutes};
use events::Context;
use indicatif::ProgressBar;
use journal::{Heads, Journal};
use rust_decimal::Decimal;
use serde_json::Value;
use vigie::backtest::{self, Against, Asked, Tried, as_json, as_text};

use super::{house::House, ledger, rows};

/// A step of a ladder, as the file says it.
struct Step {
    offset: u64,
    gap: u64,
    grace: Option<u64>,
}

/// A policy of one ladder for everybody, whose every step goes out by itself.
struct Rules {
    file: &'static str,
    between_contacts: u64,
    wait_for_cash: u64,
    least: &'static str,
    steps: &'static [Step],
    given_up_after: u64,
}

const GENTLE: Rules = Rules {
    file: "gentle.toml",
    between_contacts: 10,
    wait_for_cash: 5,
    least: "0.01",
    steps: &[
        Step { offset: 7, gap: 0, grace: None },
        Step { offset: 21, gap: 14, grace: None },
        Step { offset: 45, gap: 14, grace: Some(8) },
    ],
    given_up_after: 30,
};

const STRICT: Rules = Rules {
    file: "strict.toml",
    between_contacts: 3,
    wait_for_cash: 0,
    least: "60.00",
    steps: &[
        Step { offset: 1, gap: 0, grace: None },
        Step { offset: 5, gap: 4, grace: None },
        Step { offset: 10, gap: 4, grace: Some(5) },
        Step { offset: 20, gap: 5, grace: Some(8) },
    ],
    given_up_after: 10,
};

/// An invoice, as it stands on a day.
#[derive(Debug)]
struct Item {
    due: NaiveDate,
    open: Decimal,
    disputed: Decimal,
    level: usize,
    named: Option<NaiveDate>,
    grace_ends: Option<NaiveDate>,
    given_up: bool,
}

/// A customer, as it stands on a day.
#[derive(Debug, Default)]
struct Debtor {
    items: BTreeMap<String, Item>,
    /// Which invoice a dispute is about.
    disputes: BTreeMap<String, String>,
    /// What is left of payments, and their value dates.
    cash: BTreeMap<String, (Decimal, NaiveDate)>,
    contacted: Option<NaiveDate>,
}

/// Who was told what, when: the invoices of a message with their levels.
#[derive(Debug, Default, PartialEq, Eq)]
struct Done {
    sent: BTreeSet<(String, NaiveDate, String, usize)>,
    given_up: BTreeSet<(String, NaiveDate, String)>,
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).expect("a day of our era")
}

impl Debtor {
    fn hear(&mut self, kind: &str, fact: &Value) {
        let text = |field: &str| fact[field].as_str().expect("a text").to_owned();
        let day = |field: &str| text(field).parse::<NaiveDate>().expect("a day");
        let amount = |field: &str| {
            let text = text(field);
            let (number, _) = text.split_once(' ').expect("a currency");
            number.parse::<Decimal>().expect("a number")
        };
        match kind {
            "CustomerRegistered" => {}
            "InvoiceIssued" => {
                let item = Item {
                    due: day("due_on"),
                    open: amount("gross"),
                    disputed: Decimal::ZERO,
                    level: 0,
                    named: None,
                    grace_ends: None,
                    given_up: false,
                };
                self.items.insert(text("invoice"), item);
            }
            "DisputeOpened" => {
                self.disputes.insert(text("dispute"), text("invoice"));
                let disputed = amount("amount");
                self.items.get_mut(&text("invoice")).expect("an invoice").disputed = disputed;
            }
            "DisputeResolved" => {
                let invoice = &self.disputes[&text("dispute")];
                self.items.get_mut(invoice).expect("an invoice").disputed = Decimal::ZERO;
            }
            "PaymentReceived" => {
                self.cash.insert(text("payment"), (amount("amount"), day("value_date")));
            }
            "Allocated" => {
                let payment = fact["source"]["payment"].as_str().expect("a payment").to_owned();
                self.cash.get_mut(&payment).expect("a payment").0 -= amount("amount");
                self.items.get_mut(&text("invoice")).expect("an invoice").open -= amount("amount");
            }
            other => panic!("no history of ours says {other}"),
        }
    }

    /// What the rules say on a business day, by what is known.
    fn look(&mut self, name: &str, today: NaiveDate, rules: &Rules, done: &mut Done) {
        // Most owe nothing on most days.
        if self.items.values().all(|it| it.open <= it.disputed || it.given_up) {
            return;
        }
        let left = self.cash.values().filter(|(left, _)| *left > Decimal::ZERO);
        let latest = left.clone().map(|(_, since)| *since).max();
        let waits =
            latest.is_some_and(|since| since <= today && today < later(since, rules.wait_for_cash));
        if waits {
            return;
        }
        let credit: Decimal = left.map(|(left, _)| *left).sum();
        let last = rules.steps.len();
        let grace_over = |it: &Item| it.grace_ends.is_none_or(|ends| ends < today);
        let asked = |it: &Item| it.open > it.disputed && !it.given_up;
        for (id, it) in &mut self.items {
            let silent = it.named.is_some_and(|on| later(on, rules.given_up_after) <= today);
            if asked(it) && it.level == last && silent && grace_over(it) {
                it.given_up = true;
                done.given_up.insert((name.to_owned(), today, id.clone()));
            }
        }
        if self.contacted.is_some_and(|on| today < later(on, rules.between_contacts)) {
            return;
        }
        let climbs = |it: &Item| {
            rules.steps.get(it.level).is_some_and(|step| {
                later(it.due, step.offset) <= today
                    && it.named.is_none_or(|on| later(on, step.gap) <= today)
                    && grace_over(it)
            })
        };
        // What is not named does not make the rest worth a message.
        let named = self.items.values().filter(|it| asked(it) && (climbs(it) || it.level > 0));
        let sum: Decimal = named.map(|it| it.open - it.disputed).sum();
        let enough = sum - credit >= rules.least.parse().expect("a number");
        if !enough || !self.items.values().any(|it| asked(it) && climbs(it)) {
            return;
        }
        let mut highest = 0;
        let mut named = Vec::new();
        for (id, it) in self.items.iter_mut().filter(|(_, it)| asked(it)) {
            if climbs(it) {
                it.level += 1;
            }
            if it.level > 0 {
                highest = highest.max(it.level);
                named.push(id.clone());
            }
        }
        let grace = rules.steps[highest - 1].grace.map(|days| later(today, days));
        for id in named {
            let it = self.items.get_mut(&id).expect("an invoice");
            it.named = Some(today);
            it.grace_ends = it.grace_ends.max(grace);
            done.sent.insert((name.to_owned(), today, id, it.level));
        }
        self.contacted = Some(today);
    }
}

/// Lives through a journal, read as plain JSON: each morning everybody is looked at, and whoever an
/// entry speaks of after it.
async fn plainly(journal: &Journal, rules: &Rules, done: &mut Done) {
    let last = journal.last().await.expect("the last entry");
    let mut reader = journal.read(Heads::new()).await.expect("a reader");
    let mut debtors = BTreeMap::<String, Debtor>::new();
    let mut today = None;
    while reader.position() < last {
        let record = reader.next().await.expect("an entry");
        let entry: Value = serde_json::from_slice(&record.body).expect("JSON");
        let mut spoken_of = BTreeSet::new();
        for decision in entry["decisions"].as_array().expect("decisions") {
            for event in decision["events"].as_array().expect("events") {
                let event = event.as_object().and_then(|it| it.iter().next());
                let (kind, fact) = event.expect("a kind and a fact");
                if kind == "DayOpened" {
                    let day = fact["date"].as_str().and_then(|it| it.parse().ok());
                    today = Some(day.expect("a day"));
                    spoken_of.extend(debtors.keys().cloned());
                } else if let Some(customer) = decision["customer"].as_str() {
                    debtors.entry(customer.to_owned()).or_default().hear(kind, fact);
                    spoken_of.insert(customer.to_owned());
                }
            }
        }
        let Some(today) = today else { continue };
        for name in spoken_of {
            debtors.get_mut(&name).expect("it was spoken of").look(&name, today, rules, done);
        }
    }
}

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("real_data/policies")
}

/// What a trial did beside nobody being reminded: all of it was added.
fn tried(comparison: &Comparison) -> Done {
    let mut done = Done::default();
    for (customer, changes) in &comparison.changes {
        for it in changes {
            let Change::Added(it) = it else { panic!("{customer}: {it:?}") };
            let (name, invoice) = (customer.to_string(), it.invoice.as_ref());
            let invoice = invoice.map(ToString::to_string);
            match it.did {
                Did::Sent => {
                    let invoice = invoice.expect("an invoice");
                    done.sent.insert((name, it.on, invoice, it.level.into()));
                }
                Did::Exhausted => {
                    done.given_up.insert((name, it.on, invoice.expect("an invoice")));
                }
                Did::SupplyBlock => {}
                Did::Planned | Did::Withdrawn | Did::Regretted | Did::Upheld => {
                    panic!("{customer}: {it:?}")
                }
            }
        }
    }
    done
}

impl Done {
    /// Messages by their highest level.
    fn reminders(&self) -> BTreeMap<u8, u64> {
        let mut highest = BTreeMap::<_, usize>::new();
        for (name, on, _, level) in &self.sent {
            let known = highest.entry((name, on)).or_default();
            *known = (*known).max(*level);
        }
        let mut counts = BTreeMap::new();
        for level in highest.into_values() {
            *counts.entry(u8::try_from(level).expect("a level")).or_default() += 1;
        }
        counts
    }
}

async fn try_on(house: &House, rules: &Rules, against: Against) -> Tried {
    let policy = backtest::policy_of(&policies().join(rules.file)).expect("rules");
    let asked = Asked { policy, against, from: None, to: None, customer: None, agreed: false };
    let bar = ProgressBar::hidden();
    backtest::run(&house.journals(), &Arc::new(asked), &bar).await.expect("a trial")
}

async fn found_again(name: &str, partitions: u32, least: usize) {
    let Some(path) = rows::find(&format!("{name}.csv")) else { return };
    let roles = ledger().with(Context::Dunning);
    let Some(house) = House::open("reminded", partitions, roles).await else { return };
    let report = house.import(&path, &format!("{name}.toml")).await;
    assert_eq!(report.refused(), 0);
    let mut both = Vec::new();
    for rules in [GENTLE, STRICT] {
        let trial = try_on(&house, &rules, Against::Nobody).await;
        let mut expected = Done::default();
        for (_, journal) in house.journals() {
            plainly(&journal, &rules, &mut expected).await;
        }
        let found = tried(&trial.comparison);
        let missing: Vec<_> = expected.sent.difference(&found.sent).take(5).collect();
        let excess: Vec<_> = found.sent.difference(&expected.sent).take(5).collect();
        assert!(missing.is_empty() && excess.is_empty(), "not {missing:?} but {excess:?}");
        assert_eq!(found.given_up, expected.given_up, "{}", rules.file);
        assert!(expected.sent.len() > least, "{} named", expected.sent.len());
        let figures = &trial.comparison.new;
        assert_eq!(figures.reminders, expected.reminders());
        assert_eq!(figures.exhausted, u64::try_from(expected.given_up.len()).expect("a number"));
        both.push((rules.file, figures.clone(), expected));
    }
    tell(name, &both);
    the_same_over_grpc(&house, least).await;
}

/// The gentle rules against the strict ones, as whoever calls is answered.
async fn the_same_over_grpc(house: &House, least: usize) {
    let gentle = backtest::policy_of(&policies().join(GENTLE.file)).expect("rules");
    let tried = try_on(house, &STRICT, Against::Policy(Box::new(gentle.clone()))).await;
    let strict = backtest::policy_of(&policies().join(STRICT.file)).expect("rules");
    let json = |it: &dunning::Policy| serde_json::to_string(it.rules()).expect("JSON");
    let request = BacktestPolicyRequest {
        tenant_id: "reminded".to_owned(),
        policy_json: json(&strict),
        against_json: json(&gentle),
        difference_count: 7,
        call_minutes: 10,
        ..BacktestPolicyRequest::default()
    };
    let mut client = BacktestServiceClient::new(house.channel().await);
    let answer = client.backtest_policy(request).await.expect("an answer").into_inner();
    let [old, new] = [answer.old_figures, answer.new_figures].map(|it| it.expect("figures"));
    let all: usize = tried.comparison.changes.values().map(Vec::len).sum();
    let minutes = tried.comparison.new.minutes(Minutes { call: 10, approval: 0 });
    assert_eq!((old.version.as_str(), new.version.as_str()), ("gentle", "strict"));
    assert_eq!(u64::try_from(old.contacts), Ok(tried.comparison.old.contacts()));
    assert_eq!(u64::try_from(new.contacts), Ok(tried.comparison.new.contacts()));
    assert_eq!(u64::try_from(new.minutes), Ok(minutes));
    assert_eq!(answer.differences.len(), 7);
    assert_eq!(usize::try_from(answer.omitted_count), Ok(all - 7));
    assert!(all > least, "{all} differences");
    assert_eq!(answer.unknowns.len(), 4);

    // As the command line writes it.
    let minutes = Minutes { call: 10, approval: 2 };
    let text = as_text(&"reminded".parse().expect("a tenant"), &tried, minutes, 7);
    assert!(text.starts_with("reminded: gentle -> strict on "), "{text}");
    assert!(text.contains(&format!("and {} more differences", all - 7)), "{text}");
    let json = as_json(&tried, minutes);
    assert_eq!(json["new"]["contacts"], tried.comparison.new.contacts());
    let listed = json["customers"].as_array().expect("customers").iter();
    let listed = listed.map(|it| it["changes"].as_array().expect("changes").len());
    assert_eq!(listed.sum::<usize>(), all);
}

fn tell(name: &str, both: &[(&str, dunning::backtest::Figures, Done)]) {
    let mut out = std::io::stdout();
    for (file, figures, done) in both {
        let line = format!(
            "{name}, {file}: {} contacts, by level {:?}; {} namings, {} given up\n",
            figures.contacts(),
            figures.reminders,
            done.sent.len(),
            done.given_up.len()
        );
        out.write_all(line.as_bytes()).expect("somewhere to tell it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_of_the_late_payment_histories_are_found_again() {
    found_again("ibm-late-payment-histories", 1, 100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_of_the_supplier_invoices_are_found_again() {
    found_again("udyam-supplier-invoices", 2, 1_000).await;
}
