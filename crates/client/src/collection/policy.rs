//! Rules for collecting as a file that a person writes.

use std::path::Path;

use collection::Policy;
use events::collection::{CollectionPolicy, FeeBand, Span};

use crate::{
    Trouble, file,
    paper::{Cell, Paper, Sheet, Tone},
};

/// Reads rules, and checks them as the service would: what is wrong is said with its place.
pub fn read(path: &Path) -> Result<CollectionPolicy, Trouble> {
    let rules: CollectionPolicy = file::read(path)?;
    Policy::try_new(rules.clone()).map_err(|invalid| file::wrong(path, &invalid))?;
    Ok(rules)
}

/// Rules, for whoever has written them.
pub(super) fn shown(it: &CollectionPolicy) -> Paper {
    let mut paper = Paper::new(format!("Rules for collecting: {}", it.version));
    paper.fact("jurisdiction", it.jurisdiction.to_string());
    paper.fact("abroad", it.abroad);
    paper.fact("title_reserved", it.title_reserved);
    paper.fact("consumer_segments", joined(&it.consumer_segments));
    paper.fact("carriage_segments", joined(&it.carriage_segments));
    paper.fact("minimums", joined(&it.minimums));
    let mut leads = Sheet::new("leads", "Said to be at risk", &["right", "days_ahead"]);
    for it in &it.leads {
        leads.row(Tone::Plain, [it.right.to_string().into(), joined(&it.days).into()]);
    }
    paper.sheet(leads);
    paper.sheet(insurers(it));
    let columns = ["route", "fixed", "share", "days", "brings"];
    let mut routes = Sheet::new("routes", "Ways", &columns);
    for it in &it.routes {
        let fixed = it.fixed.map(|it| it.to_string()).unwrap_or_default();
        routes.row(
            Tone::Plain,
            [
                it.route.to_string().into(),
                fixed.into(),
                Cell::Number(it.share.to_string()),
                Cell::Number(it.days.to_string()),
                Cell::Number(it.brings.to_string()),
            ],
        );
    }
    paper.sheet(routes);
    let columns = ["collector", "agreement", "insurance", "remits_in_days", "fees", "least_fee"];
    let mut collectors = Sheet::new("collectors", "Collectors", &columns);
    for it in &it.collectors {
        let fees: Vec<_> = it.fees.iter().map(band).collect();
        collectors.row(
            Tone::Plain,
            [
                it.name.to_string().into(),
                it.agreement.to_string().into(),
                it.insurance.to_string().into(),
                Cell::Number(it.remits_in_days.to_string()),
                fees.join(", ").into(),
                it.least_fee.map(|it| it.to_string()).unwrap_or_default().into(),
            ],
        );
    }
    paper.sheet(collectors);
    paper
}

fn insurers(it: &CollectionPolicy) -> Sheet {
    let columns = [
        "policy",
        "extension",
        "notice_days",
        "handover_days",
        "claim_days",
        "waiting",
        "admitted_days",
        "declaration_minimum",
        "terms_max_days",
        "net_of_vat",
        "excluded_segments",
        "recoveries",
    ];
    let mut sheet = Sheet::new("insurances", "What insurers want", &columns);
    let days = |it: Option<u16>| it.map_or(Cell::Nothing, |it| Cell::Number(it.to_string()));
    for it in &it.insurances {
        sheet.row(
            Tone::Plain,
            [
                it.policy.to_string().into(),
                spelled(it.extension).into(),
                days(it.notice_days),
                days(Some(it.handover_days)),
                days(it.claim_days),
                it.waiting.map(spelled).unwrap_or_default().into(),
                days(it.admitted_days),
                it.declaration_minimum.map(|it| it.to_string()).unwrap_or_default().into(),
                days(it.terms_max_days),
                it.net_of_vat.into(),
                joined(&it.excluded_segments).into(),
                it.recoveries.map(|it| it.to_string()).unwrap_or_default().into(),
            ],
        );
    }
    sheet
}

fn spelled(it: Span) -> String {
    match it {
        Span::Days(days) => format!("{days} days"),
        Span::Months(months) => format!("{months} months"),
    }
}

/// `0.15 up to 180 days, up to 5000.00 EUR`.
fn band(it: &FeeBand) -> String {
    let days = it.days_max.map(|it| format!(" up to {it} days")).unwrap_or_default();
    let amount = it.amount_max.map(|it| format!(" up to {it}")).unwrap_or_default();
    format!("{}{days}{amount}", it.share)
}

fn joined(all: &[impl ToString]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::Form;

    #[test]
    fn the_rules_shipped_for_france_are_read_and_shown() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies");
        let rules = read(&folder.join("collection-france.toml")).unwrap();
        let shown = shown(&rules).write(Form::Table);
        for it in &rules.collectors {
            assert!(shown.contains(it.name.as_str()), "{shown}");
        }
        assert_eq!(rules.jurisdiction.as_str(), "FR");
        assert!(!rules.collectors.is_empty() && !rules.insurances.is_empty());
    }

    #[test]
    fn rules_that_cannot_be_are_refused_with_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |text: &str| {
            let file = folder.path().join("rules.toml");
            std::fs::write(&file, text).unwrap();
            read(&file).unwrap_err().to_string()
        };
        assert!(refused("jurisdiction = 'XX'").contains("jurisdiction"));
        assert!(refused("colour = 'blue'").contains("colour"));
        assert!(refused("leads = [{ right = 'sleep', days = [1] }]").contains("sleep"));
    }
}
