//! Every day of public lists of holidays, when they lie beside the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use super::{Calendar, day};

/// Where the lists say less than the law: state, day, and why we keep it.
const BEYOND_THE_LIST: &[(Calendar, &str, &str)] = &[(
    Calendar::Canada,
    "2029-07-02",
    "Holidays Act, s. 2(2): when July 1 is a Sunday, July 2 is a legal holiday throughout Canada",
)];

/// The text of a list; says so when the folder of public data is not there.
#[expect(clippy::print_stderr, reason = "a test that compares with nothing must say so")]
fn list(name: &str) -> Option<String> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/reference").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("NOTE: {} is not there; the calendars were NOT compared with it", path.display());
    }
    text
}

fn days_of(calendar: Calendar, years: (i32, i32)) -> BTreeSet<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(years.0, 1, 1).expect("a year of the lists");
    let days = first.iter_days().take_while(|day| day.year() <= years.1);
    days.filter(|day| calendar.holiday(*day).is_some()).collect()
}

#[test]
fn every_day_from_2019_to_2030_agrees_with_the_public_list_of_each_state() {
    let Some(text) = list("public-holidays-2019-2030.csv") else { return };
    let mut listed: BTreeMap<Calendar, BTreeSet<NaiveDate>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut fields = line.splitn(3, ',');
        let calendar = fields.next().expect("country").parse().expect("a known country");
        listed.entry(calendar).or_default().insert(day(fields.next().expect("date")));
    }
    for (calendar, day_beyond, _why) in BEYOND_THE_LIST {
        let was_new = listed.entry(*calendar).or_default().insert(day(day_beyond));
        assert!(was_new, "{calendar} {day_beyond}: the list has it now, strike it here");
    }
    assert_eq!(listed.len(), Calendar::ALL.len() - 1);
    for (calendar, listed) in listed {
        let ours = days_of(calendar, (2019, 2030));
        let missing: Vec<_> = listed.difference(&ours).collect();
        let surplus: Vec<_> = ours.difference(&listed).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{calendar}: missing {missing:?}, surplus {surplus:?}"
        );
    }
}

#[test]
fn every_day_from_2002_to_2035_agrees_with_the_public_list_of_target() {
    let Some(text) = list("target-closing-days.csv") else { return };
    let listed: BTreeSet<_> =
        text.lines().skip(1).map(|line| day(line.split(',').next().expect("date"))).collect();
    assert_eq!(days_of(Calendar::Target, (2002, 2035)), listed);
}
