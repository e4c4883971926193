//! Two years of business, said day by day through the ways that producers have: requests over NATS,
//! in batches, answered when durable; and at the end some messages that are wrong, to the inbox.

use std::{io::IsTerminal as _, time::Duration};

use async_nats::{
    Client, HeaderMap,
    jetstream::{self, consumer::pull},
};
use chrono::{Datelike as _, NaiveDate};
use events::{Context, Sequence, TenantId};
use futures::StreamExt as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Deserialize;
use tokio::time::{Instant, timeout};

use super::{DemoError, lookout::Lookout, portfolio};
use crate::{
    ask::line::{Became, Line, Refusal, Settled},
    grpc::Explanation,
    inbox,
    serve::Running,
};
use client::{Trouble, figures::grouped};

/// Facts in a request.
const BATCH: usize = 500;

/// What was published.
#[derive(Debug, Default)]
pub(super) struct Published {
    /// Facts that are recorded.
    pub(super) taken: u64,
    /// Facts that were known already, from a start that was interrupted.
    pub(super) known: u64,
    /// Business days opened.
    pub(super) days: u64,
    /// Facts that were refused, which should be none.
    pub(super) refused: Vec<Refusal>,
    /// What was wrong on purpose, as it was told.
    pub(super) told: Vec<Told>,
    pub(super) took: Duration,
}

/// What is told of a message that was refused.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub(super) reason: String,
    #[serde(default)]
    pub(super) field: String,
    pub(super) message: String,
}

/// Whether all of it has been published before: the last day is open.
pub(super) fn is_done(running: &Running, tenant: &TenantId) -> bool {
    let Some(tenant) = running.tenants.get(tenant) else { return false };
    let mut hosts = tenant.all_invoicing();
    hosts.all(|(_, it)| it.read(|books| books.today).is_ok_and(|today| today >= portfolio::LAST))
}

/// Waits until everything that is called for is said by everybody who listens, each after those it
/// hears.
pub(super) async fn rest(running: &Running, tenant: &TenantId) -> Result<(), DemoError> {
    let Some(tenant) = running.tenants.get(tenant) else { return Ok(()) };
    for part in &tenant.parts {
        let mut reached = Sequence::START;
        for service in part.services() {
            let rested = async {
                service.reached(reached).await?;
                service.at_rest().await
            };
            let rested: Result<(), Explanation> = rested.await;
            rested.map_err(|it| Trouble::from(tonic::Status::from(it)))?;
            reached = service.position().max(reached);
        }
    }
    Ok(())
}

/// Publishes all of it, while somebody watches what that raises.
pub(super) async fn publish(
    client: Client,
    tenant: &TenantId,
    customers: u32,
    lookout: &Lookout,
) -> Result<Published, DemoError> {
    let began = Instant::now();
    let facts = portfolio::portfolio(customers);
    let broken = |error: &dyn std::fmt::Display| DemoError::Publish(error.to_string());
    let mut line = Line::open(client.clone(), tenant).await.map_err(|it| broken(&it))?;
    let mut published = Published::default();
    let bar = bar(facts.len());
    let mut facts = facts.into_iter().peekable();
    let mut payload = Vec::new();
    for day in portfolio::FIRST.iter_days().take_while(|it| *it <= portfolio::LAST) {
        while let Some(settled) = line.first().await.map_err(|it| broken(&it))? {
            published.add(settled);
        }
        // Scores and orders go by what was owed as the day began, on every run. Whoever watches all
        // of that may be days behind, until its figures are shown.
        let rest_of = (day < portfolio::WATCHED_FROM).then_some(Context::Risk);
        let opened = line.open_day(day, rest_of).await.map_err(|it| broken(&it))?;
        published.days += u64::from(opened);
        let mut items = 0;
        while let Some(fact) = facts.next_if(|it| it.on == day) {
            let to = fact.to();
            payload.push(if items == 0 { b'[' } else { b',' });
            payload.extend_from_slice(br#"{"type":""#);
            payload.extend_from_slice(fact.ce_type.as_bytes());
            payload.extend_from_slice(br#"","data":"#);
            serde_json::to_writer(&mut payload, &fact.data).map_err(|it| broken(&it))?;
            payload.push(b'}');
            items += 1;
            let more = facts.peek().is_some_and(|it| it.on == day && it.to() == to);
            if items < BATCH && more {
                continue;
            }
            payload.push(b']');
            let request = std::mem::take(&mut payload);
            let settled = line.send(to, request, items, ()).await.map_err(|it| broken(&it))?;
            if let Some(settled) = settled {
                published.add(settled);
            }
            bar.inc(u64::try_from(items).unwrap_or_default());
            items = 0;
            // Orders are checked against what was owed as the day began, on every run.
            if to == Context::Risk && !more {
                while let Some(settled) = line.first().await.map_err(|it| broken(&it))? {
                    published.add(settled);
                }
            }
        }
        tell(&bar, day, lookout);
    }
    while let Some(settled) = line.first().await.map_err(|it| broken(&it))? {
        published.add(settled);
    }
    published.took = began.elapsed();
    bar.finish_and_clear();
    published.told = send_wrong_ones(client, tenant).await?;
    Ok(published)
}

impl Published {
    fn add(&mut self, ((), became): Settled<()>) {
        for became in became {
            match became {
                Became::Changed(_) => self.taken += 1,
                Became::Known => self.known += 1,
                Became::Refused(why) => self.refused.push(why),
            }
        }
    }
}

fn bar(facts: usize) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(u64::try_from(facts).ok(), target);
    let style = ProgressStyle::with_template(
        "{bar:40} {human_pos} of {human_len} facts  {prefix}\n{wide_msg}",
    );
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    super::note(&format!(
        "{} facts of {} days, one after the other, each day opened before its facts",
        grouped(u64::try_from(facts).unwrap_or_default()),
        span(portfolio::FIRST, portfolio::LAST)
    ));
    bar
}

/// Says how far it is: in place on a terminal, and elsewhere a line every three months.
fn tell(bar: &ProgressBar, day: NaiveDate, lookout: &Lookout) {
    bar.set_prefix(day.to_string());
    bar.set_message(lookout.line());
    if bar.is_hidden() && day.day() == 1 && day.month0().is_multiple_of(3) {
        super::note(&format!("{day}: {}", lookout.line()));
    }
}

fn span(first: NaiveDate, last: NaiveDate) -> i64 {
    (last - first).num_days() + 1
}

/// What everybody gets wrong once: published to the inbox like anything else.
const WRONG: [(&str, &str); 6] = [
    (
        "dev.vigie.invoice.issued.v1",
        r#"{"customer_id":"FR0001","invoice_id":"W-1","issue_date":"2026-09-30","gross":{"amount":"1e5","currency":"EUR"}}"#,
    ),
    (
        "dev.vigie.invoice.issued.v1",
        r#"{"customer_id":"FR0001","invoice_id":"W-2","issue_date":"2026-09-30","gross":{"amount":1190.00,"currency":"EUR"}}"#,
    ),
    (
        "dev.vigie.invoice.issued.v1",
        r#"{"customer_id":"FR0001","invoice_id":"W 3","issue_date":"2026-09-30","gross":{"amount":"10.00","currency":"EUR"}}"#,
    ),
    (
        "dev.vigie.payment.received.v1",
        r#"{"customer_id":"FR0001","payment_id":"W-4","amount":{"amount":"10.005","currency":"EUR"},"value_date":"2026-09-30","method":"transfer"}"#,
    ),
    (
        "dev.vigie.writeoff.approved.v1",
        r#"{"customer_id":"FR0001","write_off_id":"W-5","approved_by":"finance-1","approve_date":"2026-09-30"}"#,
    ),
    ("dev.vigie.invoice.paid.v1", r#"{"customer_id":"FR0001"}"#),
];

const TOLD_WITHIN: Duration = Duration::from_secs(10);

async fn send_wrong_ones(client: Client, tenant: &TenantId) -> Result<Vec<Told>, DemoError> {
    let broken = |error: &dyn std::fmt::Display| DemoError::Publish(error.to_string());
    let context = jetstream::new(client);
    for (place, (ce_type, data)) in WRONG.iter().enumerate() {
        let mut headers = HeaderMap::new();
        headers.insert("ce-specversion", "1.0");
        headers.insert("ce-id", format!("wrong-{place}"));
        headers.insert("ce-source", "/demo");
        headers.insert("ce-type", *ce_type);
        let subject = inbox::subject(tenant.as_str(), Context::Invoicing);
        let sent = context.publish_with_headers(subject, headers, (*data).into()).await;
        sent.map_err(|it| broken(&it))?.await.map_err(|it| broken(&it))?;
    }
    let stream = context.get_stream(inbox::REFUSED).await.map_err(|it| broken(&it))?;
    let consumer = stream.create_consumer(pull::OrderedConfig::default()).await;
    let messages = consumer.map_err(|it| broken(&it))?.messages().await;
    let mut messages = messages.map_err(|it| broken(&it))?;
    let mut told = Vec::new();
    while told.len() < WRONG.len() {
        match timeout(TOLD_WITHIN, messages.next()).await {
            Ok(Some(Ok(message))) => {
                told.push(serde_json::from_slice(&message.payload).map_err(|it| broken(&it))?);
            }
            Ok(Some(Err(error))) => return Err(broken(&error)),
            Ok(None) | Err(_) => return Err(broken(&"what was refused was not told in time")),
        }
    }
    Ok(told)
}
