//! `vigie watch`: what happens, as it happens.

use std::fmt::Write as _;

use api::{
    invoicing::{
        WatchAccountRequest, WatchAccountResponse,
        invoicing_service_client::InvoicingServiceClient, watch_account_response::Update,
    },
    shared::Position,
};
use serde_json::json;

use super::{
    Form, Trouble, alerts,
    answers::{balances, civil, plain, position},
    asked::{self, Asked},
    paper::colours,
    say,
};

/// What happens, as it happens.
#[derive(Debug, clap::Args)]
pub struct Watch {
    #[command(flatten)]
    asked: Asked,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// What happens on a customer's account
    Account {
        /// Whose
        customer: String,
        /// Go on after this position, nothing twice and nothing left out
        #[arg(long, value_name = "POSITION", value_parser = asked::position)]
        after: Option<Position>,
    },
    /// What a person should look at
    Alerts {
        #[command(flatten)]
        which: alerts::Which,
        /// Go on after this position, nothing twice and nothing left out
        #[arg(long, value_name = "POSITION", value_parser = asked::position)]
        after: Option<Position>,
    },
}

impl Watch {
    /// Tells until it is stopped, or the server stops.
    pub async fn run(&self) -> Result<String, Trouble> {
        match &self.what {
            What::Account { customer, after } => self.account(customer, after.clone()).await,
            What::Alerts { which, after } => alerts::watch(&self.asked, which, after.clone()).await,
        }
    }

    async fn account(&self, customer: &str, after: Option<Position>) -> Result<String, Trouble> {
        let mut client = InvoicingServiceClient::new(self.asked.reach.connect(true).await?);
        let request = WatchAccountRequest {
            tenant_id: self.asked.tenant()?,
            customer_id: customer.to_owned(),
            after_position: after,
        };
        let mut updates = client.watch_account(request).await?.into_inner();
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        loop {
            let update = tokio::select! {
                _ = &mut interrupted => return Ok(String::new()),
                update = updates.message() => update?,
            };
            match update {
                Some(update) => say(written(&update, self.asked.output)),
                None => return Ok(String::new()),
            }
        }
    }
}

fn written(update: &WatchAccountResponse, form: Form) -> String {
    let at = position(update.position.as_ref());
    let (facts, stands) = match &update.update {
        Some(Update::Account(account)) => (&[][..], account.balances.as_slice()),
        Some(Update::Change(change)) => (change.facts.as_slice(), change.balances.as_slice()),
        // It is alive, and that is all.
        Some(Update::Heartbeat(_)) | None => return String::new(),
    };
    if form == Form::Table {
        let mut text = String::new();
        for fact in facts {
            let on = fact.effective_date.as_ref().map(civil).unwrap_or_default();
            let _cannot_fail = writeln!(text, "{at}  {on}  {}  {}", fact.event, fact.data_json);
        }
        text.push_str(&balances(stands).table(colours()));
        return text;
    }
    // An object a line: whoever reads it reads it as it comes.
    let data = |it: &str| serde_json::from_str::<serde_json::Value>(it).unwrap_or_default();
    let facts: Vec<_> = facts
        .iter()
        .map(|it| json!({"event": it.event, "effective_on": it.effective_date.as_ref().map(civil), "data": data(&it.data_json)}))
        .collect();
    let stands: Vec<_> = stands
        .iter()
        .map(|it| {
            let amount = |it: &Option<api::Money>| it.as_ref().map(plain);
            json!({"currency": it.currency_code, "open": amount(&it.open_amount), "overdue": amount(&it.overdue_amount)})
        })
        .collect();
    format!("{}\n", json!({"position": at, "facts": facts, "balances": stands}))
}
