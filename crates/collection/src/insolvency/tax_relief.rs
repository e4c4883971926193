//! The tax on what will not be paid is taken back (CGI art. 272, 1; BOI-TVA-DED-40-10-20): on all of it
//! from the day of a judgment of liquidation, on what a plan waives from the day the plan is adopted,
//! else from the day on which pursuit is proved to have failed. First the customer is sent its unpaid
//! invoices once more, with the words of the law, so that it does not deduct what it did not pay. What
//! is paid after all is tax to be paid back.
//!
//! The tax of an invoice is spread evenly over it: the part of it that is lost has that part of the tax.
//! It is the tax of sales of goods, and of services where it is due upon invoicing; tax that is due only
//! when it is paid was never paid, and nothing of it is taken back. The facts do not tell which it is.

use chrono::{Datelike as _, NaiveDate};
use events::{
    ActId, ActorId, InvoiceId, NoticeId, WriteOffId,
    collection::{Act, ActKind},
    invoicing::{Invoice, WriteOffReason},
    risk::{Notice, NoticeKind},
};
use invoicing::view::{InvoiceView, WriteOffState};
use money::{Money, Rounding};
use rust_decimal::Decimal;

use super::{declaration::add, judged_on};
use crate::{Collection, right::begins_before};

/// An invoice of which something is not paid, and the tax on that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxLine {
    /// Its document.
    pub document: Invoice,
    /// What was neither paid nor credited of it, given up or not.
    pub unpaid: Money,
    /// Why tax can be taken back; none: it cannot yet.
    pub ground: Option<LossGround>,
    /// What of the invoice is lost by that ground, tax included; zero without one.
    pub lost: Money,
    /// The tax in it; none if the document does not say its tax.
    pub tax: Option<Money>,
    /// What of it was taken back already, as acts say.
    pub relieved: Money,
    /// What is proved.
    pub evidence: Vec<Evidence>,
    /// What is not.
    pub missing: Vec<Missing>,
}

/// Why something is lost, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossGround {
    /// Why.
    pub kind: LossKind,
    /// The first day on which the tax can be taken back.
    pub from: NaiveDate,
    /// The last one: the end of the second year after it (CGI ann. II art. 208).
    pub until: NaiveDate,
}

/// Why something is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LossKind {
    /// The customer is wound up.
    Liquidation,
    /// It was wound up and nothing is left.
    InsufficientAssets,
    /// A court's plan waives it.
    Plan,
    /// Whoever represents the creditors says that nothing will be paid.
    Certificate,
    /// It was pursued, and given up by two persons.
    Pursuit,
}

/// What is proved of a loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A judgment, and its day.
    Judgment(NoticeId, NaiveDate),
    /// An act, what it is, and its day.
    Act(ActId, ActKind, NaiveDate),
    /// It was given up: who asked and who agreed, and when.
    WriteOff(WriteOffId, ActorId, ActorId, NaiveDate),
}

/// What a loss lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The document does not say its tax.
    Tax,
    /// A ground: a judgment of liquidation, a plan, a certificate, or pursuit that failed.
    Ground,
    /// The customer was not sent its unpaid invoices once more. Without it nothing is taken back.
    Duplicate,
    /// The claim was not declared after the judgment.
    Declaration,
    /// It was not given up in the books by two persons.
    WriteOff,
}

impl TaxLine {
    /// What is lost without its tax.
    pub fn net(&self) -> Option<Money> {
        self.lost.minus(self.tax?).ok()
    }

    /// Tax that can be taken back and was not; whether today, [`Self::is_ready`] says.
    pub fn to_relieve(&self) -> Money {
        self.left().filter(|it| it.is_positive()).unwrap_or(Money::zero(self.lost.currency()))
    }

    /// Tax that was taken back and is owed again, because something was paid or a ground has gone.
    pub fn to_pay_back(&self) -> Money {
        let left = self.left().filter(|it| it.is_negative());
        left.map_or(Money::zero(self.lost.currency()), Money::negated)
    }

    /// Whether what can be taken back can be so today: nothing is missing without which it cannot.
    pub fn is_ready(&self) -> bool {
        let needed = [Missing::Tax, Missing::Ground, Missing::Duplicate];
        self.to_relieve().is_positive() && !self.missing.iter().any(|it| needed.contains(it))
    }

    fn left(&self) -> Option<Money> {
        self.tax?.minus(self.relieved).ok()
    }
}

/// The tax in a part of an invoice, rounded half up: so that the tax on what is lost and the tax on the
/// rest are together the tax, however often a part is paid after all.
fn tax_in(document: &Invoice, part: Money) -> Option<Money> {
    let tax = document.tax?;
    let (dividend, divisor) =
        (i128::from(tax.minor()) * i128::from(part.minor()), i128::from(document.gross.minor()));
    // More than 10^30 of the smallest unit is no invoice.
    Money::from_ratio(dividend, divisor, tax.currency(), Rounding::HalfUp).ok()
}

/// What is lost of an invoice, and why.
struct Loss {
    kind: LossKind,
    from: NaiveDate,
    lost: Money,
}

impl Collection {
    /// Every invoice of which something is not paid though a ground is there, or of which tax was taken
    /// back; and those in an open case, so that what they lack is seen. The oldest due first, by
    /// everything that is effective by a day.
    pub fn tax_relief(&self, on: NaiveDate) -> Vec<TaxLine> {
        let lines = self.account().debts().filter(|(_, it)| !it.cancelled);
        let lines = lines.filter_map(|(invoice, _)| tax_line(self, invoice, on));
        let mut lines: Vec<_> = lines.collect();
        lines.sort_by_key(|it| (it.document.due_on, it.document.invoice.clone()));
        lines
    }
}

fn tax_line(collection: &Collection, invoice: &InvoiceId, on: NaiveDate) -> Option<TaxLine> {
    let view = collection.account().invoice_view(invoice, on)?;
    let document = view.document.clone().filter(|it| it.issued_on <= on)?;
    let acts: Vec<&Act> = collection.acts().into_iter().filter(|it| it.on <= on).collect();
    let relieved = relieved(collection, &document, &acts);
    let unpaid = unpaid(&view)?;
    let ground = worst(collection, &document, &view, &acts, on);
    let in_case = collection.case_of(invoice).is_some() && unpaid.is_positive();
    if ground.is_none() && !in_case && relieved.is_zero() {
        return None;
    }
    if document.tax.is_some_and(Money::is_zero) {
        return None;
    }
    let zero = Money::zero(unpaid.currency());
    let lost = ground.as_ref().map_or(zero, |it| it.lost);
    let evidence = evidence(collection, &view, invoice, &acts, on);
    Some(TaxLine {
        tax: tax_in(&document, lost),
        missing: missing(&document, ground.as_ref(), &evidence),
        ground: ground.map(|it| LossGround {
            kind: it.kind,
            from: it.from,
            until: NaiveDate::from_ymd_opt(it.from.year() + 2, 12, 31).unwrap_or(it.from),
        }),
        document,
        unpaid,
        lost,
        relieved,
        evidence,
    })
}

/// What was neither paid nor credited.
fn unpaid(view: &InvoiceView) -> Option<Money> {
    view.open?.plus(view.written_off?).ok()
}

/// The ground by which most is lost; of several the one that is known first.
fn worst(
    collection: &Collection,
    document: &Invoice,
    view: &InvoiceView,
    acts: &[&Act],
    on: NaiveDate,
) -> Option<Loss> {
    let unpaid = unpaid(view).filter(|it| it.is_positive())?;
    let invoice = &document.invoice;
    let mut losses = Vec::new();
    let mut lose = |kind, from, lost: Money| {
        let lost = if lost.minor() < unpaid.minor() { lost } else { unpaid };
        if lost.is_positive() {
            losses.push(Loss { kind, from, lost });
        }
    };
    let published = || collection.dunning.risk().notices().filter(|it| it.published_on <= on);
    for notice in published().filter(|it| begins_before(collection, invoice, it)) {
        if notice.kind == NoticeKind::Liquidation {
            lose(LossKind::Liquidation, judged_on(notice), unpaid);
        } else if notice.kind == NoticeKind::ClosedForInsufficientAssets {
            lose(LossKind::InsufficientAssets, judged_on(notice), unpaid);
        } else if let Some((plan, percent)) = waived(acts, notice) {
            let eve = judged_on(notice).pred_opt().unwrap_or(on);
            let claim = collection.account().invoice_view(invoice, eve).and_then(|it| it.open);
            if let Some(lost) = claim.and_then(|it| it.percent(percent, Rounding::HalfUp).ok()) {
                lose(LossKind::Plan, plan.on, lost);
            }
        }
    }
    let about = |kind| {
        let of_kind = acts.iter().filter(move |it| it.kind == kind);
        of_kind.filter(|it| collection.is_about(it, invoice))
    };
    for act in about(ActKind::IrrecoverabilityCertified) {
        lose(LossKind::Certificate, act.on, unpaid);
    }
    let pursued = acts.iter().any(|it| is_pursuit(it.kind) && collection.is_about(it, invoice));
    for it in view.write_offs.iter().filter(|_| pursued) {
        let hopeless =
            matches!(it.reason, Some(WriteOffReason::Uncollectible | WriteOffReason::Insolvency));
        if let WriteOffState::Approved(_, from) = &it.state
            && hopeless
        {
            lose(LossKind::Pursuit, *from, it.amount);
        }
    }
    losses.into_iter().min_by_key(|it| (std::cmp::Reverse(it.lost.minor()), it.from, it.kind))
}

/// The plan in force after a judgment, and how much of every 100 it waives; none if it waives nothing or
/// was ended because it was not kept.
fn waived<'a>(acts: &[&'a Act], notice: &Notice) -> Option<(&'a Act, Decimal)> {
    let plan = super::plan_of(acts, notice)?;
    let promised: Decimal = plan.dividends.iter().map(|it| it.percent).sum();
    let percent = Decimal::ONE_HUNDRED - promised;
    (percent > Decimal::ZERO).then_some((plan, percent))
}

/// What a creditor does to be paid, so that it can be said to have failed.
const fn is_pursuit(kind: ActKind) -> bool {
    matches!(
        kind,
        ActKind::Lawsuit
            | ActKind::Enforcement
            | ActKind::Title
            | ActKind::OrderServed
            | ActKind::OrderEnforceable
            | ActKind::SmallClaimFailed
    )
}

/// Tax of an invoice that was taken back. What an act says of several invoices is theirs as their taxes
/// are to each other.
fn relieved(collection: &Collection, document: &Invoice, acts: &[&Act]) -> Money {
    let zero = Money::zero(document.gross.currency());
    let tax = |invoice: &InvoiceId| {
        let view = collection.account().invoice_view(invoice, NaiveDate::MAX);
        let tax = view.and_then(|it| it.document).and_then(|it| it.tax);
        tax.map_or(0, |it| it.minor().unsigned_abs())
    };
    let taken = acts.iter().filter(|it| it.kind == ActKind::TaxRelieved).filter_map(|it| {
        let amount = it.amount.filter(|it| it.currency() == zero.currency())?;
        let named: Vec<&InvoiceId> = match it.invoices.as_slice() {
            [] => {
                let all = collection.account().debts().map(|(invoice, _)| invoice);
                all.filter(|invoice| collection.is_about(it, invoice)).collect()
            }
            some => some.iter().collect(),
        };
        let place = named.iter().position(|it| **it == document.invoice)?;
        let weights: Vec<u64> = named.iter().map(|it| tax(it)).collect();
        amount.split_by(&weights).ok()?.get(place).copied()
    });
    taken.fold(zero, add)
}

fn evidence(
    collection: &Collection,
    view: &InvoiceView,
    invoice: &InvoiceId,
    acts: &[&Act],
    on: NaiveDate,
) -> Vec<Evidence> {
    let notices = collection.dunning.risk().notices().filter(|it| {
        let tells = matches!(
            it.kind,
            NoticeKind::Safeguard
                | NoticeKind::Receivership
                | NoticeKind::Liquidation
                | NoticeKind::Plan
                | NoticeKind::ClosedForInsufficientAssets
        );
        tells && it.published_on <= on && begins_before(collection, invoice, it)
    });
    let judgments = notices.map(|it| Evidence::Judgment(it.notice.clone(), judged_on(it)));
    let tells = |kind| {
        is_pursuit(kind)
            || matches!(
                kind,
                ActKind::FormalDemand
                    | ActKind::ClaimDeclared
                    | ActKind::ClaimAdmitted
                    | ActKind::InsolvencyPlanAdopted
                    | ActKind::InsolvencyPlanModified
                    | ActKind::InsolvencyPlanResolved
                    | ActKind::IrrecoverabilityCertified
                    | ActKind::DuplicateSent
            )
    };
    let acts = acts.iter().filter(|it| tells(it.kind) && collection.is_about(it, invoice));
    let acts = acts.map(|it| Evidence::Act(it.act.clone(), it.kind, it.on));
    let given_up = view.write_offs.iter().filter_map(|it| match (&it.state, &it.requested) {
        (WriteOffState::Approved(agreed, on), Some((asked, _))) => {
            let (asked, agreed) = (asked.clone(), agreed.clone());
            Some(Evidence::WriteOff(it.write_off.clone()?, asked, agreed, *on))
        }
        _ => None,
    });
    judgments.chain(acts).chain(given_up).collect()
}

fn missing(document: &Invoice, loss: Option<&Loss>, evidence: &[Evidence]) -> Vec<Missing> {
    let act = |wanted: ActKind| {
        evidence.iter().any(|it| matches!(it, Evidence::Act(_, kind, _) if *kind == wanted))
    };
    let of_judgment = evidence.iter().any(|it| matches!(it, Evidence::Judgment(..)));
    let written_off = evidence.iter().any(|it| matches!(it, Evidence::WriteOff(..)));
    let lacks = [
        (Missing::Tax, document.tax.is_none()),
        (Missing::Ground, loss.is_none()),
        (Missing::Duplicate, !act(ActKind::DuplicateSent)),
        (Missing::Declaration, of_judgment && !act(ActKind::ClaimDeclared)),
        (Missing::WriteOff, !written_off),
    ];
    lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(it, _)| it).collect()
}
