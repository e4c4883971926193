//! `GetPayment`: money that came in, what became of it, and everything that was recorded of it.

use api::invoicing::{self as proto, payment::State};
use chrono::NaiveDate;
use events::{CustomerId, PaymentId, Sequence, invoicing::Payment};
use invoicing::{
    Subject,
    view::{PaymentState, PaymentView},
};
use tokio::time::Instant;

use super::{
    AsOf,
    history::{Teller, speaks_of_payment},
    search,
};
use crate::grpc::{
    Api,
    fields::{day, money},
    messages::{self, text},
    status::Explanation,
    words::Word as _,
};

pub(crate) async fn get_payment(
    api: &Api,
    request: proto::GetPaymentRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetPaymentResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, id)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            let id = fields.text::<PaymentId>("payment_id", &it.payment_id);
            Ok((customer?, id?))
        })?;
    let about = (Subject::Payment, id.as_str());
    let wanted = id.clone();
    let has =
        move |account: &invoicing::Account| account.payment_view(&wanted, NaiveDate::MAX).is_some();
    let (customer, single) = search::owner(api, &tenant, &as_of, customer, about, has).await?;
    let view = single.account.payment_view(&id, single.on);
    let view = view.ok_or_else(|| Explanation::not_found(Subject::Payment, id.as_str()))?;
    let written = match tenant.contacts.remittance(&tenant.id, &customer, &id).await {
        Ok(written) => written,
        Err(why) => {
            tracing::warn!(%why, "a payment is told without what its payer wrote");
            None
        }
    };

    let (partition, host) =
        tenant.invoicing(&customer).ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
    let moments = host.history(&customer, Sequence::START, single.at).await?;
    let mut teller = Teller::default();
    let history = moments
        .iter()
        .flat_map(|it| teller.tell(partition, it, |event| speaks_of_payment(event, &id)))
        .collect();
    Ok(proto::GetPaymentResponse {
        payment: Some(message(&customer, &id, view, written)),
        position: Some(single.position()),
        effective_date: Some(single.effective_date()),
        history,
    })
}

fn message(
    customer: &CustomerId,
    id: &PaymentId,
    it: PaymentView,
    written: Option<String>,
) -> proto::Payment {
    let state = match it.state {
        PaymentState::Awaited => State::Awaited,
        PaymentState::Held => State::Held,
        PaymentState::Unallocated => State::Unallocated,
        PaymentState::PartlyAllocated => State::PartlyAllocated,
        PaymentState::Allocated => State::Allocated,
        PaymentState::Reversed => State::Reversed,
    };
    let data = match it.payment {
        Some(payment) => recorded(customer, payment, written),
        None => proto::RecordPayment {
            customer_id: customer.to_string(),
            payment_id: id.to_string(),
            ..Default::default()
        },
    };
    proto::Payment {
        data: Some(data),
        state: state.into(),
        unallocated_amount: it.unallocated.map(money),
        refunded_amount: it.refunded.map(money),
        allocations: it.allocations.iter().map(messages::allocation).collect(),
        reversal: it.reversed.map(|(on, reason)| proto::ReversePayment {
            customer_id: customer.to_string(),
            payment_id: id.to_string(),
            reversal_date: Some(day(on)),
            reason: reason.number(),
        }),
    }
}

fn recorded(customer: &CustomerId, it: Payment, written: Option<String>) -> proto::RecordPayment {
    let designations = it.designation.into_iter().map(|it| proto::Designation {
        invoice_id: it.invoice.to_string(),
        amount: it.amount.map(money),
    });
    proto::RecordPayment {
        customer_id: customer.to_string(),
        payment_id: it.payment.to_string(),
        amount: Some(money(it.amount)),
        value_date: Some(day(it.value_date)),
        method: it.method.number(),
        designations: designations.collect(),
        references: it.references.iter().map(ToString::to_string).collect(),
        remittance_text: written.unwrap_or_default(),
        deposit: it.deposit.is_some(),
        order: text(it.deposit.and_then(|it| it.order)),
    }
}
