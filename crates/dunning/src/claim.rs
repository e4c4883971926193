//! What is owed besides the invoice itself: interest for late payment and the fixed sum, by the law of
//! the day and on the balance as it really stood.

use chrono::NaiveDate;
use events::{
    InvoiceId,
    dunning::{InterestRules, Item, Level},
};
use invoicing::view;
use law::{Debt, Interest, Movement, Regime, RegimeError, Table};
use money::Money;

use crate::{Charges, Dunning, Policy};

/// The regime that rules name.
///
/// # Errors
///
/// What of them is unknown, as a field and a reason.
pub(crate) fn regime(rules: &InterestRules) -> Result<Regime, (&'static str, String)> {
    let jurisdiction = rules
        .jurisdiction
        .as_str()
        .parse()
        .map_err(|it: law::UnknownJurisdiction| ("interest.jurisdiction", it.to_string()))?;
    let basis = rules.basis.as_str().parse().map_err(|it| ("interest.basis", unknown(&it)))?;
    let regime = Regime::of(jurisdiction, basis, rules.rate);
    regime.map_err(|it: RegimeError| ("interest.rate", it.to_string()))
}

fn unknown(it: &impl std::fmt::Display) -> String {
    it.to_string()
}

impl Policy {
    /// Adds to an item what its level asks for besides. What the law's tables do not know is not asked
    /// for.
    pub(crate) fn claim(
        &self,
        dunning: &Dunning,
        level: &Level,
        item: &mut Item,
        today: NaiveDate,
    ) {
        if !(level.interest || level.fixed_sum) || today <= item.due_on {
            return;
        }
        let Some(bears) = self.interest(dunning, &item.invoice, today) else { return };
        if level.interest {
            let deducted = dunning.interest_deducted(&item.invoice, bears.total);
            let left = bears.total.minus(deducted).ok();
            item.interest = left.filter(|it| it.is_positive());
            item.interest_deducted = Some(deducted).filter(|it| it.is_positive());
        }
        if level.fixed_sum && !dunning.fixed_sum_deducted(&item.invoice) {
            item.fixed_sum = fixed_sum(&bears);
        }
        if claims(item) {
            item.agreed = self.agreed(dunning, &item.invoice);
        }
    }

    /// The interest on an invoice up to a day, line by line: on what was really owed of it on each
    /// day, what is contested today left out, at the rate that its terms of sale state, else by the
    /// rules. None without rules, or where the law's tables do not reach.
    pub fn interest(
        &self,
        dunning: &Dunning,
        invoice: &InvoiceId,
        until: NaiveDate,
    ) -> Option<Interest> {
        let debt = dunning.risk.account().debt(invoice)?;
        let agreed = self.agreed(dunning, invoice);
        bears(self.regime_of(agreed.as_ref())?, &debt, debt.disputed, until)
    }
}

/// The interest on a debt up to a day, what is contested of it left out; what should never have been
/// bears none. None where the law's tables do not reach.
pub(crate) fn bears(
    regime: Regime,
    debt: &view::Debt<'_>,
    disputed: Money,
    until: NaiveDate,
) -> Option<Interest> {
    let owed = if debt.cancelled { Money::zero(debt.gross.currency()) } else { debt.gross };
    let principal = owed.minus(disputed).ok()?;
    let mut late = Debt::new(regime, principal, debt.due_on);
    late.movements = debt.reductions().map(|(on, it)| Movement::payment(on, it)).collect();
    late.interest(Table::shipped(), until).ok()
}

/// Whether an item says anything of charges.
pub(crate) fn claims(item: &Item) -> bool {
    !Charges::of(item).is_nothing() || item.interest_deducted.is_some()
}

/// The fixed sum that is owed with interest. One in another currency than the debt's is not added to
/// it without a rate.
pub(crate) fn fixed_sum(bears: &Interest) -> Option<Money> {
    let fixed = bears.fixed_sum.as_ref().map(|it| it.amount);
    fixed.filter(|it| it.currency() == bears.total.currency())
}
