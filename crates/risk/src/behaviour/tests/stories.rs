//! Numbers worked out by hand.

use ::invoicing::Account;
use chrono::NaiveDate;
use decider::Fold as _;
use events::{
    invoicing::{self, CreditReason, Event, ReversalReason, Rule, Source},
    risk::Measure,
};

use super::super::{Behaviour, ByLateness, Coming};
use crate::tests::stories::{day, eur, paid};

/// A customer's receivables, told fact by fact.
#[derive(Debug, Clone, Default)]
pub(super) struct Books(pub(super) Account);

impl Books {
    pub(super) fn hear(mut self, event: &Event) -> Self {
        self.0.evolve(event);
        self.0.check().unwrap();
        self
    }

    pub(super) fn issued(self, id: &str, amount: &str, on: &str, due: &str) -> Self {
        self.hear(&Event::InvoiceIssued(Box::new(invoicing::Invoice {
            invoice: id.parse().unwrap(),
            number: None,
            issued_on: day(on),
            due_on: day(due),
            terms: None,
            gross: if amount.contains(' ') { amount.parse().unwrap() } else { eur(amount) },
            tax: None,
            order: None,
            contract: None,
            site: None,
            terms_version: None,
        })))
    }

    pub(super) fn paid(self, invoice: &str, amount: &str, on: &str) -> Self {
        let facts = paid(&format!("P-{invoice}-{on}"), invoice, amount, on);
        facts.iter().fold(self, Self::hear)
    }

    /// Issued 30 days before it is due, and paid so many days after.
    fn late(self, id: &str, due: &str, days: i64) -> Self {
        let due = day(due);
        let on = |days: i64| (due + chrono::TimeDelta::days(days)).to_string();
        self.issued(id, "100.00", &on(-30), &on(0)).paid(id, "100.00", &on(days))
    }

    fn on(&self, before: &str) -> Behaviour {
        Behaviour::of(&self.0, day(before))
    }
}

fn of<const N: usize>(behaviour: &Behaviour, measures: [Measure; N]) -> [Option<i64>; N] {
    measures.map(|it| behaviour.measure(it))
}

#[test]
fn of_a_customer_nobody_knows_nothing_is_known() {
    let nobody = Books::default().on("2026-05-01");
    for measure in Measure::ALL {
        let none = [Measure::OpenItems, Measure::OldestOverdue, Measure::OverdueShare];
        let counts = [Measure::Settled, Measure::BrokenPromises, Measure::Bounced];
        let zero = none.contains(measure)
            || counts.contains(measure)
            || *measure == Measure::DisputedShare;
        assert_eq!(nobody.measure(*measure), zero.then_some(0), "{measure}");
    }
    assert_eq!(nobody.broke(), None);
    assert!(nobody.index().is_err());
}

#[test]
fn one_late_invoice_is_not_a_customer_who_is_always_late() {
    let it = Books::default().late("F-1", "2026-03-31", 20).on("2026-04-25");
    // Paid on 20 April, this month: it counts as much as the ordinary one beside it.
    // (1 × 1000 + 450) / 2, (1000 + 200) / 2, (0 + 120) / 2.
    let shares = [Measure::LateShare, Measure::Late15Share, Measure::Late30Share];
    assert_eq!(of(&it, shares), [Some(725), Some(600), Some(60)]);
    // 20 days, and half an invoice on the day: 20 / 1.5.
    assert_eq!(it.measure(Measure::DaysBeyondTerms), Some(1_333));
    assert_eq!(it.measure(Measure::DaysByAmount), Some(2_000));
    assert_eq!(it.measure(Measure::LastDaysBeyondTerms), Some(20));
    assert_eq!(it.measure(Measure::TypicalDays), Some(2_000));
    assert_eq!(it.measure(Measure::Trend), None);
}

#[test]
fn what_is_six_months_old_counts_half_and_only_the_first_of_a_month_makes_it_older() {
    let books = Books::default().late("F-1", "2026-03-31", 20).late("F-2", "2026-10-10", 0);
    // Settled in April and in October: ½ late and 1 prompt, with the ordinary one of 0.45.
    // (500 + 450) / 2.5.
    assert_eq!(books.on("2026-10-11").measure(Measure::LateShare), Some(380));
    assert_eq!(books.on("2026-10-31").measure(Measure::LateShare), Some(380));
    // A month later: 2^(−7/6) and 2^(−1/6) of one.
    // (445.4 + 450) / (0.4454 + 0.8909 + 1).
    assert_eq!(books.on("2026-11-01").measure(Measure::LateShare), Some(383));
    assert_eq!(books.on("2026-11-30").measure(Measure::LateShare), Some(383));
}

#[test]
fn an_open_item_is_late_from_the_day_after_its_due_date_and_a_day_more_each_day() {
    let books = Books::default().issued("F-1", "300.00", "2026-04-01", "2026-05-01").issued(
        "F-2",
        "100.00",
        "2026-04-20",
        "2026-06-20",
    );
    let overdue = [Measure::OpenItems, Measure::OldestOverdue, Measure::OverdueShare];
    assert_eq!(of(&books.on("2026-05-01"), overdue), [Some(2), Some(0), Some(0)]);
    assert_eq!(books.on("2026-05-01").measure(Measure::LateShare), None);
    assert_eq!(of(&books.on("2026-05-02"), overdue), [Some(2), Some(1), Some(750)]);
    assert_eq!(books.on("2026-05-02").measure(Measure::LateShare), Some(725));
    assert_eq!(books.on("2026-05-16").measure(Measure::Late15Share), Some(100));
    assert_eq!(books.on("2026-05-17").measure(Measure::Late15Share), Some(600));
    assert_eq!(
        books.on("2026-05-17").by_lateness(),
        ByLateness { days_30: 1, ..ByLateness::default() }
    );
}

#[test]
fn nothing_of_the_day_itself_is_known() {
    let books = Books::default().late("F-1", "2026-03-31", 20);
    let known = |on: &str| books.on(on).measure(Measure::Settled);
    assert_eq!((known("2026-04-20"), known("2026-04-21")), (Some(0), Some(1)));
    assert_eq!(books.on("2026-03-01").measure(Measure::OpenItems), Some(0));
    assert_eq!(books.on("2026-03-02").measure(Measure::OpenItems), Some(1));
}

#[test]
fn part_of_the_money_settles_nothing_and_the_last_of_it_says_when() {
    let books = Books::default()
        .issued("F-1", "100.00", "2026-03-01", "2026-03-31")
        .paid("F-1", "60.00", "2026-03-20")
        .paid("F-1", "40.00", "2026-04-10");
    assert_eq!(books.on("2026-04-01").measure(Measure::OldestOverdue), Some(1));
    assert_eq!(books.on("2026-04-11").measure(Measure::LastDaysBeyondTerms), Some(10));
}

#[test]
fn what_only_a_credit_note_settled_says_nothing_of_the_payer() {
    let credit = invoicing::CreditNote {
        credit_note: "CN-1".parse().unwrap(),
        invoice: Some("F-1".parse().unwrap()),
        issued_on: day("2026-05-20"),
        amount: eur("100.00"),
        reason: CreditReason::Return,
    };
    let allocated = Event::Allocated {
        source: Source::CreditNote("CN-1".parse().unwrap()),
        invoice: "F-1".parse().unwrap(),
        amount: eur("100.00"),
        rule: Rule::Designated,
    };
    let books = Books::default()
        .issued("F-1", "100.00", "2026-03-01", "2026-03-31")
        .hear(&Event::CreditNoteIssued(Box::new(credit)))
        .hear(&allocated);
    let it = books.on("2026-06-01");
    assert_eq!((it.measure(Measure::Settled), it.measure(Measure::LateShare)), (Some(0), None));
}

#[test]
fn a_payment_that_bounced_settled_nothing_and_is_counted_for_a_year() {
    let books = Books::default().late("F-1", "2026-03-31", 0).hear(&Event::PaymentReversed {
        payment: "P-F-1-2026-03-31".parse().unwrap(),
        reversed_on: day("2026-04-08"),
        reason: ReversalReason::Bounced,
    });
    let bounced = |on: &str| books.on(on).measure(Measure::Bounced);
    assert_eq!(bounced("2026-04-08"), Some(0));
    assert_eq!(bounced("2026-04-09"), Some(1));
    assert_eq!(bounced("2027-03-31"), Some(1));
    assert_eq!(bounced("2027-04-01"), Some(0));
    assert_eq!(books.on("2026-04-09").measure(Measure::OldestOverdue), Some(9));
}

#[test]
fn a_trend_needs_two_before_the_last_three() {
    let books = Books::default()
        .late("F-1", "2026-01-10", 2)
        .late("F-2", "2026-02-10", 4)
        .late("F-3", "2026-03-10", 5)
        .late("F-4", "2026-04-10", 6);
    assert_eq!(books.on("2026-05-01").measure(Measure::Trend), None);
    // (5 + 6 + 10) / 3 − (2 + 4) / 2 = 7 − 3.
    let it = books.late("F-5", "2026-05-10", 10).on("2026-06-01");
    assert_eq!(it.measure(Measure::Trend), Some(400));
    assert_eq!(it.measure(Measure::DaysOfLastThree), Some(700));
    assert_eq!(it.measure(Measure::DaysBeforeLast), Some(6));
    assert_eq!(it.measure(Measure::MostDays), Some(10));
    assert_eq!(it.measure(Measure::TypicalDays), Some(500));
    // The mean is 5.4: |2−5.4| + |4−5.4| + |5−5.4| + |6−5.4| + |10−5.4| = 10.4, by five.
    assert_eq!(it.measure(Measure::Spread), Some(208));
    assert_eq!(it.measure(Measure::Tenure), Some(6));
    assert_eq!(it.measure(Measure::SinceSettled), Some(1));
}

#[test]
fn a_break_is_seen_when_the_last_three_leave_what_was_usual() {
    let steady = ["2025-01-10", "2025-02-10", "2025-03-10", "2025-04-10", "2025-05-10"];
    let mut books = Books::default();
    for (n, due) in steady.iter().enumerate() {
        books = books.late(&format!("F-{n}"), due, [-2, 0, 2, 0, 0][n]);
    }
    let broken = books.clone().late("G-1", "2025-06-10", 9).late("G-2", "2025-07-10", 12).late(
        "G-3",
        "2025-08-10",
        15,
    );
    let it = broken.on("2025-09-10").broke().unwrap();
    // From 0 to 12 days. The deviation of −2, 0, 2, 0, 0 is √1.6 = 1.26, taken for 2:
    // 12 × 1.732 / 2 = 10.39 standard errors.
    assert_eq!((it.earlier, it.latest, it.z), (0, 1_200, 1_039));
    let not_yet = books.late("G-1", "2025-06-10", 4).late("G-2", "2025-07-10", 4);
    assert_eq!(not_yet.late("G-3", "2025-08-10", 4).on("2025-09-10").broke(), None);
}

#[test]
fn the_index_is_the_one_of_all_that_was_settled() {
    let books = Books::default()
        .issued("F-1", "10000.00", "2026-03-01", "2026-03-31")
        .paid("F-1", "10000.00", "2026-03-31")
        .issued("F-2", "5000.00", "2026-03-01", "2026-03-31")
        .paid("F-2", "5000.00", "2026-04-30");
    assert_eq!(books.on("2026-05-01").index().unwrap().to_string(), "70.0");
}

#[test]
fn less_was_invoiced_than_the_quarter_before() {
    let books = Books::default()
        .issued("F-1", "400.00", "2026-01-15", "2026-02-15")
        .issued("F-2", "100.00", "2026-04-15", "2026-05-15")
        .issued("F-3", "900.00", "2026-07-02", "2026-08-02");
    // January to March against April to June; July is not over.
    assert_eq!(books.on("2026-07-20").measure(Measure::Drop), Some(750));
    assert_eq!(books.on("2026-04-20").measure(Measure::Drop), None);
}

#[test]
fn amounts_of_the_rarer_currency_are_left_aside() {
    let books = Books::default()
        .issued("F-1", "100.00", "2026-03-01", "2026-03-31")
        .issued("F-2", "300.00", "2026-03-01", "2026-06-30")
        .issued("F-3", "70000.00 USD", "2026-03-01", "2026-03-31");
    let it = books.on("2026-05-01");
    assert_eq!(it.measure(Measure::OverdueShare), Some(250));
    assert_eq!(it.measure(Measure::UsualAmount), Some(20_000));
    assert_eq!(it.measure(Measure::OpenItems), Some(3));
}

#[test]
fn an_invoice_to_come_is_seen_beside_the_habits_of_its_payer() {
    // 30 days of terms and 20 days late: 50 days from issue to payment.
    let it = Books::default().late("F-1", "2026-03-31", 20).on("2026-04-25");
    let coming = Coming {
        issued_on: day("2026-04-25"),
        due_on: day("2026-05-10"),
        amount: eur("250.00"),
        invoices: 1,
    };
    let seen = |measure| coming.measure(&it, measure);
    assert_eq!(seen(Measure::Terms), Some(15));
    assert_eq!(seen(Measure::Habit), Some(3_500));
    assert_eq!(seen(Measure::Amount), Some(25_000));
    assert_eq!(seen(Measure::AmountToUsual), Some(2_500));
    assert_eq!(seen(Measure::IssueDay), Some(25));
    assert_eq!(seen(Measure::Waiting), Some(0));
    assert_eq!(seen(Measure::Together), Some(1));
    assert_eq!(seen(Measure::LateShare), Some(725));
}

#[test]
fn the_first_day_there_is_has_no_past() {
    let books = Books::default().late("F-1", "2026-03-31", 20);
    let it = Behaviour::of(&books.0, NaiveDate::MIN);
    assert_eq!(it.measure(Measure::OpenItems), Some(0));
}
