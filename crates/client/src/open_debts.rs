//! The open items of a tenant as debts: what was owed at first, and what has reduced it since.

use api::invoicing::{
    GetInvoiceRequest, Invoice, ListOpenItemsRequest, OpenItem,
    invoicing_service_client::InvoicingServiceClient, write_off,
};
use chrono::NaiveDate;
use events::TenantId;
use law::Movement;
use money::Money;
use tonic::transport::Channel;

use super::{
    Reach, Trouble,
    answers::{civil, plain},
    asked,
};

const PAGE: i32 = 1_000;

/// An open item.
#[derive(Debug)]
pub(crate) struct OpenDebt {
    /// Customer and invoice.
    pub(crate) id: String,
    /// What was owed at first.
    pub(crate) principal: Money,
    /// The contract's last day for payment.
    pub(crate) due_on: NaiveDate,
    /// What has reduced it since.
    pub(crate) movements: Vec<Movement>,
}

/// Asks for the open items of a tenant that fall due by a day, and for the business day that is
/// open. Of an item that is not wholly open its history is asked for too.
pub(crate) async fn ask(
    reach: &Reach,
    tenant: &TenantId,
    due_by: Option<NaiveDate>,
) -> Result<(Vec<OpenDebt>, NaiveDate), Trouble> {
    let mut client = InvoicingServiceClient::new(reach.connect(false).await?);
    let mut request = ListOpenItemsRequest {
        tenant_id: tenant.to_string(),
        page_size: PAGE,
        due_date_max: due_by.map(asked::date),
        ..Default::default()
    };
    let mut items = Vec::new();
    let today = loop {
        let page = client.list_open_items(request.clone()).await?.into_inner();
        items.extend(page.open_items);
        request.page_token.clone_from(&page.next_page_token);
        if page.next_page_token.is_empty() {
            break day(page.effective_date.as_ref())?;
        }
    };
    let mut debts = Vec::with_capacity(items.len());
    for item in &items {
        debts.push(debt(&mut client, tenant, item).await?);
    }
    Ok((debts, today))
}

async fn debt(
    client: &mut InvoicingServiceClient<Channel>,
    tenant: &TenantId,
    item: &OpenItem,
) -> Result<OpenDebt, Trouble> {
    let id = format!("{} {}", item.customer_id, item.invoice_id);
    let principal = read(item.gross.as_ref())?;
    // An instalment's day is not the contract's.
    if item.gross == item.open_amount && item.plan_id.is_empty() {
        let due_on = day(item.due_date.as_ref())?;
        return Ok(OpenDebt { id, principal, due_on, movements: Vec::new() });
    }
    let request = GetInvoiceRequest {
        tenant_id: tenant.to_string(),
        customer_id: item.customer_id.clone(),
        invoice_id: item.invoice_id.clone(),
        ..Default::default()
    };
    let invoice = client.get_invoice(request).await?.into_inner().invoice.unwrap_or_default();
    let movements = movements(&invoice)?;
    let due_on = day(invoice.data.unwrap_or_default().due_date.as_ref())?;
    Ok(OpenDebt { id, principal, due_on, movements })
}

/// What was settled, and what was given up.
fn movements(invoice: &Invoice) -> Result<Vec<Movement>, Trouble> {
    let settled = invoice.allocations.iter().filter(|it| !it.recovery);
    let settled = settled.map(|it| (it.effective_date.as_ref(), it.amount.as_ref()));
    let approved = |state: i32| state == i32::from(write_off::State::Approved);
    let given_up = invoice.write_offs.iter().filter(|it| approved(it.state));
    let given_up = given_up.map(|it| (it.decide_date.as_ref(), it.amount.as_ref()));
    let both = settled.chain(given_up);
    both.map(|(on, amount)| Ok(Movement::payment(day(on)?, read(amount)?))).collect()
}

fn read(it: Option<&api::Money>) -> Result<Money, Trouble> {
    let amount = it.and_then(|it| Money::parse(&plain(it), it.currency_code.parse().ok()?).ok());
    amount.ok_or_else(|| unreadable("amount"))
}

fn day(it: Option<&api::Date>) -> Result<NaiveDate, Trouble> {
    it.and_then(|it| civil(it).parse().ok()).ok_or_else(|| unreadable("date"))
}

fn unreadable(what: &str) -> Trouble {
    Trouble::Usage(format!("the server answers with a {what} that this release cannot read"))
}
