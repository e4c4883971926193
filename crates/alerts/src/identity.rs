//! Who the customer is: an alert for each thing that is doubtful, as long as a source says so. A
//! source that looks every day and finds the same is told once.

use chrono::NaiveDate;
use events::{
    alerts::{Alert, Kind, ReasonCode, Subject},
    risk::Doubt,
};

use crate::{Alerts, Condition, conditions::place, noted::evidence};

pub(crate) fn doubts(alerts: &Alerts, today: NaiveDate, found: &mut Vec<Condition>) {
    for (doubt, checks) in alerts.risk.doubts_on(today) {
        let Some(from) = checks.iter().map(|it| it.checked_on).min() else { continue };
        let (kind, subject) = (Kind::IdentityDoubtful, Subject::Finding(doubt));
        found.push(Condition { kind, subject, from, until: None });
    }
}

/// What there is to tell of one of them.
pub(crate) fn tell(alerts: &Alerts, doubt: Doubt, today: NaiveDate, alert: &mut Alert) {
    alert.reasons.push(reason(doubt));
    let checks = alerts.risk.doubts_on(today).remove(&doubt).unwrap_or_default();
    alert.evidence = evidence(checks.into_iter().map(place));
}

pub(crate) fn reason(doubt: Doubt) -> ReasonCode {
    match doubt {
        Doubt::RegistrationInactive => ReasonCode::RegistrationInactive,
        Doubt::RegistrationUnknown => ReasonCode::RegistrationUnknown,
        Doubt::BankAccountChanged => ReasonCode::BankAccountChanged,
        Doubt::DomainYoung => ReasonCode::DomainYoung,
        Doubt::AddressMismatch => ReasonCode::AddressMismatch,
        Doubt::NameMismatch => ReasonCode::NameMismatch,
    }
}
