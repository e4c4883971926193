//! What is asked over gRPC, all pages of it.

use api::{
    invoicing::{
        AccountSummary, AgedBalance, GetAccountRequest, GetAccountResponse, GetAgedBalanceRequest,
        GetAgedBalanceResponse, GetIndicatorsRequest, GetIndicatorsResponse, IndicatorSet,
        ListAccountsRequest, ListOpenItemsRequest, OpenItem,
        invoicing_service_client::InvoicingServiceClient,
    },
    risk::{GetScoreRequest, ListScoresRequest, Score, score_service_client::ScoreServiceClient},
    shared::{AsOf, Position, as_of::KnownAt},
    tenant::{CreateTenantRequest, GetDayRequest, tenant_service_client::TenantServiceClient},
};
use chrono::{Datelike as _, NaiveDate};
use tonic::transport::{Channel, Endpoint};

use super::PATIENCE;

/// The last page is not full, and there is more than one.
const PAGE_SIZE: i32 = 1_000;

/// Who asks about a tenant.
#[derive(Debug, Clone)]
pub(crate) struct Questions {
    tenant: String,
    invoicing: InvoicingServiceClient<Channel>,
    scores: ScoreServiceClient<Channel>,
    tenants: TenantServiceClient<Channel>,
}

/// All that was answered about one day, names left out: those stand beside the journal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answers {
    pub(crate) open_items: Vec<OpenItem>,
    pub(crate) aged: Vec<AgedBalance>,
    pub(crate) indicators: Vec<IndicatorSet>,
    pub(crate) accounts: Vec<AccountSummary>,
    /// The same for all of them.
    pub(crate) position: Position,
}

impl Questions {
    pub(crate) async fn about(tenant: &str, address: impl ToString) -> Self {
        let endpoint = format!("http://{}", address.to_string());
        let endpoint = Endpoint::try_from(endpoint).expect("an address").timeout(PATIENCE);
        let channel = endpoint.connect().await.expect("somebody answers");
        Self {
            tenant: tenant.to_owned(),
            invoicing: InvoicingServiceClient::new(channel.clone()),
            scores: ScoreServiceClient::new(channel.clone()),
            tenants: TenantServiceClient::new(channel),
        }
    }

    /// Every customer with a score.
    pub(crate) async fn scored(&mut self) -> Vec<String> {
        let mut request = ListScoresRequest {
            tenant_id: self.tenant.clone(),
            page_size: 1_000,
            ..Default::default()
        };
        let mut customers = Vec::new();
        loop {
            let page = self.scores.list_scores(request.clone()).await.expect("a page").into_inner();
            customers.extend(page.scores.into_iter().map(|it| it.customer_id));
            if page.next_page_token.is_empty() {
                return customers;
            }
            request.page_token = page.next_page_token;
        }
    }

    /// The score of a customer, and why.
    pub(crate) async fn score(&mut self, customer: &str) -> Score {
        let request = GetScoreRequest {
            tenant_id: self.tenant.clone(),
            customer_id: customer.to_owned(),
            ..Default::default()
        };
        let answer = self.scores.get_score(request).await.expect("a score");
        answer.into_inner().score.expect("a score")
    }

    pub(crate) async fn create_tenant(&mut self, partitions: u32) {
        let request = CreateTenantRequest { tenant_id: self.tenant.clone(), partitions };
        let created = self.tenants.create_tenant(request).await.expect("a tenant").into_inner();
        assert!(created.changed, "it is new");
    }

    /// The business day that is open, and how far the journal has been heard.
    pub(crate) async fn day(&mut self) -> (Option<NaiveDate>, Position) {
        let request = GetDayRequest { tenant_id: self.tenant.clone(), min_position: None };
        let answer = self.tenants.get_day(request).await.expect("a day").into_inner();
        (answer.date.map(date), answer.position.expect("a position"))
    }

    pub(crate) async fn aged_balance(&mut self, as_of: Option<AsOf>) -> GetAgedBalanceResponse {
        let request = GetAgedBalanceRequest {
            tenant_id: self.tenant.clone(),
            as_of,
            ..GetAgedBalanceRequest::default()
        };
        self.invoicing.get_aged_balance(request).await.expect("an aged balance").into_inner()
    }

    /// The account of a customer; none while nobody has heard of it.
    pub(crate) async fn account(
        &mut self,
        customer: &str,
        as_of: Option<AsOf>,
    ) -> GetAccountResponse {
        let request = GetAccountRequest {
            tenant_id: self.tenant.clone(),
            as_of,
            min_position: None,
            customer_id: customer.to_owned(),
        };
        self.invoicing.get_account(request).await.expect("an account").into_inner()
    }

    async fn indicators(&mut self, as_of: AsOf, period_days: i32) -> GetIndicatorsResponse {
        let request = GetIndicatorsRequest {
            tenant_id: self.tenant.clone(),
            as_of: Some(as_of),
            period_days,
            ..GetIndicatorsRequest::default()
        };
        self.invoicing.get_indicators(request).await.expect("indicators").into_inner()
    }

    async fn open_items(&mut self, as_of: &AsOf) -> (Vec<OpenItem>, Option<Position>) {
        let mut all = Vec::new();
        let mut request = ListOpenItemsRequest {
            tenant_id: self.tenant.clone(),
            as_of: Some(as_of.clone()),
            page_size: PAGE_SIZE,
            order_by: "customer_id, invoice_id".to_owned(),
            ..ListOpenItemsRequest::default()
        };
        loop {
            let page = self.invoicing.list_open_items(request.clone()).await.expect("open items");
            let page = page.into_inner();
            all.extend(page.open_items);
            if page.next_page_token.is_empty() {
                assert_eq!(i64::try_from(all.len()), Ok(page.total_size), "all pages together");
                return (all, page.position);
            }
            request.page_token = page.next_page_token;
        }
    }

    /// Every account, with the name of its customer.
    pub(crate) async fn accounts(
        &mut self,
        as_of: &AsOf,
    ) -> (Vec<AccountSummary>, Option<Position>) {
        let mut all = Vec::new();
        let mut request = ListAccountsRequest {
            tenant_id: self.tenant.clone(),
            as_of: Some(as_of.clone()),
            page_size: PAGE_SIZE,
            ..ListAccountsRequest::default()
        };
        loop {
            let page = self.invoicing.list_accounts(request.clone()).await.expect("accounts");
            let page = page.into_inner();
            all.extend(page.accounts);
            if page.next_page_token.is_empty() {
                assert_eq!(i64::try_from(all.len()), Ok(page.total_size), "all pages together");
                return (all, page.position);
            }
            request.page_token = page.next_page_token;
        }
    }

    /// All that is to be known about the end of a day, as it is known now.
    pub(crate) async fn everything(&mut self, on: NaiveDate, period_days: i32) -> Answers {
        let as_of = end_of(on);
        let (open_items, of_items) = self.open_items(&as_of).await;
        let (mut accounts, of_accounts) = self.accounts(&as_of).await;
        for account in &mut accounts {
            account.name.clear();
        }
        let indicators = self.indicators(as_of.clone(), period_days).await;
        let aged = self.aged_balance(Some(as_of)).await;
        assert_eq!(aged.effective_date.map(date), Some(on));
        assert_eq!(indicators.effective_date.map(date), Some(on));
        let position = aged.position.clone().expect("a position");
        for other in [of_items, of_accounts, indicators.position] {
            assert_eq!(other.as_ref(), Some(&position), "nothing is written meanwhile");
        }
        Answers {
            open_items,
            aged: aged.aged_balances,
            indicators: indicators.indicator_sets,
            accounts,
            position,
        }
    }
}

/// The end of a day, as it is known now.
pub(crate) fn end_of(on: NaiveDate) -> AsOf {
    AsOf { effective_date: Some(message(on)), known_at: None }
}

/// The end of a day, as it was known at a position.
pub(crate) fn known_at(on: api::Date, position: Position) -> AsOf {
    AsOf { effective_date: Some(on), known_at: Some(KnownAt::KnownPosition(position)) }
}

/// A day out of a message.
pub(crate) fn date(it: api::Date) -> NaiveDate {
    let part = |it: i32| u32::try_from(it).expect("a part of a date");
    NaiveDate::from_ymd_opt(it.year, part(it.month), part(it.day)).expect("a day")
}

fn message(on: NaiveDate) -> api::Date {
    let part = |it: u32| i32::try_from(it).expect("a part of a date");
    api::Date { year: on.year(), month: part(on.month()), day: part(on.day()) }
}
