use letters::Language;

use super::sample::{dossier, eur};
use crate::{Dossier, Unbalanced, files};

#[test]
fn what_is_asked_for_is_the_sum_of_its_receivables() {
    let it = dossier(Language::En);
    it.check().unwrap();
    let total = &it.totals[0];
    assert_eq!(
        [total.principal, total.interest, total.accessories, total.total],
        [eur("1400.00"), eur("14.68"), eur("80.00"), eur("1494.68")]
    );
}

type Change = fn(&mut Dossier);

/// A cent more or less anywhere, and it is written down nowhere.
#[test]
fn a_dossier_that_does_not_add_up_is_given_to_nobody() {
    let cent = eur("0.01");
    let changes: [(&str, Change); 8] = [
        ("open", |it| it.receivables[0].disputed = eur("90.01")),
        ("interest", |it| it.receivables[1].interest_lines[0].interest = eur("3.34")),
        ("principal", |it| it.totals[0].principal = eur("1400.01")),
        ("accessories", |it| it.receivables[0].fixed_sum = eur("40.01")),
        ("total", |it| it.totals[0].total = eur("1494.67")),
        ("balance", |it| it.statement[0].lines[1].balance = eur("1690.01")),
        ("closing", |it| it.statement[0].closing = eur("1489.99")),
        ("closing", |it| {
            it.statement[0].lines.pop();
        }),
    ];
    for (sum, change) in changes {
        let mut it = dossier(Language::En);
        change(&mut it);
        let Err(Unbalanced::Sum { what, said, parts, .. }) = it.check() else { panic!("{sum}") };
        assert_eq!(what, sum);
        assert!(said.minus(parts).unwrap().minor().abs() >= cent.minor());
        assert!(files(&it).is_err(), "{sum}");
    }
    let mut it = dossier(Language::En);
    it.totals.clear();
    assert!(matches!(it.check(), Err(Unbalanced::Currency(_))));
}
