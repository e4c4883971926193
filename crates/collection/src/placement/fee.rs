use events::collection::{Collector, FeeBand};
use money::Money;

/// The part of a collector's scale that applies: the first that fits.
///
/// `days`: days past due of the oldest receivable when it was placed. `placed`: the principal.
pub fn fee_band(collector: &Collector, days: i64, placed: Money) -> Option<&FeeBand> {
    collector.fees.iter().find(|it| {
        it.days_max.is_none_or(|most| days <= i64::from(most))
            && it.amount_max.is_none_or(|most| {
                most.currency() == placed.currency() && placed.minor() <= most.minor()
            })
    })
}
