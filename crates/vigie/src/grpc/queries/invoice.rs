//! `GetInvoice`: a receivable, what became of it, and everything that was recorded of it.

use api::invoicing::{self as proto, invoice::State};
use chrono::NaiveDate;
use events::{CustomerId, InvoiceId, Sequence, invoicing::TermsOfSale};
use invoicing::{
    Subject,
    view::{InvoiceState, InvoiceView},
};
use law::terms::Warning;
use tokio::time::Instant;

use super::{
    AsOf,
    history::{OfInvoice, Teller},
    search,
};
use crate::grpc::{
    Api,
    fields::{day, money},
    messages::{self, days, text},
    status::Explanation,
};

pub(crate) async fn get_invoice(
    api: &Api,
    request: proto::GetInvoiceRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetInvoiceResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, id)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            let id = fields.text::<InvoiceId>("invoice_id", &it.invoice_id);
            Ok((customer?, id?))
        })?;
    let about = (Subject::Invoice, id.as_str());
    let wanted = id.clone();
    let has =
        move |account: &invoicing::Account| account.invoice_view(&wanted, NaiveDate::MAX).is_some();
    let (customer, single) = search::owner(api, &tenant, &as_of, customer, about, has).await?;
    let view = single.account.invoice_view(&id, single.on);
    let view = view.ok_or_else(|| Explanation::not_found(Subject::Invoice, id.as_str()))?;

    let (partition, host) =
        tenant.invoicing(&customer).ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
    // By the law that is chosen now, as all of the law is today's.
    let (warning, terms) = host.read(|books| {
        let rules = &books.policy;
        (rules.terms_warning(&single.account, &id), rules.terms_of(&single.account, &id))
    })?;
    let moments = host.history(&customer, Sequence::START, single.at).await?;
    let (mut teller, mut of_invoice) = (Teller::default(), OfInvoice::new(&id));
    let history = moments
        .iter()
        .flat_map(|it| teller.tell(partition, it, |event| of_invoice.speaks(event)))
        .collect();
    Ok(proto::GetInvoiceResponse {
        invoice: Some(message(&customer, &id, view, warning.as_ref(), terms.as_ref())),
        position: Some(single.position()),
        effective_date: Some(single.effective_date()),
        history,
    })
}

fn message(
    customer: &CustomerId,
    id: &InvoiceId,
    it: InvoiceView,
    warning: Option<&Warning>,
    terms: Option<&TermsOfSale>,
) -> proto::Invoice {
    let state = match it.state {
        InvoiceState::Awaited => State::Awaited,
        InvoiceState::Open => State::Open,
        InvoiceState::PartlySettled => State::PartlySettled,
        InvoiceState::Settled => State::Settled,
        InvoiceState::WrittenOff => State::WrittenOff,
        InvoiceState::Cancelled => State::Cancelled,
    };
    let mut data = proto::InvoiceData {
        customer_id: customer.to_string(),
        invoice_id: id.to_string(),
        ..Default::default()
    };
    if let Some(document) = it.document {
        // Both are amounts of one invoice, so the difference is in range.
        let net = document.tax.and_then(|tax| document.gross.minus(tax).ok());
        data.number = text(document.number);
        data.issue_date = Some(day(document.issued_on));
        data.due_date = Some(day(document.due_on));
        data.payment_terms = text(document.terms);
        data.gross = Some(money(document.gross));
        data.net = net.map(money);
        data.tax = document.tax.map(money);
        data.order = text(document.order);
        data.contract = text(document.contract);
        data.site = text(document.site);
        data.terms_version = text(document.terms_version);
    }
    proto::Invoice {
        data: Some(data),
        state: state.into(),
        due_date: it.due_on.map(day),
        days_past_due: days(it.days_past_due),
        open_amount: it.open.map(money),
        disputed_amount: it.disputed.map(money),
        written_off_amount: it.written_off.map(money),
        settle_date: it.settled_on.map(day),
        allocations: it.allocations.iter().map(messages::allocation).collect(),
        disputes: it.disputes.iter().map(messages::dispute).collect(),
        promises: it.promises.iter().map(messages::promise).collect(),
        write_offs: it.write_offs.iter().map(messages::write_off).collect(),
        plan_id: text(it.plan),
        terms_warning: warning.map(messages::terms_warning),
        terms_of_sale: terms.map(messages::terms_of_sale),
    }
}
