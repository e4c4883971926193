//! What is expected to be lost, and what is put aside for it.

use api::risk::GetExpectedLossResponse;

use super::figures;
use crate::client::{
    answers::{number, of_when},
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
fn graded(grade: i32) -> Cell {
    let letter = letter(grade);
    if letter == Cell::Nothing { "none".into() } else { letter }
}
