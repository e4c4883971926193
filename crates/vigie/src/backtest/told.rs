//! `vigie dunning backtest`: what other rules would have done, as a diff to be looked through.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::PathBuf,
    sync::Arc,
};

use chrono::NaiveDate;
use client::figures::{group, grouped};
use dunning::backtest::{Change, Comparison, Did, Figures, Minutes, Point, UNKNOWN};
use events::{CustomerId, TenantId};
use indicatif::{ProgressBar, ProgressStyle};
use money::{Currency, Money};
use serde_json::{Value, json};

use super::{Against, Asked, Tried, journals, policy_of};
use crate::{
    cli::{Exit, fail, say},
    config::{Config, Flags},
    serve::{StartError, connect},
};

/// Try rules for reminding on a tenant's own history, and show what they would have done otherwise.
///
/// Nothing is sent and nothing is recorded. Every journal is read from its first entry; on each
/// business day a trial knows what was known then, and reminds by the rules it is given.
#[derive(Debug, clap::Args)]
pub struct Backtest {
    /// Whose history
    #[arg(value_name = "TENANT")]
    pub whose: TenantId,
    /// The rules to try, in TOML
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// The rules beside them: a file, those in force (current), or nobody is reminded (none)
    #[arg(long, value_name = "FILE|current|none", default_value = "current")]
    pub against: String,
    /// The first day on which rules speak; nobody was reminded before it [default: the first day]
    #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
    pub from: Option<NaiveDate>,
    /// The last day [default: the last there is]
    #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
    pub to: Option<NaiveDate>,
    /// Only this customer
    #[arg(long)]
    pub customer: Option<CustomerId>,
    /// Somebody agrees at once to what has to be agreed to; otherwise nobody ever does
    #[arg(long)]
    pub agree: bool,
    /// Minutes that a call takes a person
    #[arg(long, value_name = "MINUTES", default_value_t = Minutes::USUAL.call)]
    pub call_minutes: u32,
    /// Minutes that it takes to look at a reminder before it is sent
    #[arg(long, value_name = "MINUTES", default_value_t = Minutes::USUAL.approval)]
    pub approval_minutes: u32,
    /// How many differences to show; 0: all
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    pub show: usize,
    /// Write JSON, with every difference
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub flags: Flags,
}

impl Backtest {
    /// What is asked for, if the files say what rules can.
    pub fn asked(&self) -> Result<Asked, String> {
        let against = match self.against.as_str() {
            "current" => Against::Current,
            "none" => Against::Nobody,
            file => Against::Policy(Box::new(policy_of(file.as_ref())?)),
        };
        Ok(Asked {
            policy: policy_of(&self.policy)?,
            against,
            from: self.from,
            to: self.to,
            customer: self.customer.clone(),
            agreed: self.agree,
        })
    }

    /// Tries them, and prints what came of it.
    pub async fn run(&self, config: &Config) -> Result<Exit, StartError> {
        let asked = match self.asked() {
            Ok(asked) => Arc::new(asked),
            Err(error) => return Ok(fail(Exit::Usage, error)),
        };
        let store = connect(&config.nats).await?;
        let journals = journals(&store, &self.whose).await?;
        // Where nobody looks it is not drawn.
        let bar = ProgressBar::new(0).with_style(style());
        let tried = super::run(&journals, &asked, &bar).await;
        let tried = tried.map_err(|error| StartError::Unreadable(error.to_string()))?;
        let minutes = Minutes { call: self.call_minutes, approval: self.approval_minutes };
        say(if self.json {
            format!("{:#}\n", as_json(&tried, minutes))
        } else {
            as_text(&self.whose, &tried, minutes, self.show)
        });
        Ok(Exit::Done)
    }
}

fn style() -> ProgressStyle {
    let template = "{msg} {wide_bar} {human_pos}/{human_len} {eta}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// For people: customer by customer as a diff, then both sides in figures.
pub fn as_text(tenant: &TenantId, tried: &Tried, minutes: Minutes, show: usize) -> String {
    let Tried { comparison, old, new, days, .. } = tried;
    let mut text = match days {
        None => format!("{tenant}: {old} -> {new}, and no business day to try them on\n"),
        Some((first, last, count)) => format!(
            "{tenant}: {old} -> {new} on {} business days, {first} to {last}\n",
            grouped(u64::try_from(*count).unwrap_or(u64::MAX))
        ),
    };
    differences(&mut text, comparison, if show == 0 { usize::MAX } else { show });
    figures(&mut text, comparison, [old, new], minutes);
    text.push_str("\nWhat this cannot know:\n");
    for it in UNKNOWN {
        text.extend(["  - ", it, "\n"]);
    }
    text
}

/// In short: the first differences, and what is counted on both sides.
pub fn as_brief(tried: &Tried, minutes: Minutes, show: usize) -> String {
    let Tried { comparison, old, new, .. } = tried;
    let mut text = String::new();
    differences(&mut text, comparison, show);
    counted(&mut text, comparison, [old, new], minutes);
    text
}

// Writing to a string cannot fail.
macro_rules! line {
    ($text:expr, $($what:tt)*) => {
        let _never: std::fmt::Result = writeln!($text, $($what)*);
    };
}

fn differences(text: &mut String, comparison: &Comparison, show: usize) {
    let all: usize = comparison.changes.values().map(Vec::len).sum();
    let mut left = show;
    for (customer, changes) in &comparison.changes {
        if left == 0 {
            break;
        }
        line!(text, "\n{customer}");
        for it in changes.iter().take(left) {
            match it {
                Change::Added(it) => {
                    line!(text, "  + {}", point(it));
                }
                Change::Removed(it) => {
                    line!(text, "  - {}", point(it));
                }
                Change::Moved { from, to } => {
                    line!(text, "  > {}  (was {})", point(to), from.on);
                }
                Change::Altered { from, to } => {
                    line!(text, "  ~ {}  (was {})", point(to), way(from));
                }
            }
        }
        left = left.saturating_sub(changes.len());
    }
    if all > show {
        line!(text, "\n… and {} more differences: --show 0", all - show);
    }
    line!(text, "");
    for (did, it) in &comparison.totals {
        line!(
            text,
            "{:<14} {} added, {} removed, {} moved, {} altered",
            did.word(),
            grouped(it.added),
            grouped(it.removed),
            grouped(it.moved),
            grouped(it.altered)
        );
    }
    if comparison.totals.is_empty() {
        line!(text, "no difference");
    }
}

fn way(it: &Point) -> String {
    it.said.map(|(tone, channel)| format!("{tone} by {channel}")).unwrap_or_default()
}

fn point(it: &Point) -> String {
    let mut text = format!("{} {:<12} level {}", it.on, it.did, it.level);
    for part in [it.invoice.as_ref().map(ToString::to_string), Some(way(it))].into_iter().flatten()
    {
        if !part.is_empty() {
            text.extend([" ", &part]);
        }
    }
    text
}

fn counted(text: &mut String, comparison: &Comparison, names: [&str; 2], minutes: Minutes) {
    let Comparison { old, new, .. } = comparison;
    let [before, after] = names;
    line!(text, "\n{:<32}{before:>18}{after:>18}{:>18}", "", "change");
    for ((name, old), (_, new)) in counts(old, minutes).into_iter().zip(counts(new, minutes)) {
        row(text, name, [old.into(), new.into()], |it| group(&it.to_string()));
    }
}

fn figures(text: &mut String, comparison: &Comparison, names: [&str; 2], minutes: Minutes) {
    let Comparison { old, new, .. } = comparison;
    counted(text, comparison, names, minutes);
    let levels = [&old.reminders, &new.reminders, &old.named, &new.named];
    let sent: BTreeSet<u8> = levels.into_iter().flat_map(BTreeMap::keys).copied().collect();
    for level in sent {
        let count = |of: &Figures| i128::from(of.reminders.get(&level).copied().unwrap_or(0));
        let plain = |it: i128| group(&it.to_string());
        row(text, &format!("reminders at level {level}"), [count(old), count(new)], plain);
        let count = |of: &Figures| i128::from(of.named.get(&level).copied().unwrap_or(0));
        row(text, &format!("  invoices named at level {level}"), [count(old), count(new)], plain);
    }
    for (name, old, new) in [
        ("interest", &old.interest, &new.interest),
        ("fixed sums", &old.fixed_sums, &new.fixed_sums),
    ] {
        let currencies: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
        for currency in currencies {
            let sums = [old, new].map(|it| it.get(&currency).copied().unwrap_or(0));
            row(text, &format!("{name} asked for"), sums, |it| amount(it, currency));
        }
    }
    let places: BTreeSet<_> = old.open.keys().chain(new.open.keys()).copied().collect();
    for place in places {
        let sum = |it: &Figures| it.open.get(&place).map_or(0, |it| it.minor);
        let (currency, level) = place;
        let name = format!("open at level {level} at the end");
        row(text, &name, [sum(old), sum(new)], |it| amount(it, currency));
    }
}

/// What is counted, by the words for it.
fn counts(it: &Figures, minutes: Minutes) -> [(&'static str, u64); 10] {
    [
        ("customers", it.customers),
        ("contacts", it.contacts()),
        ("  of which calls", it.calls),
        ("reminders to agree to", it.approvals),
        ("minutes of persons", it.minutes(minutes)),
        ("planned and not sent", it.withdrawn),
        ("regretted", it.regretted),
        ("exhausted", it.exhausted),
        ("on their way at the end", it.waiting),
        ("supply blocked at the end", it.blocked),
    ]
}

fn row(text: &mut String, name: &str, [old, new]: [i128; 2], told: impl Fn(i128) -> String) {
    let change = match new - old {
        0 => "=".to_owned(),
        it if it > 0 => format!("+{}", told(it)),
        it => told(it),
    };
    line!(text, "{name:<32}{:>18}{:>18}{change:>18}", told(old), told(new));
}

/// An amount with its currency; what no amount of ours can be is the largest that can.
fn amount(minor: i128, currency: Currency) -> String {
    let minor = i64::try_from(minor).unwrap_or(i64::MAX);
    let text = Money::new(minor, currency).to_string();
    match text.split_once(' ') {
        Some((number, currency)) => format!("{} {currency}", group(number)),
        None => text,
    }
}

/// For programs: the same, and every difference.
pub fn as_json(tried: &Tried, minutes: Minutes) -> Value {
    let Tried { comparison, old, new, days, .. } = tried;
    let each = |(customer, changes): (&CustomerId, &Vec<Change>)| {
        let changes = changes.iter().map(|it| {
            let (kind, from, to) = match it {
                Change::Added(it) => ("added", None, Some(it)),
                Change::Removed(it) => ("removed", Some(it), None),
                Change::Moved { from, to } => ("moved", Some(from), Some(to)),
                Change::Altered { from, to } => ("altered", Some(from), Some(to)),
            };
            let (from, to) = (from.map(point_json), to.map(point_json));
            json!({ "change": kind, "old": from, "new": to })
        });
        json!({ "customer": customer.to_string(), "changes": changes.collect::<Vec<_>>() })
    };
    let totals = comparison.totals.iter().map(|(did, it)| {
        json!({
            "action": did.word(),
            "added": it.added,
            "removed": it.removed,
            "moved": it.moved,
            "altered": it.altered,
        })
    });
    json!({
        "from": days.map(|(first, ..)| first.to_string()),
        "to": days.map(|(_, last, _)| last.to_string()),
        "days": days.map_or(0, |(.., count)| count),
        "old": figures_json(old, &comparison.old, minutes),
        "new": figures_json(new, &comparison.new, minutes),
        "totals": totals.collect::<Vec<_>>(),
        "customers": comparison.changes.iter().map(each).collect::<Vec<_>>(),
        "unknown": UNKNOWN,
    })
}

fn point_json(it: &Point) -> Value {
    json!({
        "on": it.on.to_string(),
        "action": Did::word(it.did),
        "invoice": it.invoice.as_ref().map(ToString::to_string),
        "level": it.level,
        "tone": it.said.map(|(tone, _)| tone.word()),
        "channel": it.said.map(|(_, channel)| channel.word()),
    })
}

fn figures_json(version: &str, of: &Figures, minutes: Minutes) -> Value {
    let levels: BTreeSet<u8> = of.reminders.keys().chain(of.named.keys()).copied().collect();
    let levels = levels.into_iter().map(|level| {
        json!({
            "level": level,
            "reminders": of.reminders.get(&level).copied().unwrap_or(0),
            "named": of.named.get(&level).copied().unwrap_or(0),
        })
    });
    let open = of.open.iter().map(|((currency, level), it)| {
        json!({
            "level": level,
            "invoices": it.invoices,
            "amount": plain(it.minor, *currency),
        })
    });
    let sums = |of: &BTreeMap<Currency, i128>| -> Vec<_> {
        of.iter().map(|(currency, minor)| plain(*minor, *currency)).collect()
    };
    json!({
        "version": version,
        "customers": of.customers,
        "contacts": of.contacts(),
        "calls": of.calls,
        "approvals": of.approvals,
        "minutes": of.minutes(minutes),
        "withdrawn": of.withdrawn,
        "regretted": of.regretted,
        "exhausted": of.exhausted,
        "waiting": of.waiting,
        "blocked": of.blocked,
        "levels": levels.collect::<Vec<_>>(),
        "open": open.collect::<Vec<_>>(),
        "interest": sums(&of.interest),
        "fixed_sums": sums(&of.fixed_sums),
    })
}

fn plain(minor: i128, currency: Currency) -> String {
    Money::new(i64::try_from(minor).unwrap_or(i64::MAX), currency).to_string()
}
