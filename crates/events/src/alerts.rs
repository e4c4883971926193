//! What a person should look at.
//!
//! An alert is about a condition: it is raised when the condition holds, and cleared when it no longer
//! does. Each fact names its kind and its severity again, so that whoever passes it on needs no other.

mod figures;
mod policy;

use chrono::NaiveDate;
use money::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::{
    ActorId, AlertId, CoverId, CustomerId, DisputeId, GuaranteeId, InvoiceId, LimitId, NoticeId,
    PaymentId, PlacementId, PromiseId, Reference, ReminderId, RightId, Sequence, date,
    risk::{Doubt, Grade},
    words::words,
};

pub use figures::{Change, CurrencyFigures, Figures, GroupShare};
pub use policy::{AlertPolicy, PortfolioRules};

/// What alerts says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The tenant's rules from now on. About the tenant, not a customer.
    AlertPolicyAdopted(Box<AlertPolicy>),
    /// All customers together were looked at. About the tenant, not a customer.
    FiguresTaken(Box<Figures>),

    /// A condition holds. Said again of an alert that was cleared a short while ago, when the
    /// condition comes back.
    AlertRaised(Box<Alert>),
    /// Somebody has seen it.
    AlertAcknowledged {
        /// Which.
        alert: AlertId,
        /// What it is about.
        kind: Kind,
        /// How much it matters.
        severity: Severity,
        /// Who.
        by: ActorId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
        /// What there is to say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Reference>,
    },
    /// Somebody is to look after it.
    AlertAssigned {
        /// Which.
        alert: AlertId,
        /// What it is about.
        kind: Kind,
        /// How much it matters.
        severity: Severity,
        /// Who looks after it from now on.
        to: ActorId,
        /// Who says so.
        by: ActorId,
        /// When.
        #[serde(with = "date")]
        on: NaiveDate,
    },
    /// The condition no longer holds.
    AlertCleared {
        /// Which.
        alert: AlertId,
        /// What it was about.
        kind: Kind,
        /// How much it mattered.
        severity: Severity,
        /// The business day.
        #[serde(with = "date")]
        on: NaiveDate,
        /// Why.
        why: Clearing,
    },
}

/// A condition that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Of the kind, the subject and a count; one of its customer's, or of the tenant's.
    pub alert: AlertId,
    /// What it is about.
    pub kind: Kind,
    /// How much it matters.
    pub severity: Severity,
    /// Why, the most important first; never empty.
    pub reasons: Vec<ReasonCode>,
    /// What it is about.
    pub subject: Subject,
    /// The business day on which it is raised.
    #[serde(with = "date")]
    pub raised_on: NaiveDate,
    /// The day from which the condition holds, which may be earlier.
    #[serde(with = "date")]
    pub holds_from: NaiveDate,
    /// How much is at stake, overdue, promised, ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// How much there may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Money>,
    /// The last day of what expires, or the day on which something was due.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// The invoice it began with, if it is about the customer as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceId>,
    /// The grade that the customer had, and the one it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grades: Option<(Grade, Grade)>,
    /// The days that a figure was, and that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// How hard supply is blocked, or the level that an invoice stands at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The entries of the same journal in which the facts stand that it rests on, in order.
    pub evidence: Vec<Sequence>,
    /// Whether it had been cleared, and the condition came back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

/// What an alert is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The customer as a whole.
    Customer,
    /// Customers that belong to one another, by the one at their head. Of the tenant.
    Group(CustomerId),
    /// All that is owed in a currency. Of the tenant.
    Currency(Currency),
    /// The customer's word.
    Promise(PromiseId),
    /// Money that came in.
    Payment(PaymentId),
    /// A contest.
    Dispute(DisputeId),
    /// An order.
    Order(Reference),
    /// A credit limit.
    Limit(LimitId),
    /// A guarantee.
    Guarantee(GuaranteeId),
    /// What an insurer answers for.
    Cover(CoverId),
    /// What was published.
    Notice(NoticeId),
    /// What is doubtful about who the customer is.
    Finding(Doubt),
    /// A message that asks the customer to pay.
    Reminder(ReminderId),
    /// A receivable.
    Invoice(InvoiceId),
    /// A right that lapses.
    Right(RightId),
    /// What was given to a collector.
    Placement(PlacementId),
}

impl Subject {
    /// What kind of thing it is, in a word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Group(_) => "group",
            Self::Currency(_) => "currency",
            Self::Promise(_) => "promise",
            Self::Payment(_) => "payment",
            Self::Dispute(_) => "dispute",
            Self::Order(_) => "order",
            Self::Limit(_) => "limit",
            Self::Guarantee(_) => "guarantee",
            Self::Cover(_) => "cover",
            Self::Notice(_) => "notice",
            Self::Finding(_) => "finding",
            Self::Reminder(_) => "reminder",
            Self::Invoice(_) => "invoice",
            Self::Right(_) => "right",
            Self::Placement(_) => "placement",
        }
    }

    /// Its id; nothing for the customer as a whole.
    pub fn id(&self) -> Option<&str> {
        Some(match self {
            Self::Customer => return None,
            Self::Group(it) => it.as_str(),
            Self::Currency(it) => it.code(),
            Self::Promise(it) => it.as_str(),
            Self::Payment(it) => it.as_str(),
            Self::Dispute(it) => it.as_str(),
            Self::Order(it) => it.as_str(),
            Self::Limit(it) => it.as_str(),
            Self::Guarantee(it) => it.as_str(),
            Self::Cover(it) => it.as_str(),
            Self::Notice(it) => it.as_str(),
            Self::Finding(it) => it.name(),
            Self::Reminder(it) => it.as_str(),
            Self::Invoice(it) => it.as_str(),
            Self::Right(it) => it.as_str(),
            Self::Placement(it) => it.as_str(),
        })
    }
}

words! {
    /// Which condition holds.
    Kind {
        /// More is at stake than the limit allows.
        LimitBreached "limit_breached"
        /// Nearly as much is.
        LimitNearly "limit_nearly"
        /// Something of the customer's is past due for longer than the tenant waits.
        InvoiceOverdue "invoice_overdue"
        /// A promise was not kept, or not wholly.
        PromiseBroken "promise_broken"
        /// Money did not stay.
        PaymentBounced "payment_bounced"
        /// A contest has been open for too long.
        DisputeAgeing "dispute_ageing"
        /// An order may not be delivered yet.
        OrderHeld "order_held"
        /// A credit limit ends soon, and nothing follows it.
        LimitExpiring "limit_expiring"
        /// A guarantee ends soon.
        GuaranteeExpiring "guarantee_expiring"
        /// An insurer's cover ends soon.
        CoverExpiring "cover_expiring"
        /// The customer's grade became worse.
        GradeDropped "grade_dropped"
        /// The customer pays later than it always did.
        BehaviourBroke "behaviour_broke"
        /// A court's or a register's decision says that the customer cannot pay, or is gone.
        InsolvencyPublished "insolvency_published"
        /// A person should have looked at the customer by now.
        ReviewOverdue "review_overdue"
        /// Something is doubtful about who the customer is.
        IdentityDoubtful "identity_doubtful"
        /// One name has too large a part of all that is at stake.
        ConcentrationCrossed "concentration_crossed"
        /// The days that sales stay unpaid have become more than they were.
        DsoDrifted "dso_drifted"
        /// Too much of what is owed has been overdue for long.
        AgingBreached "aging_breached"
        /// Whether a reminder was sent nobody can tell.
        ReminderUnknown "reminder_unknown"
        /// A reminder could not be sent by any channel.
        ReminderStuck "reminder_stuck"
        /// A reminder went out that should not have.
        ReminderRegretted "reminder_regretted"
        /// Nothing is left to remind of an invoice: others take over.
        DunningExhausted "dunning_exhausted"
        /// Less is delivered to the customer while it owes what it was reminded of.
        SupplyBlocked "supply_blocked"
        /// A right will lapse, and nothing has been done yet that keeps it.
        RightAtRisk "right_at_risk"
        /// The last day of a right has passed.
        RightLapsed "right_lapsed"
        /// Whether a collector took what was brought nobody can tell.
        ErrandUnknown "errand_unknown"
    }

    /// How much an alert matters. The least first: `Severity::Low < Severity::High`.
    Severity {
        /// Good to know.
        Low "low"
        /// To be looked at in the next days.
        Medium "medium"
        /// To be looked at today.
        High "high"
    }

    /// Why an alert is raised.
    ReasonCode {
        /// More is at stake and not guaranteed than the limit allows.
        LimitExceeded "LIMIT_EXCEEDED"
        /// The share of the limit that is used is above the tenant's threshold.
        LimitNearlyUsed "LIMIT_NEARLY_USED"
        /// An invoice is past due for longer than the tenant waits.
        PastDue "PAST_DUE"
        /// None of the promised money came in time.
        PromiseNotKept "PROMISE_NOT_KEPT"
        /// Some of the promised money came in time.
        PromisePartlyKept "PROMISE_PARTLY_KEPT"
        /// The bank could not collect it.
        PaymentReturned "PAYMENT_RETURNED"
        /// The payer had it taken back.
        PaymentChargedBack "PAYMENT_CHARGED_BACK"
        /// A contest has been open for longer than the tenant waits.
        DisputeOpen "DISPUTE_OPEN"
        /// No credit limit holds.
        NoLimit "NO_LIMIT"
        /// With the order, more would be at stake than the limit allows.
        OverLimit "OVER_LIMIT"
        /// Something has been overdue for longer than the credit policy allows.
        Overdue "OVERDUE"
        /// More is overdue than the credit policy allows.
        OverdueAmount "OVERDUE_AMOUNT"
        /// The order is larger than the credit policy lets pass unseen.
        LargeOrder "LARGE_ORDER"
        /// Promises to pay were broken, not long ago.
        BrokenPromises "BROKEN_PROMISES"
        /// The grade is worse than the credit policy lets pass.
        GradeTooLow "GRADE_TOO_LOW"
        /// The credit policy names no rate for a currency that occurs.
        NoRate "NO_RATE"
        /// Its last day is near.
        Expires "EXPIRES"
        /// The scorecard in force gives a worse grade than before.
        GradeWorse "GRADE_WORSE"
        /// The latest three invoices were settled later than all before lets one expect.
        PaysLater "PAYS_LATER"
        /// It still pays and is protected from its creditors, or a court agreed how it pays them.
        Safeguard "SAFEGUARD"
        /// It no longer pays and goes on under watch.
        Receivership "RECEIVERSHIP"
        /// It ends, or has ended and left nothing.
        Liquidation "LIQUIDATION"
        /// The register does not know it any more.
        StruckOff "STRUCK_OFF"
        /// The day by which somebody was to look at the customer has passed.
        ReviewDue "REVIEW_DUE"
        /// The part of one name in what is at stake is above the tenant's threshold.
        SingleName "SINGLE_NAME"
        /// The days of sales outstanding have risen by more than the tenant's threshold.
        DsoRisen "DSO_RISEN"
        /// The part that has been overdue for more than 90 days is above the tenant's threshold.
        LongOverdue "LONG_OVERDUE"
        /// The register says that the customer has ceased.
        RegistrationInactive "REGISTRATION_INACTIVE"
        /// The register does not know the customer.
        RegistrationUnknown "REGISTRATION_UNKNOWN"
        /// The customer gave another bank account than before.
        BankAccountChanged "BANK_ACCOUNT_CHANGED"
        /// The domain that the customer writes from is young.
        DomainYoung "DOMAIN_YOUNG"
        /// The customer's address is not that of the register.
        AddressMismatch "ADDRESS_MISMATCH"
        /// The customer's name is not that of the register, or of the bank account.
        NameMismatch "NAME_MISMATCH"
        /// Whoever sent it was gone before it could say so, or was not answered.
        OutcomeUnknown "OUTCOME_UNKNOWN"
        /// The last channel of its level has failed.
        NoChannelLeft "NO_CHANNEL_LEFT"
        /// What it named had been paid or credited by then.
        RemindedSettled "REMINDED_SETTLED"
        /// What it named was not due then.
        RemindedNotDue "REMINDED_NOT_DUE"
        /// What it named should never have been.
        RemindedCancelled "REMINDED_CANCELLED"
        /// The last level of the ladder was said, and the days after it have passed.
        LadderEnded "LADDER_ENDED"
        /// The level of something that is open blocks supply.
        SupplyBlocked "SUPPLY_BLOCKED"
        /// Its last day comes near.
        LastDayNear "LAST_DAY_NEAR"
        /// Its last day has passed.
        LastDayPassed "LAST_DAY_PASSED"
    }

    /// Why an alert is cleared.
    Clearing {
        /// What it was about is no longer so: it was paid, resolved, released, replaced.
        Ended "ended"
        /// It is no longer news, or its last day has passed.
        Lapsed "lapsed"
        /// The tenant's rules no longer ask for it.
        PolicyChanged "policy_changed"
    }
}
