//! The rate that terms of sale state comes before what the law says of a debt without a contract.

use events::{
    dunning::{AgreedRate, Approval, Channel, ChargesRules, DunningPolicy, Event, Reminder},
    invoicing::{self, TermsOfSale},
};
use law::Interest;

use super::world::*;
use crate::{
    Policy,
    backtest::{Entry, Trial},
};

/// Terms of the tenant's own, or of the customer's: a story's one customer hears both alike.
fn terms(version: &str, rate: Option<&str>, jurisdiction: Option<&str>) -> invoicing::Event {
    invoicing::Event::TermsRegistered(Box::new(TermsOfSale {
        version: word(version),
        document_hash: word("ab12"),
        from: day("2025-01-01"),
        reservation_of_title: false,
        acceleration: false,
        penalty_rate: rate.map(|it| it.parse().unwrap()),
        jurisdiction: jurisdiction.map(word),
        excludes_assignment: false,
    }))
}

/// Ten thousand euros, due on 31 May 2025, under a version of the terms of sale.
fn under(version: &str, id: &str) -> invoicing::Event {
    let invoicing::Event::InvoiceIssued(mut it) = invoice(id, "10000.00", "2025-05-31") else {
        panic!("an invoice")
    };
    it.issued_on = day("2025-05-01");
    it.terms_version = (!version.is_empty()).then(|| word(version));
    invoicing::Event::InvoiceIssued(it)
}

/// The tenant has registered CGV-1 with 15 % a year; F-1 was issued under it.
fn agreed_on(rules: DunningPolicy) -> World {
    let mut world = World::new(rules);
    world.policy.learn_of(&terms("CGV-1", Some("15"), Some("FR")));
    world.hears([under("CGV-1", "F-1")]);
    world
}

impl Policy {
    /// What the tenant as a whole is told, and no customer is.
    fn learn_of(&mut self, fact: &invoicing::Event) {
        use decider::Decider as _;
        assert!(!self.adopt(&fact.clone().into()), "nothing is called for by it");
    }
}

#[track_caller]
fn planned(said: &[Event]) -> &Reminder {
    let Some(Event::ReminderPlanned(it)) = said.last() else { panic!("{said:?}") };
    it
}

fn cgv_1() -> AgreedRate {
    let (terms, jurisdiction) = (word("CGV-1"), Some(word("FR")));
    AgreedRate { terms, rate: 15.into(), jurisdiction }
}

#[track_caller]
fn interest(world: &World, invoice: &str, until: &str) -> Interest {
    world.policy.interest(&world.dunning, &invoice.parse().unwrap(), day(until)).unwrap()
}

#[test]
fn an_invoice_bears_the_rate_of_the_terms_it_was_issued_under_and_others_what_the_law_says() {
    let mut world = agreed_on(french());
    world.hears([terms("CGV-0", None, Some("FR")), under("CGV-0", "F-2"), under("", "F-3")]);
    let said = world.says("2025-06-30");
    let asked: Vec<_> = planned(&said)
        .items
        .iter()
        .map(|it| (it.invoice.as_str(), it.interest.unwrap(), it.fixed_sum.unwrap(), &it.agreed))
        .collect();
    // A month late: 10,000 x 15 % x 30 / 365 = 123.29; by the law of the day, 13.15 %: 108.08.
    let forty = eur("40.00");
    assert_eq!(
        asked,
        [
            ("F-1", eur("123.29"), forty, &Some(cgv_1())),
            ("F-2", eur("108.08"), forty, &None),
            ("F-3", eur("108.08"), forty, &None),
        ]
    );
    // Line by line: a rate that was agreed rests on no row of law, the other one on its rows.
    let lines = |invoice: &str| {
        let it = interest(&world, invoice, "2025-06-30");
        let lines = it.lines.iter().map(|it| (it.days, it.rate.to_string(), it.rows.is_empty()));
        (it.regime.code(), lines.collect::<Vec<_>>())
    };
    assert_eq!(lines("F-1"), ("FR_TERMS", vec![(30, "15".to_owned(), true)]));
    assert_eq!(lines("F-2"), ("FR_DEFAULT", vec![(30, "13.15".to_owned(), false)]));
    let shown = world.policy.charges(&world.dunning, day("2025-06-30"));
    assert_eq!((&shown[0].agreed, &shown[1].agreed), (&Some(cgv_1()), &None));
}

#[test]
fn a_rate_below_the_floor_is_raised_to_it_with_a_warning_as_long_as_it_is() {
    let mut world = World::new(french());
    world.hears([terms("LOW", Some("10"), None), under("LOW", "F-1")]);
    let it = interest(&world, "F-1", "2025-08-31");
    // Three times the legal rate was 11.13 % until 30 June and 8.28 % since:
    // 10,000 x (11.13 % x 30 + 10 % x 62) / 365 = 91.479 + 169.863.
    assert_eq!(it.total, eur("261.34"));
    let lines: Vec<_> = it.lines.iter().map(|it| (it.days, it.rate.to_string())).collect();
    assert_eq!(lines, [(30, "11.13".to_owned()), (62, "10".to_owned())]);
    assert_eq!((it.lines[0].rows.len(), it.lines[1].rows.len()), (2, 0));
    let warned: Vec<_> = it.warnings.iter().map(ToString::to_string).collect();
    let [warning] = &warned[..] else { panic!("{warned:?}") };
    assert!(warning.contains("the agreed 10 % is below the least lawful 11.13 %"), "{warning}");
    // The reminder of 30 June asks for the raised rate: 91.48.
    assert_eq!(planned(&world.says("2025-06-30")).items[0].interest, Some(eur("91.48")));
}

#[test]
fn the_law_that_was_agreed_on_with_a_rate_comes_with_it() {
    let mut world = World::new(french());
    world.hears([terms("AGB", Some("12"), Some("DE")), under("AGB", "F-1")]);
    let it = interest(&world, "F-1", "2025-06-30");
    // 10,000 x 12 % x 30 / 365, and the 40 euros of section 288(5): the statute's 11.27 % is lower.
    assert_eq!((it.regime.code(), it.total), ("DE_TERMS", eur("98.63")));
    assert_eq!(it.fixed_sum.map(|it| it.amount), Some(eur("40.00")));
    // Below the statute, the statute: 10,000 x 11.27 % x 30 / 365.
    world.hears([terms("AGB-2", Some("6"), Some("DE")), under("AGB-2", "F-2")]);
    let it = interest(&world, "F-2", "2025-06-30");
    assert_eq!((it.total, it.warnings.len()), (eur("92.63"), 1));
}

#[test]
fn what_was_agreed_with_the_customer_comes_before_the_tenants_own_terms() {
    let mut world = World::new(french());
    for (version, rate) in [("BOTH", Some("15")), ("OURS", Some("15")), ("DROPPED", Some("15"))] {
        world.policy.learn_of(&terms(version, rate, None));
    }
    // Only the customer is told of these.
    let told = [terms("BOTH", Some("20"), None), terms("DROPPED", None, None)];
    let known = world.policy.clone();
    world.hears(told);
    world.policy = known;
    world.hears([under("BOTH", "F-1"), under("OURS", "F-2"), under("DROPPED", "F-3")]);
    let totals = ["F-1", "F-2", "F-3"].map(|it| interest(&world, it, "2025-06-30").total);
    // 10,000 x 20 % x 30 / 365; 15 %; and by the law, because those with the customer state no rate.
    assert_eq!(totals, [eur("164.38"), eur("123.29"), eur("108.08")]);
}

#[test]
fn no_rate_counts_with_consumers_or_where_the_tenant_asks_for_no_interest() {
    for (jurisdiction, basis, total) in [
        // 10,000 x 7.27 % x 30 / 365.
        ("DE", "consumer", "59.75"),
        ("FR", "none", "0.00"),
        // Rates that the tenant has for everybody give way.
        ("FR", "default", "123.29"),
        ("FR", "floor", "123.29"),
    ] {
        let mut rules = french();
        let interest_rules = rules.interest.as_mut().unwrap();
        (interest_rules.jurisdiction, interest_rules.basis) = (word(jurisdiction), word(basis));
        let world = agreed_on(rules);
        assert_eq!(interest(&world, "F-1", "2025-06-30").total, eur(total), "{basis}");
    }
    let world = agreed_on(DunningPolicy { interest: None, ..french() });
    let invoice = "F-1".parse().unwrap();
    assert_eq!(world.policy.interest(&world.dunning, &invoice, day("2025-06-30")), None);
}

#[test]
fn what_was_asked_for_is_put_right_and_given_up_at_the_rate_it_was_computed_by() {
    let mut world = agreed_on(french());
    world
        .on("2025-06-30", &["reminder-1 firm: F-1 1"])
        .sends("reminder-1", "2025-06-30")
        .hears(paid("P-1", "F-1", "4000.00", "2025-06-10"))
        // 15 % / 365 x (6,000 x 30 + 4,000 x 10) = 90.41.
        .on("2025-07-01", &["corrects reminder-1 F-1: 90.41 and 40.00"])
        .hears([bounced("P-1", "2025-07-02")])
        .on("2025-07-02", &["corrects reminder-1 F-1: 123.29 and 40.00"]);
    // Other rules later change nothing of it.
    let mut later = DunningPolicy { version: word("v2"), ..french() };
    later.interest.as_mut().unwrap().basis = word("none");
    world.hears([Event::DunningPolicyAdopted(Box::new(later))]).on("2025-07-03", &[]);
    world.hears([Event::DunningPolicyAdopted(Box::new(french()))]);
    // The terms are still known: 123.29 is owed on 30 June, and no cent more.
    world.refuses(waive("F-1", "2025-06-30", Some("123.30"), false));
    world.asks(
        waive("F-1", "2025-06-30", Some("123.29"), false),
        &["waives F-1: 123.29 of interest"],
    );
}

#[test]
fn what_was_asked_for_before_terms_counted_stays_what_it_was() {
    let mut world = World::new(french());
    // As it was recorded when the law of the day was all that counted.
    world.hears([under("CGV-1", "F-1")]).on("2025-06-30", &["reminder-1 firm: F-1 1"]);
    world.sends("reminder-1", "2025-06-30");
    world.policy.learn_of(&terms("CGV-1", Some("15"), Some("FR")));
    world
        .on("2025-07-01", &[])
        .hears(paid("P-1", "F-1", "4000.00", "2025-06-10"))
        // 13.15 % / 365 x (6,000 x 30 + 4,000 x 10): by the rules of its day.
        .on("2025-07-02", &["corrects reminder-1 F-1: 79.26 and 40.00"]);
}

#[test]
fn a_reminder_that_has_not_left_is_planned_anew_under_the_terms_of_a_corrected_invoice() {
    let mut world = agreed_on(french());
    world.on("2025-06-30", &["reminder-1 firm: F-1 1"]);
    let invoicing::Event::InvoiceIssued(it) = under("", "F-1") else { panic!("an invoice") };
    world.hears([invoicing::Event::InvoiceCorrected(it)]);
    let said = world.says("2025-06-30");
    let told: Vec<_> = said.iter().map(short).collect();
    assert_eq!(told, ["withdrawn reminder-1 changed", "reminder-2 firm: F-1 1"]);
    let item = &planned(&said).items[0];
    assert_eq!((item.interest, &item.agreed), (Some(eur("108.08")), &None));
}

#[test]
fn an_interest_invoice_asks_for_the_agreed_rate_and_too_much_is_refunded_by_it() {
    let charges = ChargesRules {
        after_days: 10,
        within_days: 365,
        minimums: Vec::new(),
        channels: vec![Channel::Email],
        template: None,
        approval: Approval::Automatic,
    };
    let rules = DunningPolicy { charges: Some(charges), ladders: Vec::new(), ..french() };
    let mut world = agreed_on(rules);
    world.hears(paid("P-1", "F-1", "10000.00", "2025-06-30"));
    let said = world.says("2025-07-10");
    let item = &planned(&said).items[0];
    assert_eq!((item.interest, &item.agreed), (Some(eur("123.29")), &Some(cgv_1())));
    world
        .on("2025-07-10", &[])
        .sends("reminder-1", "2025-07-10")
        // The money had really come on 10 June: 10,000 x 15 % x 10 / 365 = 41.10.
        .hears([bounced("P-1", "2025-07-11")])
        .hears(paid("P-2", "F-1", "10000.00", "2025-06-10"))
        .on("2025-07-14", &["corrects reminder-1 F-1: 41.10 and 40.00"]);
    let now = world.policy.charges(&world.dunning, day("2025-07-14"));
    // 123.29 less 41.10.
    assert_eq!((now[0].to_refund, &now[0].agreed), (eur("82.19"), &Some(cgv_1())));
}

#[test]
fn rules_on_trial_ask_for_what_the_terms_of_the_tenant_state() {
    let told = agreed_on(french()).policy;
    let facts = vec![under("CGV-1", "F-1").into()];
    let entries = [Entry { on: day("2025-05-02"), place: 1, facts }];
    let days = [day("2025-06-30")];
    let asked = |policy: &Policy| {
        let life = Trial { policy, days: &days, agreed: true }.live(&entries);
        life.figures.interest.values().copied().collect::<Vec<_>>()
    };
    let tried = Policy::try_new(french()).unwrap();
    assert_eq!(asked(&tried), [10_808]);
    assert_eq!(asked(&tried.under_the_terms_of(&told)), [12_329]);
}
