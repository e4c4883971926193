//! A debt is read, wherever a request holds one.

use ::law::{Debt, InterestError, Jurisdiction, Movement, Regime, RegimeError};
use api::law::{self as proto, ExplainInterestRequest};
use money::{Currency, Money};

use crate::grpc::{
    fields::{Fields, Read},
    status::Explanation,
};

/// Payments of one debt: more are no debt but an account.
pub(super) const MOVEMENTS_MAX: usize = 1_000;

/// The debt of a request that states its fields one by one.
pub(super) fn of(it: &ExplainInterestRequest) -> proto::Debt {
    proto::Debt {
        jurisdiction: it.jurisdiction.clone(),
        basis: it.basis,
        principal_amount: it.principal_amount.clone(),
        due_date: it.due_date,
        movements: it.movements.clone(),
        rate_percent: it.rate_percent.clone(),
        day_count: it.day_count,
    }
}

pub(super) fn read(fields: &mut Fields, it: &proto::Debt) -> Read<Debt> {
    let jurisdiction = fields.text::<Jurisdiction>("jurisdiction", &it.jurisdiction);
    let basis = fields.word("basis", it.basis);
    let principal = positive(fields, "principal_amount", it.principal_amount.as_ref());
    let due_on = fields.date("due_date", it.due_date);
    let rate = it.rate_percent.as_ref();
    let rate = rate.map(|it| fields.decimal("rate_percent", &it.value)).transpose();
    let day_count = match it.day_count {
        0 => Ok(::law::DayCount::default()),
        given => fields.word("day_count", given),
    };
    let movements = if it.movements.len() > MOVEMENTS_MAX {
        Err(fields.wrong("movements", format_args!("are at most {MOVEMENTS_MAX}")))
    } else {
        fields.each("movements", &it.movements, |fields, field, it| {
            fields.within(field, |fields| {
                let on = fields.date("effective_date", it.effective_date);
                let change = fields.money("change_amount", it.change_amount.as_ref());
                let change = match (change, principal) {
                    (Ok(change), Ok(principal)) => {
                        as_the_debt(fields, "change_amount", change, principal.currency())
                    }
                    (change, _) => change,
                };
                Ok(Movement { on: on?, change: change? })
            })
        })
    };
    let (jurisdiction, basis, rate) = (jurisdiction?, basis?, rate?);
    let regime = Regime::of(jurisdiction, basis, rate).map_err(|error| {
        let field = match error {
            RegimeError::Unknown { .. } | RegimeError::NotThere { .. } => "basis",
            RegimeError::RateMissing | RegimeError::RateGiven(_) => "rate_percent",
        };
        fields.wrong(field, error)
    });
    Ok(Debt {
        movements: movements?,
        day_count: day_count?,
        ..Debt::new(regime?, principal?, due_on?)
    })
}

/// An amount that must be there, and more than nothing.
pub(super) fn positive(fields: &mut Fields, field: &str, it: Option<&api::Money>) -> Read<Money> {
    let amount = fields.money(field, it)?;
    if amount.is_positive() { Ok(amount) } else { Err(fields.wrong(field, "is more than nothing")) }
}

/// An amount in a currency and not below zero, if there is one.
pub(super) fn not_negative(
    fields: &mut Fields,
    field: &str,
    it: Option<&api::Money>,
    currency: Currency,
) -> Read<Option<Money>> {
    if it.is_none() {
        return Ok(None);
    }
    let amount = fields.money(field, it)?;
    if amount.is_negative() {
        return Err(fields.wrong(field, "is not below zero"));
    }
    as_the_debt(fields, field, amount, currency).map(Some)
}

/// An amount, if it is in the currency of everything else.
pub(super) fn as_the_debt(
    fields: &mut Fields,
    field: &str,
    amount: Money,
    currency: Currency,
) -> Read<Money> {
    if amount.currency() == currency {
        Ok(amount)
    } else {
        Err(fields.wrong(field, format_args!("is in {currency}, as the debt")))
    }
}

/// Why there is no interest; `within` is where the debt stands in the request, such as `debt.`.
pub(super) fn unknown(within: &str, error: InterestError) -> Explanation {
    match error {
        InterestError::NoRow(missing) => Explanation::law_not_known(missing),
        InterestError::Rate(_) => Explanation::field(&format!("{within}rate_percent"), error),
        InterestError::Money(error) => {
            Explanation::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string())
        }
    }
}
