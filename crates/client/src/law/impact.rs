//! `vigie law impact`: what new rows of law change.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use events::TenantId;
use law::{
    Basis, DayCount, Debt, Jurisdiction, Movement, Regime, Table,
    impact::{Case, Matter, Outcome, changes, impact},
};
use money::{Currency, Money};
use rust_decimal::Decimal;

use super::{Dated, amount, dated, more_than_nothing, sheet, usage};
use crate::{
    Paper, Reach, Trouble, open_debts,
    paper::{Cell, Sheet, Tone},
};

/// What new rows of law change.
#[derive(Debug, clap::Args)]
pub struct Impact {
    /// The new rows, as in the tables of law:
    /// `rule,jurisdiction,from,to,known_until,from_amount,value,unit,source`
    #[arg(long, value_name = "FILE")]
    rows: PathBuf,
    /// Debts whose interest is to be compared: a table with the columns id, amount and due; where
    /// it has them, also currency, jurisdiction, regime, rate and paid (2025-07-15=4000.00, several
    /// with spaces between)
    #[arg(long, value_name = "FILE", conflicts_with = "tenant")]
    debts: Option<PathBuf>,
    /// The open items of a tenant, as the server has them
    #[arg(long, short, requires = "jurisdiction")]
    tenant: Option<TenantId>,
    /// Whose law, where a debt does not say: AT, BE, DE, ES, EU, FR, GB, IT, LU or NL
    #[arg(long)]
    jurisdiction: Option<Jurisdiction>,
    /// On what ground, where a debt does not say: default, consumer, floor, contract or none
    #[arg(long, default_value_t, value_name = "BASIS")]
    regime: Basis,
    /// The rate of a contract, where a debt does not say, in per cent a year
    #[arg(long)]
    rate: Option<Decimal>,
    /// The last day counted [default: the last day on which a new row begins, or the tenant's
    /// business day]
    #[arg(long)]
    until: Option<NaiveDate>,
    /// How the server is reached.
    #[command(flatten)]
    reach: Reach,
    /// Write JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl Impact {
    pub(super) async fn paper(&self) -> Result<Paper, Trouble> {
        let text = read(&self.rows, "rows")?;
        let rows = Table::read(&text).map_err(|why| usage("rows", &why))?;
        let Some(begins) = rows.rows().map(|it| it.from).max() else {
            return Err(usage("rows", &"there is no row in the file"));
        };
        let before = Table::shipped();
        let after = before.amended_by(&rows).map_err(|why| usage("rows", &why))?;
        let changed = changes(before, &after);

        let mut paper = Paper::new("What the new rows change");
        let (cases, until) = match (&self.tenant, &self.debts) {
            (Some(tenant), _) => {
                let (debts, day) = open_debts::ask(&self.reach, tenant, self.until).await?;
                let until = self.until.unwrap_or(day);
                let case = |it: open_debts::OpenDebt| {
                    let regime = self.regime_of(None, None, None)?;
                    let debt = Debt::new(regime, it.principal, it.due_on);
                    Ok((it.id, Debt { movements: it.movements, ..debt }))
                };
                (debts.into_iter().map(case).collect::<Result<Vec<_>, Trouble>>()?, until)
            }
            (None, Some(path)) => (self.read_debts(path)?, self.until.unwrap_or(begins)),
            (None, None) => (Vec::new(), self.until.unwrap_or(begins)),
        };
        let asked = self.tenant.is_some() || self.debts.is_some();
        if asked {
            paper.fact("until", until.to_string());
            paper.fact("debts", i64::try_from(cases.len()).unwrap_or(i64::MAX));
        }
        let cases: Vec<Case> = cases
            .into_iter()
            .map(|(id, debt)| Case { id, matter: Matter::Interest { debt, until } })
            .collect();
        let impacts = impact(before, &after, &cases);
        if asked {
            paper.fact("change", total(&impacts)?);
        }
        paper.sheet(debts(&impacts));
        paper.sheet(sheet("gone_rules", "Rows that no longer stand", &changed.gone));
        paper.sheet(sheet("new_rules", "Rows that stand instead, or anew", &changed.new));
        Ok(paper)
    }

    fn regime_of(
        &self,
        jurisdiction: Option<Jurisdiction>,
        basis: Option<Basis>,
        rate: Option<Decimal>,
    ) -> Result<Regime, Trouble> {
        let jurisdiction = jurisdiction.or(self.jurisdiction);
        let jurisdiction =
            jurisdiction.ok_or_else(|| usage("jurisdiction", &"whose law is it?"))?;
        let regime = Regime::of(jurisdiction, basis.unwrap_or(self.regime), rate.or(self.rate));
        regime.map_err(|why| usage("regime", &why))
    }

    fn read_debts(&self, path: &Path) -> Result<Vec<(String, Debt)>, Trouble> {
        let text = read(path, "debts")?;
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let wrong = |row: usize, why: &dyn std::fmt::Display| {
            usage("debts", &format_args!("row {row}: {why}"))
        };
        let mut debts = Vec::new();
        for (place, row) in reader.deserialize::<Written>().enumerate() {
            let number = place + 1;
            let it = row.map_err(|why| wrong(number, &why))?;
            let regime = self.regime_of(it.jurisdiction, it.basis(number)?, it.rate);
            let debt = it.debt(regime?).map_err(|why| wrong(number, &why))?;
            debts.push((it.id, debt));
        }
        Ok(debts)
    }
}

/// A row of a table of debts.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    amount: String,
    due: NaiveDate,
    currency: Option<Currency>,
    jurisdiction: Option<Jurisdiction>,
    regime: Option<String>,
    rate: Option<Decimal>,
    paid: Option<String>,
}

impl Written {
    fn basis(&self, row: usize) -> Result<Option<Basis>, Trouble> {
        let basis = self.regime.as_deref().map(str::parse).transpose();
        basis.map_err(|why| usage("debts", &format_args!("row {row}: regime: {why}")))
    }

    fn debt(&self, regime: Regime) -> Result<Debt, String> {
        let currency = self.currency.unwrap_or(Currency::EUR);
        let principal =
            more_than_nothing(&self.amount, currency).map_err(|why| format!("amount: {why}"))?;
        let paid = self.paid.as_deref().unwrap_or_default().split_whitespace();
        let movements = paid.map(|text| {
            let Dated { on, amount } = dated(text)?;
            Ok(Movement::payment(on, more_than_nothing(&amount, currency)?))
        });
        let movements: Result<_, String> = movements.collect();
        let movements = movements.map_err(|why| format!("paid: {why}"))?;
        let day_count = DayCount::default();
        Ok(Debt { regime, principal, due_on: self.due, movements, day_count })
    }
}

fn read(path: &Path, flag: &str) -> Result<String, Trouble> {
    let text = std::fs::read_to_string(path);
    text.map_err(|why| usage(flag, &format_args!("{}: {why}", path.display())))
}

/// What changes in all, one amount a currency.
fn total(impacts: &[law::impact::Impact]) -> Result<String, Trouble> {
    let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
    for change in impacts.iter().filter_map(law::impact::Impact::change) {
        let sum = sums.entry(change.currency()).or_insert(Money::zero(change.currency()));
        *sum = sum.plus(change).map_err(|why| Trouble::Usage(why.to_string()))?;
    }
    Ok(sums.values().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// Debts whose interest is another.
fn debts(impacts: &[law::impact::Impact]) -> Sheet {
    let columns =
        ["debt", "before", "after", "change", "fixed_sum_before", "fixed_sum_after", "note"];
    let mut sheet = Sheet::new("debts_changed", "Debts that bear otherwise", &columns);
    let parts = |it: &Outcome| match it {
        Outcome::Interest { interest, fixed_sum } => {
            [amount(*interest), fixed_sum.map_or(Cell::Nothing, amount)]
        }
        Outcome::Deadline { .. } | Outcome::Unknown { .. } => [Cell::Nothing, Cell::Nothing],
    };
    for it in impacts {
        let ([before, fixed_before], [after, fixed_after]) = (parts(&it.before), parts(&it.after));
        let note = match (&it.before, &it.after) {
            (Outcome::Unknown { why }, _) => format!("before: {why}"),
            (_, Outcome::Unknown { why }) => format!("after: {why}"),
            _ => String::new(),
        };
        sheet.row(
            Tone::Plain,
            [
                it.id.as_str().into(),
                before,
                after,
                it.change().map_or(Cell::Nothing, amount),
                fixed_before,
                fixed_after,
                note.into(),
            ],
        );
    }
    sheet
}
