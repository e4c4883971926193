//! What holds whatever happens, in whatever order, whoever is killed when.

mod charges;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use decider::{Decider as _, laws};
use events::{
    Reference,
    dunning::{Approval, ContactResult, DunningPolicy, Event, Level, Presentation, Scope, Tone},
    invoicing,
};
use proptest::prelude::*;

use charges::{Besides, besides, with_documents};

use super::world::*;
use crate::{
    Command, Dunning, Fact, LiftHold, Outcome, RecordFailure, RecordPresentation, Report, Start,
    state::Stage,
    view::{
        ReminderState,
        worklist::{Rank, WAITING_POINTS},
    },
};

#[derive(Debug, Clone)]
enum Happens {
    Invoice(u16, u8),
    Paid(u8, u8),
    Cash(u16, u8),
    Bounced(u8),
    Dispute(u8),
    Promise(u8, u8),
    Broken(u8),
    Hold(u8, u8),
    Lift(u8),
    Call(u8),
    Agree,
    /// The sender does its work, and is killed at a step of it: 0 never, 1 before the message leaves,
    /// 2 after it. Meanwhile the customer may pay: 1 before the sending starts, 2 after that.
    Send(u8, u8),
    /// Somebody says that what nobody knew was not sent; only if it was not.
    NotSent,
    /// Whoever carried one that was sent says what came of it, so many days later.
    Presented(u8, u8),
    /// Something that changes what is owed besides invoices.
    Besides(Besides),
    Days(u8),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (1..9_000_u16, 0..60_u8).prop_map(|(amount, due)| Happens::Invoice(amount, due)),
        3 => (0..8_u8, 0..40_u8).prop_map(|(item, before)| Happens::Paid(item, before)),
        1 => (1..9_000_u16, 0..20_u8).prop_map(|(amount, before)| Happens::Cash(amount, before)),
        1 => (0..60_u8).prop_map(Happens::Bounced),
        1 => (0..8_u8).prop_map(Happens::Dispute),
        1 => (0..8_u8, 0..20_u8).prop_map(|(item, days)| Happens::Promise(item, days)),
        1 => (0..20_u8).prop_map(Happens::Broken),
        1 => (0..40_u8, 0..20_u8).prop_map(|(before, days)| Happens::Hold(before, days)),
        1 => (0..10_u8).prop_map(Happens::Lift),
        1 => (0..6_u8).prop_map(Happens::Call),
        3 => Just(Happens::Agree),
        6 => (
            prop_oneof![6 => Just(0_u8), 1 => Just(1), 1 => Just(2)],
            prop_oneof![6 => Just(0_u8), 1 => Just(1), 1 => Just(2)],
        )
            .prop_map(|(killed, paid)| Happens::Send(killed, paid)),
        1 => Just(Happens::NotSent),
        1 => (0..4_u8, 0..4_u8).prop_map(|(result, days)| Happens::Presented(result, days)),
        5 => besides().prop_map(Happens::Besides),
        6 => prop_oneof![8 => 1..4_u8, 1 => 4..60_u8].prop_map(Happens::Days),
    ]
}

/// The first level asks for invoices alone, the others for charges too.
fn policy() -> DunningPolicy {
    let claims = |it| Level { interest: true, fixed_sum: true, ..it };
    let levels = vec![
        level(2, 3, Tone::Reminder),
        claims(Level { approval: Approval::ByPerson, ..level(6, 3, Tone::Firm) }),
        claims(Level { deadline_days: Some(4), supply_block: 1, ..level(9, 3, Tone::Final) }),
    ];
    let usual = events::dunning::Ladder {
        exhausted_after_days: Some(6),
        ..ladder("usual", Scope::Tenant, levels)
    };
    with_documents(DunningPolicy { ladders: vec![usual], ..rules() })
}

/// A message that has left the building.
#[derive(Debug)]
struct Mail {
    reminder: String,
    on: NaiveDate,
}

struct Life {
    world: World,
    facts: Vec<Fact>,
    mails: Vec<Mail>,
    /// Which process runs.
    run: u32,
    today: NaiveDate,
}

impl Life {
    fn hear(&mut self, facts: impl IntoIterator<Item = impl Into<Fact>>) {
        let facts: Vec<Fact> = facts.into_iter().map(Into::into).collect();
        self.facts.extend(facts.clone());
        self.world.hears(facts);
    }

    fn steps(&mut self) {
        let said = self.world.says(&self.today.to_string());
        self.facts.extend(said.into_iter().map(Fact::from));
    }

    fn ask(&mut self, command: Command) -> bool {
        let Ok(said) = self.world.policy.decide(&self.world.dunning, command) else { return false };
        self.hear(said);
        self.steps();
        true
    }

    fn name(&self) -> Reference {
        word(&format!("run-{}", self.run))
    }

    /// The first invoice of a reminder is paid, and dunning has not yet looked.
    fn pay_first(&mut self, pending: &crate::state::Pending) {
        let invoice = &pending.reminder.items[0].invoice;
        let owed = self.world.dunning.risk.account().owed();
        let Some(open) = owed.items.iter().find(|it| it.invoice == invoice).map(|it| it.open)
        else {
            return;
        };
        let amount = open.to_string();
        let payment = format!("Q-{}", self.facts.len());
        let today = self.today.to_string();
        self.hear(paid(&payment, invoice.as_str(), amount.trim_end_matches(" EUR"), &today));
    }

    /// What a process does that sends.
    fn send(&mut self, killed: u8, pays: u8) -> Result<(), TestCaseError> {
        let Some(pending) = self.world.dunning.pending.clone() else { return Ok(()) };
        let (reminder, run, on) = (pending.reminder.reminder.clone(), self.name(), self.today);
        let report = |outcome| {
            let (reminder, run) = (reminder.clone(), run.clone());
            Command::Report(Box::new(Report { reminder, run, on, outcome }))
        };
        if let Stage::Started { run: by, .. } = &pending.stage
            && *by != run
        {
            let why = word("whoever sent it is gone");
            self.ask(report(Outcome::Unknown { why }));
            return Ok(());
        }
        if pays == 1 {
            self.pay_first(&pending);
        }
        let start = Start { reminder: reminder.clone(), run: run.clone(), on };
        if !self.ask(Command::Start(start)) {
            return Ok(());
        }
        if killed == 1 {
            self.run += 1;
            return Ok(());
        }
        if pays == 2 {
            self.pay_first(&pending);
        }
        if !self.world.policy.is_still_to_be_sent(&self.world.dunning, on) {
            self.ask(report(Outcome::Withdrawn));
            return Ok(());
        }
        // Independently of what dunning thinks: what is asked for is open, at this very moment.
        let owed = self.world.dunning.risk.account().owed();
        let open: BTreeMap<_, _> = owed
            .items
            .iter()
            .map(|it| (it.invoice, it.open.minor() - it.disputed.minor()))
            .collect();
        let asks = pending.reminder.purpose.is_reminder();
        for item in pending.reminder.items.iter().filter(|_| asks) {
            prop_assert_eq!(open.get(&item.invoice).copied(), Some(item.open.minor()));
        }
        self.mails.push(Mail { reminder: reminder.to_string(), on });
        if killed == 2 {
            self.run += 1;
            return Ok(());
        }
        prop_assert!(self.ask(report(taken())));
        Ok(())
    }
}

#[expect(clippy::too_many_lines, reason = "a line or two for everything that may happen")]
fn live_by(rules: DunningPolicy, happenings: &[Happens]) -> Result<Life, TestCaseError> {
    let mut life = Life {
        world: World::new(rules),
        facts: Vec::new(),
        mails: Vec::new(),
        run: 0,
        today: day("2026-01-05"),
    };
    let (mut reversed, mut broken, mut promised) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut paid_with = Vec::new();
    for (n, it) in happenings.iter().enumerate() {
        let before =
            |days: u8| life.today.checked_sub_days(Days::new(days.into())).unwrap().to_string();
        let after =
            |days: u8| life.today.checked_add_days(Days::new(days.into())).unwrap().to_string();
        let item = |place: &u8| {
            let owed = life.world.dunning.risk.account().owed();
            owed.items
                .get(usize::from(*place))
                .map(|it| (it.invoice.to_string(), it.open, it.disputed))
        };
        match it {
            Happens::Invoice(amount, due) => {
                let due = day(&before(30)).checked_add_days(Days::new((*due).into())).unwrap();
                let amount = format!("{amount}.00");
                life.hear([invoice(&format!("F-{n}"), &amount, &due.to_string())]);
            }
            Happens::Paid(place, earlier) => {
                let Some((id, open, _)) = item(place) else { continue };
                let amount = open.to_string();
                let amount = amount.trim_end_matches(" EUR");
                let payment = format!("P-{n}");
                life.hear(paid(&payment, &id, amount, &before(*earlier)));
                paid_with.push(payment);
            }
            Happens::Cash(amount, earlier) => {
                life.hear([cash(&format!("P-{n}"), &format!("{amount}.00"), &before(*earlier))]);
            }
            Happens::Bounced(place) => {
                let Some(payment) = paid_with.get(usize::from(*place)).cloned() else { continue };
                if reversed.insert(payment.clone()) {
                    life.hear([bounced(&payment, &before(0))]);
                }
            }
            Happens::Dispute(place) => {
                let Some((id, open, disputed)) = item(place) else { continue };
                if disputed.is_zero() {
                    let amount = open.to_string();
                    let amount = amount.trim_end_matches(" EUR");
                    life.hear([dispute(&format!("D-{n}"), &id, amount, &before(0))]);
                }
            }
            Happens::Promise(place, days) => {
                let Some((id, ..)) = item(place) else { continue };
                life.hear([promise(&format!("W-{n}"), &id, &after(*days))]);
                promised.push(format!("W-{n}"));
            }
            Happens::Broken(place) => {
                let Some(promise) = promised.get(usize::from(*place)).cloned() else { continue };
                if broken.insert(promise.clone()) {
                    let broken_on = life.today;
                    let promise = promise.parse().unwrap();
                    life.hear([invoicing::Event::PromiseBroken { promise, broken_on }]);
                }
            }
            Happens::Hold(earlier, days) => {
                let command = hold(&format!("H-{n}"), &before(*earlier), Some(&after(*days)));
                life.ask(command);
            }
            Happens::Lift(place) => {
                let known = life.world.dunning.holds.keys().nth(usize::from(*place)).cloned();
                let Some(hold_id) = known else { continue };
                let (customer_id, lifted_by) = ("C-1".parse().unwrap(), "desk-1".parse().unwrap());
                let lift_date = life.today;
                let it = LiftHold { customer_id, hold_id, lift_date, lifted_by };
                life.ask(Command::LiftHold(it));
            }
            Happens::Call(which) => {
                let result = ContactResult::ALL[usize::from(*which)];
                life.ask(call(&format!("K-{n}"), &before(0), result, None));
            }
            Happens::Agree => {
                let Some(pending) = &life.world.dunning.pending else { continue };
                let it = crate::ApproveReminder {
                    customer_id: "C-1".parse().unwrap(),
                    reminder_id: pending.reminder.reminder.clone(),
                    approved_by: "desk-1".parse().unwrap(),
                    approve_date: life.today,
                    channel: None,
                    template: None,
                };
                life.ask(Command::ApproveReminder(it));
            }
            Happens::Send(killed, pays) => life.send(*killed, *pays)?,
            Happens::NotSent => {
                let Some(pending) = life.world.dunning.pending.clone() else { continue };
                let reminder = pending.reminder.reminder.to_string();
                let left = life.mails.iter().any(|it| it.reminder == reminder);
                if matches!(pending.stage, Stage::Unknown(_)) && !left {
                    life.ask(Command::RecordFailure(RecordFailure {
                        customer_id: "C-1".parse().unwrap(),
                        reminder_id: reminder.parse().unwrap(),
                        fail_date: life.today,
                        why: word("it was not sent"),
                        recorded_by: "desk-1".parse().unwrap(),
                    }));
                }
            }
            Happens::Presented(result, days) => {
                let Some(sent) = life.world.dunning.sent().last() else { continue };
                life.ask(Command::RecordPresentation(RecordPresentation {
                    customer_id: "C-1".parse().unwrap(),
                    reminder_id: sent.reminder.reminder,
                    present_date: sent.on.checked_add_days(Days::new((*days).into())).unwrap(),
                    result: Presentation::ALL[usize::from(*result)],
                    proof: None,
                    recorded_by: "desk-1".parse().unwrap(),
                }));
            }
            Happens::Besides(it) => life.besides(n, it),
            Happens::Days(days) => {
                life.today = life.today.checked_add_days(Days::new((*days).into())).unwrap();
            }
        }
        life.steps();
    }
    Ok(life)
}

fn live(happenings: &[Happens]) -> Result<Life, TestCaseError> {
    live_by(policy(), happenings)
}

fn said(life: &Life) -> impl Iterator<Item = &Event> {
    life.facts.iter().filter_map(|it| match it {
        Fact::Dunning(event) => Some(event),
        Fact::Risk(_) => None,
    })
}

proptest! {
    #[test]
    fn nothing_leaves_twice_and_nothing_that_was_paid_is_asked_for(
        happenings in prop::collection::vec(happens(), 1..80),
    ) {
        let life = live(&happenings)?;
        let all: BTreeSet<_> = life.mails.iter().map(|it| &it.reminder).collect();
        prop_assert_eq!(all.len(), life.mails.len(), "{:?}", life.mails);
        // Whoever was written to is left alone for some days, whatever nobody knows.
        let gap = policy().contact_gap_days;
        for pair in life.mails.windows(2) {
            prop_assert!((pair[1].on - pair[0].on).num_days() >= gap.into(), "{:?}", life.mails);
        }
    }

    #[test]
    fn no_level_is_skipped_and_none_comes_too_early(
        happenings in prop::collection::vec(happens(), 1..80),
    ) {
        let life = live(&happenings)?;
        let mut planned = BTreeMap::new();
        let mut sent = BTreeMap::<_, Vec<(u8, NaiveDate)>>::new();
        let mut regretted = BTreeSet::new();
        for event in said(&life) {
            if let Event::ReminderPlanned(it) = event {
                planned.insert(it.reminder.clone(), it.clone());
                for item in it.items.iter().filter(|_| it.purpose.is_reminder()) {
                    let days = [2, 6, 9][usize::from(item.level) - 1];
                    prop_assert!((it.planned_on - item.due_on).num_days() >= days);
                    let before = sent.get(&item.invoice);
                    let highest = before.into_iter().flatten().map(|it| it.0).max().unwrap_or(0);
                    prop_assert!(item.level <= highest + 1, "{it:?} after {before:?}");
                }
            }
            if let Event::ReminderSent { reminder, on, .. } = event {
                for item in &planned[reminder].items {
                    sent.entry(item.invoice.clone()).or_default().push((item.level, *on));
                }
            }
            if let Event::ReminderRegretted { reminder, invoice, .. } = event {
                regretted.insert((reminder.clone(), invoice.clone()));
            }
        }
    }

    #[test]
    fn what_was_said_with_its_corrections_is_what_would_be_found_today(
        happenings in prop::collection::vec(happens(), 1..80),
    ) {
        let life = live(&happenings)?;
        let account = life.world.dunning.risk.account();
        for sent in life.world.dunning.sent().filter(|it| it.reminder.purpose.is_reminder()) {
            for item in &sent.reminder.items {
                let before = sent.on.pred_opt().unwrap();
                let view = account.invoice_view(&item.invoice, before).unwrap();
                let late = view.document.is_some_and(|it| it.due_on < sent.on);
                let right = late && view.open.is_some_and(money::Money::is_positive);
                let regretted = sent.regretted.contains(&item.invoice);
                prop_assert_eq!(regretted, !right, "{} {}", sent.reminder.reminder, item.invoice);
            }
        }
    }

    #[test]
    fn what_others_say_and_what_dunning_says_may_be_heard_in_any_order_between_them(
        happenings in prop::collection::vec(happens(), 1..40),
        interleaving in prop::collection::vec(any::<bool>(), 0..80),
    ) {
        let life = live(&happenings)?;
        let (heard, own): (Vec<_>, Vec<_>) =
            life.facts.into_iter().partition(|it| matches!(it, Fact::Risk(_)));
        laws::commutes::<Dunning>(&heard, &own, &interleaving);
    }

    #[test]
    fn it_wakes_honestly_and_falls_quiet(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let life = live(&happenings)?;
        let (policy, dunning) = (&life.world.policy, &life.world.dunning);
        laws::wakes_honestly(policy, dunning, life.today, 90);
        for days in [0, 1, 9, 40] {
            let on = life.today.checked_add_days(Days::new(days)).unwrap();
            laws::falls_quiet(policy, dunning, on, 100);
        }
    }

    #[test]
    fn the_rules_of_a_score_add_up_and_whoever_is_needed_is_in_the_worklist(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let life = live(&happenings)?;
        let (policy, dunning) = (&life.world.policy, &life.world.dunning);
        let pending = dunning.pending();
        let asks = pending.as_ref().is_some_and(|it| matches!(
            it.state,
            ReminderState::ToApprove | ReminderState::Unknown(_) | ReminderState::Stuck(_)
        ));
        let Some(work) = policy.work(dunning, life.today) else {
            prop_assert!(!asks, "{pending:?}");
            return Ok(());
        };
        prop_assert!(!work.tasks.is_empty());
        prop_assert_eq!(work.points, work.rules.iter().map(|it| it.points).sum::<i32>());
        prop_assert!(work.rules.iter().all(|it| it.points != 0));
        prop_assert!(work.rules.windows(2).all(|it| it[0].rule < it[1].rule));
        prop_assert!(work.tasks.is_sorted_by_key(|it| it.kind));
        // What waits is a part of what is overdue, and each unit waits for one thing at most.
        let taken_off: i32 = work.rules.iter().map(|it| it.points.min(0)).sum();
        prop_assert!((-WAITING_POINTS..=0).contains(&taken_off), "{:?}", work.rules);
    }

    #[test]
    fn of_two_customers_one_comes_first_whatever_order_they_are_met_in(
        mut all in prop::collection::vec((-50..50_i32, 0..20_u8), 2..20),
    ) {
        let rank = |(points, customer): &(i32, u8)| {
            Rank::new(*points, format!("C-{customer}").parse().unwrap())
        };
        let mut ranks: Vec<_> = all.iter().map(rank).collect();
        ranks.sort();
        for pair in ranks.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let by_points = b.points().cmp(&a.points());
            let expected = by_points.then_with(|| a.customer().cmp(b.customer()));
            prop_assert_eq!(a.cmp(b), expected);
            prop_assert!(expected.is_le());
        }
        all.reverse();
        let mut again: Vec<_> = all.iter().map(rank).collect();
        again.sort();
        prop_assert_eq!(again, ranks);
    }

    #[test]
    fn what_is_to_be_paid_for_supply_to_be_free_is_enough_and_what_is_less_is_not(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let mut life = live(&happenings)?;
        let supply = life.world.policy.supply(&life.world.dunning);
        prop_assert_eq!(supply.causes.is_empty(), supply.ways_out.is_empty());
        prop_assert_eq!(supply.ways_out.last().is_none_or(|it| it.level == 0), true);
        for (n, it) in supply.causes.iter().enumerate() {
            let left = life.world.policy.supply(&life.world.dunning).causes.len();
            prop_assert_eq!(left, supply.causes.len() - n);
            let asked = it.asked.to_string();
            let asked = asked.trim_end_matches(" EUR");
            let today = life.today.to_string();
            life.world.hears(paid(&format!("S-{n}"), it.invoice.as_str(), asked, &today));
        }
        prop_assert_eq!(life.world.policy.supply(&life.world.dunning).causes, []);
    }

    #[test]
    fn a_snapshot_is_the_state(happenings in prop::collection::vec(happens(), 1..60)) {
        let life = live(&happenings)?;
        let bytes = postcard::to_stdvec(&life.world.dunning).unwrap();
        let back: Dunning = postcard::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&back, &life.world.dunning);
    }
}

#[test]
fn a_command_reads_back_as_it_was_written() {
    let commands = [
        Command::AdoptDunningPolicy(Box::new(policy())),
        hold("H-1", "2026-01-01", Some("2026-02-01")),
        call("K-1", "2026-01-01", ContactResult::Refuses, Some("reminder-1")),
    ];
    for command in commands {
        let kinds = crate::Kind::ALL.iter();
        let read = kinds.filter_map(|(kind, _)| Command::read(*kind, &command.write()).ok());
        assert!(read.into_iter().any(|it| it == command), "{command:?}");
    }
    let backwards = hold("H-1", "2026-02-01", Some("2026-01-01"));
    let refused = backwards.check().unwrap_err();
    assert_eq!(refused.0[0].field, "until_date");
}
