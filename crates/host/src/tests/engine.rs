//! The engine, with no journal but a list.

use chrono::Datelike as _;
use events::{Cause, Hash, Sequence};

use super::*;
use crate::engine::{Books, Desk, Done, Heard, Landed, Rejection, Request, Said};

type Desks = Desk<Rules, u32>;

fn ask(id: &str, command: Command, reply: u32) -> Request<Command, u32> {
    Request { customer: Some(customer(id)), command, cause: None, actor: None, reply }
}

fn day(sequence: u64, day: u32) -> Heard<Event> {
    let date = NaiveDate::from_ymd_opt(2026, 5, day).unwrap();
    Heard {
        sequence: Sequence(sequence),
        context: Context::Clock,
        hash: Hash::of(&sequence.to_le_bytes()),
        said: Said::Day(date),
    }
}

/// Who has something to say; all others are put to rest.
fn rest(books: &mut Books<Rules>) -> Vec<usize> {
    let mut speaking = Vec::new();
    for index in books.restless(10) {
        let (_, known) = books.at(index).unwrap();
        match RULES.step(&known.state, books.today) {
            Some(_) => speaking.push(index),
            None => books.rest(index, books.wakes_on(&known.state)),
        }
    }
    speaking
}

#[test]
fn the_day_that_was_open_is_known_of_every_entry() {
    let mut books = Books::new(RULES);
    // A day that comes again, or late, is not opened again.
    for (sequence, of_may) in [(1, 4), (2, 4), (3, 5), (4, 4)] {
        books.hear(&day(sequence, of_may)).unwrap();
    }
    let days = (0..6).map(|it| books.day_at(Sequence(it)).day0()).collect::<Vec<_>>();
    assert_eq!(days, [NaiveDate::MIN.day0(), 3, 3, 4, 4, 4]);
}

#[test]
fn what_is_not_durable_answers_no_question_and_no_request() {
    let mut books = Books::new(RULES);
    let mut desk = Desks::default();
    assert!(desk.ask(&books, ask("A", add(1, 3), 10)).unwrap().is_none());
    // The same again, and a refusal, rest on what is not durable: they wait as well.
    assert!(desk.ask(&books, ask("A", add(1, 3), 11)).unwrap().is_none());
    assert!(desk.ask(&books, ask("A", add(2, 0), 12)).unwrap().is_none());
    assert!(books.customer(&customer("A")).is_none());
    // What rests on the journal alone is answered at once.
    let (reply, answer) = desk.ask(&books, ask("B", add(2, 0), 13)).unwrap().unwrap();
    assert_eq!((reply, answer), (13, Err(Rejection::Refused(Refusal("no coin".to_owned())))));

    let appending = desk.take_off(&books).unwrap();
    assert_eq!(appending.after, journal::Head::NONE);
    let Landed { heard, replies, .. } = desk.landed(Sequence(1)).unwrap();
    books.hear(&heard).unwrap();
    let answers: Vec<_> = replies.answer(heard).collect();
    let position = Sequence(1);
    assert_eq!(answers[0].1, Ok(Done { position, events: vec![Event::Added { id: 1, coins: 3 }] }));
    assert_eq!(answers[1].1, Ok(Done { position, events: vec![] }));
    assert!(answers[2].1.is_err());
    assert_eq!(books.customer(&customer("A")).unwrap().state.coins, 3);
    assert!(desk.is_clear());
}

#[test]
fn an_entry_holds_what_was_decided_while_the_one_before_was_on_its_way() {
    let mut books = Books::new(RULES);
    let mut desk = Desks::default();
    desk.ask(&books, ask("A", add(1, 1), 0)).unwrap();
    let first = desk.take_off(&books).unwrap();
    for id in 2..5 {
        desk.ask(&books, ask("A", add(id, 1), 0)).unwrap();
    }
    assert!(desk.take_off(&books).is_none(), "one entry in flight");
    let Landed { heard, .. } = desk.landed(Sequence(1)).unwrap();
    books.hear(&heard).unwrap();
    let second = desk.take_off(&books).unwrap();
    assert_eq!(second.after.hash, Hash::of(&first.body));
    assert_eq!(events::prev_of(&second.body).unwrap(), Hash::of(&first.body));
    assert_eq!(read::<Event>(&second.body).unwrap().decisions.len(), 3);
}

#[test]
fn a_step_belongs_to_the_decision_that_called_for_it() {
    let books = Books::new(RULES);
    let mut desk = Desks::default();
    desk.ask(&books, ask("A", add(1, 12), 0)).unwrap();
    let entry = read::<Event>(&desk.take_off(&books).unwrap().body).unwrap();
    let expected = vec![Event::Added { id: 1, coins: 12 }, Event::Emptied { coins: 12 }];
    assert_eq!(entry.decisions[0].events, expected);
}

#[test]
fn overtaken_decisions_are_put_back_and_asked_again() {
    let mut books = Books::new(RULES);
    let mut desk = Desks::default();
    desk.ask(&books, ask("A", add(1, 1), 7)).unwrap();
    desk.take_off(&books).unwrap();
    desk.ask(&books, ask("A", add(2, 1), 8)).unwrap();
    let again = desk.put_back();
    assert_eq!(again.iter().map(|it| it.reply).collect::<Vec<_>>(), [7, 8]);
    assert!(desk.is_clear());
    // The other writer recorded the first of them.
    let said = Said::Decisions(vec![Decision {
        customer: Some(customer("A")),
        cause: None,
        actor: None,
        events: vec![Event::Added { id: 1, coins: 1 }],
    }]);
    let hash = Hash::of(b"theirs");
    let (sequence, context) = (Sequence(1), Context::Invoicing);
    books.hear(&Heard { sequence, context, hash, said }).unwrap();
    let answers: Vec<_> =
        again.into_iter().filter_map(|it| desk.ask(&books, it).unwrap()).collect();
    assert_eq!(answers, [(7, Ok(Done { position: sequence, events: vec![] }))]);
    assert_eq!(desk.take_off(&books).unwrap().after.hash, hash);
}

#[test]
fn a_customer_is_woken_on_its_day_and_falls_quiet() {
    let mut books = Books::new(RULES);
    let mut desk = Desks::default();
    desk.ask(&books, ask("A", add(1, 1), 0)).unwrap();
    desk.take_off(&books).unwrap();
    let Landed { heard, .. } = desk.landed(Sequence(1)).unwrap();
    books.hear(&heard).unwrap();
    books.hear(&day(2, 3)).unwrap();
    assert_eq!(rest(&mut books), Vec::<usize>::new());
    assert!(!books.is_restless());
    books.hear(&day(3, 4)).unwrap();
    assert_eq!(rest(&mut books), [0]);
    assert!(books.is_restless(), "until what it says is heard");
    assert!(desk.step(&books, &customer("A")).unwrap());
    desk.take_off(&books).unwrap();
    let Landed { heard, .. } = desk.landed(Sequence(4)).unwrap();
    books.hear(&heard).unwrap();
    assert_eq!(rest(&mut books), Vec::<usize>::new());
    assert!(!books.is_restless());
    assert!(!desk.step(&books, &customer("A")).unwrap());
}

#[test]
fn whoever_was_speaking_is_asked_again_when_what_it_said_is_dropped() {
    let mut books = Books::new(RULES);
    let mut desk = Desks::default();
    desk.ask(&books, ask("A", add(1, 1), 0)).unwrap();
    desk.take_off(&books).unwrap();
    let Landed { heard, .. } = desk.landed(Sequence(1)).unwrap();
    books.hear(&heard).unwrap();
    books.hear(&day(2, 4)).unwrap();
    assert_eq!(rest(&mut books), [0]);
    assert_eq!(rest(&mut books), Vec::<usize>::new(), "it is speaking");
    books.stir_speaking();
    assert_eq!(rest(&mut books), [0]);
}

#[test]
fn whoever_was_not_asked_because_the_entry_is_full_is_the_first_to_be_asked_next() {
    let mut books = Books::new(RULES);
    let mut desk = Desks::default();
    for (id, sequence) in [("A", 1), ("B", 2), ("C", 3)] {
        desk.ask(&books, ask(id, add(sequence, 10), 0)).unwrap();
        desk.take_off(&books).unwrap();
        let Landed { heard, .. } = desk.landed(Sequence(sequence)).unwrap();
        books.hear(&heard).unwrap();
    }
    assert_eq!(books.restless(3), [0, 1, 2]);
    books.unasked(&[1, 2]);
    books.rest(0, None);
    assert!(books.is_restless(), "two have not been asked");
    assert_eq!(books.restless(1), [1]);
    assert_eq!(books.restless(9), [2]);
    books.rest(1, None);
    books.rest(2, None);
    assert!(!books.is_restless());
}

#[test]
fn another_request_under_the_same_id_is_noticed() {
    let mut books = Books::new(RULES);
    let mut desk = Desks::default();
    let cause = |digest| Some(Cause { request: "R-1".parse().unwrap(), digest });
    desk.ask(&books, Request { cause: cause(1), ..ask("A", add(1, 1), 0) }).unwrap();
    desk.take_off(&books).unwrap();
    let Landed { heard, .. } = desk.landed(Sequence(1)).unwrap();
    books.hear(&heard).unwrap();
    let mut answer = |digest, command| {
        let request = Request { cause: cause(digest), ..ask("A", command, 0) };
        desk.ask(&books, request).unwrap().unwrap().1
    };
    assert_eq!(answer(1, add(1, 1)), Ok(Done { position: Sequence(1), events: vec![] }));
    assert_eq!(answer(2, add(9, 9)), Err(Rejection::RequestReused(Sequence(1))));
}

#[test]
fn a_gap_or_a_broken_invariant_stops_the_books() {
    let mut books = Books::new(RULES);
    assert!(books.hear(&day(2, 4)).is_err());
    let desk = &mut Desks::default();
    assert!(desk.ask(&Books::new(Rules { full_at: 999 }), ask("A", add(1, 666), 0)).is_err());
}

#[test]
fn a_decision_too_large_to_be_written_is_refused_and_leaves_the_others() {
    let books = Books::new(Rules { full_at: u32::MAX });
    let mut desk: Desk<Rules, u32> = Desk::default();
    desk.ask(&books, ask("A", add(1, 1), 1)).unwrap();
    desk.take_off(&books).unwrap();
    desk.ask(&books, ask("A", add(2, 2), 2)).unwrap();
    desk.ask(&books, ask("A", Command::Pour { coins: 40_000 }, 3)).unwrap();
    desk.ask(&books, ask("A", add(3, 4), 4)).unwrap();
    let mut books = books;
    for sequence in [1, 2] {
        let Landed { heard, replies, .. } = desk.landed(Sequence(sequence)).unwrap();
        books.hear(&heard).unwrap();
        for (reply, answer) in replies.answer(heard) {
            let too_large = matches!(answer, Err(Rejection::Unwritable(_)));
            assert_eq!(too_large, reply == 3, "{reply}: {answer:?}");
        }
        desk.take_off(&books);
    }
    assert_eq!(books.customer(&customer("A")).unwrap().state.coins, 7);
}
