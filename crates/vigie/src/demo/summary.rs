//! What there is to see, asked for over gRPC like anybody would.

/// Writing to a string cannot fail.
macro_rules! line {
    ($text:expr $(, $($what:tt)*)?) => {{
        use std::fmt::Write as _;
        let _cannot_fail = writeln!($text $(, $($what)*)?);
    }};
}

pub(super) use line;

mod credit;
mod words;

use std::{fmt::Write as _, time::Duration};

use api::invoicing::{
    AgedBalance, GetAgedBalanceRequest, GetIndicatorsRequest, ListAccountsRequest, indicator,
    invoicing_service_client::InvoicingServiceClient,
};
use tonic::transport::Channel;

use super::{Demo, DemoError, TENANT, cases, publish::Published, reminders, server::House};
use crate::cli;
use client::{
    Reach, Trouble,
    answers::{civil, number, plain, unless_zero},
    figures::{group, grouped},
    paper::{Sheet, Tone, colours},
};

/// What there is to say beside the figures.
#[derive(Debug)]
pub(super) struct Circumstances<'a> {
    pub(super) house: &'a House,
    pub(super) demo: &'a Demo,
    pub(super) published: Option<&'a Published>,
    /// All of it was there already.
    pub(super) found_again: bool,
    pub(super) took: Duration,
}

/// Asks and writes.
pub(super) async fn write(it: &Circumstances<'_>) -> Result<(), DemoError> {
    let Some(running) = &it.house.running else { return Ok(()) };
    let server = format!("http://{}", running.grpc_address);
    let reach = Reach { server: server.clone(), ..Reach::default() };
    let channel = reach.connect(false).await?;
    let client = InvoicingServiceClient::new(channel.clone());
    let mut text = String::new();
    beginning(&mut text, it);
    aged(&mut text, client.clone()).await?;
    indicators(&mut text, client.clone()).await?;
    let owes = worst(&mut text, client).await?;
    let worst = credit::write(&mut text, &channel).await?;
    reminders::write(&mut text, it.house, &channel).await?;
    cases::write(&mut text, it.house).await?;
    reminders::try_others(&mut text, it.house).await?;
    refused(&mut text, it.published);
    ways_on(&mut text, it, &server, &owes, &worst);
    cli::say(text);
    Ok(())
}

pub(super) fn heading(text: &mut String, title: &str) {
    if colours() {
        line!(text, "\n\u{1b}[1m{title}\u{1b}[0m\n");
    } else {
        line!(text, "\n{title}\n");
    }
}

fn seconds(took: Duration) -> String {
    format!("{}.{} s", took.as_secs(), took.subsec_millis() / 100)
}

fn beginning(text: &mut String, it: &Circumstances<'_>) {
    if let Some(published) = it.published {
        line!(
            text,
            "{} facts of two years came in over NATS and are on disk: {}, {} a second, {} business \
             days opened one by one.",
            grouped(published.taken + published.known),
            seconds(published.took),
            grouped(published.speed()),
            grouped(published.days)
        );
        if !published.refused.is_empty() {
            let first = published.refused.first().map_or("", |it| it.message.as_str());
            let count = published.refused.len();
            line!(text, "{count} of them were refused, which is not meant to be: {first}");
        }
    } else if it.found_again {
        line!(
            text,
            "Everything was found again in {}: {} after the start it answers. Nothing was published \
             twice.",
            it.house.directory.path().display(),
            seconds(it.took)
        );
    }
}

async fn aged(
    text: &mut String,
    mut client: InvoicingServiceClient<Channel>,
) -> Result<(), DemoError> {
    let request = GetAgedBalanceRequest { tenant_id: TENANT.to_owned(), ..Default::default() };
    let answer = client.get_aged_balance(request).await.map_err(Trouble::from)?.into_inner();
    let on = answer.effective_date.as_ref().map(civil).unwrap_or_default();
    heading(text, &format!("Aged balance on {on}"));
    for balance in &answer.aged_balances {
        bars(text, balance);
    }
    Ok(())
}

/// The widest bar.
const BAR: i64 = 32;

fn bars(text: &mut String, it: &AgedBalance) {
    let late = it.buckets.iter().map(|bucket| {
        let name = match bucket.days_max {
            Some(max) => format!("{} to {max} days late", bucket.days_min),
            None => format!("over {} days late", bucket.days_min - 1),
        };
        (name, bucket.amount.as_ref(), bucket.count)
    });
    let rows: Vec<_> = [("not due".to_owned(), it.not_due_amount.as_ref(), it.not_due_count)]
        .into_iter()
        .chain(late)
        .collect();
    let most = rows.iter().filter_map(|(_, amount, _)| Some(amount.as_ref()?.units)).max();
    let most = most.unwrap_or_default().max(1);
    for (place, (name, amount, count)) in rows.iter().enumerate() {
        let units = amount.map_or(0, |it| it.units).max(0);
        let length = usize::try_from(units * BAR / most).unwrap_or_default();
        let bar = "█".repeat(length.max(usize::from(units > 0)));
        let shown = amount.map(|it| group(&plain(it))).unwrap_or_default();
        let currency = if place == 0 { it.currency_code.as_str() } else { "" };
        line!(text, "  {currency:3}  {name:18} {shown:>16}  {bar} {count}");
    }
    let total = it.outstanding_amount.as_ref().map(|it| group(&plain(it))).unwrap_or_default();
    line!(text, "       {:18} {total:>16}\n", "outstanding");
}

async fn indicators(
    text: &mut String,
    mut client: InvoicingServiceClient<Channel>,
) -> Result<(), DemoError> {
    let request = GetIndicatorsRequest {
        tenant_id: TENANT.to_owned(),
        period_days: 365,
        ..Default::default()
    };
    let answer = client.get_indicators(request).await.map_err(Trouble::from)?.into_inner();
    heading(text, "Indicators of the last 365 days");
    let Some(first) = answer.indicator_sets.first() else { return Ok(()) };
    let currencies: Vec<_> =
        answer.indicator_sets.iter().map(|it| it.currency_code.clone()).collect();
    let heads: String = currencies.iter().fold(String::new(), |mut all, it| {
        let _cannot_fail = write!(all, "{it:>9}");
        all
    });
    line!(text, "  {:28}{heads}   formula", "");
    for (place, one) in first.indicators.iter().enumerate() {
        let name = match indicator::Kind::try_from(one.kind).unwrap_or_default() {
            indicator::Kind::Unspecified => "",
            indicator::Kind::Dso => "DSO",
            indicator::Kind::DsoCountBack => "DSO, counted back",
            indicator::Kind::DsoTrue => "DSO, item by item",
            indicator::Kind::DsoBestPossible => "DSO, best possible",
            indicator::Kind::AverageDaysDelinquent => "average days delinquent",
            indicator::Kind::CollectionEffectiveness => "collection effectiveness",
            indicator::Kind::OverdueShare => "overdue share",
            indicator::Kind::BrokenPromiseShare => "broken promise share",
        };
        let values = answer.indicator_sets.iter().fold(String::new(), |mut all, set| {
            let value = set.indicators.get(place).and_then(|it| it.value.as_ref());
            let shown = value.map_or_else(|| "–".to_owned(), |it| rounded(&it.value));
            let _cannot_fail = write!(all, "{shown:>9}");
            all
        });
        let unit = match indicator::Unit::try_from(one.unit).unwrap_or_default() {
            indicator::Unit::Days => "days",
            indicator::Unit::Ratio | indicator::Unit::Unspecified => "",
        };
        let formula = cut(&one.formula);
        line!(text, "  {name:28}{values} {unit:5} {formula}");
    }
    Ok(())
}

/// As much of a formula as fits into a line; `vigie get indicators` has the whole.
fn cut(formula: &str) -> String {
    const CHARS_MAX: usize = 64;
    if formula.chars().count() <= CHARS_MAX {
        return formula.to_owned();
    }
    formula.chars().take(CHARS_MAX - 1).chain(['…']).collect()
}

/// A decimal number with at most two decimals, cut.
fn rounded(number: &str) -> String {
    match number.split_once('.') {
        Some((whole, fraction)) => {
            let cut: String = fraction.chars().take(2).collect();
            format!("{whole}.{cut}")
        }
        None => number.to_owned(),
    }
}

/// Answers who it is.
async fn worst(
    text: &mut String,
    mut client: InvoicingServiceClient<Channel>,
) -> Result<String, DemoError> {
    heading(text, "Who owes most that is late, in euros");
    let request = ListAccountsRequest {
        tenant_id: TENANT.to_owned(),
        page_size: 8,
        order_by: "overdue_amount desc".to_owned(),
        currency_code: "EUR".to_owned(),
        overdue_only: true,
        ..Default::default()
    };
    let answer = client.list_accounts(request).await.map_err(Trouble::from)?.into_inner();
    let columns = ["customer", "name", "overdue", "days_late", "open", "items", "disputed"];
    let mut sheet = Sheet::new("", "", &columns);
    for account in &answer.accounts {
        for it in &account.balances {
            let very = it.days_past_due_max > 90;
            sheet.row(
                if very { Tone::Alarming } else { Tone::Plain },
                [
                    account.customer_id.as_str().into(),
                    account.name.as_str().into(),
                    number(it.overdue_amount.as_ref()),
                    it.days_past_due_max.into(),
                    number(it.open_amount.as_ref()),
                    it.open_item_count.into(),
                    unless_zero(it.disputed_amount.as_ref()),
                ],
            );
        }
    }
    for row in sheet.table(colours()).lines() {
        line!(text, "  {row}");
    }
    Ok(answer.accounts.into_iter().next().map(|it| it.customer_id).unwrap_or_default())
}

fn refused(text: &mut String, published: Option<&Published>) {
    let Some(published) = published else { return };
    heading(text, "Refused: messages that were wrong on purpose, and held nothing up");
    for told in &published.told {
        let about = if told.field.is_empty() { String::new() } else { format!("{}: ", told.field) };
        line!(text, "  {:22} {about}{}", told.reason, told.message);
    }
}

fn ways_on(text: &mut String, it: &Circumstances<'_>, server: &str, customer: &str, worst: &str) {
    let address = server.trim_start_matches("http://");
    let nats = it.house.nats.url();
    if it.demo.once {
        return;
    }
    heading(text, "Look around");
    line!(text, "  export VIGIE_SERVER={server} VIGIE_TENANT={TENANT}");
    if let Ok(program) = std::env::current_exe() {
        line!(text, "  alias vigie={}", program.display());
    }
    line!(text, "  vigie list accounts --overdue --currency EUR --order-by 'overdue_amount desc'");
    line!(text, "  vigie get aged-balance --effective-on 2026-03-31");
    line!(text, "  vigie get account {customer}");
    line!(text, "  vigie get exposure {customer}");
    line!(text, "  vigie get score {worst}");
    line!(text, "  vigie list scores --grades E");
    line!(text, "  vigie list orders --held");
    line!(text, "  vigie list alerts --severity high");
    line!(text, "  vigie watch alerts");
    line!(text, "  vigie list open-items --overdue --order-by 'days_past_due desc' --output csv");
    line!(text, "\n  grpcurl -plaintext {address} list");
    line!(
        text,
        "  grpcurl -plaintext -d '{{\"tenant_id\":\"{TENANT}\",\"customer_id\":\"{customer}\"}}' {address} \
         vigie.invoicing.v1.InvoicingService/GetAccount"
    );
    line!(
        text,
        "  buf curl --protocol grpc --http2-prior-knowledge {server}/vigie.invoicing.v1.\
         InvoicingService/GetAgedBalance -d '{{\"tenant_id\":\"{TENANT}\"}}'"
    );
    line!(
        text,
        "  grpcurl -plaintext -d '{{\"tenant_id\":\"{TENANT}\",\"command\":{{\"customer_id\":\
         \"{customer}\",\"order\":\"PO-1\",\"amount\":{{\"currency_code\":\"EUR\",\"units\":5000}},\
         \"order_date\":{{\"year\":2026,\"month\":9,\"day\":30}}}}}}' {address} \
         vigie.risk.v1.RiskService/CheckOrder"
    );
    heading(text, "Send something");
    let invoice = format!(
        r#"{{"customer_id":"{customer}","invoice_id":"NEW-1","issue_date":"2026-09-30","gross":{{"amount":"1190.00","currency":"EUR"}}}}"#
    );
    line!(
        text,
        "  nats --server {nats} req vigie.ask.{TENANT}.invoicing \
         '{{\"type\":\"dev.vigie.invoice.issued.v1\",\"data\":{invoice}}}'"
    );
    line!(
        text,
        "  nats --server {nats} pub vigie.in.{TENANT}.invoicing.invoice -H ce-specversion:1.0 \
         -H ce-id:1 -H ce-source:/me -H ce-type:dev.vigie.invoice.issued.v1 '{invoice}'"
    );
    line!(text, "  nats --server {nats} sub 'vigie.refused.>'");
    line!(text);
    if it.house.directory.is_temporary() {
        line!(text, "Serving until Ctrl-C; then all of it is gone. With --data-dir DIR it stays.");
    } else {
        let path = it.house.directory.path().display();
        line!(text, "Serving until Ctrl-C. All of it stays in {path}.");
    }
}
