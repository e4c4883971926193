//! The tenant's rules for collecting, read from messages, and as they were in force.

use std::fmt::Display;

use api::collection::{self as proto, span::Length};
use collection::{Command, Fact, Policy};
use events::{
    Reference,
    collection::{
        CollectionPolicy, Collector, Event, FeeBand, InsuranceRules, Lead, RouteTerms, Span,
    },
};
use rust_decimal::Decimal;
use tokio::time::Instant;

use super::convert::checked;
use crate::grpc::{
    Api,
    fields::{Fields, REQUIRED, Read, money},
    messages::decimal,
    queries::{Adopted, AsOf},
    status::Explanation,
    words::Word,
};

pub(super) async fn get_policy(
    api: &Api,
    request: proto::GetCollectionPolicyRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetCollectionPolicyResponse, Explanation> {
    let proto::GetCollectionPolicyRequest { tenant_id, as_of, min_position } = request;
    let (tenant, as_of, ()) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |_| Ok(()))?;
    let adopted = as_of.adopted::<Policy, CollectionPolicy>(&tenant, |fact| match fact {
        Fact::Collection(Event::CollectionPolicyAdopted(it)) => Some(*it),
        Fact::Collection(_) | Fact::Dunning(_) => None,
    });
    let Adopted { rules, adopt_time, actor_id, position } = adopted.await?;
    Ok(proto::GetCollectionPolicyResponse {
        policy: Some(message(&rules)),
        position: Some(position),
        adopt_time,
        actor_id,
    })
}

pub(super) fn read(fields: &mut Fields, it: &proto::CollectionPolicy) -> Read<Command> {
    let default = CollectionPolicy::default();
    let version = fields.optional("version", &it.version);
    let jurisdiction = fields.optional("jurisdiction", &it.jurisdiction);
    let consumers = references(fields, "consumer_segments", &it.consumer_segments);
    let carriage = references(fields, "carriage_segments", &it.carriage_segments);
    let minimums = fields.each("minimum_amounts", &it.minimum_amounts, |fields, field, it| {
        fields.money(field, Some(it))
    });
    let leads = fields.each("leads", &it.leads, |fields, field, it| {
        fields.within(field, |fields| {
            let right = fields.word("right", it.right);
            let days =
                fields.each("days", &it.days, |fields, field, it| number(fields, field, *it));
            Ok(Lead { right: right?, days: days? })
        })
    });
    let insurances = fields.each("insurances", &it.insurances, |fields, field, it| {
        fields.within(field, |fields| insurance(fields, it))
    });
    let routes = fields.each("routes", &it.routes, |fields, field, it| {
        fields.within(field, |fields| terms(fields, it))
    });
    let collectors = fields.each("collectors", &it.collectors, |fields, field, it| {
        fields.within(field, |fields| collector(fields, it))
    });
    let rules = CollectionPolicy {
        version: version?.unwrap_or(default.version),
        jurisdiction: jurisdiction?.unwrap_or(default.jurisdiction),
        abroad: it.abroad,
        consumer_segments: consumers?,
        carriage_segments: carriage?,
        title_reserved: it.title_reserved,
        minimums: minimums?,
        leads: leads?,
        insurances: insurances?,
        routes: routes?,
        collectors: collectors?,
    };
    checked(fields, Command::AdoptCollectionPolicy(Box::new(rules)))
}

fn references(fields: &mut Fields, field: &str, all: &[String]) -> Read<Vec<Reference>> {
    fields.each(field, all, |fields, field, it| fields.text(field, it))
}

fn number<G: Display + Copy, N: TryFrom<G>>(fields: &mut Fields, field: &str, given: G) -> Read<N> {
    N::try_from(given).map_err(|_| fields.wrong(field, format_args!("{given} is out of range")))
}

fn optional_number(fields: &mut Fields, field: &str, given: Option<u32>) -> Read<Option<u16>> {
    given.map(|given| number(fields, field, given)).transpose()
}

/// A part of something: 0 may be said in any of its spellings.
fn part(fields: &mut Fields, field: &str, it: Option<&api::Decimal>) -> Read<Decimal> {
    let it = it.ok_or_else(|| fields.wrong(field, REQUIRED))?;
    match Decimal::from_str_exact(&it.value) {
        Ok(number) if number.is_zero() => Ok(Decimal::ZERO),
        Ok(_) | Err(_) => fields.decimal(field, &it.value),
    }
}

fn optional_money(
    fields: &mut Fields,
    field: &str,
    it: Option<&api::Money>,
) -> Read<Option<money::Money>> {
    it.map(|it| fields.money(field, Some(it))).transpose()
}

fn span(fields: &mut Fields, field: &str, it: proto::Span) -> Read<Span> {
    match it.length {
        Some(Length::Days(days)) => number(fields, field, days).map(Span::Days),
        Some(Length::Months(months)) => number(fields, field, months).map(Span::Months),
        None => Err(fields.wrong(field, REQUIRED)),
    }
}

fn insurance(fields: &mut Fields, it: &proto::InsuranceRules) -> Read<InsuranceRules> {
    let policy = fields.text("policy", &it.policy);
    let extension = match it.extension {
        Some(it) => span(fields, "extension", it),
        None => Err(fields.wrong("extension", REQUIRED)),
    };
    let notice_days = optional_number(fields, "notice_days", it.notice_days);
    let handover_days = number(fields, "handover_days", it.handover_days);
    let claim_days = optional_number(fields, "claim_days", it.claim_days);
    let waiting = it.waiting.map(|it| span(fields, "waiting", it)).transpose();
    let admitted_days = optional_number(fields, "admitted_days", it.admitted_days);
    let minimum = it.declaration_minimum_amount.as_ref();
    let minimum = optional_money(fields, "declaration_minimum_amount", minimum);
    let terms_max_days = optional_number(fields, "terms_max_days", it.terms_max_days);
    let segments = references(fields, "excluded_segments", &it.excluded_segments);
    let recoveries = match it.recoveries {
        0 => Ok(None),
        number => fields.word("recoveries", number).map(Some),
    };
    Ok(InsuranceRules {
        policy: policy?,
        extension: extension?,
        notice_days: notice_days?,
        handover_days: handover_days?,
        claim_days: claim_days?,
        waiting: waiting?,
        admitted_days: admitted_days?,
        declaration_minimum: minimum?,
        terms_max_days: terms_max_days?,
        net_of_vat: it.net_of_vat,
        excluded_segments: segments?,
        recoveries: recoveries?,
    })
}

fn terms(fields: &mut Fields, it: &proto::RouteTerms) -> Read<RouteTerms> {
    let route = fields.word("route", it.route);
    let fixed = optional_money(fields, "fixed_amount", it.fixed_amount.as_ref());
    let share = part(fields, "share", it.share.as_ref());
    let days = number(fields, "days", it.days);
    let brings = part(fields, "brings", it.brings.as_ref());
    Ok(RouteTerms { route: route?, fixed: fixed?, share: share?, days: days?, brings: brings? })
}

fn collector(fields: &mut Fields, it: &proto::Collector) -> Read<Collector> {
    let name = fields.text("name", &it.name);
    let agreement = fields.text("agreement", &it.agreement);
    let insurance = fields.text("insurance", &it.insurance);
    let remits_in_days = number(fields, "remits_in_days", it.remits_in_days);
    let fees = fields.each("fees", &it.fees, |fields, field, it| {
        fields.within(field, |fields| {
            let days_max = optional_number(fields, "days_max", it.days_max);
            let amount_max = optional_money(fields, "amount_max", it.amount_max.as_ref());
            let share = part(fields, "share", it.share.as_ref());
            Ok(FeeBand { days_max: days_max?, amount_max: amount_max?, share: share? })
        })
    });
    let least_fee = optional_money(fields, "least_fee_amount", it.least_fee_amount.as_ref());
    Ok(Collector {
        name: name?,
        agreement: agreement?,
        insurance: insurance?,
        remits_in_days: remits_in_days?,
        fees: fees?,
        least_fee: least_fee?,
    })
}

/// Rules as a message.
pub(crate) fn message(it: &CollectionPolicy) -> proto::CollectionPolicy {
    let names = |all: &[Reference]| all.iter().map(ToString::to_string).collect();
    let leads = it.leads.iter().map(|it| proto::Lead {
        right: it.right.number(),
        days: it.days.iter().map(|it| u32::from(*it)).collect(),
    });
    let routes = it.routes.iter().map(|it| proto::RouteTerms {
        route: it.route.number(),
        fixed_amount: it.fixed.map(money),
        share: Some(decimal(it.share)),
        days: it.days.into(),
        brings: Some(decimal(it.brings)),
    });
    proto::CollectionPolicy {
        version: it.version.to_string(),
        jurisdiction: it.jurisdiction.to_string(),
        abroad: it.abroad,
        consumer_segments: names(&it.consumer_segments),
        carriage_segments: names(&it.carriage_segments),
        title_reserved: it.title_reserved,
        minimum_amounts: it.minimums.iter().map(|it| money(*it)).collect(),
        leads: leads.collect(),
        insurances: it.insurances.iter().map(insurance_message).collect(),
        routes: routes.collect(),
        collectors: it.collectors.iter().map(collector_message).collect(),
    }
}

fn span_message(it: Span) -> proto::Span {
    let length = match it {
        Span::Days(days) => Length::Days(days.into()),
        Span::Months(months) => Length::Months(months.into()),
    };
    proto::Span { length: Some(length) }
}

fn insurance_message(it: &InsuranceRules) -> proto::InsuranceRules {
    proto::InsuranceRules {
        policy: it.policy.to_string(),
        extension: Some(span_message(it.extension)),
        notice_days: it.notice_days.map(u32::from),
        handover_days: it.handover_days.into(),
        claim_days: it.claim_days.map(u32::from),
        waiting: it.waiting.map(span_message),
        admitted_days: it.admitted_days.map(u32::from),
        declaration_minimum_amount: it.declaration_minimum.map(money),
        terms_max_days: it.terms_max_days.map(u32::from),
        net_of_vat: it.net_of_vat,
        excluded_segments: it.excluded_segments.iter().map(ToString::to_string).collect(),
        recoveries: it.recoveries.map_or(0, Word::number),
    }
}

fn collector_message(it: &Collector) -> proto::Collector {
    let fees = it.fees.iter().map(|it| proto::FeeBand {
        days_max: it.days_max.map(u32::from),
        amount_max: it.amount_max.map(money),
        share: Some(decimal(it.share)),
    });
    proto::Collector {
        name: it.name.to_string(),
        agreement: it.agreement.to_string(),
        insurance: it.insurance.to_string(),
        remits_in_days: it.remits_in_days.into(),
        fees: fees.collect(),
        least_fee_amount: it.least_fee.map(money),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ::collection::Command;

    use super::message;
    use crate::grpc::fields::Fields;

    #[test]
    fn shipped_rules_come_back_from_the_contract_as_they_were() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies");
        let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap());
        let of_ours = |name: &str| name.starts_with("collection-");
        let mut count = 0;
        for file in files.filter(|it| it.file_name().to_str().is_some_and(of_ours)) {
            let rules = client::collection_rules(&file.path()).unwrap();
            let command = Fields::read(|fields| super::read(fields, &message(&rules)));
            assert_eq!(command, Ok(Command::AdoptCollectionPolicy(Box::new(rules))));
            count += 1;
        }
        assert!(count >= 1);
    }
}
