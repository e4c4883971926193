use api::invoicing::{
    GetAgedBalanceResponse, GetIndicatorsResponse, GetStatementResponse, indicator,
    indicator_input, statement_line,
};

use crate::{
    answers::{aged, amount, civil, date, of_when, plain, word},
    paper::{Cell, Paper, Sheet, Tone},
};

pub(super) fn aged_balance(it: &GetAgedBalanceResponse) -> Paper {
    let mut paper = Paper::default();
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(aged(&it.aged_balances));
    paper
}

pub(super) fn indicators(it: &GetIndicatorsResponse) -> Paper {
    let mut paper = Paper::default();
    paper.fact("from", date(it.from_date.as_ref()));
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let columns = ["currency", "indicator", "value", "unit", "formula", "inputs", "why_none"];
    let mut sheet = Sheet::new("indicators", "Indicators", &columns);
    for set in &it.indicator_sets {
        for it in &set.indicators {
            let kind = indicator::Kind::try_from(it.kind).unwrap_or_default();
            let unit = indicator::Unit::try_from(it.unit).unwrap_or_default();
            let value =
                it.value.as_ref().map_or(Cell::Nothing, |it| Cell::Number(it.value.clone()));
            let inputs: Vec<_> = it.inputs.iter().map(input).collect();
            sheet.row(
                Tone::Plain,
                [
                    set.currency_code.as_str().into(),
                    word(kind.as_str_name(), "KIND_"),
                    value,
                    word(unit.as_str_name(), "UNIT_"),
                    it.formula.as_str().into(),
                    inputs.join(", ").into(),
                    it.not_computable_reason.as_str().into(),
                ],
            );
        }
    }
    paper.sheet(sheet);
    paper
}

fn input(it: &api::invoicing::IndicatorInput) -> String {
    use indicator_input::Value;
    let value = match &it.value {
        Some(Value::Amount(amount)) => plain(amount),
        Some(Value::Number(number)) => number.value.clone(),
        None => String::new(),
    };
    format!("{} {value}", it.name)
}

pub(super) fn statement(customer: &str, it: &GetStatementResponse) -> Paper {
    let mut paper = Paper::new(format!("Statement of {customer}"));
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let columns = ["currency", "date", "what", "document", "due_date", "amount", "balance"];
    let mut sheet = Sheet::new("lines", "", &columns);
    for statement in &it.statements {
        let currency = || Cell::from(statement.currency_code.as_str());
        let edge = |what: &str, balance| {
            let none = Cell::Nothing;
            [
                currency(),
                none.clone(),
                what.into(),
                none.clone(),
                none.clone(),
                none,
                amount(balance),
            ]
        };
        sheet.row(Tone::Strong, edge("opening balance", statement.opening_balance.as_ref()));
        for line in &statement.lines {
            let kind = statement_line::Kind::try_from(line.kind).unwrap_or_default();
            let shown = if line.number.is_empty() { &line.document_id } else { &line.number };
            sheet.row(
                Tone::Plain,
                [
                    currency(),
                    line.date.as_ref().map(civil).unwrap_or_default().into(),
                    word(kind.as_str_name(), "KIND_"),
                    shown.as_str().into(),
                    date(line.due_date.as_ref()),
                    amount(line.amount.as_ref()),
                    amount(line.balance.as_ref()),
                ],
            );
        }
        sheet.row(Tone::Strong, edge("closing balance", statement.closing_balance.as_ref()));
    }
    paper.sheet(sheet);
    paper
}
