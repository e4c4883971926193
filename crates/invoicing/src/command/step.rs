use events::{
    InvoiceId, PlanId, PromiseId,
    invoicing::{Rule, Source},
};
use money::Money;

use chrono::NaiveDate;

/// What the state itself calls for, one at a time, until nothing is called for any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Money or credit finds open items.
    Allocate {
        /// What pays.
        source: Source,
        /// What is paid, and how much of it.
        shares: Vec<(InvoiceId, Money)>,
        /// By which rule.
        rule: Rule,
    },
    /// A promise turns out kept, partly kept or broken.
    JudgePromise {
        /// Which.
        promise: PromiseId,
        /// The day.
        on: NaiveDate,
    },
    /// A plan turns out completed or broken.
    JudgePlan {
        /// Which.
        plan: PlanId,
        /// The day.
        on: NaiveDate,
    },
    /// The rest of a paid invoice is within the tenant's tolerance.
    WriteOffSmallBalance {
        /// Which.
        invoice: InvoiceId,
        /// The day.
        on: NaiveDate,
    },
}
