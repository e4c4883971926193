//! `vigie.law.v1.LawService`: what holds on a day, and what follows from it. It is about no tenant
//! and needs no journal, so every process answers.

mod convert;
mod debt;
mod discount;
mod impact;
mod settle;
mod spread;

use ::law::{DeadlineError, Jurisdiction, Row, Rule, Table, deadline::deadline};
use api::law::{
    ComputeBankDiscountRequest, ComputeBankDiscountResponse, ComputeDeadlineRequest,
    ComputeDeadlineResponse, ComputeDiscountRequest, ComputeDiscountResponse, ComputeImpactRequest,
    ComputeImpactResponse, ComputeSettlementRequest, ComputeSettlementResponse,
    ComputeSpreadRequest, ComputeSpreadResponse, ExplainInterestRequest, ExplainInterestResponse,
    ListRulesRequest, ListRulesResponse, law_service_server::LawService,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tonic::{Request, Response, Status};

use super::{
    fields::{Fields, day},
    page::{self, Token},
    status::Explanation,
};
use convert::{explained, rule};
pub(super) use convert::{line as interest_line, warning as interest_warning};

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

    async fn compute_settlement(
        &self,
        request: Request<ComputeSettlementRequest>,
    ) -> Result<Response<ComputeSettlementResponse>, Status> {
        Ok(Response::new(settle::answer(&request.into_inner())?))
    }

    async fn compute_spread(
        &self,
        request: Request<ComputeSpreadRequest>,
    ) -> Result<Response<ComputeSpreadResponse>, Status> {
        Ok(Response::new(spread::answer(&request.into_inner())?))
    }

    async fn compute_impact(
        &self,
        request: Request<ComputeImpactRequest>,
    ) -> Result<Response<ComputeImpactResponse>, Status> {
        Ok(Response::new(impact::answer(&request.into_inner())?))
    }

    async fn compute_discount(
        &self,
        request: Request<ComputeDiscountRequest>,
    ) -> Result<Response<ComputeDiscountResponse>, Status> {
        Ok(Response::new(discount::answer(&request.into_inner())?))
    }

    async fn compute_bank_discount(
        &self,
        request: Request<ComputeBankDiscountRequest>,
    ) -> Result<Response<ComputeBankDiscountResponse>, Status> {
        Ok(Response::new(discount::bank(&request.into_inner())?))
    }
}

fn explain(request: &ExplainInterestRequest) -> Answer<ExplainInterestResponse> {
    let (debt, until) = Fields::read(|fields| {
        let until = fields.date("until_date", request.until_date);
        let debt = debt::read(fields, &debt::of(request));
        Ok((debt?, until?))
    })
    .map_err(Explanation::fields)?;
    let interest = debt.interest(Table::shipped(), until);
    Ok(explained(&interest.map_err(|error| debt::unknown("", error))?))
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
