//! `vigie law discount` and `bank-discount`: what it costs to be paid early.

use law::{DayCount, Offer, bank_discount, discount::RATE_MAX};
use money::Currency;
use rust_decimal::Decimal;

use super::{amount, positive, usage};
use crate::{Paper, Trouble, paper::Cell};

/// What an offer to pay early costs a year.
#[derive(Debug, clap::Args)]
pub struct Discount {
    /// The offer, such as "2/10 net 30": 2 % off within 10 days, all of it by the 30th
    #[arg(long)]
    terms: Offer,
    /// What money costs otherwise, in per cent a year
    #[arg(long)]
    financing_rate: Option<Decimal>,
    /// Write JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// What a bank keeps when it buys a bill.
#[derive(Debug, clap::Args)]
pub struct BankDiscount {
    /// What the bill is about, such as 10000.00
    #[arg(long)]
    amount: String,
    /// Its currency
    #[arg(long, default_value_t = Currency::EUR)]
    currency: Currency,
    /// Days until it falls due
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    days: u16,
    /// In per cent a year
    #[arg(long)]
    rate: Decimal,
    /// How a year is counted: act/360 or act/365
    #[arg(long, default_value_t = DayCount::Act360)]
    day_count: DayCount,
    /// Write JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl Discount {
    pub(super) fn paper(&self) -> Result<Paper, Trouble> {
        let cost = self.terms.cost();
        let percent = |it: Decimal| Cell::Number(it.to_string());
        let mut paper = Paper::new(self.terms.to_string());
        paper.fact("days_early", i64::from(self.terms.days_early()));
        paper.fact("simple_percent", percent(cost.simple_percent));
        paper.fact("effective_percent", cost.effective_percent.map_or(Cell::Nothing, percent));
        paper.fact("formula", "percent / (100 - percent) x 365 / days early");
        if let Some(rate) = self.financing_rate {
            checked("financing-rate", rate)?;
            let above = cost.simple_percent - rate;
            paper.fact("financing_rate_percent", percent(rate.normalize()));
            paper.fact("above_financing_points", percent(above));
            let cheaper = if above > Decimal::ZERO { "financing" } else { "the offer" };
            paper.fact("cheaper", cheaper);
        }
        Ok(paper)
    }
}

impl BankDiscount {
    pub(super) fn paper(&self) -> Result<Paper, Trouble> {
        let bill = positive("amount", &self.amount, self.currency)?;
        checked("rate", self.rate)?;
        let of_year = match self.day_count {
            DayCount::Act360 => 360,
            DayCount::Act365 => 365,
            DayCount::ActAct => return Err(usage("day-count", &"a bill has one length of year")),
        };
        let kept = bank_discount(bill, self.days, self.rate, of_year);
        let kept = kept.map_err(|why| Trouble::Usage(why.to_string()))?;
        let paid_out = bill.minus(kept).map_err(|why| Trouble::Usage(why.to_string()))?;
        let mut paper = Paper::new(format!("{bill} in {} days", self.days));
        paper.fact("rate_percent", Cell::Number(self.rate.normalize().to_string()));
        paper.fact("day_count", self.day_count.code());
        paper.fact("discount", amount(kept));
        paper.fact("paid_out", amount(paid_out));
        paper.fact("formula", "amount x rate x days / days of the year, rounded half up");
        Ok(paper)
    }
}

fn checked(flag: &str, rate: Decimal) -> Result<(), Trouble> {
    let in_range = Decimal::ZERO < rate && rate <= RATE_MAX && rate.normalize().scale() <= 6;
    if in_range {
        Ok(())
    } else {
        Err(usage(
            flag,
            &format_args!("{rate} is not more than 0, to 1000, with 6 decimals at most"),
        ))
    }
}
