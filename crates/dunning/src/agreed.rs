//! The rate of interest that terms of sale state: it comes before what the law says of a debt without a
//! contract, and is never below what the law lets be agreed (see [`law::Regime::Terms`]).
//!
//! Terms count for the invoices that were issued under them. A message keeps the rate that it was
//! computed by: what was asked for by the rules of its day is not put right by other rules.

use events::{
    InvoiceId, Reference,
    dunning::{AgreedRate, InterestRules, Reminder},
    invoicing::TermsOfSale,
};
use invoicing::Account;
use law::{Basis, Regime};

use crate::{Dunning, Policy, claim};

impl Policy {
    /// The rate that the terms of sale of an invoice state, by which it bears interest. None: they
    /// state none, there are no such terms, or by the tenant's rules none counts.
    pub fn agreed(&self, dunning: &Dunning, invoice: &InvoiceId) -> Option<AgreedRate> {
        self.agreed_by(self.rules().interest.as_ref()?, dunning, invoice)
    }

    fn agreed_by(
        &self,
        rules: &InterestRules,
        dunning: &Dunning,
        invoice: &InvoiceId,
    ) -> Option<AgreedRate> {
        if !gives_way(rules) {
            return None;
        }
        let account = dunning.risk.account();
        stated(self.terms_of_sale(account, account.terms_version(invoice)?)?)
    }

    /// The terms of sale of a version: those agreed with the customer come before the tenant's own of
    /// the same name. None: nobody has made them known.
    pub fn terms_of_sale<'a>(
        &'a self,
        account: &'a Account,
        version: &Reference,
    ) -> Option<&'a TermsOfSale> {
        let mut of_customer = account.terms_of_sale();
        of_customer.find(|it| it.version == *version).or_else(|| self.terms.get(version))
    }

    /// The rate that now counts for an invoice by the rules under which a message was planned.
    pub(crate) fn agreed_now(
        &self,
        dunning: &Dunning,
        reminder: &Reminder,
        invoice: &InvoiceId,
    ) -> Option<AgreedRate> {
        let rules = reminder.interest.as_ref().or(self.rules().interest.as_ref())?;
        self.agreed_by(rules, dunning, invoice)
    }

    /// By what an invoice bears interest now.
    pub(crate) fn regime_of(&self, agreed: Option<&AgreedRate>) -> Option<Regime> {
        let regime = self.regime()?;
        Some(agreed.map_or(regime, |it| by_terms(self.rules().interest.as_ref(), it, regime)))
    }

    /// By what an item of a message bears interest, by the rules of the day on which it was planned.
    pub(crate) fn regime_then(
        &self,
        reminder: &Reminder,
        agreed: Option<&AgreedRate>,
    ) -> Option<Regime> {
        let of_its_day = reminder.interest.as_ref().and_then(|it| claim::regime(it).ok());
        let Some(regime) = of_its_day else { return self.regime_of(agreed) };
        Some(agreed.map_or(regime, |it| by_terms(reminder.interest.as_ref(), it, regime)))
    }

    /// Takes the tenant's own terms of sale into account.
    pub(crate) fn learn(&mut self, terms: &TermsOfSale) {
        self.terms.insert(terms.version.clone(), terms.clone());
    }

    /// These rules, under the terms of sale that another policy of the tenant has been told.
    pub fn under_the_terms_of(mut self, other: &Self) -> Self {
        self.terms.clone_from(&other.terms);
        self
    }
}

/// Whether a contract comes before the ground that rules name: one with a consumer is judged by other
/// law, and who says that no interest is asked for asks for none.
fn gives_way(rules: &InterestRules) -> bool {
    match rules.basis.as_str().parse() {
        Ok(Basis::Default | Basis::Floor | Basis::Contract) => true,
        Ok(Basis::Consumer | Basis::None) | Err(_) => false,
    }
}

fn stated(terms: &TermsOfSale) -> Option<AgreedRate> {
    let (version, jurisdiction) = (terms.version.clone(), terms.jurisdiction.clone());
    terms.penalty_rate.map(|rate| AgreedRate { terms: version, rate, jurisdiction })
}

/// A rate under the law that was agreed with it, else under that of the rules.
fn by_terms(rules: Option<&InterestRules>, agreed: &AgreedRate, usual: Regime) -> Regime {
    let named = |it: &Reference| it.as_str().parse().ok();
    let agreed_on = agreed.jurisdiction.as_ref().and_then(named);
    let jurisdiction = agreed_on.or_else(|| rules.and_then(|it| named(&it.jurisdiction)));
    jurisdiction.map_or(usual, |it| Regime::Terms(it, agreed.rate))
}
