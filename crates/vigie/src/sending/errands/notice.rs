//! The word to a collector that it is to stop.

use bytes::Bytes;
use chrono::NaiveDate;
use collection::Collection;
use courier::{Secret, signature};
use events::{
    CaseId, CustomerId, PlacementId, Reference, TenantId,
    collection::{Outcome, Placement},
};
use serde::Serialize;

/// What it says. The same facts are the same bytes.
#[derive(Debug, Serialize)]
pub(super) struct Notice<'a> {
    /// Always `recall`.
    notice: &'static str,
    tenant_id: &'a TenantId,
    customer_id: &'a CustomerId,
    placement_id: &'a PlacementId,
    case_id: &'a CaseId,
    collector: &'a Reference,
    agreement: &'a Reference,
    /// How the case ended, or `recalled`: a person asked for it back.
    reason: &'static str,
    /// The day as of which that is so.
    as_of: String,
    /// Of the six values from `tenant_id` to `case_id`, `reason` and `as_of`, in this order and with a
    /// line feed after each, as webhooks are signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

impl<'a> Notice<'a> {
    pub(super) fn new(
        tenant_id: &'a TenantId,
        customer_id: &'a CustomerId,
        placement: &'a Placement,
        collection: &Collection,
        on: NaiveDate,
    ) -> Self {
        Self {
            notice: "recall",
            tenant_id,
            customer_id,
            placement_id: &placement.placement,
            case_id: &placement.case,
            collector: &placement.collector,
            agreement: &placement.agreement,
            reason: reason(collection.end_of(&placement.case)),
            as_of: on.to_string(),
            signature: None,
        }
    }

    /// As a file, signed where there is a secret.
    pub(super) fn signed(mut self, secret: Option<&Secret>) -> Result<Bytes, String> {
        let said = format!(
            "{}\n{}\n{}\n{}\n{}\n{}\n",
            self.tenant_id,
            self.customer_id,
            self.placement_id,
            self.case_id,
            self.reason,
            self.as_of
        );
        // Of the day it bears, so that it is the same when it is made again.
        let noon = self.as_of.parse::<NaiveDate>().ok().and_then(|it| it.and_hms_opt(12, 0, 0));
        let at = noon.map_or(0, |it| it.and_utc().timestamp());
        self.signature = secret.map(|it| signature(it, at, said.as_bytes()));
        serde_json::to_vec_pretty(&self).map(Bytes::from).map_err(|error| error.to_string())
    }
}

const fn reason(ended: Option<Outcome>) -> &'static str {
    match ended {
        None => "recalled",
        Some(Outcome::Paid) => "paid",
        Some(Outcome::Settled) => "settled",
        Some(Outcome::Uncollectible) => "uncollectible",
        Some(Outcome::Withdrawn) => "withdrawn",
        Some(Outcome::Merged) => "merged",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_word_says_which_case_and_why_and_its_signature_can_be_computed_by_others() {
        let (tenant, customer) = ("acme".parse().unwrap(), "C-1".parse().unwrap());
        let placement = Placement {
            placement: "placement-1".parse().unwrap(),
            case: "case-1".parse().unwrap(),
            collector: "agency-north".parse().unwrap(),
            agreement: "AG-1".parse().unwrap(),
            planned_on: NaiveDate::MIN,
            by: "desk-1".parse().unwrap(),
        };
        let on = "2026-06-15".parse().unwrap();
        let known = Collection::default();
        let notice = || Notice::new(&tenant, &customer, &placement, &known, on);
        let plain: Value = serde_json::from_slice(&notice().signed(None).unwrap()).unwrap();
        assert_eq!(plain["notice"], "recall");
        assert_eq!(plain["placement_id"], "placement-1");
        assert_eq!(plain["reason"], "recalled");
        assert_eq!(plain.get("signature"), None);
        let secret = Secret::new(&b"a secret of the agency"[..]).unwrap();
        let bytes = notice().signed(Some(&secret)).unwrap();
        assert_eq!(
            bytes,
            notice().signed(Some(&secret)).unwrap(),
            "the same facts, the same bytes"
        );
        let signed: Value = serde_json::from_slice(&bytes).unwrap();
        let said = "acme\nC-1\nplacement-1\ncase-1\nrecalled\n2026-06-15\n";
        let noon = 1_781_524_800;
        assert_eq!(signed["signature"], signature(&secret, noon, said.as_bytes()));
    }
}
