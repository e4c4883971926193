//! When a customer is reminded, how hard, and what became of it.
//!
//! What is sent is planned first, heard back, looked at again, started, and only then sent; each of
//! these stands in the journal. Names, addresses and letters stand beside it.

mod charges;
mod policy;

use chrono::NaiveDate;
use money::Money;
use serde::{Deserialize, Serialize};

use crate::{
    ActorId, ContactId, Hash, HoldId, InvoiceId, Reference, ReminderId, date, words::words,
};

pub use charges::{AgreedRate, Purpose, Waiver};
pub use policy::{
    Approval, ChargesRules, ConfirmationRules, DunningPolicy, InterestRules, Ladder, Level, Scope,
};

/// What dunning says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The tenant's rules from now on. About the tenant, not a customer.
    DunningPolicyAdopted(Box<DunningPolicy>),

    /// The customer is to be reminded. Nothing has left the building.
    ReminderPlanned(Box<Reminder>),
    /// A person agrees that it is sent.
    ReminderApproved {
        /// Which.
        reminder: ReminderId,
        /// Who.
        by: ActorId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// How it is sent, if not as planned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<Channel>,
        /// In which words, if not in those planned: a name of templates.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template: Option<Reference>,
    },
    /// It is not sent: what it would say is no longer so, or a person does not want it.
    ReminderWithdrawn {
        /// Which.
        reminder: ReminderId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Why.
        why: Withdrawal,
        /// Who, if a person did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<ActorId>,
        /// Nothing is planned before this day, if a person said so.
        #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
        not_before: Option<NaiveDate>,
    },
    /// It is about to be sent. What follows is its outcome, or nobody knows it.
    SendStarted {
        /// Which.
        reminder: ReminderId,
        /// Which process sends it: a name of no meaning, one for each start of a process.
        run: Reference,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
    },
    /// It has left the building, or was said. Its invoices stand at their levels from now on.
    ReminderSent {
        /// Which.
        reminder: ReminderId,
        /// The business day.
        #[serde(with = "date")]
        on: NaiveDate,
        /// How.
        channel: Channel,
        /// What whoever took it answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<Reference>,
        /// What was sent; none for what was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rendering: Option<Rendering>,
        /// Who says so, if a person does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<ActorId>,
        /// The last day of the new deadline that it grants.
        #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
        deadline: Option<NaiveDate>,
    },
    /// It could not be sent, or it came back.
    ReminderFailed {
        /// Which.
        reminder: ReminderId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// How it was tried.
        channel: Channel,
        /// Why not.
        why: Reference,
        /// How it is tried next; none: a person has to look.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Channel>,
    },
    /// Whether it was sent nobody can tell. It is never sent again unless a person says that it was
    /// not.
    ReminderUnknown {
        /// Which.
        reminder: ReminderId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// What is known.
        why: Reference,
    },
    /// By what is known now, a reminder that was sent should not have named an invoice: its level no
    /// longer counts.
    ReminderRegretted {
        /// Which.
        reminder: ReminderId,
        /// Whose part of it.
        invoice: InvoiceId,
        /// When it was seen.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Why.
        why: Regret,
    },
    /// What was regretted was right after all.
    ReminderUpheld {
        /// Which.
        reminder: ReminderId,
        /// Whose part of it.
        invoice: InvoiceId,
        /// When it was seen.
        #[serde(with = "date")]
        on: NaiveDate,
    },
    /// By what is known now, a message that was sent should have asked for other charges on an
    /// invoice, as of the day on which it was planned. Said again when that changes again, also back
    /// to what it asked for.
    ChargesCorrected {
        /// Which.
        reminder: ReminderId,
        /// Whose part of it.
        invoice: InvoiceId,
        /// When it was seen.
        #[serde(with = "date")]
        on: NaiveDate,
        /// The interest that it should have asked for; none: nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        interest: Option<Money>,
        /// The fixed sum that it should have asked for; none: nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fixed_sum: Option<Money>,
    },
    /// A person gives up charges on an invoice. It takes the place of what was given up before.
    ChargesWaived(Box<Waiver>),
    /// A person takes that back: all charges on the invoice are owed again.
    ChargesRestored {
        /// On which receivable.
        invoice: InvoiceId,
        /// Who.
        by: ActorId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
    },

    /// A person chose a ladder for the customer, or for one invoice.
    LadderChosen {
        /// Which, of the policy's; none: what the policy says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ladder: Option<Reference>,
        /// For which receivable; none: for the customer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<InvoiceId>,
        /// Who.
        by: ActorId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
    },
    /// The customer, or one invoice, is not reminded for a time.
    HoldPlaced(Box<Hold>),
    /// The reason for it has gone.
    HoldLifted {
        /// Which.
        hold: HoldId,
        /// The first day on which it does not hold.
        #[serde(with = "date")]
        lifted_on: NaiveDate,
        /// Who says so.
        by: ActorId,
    },
    /// Somebody spoke with the customer, or wrote to it, outside of the ladder or for it.
    ContactLogged(Box<Contact>),

    /// What may be delivered to the customer while it owes what it was reminded of: 0 everything; the
    /// higher, the less.
    SupplyBlockSet {
        /// How hard.
        level: u8,
        /// From when.
        #[serde(with = "date")]
        on: NaiveDate,
    },
    /// Nothing is left to remind with: whoever collects takes over.
    DunningExhausted {
        /// Which receivable.
        invoice: InvoiceId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// The level it stands at.
        level: u8,
    },
    /// Whoever carried a reminder says what came of it. Its levels count all the same.
    ReminderPresented {
        /// Which.
        reminder: ReminderId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// What.
        result: Presentation,
        /// What proves it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<Reference>,
        /// Who says so.
        by: ActorId,
    },
}

/// A message to a customer: it asks to pay, for all of the invoices that are to be named at once, or
/// has another purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// One of the customer's, by count.
    pub reminder: ReminderId,
    /// What it is for. What is no reminder climbs no ladder: its items stand at level 0.
    #[serde(default, skip_serializing_if = "Purpose::is_reminder")]
    pub purpose: Purpose,
    /// The business day on which it is planned.
    #[serde(with = "date")]
    pub planned_on: NaiveDate,
    /// The version of the policy.
    pub policy: Reference,
    /// The ladder of its highest level; of what is no reminder the word for its purpose.
    pub ladder: Reference,
    /// What made that ladder the most specific one.
    pub because: Because,
    /// The highest level of its invoices: the tone is of that one.
    pub level: u8,
    /// How hard it is said.
    pub tone: Tone,
    /// How it is sent.
    pub channel: Channel,
    /// Which text: a name of templates.
    pub template: Reference,
    /// Whether a person has to agree first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub to_approve: bool,
    /// Days of grace that it grants from the day on which it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_days: Option<u16>,
    /// What it names, the oldest due first; never empty.
    pub items: Vec<Item>,
    /// Credit notes and cash that have not met an invoice, one a currency: deducted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<Money>,
    /// By which rules the charges that it asks for were computed; none: it asks for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest: Option<InterestRules>,
}

/// An invoice that a reminder names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Which.
    pub invoice: InvoiceId,
    /// The level it stands at once this is sent.
    pub level: u8,
    /// When it was, or is, due.
    #[serde(with = "date")]
    pub due_on: NaiveDate,
    /// What is asked for: open and not contested.
    pub open: Money,
    /// What is open and contested, and not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disputed: Option<Money>,
    /// Interest for late payment up to the day of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest: Option<Money>,
    /// What of the interest up to that day is not asked for here: waived, or asked for by an interest
    /// invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest_deducted: Option<Money>,
    /// The fixed sum for recovery costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_sum: Option<Money>,
    /// By which rate of its terms of sale its charges were computed; none: by the rules alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<AgreedRate>,
}

/// What was sent, without a word of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendering {
    /// Which template, and which version of it.
    pub template: Reference,
    /// The language, by its two letters.
    pub language: Reference,
    /// Of the bytes that left the building; under it the letter is kept.
    pub hash: Hash,
}

/// A reason for which a customer, or one invoice, is not reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The tenant's id for it.
    pub hold: HoldId,
    /// Why.
    pub reason: HoldReason,
    /// Which receivable; none: everything of the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceId>,
    /// The first day, which may be past.
    #[serde(with = "date")]
    pub holds_from: NaiveDate,
    /// The last day; none: until it is lifted.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<NaiveDate>,
    /// Who says so.
    pub by: ActorId,
    /// What there is to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// Somebody spoke with the customer, or wrote to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The tenant's id for it.
    pub contact: ContactId,
    /// When.
    #[serde(with = "date")]
    pub on: NaiveDate,
    /// How.
    pub channel: Channel,
    /// What came of it.
    pub result: ContactResult,
    /// The reminder it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder: Option<ReminderId>,
    /// Who did.
    pub by: ActorId,
    /// What there is to say: never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

words! {
    /// How a reminder reaches a customer.
    Channel {
        /// Electronic mail.
        Email "email"
        /// A letter on paper.
        Letter "letter"
        /// A letter whose delivery the post proves.
        RegisteredLetter "registered_letter"
        /// A call: somebody is to make it.
        Call "call"
        /// A message to a system of the tenant's, which takes it on.
        Webhook "webhook"
    }

    /// How hard a reminder is said, the mildest first.
    Tone {
        /// Before the due date.
        Courtesy "courtesy"
        /// It may have been forgotten.
        Reminder "reminder"
        /// It was not.
        Firm "firm"
        /// The last word before others take over (*mise en demeure*).
        Final "final"
    }

    /// What made a ladder the most specific one.
    Because {
        /// It is for every customer.
        Tenant "tenant"
        /// It is for the customer's segment.
        Segment "segment"
        /// It is for the customer's grade.
        Grade "grade"
        /// It was chosen for the customer.
        Customer "customer"
        /// It was chosen for the invoice.
        Invoice "invoice"
    }

    /// Why a customer, or one invoice, is not reminded.
    HoldReason {
        /// All of it is contested.
        Dispute "dispute"
        /// The customer gave its word, and the day has not come.
        Promise "promise"
        /// It is paid by instalments.
        Plan "plan"
        /// The law forbids it: a court protects the customer, or winds it up.
        Insolvency "insolvency"
        /// Lawyers have it, or a court does.
        Legal "legal"
        /// A person says so.
        Manual "manual"
        /// Money of the customer's has not met an invoice yet.
        UnallocatedCash "unallocated_cash"
        /// The customer says that it has paid.
        SaysPaid "says_paid"
        /// An assignee has it, and asks for the money itself.
        Assigned "assigned"
    }

    /// Why a reminder that was planned is not sent.
    Withdrawal {
        /// Something it names was paid, credited, contested, held or corrected; or money came that
        /// may be meant for it.
        Changed "changed"
        /// It waited so long that it would be out of date.
        Stale "stale"
        /// The rules do not ask for it any more.
        PolicyChanged "policy_changed"
        /// A reminder is called for, which does not wait for a person's word on an interest invoice.
        Overtaken "overtaken"
        /// A person does not want it.
        Suppressed "suppressed"
        /// A person wants it later.
        Postponed "postponed"
    }

    /// Why a reminder should not have named an invoice.
    Regret {
        /// It had been paid or credited by then.
        Settled "settled"
        /// It was not due then.
        NotDue "not_due"
        /// It should never have been.
        Cancelled "cancelled"
    }

    /// What came of speaking with a customer.
    ContactResult {
        /// It was told.
        Reached "reached"
        /// Nobody answered.
        NoAnswer "no_answer"
        /// The address or number is wrong.
        WrongNumber "wrong_number"
        /// It gives its word; a promise to pay is recorded by itself.
        Promises "promises"
        /// It says that it has paid.
        SaysPaid "says_paid"
        /// It contests; a dispute is recorded by itself.
        Contests "contests"
        /// It will not pay.
        Refuses "refuses"
        /// It wants a copy of an invoice, which the note names.
        AsksForCopy "asks_for_copy"
    }

    /// What came of a reminder where it was carried to.
    Presentation {
        /// It was handed over.
        Delivered "delivered"
        /// It was not taken.
        Refused "refused"
        /// It was announced, and nobody fetched it.
        Unclaimed "unclaimed"
        /// It was opened, or read.
        Opened "opened"
    }
}
