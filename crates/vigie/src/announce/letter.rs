//! What is told of an alert, as a `CloudEvent` in JSON.

use bytes::Bytes;
use events::{
    ActorId, AlertId, CustomerId, InvoiceId, Partition, Reference, TenantId,
    alerts::{Alert, Change, Event, Kind, ReasonCode, Severity, Subject},
    risk::Grade,
};
use journal::Record;
use money::Stated;
use serde::Serialize;

/// Where the form of each type is described.
const SCHEMAS: &str = "https://vigie.dev/schemas";

/// A message, and where it goes.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) subject: String,
    /// Unlike that of any other message of the tenant.
    pub(super) id: String,
    pub(super) body: Bytes,
    /// How much is told with it.
    pub(super) told: String,
}

/// A `CloudEvent` in structured mode.
#[derive(Serialize)]
struct Envelope<'a> {
    specversion: &'static str,
    id: &'a str,
    source: String,
    #[serde(rename = "type")]
    ce_type: &'a str,
    subject: &'a str,
    time: String,
    datacontenttype: &'static str,
    dataschema: String,
    data: Data<'a>,
}

/// What every one says.
#[derive(Serialize)]
struct Data<'a> {
    tenant_id: &'a TenantId,
    /// None: of all customers together.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<&'a CustomerId>,
    alert_id: &'a AlertId,
    kind: Kind,
    severity: Severity,
    position: Position,
    #[serde(flatten)]
    what: What<'a>,
}

/// The entry that says so.
#[derive(Serialize)]
struct Position {
    partition: u16,
    sequence: u64,
}

/// What happened.
#[derive(Serialize)]
#[serde(untagged)]
enum What<'a> {
    Raised {
        reasons: &'a [ReasonCode],
        about: About<'a>,
        raise_date: String,
        hold_date: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount: Option<Stated>,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<Stated>,
        #[serde(skip_serializing_if = "Option::is_none")]
        subject_date: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        invoice_id: Option<&'a InvoiceId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        grade_before: Option<Grade>,
        #[serde(skip_serializing_if = "Option::is_none")]
        grade: Option<Grade>,
        #[serde(skip_serializing_if = "Option::is_none")]
        change: Option<Change>,
        #[serde(skip_serializing_if = "Option::is_none")]
        level: Option<u8>,
        /// Entries of the same partition.
        evidence: Vec<u64>,
        again: bool,
    },
    Acknowledged {
        acknowledged_by: &'a ActorId,
        acknowledge_date: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<&'a Reference>,
    },
    Assigned {
        assigned_to: &'a ActorId,
        assigned_by: &'a ActorId,
        assign_date: String,
    },
    Cleared {
        clear_date: String,
        why: &'static str,
    },
}

/// What an alert is about.
#[derive(Serialize)]
struct About<'a> {
    #[serde(rename = "type")]
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
}

impl Letter {
    /// What is told of an event; nothing of one that is about no alert.
    pub(super) fn of(
        tenant: &TenantId,
        partition: Partition,
        record: &Record,
        index: u32,
        customer: Option<&CustomerId>,
        event: &Event,
    ) -> Option<Self> {
        let (alert_id, kind, severity) = alerts::view::about(event)?;
        let (happened, what) = what(event)?;
        let entry = record.sequence;
        let whose = customer.map_or(tenant.as_str(), CustomerId::as_str);
        let id = format!("{whose}/{alert_id}/{happened}/{partition}-{entry}-{index}");
        let ce_type = format!("dev.vigie.alerts.{happened}.v1");
        let envelope = Envelope {
            specversion: "1.0",
            id: &id,
            source: format!("/tenants/{tenant}/alerts"),
            ce_type: &ce_type,
            subject: whose,
            time: record.recorded_at.to_rfc3339(),
            datacontenttype: "application/json",
            dataschema: format!("{SCHEMAS}/{ce_type}.json"),
            data: Data {
                tenant_id: tenant,
                customer_id: customer,
                alert_id,
                kind,
                severity,
                position: Position { partition: partition.0, sequence: entry.0 },
                what,
            },
        };
        // Ids, dates and numbers can always be written.
        let body = serde_json::to_vec(&envelope).unwrap_or_default().into();
        let subject = format!("vigie.alerts.{tenant}.{severity}.{kind}");
        Some(Self { subject, id, body, told: String::new() })
    }
}

fn what(event: &Event) -> Option<(&'static str, What<'_>)> {
    Some(match event {
        Event::AlertPolicyAdopted(_) | Event::FiguresTaken(_) => return None,
        Event::AlertRaised(it) => ("raised", raised(it)),
        Event::AlertAcknowledged { by, on, note, .. } => {
            let (acknowledged_by, note) = (by, note.as_ref());
            let acknowledge_date = on.to_string();
            ("acknowledged", What::Acknowledged { acknowledged_by, acknowledge_date, note })
        }
        Event::AlertAssigned { to, by, on, .. } => {
            let (assigned_to, assigned_by, assign_date) = (to, by, on.to_string());
            ("assigned", What::Assigned { assigned_to, assigned_by, assign_date })
        }
        Event::AlertCleared { on, why, .. } => {
            ("cleared", What::Cleared { clear_date: on.to_string(), why: why.word() })
        }
    })
}

fn raised(it: &Alert) -> What<'_> {
    What::Raised {
        reasons: &it.reasons,
        about: about(&it.subject),
        raise_date: it.raised_on.to_string(),
        hold_date: it.holds_from.to_string(),
        amount: it.amount.map(Stated),
        limit: it.limit.map(Stated),
        subject_date: it.date.map(|it| it.to_string()),
        invoice_id: it.invoice.as_ref(),
        grade_before: it.grades.map(|it| it.0),
        grade: it.grades.map(|it| it.1),
        change: it.change,
        level: it.level,
        evidence: it.evidence.iter().map(|it| it.0).collect(),
        again: it.again,
    }
}

fn about(subject: &Subject) -> About<'_> {
    About { what: subject.word(), id: subject.id() }
}
