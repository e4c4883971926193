//! What is owed besides invoices, as a paper.

use api::{
    Money,
    dunning::{GetChargesRequest, InvoiceCharges, dunning_service_client::DunningServiceClient},
};
use tonic::transport::Channel;

use crate::{
    Trouble,
    answers::{amount, date, of_when, plain},
    asked::Asked,
    paper::{Cell, Paper, Sheet, Tone},
};

/// Invoices of one page.
const PAGE: i32 = 1_000;

/// The charges on a customer's invoices, or on one of them.
pub(crate) async fn get(
    asked: &Asked,
    channel: Channel,
    customer: &str,
    invoice: &str,
) -> Result<Paper, Trouble> {
    let mut client = DunningServiceClient::new(channel);
    let mut request = GetChargesRequest {
        tenant_id: asked.tenant()?,
        customer_id: customer.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: PAGE,
        page_token: String::new(),
        invoice_id: invoice.to_owned(),
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.get_charges(request.clone()).await?.into_inner();
        all.extend(answer.charges.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("Charges of {customer}"));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.fact("to_refund", sum(&last.refund_amounts));
    paper.fact("still_to_ask", sum(&last.unasked_amounts));
    paper.sheet(charges(&all));
    paper.sheet(lines(&all));
    Ok(paper)
}

fn charges(all: &[InvoiceCharges]) -> Sheet {
    let columns = [
        "invoice",
        "due",
        "settled",
        "interest",
        "fixed_sum",
        "waived",
        "waived_by",
        "asked_by",
        "asked_on",
        "asked_interest",
        "asked_fixed_sum",
        "to_refund",
        "still_to_ask",
    ];
    let mut sheet = Sheet::new("charges", "", &columns);
    for it in all {
        let refund = it.refund_amount.as_ref().filter(|it| it.units != 0 || it.nanos != 0);
        let waived = [&it.waived_interest_amount, &it.waived_fixed_sum_amount];
        let waived: Vec<_> = waived.into_iter().flatten().map(told).collect();
        let by = it.waiver.as_ref().map_or("", |it| &it.waived_by);
        sheet.row(
            if refund.is_some() { Tone::Alarming } else { Tone::Plain },
            [
                it.invoice_id.as_str().into(),
                date(it.due_date.as_ref()),
                date(it.settle_date.as_ref()),
                amount(it.interest_amount.as_ref()),
                amount(it.fixed_sum_amount.as_ref()),
                waived.join(" + ").into(),
                by.into(),
                it.reminder_id.as_str().into(),
                date(it.ask_date.as_ref()),
                amount(it.asked_interest_amount.as_ref()),
                amount(it.asked_fixed_sum_amount.as_ref()),
                amount(refund),
                amount(it.unasked_amount.as_ref()),
            ],
        );
    }
    sheet
}

fn lines(all: &[InvoiceCharges]) -> Sheet {
    let columns = ["invoice", "from", "to", "days", "base", "rate", "interest", "source"];
    let mut sheet = Sheet::new("interest", "How the interest comes about", &columns);
    for it in all {
        for line in &it.interest_lines {
            let number = |it: Option<&api::Decimal>| {
                it.map_or(Cell::Nothing, |it| Cell::Number(it.value.clone()))
            };
            let mut sources: Vec<_> = line.rules.iter().map(|it| it.source.clone()).collect();
            if let Some(agreed) = &it.agreed_rate_percent {
                sources.push(format!("{}: {} %", it.terms_version, agreed.value));
            }
            sheet.row(
                Tone::Plain,
                [
                    it.invoice_id.as_str().into(),
                    date(line.from_date.as_ref()),
                    date(line.to_date.as_ref()),
                    line.days.into(),
                    amount(line.base_amount.as_ref()),
                    number(line.rate_percent.as_ref()),
                    number(line.exact_interest.as_ref()),
                    sources.join("; ").into(),
                ],
            );
        }
    }
    sheet
}

fn sum(all: &[Money]) -> String {
    all.iter().map(told).collect::<Vec<_>>().join(", ")
}

fn told(it: &Money) -> String {
    format!("{} {}", plain(it), it.currency_code)
}
