//! What changed what is owed, and who bears its loss.

use api::risk::{CoverGap, GetCoverGapResponse, GetRollForwardResponse, Movements};

use super::{days, figures};
use crate::{
    answers::{amount, date, number, of_when, unless_zero},
    paper::{Cell, Paper, Sheet, Tone},
};

pub(super) fn roll_forward(it: &GetRollForwardResponse) -> Paper {
    let mut paper = Paper::new("Roll-forward".to_owned());
    paper.fact("from", date(it.from_date.as_ref()));
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let columns = [
        "currency",
        "opening",
        "invoiced",
        "credited",
        "cancelled",
        "paid",
        "reversed",
        "refunded",
        "written_off",
        "small_balances",
        "recovered",
        "closing",
        "ledger",
    ];
    let mut receivables = Sheet::new("receivables", "Receivables", &columns);
    let mut add = |tone, currency: String, it: &Movements| {
        receivables.row(
            tone,
            [
                currency.into(),
                number(it.opening_amount.as_ref()),
                unless_zero(it.invoiced_amount.as_ref()),
                unless_zero(it.credited_amount.as_ref()),
                unless_zero(it.cancelled_amount.as_ref()),
                unless_zero(it.paid_amount.as_ref()),
                unless_zero(it.reversed_amount.as_ref()),
                unless_zero(it.refunded_amount.as_ref()),
                unless_zero(it.written_off_amount.as_ref()),
                unless_zero(it.small_balance_amount.as_ref()),
                unless_zero(it.recovered_amount.as_ref()),
                number(it.closing_amount.as_ref()),
                number(it.ledger_amount.as_ref()),
            ],
        );
    };
    for each in &it.currencies {
        add(Tone::Plain, each.currency_code.clone(), each);
    }
    if let Some(whole) = &it.movements {
        add(Tone::Strong, format!("all in {}", whole.currency_code), whole);
    }
    paper.sheet(receivables);
    let columns = ["opening", "charge", "used", "released", "closing"];
    let mut provision = Sheet::new("provision", "Provision", &columns);
    if let Some(it) = &it.provision {
        provision.row(
            Tone::Plain,
            [
                amount(it.opening_amount.as_ref()),
                amount(it.charge_amount.as_ref()),
                amount(it.used_amount.as_ref()),
                amount(it.released_amount.as_ref()),
                amount(it.closing_amount.as_ref()),
            ],
        );
    }
    paper.sheet(provision);
    paper.sheet(figures(&it.figures));
    paper
}

pub(super) fn cover_gap(it: &GetCoverGapResponse) -> Paper {
    let mut paper = Paper::new("Cover gap".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(figures(&it.figures));
    let parts = ["receivables", "insured", "self_insured", "uninsured", "disputed"];
    let [receivables, insured, self_insured, uninsured, disputed] = parts;
    let columns = |first| [first, receivables, insured, self_insured, uninsured, disputed];
    let mut ages = Sheet::new("ages", "By days late", &columns("days_late"));
    for it in &it.ages {
        ages.row(Tone::Plain, line(days(it.days_min, it.days_max), it.gap.as_ref()));
    }
    ages.row(Tone::Strong, line("total".into(), it.total.as_ref()));
    paper.sheet(ages);
    let columns_of_layers =
        ["layer", "insurer", "policy", "customers", "granted", "used", "insured"];
    let mut layers = Sheet::new("layers", "Layers", &columns_of_layers);
    for it in &it.layers {
        layers.row(
            Tone::Plain,
            [
                it.layer.into(),
                it.insurer.as_str().into(),
                it.policy.as_str().into(),
                it.customer_count.into(),
                number(it.granted_amount.as_ref()),
                number(it.used_amount.as_ref()),
                number(it.insured_amount.as_ref()),
            ],
        );
    }
    paper.sheet(layers);
    let mut customers = Sheet::new("customers", "Largest gaps", &columns("customer"));
    for it in &it.top_customers {
        customers.row(Tone::Plain, line(it.customer_id.as_str().into(), it.gap.as_ref()));
    }
    paper.sheet(customers);
    paper
}

fn line(first: Cell, it: Option<&CoverGap>) -> [Cell; 6] {
    let of = |amount: fn(&CoverGap) -> Option<&api::Money>| number(it.and_then(amount));
    [
        first,
        of(|it| it.receivable_amount.as_ref()),
        of(|it| it.insured_amount.as_ref()),
        of(|it| it.self_insured_amount.as_ref()),
        of(|it| it.uninsured_amount.as_ref()),
        of(|it| it.disputed_amount.as_ref()),
    ]
}
