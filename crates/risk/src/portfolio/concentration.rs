//! How much hangs on how few: customers, groups, sectors, countries, segments, grades.
//!
//! By what is at stake, and by the sales of twelve months, for IFRS 8.34 asks about revenue. The
//! formulas are those of [`figures::concentration`](crate::figures::concentration).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use compact_str::CompactString;
use events::{CustomerId, Reference, risk::Grade};
use invoicing::view::MissingRate;
use money::Money;
use rust_decimal::Decimal;

use super::{Figure, Value};
use crate::{
    Policy, Risk,
    figures::concentration::{Concentration, Name, NotComputable, SINGLE_NAME},
};

/// What of each customer is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Holding {
    /// What is at stake, in the smallest unit of the policy's currency.
    exposure: i128,
    /// The sales of twelve months, likewise.
    sales: i128,
    parent: Option<CustomerId>,
    sector: Option<Reference>,
    country: Option<CompactString>,
    segment: Option<Reference>,
    grade: Option<Grade>,
}

/// Customers and what they have of the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings(BTreeMap<CustomerId, Holding>);

/// What is added up under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Each customer by itself.
    Customer,
    /// Customers that belong to one another.
    Group,
    /// The business, by its code of NACE.
    Sector,
    /// The country, by the profile, else as registered.
    Country,
    /// The tenant's own grouping, by the profile, else as registered.
    Segment,
    /// The grade.
    Grade,
}

/// What is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// What is at stake by the policy.
    Exposure,
    /// Invoices less credit notes of the twelve months that end on the day, tax included.
    Sales,
}

/// How concentrated something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// What is added up under one name.
    pub by: By,
    /// What is shared.
    pub of: Of,
    /// The sum of all names.
    pub total: Money,
    /// How many names have a part in it.
    pub count: usize,
    /// The largest names, the largest first; an empty name is what nobody has named.
    pub top: Vec<Name>,
    /// Those of ten per cent or more, the largest first.
    pub single_names: Vec<Name>,
    /// Names whose sum is below zero, such as credit notes without sales, left out above.
    pub left_out: Money,
    /// The index, the effective number of names, and the share of the largest.
    pub figures: Vec<Figure>,
}

impl By {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Customer, Self::Group, Self::Sector, Self::Country, Self::Segment, Self::Grade];
}

impl Holdings {
    /// What these customers have at the end of a day.
    ///
    /// # Errors
    ///
    /// [`MissingRate`] if something is in a currency the policy names no rate for.
    pub fn of<'a>(
        policy: &Policy,
        customers: impl IntoIterator<Item = (&'a CustomerId, &'a Risk)>,
        on: NaiveDate,
    ) -> Result<Self, MissingRate> {
        let mut holdings = BTreeMap::new();
        for (customer, risk) in customers {
            let profile = risk.profile();
            let holding = Holding {
                exposure: policy.exposure_effective(risk, on)?.total.minor().into(),
                sales: policy.yearly_sales(risk, on)?,
                parent: parent(risk, on).cloned(),
                sector: profile.and_then(|it| it.sector.clone()),
                country: profile
                    .and_then(|it| it.country.as_deref())
                    .or_else(|| risk.account.region())
                    .map(CompactString::from),
                segment: profile
                    .and_then(|it| it.segment.as_ref())
                    .or_else(|| risk.account.segment())
                    .cloned(),
                grade: risk.standing().map(|it| it.grade),
            };
            holdings.insert(customer.clone(), holding);
        }
        Ok(Self(holdings))
    }

    /// Those of other customers, added.
    pub fn merge(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// How concentrated they are, with the `count` largest names.
    ///
    /// # Errors
    ///
    /// [`NotComputable::OutOfRange`] for sums beyond what amounts can be.
    pub fn breakdown(
        &self,
        policy: &Policy,
        by: By,
        of: Of,
        count: usize,
    ) -> Result<Breakdown, NotComputable> {
        let mut sums = BTreeMap::<String, i128>::new();
        for (customer, it) in &self.0 {
            let minor = match of {
                Of::Exposure => it.exposure,
                Of::Sales => it.sales,
            };
            *sums.entry(self.name(customer, it, by)).or_default() += minor;
        }
        let left_out = sums.values().copied().filter(|it| *it < 0).sum();
        sums.retain(|_, it| *it > 0);
        let total = sums.values().sum();
        let amounts = sums.iter().map(|(name, minor)| {
            i64::try_from(*minor)
                .map(|it| (name.as_str(), it))
                .map_err(|_| NotComputable::OutOfRange)
        });
        let amounts = amounts.collect::<Result<Vec<_>, _>>()?;
        let found = match Concentration::of(amounts) {
            Ok(found) => Some(found),
            Err(NotComputable::Nothing) => None,
            Err(error) => return Err(error),
        };
        let names = found.as_ref().map(Concentration::names).unwrap_or_default();
        let single = found.as_ref().map(|it| it.at_or_above(SINGLE_NAME)).transpose()?;
        let total = policy.amount(total);
        Ok(Breakdown {
            by,
            of,
            total,
            count: names.len(),
            top: names.iter().take(count).cloned().collect(),
            single_names: single.unwrap_or_default().to_vec(),
            left_out: policy.amount(left_out),
            figures: figures(found.as_ref(), total, count)?,
        })
    }

    fn name(&self, customer: &CustomerId, it: &Holding, by: By) -> String {
        let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
        match by {
            By::Customer => customer.to_string(),
            By::Group => self.head(customer).to_string(),
            By::Sector => text(it.sector.as_ref().map(Reference::as_str)),
            By::Country => text(it.country.as_deref()),
            By::Segment => text(it.segment.as_ref().map(Reference::as_str)),
            By::Grade => it.grade.map(|it| it.to_string()).unwrap_or_default(),
        }
    }

    /// To whom a customer belongs in the end. Of customers that belong to one another in a ring, the
    /// first by id.
    fn head<'a>(&'a self, customer: &'a CustomerId) -> &'a CustomerId {
        let parent = |it: &CustomerId| self.0.get(it).and_then(|it| it.parent.as_ref());
        let (mut walked, mut head) = (BTreeSet::from([customer]), customer);
        while let Some(above) = parent(head) {
            head = above;
            if !walked.insert(above) {
                let (mut ring, mut at) = (BTreeSet::new(), above);
                while ring.insert(at) {
                    at = parent(at).unwrap_or(at);
                }
                return ring.first().copied().unwrap_or(above);
            }
        }
        head
    }
}

/// To whom a customer belongs on a day: by what was said of its group, else as it was registered. A
/// stake of half or less is no control (IFRS 10.B35); one whose size nobody said is.
pub(super) fn parent(risk: &Risk, on: NaiveDate) -> Option<&CustomerId> {
    let half = Decimal::new(5, 1);
    match risk.group_on(on) {
        Some(it) => it.share.is_none_or(|share| share > half).then_some(&it.parent),
        None => risk.account.parent(),
    }
}

fn figures(
    found: Option<&Concentration>,
    total: Money,
    count: usize,
) -> Result<Vec<Figure>, NotComputable> {
    const HHI: &str = "sum over names of (amount / total)^2";
    const EFFECTIVE: &str = "1 / hhi";
    const TOP: &str = "sum of the count largest amounts / total";
    let Some(it) = found else {
        let none = |(name, formula)| {
            Figure::of(name, Err(NotComputable::Nothing.to_string()), formula, [])
        };
        let figures = [("hhi", HHI), ("effective_number", EFFECTIVE), ("top_share", TOP)];
        return Ok(figures.map(none).to_vec());
    };
    let number = |it: usize| Value::Number(Decimal::from(it));
    let (total, names) = (("total", total.into()), ("names", number(it.names().len())));
    let hhi = it.hhi()?;
    Ok(vec![
        Figure::new("hhi", hhi, HHI, [total, names]),
        Figure::new("effective_number", it.effective_number()?, EFFECTIVE, [("hhi", hhi.into())]),
        Figure::new("top_share", it.top(count)?, TOP, [total, ("count", number(count))]),
    ])
}
