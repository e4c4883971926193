use super::*;
use decider::spec::Story;

#[test]
fn a_day_begins_once_and_not_on_a_holiday() {
    Story::of(target())
        .when(Command::Tick(day(4, 30)), &[opened(4, 30)])
        .when(Command::Tick(day(4, 30)), &[])
        // Labour Day and the week-end.
        .when(Command::Tick(day(5, 1)), &[])
        .when(Command::Tick(day(5, 2)), &[])
        .when(Command::Tick(day(5, 4)), &[opened(5, 4)]);
}

#[test]
fn after_days_of_silence_only_the_present_day_begins() {
    Story::of(target())
        .when(Command::Tick(day(4, 1)), &[opened(4, 1)])
        .when(Command::Tick(day(4, 30)), &[opened(4, 30)]);
}

#[test]
fn a_clock_that_went_back_opens_nothing() {
    Story::of(target())
        .when(Command::Tick(day(4, 30)), &[opened(4, 30)])
        .when(Command::Tick(day(4, 29)), &[])
        .refuses(Command::Open(day(4, 29)), &Refusal::Past { asked: day(4, 29), open: day(4, 30) });
}

#[test]
fn a_person_may_open_a_sunday() {
    Story::of(target()).when(Command::Open(day(5, 3)), &[opened(5, 3)]);
}

fn target() -> Policy {
    Policy { calendar: Calendar::Target }
}

fn opened(month: u32, of: u32) -> Event {
    Event::DayOpened { date: day(month, of) }
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}
