//! What is expected to be lost, and what is put aside for it.

use api::risk::{
    DoubtReason, GetDepreciationResponse, GetExpectedLossResponse, GetProvisionMatrixResponse,
};

use super::{days, figures, told};
use crate::{
    answers::{date, number, of_when, word},
    get::score::letter,
    paper::{Cell, Paper, Sheet, Tone},
};

pub(super) fn expected(it: &GetExpectedLossResponse) -> Paper {
    let mut paper = Paper::new("Expected loss within a year".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(figures(&it.figures));
    let columns = ["grade", "customers", "default_ppm", "exposure", "unsecured", "expected_loss"];
    let mut grades = Sheet::new("grades", "By grade", &columns);
    for it in &it.grades {
        grades.row(
            Tone::Plain,
            [
                graded(it.grade),
                it.customer_count.into(),
                it.default_ppm.into(),
                number(it.exposure_amount.as_ref()),
                number(it.unsecured_amount.as_ref()),
                number(it.expected_loss_amount.as_ref()),
            ],
        );
    }
    paper.sheet(grades);
    let columns = ["customer", "grade", "exposure", "unsecured", "expected_loss"];
    let mut customers = Sheet::new("customers", "Largest", &columns);
    for it in &it.top_customers {
        customers.row(
            Tone::Plain,
            [
                it.customer_id.as_str().into(),
                graded(it.grade),
                number(it.exposure_amount.as_ref()),
                number(it.unsecured_amount.as_ref()),
                number(it.expected_loss_amount.as_ref()),
            ],
        );
    }
    paper.sheet(customers);
    paper
}

/// `A`, or that there is none.
pub(super) fn graded(grade: i32) -> Cell {
    let letter = letter(grade);
    if letter == Cell::Nothing { "none".into() } else { letter }
}

pub(super) fn provisions(it: &GetProvisionMatrixResponse) -> Paper {
    let mut paper = Paper::new("Provisions, IFRS 9 (simplified approach)".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.fact("rates_from", date(it.month_end_dates.first()));
    paper.fact("rates_to", date(it.month_end_dates.last()));
    paper.fact("last_loss", told(it.last_loss.as_ref()));
    if let Some(outlook) = &it.outlook {
        paper.fact("outlook_from", date(outlook.from_date.as_ref()));
        paper.fact("outlook_factor", told(outlook.factor.as_ref()));
    }
    let columns =
        ["days_late", "gross", "left", "rolled_on", "roll_rate", "historical", "rate", "allowance"];
    let mut rows = Sheet::new("matrix", "Matrix", &columns);
    for it in &it.rows {
        let roll = it.roll.as_ref();
        let assumed = roll.is_some_and(|it| it.assumed);
        rows.row(
            if assumed { Tone::Faint } else { Tone::Plain },
            [
                days(it.days_min, it.days_max),
                number(it.gross_amount.as_ref()),
                number(roll.and_then(|it| it.left_amount.as_ref())),
                number(roll.and_then(|it| it.arrived_amount.as_ref())),
                if assumed { "assumed".into() } else { told(roll.and_then(|it| it.rate.as_ref())) },
                told(it.historical_rate.as_ref()),
                told(it.rate.as_ref()),
                number(it.allowance_amount.as_ref()),
            ],
        );
    }
    paper.sheet(rows);
    paper.sheet(figures(&it.figures));
    paper
}

pub(super) fn depreciation(it: &GetDepreciationResponse) -> Paper {
    let mut paper = Paper::new("Doubtful claims".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(figures(&it.figures));
    let reason = |it: DoubtReason| word(it.as_str_name(), "DOUBT_REASON_");
    let columns = ["reason", "claims", "not_judged", "to_416", "depreciation"];
    let mut sums = Sheet::new("reasons", "By reason", &columns);
    for it in &it.sums {
        sums.row(
            Tone::Plain,
            [
                reason(it.reason()),
                it.claim_count.into(),
                it.unjudged_count.into(),
                number(it.gross_amount.as_ref()),
                number(it.depreciation_amount.as_ref()),
            ],
        );
    }
    paper.sheet(sums);
    let columns = [
        "customer",
        "invoice",
        "due_date",
        "reason",
        "notice",
        "to_416",
        "base",
        "percent",
        "depreciation",
        "practice",
    ];
    let mut claims = Sheet::new("claims", "Largest claims", &columns);
    for it in &it.claims {
        let practice: Vec<_> = it.suggested_percents.iter().map(ToString::to_string).collect();
        claims.row(
            if it.depreciation_amount.is_none() { Tone::Alarming } else { Tone::Plain },
            [
                it.customer_id.as_str().into(),
                it.invoice_id.as_str().into(),
                date(it.due_date.as_ref()),
                reason(it.reason()),
                it.notice.as_str().into(),
                number(it.gross_amount.as_ref()),
                number(it.base_amount.as_ref()),
                told(it.percent.as_ref()),
                number(it.depreciation_amount.as_ref()),
                practice.join(" / ").into(),
            ],
        );
    }
    paper.sheet(claims);
    paper
}
