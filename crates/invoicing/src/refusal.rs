//! Why a command is refused: sentences for people, with a word for machines.

use std::fmt;

use chrono::NaiveDate;
use events::{ActorId, invoicing::RecourseGround};
use money::{Currency, Money};
use serde::Serialize;

use crate::{FieldError, Ineligible};

/// Why a command is refused. Nothing happened, and nothing that follows is held up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Values that cannot be, whatever is known of the customer.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The same id was recorded with other content.
    #[error(transparent)]
    Conflict(Box<Conflict>),
    /// Nothing is known under this id.
    #[error("{subject} {id} is not known")]
    NotFound {
        /// What it would be.
        subject: Subject,
        /// The id asked for.
        id: String,
    },
    /// It was cancelled, or the money did not stay.
    #[error("{subject} {id} is void since {since}: nothing can be done with it")]
    Void {
        /// What it is.
        subject: Subject,
        /// Its id.
        id: String,
        /// When it was cancelled or reversed.
        since: NaiveDate,
    },
    /// It has come to its end, and not to the one that is stated now.
    #[error("{subject} {id} is {state} already")]
    Over {
        /// What it is.
        subject: Subject,
        /// Its id.
        id: String,
        /// How it ended.
        state: &'static str,
    },
    /// An amount is in another currency than what it is for.
    #[error("{field} is in {given}, but {expected} is needed; currencies are never exchanged")]
    CurrencyMismatch {
        /// The field.
        field: &'static str,
        /// What it should be in.
        expected: Currency,
        /// What it is in.
        given: Currency,
    },
    /// A correction may not change the currency of an invoice that something has settled.
    #[error(
        "invoice {invoice} is settled or given up in part in {currency}; take that back before \
         its currency is corrected"
    )]
    CurrencySettled {
        /// The invoice.
        invoice: String,
        /// Its currency.
        currency: Currency,
    },
    /// More is asked for than is open on an invoice.
    #[error("{asked} are asked for, but only {available} are open on invoice {invoice}")]
    NotEnoughOpen {
        /// The invoice.
        invoice: String,
        /// What is asked for.
        asked: Money,
        /// What is open and not spoken for by another request of this kind.
        available: Money,
    },
    /// More is asked for than a source has.
    #[error("{asked} are asked for, but only {available} of {subject} {id} are unallocated")]
    NotEnoughUnallocated {
        /// A payment or a credit note.
        subject: Subject,
        /// Its id.
        id: String,
        /// What is asked for.
        asked: Money,
        /// What is unallocated.
        available: Money,
    },
    /// Two persons are needed.
    #[error("{0} asked for this write-off; another person must agree to it")]
    SamePerson(ActorId),
    /// Only a deposit can be released.
    #[error("payment {0} is not a deposit")]
    NotADeposit(String),
    /// An invoice can be in one plan at a time.
    #[error("invoice {invoice} is in payment plan {plan} already")]
    InPlan {
        /// The invoice.
        invoice: String,
        /// The plan that covers it.
        plan: String,
    },
    /// Instalments do not make up what they are for.
    #[error("the instalments come to {instalments}, but {open} are open on the invoices")]
    PlanSum {
        /// Their sum.
        instalments: Money,
        /// What is open.
        open: Money,
    },
    /// The sums of the account would leave the range of amounts.
    #[error("with this the account in {0} would be larger than can be counted")]
    OutOfRange(Currency),
    /// A receivable may not be offered to an assignee.
    #[error("invoice {invoice} may not be offered: {}", all(against))]
    Ineligible {
        /// The invoice.
        invoice: String,
        /// Everything that speaks against it.
        against: Vec<Ineligible>,
    },
    /// An assignee has it.
    #[error("invoice {invoice} is assigned already, by {assignment}")]
    AssignedAlready {
        /// The invoice.
        invoice: String,
        /// The assignment that holds.
        assignment: String,
    },
    /// Without recourse only what the tenant warrants comes back.
    #[error(
        "assignment {assignment} is without recourse, and nothing that the tenant warrants is \
         known for the ground `{ground}`"
    )]
    NoRecourse {
        /// The assignment.
        assignment: String,
        /// What was said.
        ground: RecourseGround,
    },
    /// Nothing of a payment is the assignee's.
    #[error("nothing of payment {payment} is held for assignment {assignment}")]
    NothingHeld {
        /// The payment.
        payment: String,
        /// The assignment.
        assignment: String,
    },
    /// Something is left to do about an assignment.
    #[error("of assignment {assignment} {open} are open and {held} are held for the assignee")]
    NotSettled {
        /// The assignment.
        assignment: String,
        /// What is open of it.
        open: Money,
        /// What is to be passed on.
        held: Money,
    },
    /// The state does not call for this step.
    #[error("nothing calls for this step")]
    NotCalledFor,
}

impl Refusal {
    /// The reason in a word that stays the same for ever: `[A-Z][A-Z0-9_]+[A-Z0-9]`.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_FIELD",
            Self::Conflict(conflict) => conflict.subject.conflict(),
            Self::NotFound { subject, .. } => subject.not_found(),
            Self::Void { subject, .. } => subject.void(),
            Self::Over { subject, .. } => subject.over(),
            Self::CurrencyMismatch { .. } => "CURRENCY_MISMATCH",
            Self::CurrencySettled { .. } => "CURRENCY_SETTLED",
            Self::NotEnoughOpen { .. } => "NOT_ENOUGH_OPEN",
            Self::NotEnoughUnallocated { .. } => "NOT_ENOUGH_UNALLOCATED",
            Self::SamePerson(_) => "SAME_PERSON",
            Self::NotADeposit(_) => "NOT_A_DEPOSIT",
            Self::InPlan { .. } => "INVOICE_IN_PLAN",
            Self::PlanSum { .. } => "PLAN_SUM_MISMATCH",
            Self::OutOfRange(_) => "AMOUNT_OUT_OF_RANGE",
            Self::Ineligible { .. } => "INVOICE_INELIGIBLE",
            Self::AssignedAlready { .. } => "INVOICE_ASSIGNED",
            Self::NoRecourse { .. } => "NO_RECOURSE",
            Self::NothingHeld { .. } => "NOTHING_HELD",
            Self::NotSettled { .. } => "ASSIGNMENT_NOT_SETTLED",
            Self::NotCalledFor => "STEP_NOT_CALLED_FOR",
        }
    }

    /// The path of the field it is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid(Invalid(fields)) => fields.first().map(|it| it.field.as_str()),
            Self::Conflict(conflict) => Some(conflict.field),
            Self::CurrencyMismatch { field, .. } => Some(field),
            Self::NotFound { subject, .. }
            | Self::Void { subject, .. }
            | Self::Over { subject, .. } => Some(subject.id_field()),
            Self::CurrencySettled { .. } => Some("gross"),
            Self::NotEnoughOpen { .. } | Self::NotEnoughUnallocated { .. } => Some("amount"),
            Self::SamePerson(_) => Some("approved_by"),
            Self::NotADeposit(_) | Self::NothingHeld { .. } => Some("payment_id"),
            Self::InPlan { .. } => Some("invoice_ids"),
            Self::PlanSum { .. } => Some("instalments"),
            Self::Ineligible { .. } | Self::AssignedAlready { .. } => Some("invoice_id"),
            Self::NoRecourse { .. } => Some("ground"),
            Self::NotSettled { .. } => Some("assignment_id"),
            Self::OutOfRange(_) | Self::NotCalledFor => None,
        }
    }

    /// What it is about, for whoever looks it up: its kind and its id.
    pub fn subject(&self) -> Option<(Subject, &str)> {
        match self {
            Self::NotFound { subject, id }
            | Self::Void { subject, id, .. }
            | Self::Over { subject, id, .. }
            | Self::NotEnoughUnallocated { subject, id, .. } => Some((*subject, id)),
            Self::Conflict(it) => Some((it.subject, &it.id)),
            Self::CurrencySettled { invoice, .. }
            | Self::NotEnoughOpen { invoice, .. }
            | Self::Ineligible { invoice, .. }
            | Self::AssignedAlready { invoice, .. }
            | Self::InPlan { invoice, .. } => Some((Subject::Invoice, invoice)),
            Self::NoRecourse { assignment, .. } | Self::NotSettled { assignment, .. } => {
                Some((Subject::Assignment, assignment))
            }
            Self::NotADeposit(payment) | Self::NothingHeld { payment, .. } => {
                Some((Subject::Payment, payment))
            }
            Self::Invalid(_)
            | Self::CurrencyMismatch { .. }
            | Self::SamePerson(_)
            | Self::PlanSum { .. }
            | Self::OutOfRange(_)
            | Self::NotCalledFor => None,
        }
    }
}

/// Every reason, one after the other.
fn all(against: &[Ineligible]) -> String {
    against.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Values that cannot be: every one that was found, in the order of the fields. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// One value that cannot be.
    pub(crate) fn of(field: &str, reason: impl fmt::Display) -> Self {
        Self(vec![FieldError { field: field.to_owned(), reason: reason.to_string() }])
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}

/// The same id with other content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{subject} {id} is recorded with {field} {recorded}; now {stated} is stated under the same id"
)]
pub struct Conflict {
    /// What the id names.
    pub subject: Subject,
    /// The id.
    pub id: String,
    /// The first field that differs, as producers write it.
    pub field: &'static str,
    /// What the journal says.
    pub recorded: String,
    /// What the command says.
    pub stated: String,
}

macro_rules! subjects {
    ($($(#[$doc:meta])* $name:ident $word:literal $id_field:literal $reason:literal)+) => {
        /// What a refusal is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Subject {
            $($(#[$doc])* $name,)+
        }

        impl Subject {
            /// In a word or two.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The field of a command that holds its id.
            pub const fn id_field(self) -> &'static str {
                match self { $(Self::$name => $id_field,)+ }
            }

            const fn not_found(self) -> &'static str {
                match self { $(Self::$name => concat!($reason, "_NOT_FOUND"),)+ }
            }

            const fn conflict(self) -> &'static str {
                if matches!(self, Self::Invoice) {
                    return "INVOICE_NUMBER_CONFLICT";
                }
                match self { $(Self::$name => concat!($reason, "_CONFLICT"),)+ }
            }

            const fn void(self) -> &'static str {
                if matches!(self, Self::Payment) {
                    return "PAYMENT_REVERSED";
                }
                match self { $(Self::$name => concat!($reason, "_CANCELLED"),)+ }
            }

            const fn over(self) -> &'static str {
                match self { $(Self::$name => concat!($reason, "_OVER"),)+ }
            }
        }
    };
}

subjects! {
    /// A customer.
    Customer "customer" "customer_id" "CUSTOMER"
    /// A receivable.
    Invoice "invoice" "invoice_id" "INVOICE"
    /// A reduction.
    CreditNote "credit note" "credit_note_id" "CREDIT_NOTE"
    /// Money in.
    Payment "payment" "payment_id" "PAYMENT"
    /// Money that went back.
    Refund "refund" "refund_id" "REFUND"
    /// A source's part in an invoice.
    Allocation "allocation" "source" "ALLOCATION"
    /// A contest.
    Dispute "dispute" "dispute_id" "DISPUTE"
    /// The customer's word.
    Promise "promise" "promise_id" "PROMISE"
    /// A payment plan.
    Plan "payment plan" "plan_id" "PLAN"
    /// A claim to be given up.
    WriteOff "write-off" "write_off_id" "WRITE_OFF"
    /// Terms of sale.
    Terms "terms of sale" "terms_version" "TERMS"
    /// An agreement with a factor or a bank.
    Facility "facility" "facility_id" "FACILITY"
    /// A receivable that is assigned, or offered.
    Assignment "assignment" "assignment_id" "ASSIGNMENT"
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Compares what is recorded with what is stated again, field by field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Again<'a> {
    subject: Subject,
    id: &'a str,
}

impl<'a> Again<'a> {
    pub(crate) fn of(subject: Subject, id: &'a str) -> Self {
        Self { subject, id }
    }

    /// A field that is always stated.
    pub(crate) fn field<T: PartialEq + Serialize + ?Sized>(
        self,
        field: &'static str,
        recorded: &T,
        stated: &T,
    ) -> Result<Self, Refusal> {
        if recorded == stated {
            Ok(self)
        } else {
            Err(self.conflict(field, Some(recorded), stated))
        }
    }

    /// A field that contradicts nothing when it is not stated.
    pub(crate) fn if_stated<T: PartialEq + Serialize + ?Sized>(
        self,
        field: &'static str,
        recorded: Option<&T>,
        stated: Option<&T>,
    ) -> Result<Self, Refusal> {
        match stated {
            Some(stated) if recorded != Some(stated) => Err(self.conflict(field, recorded, stated)),
            Some(_) | None => Ok(self),
        }
    }

    /// A list that contradicts nothing when it is empty.
    pub(crate) fn if_any_stated<T: PartialEq + Serialize>(
        self,
        field: &'static str,
        recorded: &[T],
        stated: &[T],
    ) -> Result<Self, Refusal> {
        self.if_stated(field, Some(recorded), Some(stated).filter(|it| !it.is_empty()))
    }

    pub(crate) fn conflict<T: Serialize + ?Sized>(
        self,
        field: &'static str,
        recorded: Option<&T>,
        stated: &T,
    ) -> Refusal {
        let recorded = recorded.map_or_else(|| "none".to_owned(), written);
        let stated = written(stated);
        let id = self.id.to_owned();
        Refusal::Conflict(Box::new(Conflict { subject: self.subject, id, field, recorded, stated }))
    }
}

/// For `map`: it is the same, and nothing happens a second time.
pub(crate) fn nothing<T>(_: Again<'_>) -> Vec<T> {
    Vec::new()
}

/// A value as it stands in JSON, without quotes; long lists are cut.
fn written<T: Serialize + ?Sized>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let text = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(&text);
    if text.chars().count() <= 200 {
        return text.to_owned();
    }
    text.chars().take(199).chain(['…']).collect()
}
