//! Figures and names, as messages.

use ::risk::{
    figures::concentration::Name,
    portfolio::{Figure, Input, Value},
};
use api::risk::{self as proto, figure, figure_input};
use money::{Currency, Money};

use crate::grpc::{fields::money, messages::decimal};

pub(super) fn figures(figures: &[Figure]) -> Vec<proto::Figure> {
    figures.iter().map(figure).collect()
}

fn figure(it: &Figure) -> proto::Figure {
    let value = it.value.as_ref().ok().map(|it| match *it {
        Value::Amount(amount) => figure::Value::Amount(money(amount)),
        Value::Number(number) => figure::Value::Number(decimal(number)),
    });
    proto::Figure {
        name: it.name.to_owned(),
        value,
        formula: it.formula.to_owned(),
        inputs: it.inputs.iter().map(input).collect(),
        not_computable_reason: it.value.as_ref().err().cloned().unwrap_or_default(),
    }
}

fn input(it: &Input) -> proto::FigureInput {
    let value = match it.value {
        Value::Amount(amount) => figure_input::Value::Amount(money(amount)),
        Value::Number(number) => figure_input::Value::Number(decimal(number)),
    };
    proto::FigureInput { name: it.name.to_owned(), value: Some(value) }
}

pub(super) fn holding(it: &Name, currency: Currency) -> proto::Holding {
    proto::Holding {
        name: it.name.clone(),
        amount: Some(money(Money::new(it.amount_minor, currency))),
        share: Some(decimal(it.share)),
    }
}
