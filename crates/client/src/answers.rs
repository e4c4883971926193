//! What the contract says, as cells and sheets.

use api::{
    Date, Money,
    invoicing::{
        AgedBalance, Balance, DisputeOutcome, DisputeReason, Fact, OpenItem, UnallocatedSource,
    },
    shared::{Position, Source, source::Source as Which},
};
use money::Currency;

use super::paper::{Cell, Paper, Sheet, Tone};

/// An amount in whole units, with the decimals of its currency.
pub fn plain(money: &Money) -> String {
    let decimals = money.currency_code.parse::<Currency>().map_or(2, Currency::minor_units);
    let decimals = usize::from(decimals);
    let negative = money.units < 0 || money.nanos < 0;
    let nanos = format!("{:09}", money.nanos.unsigned_abs());
    // What is finer than the currency's smallest unit would be a rate, and is shown.
    let fraction = nanos.trim_end_matches('0');
    let fraction = nanos.get(..fraction.len().max(decimals)).unwrap_or(&nanos);
    let sign = if negative { "-" } else { "" };
    let whole = money.units.unsigned_abs();
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// An amount with its currency.
pub fn amount(money: Option<&Money>) -> Cell {
    money.map_or(Cell::Nothing, |it| Cell::Amount(plain(it), it.currency_code.clone()))
}

/// An amount whose currency stands in another column.
pub fn number(money: Option<&Money>) -> Cell {
    money.map_or(Cell::Nothing, |it| Cell::Number(plain(it)))
}

/// The same, left out if it is nothing.
pub fn unless_zero(money: Option<&Money>) -> Cell {
    match money {
        Some(it) if it.units == 0 && it.nanos == 0 => Cell::Nothing,
        other => number(other),
    }
}

pub fn date(date: Option<&Date>) -> Cell {
    date.map_or(Cell::Nothing, |it| Cell::Text(civil(it)))
}

pub fn civil(it: &Date) -> String {
    format!("{:04}-{:02}-{:02}", it.year, it.month, it.day)
}

/// A value of an enum as a word: `STATE_PARTLY_KEPT` is `partly kept`.
pub fn word(name: &str, prefix: &str) -> Cell {
    match name.strip_prefix(prefix).unwrap_or(name) {
        "UNSPECIFIED" => Cell::Nothing,
        other => Cell::Text(other.to_ascii_lowercase().replace('_', " ")),
    }
}

pub fn position(position: Option<&Position>) -> String {
    let parts = position.iter().flat_map(|it| &it.sequences);
    let parts: Vec<_> = parts.map(|(partition, it)| format!("{partition}:{it}")).collect();
    parts.join(",")
}

pub fn source(source: Option<&Source>) -> Cell {
    match source.and_then(|it| it.source.as_ref()) {
        Some(Which::PaymentId(id)) => format!("payment {id}").into(),
        Some(Which::CreditNoteId(id)) => format!("credit note {id}").into(),
        None => Cell::Nothing,
    }
}

/// Of when an answer is: on every paper.
pub fn of_when(paper: &mut Paper, effective: Option<&Date>, at: Option<&Position>) {
    paper.fact("effective_on", date(effective));
    paper.fact("position", position(at));
}

pub fn balances(balances: &[Balance]) -> Sheet {
    let columns = [
        "currency",
        "open",
        "not_due",
        "overdue",
        "days_past_due_max",
        "disputed",
        "unallocated_cash",
        "unallocated_credit",
        "deposits",
        "net",
        "invoiced",
        "settled_by_payments",
        "settled_by_credit_notes",
        "written_off",
        "open_items",
        "overdue_items",
    ];
    let mut sheet = Sheet::new("balances", "Balances", &columns);
    for it in balances {
        let late = it.overdue_item_count > 0;
        sheet.row(
            if late { Tone::Alarming } else { Tone::Plain },
            [
                it.currency_code.as_str().into(),
                number(it.open_amount.as_ref()),
                unless_zero(it.not_due_amount.as_ref()),
                unless_zero(it.overdue_amount.as_ref()),
                if late { it.days_past_due_max.into() } else { Cell::Nothing },
                unless_zero(it.disputed_amount.as_ref()),
                unless_zero(it.unallocated_cash_amount.as_ref()),
                unless_zero(it.unallocated_credit_amount.as_ref()),
                unless_zero(it.deposit_amount.as_ref()),
                number(it.net_amount.as_ref()),
                number(it.invoiced_amount.as_ref()),
                unless_zero(it.settled_by_payments_amount.as_ref()),
                unless_zero(it.settled_by_credit_notes_amount.as_ref()),
                unless_zero(it.written_off_amount.as_ref()),
                it.open_item_count.into(),
                it.overdue_item_count.into(),
            ],
        );
    }
    sheet
}

pub fn unallocated(sources: &[UnallocatedSource]) -> Sheet {
    let columns = ["source", "amount", "since", "deposit", "order"];
    let mut sheet = Sheet::new("unallocated", "Not allocated yet", &columns);
    for it in sources {
        sheet.row(
            Tone::Plain,
            [
                source(it.source.as_ref()),
                amount(it.amount.as_ref()),
                date(it.effective_date.as_ref()),
                it.deposit.into(),
                it.order.as_str().into(),
            ],
        );
    }
    sheet
}

pub fn disputes(disputes: &[api::invoicing::Dispute]) -> Sheet {
    let columns = [
        "dispute_id",
        "invoice_id",
        "amount",
        "reason",
        "owner",
        "open_date",
        "outcome",
        "resolve_date",
    ];
    let mut sheet = Sheet::new("disputes", "Disputes", &columns);
    for it in disputes {
        let reason = DisputeReason::try_from(it.reason).unwrap_or_default();
        let outcome = DisputeOutcome::try_from(it.outcome).unwrap_or_default();
        sheet.row(
            Tone::Plain,
            [
                it.dispute_id.as_str().into(),
                it.invoice_id.as_str().into(),
                amount(it.amount.as_ref()),
                word(reason.as_str_name(), "DISPUTE_REASON_"),
                it.owner.as_str().into(),
                date(it.open_date.as_ref()),
                word(outcome.as_str_name(), "DISPUTE_OUTCOME_"),
                date(it.resolve_date.as_ref()),
            ],
        );
    }
    sheet
}

pub fn promises(promises: &[api::invoicing::Promise]) -> Sheet {
    let columns = [
        "promise_id",
        "state",
        "amount",
        "make_date",
        "promise_date",
        "paid",
        "invoice_ids",
        "end_date",
    ];
    let mut sheet = Sheet::new("promises", "Promises to pay", &columns);
    for it in promises {
        let state = api::invoicing::promise::State::try_from(it.state).unwrap_or_default();
        let broken = state == api::invoicing::promise::State::Broken;
        sheet.row(
            if broken { Tone::Alarming } else { Tone::Plain },
            [
                it.promise_id.as_str().into(),
                word(state.as_str_name(), "STATE_"),
                amount(it.amount.as_ref()),
                date(it.make_date.as_ref()),
                date(it.promise_date.as_ref()),
                unless_zero(it.paid_amount.as_ref()),
                it.invoice_ids.join(" ").into(),
                date(it.end_date.as_ref()),
            ],
        );
    }
    sheet
}

pub fn aged(balances: &[AgedBalance]) -> Sheet {
    let spans: Vec<_> = balances.first().map(|it| it.buckets.clone()).unwrap_or_default();
    // Columns are named by the buckets, which are the same in every currency of an answer.
    let names: Vec<&'static str> = spans.iter().enumerate().map(|(at, it)| span(at, it)).collect();
    let mut columns = vec!["currency", "not_due"];
    columns.extend(names);
    columns.extend(["outstanding", "disputed", "unallocated"]);
    let mut sheet = Sheet::new("aged_balances", "Aged balance, by days past due", &columns);
    for it in balances {
        let mut cells = vec![it.currency_code.as_str().into(), number(it.not_due_amount.as_ref())];
        cells.extend(it.buckets.iter().map(|it| number(it.amount.as_ref())));
        cells.extend([
            number(it.outstanding_amount.as_ref()),
            unless_zero(it.disputed_amount.as_ref()),
            unless_zero(it.unallocated_amount.as_ref()),
        ]);
        sheet.row(Tone::Plain, cells);
    }
    sheet
}

/// The usual buckets have their usual names; others are numbered.
fn span(place: usize, bucket: &api::invoicing::AgingBucket) -> &'static str {
    const NUMBERED: [&str; 20] = [
        "bucket_1",
        "bucket_2",
        "bucket_3",
        "bucket_4",
        "bucket_5",
        "bucket_6",
        "bucket_7",
        "bucket_8",
        "bucket_9",
        "bucket_10",
        "bucket_11",
        "bucket_12",
        "bucket_13",
        "bucket_14",
        "bucket_15",
        "bucket_16",
        "bucket_17",
        "bucket_18",
        "bucket_19",
        "bucket_20",
    ];
    match (bucket.days_min, bucket.days_max) {
        (1, Some(30)) => "1-30",
        (31, Some(60)) => "31-60",
        (61, Some(90)) => "61-90",
        (91, None) => "over_90",
        _ => NUMBERED.get(place).copied().unwrap_or("over"),
    }
}

pub fn open_items(items: &[OpenItem]) -> Sheet {
    let columns = [
        "customer_id",
        "invoice_id",
        "number",
        "issue_date",
        "due_date",
        "days_past_due",
        "gross",
        "open",
        "disputed",
        "promise_date",
        "plan_id",
        "order",
        "contract",
        "site",
        "terms_latest_date",
        "terms_excess_days",
        "terms_source",
    ];
    let mut sheet = Sheet::new("open_items", "", &columns);
    for it in items {
        let late = it.days_past_due > 0;
        let terms = it.terms_warning.as_ref();
        sheet.row(
            if late { Tone::Alarming } else { Tone::Plain },
            [
                it.customer_id.as_str().into(),
                it.invoice_id.as_str().into(),
                it.number.as_str().into(),
                date(it.issue_date.as_ref()),
                date(it.due_date.as_ref()),
                if late { it.days_past_due.into() } else { Cell::Nothing },
                amount(it.gross.as_ref()),
                amount(it.open_amount.as_ref()),
                match &it.disputed_amount {
                    Some(none) if none.units == 0 && none.nanos == 0 => Cell::Nothing,
                    other => amount(other.as_ref()),
                },
                date(it.promise_date.as_ref()),
                it.plan_id.as_str().into(),
                it.order.as_str().into(),
                it.contract.as_str().into(),
                it.site.as_str().into(),
                date(terms.and_then(|it| it.latest_date.as_ref())),
                terms.map_or(Cell::Nothing, |it| it.excess_days.into()),
                terms.map_or(Cell::Nothing, |it| it.source.as_str().into()),
            ],
        );
    }
    sheet
}

pub fn history(facts: &[Fact]) -> Sheet {
    let columns = ["position", "recorded_at", "effective_on", "event", "request_id", "data"];
    let mut sheet = Sheet::new("history", "History", &columns);
    for it in facts {
        let recorded = it.record_time.as_ref().and_then(|it| {
            chrono::DateTime::from_timestamp(it.seconds, u32::try_from(it.nanos).ok()?)
        });
        sheet.row(
            Tone::Plain,
            [
                position(it.position.as_ref()).into(),
                recorded.map_or(Cell::Nothing, |it| {
                    it.to_rfc3339_opts(chrono::SecondsFormat::Millis, true).into()
                }),
                date(it.effective_date.as_ref()),
                it.event.as_str().into(),
                it.request_id.as_str().into(),
                it.data_json.as_str().into(),
            ],
        );
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        let money = |currency: &str, units, nanos| {
            plain(&Money { currency_code: currency.to_owned(), units, nanos })
        };
        assert_eq!(money("EUR", 1190, 0), "1190.00");
        assert_eq!(money("EUR", -1, -750_000_000), "-1.75");
        assert_eq!(money("EUR", 0, -50_000_000), "-0.05");
        assert_eq!(money("JPY", 1190, 0), "1190");
        assert_eq!(money("KWD", 1, 5_000_000), "1.005");
        assert_eq!(money("EUR", 1, 5_000_000), "1.005");
    }

    #[test]
    fn words_are_plain() {
        assert_eq!(word("STATE_PARTLY_KEPT", "STATE_"), Cell::Text("partly kept".to_owned()));
        assert_eq!(word("STATE_UNSPECIFIED", "STATE_"), Cell::Nothing);
    }
}
