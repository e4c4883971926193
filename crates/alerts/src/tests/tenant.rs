//! Of all customers together.

use std::collections::BTreeMap;

use decider::{Decider as _, Fold as _};
use events::{
    CustomerId, Sequence,
    alerts::{
        AlertPolicy, Change, CurrencyFigures, Event, Figures, GroupShare, Kind, PortfolioRules,
        ReasonCode, Subject,
    },
    risk::{self, CreditPolicy},
};
use rust_decimal::Decimal;

use super::stories::{World, day, eur, invoice, paid};
use crate::{Alerts, Command, Fact, survey};

/// Figures of a day: what is owed, what of it has been due for more than 90 days, and the days that
/// sales stay unpaid.
fn owed(on: &str, receivables: &str, old: &str, dso: &str) -> Figures {
    Figures {
        on: day(on),
        positions: vec![Sequence(7), Sequence(9)],
        currencies: vec![CurrencyFigures {
            receivables: eur(receivables),
            overdue_over_90: eur(old),
            dso: dso.parse().ok(),
        }],
        at_stake: None,
        names: 0,
        largest: Vec::new(),
    }
}

fn concentrated(on: &str, names: u64, largest: &[(&str, &str)]) -> Figures {
    let share = |(group, at_stake): &(&str, &str)| GroupShare {
        group: group.parse().unwrap(),
        at_stake: eur(at_stake),
    };
    Figures {
        at_stake: Some(eur("1000.00")),
        names,
        largest: largest.iter().map(share).collect(),
        ..owed(on, "1000.00", "0.00", "")
    }
}

impl World {
    /// All customers together are looked at on a day.
    fn looks(&mut self, figures: Figures) -> &mut Self {
        let asked = Command::TakeFigures(Box::new(figures));
        let said = self.policy.decide(&self.alerts, asked).unwrap();
        self.hears(said)
    }
}

#[test]
fn figures_of_a_day_are_taken_once_and_of_no_day_before() {
    let mut world = World::new(AlertPolicy::default());
    world.looks(owed("2026-03-02", "100.00", "0.00", "40"));
    for on in ["2026-03-02", "2026-03-01"] {
        let again = Command::TakeFigures(Box::new(owed(on, "999.00", "0.00", "40")));
        assert_eq!(world.policy.decide(&world.alerts, again).unwrap(), []);
    }
    assert_eq!(world.alerts.figures_taken_on(), Some(day("2026-03-02")));
}

#[test]
fn days_of_sales_that_rise_by_five_percent_in_thirty_days_are_told_and_told_to_be_over() {
    let mut world = World::new(AlertPolicy::default());
    world
        .looks(owed("2026-03-02", "100.00", "0.00", "40.00"))
        .on("2026-03-02", &[])
        .looks(owed("2026-03-31", "100.00", "0.00", "48.00"))
        .on("2026-03-31", &[]) // Not thirty days yet.
        .looks(owed("2026-04-01", "100.00", "0.00", "41.99"))
        .on("2026-04-01", &[])
        .looks(owed("2026-04-02", "100.00", "0.00", "42.00"));
    let said = world.says("2026-04-02");
    let [Event::AlertRaised(alert)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((alert.alert.as_str(), alert.kind), ("dso_drifted-EUR-1", Kind::DsoDrifted));
    assert_eq!(alert.reasons, [ReasonCode::DsoRisen]);
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(alert.change, Some(Change { before: number("40.00"), now: number("42.00") }));
    assert_eq!(alert.evidence, [Sequence(7)]);
    world
        .looks(owed("2026-04-03", "100.00", "0.00", "41.00"))
        .on("2026-04-03", &[]) // Half the rise is enough to stay.
        .looks(owed("2026-04-04", "100.00", "0.00", "40.99"))
        .on("2026-04-04", &["-dso_drifted-EUR-1 ended"]);
}

#[test]
fn too_much_that_is_long_overdue_is_told_by_currency_and_does_not_flap() {
    let mut world = World::new(AlertPolicy::default());
    world
        .looks(owed("2026-03-02", "1000.00", "99.99", ""))
        .on("2026-03-02", &[])
        .looks(owed("2026-03-03", "1000.00", "100.00", ""))
        .on("2026-03-03", &["+aging_breached-EUR-1"])
        .looks(owed("2026-03-04", "1000.00", "90.00", ""))
        .on("2026-03-04", &[])
        .looks(owed("2026-03-05", "1000.00", "89.99", ""))
        .on("2026-03-05", &["-aging_breached-EUR-1 ended"]);
    let known = world.alerts.known(Kind::AgingBreached, &Subject::Currency(eur("0.00").currency()));
    let alert = &known.unwrap().alert;
    assert_eq!((alert.amount, alert.limit), (Some(eur("100.00")), Some(eur("100.00"))));
}

#[test]
fn a_name_that_crosses_ten_percent_is_told_where_there_are_enough_names() {
    let mut world = World::new(AlertPolicy::default());
    world
        .looks(concentrated("2026-03-02", 10, &[("C-1", "900.00")]))
        .on("2026-03-02", &[]) // Of ten names one has a tenth whatever happens.
        .looks(concentrated("2026-03-03", 11, &[("C-1", "300.00"), ("C-2", "99.99")]))
        .on("2026-03-03", &["+concentration_crossed-C-1-1"])
        .looks(concentrated("2026-03-04", 11, &[("C-1", "90.00"), ("C-2", "100.00")]))
        .on("2026-03-04", &["+concentration_crossed-C-2-1"]);
    // Nobody can tell without a rate: what was said stands.
    let unknown = Figures { at_stake: None, ..concentrated("2026-03-05", 0, &[]) };
    world
        .looks(unknown)
        .on("2026-03-05", &[])
        .looks(concentrated("2026-03-09", 11, &[("C-1", "89.99"), ("C-2", "100.00")]))
        .on("2026-03-09", &["-concentration_crossed-C-1-1 ended"]);
}

#[test]
fn the_tenants_thresholds_are_its_own_and_must_be_possible() {
    let portfolio = PortfolioRules { concentration_percent: 50, ..PortfolioRules::default() };
    let mut world = World::new(AlertPolicy { portfolio, ..AlertPolicy::default() });
    world
        .looks(concentrated("2026-03-02", 11, &[("C-1", "499.99")]))
        .on("2026-03-02", &[])
        .looks(concentrated("2026-03-03", 11, &[("C-1", "500.00")]))
        .on("2026-03-03", &["+concentration_crossed-C-1-1"]);
    let never = PortfolioRules { concentration_percent: 0, aging_percent: 101, ..portfolio };
    let refused =
        crate::Policy::try_new(AlertPolicy { portfolio: never, ..AlertPolicy::default() });
    let fields: Vec<_> = refused.unwrap_err().0.into_iter().map(|it| it.field).collect();
    assert_eq!(fields, ["portfolio.concentration_percent", "portfolio.aging_percent"]);
}

#[test]
fn figures_add_up_what_customers_owe_and_who_has_how_much_of_it() {
    let facts: [(&str, Vec<Fact>); 3] = [
        ("C-1", vec![invoice("F-1", "600.00", "2026-01-31").into()]),
        ("C-2", vec![invoice("F-2", "400.00", "2026-06-30").into()]),
        (
            "C-3",
            [invoice("F-3", "50.00", "2026-01-31")]
                .into_iter()
                .chain(paid("P-1", "F-3", "50.00", "2026-02-02"))
                .map(Fact::from)
                .collect(),
        ),
    ];
    let customers: BTreeMap<CustomerId, Alerts> = facts
        .into_iter()
        .map(|(id, facts)| (id.parse().unwrap(), Alerts::replay(&facts)))
        .collect();
    let mut policy = crate::Policy::default();
    let credit = CreditPolicy::default();
    policy.adopt(&risk::Event::CreditPolicyAdopted(Box::new(credit)).into());
    let all = customers.iter();
    let figures = survey(&policy, all.clone(), day("2026-05-02"), vec![Sequence(9)]).unwrap();
    let [eur_figures] = figures.currencies.as_slice() else { panic!("{figures:?}") };
    assert_eq!(eur_figures.receivables, eur("1000.00"));
    // 91 days past due.
    assert_eq!(eur_figures.overdue_over_90, eur("600.00"));
    assert_eq!((figures.at_stake, figures.names), (Some(eur("1000.00")), 2));
    let largest: Vec<_> =
        figures.largest.iter().map(|it| (it.group.as_str(), it.at_stake)).collect();
    assert_eq!(largest, [("C-1", eur("600.00")), ("C-2", eur("400.00"))]);
    assert_eq!(survey(&policy, [].into_iter(), day("2026-05-02"), Vec::new()), None);
    // Invoices of January: sales that are counted back to pay for what is open.
    assert!(eur_figures.dso.is_some_and(|it| it > Decimal::ONE_HUNDRED));
}
