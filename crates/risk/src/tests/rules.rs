//! Rules of the credit policy beyond the limit: promises, grades, exceptions with an end, who may
//! agree, reviews, and limits that are proposed.

use decider::{Decider as _, spec::Story};
use events::{
    invoicing::{self, Promise},
    risk::{Authority, CreditPolicy, Event, Grade, LimitRule, Rule},
};

use super::stories::{day, eur, invoice, limit, order, policy, rules};
use crate::{
    ApproveLimit, Command, Input, Policy, Refusal, ReleaseOrder, ReviewData, Risk,
    view::{OrderState, OrderView},
};

fn shown(rules: &CreditPolicy, on: &'static str) -> impl FnOnce(&Risk) -> Option<OrderView> {
    let policy = policy(rules.clone());
    move |risk| policy.order(risk, &"PO-1".parse().unwrap(), day(on))
}

fn state(rules: &CreditPolicy, story: &Story<Policy>, on: &'static str) -> OrderState {
    story.look(shown(rules, on)).expect("the order is known").state
}

fn against(rules: &CreditPolicy, story: &Story<Policy>, on: &'static str) -> Vec<Rule> {
    match state(rules, story, on) {
        OrderState::Held { rules, .. } => rules,
        OrderState::Accepted { .. } => Vec::new(),
    }
}

fn limited(rules: &CreditPolicy) -> Story<Policy> {
    let story = Story::of(policy(rules.clone()));
    story.asked(day("2026-01-02"), limit("L-1", "10000.00", "2026-01-02", None))
}

#[test]
fn an_order_waits_while_a_promise_was_broken_not_long_ago() {
    let rules = CreditPolicy { broken_promise_days: Some(90), ..rules() };
    let promise = invoicing::Event::PromiseMade(Box::new(Promise {
        promise: "PR-1".parse().unwrap(),
        amount: eur("500.00"),
        made_on: day("2026-02-01"),
        promised_for: day("2026-02-10"),
        invoices: Vec::new(),
    }));
    let broken = invoicing::Event::PromiseBroken {
        promise: "PR-1".parse().unwrap(),
        broken_on: day("2026-02-12"),
    };
    let story = limited(&rules)
        .given(invoice("F-1", "500.00 EUR", "2026-12-31", None))
        .given(promise)
        .given(broken)
        .asked(day("2026-02-20"), order("PO-1", "100.00 EUR", "2026-02-20"));
    assert_eq!(against(&rules, &story, "2026-02-20"), [Rule::BrokenPromises { promises: 1 }]);
    let story = story.passes(day("2026-05-12"));
    assert_eq!(against(&rules, &story, "2026-05-12"), [Rule::BrokenPromises { promises: 1 }]);
    let story = story.passes(day("2026-05-13"));
    assert!(matches!(state(&rules, &story, "2026-05-13"), OrderState::Accepted { .. }));
}

#[test]
fn an_order_waits_while_the_grade_is_worse_than_the_policy_lets_pass() {
    let rules = CreditPolicy { grade_min: Some(Grade::C), overdue_days_max: None, ..rules() };
    let story = limited(&rules)
        .given(invoice("F-1", "500.00 EUR", "2026-01-31", None))
        .passes(day("2026-03-30"))
        .asked(day("2026-03-30"), order("PO-1", "100.00 EUR", "2026-03-30"));
    assert_eq!(against(&rules, &story, "2026-03-30"), [Rule::Graded { grade: Grade::E }]);
}

fn released(until: Option<&str>) -> Command {
    Command::ReleaseOrder(ReleaseOrder {
        customer_id: "C-1".parse().unwrap(),
        order: "PO-1".parse().unwrap(),
        approved_by: "finance-1".parse().unwrap(),
        release_date: day("2026-01-12"),
        reason: "strategic".parse().unwrap(),
        valid_until: until.map(day),
    })
}

#[test]
fn an_exception_ends_and_the_order_is_looked_at_again_unless_it_was_delivered() {
    let rules = CreditPolicy { exception_days_max: Some(20), ..rules() };
    let held =
        || limited(&rules).asked(day("2026-01-10"), order("PO-1", "12000.00 EUR", "2026-01-10"));
    let refused = held().refusal(released(Some("2026-03-01"))).to_string();
    assert!(refused.contains("valid_until") && refused.contains("2026-02-01"), "{refused}");
    assert_eq!(held().refusal(released(Some("2026-01-01"))).reason(), "INVALID_FIELD");

    let excepted = held().asked(day("2026-01-12"), released(None));
    let story = excepted.clone().passes(day("2026-02-01"));
    let OrderState::Accepted { exception: Some(it), .. } = state(&rules, &story, "2026-02-01")
    else {
        panic!("it was let pass")
    };
    assert_eq!(it.holds_until, Some(day("2026-02-01")));
    assert_eq!(story.look(|risk| risk.exceptions), 1);
    let story = story.passes(day("2026-02-02"));
    let over = Rule::OverLimit { excess: eur("2000.00") };
    assert_eq!(against(&rules, &story, "2026-02-02"), [over]);

    let delivered = excepted
        .given(invoice("F-1", "12000.00 EUR", "2026-12-31", Some("PO-1")))
        .passes(day("2026-02-02"));
    let now = state(&rules, &delivered, "2026-02-02");
    assert!(matches!(now, OrderState::Accepted { .. }), "nothing of it waits: {now:?}");
}

#[test]
fn a_limit_is_agreed_to_by_those_the_policy_names_and_up_to_what_they_may() {
    let named = |person: &str, most: Option<&str>| Authority {
        person: person.parse().unwrap(),
        amount_max: most.map(eur),
    };
    let authorities = vec![named("cfo", None), named("head", Some("50000.00"))];
    let rules = CreditPolicy { authorities, ..rules() };
    let approve = |by: &str| {
        Command::ApproveLimit(ApproveLimit {
            customer_id: "C-1".parse().unwrap(),
            limit_id: "L-2".parse().unwrap(),
            approved_by: by.parse().unwrap(),
            approve_date: day("2026-01-05"),
        })
    };
    let asked =
        limited(&rules).asked(day("2026-01-03"), limit("L-2", "80000.00", "2026-01-03", None));
    for person in ["head", "somebody"] {
        let beyond =
            Refusal::BeyondAuthority { person: person.parse().unwrap(), amount: eur("80000.00") };
        assert_eq!(asked.refusal(approve(person)), beyond);
    }
    asked
        .asked(day("2026-01-05"), approve("cfo"))
        .shows(|risk| risk.limit_on(&rules, day("2026-01-05")), Some(eur("80000.00")));
}

#[test]
fn a_customer_is_looked_at_again_as_often_as_its_grade_asks() {
    let rules = CreditPolicy { review_months: Some([24, 12, 6, 3, 1]), ..rules() };
    let reader = policy(rules.clone());
    let story = Story::of(policy(rules))
        .given(invoice("F-1", "500.00 EUR", "2026-12-31", None))
        .passes(day("2026-01-05"));
    // Grade C: six months after it was first scored.
    let due = |story: &Story<Policy>| story.look(|risk| reader.review(risk).unwrap());
    assert_eq!((due(&story).last_on, due(&story).due_on), (None, day("2026-07-05")));
    assert!(!due(&story).is_overdue(day("2026-07-05")));
    assert!(due(&story).is_overdue(day("2026-07-06")));
    let review = Command::Input(Input::RecordReview(Box::new(ReviewData {
        customer_id: "C-1".parse().unwrap(),
        reviewed_by: "credit-1".parse().unwrap(),
        review_date: day("2026-06-01"),
        reason: "yearly".parse().unwrap(),
    })));
    let reviewed = story.asked(day("2026-06-01"), review.clone());
    assert_eq!(due(&reviewed).due_on, day("2026-12-01"));
    assert_eq!(reader.decide(&Risk::default(), review.clone()).unwrap().len(), 1);
    let again = reviewed.look(|risk| reader.decide(risk, review));
    assert_eq!(again, Ok(Vec::<Event>::new()));
}

#[test]
fn a_limit_is_proposed_from_what_the_customer_buys_and_its_grade() {
    let rule = |days_of_sales, most: &str| LimitRule { days_of_sales, amount_max: eur(most) };
    let proposals = [90, 75, 60, 30, 0].map(|days| rule(days, "3000.00"));
    let rules = CreditPolicy { proposals: Some(proposals), ..rules() };
    let reader = policy(rules.clone());
    let story = Story::of(policy(rules))
        .given(invoice("F-1", "9125.00 EUR", "2026-12-31", None))
        .given(invoice("F-2", "9125.00 EUR", "2026-12-31", None));
    assert_eq!(story.look(|risk| reader.proposal(risk, day("2026-01-05"))), Ok(None));
    let scored = story.passes(day("2026-01-05"));
    // 18,250 a year are 50 a day; 60 days of it are 3,000.
    let it = scored.look(|risk| reader.proposal(risk, day("2026-01-05"))).unwrap().unwrap();
    assert_eq!((it.grade, it.sales, it.amount), (Grade::C, eur("18250.00"), eur("3000.00")));
    // A year later nothing was bought.
    let it = scored.look(|risk| reader.proposal(risk, day("2027-02-01"))).unwrap().unwrap();
    assert_eq!(it.amount, eur("0.00"));
}

#[test]
fn an_order_says_what_it_adds_to_what_is_at_stake_and_what_of_that_may_be_lost() {
    let rules = rules();
    let price = |story: &Story<Policy>, on| story.look(shown(&rules, on)).unwrap().price.unwrap();
    // A bank answers for 300 of what is owed.
    let guaranteed = limited(&rules)
        .asked(day("2026-01-02"), super::stories::guarantee("G-1", "300.00", "1"))
        .given(invoice("F-1", "100.00 EUR", "2026-12-31", None))
        .asked(day("2026-01-05"), order("PO-1", "1200.00 EUR", "2026-01-05"));
    let it = price(&guaranteed, "2026-01-05");
    // 100 + 1200 - 300, and nothing was unsecured before.
    assert_eq!(it.unsecured, eur("1000.00"));
    // Grade C: 2.5 % a year, of which 60 % is lost.
    assert_eq!(it.expected_loss, Some(eur("15.00")));
}
