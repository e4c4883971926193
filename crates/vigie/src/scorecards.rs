//! `vigie risk calibrate` and what follows from it: a scorecard is learned from a tenant's own
//! history, judged, proposed, compared with the one in force, and promoted.

mod known;

use std::{fs, path::PathBuf};

use api::risk::{
    PromoteScorecardRequest, ProposeScorecardRequest, WithdrawScorecardRequest,
    score_service_client::ScoreServiceClient,
};
use calibration::{Odds, Report, Untaught, learn, odds, report};
use chrono::NaiveDate;
use events::{
    ActorId, Reference, TenantId,
    risk::{Measure, Scorecard},
};
use journal::Store;
use risk::behaviour::LATE_DAYS;

use crate::{
    cli::{Exit, fail, say},
    config::{Config, Flags},
    grpc::card,
    scores::MEASURES,
    serve::{StartError, connect},
    wall,
};
use client::{Reach, Trouble, asked};
use known::{Past, past};

/// Learn a scorecard from a tenant's own history, and say how good it is.
///
/// What is said of a customer by others (ratings, accounts, notices …) keeps the weights it has: a
/// history of payments teaches nothing about it.
#[derive(Debug, clap::Args)]
pub struct Calibrate {
    /// Whose history
    pub tenant: TenantId,
    /// The name of the scorecard [default: the tenant and the day]
    #[arg(long)]
    pub name: Option<Reference>,
    /// The file to write it to, as `vigie risk propose` reads it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub flags: Flags,
}

/// Compare the scorecard that was proposed with the one in force, on the tenant's own history.
#[derive(Debug, clap::Args)]
pub struct Compare {
    /// Whose history
    pub tenant: TenantId,
    #[command(flatten)]
    pub flags: Flags,
}

/// Let a scorecard run beside the one in force; it changes nothing.
#[derive(Debug, clap::Args)]
pub struct Propose {
    #[command(flatten)]
    reach: Reach,
    /// For whom
    tenant: TenantId,
    /// The scorecard, as `vigie risk calibrate` writes it
    file: PathBuf,
    /// Who proposes it, under a pseudonym
    #[arg(long)]
    by: ActorId,
}

/// Put the scorecard that was proposed in force.
#[derive(Debug, clap::Args)]
pub struct Promote {
    #[command(flatten)]
    reach: Reach,
    /// For whom
    tenant: TenantId,
    /// Its name
    scorecard: Reference,
    /// Who agrees, under a pseudonym; another person than who proposed it
    #[arg(long)]
    by: ActorId,
}

/// Let the scorecard that was proposed run no more.
#[derive(Debug, clap::Args)]
pub struct Withdraw {
    #[command(flatten)]
    reach: Reach,
    /// For whom
    tenant: TenantId,
    /// Its name
    scorecard: Reference,
}

/// Whether a figure is one of an invoice to come: a customer has none of those.
fn is_of_an_invoice(measure: Measure) -> bool {
    [
        Measure::Amount,
        Measure::AmountToUsual,
        Measure::Terms,
        Measure::Habit,
        Measure::IssueDay,
        Measure::Waiting,
        Measure::Together,
    ]
    .contains(&measure)
}

/// What a customer's own history can teach.
fn taught() -> Vec<Measure> {
    MEASURES.iter().copied().filter(|it| !is_of_an_invoice(*it)).collect()
}

/// What a history taught.
#[derive(Debug)]
pub struct Lesson {
    /// The scorecard.
    pub scorecard: Scorecard,
    /// How good it is.
    pub report: Report,
    /// From how many invoices it was learned.
    pub invoices: usize,
    /// The last business day that was looked at.
    pub today: NaiveDate,
}

/// Why there is no scorecard.
#[derive(Debug, thiserror::Error)]
pub enum NoLesson {
    /// The journals cannot be read.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The name cannot be one.
    #[error("--name: {0}")]
    Name(#[from] events::ReferenceError),
    /// They say too little.
    #[error("nothing can be learned from {tenant}: {why}")]
    Untaught {
        /// Whose history.
        tenant: TenantId,
        /// Why.
        why: Untaught,
    },
}

/// Learns a scorecard from a tenant's own history, and judges it.
pub async fn lesson(
    store: &Store,
    tenant: &TenantId,
    name: Option<Reference>,
) -> Result<Lesson, NoLesson> {
    let measures = taught();
    let Past { rows, policy, today } = past(store, tenant, &measures).await?;
    let name = match name {
        Some(name) => name,
        None => format!("{tenant}-{today}").parse()?,
    };
    let untaught = |why| NoLesson::Untaught { tenant: tenant.clone(), why };
    let report = report(&name, &measures, &rows).map_err(untaught)?;
    let mut scorecard = learn(name, &measures, &rows).map_err(untaught)?;
    keep_what_is_not_taught(&mut scorecard, policy.champion(), &measures);
    Ok(Lesson { scorecard, report, invoices: rows.len(), today })
}

/// Learns, judges and writes.
pub async fn calibrate(asked: &Calibrate, config: &Config) -> Result<Exit, StartError> {
    let store = connect(&config.nats).await?;
    let lesson = match lesson(&store, &asked.tenant, asked.name.clone()).await {
        Ok(lesson) => lesson,
        Err(NoLesson::Start(error)) => return Err(error),
        Err(error @ NoLesson::Name(_)) => return Ok(fail(Exit::Usage, error)),
        Err(error @ NoLesson::Untaught { .. }) => return Ok(fail(Exit::Failed, error)),
    };
    let Lesson { scorecard, report, invoices, today } = lesson;
    let mut text = match serde_json::to_string_pretty(&scorecard) {
        Ok(text) => text,
        Err(error) => return Ok(fail(Exit::Failed, error)),
    };
    text.push('\n');
    let (tenant, out) = (&asked.tenant, asked.out.display());
    if let Err(error) = fs::write(&asked.out, text) {
        return Ok(fail(Exit::Failed, format_args!("{out}: {error}")));
    }
    say(format_args!(
        "{invoices} invoices of {tenant} up to {today}\n\n{report}\nwritten to {out}\n"
    ));
    Ok(Exit::Done)
}

/// What others say of a customer weighs what it weighed.
fn keep_what_is_not_taught(card: &mut Scorecard, champion: &Scorecard, taught: &[Measure]) {
    let kept = champion.characteristics.iter().filter(|it| !taught.contains(&it.measure));
    card.characteristics.extend(kept.cloned());
}

/// Over the lines of [`line`].
const HEADING: &str = "                             AUC    Gini      KS   Brier\n";

/// Compares on everything, and on what came last.
pub async fn compare(asked: &Compare, config: &Config) -> Result<Exit, StartError> {
    let store = connect(&config.nats).await?;
    Ok(match comparison(&store, &asked.tenant).await? {
        Some(text) => {
            say(text);
            Exit::Done
        }
        None => fail(Exit::Failed, "no scorecard runs in the shadow: propose one first"),
    })
}

/// Both scorecards on a tenant's own history, in a table; none while no scorecard is proposed.
pub async fn comparison(store: &Store, tenant: &TenantId) -> Result<Option<String>, StartError> {
    let measures = taught();
    let Past { rows, policy, .. } = past(store, tenant, &measures).await?;
    let Some((challenger, by)) = policy.challenger() else { return Ok(None) };
    let mut days: Vec<_> = rows.iter().map(|it| it.day).collect();
    days.sort_unstable();
    let since = days.get(days.len() * 7 / 10).copied();
    let mut text = format!(
        "{} in force, {} proposed by {by}; {} invoices, figures of payment behaviour only\n",
        policy.champion().scorecard,
        challenger.scorecard,
        rows.len()
    );
    for (part, since) in [("all", None), ("the last 30 %", since)] {
        text.extend([&*format!("\n{part}\n"), HEADING]);
        for card in [policy.champion(), challenger] {
            for (place, later_than) in LATE_DAYS.into_iter().enumerate() {
                let rows = rows.iter().filter(|it| since.is_none_or(|since| it.day >= since));
                let pairs = rows.filter_map(|it| {
                    let sum = calibration::sum(card, &measures, &it.measures);
                    let chance = *calibration::chances(sum).late_ppm.get(place)?;
                    Some((f64::from(chance), it.outcome.later_than(later_than)?))
                });
                let (chances, happened): (Vec<_>, Vec<_>) = pairs.unzip();
                let name = format!("{} > {later_than} days", card.scorecard);
                text.push_str(&line(&name, odds(&shares(&chances), &happened)));
            }
        }
    }
    Ok(Some(text))
}

/// A scorecard, as it is proposed today.
pub fn proposal(scorecard: &Scorecard, tenant: &TenantId, by: &ActorId) -> ProposeScorecardRequest {
    ProposeScorecardRequest {
        tenant_id: tenant.to_string(),
        command: Some(api::risk::ProposeScorecard {
            scorecard: Some(card::write(scorecard)),
            proposed_by: by.to_string(),
            propose_date: Some(asked::date(wall::now().date_naive())),
        }),
        ..ProposeScorecardRequest::default()
    }
}

/// Parts per million as shares.
#[expect(clippy::float_arithmetic, reason = "a probability, for people")]
fn shares(ppm: &[f64]) -> Vec<f64> {
    ppm.iter().map(|it| it / 1e6).collect()
}

fn line(name: &str, odds: Option<Odds>) -> String {
    match odds {
        Some(it) => {
            format!("{name:<24}{:>8.4}{:>8.4}{:>8.4}{:>8.4}\n", it.auc, it.gini, it.ks, it.brier)
        }
        None => format!("{name:<24}  it never or always happened\n"),
    }
}

impl Propose {
    /// Proposes it.
    pub async fn run(&self) -> Result<String, Trouble> {
        let read = |error: String| Trouble::Usage(format!("{}: {error}", self.file.display()));
        let text = fs::read_to_string(&self.file).map_err(|error| read(error.to_string()))?;
        let scorecard: Scorecard =
            serde_json::from_str(&text).map_err(|error| read(error.to_string()))?;
        let mut client = ScoreServiceClient::new(self.reach.connect(false).await?);
        let request = proposal(&scorecard, &self.tenant, &self.by);
        let changed = client.propose_scorecard(request).await?.into_inner().changed;
        let name = &scorecard.scorecard;
        Ok(if changed {
            format!("{name} runs beside the scorecard in force and changes nothing\n")
        } else {
            format!("{name} was proposed before\n")
        })
    }
}

impl Promote {
    /// Promotes it.
    pub async fn run(&self) -> Result<String, Trouble> {
        let mut client = ScoreServiceClient::new(self.reach.connect(false).await?);
        let request = PromoteScorecardRequest {
            tenant_id: self.tenant.to_string(),
            command: Some(api::risk::PromoteScorecard {
                scorecard: self.scorecard.to_string(),
                approved_by: self.by.to_string(),
                promote_date: Some(asked::date(wall::now().date_naive())),
            }),
            ..PromoteScorecardRequest::default()
        };
        let changed = client.promote_scorecard(request).await?.into_inner().changed;
        let now = if changed { "is" } else { "was" };
        Ok(format!("{} {now} in force\n", self.scorecard))
    }
}

impl Withdraw {
    /// Withdraws it.
    pub async fn run(&self) -> Result<String, Trouble> {
        let mut client = ScoreServiceClient::new(self.reach.connect(false).await?);
        let request = WithdrawScorecardRequest {
            tenant_id: self.tenant.to_string(),
            command: Some(api::risk::WithdrawScorecard {
                scorecard: self.scorecard.to_string(),
                withdraw_date: Some(asked::date(wall::now().date_naive())),
            }),
            ..WithdrawScorecardRequest::default()
        };
        client.withdraw_scorecard(request).await?;
        Ok(format!("{} runs no more\n", self.scorecard))
    }
}
