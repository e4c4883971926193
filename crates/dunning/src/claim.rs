//! What is owed besides the invoice itself: interest for late payment and the fixed sum, by the law of
//! the day and on the balance as it really stood.

use chrono::NaiveDate;
use events::{
    InvoiceId,
    dunning::{InterestRules, Item, Level},
};
use law::{Debt, Interest, Movement, Regime, RegimeError, Table};
use money::Money;

use crate::{Dunning, Policy};

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
        let Some(interest) = self.interest(dunning, &item.invoice, today) else { return };
        item.interest = Some(interest.total).filter(|it| level.interest && it.is_positive());
        // A sum in another currency than the debt's is not added to it without a rate.
        let fixed = interest.fixed_sum.map(|it| it.amount).filter(|_| level.fixed_sum);
        item.fixed_sum = fixed.filter(|it| it.currency() == item.open.currency());
    }

    /// The interest on an invoice up to a day, line by line: on what was really owed of it on each
    /// day, what is contested today left out. None without rules, or where the law's tables do not
    /// reach.
    pub fn interest(
        &self,
        dunning: &Dunning,
        invoice: &InvoiceId,
        until: NaiveDate,
    ) -> Option<Interest> {
        let regime = self.regime()?;
        let view = dunning.risk.account().invoice_view(invoice, NaiveDate::MAX)?;
        let document = view.document?;
        let disputed = view.disputed.unwrap_or_else(|| Money::zero(document.gross.currency()));
        let principal = document.gross.minus(disputed).ok()?;
        let movements = view
            .allocations
            .iter()
            .filter(|it| !it.recovery)
            .map(|it| Movement::payment(it.effective_on, it.amount));
        let mut debt = Debt::new(regime, principal, document.due_on);
        debt.movements = movements.collect();
        debt.interest(Table::shipped(), until).ok()
    }
}
