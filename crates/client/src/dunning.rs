//! `vigie dunning`: what a person does about reminders.

mod answers;
mod charges;
mod policy;
mod supply;

use std::path::PathBuf;

use api::dunning::{
    AdoptDunningPolicyRequest, ApproveReminder, ApproveReminderRequest, Channel as By,
    ChooseLadder, ChooseLadderRequest, ContactResult, DunningPolicy as Worded, HoldReason,
    LiftHold, LiftHoldRequest, LogContact, LogContactRequest, PlaceHold, PlaceHoldRequest,
    PresentationResult, RecordFailure, RecordFailureRequest, RecordPresentation,
    RecordPresentationRequest, RecordSending, RecordSendingRequest, RestoreCharges,
    RestoreChargesRequest, WaiveCharges, WaiveChargesRequest, WithdrawReminder,
    WithdrawReminderRequest, dunning_service_client::DunningServiceClient, waive_charges::Interest,
};
use chrono::NaiveDate;
use events::dunning::DunningPolicy as Rules;

use super::{
    Answer, Trouble,
    answers::position,
    asked::{self, Asked, Person},
    paper::Paper,
    words::words,
};

pub(super) use answers::{Reminders, Worklist, get, list, worklist};
pub(super) use charges::get as charges;
pub use policy::read;
pub(super) use supply::{beside as supply_beside, get as get_supply};

/// A reminder of a customer's.
#[derive(Debug, clap::Args)]
pub struct Named {
    /// Whose
    customer: String,
    /// Which, as `vigie list reminders` names it
    reminder: String,
}

/// What a person does about reminders.
#[derive(Debug, clap::Subcommand)]
pub enum Doing {
    /// Agree that a reminder is sent
    Approve {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        person: Person,
        /// How it is sent, if not as planned: email, letter, `registered_letter`, call or webhook
        #[arg(long, value_parser = channel)]
        channel: Option<By>,
        /// In which words, if not in those planned: a name of templates
        #[arg(long)]
        template: Option<String>,
    },
    /// Take a reminder back: the customer is left alone for the days between two contacts
    Withdraw {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        person: Person,
    },
    /// Take a reminder back until a day
    Postpone {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        person: Person,
        /// The first day on which the customer may be reminded again
        #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
        until: NaiveDate,
    },
    /// Say that a customer, or an invoice, is not to be reminded for a time
    Hold {
        /// Which customer
        customer: String,
        /// An id for it
        hold: String,
        /// Why: dispute, promise, plan, insolvency, legal, manual, `unallocated_cash` or `says_paid`
        #[arg(long, default_value = "manual", value_parser = hold_reason)]
        reason: HoldReason,
        /// Only this invoice
        #[arg(long)]
        invoice: Option<String>,
        /// The first day, which may be past [default: today]
        #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
        from: Option<NaiveDate>,
        /// The last day [default: until it is lifted]
        #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
        until: Option<NaiveDate>,
        /// Who says so: a pseudonym, never a name
        #[arg(long, env = "VIGIE_ACTOR")]
        by: String,
        /// What there is to say, in at most 64 bytes
        #[arg(long)]
        note: Option<String>,
    },
    /// Say that the reason for a hold has gone
    Lift {
        /// Which customer
        customer: String,
        /// Which hold
        hold: String,
        #[command(flatten)]
        person: Person,
    },
    /// Say that somebody spoke with a customer, or wrote to it
    LogContact {
        /// Which customer
        customer: String,
        /// An id for it
        contact: String,
        /// What came of it: reached, `no_answer`, `wrong_number`, promises, `says_paid`, contests, refuses or `asks_for_copy`
        #[arg(long, value_parser = contact_result)]
        result: ContactResult,
        /// How: email, letter, `registered_letter`, call or webhook
        #[arg(long, default_value = "call", value_parser = channel)]
        channel: By,
        /// The reminder it was for
        #[arg(long)]
        reminder: Option<String>,
        #[command(flatten)]
        person: Person,
        /// What there is to say, in at most 64 bytes
        #[arg(long)]
        note: Option<String>,
    },
    /// Say that a reminder has left the building
    RecordSending {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        person: Person,
        /// How, if not as it was tried
        #[arg(long, value_parser = channel)]
        channel: Option<By>,
        /// What proves it, such as the number of a registered letter
        #[arg(long)]
        proof: Option<String>,
    },
    /// Say that a reminder did not arrive, or was not sent
    RecordFailure {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        person: Person,
        /// What is known, in at most 64 bytes; never an address
        #[arg(long)]
        why: String,
    },
    /// Say what came of a reminder where it was carried to
    RecordPresentation {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        person: Person,
        /// What: delivered, refused, unclaimed or opened
        #[arg(long, value_parser = presentation_result)]
        result: PresentationResult,
        /// What proves it, such as the number on the slip that came back
        #[arg(long)]
        proof: Option<String>,
    },
    /// Give up charges on an invoice: interest for late payment, the fixed sum, or both
    Waive {
        /// Which customer
        customer: String,
        /// On which invoice
        invoice: String,
        /// So much of the interest, such as "12.50 EUR", or all
        #[arg(long, value_name = "AMOUNT|all", value_parser = interest, required_unless_present = "fixed_sum")]
        interest: Option<Interest>,
        /// The fixed sum for recovery costs
        #[arg(long)]
        fixed_sum: bool,
        #[command(flatten)]
        person: Person,
        /// What there is to say, in at most 64 bytes
        #[arg(long)]
        note: Option<String>,
    },
    /// Take back that charges on an invoice are given up: all of them are owed again
    Restore {
        /// Which customer
        customer: String,
        /// On which invoice
        invoice: String,
        #[command(flatten)]
        person: Person,
    },
    /// Choose a ladder for a customer, or for an invoice
    ChooseLadder {
        /// Which customer
        customer: String,
        /// Which, of those the policy lets be chosen [default: what the policy says again]
        ladder: Option<String>,
        /// Only for this invoice
        #[arg(long)]
        invoice: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Let the rules of a file hold from now on, such as deploy/policies/gentle.toml
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
}

words! {
    channel By: "CHANNEL", "channel: email, letter, registered_letter, call or webhook";
    hold_reason HoldReason: "HOLD_REASON", "reason for a hold, such as legal or manual";
    presentation_result PresentationResult: "PRESENTATION_RESULT", "result, such as delivered or refused";
    contact_result ContactResult: "CONTACT_RESULT", "result of a contact, such as reached or no_answer";
}

/// How much of the interest: all of it, or an amount.
fn interest(text: &str) -> Result<Interest, String> {
    if text == "all" {
        return Ok(Interest::AllInterest(true));
    }
    super::list::stated_amount(text).map(Interest::InterestAmount)
}

impl Doing {
    /// Does it, and says what became of it. `message` is how the contract words rules.
    pub fn run<'a>(&'a self, asked: &'a Asked, message: fn(&Rules) -> Worded) -> Answer<'a> {
        Box::pin(self.done(asked, message))
    }

    #[expect(clippy::too_many_lines, reason = "a few lines for each thing that is done")]
    async fn done(&self, asked: &Asked, message: fn(&Rules) -> Worded) -> Result<String, Trouble> {
        if let Self::Adopt { file, dry_run: true, .. } = self {
            return Ok(policy::shown(&read(file)?).write(asked.output));
        }
        let tenant_id = asked.tenant()?;
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let number = |it: &Option<By>| it.map(i32::from).unwrap_or_default();
        /// A command asked for, and its answer.
        macro_rules! ask {
            ($method:ident $request:ident $command:expr) => {{
                let command = Some($command);
                let request = $request { tenant_id, command, ..$request::default() };
                let mut client = DunningServiceClient::new(asked.reach.connect(false).await?);
                let done = client.$method(request).await?.into_inner();
                (done.changed, done.position)
            }};
        }
        let (what, (changed, at)) = match self {
            Self::Approve { named, person, channel, template } => {
                let command = ApproveReminder {
                    customer_id: named.customer.clone(),
                    reminder_id: named.reminder.clone(),
                    approved_by: person.by(),
                    approve_date: Some(person.on()),
                    channel: number(channel),
                    template: text(template),
                };
                (
                    ("reminder", &named.reminder),
                    ask!(approve_reminder ApproveReminderRequest command),
                )
            }
            Self::Withdraw { named, person } => {
                let command = named.withdrawn(person, None);
                let done = ask!(withdraw_reminder WithdrawReminderRequest command);
                (("reminder", &named.reminder), done)
            }
            Self::Postpone { named, person, until } => {
                let command = named.withdrawn(person, Some(*until));
                let done = ask!(withdraw_reminder WithdrawReminderRequest command);
                (("reminder", &named.reminder), done)
            }
            Self::Hold { customer, hold, reason, invoice, from, until, by, note } => {
                let command = PlaceHold {
                    customer_id: customer.clone(),
                    hold_id: hold.clone(),
                    reason: i32::from(*reason),
                    invoice_id: text(invoice),
                    hold_date: Some(asked::day(*from)),
                    until_date: until.map(asked::date),
                    placed_by: by.clone(),
                    note: text(note),
                };
                (("hold", hold), ask!(place_hold PlaceHoldRequest command))
            }
            Self::Lift { customer, hold, person } => {
                let command = LiftHold {
                    customer_id: customer.clone(),
                    hold_id: hold.clone(),
                    lift_date: Some(person.on()),
                    lifted_by: person.by(),
                };
                (("hold", hold), ask!(lift_hold LiftHoldRequest command))
            }
            Self::LogContact { customer, contact, result, channel, reminder, person, note } => {
                let command = LogContact {
                    customer_id: customer.clone(),
                    contact_id: contact.clone(),
                    contact_date: Some(person.on()),
                    channel: i32::from(*channel),
                    result: i32::from(*result),
                    reminder_id: text(reminder),
                    logged_by: person.by(),
                    note: text(note),
                };
                (("contact", contact), ask!(log_contact LogContactRequest command))
            }
            Self::RecordSending { named, person, channel, proof } => {
                let command = RecordSending {
                    customer_id: named.customer.clone(),
                    reminder_id: named.reminder.clone(),
                    send_date: Some(person.on()),
                    recorded_by: person.by(),
                    channel: number(channel),
                    proof: text(proof),
                };
                (("reminder", &named.reminder), ask!(record_sending RecordSendingRequest command))
            }
            Self::RecordFailure { named, person, why } => {
                let command = RecordFailure {
                    customer_id: named.customer.clone(),
                    reminder_id: named.reminder.clone(),
                    fail_date: Some(person.on()),
                    why: why.clone(),
                    recorded_by: person.by(),
                };
                (("reminder", &named.reminder), ask!(record_failure RecordFailureRequest command))
            }
            Self::RecordPresentation { named, person, result, proof } => {
                let command = RecordPresentation {
                    customer_id: named.customer.clone(),
                    reminder_id: named.reminder.clone(),
                    present_date: Some(person.on()),
                    result: i32::from(*result),
                    proof: text(proof),
                    recorded_by: person.by(),
                };
                let done = ask!(record_presentation RecordPresentationRequest command);
                (("reminder", &named.reminder), done)
            }
            Self::Waive { customer, invoice, interest, fixed_sum, person, note } => {
                let command = WaiveCharges {
                    customer_id: customer.clone(),
                    invoice_id: invoice.clone(),
                    interest: interest.clone(),
                    fixed_sum: *fixed_sum,
                    waived_by: person.by(),
                    waive_date: Some(person.on()),
                    note: text(note),
                };
                (("invoice", invoice), ask!(waive_charges WaiveChargesRequest command))
            }
            Self::Restore { customer, invoice, person } => {
                let command = RestoreCharges {
                    customer_id: customer.clone(),
                    invoice_id: invoice.clone(),
                    restored_by: person.by(),
                    restore_date: Some(person.on()),
                };
                (("invoice", invoice), ask!(restore_charges RestoreChargesRequest command))
            }
            Self::ChooseLadder { customer, ladder, invoice, person } => {
                let command = ChooseLadder {
                    customer_id: customer.clone(),
                    invoice_id: text(invoice),
                    ladder: text(ladder),
                    chosen_by: person.by(),
                    choose_date: Some(person.on()),
                };
                (("customer", customer), ask!(choose_ladder ChooseLadderRequest command))
            }
            Self::Adopt { file, by, .. } => {
                let rules = read(file)?;
                let request = AdoptDunningPolicyRequest {
                    tenant_id,
                    actor_id: text(by),
                    command: Some(message(&rules)),
                    ..AdoptDunningPolicyRequest::default()
                };
                let mut client = DunningServiceClient::new(asked.reach.connect(false).await?);
                let done = client.adopt_dunning_policy(request).await?.into_inner();
                (("policy", &rules.version.to_string()), (done.changed, done.position))
            }
        };
        let mut paper = Paper::default();
        paper.fact(what.0, what.1.clone());
        paper.fact("new", changed);
        paper.fact("position", position(at.as_ref()));
        Ok(paper.write(asked.output))
    }
}

impl Named {
    fn withdrawn(&self, person: &Person, until: Option<NaiveDate>) -> WithdrawReminder {
        WithdrawReminder {
            customer_id: self.customer.clone(),
            reminder_id: self.reminder.clone(),
            withdrawn_by: person.by(),
            withdraw_date: Some(person.on()),
            postpone_date: until.map(asked::date),
        }
    }
}
