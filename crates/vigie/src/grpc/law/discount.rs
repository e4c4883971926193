//! `ComputeDiscount` and `ComputeBankDiscount`: what it costs to be paid early.

use ::law::{DayCount, Offer, bank_discount, discount::RATE_MAX};
use api::law::{
    ComputeBankDiscountRequest, ComputeBankDiscountResponse, ComputeDiscountRequest,
    ComputeDiscountResponse,
};
use rust_decimal::Decimal;

use super::{Answer, convert::decimal, debt, settle::out_of_range};
use crate::grpc::{
    fields::{Fields, REQUIRED, Read, money},
    status::Explanation,
};

pub(super) fn answer(request: &ComputeDiscountRequest) -> Answer<ComputeDiscountResponse> {
    let (offer, financing) = Fields::read(|fields| {
        let offer = fields.text::<Offer>("terms", &request.terms);
        let financing = request.financing_rate_percent.as_ref();
        let financing =
            financing.map(|it| rate(fields, "financing_rate_percent", &it.value)).transpose();
        Ok((offer?, financing?))
    })
    .map_err(Explanation::fields)?;
    let cost = offer.cost();
    Ok(ComputeDiscountResponse {
        terms: offer.to_string(),
        days_early: offer.days_early().into(),
        simple_percent: Some(decimal(cost.simple_percent)),
        effective_percent: cost.effective_percent.map(decimal),
        above_financing_points: financing.map(|it| decimal(cost.simple_percent - it)),
    })
}

pub(super) fn bank(request: &ComputeBankDiscountRequest) -> Answer<ComputeBankDiscountResponse> {
    let (amount, days, percent, of_year) = Fields::read(|fields| {
        let amount = debt::positive(fields, "amount", request.amount.as_ref());
        let days = u16::try_from(request.days).ok().filter(|it| *it > 0);
        let days = days.ok_or_else(|| fields.wrong("days", "are 1 to 65535"));
        let percent = match &request.rate_percent {
            Some(it) => rate(fields, "rate_percent", &it.value),
            None => Err(fields.wrong("rate_percent", REQUIRED)),
        };
        let of_year = match request.day_count {
            0 => Ok(360),
            given => match fields.word("day_count", given) {
                Ok(DayCount::Act360) => Ok(360),
                Ok(DayCount::Act365) => Ok(365),
                Ok(DayCount::ActAct) => Err(fields.wrong("day_count", "has one length of year")),
                Err(noted) => Err(noted),
            },
        };
        Ok((amount?, days?, percent?, of_year?))
    })
    .map_err(Explanation::fields)?;
    let kept = bank_discount(amount, days, percent, of_year);
    let kept = kept.map_err(|error| out_of_range(&error))?;
    let paid_out = amount.minus(kept).map_err(|error| out_of_range(&error))?;
    Ok(ComputeBankDiscountResponse {
        discount_amount: Some(money(kept)),
        paid_out_amount: Some(money(paid_out)),
    })
}

fn rate(fields: &mut Fields, field: &str, text: &str) -> Read<Decimal> {
    let rate = fields.decimal(field, text)?;
    if rate > RATE_MAX || rate.normalize().scale() > 6 {
        return Err(fields.wrong(field, "is at most 1000, with at most 6 decimals"));
    }
    Ok(rate)
}
