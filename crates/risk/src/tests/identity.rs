//! What is doubtful about who a customer is, and which orders wait for that.

use decider::spec::Story;
use events::{
    Reference,
    risk::{CreditPolicy, Doubt, Rule},
};

use super::{
    inputs::said,
    stories::{day, eur, limit, order, policy, rules},
};
use crate::{
    Command, InputKind, Kind, Policy, Refusal, Subject,
    view::{OrderState, OrderView, Way, What},
};

/// A look at who the customer is.
fn checked(id: &str, source: &str, on: &str, found: &[&str]) -> Command {
    let found: Vec<_> = found.iter().map(|it| format!(r#"{{"finding":"{it}"}}"#)).collect();
    let found = found.join(",");
    let data = format!(
        r#""check_id":"{id}","check_date":"{on}","source":"{source}","findings":[{found}]"#
    );
    said(InputKind::RecordIdentity, &data)
}

fn limited(rules: &CreditPolicy) -> Story<Policy> {
    let story = Story::of(policy(rules.clone()));
    story.asked(day("2026-01-02"), limit("L-1", "10000.00", "2026-01-02", None))
}

fn view(rules: &CreditPolicy, story: &Story<Policy>, on: &str) -> OrderView {
    let policy = policy(rules.clone());
    story.look(|risk| policy.order(risk, &"PO-1".parse().unwrap(), day(on))).unwrap()
}

/// What speaks against the order, and what would let it pass.
fn against(story: &Story<Policy>, on: &str) -> (Vec<Rule>, Vec<Way>) {
    match view(&rules(), story, on).state {
        OrderState::Held { rules, ways, .. } => (rules, ways),
        OrderState::Accepted { .. } => (Vec::new(), Vec::new()),
    }
}

fn is_accepted(story: &Story<Policy>, on: &str) -> bool {
    matches!(view(&rules(), story, on).state, OrderState::Accepted { .. })
}

fn doubtful(finding: Doubt) -> Rule {
    Rule::DoubtfulIdentity { finding }
}

#[test]
fn an_order_waits_until_somebody_has_looked_again_and_found_nothing() {
    let found = ["bank_account_changed", "domain_young"];
    let held = limited(&rules())
        .asked(day("2026-01-10"), checked("IC-1", "bank", "2026-01-10", &found))
        .asked(day("2026-01-11"), order("PO-1", "900.00 EUR", "2026-01-11"));
    let (bank, young) = (Doubt::BankAccountChanged, Doubt::DomainYoung);
    let (against_it, ways) = against(&held, "2026-01-11");
    assert_eq!(against_it, [doubtful(bank), doubtful(young)]);
    let sources = vec!["bank".parse().unwrap()];
    let what = What::CheckIdentity { findings: vec![bank, young], sources };
    assert_eq!(ways, [Way { what, enough: true }]);

    // Less is doubtful, and the journal says so; then nothing is, and the order passes by itself.
    let less =
        held.asked(day("2026-01-12"), checked("IC-2", "bank", "2026-01-12", &["domain_young"]));
    let id: Reference = "PO-1".parse().unwrap();
    let rules_said = less.look(|risk| risk.held_order(&id).unwrap().rules.clone());
    assert_eq!(rules_said, [doubtful(young)]);
    let cleared = less.asked(day("2026-01-15"), checked("IC-3", "bank", "2026-01-15", &[]));
    assert!(is_accepted(&cleared, "2026-01-15"));

    // What was found later and said sooner is not taken back by what is older.
    let again = cleared
        .asked(day("2026-01-20"), checked("IC-5", "bank", "2026-01-20", &["name_mismatch"]))
        .asked(day("2026-01-20"), checked("IC-4", "bank", "2026-01-19", &[]));
    let doubts = |on| again.look(|risk| risk.doubts_on(day(on)).into_keys().collect::<Vec<_>>());
    assert_eq!(doubts("2026-01-19"), []);
    assert_eq!(doubts("2026-01-20"), [Doubt::NameMismatch]);
    assert_eq!(doubts("2026-01-14"), [Doubt::DomainYoung], "as it was then");
    assert!(is_accepted(&again, "2026-01-20"), "what was accepted stays so");
}

#[test]
fn each_source_takes_back_what_it_said_itself() {
    let found = ["address_mismatch"];
    let both = limited(&rules())
        .asked(day("2026-01-10"), checked("IC-1", "SIRENE", "2026-01-10", &found))
        .asked(day("2026-01-10"), checked("IC-2", "bank", "2026-01-10", &found))
        .asked(day("2026-01-11"), order("PO-1", "900.00 EUR", "2026-01-11"))
        .asked(day("2026-01-12"), checked("IC-3", "bank", "2026-01-12", &[]));
    assert_eq!(against(&both, "2026-01-12").0, [doubtful(Doubt::AddressMismatch)]);
    // A look of tomorrow counts tomorrow.
    let tomorrow = both.asked(day("2026-01-12"), checked("IC-4", "SIRENE", "2026-01-14", &[]));
    assert!(!is_accepted(&tomorrow.clone().passes(day("2026-01-13")), "2026-01-13"));
    assert!(is_accepted(&tomorrow.passes(day("2026-01-14")), "2026-01-14"));
}

#[test]
fn looking_again_is_not_enough_for_an_order_that_is_too_large_as_well() {
    let held = limited(&rules())
        .asked(
            day("2026-01-10"),
            checked("IC-1", "SIRENE", "2026-01-10", &["registration_unknown"]),
        )
        .asked(day("2026-01-11"), order("PO-1", "12000.00 EUR", "2026-01-11"));
    let (rules, ways) = against(&held, "2026-01-11");
    let over = Rule::OverLimit { excess: eur("2000.00") };
    assert_eq!(rules, [over, doubtful(Doubt::RegistrationUnknown)]);
    assert!(ways.iter().all(|it| !it.enough), "{ways:?}");
}

#[test]
fn the_policy_may_let_orders_pass_all_the_same() {
    let lax = CreditPolicy { hold_doubtful_identity: false, ..rules() };
    let story = limited(&lax)
        .asked(day("2026-01-10"), checked("IC-1", "bank", "2026-01-10", &["domain_young"]))
        .asked(day("2026-01-11"), order("PO-1", "900.00 EUR", "2026-01-11"));
    assert!(matches!(view(&lax, &story, "2026-01-11").state, OrderState::Accepted { .. }));
}

#[test]
fn a_look_is_taken_once_and_in_the_file_with_the_entry_it_stands_in() {
    let look = || checked("IC-1", "SIRENE", "2026-01-10", &["registration_inactive"]);
    let other = checked("IC-1", "SIRENE", "2026-01-10", &[]);
    let story = limited(&rules()).asked(day("2026-01-10"), look());
    let conflict = Refusal::Conflict { subject: Subject::IdentityCheck, id: "IC-1".to_owned() };
    let story = story.when(look(), &[]).refuses(other, &conflict);
    let filed = story.look(|risk| {
        let file = policy(rules()).credit_file(risk, day("2026-01-10"));
        file.identity.iter().map(|it| it.findings.len()).collect::<Vec<_>>()
    });
    assert_eq!(filed, [1]);
    let twice = br#"{"customer_id":"C-1","check_id":"IC-2","check_date":"2026-01-10","source":"s","findings":[{"finding":"domain_young"},{"finding":"domain_young"}]}"#;
    let wrong = Command::read(Kind::Input(InputKind::RecordIdentity), twice).unwrap_err();
    assert_eq!(wrong.0[0].field, "findings[1].finding");
}
