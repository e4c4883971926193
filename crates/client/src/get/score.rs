//! A score, as a receipt.

use api::risk::{Flip, GetScoreResponse, Grade, flip::Change};

use crate::{
    answers::{date, of_when},
    paper::{Cell, Paper, Sheet, Tone},
};

pub(super) fn score(customer: &str, it: &GetScoreResponse) -> Paper {
    let mut paper = Paper::new(format!("Score of {customer}"));
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let told = it.score.clone().unwrap_or_default();
    paper.fact("grade", letter(told.grade));
    paper.fact("since", date(told.grade_since_date.as_ref()));
    paper.fact("earned_grade", letter(told.earned_grade));
    paper.fact("capped_by", told.capped_by);
    paper.fact("points", told.points);
    let chances = told.chances.unwrap_or_default();
    paper.fact("late", share(chances.late));
    paper.fact("late_over_15_days", share(chances.late15));
    paper.fact("late_over_30_days", share(chances.late30));
    paper.fact("expected_days_late", Cell::Number(format!("{:.1}", chances.days)));
    paper.fact("scorecard", told.scorecard);
    paper.fact("scored_on", date(told.score_date.as_ref()));
    paper.fact("entry", Cell::Number(told.sequence.to_string()));
    paper.fact("better", flip(told.better.as_ref()));
    paper.fact("worse", flip(told.worse.as_ref()));
    let mut reasons = Sheet::new("reasons", "Why", &["reason", "value", "points", "entry"]);
    reasons
        .row(Tone::Plain, ["base".into(), Cell::Nothing, told.base_points.into(), Cell::Nothing]);
    for it in &told.reasons {
        let tone = if it.points < 0 { Tone::Alarming } else { Tone::Plain };
        let value = it.value.map_or(Cell::Nothing, Cell::from);
        let entry = it.sequence.map_or(Cell::Nothing, |it| Cell::Number(it.to_string()));
        reasons.row(tone, [it.measure.as_str().into(), value, it.points.into(), entry]);
    }
    paper.sheet(reasons);
    paper
}

/// `A`; nothing if there is none.
pub(crate) fn letter(grade: i32) -> Cell {
    let name = Grade::try_from(grade).unwrap_or_default().as_str_name();
    name.strip_prefix("GRADE_").filter(|it| it.len() == 1).unwrap_or_default().into()
}

/// A probability in percent.
#[expect(clippy::float_arithmetic, reason = "a probability, for people")]
pub(crate) fn share(probability: f64) -> Cell {
    Cell::Text(format!("{:.1} %", probability * 100.0))
}

fn flip(it: Option<&Flip>) -> Cell {
    let Some((change, grade)) = it.and_then(|it| Some((it.change.as_ref()?, it.grade))) else {
        return Cell::Nothing;
    };
    let grade = Grade::try_from(grade).unwrap_or_default().as_str_name();
    let grade = grade.trim_start_matches("GRADE_");
    Cell::Text(match change {
        Change::Paid(it) => format!("{grade} once {} is paid", it.invoice_ids.join(", ")),
        Change::Moved(it) => format!("{grade} with {} of {}", it.measure, it.value),
    })
}
