//! What may be asked of alerts, in the form producers write it.

use chrono::NaiveDate;
use events::{
    ActorId, AlertId, CustomerId, Reference,
    alerts::{AlertPolicy, Event, Figures},
    date,
};
use invoicing::Invalid;
use serde::{Deserialize, Serialize};

use crate::Policy;

invoicing::commands! {
    from outside {
        /// Rules for the tenant.
        AdoptAlertPolicy(Box<AlertPolicy>) = "dev.vigie.alertpolicy.adopted.v1",
        /// Somebody has seen an alert.
        AcknowledgeAlert(AcknowledgeAlert) = "dev.vigie.alert.acknowledged.v1",
        /// Somebody is to look after an alert.
        AssignAlert(AssignAlert) = "dev.vigie.alert.assigned.v1",
    }
    never from outside {
        /// All customers of the tenant were looked at together.
        TakeFigures(Box<Figures>),
        /// What the state itself calls for, and what is then said.
        Step(Box<Event>),
    }
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

impl Command {
    /// Every value that cannot be, whatever is known.
    pub fn check(&self) -> Result<(), Invalid> {
        match self {
            Self::AdoptAlertPolicy(rules) => Policy::check(rules),
            Self::AcknowledgeAlert(_)
            | Self::AssignAlert(_)
            | Self::TakeFigures(_)
            | Self::Step(_) => Ok(()),
        }
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
}
