//! Two years of business, the same on every run: what was invoiced, what was paid and when, and all
//! that goes wrong between the two.

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};
use events::Context;
use money::{Currency, Money, Stated};
use serde_json::{Value, json};

use super::{
    cast::{Customer, Habit, Part},
    credit,
    dice::Dice,
};

/// The first day.
pub(super) const FIRST: NaiveDate = day(2024, 10, 1);
/// The last one, on which the demonstration stands.
pub(super) const LAST: NaiveDate = day(2026, 9, 30);

/// From here on every day is brought to its end before the next one begins: alerts that hold on the
/// last day look back no further.
pub(super) const WATCHED_FROM: NaiveDate = day(2026, 6, 1);

pub(super) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// Something a producer says on a day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    pub(super) on: NaiveDate,
    pub(super) ce_type: &'static str,
    pub(super) data: Value,
}

/// The business of so many customers, in the order of the days.
pub(super) fn portfolio(customers: u32) -> Vec<Fact> {
    let mut facts = vec![Fact {
        on: FIRST,
        ce_type: "dev.vigie.policy.adopted.v1",
        data: json!({
            "terms": "30 days",
            "small_balances": ["1.00 EUR", "1.00 GBP", "1.00 CHF", "1.00 USD"],
            "match_references": true,
            "match_amounts": true,
            "subset_items_max": 12,
            "waterfall": "oldest_due",
            "promise_tolerance_days": 3,
            "instalment_tolerance_days": 3,
        }),
    }];
    facts.push(credit::rules());
    for number in 1..=customers {
        let mut dice = Dice::new(number.into());
        let customer = Customer::numbered(number, &mut dice);
        let mut life = Life { customer, dice, facts: &mut facts, documents: 0 };
        life.live();
    }
    facts.retain(|it| it.on <= LAST);
    // Facts of one day and context stay in the order in which they came about. What risk is told
    // comes first: it is looked at as the day began.
    facts.sort_by_key(|it| (it.on, it.to() != Context::Risk));
    facts
}

/// The life of a customer, as far as it is our business.
struct Life<'a> {
    customer: Customer,
    dice: Dice,
    facts: &'a mut Vec<Fact>,
    documents: u32,
}

/// An invoice that was written.
#[derive(Debug, Clone)]
struct Invoice {
    id: String,
    issued: NaiveDate,
    due: NaiveDate,
    /// What is left to pay after a deposit, in minor units.
    asked: i64,
    order: String,
}

impl Life<'_> {
    fn live(&mut self) {
        let begins = FIRST + Days::new(self.dice.between(0, 200).unsigned_abs());
        let registration = self.customer.registration();
        self.say(begins, "dev.vigie.customer.registered.v1", registration);
        credit::credit(&self.customer, begins, self.facts);
        let mut month = begins.with_day(1).unwrap_or(begins);
        let mut monthly: Vec<Invoice> = Vec::new();
        let mut kept: Vec<Invoice> = Vec::new();
        while month <= LAST {
            let count = (self.customer.busy + self.dice.between(0, 9)) / 10;
            for _ in 0..count {
                let on = weekday(month + Days::new(self.dice.between(0, 27).unsigned_abs()));
                if on < begins || on > LAST {
                    continue;
                }
                let invoice = self.invoice(on);
                match self.customer.part {
                    Part::Monthly => monthly.push(invoice),
                    // What a plan or an insolvency is about is not paid before.
                    Part::PlanKept | Part::PlanBroken
                        if on >= day(2025, 12, 1) && on < day(2026, 3, 1) =>
                    {
                        kept.push(invoice);
                    }
                    Part::Insolvent if on >= day(2025, 10, 1) => kept.push(invoice),
                    Part::Insolvent if self.dice.percent(30) => kept.push(invoice),
                    Part::Ordinary
                    | Part::Debited
                    | Part::Deposits
                    | Part::PlanKept
                    | Part::PlanBroken
                    | Part::Insolvent => self.settle(&invoice),
                }
            }
            month = month + Months::new(1);
            if self.customer.part == Part::Monthly {
                self.pay_together(&mut monthly, month + Days::new(9));
            }
        }
        match self.customer.part {
            Part::PlanKept | Part::PlanBroken => self.plan(&kept),
            Part::Insolvent => self.insolvency(&kept),
            Part::Ordinary | Part::Debited | Part::Monthly | Part::Deposits => {}
        }
    }

    fn say(&mut self, on: NaiveDate, ce_type: &'static str, data: Value) {
        self.facts.push(Fact { on, ce_type, data });
    }

    /// An id of the customer's own, such as `FR0001-P0012`.
    fn id(&mut self, kind: char) -> String {
        self.documents += 1;
        format!("{}-{kind}{:04}", self.customer.id, self.documents)
    }

    fn amount(&self, minor: i64) -> Value {
        let currency: Currency = self.customer.country.currency.parse().unwrap_or(Currency::EUR);
        json!(Stated(Money::new(minor, currency)))
    }

    fn invoice(&mut self, on: NaiveDate) -> Invoice {
        let id = self.id('F');
        let net = self.customer.usual * self.dice.between(40, 170) / 100;
        let tax = (net * self.customer.country.tax + 500) / 1_000;
        let gross = net + tax;
        let due = self.customer.terms.due_on(on).unwrap_or(on);
        let order = format!("PO-{}", self.dice.between(10_000, 99_999));
        let mut paid_before = 0;
        if self.customer.part == Part::Deposits && self.dice.percent(60) {
            let (payment, share) = (self.id('D'), gross * 3 / 10);
            let before = weekday(on - Days::new(self.dice.between(5, 20).unsigned_abs()));
            let data = json!({
                "customer_id": self.customer.id, "payment_id": payment,
                "amount": self.amount(share), "value_date": before.max(FIRST).to_string(),
                "method": "transfer", "deposit": true, "order": order,
            });
            self.say(before.max(FIRST), "dev.vigie.payment.received.v1", data);
            paid_before = share;
        }
        let data = json!({
            "customer_id": self.customer.id, "invoice_id": id, "issue_date": on.to_string(),
            "net": self.amount(net), "tax": self.amount(tax), "gross": self.amount(gross),
            "order": order,
        });
        self.say(on, "dev.vigie.invoice.issued.v1", data);
        Invoice { id, issued: on, due, asked: gross - paid_before, order }
    }

    /// When this customer pays, if it ever does.
    fn pays_on(&mut self, invoice: &Invoice) -> Option<NaiveDate> {
        let dice = &mut self.dice;
        let months = (invoice.due - FIRST).num_days() / 30;
        let late = match self.customer.habit {
            Habit::Early => dice.between(-12, -1),
            Habit::Prompt => dice.between(-2, 4),
            Habit::Late => dice.between(3, 26),
            Habit::VeryLate => dice.between(15, 95),
            // Ever later, and then never.
            Habit::Sinking if months >= 17 => return None,
            Habit::Sinking => dice.between(0, 4) + months * 5,
        };
        let on = invoice.due + chrono::Duration::days(late);
        Some(weekday(on.max(invoice.issued)))
    }

    /// What becomes of an ordinary invoice.
    fn settle(&mut self, invoice: &Invoice) {
        let Some(on) = self.pays_on(invoice) else { return };
        if self.customer.part == Part::Debited {
            return self.debit(invoice);
        }
        if (on - invoice.due).num_days() > 12 && self.dice.percent(30) {
            self.promise(invoice, on);
        }
        // Who pays without saying what for, or too much, has money waiting for the next invoice: such
        // an invoice may be settled before it can be contested.
        let tidy = self.customer.number.is_multiple_of(2)
            || !matches!(self.customer.part, Part::Ordinary | Part::Monthly);
        match self.dice.between(1, 1_000) {
            1..=35 => self.credit(invoice, on),
            36..=90 if tidy => self.dispute(invoice, on),
            91..=92 | 400..=430 => self.pay_in_parts(invoice, on),
            93..=116 if !tidy => {
                let more = self.dice.between(1_000, 20_000);
                self.pay(on, invoice.asked + more, Some(invoice));
            }
            117..=132 => {
                let cents = self.dice.between(1, 90);
                self.pay(on, invoice.asked - cents, Some(invoice));
            }
            133..=250 if !tidy => self.pay(on, invoice.asked, None),
            251..=265 => self.pay_and_write(invoice, on),
            266..=330 => self.pay_by_reference(invoice, on),
            _ => self.pay(on, invoice.asked, Some(invoice)),
        }
    }

    fn pay(&mut self, on: NaiveDate, minor: i64, invoice: Option<&Invoice>) {
        let method =
            self.dice.pick(&["transfer", "transfer", "transfer", "card", "cheque"], "transfer");
        let mut data = json!({
            "customer_id": self.customer.id, "payment_id": self.id('P'),
            "amount": self.amount(minor), "value_date": on.to_string(), "method": method,
        });
        if let Some(invoice) = invoice {
            add(&mut data, "designations", json!([{"invoice_id": invoice.id}]));
        }
        self.say(on, "dev.vigie.payment.received.v1", data);
    }

    fn pay_by_reference(&mut self, invoice: &Invoice, on: NaiveDate) {
        let data = json!({
            "customer_id": self.customer.id, "payment_id": self.id('P'),
            "amount": self.amount(invoice.asked), "value_date": on.to_string(),
            "method": "transfer", "references": [invoice.order],
        });
        self.say(on, "dev.vigie.payment.received.v1", data);
    }

    fn pay_and_write(&mut self, invoice: &Invoice, on: NaiveDate) {
        let data = json!({
            "customer_id": self.customer.id, "payment_id": self.id('P'),
            "amount": self.amount(invoice.asked), "value_date": on.to_string(),
            "method": "transfer",
            "remittance_text": format!("Our payment for invoice {}, with thanks", invoice.id),
        });
        self.say(on, "dev.vigie.payment.received.v1", data);
    }

    fn pay_in_parts(&mut self, invoice: &Invoice, on: NaiveDate) {
        let first = invoice.asked * self.dice.between(30, 70) / 100;
        self.pay(on, first, Some(invoice));
        if self.dice.percent(75) {
            let rest = weekday(on + Days::new(self.dice.between(15, 50).unsigned_abs()));
            self.pay(rest, invoice.asked - first, Some(invoice));
        }
    }

    fn credit(&mut self, invoice: &Invoice, on: NaiveDate) {
        let minor = invoice.asked * self.dice.between(5, 30) / 100;
        let when = weekday(invoice.issued + Days::new(self.dice.between(3, 12).unsigned_abs()));
        let reason = self.dice.pick(&["return", "quality", "quantity", "goodwill"], "return");
        self.credit_note(invoice, when, minor, reason);
        self.pay(on.max(when), invoice.asked - minor, Some(invoice));
    }

    fn credit_note(&mut self, invoice: &Invoice, on: NaiveDate, minor: i64, reason: &str) {
        let data = json!({
            "customer_id": self.customer.id, "credit_note_id": self.id('C'),
            "invoice_id": invoice.id, "issue_date": on.to_string(),
            "amount": self.amount(minor), "reason": reason,
        });
        self.say(on, "dev.vigie.creditnote.issued.v1", data);
    }

    fn dispute(&mut self, invoice: &Invoice, on: NaiveDate) {
        let dispute = self.id('X');
        let opened = weekday(invoice.issued + Days::new(self.dice.between(4, 15).unsigned_abs()));
        let part = invoice.asked * self.dice.between(20, 100) / 100;
        let reason =
            self.dice.pick(&["price", "quantity", "quality", "delivery", "not_ordered"], "price");
        let data = json!({
            "customer_id": self.customer.id, "dispute_id": dispute, "invoice_id": invoice.id,
            "amount": self.amount(part), "reason": reason, "owner": "sales-2",
            "open_date": opened.to_string(),
        });
        self.say(opened, "dev.vigie.dispute.opened.v1", data);
        if self.dice.percent(25) {
            // Nobody has found an answer yet.
            return;
        }
        let resolved = weekday(opened + Days::new(self.dice.between(10, 45).unsigned_abs()));
        let credited = self.dice.percent(50);
        let outcome = if credited { "credited" } else { "rejected" };
        let data = json!({
            "customer_id": self.customer.id, "dispute_id": dispute, "outcome": outcome,
            "resolve_date": resolved.to_string(),
        });
        self.say(resolved, "dev.vigie.dispute.resolved.v1", data);
        if credited {
            self.credit_note(invoice, resolved, part, "dispute");
        }
        let rest = if credited { invoice.asked - part } else { invoice.asked };
        if rest > 0 {
            self.pay(on.max(resolved), rest, Some(invoice));
        }
    }

    fn promise(&mut self, invoice: &Invoice, on: NaiveDate) {
        let made = weekday(invoice.due + Days::new(self.dice.between(4, 9).unsigned_abs()));
        if made >= on {
            return;
        }
        // Kept more often than not.
        let promised = if self.dice.percent(60) { on } else { made + Days::new(5) };
        let data = json!({
            "customer_id": self.customer.id, "promise_id": self.id('W'),
            "amount": self.amount(invoice.asked), "make_date": made.to_string(),
            "promise_date": promised.to_string(), "invoice_ids": [invoice.id],
        });
        self.say(made, "dev.vigie.promise.made.v1", data);
    }

    fn debit(&mut self, invoice: &Invoice) {
        let on = weekday(invoice.due);
        let payment = self.id('P');
        let data = json!({
            "customer_id": self.customer.id, "payment_id": payment,
            "amount": self.amount(invoice.asked), "value_date": on.to_string(),
            "method": "direct_debit", "designations": [{"invoice_id": invoice.id}],
        });
        self.say(on, "dev.vigie.payment.received.v1", data);
        if self.dice.percent(4) {
            let back = weekday(on + Days::new(4));
            let data = json!({
                "customer_id": self.customer.id, "payment_id": payment,
                "reversal_date": back.to_string(), "reason": "bounced",
            });
            self.say(back, "dev.vigie.payment.reversed.v1", data);
            if self.dice.percent(70) {
                let again = weekday(back + Days::new(self.dice.between(5, 30).unsigned_abs()));
                self.pay(again, invoice.asked, Some(invoice));
            }
        }
    }

    /// All that has fallen due, in one transfer.
    fn pay_together(&mut self, open: &mut Vec<Invoice>, on: NaiveDate) {
        let on = weekday(on);
        let (due, later) = std::mem::take(open).into_iter().partition(|it| it.due <= on);
        *open = later;
        let due: Vec<Invoice> = due;
        if due.is_empty() {
            return;
        }
        let designations: Vec<_> = due
            .iter()
            .map(|it| json!({"invoice_id": it.id, "amount": self.amount(it.asked)}))
            .collect();
        let data = json!({
            "customer_id": self.customer.id, "payment_id": self.id('P'),
            "amount": self.amount(due.iter().map(|it| it.asked).sum()),
            "value_date": on.to_string(), "method": "transfer", "designations": designations,
        });
        self.say(on, "dev.vigie.payment.received.v1", data);
    }

    /// Six instalments for what could not be paid at once.
    fn plan(&mut self, kept: &[Invoice]) {
        const PARTS: i64 = 6;
        let total: i64 = kept.iter().map(|it| it.asked).sum();
        if total == 0 {
            return;
        }
        let agreed = day(2026, 5, 4);
        let plan = self.id('L');
        let parts: Vec<(NaiveDate, i64)> = (0..PARTS)
            .map(|place| {
                let on = weekday(day(2026, 5, 29) + Months::new(u32::try_from(place).unwrap_or(0)));
                let part = total / PARTS + if place == 0 { total % PARTS } else { 0 };
                (on, part)
            })
            .collect();
        let instalments: Vec<_> = parts
            .iter()
            .map(|(on, part)| json!({"due_date": on.to_string(), "amount": self.amount(*part)}))
            .collect();
        let data = json!({
            "customer_id": self.customer.id, "plan_id": plan, "agree_date": agreed.to_string(),
            "invoice_ids": kept.iter().map(|it| it.id.clone()).collect::<Vec<_>>(),
            "instalments": instalments,
        });
        self.say(agreed, "dev.vigie.plan.agreed.v1", data);
        let paid = if self.customer.part == Part::PlanKept { parts.len() } else { 1 };
        for (on, part) in parts.into_iter().take(paid) {
            // For the plan: the invoices by name, the first paid first.
            let names: Vec<_> = kept.iter().map(|it| json!({"invoice_id": it.id})).collect();
            let data = json!({
                "customer_id": self.customer.id, "payment_id": self.id('P'),
                "amount": self.amount(part), "value_date": on.to_string(),
                "method": "transfer", "designations": names,
            });
            self.say(on, "dev.vigie.payment.received.v1", data);
        }
    }

    /// What is left is given up, once a second person agrees.
    fn insolvency(&mut self, kept: &[Invoice]) {
        let asked = day(2026, 8, 3);
        for invoice in kept.iter().filter(|it| it.issued < day(2026, 6, 1)) {
            let write_off = self.id('G');
            let data = json!({
                "customer_id": self.customer.id, "write_off_id": write_off,
                "invoice_id": invoice.id, "reason": "insolvency", "requested_by": "credit-1",
                "request_date": asked.to_string(),
            });
            self.say(asked, "dev.vigie.writeoff.requested.v1", data);
            // The last customer's still waits for its second person.
            if self.customer.id.ends_with('6') {
                continue;
            }
            let agreed = asked + Days::new(3);
            let data = json!({
                "customer_id": self.customer.id, "write_off_id": write_off,
                "approved_by": "finance-1", "approve_date": agreed.to_string(),
            });
            self.say(agreed, "dev.vigie.writeoff.approved.v1", data);
        }
    }
}

fn add(data: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = data {
        fields.insert(name.to_owned(), value);
    }
}

/// The day itself, or the Monday after it.
pub(super) fn weekday(date: NaiveDate) -> NaiveDate {
    match date.weekday() {
        Weekday::Sat => date + Days::new(2),
        Weekday::Sun => date + Days::new(1),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => date,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, num::NonZero, sync::Arc};

    use futures::{
        FutureExt as _,
        future::{BoxFuture, join_all},
    };
    use invoicing::{Command, Kind, Policy};
    use journal::Store;
    use law::Calendar;

    use super::*;
    use crate::{
        contacts::Contacts,
        door::Door,
        intake::{self, Asked},
        tenants::{Roles, Tenant, Tenants},
    };

    #[test]
    fn every_fact_is_well_formed_and_the_same_on_every_run() {
        let facts = portfolio(400);
        assert_eq!(facts, portfolio(400));
        assert!(facts.is_sorted_by_key(|it| it.on));
        let mut kinds = BTreeMap::new();
        for fact in &facts {
            let data = serde_json::to_vec(&fact.data).unwrap();
            let read = if let Some(kind) = risk::Kind::of_type(fact.ce_type) {
                risk::Command::read(kind, &data).map(drop)
            } else {
                let kind = Kind::of_type(fact.ce_type).unwrap();
                Command::read(kind, &data).map(drop)
            };
            read.unwrap_or_else(|error| panic!("{error}: {fact:?}"));
            *kinds.entry(fact.ce_type).or_insert(0) += 1;
        }
        for seldom in [
            "plan.agreed",
            "writeoff.approved",
            "payment.reversed",
            "promise.made",
            "limit.approved",
            "order.released",
            "rating.received",
            "statement.filed",
            "notice.published",
            "guarantee.recorded",
            "cover.granted",
        ] {
            assert!(kinds.keys().any(|it| it.contains(seldom)), "{seldom}: {kinds:?}");
        }
        assert!((20_000..100_000).contains(&facts.len()), "{} {kinds:?}", facts.len());
    }

    /// Hands a fact in; why it is refused, if it is.
    async fn say<P: Door>(tenant: &Arc<Tenant>, fact: Fact) -> BoxFuture<'static, Option<String>> {
        let data = serde_json::to_vec(&fact.data).unwrap();
        let command = P::read(fact.ce_type, &data).unwrap().unwrap();
        let asked = Asked { command, request: None, actor: None };
        let submitted = intake::submit::<P>(tenant, asked).await.unwrap();
        let refused = async move { submitted.answer().await.err() };
        refused.map(move |why| why.map(|it| format!("{it}: {fact:?}"))).boxed()
    }

    #[tokio::test]
    async fn nothing_of_it_is_refused() {
        let tenants = Tenants::new(
            Store::memory(),
            Roles::ALL,
            Calendar::Target,
            Contacts::memory(),
            host::Options::default(),
        );
        let demo = "demo".parse().unwrap();
        let (tenant, _) = tenants.create(&demo, NonZero::<u16>::MIN).await.unwrap();
        tenants.ready().await;
        let clock = tenant.parts[0].clock.clone().unwrap();
        let mut facts = portfolio(400).into_iter().peekable();
        let mut refused = Vec::new();
        for day in FIRST.iter_days().take_while(|it| *it <= LAST) {
            let tick = clock::Command::Tick(day);
            let opened = clock.ask(None, tick, None, None).await.unwrap();
            for service in tenant.parts[0].services() {
                service.reached(opened.position).await.unwrap();
            }
            let mut waiting = Vec::new();
            while let Some(fact) = facts.next_if(|it| it.on == day) {
                waiting.push(if fact.to() == Context::Risk {
                    say::<risk::Policy>(&tenant, fact).await
                } else {
                    say::<Policy>(&tenant, fact).await
                });
            }
            refused.extend(join_all(waiting).await.into_iter().flatten());
        }
        assert!(refused.is_empty(), "{refused:#?}");
    }
}
