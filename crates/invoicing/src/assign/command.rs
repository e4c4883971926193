//! What may be asked about assignments, in the form producers write it.

use std::fmt::Display;

use chrono::NaiveDate;
use events::{
    AssignmentId, CustomerId, FacilityId, InvoiceId, PaymentId, Reference, date,
    invoicing::{FacilityKind, RecourseGround},
};
use money::{Currency, Stated};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{FieldError, read_data};

macro_rules! asks {
    ($($(#[doc = $doc:literal])+ $name:ident($data:ty) = $ce_type:literal,)+) => {
        /// What is asked about an assignment, or an agreement for them.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Ask {
            $($(#[doc = $doc])+ $name($data),)+
        }

        /// Which; producers name it by the fact it states.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum AskKind {
            $(#[doc = concat!("`", $ce_type, "`")] $name,)+
        }

        impl AskKind {
            /// Every kind, with the `type` a `CloudEvent` says it by.
            pub const ALL: [(Self, &'static str); 11] = [$((Self::$name, $ce_type)),+];
        }

        impl Ask {
            pub(crate) fn read(kind: AskKind, data: &[u8]) -> Result<Self, FieldError> {
                match kind {
                    $(AskKind::$name => read_data(data).map(Self::$name),)+
                }
            }

            pub(crate) fn kind(&self) -> AskKind {
                match self {
                    $(Self::$name(_) => AskKind::$name,)+
                }
            }

            pub(crate) fn write(&self) -> Vec<u8> {
                let written = match self {
                    $(Self::$name(it) => serde_json::to_vec(it),)+
                };
                // Ids, dates and numbers can always be written.
                written.unwrap_or_default()
            }
        }
    };
}

asks! {
    /// An agreement with a factor or a bank.
    RegisterFacility(Box<RegisterFacility>) = "dev.vigie.facility.registered.v1",
    /// A receivable that an assignee may take.
    OfferReceivable(OfferReceivable) = "dev.vigie.assignment.offered.v1",
    /// An offer that came to nothing.
    EndOffer(EndOffer) = "dev.vigie.assignment.offerended.v1",
    /// A receivable that an assignee has taken.
    AssignReceivable(AssignReceivable) = "dev.vigie.assignment.made.v1",
    /// The customer was told.
    NotifyAssignment(NotifyAssignment) = "dev.vigie.assignment.notified.v1",
    /// Money of the assignee's in advance.
    FundAssignment(FundAssignment) = "dev.vigie.assignment.funded.v1",
    /// The customer paid the assignee.
    RecordAssigneePayment(RecordAssigneePayment) = "dev.vigie.assignment.paid.v1",
    /// Money that is the assignee's was passed on.
    PassPaymentOn(PassPaymentOn) = "dev.vigie.assignment.passedon.v1",
    /// The assignee wants its money back.
    TakeRecourse(TakeRecourse) = "dev.vigie.assignment.recourse.v1",
    /// The receivable is the tenant's own again.
    Repurchase(Repurchase) = "dev.vigie.assignment.repurchased.v1",
    /// Nothing is left to do about it.
    SettleAssignment(SettleAssignment) = "dev.vigie.assignment.settled.v1",
}

/// An agreement with a factor or a bank, as a producer states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFacility {
    /// The tenant's id for it.
    pub facility_id: FacilityId,
    /// Who takes the receivables, as customers are told: a company.
    pub assignee: Reference,
    /// What for.
    pub kind: FacilityKind,
    /// What it takes receivables in.
    pub currency_code: Currency,
    /// Whether the tenant pays back what the customer does not pay.
    #[serde(default)]
    pub recourse: bool,
    /// The part of a receivable that is paid in advance: 0 to 1, with at most 6 decimals.
    #[serde(default, with = "rust_decimal::serde::str")]
    pub funded_share: Decimal,
    /// The part that is kept back until the customer has paid; with the other one at most 1.
    #[serde(default, with = "rust_decimal::serde::str")]
    pub reserve_share: Decimal,
    /// What a bank keeps of a bill, in per cent a year of 360 days: 0 to 1000, at most 6 decimals.
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub discount_rate_percent: Option<Decimal>,
    /// The most days after its due date that a receivable may be taken. At most 3650.
    #[serde(default)]
    pub overdue_days_max: u16,
    /// The most that is taken of one customer at a time; none: any amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_limit: Option<Stated>,
    /// Customers of whom nothing is taken, at most 1,000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_customer_ids: Vec<CustomerId>,
    /// Whether customers are told at once.
    #[serde(default)]
    pub notifies: bool,
    /// Whether the tenant goes on asking customers for the money, for the assignee.
    #[serde(default)]
    pub collects: bool,
    /// Under which name the company's file has the account to pay into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payee: Option<Reference>,
}

macro_rules! of_a_customer {
    ($($(#[$doc:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)+ })+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Which customer.
            pub customer_id: CustomerId,
            /// The tenant's id for the assignment, or the offer it came of.
            pub assignment_id: AssignmentId,
            $($(#[$meta])* pub $field: $type,)+
        }

        impl $name {
            pub(crate) fn customer(&self) -> &CustomerId {
                &self.customer_id
            }
        })+
    };
}

of_a_customer! {
    /// A receivable that an assignee may take. Refused with every reason that speaks against it.
    OfferReceivable {
        /// Which receivable.
        invoice_id: InvoiceId,
        /// By which agreement.
        facility_id: FacilityId,
        /// How much of it; none: all that is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Stated>,
        /// When.
        #[serde(with = "date")]
        offer_date: NaiveDate,
    }

    /// An offer that came to nothing.
    EndOffer {
        /// When.
        #[serde(with = "date")]
        end_date: NaiveDate,
    }

    /// A receivable that an assignee has taken; it may have been offered before, or not.
    AssignReceivable {
        /// Which receivable.
        invoice_id: InvoiceId,
        /// By which agreement.
        facility_id: FacilityId,
        /// How much of it; none: what was offered, else all that is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Stated>,
        /// From when.
        #[serde(with = "date")]
        assign_date: NaiveDate,
    }

    /// The customer was told to whom it owes now.
    NotifyAssignment {
        /// The first day from which only the assignee may be paid.
        #[serde(with = "date")]
        notify_date: NaiveDate,
        /// Whether the tenant goes on asking for the money, for the assignee.
        #[serde(default)]
        collects: bool,
    }

    /// The assignee paid for a receivable in advance.
    FundAssignment {
        /// How much of the receivable, its fee included; none: the agreed share of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Stated>,
        /// What it kept of that; none: the bank discount up to the due date if a rate was agreed,
        /// else nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fee: Option<Stated>,
        /// When.
        #[serde(with = "date")]
        fund_date: NaiveDate,
    }

    /// A payment of the customer's that came in with the assignee.
    RecordAssigneePayment {
        /// The assignee's id for it, unlike that of any other payment.
        payment_id: PaymentId,
        /// More than zero.
        amount: Stated,
        /// The day it counts from.
        #[serde(with = "date")]
        value_date: NaiveDate,
    }

    /// Money that came in with the tenant and is the assignee's was passed on.
    PassPaymentOn {
        /// Out of which payment: all that is held of it for the assignee.
        payment_id: PaymentId,
        /// When.
        #[serde(with = "date")]
        pass_date: NaiveDate,
    }

    /// The assignee wants its money back from the tenant.
    TakeRecourse {
        /// Why; `unpaid` only where recourse was agreed.
        ground: RecourseGround,
        /// What it asks for besides; none: nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        costs: Option<Stated>,
        /// When.
        #[serde(with = "date")]
        recourse_date: NaiveDate,
    }

    /// The receivable is the tenant's own again.
    Repurchase {
        /// What the tenant paid for it; none: what was paid in advance, and the costs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Stated>,
        /// When.
        #[serde(with = "date")]
        repurchase_date: NaiveDate,
    }

    /// The assignee has its money and has paid out what it had kept back.
    SettleAssignment {
        /// What it paid out in the end; none: nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Stated>,
        /// When.
        #[serde(with = "date")]
        settle_date: NaiveDate,
    }
}

impl Ask {
    /// Whom it is about; nobody means the tenant.
    pub(crate) fn customer(&self) -> Option<&CustomerId> {
        Some(match self {
            Self::RegisterFacility(_) => return None,
            Self::OfferReceivable(it) => it.customer(),
            Self::EndOffer(it) => it.customer(),
            Self::AssignReceivable(it) => it.customer(),
            Self::NotifyAssignment(it) => it.customer(),
            Self::FundAssignment(it) => it.customer(),
            Self::RecordAssigneePayment(it) => it.customer(),
            Self::PassPaymentOn(it) => it.customer(),
            Self::TakeRecourse(it) => it.customer(),
            Self::Repurchase(it) => it.customer(),
            Self::SettleAssignment(it) => it.customer(),
        })
    }

    /// What is wrong about it, whatever is known.
    pub(crate) fn wrong(&self) -> Vec<FieldError> {
        let mut wrong = Wrong(Vec::new());
        match self {
            Self::RegisterFacility(it) => it.wrong(&mut wrong),
            Self::OfferReceivable(it) => {
                wrong.not_positive("amount", it.amount);
                wrong.no_day("offer_date", it.offer_date);
            }
            Self::EndOffer(it) => wrong.no_day("end_date", it.end_date),
            Self::AssignReceivable(it) => {
                wrong.not_positive("amount", it.amount);
                wrong.no_day("assign_date", it.assign_date);
            }
            Self::NotifyAssignment(it) => wrong.no_day("notify_date", it.notify_date),
            Self::FundAssignment(it) => {
                wrong.not_positive("amount", it.amount);
                wrong.negative("fee", it.fee);
                wrong.no_day("fund_date", it.fund_date);
            }
            Self::RecordAssigneePayment(it) => {
                wrong.not_positive("amount", Some(it.amount));
                wrong.no_day("value_date", it.value_date);
            }
            Self::PassPaymentOn(it) => wrong.no_day("pass_date", it.pass_date),
            Self::TakeRecourse(it) => {
                wrong.negative("costs", it.costs);
                wrong.no_day("recourse_date", it.recourse_date);
            }
            Self::Repurchase(it) => {
                wrong.negative("amount", it.amount);
                wrong.no_day("repurchase_date", it.repurchase_date);
            }
            Self::SettleAssignment(it) => {
                wrong.negative("amount", it.amount);
                wrong.no_day("settle_date", it.settle_date);
            }
        }
        wrong.0
    }
}

/// What was found wrong.
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn say(&mut self, field: &str, reason: impl Display) {
        self.0.push(FieldError { field: field.to_owned(), reason: reason.to_string() });
    }

    fn no_day(&mut self, field: &str, it: NaiveDate) {
        if let Err(error) = date::in_range(it) {
            self.say(field, error);
        }
    }

    fn not_positive(&mut self, field: &str, it: Option<Stated>) {
        if let Some(Stated(it)) = it.filter(|it| !it.0.is_positive()) {
            self.say(field, format_args!("{it} is not more than zero"));
        }
    }

    fn negative(&mut self, field: &str, it: Option<Stated>) {
        if let Some(Stated(it)) = it.filter(|it| it.0.is_negative()) {
            self.say(field, format_args!("{it} is less than zero"));
        }
    }
}

impl RegisterFacility {
    const OVERDUE_DAYS_MAX: u16 = 3_650;
    const EXCLUDED_MAX: usize = 1_000;

    fn wrong(&self, wrong: &mut Wrong) {
        let fine = |it: Decimal, most: Decimal| {
            Decimal::ZERO <= it && it <= most && it.normalize().scale() <= 6
        };
        for (field, it) in
            [("funded_share", self.funded_share), ("reserve_share", self.reserve_share)]
        {
            if !fine(it, Decimal::ONE) {
                wrong.say(field, format_args!("{it} is not 0 to 1, with at most 6 decimals"));
            }
        }
        if self.funded_share.checked_add(self.reserve_share).is_none_or(|it| it > Decimal::ONE) {
            wrong.say("reserve_share", "with what is paid in advance it is more than all of it");
        }
        if let Some(it) =
            self.discount_rate_percent.filter(|it| !fine(*it, law::discount::RATE_MAX))
        {
            let why = format_args!("{it} is not 0 to 1000, with at most 6 decimals");
            wrong.say("discount_rate_percent", why);
        }
        if self.overdue_days_max > Self::OVERDUE_DAYS_MAX {
            let given = self.overdue_days_max;
            let why = format_args!("{given} days are more than {}", Self::OVERDUE_DAYS_MAX);
            wrong.say("overdue_days_max", why);
        }
        wrong.not_positive("customer_limit", self.customer_limit);
        if let Some(Stated(it)) =
            self.customer_limit.filter(|it| it.0.currency() != self.currency_code)
        {
            wrong.say("customer_limit", format_args!("{it} is not in {}", self.currency_code));
        }
        if self.excluded_customer_ids.len() > Self::EXCLUDED_MAX {
            let given = self.excluded_customer_ids.len();
            let why = format_args!("{given} given, 0 to {} are accepted", Self::EXCLUDED_MAX);
            wrong.say("excluded_customer_ids", why);
        }
        if !self.notifies && !self.collects && self.kind != FacilityKind::Pledge {
            let why = "customers who are not told go on paying the tenant: it collects";
            wrong.say("collects", why);
        }
    }
}
