//! All that is known of a customer's credit, as a message.

use api::risk::{self as proto, filed_cover, filed_limit, filed_rating, statement_score};
use events::CustomerId;
use risk::{
    figures::statement::Zone,
    view::{
        Accounts, Ask, CoverAnswer, CoverView, CreditFile, FiledLimit, FiledState, GuaranteeView,
        NoticeView, PassedOver, Report, WhyAsk,
    },
};

use super::inputs::{
    text, told_cover, told_delivery, told_identity, told_membership, told_notice, told_opinion,
    told_profile, told_rating, told_reference, told_request, told_statement,
};
use crate::grpc::{
    fields::{day, money},
    messages::decimal,
    words::Word as _,
};

pub(super) fn file(customer: &CustomerId, it: &CreditFile<'_>) -> proto::CreditFile {
    proto::CreditFile {
        ratings: it.reports.all.iter().map(rating).collect(),
        statements: it.statements.iter().map(accounts).collect(),
        references: it
            .references
            .iter()
            .map(|it| proto::FiledReference {
                reference: Some(told_reference(it)),
                sequence: place(it.at()),
            })
            .collect(),
        opinions: it
            .opinions
            .iter()
            .map(|it| proto::FiledOpinion {
                opinion: Some(told_opinion(it)),
                sequence: place(it.at()),
            })
            .collect(),
        notices: it.notices.iter().map(notice).collect(),
        deliveries: it
            .deliveries
            .iter()
            .map(|it| proto::FiledDelivery {
                delivery: Some(told_delivery(it)),
                sequence: place(it.at()),
            })
            .collect(),
        group: it.group.map(|it| proto::FiledMembership {
            membership: Some(told_membership(&it.parent, it.share, it.from)),
            sequence: place(it.at),
        }),
        profile: it.profile.map(|it| told_profile(it)),
        covers: it.covers.iter().map(cover).collect(),
        guarantees: it.guarantees.iter().map(|it| guarantee(customer, it)).collect(),
        limits: it.limits.iter().map(|it| limit(customer, it)).collect(),
        review_date: it.reviewed_on.map(day),
        review_due_date: it.review.map(|it| day(it.due_on)),
        proposal: it.proposal.map(|it| proto::LimitProposal {
            amount: Some(money(it.amount)),
            grade: it.grade.number(),
            sales_amount: Some(money(it.sales)),
            days_of_sales: it.days.into(),
            amount_max: Some(money(it.most)),
        }),
        exception_count: it.exceptions,
        excepted_orders: it.excepted.iter().map(ToString::to_string).collect(),
        identity_checks: it
            .identity
            .iter()
            .map(|it| proto::FiledIdentityCheck {
                identity_check: Some(told_identity(it)),
                sequence: place(it.at()),
            })
            .collect(),
        report_to_ask: it.reports.ask.as_ref().map(to_ask),
    }
}

/// What the journal holds always has a place; zero is none.
fn place(at: Option<u64>) -> u64 {
    at.unwrap_or_default()
}

fn rating(report: &Report<'_>) -> proto::FiledRating {
    use filed_rating::PassedOver as Told;
    let it = &report.graded;
    let passed_over = match report.passed_over {
        None => Told::Unspecified,
        Some(PassedOver::NotRated) => Told::NotRated,
        Some(PassedOver::TooOld) => Told::TooOld,
        Some(PassedOver::TrustedLess) => Told::TrustedLess,
        Some(PassedOver::WorseCounts) => Told::WorseCounts,
    };
    let (graded, why_not) = match &it.grade {
        Ok(it) => (it.number(), String::new()),
        Err(error) => (proto::Grade::Unspecified.into(), error.to_string()),
    };
    proto::FiledRating {
        rating: Some(told_rating(it.rating)),
        grade: graded,
        not_rated_reason: why_not,
        too_old: it.too_old,
        sequence: place(it.rating.at()),
        counts: report.passed_over.is_none(),
        passed_over: passed_over.into(),
        too_old_date: it.too_old_on.map(day),
    }
}

fn to_ask(it: &Ask) -> proto::ReportToAsk {
    let too_old_date = match it.why {
        WhyAsk::None => None,
        WhyAsk::TooOld { since } => Some(day(since)),
    };
    proto::ReportToAsk { agency: it.agency.to_string(), too_old_date }
}

fn accounts(it: &Accounts<'_>) -> proto::FiledStatement {
    let zone = |it: Option<Zone>| match it {
        None => statement_score::Zone::Unspecified,
        Some(Zone::Safe) => statement_score::Zone::Safe,
        Some(Zone::Grey) => statement_score::Zone::Grey,
        Some(Zone::Distress) => statement_score::Zone::Distress,
    };
    let score = |(name, it): &(&'static str, Result<risk::view::Judged, _>)| {
        let mut score = proto::StatementScore { name: (*name).to_owned(), ..Default::default() };
        match it {
            Ok(it) => {
                score.value = Some(decimal(it.value));
                score.zone = zone(it.zone).into();
            }
            Err(error) => score.not_computable_reason = ToString::to_string(error),
        }
        score
    };
    proto::FiledStatement {
        statement: Some(told_statement(it.statement)),
        scores: it.scores.iter().map(score).collect(),
        sequence: place(it.statement.at()),
    }
}

fn notice(it: &NoticeView<'_>) -> proto::FiledNotice {
    proto::FiledNotice {
        notice: Some(told_notice(it.notice)),
        gravity: it.notice.kind.gravity().into(),
        gravest_in_force: it.gravest,
        lifted_date: it.lifted_on.map(day),
        sequence: place(it.notice.at()),
    }
}

fn cover(it: &CoverView<'_>) -> proto::FiledCover {
    use filed_cover::State;
    let request = it.request.map(|it| told_request(it));
    let mut filed = proto::FiledCover { request, ..Default::default() };
    let state = match &it.answer {
        CoverAnswer::Pending => {
            filed.sequence = place(it.request.and_then(risk::Placed::at));
            State::Pending
        }
        CoverAnswer::Granted { cover, in_force, withdrawn_on } => {
            filed.cover = Some(told_cover(cover));
            filed.amount_in_force = in_force.map(money);
            filed.withdrawn_date = withdrawn_on.map(day);
            filed.sequence = place(cover.at());
            if in_force.is_some() { State::InForce } else { State::NotInForce }
        }
        CoverAnswer::Refused { on, reason } => {
            filed.refused_date = Some(day(*on));
            filed.refusal_reason = text(*reason);
            filed.sequence = place(it.request.and_then(risk::Placed::at));
            State::Refused
        }
    };
    filed.set_state(state);
    filed
}

pub(super) fn guarantee(customer: &CustomerId, it: &GuaranteeView<'_>) -> proto::FiledGuarantee {
    let recorded = it.guarantee;
    proto::FiledGuarantee {
        guarantee: Some(proto::RecordGuarantee {
            customer_id: customer.to_string(),
            guarantee_id: recorded.guarantee.to_string(),
            kind: recorded.kind.number(),
            amount: Some(money(recorded.amount)),
            counts_for: Some(decimal(recorded.counts_for)),
            valid_from_date: Some(day(recorded.holds_from)),
            valid_until_date: recorded.holds_until.map(day),
            rank: recorded.rank.unwrap_or_default().into(),
        }),
        in_force: it.in_force,
        released_date: it.released_on.map(day),
        sequence: place(recorded.at()),
    }
}

/// How far a limit has come.
pub(super) fn state(it: &FiledLimit<'_>) -> filed_limit::State {
    match it.state {
        FiledState::Requested => filed_limit::State::Requested,
        FiledState::Granted => filed_limit::State::Granted,
        FiledState::Rejected => filed_limit::State::Rejected,
        FiledState::Withdrawn => filed_limit::State::Withdrawn,
    }
}

pub(super) fn limit(customer: &CustomerId, it: &FiledLimit<'_>) -> proto::FiledLimit {
    let asked = it.limit;
    proto::FiledLimit {
        limit: Some(proto::RequestLimit {
            customer_id: customer.to_string(),
            limit_id: asked.limit.to_string(),
            amount: Some(money(asked.amount)),
            temporary: asked.temporary,
            valid_from_date: Some(day(asked.holds_from)),
            valid_until_date: asked.holds_until.map(day),
            requested_by: asked.requested_by.to_string(),
            // The journal keeps the day of the decision, not that of the request.
            request_date: None,
            reason: asked.reason.to_string(),
        }),
        state: state(it).into(),
        state_date: it.since.map(day),
        decided_by: text(it.decided_by),
        sequence: place(asked.at()),
    }
}
