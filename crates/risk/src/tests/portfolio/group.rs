//! Groups.

use events::risk::{Event, Limit};

use super::*;
use crate::portfolio::group::GroupExposure;

#[test]
fn a_group_is_one_debtor_against_the_limit_of_its_head() {
    let granted = Fact::Risk(Event::LimitGranted {
        limit: Box::new(Limit {
            limit: "L-1".parse().unwrap(),
            amount: eur("100.00"),
            temporary: false,
            holds_from: day("2026-01-01"),
            holds_until: None,
            requested_by: "credit-1".parse().unwrap(),
            reason: "group".parse().unwrap(),
        }),
        approved_by: None,
        granted_on: day("2026-01-01"),
    });
    let owes =
        |invoice: &str, gross: &str| vec![issued(invoice, "2026-01-02", "2026-07-01", gross, None)];
    let mut customers = of([
        ("HEAD", [owes("F-1", "30.00"), vec![granted]].concat()),
        ("CHILD", owes("F-2", "50.00")),
        ("GRANDCHILD", owes("F-3", "40.00")),
        ("STRANGER", owes("F-4", "500.00")),
    ]);
    let mut join = |id: &str, fact: Fact| customers.get_mut(&customer(id)).unwrap().evolve(&fact);
    join("CHILD", joined("HEAD", Some("0.8")));
    join("GRANDCHILD", joined("CHILD", None));
    // Half is no control.
    join("STRANGER", joined("HEAD", Some("0.5")));
    let of = |head: &str| {
        let policy = policy(rules());
        let found =
            GroupExposure::of(&policy, customers.iter(), &customer(head), day("2026-06-01"));
        found.unwrap()
    };
    let it = of("HEAD");
    let members: Vec<_> = it.members.keys().map(CustomerId::as_str).collect();
    assert_eq!(members, ["CHILD", "GRANDCHILD", "HEAD"]);
    assert_eq!((it.total, it.unsecured), (eur("120.00"), eur("120.00")));
    assert_eq!((it.limit, it.headroom), (Some(eur("100.00")), Some(eur("-20.00"))));
    // Below the head a company and what is below it are a group too.
    assert_eq!((of("CHILD").total, of("CHILD").limit), (eur("90.00"), None));
    assert!(of("NOBODY").members.is_empty());
}
