//! Cases given to somebody who collects, and what comes back.

use chrono::NaiveDate;
use decider::Decider as _;
use events::collection::{CollectionPolicy, Collector, CollectorStatus, Errand, FeeBand};
use invoicing::InstalmentData;
use money::Stated;
use proptest::prelude::*;

use super::world::*;
use crate::{
    AcceptPlacement, CollectorData, Command, HandOver, InvoiceAmount, RecallPlacement,
    RecordErrand, RefusePlacement, RemittanceData, Report, RunOutcome, Start, WithdrawHandOver,
    view::Stage,
};

pub(super) fn agency() -> Collector {
    let band = |days_max, amount_max: Option<&str>, share: &str| FeeBand {
        days_max,
        amount_max: amount_max.map(eur),
        share: share.parse().unwrap(),
    };
    Collector {
        name: word("agency 1"),
        agreement: word("AG-1"),
        insurance: word("RC-77"),
        remits_in_days: 30,
        fees: vec![band(Some(90), Some("5000.00"), "0.12"), band(None, None, "0.2")],
        least_fee: Some(eur("25.00")),
    }
}

fn placed_rules() -> CollectionPolicy {
    CollectionPolicy { collectors: vec![agency()], ..rules() }
}

/// A case of 1,000 and 500 euros.
fn case() -> World {
    let mut world = World::new(placed_rules());
    world
        .hears([
            invoice("F-1", "1000.00", "2026-01-02", "2026-01-31"),
            invoice("F-2", "500.00", "2026-01-15", "2026-02-15"),
        ])
        .hears([exhausted("F-1", "2026-03-10"), exhausted("F-2", "2026-03-10")])
        .on("2026-03-10", &["case-1 exhausted: F-1, F-2"]);
    world
}

pub(super) fn hand_over(by: &str) -> Command {
    Command::HandOver(HandOver {
        customer_id: "C-1".parse().unwrap(),
        case_id: "case-1".parse().unwrap(),
        collector: word("agency 1"),
        placed_by: by.parse().unwrap(),
        place_date: day("2026-03-11"),
    })
}

pub(super) fn start(errand: Errand, on: &str) -> Command {
    Command::Start(Start {
        placement: "placement-1".parse().unwrap(),
        errand,
        run: word("run-1"),
        on: day(on),
    })
}

pub(super) fn report(errand: Errand, run: &str, outcome: RunOutcome) -> Command {
    Command::Report(Box::new(Report {
        placement: "placement-1".parse().unwrap(),
        errand,
        run: word(run),
        on: day("2026-03-11"),
        outcome,
    }))
}

pub(super) fn done() -> RunOutcome {
    RunOutcome::Done { proof: Some(word("201")), dossier: None }
}

fn recall() -> Command {
    Command::RecallPlacement(RecallPlacement {
        customer_id: "C-1".parse().unwrap(),
        placement_id: "placement-1".parse().unwrap(),
        recalled_by: "desk-1".parse().unwrap(),
        recall_date: day("2026-05-01"),
    })
}

fn refuse() -> Command {
    Command::RefusePlacement(RefusePlacement {
        customer_id: "C-1".parse().unwrap(),
        placement_id: "placement-1".parse().unwrap(),
        refuse_date: day("2026-03-13"),
        why: word("too small"),
    })
}

pub(super) fn remit(id: &str, collected: &[(&str, &str)], fee: &str) -> RemittanceData {
    let collected = collected.iter().map(|(invoice, amount)| InvoiceAmount {
        invoice_id: invoice.parse().unwrap(),
        amount: Stated(amount.parse().unwrap()),
    });
    RemittanceData {
        customer_id: "C-1".parse().unwrap(),
        placement_id: "placement-1".parse().unwrap(),
        remittance_id: id.parse().unwrap(),
        collect_date: day("2026-04-10"),
        collected: collected.collect(),
        fee: Stated(fee.parse().unwrap()),
        kept_back: true,
        payment_id: None,
    }
}

pub(super) fn remits(data: RemittanceData) -> Command {
    Command::Remit(Box::new(data))
}

fn placed() -> World {
    let mut world = case();
    world
        .asks(hand_over("desk-1"), &["placement-1 of case-1 to agency 1"])
        .asks(start(Errand::HandOver, "2026-03-11"), &["placement-1 hand_over starts: 150000"])
        .asks(report(Errand::HandOver, "run-1", done()), &["placement-1 hand_over done"]);
    world
}

#[test]
fn a_case_is_handed_over_once_accepted_and_brings_money() {
    let mut world = placed();
    world
        .asks(hand_over("desk-1"), &[])
        .asks(
            Command::AcceptPlacement(AcceptPlacement {
                customer_id: "C-1".parse().unwrap(),
                placement_id: "placement-1".parse().unwrap(),
                accept_date: day("2026-03-12"),
                reference: Some(word("D-4711")),
            }),
            &["placement-1 accepted"],
        )
        // 39 days late and 1,500 euros: 12 %; of 400 that is 48.
        .asks(
            remits(remit("RM-1", &[("F-1", "400.00 EUR")], "48.00 EUR")),
            &["RM-1 40000, fee 48.00 EUR"],
        )
        .asks(remits(remit("RM-1", &[("F-1", "400.00 EUR")], "48.00 EUR")), &[]);
    // The money arrives in the books as any other, and is found there.
    world.hears(paid("P-1", "F-1", "400.00", "2026-04-15"));
    let named = RemittanceData {
        payment_id: Some("P-1".parse().unwrap()),
        ..remit("RM-2", &[("F-1", "400.00 EUR")], "48.00 EUR")
    };
    world.does(remits(named));
    let placements = world.collection.placements();
    let books: Vec<_> = placements[0].remittances.iter().map(|it| it.in_the_books).collect();
    assert_eq!(books, [None, Some(eur("400.00"))]);
    let refused = world.refuses(hand_over("desk-2"));
    assert_eq!(refused.to_string(), "case case-1 is placed already: placement-1");
}

#[test]
fn a_collector_says_what_the_customer_proposes_and_a_person_decides() {
    let proposed = Command::ReportCollection(Box::new(CollectorData {
        customer_id: "C-1".parse().unwrap(),
        placement_id: "placement-1".parse().unwrap(),
        report_id: word("R-1"),
        report_date: day("2026-03-20"),
        status: CollectorStatus::Proposes,
        proposes: vec![InstalmentData {
            due_date: day("2026-05-01"),
            amount: Stated(eur("500.00")),
        }],
        note: None,
    }));
    let mut world = case();
    assert_eq!(world.refuses(proposed.clone()).reason(), "PLACEMENT_NOT_FOUND");
    let mut world = placed();
    world.asks(proposed.clone(), &["placement-1 proposes"]).asks(proposed, &[]);
    assert_eq!(world.collection.placements()[0].reports[0].proposes.len(), 1);
}

#[test]
fn what_a_collector_cannot_have_taken_in_is_refused_with_the_reason() {
    let mut world = placed();
    for (data, told) in [
        (remit("RM-1", &[("F-9", "1.00 EUR")], "0.00 EUR"), "invoice F-9 is not in case case-1"),
        (remit("RM-1", &[("F-1", "1.00 GBP")], "0.00 GBP"), "invoice F-1 is owed in EUR"),
        (
            remit("RM-1", &[("F-1", "1000.01 EUR")], "0.00 EUR"),
            "of invoice F-1 at most 1000.00 EUR could be collected",
        ),
        (
            RemittanceData {
                placement_id: "placement-9".parse().unwrap(),
                ..remit("RM-1", &[("F-1", "1.00 EUR")], "0.00 EUR")
            },
            "placement placement-9 is not known",
        ),
    ] {
        assert_eq!(world.refuses(remits(data)).to_string(), told);
    }
    world.does(remits(remit("RM-1", &[("F-1", "600.00 EUR")], "72.00 EUR")));
    // Twice is too much, and once more under the same number is another thing.
    let more = remits(remit("RM-2", &[("F-1", "400.01 EUR")], "48.00 EUR"));
    assert_eq!(
        world.refuses(more).to_string(),
        "of invoice F-1 at most 400.00 EUR could be collected"
    );
    let other = remits(remit("RM-1", &[("F-1", "601.00 EUR")], "72.00 EUR"));
    assert_eq!(world.refuses(other).reason(), "REMITTANCE_CONFLICT");
    let named = |id| RemittanceData {
        payment_id: Some("P-1".parse().unwrap()),
        ..remit(id, &[("F-2", "10.00 EUR")], "1.20 EUR")
    };
    world.does(remits(named("RM-3")));
    assert_eq!(world.refuses(remits(named("RM-4"))).reason(), "PAYMENT_TWICE");
    let twice = remits(remit("RM-5", &[("F-2", "1.00 EUR"), ("F-2", "1.00 EUR")], "0.00 EUR"));
    assert_eq!(twice.check().unwrap_err().0[0].reason, "names an invoice twice");
}

#[test]
fn the_least_fee_is_asked_for_once() {
    placed()
        .asks(
            remits(remit("RM-1", &[("F-1", "100.00 EUR")], "25.00 EUR")),
            &["RM-1 10000, fee 25.00 EUR"],
        )
        .asks(
            remits(remit("RM-2", &[("F-1", "100.00 EUR")], "12.00 EUR")),
            &["RM-2 10000, fee 12.00 EUR"],
        );
}

#[test]
fn what_was_paid_before_it_leaves_is_not_handed_over() {
    let mut world = case();
    world
        .does(hand_over("desk-1"))
        .hears(paid("P-1", "F-1", "1000.00", "2026-03-11"))
        // What is owed when it starts is what the collector is told.
        .asks(start(Errand::HandOver, "2026-03-11"), &["placement-1 hand_over starts: 50000"])
        // The rest is paid while it is being written: nothing leaves.
        .hears(paid("P-2", "F-2", "500.00", "2026-03-11"));
    let id = "placement-1".parse().unwrap();
    let on = day("2026-03-11");
    assert!(!world.policy.is_still_to_be_brought(&world.collection, &id, Errand::HandOver, on));
    world
        .asks(
            report(Errand::HandOver, "run-1", RunOutcome::Withdrawn),
            &["placement-1 hand_over waits again"],
        )
        .on("2026-03-12", &["case-1 paid", "placement-1 withdrawn"]);
}

#[test]
fn whoever_was_given_a_case_that_is_paid_is_told_to_stop() {
    placed()
        .hears(paid("P-1", "F-1", "1000.00", "2026-03-20"))
        .on("2026-03-20", &[])
        .hears(paid("P-2", "F-2", "500.00", "2026-03-21"))
        .on("2026-03-21", &["case-1 paid", "placement-1 to be recalled"])
        .asks(start(Errand::Recall, "2026-03-21"), &["placement-1 recall starts: 0"])
        .asks(report(Errand::Recall, "run-1", done()), &["placement-1 recall done"])
        .on("2026-03-22", &[]);
}

#[test]
fn a_case_that_was_recalled_or_refused_may_be_given_to_another() {
    let mut world = placed();
    world
        .asks(recall(), &["placement-1 to be recalled"])
        .asks(recall(), &[])
        .asks(start(Errand::Recall, "2026-05-01"), &["placement-1 recall starts: 0"])
        .asks(report(Errand::Recall, "run-1", done()), &["placement-1 recall done"])
        .asks(hand_over("desk-1"), &["placement-2 of case-1 to agency 1"]);
    let mut world = placed();
    world
        .asks(refuse(), &["placement-1 refused"])
        .asks(refuse(), &[])
        .asks(hand_over("desk-1"), &["placement-2 of case-1 to agency 1"]);
}

#[test]
fn of_what_nobody_knows_a_person_says_what_became_of_it() {
    let lost = RunOutcome::Unknown { why: word("no answer") };
    let mut world = case();
    world
        .does(hand_over("desk-1"))
        .does(start(Errand::HandOver, "2026-03-11"))
        .asks(report(Errand::HandOver, "run-2", lost), &["placement-1 hand_over unknown"]);
    let id = "placement-1".parse().unwrap();
    let on = day("2026-03-12");
    assert!(!world.policy.may_start(&world.collection, &id, Errand::HandOver, on));
    let withdraw = Command::WithdrawHandOver(WithdrawHandOver {
        customer_id: "C-1".parse().unwrap(),
        placement_id: id.clone(),
        withdrawn_by: "desk-1".parse().unwrap(),
        withdraw_date: on,
    });
    assert_eq!(world.refuses(withdraw).reason(), "PLACEMENT_OUT");
    let was_not = Command::RecordErrand(RecordErrand {
        customer_id: "C-1".parse().unwrap(),
        placement_id: id,
        errand: Errand::HandOver,
        errand_date: on,
        why: Some(word("they never got it")),
        proof: None,
        recorded_by: "desk-1".parse().unwrap(),
    });
    // It goes again, once, and saying so twice changes nothing.
    world
        .asks(was_not.clone(), &["placement-1 hand_over waits again"])
        .asks(was_not, &[])
        .asks(start(Errand::HandOver, "2026-03-12"), &["placement-1 hand_over starts: 150000"])
        .asks(report(Errand::HandOver, "run-1", done()), &["placement-1 hand_over done"]);
    assert!(!world.collection.has_pending());
}

#[test]
fn what_cannot_be_brought_waits_for_a_person_and_no_process_tries_it_again() {
    let no = RunOutcome::Failed { why: word("no key of the agency") };
    let mut world = case();
    world
        .does(hand_over("desk-1"))
        .does(start(Errand::HandOver, "2026-03-11"))
        .asks(report(Errand::HandOver, "run-1", no), &["placement-1 hand_over failed"]);
    assert!(!world.collection.has_pending());
    assert_eq!(world.refuses(start(Errand::HandOver, "2026-03-12")).reason(), "ERRAND_TOO_LATE");
}

#[test]
fn what_is_called_back_on_its_way_does_not_leave_and_the_word_goes_nowhere() {
    let mut world = case();
    world
        .does(hand_over("desk-1"))
        .does(start(Errand::HandOver, "2026-03-11"))
        .asks(recall(), &["placement-1 to be recalled"]);
    // Whoever brings it looks once more; and nobody is told to stop what it may never get.
    let id = "placement-1".parse().unwrap();
    let on = day("2026-03-11");
    assert!(!world.policy.is_still_to_be_brought(&world.collection, &id, Errand::HandOver, on));
    assert!(!world.policy.may_start(&world.collection, &id, Errand::Recall, on));
    world
        .asks(
            report(Errand::HandOver, "run-1", RunOutcome::Withdrawn),
            &["placement-1 hand_over waits again"],
        )
        .on("2026-03-11", &["placement-1 withdrawn"]);
    assert!(!world.collection.has_pending());
    let recall = world.collection.placements()[0].recall.clone();
    assert!(recall.is_some_and(|it| it.stage == Stage::Withdrawn));
}

#[test]
fn what_is_called_back_too_late_is_followed_by_the_word_to_stop() {
    let mut world = case();
    world
        .does(hand_over("desk-1"))
        .does(start(Errand::HandOver, "2026-03-11"))
        .asks(recall(), &["placement-1 to be recalled"])
        .asks(report(Errand::HandOver, "run-1", done()), &["placement-1 hand_over done"])
        .on("2026-03-11", &[])
        .asks(start(Errand::Recall, "2026-03-11"), &["placement-1 recall starts: 0"])
        .asks(report(Errand::Recall, "run-1", done()), &["placement-1 recall done"]);
    assert!(!world.collection.has_pending());
}

#[test]
fn nothing_is_started_before_its_plan_was_heard_back() {
    let mut world = case();
    let said = world.policy.decide(&world.collection, hand_over("desk-1")).unwrap();
    for event in said {
        // On its way to the journal: known, and not heard back.
        decider::Fold::evolve(&mut world.collection, &event.into());
    }
    let refused = world.refuses(start(Errand::HandOver, "2026-03-11"));
    assert_eq!(refused.reason(), "ERRAND_TOO_LATE");
}

#[derive(Debug, Clone)]
enum Happens {
    Tries { dies: u8, pays: bool },
    HandsOver,
    Recalls,
    Pays(u8),
    Bounces,
    Resolves,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        6 => (0_u8..6, any::<bool>()).prop_map(|(dies, pays)| Happens::Tries { dies, pays }),
        3 => Just(Happens::HandsOver),
        1 => Just(Happens::Recalls),
        2 => (1_u8..=100).prop_map(Happens::Pays),
        1 => Just(Happens::Bounces),
        1 => Just(Happens::Resolves),
    ]
}

/// What whoever collects has really been brought, placement by placement, whatever the books say.
#[derive(Debug, Default)]
struct Doorstep {
    brought: std::collections::BTreeMap<(String, Errand), u32>,
    after_payment: bool,
}

proptest! {
    /// With a process killed at every step and payments racing it: a case is brought at most once a
    /// placement, never after it was paid in full, and what is unknown is repeated only when a person
    /// has looked.
    #[test]
    fn a_case_is_brought_once_and_never_after_payment(
        happenings in prop::collection::vec(happens(), 1..40),
    ) {
        let mut world = case();
        let mut doorstep = Doorstep::default();
        let mut today = day("2026-03-11");
        let (mut run, mut payments) = (0, Vec::new());
        for (count, it) in happenings.into_iter().enumerate() {
            let text = today.to_string();
            match it {
                Happens::HandsOver => {
                    if let Ok(said) = world.policy.decide(&world.collection, hand_over("desk-1")) {
                        world.hears(said);
                    }
                }
                Happens::Recalls => {
                    for known in world.collection.placements() {
                        let Command::RecallPlacement(it) = recall() else { continue };
                        let command = Command::RecallPlacement(RecallPlacement {
                            placement_id: known.placement.placement,
                            ..it
                        });
                        if let Ok(said) = world.policy.decide(&world.collection, command) {
                            world.hears(said);
                        }
                    }
                }
                Happens::Pays(percent) => pay(&mut world, &mut payments, count, percent, &text),
                Happens::Bounces => {
                    if let Some(payment) = payments.pop() {
                        world.hears(bounced(&payment, &text));
                    }
                }
                Happens::Resolves => resolve(&mut world, &doorstep, today),
                Happens::Tries { dies, pays } => {
                    run += 1;
                    attempt(&mut world, &mut doorstep, run, dies, pays, today);
                }
            }
            world.says_on(today);
            today = today.succ_opt().unwrap();
        }
        prop_assert!(doorstep.brought.values().all(|it| *it == 1), "{doorstep:?}");
        prop_assert!(!doorstep.after_payment);
    }
}

fn pay(world: &mut World, payments: &mut Vec<String>, count: usize, percent: u8, text: &str) {
    let owed = world.collection.dunning().risk().account().owed();
    let Some(item) = owed.items.first() else { return };
    let (id, minor) = (item.invoice.to_string(), item.open.minor() * i64::from(percent) / 100);
    let amount = money::Money::new(minor.max(1), item.open.currency()).decimal().to_string();
    let payment = format!("P-{count}");
    world.hears(paid(&payment, &id, &amount, text));
    payments.push(payment);
}

#[test]
fn what_a_person_brought_itself_is_owed_as_it_was_on_that_day_and_no_more_may_come_back() {
    let mut world = case();
    let taken = Command::RecordErrand(RecordErrand {
        customer_id: "C-1".parse().unwrap(),
        placement_id: "placement-1".parse().unwrap(),
        errand: Errand::HandOver,
        errand_date: day("2026-03-12"),
        why: None,
        proof: Some(word("registered letter 7")),
        recorded_by: "desk-1".parse().unwrap(),
    });
    world
        .does(hand_over("desk-1"))
        .hears(paid("P-1", "F-2", "200.00", "2026-03-11"))
        .asks(
            taken.clone(),
            &["placement-1 hand_over starts: 130000", "placement-1 hand_over done"],
        )
        .asks(taken, &[]);
    let more = remit("R-1", &[("F-2", "500.00 EUR")], "0.00 EUR");
    assert_eq!(world.refuses(Command::Remit(Box::new(more))).reason(), "MORE_THAN_OWED");
    let all = remit("R-1", &[("F-2", "300.00 EUR")], "0.00 EUR");
    world.asks(Command::Remit(Box::new(all)), &["R-1 30000, fee 36.00 EUR"]);
}

/// A person looks at what nobody knows: whoever collects says what it was brought.
fn resolve(world: &mut World, doorstep: &Doorstep, today: NaiveDate) {
    for known in world.collection.placements() {
        if !matches!(known.hand_over.stage, Stage::Unknown(_)) {
            continue;
        }
        let brought = (known.placement.placement.to_string(), Errand::HandOver);
        let taken = doorstep.brought.contains_key(&brought);
        let command = Command::RecordErrand(RecordErrand {
            customer_id: "C-1".parse().unwrap(),
            placement_id: known.placement.placement,
            errand: Errand::HandOver,
            errand_date: today,
            why: (!taken).then(|| word("they never got it")),
            proof: None,
            recorded_by: "desk-1".parse().unwrap(),
        });
        let said = world.policy.decide(&world.collection, command).unwrap();
        world.hears(said);
    }
}

/// A process that may die between any two steps; whoever follows it looks at what it left behind.
fn attempt(
    world: &mut World,
    doorstep: &mut Doorstep,
    run: u32,
    dies: u8,
    pays: bool,
    today: NaiveDate,
) {
    let name = word(&format!("run-{run}"));
    for known in world.collection.placements() {
        for errand in [Errand::HandOver, Errand::Recall] {
            let placement = known.placement.placement.clone();
            let report = |outcome| {
                Command::Report(Box::new(Report {
                    placement: placement.clone(),
                    errand,
                    run: name.clone(),
                    on: today,
                    outcome,
                }))
            };
            let stage = match errand {
                Errand::HandOver => Some(&known.hand_over.stage),
                Errand::Recall => known.recall.as_ref().map(|it| &it.stage),
            };
            if matches!(stage, Some(Stage::Started { .. })) {
                let why = word("whoever ran it is gone");
                let gone =
                    world.policy.decide(&world.collection, report(RunOutcome::Unknown { why }));
                world.hears(gone.unwrap());
                continue;
            }
            let start = Command::Start(Start {
                placement: placement.clone(),
                errand,
                run: name.clone(),
                on: today,
            });
            let Ok(said) = world.policy.decide(&world.collection, start) else { continue };
            world.hears(said);
            if dies == 1 {
                return;
            }
            if pays {
                let owed = world.collection.dunning().risk().account().owed();
                let all: Vec<_> = owed
                    .items
                    .iter()
                    .map(|it| (it.invoice.to_string(), it.open.decimal().to_string()))
                    .collect();
                for (id, open) in all {
                    let payment = format!("P-{run}-{id}-{errand}");
                    world.hears(paid(&payment, &id, &open, &today.to_string()));
                }
            }
            if dies == 2 {
                return;
            }
            let go =
                world.policy.is_still_to_be_brought(&world.collection, &placement, errand, today);
            if !go {
                let said = world.policy.decide(&world.collection, report(RunOutcome::Withdrawn));
                world.hears(said.unwrap());
                continue;
            }
            if errand == Errand::HandOver {
                let account = world.collection.dunning().risk().account();
                doorstep.after_payment |= !account.has_open_items();
            }
            *doorstep.brought.entry((placement.to_string(), errand)).or_default() += 1;
            if dies == 3 {
                return;
            }
            let outcome =
                if dies == 4 { RunOutcome::Unknown { why: word("no answer") } } else { done() };
            let said = world.policy.decide(&world.collection, report(outcome));
            world.hears(said.unwrap());
        }
    }
}
