//! `vigie collection`: what a person, or a collector, does about cases.

mod answers;
mod ask;
mod insurance;
mod performance;
mod policy;
mod worklist;

use std::path::PathBuf;

use api::{
    Money,
    collection::{ActKind, CollectionPolicy as Worded, CollectorStatus, Dividend, Errand, Route},
    invoicing::Instalment,
};
use events::collection::CollectionPolicy as Rules;

use super::{
    Trouble,
    asked::{Asked, Person, date},
    list::stated_amount,
    words::words,
};

pub(super) use answers::{Cases, Placements, Rights, advice, cases, list, placements, rights};
pub(super) use insurance::{Claims, claim, claims, indemnity};
pub(super) use performance::performance;
pub use policy::read;
pub(super) use worklist::{Work, work};

/// What is done when reminders are not enough.
#[derive(Debug, clap::Args)]
pub struct Collection {
    #[command(flatten)]
    asked: Asked,
    #[command(subcommand)]
    what: What,
}

/// A case of a customer's.
#[derive(Debug, clap::Args)]
struct OfCase {
    /// Whose
    customer: String,
    /// Which, as `vigie get cases` names it
    case: String,
}

/// Something given to a collector.
#[derive(Debug, clap::Args)]
struct OfPlacement {
    /// Whose
    customer: String,
    /// Which, as `vigie get cases` names it
    placement: String,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Let the rules of a file hold from now on, such as deploy/policies/collection-france.toml
    Adopt {
        /// The rules, in TOML
        file: PathBuf,
        /// Who says so: a pseudonym, never a name
        #[arg(long, env = "VIGIE_ACTOR")]
        by: Option<String>,
        /// See whether they could be, and adopt nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Collect invoices by other means than reminders
    Open {
        /// Whose
        customer: String,
        /// Which; a hold `legal` is on each, or nothing is left to remind of it with
        #[arg(required = true)]
        invoices: Vec<String>,
        /// The case that they join [default: a new one]
        #[arg(long = "case")]
        into: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Take invoices out of a case
    Reduce {
        #[command(flatten)]
        of: OfCase,
        /// Which
        #[arg(required = true)]
        invoices: Vec<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Let a case go on in another one
    Merge {
        #[command(flatten)]
        of: OfCase,
        /// Which goes on
        into: String,
        #[command(flatten)]
        person: Person,
    },
    /// Let a part of a case go on by itself
    Split {
        #[command(flatten)]
        of: OfCase,
        /// Which
        #[arg(required = true)]
        invoices: Vec<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Choose the way by which a case goes on
    ChooseRoute {
        #[command(flatten)]
        of: OfCase,
        /// Which: agency, `small_claim`, `payment_order`, interim, merits, mediation, arbitration,
        /// insurer, factor, insolvency or `write_off`
        #[arg(value_parser = route)]
        route: Route,
        /// Who collects by it: the name you have for it, never a person's
        #[arg(long)]
        collector: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Take a case back: what is owed goes on being owed
    Withdraw {
        #[command(flatten)]
        of: OfCase,
        #[command(flatten)]
        person: Person,
    },
    /// Give a case to somebody who collects
    HandOver {
        #[command(flatten)]
        of: OfCase,
        /// To whom: one of the policy's
        collector: String,
        #[command(flatten)]
        person: Person,
    },
    /// Take a placement back that was not brought
    WithdrawHandOver {
        #[command(flatten)]
        of: OfPlacement,
        #[command(flatten)]
        person: Person,
    },
    /// Ask for a case back from whoever has it
    Recall {
        #[command(flatten)]
        of: OfPlacement,
        #[command(flatten)]
        person: Person,
    },
    /// Say what became of an errand: that the case was brought, or the collector told to stop
    RecordErrand {
        #[command(flatten)]
        of: OfPlacement,
        /// Which: `hand_over` or recall
        #[arg(long, default_value = "hand_over", value_parser = errand)]
        errand: Errand,
        /// Why it was not taken, in at most 64 bytes [default: it was]
        #[arg(long)]
        why: Option<String>,
        /// What proves it, such as the number of a registered letter
        #[arg(long)]
        proof: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// As a collector: take a case on
    Accept {
        #[command(flatten)]
        of: OfPlacement,
        /// The collector's number for it
        #[arg(long)]
        reference: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// As a collector: do not take a case on, or give it back
    Refuse {
        #[command(flatten)]
        of: OfPlacement,
        /// Why not, in at most 64 bytes
        #[arg(long)]
        why: String,
        #[command(flatten)]
        person: Person,
    },
    /// As a collector: say how a case stands
    Report {
        #[command(flatten)]
        of: OfPlacement,
        /// The collector's number for the report
        report: String,
        /// What: working, reached, `not_found`, promises, proposes, contests, insolvent or ended
        #[arg(long, value_parser = status)]
        status: CollectorStatus,
        /// What the customer proposes to pay and when, such as "2026-07-31=200.00 EUR"; may be given more
        /// than once
        #[arg(long, value_parser = instalment)]
        instalment: Vec<Instalment>,
        /// What there is to say, in at most 64 bytes; never a name
        #[arg(long)]
        note: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// As a collector: announce money that was taken in
    Remit {
        #[command(flatten)]
        of: OfPlacement,
        /// The collector's number for it
        remittance: String,
        /// For which invoice and how much, such as "F-1=500.00 EUR"; may be given more than once
        #[arg(long, required = true, value_parser = collected)]
        collected: Vec<(String, Money)>,
        /// What the collector asks for, such as "75.00 EUR"
        #[arg(long, value_parser = stated_amount)]
        fee: Money,
        /// The fee was kept back, not invoiced
        #[arg(long)]
        kept_back: bool,
        /// The payment in the books by which the money came
        #[arg(long)]
        payment: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    #[command(flatten)]
    Insurance(insurance::What),
    /// Record what was done, and moves rights
    RecordAct(Box<NewAct>),
    /// Take back an act that was recorded by mistake
    WithdrawAct {
        /// About which customer
        customer: String,
        /// Which
        act: String,
        #[command(flatten)]
        person: Person,
    },
}

/// Something that was done.
#[derive(Debug, clap::Args)]
struct NewAct {
    /// About which customer
    customer: String,
    /// An id for it
    act: String,
    /// What was done, such as `claim_declared` or `order_served`
    #[arg(value_parser = act_kind)]
    kind: ActKind,
    /// The case it belongs to
    #[arg(long)]
    case: Option<String>,
    /// Which invoices it is about [default: those of the case, else all]; may be given more than once
    #[arg(long)]
    invoice: Vec<String>,
    /// The act it follows
    #[arg(long)]
    follows: Option<String>,
    /// The notice it answers
    #[arg(long)]
    notice: Option<String>,
    /// The cover it is about
    #[arg(long)]
    cover: Option<String>,
    /// The guarantee it is about
    #[arg(long)]
    guarantee: Option<String>,
    /// How much, such as "1200.00 EUR"
    #[arg(long, value_parser = stated_amount)]
    amount: Option<Money>,
    /// What proves it, in at most 64 bytes
    #[arg(long)]
    proof: Option<String>,
    /// What a plan promises: a day and so much of every 100 that were admitted, such as
    /// "2027-06-30=10"; may be given more than once
    #[arg(long, value_parser = dividend)]
    dividend: Vec<Dividend>,
    #[command(flatten)]
    person: Person,
}

words! {
    route Route: "ROUTE", "way to collect, such as agency or payment_order";
    errand Errand: "ERRAND", "errand: hand_over or recall";
    status CollectorStatus: "COLLECTOR_STATUS", "word of a collector's, such as working or not_found";
    act_kind ActKind: "ACT_KIND", "act that moves rights, such as claim_declared or order_served";
}

/// `F-1=500.00 EUR`.
fn collected(text: &str) -> Result<(String, Money), String> {
    let wrong = || format!("`{text}` is no invoice with an amount: write \"F-1=500.00 EUR\"");
    let (invoice, amount) = text.rsplit_once('=').ok_or_else(wrong)?;
    Ok((invoice.to_owned(), stated_amount(amount)?))
}

/// `2026-07-31=200.00 EUR`.
fn instalment(text: &str) -> Result<Instalment, String> {
    let wrong = || format!("`{text}` is no day with an amount: write \"2026-07-31=200.00 EUR\"");
    let (due, amount) = text.split_once('=').ok_or_else(wrong)?;
    let due = events::date::parse(due).map_err(|_| wrong())?;
    let (due_date, amount) = (Some(date(due)), Some(stated_amount(amount)?));
    Ok(Instalment { due_date, amount })
}

/// `2027-06-30=10`.
fn dividend(text: &str) -> Result<Dividend, String> {
    let wrong = || format!("`{text}` is no day with a percentage: write \"2027-06-30=10\"");
    let (day, percent) = text.split_once('=').ok_or_else(wrong)?;
    let due_date = Some(date(events::date::parse(day).map_err(|error| error.to_string())?));
    Ok(Dividend { due_date, percent: Some(api::Decimal { value: percent.trim().to_owned() }) })
}

/// How far ahead, at most: a number of days.
fn days(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is no number of days"))
}

impl Collection {
    /// Does it, and says what became of it.
    ///
    /// `message` is how the contract words rules.
    pub async fn run(&self, message: fn(&Rules) -> Worded) -> Result<String, Trouble> {
        if let What::Adopt { file, dry_run: true, .. } = &self.what {
            return Ok(policy::shown(&read(file)?).write(self.asked.output));
        }
        let paper = ask::run(&self.asked, &self.what, message).await?;
        Ok(paper.write(self.asked.output))
    }
}
