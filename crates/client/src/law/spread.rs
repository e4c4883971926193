//! `vigie law spread`: which of several debts a payment settles.

use chrono::NaiveDate;
use law::imputation::{OpenDebt, Order, Owed, Part, Waterfall, spread};
use money::{Currency, Money};
use rust_decimal::Decimal;

use super::{amount, positive, usage};
use crate::{
    Paper, Trouble,
    paper::{Cell, Sheet, Tone},
};

/// Which of several debts a payment settles.
#[derive(Debug, clap::Args)]
pub struct Spread {
    /// How much comes in
    #[arg(long)]
    amount: String,
    /// The currency of all amounts
    #[arg(long, default_value_t = Currency::EUR)]
    currency: Currency,
    /// Its value date
    #[arg(long, value_name = "DATE")]
    on: NaiveDate,
    /// A debt: its number, principal and due date; what it bears in per cent a year when it is late,
    /// interest and costs owed of it may be left out. As often as there are debts
    #[arg(long, required = true, value_name = "ID,PRINCIPAL,DUE[,RATE[,INTEREST[,COSTS]]]")]
    debt: Vec<String>,
    /// In which order debts are settled: the law's, oldest first by agreement, or by the clause of
    /// credit insurers
    #[arg(long, value_enum, default_value_t)]
    order: Across,
    /// A debt the payer designates, in the payer's order; it counts with the law's order only
    #[arg(long, value_name = "ID")]
    designated: Vec<String>,
    /// What is settled first within a debt: `costs_interest_principal`,
    /// `interest_principal_costs` or `principal_interest_costs`
    #[arg(long, default_value_t)]
    waterfall: Waterfall,
    /// Write JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// In which order debts are settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Across {
    /// The payer's word, then what the law presumes (C. civ. art. 1342-10)
    #[default]
    Statutory,
    /// The earliest due date, by agreement
    OldestFirst,
    /// The earliest due date, whatever the payer designates
    InsurerOldestFirst,
}

impl Spread {
    pub(super) fn paper(&self) -> Result<Paper, Trouble> {
        let payment = positive("amount", &self.amount, self.currency)?;
        let debts = self.debt.iter().map(|it| {
            read(it, self.currency).map_err(|why| usage("debt", &format_args!("{it:?}: {why}")))
        });
        let debts: Vec<OpenDebt> = debts.collect::<Result<_, _>>()?;
        let order = match self.order {
            Across::Statutory if self.designated.is_empty() => Order::Statutory,
            Across::Statutory => Order::Designated(self.designated.clone()),
            Across::OldestFirst => Order::OldestFirst,
            Across::InsurerOldestFirst => Order::InsurerOldestFirst,
        };
        let told = spread(&debts, payment, self.on, &order, self.waterfall);
        let told = told.map_err(|why| Trouble::Usage(why.to_string()))?;

        let mut paper = Paper::new(format!("{payment} of {}", self.on));
        paper.fact("remainder", amount(told.remainder));
        let columns =
            ["debt", "amount", "rule", "costs", "interest", "principal", "left", "source"];
        let mut sheet = Sheet::new("shares", "What it settles", &columns);
        for share in &told.shares {
            let part = |wanted: Part| {
                let found = share.portions.iter().find(|it| it.part == wanted);
                found.map_or(Cell::Nothing, |it| amount(it.amount))
            };
            let left = share.left.total().map_err(|why| Trouble::Usage(why.to_string()))?;
            sheet.row(
                Tone::Plain,
                [
                    share.id.as_str().into(),
                    amount(share.amount),
                    share.reason.code().into(),
                    part(Part::Costs),
                    part(Part::Interest),
                    part(Part::Principal),
                    amount(left),
                    share.reason.source().into(),
                ],
            );
        }
        paper.sheet(sheet);
        Ok(paper)
    }
}

/// Reads `D1,1000.00,2025-01-31,13.15`.
fn read(text: &str, currency: Currency) -> Result<OpenDebt, String> {
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    let [id, principal, due_on, rest @ ..] = fields.as_slice() else {
        return Err("a debt has a number, a principal and a due date".to_owned());
    };
    if id.is_empty() || rest.len() > 3 {
        return Err("a debt is ID,PRINCIPAL,DUE[,RATE[,INTEREST[,COSTS]]]".to_owned());
    }
    let due_on = due_on.parse().map_err(|_| format!("{due_on:?} is no day such as 2025-07-15"))?;
    let given = |place: usize| rest.get(place).copied().filter(|it| !it.is_empty());
    let rate = given(0).map_or(Ok(Decimal::ZERO), |text| {
        let rate = Decimal::from_str_exact(text).ok().filter(|it| !it.is_sign_negative());
        rate.ok_or_else(|| format!("{text:?} is no rate such as 13.15"))
    });
    let money = |text: Option<&str>| {
        text.map_or(Ok(Money::zero(currency)), |text| Money::parse(text, currency))
            .map_err(|why| why.to_string())
    };
    let owed = Owed {
        costs: money(given(2))?,
        interest: money(given(1))?,
        principal: money(Some(principal))?,
    };
    Ok(OpenDebt { id: (*id).to_owned(), owed, due_on, rate: rate? })
}
