//! Every figure of an answer against the one computed from the file.

use std::{collections::BTreeMap, fmt::Debug};

use api::invoicing::{
    self as proto, AccountSummary, AgedBalance, IndicatorSet, OpenItem, indicator::Kind,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{
    figures::{self, Aged, Balance, Indicators},
    questions::{Answers, date},
    rows::{Book, Invoice},
};

/// What was compared, and what differs.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) figures: usize,
    differences: Vec<String>,
}

/// What a figure is of, for whoever reads that it differs.
type Of<'a> = &'a [&'a dyn Debug];

impl Comparison {
    #[expect(clippy::needless_pass_by_value, reason = "every call would have two more `&`")]
    fn same<T: PartialEq + Debug>(&mut self, of: Of<'_>, what: &str, answered: T, own: T) {
        self.figures += 1;
        if answered != own {
            let line = format!("{of:?} {what}: answered {answered:?}, by the file {own:?}");
            self.differences.push(line);
        }
    }

    /// Fails if anything differed, with the first few.
    pub(crate) fn end(&self) {
        let (count, first) = (self.differences.len(), self.differences.iter().take(20));
        let first: Vec<_> = first.collect();
        assert!(count == 0, "{count} of {} figures differ: {first:#?}", self.figures);
    }

    /// All that was answered about the end of a day.
    pub(crate) fn day(&mut self, book: &Book, on: NaiveDate, period_days: i32, answers: &Answers) {
        let days = u64::try_from(period_days).expect("a number of days");
        self.open_items(on, &answers.open_items, &figures::open_items(book, on));
        self.aged(on, &answers.aged, &figures::aged(book, on));
        self.indicators(on, &answers.indicators, &figures::indicators(book, on, days));
        self.accounts(on, &answers.accounts, &figures::balances(book, on));
    }

    fn open_items(&mut self, on: NaiveDate, answered: &[OpenItem], own: &[&Invoice]) {
        self.same(&[&on], "open items", answered.len(), own.len());
        for (item, invoice) in answered.iter().zip(own) {
            let of: Of<'_> = &[&on, &invoice.customer, &invoice.id];
            let money = |it: &Option<api::Money>| amount(it.as_ref(), invoice.currency);
            self.same(of, "customer", &item.customer_id, &invoice.customer);
            self.same(of, "id", &item.invoice_id, &invoice.id);
            self.same(of, "issue", item.issue_date.map(date), Some(invoice.issued));
            self.same(of, "due date", item.due_date.map(date), Some(invoice.due));
            let days = i64::from(item.days_past_due);
            self.same(of, "days past due", days, invoice.days_past_due(on));
            self.same(of, "gross", money(&item.gross), invoice.gross);
            self.same(of, "open", money(&item.open_amount), invoice.open(on));
            self.same(of, "disputed", money(&item.disputed_amount), invoice.contested(on));
        }
    }

    fn aged(&mut self, on: NaiveDate, answered: &[AgedBalance], own: &[Aged]) {
        self.same(&[&on], "currencies with something open", answered.len(), own.len());
        for (balance, aged) in answered.iter().zip(own) {
            let of: Of<'_> = &[&on, &"aged", &aged.currency];
            let money = |it: &Option<api::Money>| amount(it.as_ref(), aged.currency);
            self.same(of, "currency", balance.currency_code.as_str(), aged.currency);
            let not_due = (money(&balance.not_due_amount), balance.not_due_count);
            self.same(of, "not due", not_due, aged.spans[0]);
            let spans = [(1, Some(30)), (31, Some(60)), (61, Some(90)), (91, None)];
            self.same(of, "buckets", balance.buckets.len(), spans.len());
            for ((bucket, span), own) in balance.buckets.iter().zip(spans).zip(&aged.spans[1..]) {
                self.same(of, "days", (bucket.days_min, bucket.days_max), span);
                let answered = (money(&bucket.amount), bucket.count);
                self.same(of, &format!("bucket from {}", span.0), answered, *own);
            }
            let buckets = balance.buckets.iter().map(|it| money(&it.amount)).sum::<Decimal>();
            let outstanding = money(&balance.outstanding_amount);
            self.same(of, "not due and all buckets", not_due.0 + buckets, outstanding);
            self.same(of, "outstanding", outstanding, aged.outstanding);
            self.same(of, "disputed", money(&balance.disputed_amount), aged.disputed);
            self.same(of, "unallocated", money(&balance.unallocated_amount), aged.unallocated);
        }
    }

    fn indicators(&mut self, on: NaiveDate, answered: &[IndicatorSet], own: &[Indicators]) {
        self.same(&[&on], "currencies with indicators", answered.len(), own.len());
        for (set, indicators) in answered.iter().zip(own) {
            let of: Of<'_> = &[&on, &"indicators", &indicators.currency];
            self.same(of, "currency", set.currency_code.as_str(), indicators.currency);
            let own = [
                (Kind::Dso, indicators.dso),
                (Kind::DsoCountBack, indicators.dso_count_back),
                (Kind::DsoTrue, indicators.dso_true),
                (Kind::DsoBestPossible, indicators.dso_best_possible),
                (Kind::AverageDaysDelinquent, indicators.average_days_delinquent),
                (Kind::CollectionEffectiveness, indicators.collection_effectiveness),
                (Kind::OverdueShare, indicators.overdue_share),
                // Nobody promised anything in these files.
                (Kind::BrokenPromiseShare, None),
            ];
            self.same(of, "indicators", set.indicators.len(), own.len());
            for (indicator, (kind, own)) in set.indicators.iter().zip(own) {
                self.same(of, "kind", indicator.kind(), kind);
                let value = indicator.value.as_ref().map(|it| it.value.as_str());
                let value = value.map(|it| it.parse::<Decimal>().expect("a number"));
                self.same(of, kind.as_str_name(), value, own);
                let silent = indicator.not_computable_reason.is_empty();
                self.same(of, "a reason if there is no value", silent, own.is_some());
            }
        }
    }

    fn accounts(&mut self, on: NaiveDate, answered: &[AccountSummary], own: &[Balance]) {
        let mut balances = BTreeMap::new();
        for account in answered {
            for balance in &account.balances {
                let key = (account.customer_id.as_str(), balance.currency_code.as_str());
                assert!(balances.insert(key, balance).is_none(), "{key:?} is there twice");
            }
        }
        let nothing = proto::Balance::default();
        for own in own {
            // Before the first fact there may be no balance at all.
            let key = (own.customer.as_str(), own.currency);
            let balance = balances.remove(&key).unwrap_or(&nothing);
            let of: Of<'_> = &[&on, &own.customer, &own.currency];
            let money = |it: &Option<api::Money>| amount(it.as_ref(), own.currency);
            self.same(of, "invoiced", money(&balance.invoiced_amount), own.invoiced);
            let settled = money(&balance.settled_by_payments_amount);
            self.same(of, "settled", settled, own.settled);
            self.same(of, "open", money(&balance.open_amount), own.open);
            self.same(of, "not due", money(&balance.not_due_amount), own.not_due);
            self.same(of, "overdue", money(&balance.overdue_amount), own.overdue);
            self.same(of, "disputed", money(&balance.disputed_amount), own.disputed);
            let unallocated = money(&balance.unallocated_cash_amount);
            self.same(of, "unallocated", unallocated, own.unallocated);
            let net = money(&balance.net_amount);
            self.same(of, "net", net, own.open - own.unallocated);
            self.same(of, "open items", balance.open_item_count, own.open_items);
            self.same(of, "overdue items", balance.overdue_item_count, own.overdue_items);
            let days = i64::from(balance.days_past_due_max);
            self.same(of, "most days past due", days, own.days_past_due_max);
        }
        self.same(&[&on], "balances of others", balances.len(), 0);
    }

    /// The name of every customer: the first that was told.
    pub(crate) fn names(&mut self, book: &Book, answered: &[AccountSummary]) {
        let customers = book.customers();
        self.same(&[&"all"], "customers", answered.len(), customers.len());
        for (account, customer) in answered.iter().zip(customers) {
            self.same(&[&customer], "customer", account.customer_id.as_str(), customer);
            let told = book.names.get(customer).map_or("", String::as_str);
            self.same(&[&customer], "name", account.name.as_str(), told);
        }
    }
}

/// An amount of a message; nothing is zero.
fn amount(it: Option<&api::Money>, currency: &str) -> Decimal {
    let Some(it) = it else { return Decimal::ZERO };
    assert_eq!(it.currency_code, currency);
    Decimal::from(it.units) + Decimal::new(i64::from(it.nanos), 9)
}
