//! The register of hedges, and what they protect: told as a treasurer would, and what holds of any.

mod cover;

use chrono::{Days, NaiveDate};
use decider::Decider as _;
use events::risk::{CreditPolicy, Event, Hedged};
use money::Money;
use proptest::prelude::*;

use super::stories::{day, policy, rules};
use crate::{Command, Fact, HedgeState, Kind, KnownHedge, Policy, Refusal, Risk};

/// A tenant in euros, and what it said of its hedges.
#[derive(Debug, Clone)]
pub(super) struct Register(pub(super) Policy);

/// What a refusal says: its reason, its field, its sentence.
type Refused = (&'static str, String, String);

impl Register {
    pub(super) fn new() -> Self {
        Self(policy(rules()))
    }

    fn ask(&mut self, kind: Kind, data: &str) -> Result<Vec<Event>, Refusal> {
        let command = Command::read(kind, data.as_bytes())?;
        let said = self.0.decide(&Risk::default(), command)?;
        for event in &said {
            self.0.adopt(&Fact::Risk(event.clone()));
        }
        Ok(said)
    }

    /// Taken; whether it was new.
    #[track_caller]
    pub(super) fn takes(&mut self, kind: Kind, data: &str) -> bool {
        let said = self.ask(kind, data);
        !said.unwrap_or_else(|it| panic!("{data}: {it}")).is_empty()
    }

    #[track_caller]
    fn refuses(&mut self, kind: Kind, data: &str) -> Refused {
        let it = self.ask(kind, data).expect_err(data);
        (it.reason(), it.field().unwrap_or_default().to_owned(), it.to_string())
    }

    fn hedge(&self, id: &str) -> &KnownHedge {
        self.0.hedges().find(|it| it.hedge.hedge.as_str() == id).unwrap()
    }

    /// Used, left, protected and how it stands at the end of a day.
    fn on(&self, id: &str, on: &str) -> (String, String, String, Option<HedgeState>) {
        let (it, on) = (self.hedge(id), day(on));
        let [used, left, protected] =
            [it.used_on(on), it.left_on(on), it.protected_on(on)].map(|it| it.to_string());
        (used, left, protected, it.state_on(on))
    }
}

/// A forward of 100,000 USD from 12 January, usable from March, to the end of June.
pub(super) fn forward(id: &str, dollars: &str, matures: &str, more: &str) -> String {
    format!(
        r#"{{"hedge_id":"{id}","kind":"forward","counterparty":"Banque du Port","amount":{{"amount":"{dollars}","currency":"USD"}},"rate":"0.9215","trade_date":"2026-01-12","maturity_date":"{matures}"{more}}}"#
    )
}

fn of_hundred_thousand() -> String {
    forward("HG-1", "100000.00", "2026-06-30", r#","valid_from":"2026-03-01""#)
}

fn used(id: &str, amount: &str, on: &str) -> String {
    let (amount, currency) = amount.split_once(' ').unwrap();
    format!(
        r#"{{"hedge_id":"HG-1","use_id":"{id}","amount":{{"amount":"{amount}","currency":"{currency}"}},"use_date":"{on}"}}"#
    )
}

fn ended(outcome: &str, on: &str) -> String {
    format!(r#"{{"hedge_id":"HG-1","outcome":"{outcome}","end_date":"{on}"}}"#)
}

fn four(
    used: &str,
    left: &str,
    protected: &str,
    state: HedgeState,
) -> (String, String, String, Option<HedgeState>) {
    let dollars = |it: &str| format!("{it} USD");
    (dollars(used), dollars(left), dollars(protected), Some(state))
}

#[test]
fn a_forward_is_used_in_parts_and_what_is_left_protects_until_it_is_over() {
    let mut it = Register::new();
    assert!(it.takes(Kind::RegisterHedge, &of_hundred_thousand()));
    assert!(it.takes(Kind::UseHedge, &used("U-1", "30000.00 USD", "2026-04-02")));
    assert!(it.takes(Kind::UseHedge, &used("U-2", "50000.00 USD", "2026-05-04")));

    assert_eq!(it.hedge("HG-1").state_on(day("2026-01-11")), None);
    let whole = "100000.00";
    assert_eq!(it.on("HG-1", "2026-02-01"), four("0.00", whole, whole, HedgeState::Agreed));
    assert_eq!(it.on("HG-1", "2026-03-01"), four("0.00", whole, whole, HedgeState::Open));
    let (left, open) = ("70000.00", HedgeState::Open);
    assert_eq!(it.on("HG-1", "2026-04-02"), four("30000.00", left, left, open));
    assert_eq!(it.on("HG-1", "2026-06-30"), four("80000.00", "20000.00", "20000.00", open));
    // Its last day is over and nobody has said what became of the rest: it protects no more.
    let matured = four("80000.00", "20000.00", "0.00", HedgeState::Matured);
    assert_eq!(it.on("HG-1", "2026-07-01"), matured);
    assert!(it.takes(Kind::EndHedge, &ended("lapsed", "2026-06-30")));
    assert_eq!(it.on("HG-1", "2026-07-01").3, Some(HedgeState::Ended));
    // As of May nobody knew.
    assert_eq!(it.on("HG-1", "2026-05-31").3, Some(HedgeState::Open));
}

#[test]
fn a_hedge_that_is_used_to_the_end_protects_nothing() {
    let mut it = Register::new();
    it.takes(Kind::RegisterHedge, &of_hundred_thousand());
    it.takes(Kind::UseHedge, &used("U-1", "100000.00 USD", "2026-06-30"));
    assert_eq!(it.on("HG-1", "2026-06-30").3, Some(HedgeState::UsedUp));
    assert_eq!(it.on("HG-1", "2026-06-29").3, Some(HedgeState::Open));
}

#[test]
fn a_quota_protects_its_part_of_what_is_left_rounded_down() {
    let mut it = Register::new();
    let more = r#","quota":"0.333333""#;
    it.takes(Kind::RegisterHedge, &forward("HG-1", "100.00", "2026-06-30", more));
    assert_eq!(it.on("HG-1", "2026-06-01"), four("0.00", "100.00", "33.33", HedgeState::Open));
    it.takes(Kind::UseHedge, &used("U-1", "0.01 USD", "2026-05-31"));
    assert_eq!(it.on("HG-1", "2026-06-01"), four("0.01", "99.99", "33.32", HedgeState::Open));
}

#[test]
fn the_same_again_is_nothing_new_and_other_content_is_refused_with_its_field() {
    let mut it = Register::new();
    let invoices = r#","hedged":{"invoices":[{"customer_id":"C-1","invoice_id":"F-1"},{"customer_id":"C-1","invoice_id":"F-2"}]}"#;
    let turned = r#","quota":"1.0","hedged":{"invoices":[{"customer_id":"C-1","invoice_id":"F-2"},{"customer_id":"C-1","invoice_id":"F-1"}]}"#;
    let of = |more: &str| forward("HG-1", "100000.00", "2026-06-30", more);
    assert!(it.takes(Kind::RegisterHedge, &of(invoices)));
    assert!(!it.takes(Kind::RegisterHedge, &of(turned)));
    for (field, other) in [
        ("kind", of(invoices).replace("forward", "swap")),
        ("counterparty", of(invoices).replace("Port", "Large")),
        ("amount", of(invoices).replace("100000.00", "100000.01")),
        ("rate", of(invoices).replace("0.9215", "0.93")),
        ("quota", of(&format!(r#"{invoices},"quota":"0.9""#))),
        ("trade_date", of(invoices).replace("2026-01-12", "2026-01-13")),
        ("valid_from", of(&format!(r#"{invoices},"valid_from":"2026-03-01""#))),
        ("maturity_date", of(invoices).replace("2026-06-30", "2026-07-31")),
        ("hedged", of("")),
        ("note", of(&format!(r#"{invoices},"note":"line 4""#))),
    ] {
        let (reason, named, told) = it.refuses(Kind::RegisterHedge, &other);
        assert_eq!((reason, named.as_str()), ("HEDGE_CONFLICT", field), "{told}");
    }
    let told = it.refuses(Kind::RegisterHedge, &of("")).2;
    let said =
        "hedge HG-1 is recorded with hedged invoices C-1 F-1, C-1 F-2, not all of its currency";
    assert_eq!(told, said);

    assert!(it.takes(Kind::UseHedge, &used("U-1", "30000.00 USD", "2026-04-02")));
    assert!(!it.takes(Kind::UseHedge, &used("U-1", "30000.00 USD", "2026-04-02")));
    let more = it.refuses(Kind::UseHedge, &used("U-1", "30000.01 USD", "2026-04-02"));
    assert_eq!((more.0, more.1.as_str()), ("HEDGE_USE_CONFLICT", "amount"));
    let later = it.refuses(Kind::UseHedge, &used("U-1", "30000.00 USD", "2026-04-03"));
    assert_eq!(later.1, "use_date");

    assert!(it.takes(Kind::EndHedge, &ended("sold", "2026-05-04")));
    assert!(!it.takes(Kind::EndHedge, &ended("sold", "2026-05-04")));
    assert_eq!(it.refuses(Kind::EndHedge, &ended("lapsed", "2026-05-04")).1, "outcome");
    assert_eq!(it.refuses(Kind::EndHedge, &ended("sold", "2026-05-05")).1, "end_date");
    // Once it is over, the same use again is still the same.
    assert!(!it.takes(Kind::UseHedge, &used("U-1", "30000.00 USD", "2026-04-02")));
}

#[test]
fn what_is_used_is_no_more_than_there_is_in_its_currency_and_within_its_days() {
    let mut it = Register::new();
    it.takes(Kind::RegisterHedge, &of_hundred_thousand());
    it.takes(Kind::UseHedge, &used("U-1", "30000.00 USD", "2026-05-15"));
    let told = |it: Refused| (it.0, it.1, it.2);
    let mut refused = |id: &str, amount: &str, on: &str| {
        let (reason, field, sentence) = told(it.refuses(Kind::UseHedge, &used(id, amount, on)));
        format!("{reason} {field}: {sentence}")
    };
    // What was used on a later day is used all the same.
    assert_eq!(
        refused("U-2", "70000.01 USD", "2026-04-01"),
        "HEDGE_EXCEEDED amount: 70000.01 USD are more than the 70000.00 USD that are left of hedge \
         HG-1"
    );
    assert_eq!(
        refused("U-2", "10.00 GBP", "2026-04-01"),
        "CURRENCY_MISMATCH amount: amount must be in USD, the currency of the hedge"
    );
    assert_eq!(
        refused("U-2", "10.00 USD", "2026-02-28"),
        "HEDGE_DAY use_date: hedge HG-1 cannot be used before 2026-03-01"
    );
    assert_eq!(
        refused("U-2", "10.00 USD", "2026-07-01"),
        "HEDGE_DAY use_date: hedge HG-1 cannot be used after 2026-06-30"
    );
    assert!(refused("U-2", "0.00 USD", "2026-04-01").starts_with("INVALID_FIELD amount"));
    let early = it.refuses(Kind::EndHedge, &ended("sold", "2026-05-14"));
    assert_eq!((early.0, early.1.as_str()), ("HEDGE_DAY", "end_date"));
    assert!(early.2.ends_with("was used on 2026-05-15"), "{}", early.2);
    let never = it.refuses(Kind::EndHedge, &ended("cancelled", "2026-01-11"));
    assert_eq!(never.1, "end_date");
    it.takes(Kind::EndHedge, &ended("sold", "2026-05-20"));
    let after = it.refuses(Kind::UseHedge, &used("U-2", "10.00 USD", "2026-05-21"));
    assert!(after.2.ends_with("is sold since 2026-05-20"), "{}", after.2);
    // What happened before may be said after.
    assert!(it.takes(Kind::UseHedge, &used("U-2", "10.00 USD", "2026-05-20")));
    let unknown = used("U-3", "1.00 USD", "2026-05-20").replace("HG-1", "HG-9");
    assert_eq!(it.refuses(Kind::UseHedge, &unknown).0, "HEDGE_NOT_FOUND");
}

#[test]
fn what_cannot_be_is_refused_with_every_field() {
    let mut it = Register::new();
    let of = |more: &str| forward("HG-1", "100000.00", "2026-06-30", more);
    let prospection = |currency: &str, more: &str| {
        of(more)
            .replace("forward", "prospection")
            .replace("USD", currency)
            .replace(r#""rate":"0.9215","#, "")
    };
    let market = r#","quota":"0.65","hedged":{"market":"JP"}"#;
    for (field, data) in [
        ("amount", of("").replace("100000.00", "0.00")),
        ("rate", of("").replace("0.9215", "0")),
        ("quota", of(r#","quota":"1.1""#)),
        ("quota", of(r#","quota":"0.1234567""#)),
        ("quota", of(r#","quota":"0""#)),
        ("maturity_date", of("").replace("2026-06-30", "2026-01-11")),
        ("valid_from", of(r#","valid_from":"2026-01-11""#)),
        ("valid_from", of(r#","valid_from":"2026-07-01""#)),
        ("hedged", of(r#","hedged":{"customer_id":"C-1","tender":"AO-1"}"#)),
        (
            "hedged.orders[1]",
            of(
                r#","hedged":{"orders":[{"customer_id":"C-1","order":"A"},{"customer_id":"C-1","order":"A"}]}"#,
            ),
        ),
        ("hedged.market", of(r#","hedged":{"market":"JP"}"#)),
        ("hedged.market", prospection("EUR", "")),
        ("hedged.market", prospection("EUR", r#","hedged":{"market":"Japan"}"#)),
        ("rate", prospection("EUR", &format!(r#"{market},"rate":"1""#))),
    ] {
        let (reason, named, told) = it.refuses(Kind::RegisterHedge, &data);
        assert_eq!((reason, named.as_str()), ("INVALID_FIELD", field), "{told}");
    }
    let unknown = it.refuses(Kind::RegisterHedge, &of(r#","premium":"1""#));
    assert!(unknown.2.contains("premium"), "{}", unknown.2);
    // Euros need no hedge, and what a market costs is in euros.
    let own = it.refuses(Kind::RegisterHedge, &of("").replace("USD", "EUR"));
    assert_eq!((own.0, own.1.as_str()), ("CURRENCY_MISMATCH", "amount"));
    let foreign = it.refuses(Kind::RegisterHedge, &prospection("USD", market));
    assert_eq!((foreign.0, foreign.1.as_str()), ("CURRENCY_MISMATCH", "amount"));
    assert!(it.takes(Kind::RegisterHedge, &prospection("EUR", market)));
    let jp: events::Reference = "JP".parse().unwrap();
    assert_eq!(it.hedge("HG-1").hedge.hedged, Hedged::Market(jp));
}

#[test]
fn hedges_outlast_the_rules_and_nobody_is_scored_anew_for_them() {
    let mut it = Register::new();
    let command = Command::read(Kind::RegisterHedge, of_hundred_thousand().as_bytes()).unwrap();
    let said = it.0.decide(&Risk::default(), command.clone()).unwrap();
    assert!(!it.0.adopt(&Fact::Risk(said[0].clone())));
    let rules = CreditPolicy { overdue_days_max: Some(1), ..rules() };
    assert!(it.0.adopt(&Fact::Risk(Event::CreditPolicyAdopted(Box::new(rules)))));
    assert_eq!(it.0.decide(&Risk::default(), command), Ok(Vec::new()));
    assert_eq!(it.0.hedges().count(), 1);
}

#[test]
fn commands_about_hedges_are_written_as_they_are_read() {
    let more = r#","valid_from":"2026-03-01","quota":"0.9","hedged":{"orders":[{"customer_id":"C-1","order":"PO 9"}]},"note":"line 4""#;
    for (kind, data) in [
        (Kind::RegisterHedge, of_hundred_thousand()),
        (Kind::RegisterHedge, forward("HG-2", "5.00", "2026-06-30", more)),
        (Kind::UseHedge, used("U-1", "5.00 USD", "2026-04-02")),
        (Kind::EndHedge, ended("settled", "2026-06-30")),
    ] {
        let read = Command::read(kind, data.as_bytes()).unwrap();
        assert_eq!(read.customer(), None);
        assert_eq!(Command::read(kind, &read.write()).as_ref(), Ok(&read));
    }
}

/// A use of so much after so many days, or an end.
#[derive(Debug, Clone)]
enum Happens {
    Used(u8, u32, u16),
    Ended(u16),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        6 => (0..12_u8, 1..4_000_u32, 0..200_u16).prop_map(|(id, minor, on)| Happens::Used(id, minor, on)),
        1 => (0..250_u16).prop_map(Happens::Ended),
    ]
}

fn after(days: u16) -> NaiveDate {
    day("2026-01-10") + Days::new(days.into())
}

/// Lives through it; every use and end that was taken.
fn live(happenings: &[Happens]) -> (Register, Vec<Event>) {
    let mut it = Register::new();
    it.takes(Kind::RegisterHedge, &forward("HG-1", "100.00", "2026-06-30", ""));
    let mut said = Vec::new();
    for happening in happenings {
        let (kind, data) = match happening {
            Happens::Used(id, minor, on) => {
                let amount = Money::new(i64::from(*minor), money::Currency::USD).to_string();
                (Kind::UseHedge, used(&format!("U-{id}"), &amount, &after(*on).to_string()))
            }
            Happens::Ended(on) => (Kind::EndHedge, ended("sold", &after(*on).to_string())),
        };
        said.extend(it.ask(kind, &data).unwrap_or_default());
    }
    (it, said)
}

proptest! {
    #[test]
    fn what_was_used_and_what_is_left_are_the_amount_on_every_day_in_whatever_order_it_was_heard(
        happenings in prop::collection::vec(happens(), 1..40),
        turned in any::<bool>(),
        at in 0..40_usize,
    ) {
        let (it, mut said) = live(&happenings);
        let known = it.hedge("HG-1");
        for days in 0..260 {
            let on = after(days);
            let (used, left) = (known.used_on(on), known.left_on(on));
            prop_assert_eq!(used.plus(left).unwrap(), known.hedge.amount);
            prop_assert!(!left.is_negative());
            prop_assert!(known.protected_on(on).minor() <= left.minor());
        }
        for use_of in known.uses.values() {
            let last = known.ended.as_ref().map_or(known.hedge.matures_on, |it| it.on);
            prop_assert!(use_of.used_on >= known.hedge.traded_on);
            prop_assert!(use_of.used_on <= last.min(known.hedge.matures_on));
        }
        let middle = at.min(said.len());
        said.rotate_left(middle);
        if turned {
            said.reverse();
        }
        let mut again = Register::new();
        again.takes(Kind::RegisterHedge, &forward("HG-1", "100.00", "2026-06-30", ""));
        for event in &said {
            again.0.adopt(&Fact::Risk(event.clone()));
        }
        prop_assert_eq!(again.hedge("HG-1"), known);
    }
}
