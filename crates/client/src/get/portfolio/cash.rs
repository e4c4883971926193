//! When cash comes, and what its lateness ties up.

use api::risk::{GetCashForecastResponse, GetWorkingCapitalResponse, cash_basis::Kind};

use super::{figures, told};
use crate::{
    answers::{date, number, of_when, word},
    paper::{Paper, Sheet, Tone},
};

pub(super) fn forecast(it: &GetCashForecastResponse) -> Paper {
    let mut paper = Paper::new("Cash forecast".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let mut weeks = Sheet::new("weeks", "Cash by week", &["week_of", "likely_p50", "cautious_p90"]);
    for it in &it.weeks {
        let (likely, cautious) = (it.likely_amount.as_ref(), it.cautious_amount.as_ref());
        weeks.row(Tone::Plain, [date(it.from_date.as_ref()), number(likely), number(cautious)]);
    }
    if let Some(later) = &it.later {
        let (likely, cautious) = (later.likely_amount.as_ref(), later.cautious_amount.as_ref());
        weeks.row(Tone::Faint, ["later".into(), number(likely), number(cautious)]);
    }
    paper.sheet(weeks);
    let mut bases = Sheet::new("bases", "Learned from", &["from", "expected"]);
    for it in &it.bases {
        let kind = Kind::try_from(it.kind).unwrap_or_default();
        bases.row(
            Tone::Plain,
            [word(kind.as_str_name(), "KIND_"), number(it.expected_amount.as_ref())],
        );
    }
    paper.sheet(bases);
    paper.sheet(figures(&it.figures));
    if let Some(test) = &it.back_test {
        paper.fact("tested_on", date(test.effective_date.as_ref()));
        paper.fact("tested_with_what_was_known_then", test.known_then);
        let columns = ["from", "likely_p50", "cautious_p90", "came"];
        let mut weeks = Sheet::new("back_test_weeks", "What was said, and what came", &columns);
        for it in &test.weeks {
            weeks.row(
                Tone::Plain,
                [
                    date(it.from_date.as_ref()),
                    number(it.likely_amount.as_ref()),
                    number(it.cautious_amount.as_ref()),
                    number(it.came_amount.as_ref()),
                ],
            );
        }
        paper.sheet(weeks);
        let mut tested = figures(&test.figures);
        (tested.key, tested.title) = ("back_test", "How good it was".to_owned());
        paper.sheet(tested);
    }
    paper
}

pub(super) fn working_capital(it: &GetWorkingCapitalResponse) -> Paper {
    let mut paper = Paper::new("Working capital tied up by lateness".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(figures(&it.figures));
    let columns = ["customer", "sales", "days_late", "tied_up"];
    let mut customers = Sheet::new("customers", "Largest", &columns);
    for it in &it.top_customers {
        customers.row(
            Tone::Plain,
            [
                it.customer_id.as_str().into(),
                number(it.sales_amount.as_ref()),
                told(it.days_late.as_ref()),
                number(it.tied_up_amount.as_ref()),
            ],
        );
    }
    paper.sheet(customers);
    paper
}
