//! Commands of the contract become commands of alerts. What they mean is decided there; here is only
//! read what they say.

use alerts::{AcknowledgeAlert, AssignAlert, Command, Policy};
use api::alerts as proto;
use events::alerts::{AlertPolicy, Kind, PortfolioRules};

use crate::grpc::fields::{Fields, Read};

pub(super) fn policy(fields: &mut Fields, it: &proto::AlertPolicy) -> Read<Command> {
    fn number<N: TryFrom<u32>>(
        fields: &mut Fields,
        field: &str,
        given: Option<u32>,
        or: N,
    ) -> Read<N> {
        let Some(given) = given else { return Ok(or) };
        N::try_from(given).map_err(|_| fields.wrong(field, format_args!("{given} is too many")))
    }
    let default = AlertPolicy::default();
    let AlertPolicy { overdue_days, dispute_days, expiry_days, news_days, flap_days, .. } = default;
    let nearly = it.limit_nearly_percent;
    let nearly = number(fields, "limit_nearly_percent", nearly, default.limit_nearly_percent);
    let margin = it.limit_margin_points;
    let margin = number(fields, "limit_margin_points", margin, default.limit_margin_points);
    let overdue_days = number(fields, "overdue_days", it.overdue_days, overdue_days);
    let dispute_days = number(fields, "dispute_days", it.dispute_days, dispute_days);
    let expiry_days = number(fields, "expiry_days", it.expiry_days, expiry_days);
    let news_days = number(fields, "news_days", it.news_days, news_days);
    let flap_days = number(fields, "flap_days", it.flap_days, flap_days);
    let portfolio = fields.within("portfolio", |fields| {
        let it = it.portfolio.unwrap_or_default();
        let default = default.portfolio;
        let part = |fields: &mut Fields, field, given, or| number(fields, field, given, or);
        let (part_of_one, drift) = (it.concentration_percent, it.dso_drift_percent);
        let concentration = default.concentration_percent;
        let concentration = part(fields, "concentration_percent", part_of_one, concentration);
        let drift = part(fields, "dso_drift_percent", drift, default.dso_drift_percent);
        let days = number(fields, "dso_drift_days", it.dso_drift_days, default.dso_drift_days);
        let aging = part(fields, "aging_percent", it.aging_percent, default.aging_percent);
        Ok(PortfolioRules {
            concentration_percent: concentration?,
            dso_drift_percent: drift?,
            dso_drift_days: days?,
            aging_percent: aging?,
        })
    });
    let muted = fields
        .each("muted_kinds", &it.muted_kinds, |fields, field, it| fields.word::<Kind>(field, *it));
    let rules = AlertPolicy {
        limit_nearly_percent: nearly?,
        limit_margin_points: margin?,
        overdue_days: overdue_days?,
        dispute_days: dispute_days?,
        expiry_days: expiry_days?,
        news_days: news_days?,
        flap_days: flap_days?,
        portfolio: portfolio?,
        muted: muted?,
    };
    match Policy::try_new(rules.clone()) {
        Ok(_) => Ok(Command::AdoptAlertPolicy(Box::new(rules))),
        Err(invalid) => {
            let noted = invalid.0.iter().map(|it| fields.wrong(&it.field, &it.reason)).last();
            noted.map_or_else(|| Ok(Command::AdoptAlertPolicy(Box::new(rules))), Err)
        }
    }
}

pub(super) fn acknowledge(fields: &mut Fields, it: &proto::AcknowledgeAlert) -> Read<Command> {
    let customer_id = fields.optional("customer_id", &it.customer_id);
    let alert_id = fields.text("alert_id", &it.alert_id);
    let acknowledged_by = fields.text("acknowledged_by", &it.acknowledged_by);
    let acknowledge_date = fields.date("acknowledge_date", it.acknowledge_date);
    let note = fields.optional("note", &it.note);
    Ok(Command::AcknowledgeAlert(AcknowledgeAlert {
        customer_id: customer_id?,
        alert_id: alert_id?,
        acknowledged_by: acknowledged_by?,
        acknowledge_date: acknowledge_date?,
        note: note?,
    }))
}

pub(super) fn assign(fields: &mut Fields, it: &proto::AssignAlert) -> Read<Command> {
    let customer_id = fields.optional("customer_id", &it.customer_id);
    let alert_id = fields.text("alert_id", &it.alert_id);
    let assigned_to = fields.text("assigned_to", &it.assigned_to);
    let assigned_by = fields.text("assigned_by", &it.assigned_by);
    let assign_date = fields.date("assign_date", it.assign_date);
    Ok(Command::AssignAlert(AssignAlert {
        customer_id: customer_id?,
        alert_id: alert_id?,
        assigned_to: assigned_to?,
        assigned_by: assigned_by?,
        assign_date: assign_date?,
    }))
}
