use std::collections::BTreeMap;

use api::{
    Date,
    shared::{AsOf, Position, as_of::KnownAt},
};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use events::TenantId;
use rust_decimal::Decimal;

use super::{Form, Reach, Trouble};

/// What every question has.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    #[command(flatten)]
    pub(super) reach: Reach,
    /// Whose receivables
    #[arg(long, short, env = "VIGIE_TENANT", global = true)]
    pub(super) tenant: Option<TenantId>,
    /// In which form
    #[arg(long, short, value_enum, default_value_t, value_name = "FORM", global = true)]
    pub(super) output: Form,
    /// As things stood at the end of this day [default: the business day that is open]
    #[arg(long, value_name = "DATE", value_parser = events::date::parse, global = true)]
    pub(super) effective_on: Option<NaiveDate>,
    /// As far as was known at this position or time: 57, 0:57,1:33 or 2026-05-31T12:00:00Z
    #[arg(long, value_name = "POSITION|TIME", value_parser = known_at, global = true)]
    pub(super) known_at: Option<KnownAt>,
    /// Wait until this position is known, such as an import's or a command's
    #[arg(long, value_name = "POSITION", value_parser = position, global = true)]
    pub(super) min_position: Option<Position>,
}

/// Who does something, and when.
#[derive(Debug, clap::Args)]
pub struct Person {
    /// Who: a pseudonym, never a name
    #[arg(long, env = "VIGIE_ACTOR")]
    by: String,
    /// When [default: today]
    #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
    on: Option<NaiveDate>,
}

impl Person {
    pub(super) fn by(&self) -> String {
        self.by.clone()
    }

    pub(super) fn on(&self) -> Date {
        day(self.on)
    }
}

impl Asked {
    pub(super) fn tenant(&self) -> Result<String, Trouble> {
        let missing = || Trouble::Usage("name the tenant: --tenant, or VIGIE_TENANT".to_owned());
        self.tenant.as_ref().map(ToString::to_string).ok_or_else(missing)
    }

    pub(super) fn as_of(&self) -> Option<AsOf> {
        if self.effective_on.is_none() && self.known_at.is_none() {
            return None;
        }
        let effective_date = self.effective_on.map(date);
        Some(AsOf { effective_date, known_at: self.known_at.clone() })
    }
}

/// Which day it is for whoever types.
#[expect(clippy::disallowed_methods, reason = "a person's day, where none is typed")]
fn today() -> NaiveDate {
    DateTime::<Utc>::from(std::time::SystemTime::now()).date_naive()
}

/// That day as a message; none: today.
pub(crate) fn day(on: Option<NaiveDate>) -> Date {
    date(on.unwrap_or_else(today))
}

/// A number as a message, without zeros at its end.
pub(crate) fn decimal(it: Decimal) -> api::Decimal {
    api::Decimal { value: it.normalize().to_string() }
}

/// A day as a message.
pub fn date(date: NaiveDate) -> Date {
    let part = |it: u32| i32::try_from(it).unwrap_or_default();
    Date { year: date.year(), month: part(date.month()), day: part(date.day()) }
}

/// `57`, or `0:57,1:33`.
pub(super) fn position(text: &str) -> Result<Position, String> {
    let wrong = || format!("`{text}` is no position: write 57, or 0:57,1:33 by partition");
    let part = |part: &str| {
        let (partition, sequence) = part.split_once(':').unwrap_or(("0", part));
        Some((partition.trim().parse().ok()?, sequence.trim().parse().ok()?))
    };
    let sequences: Option<BTreeMap<u32, u64>> = text.split(',').map(part).collect();
    Ok(Position { sequences: sequences.ok_or_else(wrong)? })
}

fn known_at(text: &str) -> Result<KnownAt, String> {
    if let Ok(position) = position(text) {
        return Ok(KnownAt::KnownPosition(position));
    }
    let time = DateTime::parse_from_rfc3339(text).map_err(|error| {
        format!("`{text}` is no position and no time such as 2026-05-31T12:00:00Z: {error}")
    })?;
    let nanos = i32::try_from(time.timestamp_subsec_nanos()).unwrap_or_default();
    Ok(KnownAt::KnownTime(prost_types::Timestamp { seconds: time.timestamp(), nanos }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_written_short_or_by_partition() {
        assert_eq!(position("57").unwrap().sequences, BTreeMap::from([(0, 57)]));
        assert_eq!(position("0:57, 1:33").unwrap().sequences, BTreeMap::from([(0, 57), (1, 33)]));
        for wrong in ["", "x", "1:", "1:2:3", "-1"] {
            assert!(position(wrong).is_err(), "{wrong}");
        }
        assert!(matches!(known_at("57"), Ok(KnownAt::KnownPosition(_))));
        assert!(matches!(known_at("2026-05-31T12:00:00Z"), Ok(KnownAt::KnownTime(_))));
        assert!(known_at("yesterday").is_err());
    }
}
