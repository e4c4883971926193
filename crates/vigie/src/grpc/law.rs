//! `vigie.law.v1.LawService`: what holds on a day, and what follows from it. It is about no tenant
//! and needs no journal, so every process answers.

mod convert;

use ::law::{
    DeadlineError, Debt, InterestError, Jurisdiction, Movement, Regime, RegimeError, Row, Rule,
    Table, deadline::deadline,
};
use api::law::{
    ComputeDeadlineRequest, ComputeDeadlineResponse, ExplainInterestRequest,
    ExplainInterestResponse, ListRulesRequest, ListRulesResponse, law_service_server::LawService,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tonic::{Request, Response, Status};

use super::{
    fields::{Fields, Read, day},
    page::{self, Token},
    status::Explanation,
};
use convert::{explained, rule};
pub(super) use convert::{line as interest_line, warning as interest_warning};

/// Payments of one debt: more are no debt but an account.
const MOVEMENTS_MAX: usize = 1_000;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Service;

type Answer<T> = Result<T, Explanation>;

#[tonic::async_trait]
impl LawService for Service {
    async fn explain_interest(
        &self,
        request: Request<ExplainInterestRequest>,
    ) -> Result<Response<ExplainInterestResponse>, Status> {
        Ok(Response::new(explain(&request.into_inner())?))
    }

    async fn list_rules(
        &self,
        request: Request<ListRulesRequest>,
    ) -> Result<Response<ListRulesResponse>, Status> {
        Ok(Response::new(list(request.into_inner())?))
    }

    async fn compute_deadline(
        &self,
        request: Request<ComputeDeadlineRequest>,
    ) -> Result<Response<ComputeDeadlineResponse>, Status> {
        Ok(Response::new(last_day(&request.into_inner())?))
    }
}

fn explain(request: &ExplainInterestRequest) -> Answer<ExplainInterestResponse> {
    let (debt, until) =
        Fields::read(|fields| debt(fields, request)).map_err(Explanation::fields)?;
    let interest = debt.interest(Table::shipped(), until).map_err(|error| match error {
        InterestError::NoRow(missing) => Explanation::law_not_known(missing),
        InterestError::Rate(_) => Explanation::field("rate_percent", error),
        InterestError::Money(error) => {
            Explanation::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string())
        }
    })?;
    Ok(explained(&interest))
}

fn debt(fields: &mut Fields, it: &ExplainInterestRequest) -> Read<(Debt, NaiveDate)> {
    let jurisdiction = fields.text::<Jurisdiction>("jurisdiction", &it.jurisdiction);
    let basis = fields.word("basis", it.basis);
    let principal = fields.money("principal_amount", it.principal_amount.as_ref());
    let principal = principal.and_then(|principal| {
        let why = "is more than nothing";
        if principal.is_positive() {
            Ok(principal)
        } else {
            Err(fields.wrong("principal_amount", why))
        }
    });
    let due_on = fields.date("due_date", it.due_date);
    let until = fields.date("until_date", it.until_date);
    let rate = it.rate_percent.as_ref();
    let rate = rate.map(|it| fields.decimal("rate_percent", &it.value)).transpose();
    let day_count = match it.day_count {
        0 => Ok(::law::DayCount::default()),
        given => fields.word("day_count", given),
    };
    let movements = if it.movements.len() > MOVEMENTS_MAX {
        Err(fields.wrong("movements", format_args!("are at most {MOVEMENTS_MAX}")))
    } else {
        fields.each("movements", &it.movements, |fields, field, it| {
            fields.within(field, |fields| {
                let on = fields.date("effective_date", it.effective_date);
                let change = fields.money("change_amount", it.change_amount.as_ref());
                let change = change.and_then(|change| match principal {
                    Ok(principal) if principal.currency() != change.currency() => {
                        let why = format_args!("is in {}, as the debt", principal.currency());
                        Err(fields.wrong("change_amount", why))
                    }
                    Ok(_) | Err(_) => Ok(change),
                });
                Ok(Movement { on: on?, change: change? })
            })
        })
    };
    let (jurisdiction, basis, rate) = (jurisdiction?, basis?, rate?);
    let regime = Regime::of(jurisdiction, basis, rate).map_err(|error| {
        let field = match error {
            RegimeError::Unknown { .. } | RegimeError::NotThere { .. } => "basis",
            RegimeError::RateMissing | RegimeError::RateGiven(_) => "rate_percent",
        };
        fields.wrong(field, error)
    });
    let debt = Debt {
        movements: movements?,
        day_count: day_count?,
        ..Debt::new(regime?, principal?, due_on?)
    };
    Ok((debt, until?))
}

/// Which row of the table: rule, jurisdiction, from which amount and from which day.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Key(String, Jurisdiction, Option<Decimal>, NaiveDate);

impl Key {
    fn of(row: &Row) -> Self {
        Self(row.rule.code().to_owned(), row.jurisdiction, row.from_amount, row.from)
    }

    /// Whether a row comes after it; all do when the rule is none any more.
    fn is_before(&self, row: &Row) -> bool {
        let Self(rule, jurisdiction, from_amount, from) = self;
        rule.parse::<Rule>().is_ok_and(|rule| {
            (rule, *jurisdiction, *from_amount, *from)
                < (row.rule, row.jurisdiction, row.from_amount, row.from)
        })
    }
}

fn list(request: ListRulesRequest) -> Answer<ListRulesResponse> {
    let (size, token, jurisdiction, about, on) = Fields::read(|fields| {
        let size = page::size(fields, request.page_size);
        let asked = ListRulesRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let token = page::token::<Key>(fields, &request.page_token, &asked);
        let jurisdiction = fields.optional::<Jurisdiction>("jurisdiction", &request.jurisdiction);
        let about = fields.optional::<Rule>("rule", &request.rule);
        let on = fields.optional_date("effective_date", request.effective_date);
        Ok((size?, token?, jurisdiction?, about?, on?))
    })
    .map_err(Explanation::fields)?;
    let mut rows = Table::shipped().rows().filter(|row| {
        jurisdiction.is_none_or(|it| it == row.jurisdiction)
            && about.is_none_or(|it| it == row.rule)
            && on.is_none_or(|it| row.holds_on(it))
            && token.as_ref().is_none_or(|it| it.after.is_before(row))
    });
    let page: Vec<&Row> = rows.by_ref().take(size).collect();
    let last = page.last().filter(|_| rows.next().is_some());
    let asked = ListRulesRequest { page_size: 0, page_token: String::new(), ..request };
    Ok(ListRulesResponse {
        rules: page.iter().map(|row| rule(row)).collect(),
        next_page_token: last
            .map(|row| Token { after: Key::of(row), pinned: None }.write(&asked))
            .unwrap_or_default(),
    })
}

fn last_day(request: &ComputeDeadlineRequest) -> Answer<ComputeDeadlineResponse> {
    let (jurisdiction, about, event_on) = Fields::read(|fields| {
        let jurisdiction = fields.text::<Jurisdiction>("jurisdiction", &request.jurisdiction);
        let about = fields.text::<Rule>("rule", &request.rule);
        let event_on = fields.date("event_date", request.event_date);
        Ok((jurisdiction?, about?, event_on?))
    })
    .map_err(Explanation::fields)?;
    let found = deadline(Table::shipped(), about, jurisdiction, event_on);
    let found = found.map_err(|error| match error {
        DeadlineError::NoRow(missing) => Explanation::law_not_known(missing),
        DeadlineError::NotADeadline(_) => Explanation::field("rule", error),
        DeadlineError::BeyondCalendar { .. } => Explanation::field("event_date", error),
    })?;
    Ok(ComputeDeadlineResponse {
        last_date: Some(day(found.last_day)),
        counted_to_date: Some(day(found.counted_to)),
        moved_by: found.moved_by.unwrap_or_default().to_owned(),
        rule: Some(rule(&found.row)),
    })
}
