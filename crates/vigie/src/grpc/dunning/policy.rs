//! `GetDunningPolicy`: the tenant's rules for reminding, as they were in force.

use api::dunning::{self as proto, ladder};
use dunning::{Fact, Policy};
use events::dunning::{DunningPolicy, Event, Ladder, Level, Scope};
use tokio::time::Instant;

use crate::grpc::{
    Api,
    fields::money,
    messages::{decimal, text},
    queries::{Adopted, AsOf},
    status::Explanation,
    words::Word as _,
};

pub(super) async fn get_policy(
    api: &Api,
    request: proto::GetDunningPolicyRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetDunningPolicyResponse, Explanation> {
    let proto::GetDunningPolicyRequest { tenant_id, as_of, min_position } = request;
    let (tenant, as_of, ()) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |_| Ok(()))?;
    let adopted = as_of.adopted::<Policy, DunningPolicy>(&tenant, |fact| match fact {
        Fact::Dunning(Event::DunningPolicyAdopted(it)) => Some(*it),
        Fact::Dunning(_) | Fact::Risk(_) => None,
    });
    let Adopted { rules, adopt_time, actor_id, position } = adopted.await?;
    Ok(proto::GetDunningPolicyResponse {
        policy: Some(message(&rules)),
        position: Some(position),
        adopt_time,
        actor_id,
    })
}

/// Rules as a message.
pub(crate) fn message(it: &DunningPolicy) -> proto::DunningPolicy {
    proto::DunningPolicy {
        version: it.version.to_string(),
        calendar: it.calendar.to_string(),
        contact_gap_days: Some(it.contact_gap_days.into()),
        unallocated_days: Some(it.unallocated_days.into()),
        word_days: Some(it.word_days.into()),
        stale_days: Some(it.stale_days.into()),
        daily_max: it.daily_max,
        interest: it.interest.as_ref().map(|it| proto::InterestRules {
            jurisdiction: it.jurisdiction.to_string(),
            basis: it.basis.to_string(),
            rate: it.rate.map(decimal),
        }),
        minimum_amounts: it.minimums.iter().map(|it| money(*it)).collect(),
        charges: it.charges.as_ref().map(|it| proto::ChargesRules {
            after_days: it.after_days.into(),
            within_days: Some(it.within_days.into()),
            minimum_amounts: it.minimums.iter().map(|it| money(*it)).collect(),
            channels: it.channels.iter().map(|it| it.number()).collect(),
            template: text(it.template.as_ref()),
            approval: it.approval.number(),
        }),
        confirm_plans: it.confirm_plans.as_ref().map(|it| proto::ConfirmationRules {
            within_days: Some(it.within_days.into()),
            channels: it.channels.iter().map(|it| it.number()).collect(),
            template: text(it.template.as_ref()),
            approval: it.approval.number(),
        }),
        ladders: it.ladders.iter().map(ladder).collect(),
    }
}

fn ladder(it: &Ladder) -> proto::Ladder {
    let scope = match &it.scope {
        Scope::Tenant => None,
        Scope::Segment(segment) => Some(ladder::Scope::Segment(segment.to_string())),
        Scope::Grade(grade) => Some(ladder::Scope::Grade(grade.number())),
        Scope::Chosen => Some(ladder::Scope::Chosen(ladder::Chosen {})),
    };
    proto::Ladder {
        name: it.name.to_string(),
        scope,
        levels: it.levels.iter().map(level).collect(),
        exhausted_after_days: it.exhausted_after_days.map(u32::from),
    }
}

fn level(it: &Level) -> proto::Level {
    proto::Level {
        offset_days: it.offset_days.into(),
        gap_days: it.gap_days.into(),
        tone: it.tone.number(),
        channels: it.channels.iter().map(|it| it.number()).collect(),
        template: text(it.template.as_ref()),
        approval: it.approval.number(),
        minimum_amounts: it.minimums.iter().map(|it| money(*it)).collect(),
        interest: it.interest,
        fixed_sum: it.fixed_sum,
        deadline_days: it.deadline_days.map(u32::from),
        supply_block: it.supply_block.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ::dunning::Command;

    use super::message;
    use crate::grpc::fields::Fields;

    #[test]
    fn shipped_rules_come_back_from_the_contract_as_they_were() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies");
        let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap());
        let of_ours = |name: &str| {
            !name.starts_with("collection-") && name != "factoring.toml" && name != "terms.toml"
        };
        let mut count = 0;
        for file in files.filter(|it| it.file_name().to_str().is_some_and(of_ours)) {
            let rules = client::dunning_rules(&file.path()).unwrap();
            let command =
                Fields::read(|fields| super::super::convert::policy(fields, &message(&rules)));
            assert_eq!(command, Ok(Command::AdoptDunningPolicy(Box::new(rules))));
            count += 1;
        }
        assert!(count >= 1);
    }
}
