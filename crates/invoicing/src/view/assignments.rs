//! Assignments as they stand: which part of what is open is an assignee's, and on whose risk.

use chrono::NaiveDate;
use events::{
    AssignmentId, FacilityId, InvoiceId, PaymentId, Reference,
    invoicing::{FacilityKind, RecourseGround},
};
use money::Money;
use rust_decimal::Decimal;

use crate::{
    Account,
    account::Invoice,
    assign::{Assigned, Offered, Standing},
};

/// How far an assignment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssignmentState {
    /// The assignee may take it.
    Offered,
    /// The offer came to nothing.
    Ended,
    /// The assignee has it.
    Assigned,
    /// The assignee has paid in advance.
    Funded,
    /// The assignee wants its money back.
    Recourse,
    /// It is the tenant's own again.
    Repurchased,
    /// Nothing is left to do about it.
    Settled,
}

impl AssignmentState {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Ended => "ended",
            Self::Assigned => "assigned",
            Self::Funded => "funded",
            Self::Recourse => "recourse",
            Self::Repurchased => "repurchased",
            Self::Settled => "settled",
        }
    }
}

/// An assignment, or an offer, at the end of a day. Amounts are of the invoice's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentView {
    /// Which.
    pub assignment: AssignmentId,
    /// Of which receivable.
    pub invoice: InvoiceId,
    /// By which agreement.
    pub facility: FacilityId,
    /// How far it has come.
    pub state: AssignmentState,
    /// How much was assigned, or offered.
    pub amount: Money,
    /// When it was offered.
    pub offered_on: Option<NaiveDate>,
    /// What holds once it is assigned.
    pub terms: Option<AssignmentTerms>,
    /// What of the amount was not open when it was assigned: it is owed to the assignee.
    pub never_open: Money,
    /// What is open of it; nothing once it is the tenant's own again.
    pub open: Money,
    /// What the customer paid to the assignee.
    pub paid_to_assignee: Money,
    /// What came in with the tenant and is held for the assignee.
    pub held: Money,
    /// The payments it is held of, each with how much.
    pub held_of: Vec<(PaymentId, Money)>,
    /// What was passed on to the assignee.
    pub passed_on: Money,
    /// What came in with the tenant and may stay there.
    pub paid_to_tenant: Money,
    /// What credit notes took from it: it is owed to the assignee.
    pub diluted: Money,
    /// What is open of it and contested.
    pub disputed: Money,
    /// What was given up of it.
    pub given_up: Money,
    /// What was paid in advance, and what was kept of that.
    pub funded: Option<(NaiveDate, Money, Money)>,
    /// What is kept back until the customer has paid, by the agreement.
    pub reserve: Money,
    /// Why the assignee wants its money back, and what it asks for besides.
    pub recourse: Option<(NaiveDate, RecourseGround, Money)>,
    /// What the tenant paid for it.
    pub repurchased: Option<(NaiveDate, Money)>,
    /// What the assignee paid out in the end.
    pub settled: Option<(NaiveDate, Money)>,
}

/// On which terms a receivable is assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentTerms {
    /// Who has it: a company.
    pub assignee: Reference,
    /// What for.
    pub kind: FacilityKind,
    /// Whether the tenant pays back what the customer does not pay.
    pub recourse: bool,
    /// Whether the tenant asks for the money, for the assignee.
    pub collects: bool,
    /// Under which name the company's file has the account to pay into.
    pub payee: Option<Reference>,
    /// From when.
    pub assigned_on: NaiveDate,
    /// The first day from which only the assignee may be paid, if the customer was told.
    pub notified_on: Option<NaiveDate>,
}

/// What is open of an invoice, by whose it is and on whose risk. Together they are what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// The tenant's own; what only secures a loan is.
    pub own: Money,
    /// An assignee's, and the tenant's to pay back if the customer does not pay.
    pub with_recourse: Money,
    /// A bank's that bought a bill or discounted it, and the tenant's to pay back: it stays at stake
    /// until the customer has paid.
    pub contingent: Money,
    /// An assignee's, and no risk of the tenant's.
    pub without_recourse: Money,
}

/// Who has an open item, where it is not the tenant alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder<'a> {
    /// By which assignment.
    pub assignment: &'a AssignmentId,
    /// Who: a company.
    pub assignee: &'a Reference,
    /// Under which name the company's file has the account to pay into.
    pub payee: Option<&'a Reference>,
    /// From when.
    pub assigned_on: NaiveDate,
    /// The first day from which only it may be paid, if the customer was told.
    pub notified_on: Option<NaiveDate>,
    /// Whether the tenant asks for the money, for the assignee.
    pub collects: bool,
    /// Whether it is only a security, of which the customer was not told.
    pub is_own: bool,
}

impl Holder<'_> {
    /// Whether the assignee asks for the money itself, and the tenant does not.
    pub fn collects_itself(&self) -> bool {
        !self.collects && self.notified_on.is_some()
    }
}

impl Account {
    /// Every offer and assignment, by id, as it stood at the end of a day.
    pub fn assignments(&self, on: NaiveDate) -> Vec<AssignmentView> {
        let offers = self.offers.iter().filter(|(_, it)| it.on <= on);
        let offers =
            offers.filter(|(id, _)| self.assignments.get(*id).is_none_or(|it| on < it.assigned_on));
        let offers =
            offers.filter_map(|(id, it)| Some(offer(id, it, self.invoice(&it.invoice)?, on)));
        let made = self.assignments.iter().filter(|(_, it)| it.assigned_on <= on);
        let made = made.filter_map(|(id, it)| {
            let offered_on = self.offers.get(id).map(|it| it.on);
            Some(made_view(id, it, offered_on, self.invoice(&it.invoice)?, on))
        });
        let mut all: Vec<_> = offers.chain(made).collect();
        all.sort_by(|one, other| one.assignment.cmp(&other.assignment));
        all
    }

    /// What was open of an invoice at the end of a day, by whose it was; none if it is not known.
    pub fn shares(&self, id: &InvoiceId, on: NaiveDate) -> Option<Shares> {
        let invoice = self.invoice(id)?;
        Some(self.shares_of(invoice, invoice.open_on(on), on))
    }

    pub(super) fn shares_of(&self, invoice: &Invoice, open: i64, on: NaiveDate) -> Shares {
        let nothing = invoice.money(0);
        let mut shares = Shares {
            own: invoice.money(open),
            with_recourse: nothing,
            contingent: nothing,
            without_recourse: nothing,
        };
        let Some((_, assigned)) = self.assigned_on(invoice, on) else { return shares };
        let theirs = Standing::of(assigned, invoice, on).open.clamp(0, open.max(0));
        shares.own = invoice.money(open - theirs);
        let theirs = invoice.money(theirs);
        match (assigned.kind, assigned.at_own_risk_on(on)) {
            (FacilityKind::Pledge, _) => shares.own = invoice.money(open),
            (FacilityKind::Factoring | FacilityKind::Discount, false) => {
                shares.without_recourse = theirs;
            }
            (FacilityKind::Factoring, true) => shares.with_recourse = theirs,
            (FacilityKind::Discount, true) => shares.contingent = theirs,
        }
        shares
    }

    /// Who has an open item by all that is known; none if it is the tenant's own.
    pub fn holder(&self, id: &InvoiceId) -> Option<Holder<'_>> {
        let invoice = self.invoice(id)?;
        let (assignment, it) = self.assigned_on(invoice, NaiveDate::MAX)?;
        let open = Standing::of(it, invoice, NaiveDate::MAX).open > 0;
        open.then_some(Holder {
            assignment,
            assignee: &it.assignee,
            payee: it.payee.as_ref(),
            assigned_on: it.assigned_on,
            notified_on: it.notified_on,
            collects: it.collects,
            is_own: it.kind == FacilityKind::Pledge && it.notified_on.is_none(),
        })
    }

    /// Whether an assignee has an invoice, open or not, as more than a security: what it bears for
    /// being late is the assignee's too.
    pub fn has_assignee(&self, id: &InvoiceId) -> bool {
        let assigned = self.invoice(id).and_then(|it| self.assigned_on(it, NaiveDate::MAX));
        assigned.is_some_and(|(_, it)| it.kind != FacilityKind::Pledge)
    }

    /// Every open item that an assignee has.
    pub fn holders(&self) -> impl Iterator<Item = (&InvoiceId, Holder<'_>)> {
        let held = self.assignments.values().filter(|it| it.repurchased.is_none());
        held.filter_map(|it| Some((&it.invoice, self.holder(&it.invoice)?)))
    }

    /// Whether an assignee has had an invoice and it came back.
    pub fn came_back(&self, id: &InvoiceId) -> bool {
        let assigned = self.assignments.values().filter(|it| it.invoice == *id);
        assigned.into_iter().any(|it| it.repurchased.is_some() || it.recourse_taken.is_some())
    }
}

fn offer(id: &AssignmentId, it: &Offered, invoice: &Invoice, on: NaiveDate) -> AssignmentView {
    let nothing = invoice.money(0);
    let ended = it.ended_on.is_some_and(|ended| ended <= on);
    AssignmentView {
        assignment: id.clone(),
        invoice: it.invoice.clone(),
        facility: it.facility.clone(),
        state: if ended { AssignmentState::Ended } else { AssignmentState::Offered },
        amount: it.amount,
        offered_on: Some(it.on),
        terms: None,
        never_open: nothing,
        open: nothing,
        paid_to_assignee: nothing,
        held: nothing,
        held_of: Vec::new(),
        passed_on: nothing,
        paid_to_tenant: nothing,
        diluted: nothing,
        disputed: nothing,
        given_up: nothing,
        funded: None,
        reserve: nothing,
        recourse: None,
        repurchased: None,
        settled: None,
    }
}

fn made_view(
    id: &AssignmentId,
    it: &Assigned,
    offered_on: Option<NaiveDate>,
    invoice: &Invoice,
    on: NaiveDate,
) -> AssignmentView {
    let standing = Standing::of(it, invoice, on);
    let money = |minor| invoice.money(minor);
    let funded = it.funded.filter(|it| it.on <= on);
    let recourse = it.recourse_taken.filter(|it| it.on <= on);
    let repurchased = it.repurchased.filter(|it| it.on <= on);
    let settled = it.settled.filter(|it| it.on <= on);
    let state = match (repurchased, settled, recourse, funded) {
        (Some(_), ..) => AssignmentState::Repurchased,
        (None, Some(_), ..) => AssignmentState::Settled,
        (None, None, Some(_), _) => AssignmentState::Recourse,
        (None, None, None, Some(_)) => AssignmentState::Funded,
        (None, None, None, None) => AssignmentState::Assigned,
    };
    let share = it.reserve_share * Decimal::ONE_HUNDRED;
    let reserve = it.amount.percent(share, money::Rounding::HalfUp).unwrap_or(it.amount);
    AssignmentView {
        assignment: id.clone(),
        invoice: it.invoice.clone(),
        facility: it.facility.clone(),
        state,
        amount: it.amount,
        offered_on,
        terms: Some(AssignmentTerms {
            assignee: it.assignee.clone(),
            kind: it.kind,
            recourse: it.recourse,
            collects: it.collects,
            payee: it.payee.clone(),
            assigned_on: it.assigned_on,
            notified_on: it.notified_on.filter(|told| *told <= on),
        }),
        never_open: money(standing.never_open),
        open: money(standing.open),
        paid_to_assignee: money(standing.paid_to_assignee),
        held: money(standing.held()),
        held_of: standing.held.iter().map(|(id, it)| (id.clone(), money(*it))).collect(),
        passed_on: money(standing.passed_on),
        paid_to_tenant: money(standing.paid_to_tenant),
        diluted: money(standing.diluted),
        disputed: money(invoice.disputed().min(standing.open)),
        given_up: money(standing.given_up),
        funded: funded.map(|it| (it.on, it.amount, it.fee)),
        reserve,
        recourse: recourse.map(|it| (it.on, it.ground, it.costs)),
        repurchased: repurchased.map(|it| (it.on, it.amount)),
        settled: settled.map(|it| (it.on, it.amount)),
    }
}
