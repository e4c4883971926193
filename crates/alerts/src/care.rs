//! Somebody has seen an alert, or is to look after it.

use events::{AlertId, alerts::Event};

use crate::{AcknowledgeAlert, Alerts, AssignAlert, Refusal, policy::Answer, state::Known};

impl Alerts {
    pub(crate) fn acknowledge(&self, it: AcknowledgeAlert) -> Answer {
        let known = self.find(&it.alert_id)?;
        if known.acknowledged.is_some() {
            return Ok(Vec::new());
        }
        up(known)?;
        Ok(vec![Event::AlertAcknowledged {
            alert: it.alert_id,
            kind: known.alert.kind,
            severity: known.alert.severity,
            by: it.acknowledged_by,
            on: it.acknowledge_date,
            note: it.note,
        }])
    }

    pub(crate) fn assign(&self, it: AssignAlert) -> Answer {
        let known = self.find(&it.alert_id)?;
        if known.assigned_to.as_ref() == Some(&it.assigned_to) {
            return Ok(Vec::new());
        }
        up(known)?;
        Ok(vec![Event::AlertAssigned {
            alert: it.alert_id,
            kind: known.alert.kind,
            severity: known.alert.severity,
            to: it.assigned_to,
            by: it.assigned_by,
            on: it.assign_date,
        }])
    }

    fn find(&self, id: &AlertId) -> Result<&Known, Refusal> {
        self.all().find(|it| it.alert.alert == *id).ok_or_else(|| Refusal::NotFound(id.clone()))
    }
}

fn up(known: &Known) -> Result<(), Refusal> {
    if known.is_up() { Ok(()) } else { Err(Refusal::Cleared(known.alert.alert.clone())) }
}
