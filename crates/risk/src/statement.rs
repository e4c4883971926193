//! A customer's annual accounts.

use chrono::NaiveDate;
use events::{
    Reference, StatementId, date,
    risk::{Event, Figures, FinancialStatement},
};
use money::{Money, Stated};

use crate::{
    Placed, Policy, Risk, Subject,
    command::commands,
    figures::statement::Statement,
    input::{Said, is_new},
    policy::Answer,
};

commands! {
    /// Annual accounts. Flows are those of twelve months.
    StatementData {
        /// The tenant's id for it.
        statement_id: StatementId,
        /// The last day of the year.
        #[serde(with = "date")]
        closing_date: NaiveDate,
        /// What is known of it, all in one currency; one figure at least.
        figures: Figures<Stated>,
        /// Where it comes from.
        source: Reference,
    }
}

/// Figures that cannot be below zero.
const NOT_NEGATIVE: [&str; 9] = [
    "total_assets",
    "current_assets",
    "current_liabilities",
    "total_liabilities",
    "receivables",
    "cash",
    "sales",
    "staff_costs",
    "financial_charges",
];

impl StatementData {
    fn statement(self) -> FinancialStatement {
        FinancialStatement {
            statement: self.statement_id,
            closes_on: self.closing_date,
            figures: self.figures.map(Money::from),
            source: self.source,
        }
    }
}

impl From<&FinancialStatement> for Statement {
    fn from(it: &FinancialStatement) -> Self {
        let Figures {
            total_assets,
            current_assets,
            current_liabilities,
            total_liabilities,
            equity,
            retained_earnings,
            permanent_capital,
            receivables,
            cash,
            sales,
            operating_profit,
            gross_operating_surplus,
            financial_charges,
            staff_costs,
            value_added,
        } = it.figures.map(Money::minor);
        Self {
            total_assets,
            current_assets,
            current_liabilities,
            total_liabilities,
            equity,
            retained_earnings,
            permanent_capital,
            receivables,
            cash,
            sales,
            operating_profit,
            gross_operating_surplus,
            financial_charges,
            staff_costs,
            value_added,
        }
    }
}

impl Said for StatementData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        let Some((first, Stated(amount))) = self.figures.iter().next() else {
            return wrong("figures", "one figure at least must be known".to_owned());
        };
        let currency = amount.currency();
        for (name, Stated(it)) in self.figures.iter() {
            let field = || format!("figures.{name}");
            if it.currency() != currency {
                wrong(&field(), format!("{it} is not in {currency}, as {first} is"));
            } else if it.is_negative() && NOT_NEGATIVE.contains(&name) {
                wrong(&field(), format!("{it} is below zero"));
            }
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.statement();
        let known = risk.statements().find(|it| it.statement == stated.statement);
        let new = is_new(known, &stated, Subject::Statement, &stated.statement)?;
        Ok(if new { vec![Event::StatementFiled(Box::new(stated))] } else { Vec::new() })
    }
}

impl Risk {
    /// Every year's accounts, in the order of the journal.
    pub fn statements(&self) -> impl Iterator<Item = &Placed<FinancialStatement>> {
        self.inputs.statements.iter()
    }

    /// Those of the last year that was over by a day; filed again, as they were filed last.
    pub fn latest_statement(&self, on: NaiveDate) -> Option<&Placed<FinancialStatement>> {
        // Of equals this answers the last.
        self.statements().filter(|it| it.closes_on <= on).max_by_key(|it| it.closes_on)
    }

    pub(crate) fn statement_filed(&mut self, it: &FinancialStatement) {
        self.inputs.statements.push(Placed::new(it, self.place));
    }
}
