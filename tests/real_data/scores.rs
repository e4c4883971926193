//! Forecasts of payments that were made years ago: no better known than they could be, and no worse
//! than they were when this was written.

use std::{collections::BTreeMap, fs, path::PathBuf};

use calibration::Forecast;
use chrono::{Days, NaiveDate};
use vigie::scores::{Dataset, ExportScores, Protocol, Scored, scores};

use super::rows;

/// The directory of all data; nothing if this machine does not have it, which is said aloud.
fn root() -> Option<PathBuf> {
    let file = rows::find("ibm-late-payment-histories.csv")?;
    file.parent().and_then(|it| it.parent()).map(PathBuf::from)
}

fn asked(protocol: Protocol, dev_root: PathBuf, holdout_root: Option<PathBuf>) -> ExportScores {
    ExportScores { datasets: Vec::new(), protocol, dev_root, holdout_root, out: PathBuf::new() }
}

/// How often the worse of two was thought worse, by threshold.
fn auc(scored: &[Scored], place: usize, days: i64) -> f64 {
    let chance = |it: &Scored| f64::from(it.forecast.late_ppm[place]);
    let happened = |it: &Scored| it.outcome.later_than(days).expect("all is known");
    let (chances, happened): (Vec<_>, Vec<_>) =
        scored.iter().map(|it| (chance(it), happened(it))).unzip();
    calibration::odds(&chances, &happened).expect("both happened").auc
}

#[test]
fn payments_are_foretold_as_well_as_they_were() {
    let Some(root) = root() else { return };
    let of = |set| scores(set, &asked(Protocol::Dev, root.clone(), None)).expect("forecasts");
    // A little below what `docs/scores.md` says.
    for (set, floors) in [
        (Dataset::Ibm, vec![(0, 0, 0.842), (1, 15, 0.855)]),
        (Dataset::Udyam, vec![(0, 0, 0.785), (1, 15, 0.722), (2, 30, 0.720)]),
        (Dataset::IbmMonth, vec![(1, 15, 0.880)]),
        (Dataset::UdyamMonth, vec![(2, 30, 0.694)]),
        (Dataset::Polish1Year, vec![(0, 0, 0.935)]),
        (Dataset::Polish5Year, vec![(0, 0, 0.931)]),
        (Dataset::Taiwan, vec![(0, 0, 0.780)]),
    ] {
        let scored = of(set);
        for (place, days, floor) in floors {
            let auc = auc(&scored, place, days);
            assert!(auc >= floor, "{set:?}, more than {days} days late: {auc:.4} < {floor}");
        }
    }
}

/// A row as it would stand, had what is settled from a day on been settled later; none: it is as it
/// was.
type Moved<'a> = dyn Fn(&[&str], NaiveDate) -> Option<Vec<String>> + 'a;

/// A file cut in two by its customers, what is settled from a day on moved into the future.
fn cut_in_two(
    from: &PathBuf,
    moved: &dyn Fn(&[&str]) -> Option<Vec<String>>,
    customer: usize,
) -> [String; 2] {
    let text = fs::read_to_string(from).expect("a file of text");
    let mut lines = text.lines();
    let header = format!("{}\n", lines.next().expect("a header"));
    let mut parts = [header.clone(), header];
    for line in lines {
        let values: Vec<&str> = line.split(',').collect();
        let part = values[customer].bytes().map(usize::from).sum::<usize>() % 2;
        let line = moved(&values).map_or_else(|| line.to_owned(), |it| it.join(","));
        parts[part].push_str(&line);
        parts[part].push('\n');
    }
    parts
}

/// What is forecast of later time in a file cut in two.
fn later(
    name: &str,
    sets: [Dataset; 2],
    parts: &[String; 2],
) -> BTreeMap<String, (NaiveDate, Forecast)> {
    let house = tempfile::tempdir().expect("a directory");
    let [dev, holdout] = ["dev", "holdout"].map(|it| house.path().join(it));
    for (root, text) in [&dev, &holdout].into_iter().zip(parts) {
        fs::create_dir_all(root.join("receivables")).expect("a directory");
        fs::write(root.join("receivables").join(name), text).expect("a file");
    }
    let asked = asked(Protocol::LaterTime, dev, Some(holdout));
    let scored = sets.into_iter().flat_map(|set| {
        let scored = scores(set, &asked).expect("forecasts");
        scored
            .into_iter()
            .map(move |it| (format!("{set:?} {}", it.key), (it.day.expect("a day"), it.forecast)))
    });
    scored.collect()
}

/// Moves what comes from a day on, and sees that nothing forecast by then is another.
fn looks_not_ahead(
    name: &str,
    sets: [Dataset; 2],
    customer: usize,
    since: &str,
    moved: &Moved<'_>,
) {
    let Some(path) = rows::find(name) else { return };
    let since: NaiveDate = since.parse().expect("a day");
    let then = later(name, sets, &cut_in_two(&path, &|_| None, customer));
    let now = later(name, sets, &cut_in_two(&path, &|it| moved(it, since), customer));
    let known = |of: &BTreeMap<String, (NaiveDate, Forecast)>| -> BTreeMap<_, _> {
        of.clone().into_iter().filter(|(_, (day, _))| *day < since).collect()
    };
    let (before, after) = (known(&then), known(&now));
    assert!(before.len() > 50, "{} forecasts before {since}", before.len());
    assert_eq!(before, after);
    assert_ne!(then, now, "what moved is seen later");
}

#[test]
fn no_forecast_of_the_late_payment_histories_looks_ahead() {
    let day = |text: &str| NaiveDate::parse_from_str(text, "%m/%d/%Y").expect("a day");
    looks_not_ahead(
        "ibm-late-payment-histories.csv",
        [Dataset::Ibm, Dataset::IbmMonth],
        1,
        "2013-09-01",
        &|values, since| {
            let settled = day(values[8]);
            let mut moved: Vec<String> = values.iter().map(|it| (*it).to_owned()).collect();
            moved[8] = (settled + Days::new(25)).format("%m/%d/%Y").to_string();
            (settled >= since).then_some(moved)
        },
    );
}

#[test]
fn no_forecast_of_the_supplier_invoices_looks_ahead() {
    let day = |text: &str| NaiveDate::parse_from_str(text, "%d-%b-%y").expect("a day");
    looks_not_ahead(
        "udyam-supplier-invoices.csv",
        [Dataset::Udyam, Dataset::UdyamMonth],
        1,
        "2016-10-01",
        &|values, since| {
            let days: i64 = values[8].parse().expect("a number");
            let settled = day(values[3]) + chrono::TimeDelta::days(days);
            let mut moved: Vec<String> = values.iter().map(|it| (*it).to_owned()).collect();
            moved[8] = (days + 40).to_string();
            (settled >= since).then_some(moved)
        },
    );
}
