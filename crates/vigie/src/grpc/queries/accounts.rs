//! `ListAccounts`: customers and how they stand, page by page. What holds of pages of open items
//! holds of these.

use std::{cmp::Ordering, str::FromStr, sync::Arc};

use api::invoicing as proto;
use chrono::NaiveDate;
use events::{CustomerId, Reference};
use futures::{StreamExt as _, stream};
use invoicing::{
    Account,
    view::{Balance, MissingRate, Rates, balances},
};
use money::Currency;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{AsOf, Everybody, compute, conversion};
use crate::{
    grpc::{
        Api,
        fields::{Fields, Read},
        messages::{self, number, text},
        page::{self, Token},
        status::Explanation,
    },
    tenants::Tenant,
};

/// Names asked for at the same time.
const NAMES_AT_ONCE: usize = 32;

/// What accounts are ordered by; ties are by customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OrderBy {
    key: Key,
    descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Customer,
    Open,
    Overdue,
    DaysPastDue,
}

impl FromStr for OrderBy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let mut words = text.split_whitespace();
        let key = match words.next() {
            None | Some("customer_id") => Key::Customer,
            Some("open_amount") => Key::Open,
            Some("overdue_amount") => Key::Overdue,
            Some("days_past_due_max") => Key::DaysPastDue,
            Some(_) => return Err(UNKNOWN),
        };
        let descending = match (words.next(), words.next()) {
            (None | Some("asc"), None) => false,
            (Some("desc"), None) => true,
            (_, _) => return Err(UNKNOWN),
        };
        Ok(Self { key, descending })
    }
}

const UNKNOWN: &str = "is one of customer_id, open_amount, overdue_amount and days_past_due_max, \
                       with or without desc";

/// What orders compare of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    value: i64,
    customer: CustomerId,
}

impl OrderBy {
    fn place(self, customer: &CustomerId, balances: &[Balance]) -> Place {
        let value = match self.key {
            Key::Customer => 0,
            // In one currency, as the request must see to.
            Key::Open => balances.first().map_or(0, |it| it.open.minor()),
            Key::Overdue => balances.first().map_or(0, |it| it.overdue.minor()),
            Key::DaysPastDue => {
                balances.iter().map(|it| i64::from(it.days_past_due_max)).max().unwrap_or(0)
            }
        };
        Place { value, customer: customer.clone() }
    }

    fn compare(self, a: &Place, b: &Place) -> Ordering {
        let by_value = a.value.cmp(&b.value);
        let by_customer = a.customer.cmp(&b.customer);
        match (self.key, self.descending) {
            (Key::Customer, true) => by_customer.reverse(),
            (Key::Customer, false) => by_customer,
            (_, true) => by_value.reverse().then(by_customer),
            (_, false) => by_value.then(by_customer),
        }
    }
}

/// Which accounts are wanted, and how their balances are told.
#[derive(Debug)]
struct Wanted {
    order_by: OrderBy,
    currency: Option<Currency>,
    overdue_only: bool,
    segment: Option<Reference>,
    parent: Option<CustomerId>,
    rates: Option<Rates>,
}

impl Wanted {
    fn read(fields: &mut Fields, it: &proto::ListAccountsRequest) -> Read<Self> {
        let order_by = it.order_by.parse::<OrderBy>();
        let order_by = order_by.map_err(|error| fields.wrong("order_by", error));
        let currency = fields.optional::<Currency>("currency_code", &it.currency_code);
        let segment = fields.optional::<Reference>("segment", &it.segment);
        let parent = fields.optional::<CustomerId>("parent_id", &it.parent_id);
        let rates = conversion::read(fields, it.conversion.clone());
        let (order_by, currency, rates) = (order_by?, currency?, rates?);
        if matches!(order_by.key, Key::Open | Key::Overdue) && currency.is_none() && rates.is_none()
        {
            let why = "amounts are compared in one currency only: set currency_code or conversion";
            return Err(fields.wrong("order_by", why));
        }
        let (segment, parent) = (segment?, parent?);
        Ok(Self { order_by, currency, overdue_only: it.overdue_only, segment, parent, rates })
    }

    /// Whether a customer is, by what is known of it without its figures.
    fn takes(&self, id: &CustomerId, account: &Account) -> bool {
        if self.segment.is_none() && self.parent.is_none() {
            return true;
        }
        let known = account.customer();
        let of_group = |parent: &CustomerId| {
            id == parent || known.as_ref().and_then(|it| it.parent.as_ref()) == Some(parent)
        };
        self.parent.as_ref().is_none_or(of_group)
            && (self.segment.is_none()
                || known.as_ref().and_then(|it| it.segment.as_ref()) == self.segment.as_ref())
    }

    /// Whether figures decide what is on a page.
    fn needs_figures(&self) -> bool {
        self.order_by.key != Key::Customer || self.currency.is_some() || self.overdue_only
    }

    /// The balances that are told; none if the account is not wanted for them.
    fn figures(
        &self,
        account: &Account,
        on: NaiveDate,
    ) -> Result<Option<Vec<Balance>>, MissingRate> {
        let mut balances = balances(account, on);
        if let Some(currency) = self.currency {
            balances.retain(|it| it.currency() == currency);
            if balances.is_empty() {
                return Ok(None);
            }
        }
        if self.overdue_only && !balances.iter().any(|it| it.overdue.is_positive()) {
            return Ok(None);
        }
        if let Some(rates) = &self.rates {
            balances = Balance::converted(&balances, rates)?.into_iter().collect();
        }
        Ok(Some(balances))
    }
}

/// The rows of a page, and how many all pages have.
struct Page {
    rows: Vec<(CustomerId, Arc<Account>, Vec<Balance>)>,
    next: Option<Place>,
    count: usize,
}

impl Page {
    fn of(
        all: Everybody<invoicing::Policy>,
        wanted: &Wanted,
        after: Option<&Place>,
        size: usize,
    ) -> Result<Self, MissingRate> {
        let mut rows = Vec::new();
        for (id, account) in all.customers {
            if !wanted.takes(&id, &account) {
                continue;
            }
            let balances = if wanted.needs_figures() {
                match wanted.figures(&account, all.on)? {
                    Some(balances) => Some(balances),
                    None => continue,
                }
            } else {
                None
            };
            let place = wanted.order_by.place(&id, balances.as_deref().unwrap_or_default());
            rows.push((place, account, balances));
        }
        let count = rows.len();
        let compare = |place: &Place, other: &Place| wanted.order_by.compare(place, other);
        rows.retain(|(place, ..)| after.is_none_or(|after| compare(place, after).is_gt()));
        rows.sort_unstable_by(|(a, ..), (b, ..)| compare(a, b));
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|(place, ..)| place.clone());
        let mut page = Self { rows: Vec::with_capacity(rows.len()), next, count };
        for (place, account, balances) in rows {
            let balances = match balances {
                Some(balances) => balances,
                None => wanted.figures(&account, all.on)?.unwrap_or_default(),
            };
            page.rows.push((place.customer, account, balances));
        }
        Ok(page)
    }
}

pub(crate) async fn list_accounts(
    api: &Api,
    request: proto::ListAccountsRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListAccountsResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, wanted)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let wanted = Wanted::read(fields, &it);
            Ok((size?, token?, wanted?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let all = as_of.everybody::<invoicing::Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let page = compute(move || Page::of(all, &wanted, after.as_ref(), size)).await??;
    let next = page.next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    let accounts = stream::iter(page.rows)
        .map(|(id, account, balances)| summary(&tenant, id, account, balances))
        .buffered(NAMES_AT_ONCE);
    Ok(proto::ListAccountsResponse {
        accounts: accounts.collect().await,
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(page.count).unwrap_or(u64::MAX)),
    })
}

async fn summary(
    tenant: &Tenant,
    id: CustomerId,
    account: Arc<Account>,
    balances: Vec<Balance>,
) -> proto::AccountSummary {
    let name = match tenant.contacts.contact(&tenant.id, &id).await {
        Ok(contact) => text(contact.and_then(|it| it.name)),
        Err(why) => {
            tracing::warn!(%why, "an account is listed without its name");
            String::new()
        }
    };
    proto::AccountSummary {
        customer_id: id.to_string(),
        name,
        segment: text(account.customer().and_then(|it| it.segment)),
        balances: balances.iter().map(messages::balance).collect(),
    }
}
