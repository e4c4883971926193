//! Dates as a file writes them.

use chrono::NaiveDate;
use events::date;

use super::beginning;

/// A way to write dates, such as `M/D/YYYY`.
#[derive(Debug, Clone)]
pub(super) struct Format {
    parts: Vec<Part>,
    written: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// `YYYY`
    Year,
    /// `YY`: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068, as in POSIX.
    YearOfCentury,
    /// `MM`, or `M` for one digit or two.
    Month { digits_min: usize },
    /// `Mon`: `Jan` to `Dec`, in any case.
    MonthName,
    /// `DD`, or `D` for one digit or two.
    Day { digits_min: usize },
    /// `HH`, and after it `MM` and `SS`: two digits below this, which do not matter.
    Time { below: u32 },
    /// Itself.
    Literal(u8),
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Format {
    /// The format a mapping names, or what is wrong with it.
    pub(super) fn parse(written: &str) -> Result<Self, String> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = written;
        while let Some(first) = rest.chars().next() {
            let in_time = parts.iter().any(|it| matches!(it, Part::Time { .. }));
            let tokens: [(&str, Part); 9] = [
                ("YYYY", Part::Year),
                ("YY", Part::YearOfCentury),
                ("Mon", Part::MonthName),
                (
                    "MM",
                    if in_time { Part::Time { below: 60 } } else { Part::Month { digits_min: 2 } },
                ),
                ("M", Part::Month { digits_min: 1 }),
                ("DD", Part::Day { digits_min: 2 }),
                ("D", Part::Day { digits_min: 1 }),
                ("HH", Part::Time { below: 24 }),
                ("SS", Part::Time { below: 60 }),
            ];
            let token =
                tokens.iter().find_map(|(token, part)| Some((rest.strip_prefix(token)?, *part)));
            let (after, part) = match (token, u8::try_from(first)) {
                (Some(token), _) => token,
                (None, Ok(byte)) if b" -/.,:T".contains(&byte) => {
                    (rest.get(1..).unwrap_or_default(), Part::Literal(byte))
                }
                (None, _) => {
                    return Err(format!(
                        "`{first}` means nothing in a date format; write one such as M/D/YYYY, \
                         DD-MM-YYYY HH:MM, DD-Mon-YY, YYYYMMDD or YYYY-MM-DD"
                    ));
                }
            };
            parts.push(part);
            rest = after;
        }
        let count = |it: fn(&Part) -> bool| parts.iter().filter(|part| it(part)).count();
        let whole = count(|it| matches!(it, Part::Year | Part::YearOfCentury)) == 1
            && count(|it| matches!(it, Part::Month { .. } | Part::MonthName)) == 1
            && count(|it| matches!(it, Part::Day { .. })) == 1;
        if !whole {
            return Err("a date format has one year, one month and one day".to_owned());
        }
        let open_ended =
            |it: &Part| matches!(it, Part::Month { digits_min: 1 } | Part::Day { digits_min: 1 });
        let runs_on = |it: &Part| !matches!(it, Part::Literal(_) | Part::MonthName);
        if parts.windows(2).any(|it| matches!(it, [a, b] if open_ended(a) && runs_on(b))) {
            return Err("after M or D something other than a digit must follow".to_owned());
        }
        Ok(Self { parts, written: written.to_owned() })
    }

    /// The date, or why the text is none.
    pub(super) fn read(&self, text: &str) -> Result<NaiveDate, String> {
        let date = self.date(text.as_bytes()).ok_or_else(|| {
            format!("`{}` is not a date written {}", beginning(text), self.written)
        })?;
        date::in_range(date).map_err(|error| error.to_string())
    }

    fn date(&self, mut rest: &[u8]) -> Option<NaiveDate> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        for part in &self.parts {
            match *part {
                Part::Year => year = number(&mut rest, 4, 4)?,
                Part::YearOfCentury => {
                    let short = number(&mut rest, 2, 2)?;
                    year = if short < 69 { 2000 + short } else { 1900 + short };
                }
                Part::Month { digits_min } => month = number(&mut rest, digits_min, 2)?,
                Part::MonthName => {
                    let (name, after) = rest.split_at_checked(3)?;
                    let position =
                        MONTHS.iter().position(|it| it.as_bytes().eq_ignore_ascii_case(name))?;
                    month = u32::try_from(position + 1).ok()?;
                    rest = after;
                }
                Part::Day { digits_min } => day = number(&mut rest, digits_min, 2)?,
                Part::Time { below } => {
                    number(&mut rest, 2, 2).filter(|it| *it < below)?;
                }
                Part::Literal(byte) => rest = rest.strip_prefix(&[byte])?,
            }
        }
        if !rest.is_empty() {
            return None;
        }
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }
}

fn number(rest: &mut &[u8], digits_min: usize, digits_max: usize) -> Option<u32> {
    let digits = rest.iter().take(digits_max).take_while(|it| it.is_ascii_digit()).count();
    if digits < digits_min {
        return None;
    }
    let (number, after) = rest.split_at_checked(digits)?;
    *rest = after;
    Some(number.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}
