//! What may be delivered to a customer, as a paper.

use api::dunning::{
    GetSupplyRequest, GetSupplyResponse, Supply, dunning_service_client::DunningServiceClient,
};
use tonic::{Code, transport::Channel};

use super::answers::money;
use crate::{
    Trouble,
    answers::{amount, date, of_when},
    asked::Asked,
    paper::{Cell, Paper, Sheet, Tone},
};

/// What may be delivered, and what is to be paid for more.
pub(crate) async fn get(asked: &Asked, channel: Channel, customer: &str) -> Result<Paper, Trouble> {
    let answer = ask(asked, channel, customer).await?;
    let told = answer.supply.unwrap_or_default();
    let mut paper = Paper::new(format!("Supply to {customer}"));
    of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
    tell(&mut paper, &told);
    Ok(paper)
}

/// The same beside what is said of an order, or of credit; nothing where the server does not remind.
pub(crate) async fn beside(
    mut paper: Paper,
    asked: &Asked,
    channel: Channel,
    customer: &str,
) -> Result<Paper, Trouble> {
    match ask(asked, channel, customer).await {
        Ok(answer) => tell(&mut paper, &answer.supply.unwrap_or_default()),
        Err(Trouble::Refused(it)) if it.code() == Code::Unimplemented => {}
        Err(trouble) => return Err(trouble),
    }
    Ok(paper)
}

async fn ask(
    asked: &Asked,
    channel: Channel,
    customer: &str,
) -> Result<GetSupplyResponse, Trouble> {
    let request = GetSupplyRequest {
        tenant_id: asked.tenant()?,
        customer_id: customer.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
    };
    Ok(DunningServiceClient::new(channel).get_supply(request).await?.into_inner())
}

fn tell(paper: &mut Paper, told: &Supply) {
    paper.fact("supply_block", Cell::Number(told.supply_block.to_string()));
    paper.fact("supply_blocked_since", date(told.since_date.as_ref()));
    paper.sheet(causes(told));
    paper.sheet(ways_out(told));
}

fn causes(told: &Supply) -> Sheet {
    let columns = ["invoice", "due", "level", "blocks", "to_pay"];
    let mut sheet = Sheet::new("supply_causes", "What blocks supply", &columns);
    for it in &told.causes {
        sheet.row(
            Tone::Alarming,
            [
                it.invoice_id.as_str().into(),
                date(it.due_date.as_ref()),
                Cell::Number(it.level.to_string()),
                Cell::Number(it.supply_block.to_string()),
                amount(it.pay_amount.as_ref()),
            ],
        );
    }
    sheet
}

fn ways_out(told: &Supply) -> Sheet {
    let mut sheet =
        Sheet::new("supply_ways_out", "What lets supply go", &["down_to", "to_pay", "invoices"]);
    for it in &told.ways_out {
        let to_pay: Vec<_> = it.pay_amounts.iter().map(|it| money(Some(it))).collect();
        sheet.row(
            Tone::Plain,
            [
                Cell::Number(it.supply_block.to_string()),
                to_pay.join(", ").into(),
                it.invoice_ids.join(", ").into(),
            ],
        );
    }
    sheet
}
