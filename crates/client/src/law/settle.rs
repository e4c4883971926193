//! `vigie law settle`: what payments over time settle of a late debt.

use chrono::NaiveDate;
use law::{
    Table,
    imputation::{Owed, Settlement, Waterfall, settle},
};
use money::Money;

use super::{Dated, OneDebt, amount, dated, lines, usage, warned};
use crate::{
    Paper, Trouble,
    paper::{Sheet, Tone},
};

/// What payments over time settle of a late debt.
#[derive(Debug, clap::Args)]
pub struct Settle {
    #[command(flatten)]
    debt: OneDebt,
    /// The last day counted
    #[arg(long)]
    until: NaiveDate,
    /// Money that came in, by value date; as often as it did
    #[arg(long, value_name = "DATE=AMOUNT", value_parser = dated)]
    paid: Vec<Dated>,
    /// Costs owed from the day after the due date [default: the fixed sum of the law]
    #[arg(long)]
    costs: Option<String>,
    /// What is settled first: `costs_interest_principal`, `interest_principal_costs` or
    /// `principal_interest_costs`
    #[arg(long, default_value_t)]
    waterfall: Waterfall,
    /// Write JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl Settle {
    pub(super) fn paper(&self) -> Result<Paper, Trouble> {
        let debt = self.debt.read()?;
        let payments = self.debt.dated("paid", &self.paid)?;
        let unknown = |why: &dyn std::fmt::Display| Trouble::Usage(why.to_string());
        let costs = if let Some(costs) = &self.costs {
            let costs = Money::parse(costs, self.debt.currency);
            let costs = costs.map_err(|why| usage("costs", &why))?;
            if costs.is_negative() {
                return Err(usage("costs", &format_args!("{costs} is below zero")));
            }
            costs
        } else {
            let interest = debt.interest(Table::shipped(), self.until);
            let fixed_sum = interest.map_err(|why| unknown(&why))?.fixed_sum;
            fixed_sum.map_or(Money::zero(self.debt.currency), |it| it.amount)
        };
        let told = settle(Table::shipped(), &debt, costs, &payments, self.waterfall, self.until);
        let told = told.map_err(|why| unknown(&why))?;
        let total = told.total_paid().map_err(|why| unknown(&why))?;
        let left = told.owed.total().map_err(|why| unknown(&why))?;

        let mut paper = Paper::new(format!("{} due {}", debt.principal, debt.due_on));
        paper.fact("regime", told.interest.regime.code());
        paper.fact("until", self.until.to_string());
        paper.fact("waterfall", self.waterfall.code());
        paper.fact("source", self.waterfall.source());
        paper.fact("costs", amount(costs));
        paper.fact("later_interest", amount(told.interest.total));
        paper.fact("left_costs", amount(told.owed.costs));
        paper.fact("left_interest", amount(told.owed.interest));
        paper.fact("left_principal", amount(told.owed.principal));
        paper.fact("left", amount(left));
        paper.fact("total_paid_over_time", amount(total));
        if told.remainder.is_positive() {
            paper.fact("remainder", amount(told.remainder));
        }
        paper.sheet(portions(&told));
        paper.sheet(paid(&told));
        let steps = told.steps.iter().map(|it| &it.interest).chain([&told.interest]);
        paper.sheet(lines(steps.flat_map(|it| &it.lines)));
        paper.sheet(warned(told.warnings()));
        Ok(paper)
    }
}

fn portions(told: &Settlement) -> Sheet {
    let columns = ["value_date", "payment", "part", "amount", "rule"];
    let mut sheet = Sheet::new("portions", "What was settled", &columns);
    for step in &told.steps {
        for portion in &step.imputed.portions {
            sheet.row(
                Tone::Plain,
                [
                    step.on.to_string().into(),
                    amount(step.payment),
                    portion.part.code().into(),
                    amount(portion.amount),
                    portion.rule.code().into(),
                ],
            );
        }
    }
    sheet
}

fn paid(told: &Settlement) -> Sheet {
    let columns = [
        "value_date",
        "payment",
        "interest",
        "owed_costs",
        "owed_interest",
        "owed_principal",
        "left_costs",
        "left_interest",
        "left_principal",
    ];
    let mut sheet = Sheet::new("payments", "Payment by payment", &columns);
    let parts = |it: Owed| [it.costs, it.interest, it.principal].map(amount);
    for step in &told.steps {
        let head = [step.on.to_string().into(), amount(step.payment), amount(step.interest.total)];
        let cells = head.into_iter().chain(parts(step.owed)).chain(parts(step.imputed.left));
        sheet.row(Tone::Plain, cells);
    }
    sheet
}
