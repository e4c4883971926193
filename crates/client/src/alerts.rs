//! What a person should look at: listed, watched, and seen.

use std::fmt::Write as _;

use api::{
    alerts::{
        AcknowledgeAlert, AcknowledgeAlertRequest, Alert, AlertChange, AlertKind, AlertReason,
        AlertSeverity, ClearReason, ListAlertsRequest, WatchAlertsRequest, WatchAlertsResponse,
        alert::{State, Subject},
        alert_change::What,
        alerts_service_client::AlertsServiceClient,
        watch_alerts_response::Update,
    },
    shared::Position,
};
use chrono::NaiveDate;
use serde_json::json;

use super::{
    Form, Trouble,
    answers::{amount, civil, date, of_when, plain, position, word},
    asked::{self, Asked},
    paper::{Cell, Paper, Sheet, Tone},
    say,
};

/// Which alerts.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
    /// At least so severe: low, medium or high
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    severity: Option<AlertSeverity>,
    /// Of this kind, such as `limit_breached`; may be given more than once
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<AlertKind>,
}

fn severity(text: &str) -> Result<AlertSeverity, String> {
    AlertSeverity::from_str_name(&format!("ALERT_SEVERITY_{}", text.to_ascii_uppercase()))
        .ok_or_else(|| format!("`{text}` is not low, medium or high"))
}

fn kind(text: &str) -> Result<AlertKind, String> {
    AlertKind::from_str_name(&format!("ALERT_KIND_{}", text.to_ascii_uppercase()))
        .ok_or_else(|| format!("`{text}` is no kind of alert, such as limit_breached"))
}

impl Which {
    fn kinds(&self) -> Vec<i32> {
        self.kind.iter().map(|it| i32::from(*it)).collect()
    }

    fn severity_min(&self) -> i32 {
        self.severity.map(i32::from).unwrap_or_default()
    }
}

/// Alerts, page by page.
pub(super) async fn list(
    asked: &Asked,
    which: &Which,
    cleared: bool,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = AlertsServiceClient::new(asked.reach.connect(false).await?);
    let states = if cleared { vec![State::Cleared.into()] } else { Vec::new() };
    let mut request = ListAlertsRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        states,
        severity_min: which.severity_min(),
        kinds: which.kinds(),
        customer_id: which.customer.clone().unwrap_or_default(),
        assigned_to: String::new(),
    };
    let mut alerts = Vec::new();
    let last = loop {
        let answer = client.list_alerts(request.clone()).await?.into_inner();
        alerts.extend(answer.alerts.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(alerts.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} alerts", alerts.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(sheet(&alerts));
    Ok(paper)
}

fn sheet(alerts: &[Alert]) -> Sheet {
    let mut sheet = Sheet::new(
        "alerts",
        "",
        &[
            "customer",
            "alert",
            "severity",
            "since",
            "amount",
            "limit",
            "date",
            "about",
            "reasons",
            "seen_by",
            "assigned_to",
            "cleared",
        ],
    );
    for it in alerts {
        let high = it.severity() == AlertSeverity::High && it.state() != State::Cleared;
        let tone = match it.state() {
            _ if high => Tone::Alarming,
            State::Cleared => Tone::Faint,
            State::Raised | State::Acknowledged | State::Unspecified => Tone::Plain,
        };
        sheet.row(
            tone,
            [
                Cell::from(whose(&it.customer_id)),
                it.alert_id.as_str().into(),
                word(it.severity().as_str_name(), "ALERT_SEVERITY_"),
                date(it.hold_date.as_ref()),
                amount(it.amount.as_ref()),
                amount(it.limit_amount.as_ref()),
                date(it.subject_date.as_ref()),
                about(it).into(),
                reasons(it).join(", ").into(),
                it.acknowledged_by.as_str().into(),
                it.assigned_to.as_str().into(),
                date(it.clear_date.as_ref()),
            ],
        );
    }
    sheet
}

/// The word for all customers together, where a customer could stand.
const ALL: &str = ".";

fn whose(customer: &str) -> &str {
    if customer.is_empty() { ALL } else { customer }
}

fn about(it: &Alert) -> String {
    let subject = match &it.subject {
        Some(
            Subject::PromiseId(id)
            | Subject::PaymentId(id)
            | Subject::DisputeId(id)
            | Subject::Order(id)
            | Subject::LimitId(id)
            | Subject::GuaranteeId(id)
            | Subject::CoverId(id)
            | Subject::NoticeId(id)
            | Subject::Finding(id)
            | Subject::GroupId(id)
            | Subject::CurrencyCode(id)
            | Subject::ReminderId(id)
            | Subject::RightId(id)
            | Subject::PlacementId(id),
        ) => id.as_str(),
        // The invoice itself is named beside it.
        Some(Subject::Invoice(_)) | None => "",
    };
    let level = if it.level == 0 { String::new() } else { format!("level {}", it.level) };
    let words = [subject, &it.invoice_id, &level];
    words.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

fn reasons(it: &Alert) -> Vec<String> {
    let spelled = |it: AlertReason| {
        it.as_str_name().trim_start_matches("ALERT_REASON_").to_ascii_lowercase().replace('_', " ")
    };
    it.reasons().map(spelled).collect()
}

/// Tells until it is stopped, or the server stops.
pub(super) async fn watch(
    asked: &Asked,
    which: &Which,
    after: Option<Position>,
) -> Result<String, Trouble> {
    let mut client = AlertsServiceClient::new(asked.reach.connect(true).await?);
    let request = WatchAlertsRequest {
        tenant_id: asked.tenant()?,
        after_position: after,
        severity_min: which.severity_min(),
        kinds: which.kinds(),
        customer_id: which.customer.clone().unwrap_or_default(),
    };
    let mut updates = client.watch_alerts(request).await?.into_inner();
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let update = tokio::select! {
            _ = &mut interrupted => return Ok(String::new()),
            update = updates.message() => update?,
        };
        match update {
            Some(update) => say(written(&update, asked.output)),
            None => return Ok(String::new()),
        }
    }
}

/// A line each.
fn written(update: &WatchAlertsResponse, form: Form) -> String {
    let at = position(update.position.as_ref());
    let Some(Update::Changes(changes)) = &update.update else { return String::new() };
    let mut text = String::new();
    for it in &changes.changes {
        let (happened, more) = told(it);
        let severity = it.severity().as_str_name().trim_start_matches("ALERT_SEVERITY_");
        let (severity, customer, alert) =
            (severity.to_ascii_lowercase(), whose(&it.customer_id), &it.alert_id);
        let _cannot_fail = if form == Form::Table {
            writeln!(text, "{at}  {severity:6}  {customer}  {alert}  {happened}  {more}")
        } else {
            let line = json!({
                "position": at, "severity": severity, "customer": customer, "alert": alert,
                "happened": happened, "what": more,
            });
            writeln!(text, "{line}")
        };
    }
    text
}

fn told(it: &AlertChange) -> (&'static str, String) {
    match &it.what {
        Some(What::Raised(it)) => {
            let amount = it.amount.as_ref();
            let amount = amount.map(|it| format!("{} {}", plain(it), it.currency_code));
            let words = [about(it), amount.unwrap_or_default(), reasons(it).join(", ")];
            let words: Vec<_> = words.into_iter().filter(|it| !it.is_empty()).collect();
            (if it.again { "raised again" } else { "raised" }, words.join("  "))
        }
        Some(What::Acknowledged(it)) => {
            ("acknowledged", format!("by {} {}", it.acknowledged_by, it.note))
        }
        Some(What::Assigned(it)) => ("assigned", format!("to {}", it.assigned_to)),
        Some(What::Cleared(it)) => {
            let on = it.clear_date.as_ref().map(civil).unwrap_or_default();
            let reason = ClearReason::try_from(it.clear_reason).unwrap_or_default();
            let why = reason.as_str_name().trim_start_matches("CLEAR_REASON_");
            ("cleared", format!("{on} {}", why.to_ascii_lowercase().replace('_', " ")))
        }
        None => ("changed", String::new()),
    }
}

/// Says that an alert has been seen.
#[derive(Debug, clap::Args)]
pub struct Ack {
    #[command(flatten)]
    asked: Asked,
    /// Whose; `.` if it is of all customers together
    customer: String,
    /// Which, as `vigie list alerts` names it
    alert: String,
    /// Who has seen it: a pseudonym, never a name
    #[arg(long, env = "VIGIE_ACTOR")]
    by: String,
    /// When [default: today]
    #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
    on: Option<NaiveDate>,
    /// What there is to say, in at most 64 bytes
    #[arg(long)]
    note: Option<String>,
}

impl Ack {
    /// Says it, and what became of it.
    pub async fn run(&self) -> Result<String, Trouble> {
        let mut client = AlertsServiceClient::new(self.asked.reach.connect(false).await?);
        let request = AcknowledgeAlertRequest {
            tenant_id: self.asked.tenant()?,
            command: Some(AcknowledgeAlert {
                customer_id: if self.customer == ALL {
                    String::new()
                } else {
                    self.customer.clone()
                },
                alert_id: self.alert.clone(),
                acknowledged_by: self.by.clone(),
                acknowledge_date: Some(asked::day(self.on)),
                note: self.note.clone().unwrap_or_default(),
            }),
            ..AcknowledgeAlertRequest::default()
        };
        let done = client.acknowledge_alert(request).await?.into_inner();
        let mut paper = Paper::default();
        paper.fact("alert", self.alert.clone());
        paper.fact("new", done.changed);
        paper.fact("position", position(done.position.as_ref()));
        Ok(paper.write(self.asked.output))
    }
}
