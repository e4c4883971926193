//! How customers stand, what a person should look at, and why.

use std::collections::BTreeMap;

use api::{
    alerts::{
        AlertKind, AlertSeverity, ListAlertsRequest, alerts_service_client::AlertsServiceClient,
    },
    invoicing::{ListAccountsRequest, invoicing_service_client::InvoicingServiceClient},
    risk::{
        Flip, GetExposureRequest, GetScoreRequest, Grade, ListOrdersRequest, ListScoresRequest,
        Score, ScoreLine, flip::Change, order::State, risk_service_client::RiskServiceClient,
        score_service_client::ScoreServiceClient,
    },
};
use tonic::transport::Channel;

use super::{heading, words};
use crate::demo::{DemoError, TENANT};
use client::{
    Trouble,
    answers::{civil, plain},
    figures::{group, grouped},
    said, way_out,
};

/// As many of each as are shown.
const SHOWN: usize = 6;

/// So many of the worst are looked at for one that a change would make better.
const ASKED: usize = 20;

/// Answers whose score is worst.
pub(super) async fn write(text: &mut String, channel: &Channel) -> Result<String, DemoError> {
    let worst = grades(text, channel).await?;
    alerts(text, channel).await?;
    orders(text, channel).await?;
    largest(text, channel).await?;
    scores(text, channel, &worst).await?;
    Ok(worst.into_iter().next().unwrap_or_default())
}

/// Answers who stands worst, the worst first.
async fn grades(text: &mut String, channel: &Channel) -> Result<Vec<String>, DemoError> {
    let mut client = ScoreServiceClient::new(channel.clone());
    let mut request = ListScoresRequest {
        tenant_id: TENANT.to_owned(),
        order_by: "points".to_owned(),
        page_size: 1_000,
        ..ListScoresRequest::default()
    };
    let mut scores: Vec<ScoreLine> = Vec::new();
    loop {
        let page = client.list_scores(request.clone()).await.map_err(Trouble::from)?.into_inner();
        scores.extend(page.scores);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    heading(text, "Customers by grade");
    let grades = [Grade::A, Grade::B, Grade::C, Grade::D, Grade::E];
    let count = |grade| scores.iter().filter(|it| it.grade() == grade).count();
    let most = grades.into_iter().map(count).max().unwrap_or_default().max(1);
    for grade in grades {
        let count = count(grade);
        let bar = "█".repeat((count * 32 / most).max(usize::from(count > 0)));
        line!(text, "  {}  {count:>5}  {bar}", name(grade));
    }
    Ok(scores.into_iter().take(ASKED).map(|it| it.customer_id).collect())
}

fn name(grade: Grade) -> &'static str {
    grade.as_str_name().trim_start_matches("GRADE_")
}

async fn alerts(text: &mut String, channel: &Channel) -> Result<(), DemoError> {
    let mut client = AlertsServiceClient::new(channel.clone());
    let mut request = ListAlertsRequest {
        tenant_id: TENANT.to_owned(),
        page_size: 1_000,
        ..ListAlertsRequest::default()
    };
    let mut kinds = BTreeMap::<AlertKind, [usize; 3]>::new();
    let mut total = [0; 3];
    loop {
        let page = client.list_alerts(request.clone()).await.map_err(Trouble::from)?.into_inner();
        for it in &page.alerts {
            let counted = match it.severity() {
                AlertSeverity::High => [1, 0, 0],
                AlertSeverity::Medium => [0, 1, 0],
                AlertSeverity::Low | AlertSeverity::Unspecified => [0, 0, 1],
            };
            let of_kind = kinds.entry(it.kind()).or_default();
            for counts in [of_kind, &mut total] {
                counts.iter_mut().zip(counted).for_each(|(all, one)| *all += one);
            }
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let all: usize = total.iter().sum();
    heading(text, &format!("Alerts that hold: {all}"));
    line!(text, "  {:24}{:>6}{:>8}{:>6}", "", "high", "medium", "low");
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    // The gravest first.
    kinds.sort_by_key(|(_, counts)| std::cmp::Reverse(*counts));
    let row = |text: &mut String, name: &str, [high, medium, low]: [usize; 3]| {
        line!(text, "  {name:24}{high:>6}{medium:>8}{low:>6}");
    };
    for (kind, counts) in kinds.iter().take(SHOWN) {
        let kind = kind.as_str_name().trim_start_matches("ALERT_KIND_");
        row(text, &kind.to_ascii_lowercase().replace('_', " "), *counts);
    }
    if kinds.len() > SHOWN {
        let mut others = [0; 3];
        for (_, counts) in kinds.iter().skip(SHOWN) {
            others.iter_mut().zip(counts).for_each(|(all, one)| *all += one);
        }
        row(text, &format!("{} other kinds", kinds.len() - SHOWN), others);
    }
    Ok(())
}

async fn orders(text: &mut String, channel: &Channel) -> Result<(), DemoError> {
    let mut client = RiskServiceClient::new(channel.clone());
    let mut counted = async |state: State, page_size: i32| {
        let request = ListOrdersRequest {
            tenant_id: TENANT.to_owned(),
            state: state.into(),
            page_size,
            ..ListOrdersRequest::default()
        };
        client.list_orders(request).await.map_err(Trouble::from)
    };
    let accepted = counted(State::Accepted, 1).await?.into_inner().total_size;
    let held = counted(State::Held, 1_000).await?.into_inner();
    heading(text, &format!("Orders: {accepted} may be delivered, {} are held", held.total_size));
    // The one with most to say for itself.
    let ways = |it: &api::risk::ListedOrder| it.order.as_ref().map_or(0, |it| it.ways.len());
    let longest = held.orders.iter().map(ways).max().unwrap_or_default();
    let Some(shown) = held.orders.iter().find(|it| ways(it) == longest) else { return Ok(()) };
    let order = shown.order.clone().unwrap_or_default();
    line!(text, "  {}, {} is held:", order.order, grouped_money(order.amount.as_ref()));
    for rule in order.obstacles.iter().filter_map(|it| it.rule.as_ref()) {
        let (what, more) = said(rule);
        line!(text, "    {what}{}{more}", if more.is_empty() { "" } else { ": " });
    }
    line!(text, "  What would let it pass:");
    for it in &order.ways {
        let Some(what) = &it.what else { continue };
        let (way, more) = way_out(what);
        line!(text, "    {way} {more}{}", if it.enough { "" } else { ", and more" });
    }
    Ok(())
}

fn grouped_money(it: Option<&api::Money>) -> String {
    it.map_or_else(|| "–".to_owned(), |it| format!("{} {}", group(&plain(it)), it.currency_code))
}

async fn largest(text: &mut String, channel: &Channel) -> Result<(), DemoError> {
    let request = ListAccountsRequest {
        tenant_id: TENANT.to_owned(),
        page_size: 1,
        order_by: "open_amount desc".to_owned(),
        currency_code: "EUR".to_owned(),
        ..ListAccountsRequest::default()
    };
    let mut client = InvoicingServiceClient::new(channel.clone());
    let answer = client.list_accounts(request).await.map_err(Trouble::from)?.into_inner();
    let Some(account) = answer.accounts.into_iter().next() else { return Ok(()) };
    let request = GetExposureRequest {
        tenant_id: TENANT.to_owned(),
        customer_id: account.customer_id.clone(),
        ..GetExposureRequest::default()
    };
    let mut client = RiskServiceClient::new(channel.clone());
    let answer = client.get_exposure(request).await.map_err(Trouble::from)?.into_inner();
    let it = answer.exposure.unwrap_or_default();
    heading(text, &format!("Who owes most in euros: {}, {}", account.customer_id, account.name));
    for (name, amount) in [
        ("at stake", &it.total_amount),
        ("guaranteed", &it.guarantee_amount),
        ("insured", &it.insured_amount),
        ("neither", &it.unsecured_amount),
        ("limit", &it.limit_amount),
        ("headroom", &it.headroom_amount),
    ] {
        let some = amount.as_ref().filter(|it| it.units != 0 || it.nanos != 0);
        if some.is_some() || matches!(name, "at stake" | "limit" | "headroom") {
            line!(text, "  {name:12}{:>18}", grouped_money(amount.as_ref()));
        }
    }
    Ok(())
}

/// The worst, and if nothing would make that one better, the worst that something would.
async fn scores(text: &mut String, channel: &Channel, worst: &[String]) -> Result<(), DemoError> {
    let mut client = ScoreServiceClient::new(channel.clone());
    for (place, customer) in worst.iter().enumerate() {
        let request = GetScoreRequest {
            tenant_id: TENANT.to_owned(),
            customer_id: customer.clone(),
            ..GetScoreRequest::default()
        };
        let answer = client.get_score(request).await.map_err(Trouble::from)?.into_inner();
        let score = answer.score.unwrap_or_default();
        let ends = score.better.is_some();
        if place == 0 {
            heading(text, &format!("Whose score is worst: {customer}"));
            explain(text, score);
        } else if ends {
            line!(text, "\n  The worst that one change would make better: {customer}");
            explain(text, score);
        }
        if ends {
            break;
        }
    }
    Ok(())
}

fn explain(text: &mut String, score: Score) {
    let since = score.grade_since_date.as_ref().map(civil).unwrap_or_default();
    let points = grouped(score.points.unsigned_abs().into());
    let late = score.chances.unwrap_or_default().late30;
    line!(
        text,
        "  grade {} since {since}, {}{points} points, {} likely to pay more than 30 days late",
        name(score.grade()),
        if score.points < 0 { "-" } else { "" },
        percent(late)
    );
    let mut reasons = score.reasons;
    reasons.sort_by_key(|it| it.points);
    for it in reasons.iter().filter(|it| it.points < 0).take(3) {
        line!(text, "  {:>5} points  {}", it.points, words::of(&it.measure, it.value));
    }
    line!(text, "  {}", better(score.better.as_ref()));
}

/// The smallest change that leads to a better grade, in a sentence.
fn better(it: Option<&Flip>) -> String {
    let Some((flip, change)) = it.and_then(|it| Some((it, it.change.as_ref()?))) else {
        return "No one figure, and none of the oldest overdue items paid, would make it better."
            .to_owned();
    };
    let change = match change {
        Change::Paid(it) => format!("once {} is paid", it.invoice_ids.join(", ")),
        Change::Moved(it) => format!("with {}", words::of(&it.measure, Some(it.value))),
    };
    format!("grade {} {change}", name(flip.grade()))
}

#[expect(clippy::float_arithmetic, reason = "a probability, for people")]
fn percent(probability: f64) -> String {
    format!("{:.1} %", probability * 100.0)
}
