//! Receivables are offered, assigned and funded, come back, or are settled: to whom an invoice is
//! owed, and who may be paid.
//!
//! Only what was agreed and done is recorded. How much of an assignment is open, held for the
//! assignee or owed back to it follows from the receivable as it is known now: see `standing.rs`.

mod command;
mod eligible;
mod known;
mod standing;

use chrono::NaiveDate;
use events::{
    AssignmentId, FacilityId,
    invoicing::{self, Event, Facility, FacilityKind, Offer, PaymentMethod, RecourseGround},
};
use law::bank_discount;
use money::{Money, Rounding};
use rust_decimal::Decimal;

use crate::{
    Account, Answer, DesignationData, Invalid, Policy, RecordPayment, Refusal,
    account::Invoice,
    dispute::part_of,
    refusal::{Again, Subject, nothing},
};

pub use command::{
    Ask, AskKind, AssignReceivable, EndOffer, FundAssignment, NotifyAssignment, OfferReceivable,
    PassPaymentOn, RecordAssigneePayment, RegisterFacility, Repurchase, SettleAssignment,
    TakeRecourse,
};
pub use eligible::Ineligible;

pub(crate) use known::{Assigned, Ended, Funded, Offered, RecourseTaken};
pub(crate) use standing::Standing;

/// Banks take 360 days for a year.
const DAYS_OF_BANK_YEAR: u16 = 360;

impl From<RegisterFacility> for Facility {
    fn from(it: RegisterFacility) -> Self {
        Self {
            facility: it.facility_id,
            assignee: it.assignee,
            kind: it.kind,
            currency: it.currency_code,
            recourse: it.recourse,
            funded_share: it.funded_share.normalize(),
            reserve_share: it.reserve_share.normalize(),
            discount_rate: it.discount_rate_percent.map(|it| it.normalize()),
            overdue_days_max: it.overdue_days_max,
            customer_limit: it.customer_limit.map(Money::from),
            excluded: it.excluded_customer_ids,
            notifies: it.notifies,
            collects: it.collects,
            payee: it.payee,
        }
    }
}

impl Policy {
    /// The tenant's agreements with factors and banks, by id.
    pub fn facilities(&self) -> impl Iterator<Item = &Facility> {
        self.facilities.values()
    }

    /// `account` is the customer's, or the tenant's own.
    pub(crate) fn assign(&self, account: &Account, ask: Ask) -> Answer {
        match ask {
            Ask::RegisterFacility(it) => account.register_facility((*it).into()),
            Ask::OfferReceivable(it) => self.offer(account, it),
            Ask::EndOffer(it) => account.end_offer(&it),
            Ask::AssignReceivable(it) => self.assign_receivable(account, it),
            Ask::NotifyAssignment(it) => account.notify(it),
            Ask::FundAssignment(it) => account.fund(it),
            Ask::RecordAssigneePayment(it) => account.record_assignee_payment(it),
            Ask::PassPaymentOn(it) => account.pass_payment_on(it),
            Ask::TakeRecourse(it) => account.take_recourse(it),
            Ask::Repurchase(it) => account.repurchase(it),
            Ask::SettleAssignment(it) => account.settle_assignment(it),
        }
    }

    fn facility(&self, id: &FacilityId) -> Result<&Facility, Refusal> {
        let unknown = || Refusal::NotFound { subject: Subject::Facility, id: id.to_string() };
        self.facilities.get(id).ok_or_else(unknown)
    }

    fn offer(&self, account: &Account, it: OfferReceivable) -> Answer {
        let stated = it.amount.map(Money::from);
        if let Some(known) = account.offers.get(&it.assignment_id) {
            return Again::of(Subject::Assignment, it.assignment_id.as_str())
                .field("invoice_id", &known.invoice, &it.invoice_id)?
                .field("facility_id", &known.facility, &it.facility_id)?
                .if_stated("amount", Some(&known.amount), stated.as_ref())?
                .field("offer_date", &known.on, &it.offer_date)
                .map(nothing);
        }
        if account.assignments.contains_key(&it.assignment_id) {
            return Err(over(&it.assignment_id, "made"));
        }
        let facility = self.facility(&it.facility_id)?;
        let invoice = account.living_invoice(&it.invoice_id)?;
        let amount = part_of(&it.invoice_id, invoice.money(invoice.open), stated)?;
        let against =
            self.against(account, &it.customer_id, facility, invoice, amount, it.offer_date);
        if !against.is_empty() {
            return Err(Refusal::Ineligible { invoice: it.invoice_id.to_string(), against });
        }
        Ok(vec![Event::ReceivableOffered(Box::new(Offer {
            assignment: it.assignment_id,
            invoice: it.invoice_id,
            facility: it.facility_id,
            amount,
            offered_on: it.offer_date,
        }))])
    }

    /// What the assignee has taken it has taken, even if the agreement would not have allowed it.
    fn assign_receivable(&self, account: &Account, it: AssignReceivable) -> Answer {
        let stated = it.amount.map(Money::from);
        let again = Again::of(Subject::Assignment, it.assignment_id.as_str());
        if let Some(known) = account.assignments.get(&it.assignment_id) {
            return again
                .field("invoice_id", &known.invoice, &it.invoice_id)?
                .field("facility_id", &known.facility, &it.facility_id)?
                .if_stated("amount", Some(&known.amount), stated.as_ref())?
                .field("assign_date", &known.assigned_on, &it.assign_date)
                .map(nothing);
        }
        let offer = account.offers.get(&it.assignment_id);
        if let Some(offer) = offer {
            again.field("invoice_id", &offer.invoice, &it.invoice_id)?.field(
                "facility_id",
                &offer.facility,
                &it.facility_id,
            )?;
            if offer.ended_on.is_some() {
                return Err(over(&it.assignment_id, "ended"));
            }
        }
        let facility = self.facility(&it.facility_id)?;
        let invoice = account.living_invoice(&it.invoice_id)?;
        if let Some((known, _)) = account.assigned_on(invoice, NaiveDate::MAX) {
            return Err(Refusal::AssignedAlready {
                invoice: it.invoice_id.to_string(),
                assignment: known.to_string(),
            });
        }
        let issued_on = invoice.document.issued_on;
        if it.assign_date < issued_on {
            let why = format!("{} is before the day of issue {issued_on}", it.assign_date);
            return Err(Invalid::of("assign_date", why).into());
        }
        let asked = stated.or(offer.map(|it| it.amount));
        let amount = part_of(&it.invoice_id, invoice.money(invoice.open), asked)?;
        Ok(vec![Event::ReceivableAssigned(Box::new(invoicing::Assignment {
            assignment: it.assignment_id,
            invoice: it.invoice_id,
            facility: it.facility_id,
            assignee: facility.assignee.clone(),
            kind: facility.kind,
            amount,
            recourse: facility.recourse,
            funded_share: facility.funded_share,
            reserve_share: facility.reserve_share,
            discount_rate: facility.discount_rate,
            collects: facility.collects,
            payee: facility.payee.clone(),
            assigned_on: it.assign_date,
            notified_on: facility.notifies.then_some(it.assign_date),
        }))])
    }
}

fn over(id: &AssignmentId, state: &'static str) -> Refusal {
    Refusal::Over { subject: Subject::Assignment, id: id.to_string(), state }
}

/// An amount as stated, in the currency of the assignment.
fn in_currency(
    field: &'static str,
    stated: Option<money::Stated>,
    otherwise: Money,
) -> Result<Money, Refusal> {
    let given = stated.map_or(otherwise, Money::from);
    let (expected, currency) = (otherwise.currency(), given.currency());
    if expected == currency {
        Ok(given)
    } else {
        Err(Refusal::CurrencyMismatch { field, expected, given: currency })
    }
}

impl Account {
    fn register_facility(&self, stated: Facility) -> Answer {
        let Some(known) = self.facilities.get(&stated.facility) else {
            return Ok(vec![Event::FacilityRegistered(Box::new(stated))]);
        };
        Again::of(Subject::Facility, stated.facility.as_str())
            .field("assignee", &known.assignee, &stated.assignee)?
            .field("kind", &known.kind, &stated.kind)?
            .field("currency_code", &known.currency, &stated.currency)?
            .field("recourse", &known.recourse, &stated.recourse)?
            .field("funded_share", &known.funded_share, &stated.funded_share)?
            .field("reserve_share", &known.reserve_share, &stated.reserve_share)?
            .field("discount_rate_percent", &known.discount_rate, &stated.discount_rate)?
            .field("overdue_days_max", &known.overdue_days_max, &stated.overdue_days_max)?
            .field("customer_limit", &known.customer_limit, &stated.customer_limit)?
            .field("excluded_customer_ids", &known.excluded, &stated.excluded)?
            .field("notifies", &known.notifies, &stated.notifies)?
            .field("collects", &known.collects, &stated.collects)?
            .field("payee", &known.payee, &stated.payee)
            .map(nothing)
    }

    fn end_offer(&self, it: &EndOffer) -> Answer {
        let id = &it.assignment_id;
        let Some(offer) = self.offers.get(id) else { return Err(unknown(id)) };
        if self.assignments.contains_key(id) {
            return Err(over(id, "made"));
        }
        match offer.ended_on {
            Some(on) => Again::of(Subject::Assignment, id.as_str())
                .field("end_date", &on, &it.end_date)
                .map(nothing),
            None => Ok(vec![Event::OfferEnded { assignment: id.clone(), ended_on: it.end_date }]),
        }
    }

    /// An assignment, and the invoice it is about.
    fn assignment(&self, id: &AssignmentId) -> Result<(&Assigned, &Invoice), Refusal> {
        let known = self.assignments.get(id);
        known.and_then(|it| Some((it, self.invoice(&it.invoice)?))).ok_or_else(|| unknown(id))
    }

    /// One that was not repurchased.
    fn held_assignment(&self, id: &AssignmentId) -> Result<(&Assigned, &Invoice), Refusal> {
        let (assigned, invoice) = self.assignment(id)?;
        if assigned.repurchased.is_some() {
            return Err(over(id, "repurchased"));
        }
        Ok((assigned, invoice))
    }

    fn notify(&self, it: NotifyAssignment) -> Answer {
        let (assigned, _) = self.assignment(&it.assignment_id)?;
        if let Some(on) = assigned.notified_on {
            return Again::of(Subject::Assignment, it.assignment_id.as_str())
                .field("notify_date", &on, &it.notify_date)?
                .field("collects", &assigned.collects, &it.collects)
                .map(nothing);
        }
        self.held_assignment(&it.assignment_id)?;
        if it.notify_date < assigned.assigned_on {
            let why = format!("{} is before {}", it.notify_date, assigned.assigned_on);
            return Err(Invalid::of("notify_date", why).into());
        }
        Ok(vec![Event::AssignmentNotified {
            assignment: it.assignment_id,
            notified_on: it.notify_date,
            collects: it.collects,
        }])
    }

    fn fund(&self, it: FundAssignment) -> Answer {
        let (assigned, invoice) = self.assignment(&it.assignment_id)?;
        if let Some(funded) = assigned.funded {
            return Again::of(Subject::Assignment, it.assignment_id.as_str())
                .if_stated("amount", Some(&funded.amount), it.amount.map(Money::from).as_ref())?
                .if_stated("fee", Some(&funded.fee), it.fee.map(Money::from).as_ref())?
                .field("fund_date", &funded.on, &it.fund_date)
                .map(nothing);
        }
        self.held_assignment(&it.assignment_id)?;
        let share = assigned.funded_share * Decimal::ONE_HUNDRED;
        let agreed = assigned.amount.percent(share, Rounding::HalfUp);
        let agreed = agreed.map_err(|_| Refusal::OutOfRange(assigned.amount.currency()))?;
        let amount = in_currency("amount", it.amount, agreed)?;
        if !amount.is_positive() {
            let why = "nothing is paid in advance by the agreement: state how much was";
            return Err(Invalid::of("amount", why).into());
        }
        if amount.minor() > assigned.amount.minor() {
            let why = format!("{amount} are more than the {} that are assigned", assigned.amount);
            return Err(Invalid::of("amount", why).into());
        }
        let kept = match assigned.discount_rate {
            Some(rate) => {
                let days = (invoice.document.due_on - it.fund_date).num_days().max(0);
                let days = u16::try_from(days).unwrap_or(u16::MAX);
                bank_discount(amount, days, rate, DAYS_OF_BANK_YEAR)
                    .map_err(|_| Refusal::OutOfRange(amount.currency()))?
            }
            None => Money::zero(amount.currency()),
        };
        let fee = in_currency("fee", it.fee, kept)?;
        if fee.minor() > amount.minor() {
            let why = format!("{fee} are more than the {amount} that were paid");
            return Err(Invalid::of("fee", why).into());
        }
        Ok(vec![Event::AssignmentFunded {
            assignment: it.assignment_id,
            amount,
            fee,
            funded_on: it.fund_date,
        }])
    }

    fn record_assignee_payment(&self, it: RecordAssigneePayment) -> Answer {
        let (assigned, _) = self.assignment(&it.assignment_id)?;
        let said = assigned.to_assignee.contains(&it.payment_id);
        let method = match assigned.kind {
            FacilityKind::Discount => PaymentMethod::Bill,
            FacilityKind::Factoring | FacilityKind::Pledge => PaymentMethod::Transfer,
        };
        let designation = DesignationData { invoice_id: assigned.invoice.clone(), amount: None };
        let mut events = self.record_payment(RecordPayment {
            customer_id: it.customer_id,
            payment_id: it.payment_id.clone(),
            amount: it.amount,
            value_date: it.value_date,
            method,
            designations: vec![designation],
            references: Vec::new(),
            remittance_text: None,
            deposit: false,
            order: None,
        })?;
        if !said {
            let (assignment, payment) = (it.assignment_id, it.payment_id);
            events.push(Event::PaidToAssignee { assignment, payment });
        }
        Ok(events)
    }

    fn pass_payment_on(&self, it: PassPaymentOn) -> Answer {
        let (assigned, invoice) = self.assignment(&it.assignment_id)?;
        let standing = Standing::of(assigned, invoice, NaiveDate::MAX);
        if let Some(held) = standing.held.get(&it.payment_id) {
            return Ok(vec![Event::PaymentPassedOn {
                assignment: it.assignment_id,
                payment: it.payment_id,
                amount: invoice.money(*held),
                passed_on: it.pass_date,
            }]);
        }
        let passed = assigned.passed_on.iter().rev().find(|known| known.payment == it.payment_id);
        match passed {
            Some(known) => Again::of(Subject::Assignment, it.assignment_id.as_str())
                .field("pass_date", &known.on, &it.pass_date)
                .map(nothing),
            None => Err(Refusal::NothingHeld {
                payment: it.payment_id.to_string(),
                assignment: it.assignment_id.to_string(),
            }),
        }
    }

    fn take_recourse(&self, it: TakeRecourse) -> Answer {
        let (assigned, invoice) = self.assignment(&it.assignment_id)?;
        if let Some(taken) = assigned.recourse_taken {
            return Again::of(Subject::Assignment, it.assignment_id.as_str())
                .field("ground", &taken.ground, &it.ground)?
                .if_stated("costs", Some(&taken.costs), it.costs.map(Money::from).as_ref())?
                .field("recourse_date", &taken.on, &it.recourse_date)
                .map(nothing);
        }
        self.held_assignment(&it.assignment_id)?;
        let warranted = match it.ground {
            RecourseGround::Unpaid => false,
            RecourseGround::Dispute => invoice.disputed() > 0,
            RecourseGround::Dilution => {
                let standing = Standing::of(assigned, invoice, NaiveDate::MAX);
                standing.diluted + standing.never_open > 0
            }
        };
        if !assigned.recourse && !warranted {
            let assignment = it.assignment_id.to_string();
            return Err(Refusal::NoRecourse { assignment, ground: it.ground });
        }
        let costs = in_currency("costs", it.costs, Money::zero(assigned.amount.currency()))?;
        Ok(vec![Event::RecourseTaken {
            assignment: it.assignment_id,
            ground: it.ground,
            costs,
            taken_on: it.recourse_date,
        }])
    }

    fn repurchase(&self, it: Repurchase) -> Answer {
        let (assigned, _) = self.assignment(&it.assignment_id)?;
        if let Some(known) = assigned.repurchased {
            return Again::of(Subject::Assignment, it.assignment_id.as_str())
                .if_stated("amount", Some(&known.amount), it.amount.map(Money::from).as_ref())?
                .field("repurchase_date", &known.on, &it.repurchase_date)
                .map(nothing);
        }
        if assigned.settled.is_some() {
            return Err(over(&it.assignment_id, "settled"));
        }
        if it.repurchase_date < assigned.assigned_on {
            let why = format!("{} is before {}", it.repurchase_date, assigned.assigned_on);
            return Err(Invalid::of("repurchase_date", why).into());
        }
        let zero = Money::zero(assigned.amount.currency());
        let paid = assigned.funded.map_or(zero, |it| it.amount);
        let owed = paid.plus(assigned.recourse_taken.map_or(zero, |it| it.costs));
        let owed = owed.map_err(|_| Refusal::OutOfRange(zero.currency()))?;
        Ok(vec![Event::AssignmentRepurchased {
            assignment: it.assignment_id,
            amount: in_currency("amount", it.amount, owed)?,
            repurchased_on: it.repurchase_date,
        }])
    }

    fn settle_assignment(&self, it: SettleAssignment) -> Answer {
        let (assigned, invoice) = self.assignment(&it.assignment_id)?;
        if let Some(known) = assigned.settled {
            return Again::of(Subject::Assignment, it.assignment_id.as_str())
                .if_stated("amount", Some(&known.amount), it.amount.map(Money::from).as_ref())?
                .field("settle_date", &known.on, &it.settle_date)
                .map(nothing);
        }
        self.held_assignment(&it.assignment_id)?;
        let standing = Standing::of(assigned, invoice, NaiveDate::MAX);
        if standing.open > 0 || standing.held() > 0 {
            return Err(Refusal::NotSettled {
                assignment: it.assignment_id.to_string(),
                open: invoice.money(standing.open),
                held: invoice.money(standing.held()),
            });
        }
        let zero = Money::zero(assigned.amount.currency());
        Ok(vec![Event::AssignmentSettled {
            assignment: it.assignment_id,
            amount: in_currency("amount", it.amount, zero)?,
            settled_on: it.settle_date,
        }])
    }
}

fn unknown(id: &AssignmentId) -> Refusal {
    Refusal::NotFound { subject: Subject::Assignment, id: id.to_string() }
}
