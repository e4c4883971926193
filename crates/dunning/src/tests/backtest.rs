//! A policy tried on the past does what it would have done.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use decider::{Decider as _, Process as _};
use events::{
    dunning::{Approval, Channel, ContactResult, DunningPolicy, Event, Level, Scope, Tone},
    invoicing,
};
use proptest::prelude::*;

use super::world::*;
use crate::{
    ApproveReminder, Command, Fact, Policy,
    backtest::{Action, Change, Comparison, Did, Entry, Life, Minutes, Trial, changes},
};

#[derive(Debug, Clone)]
enum Happens {
    Invoice(u16, u8),
    Paid(u8, u8),
    Cash(u16),
    Bounced(u8),
    Dispute(u8),
    Promise(u8, u8),
    Broken(u8),
    Hold(u8, u8),
    Call(u8),
    Days(u8),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (1..9_000_u16, 0..60_u8).prop_map(|(amount, due)| Happens::Invoice(amount, due)),
        3 => (0..8_u8, 0..40_u8).prop_map(|(item, before)| Happens::Paid(item, before)),
        1 => (1..9_000_u16).prop_map(Happens::Cash),
        1 => (0..60_u8).prop_map(Happens::Bounced),
        1 => (0..8_u8).prop_map(Happens::Dispute),
        1 => (0..8_u8, 0..20_u8).prop_map(|(item, days)| Happens::Promise(item, days)),
        1 => (0..20_u8).prop_map(Happens::Broken),
        1 => (0..40_u8, 0..20_u8).prop_map(|(before, days)| Happens::Hold(before, days)),
        1 => (0..6_u8).prop_map(Happens::Call),
        9 => prop_oneof![8 => 1..4_u8, 1 => 4..60_u8].prop_map(Happens::Days),
    ]
}

fn policy() -> DunningPolicy {
    let levels = vec![
        level(2, 3, Tone::Reminder),
        Level {
            approval: Approval::ByPerson,
            channels: vec![Channel::Call],
            ..level(6, 3, Tone::Firm)
        },
        Level { deadline_days: Some(4), supply_block: 1, ..level(9, 3, Tone::Final) },
    ];
    let usual = events::dunning::Ladder {
        exhausted_after_days: Some(6),
        ..ladder("usual", Scope::Tenant, levels)
    };
    DunningPolicy { ladders: vec![usual], ..rules() }
}

/// A customer that was reminded at once whenever it was called for.
struct Reminded {
    world: World,
    entries: Vec<Entry>,
    days: Vec<NaiveDate>,
    said: Vec<(NaiveDate, Event)>,
}

impl Reminded {
    fn today(&self) -> NaiveDate {
        self.days[self.days.len() - 1]
    }

    fn hear<F: Into<Fact>>(&mut self, facts: impl IntoIterator<Item = F>) {
        let facts: Vec<Fact> = facts.into_iter().map(Into::into).collect();
        let place = u64::try_from(self.entries.len()).unwrap() + 1;
        self.entries.push(Entry { on: self.today(), place, facts: facts.clone() });
        self.world.hears(facts);
    }

    fn says(&mut self, command: Command) -> bool {
        let Ok(said) = self.world.policy.decide(&self.world.dunning, command) else { return false };
        let today = self.today();
        self.said.extend(said.iter().map(|it| (today, it.clone())));
        // What dunning said stands in the journal too, and a trial must not mind it.
        self.hear(said);
        true
    }

    fn act(&mut self) {
        loop {
            while let Some(step) = self.world.policy.step(&self.world.dunning, self.today()) {
                assert!(self.says(step));
            }
            let Some(pending) = self.world.dunning.pending() else { return };
            let reminder = pending.reminder.reminder.to_string();
            if pending.reminder.to_approve {
                self.says(Command::ApproveReminder(ApproveReminder {
                    customer_id: "C-1".parse().unwrap(),
                    reminder_id: pending.reminder.reminder,
                    approved_by: "desk-1".parse().unwrap(),
                    approve_date: self.today(),
                    channel: None,
                    template: None,
                }));
            }
            let today = self.today().to_string();
            if !self.says(start(&reminder, &today)) {
                return;
            }
            assert!(self.says(report(&reminder, "run-1", &today, taken())));
        }
    }
}

fn live(rules: DunningPolicy, happenings: &[Happens]) -> Reminded {
    let mut life = Reminded {
        world: World::new(rules),
        entries: Vec::new(),
        days: vec![day("2026-01-05")],
        said: Vec::new(),
    };
    let (mut reversed, mut broken, mut promised) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut paid_with = Vec::new();
    for (n, it) in happenings.iter().enumerate() {
        let today = life.today();
        let before = |days: u8| today.checked_sub_days(Days::new(days.into())).unwrap().to_string();
        let after = |days: u8| today.checked_add_days(Days::new(days.into())).unwrap();
        let owed = life.world.dunning.risk().account().owed();
        let item = |place: &u8| {
            let it = owed.items.get(usize::from(*place))?;
            let open = it.open.to_string().trim_end_matches(" EUR").to_owned();
            Some((it.invoice.to_string(), open, it.disputed.is_zero()))
        };
        match it {
            Happens::Invoice(amount, due) => {
                let due = day(&before(30)).checked_add_days(Days::new((*due).into())).unwrap();
                let amount = format!("{amount}.00");
                life.hear([invoice(&format!("F-{n}"), &amount, &due.to_string())]);
            }
            Happens::Paid(place, earlier) => {
                let Some((id, open, _)) = item(place) else { continue };
                let payment = format!("P-{n}");
                life.hear(paid(&payment, &id, &open, &before(*earlier)));
                paid_with.push(payment);
            }
            Happens::Cash(amount) => {
                life.hear([cash(&format!("P-{n}"), &format!("{amount}.00"), &before(0))]);
            }
            Happens::Bounced(place) => {
                let Some(payment) = paid_with.get(usize::from(*place)).cloned() else { continue };
                if reversed.insert(payment.clone()) {
                    life.hear([bounced(&payment, &before(0))]);
                }
            }
            Happens::Dispute(place) => {
                if let Some((id, open, true)) = item(place) {
                    life.hear([dispute(&format!("D-{n}"), &id, &open, &before(0))]);
                }
            }
            Happens::Promise(place, days) => {
                let Some((id, ..)) = item(place) else { continue };
                life.hear([promise(&format!("W-{n}"), &id, &after(*days).to_string())]);
                promised.push(format!("W-{n}"));
            }
            Happens::Broken(place) => {
                let Some(promise) = promised.get(usize::from(*place)).cloned() else { continue };
                if broken.insert(promise.clone()) {
                    let promise = promise.parse().unwrap();
                    life.hear([invoicing::Event::PromiseBroken { promise, broken_on: today }]);
                }
            }
            Happens::Hold(earlier, days) => {
                let until = after(*days).to_string();
                life.says(hold(&format!("H-{n}"), &before(*earlier), Some(&until)));
            }
            Happens::Call(which) => {
                let result = ContactResult::ALL[usize::from(*which)];
                life.says(call(&format!("K-{n}"), &before(0), result, None));
            }
            Happens::Days(days) => {
                let next = after(*days);
                life.days.push(next);
            }
        }
        life.act();
    }
    life
}

/// What was done, as a trial tells it.
fn done(life: &Reminded) -> Vec<(NaiveDate, String)> {
    let told = |event: &Event| match event {
        Event::SendStarted { .. }
        | Event::ReminderApproved { .. }
        | Event::HoldPlaced(_)
        | Event::ContactLogged(_) => None,
        Event::ReminderPlanned(it) => Some(format!("planned {} {}", it.reminder, it.level)),
        Event::ReminderSent { reminder, .. } => Some(format!("sent {reminder}")),
        Event::ReminderWithdrawn { reminder, why, .. } => {
            Some(format!("withdrawn {reminder} {why}"))
        }
        Event::ReminderRegretted { reminder, invoice, why, .. } => {
            Some(format!("regretted {reminder} {invoice} {why}"))
        }
        Event::ReminderUpheld { reminder, invoice, .. } => {
            Some(format!("upheld {reminder} {invoice}"))
        }
        Event::DunningExhausted { invoice, level, .. } => {
            Some(format!("exhausted {invoice} {level}"))
        }
        Event::SupplyBlockSet { level, .. } => Some(format!("supply_block {level}")),
        Event::DunningPolicyAdopted(_)
        | Event::ReminderFailed { .. }
        | Event::ReminderUnknown { .. }
        | Event::ChargesCorrected { .. }
        | Event::ChargesWaived(_)
        | Event::ChargesRestored { .. }
        | Event::LadderChosen { .. }
        | Event::HoldLifted { .. }
        | Event::ReminderPresented { .. } => panic!("never said: {event:?}"),
    };
    life.said.iter().filter_map(|(on, it)| Some((*on, told(it)?))).collect()
}

fn tried(life: &Life) -> Vec<(NaiveDate, String)> {
    let told = |it: &Action| {
        let reminder = it.reminder.as_ref().map(ToString::to_string).unwrap_or_default();
        let invoice = it.invoices.first().map(|(it, _)| it.to_string()).unwrap_or_default();
        let why = it.why.map(|it| it.to_string()).unwrap_or_default();
        let (did, level) = (it.did, it.level);
        match it.did {
            Did::Planned => format!("{did} {reminder} {level}"),
            Did::Sent => format!("{did} {reminder}"),
            Did::Withdrawn => format!("{did} {reminder} {why}"),
            Did::Regretted => format!("{did} {reminder} {invoice} {why}"),
            Did::Upheld => format!("{did} {reminder} {invoice}"),
            Did::Exhausted => format!("{did} {invoice} {level}"),
            Did::SupplyBlock => format!("{did} {level}"),
        }
    };
    life.actions.iter().map(|it| (it.on, told(it))).collect()
}

proptest! {
    #[test]
    fn the_policy_that_was_in_force_does_again_what_it_did(
        happenings in prop::collection::vec(happens(), 1..80),
    ) {
        let life = live(policy(), &happenings);
        let trial = Trial { policy: &life.world.policy, days: &life.days, agreed: true };
        prop_assert_eq!(tried(&trial.live(&life.entries)), done(&life));
    }

    #[test]
    fn nothing_is_missed_on_days_that_are_passed_over(
        happenings in prop::collection::vec(happens(), 1..60),
        agreed in any::<bool>(),
    ) {
        let life = live(rules(), &happenings);
        let policy = Policy::try_new(policy()).unwrap();
        let last = life.today().checked_add_days(Days::new(60)).unwrap();
        let days: Vec<_> = life.days[0].iter_days().take_while(|it| *it <= last).collect();
        // An empty entry on each day: everything is asked again then.
        let mut looked = life.entries.clone();
        looked.extend(days.iter().map(|on| Entry { on: *on, place: 1_000, facts: Vec::new() }));
        looked.sort_by_key(|it| it.on);
        let trial = Trial { policy: &policy, days: &days, agreed };
        prop_assert_eq!(trial.live(&life.entries), trial.live(&looked));
    }

    #[test]
    fn what_differs_leads_from_one_to_the_other(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let life = live(rules(), &happenings);
        let harder = Policy::try_new(policy()).unwrap();
        let trial = |policy| Trial { policy, days: &life.days, agreed: true }.live(&life.entries);
        let (old, new) = (trial(&life.world.policy), trial(&harder));
        prop_assert_eq!(changes(&old.actions, &old.actions), Vec::new());
        let mut comparison = Comparison::default();
        comparison.take(&"C-1".parse().unwrap(), &old, &new);
        let count = |of: &Life, did| {
            let all = of.actions.iter().filter(|it| it.did == did);
            all.map(|it| it.invoices.len().max(1)).sum::<usize>()
        };
        for did in [Did::Sent, Did::Exhausted, Did::Regretted, Did::SupplyBlock] {
            let totals = comparison.totals.get(&did).copied().unwrap_or_default();
            let (added, removed) = (totals.added, totals.removed);
            let (before, after) = (count(&old, did), count(&new, did));
            prop_assert_eq!(
                u64::try_from(before).unwrap() + added - removed,
                u64::try_from(after).unwrap()
            );
        }
        prop_assert_eq!(comparison.new.named.values().sum::<u64>(),
            u64::try_from(count(&new, Did::Sent)).unwrap());
    }
}

/// One invoice of 100 EUR, due on 31 January 2026, looked at every weekday until the end of March.
fn one_invoice(paid_on: Option<&str>) -> (Vec<Entry>, Vec<NaiveDate>) {
    let days: Vec<_> = day("2026-01-02")
        .iter_days()
        .take_while(|it| *it <= day("2026-03-31"))
        .filter(|it| law::Calendar::Target.is_business_day(*it))
        .collect();
    let facts = vec![invoice("F-1", "100.00", "2026-01-31").into()];
    let mut entries = vec![Entry { on: day("2026-01-02"), place: 1, facts }];
    if let Some(on) = paid_on {
        let facts = paid("P-1", "F-1", "100.00", on).map(Fact::from).to_vec();
        entries.push(Entry { on: day(on), place: 2, facts });
    }
    (entries, days)
}

fn told(policy: &DunningPolicy, agreed: bool, paid_on: Option<&str>) -> (Life, Vec<String>) {
    let (entries, days) = one_invoice(paid_on);
    let policy = Policy::try_new(policy.clone()).unwrap();
    let life = Trial { policy: &policy, days: &days, agreed }.live(&entries);
    let lines = life.actions.iter().filter(|it| it.did != Did::Planned);
    let lines = lines.map(|it| format!("{} {} {}", it.on, it.did, it.level)).collect();
    (life, lines)
}

#[test]
fn an_invoice_that_is_not_paid_climbs_and_is_given_up() {
    let (life, lines) = told(&rules(), false, None);
    assert_eq!(
        lines,
        [
            "2026-02-05 sent 1",
            "2026-02-16 sent 2",
            "2026-03-02 sent 3",
            "2026-03-02 supply_block 1",
            "2026-03-12 exhausted 3",
        ]
    );
    assert_eq!((life.figures.contacts(), life.figures.exhausted, life.figures.blocked), (3, 1, 1));
    let open: Vec<_> = life.figures.open.iter().map(|(it, open)| (it.1, open.minor)).collect();
    assert_eq!(open, [(3, 10_000)]);
}

#[test]
fn a_payment_ends_it_when_it_really_came() {
    // On the morning of the 16th nobody knew of it.
    let (_, lines) = told(&rules(), false, Some("2026-02-16"));
    assert_eq!(lines, ["2026-02-05 sent 1", "2026-02-16 sent 2"]);
    let (_, lines) = told(&rules(), false, Some("2026-02-13"));
    assert_eq!(lines, ["2026-02-05 sent 1"]);
}

#[test]
fn what_a_person_has_to_agree_to_waits_unless_one_agrees_at_once() {
    let (life, lines) = told(&policy(), false, None);
    assert_eq!(lines[0], "2026-02-02 sent 1");
    assert!(lines[1..].iter().all(|it| it.contains("withdrawn 2")), "{lines:?}");
    assert_eq!(life.figures.calls, 0);
    let (life, lines) = told(&policy(), true, None);
    assert_eq!(
        lines,
        [
            "2026-02-02 sent 1",
            "2026-02-06 sent 2",
            "2026-02-09 sent 3",
            "2026-02-09 supply_block 1",
            "2026-02-16 exhausted 3",
        ]
    );
    assert_eq!(life.figures.minutes(Minutes { call: 10, approval: 2 }), 12);
}

#[test]
fn a_ladder_that_begins_later_moves_what_it_said() {
    let old = told(&rules(), false, Some("2026-02-13")).0;
    let mut later = rules();
    later.ladders[0].levels[0].offset_days = 8;
    later.ladders[0].levels[0].tone = Tone::Courtesy;
    let new = told(&later, false, Some("2026-02-13")).0;
    let [Change::Moved { from, to }] = &changes(&old.actions, &new.actions)[..] else {
        panic!("{:?}", changes(&old.actions, &new.actions))
    };
    assert_eq!((from.on, to.on), (day("2026-02-05"), day("2026-02-09")));
    let nobody = told(&DunningPolicy::default(), false, Some("2026-02-13")).0;
    assert!(matches!(&changes(&old.actions, &nobody.actions)[..], [Change::Removed(_)]));
    assert!(matches!(&changes(&nobody.actions, &new.actions)[..], [Change::Added(_)]));
    later.ladders[0].levels[0].offset_days = 5;
    let softer = told(&later, false, Some("2026-02-13")).0;
    assert!(matches!(&changes(&old.actions, &softer.actions)[..], [Change::Altered { .. }]));
}
