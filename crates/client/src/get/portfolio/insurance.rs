//! What credit insurance costs, and saves.

use api::risk::{CoverCost, GetCoverCostResponse};

use super::{figures, losses::graded};
use crate::{
    answers::{number, of_when},
    paper::{Cell, Paper, Sheet, Tone},
};

pub(super) fn cover_cost(it: &GetCoverCostResponse) -> Paper {
    let mut paper = Paper::new("Cost of cover against expected loss, a year".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let columns = [
        "grade",
        "customers",
        "at_stake",
        "insured",
        "expected_loss",
        "quota_loss",
        "over_limit_loss",
        "uninsured_loss",
        "sales",
        "premium",
        "difference",
    ];
    let mut grades = Sheet::new("grades", "By grade", &columns);
    for it in &it.grades {
        let first = [graded(it.grade), it.customer_count.into()];
        grades.row(Tone::Plain, first.into_iter().chain(line(it.cost.as_ref())));
    }
    let customers: i64 = it.grades.iter().map(|it| it.customer_count).sum();
    let first = ["total".into(), customers.into()];
    grades.row(Tone::Strong, first.into_iter().chain(line(it.total.as_ref())));
    paper.sheet(grades);
    paper.sheet(figures(&it.figures));
    paper
}

fn line(it: Option<&CoverCost>) -> [Cell; 9] {
    let of = |amount: fn(&CoverCost) -> Option<&api::Money>| number(it.and_then(amount));
    [
        of(|it| it.at_stake_amount.as_ref()),
        of(|it| it.insured_amount.as_ref()),
        of(|it| it.expected_loss_amount.as_ref()),
        of(|it| it.quota_loss_amount.as_ref()),
        of(|it| it.over_limit_loss_amount.as_ref()),
        of(|it| it.uninsured_loss_amount.as_ref()),
        of(|it| it.sales_amount.as_ref()),
        of(|it| it.premium_amount.as_ref()),
        of(|it| it.difference_amount.as_ref()),
    ]
}
