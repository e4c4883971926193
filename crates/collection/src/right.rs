//! The clock of every right that costs money when it is missed.
//!
//! How a right stands is a function of facts, policy and day. Kept is only what was said of it: that
//! it is at risk, in good time and again as the day comes near; that it lapsed; that it no longer
//! matters.

mod advice;
mod court;
mod guarantee;
mod insolvency;
mod insurance;
mod prescription;

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};
use events::{
    ActId, InvoiceId, Reference,
    collection::{Act, Event, Right, RightKind, RightSubject, Span},
    date,
    risk::Notice,
};
use invoicing::Account;
use law::{Jurisdiction, Rule, Table};
use money::{Currency, Money};

use crate::{Collection, Policy};

pub use advice::what_to_do;
pub(crate) use insolvency::{answers, begins_before, filing};

/// A right, as it stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Which.
    pub kind: RightKind,
    /// What it is about.
    pub subject: RightSubject,
    /// The day from which its time is counted.
    pub counted_from: NaiveDate,
    /// The rule of law and since when it holds, or the clause, that says so.
    pub rule: Reference,
    /// The last day; none while its time stands still.
    pub deadline: Option<NaiveDate>,
    /// What is lost, an amount a currency; never empty.
    pub stake: Vec<Money>,
    /// How it stands.
    pub standing: Standing,
}

/// How a right stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its time runs, or stands still.
    Runs,
    /// What is needed was done in time.
    Secured(ActId),
    /// Its last day has passed.
    Lapsed,
}

impl Running {
    /// Whether something is still to be done.
    pub fn is_running(&self) -> bool {
        self.standing == Standing::Runs
    }
}

/// What is counted from a day.
pub(crate) struct Counted {
    from: NaiveDate,
    pub(crate) until: NaiveDate,
    pub(crate) rule: Reference,
}

impl Policy {
    /// Every right of which something is at stake, by everything that is known.
    pub fn rights(&self, collection: &Collection, today: NaiveDate) -> Vec<Running> {
        let mut found = Vec::new();
        self.insolvency(collection, today, &mut found);
        self.court(collection, today, &mut found);
        self.prescription(collection, today, &mut found);
        self.insurance(collection, today, &mut found);
        guarantee::guarantees(collection, today, &mut found);
        found
    }

    fn jurisdiction(&self) -> Option<Jurisdiction> {
        self.rules().jurisdiction.as_str().parse().ok()
    }

    /// The last day by a rule of law; none where that law is not known.
    pub(crate) fn counted(&self, rule: Rule, from: NaiveDate) -> Option<Counted> {
        let deadline =
            law::deadline::deadline(Table::shipped(), rule, self.jurisdiction()?, from).ok()?;
        let row = &deadline.row;
        let name = format!("{} {} {}", row.rule, row.jurisdiction, row.from);
        Some(Counted { from, until: deadline.last_day, rule: Reference::new(&name).ok()? })
    }

    /// Days ahead on which a right is said to be at risk, the most first.
    fn leads(&self, kind: RightKind) -> Vec<u16> {
        let said = self.rules().leads.iter().find(|it| it.right == kind);
        let mut days = said.map_or_else(|| usual(kind).to_vec(), |it| it.days.clone());
        days.sort_unstable_by(|a, b| b.cmp(a));
        days
    }

    /// Whether a right is within the first of its days ahead.
    pub(crate) fn is_near(&self, it: &Running, today: NaiveDate) -> bool {
        let first = self.leads(it.kind).first().copied();
        let from = it.deadline.zip(first).map(|(deadline, days)| earlier(deadline, days));
        from.is_some_and(|from| from <= today)
    }

    /// What is to be said next of a right.
    pub(crate) fn next_right(&self, collection: &Collection, today: NaiveDate) -> Option<Event> {
        let rights = self.rights(collection, today);
        let said = rights.iter().find_map(|it| self.next_of(collection, it, today));
        said.or_else(|| gone(collection, &rights, today))
    }

    fn next_of(&self, collection: &Collection, it: &Running, today: NaiveDate) -> Option<Event> {
        let told = collection.told.get(&(it.kind, it.subject.clone()));
        if let Standing::Secured(act) = &it.standing {
            let (kind, subject, act) = (it.kind, it.subject.clone(), Some(act.clone()));
            return told.map(|_| Event::RightSecured { kind, subject, act, on: today });
        }
        if it.kind.is_theirs() {
            return None;
        }
        let deadline = it.deadline?;
        if told.is_some_and(|it| it.deadline != deadline) {
            // Something moved its last day: what was at risk on the former one is so no more.
            let (kind, subject) = (it.kind, it.subject.clone());
            return Some(Event::RightSecured { kind, subject, act: None, on: today });
        }
        if told.is_some_and(|it| it.lapsed) {
            return None;
        }
        let due = self.leads(it.kind).into_iter().filter(|it| earlier(deadline, *it) <= today);
        // What is heard of too late is said all the same, before it is said to have lapsed.
        let due = due.min().or_else(|| (it.standing == Standing::Lapsed).then_some(0));
        if let Some(lead_days) = due.filter(|due| told.is_none_or(|it| *due < it.lead_days)) {
            return Some(Event::RightAtRisk(Box::new(Right {
                kind: it.kind,
                subject: it.subject.clone(),
                counted_from: it.counted_from,
                rule: it.rule.clone(),
                deadline,
                stake: it.stake.clone(),
                lead_days,
                on: today,
            })));
        }
        (it.standing == Standing::Lapsed).then(|| Event::RightLapsed {
            kind: it.kind,
            subject: it.subject.clone(),
            deadline,
            stake: it.stake.clone(),
            on: today,
        })
    }

    /// The first day after one on which something else may be said, if nothing happens.
    pub(crate) fn turns_after(&self, collection: &Collection, day: NaiveDate) -> Option<NaiveDate> {
        let account = collection.dunning.risk().account();
        if !account.has_open_items() {
            return None;
        }
        let rights = self.rights(collection, day);
        let turns = rights.iter().filter_map(|it| Some((it.kind, it.deadline?)));
        let turns = turns.flat_map(|(kind, deadline)| {
            let mut days: Vec<_> =
                self.leads(kind).into_iter().map(|it| earlier(deadline, it)).collect();
            days.extend(deadline.succ_opt());
            days
        });
        // What is published may be in force from a later day, and what is due is late from one.
        let notices = collection.dunning.risk().notices().map(|it| it.published_on);
        let late = account.owed().items.into_iter().filter_map(|it| it.due_on.succ_opt());
        let late: Vec<_> = late.collect();
        turns.chain(notices).chain(late).filter(|it| *it > day).min()
    }
}

/// The next right of which something was said and nothing is at stake any more.
fn gone(collection: &Collection, rights: &[Running], today: NaiveDate) -> Option<Event> {
    let still = |kind, subject: &RightSubject| {
        let same = |it: &&Running| it.kind == kind && it.subject == *subject;
        let runs = rights.iter().find(same);
        // While its time stands still nothing is at risk.
        runs.is_some_and(|it| it.deadline.is_some())
    };
    let (kind, subject) = collection.told.keys().find(|(kind, subject)| !still(*kind, subject))?;
    let (kind, subject) = (*kind, subject.clone());
    Some(Event::RightSecured { kind, subject, act: None, on: today })
}

/// Days ahead where the tenant has said none.
const fn usual(kind: RightKind) -> &'static [u16] {
    match kind {
        RightKind::Prescription => &[180, 60, 14],
        RightKind::InsurerNotice | RightKind::Extension => &[7, 1],
        RightKind::ClaimFiling
        | RightKind::Relief
        | RightKind::TitleClaim
        | RightKind::OrderService
        | RightKind::Opposition
        | RightKind::SmallClaimAnswer
        | RightKind::Handover
        | RightKind::IndemnityClaim
        | RightKind::Indemnity
        | RightKind::GuaranteeCall => &[30, 7, 1],
    }
}

fn earlier(day: NaiveDate, days: u16) -> NaiveDate {
    day.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN)
}

/// So long after a day: a month ends on the same day of the month, or on its last.
pub(crate) fn after(day: NaiveDate, span: Span) -> NaiveDate {
    let end = match span {
        Span::Days(days) => day.checked_add_days(Days::new(days.into())),
        Span::Months(months) => day.checked_add_months(Months::new(months.into())),
    };
    end.unwrap_or(date::LAST).min(date::LAST)
}

/// How a right stands that an act keeps if it was done by its last day.
fn kept(act: Option<&Act>, deadline: NaiveDate, today: NaiveDate) -> Standing {
    match act.filter(|it| it.on <= deadline) {
        Some(act) => Standing::Secured(act.act.clone()),
        None if deadline < today => Standing::Lapsed,
        None => Standing::Runs,
    }
}

/// What is open of these, a currency each.
fn open<'a>(account: &Account, invoices: impl IntoIterator<Item = &'a InvoiceId>) -> Vec<Money> {
    let views = invoices.into_iter().filter_map(|it| {
        account.invoice_view(it, NaiveDate::MAX)?.open.filter(|it| it.is_positive())
    });
    sums(views)
}

/// A sum a currency. What is more than an amount can be counts as the largest there is.
pub(crate) fn sums(amounts: impl IntoIterator<Item = Money>) -> Vec<Money> {
    let mut by_currency = BTreeMap::<Currency, i64>::new();
    for it in amounts {
        let sum = by_currency.entry(it.currency()).or_default();
        *sum = sum.saturating_add(it.minor());
    }
    by_currency.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect()
}

impl Collection {
    pub(crate) fn account(&self) -> &Account {
        self.dunning.risk().account()
    }

    /// Whether an act is about a receivable: one it names, else one of the act it follows, of its
    /// case, of those before the judgment it answers; else any of the customer's.
    pub(crate) fn is_about(&self, act: &Act, invoice: &InvoiceId) -> bool {
        if !act.invoices.is_empty() {
            return act.invoices.contains(invoice);
        }
        if let Some(followed) = act.follows.as_ref().and_then(|it| self.standing(it)) {
            return self.is_about(followed, invoice);
        }
        if let Some(case) = act.case.as_ref().and_then(|it| self.cases.get(it)) {
            return case.invoices.contains(invoice) || case.case.invoices.contains(invoice);
        }
        match act.notice.as_ref().and_then(|id| self.notice(id)) {
            Some(notice) => begins_before(self, invoice, notice),
            None => true,
        }
    }

    pub(crate) fn notice(&self, id: &events::NoticeId) -> Option<&Notice> {
        self.dunning.risk().notices().find(|it| it.notice == *id).map(|it| &**it)
    }

    /// What is open of what an act is about.
    fn stake_of(&self, act: &Act) -> Vec<Money> {
        let owed = self.account().owed();
        let about = owed.items.iter().filter(|it| self.is_about(act, it.invoice));
        sums(about.map(|it| it.open))
    }
}
