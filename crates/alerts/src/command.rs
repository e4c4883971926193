//! What may be asked of alerts, in the form producers write it.

use chrono::NaiveDate;
use events::{
    ActorId, AlertId, Cause, CustomerId, Reference,
    alerts::{AlertPolicy, Event, Figures},
    date,
};
use invoicing::{FieldError, Invalid, read_data};
use serde::{Deserialize, Serialize};

use crate::Policy;

/// A command, about one customer or about the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Rules for the tenant.
    AdoptAlertPolicy(Box<AlertPolicy>),
    /// Somebody has seen an alert.
    AcknowledgeAlert(AcknowledgeAlert),
    /// Somebody is to look after an alert.
    AssignAlert(AssignAlert),
    /// All customers of the tenant were looked at together; never from outside.
    TakeFigures(Box<Figures>),
    /// What the state itself calls for, and what is then said; never from outside.
    Step(Box<Event>),
}

/// An alert that somebody has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeAlert {
    /// Which customer's; nobody's: the tenant's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Which.
    pub alert_id: AlertId,
    /// Who.
    pub acknowledged_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub acknowledge_date: NaiveDate,
    /// What there is to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// An alert that somebody is to look after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignAlert {
    /// Which customer's; nobody's: the tenant's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Which.
    pub alert_id: AlertId,
    /// Who looks after it from now on.
    pub assigned_to: ActorId,
    /// Who says so.
    pub assigned_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub assign_date: NaiveDate,
}

/// Which command; producers name it by the fact it states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `dev.vigie.alertpolicy.adopted.v1`
    AdoptAlertPolicy,
    /// `dev.vigie.alert.acknowledged.v1`
    AcknowledgeAlert,
    /// `dev.vigie.alert.assigned.v1`
    AssignAlert,
}

impl Kind {
    /// Every kind, with the `type` a `CloudEvent` says it by.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::AdoptAlertPolicy, "dev.vigie.alertpolicy.adopted.v1"),
        (Self::AcknowledgeAlert, "dev.vigie.alert.acknowledged.v1"),
        (Self::AssignAlert, "dev.vigie.alert.assigned.v1"),
    ];

    /// The `type` a `CloudEvent` says it by.
    pub fn ce_type(self) -> &'static str {
        Self::ALL.into_iter().find(|(it, _)| *it == self).map_or("", |(_, ce_type)| ce_type)
    }

    /// The kind a `CloudEvent` of this `type` asks for.
    pub fn of_type(ce_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, it)| *it == ce_type).map(|(kind, _)| kind)
    }
}

impl Command {
    /// Reads the data of a command strictly, then refuses every value that cannot be.
    pub fn read(kind: Kind, data: &[u8]) -> Result<Self, Invalid> {
        let command = Self::read_form(kind, data).map_err(|error| Invalid(vec![error]))?;
        if let Self::AdoptAlertPolicy(rules) = &command {
            Policy::check(rules)?;
        }
        Ok(command)
    }

    fn read_form(kind: Kind, data: &[u8]) -> Result<Self, FieldError> {
        Ok(match kind {
            Kind::AdoptAlertPolicy => Self::AdoptAlertPolicy(read_data(data)?),
            Kind::AcknowledgeAlert => Self::AcknowledgeAlert(read_data(data)?),
            Kind::AssignAlert => Self::AssignAlert(read_data(data)?),
        })
    }

    /// Whom it is about; nobody means the tenant.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::AdoptAlertPolicy(_) | Self::TakeFigures(_) | Self::Step(_) => None,
            Self::AcknowledgeAlert(it) => it.customer_id.as_ref(),
            Self::AssignAlert(it) => it.customer_id.as_ref(),
        }
    }

    /// Whether it is about what the tenant's first partition alone keeps, if it is about the tenant:
    /// figures of all customers, and the alerts that follow from them.
    pub fn is_kept_once(&self) -> bool {
        match self {
            Self::AdoptAlertPolicy(_) | Self::Step(_) => false,
            Self::AcknowledgeAlert(_) | Self::AssignAlert(_) | Self::TakeFigures(_) => true,
        }
    }

    /// Which command it is; none if it never comes from outside.
    fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::AdoptAlertPolicy(_) => Kind::AdoptAlertPolicy,
            Self::AcknowledgeAlert(_) => Kind::AcknowledgeAlert,
            Self::AssignAlert(_) => Kind::AssignAlert,
            Self::TakeFigures(_) | Self::Step(_) => return None,
        })
    }

    /// The data of the command, as a producer writes it; nothing if it never comes from outside.
    pub fn write(&self) -> Vec<u8> {
        let written = match self {
            Self::AdoptAlertPolicy(it) => serde_json::to_vec(it),
            Self::AcknowledgeAlert(it) => serde_json::to_vec(it),
            Self::AssignAlert(it) => serde_json::to_vec(it),
            Self::TakeFigures(_) | Self::Step(_) => return Vec::new(),
        };
        // Ids, dates and numbers can always be written.
        written.unwrap_or_default()
    }

    /// What is asked, as [`Cause::digest_of`] says it.
    pub fn digest(&self) -> u64 {
        Cause::digest_of(self.kind().map_or("", Kind::ce_type), &self.write())
    }
}
