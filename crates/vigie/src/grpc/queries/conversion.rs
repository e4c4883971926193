//! Bringing amounts to one currency, at rates the caller names.

use std::collections::{BTreeMap, BTreeSet};

use api::shared::{Conversion, ExchangeRate};
use invoicing::view::{MissingRate, Rate, Rates};
use money::Currency;

use crate::grpc::{
    fields::{Fields, REQUIRED, Read, day},
    status::Explanation,
};

/// The rates a request names, if it does.
pub(super) fn read(fields: &mut Fields, it: Option<Conversion>) -> Read<Option<Rates>> {
    let Some(it) = it else { return Ok(None) };
    fields.within("conversion", |fields| {
        let into = fields.text::<Currency>("currency_code", &it.currency_code);
        let each = fields.each("rates", it.rates, |fields, field, it| {
            fields.within(field, |fields| {
                let currency = fields.text::<Currency>("currency_code", &it.currency_code);
                let rate = match &it.rate {
                    Some(rate) => fields.decimal("rate", &rate.value),
                    None => Err(fields.wrong("rate", REQUIRED)),
                };
                let on = fields.date("rate_date", it.rate_date);
                Ok((currency?, Rate { rate: rate?, on: on? }))
            })
        });
        let mut rates = BTreeMap::new();
        for (place, (currency, rate)) in each?.into_iter().enumerate() {
            if rates.insert(currency, rate).is_some() {
                let why = format!("{currency} is given twice");
                return Err(fields.wrong(&format!("rates[{place}].currency_code"), why));
            }
        }
        Ok(Some(Rates { into: into?, rates }))
    })
}

/// The rates that were used, of those that were named.
pub(super) fn used(rates: &Rates, occurred: &BTreeSet<Currency>) -> Vec<ExchangeRate> {
    let used = rates.rates.iter().filter(|(it, _)| **it != rates.into && occurred.contains(it));
    used.map(|(currency, rate)| ExchangeRate {
        currency_code: currency.code().to_owned(),
        rate: Some(api::Decimal { value: rate.rate.to_string() }),
        rate_date: Some(day(rate.on)),
    })
    .collect()
}

impl From<MissingRate> for Explanation {
    fn from(error: MissingRate) -> Self {
        match error {
            MissingRate::Missing { from, .. } => Self::no_rate(from),
            MissingRate::OutOfRange { .. } => {
                Self::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string())
            }
        }
    }
}
