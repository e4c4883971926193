//! What risk knows, as messages.

use api::risk::{self as proto, obstacle, order, way};
use events::risk::Rule;
use risk::{
    Exposure,
    view::{OrderState, OrderView, Way, What},
};

use crate::grpc::{
    fields::{day, money},
    messages::days,
    words::Word as _,
};

pub(in crate::grpc) fn exposure(it: &Exposure) -> proto::Exposure {
    proto::Exposure {
        not_due_amount: Some(money(it.not_due)),
        overdue_amount: Some(money(it.overdue)),
        disputed_amount: Some(money(it.disputed)),
        unallocated_amount: Some(money(it.unallocated)),
        deposit_amount: Some(money(it.deposits)),
        order_amount: Some(money(it.orders)),
        total_amount: Some(money(it.total)),
        guarantee_amount: Some(money(it.guarantees)),
        unsecured_amount: Some(money(it.unsecured)),
        limit_amount: it.limit.map(money),
        headroom_amount: it.headroom.map(money),
        delivery_amount: Some(money(it.deliveries)),
        later_order_amount: Some(money(it.later_orders)),
        insured_amount: Some(money(it.insured)),
        assigned_with_recourse_amount: Some(money(it.assigned_with_recourse)),
        contingent_amount: Some(money(it.contingent)),
        assigned_without_recourse_amount: Some(money(it.assigned_without_recourse)),
    }
}

pub(super) fn order(it: &OrderView) -> proto::Order {
    let mut message = proto::Order {
        order: it.order.order.to_string(),
        amount: Some(money(it.order.amount)),
        order_date: Some(day(it.order.ordered_on)),
        marginal_unsecured_amount: it.price.map(|it| money(it.unsecured)),
        expected_loss_amount: it.price.and_then(|it| it.expected_loss).map(money),
        delivery_date: it.order.delivers_on.map(day),
        ..proto::Order::default()
    };
    match &it.state {
        OrderState::Accepted { on, exception } => {
            message.state = order::State::Accepted.into();
            message.state_date = Some(day(*on));
            if let Some(exception) = exception {
                message.obstacles = exception.against.iter().map(obstacle).collect();
                message.approved_by = exception.approved_by.to_string();
                message.reason = exception.reason.to_string();
                message.exception_until_date = exception.holds_until.map(day);
            }
        }
        OrderState::Held { on, rules, ways } => {
            message.state = order::State::Held.into();
            message.state_date = Some(day(*on));
            message.obstacles = rules.iter().map(obstacle).collect();
            message.ways = ways.iter().map(way).collect();
        }
    }
    message
}

fn obstacle(it: &Rule) -> proto::Obstacle {
    let rule = match it {
        Rule::NoLimit => obstacle::Rule::NoLimit(obstacle::NoLimit {}),
        Rule::OverLimit { excess } => {
            obstacle::Rule::OverLimit(obstacle::OverLimit { excess_amount: Some(money(*excess)) })
        }
        Rule::Overdue { invoice, days: late } => obstacle::Rule::Overdue(obstacle::Overdue {
            invoice_id: invoice.to_string(),
            days_past_due: days(*late),
        }),
        Rule::OverdueAmount { overdue } => {
            let overdue_amount = Some(money(*overdue));
            obstacle::Rule::OverdueAmount(obstacle::OverdueAmount { overdue_amount })
        }
        Rule::LargeOrder => obstacle::Rule::LargeOrder(obstacle::LargeOrder {}),
        Rule::BrokenPromises { promises } => {
            obstacle::Rule::BrokenPromises(obstacle::BrokenPromises { promises: *promises })
        }
        Rule::Graded { grade } => {
            obstacle::Rule::Graded(obstacle::Graded { grade: grade.number() })
        }
        Rule::DoubtfulIdentity { finding } => {
            let finding = finding.number();
            obstacle::Rule::DoubtfulIdentity(obstacle::DoubtfulIdentity { finding })
        }
        Rule::NoRate { currency } => {
            let currency_code = currency.code().to_owned();
            obstacle::Rule::NoRate(obstacle::NoRate { currency_code })
        }
    };
    proto::Obstacle { rule: Some(rule) }
}

fn way(it: &Way) -> proto::Way {
    let what = match &it.what {
        What::Deposit(amount) => way::What::DepositAmount(money(*amount)),
        What::DeliverPart(amount) => way::What::PartAmount(money(*amount)),
        What::Pay { invoices, amount } => way::What::Payment(way::Payment {
            invoice_ids: invoices.iter().map(ToString::to_string).collect(),
            amount: Some(money(*amount)),
        }),
        What::Limit(amount) => way::What::LimitAmount(money(*amount)),
        What::CheckIdentity { findings, sources } => way::What::IdentityCheck(way::IdentityCheck {
            sources: sources.iter().map(ToString::to_string).collect(),
            findings: findings.iter().map(|it| it.number()).collect(),
        }),
    };
    proto::Way { what: Some(what), enough: it.enough }
}
