//! `ComputeImpact`: what new rows of law change.

use ::law::{
    Table,
    impact::{Case, Matter, Outcome, changes, impact},
};
use api::law::{self as proto, ComputeImpactRequest, ComputeImpactResponse};

use super::{Answer, convert::rule, debt};
use crate::grpc::{
    fields::{Fields, REQUIRED, Read, money},
    status::Explanation,
};

/// The most lines of new rows, and the most cases.
const MAX: usize = 1_000;

pub(super) fn answer(request: &ComputeImpactRequest) -> Answer<ComputeImpactResponse> {
    let (rows, cases) = Fields::read(|fields| {
        let rows = rows(fields, &request.rows);
        let cases = cases(fields, &request.cases);
        Ok((rows?, cases?))
    })
    .map_err(Explanation::fields)?;
    let before = Table::shipped();
    let after = before.amended_by(&rows).map_err(|error| Explanation::field("rows", error))?;
    let changed = changes(before, &after);
    let impacts = impact(before, &after, &cases);
    Ok(ComputeImpactResponse {
        gone_rules: changed.gone.iter().map(rule).collect(),
        new_rules: changed.new.iter().map(rule).collect(),
        impacts: impacts
            .iter()
            .map(|it| proto::Impact {
                case_id: it.id.clone(),
                before: Some(outcome(&it.before)),
                after: Some(outcome(&it.after)),
                change_amount: it.change().map(money),
            })
            .collect(),
    })
}

fn rows(fields: &mut Fields, text: &str) -> Read<Table> {
    if text.lines().count() > MAX {
        return Err(fields.wrong("rows", format_args!("are at most {MAX} lines")));
    }
    let rows = Table::read(text).map_err(|error| fields.wrong("rows", error))?;
    if rows.rows().next().is_none() { Err(fields.wrong("rows", REQUIRED)) } else { Ok(rows) }
}

fn cases(fields: &mut Fields, cases: &[proto::CaseOfInterest]) -> Read<Vec<Case>> {
    if cases.len() > MAX {
        return Err(fields.wrong("cases", format_args!("are at most {MAX}")));
    }
    fields.each("cases", cases, |fields, field, it| {
        fields.within(field, |fields| {
            let debt = match &it.debt {
                Some(debt) => fields.within("debt", |fields| debt::read(fields, debt)),
                None => Err(fields.wrong("debt", REQUIRED)),
            };
            let until = fields.date("until_date", it.until_date);
            let matter = Matter::Interest { debt: debt?, until: until? };
            Ok(Case { id: it.case_id.clone(), matter })
        })
    })
}

fn outcome(it: &Outcome) -> proto::Outcome {
    match it {
        Outcome::Interest { interest, fixed_sum } => proto::Outcome {
            interest_amount: Some(money(*interest)),
            fixed_sum_amount: fixed_sum.map(money),
            unknown_because: String::new(),
        },
        Outcome::Unknown { why } => {
            proto::Outcome { unknown_because: why.clone(), ..Default::default() }
        }
        // No case here is about a deadline.
        Outcome::Deadline { .. } => proto::Outcome::default(),
    }
}
