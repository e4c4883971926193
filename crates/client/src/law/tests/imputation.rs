use serde_json::json;

use super::{json_of, run};
use crate::Trouble;

const SETTLE: &str = "settle --jurisdiction FR --amount 10000.00 --due 2025-05-31 \
                      --paid 2025-07-15=4000.00 --until 2025-09-30";

fn euros(amount: &str) -> serde_json::Value {
    json!({"amount": amount, "currency": "EUR"})
}

#[test]
fn what_is_settled_first_decides_what_is_paid_over_time() {
    for (waterfall, principal_left, later_interest, total) in [
        ("costs_interest_principal", "6198.01", "158.86", "10356.87"),
        ("interest_principal_costs", "6158.01", "157.84", "10355.85"),
        ("principal_interest_costs", "6000.00", "153.79", "10351.80"),
    ] {
        let said = json_of(&format!("{SETTLE} --waterfall {waterfall}"));
        assert_eq!(said["total_paid_over_time"], euros(total), "{waterfall}");
        assert_eq!(said["later_interest"], euros(later_interest), "{waterfall}");
        assert_eq!(said["payments"][0]["left_principal"], euros(principal_left), "{waterfall}");
        assert_eq!(said["payments"][0]["interest"], euros("158.01"));
        // The fixed sum of the law, where no costs are stated.
        assert_eq!(said["costs"], euros("40.00"));
    }
    let said = json_of(SETTLE);
    let part =
        |place: usize| (&said["portions"][place]["part"], &said["portions"][place]["amount"]);
    assert_eq!(part(0), (&json!("costs"), &euros("40.00")));
    assert_eq!(part(1), (&json!("interest"), &euros("158.01")));
    assert_eq!(part(2), (&json!("principal"), &euros("3801.99")));
    assert!(run(SETTLE).unwrap().contains("1343-1"));
    let without = json_of(&format!("{SETTLE} --costs 0"));
    assert_eq!(without["portions"][0]["part"], "interest");
}

const DEBTS: &str = "--debt D1,1000,2025-01-31,0 --debt D2,1000,2025-02-28,13.15 \
                     --debt D3,1000,2099-12-31,13.15";

#[test]
fn each_share_of_a_payment_says_its_rule() {
    let spread = |debts: &str, rest: &str| {
        let said = json_of(&format!("spread --amount 1000 --on 2025-03-31 {debts}{rest}"));
        let shares = said["shares"].as_array().unwrap().iter();
        let brief = |it: &serde_json::Value| {
            format!("{} {} {}", it["debt"], it["amount"]["amount"], it["rule"]).replace('"', "")
        };
        shares.map(brief).collect::<Vec<_>>()
    };
    assert_eq!(spread(DEBTS, ""), ["D2 1000.00 most_interest"]);
    assert_eq!(spread(DEBTS, " --designated D3"), ["D3 1000.00 designated"]);
    let alike = DEBTS.replace(",0 ", ",13.15 ");
    assert_eq!(spread(&alike, ""), ["D1 1000.00 oldest"]);
    let same_day = alike.replace("2025-02-28", "2025-01-31");
    assert_eq!(spread(&same_day, ""), ["D1 500.00 in_proportion", "D2 500.00 in_proportion"]);
    // Whatever the payer designates.
    for debts in [DEBTS, &alike, &same_day] {
        let insurer = spread(debts, " --order insurer_oldest_first --designated D3");
        assert_eq!(insurer, ["D1 1000.00 insurer_oldest_first"]);
    }
    let said = run(&format!("spread --amount 1000 --on 2025-03-31 {DEBTS}")).unwrap();
    assert!(said.contains("1342-10"), "{said}");
}

#[test]
fn paying_early_has_a_price_a_year() {
    let words = ["discount", "--terms", "2/10 net 30", "--financing-rate", "6", "--json"];
    let said: serde_json::Value = serde_json::from_str(&super::run_words(words).unwrap()).unwrap();
    assert_eq!(
        (&said["simple_percent"], &said["effective_percent"]),
        (&json!("37.2449"), &json!("44.5853"))
    );
    assert_eq!(
        (&said["above_financing_points"], &said["cheaper"]),
        (&json!("31.2449"), &json!("financing"))
    );
    let said = json_of("bank-discount --amount 10000.00 --days 60 --rate 5");
    assert_eq!((&said["discount"], &said["paid_out"]), (&euros("83.33"), &euros("9916.67")));
}

#[test]
fn new_rows_of_law_name_what_they_replace_and_whose_interest_changes() {
    let folder = std::env::temp_dir().join(format!("vigie-law-impact-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let cut = "ecb_main_refinancing,EU,2027-01-01,open,2027-01-01,,2.15,percent,ECB\n";
    let rows = file("rows.csv", cut);
    let debts = file(
        "debts.csv",
        "id,amount,due,jurisdiction,paid\n\
         settled,10000.00,2026-05-31,FR,2026-06-30=10000.00\n\
         runs over it,10000.00,2026-12-21,FR,\n\
         another law,10000.00,2026-07-31,DE,\n",
    );
    let said = json_of(&format!("impact --rows {rows} --debts {debts} --until 2027-01-10"));
    assert_eq!(said["debts"], 3);
    let changed = said["debts_changed"].as_array().unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0]["debt"], "runs over it");
    assert_eq!((&changed[0]["before"], &changed[0]["after"]), (&euros("67.95"), &euros("67.26")));
    assert_eq!((&changed[0]["change"], &said["change"]), (&euros("-0.69"), &json!("-0.69 EUR")));
    assert_eq!(said["gone_rules"].as_array().unwrap().len(), 1);
    assert_eq!(said["new_rules"][1]["value"], "2.15");

    let wrong = file("wrong.csv", "id,amount,due\nD1,ten,2026-12-21\n");
    for (line, why) in [
        (
            format!("impact --rows {rows} --debts {wrong} --jurisdiction FR"),
            "--debts: row 1: amount: ",
        ),
        (format!("impact --rows {rows} --debts {wrong}"), "--jurisdiction: whose law is it?"),
        (format!("impact --rows {wrong}"), "--rows: line 1: a row has nine fields"),
        (format!("impact --rows {}/none.csv", folder.display()), "--rows: "),
    ] {
        let trouble = run(&line).unwrap_err();
        assert!(matches!(trouble, Trouble::Usage(_)));
        assert!(trouble.to_string().starts_with(why), "{trouble}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
