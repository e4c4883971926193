use std::collections::BTreeMap;

use events::{DeliveryId, InvoiceId};
use money::Money;

use super::{Declaration, declaration::add};

/// What a claim is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A receivable.
    Invoice(InvoiceId),
    /// A delivery that was not invoiced.
    Delivery(DeliveryId),
}

/// What is declared of something is other than it was: a payment came to be known with an earlier day,
/// or one did not stay, or a document was corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Of what.
    pub item: Item,
    /// What was declared of it: principal, interest and fixed sum.
    pub declared: Money,
    /// What is to be.
    pub is: Money,
}

impl Difference {
    /// What is more, or below zero less, than was declared.
    pub fn change(&self) -> Money {
        add(self.is, self.declared.negated())
    }
}

impl Declaration {
    fn totals(&self) -> BTreeMap<Item, Money> {
        let lines = self.lines.iter();
        let lines = lines.map(|it| (Item::Invoice(it.document.invoice.clone()), it.total()));
        let deliveries = self.uninvoiced.iter();
        let deliveries = deliveries.map(|it| (Item::Delivery(it.delivery.clone()), it.amount));
        lines.chain(deliveries).collect()
    }

    /// Line by line, what is other than in an earlier declaration after the same judgment.
    pub fn differences(&self, declared: &Self) -> Vec<Difference> {
        let (is, was) = (self.totals(), declared.totals());
        let mut items: Vec<&Item> = is.keys().chain(was.keys()).collect();
        items.sort();
        items.dedup();
        let differences = items.into_iter().filter_map(|item| {
            let (is, was) = (is.get(item), was.get(item));
            let zero = Money::zero(is.or(was)?.currency());
            let (is, declared) = (*is.unwrap_or(&zero), *was.unwrap_or(&zero));
            (is != declared).then(|| Difference { item: item.clone(), declared, is })
        });
        differences.collect()
    }
}
