//! `vigie law`: what the law says on a day, and what follows from it, without a server but for the
//! debts of a tenant.

mod discount;
mod impact;
mod settle;
mod spread;

use chrono::NaiveDate;
use clap::Subcommand;
use law::{
    Basis, DayCount, Deadline, Debt, Interest, Jurisdiction, Movement, Regime, Row, Rule, Table,
    deadline::deadline,
    interest::{Line, Warning},
};
use money::{Currency, Money};
use rust_decimal::Decimal;

use crate::{
    Form, Paper, Trouble,
    paper::{Cell, Sheet, Tone},
};

/// What the law says on a day, and what follows from it.
#[derive(Debug, Subcommand)]
pub enum Law {
    /// What a late debt bears, line by line, with the statutes
    Explain(Explain),
    /// Rates, margins, fixed sums and limits of payment terms
    Rates(Rates),
    /// Times within which something must be done
    Deadlines(Deadlines),
    /// What payments over time settle of a late debt, portion by portion
    Settle(settle::Settle),
    /// Which of several debts a payment settles, each share with its rule
    Spread(spread::Spread),
    /// What new rows of law change: the rows, and the interest of debts
    Impact(impact::Impact),
    /// What an offer to pay early costs a year
    Discount(discount::Discount),
    /// What a bank keeps when it buys a bill
    BankDiscount(discount::BankDiscount),
}

/// A late debt.
#[derive(Debug, clap::Args)]
pub struct OneDebt {
    #[command(flatten)]
    ground: Ground,
    /// What was owed at first, taxes included, such as 10000.00
    #[arg(long)]
    amount: String,
    /// The currency of all amounts
    #[arg(long, default_value_t = Currency::EUR)]
    currency: Currency,
    /// The contract's last day for payment
    #[arg(long)]
    due: NaiveDate,
}

/// By which rule debts bear interest.
#[derive(Debug, clap::Args)]
pub struct Ground {
    /// Whose law: AT, BE, DE, ES, EU, FR, GB, IT, LU or NL
    #[arg(long)]
    jurisdiction: Jurisdiction,
    /// On what ground: default, consumer, floor, contract or none
    #[arg(long, default_value_t, value_name = "BASIS")]
    regime: Basis,
    /// The rate of a contract, in per cent a year
    #[arg(long)]
    rate: Option<Decimal>,
    /// How a year is counted: act/365, act/act or act/360
    #[arg(long, default_value_t)]
    day_count: DayCount,
}

impl Ground {
    fn regime(&self) -> Result<Regime, Trouble> {
        let regime = Regime::of(self.jurisdiction, self.regime, self.rate);
        regime.map_err(|why| usage("regime", &why))
    }

    fn debt(&self, principal: Money, due_on: NaiveDate) -> Result<Debt, Trouble> {
        let debt = Debt::new(self.regime()?, principal, due_on);
        Ok(Debt { day_count: self.day_count, ..debt })
    }
}

impl OneDebt {
    /// As it was at first.
    fn read(&self) -> Result<Debt, Trouble> {
        self.ground.regime()?;
        let principal = positive("amount", &self.amount, self.currency)?;
        self.ground.debt(principal, self.due)
    }

    /// Amounts of days, in its currency.
    fn dated(&self, what: &str, given: &[Dated]) -> Result<Vec<(NaiveDate, Money)>, Trouble> {
        let read = |it: &Dated| Ok((it.on, positive(what, &it.amount, self.currency)?));
        given.iter().map(read).collect()
    }
}

/// What is wrong about a flag.
fn usage(flag: &str, why: &dyn std::fmt::Display) -> Trouble {
    Trouble::Usage(format!("--{flag}: {why}"))
}

/// An amount of more than nothing.
fn positive(flag: &str, text: &str, currency: Currency) -> Result<Money, Trouble> {
    more_than_nothing(text, currency).map_err(|why| usage(flag, &why))
}

fn more_than_nothing(text: &str, currency: Currency) -> Result<Money, String> {
    let amount = Money::parse(text, currency).map_err(|why| why.to_string())?;
    if amount.is_positive() {
        Ok(amount)
    } else {
        Err(format!("{amount} is not more than nothing"))
    }
}

/// What a late debt bears.
#[derive(Debug, clap::Args)]
pub struct Explain {
    #[command(flatten)]
    debt: OneDebt,
    /// The last day counted
    #[arg(long)]
    pub until: NaiveDate,
    /// Money that came in, by value date; as often as it did
    #[arg(long, value_name = "DATE=AMOUNT", value_parser = dated)]
    pub paid: Vec<Dated>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// Rates, margins, fixed sums and limits.
#[derive(Debug, clap::Args)]
pub struct Rates {
    /// Whose law; none: everybody's
    #[arg(long)]
    pub jurisdiction: Option<Jurisdiction>,
    /// The day on which they hold; none: any
    #[arg(long)]
    pub on: Option<NaiveDate>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// Times within which something must be done.
#[derive(Debug, clap::Args)]
pub struct Deadlines {
    /// Whose law; none: everybody's
    #[arg(long)]
    pub jurisdiction: Option<Jurisdiction>,
    /// The day of an event: count every time from it, instead of listing them
    #[arg(long, value_name = "DATE")]
    pub event: Option<NaiveDate>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

/// An amount of a day, its currency told elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    on: NaiveDate,
    amount: String,
}

fn dated(text: &str) -> Result<Dated, String> {
    let (on, amount) = text.split_once('=').ok_or("a day and an amount, as 2025-07-15=4000.00")?;
    let on = on.parse().map_err(|_| format!("{on:?} is no day such as 2025-07-15"))?;
    Ok(Dated { on, amount: amount.to_owned() })
}

impl Law {
    /// Answers.
    pub async fn run(&self) -> Result<String, Trouble> {
        let (paper, json) = match self {
            Self::Explain(asked) => (asked.paper()?, asked.json),
            Self::Rates(asked) => (asked.paper(), asked.json),
            Self::Deadlines(asked) => (asked.paper(), asked.json),
            Self::Settle(asked) => (asked.paper()?, asked.json),
            Self::Spread(asked) => (asked.paper()?, asked.json),
            Self::Impact(asked) => (asked.paper().await?, asked.json),
            Self::Discount(asked) => (asked.paper()?, asked.json),
            Self::BankDiscount(asked) => (asked.paper()?, asked.json),
        };
        Ok(paper.write(if json { Form::Json } else { Form::Table }))
    }
}

impl Explain {
    fn paper(&self) -> Result<Paper, Trouble> {
        let mut debt = self.debt.read()?;
        let paid = self.debt.dated("paid", &self.paid)?.into_iter();
        debt.movements = paid.map(|(on, amount)| Movement::payment(on, amount)).collect();
        let interest = debt.interest(Table::shipped(), self.until);
        let interest = interest.map_err(|why| Trouble::Usage(why.to_string()))?;
        Ok(explained(debt.principal, &interest))
    }
}

fn explained(principal: Money, it: &Interest) -> Paper {
    let mut paper = Paper::new(format!("Interest on {principal}, due {}", it.due_on));
    paper.fact("regime", it.regime.code());
    paper.fact("until", it.until.to_string());
    paper.fact("day_count", it.day_count.code());
    paper.fact("rounding", it.rounding);
    paper.fact("interest", amount(it.total));
    if let Some(fixed_sum) = &it.fixed_sum {
        paper.fact("fixed_sum", amount(fixed_sum.amount));
    }

    paper.sheet(lines(&it.lines));
    let mut rows: Vec<&Row> = it.lines.iter().flat_map(|it| &it.rows).collect();
    rows.extend(it.fixed_sum.as_ref().map(|it| &it.row));
    let mut told: Vec<&Row> = Vec::new();
    for row in rows {
        if !told.contains(&row) {
            told.push(row);
        }
    }
    paper.sheet(sheet("rules", "By the law", told));

    paper.sheet(warned(&it.warnings));
    paper
}

/// A computation line by line.
fn lines<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Sheet {
    let columns =
        ["from", "to", "days", "base", "rate_percent", "days_of_year", "exact_interest", "by"];
    let mut sheet = Sheet::new("lines", "Line by line", &columns);
    for line in lines {
        sheet.row(
            Tone::Plain,
            [
                line.from.to_string().into(),
                line.to.to_string().into(),
                line.days.into(),
                amount(line.base),
                Cell::Number(line.rate.normalize().to_string()),
                i64::from(line.days_of_year).into(),
                Cell::Number(line.exact.to_string()),
                by(&line.rows).into(),
            ],
        );
    }
    sheet
}

/// What a careful reader should know.
fn warned<'a>(warnings: impl IntoIterator<Item = &'a Warning>) -> Sheet {
    let mut sheet = Sheet::new("warnings", "Mind", &["warning"]);
    for warning in warnings {
        sheet.row(Tone::Alarming, [warning.to_string().into()]);
    }
    sheet
}

/// From which rows a rate follows, in brief.
fn by(rows: &[Row]) -> String {
    let brief = |row: &Row| format!("{} {} {}", row.jurisdiction, row.rule, row.value.normalize());
    rows.iter().map(brief).collect::<Vec<_>>().join(", ")
}

fn amount(it: Money) -> Cell {
    let text = it.to_string();
    let number = text.split_once(' ').map_or(text.as_str(), |(number, _)| number);
    Cell::Amount(number.to_owned(), it.currency().code().to_owned())
}

impl Rates {
    fn paper(&self) -> Paper {
        let mut paper = Paper::new(match self.on {
            Some(on) => format!("What holds on {on}"),
            None => "What holds, and held".to_owned(),
        });
        let reference = self.jurisdiction.map(Regime::reference);
        let rows = Table::shipped().rows().filter(|row| {
            let theirs = self.jurisdiction.is_none_or(|it| it == row.jurisdiction)
                || reference == Some((row.rule, row.jurisdiction));
            theirs && !row.rule.is_deadline() && self.on.is_none_or(|on| row.holds_on(on))
        });
        paper.sheet(sheet("rules", "", rows));
        paper
    }
}

impl Deadlines {
    fn paper(&self) -> Paper {
        let theirs = |it: &Jurisdiction| self.jurisdiction.is_none_or(|asked| asked == *it);
        let Some(event_on) = self.event else {
            let mut paper = Paper::new("Times within which something must be done");
            let rows = Table::shipped().rows();
            let rows = rows.filter(|row| row.rule.is_deadline() && theirs(&row.jurisdiction));
            paper.sheet(sheet("rules", "", rows));
            return paper;
        };
        let mut paper = Paper::new(format!("Counted from an event of {event_on}"));
        let columns =
            ["rule", "jurisdiction", "last_day", "counted_to", "moved_by", "meaning", "source"];
        let mut sheet = Sheet::new("deadlines", "", &columns);
        let rules = Rule::ALL.iter().filter(|it| it.is_deadline());
        let asked = rules.flat_map(|rule| Jurisdiction::ALL.map(|it| (*rule, it)));
        // What is not known of a day has no line; what a day has is known.
        let found = asked.filter(|(_, it)| theirs(it)).filter_map(|(rule, jurisdiction)| {
            deadline(Table::shipped(), rule, jurisdiction, event_on).ok()
        });
        for Deadline { rule, jurisdiction, event_on: _, counted_to, last_day, moved_by, row } in
            found
        {
            sheet.row(
                Tone::Plain,
                [
                    rule.code().into(),
                    jurisdiction.code().into(),
                    last_day.to_string().into(),
                    counted_to.to_string().into(),
                    moved_by.unwrap_or_default().into(),
                    rule.meaning().into(),
                    row.source.into(),
                ],
            );
        }
        paper.sheet(sheet);
        paper
    }
}

/// Rows of law.
fn sheet<'a>(key: &'static str, title: &str, rows: impl IntoIterator<Item = &'a Row>) -> Sheet {
    let columns = [
        "rule",
        "jurisdiction",
        "from",
        "to",
        "known_until",
        "from_amount",
        "value",
        "unit",
        "source",
    ];
    let mut sheet = Sheet::new(key, title, &columns);
    for row in rows {
        let day = |it: Option<NaiveDate>| it.map_or(Cell::Nothing, |it| it.to_string().into());
        sheet.row(
            Tone::Plain,
            [
                row.rule.code().into(),
                row.jurisdiction.code().into(),
                row.from.to_string().into(),
                day(row.to),
                day(row.known_until),
                row.from_amount.map_or(Cell::Nothing, |it| Cell::Number(it.to_string())),
                Cell::Number(row.value.to_string()),
                row.unit.code().into(),
                row.source.as_str().into(),
            ],
        );
    }
    sheet
}

#[cfg(test)]
mod tests;
