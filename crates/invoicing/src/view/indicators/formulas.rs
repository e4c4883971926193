//! The formulas. Sources: Oracle Receivables (true DSO, CEI), Credit Research Foundation (best
//! possible DSO, average days delinquent), the count-back method as taught in France and Germany.

use std::iter;

use chrono::Datelike;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Indicator, Input, Inputs, Kind, Month, Unit, Value};

/// As far back as the dates of a journal go.
const MONTHS_MAX: usize = 300 * 12;

const OUT_OF_RANGE: &str = "the sums are out of range";

impl Inputs {
    /// Every indicator, in the order of their kinds.
    pub fn indicators(&self) -> Vec<Indicator> {
        let days = u64::from(self.period.days());
        let overdue = self.receivables - self.current;
        let receivables = ("receivables", Value::Amount(self.money(self.receivables)));
        let current = ("current", Value::Amount(self.money(self.current)));
        let sales = ("sales", Value::Amount(self.money(self.sales)));
        let opening = ("opening", Value::Amount(self.money(self.opening)));
        let of_days = ("days", Value::Number(days));
        let in_days = |part| ratio(part, self.sales, i128::from(days), "no sales in the period");

        let collected = self.opening + self.sales - self.receivables;
        let collectable = self.opening + self.sales - self.current;
        let not_kept = self.partly_kept + self.broken;
        let judged = self.kept + not_kept;

        let (count_back, count_back_inputs) = self.count_back();
        vec![
            indicator(
                Kind::Dso,
                in_days(self.receivables),
                "receivables / sales * days",
                [receivables, sales, of_days],
            ),
            Indicator {
                kind: Kind::DsoCountBack,
                value: count_back.map(|it| rounded(it, Unit::Days)),
                formula: "days of each month, the latest first, as long as its sales fit into what \
                          is left of receivables; then what is left / sales * days of the next",
                inputs: count_back_inputs,
            },
            Indicator {
                kind: Kind::DsoTrue,
                value: self.true_dso().map(|it| rounded(it, Unit::Days)),
                formula: "sum over months of (sum over open items of open * age) / sales of the \
                          month they were issued in",
                inputs: self.true_dso_inputs(),
            },
            indicator(
                Kind::DsoBestPossible,
                in_days(self.current),
                "current / sales * days",
                [current, sales, of_days],
            ),
            indicator(
                Kind::AverageDaysDelinquent,
                in_days(overdue),
                "(receivables - current) / sales * days",
                [receivables, current, sales, of_days],
            ),
            indicator(
                Kind::CollectionEffectiveness,
                ratio(collected, collectable, 1, "nothing could be collected in the period"),
                "(opening + sales - receivables) / (opening + sales - current)",
                [opening, sales, receivables, current],
            ),
            indicator(
                Kind::OverdueShare,
                ratio(overdue, self.receivables, 1, "nothing is open"),
                "(receivables - current) / receivables",
                [receivables, current],
            ),
            indicator(
                Kind::BrokenPromiseShare,
                ratio(not_kept.into(), judged.into(), 1, "no promise was judged in the period"),
                "(broken + partly_kept) / (kept + partly_kept + broken)",
                [
                    ("kept", Value::Number(self.kept)),
                    ("partly_kept", Value::Number(self.partly_kept)),
                    ("broken", Value::Number(self.broken)),
                ],
            ),
        ]
    }

    fn count_back(&self) -> (Result<Decimal, &'static str>, Vec<Input>) {
        let last = Month::of(self.period.last);
        let first = self.months.first_key_value().map_or(last, |(month, _)| *month);
        let months = || {
            let back = iter::successors(Some(last), |it| Some(it.before()));
            back.take_while(|it| *it >= first).take(MONTHS_MAX).map(|month| {
                // The latest month has run up to the last day only.
                let days = if month == last { self.period.last.day() } else { month.days().into() };
                (month, self.months.get(&month).map_or(0, |it| it.sales), days)
            })
        };
        let (value, used) =
            count_back(self.receivables, months().map(|(_, sales, days)| (sales, days)));
        let mut inputs = vec![input("receivables", Value::Amount(self.money(self.receivables)))];
        for (month, sales, days) in months().take(used) {
            inputs.push(input(&format!("sales {month}"), Value::Amount(self.money(sales))));
            inputs.push(input(&format!("days {month}"), Value::Number(days.into())));
        }
        (value, inputs)
    }

    fn true_dso(&self) -> Result<Decimal, &'static str> {
        let mut sum = Decimal::ZERO;
        for it in self.months.values().filter(|it| it.aged != 0) {
            if it.sales <= 0 {
                return Err("no sales, less credit notes, in the month of an open item");
            }
            let days = exact(it.aged)?.checked_div(exact(it.sales)?).ok_or(OUT_OF_RANGE)?;
            sum = sum.checked_add(days).ok_or(OUT_OF_RANGE)?;
        }
        Ok(sum)
    }

    fn true_dso_inputs(&self) -> Vec<Input> {
        let months = self.months.iter().filter(|(_, it)| it.aged != 0);
        months
            .flat_map(|(month, it)| {
                [
                    input(&format!("open * age {month}"), Value::Amount(self.money(it.aged))),
                    input(&format!("sales {month}"), Value::Amount(self.money(it.sales))),
                ]
            })
            .collect()
    }
}

/// The days of sales that receivables amount to, month by month from the latest, and how many
/// months that took. A month without sales takes its days and nothing off the receivables.
pub(in crate::view) fn count_back(
    receivables: i128,
    months: impl Iterator<Item = (i128, u32)>,
) -> (Result<Decimal, &'static str>, usize) {
    let mut left = receivables;
    let mut whole_days = 0_u32;
    let mut used = 0;
    for (sales, days) in months {
        if left <= 0 {
            break;
        }
        used += 1;
        if sales > left {
            let part = ratio(left, sales, days.into(), OUT_OF_RANGE);
            return (part.map(|it| it + Decimal::from(whole_days)), used);
        }
        left -= sales.max(0);
        whole_days += days;
    }
    let value =
        if left > 0 { Err("more is open than was ever sold") } else { Ok(whole_days.into()) };
    (value, used)
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

fn input(name: &str, value: Value) -> Input {
    Input { name: name.to_owned(), value }
}

fn indicator<const N: usize>(
    kind: Kind,
    value: Result<Decimal, &'static str>,
    formula: &'static str,
    inputs: [(&str, Value); N],
) -> Indicator {
    let inputs = inputs.into_iter().map(|(name, value)| input(name, value)).collect();
    Indicator { kind, value: value.map(|it| rounded(it, kind.unit())), formula, inputs }
}

fn exact(minor: i128) -> Result<Decimal, &'static str> {
    Decimal::try_from_i128_with_scale(minor, 0).map_err(|_| OUT_OF_RANGE)
}

/// `part / whole * times`, exact as far as 28 digits go.
pub(in crate::view) fn ratio(
    part: i128,
    whole: i128,
    times: i128,
    why_not: &'static str,
) -> Result<Decimal, &'static str> {
    if whole <= 0 {
        return Err(why_not);
    }
    let product = exact(part)?.checked_mul(exact(times)?).ok_or(OUT_OF_RANGE)?;
    product.checked_div(exact(whole)?).ok_or(OUT_OF_RANGE)
}

/// Hundredths of a day, hundredths of a percent.
fn rounded(value: Decimal, unit: Unit) -> Decimal {
    let decimals = match unit {
        Unit::Days => 2,
        Unit::Ratio => 4,
    };
    let mut value = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(decimals);
    value
}

#[cfg(test)]
mod tests {
    //! The vectors of the domain: Oracle, divalto, dashboard360.

    use super::*;

    fn count_back_of(receivables: i128, months: &[(i128, u32)]) -> String {
        let (value, _) = count_back(receivables, months.iter().copied());
        rounded(value.unwrap(), Unit::Days).to_string()
    }

    #[test]
    fn whole_months_of_sales_are_taken_off_the_receivables() {
        assert_eq!(count_back_of(2_500, &[(1_200, 30), (800, 31), (700, 30)]), "82.43");
        assert_eq!(count_back_of(500, &[(230, 30), (190, 30), (200, 30)]), "72.00");
        assert_eq!(count_back_of(0, &[]), "0.00");
        assert_eq!(count_back_of(230, &[(230, 30), (190, 30)]), "30.00");
        assert_eq!(count_back_of(230, &[(0, 15), (460, 30)]), "30.00");
        assert!(count_back(1, [].into_iter()).0.is_err());
    }

    fn of(inputs: &Inputs, kind: Kind) -> String {
        let all = inputs.indicators();
        let indicator = all.iter().find(|it| it.kind == kind).unwrap();
        indicator.value.map_or_else(ToOwned::to_owned, |it| it.to_string())
    }

    #[test]
    fn lateness_is_what_parts_the_days_of_sales_from_the_best_possible() {
        let inputs =
            Inputs { receivables: 1_200_000, current: 900_000, sales: 2_000_000, ..nothing(90) };
        assert_eq!(of(&inputs, Kind::Dso), "54.00");
        assert_eq!(of(&inputs, Kind::DsoBestPossible), "40.50");
        assert_eq!(of(&inputs, Kind::AverageDaysDelinquent), "13.50");
        assert_eq!(of(&inputs, Kind::OverdueShare), "0.2500");
    }

    #[test]
    fn collection_effectiveness_is_what_was_collected_of_what_could_be() {
        let inputs = Inputs {
            opening: 1_000_000,
            sales: 800_000,
            receivables: 1_100_000,
            current: 800_000,
            ..nothing(30)
        };
        assert_eq!(of(&inputs, Kind::CollectionEffectiveness), "0.7000");
    }

    #[test]
    fn what_cannot_be_computed_says_why() {
        assert_eq!(of(&nothing(30), Kind::Dso), "no sales in the period");
        assert_eq!(of(&nothing(30), Kind::OverdueShare), "nothing is open");
        assert_eq!(
            of(&nothing(30), Kind::BrokenPromiseShare),
            "no promise was judged in the period"
        );
    }

    fn nothing(days: u32) -> Inputs {
        let last = "2026-06-30".parse().unwrap();
        Inputs::nothing(money::Currency::EUR, super::super::Period::try_new(last, days).unwrap())
    }
}
