//! `vigie law`: what the law says on a day, and what follows from it, without a server.

use chrono::NaiveDate;
use clap::Subcommand;
use law::{
    Basis, DayCount, Deadline, Debt, Interest, Jurisdiction, Movement, Regime, Row, Rule, Table,
    deadline::deadline,
};
use money::{Currency, Money};
use rust_decimal::Decimal;

use crate::client::{
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
}

/// What a late debt bears.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Whose law: AT, BE, DE, ES, EU, FR, GB, IT, LU or NL
    #[arg(long)]
    pub jurisdiction: Jurisdiction,
    /// On what ground: default, consumer, floor, contract or none
    #[arg(long, default_value_t, value_name = "BASIS")]
    pub regime: Basis,
    /// What was owed at first, taxes included, such as 10000.00
    #[arg(long)]
    pub amount: String,
    /// The currency of all amounts
    #[arg(long, default_value_t = Currency::EUR)]
    pub currency: Currency,
    /// The contract's last day for payment
    #[arg(long)]
    pub due: NaiveDate,
    /// The last day counted
    #[arg(long)]
    pub until: NaiveDate,
    /// Money that came in, by value date; as often as it did
    #[arg(long, value_name = "DATE=AMOUNT", value_parser = dated)]
    pub paid: Vec<Dated>,
    /// The rate of a contract, in per cent a year
    #[arg(long)]
    pub rate: Option<Decimal>,
    /// How a year is counted: act/365, act/act or act/360
    #[arg(long, default_value_t)]
    pub day_count: DayCount,
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
    pub fn run(&self) -> Result<String, Trouble> {
        let (paper, json) = match self {
            Self::Explain(asked) => (asked.paper()?, asked.json),
            Self::Rates(asked) => (asked.paper(), asked.json),
            Self::Deadlines(asked) => (asked.paper(), asked.json),
        };
        Ok(paper.write(if json { Form::Json } else { Form::Table }))
    }
}

impl Explain {
    fn paper(&self) -> Result<Paper, Trouble> {
        let usage =
            |what: &str, why: &dyn std::fmt::Display| Trouble::Usage(format!("--{what}: {why}"));
        let amount = |what: &str, text: &str| {
            let amount = Money::parse(text, self.currency).map_err(|why| usage(what, &why))?;
            if amount.is_positive() {
                Ok(amount)
            } else {
                Err(usage(what, &format_args!("{amount} is not more than nothing")))
            }
        };
        let regime = Regime::of(self.jurisdiction, self.regime, self.rate);
        let principal = amount("amount", &self.amount)?;
        let paid = self.paid.iter().map(|it| {
            let amount = amount("paid", &it.amount)?;
            Ok(Movement::payment(it.on, amount))
        });
        let debt = Debt {
            movements: paid.collect::<Result<_, Trouble>>()?,
            day_count: self.day_count,
            ..Debt::new(regime.map_err(|why| usage("regime", &why))?, principal, self.due)
        };
        let interest = debt.interest(Table::shipped(), self.until);
        let interest = interest.map_err(|why| Trouble::Usage(why.to_string()))?;
        Ok(explained(principal, &interest))
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

    let columns =
        ["from", "to", "days", "base", "rate_percent", "days_of_year", "exact_interest", "by"];
    let mut lines = Sheet::new("lines", "Line by line", &columns);
    let mut rows: Vec<&Row> = Vec::new();
    for line in &it.lines {
        lines.row(
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
        rows.extend(&line.rows);
    }
    paper.sheet(lines);
    rows.extend(it.fixed_sum.as_ref().map(|it| &it.row));
    let mut told: Vec<&Row> = Vec::new();
    for row in rows {
        if !told.contains(&row) {
            told.push(row);
        }
    }
    paper.sheet(sheet("rules", "By the law", told));

    let mut warnings = Sheet::new("warnings", "Mind", &["warning"]);
    for warning in &it.warnings {
        warnings.row(Tone::Alarming, [warning.to_string().into()]);
    }
    paper.sheet(warnings);
    paper
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
mod tests {
    use clap::Parser as _;
    use serde_json::{Value, json};

    use super::*;
    use crate::cli::{Cli, Command};

    fn run(line: &str) -> Result<String, Trouble> {
        let words = ["vigie", "law"].into_iter().chain(line.split(' '));
        let Command::Law(asked) = Cli::try_parse_from(words).unwrap().command else {
            panic!("another command");
        };
        asked.run()
    }

    fn json_of(line: &str) -> Value {
        serde_json::from_str(&run(&format!("{line} --json")).unwrap()).unwrap()
    }

    const EXPLAIN: &str =
        "explain --jurisdiction FR --amount 10000.00 --due 2025-05-31 --until 2025-08-31";

    #[test]
    fn interest_is_explained_line_by_line() {
        let text = run(EXPLAIN).unwrap();
        for said in ["314.47 EUR", "40.00 EUR", "108.0821917808", "13.15", "act/365", "L441-10 II"]
        {
            assert!(text.contains(said), "{said} is not in:\n{text}");
        }
        let said = json_of(&format!("{EXPLAIN} --paid 2025-07-15=4000.00"));
        assert_eq!(said["regime"], "FR_DEFAULT");
        assert_eq!(said["lines"][2]["base"], json!({"amount": "6000.00", "currency": "EUR"}));
        assert_eq!(said["lines"][2]["days"], 47);
        assert_eq!(said["rules"].as_array().unwrap().len(), 4);
    }

    #[test]
    fn an_agreed_rate_below_the_floor_is_warned_about() {
        let said = json_of(&format!("{EXPLAIN} --regime contract --rate 9"));
        assert_eq!(said["warnings"].as_array().unwrap().len(), 1);
        let british = "explain --jurisdiction GB --currency GBP --amount 5000 --due 2025-06-15 \
                       --until 2025-09-24";
        let said = json_of(british);
        assert_eq!(said["interest"], json!({"amount": "176.40", "currency": "GBP"}));
        assert_eq!(said["fixed_sum"], json!({"amount": "70.00", "currency": "GBP"}));
    }

    #[test]
    fn what_cannot_be_explained_is_said() {
        for (line, why) in [
            (EXPLAIN.replace("10000.00", "ten"), "--amount: "),
            (EXPLAIN.replace("10000.00", "0"), "--amount: 0.00 EUR is not more than nothing"),
            (format!("{EXPLAIN} --regime contract"), "--regime: a contract has a rate"),
            (EXPLAIN.replace("2025-05-31", "2004-05-31"), "no margin of FR is known"),
        ] {
            let trouble = run(&line).unwrap_err();
            assert!(matches!(trouble, Trouble::Usage(_)));
            assert!(trouble.to_string().starts_with(why), "{trouble}");
        }
        assert!(dated("2025-07-15").is_err() && dated("15/07/2025=1").is_err());
    }

    #[test]
    fn rates_of_a_day_come_with_the_reference_they_rest_on() {
        let said = json_of("rates --jurisdiction FR --on 2025-07-01");
        let rules: Vec<_> = said["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["rule"].as_str().unwrap())
            .collect();
        for rule in ["ecb_main_refinancing", "legal_rate", "margin", "fixed_sum", "terms_max"] {
            assert!(rules.contains(&rule), "{rule} is not in {rules:?}");
        }
        assert!(!rules.contains(&"base_rate") && !rules.contains(&"claim_filing"));
    }

    #[test]
    fn deadlines_are_listed_and_counted() {
        let listed = json_of("deadlines");
        assert_eq!(listed["rules"].as_array().unwrap().len(), 11);
        let counted = json_of("deadlines --jurisdiction FR --event 2025-12-31");
        let claim = &counted["deadlines"][0];
        assert_eq!(
            (&claim["rule"], &claim["last_day"]),
            (&json!("claim_filing"), &json!("2026-03-02"))
        );
        assert_eq!(claim["moved_by"], "Saturday");
    }
}
