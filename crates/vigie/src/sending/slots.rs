//! When something may leave: from one hour to another by the clock on the wall of whoever gets it.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeZone, Timelike as _, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

/// When something may leave, for customers of each region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    /// For regions of which nothing is said, and customers of which none is known.
    own: Slot,
    /// By ISO 3166-1 alpha-2, in capitals.
    regions: BTreeMap<String, Slot>,
}

/// A part of the day at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    /// Where; none: where the tenants are.
    zone: Option<Tz>,
    /// From which hour, and before which: 0 to 24.
    hours: (u32, u32),
}

/// What a company's file says of a region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionForm {
    zone: String,
    hours: Option<[u32; 2]>,
}

/// Office hours.
const HOURS: [u32; 2] = [8, 18];

impl Slots {
    /// As a company's file says it.
    ///
    /// # Errors
    ///
    /// The key that cannot be, and why.
    pub(super) fn read(
        zone: Option<&str>,
        hours: Option<[u32; 2]>,
        regions: BTreeMap<String, RegionForm>,
    ) -> Result<Self, String> {
        let own = Slot {
            zone: zone.map(|it| named("zone", it)).transpose()?,
            hours: part_of_day("hours", hours.unwrap_or(HOURS))?,
        };
        let mut slots = BTreeMap::new();
        for (region, form) in regions {
            if region.len() != 2 || !region.bytes().all(|it| it.is_ascii_uppercase()) {
                let why = "a region is an ISO 3166-1 code of two capitals, such as GB";
                return Err(format!("regions.{region}: {why}"));
            }
            let hours = match form.hours {
                Some(hours) => part_of_day(&format!("regions.{region}.hours"), hours)?,
                None => own.hours,
            };
            let zone = Some(named(&format!("regions.{region}.zone"), &form.zone)?);
            slots.insert(region, Slot { zone, hours });
        }
        Ok(Self { own, regions: slots })
    }

    /// Whether something may leave now for a customer of a region. `offset`: between UTC and the
    /// tenants' time, which counts where no zone is named.
    pub fn is_open(&self, region: Option<&str>, now: DateTime<Utc>, offset: FixedOffset) -> bool {
        let slot = region.and_then(|it| self.regions.get(it)).unwrap_or(&self.own);
        match slot.zone {
            Some(zone) => slot.is_open(now, &zone),
            None => slot.is_open(now, &offset),
        }
    }
}

impl Slot {
    fn is_open(self, now: DateTime<Utc>, place: &impl TimeZone) -> bool {
        (self.hours.0..self.hours.1).contains(&now.with_timezone(place).hour())
    }
}

fn named(key: &str, zone: &str) -> Result<Tz, String> {
    let why = "is no time zone of the IANA database, such as Europe/London";
    zone.parse().map_err(|_| format!("{key}: `{zone}` {why}"))
}

fn part_of_day(key: &str, [first, last]: [u32; 2]) -> Result<(u32, u32), String> {
    if first >= last || last > 24 {
        return Err(format!("{key}: [{first}, {last}] is no part of a day, such as [8, 18]"));
    }
    Ok((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        zone: Option<String>,
        hours: Option<[u32; 2]>,
        #[serde(default)]
        regions: BTreeMap<String, RegionForm>,
    }

    fn read(text: &str) -> Result<Slots, String> {
        let it: File = toml::from_str(text).unwrap();
        Slots::read(it.zone.as_deref(), it.hours, it.regions)
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    const ABROAD: &str = r#"
        zone = "Europe/Paris"
        [regions.GB]
        zone = "Europe/London"
        [regions.US]
        zone = "America/New_York"
        hours = [9, 12]
    "#;

    fn paris() -> FixedOffset {
        FixedOffset::east_opt(3_600).unwrap()
    }

    #[test]
    fn eight_in_london_is_another_hour_in_summer_than_in_winter() {
        let slots = read(ABROAD).unwrap();
        let open = |text| slots.is_open(Some("GB"), at(text), paris());
        // London is at UTC until the last Sunday of March (the 29th) and from that of October.
        assert!(!open("2026-03-27T07:59:00Z") && open("2026-03-27T08:00:00Z"));
        assert!(!open("2026-03-30T06:59:00Z") && open("2026-03-30T07:00:00Z"));
        assert!(!open("2026-11-02T07:59:00Z") && open("2026-11-02T08:00:00Z"));
        // And 18:00 is the end.
        assert!(open("2026-03-30T16:59:00Z") && !open("2026-03-30T17:00:00Z"));
        assert!(open("2026-11-02T17:59:00Z") && !open("2026-11-02T18:00:00Z"));
    }

    #[test]
    fn the_region_of_the_customer_counts_then_the_companys_zone_then_the_tenants_time() {
        let slots = read(ABROAD).unwrap();
        let noon = at("2026-07-01T06:30:00Z");
        assert!(
            slots.is_open(None, noon, paris()),
            "it is 8:30 in Paris, whatever the offset says"
        );
        assert!(slots.is_open(Some("FR"), noon, paris()));
        assert!(!slots.is_open(Some("GB"), noon, paris()));
        assert!(slots.is_open(Some("US"), at("2026-07-01T13:00:00Z"), paris()));
        assert!(!slots.is_open(Some("US"), at("2026-07-01T16:00:00Z"), paris()), "its own hours");
        let plain = read("").unwrap();
        assert!(plain.is_open(Some("GB"), at("2026-07-01T07:00:00Z"), paris()));
        assert!(!plain.is_open(Some("GB"), at("2026-07-01T06:30:00Z"), paris()));
    }

    #[test]
    fn what_cannot_be_is_named_with_its_key() {
        let wrong = |text: &str| read(text).unwrap_err();
        let it = wrong("zone = \"Paris\"");
        assert_eq!(it, "zone: `Paris` is no time zone of the IANA database, such as Europe/London");
        let it = wrong("[regions.GB]\nzone = \"Europe/Londres\"");
        assert!(it.starts_with("regions.GB.zone: `Europe/Londres` is no time zone"), "{it}");
        let it = wrong("[regions.GB]\nzone = \"Europe/London\"\nhours = [18, 8]");
        assert_eq!(it, "regions.GB.hours: [18, 8] is no part of a day, such as [8, 18]");
        let it = wrong("[regions.Britain]\nzone = \"Europe/London\"");
        assert!(it.starts_with("regions.Britain: a region is"), "{it}");
        assert_eq!(wrong("hours = [0, 25]"), "hours: [0, 25] is no part of a day, such as [8, 18]");
    }
}
