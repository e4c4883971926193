use api::risk::{
    FiledGuarantee, FiledLimit, GuaranteeKind, ListGuaranteesRequest, ListLimitsRequest,
    ListOrdersRequest, Order, filed_limit, order, risk_service_client::RiskServiceClient,
};
use chrono::NaiveDate;

use super::{List, shown};
use crate::{
    Trouble,
    answers::{amount, date, of_when, word},
    asked,
    get::credit::said,
    paper::{Cell, Paper, Sheet, Tone},
};

impl List {
    pub(super) async fn orders(
        &self,
        customer: Option<&str>,
        held: bool,
    ) -> Result<Paper, Trouble> {
        let mut client = RiskServiceClient::new(self.asked.reach.connect(false).await?);
        let state = if held { order::State::Held } else { order::State::Unspecified };
        let mut request = ListOrdersRequest {
            tenant_id: self.asked.tenant()?,
            as_of: self.asked.as_of(),
            min_position: self.asked.min_position.clone(),
            customer_id: customer.unwrap_or_default().to_owned(),
            state: state.into(),
            order_by: self.order_by.clone().unwrap_or_else(|| "state_date".to_owned()),
            page_size: self.page(0),
            page_token: String::new(),
        };
        let columns =
            ["customer_id", "order", "amount", "ordered_on", "state", "since", "obstacles"];
        let mut sheet = Sheet::new("orders", "", &columns);
        let mut have = 0;
        let last = loop {
            let page = client.list_orders(request.clone()).await?.into_inner();
            for it in &page.orders {
                have += 1;
                let told = it.order.clone().unwrap_or_default();
                let waits = told.state() == order::State::Held;
                let tone = if waits { Tone::Alarming } else { Tone::Plain };
                sheet.row(tone, order_row(&it.customer_id, told));
            }
            request.page_token.clone_from(&page.next_page_token);
            if page.next_page_token.is_empty() || self.page(have) == 0 {
                break page;
            }
        };
        let mut paper = Paper::new(shown(have, last.total_size, "orders"));
        of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
        paper.sheet(sheet);
        Ok(paper)
    }

    pub(super) async fn limits(
        &self,
        customer: Option<&str>,
        requested: bool,
    ) -> Result<Paper, Trouble> {
        use filed_limit::State;
        let mut client = RiskServiceClient::new(self.asked.reach.connect(false).await?);
        let state = if requested { State::Requested } else { State::Unspecified };
        let mut request = ListLimitsRequest {
            tenant_id: self.asked.tenant()?,
            as_of: self.asked.as_of(),
            min_position: self.asked.min_position.clone(),
            customer_id: customer.unwrap_or_default().to_owned(),
            state: state.into(),
            page_size: self.page(0),
            page_token: String::new(),
        };
        let columns = ["customer_id", "limit", "amount", "from", "until", "state", "since"];
        let mut sheet = Sheet::new("limits", "", &columns);
        let mut have = 0;
        let last = loop {
            let page = client.list_limits(request.clone()).await?.into_inner();
            for it in &page.limits {
                have += 1;
                let filed = it.limit.clone().unwrap_or_default();
                sheet.row(Tone::Plain, limit_row(&it.customer_id, &filed));
            }
            request.page_token.clone_from(&page.next_page_token);
            if page.next_page_token.is_empty() || self.page(have) == 0 {
                break page;
            }
        };
        let mut paper = Paper::new(shown(have, last.total_size, "limits"));
        of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
        paper.sheet(sheet);
        Ok(paper)
    }

    pub(super) async fn guarantees(
        &self,
        customer: Option<&str>,
        in_force: bool,
        until: Option<NaiveDate>,
    ) -> Result<Paper, Trouble> {
        let mut client = RiskServiceClient::new(self.asked.reach.connect(false).await?);
        let mut request = ListGuaranteesRequest {
            tenant_id: self.asked.tenant()?,
            as_of: self.asked.as_of(),
            min_position: self.asked.min_position.clone(),
            customer_id: customer.unwrap_or_default().to_owned(),
            in_force_only: in_force,
            valid_until_date_max: until.map(asked::date),
            page_size: self.page(0),
            page_token: String::new(),
        };
        let columns = ["customer_id", "guarantee", "kind", "amount", "from", "until", "in_force"];
        let mut sheet = Sheet::new("guarantees", "", &columns);
        let mut have = 0;
        let last = loop {
            let page = client.list_guarantees(request.clone()).await?.into_inner();
            for it in &page.guarantees {
                have += 1;
                let filed = it.guarantee.clone().unwrap_or_default();
                sheet.row(Tone::Plain, guarantee_row(&it.customer_id, &filed));
            }
            request.page_token.clone_from(&page.next_page_token);
            if page.next_page_token.is_empty() || self.page(have) == 0 {
                break page;
            }
        };
        let mut paper = Paper::new(shown(have, last.total_size, "guarantees"));
        of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
        paper.sheet(sheet);
        Ok(paper)
    }
}

fn order_row(customer: &str, it: Order) -> [Cell; 7] {
    let state = it.state();
    let rules = it.obstacles.iter().filter_map(|it| it.rule.as_ref());
    let against: Vec<String> = rules
        .map(|rule| {
            let (name, what) = said(rule);
            if what.is_empty() { name.to_owned() } else { format!("{name}: {what}") }
        })
        .collect();
    [
        customer.into(),
        it.order.into(),
        amount(it.amount.as_ref()),
        date(it.order_date.as_ref()),
        word(state.as_str_name(), "STATE_"),
        date(it.state_date.as_ref()),
        against.join("; ").into(),
    ]
}

fn limit_row(customer: &str, it: &FiledLimit) -> [Cell; 7] {
    let asked = it.limit.clone().unwrap_or_default();
    [
        customer.into(),
        asked.limit_id.into(),
        amount(asked.amount.as_ref()),
        date(asked.valid_from_date.as_ref()),
        date(asked.valid_until_date.as_ref()),
        word(it.state().as_str_name(), "STATE_"),
        date(it.state_date.as_ref()),
    ]
}

fn guarantee_row(customer: &str, it: &FiledGuarantee) -> [Cell; 7] {
    let told = it.guarantee.clone().unwrap_or_default();
    let kind = GuaranteeKind::try_from(told.kind).unwrap_or_default();
    [
        customer.into(),
        told.guarantee_id.into(),
        word(kind.as_str_name(), "GUARANTEE_KIND_"),
        amount(told.amount.as_ref()),
        date(told.valid_from_date.as_ref()),
        date(told.valid_until_date.as_ref()),
        it.in_force.into(),
    ]
}
