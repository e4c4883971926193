//! Files that companies wrote, imported the way a user does it, on a real server: every figure that
//! is answered over gRPC must be the one that plain arithmetic finds in the file.

mod compare;
mod facts;
mod figures;
mod house;
mod insolvencies;
mod questions;
mod reminders;
mod rows;
mod scores;

use std::{path::PathBuf, time::Duration};

use api::{
    invoicing::{GetAccountResponse, GetAgedBalanceResponse},
    shared::Position,
};
use chrono::NaiveDate;
use events::Context;
use vigie::{import::Report, tenants::Roles};

use compare::Comparison;
use house::House;
use questions::{Answers, Questions, end_of, known_at};
use rows::Book;

/// The past is read from the start of the journal, by a program that was not optimized.
const PATIENCE: Duration = Duration::from_mins(2);

/// A file, and what is asked about it.
struct Case {
    /// The file, and its mapping but for the end of the name.
    name: &'static str,
    read: fn(&PathBuf) -> Book,
    partitions: u32,
    /// Days spread over the history, at whose ends everything is compared.
    days: [&'static str; 5],
    /// How long the periods of indicators are.
    period_days: i32,
}

#[tokio::test(flavor = "multi_thread")]
async fn late_payment_histories() {
    let case = Case {
        name: "ibm-late-payment-histories",
        read: rows::late_payment_histories,
        partitions: 1,
        // The second is a Sunday, the last a day on which something is open.
        days: ["2012-03-31", "2012-09-30", "2013-02-28", "2013-06-15", "2013-12-24"],
        period_days: 90,
    };
    case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn supplier_invoices() {
    let case = Case {
        name: "udyam-supplier-invoices",
        read: rows::supplier_invoices,
        partitions: 4,
        days: ["2011-12-31", "2013-06-30", "2014-10-15", "2016-02-29", "2017-07-31"],
        period_days: 365,
    };
    case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn open_items() {
    let case = Case {
        name: "highradius-open-items",
        read: rows::open_items,
        partitions: 1,
        // The last is to come, and everything is overdue.
        days: ["2020-03-01", "2020-03-15", "2020-04-30", "2020-05-22", "2020-07-11"],
        period_days: 30,
    };
    case.holds().await;
}

/// Every customer of a real ledger is scored, and what each reason is worth adds up.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_scored() {
    let Some(path) = rows::find("highradius-open-items.csv") else { return };
    let Some(house) = House::open("scored", 2, Roles::ALL).await else { return };
    let report = house.import(&path, "highradius-open-items.toml").await;
    assert_eq!(report.refused(), 0);
    let book = rows::open_items(&path);
    let mut questions = house.questions().await;
    let customers = questions.scored().await;
    assert_eq!(customers.len(), book.customers().len());
    for customer in customers.iter().step_by(40) {
        let score = questions.score(customer).await;
        let reasons: i32 = score.reasons.iter().map(|it| it.points).sum();
        assert_eq!(score.base_points + reasons, score.points, "{customer}: {score:?}");
        assert!(score.reasons.iter().all(|it| it.sequence.is_some()), "{customer}: {score:?}");
    }
}

/// What was answered while facts were being recorded.
struct Live {
    customer: String,
    aged: GetAgedBalanceResponse,
    account: GetAccountResponse,
}

/// Days and receivables: what comes after them in the journal has tests of its own.
fn ledger() -> Roles {
    Roles::default().with(Context::Clock).with(Context::Invoicing)
}

impl Case {
    async fn holds(&self) {
        let Some(path) = rows::find(&format!("{}.csv", self.name)) else { return };
        let Some(mut house) = House::open("real", self.partitions, ledger()).await else { return };
        let mapping = format!("{}.toml", self.name);
        let book = (self.read)(&path);
        let days = book.days();
        let (first, last) = (days[0], days[days.len() - 1]);

        // As it is asked while it happens.
        let observer = tokio::spawn(observe(house.questions().await, watched(&book)));
        let report = house.import(&path, &mapping).await;
        let live = observer.await.expect("three answers");
        assert_eq!((report.rows, report.refused()), (book.rows, 0));

        // As the file has it.
        let answers = self.answers(&house, last).await;
        let mut comparison = Comparison::default();
        for (on, answers) in &answers {
            comparison.day(&book, *on, self.period_days, answers);
        }
        names(&house, &book, last, &mut comparison).await;

        // As it was known.
        let mut questions = house.questions().await;
        for live in &live {
            live.is_still_known(&mut questions, &answers[0].1.position).await;
        }

        // As it is written, fact by fact.
        let said = house.said().await;
        assert_eq!(said.facts, facts::expected(&book));
        assert_eq!(said.days, facts::business_days(first, last));
        house.knows_what_the_journals_say().await;

        // The same again.
        let again = house.import(&path, &mapping).await;
        assert_eq!((again.rows, again.refused()), (book.rows, 0));
        assert_eq!((again.taken, again.days_opened), (0, 0));
        assert_eq!(again.known, report.taken + report.known);
        assert_eq!(self.answers(&house, last).await, answers, "after a second import");
        names(&house, &book, last, &mut Comparison::default()).await;

        // After an end, and after a worse one.
        house.restart().await;
        assert_eq!(self.answers(&house, last).await, answers, "after a restart");
        house.knows_what_the_journals_say().await;
        house.crash().await;
        assert_eq!(self.answers(&house, last).await, answers, "read from the first entry");
        names(&house, &book, last, &mut Comparison::default()).await;
        self.tell(&book, &report, &comparison);
    }

    #[expect(clippy::print_stdout, reason = "for those who ask with --nocapture")]
    fn tell(&self, book: &Book, report: &Report, comparison: &Comparison) {
        println!(
            "{}: {} rows, {} customers, {} facts on {} days, imported in {:?}; {} figures equal",
            self.name,
            book.rows,
            book.customers().len(),
            report.taken,
            report.days_opened,
            report.took,
            comparison.figures,
        );
    }

    /// All that is answered about the days of the case, and about the last one.
    async fn answers(&self, house: &House, last: NaiveDate) -> Vec<(NaiveDate, Answers)> {
        let mut questions = house.questions().await;
        let mut answers = Vec::new();
        let days = self.days.iter().map(|it| it.parse().expect("a day"));
        for on in days.chain([last]) {
            answers.push((on, questions.everything(on, self.period_days).await));
        }
        answers
    }
}

/// Waits for three days of the history to come, and asks on each how things stand.
async fn observe(
    mut questions: Questions,
    (customer, days): (String, [NaiveDate; 3]),
) -> Vec<Live> {
    let mut live = Vec::new();
    for day in days {
        while questions.day().await.0.is_none_or(|open| open < day) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let aged = questions.aged_balance(None).await;
        let account = questions.account(&customer, None).await;
        live.push(Live { customer: customer.clone(), aged, account });
    }
    live
}

/// Three days spread over a history, and a customer who has bought much by the first of them.
fn watched(book: &Book) -> (String, [NaiveDate; 3]) {
    let days = book.days();
    let days = [1, 2, 3].map(|quarter| days[days.len() * quarter / 4]);
    let bought = |customer: &str| {
        book.invoices.iter().filter(|it| it.customer == customer && it.issued < days[0]).count()
    };
    let customer = book.customers().into_iter().max_by_key(|it| bought(it)).expect("a customer");
    (customer.to_owned(), days)
}

impl Live {
    async fn is_still_known(&self, questions: &mut Questions, end: &Position) {
        let of = |position: &Option<Position>| position.clone().expect("a position");
        let aged = of(&self.aged.position);
        for (partition, sequence) in &aged.sequences {
            assert!(sequence < &end.sequences[partition], "more was recorded after it was asked");
        }
        let day = self.aged.effective_date.expect("a day");
        let again = questions.aged_balance(Some(known_at(day, aged))).await;
        assert_eq!(again, self.aged, "the aged balance as it was known");

        let day = self.account.effective_date.expect("a day");
        let as_of = known_at(day, of(&self.account.position));
        let again = questions.account(&self.customer, Some(as_of)).await;
        // Names and addresses stand beside the journal: they have no past, so that they can be
        // forgotten.
        assert_eq!(nameless(again), nameless(self.account.clone()), "the account as it was known");
    }
}

/// Compares what customers are called.
async fn names(house: &House, book: &Book, on: NaiveDate, into: &mut Comparison) {
    let (accounts, _) = house.questions().await.accounts(&end_of(on)).await;
    into.names(book, &accounts);
    into.end();
}

fn nameless(mut it: GetAccountResponse) -> GetAccountResponse {
    if let Some(customer) = it.account.as_mut().and_then(|it| it.customer.as_mut()) {
        customer.contact = None;
    }
    it
}
