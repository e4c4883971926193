//! The sums of a dossier, and the law that nothing is lost or made on the way to them.

use std::collections::BTreeMap;

use money::{Currency, Money, MoneyError};

use crate::{Dossier, Receivable, Total};

/// Why a dossier is not given to anybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbalanced {
    /// A sum is not that of its parts.
    #[error("{what} of {of}: {said} is said, and its parts are {parts}")]
    Sum {
        /// Which sum.
        what: &'static str,
        /// Of what.
        of: String,
        /// What is said.
        said: Money,
        /// What its parts come to.
        parts: Money,
    },
    /// A sum is missing, or is of something that is not there.
    #[error("{0} has receivables and no total, or a total and no receivables")]
    Currency(Currency),
    /// Amounts of different currencies, or beyond the range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What receivables come to, a row a currency, by its code.
pub fn totals(receivables: &[Receivable]) -> Result<Vec<Total>, MoneyError> {
    let mut all = BTreeMap::<Currency, Total>::new();
    for it in receivables {
        let currency = it.principal.currency();
        let zero = Money::zero(currency);
        let row = all.entry(currency).or_insert(Total {
            currency,
            principal: zero,
            interest: zero,
            accessories: zero,
            total: zero,
        });
        row.principal = row.principal.plus(it.principal)?;
        row.interest = row.interest.plus(it.interest)?;
        row.accessories = row.accessories.plus(it.fixed_sum)?;
        row.total = row.total.plus(it.principal)?.plus(it.interest)?.plus(it.fixed_sum)?;
    }
    Ok(all.into_values().collect())
}

impl Dossier {
    /// Whether every sum is that of its parts: what is open is what is asked for and what is contested;
    /// the lines of interest, less what was given up, are the interest; totals are those of the receivables; statements add up.
    ///
    /// # Errors
    /// The first sum that is not.
    pub fn check(&self) -> Result<(), Unbalanced> {
        for it in &self.receivables {
            same("open", &it.invoice, it.open, it.principal.plus(it.disputed)?)?;
            let mut lines = Money::zero(it.interest.currency());
            for line in &it.interest_lines {
                lines = lines.plus(line.interest)?;
            }
            if let Some(waived) = it.interest_waived {
                lines = lines.minus(waived)?;
            }
            same("interest", &it.invoice, it.interest, lines)?;
        }
        let sums = totals(&self.receivables)?;
        for it in &self.totals {
            let sum = sums.iter().find(|sum| sum.currency == it.currency);
            let sum = sum.ok_or(Unbalanced::Currency(it.currency))?;
            let of = it.currency.code();
            same("principal", of, it.principal, sum.principal)?;
            same("interest", of, it.interest, sum.interest)?;
            same("accessories", of, it.accessories, sum.accessories)?;
            same("total", of, it.total, sum.total)?;
        }
        let missing =
            sums.iter().find(|sum| self.totals.iter().all(|it| it.currency != sum.currency));
        if let Some(it) = missing {
            return Err(Unbalanced::Currency(it.currency));
        }
        for it in &self.statement {
            let mut balance = it.opening;
            for line in &it.lines {
                balance = balance.plus(line.amount)?;
                same("balance", &line.document, line.balance, balance)?;
            }
            same("closing", it.closing.currency().code(), it.closing, balance)?;
        }
        Ok(())
    }
}

fn same(what: &'static str, of: &str, said: Money, parts: Money) -> Result<(), Unbalanced> {
    if said == parts {
        Ok(())
    } else {
        Err(Unbalanced::Sum { what, of: of.to_owned(), said, parts })
    }
}
