//! What may be asked of dunning, in the form producers write it.

use chrono::NaiveDate;
use events::{
    ActorId, ContactId, CustomerId, HoldId, InvoiceId, Reference, ReminderId, date,
    dunning::{Channel, ContactResult, DunningPolicy, Event, HoldReason, Presentation, Rendering},
};
use invoicing::{FieldError, Invalid};
use money::Stated;
use serde::{Deserialize, Serialize};

use crate::Policy;

invoicing::commands! {
    from outside {
        /// Rules for the tenant.
        AdoptDunningPolicy(Box<DunningPolicy>) = "dev.vigie.dunningpolicy.adopted.v1",
        /// A person chooses a ladder for a customer, or for an invoice.
        ChooseLadder(ChooseLadder) = "dev.vigie.ladder.chosen.v1",
        /// A customer, or an invoice, is not to be reminded for a time.
        PlaceHold(Box<HoldData>) = "dev.vigie.hold.placed.v1",
        /// The reason for it has gone.
        LiftHold(LiftHold) = "dev.vigie.hold.lifted.v1",
        /// A person agrees to a reminder.
        ApproveReminder(ApproveReminder) = "dev.vigie.reminder.approved.v1",
        /// A person does not want a reminder, or not yet.
        WithdrawReminder(WithdrawReminder) = "dev.vigie.reminder.withdrawn.v1",
        /// A person says that a reminder has left the building.
        RecordSending(RecordSending) = "dev.vigie.reminder.sent.v1",
        /// It did not arrive.
        RecordFailure(RecordFailure) = "dev.vigie.reminder.failed.v1",
        /// Somebody spoke with the customer, or wrote to it.
        LogContact(Box<ContactData>) = "dev.vigie.contact.logged.v1",
        /// Whoever carried a reminder says what came of it.
        RecordPresentation(RecordPresentation) = "dev.vigie.reminder.presented.v1",
        /// A person gives up charges on an invoice.
        WaiveCharges(Box<WaiveCharges>) = "dev.vigie.charges.waived.v1",
        /// A person takes that back.
        RestoreCharges(RestoreCharges) = "dev.vigie.charges.restored.v1",
    }
    never from outside {
        /// A reminder is about to be sent; only by whoever sends.
        Start(Start),
        /// What became of it; only by whoever sends.
        Report(Box<Report>),
        /// What the state itself calls for, and what is then said; never from outside.
        Step(Box<Event>),
    }
}

/// A ladder that a person chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChooseLadder {
    /// For which customer.
    pub customer_id: CustomerId,
    /// For which of its receivables; none: for the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<InvoiceId>,
    /// Which, of those the policy lets be chosen; none: what the policy says again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<Reference>,
    /// Who.
    pub chosen_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub choose_date: NaiveDate,
}

/// A reason for which a customer, or an invoice, is not to be reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldData {
    /// Which customer.
    pub customer_id: CustomerId,
    /// The tenant's id for it.
    pub hold_id: HoldId,
    /// Why.
    pub reason: HoldReason,
    /// Which receivable; none: everything of the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<InvoiceId>,
    /// The first day, which may be past.
    #[serde(with = "date")]
    pub hold_date: NaiveDate,
    /// The last day; none: until it is lifted.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub until_date: Option<NaiveDate>,
    /// Who says so.
    pub placed_by: ActorId,
    /// What there is to say: never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// A hold whose reason has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftHold {
    /// Which customer.
    pub customer_id: CustomerId,
    /// Which.
    pub hold_id: HoldId,
    /// The first day on which it does not hold, which may be past.
    #[serde(with = "date")]
    pub lift_date: NaiveDate,
    /// Who says so.
    pub lifted_by: ActorId,
}

/// A reminder that a person agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveReminder {
    /// Which customer.
    pub customer_id: CustomerId,
    /// Which.
    pub reminder_id: ReminderId,
    /// Who.
    pub approved_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub approve_date: NaiveDate,
    /// How it is to be sent, if not as planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// In which words, if not in those planned: a name of templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Reference>,
}

/// A reminder that a person does not want, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawReminder {
    /// Which customer.
    pub customer_id: CustomerId,
    /// Which.
    pub reminder_id: ReminderId,
    /// Who.
    pub withdrawn_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub withdraw_date: NaiveDate,
    /// The first day on which the customer may be reminded again; none: not within the days between
    /// two contacts.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub postpone_date: Option<NaiveDate>,
}

/// A reminder that has left the building, as a person says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSending {
    /// Which customer.
    pub customer_id: CustomerId,
    /// Which.
    pub reminder_id: ReminderId,
    /// When it did.
    #[serde(with = "date")]
    pub send_date: NaiveDate,
    /// Who says so.
    pub recorded_by: ActorId,
    /// How, if not as planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// What proves it, such as the number of a registered letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Reference>,
}

/// A reminder that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFailure {
    /// Which customer.
    pub customer_id: CustomerId,
    /// Which.
    pub reminder_id: ReminderId,
    /// When that was known.
    #[serde(with = "date")]
    pub fail_date: NaiveDate,
    /// What is known: never an address.
    pub why: Reference,
    /// Who says so.
    pub recorded_by: ActorId,
}

/// Somebody spoke with the customer, or wrote to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactData {
    /// Which customer.
    pub customer_id: CustomerId,
    /// The tenant's id for it.
    pub contact_id: ContactId,
    /// When.
    #[serde(with = "date")]
    pub contact_date: NaiveDate,
    /// How.
    pub channel: Channel,
    /// What came of it.
    pub result: ContactResult,
    /// The reminder it was for, if it was for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder_id: Option<ReminderId>,
    /// Who did.
    pub logged_by: ActorId,
    /// What there is to say: never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// What whoever carried a reminder says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPresentation {
    /// Which customer.
    pub customer_id: CustomerId,
    /// Which.
    pub reminder_id: ReminderId,
    /// When it was handed over, refused, announced and not fetched, or opened: not before it was sent.
    #[serde(with = "date")]
    pub present_date: NaiveDate,
    /// What came of it.
    pub result: Presentation,
    /// What proves it, such as the number on the slip that came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Reference>,
    /// Who says so.
    pub recorded_by: ActorId,
}

/// Charges on an invoice that a person gives up (*geste commercial*). What is not stated stays as it
/// was; what is takes the place of what was given up before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiveCharges {
    /// Which customer.
    pub customer_id: CustomerId,
    /// On which receivable.
    pub invoice_id: InvoiceId,
    /// So much of the interest, more than nothing and at most what is owed on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest: Option<Stated>,
    /// All of the interest, whatever it comes to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_interest: bool,
    /// The fixed sum.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed_sum: bool,
    /// Who.
    pub waived_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub waive_date: NaiveDate,
    /// What there is to say: never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// Charges on an invoice that were given up and are owed again, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreCharges {
    /// Which customer.
    pub customer_id: CustomerId,
    /// On which receivable.
    pub invoice_id: InvoiceId,
    /// Who.
    pub restored_by: ActorId,
    /// When.
    #[serde(with = "date")]
    pub restore_date: NaiveDate,
}

/// A reminder that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Which.
    pub reminder: ReminderId,
    /// By which process.
    pub run: Reference,
    /// The business day.
    pub on: NaiveDate,
}

/// What became of a reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub reminder: ReminderId,
    /// The process that started it, or whoever speaks for one that is gone.
    pub run: Reference,
    /// The business day.
    pub on: NaiveDate,
    /// What.
    pub outcome: Outcome,
}

/// What can become of a reminder that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Sent {
        /// By what whoever took it answered.
        proof: Option<Reference>,
        /// What was sent.
        rendering: Option<Rendering>,
    },
    /// It was not, and nothing of it has left.
    Failed {
        /// Why not.
        why: Reference,
    },
    /// It was not, nothing of it has left, and the same way may work later.
    Deferred {
        /// Why not now.
        why: Reference,
    },
    /// Nobody can tell.
    Unknown {
        /// What is known.
        why: Reference,
    },
    /// Just before it was sent something came that changes what it says: nothing has left.
    Withdrawn,
}

impl Outcome {
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }
}

impl Command {
    /// Every value that cannot be, whatever is known of the customer.
    pub fn check(&self) -> Result<(), Invalid> {
        let wrong = |field: &str, reason: &str| {
            Err(Invalid(vec![FieldError { field: field.to_owned(), reason: reason.to_owned() }]))
        };
        match self {
            Self::AdoptDunningPolicy(rules) => Policy::check(rules),
            Self::PlaceHold(it) if it.until_date.is_some_and(|until| until < it.hold_date) => {
                wrong("until_date", "is before hold_date")
            }
            Self::WithdrawReminder(it)
                if it.postpone_date.is_some_and(|until| until <= it.withdraw_date) =>
            {
                wrong("postpone_date", "is not after withdraw_date")
            }
            Self::WaiveCharges(it) if it.all_interest && it.interest.is_some() => {
                wrong("all_interest", "is stated beside an amount of interest")
            }
            Self::WaiveCharges(it) if it.interest.is_some_and(|it| !it.0.is_positive()) => {
                wrong("interest", "is not more than nothing")
            }
            Self::WaiveCharges(it)
                if it.interest.is_none() && !it.all_interest && !it.fixed_sum =>
            {
                wrong("interest", "is missing, and so are all_interest and fixed_sum")
            }
            Self::ChooseLadder(_)
            | Self::WaiveCharges(_)
            | Self::RestoreCharges(_)
            | Self::PlaceHold(_)
            | Self::LiftHold(_)
            | Self::ApproveReminder(_)
            | Self::WithdrawReminder(_)
            | Self::RecordSending(_)
            | Self::RecordFailure(_)
            | Self::LogContact(_)
            | Self::RecordPresentation(_)
            | Self::Start(_)
            | Self::Report(_)
            | Self::Step(_) => Ok(()),
        }
    }

    /// Whom it is about; nobody means the tenant. Of what never comes from outside nobody asks.
    pub fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::AdoptDunningPolicy(_) | Self::Start(_) | Self::Report(_) | Self::Step(_) => None,
            Self::ChooseLadder(it) => Some(&it.customer_id),
            Self::PlaceHold(it) => Some(&it.customer_id),
            Self::LiftHold(it) => Some(&it.customer_id),
            Self::ApproveReminder(it) => Some(&it.customer_id),
            Self::WithdrawReminder(it) => Some(&it.customer_id),
            Self::RecordSending(it) => Some(&it.customer_id),
            Self::RecordFailure(it) => Some(&it.customer_id),
            Self::LogContact(it) => Some(&it.customer_id),
            Self::RecordPresentation(it) => Some(&it.customer_id),
            Self::WaiveCharges(it) => Some(&it.customer_id),
            Self::RestoreCharges(it) => Some(&it.customer_id),
        }
    }
}
