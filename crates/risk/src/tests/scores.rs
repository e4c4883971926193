//! Scores: their receipts, the way up and the way down, and what would lead to another.

use decider::{Decider as _, Fold as _, Process as _, spec::Story};
use events::risk::{
    CreditPolicy, Event, Flip, Grade, Measure, Notice, NoticeKind, Rating, Scored, Weights,
};
use proptest::prelude::*;

use super::{
    laws::{happens, live, retold, strict},
    stories::{day, invoice, paid, policy, rules},
};
use crate::{
    Command, Fact, Policy, PromoteScorecard, ProposeScorecard, Refusal, Risk, WithdrawScorecard,
    scorecard::{cap, grade as grade_of, sum},
};

fn story() -> Story<Policy> {
    Story::of(policy(rules()))
}

/// A customer with five invoices that were paid in time.
fn prompt() -> Story<Policy> {
    in_time(story(), "0", "2026-01-10", "2026-01-09")
}

/// Five more invoices that are paid before they are due.
fn in_time(story: Story<Policy>, series: &str, due: &str, on: &str) -> Story<Policy> {
    (0..5).fold(story, |story, n| {
        let id = format!("F-{series}{n}");
        let [received, allocated] = paid(&format!("P-{series}{n}"), &id, "1000.00", on);
        let invoiced = invoice(&id, "1000.00 EUR", due, None);
        story.given(invoiced).given(received).given(allocated)
    })
}

/// The last score that is said when a day opens.
fn scored(story: &Story<Policy>, today: &str) -> Scored {
    let mut last = None;
    for event in story.clone().said_on(day(today)) {
        if let Event::Scored(it) = event {
            last = Some(*it);
        }
    }
    last.expect("a score is said")
}

/// When a customer was scored, its grade, and since when.
type Evening = (chrono::NaiveDate, Grade, chrono::NaiveDate);

fn notice(kind: NoticeKind, on: &str) -> Event {
    Event::NoticePublished(Box::new(Notice {
        notice: "N-1".parse().unwrap(),
        kind,
        published_on: day(on),
        judged_on: None,
        court: None,
        source: "bodacc".parse().unwrap(),
    }))
}

fn rating(raw: &str, on: &str) -> Event {
    Event::RatingReceived(Box::new(Rating {
        rating: "R-1".parse().unwrap(),
        agency: "creditsafe".parse().unwrap(),
        scale: "creditsafe_fr".parse().unwrap(),
        model: None,
        raw: raw.parse().unwrap(),
        as_of: day(on),
        received_on: day(on),
    }))
}

fn reason(score: &Scored, measure: Measure) -> Option<(Option<i64>, i32, Option<u64>)> {
    let found = score.reasons.iter().find(|it| it.measure == measure);
    found.map(|it| (it.value, it.points, it.at))
}

#[test]
fn who_has_no_history_is_an_ordinary_payer_and_a_good_rating_speaks_for_it() {
    let prospect = story().given(rating("95", "2026-01-02"));
    let score = scored(&prospect, "2026-01-05");
    assert_eq!((score.base, score.sum.points, score.grade), (539, 550, Grade::C));
    // It stands in the first entry the story has.
    assert_eq!(reason(&score, Measure::Rating), Some((Some(1), 11, Some(1))));
    assert_eq!(reason(&score, Measure::LateShare), None);
    // One point in five is more than 15 days late; an ordinary payer less the rating's share.
    assert_eq!(score.chances.late15, 143_564);
}

/// The ninth mistake: a bad mark that nothing clears.
#[test]
fn a_grade_falls_at_once_and_rises_only_past_the_buffer_and_after_a_month() {
    let [received, allocated] = paid("P-1", "F-1", "1000.00", "2026-03-10");
    let late = prompt()
        .given(invoice("F-1", "1000.00 EUR", "2026-01-31", None))
        .passes(day("2026-01-31"))
        .shows(grade, Some(Grade::A))
        .passes(day("2026-03-09"))
        .shows(grade, Some(Grade::D));
    let score =
        scored(&late.clone().given(received.clone()).given(allocated.clone()), "2026-03-10");
    // The payment takes the oldest item away, and the grade stays for now.
    assert_eq!(reason(&score, Measure::OldestOverdue).unwrap().0, Some(0));
    assert_eq!((score.grade, score.grade_since), (Grade::D, late_since(&late)));
    let paid = late.given(received).given(allocated);
    let paid = in_time(paid, "3", "2026-03-15", "2026-03-12").passes(day("2026-03-12"));
    let since = late_since(&paid);
    let kept = paid.clone().passes(since + chrono::Days::new(29)).shows(grade, Some(Grade::D));
    let risen = kept.passes(since + chrono::Days::new(30));
    let _risen = risen.shows(grade, Some(Grade::B));
}

fn grade(risk: &Risk) -> Option<Grade> {
    risk.standing().map(|it| it.grade)
}

fn late_since(story: &Story<Policy>) -> chrono::NaiveDate {
    story.look(|risk| risk.standing().unwrap().grade_since)
}

#[test]
fn a_judgment_caps_the_grade_whatever_else_speaks_for_the_customer() {
    let insolvent = story()
        .given(rating("95", "2026-01-02"))
        .passes(day("2026-01-05"))
        .given(notice(NoticeKind::Liquidation, "2026-01-06"));
    let score = scored(&insolvent, "2026-01-07");
    assert_eq!(score.grade, Grade::E);
    let (value, points, at) = reason(&score, Measure::Notice).unwrap();
    assert_eq!((value, points), (Some(3), -100));
    assert!(at.is_some());
    // Points alone would do: nothing has to cap them.
    assert_eq!(score.capped_by, None);
    let safeguard = story()
        .given(rating("95", "2026-01-02"))
        .passes(day("2026-01-05"))
        .given(notice(NoticeKind::Safeguard, "2026-01-06"));
    let score = scored(&safeguard, "2026-01-07");
    assert_eq!((score.grade, score.earned), (Grade::D, None));
}

#[test]
fn a_score_says_which_items_to_pay_for_a_better_grade() {
    let late = in_time(prompt(), "2", "2026-05-05", "2026-05-04")
        .given(invoice("F-1", "1000.00 EUR", "2026-01-31", None))
        .given(invoice("F-2", "10.00 EUR", "2026-02-20", None));
    let score = scored(&late, "2026-05-10");
    let Some(Flip::Paid { invoices, grade }) = score.better else {
        panic!("a payment helps: {:?}", score.better)
    };
    assert!(grade < score.grade, "{grade} is better than {}", score.grade);
    assert!(invoices.first().is_some_and(|it| it.as_str() == "F-1"), "the oldest first");
}

#[test]
fn a_score_waits_until_all_it_rests_on_has_been_heard_back() {
    let policy = policy(rules());
    let mut risk = Risk::default();
    risk.evolve(&rating("95", "2026-01-02").into());
    assert_eq!(policy.step(&risk, day("2026-01-05")), None, "nobody knows where the rating stands");
    let mut risk = Risk::default();
    risk.stands_in(Some(7));
    risk.evolve(&rating("95", "2026-01-02").into());
    risk.stands_in(None);
    assert!(policy.step(&risk, day("2026-01-05")).is_some());
}

fn proposed(name: &str, by: &str) -> Command {
    let mut scorecard = policy(rules()).champion().clone();
    scorecard.scorecard = name.parse().unwrap();
    scorecard.base = Weights { points: scorecard.base.points - 30, ..scorecard.base };
    Command::ProposeScorecard(Box::new(ProposeScorecard {
        scorecard,
        proposed_by: by.parse().unwrap(),
        propose_date: day("2026-01-05"),
    }))
}

fn promoted(name: &str, by: &str) -> Command {
    Command::PromoteScorecard(PromoteScorecard {
        scorecard: name.parse().unwrap(),
        approved_by: by.parse().unwrap(),
        promote_date: day("2026-01-06"),
    })
}

#[test]
fn a_challenger_scores_in_the_shadow_until_a_second_person_promotes_it() {
    let told = |policy: &mut Policy, command: Command| {
        for event in policy.decide(&Risk::default(), command).unwrap() {
            policy.adopt(&event.into());
        }
    };
    let mut policy = policy(rules());
    told(&mut policy, proposed("two", "risk-1"));
    let mut risk = Risk::default();
    risk.evolve(&invoice("F-1", "1000.00 EUR", "2026-01-31", None).into());
    let live = |policy: &Policy, risk: &mut Risk, on: &str| {
        while let Some(step) = policy.step(risk, day(on)) {
            for event in policy.decide(risk, step).unwrap() {
                risk.evolve(&event.into());
            }
        }
    };
    live(&policy, &mut risk, "2026-01-05");
    assert_eq!(grade(&risk), Some(Grade::C));
    assert_eq!(risk.shadow().map(|it| (it.scorecard.as_str(), it.grade)), Some(("two", Grade::D)));

    let alone = policy.decide(&Risk::default(), promoted("two", "risk-1"));
    assert_eq!(alone, Err(Refusal::SamePerson("risk-1".parse().unwrap())));
    let unknown = policy.decide(&Risk::default(), promoted("three", "cfo")).unwrap_err();
    assert_eq!(unknown.reason(), "SCORECARD_NOT_FOUND");
    told(&mut policy, promoted("two", "cfo"));
    assert_eq!(policy.decide(&Risk::default(), promoted("two", "cfo")), Ok(Vec::new()));
    live(&policy, &mut risk, "2026-01-06");
    assert_eq!(
        risk.standing().map(|it| (it.scorecard.as_str(), it.grade)),
        Some(("two", Grade::D))
    );
    // What is proposed again under its name is known; another card under it is not it.
    assert_eq!(policy.decide(&Risk::default(), proposed("two", "risk-1")), Ok(Vec::new()));

    told(&mut policy, proposed("four", "risk-1"));
    let withdrawn = Command::WithdrawScorecard(WithdrawScorecard {
        scorecard: "four".parse().unwrap(),
        withdraw_date: day("2026-01-07"),
    });
    told(&mut policy, withdrawn);
    assert!(policy.challenger().is_none());
}

#[test]
fn a_scorecard_that_leaves_somebody_without_a_score_names_what_is_wrong() {
    let Command::ProposeScorecard(mut data) = proposed("bad", "risk-1") else { unreachable!() };
    let first = data.scorecard.characteristics.first().cloned().unwrap();
    data.scorecard.characteristics.push(first);
    data.scorecard.grades = [500, 500, 400, 300];
    for it in &mut data.scorecard.characteristics {
        it.bins.pop();
    }
    let refused = policy(rules()).decide(&Risk::default(), Command::ProposeScorecard(data));
    let told = refused.unwrap_err().to_string();
    for field in ["grades", "characteristics[15].measure", "characteristics[0].bins"] {
        assert!(told.contains(field), "{field}: {told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn receipts_add_up_and_chances_are_in_order(
        happenings in prop::collection::vec(happens(), 1..60),
    ) {
        let policy = policy(CreditPolicy { ..strict() });
        let (_, said, _) = live(&policy, &happenings);
        let (mut evening, mut today): (Option<Evening>, Option<Evening>) = (None, None);
        for fact in said {
            let Fact::Risk(Event::Scored(it)) = fact else { continue };
            prop_assert!(it.chances.late >= it.chances.late15);
            prop_assert!(it.chances.late15 >= it.chances.late30);
            let reasons: i32 = it.reasons.iter().map(|it| it.points).sum();
            prop_assert_eq!(it.base + reasons, it.sum.points, "{:?}", it);
            // Better than a day ended only after a month.
            evening = today.filter(|(on, ..)| *on < it.scored_on).or(evening);
            if let Some((_, grade, since)) = evening
                && it.grade < grade
            {
                let kept = (it.grade_since - since).num_days();
                prop_assert!(kept >= 30, "{kept} days");
            }
            if let Some(Flip::Paid { grade, .. } | Flip::Moved { grade, .. }) = &it.better {
                prop_assert!(*grade < it.grade);
            }
            if let Some(Flip::Paid { grade, .. } | Flip::Moved { grade, .. }) = &it.worse {
                prop_assert!(*grade > it.grade);
            }
            today = Some((it.scored_on, it.grade, it.grade_since));
        }
    }

    #[test]
    fn moving_the_figure_a_score_names_leads_to_the_grade_it_names(
        happenings in prop::collection::vec(happens(), 1..40),
    ) {
        let policy = policy(strict());
        let card = policy.champion();
        let (_, said, _) = live(&policy, &happenings);
        for fact in said {
            let Fact::Risk(Event::Scored(score)) = fact else { continue };
            let flips = [(&score.better, card.up_buffer), (&score.worse, 0)];
            for (flip, buffer) in flips {
                let Some(Flip::Moved { measure, to, grade: named }) = flip else { continue };
                // By the receipt alone, as whoever reads it would work it out.
                let value = |it| {
                    let read = || reason(&score, it).and_then(|(value, ..)| value);
                    if it == *measure { Some(*to) } else { read() }
                };
                let earned = grade_of(card, sum(card, value).points - buffer);
                let reached = cap(card, value).map_or(earned, |it| earned.max(it.grade));
                prop_assert_eq!(reached, *named, "{:?}", score);
            }
        }
    }

    #[test]
    fn a_score_is_what_facts_scorecard_and_day_say_and_nothing_else(
        happenings in prop::collection::vec(happens(), 1..40),
    ) {
        let policy = policy(strict());
        let (risk, said, today) = live(&policy, &happenings);
        let again = retold(&said);
        let step = |risk: &Risk| {
            policy.decide(risk, Command::Step(crate::Step::Score { on: today })).unwrap()
        };
        prop_assert_eq!(step(&risk), step(&again));
        // What is recorded now and effective later changes nothing yet.
        let mut later = risk.clone();
        for event in paid("P-late", "F-none", "1.00", "2027-12-31").into_iter().take(1) {
            later.evolve(&event.into());
        }
        let (Some(Event::Scored(a)), Some(Event::Scored(b))) =
            (step(&risk).pop(), step(&later).pop()) else { panic!("a score is said") };
        let behaviour = |it: &Scored| {
            let of = |it: &&events::risk::Reason| it.measure != Measure::Utilisation;
            it.reasons.iter().filter(of).map(|it| (it.measure, it.value)).collect::<Vec<_>>()
        };
        prop_assert_eq!(behaviour(&a), behaviour(&b));
    }

    #[test]
    fn paying_what_a_score_names_leads_to_the_grade_it_names(
        happenings in prop::collection::vec(happens(), 1..40),
    ) {
        let policy = policy(strict());
        let (mut risk, _, today) = live(&policy, &happenings);
        let said = policy.decide(&risk, Command::Step(crate::Step::Score { on: today })).unwrap();
        let Some(Event::Scored(score)) = said.into_iter().next() else { panic!("a score") };
        let Some(Flip::Paid { invoices, grade }) = &score.better else { return Ok(()) };
        for (n, id) in invoices.iter().enumerate() {
            let open = risk.account.owed().items.iter().find(|it| it.invoice == id).unwrap().open;
            let amount = open.decimal().to_string();
            let on = today.to_string();
            for event in paid(&format!("P-now-{n}"), id.as_str(), &amount, &on) {
                risk.evolve(&event.into());
            }
        }
        // As if the grade had been kept long enough.
        if let Some(standing) = &mut risk.standing {
            standing.grade_since = day("2020-01-01");
            standing.scored_on = day("2020-01-01");
        }
        let said = policy.decide(&risk, Command::Step(crate::Step::Score { on: today })).unwrap();
        let Some(Event::Scored(after)) = said.into_iter().next() else { panic!("a score") };
        prop_assert_eq!(after.grade, *grade);
    }
}

#[test]
fn what_is_owed_in_a_currency_without_a_rate_has_no_utilisation_and_a_score_all_the_same() {
    let foreign = story().given(invoice("F-1", "1000 XOF", "2026-01-31", None));
    let score = scored(&foreign, "2026-01-05");
    assert_eq!(reason(&score, Measure::Utilisation), None);
    assert_eq!(score.grade, Grade::C);
}
