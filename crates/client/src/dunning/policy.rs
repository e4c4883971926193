//! Rules for reminding as a file that a person writes.

use std::path::Path;

use dunning::Policy;
use events::dunning::{Approval, DunningPolicy, Scope};

use crate::{
    Trouble, file,
    paper::{Cell, Paper, Sheet, Tone},
};

/// Reads rules, and checks them as the service would: what is wrong is said with its place.
pub fn read(path: &Path) -> Result<DunningPolicy, Trouble> {
    let rules: DunningPolicy = file::read(path)?;
    Policy::try_new(rules.clone()).map_err(|invalid| file::wrong(path, &invalid))?;
    Ok(rules)
}

/// Rules, for whoever has written them.
pub(super) fn shown(it: &DunningPolicy) -> Paper {
    let days = |it: u16| Cell::Number(it.to_string());
    let mut paper = Paper::new(format!("Rules for reminding: {}", it.version));
    paper.fact("calendar", it.calendar.to_string());
    paper.fact("contact_gap_days", days(it.contact_gap_days));
    paper.fact("unallocated_days", days(it.unallocated_days));
    paper.fact("word_days", days(it.word_days));
    paper.fact("stale_days", days(it.stale_days));
    let most = it.daily_max.map(|it| Cell::Number(it.to_string()));
    paper.fact("daily_max", most.unwrap_or(Cell::Nothing));
    paper.fact("minimums", joined(&it.minimums));
    let interest = it.interest.as_ref().map(|it| {
        let rate = it.rate.map(|it| format!(" {it} %")).unwrap_or_default();
        Cell::from(format!("{} {}{rate}", it.jurisdiction, it.basis))
    });
    paper.fact("interest", interest.unwrap_or(Cell::Nothing));
    let charges = it.charges.as_ref().map(|it| {
        let least =
            if it.minimums.is_empty() { "any amount".to_owned() } else { joined(&it.minimums) };
        let (after, by) = (it.after_days, joined(&it.channels));
        Cell::from(format!(
            "{after} days after settlement, from {least}, {by}, {}",
            said(it.approval)
        ))
    });
    paper.fact("interest_invoices", charges.unwrap_or(Cell::Nothing));
    let confirmed = it
        .confirm_plans
        .as_ref()
        .map(|it| Cell::from(format!("{}, {}", joined(&it.channels), said(it.approval))));
    paper.fact("plans_confirmed", confirmed.unwrap_or(Cell::Nothing));
    let columns = [
        "ladder",
        "for",
        "level",
        "days",
        "gap",
        "tone",
        "channels",
        "approval",
        "minimums",
        "asks_for",
        "deadline_days",
        "supply_block",
    ];
    let mut sheet = Sheet::new("levels", "Levels", &columns);
    for ladder in &it.ladders {
        let of = match &ladder.scope {
            Scope::Tenant => "everybody".to_owned(),
            Scope::Segment(it) => format!("segment {it}"),
            Scope::Grade(it) => format!("grade {it}"),
            Scope::Chosen => "whom it is chosen for".to_owned(),
        };
        for (number, level) in (1_u32..).zip(&ladder.levels) {
            let approval = said(level.approval);
            let asks = [("interest", level.interest), ("fixed sum", level.fixed_sum)];
            let asks: Vec<_> = asks.into_iter().filter(|it| it.1).map(|it| it.0).collect();
            let deadline = level.deadline_days.map(days);
            sheet.row(
                Tone::Plain,
                [
                    ladder.name.to_string().into(),
                    of.clone().into(),
                    Cell::Number(number.to_string()),
                    Cell::Number(level.offset_days.to_string()),
                    days(level.gap_days),
                    level.tone.to_string().into(),
                    joined(&level.channels).into(),
                    approval.into(),
                    joined(&level.minimums).into(),
                    asks.join(", ").into(),
                    deadline.unwrap_or(Cell::Nothing),
                    Cell::Number(level.supply_block.to_string()),
                ],
            );
        }
    }
    paper.sheet(sheet);
    paper
}

const fn said(approval: Approval) -> &'static str {
    match approval {
        Approval::Automatic => "automatic",
        Approval::ByPerson => "by person",
    }
}

fn joined(all: &[impl ToString]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use events::dunning::{Channel, Level, Tone};

    use super::*;
    use crate::Form;

    fn shipped(name: &str) -> DunningPolicy {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies");
        read(&folder.join(name)).unwrap()
    }

    fn usual(rules: &DunningPolicy) -> &[Level] {
        &rules.ladders.iter().find(|it| it.scope == Scope::Tenant).unwrap().levels
    }

    #[test]
    fn the_rules_shipped_for_france_climb_from_a_courtesy_to_a_registered_letter() {
        let rules = shipped("b2b-france.toml");
        let levels = usual(&rules);
        let told: Vec<_> = levels.iter().map(|it| (it.offset_days, it.tone, it.approval)).collect();
        assert_eq!(
            told,
            [
                (-5, Tone::Courtesy, Approval::Automatic),
                (5, Tone::Reminder, Approval::Automatic),
                (15, Tone::Firm, Approval::ByPerson),
                (30, Tone::Final, Approval::ByPerson),
            ]
        );
        assert!(levels[2].fixed_sum && levels[2].interest);
        let last = &levels[3];
        assert_eq!(last.channels, [Channel::RegisteredLetter]);
        assert_eq!((last.deadline_days, last.supply_block), (Some(8), 1));
        assert_eq!(rules.calendar.as_str(), "FR");
    }

    #[test]
    fn the_gentle_rules_ask_for_no_more_than_what_is_owed_and_block_nothing() {
        let rules = shipped("gentle.toml");
        let all = || rules.ladders.iter().flat_map(|it| &it.levels);
        assert!(all().next().is_some());
        assert!(all().all(|it| !it.interest && !it.fixed_sum && it.supply_block == 0));
        assert!(
            all().all(|it| it.tone != Tone::Final && it.channels != [Channel::RegisteredLetter])
        );
    }

    #[test]
    fn every_shipped_file_is_read_and_shown() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies");
        let mut count = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap();
            // Those for collecting and for assigning, and terms of sale, are read elsewhere.
            let name = file.file_name();
            let name = name.to_string_lossy();
            if name.starts_with("collection-") || name == "factoring.toml" || name == "terms.toml" {
                continue;
            }
            let rules = read(&file.path()).unwrap();
            let shown = shown(&rules).write(Form::Table);
            assert!(shown.contains(rules.ladders[0].name.as_str()), "{shown}");
            count += 1;
        }
        assert!(count >= 2);
    }

    #[test]
    fn rules_that_cannot_be_are_refused_with_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |text: &str| {
            let file = folder.path().join("rules.toml");
            std::fs::write(&file, text).unwrap();
            read(&file).unwrap_err().to_string()
        };
        assert!(refused("contact_gap_days = 400").contains("contact_gap_days"));
        assert!(refused("colour = 'blue'").contains("colour"));
        assert!(
            refused("[[ladders]]\nname = 'usual'\nlevels = [{ offset_days = 1, tone = 'loud' }]")
                .contains("loud")
        );
    }
}
