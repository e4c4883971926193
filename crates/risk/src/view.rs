//! What queries answer: plain values, by everything that is known.

mod file;
mod orders;
mod watched;

use chrono::NaiveDate;
use events::{
    ActorId, LimitId, Reference,
    risk::{Exception, Limit, Order, Rule},
};

use crate::{Policy, Risk, limit::Standing};

pub use file::{
    Accounts, CoverAnswer, CoverView, CreditFile, FiledLimit, FiledState, GuaranteeView, Judged,
    NoticeView,
};

pub use orders::Stands;

pub use crate::{
    cover::Held,
    exposure::Exposure,
    group::Membership,
    order::{Price, Way, What},
    rating::{Ask, Graded, PassedOver, Report, Reports, WhyAsk},
};

/// An order, and whether it may be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// Which.
    pub order: Order,
    /// How it stands.
    pub state: OrderState,
    /// What it adds to what is at stake; none if a currency has no rate.
    pub price: Option<Price>,
}

/// Whether an order may be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderState {
    /// It may.
    Accepted {
        /// Since when.
        on: NaiveDate,
        /// Who let it pass against the policy, if somebody did.
        exception: Option<Exception>,
    },
    /// Not yet.
    Held {
        /// When it was looked at, the last time.
        on: NaiveDate,
        /// Everything that speaks against it on the day that is asked for.
        rules: Vec<Rule>,
        /// What would let it pass, the cheapest first.
        ways: Vec<Way>,
    },
}

/// A credit limit, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitView {
    /// What was asked for.
    pub limit: Limit,
    /// How far it has come.
    pub state: LimitState,
}

/// How far a limit has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitState {
    /// A second person must agree.
    Requested,
    /// It holds within its days.
    Granted {
        /// Since when it is granted.
        on: NaiveDate,
        /// Who agreed, if two were needed.
        approved_by: Option<ActorId>,
        /// The first day on which it does not hold, if it was withdrawn.
        withdrawn_on: Option<NaiveDate>,
    },
    /// A second person did not agree.
    Rejected {
        /// When.
        on: NaiveDate,
        /// Who.
        by: ActorId,
    },
}

impl Risk {
    /// Every limit that was ever asked for, by id.
    pub fn limits(&self) -> impl Iterator<Item = (&LimitId, LimitView)> {
        self.limits.iter().map(|(id, known)| {
            let state = match known.standing.clone() {
                Standing::Requested => LimitState::Requested,
                Standing::Granted { approved_by, on, withdrawn_on } => {
                    LimitState::Granted { on, approved_by, withdrawn_on }
                }
                Standing::Rejected { by, on } => LimitState::Rejected { on, by },
            };
            (id, LimitView { limit: Limit::clone(&known.limit), state })
        })
    }
}

impl Policy {
    /// An order that was not closed; nothing if none is known under this name.
    pub fn order(&self, risk: &Risk, order: &Reference, on: NaiveDate) -> Option<OrderView> {
        let price = |order: &Order| self.price(risk, order, on).ok();
        if let Some(it) = risk.accepted.get(order) {
            let price = price(&it.order);
            let (on, exception) = (it.accepted_on, it.exception.clone());
            let state = OrderState::Accepted { on, exception };
            return Some(OrderView { order: it.order.clone(), state, price });
        }
        let it = risk.held.get(order)?;
        // Without a rate nobody can tell how much would have to be paid.
        let ways = self.ways(risk, &it.order, on).unwrap_or_default();
        let rules = self.speaks(risk, &it.order, on);
        let state = OrderState::Held { on: it.held_on, rules, ways };
        Some(OrderView { order: it.order.clone(), state, price: price(&it.order) })
    }
}
