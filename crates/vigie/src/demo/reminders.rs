//! Who would be reminded on the last day, how hard, and one letter of it. Nothing leaves: nobody has
//! armed it.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use api::dunning::{GetReminderPreviewRequest, letters_service_client::LettersServiceClient};
use dunning::{Command, Policy, backtest::Minutes, view::PendingView};
use events::{CustomerId, TenantId, dunning::Tone};
use indicatif::ProgressBar;
use money::{Currency, Money};
use tonic::transport::Channel;

use super::{
    DemoError, TENANT,
    server::House,
    summary::{heading, line},
};
use crate::{
    backtest::{self, Against},
    intake::{self, Asked},
    serve::Running,
};
use client::{
    Trouble,
    figures::{group, grouped},
};

/// The tenant's rules for reminding, as a person writes them.
const RULES: &str = include_str!("reminders.json");

/// Other rules, milder ones, to be tried beside them.
const GENTLE: &str = include_str!("../../../../deploy/policies/gentle.toml");

/// Differences that are shown of all there are.
const DIFFERENCES_SHOWN: usize = 8;

/// The company that writes.
const COMPANY: &str = r#"name = "Fournitures du Port"
address = ["3 quai des Grues", "76600 Le Havre"]
mentions = ["SAS au capital de 120 000 €", "RCS Le Havre 000 000 000"]
iban = "FR76 3000 6000 0112 3456 7890 189"
email = "compta@port.example"
window = "right"
language = "en"
"#;

/// Says who writes, in a directory of such files.
pub(super) async fn introduce(directory: &Path) -> Result<(), DemoError> {
    let failed = |error: std::io::Error| DemoError::Process(error.to_string());
    tokio::fs::create_dir_all(directory).await.map_err(failed)?;
    tokio::fs::write(directory.join(format!("{TENANT}.toml")), COMPANY).await.map_err(failed)
}

/// Adopts the rules; known already, nothing happens.
pub(super) async fn adopt(running: &Running, tenant: &TenantId) -> Result<(), DemoError> {
    let Some(tenant) = running.tenants.get(tenant) else { return Ok(()) };
    let failed = |error: &dyn std::fmt::Display| DemoError::Publish(error.to_string());
    let command = Command::read(dunning::Kind::AdoptDunningPolicy, RULES.as_bytes());
    let command = command.map_err(|it| failed(&it))?;
    let asked = Asked { command, request: None, actor: None };
    let submitted = intake::submit::<Policy>(&tenant, asked).await.map_err(|it| failed(&it))?;
    submitted.answer().await.map(|_| ()).map_err(|it| failed(&it))
}

/// What is shown of it.
pub(super) async fn write(
    text: &mut String,
    house: &House,
    channel: &Channel,
) -> Result<(), DemoError> {
    let Some(running) = &house.running else { return Ok(()) };
    let id: TenantId = TENANT.parse().map_err(|it| DemoError::Process(format!("{it}")))?;
    let Some(tenant) = running.tenants.get(&id) else { return Ok(()) };
    let mut pending: Vec<(CustomerId, PendingView)> = Vec::new();
    for (_, host) in tenant.hosts::<Policy>() {
        let some = host.read(|books| {
            let all = books.customers();
            all.filter_map(|(id, it)| Some((id.clone(), it.state.pending()?))).collect::<Vec<_>>()
        });
        pending.extend(some.map_err(|it| DemoError::Process(it.to_string()))?);
    }
    heading(text, &format!("Reminders: {} are planned and wait", grouped(count(pending.len()))));
    let mut by_tone = BTreeMap::<Tone, (u64, u64, BTreeMap<Currency, i64>)>::new();
    for (_, it) in &pending {
        let (messages, invoices, sums) = by_tone.entry(it.reminder.tone).or_default();
        *messages += 1;
        for item in &it.reminder.items {
            *invoices += 1;
            *sums.entry(item.open.currency()).or_default() += item.open.minor();
        }
    }
    for (tone, (messages, invoices, sums)) in &by_tone {
        let sums = sums.iter().map(|(currency, minor)| {
            let amount = Money::new(*minor, *currency).to_string();
            let amount = amount.trim_end_matches(currency.code()).trim();
            format!("{} {currency}", group(amount))
        });
        let sums = sums.collect::<Vec<_>>().join(", ");
        line!(text, "  {tone:10} {messages:>4} messages name {invoices:>5} invoices: {sums}");
    }
    let hardest = pending.iter().max_by_key(|(id, it)| {
        let sum: i64 = it.reminder.items.iter().map(|it| it.open.minor()).sum();
        // What is only read out is no letter.
        let is_written = it.channel != events::dunning::Channel::Call;
        (is_written, it.reminder.tone, sum, std::cmp::Reverse(id.clone()))
    });
    let Some((customer, _)) = hardest else { return Ok(()) };
    let request = GetReminderPreviewRequest {
        tenant_id: TENANT.to_owned(),
        customer_id: customer.to_string(),
        ..GetReminderPreviewRequest::default()
    };
    let mut letters = LettersServiceClient::new(channel.clone());
    let preview = match letters.get_reminder_preview(request).await {
        Ok(preview) => preview.into_inner(),
        Err(status) => {
            line!(text, "\n  The one to {customer} cannot be written: {}", Trouble::from(status));
            return Ok(());
        }
    };
    let path = house.directory.path().join("letter.pdf");
    let written = tokio::fs::write(&path, &preview.pdf).await;
    written.map_err(|error| DemoError::Process(error.to_string()))?;
    line!(text, "\n  The hardest goes to {customer}: “{}”", preview.subject);
    line!(text, "  as a letter: {}", path.display());
    Ok(())
}

/// What milder rules would have done in the same two years, as a diff.
pub(super) async fn try_others(text: &mut String, house: &House) -> Result<(), DemoError> {
    let Some(running) = &house.running else { return Ok(()) };
    let failed = |error: &dyn std::fmt::Display| DemoError::Process(error.to_string());
    let tenant: TenantId = TENANT.parse().map_err(|it| failed(&it))?;
    let journals = backtest::journals(running.tenants.store(), &tenant).await?;
    let rules = toml::from_str(GENTLE).map_err(|it| failed(&it))?;
    let asked = backtest::Asked {
        policy: backtest::policy(rules).map_err(|it| failed(&it))?,
        against: Against::Current,
        from: None,
        to: None,
        customer: None,
        agreed: true,
    };
    let tried = backtest::run(&journals, &Arc::new(asked), &ProgressBar::hidden()).await;
    let tried = tried.map_err(|it| failed(&it))?;
    heading(text, "What milder rules would have done in these two years");
    let brief = backtest::as_brief(&tried, Minutes::USUAL, DIFFERENCES_SHOWN);
    text.push_str(brief.trim_start_matches('\n'));
    Ok(())
}

fn count(it: usize) -> u64 {
    u64::try_from(it).unwrap_or(u64::MAX)
}
