//! What is said of customers' credit: limits, agencies' ratings, annual accounts, guarantees, an
//! insurer's cover, a court's notice, and orders that want to be delivered.

use chrono::{Days, NaiveDate};
use events::Context;
use money::{Currency, Money, Stated};
use serde_json::{Value, json};

use super::{
    cast::{Customer, Habit, Part},
    dice::Dice,
    portfolio::{FIRST, Fact, LAST, day, weekday},
};

/// Dice of its own, so that what is bought and paid is the same with and without it.
const SEED: u64 = 1 << 32;

/// A limit up to it needs one person, in euro cents.
const ONE_PERSON: i64 = 5_000_000;

/// What a unit of a currency is worth, in hundredths of a euro, all along.
const RATES: [(&str, i64); 3] = [("GBP", 117), ("CHF", 105), ("USD", 88)];

impl Fact {
    /// Whom it is said to.
    pub(super) fn to(&self) -> Context {
        if risk::Kind::of_type(self.ce_type).is_some() { Context::Risk } else { Context::Invoicing }
    }
}

/// The tenant's rules for credit.
pub(super) fn rules() -> Fact {
    let rate = |(currency, hundredths): &(&str, i64)| {
        let rate = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        json!({"currency": currency, "rate": rate, "on": FIRST.to_string()})
    };
    Fact {
        on: FIRST,
        ce_type: "dev.vigie.creditpolicy.adopted.v1",
        data: json!({
            "currency": "EUR",
            "rates": RATES.iter().map(rate).collect::<Vec<_>>(),
            "one_person_grants_up_to": Money::new(ONE_PERSON, Currency::EUR).to_string(),
            "disputed_counts": true,
            "unallocated_cash_counts": true,
            "guarantees_count": true,
            "insured_part_counts": true,
            "orders_horizon_days": 30,
            "overdue_days_max": 60,
            "exception_days_max": 14,
        }),
    }
}

/// What is said of a customer that buys from a day on.
pub(super) fn credit(customer: &Customer, begins: NaiveDate, facts: &mut Vec<Fact>) {
    let dice = Dice::new(SEED + u64::from(customer.number));
    let mut credit = Credit { customer, dice, facts };
    let number = customer.number;
    if number % 10 != 9 {
        credit.limit(begins);
    }
    if number % 5 == 1 {
        credit.ratings();
    }
    if number % 6 == 5 {
        credit.accounts();
    }
    if number % 9 == 7 {
        credit.guarantee(begins);
    }
    if number % 8 == 3 {
        credit.cover(begins);
    }
    if customer.part == Part::Insolvent && number < 6 {
        credit.notice();
    }
    if number.is_multiple_of(3) || number % 10 == 9 {
        credit.orders();
    }
}

struct Credit<'a> {
    customer: &'a Customer,
    dice: Dice,
    facts: &'a mut Vec<Fact>,
}

fn euros(cents: i64) -> Value {
    json!(Stated(Money::new(cents, Currency::EUR)))
}

impl Credit<'_> {
    /// Says something about the customer.
    fn say(&mut self, on: NaiveDate, ce_type: &'static str, mut data: Value) {
        if let Value::Object(fields) = &mut data {
            fields.insert("customer_id".to_owned(), json!(self.customer.id));
        }
        self.facts.push(Fact { on, ce_type, data });
    }

    /// An id such as `FR0001-limit-1`.
    fn id(&self, kind: &str, number: u32) -> String {
        format!("{}-{kind}-{number}", self.customer.id)
    }

    /// An invoice as it usually is, tax included, in euro cents.
    fn usual(&self) -> i64 {
        let country = &self.customer.country;
        let rate = RATES.iter().find(|(it, _)| *it == country.currency).map_or(100, |(_, it)| *it);
        self.customer.usual * (1_000 + country.tax) / 1_000 * rate / 100
    }

    /// What it buys in so many months, in whole thousands of euros.
    fn months(&self, months: i64) -> i64 {
        const THOUSAND: i64 = 100_000;
        let bought = self.usual() * self.customer.busy * months / 10;
        (bought.max(self.usual() * 2) / THOUSAND + 1) * THOUSAND
    }

    fn limit(&mut self, begins: NaiveDate) {
        // Enough for what is bought on usual terms, and for some not.
        let amount = self.months(if self.customer.number % 7 == 2 { 2 } else { 4 });
        let asked = weekday(begins + Days::new(2));
        let limit = self.id("limit", 1);
        let mut data = json!({
            "limit_id": limit, "amount": euros(amount), "valid_from": asked.to_string(),
            "requested_by": "credit-1", "request_date": asked.to_string(),
            "reason": "new customer",
        });
        // Some end soon, and nothing follows.
        if self.customer.number % 19 == 8
            && let Value::Object(fields) = &mut data
        {
            fields.insert("valid_until".to_owned(), json!("2026-10-16"));
        }
        self.say(asked, "dev.vigie.limit.requested.v1", data);
        if amount > ONE_PERSON {
            let agreed = weekday(asked + Days::new(1));
            let data = json!({
                "limit_id": limit, "approved_by": "finance-1", "approve_date": agreed.to_string(),
            });
            self.say(agreed, "dev.vigie.limit.approved.v1", data);
        }
    }

    fn ratings(&mut self) {
        let good = matches!(self.customer.habit, Habit::Early | Habit::Prompt);
        let (agency, scale) = match self.customer.country.code {
            "FR" => ("Banque de France", "banque_de_france"),
            _ => ("Dun & Bradstreet", "dnb_failure_class"),
        };
        for (number, on) in [(1, day(2025, 6, 10)), (2, day(2026, 6, 9))] {
            let raw = match (scale, good) {
                ("banque_de_france", true) => self.dice.pick(&["G2", "G3+", "G3", "G4+"], "G3"),
                ("banque_de_france", false) => self.dice.pick(&["G4", "G5+", "G5-", "G6"], "G5"),
                (_, true) => self.dice.pick(&["1", "2", "2"], "2"),
                (_, false) => self.dice.pick(&["3", "4", "4"], "4"),
            };
            let came = weekday(on + Days::new(self.dice.between(1, 9).unsigned_abs()));
            let data = json!({
                "rating_id": self.id("rating", number), "agency": agency, "scale": scale,
                "raw": raw, "as_of_date": on.to_string(), "receive_date": came.to_string(),
            });
            self.say(came, "dev.vigie.rating.received.v1", data);
        }
    }

    /// Sound ones or weak ones, as it pays.
    fn accounts(&mut self) {
        let sound = matches!(self.customer.habit, Habit::Early | Habit::Prompt);
        let sales = self.usual() * self.customer.busy * self.dice.between(12, 24);
        let percent = |of_sales: i64| euros(sales * of_sales / 100);
        let pick = |if_sound: i64, if_weak: i64| percent(if sound { if_sound } else { if_weak });
        let figures = json!({
            "total_assets": percent(70),
            "current_assets": pick(42, 36),
            "current_liabilities": pick(18, 39),
            "total_liabilities": pick(32, 63),
            "equity": pick(38, 7),
            "retained_earnings": pick(21, 1),
            "permanent_capital": pick(52, 31),
            "receivables": pick(16, 21),
            "cash": pick(9, 1),
            "sales": percent(100),
            "operating_profit": pick(8, -3),
            "gross_operating_surplus": pick(11, 1),
            "financial_charges": pick(1, 4),
            "staff_costs": pick(26, 38),
            "value_added": pick(40, 41),
        });
        let filed = weekday(day(2026, 5, 4) + Days::new(self.dice.between(0, 40).unsigned_abs()));
        let data = json!({
            "statement_id": self.id("accounts", 2025), "closing_date": "2025-12-31",
            "figures": figures, "source": "register",
        });
        self.say(filed, "dev.vigie.statement.filed.v1", data);
    }

    fn guarantee(&mut self, begins: NaiveDate) {
        let on = weekday(begins + Days::new(10));
        // The first one's ends soon.
        let until = if self.customer.number == 7 { "2026-10-20" } else { "2027-12-31" };
        let kind = self.dice.pick(&["bank_guarantee", "surety"], "surety");
        let data = json!({
            "guarantee_id": self.id("guarantee", 1), "kind": kind,
            "amount": euros(self.months(1)), "counts_for": "0.8",
            "valid_from": on.to_string(), "valid_until": until,
        });
        self.say(on, "dev.vigie.guarantee.recorded.v1", data);
    }

    fn cover(&mut self, begins: NaiveDate) {
        let on = weekday(begins + Days::new(15));
        let until = if self.customer.number == 11 { "2026-10-23" } else { "2027-06-30" };
        let data = json!({
            "cover_id": self.id("cover", 1), "insurer": "insurer-1", "policy": "POL-2024",
            "kind": "named", "amount": euros(self.months(2)), "quota": "0.9",
            "valid_from": on.to_string(), "valid_until": until,
        });
        self.say(on, "dev.vigie.cover.granted.v1", data);
    }

    fn notice(&mut self) {
        let published = day(2026, 7, 13);
        let kind = if self.customer.number == 4 { "receivership" } else { "liquidation" };
        let data = json!({
            "notice_id": self.id("notice", 1), "kind": kind, "source": "gazette",
            "judgment_date": "2026-07-06", "publication_date": published.to_string(),
        });
        self.say(published, "dev.vigie.notice.published.v1", data);
    }

    /// What is not delivered yet.
    fn orders(&mut self) {
        for number in 1..=u32::try_from(self.dice.between(1, 2)).unwrap_or(1) {
            let on = day(2026, 8, 24) + Days::new(self.dice.between(0, 35).unsigned_abs());
            let on = weekday(on).min(LAST);
            let delivered = weekday(on + Days::new(self.dice.between(10, 40).unsigned_abs()));
            let currency = self.customer.country.currency.parse().unwrap_or(Currency::EUR);
            let amount = self.customer.usual * self.dice.between(50, 200) / 100;
            let order = self.id("order", number);
            let data = json!({
                "order": order, "amount": Stated(Money::new(amount, currency)),
                "order_date": on.to_string(), "delivery_date": delivered.to_string(),
            });
            self.say(on, "dev.vigie.order.placed.v1", data);
            // Without a limit it is held, and some of them a person lets pass.
            if self.customer.number % 20 == 19 && number == 1 {
                let released = weekday(on + Days::new(1));
                let data = json!({
                    "order": order, "approved_by": "finance-1",
                    "release_date": released.to_string(), "reason": "paid in advance before",
                });
                self.say(released, "dev.vigie.order.released.v1", data);
            }
        }
    }
}
