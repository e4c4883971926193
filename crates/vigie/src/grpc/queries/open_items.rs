//! `ListOpenItems`: what is open, page by page.
//!
//! A page holds what follows the last row of the page before, in the order asked for, as things are
//! when it is asked for; all pages are of one day. An item whose place does not change is listed
//! once, whatever happens to others meanwhile. To page through one unchanging list, name a
//! `known_position`.

use std::sync::Arc;

use api::invoicing as proto;
use chrono::NaiveDate;
use events::{CustomerId, InvoiceId, date};
use invoicing::{
    Account,
    view::{Filter, OpenItem, OrderBy, Total},
};
use law::terms::Warning;
use money::{Currency, Money};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{AsOf, Everybody, compute};
use crate::grpc::{
    Api,
    fields::{Fields, Read, day, money},
    messages::{self, days, number, text},
    page::{self, Token},
    status::Explanation,
};
use crate::tenants::Tenant;

/// What orders compare of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    customer: CustomerId,
    invoice: InvoiceId,
    #[serde(with = "date")]
    issued_on: NaiveDate,
    #[serde(with = "date")]
    due_on: NaiveDate,
    days_past_due: u32,
    open: Money,
}

pub(crate) async fn list_open_items(
    api: &Api,
    request: proto::ListOpenItemsRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListOpenItemsResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, customer, order_by, filter)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Row>(fields, &it.page_token, &asked);
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            let filter = filter(fields, &it);
            let order_by = order_by(fields, &it);
            Ok((size?, token?, customer?, order_by?, filter?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let all = match customer {
        Some(customer) => {
            let single = as_of.single(&tenant, &customer).await?;
            Everybody {
                customers: vec![(customer, single.account)],
                tenant: Arc::default(),
                places: [(single.partition, single.at)].into(),
                on: single.on,
            }
        }
        None => as_of.everybody::<invoicing::Policy>(api, &tenant).await?,
    };
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let after = after.map(OpenItem::from);
    let rules = rules(&tenant)?;
    let too_long_only = it.terms_too_long_only;
    let page = compute(move || {
        let judged = Judged { rules: &rules, too_long_only };
        Page::of(&all, &filter, &judged, &order_by, after.as_ref(), size)
    });
    let page = page.await?;
    let next = page.items.last().filter(|_| page.more).map(|last| {
        let token = Token { after: Row::from(&last.0), pinned: Some(on) };
        token.write(&asked)
    });
    Ok(proto::ListOpenItemsResponse {
        open_items: page.items.iter().map(message).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(page.count),
        total_open_amounts: page.total.amounts().map(money).collect(),
    })
}

fn filter(fields: &mut Fields, it: &proto::ListOpenItemsRequest) -> Read<Filter> {
    let currency = fields.optional::<Currency>("currency_code", &it.currency_code);
    let due_min = fields.optional_date("due_date_min", it.due_date_min);
    let due_max = fields.optional_date("due_date_max", it.due_date_max);
    let open_min = fields.optional_stated("open_amount_min", it.open_amount_min.as_ref());
    Ok(Filter {
        currency: currency?,
        overdue_only: it.overdue_only,
        disputed_only: it.disputed_only,
        due_min: due_min?,
        due_max: due_max?,
        open_min: open_min?.map(Money::from),
    })
}

fn order_by(fields: &mut Fields, it: &proto::ListOpenItemsRequest) -> Read<OrderBy> {
    let order_by: OrderBy = it.order_by.parse().map_err(|error| fields.wrong("order_by", error))?;
    if order_by.compares_amounts() && it.currency_code.is_empty() {
        let why = "amounts are compared in one currency only: set currency_code";
        return Err(fields.wrong("order_by", why));
    }
    Ok(order_by)
}

/// The rules in force, which all partitions have been told alike: terms are held against the law
/// that is chosen now.
fn rules(tenant: &Tenant) -> Result<invoicing::Policy, Explanation> {
    let (_, host) =
        tenant.all_invoicing().next().ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
    Ok(host.read(|books| books.policy.clone())?)
}

/// Whether terms are looked at.
struct Judged<'a> {
    rules: &'a invoicing::Policy,
    too_long_only: bool,
}

impl Judged<'_> {
    /// What speaks against the terms of an item.
    fn warning(&self, account: &Account, it: &OpenItem) -> Option<Warning> {
        self.rules.terms_warning(account, &it.invoice)
    }

    fn takes(&self, account: &Account, it: &OpenItem) -> bool {
        !self.too_long_only || self.warning(account, it).is_some()
    }
}

/// The rows of a page, and what all pages have together.
#[derive(Debug, Default)]
struct Page {
    /// With what speaks against their terms.
    items: Vec<(OpenItem, Option<Warning>)>,
    more: bool,
    count: u64,
    total: Total,
}

impl Page {
    /// The first rows behind one, without putting all of them in order.
    fn of(
        all: &Everybody<invoicing::Policy>,
        filter: &Filter,
        judged: &Judged<'_>,
        order_by: &OrderBy,
        after: Option<&OpenItem>,
        size: usize,
    ) -> Self {
        let mut page = Self::default();
        let most = size + 1;
        let items = all
            .customers
            .iter()
            .flat_map(|(id, account)| account.open_items(id, all.on).map(move |it| (it, account)));
        let wanted = items.filter(|(it, account)| filter.takes(it) && judged.takes(account, it));
        let compare = |(one, _): &Found<'_>, (other, _): &Found<'_>| order_by.compare(one, other);
        let mut found: Vec<Found<'_>> = Vec::new();
        for (item, account) in wanted {
            page.count += 1;
            page.total.add(&item);
            if after.is_some_and(|after| order_by.compare(&item, after).is_le()) {
                continue;
            }
            found.push((item, account));
            if found.len() >= most * 2 {
                found.select_nth_unstable_by(most, compare);
                found.truncate(most);
            }
        }
        found.sort_unstable_by(compare);
        page.more = found.len() > size;
        found.truncate(size);
        let judge = |(it, account): Found<'_>| {
            let warning = judged.warning(account, &it);
            (it, warning)
        };
        page.items = found.into_iter().map(judge).collect();
        page
    }
}

/// An item, and the account it stands on.
type Found<'a> = (OpenItem, &'a Account);

impl From<&OpenItem> for Row {
    fn from(it: &OpenItem) -> Self {
        Self {
            customer: it.customer.clone(),
            invoice: it.invoice.clone(),
            issued_on: it.issued_on,
            due_on: it.due_on,
            days_past_due: it.days_past_due,
            open: it.open,
        }
    }
}

/// An item that stands where the row stood.
impl From<Row> for OpenItem {
    fn from(it: Row) -> Self {
        Self {
            customer: it.customer,
            invoice: it.invoice,
            number: None,
            issued_on: it.issued_on,
            due_on: it.due_on,
            days_past_due: it.days_past_due,
            gross: it.open,
            open: it.open,
            disputed: Money::zero(it.open.currency()),
            promised_for: None,
            plan: None,
            order: None,
            contract: None,
            site: None,
        }
    }
}

fn message((it, warning): &(OpenItem, Option<Warning>)) -> proto::OpenItem {
    proto::OpenItem {
        customer_id: it.customer.to_string(),
        invoice_id: it.invoice.to_string(),
        number: text(it.number.as_ref()),
        issue_date: Some(day(it.issued_on)),
        due_date: Some(day(it.due_on)),
        days_past_due: days(it.days_past_due),
        gross: Some(money(it.gross)),
        open_amount: Some(money(it.open)),
        disputed_amount: Some(money(it.disputed)),
        promise_date: it.promised_for.map(day),
        plan_id: text(it.plan.as_ref()),
        order: text(it.order.as_ref()),
        contract: text(it.contract.as_ref()),
        site: text(it.site.as_ref()),
        terms_warning: warning.as_ref().map(messages::terms_warning),
    }
}
