//! Reading messages: every field that cannot be taken is noted with its path, not only the first.

use std::{fmt::Display, str::FromStr};

use api::shared::source;
use chrono::{Datelike, NaiveDate};
use events::{date, invoicing::Source};
use invoicing::FieldError;
use money::{Currency, Money, Stated};
use rust_decimal::Decimal;

use super::words::Word;

/// A message being read.
///
/// Read all parts of a message first, then put them together with `?`: so all that cannot be taken
/// is noted.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    path: String,
    errors: Vec<FieldError>,
}

/// Why there is no value: its field was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noted;

/// A value read from a message.
pub(crate) type Read<T> = Result<T, Noted>;

impl Fields {
    /// Reads a message: all of it, or every field that cannot be taken.
    pub(crate) fn read<T>(read: impl FnOnce(&mut Self) -> Read<T>) -> Result<T, Vec<FieldError>> {
        let mut fields = Self::default();
        match read(&mut fields) {
            Ok(message) if fields.errors.is_empty() => Ok(message),
            Ok(_) | Err(Noted) => Err(fields.errors),
        }
    }

    /// Notes a field.
    pub(crate) fn wrong(&mut self, field: &str, why: impl Display) -> Noted {
        let field = format!("{}{field}", self.path);
        self.errors.push(FieldError { field, reason: why.to_string() });
        Noted
    }

    /// Reads what stands within a field.
    pub(crate) fn within<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push_str(field);
        self.path.push('.');
        let found = read(self);
        self.path.truncate(length);
        found
    }

    /// Every one of a list; none if one of them cannot be taken.
    pub(crate) fn each<M, T>(
        &mut self,
        field: &str,
        messages: impl IntoIterator<Item = M>,
        mut read: impl FnMut(&mut Self, &str, M) -> Read<T>,
    ) -> Read<Vec<T>> {
        let each = messages.into_iter().enumerate();
        let all: Vec<_> = each
            .map(|(place, message)| read(self, &format!("{field}[{place}]"), message))
            .collect();
        all.into_iter().collect()
    }

    /// A text of some form, that must be there.
    pub(crate) fn text<T: FromStr<Err: Display>>(&mut self, field: &str, text: &str) -> Read<T> {
        if text.is_empty() {
            return Err(self.wrong(field, REQUIRED));
        }
        text.parse().map_err(|error| self.wrong(field, error))
    }

    /// A text of some form, empty if there is none.
    pub(crate) fn optional<T: FromStr<Err: Display>>(
        &mut self,
        field: &str,
        text: &str,
    ) -> Read<Option<T>> {
        if text.is_empty() { Ok(None) } else { self.text(field, text).map(Some) }
    }

    /// A day that must be there.
    pub(crate) fn date(&mut self, field: &str, it: Option<api::Date>) -> Read<NaiveDate> {
        let api::Date { year, month, day } = it.ok_or_else(|| self.wrong(field, REQUIRED))?;
        if year == 0 || month == 0 || day == 0 {
            return Err(self.wrong(field, "a whole date is needed: year, month and day"));
        }
        let found = match (u32::try_from(month), u32::try_from(day)) {
            (Ok(month), Ok(day)) => NaiveDate::from_ymd_opt(year, month, day),
            (_, _) => None,
        };
        let Some(found) = found else {
            return Err(self.wrong(field, format_args!("there is no day {year}-{month}-{day}")));
        };
        date::in_range(found).map_err(|error| self.wrong(field, error))
    }

    /// A day, if there is one.
    pub(crate) fn optional_date(
        &mut self,
        field: &str,
        it: Option<api::Date>,
    ) -> Read<Option<NaiveDate>> {
        if it.is_none() { Ok(None) } else { self.date(field, it).map(Some) }
    }

    /// A number above zero, in digits with a point.
    pub(crate) fn decimal(&mut self, field: &str, text: &str) -> Read<Decimal> {
        let plain = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
        match Decimal::from_str_exact(text) {
            Ok(number) if plain && number > Decimal::ZERO => Ok(number),
            Ok(_) | Err(_) => {
                Err(self.wrong(field, "is more than zero, in digits with a point, such as 1.0842"))
            }
        }
    }

    /// An amount that must be there.
    pub(crate) fn money(&mut self, field: &str, it: Option<&api::Money>) -> Read<Money> {
        let it = it.ok_or_else(|| self.wrong(field, REQUIRED))?;
        let currency = self
            .within(field, |fields| fields.text::<Currency>("currency_code", &it.currency_code))?;
        amount(it.units, it.nanos, currency).map_err(|why| self.wrong(field, why))
    }

    /// An amount as commands state it.
    pub(crate) fn stated(&mut self, field: &str, it: Option<&api::Money>) -> Read<Stated> {
        self.money(field, it).map(Stated)
    }

    /// An amount as commands state it, if there is one.
    pub(crate) fn optional_stated(
        &mut self,
        field: &str,
        it: Option<&api::Money>,
    ) -> Read<Option<Stated>> {
        if it.is_none() { Ok(None) } else { self.stated(field, it).map(Some) }
    }

    /// A word out of a list, that must be there.
    pub(crate) fn word<W: Word>(&mut self, field: &str, number: i32) -> Read<W> {
        let Ok(proto) = W::Proto::try_from(number) else {
            let why = format_args!("{number} is no value that this release knows");
            return Err(self.wrong(field, why));
        };
        W::of(proto).ok_or_else(|| self.wrong(field, REQUIRED))
    }

    /// What pays.
    pub(crate) fn source(&mut self, field: &str, it: Option<&api::shared::Source>) -> Read<Source> {
        match it.and_then(|it| it.source.as_ref()) {
            None => Err(self.wrong(field, "one of payment_id and credit_note_id is required")),
            Some(source::Source::PaymentId(id)) => {
                self.within(field, |it| it.text("payment_id", id)).map(Source::Payment)
            }
            Some(source::Source::CreditNoteId(id)) => {
                self.within(field, |it| it.text("credit_note_id", id)).map(Source::CreditNote)
            }
        }
    }
}

/// What is said of a field that is not there.
pub(crate) const REQUIRED: &str = "is required";

/// Digits before the point, as in every other way in.
const UNITS_MAX: u64 = 1_000_000_000_000_000;
const NANOS: i32 = 1_000_000_000;

fn amount(units: i64, nanos: i32, currency: Currency) -> Result<Money, String> {
    if nanos <= -NANOS || nanos >= NANOS {
        return Err(format!("nanos are -999999999 to 999999999, not {nanos}"));
    }
    if units > 0 && nanos < 0 || units < 0 && nanos > 0 {
        return Err(
            "units and nanos have the same sign: -1.75 is units -1, nanos -750000000".into()
        );
    }
    if units.unsigned_abs() >= UNITS_MAX {
        return Err("an amount has at most 15 digits before the point".into());
    }
    let decimals = u32::from(currency.minor_units());
    let one = 10_i32.pow(9 - decimals.min(9));
    if nanos % one != 0 {
        return Err(format!(
            "{currency} has {decimals} decimals: the smallest step of nanos is {one}, not {nanos}"
        ));
    }
    units
        .checked_mul(10_i64.pow(decimals))
        .and_then(|minor| minor.checked_add(i64::from(nanos / one)))
        .map(|minor| Money::new(minor, currency))
        .ok_or_else(|| format!("the amount is out of range in {currency}"))
}

/// An amount as a message says it.
pub(crate) fn money(it: Money) -> api::Money {
    let currency = it.currency();
    let decimals = u32::from(currency.minor_units());
    let (whole, part) = (10_i64.pow(decimals), 10_i32.pow(9 - decimals.min(9)));
    // The rest is below 10^decimals, so its nanos are below 10^9.
    let rest = i32::try_from(it.minor() % whole).unwrap_or_default();
    api::Money {
        currency_code: currency.code().to_owned(),
        units: it.minor() / whole,
        nanos: rest.saturating_mul(part),
    }
}

/// A day as a message says it.
pub(crate) fn day(it: NaiveDate) -> api::Date {
    let small = |number: u32| i32::try_from(number).unwrap_or_default();
    api::Date { year: it.year(), month: small(it.month()), day: small(it.day()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(units: i64, nanos: i32) -> Result<Money, String> {
        amount(units, nanos, Currency::EUR)
    }

    #[test]
    fn an_amount_has_one_sign_and_the_decimals_of_its_currency() {
        assert_eq!(eur(-1, -750_000_000), Ok(Money::new(-175, Currency::EUR)));
        assert_eq!(eur(0, 10_000_000), Ok(Money::new(1, Currency::EUR)));
        assert_eq!(amount(7, 0, Currency::JPY), Ok(Money::new(7, Currency::JPY)));
        for (units, nanos) in
            [(1, -1), (-1, 750_000_000), (0, 1_000_000), (1, NANOS), (1, -NANOS), (i64::MAX, 0)]
        {
            assert!(eur(units, nanos).is_err(), "{units} {nanos}");
        }
        assert!(amount(7, 500_000_000, Currency::JPY).is_err());
        assert!(eur(i64::MIN, i32::MIN).is_err());
    }

    #[test]
    fn an_amount_comes_back_as_it_went() {
        for minor in [0, 1, -1, 99, 100, -175, 123_456_789, -99_999_999_999_999] {
            for currency in [Currency::EUR, Currency::JPY, Currency::KWD] {
                let before = Money::new(minor, currency);
                let message = money(before);
                assert_eq!(amount(message.units, message.nanos, currency), Ok(before));
            }
        }
    }

    #[test]
    fn a_date_is_whole_exists_and_is_of_our_time() {
        let mut fields = Fields::default();
        let mut read = |year, month, day| fields.date("d", Some(api::Date { year, month, day }));
        assert_eq!(read(2024, 2, 29).ok(), NaiveDate::from_ymd_opt(2024, 2, 29));
        for (year, month, day) in [
            (2026, 0, 0),
            (2026, 2, 0),
            (0, 2, 1),
            (2026, 2, 30),
            (2026, 13, 1),
            (1899, 1, 1),
            (2026, -1, 1),
        ] {
            assert_eq!(read(year, month, day), Err(Noted), "{year}-{month}-{day}");
        }
        assert_eq!(fields.errors.len(), 7);
    }
}
