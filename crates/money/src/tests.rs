//! What money promises, and the laws behind it.

mod currencies;
mod laws;
mod outside;
mod text;
mod values;

use proptest::prelude::*;

use crate::{Currency, Money};

#[track_caller]
fn money(text: &str) -> Money {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn any_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(Currency::EVERY)
}

/// Amounts of every size, as many around zero as at the ends of the range.
fn any_money() -> impl Strategy<Value = Money> {
    let minor = prop_oneof![
        -200..=200_i64,
        -1_000_000_000..=1_000_000_000_i64,
        any::<i64>(),
        i64::MAX - 200..=i64::MAX,
        -i64::MAX..=-i64::MAX + 200,
    ];
    (minor, any_currency()).prop_map(|(minor, currency)| Money::new(minor, currency))
}
