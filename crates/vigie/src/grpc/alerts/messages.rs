//! Alerts, as messages.

use alerts::view::{AlertState, AlertView};
use api::alerts::{
    self as proto,
    alert::{self, State},
    alert_change::{self, What},
};
use chrono::{DateTime, Utc};
use events::{
    CustomerId,
    alerts::{Alert, Event, Subject},
};

use crate::grpc::{
    fields::{day, money},
    messages::{decimal, text},
    queries::timestamp,
    words::Word as _,
};

pub(super) fn alert(customer: Option<&CustomerId>, it: &AlertView) -> proto::Alert {
    let acknowledged = it.acknowledged.as_ref();
    proto::Alert {
        state: state(it.state).into(),
        acknowledged_by: text(acknowledged.map(|it| &it.by)),
        acknowledge_date: acknowledged.map(|it| day(it.on)),
        note: text(acknowledged.and_then(|it| it.note.as_ref())),
        assigned_to: text(it.assigned_to.as_ref()),
        clear_date: it.cleared.map(|it| day(it.on)),
        clear_reason: it.cleared.map(|it| it.why.number()).unwrap_or_default(),
        ..raised(customer, &it.alert)
    }
}

pub(super) fn state(it: AlertState) -> State {
    match it {
        AlertState::Raised => State::Raised,
        AlertState::Acknowledged => State::Acknowledged,
        AlertState::Cleared => State::Cleared,
    }
}

/// As it was raised.
fn raised(customer: Option<&CustomerId>, it: &Alert) -> proto::Alert {
    proto::Alert {
        customer_id: text(customer),
        alert_id: it.alert.to_string(),
        kind: it.kind.number(),
        severity: it.severity.number(),
        state: State::Raised.into(),
        reasons: it.reasons.iter().map(|it| it.number()).collect(),
        subject: subject(&it.subject),
        invoice_id: text(it.invoice.as_ref()),
        raise_date: Some(day(it.raised_on)),
        hold_date: Some(day(it.holds_from)),
        amount: it.amount.map(money),
        limit_amount: it.limit.map(money),
        subject_date: it.date.map(day),
        evidence_sequences: it.evidence.iter().map(|it| it.0).collect(),
        again: it.again,
        grade_before: text(it.grades.map(|it| it.0)),
        grade: text(it.grades.map(|it| it.1)),
        figure_before: it.change.map(|it| decimal(it.before)),
        figure: it.change.map(|it| decimal(it.now)),
        level: it.level.map_or(0, u32::from),
        ..proto::Alert::default()
    }
}

fn subject(it: &Subject) -> Option<alert::Subject> {
    Some(match it {
        Subject::Customer => return None,
        Subject::Group(id) => alert::Subject::GroupId(id.to_string()),
        Subject::Currency(it) => alert::Subject::CurrencyCode(it.to_string()),
        Subject::Promise(id) => alert::Subject::PromiseId(id.to_string()),
        Subject::Payment(id) => alert::Subject::PaymentId(id.to_string()),
        Subject::Dispute(id) => alert::Subject::DisputeId(id.to_string()),
        Subject::Order(order) => alert::Subject::Order(order.to_string()),
        Subject::Limit(id) => alert::Subject::LimitId(id.to_string()),
        Subject::Guarantee(id) => alert::Subject::GuaranteeId(id.to_string()),
        Subject::Cover(id) => alert::Subject::CoverId(id.to_string()),
        Subject::Notice(id) => alert::Subject::NoticeId(id.to_string()),
        Subject::Finding(it) => alert::Subject::Finding(it.name().to_owned()),
        Subject::Reminder(id) => alert::Subject::ReminderId(id.to_string()),
        Subject::Invoice(id) => alert::Subject::Invoice(id.to_string()),
        Subject::Right(id) => alert::Subject::RightId(id.to_string()),
        Subject::Placement(id) => alert::Subject::PlacementId(id.to_string()),
    })
}

/// What happened to an alert; none if it happened to none.
pub(super) fn change(
    customer: Option<&CustomerId>,
    event: &Event,
    recorded_at: DateTime<Utc>,
) -> Option<proto::AlertChange> {
    let (alert, kind, severity) = alerts::view::about(event)?;
    let what = match event {
        Event::AlertPolicyAdopted(_) | Event::FiguresTaken(_) => return None,
        Event::AlertRaised(it) => What::Raised(Box::new(raised(customer, it))),
        Event::AlertAcknowledged { by, on, note, .. } => {
            What::Acknowledged(alert_change::Acknowledged {
                acknowledged_by: by.to_string(),
                acknowledge_date: Some(day(*on)),
                note: text(note.as_ref()),
            })
        }
        Event::AlertAssigned { to, by, on, .. } => What::Assigned(alert_change::Assigned {
            assigned_to: to.to_string(),
            assigned_by: by.to_string(),
            assign_date: Some(day(*on)),
        }),
        Event::AlertCleared { on, why, .. } => What::Cleared(alert_change::Cleared {
            clear_date: Some(day(*on)),
            clear_reason: why.number(),
        }),
    };
    Some(proto::AlertChange {
        customer_id: text(customer),
        alert_id: alert.to_string(),
        kind: kind.number(),
        severity: severity.number(),
        record_time: Some(timestamp(recorded_at)),
        what: Some(what),
    })
}
