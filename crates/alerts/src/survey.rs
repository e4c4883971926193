//! Taking the figures of all customers together. Pure: whoever sees every partition brings the
//! customers and takes the figures to a decision.

use chrono::NaiveDate;
use events::{
    CustomerId, Sequence,
    alerts::{CurrencyFigures, Figures, GroupShare},
};
use invoicing::{
    Account,
    view::{AgedBalance, Bounds, Inputs, Kind, Period},
};
use money::Money;
use risk::portfolio::concentration::{By, Holdings, Of};

use crate::{Alerts, Policy};

/// The days whose sales count, for days sales outstanding: count-back goes further if it must.
const SALES_DAYS: u32 = 90;
/// Names of less than a hundredth are not kept.
const PART_OF_NAMES: i128 = 100;

/// All customers of a tenant at the end of a day. `positions`: the last entry of each partition that
/// is in them. None if nobody has ever owed anything.
pub fn survey<'a>(
    policy: &Policy,
    customers: impl Iterator<Item = (&'a CustomerId, &'a Alerts)> + Clone,
    on: NaiveDate,
    positions: Vec<Sequence>,
) -> Option<Figures> {
    let accounts = customers.clone().map(|(_, it)| it.risk.account());
    let currencies = currencies(accounts, on);
    if currencies.is_empty() {
        return None;
    }
    let risks = customers.map(|(id, it)| (id, &it.risk));
    // Without a rate for some currency nobody can tell; nor of sums beyond what amounts can be.
    let holdings = Holdings::of(policy.credit(), risks, on).ok();
    let groups = holdings
        .and_then(|it| it.breakdown(policy.credit(), By::Group, Of::Exposure, usize::MAX).ok());
    let (at_stake, names, largest) = match groups {
        None => (None, 0, Vec::new()),
        Some(it) => {
            let whole = i128::from(it.total.minor());
            let large = |minor: i64| i128::from(minor) * PART_OF_NAMES >= whole;
            let shares = it.top.iter().take_while(|name| large(name.amount_minor));
            let shares = shares.filter_map(|name| {
                let at_stake = Money::new(name.amount_minor, it.total.currency());
                Some(GroupShare { group: name.name.parse().ok()?, at_stake })
            });
            let count = u64::try_from(it.count).unwrap_or(u64::MAX);
            (Some(it.total), count, shares.collect())
        }
    };
    Some(Figures { on, positions, currencies, at_stake, names, largest })
}

fn currencies<'a>(
    accounts: impl Iterator<Item = &'a Account> + Clone,
    on: NaiveDate,
) -> Vec<CurrencyFigures> {
    let balances = AgedBalance::of(accounts.clone(), on, &Bounds::default());
    let inputs = Period::try_new(on, SALES_DAYS)
        .map(|period| Inputs::merged(accounts.flat_map(|it| Inputs::of(it, period))));
    let inputs = inputs.unwrap_or_default();
    let dso = |currency| {
        let of_currency = inputs.iter().find(|it| it.currency() == currency)?;
        let all = of_currency.indicators();
        all.into_iter().find(|it| it.kind == Kind::DsoCountBack)?.value.ok()
    };
    let figures = balances.into_iter().map(|it| CurrencyFigures {
        receivables: it.outstanding,
        overdue_over_90: it
            .buckets
            .last()
            .map_or_else(|| Money::zero(it.currency()), |bucket| bucket.amount),
        dso: dso(it.currency()),
    });
    figures.collect()
}
