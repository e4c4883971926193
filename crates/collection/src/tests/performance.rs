//! How collectors have done, held against sums made of the same stories by hand.

use chrono::{Days, NaiveDate};
use events::collection::{CollectionPolicy, Collector, Errand, FeeBand};
use money::{Currency, Money, Stated};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::world::*;
use crate::{
    Age, Collection, Command, HandOver, InvoiceAmount, Policy, RecallPlacement, RefusePlacement,
    RemittanceData, Report, RunOutcome, Size, Start,
};

/// What becomes of one customer's case.
#[derive(Debug, Clone)]
struct Story {
    /// Cents that are owed, and how many days late they are when the case is placed.
    owed: i64,
    late: u16,
    /// Days from being brought to money, cents, and days from there to the books.
    money: Vec<(u16, i64, Option<u16>)>,
    /// Days from being brought to the end.
    refused: Option<u16>,
    recalled: Option<u16>,
}

const BROUGHT: &str = "2026-03-11";
const REMITS_IN: u16 = 30;

fn rules() -> CollectionPolicy {
    let agency = |name: &str| Collector {
        name: word(name),
        agreement: word("AG-1"),
        insurance: word("RC-77"),
        remits_in_days: REMITS_IN,
        fees: vec![FeeBand { days_max: None, amount_max: None, share: Decimal::new(1, 1) }],
        least_fee: None,
    };
    CollectionPolicy {
        collectors: vec![agency("agency 1"), agency("agency 2")],
        ..super::world::rules()
    }
}

fn after(days: u16) -> NaiveDate {
    day(BROUGHT) + Days::new(days.into())
}

fn euros(cents: i64) -> String {
    Money::new(cents, Currency::EUR).decimal().to_string()
}

fn lives(story: &Story) -> (Policy, Collection) {
    let mut world = World::new(rules());
    let due = day(BROUGHT) - Days::new(story.late.into());
    let issued = due - Days::new(30);
    world.hears([invoice("F-1", &euros(story.owed), &issued.to_string(), &due.to_string())]);
    world.hears([exhausted("F-1", BROUGHT)]);
    world.says_on(day(BROUGHT));
    let (customer_id, case_id) = ("C-1".parse().unwrap(), "case-1".parse().unwrap());
    let placement: events::PlacementId = "placement-1".parse().unwrap();
    world.does(Command::HandOver(HandOver {
        customer_id,
        case_id,
        collector: word("agency 1"),
        placed_by: "desk-1".parse().unwrap(),
        place_date: day(BROUGHT),
    }));
    let runs = |world: &mut World, errand, on| {
        let (run, placement) = (word("run-1"), placement.clone());
        let start = Start { placement: placement.clone(), errand, run: run.clone(), on };
        world.does(Command::Start(start));
        let outcome = RunOutcome::Done { proof: None, dossier: None };
        world.does(Command::Report(Box::new(Report { placement, errand, run, on, outcome })));
    };
    runs(&mut world, Errand::HandOver, day(BROUGHT));
    for (count, (days, cents, to_the_books)) in story.money.iter().enumerate() {
        let payment = to_the_books.map(|later| {
            let id = format!("P-{count}");
            let on = (after(*days) + Days::new(later.into())).to_string();
            world.hears(paid(&id, "F-1", &euros(*cents), &on));
            id.parse().unwrap()
        });
        world.does(Command::Remit(Box::new(RemittanceData {
            customer_id: "C-1".parse().unwrap(),
            placement_id: placement.clone(),
            remittance_id: format!("R-{count}").parse().unwrap(),
            collect_date: after(*days),
            collected: vec![InvoiceAmount {
                invoice_id: "F-1".parse().unwrap(),
                amount: Stated(Money::new(*cents, Currency::EUR)),
            }],
            fee: Stated(Money::new(cents / 5, Currency::EUR)),
            kept_back: false,
            payment_id: payment,
        })));
    }
    if let Some(days) = story.refused {
        world.does(Command::RefusePlacement(RefusePlacement {
            customer_id: "C-1".parse().unwrap(),
            placement_id: placement.clone(),
            refuse_date: after(days),
            why: word("too small"),
        }));
    }
    if let Some(days) = story.recalled {
        world.does(Command::RecallPlacement(RecallPlacement {
            customer_id: "C-1".parse().unwrap(),
            placement_id: placement.clone(),
            recalled_by: "desk-1".parse().unwrap(),
            recall_date: after(days),
        }));
        runs(&mut world, Errand::Recall, after(days));
    }
    (world.policy, world.collection)
}

/// What a collector was told to collect, and in which band that is.
fn told(collection: &Collection, story: &Story) -> (i64, (Age, Size)) {
    let claims = &collection.placements()[0].claims;
    let told =
        claims.iter().map(|it| it.principal.minor() + it.interest.minor() + it.fixed_sum.minor());
    let told = told.sum();
    let age = match story.late {
        ..=90 => Age::UpTo90,
        91..=180 => Age::UpTo180,
        181..=365 => Age::UpTo365,
        366.. => Age::Older,
    };
    let size = [(100_000, Size::UpTo1000), (500_000, Size::UpTo5000), (2_500_000, Size::UpTo25000)]
        .iter()
        .find(|(most, _)| told <= *most)
        .map_or(Size::Larger, |(_, size)| *size);
    (told, (age, size))
}

fn middle(mut all: Vec<u16>) -> Option<u32> {
    all.sort_unstable();
    (!all.is_empty()).then(|| all[(all.len() - 1) / 2].into())
}

fn story() -> impl Strategy<Value = Story> {
    let money =
        prop::collection::vec((0_u16..200, 1_i64..20_000, prop::option::of(0_u16..60)), 0..4);
    let end = || prop::option::weighted(0.3, 0_u16..300);
    (100_000_i64..4_000_000, 1_u16..500, money, end(), end()).prop_map(
        |(owed, late, money, refused, recalled)| Story { owed, late, money, refused, recalled },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn what_a_collector_did_is_the_sum_of_its_stories(
        stories in prop::collection::vec(story(), 1..8),
        asked in 0_u16..400,
    ) {
        let on = after(asked);
        let lived: Vec<_> = stories.iter().map(lives).collect();
        let policy = &lived[0].0;
        let customers = || lived.iter().map(|(_, it)| it);
        let found = policy.performance(&word("agency 1"), customers(), on).unwrap();
        let (mut placed, mut collected, mut fees, mut banded) = (0, 0, 0, 0);
        let (mut remittances, mut late, mut open, mut refused, mut recalled) = (0, 0, 0, 0, 0);
        let (mut to_money, mut to_end) = (Vec::new(), Vec::new());
        let band = told(&lived[0].1, &stories[0]).1;
        for (it, (_, collection)) in stories.iter().zip(&lived) {
            let (told, its_band) = told(collection, it);
            placed += told;
            banded += if its_band == band { told } else { 0 };
            let money = it.money.iter().filter(|(days, ..)| *days <= asked);
            for (days, cents, to_the_books) in money.clone() {
                remittances += 1;
                collected += cents;
                fees += cents / 5;
                let in_the_books = to_the_books.map(|later| days + later).filter(|it| *it <= asked);
                late += u32::from(in_the_books.unwrap_or(asked) > days + REMITS_IN);
            }
            to_money.extend(money.map(|(days, ..)| *days).min());
            let ends = [it.refused, it.recalled].into_iter().flatten();
            let end = ends.filter(|days| *days <= asked).min();
            open += u32::from(end.is_none());
            to_end.extend(end);
            refused += u32::from(it.refused.is_some_and(|it| it <= asked));
            recalled += u32::from(it.recalled.is_some_and(|it| it <= asked));
        }
        let count = u32::try_from(stories.len()).unwrap();
        prop_assert_eq!(
            (found.placements, found.open, found.refused, found.recalled),
            (count, open, refused, recalled)
        );
        prop_assert_eq!((found.remittances, found.late_remittances), (remittances, late));
        prop_assert_eq!(found.days_to_money, middle(to_money));
        prop_assert_eq!(found.days_to_end, middle(to_end));
        let euros = &found.currencies[&Currency::EUR];
        let sums = (euros.all.placed.minor(), euros.all.collected.minor(), euros.fees.minor());
        prop_assert_eq!(sums, (placed, collected, fees));
        prop_assert_eq!(euros.bands[&band].placed.minor(), banded);
        let all: u32 = euros.bands.values().map(|it| it.placements).sum();
        prop_assert_eq!(all, count);
        // Per ten thousand, half up, in whole numbers.
        let rate = euros.all.rate().unwrap() * Decimal::from(10_000);
        let wanted = (i128::from(collected) * 20_000 + i128::from(placed)) / (2 * i128::from(placed));
        prop_assert_eq!(rate, Decimal::from(wanted));
        let idle = policy.performance(&word("agency 2"), customers(), on).unwrap();
        prop_assert_eq!(idle.placements, 0);
        prop_assert!(policy.performance(&word("agency 3"), customers(), on).is_none());
    }
}

#[test]
fn nothing_that_happened_later_counts() {
    let story = Story {
        owed: 200_000,
        late: 100,
        money: vec![(10, 50_000, Some(40)), (50, 10_000, None)],
        refused: None,
        recalled: Some(60),
    };
    let (policy, collection) = lives(&story);
    let at = |days| policy.performance(&word("agency 1"), [&collection], after(days)).unwrap();
    let told = |days| {
        let it = at(days);
        let euros = &it.currencies[&Currency::EUR];
        (it.open, it.late_remittances, euros.all.collected.minor(), it.days_to_end)
    };
    assert_eq!(told(0), (1, 0, 0, None));
    assert_eq!(told(40), (1, 0, 50_000, None), "it has thirty days to pass it on");
    assert_eq!(told(41), (1, 1, 50_000, None));
    // Forty days later it was in the books, and had been late.
    assert_eq!(told(60), (0, 1, 60_000, Some(60)));
    assert_eq!(told(81), (0, 2, 60_000, Some(60)), "the other has not come at all");
    let before = policy.performance(&word("agency 1"), [&collection], day("2026-03-10")).unwrap();
    assert_eq!(before.placements, 0);
}
