//! The declaration of a claim (C. com. art. L622-24, L622-25, R622-23): each receivable born before the
//! judgment with what was due on its day and what was to fall due and when, interest and how it was
//! counted, fixed sums, and what secures it. Apart from it what was born later, which is paid when it
//! falls due (art. L622-17), and what stands against the claim, which is set off only where both are
//! connected (art. L622-7).
//!
//! Amounts are those of the eve of the judgment, by all that is known: a judgment has its effects from
//! the first hour of its day. They are in the currencies of the invoices; the law converts them at the
//! rate of that day (art. L622-25), and there is no table of such rates here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use events::{
    DeliveryId, GuaranteeId, InvoiceId, NoticeId, Reference,
    collection::{Act, ActKind},
    dunning::InterestRules,
    invoicing::{Invoice, Source},
    risk::{Delivery, GuaranteeKind, Notice},
};
use invoicing::view::InvoiceView;
use law::Interest;
use money::{Currency, Money};

use super::{Born, judged_on};
use crate::{
    Collection, Policy,
    case::opens,
    charged::Charged,
    right::{answers, begins_before, filing},
};

/// A claim as it is to be declared, and what belongs beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The judgment.
    pub notice: Notice,
    /// Its day.
    pub judged_on: NaiveDate,
    /// The last day on which the claim can be declared, and the rule that says so; none where the law
    /// is not known.
    pub deadline: Option<(NaiveDate, Reference)>,
    /// The day up to which facts count for what became of it since.
    pub on: NaiveDate,
    /// What is declared, the oldest due first.
    pub lines: Vec<DeclaredLine>,
    /// What was delivered before the judgment and nobody has invoiced: declared as it is valued.
    pub uninvoiced: Vec<Uninvoiced>,
    /// Declared after an earlier judgment of the same procedure: it stays so (C. com. art. L641-3).
    pub earlier: Vec<DeclaredEarlier>,
    /// Born from the judgment on: no part of the claim.
    pub later: Vec<LaterLine>,
    /// What stood against the claim on the eve of the judgment. Nothing of it is deducted.
    pub offsets: Vec<Offset>,
    /// What somebody answers with for all of it.
    pub securities: Vec<Security>,
    /// The rules by which interest is counted; none: there are none.
    pub interest_rules: Option<InterestRules>,
    /// The acts by which a claim was declared after this judgment, by their days.
    pub acts: Vec<Act>,
}

/// A receivable, or the part of it that was born before the judgment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredLine {
    /// Its document.
    pub document: Invoice,
    /// When it was born.
    pub born: Born,
    /// What is declared of it, tax included.
    pub principal: Money,
    /// The same by the days on which it was due, the earliest first; together the principal.
    pub parts: Vec<Part>,
    /// What of it was contested on the eve: declared all the same.
    pub disputed: Money,
    /// Interest for late payment up to the eve, and how it was counted: what is contested of the invoice
    /// left out, what was waived deducted from `interest_amount`. None: it was not late, or bears none.
    pub interest: Option<Interest>,
    /// What is declared of it.
    pub interest_amount: Money,
    /// The fixed sum for recovery costs: only of what was late on the eve (C. com. art. L441-10 II).
    pub fixed_sum: Money,
    /// Whether interest goes on after the judgment: it was to be paid a year or more after it was
    /// invoiced (C. com. art. L622-28). Else it has stopped.
    pub interest_goes_on: bool,
    /// The reservation of title on what was sold, if there is one.
    pub title: Option<Title>,
    /// What became less of it from the day of the judgment on. It is declared all the same: what counts
    /// is the day of the judgment.
    pub less_since: Money,
}

/// What is due on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which day.
    pub due_on: NaiveDate,
    /// How much.
    pub amount: Money,
    /// Whether it had fallen due before the judgment.
    pub was_due: bool,
}

/// On what a reservation of title rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// A version of the terms of sale, and the hash of its document.
    Terms(Reference, Reference),
    /// The tenant's rules say so of everything it sells.
    Rules,
}

/// A delivery that nobody has invoiced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uninvoiced {
    /// Which.
    pub delivery: DeliveryId,
    /// When.
    pub delivered_on: NaiveDate,
    /// What will be invoiced for it, tax included.
    pub amount: Money,
}

/// What was declared before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredEarlier {
    /// Which receivable.
    pub invoice: InvoiceId,
    /// After which judgment.
    pub notice: NoticeId,
    /// What is open of it.
    pub open: Money,
}

/// A receivable, or the part of it that was born from the judgment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterLine {
    /// Which.
    pub invoice: InvoiceId,
    /// When it was born.
    pub born: Born,
    /// When it is due.
    pub due_on: NaiveDate,
    /// What is open of it.
    pub open: Money,
}

/// Money or credit of the customer's that had met no invoice on the eve of the judgment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offset {
    /// The payment or credit note.
    pub source: Source,
    /// From when it counts.
    pub on: NaiveDate,
    /// How much.
    pub amount: Money,
    /// The order that it has in common with what is declared: then both are connected, and it may be
    /// set off (C. com. art. L622-7). None: nobody knows of a connection.
    pub connected_by: Option<Reference>,
}

/// What somebody, or something, answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// The tenant's id for it.
    pub guarantee: GuaranteeId,
    /// What it is.
    pub kind: GuaranteeKind,
    /// What it is worth at most.
    pub amount: Money,
    /// Since when.
    pub holds_from: NaiveDate,
}

/// What is declared, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// What had fallen due.
    pub due: Money,
    /// What was to fall due.
    pub to_fall_due: Money,
    /// What was delivered and not invoiced.
    pub uninvoiced: Money,
    /// Interest up to the eve.
    pub interest: Money,
    /// Fixed sums.
    pub fixed_sums: Money,
    /// All of it.
    pub total: Money,
}

impl DeclaredLine {
    /// All that is declared of it.
    pub fn total(&self) -> Money {
        add(add(self.principal, self.interest_amount), self.fixed_sum)
    }

    /// What had fallen due before the judgment, or had not.
    pub fn due(&self, was_due: bool) -> Money {
        let parts = self.parts.iter().filter(|it| it.was_due == was_due);
        parts.fold(Money::zero(self.principal.currency()), |sum, it| add(sum, it.amount))
    }
}

impl Declaration {
    /// A sum for each currency.
    pub fn sums(&self) -> Vec<Sum> {
        let mut sums = BTreeMap::<Currency, Sum>::new();
        let mut put = |currency: Currency, amounts: [Money; 5]| {
            let zero = Money::zero(currency);
            let sum = sums.entry(currency).or_insert(Sum {
                due: zero,
                to_fall_due: zero,
                uninvoiced: zero,
                interest: zero,
                fixed_sums: zero,
                total: zero,
            });
            let [due, to_fall_due, uninvoiced, interest, fixed_sums] = amounts;
            sum.due = add(sum.due, due);
            sum.to_fall_due = add(sum.to_fall_due, to_fall_due);
            sum.uninvoiced = add(sum.uninvoiced, uninvoiced);
            sum.interest = add(sum.interest, interest);
            sum.fixed_sums = add(sum.fixed_sums, fixed_sums);
            sum.total = amounts.into_iter().fold(sum.total, add);
        };
        for it in &self.lines {
            let currency = it.principal.currency();
            let (interest, fixed) = (it.interest_amount, it.fixed_sum);
            put(currency, [it.due(true), it.due(false), Money::zero(currency), interest, fixed]);
        }
        for it in &self.uninvoiced {
            let zero = Money::zero(it.amount.currency());
            put(zero.currency(), [zero, zero, it.amount, zero, zero]);
        }
        sums.into_values().collect()
    }

    /// What the acts say was declared, a currency each. One that names no receivables is about all of
    /// them, and takes the place of those before it; one that names some adds to them.
    pub fn declared(&self) -> Vec<Money> {
        let mut sums = BTreeMap::<Currency, Money>::new();
        for act in &self.acts {
            let Some(amount) = act.amount else { continue };
            if act.invoices.is_empty() {
                sums.insert(amount.currency(), amount);
            } else {
                let zero = Money::zero(amount.currency());
                let sum = sums.entry(amount.currency()).or_insert(zero);
                *sum = add(*sum, amount);
            }
        }
        sums.into_values().collect()
    }
}

/// A sum; at the end of the range of amounts, that end.
pub(super) fn add(one: Money, other: Money) -> Money {
    Money::new(one.minor().saturating_add(other.minor()), one.currency())
}

impl Policy {
    /// The claim to be declared after a judgment, by everything that is known, and what became of it up
    /// to a day. None if there is no such judgment, or it opened no procedure.
    pub fn declaration(
        &self,
        collection: &Collection,
        notice: &NoticeId,
        on: NaiveDate,
    ) -> Option<Declaration> {
        let notice = collection.notice(notice).filter(|it| opens(it.kind))?;
        let acts = collection.acts().into_iter();
        let acts = acts.filter(|it| answers(it, ActKind::ClaimDeclared, notice)).cloned().collect();
        let counted = self.counted(filing(self.rules().abroad), notice.published_on);
        let day = judged_on(notice);
        // Of days before the judgment there is nothing to tell.
        let on = on.max(day.pred_opt().unwrap_or(day));
        let mut declaration = Declaration {
            notice: notice.clone(),
            judged_on: day,
            deadline: counted.map(|it| (it.until, it.rule)),
            on,
            lines: Vec::new(),
            uninvoiced: uninvoiced(collection, day),
            earlier: Vec::new(),
            later: Vec::new(),
            offsets: Vec::new(),
            securities: securities(collection, day),
            interest_rules: self.dunning().rules().interest.clone(),
            acts,
        };
        let earlier = declared_earlier(collection, notice);
        for (invoice, _) in collection.account().debts() {
            let now = collection.account().invoice_view(invoice, on);
            let Some((document, open)) = now.and_then(|it| it.document.zip(it.open)) else {
                continue;
            };
            if document.issued_on > on {
                continue;
            }
            if let Some(notice) = earlier.get(invoice) {
                let (invoice, notice) = (invoice.clone(), notice.clone());
                if open.is_positive() {
                    declaration.earlier.push(DeclaredEarlier { invoice, notice, open });
                }
                continue;
            }
            self.place(collection, &mut declaration, document, open);
        }
        declaration.lines.sort_by_key(|it| (it.document.due_on, it.document.invoice.clone()));
        declaration.later.sort_by_key(|it| (it.due_on, it.invoice.clone()));
        declaration.offsets = offsets(collection, &declaration);
        Some(declaration)
    }

    /// Puts a receivable where it belongs: before the judgment, after it, or on both sides.
    fn place(
        &self,
        collection: &Collection,
        declaration: &mut Declaration,
        document: Invoice,
        open: Money,
    ) {
        let day = declaration.judged_on;
        let born = Born::of(collection, &document, day);
        let eve = day.pred_opt().unwrap_or(day);
        let then = collection.account().invoice_view(&document.invoice, eve);
        let Some(then) = then else { return };
        let Some(open_then) = then.open else { return };
        let (principal, after) = born.split(open_then);
        // What came since pays what may be paid: the part born later comes first (art. L622-7).
        let less = Money::new(open_then.minor().saturating_sub(open.minor()), open.currency());
        let less_after = if less.minor() < after.minor() { less } else { after };
        let still_after = add(after, less_after.negated());
        if still_after.is_positive() {
            declaration.later.push(LaterLine {
                invoice: document.invoice.clone(),
                born,
                due_on: then.due_on.unwrap_or(document.due_on),
                open: still_after,
            });
        }
        if !principal.is_positive() {
            return;
        }
        let zero = Money::zero(principal.currency());
        let Charged { interest, interest_amount, fixed_sum } =
            self.charged(collection, &document.invoice, principal.currency(), eve);
        declaration.lines.push(DeclaredLine {
            parts: parts(&then, principal, day),
            disputed: then.disputed.map_or(zero, |it| born.split(it).0),
            interest,
            interest_amount,
            fixed_sum,
            interest_goes_on: goes_on(&document),
            title: self.title(collection, document.terms_version.as_ref()),
            less_since: add(less, less_after.negated()),
            document,
            born,
            principal,
        });
    }

    /// On what a reservation of title rests, if there is one on what was sold under a version of the
    /// terms of sale, or under none.
    pub(crate) fn title(
        &self,
        collection: &Collection,
        version: Option<&Reference>,
    ) -> Option<Title> {
        match version.and_then(|it| self.dunning().terms_of_sale(collection.account(), it)) {
            Some(it) if it.reservation_of_title => {
                Some(Title::Terms(it.version.clone(), it.document_hash.clone()))
            }
            Some(_) => None,
            None => self.rules().title_reserved.then_some(Title::Rules),
        }
    }
}

/// Whether the judgment does not stop interest: payment was put off for a year or more.
fn goes_on(document: &Invoice) -> bool {
    let year = document.issued_on.checked_add_months(Months::new(12));
    year.is_some_and(|year| document.due_on >= year)
}

/// The principal by the days on which it is due. Where only a part of an invoice is declared, the same
/// part of each of them is.
fn parts(then: &InvoiceView, principal: Money, judged_on: NaiveDate) -> Vec<Part> {
    let mut due = then.due.clone();
    due.sort_by_key(|(on, _)| *on);
    let weights: Vec<u64> = due.iter().map(|(_, it)| it.minor().unsigned_abs()).collect();
    let amounts = principal.split_by(&weights).unwrap_or_default();
    let parts = due.into_iter().zip(amounts).filter(|(_, amount)| amount.is_positive());
    let parts =
        parts.map(|((due_on, _), amount)| Part { due_on, amount, was_due: due_on < judged_on });
    parts.collect()
}

/// What was delivered before a day, and no invoice names it or its order.
fn uninvoiced(collection: &Collection, judged_on: NaiveDate) -> Vec<Uninvoiced> {
    let risk = collection.dunning.risk();
    let before: Vec<&Delivery> =
        risk.deliveries().map(|it| &**it).filter(|it| it.delivered_on < judged_on).collect();
    let names = |it: &Delivery| {
        let own = Reference::new(it.delivery.as_str()).ok();
        own.into_iter().chain(it.order.clone()).collect::<Vec<_>>()
    };
    let all: BTreeSet<Reference> = before.iter().flat_map(|it| names(it)).collect();
    let invoiced = collection.account().invoiced_for(&all, NaiveDate::MAX);
    let is_invoiced = |it: &Reference| invoiced.get(it).is_some_and(|sums| !sums.is_empty());
    let left = before.iter().filter(|it| !names(it).iter().any(is_invoiced));
    let left = left.map(|it| Uninvoiced {
        delivery: it.delivery.clone(),
        delivered_on: it.delivered_on,
        amount: it.amount,
    });
    left.collect()
}

fn securities(collection: &Collection, judged_on: NaiveDate) -> Vec<Security> {
    let holding = collection.dunning.risk().unreleased_guarantees().filter(|it| {
        it.holds_from < judged_on && it.holds_until.is_none_or(|until| until >= judged_on)
    });
    let all = holding.map(|it| Security {
        guarantee: it.guarantee.clone(),
        kind: it.kind,
        amount: it.amount,
        holds_from: it.holds_from,
    });
    all.collect()
}

fn offsets(collection: &Collection, declaration: &Declaration) -> Vec<Offset> {
    let eve = declaration.judged_on.pred_opt().unwrap_or(declaration.judged_on);
    let orders: BTreeSet<&Reference> =
        declaration.lines.iter().filter_map(|it| it.document.order.as_ref()).collect();
    let unallocated = collection.account().view(eve).unallocated.into_iter();
    let offsets = unallocated.map(|it| Offset {
        source: it.source,
        on: it.counts_from,
        amount: it.amount,
        connected_by: it.order.filter(|order| orders.contains(order)),
    });
    offsets.collect()
}

/// What was declared after earlier judgments of the procedure that a judgment belongs to, and after
/// which. It need not be declared again (C. com. art. L641-3).
pub(crate) fn declared_earlier(
    collection: &Collection,
    notice: &Notice,
) -> BTreeMap<InvoiceId, NoticeId> {
    let mut declared = BTreeMap::new();
    let acts = collection.acts();
    for before in collection.notices_until(notice) {
        if !opens(before.kind) {
            if super::closes(before.kind) {
                declared.clear();
            }
            continue;
        }
        for claim in acts.iter().filter(|it| answers(it, ActKind::ClaimDeclared, before)) {
            for (invoice, _) in collection.account().debts() {
                if begins_before(collection, invoice, before) && collection.is_about(claim, invoice)
                {
                    declared.entry(invoice.clone()).or_insert_with(|| before.notice.clone());
                }
            }
        }
    }
    declared
}

impl Collection {
    /// What was published before a notice, in the order of those days.
    fn notices_until(&self, notice: &Notice) -> impl Iterator<Item = &Notice> {
        let mut all: Vec<&Notice> = self.dunning.risk().notices().map(|it| &**it).collect();
        all.sort_by_key(|it| it.published_on);
        let last = notice.notice.clone();
        all.into_iter().take_while(move |it| it.notice != last)
    }
}
