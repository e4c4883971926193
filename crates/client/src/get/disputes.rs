//! Why invoices are contested, as a paper.

use api::invoicing::{DisputeGroup, GetDisputeCausesResponse};

use crate::{
    answers::{date, of_when, plain, word},
    paper::{Cell, Paper, Sheet, Tone},
};

pub(super) fn causes(it: &GetDisputeCausesResponse) -> Paper {
    let mut paper = Paper::new("Why invoices are contested".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.fact("from", date(it.from_date.as_ref()));
    paper.fact("to", date(it.to_date.as_ref()));
    let all: Vec<_> = it.all.iter().cloned().collect();
    paper.sheet(groups("all", "All", "of", &all, |_| "all".into()));
    paper.sheet(groups("reasons", "By reason", "reason", &it.reasons, |it| {
        word(it.reason().as_str_name(), "DISPUTE_REASON_")
    }));
    paper.sheet(groups("sites", "By site", "site", &it.sites, |it| {
        if it.site.is_empty() { "none".into() } else { it.site.as_str().into() }
    }));
    paper.sheet(groups("customers", "By customer", "customer", &it.customers, |it| {
        it.customer_id.as_str().into()
    }));
    paper
}

fn groups(
    key: &'static str,
    title: &str,
    of: &'static str,
    all: &[DisputeGroup],
    name: impl Fn(&DisputeGroup) -> Cell,
) -> Sheet {
    let columns = [of, "contests", "open", "amount", "median_days", "mean_days", "ended"];
    let mut sheet = Sheet::new(key, title, &columns);
    let decimal =
        |it: Option<&api::Decimal>| it.map_or(Cell::Nothing, |it| Cell::Number(it.value.clone()));
    for it in all {
        let amounts: Vec<_> =
            it.amounts.iter().map(|it| format!("{} {}", plain(it), it.currency_code)).collect();
        let ended = it.outcomes.iter().map(|it| {
            let outcome = it.outcome().as_str_name().trim_start_matches("DISPUTE_OUTCOME_");
            let share = it.share.as_ref().map_or("", |it| it.value.as_str());
            format!("{} {} ({share})", outcome.to_ascii_lowercase(), it.count)
        });
        sheet.row(
            Tone::Plain,
            [
                name(it),
                it.count.into(),
                it.open_count.into(),
                amounts.join(", ").into(),
                decimal(it.median_days.as_ref()),
                decimal(it.mean_days.as_ref()),
                ended.collect::<Vec<_>>().join(", ").into(),
            ],
        );
    }
    sheet
}
