//! Cases: what is collected together, from its opening to its end.
//!
//! Nothing is given up here. What is given up is written off in the books, by two persons; a case
//! whose receivables are all settled or written off is then at its end.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    CaseId, InvoiceId,
    collection::{Case, Event, Outcome, RightKind, Why},
    risk::{Notice, NoticeKind},
};
use invoicing::view::OwedItem;
use money::Currency;
use risk::Placed;

use crate::{
    ChooseRoute, Collection, MergeCases, OpenCase, Policy, ReduceCase, Refusal, SplitCase,
    WithdrawCase, policy::Answer, right::begins_before, state::KnownCase,
};

impl Collection {
    pub(crate) fn open_case(&self, policy: &Policy, it: OpenCase) -> Answer {
        let into = match &it.case_id {
            Some(case) => Some(self.find_open(case)?),
            None => None,
        };
        let mut joining = Vec::with_capacity(it.invoice_ids.len());
        let reminded = policy.reminded(self, it.open_date);
        for invoice in it.invoice_ids {
            match self.case_of(&invoice) {
                // Asked for once more.
                Some(case) if Some(case) == it.case_id.as_ref() => continue,
                Some(case)
                    if it.case_id.is_none() && self.began_with(case, &invoice, &it.opened_by) =>
                {
                    continue;
                }
                Some(case) => return Err(Refusal::InCase { invoice, case: case.clone() }),
                None => {}
            }
            if !self.dunning.risk().account().is_open(&invoice) {
                return Err(Refusal::NotOpen(invoice));
            }
            if self.is_anothers(&invoice) {
                return Err(Refusal::Assigned(invoice));
            }
            reminded.check(&invoice)?;
            joining.push(invoice);
        }
        if joining.is_empty() {
            return Ok(Vec::new());
        }
        let (on, by) = (it.open_date, Some(it.opened_by));
        Ok(vec![match into {
            Some(known) => {
                Event::CaseExtended { case: known.case.case.clone(), invoices: joining, on, by }
            }
            None => Event::CaseOpened(Box::new(Case {
                case: self.next_name(),
                why: Why::Person,
                invoices: joining,
                opened_on: on,
                by,
                notice: None,
            })),
        }])
    }

    /// Whether an assignee has a receivable and the tenant does not collect it for the assignee.
    fn is_anothers(&self, invoice: &InvoiceId) -> bool {
        let holder = self.dunning.risk().account().holder(invoice);
        holder.is_some_and(|it| !it.is_own && !it.collects)
    }

    /// Whether a case was opened by that person with that receivable.
    fn began_with(&self, case: &CaseId, invoice: &InvoiceId, by: &events::ActorId) -> bool {
        self.cases
            .get(case)
            .is_some_and(|it| it.case.by.as_ref() == Some(by) && it.case.invoices.contains(invoice))
    }

    #[expect(clippy::expect_used, reason = "a word and a number are an id")]
    fn next_name(&self) -> CaseId {
        CaseId::new(&format!("case-{}", self.cases.len() + 1)).expect("an id")
    }

    pub(crate) fn find(&self, case: &CaseId) -> Result<&KnownCase, Refusal> {
        self.cases.get(case).ok_or_else(|| Refusal::NoCase(case.clone()))
    }

    pub(crate) fn find_open(&self, case: &CaseId) -> Result<&KnownCase, Refusal> {
        let known = self.find(case)?;
        if known.closed.is_some() { Err(Refusal::Closed(case.clone())) } else { Ok(known) }
    }

    /// Whether these are of a case, and not all of it.
    fn part_of(&self, case: &CaseId, invoices: &[InvoiceId]) -> Result<(), Refusal> {
        let known = self.find_open(case)?;
        if let Some(other) = invoices.iter().find(|it| !known.invoices.contains(*it)) {
            return Err(Refusal::NotInCase { invoice: other.clone(), case: case.clone() });
        }
        if invoices.len() == known.invoices.len() {
            return Err(Refusal::NothingLeft(case.clone()));
        }
        Ok(())
    }

    pub(crate) fn reduce_case(&self, it: ReduceCase) -> Answer {
        self.part_of(&it.case_id, &it.invoice_ids)?;
        Ok(vec![Event::CaseReduced {
            case: it.case_id,
            invoices: it.invoice_ids,
            on: it.reduce_date,
            by: it.reduced_by,
        }])
    }

    pub(crate) fn split_case(&self, it: SplitCase) -> Answer {
        self.part_of(&it.case_id, &it.invoice_ids)?;
        Ok(vec![Event::CaseSplit {
            case: it.case_id,
            new: self.next_name(),
            invoices: it.invoice_ids,
            on: it.split_date,
            by: it.split_by,
        }])
    }

    pub(crate) fn merge_cases(&self, it: MergeCases) -> Answer {
        let known = self.find(&it.case_id)?;
        let into = known.closed.as_ref().and_then(|it| it.into.as_ref());
        if into == Some(&it.into_case_id) {
            return Ok(Vec::new());
        }
        self.find_open(&it.case_id)?;
        self.find_open(&it.into_case_id)?;
        Ok(vec![Event::CaseMerged {
            case: it.case_id,
            into: it.into_case_id,
            on: it.merge_date,
            by: it.merged_by,
        }])
    }

    pub(crate) fn choose_route(&self, it: ChooseRoute) -> Answer {
        let known = self.find_open(&it.case_id)?;
        let same = known
            .route
            .as_ref()
            .is_some_and(|now| now.route == it.route && now.collector == it.collector);
        if same {
            return Ok(Vec::new());
        }
        Ok(vec![Event::RouteChosen {
            case: it.case_id,
            route: it.route,
            collector: it.collector,
            on: it.choose_date,
            by: it.chosen_by,
        }])
    }

    pub(crate) fn withdraw_case(&self, it: WithdrawCase) -> Answer {
        let known = self.find(&it.case_id)?;
        match &known.closed {
            Some(closed) if closed.outcome == Outcome::Withdrawn => Ok(Vec::new()),
            Some(_) => Err(Refusal::Closed(it.case_id)),
            None => Ok(vec![Event::CaseClosed {
                case: it.case_id,
                outcome: Outcome::Withdrawn,
                on: it.withdraw_date,
                by: Some(it.withdrawn_by),
            }]),
        }
    }

    /// The next case of which nothing is open any more.
    pub(crate) fn next_closed(&self, today: NaiveDate) -> Option<Event> {
        let account = self.dunning.risk().account();
        let done =
            self.open_cases().find(|(_, it)| it.invoices.iter().all(|it| !account.is_open(it)));
        done.map(|(case, known)| Event::CaseClosed {
            case: case.clone(),
            outcome: self.outcome(known),
            on: today,
            by: None,
        })
    }

    /// How it ended that nothing is open of it.
    fn outcome(&self, known: &KnownCase) -> Outcome {
        let account = self.dunning.risk().account();
        let views = known.invoices.iter().filter_map(|it| account.invoice_view(it, NaiveDate::MAX));
        let (mut given_up, mut paid) = (false, false);
        for view in views {
            given_up |= view.written_off.is_some_and(money::Money::is_positive);
            paid |= view.allocations.iter().any(|it| it.effective_on >= known.case.opened_on);
        }
        match (given_up, paid) {
            (false, _) => Outcome::Paid,
            (true, true) => Outcome::Settled,
            (true, false) => Outcome::Uncollectible,
        }
    }
}

impl Policy {
    /// The next receivables that nobody collects and somebody has to.
    pub(crate) fn next_case(&self, collection: &Collection, today: NaiveDate) -> Option<Event> {
        let account = collection.dunning.risk().account();
        if !account.has_open_items() {
            return None;
        }
        let owed = account.owed();
        let free = owed.items.iter().filter(|it| {
            collection.case_of(it.invoice).is_none() && !collection.is_anothers(it.invoice)
        });
        let free: Vec<_> = free.collect();
        if free.is_empty() {
            return None;
        }
        let open = |why, invoices: Vec<InvoiceId>, notice: Option<&Placed<Notice>>| {
            let case = collection.next_name();
            let notice = notice.map(|it| it.notice.clone());
            let case = Case { case, why, invoices, opened_on: today, by: None, notice };
            Some(Event::CaseOpened(Box::new(case)))
        };
        if let Some(notice) = opening(collection, today) {
            let mut before = free.clone();
            before.retain(|it| begins_before(collection, it.invoice, notice));
            if !before.is_empty() && !was_withdrawn(collection, Why::Insolvency, &before) {
                return open(Why::Insolvency, ids(&before), Some(notice));
            }
        }
        let exhausted =
            free.iter().copied().filter(|it| collection.dunning.is_exhausted(it.invoice));
        let exhausted = self.worth_it(exhausted.collect());
        if !exhausted.is_empty() && !was_withdrawn(collection, Why::Exhausted, &exhausted) {
            // What nobody has decided about yet takes it in.
            let waiting = collection
                .open_cases()
                .find(|(_, it)| it.case.why == Why::Exhausted && it.route.is_none());
            return match waiting {
                Some((case, _)) => Some(Event::CaseExtended {
                    case: case.clone(),
                    invoices: ids(&exhausted),
                    on: today,
                    by: None,
                }),
                None => open(Why::Exhausted, ids(&exhausted), None),
            };
        }
        let handover = !self.rules().insurances.is_empty()
            && self.rights(collection, today).into_iter().any(|it| {
                it.kind == RightKind::Handover && it.is_running() && self.is_near(&it, today)
            });
        let late = free.into_iter().filter(|it| it.due_on < today).collect::<Vec<_>>();
        (handover && !late.is_empty() && !was_withdrawn(collection, Why::Insurer, &late))
            .then(|| open(Why::Insurer, ids(&late), None))
            .flatten()
    }

    /// Those in currencies of which enough is open together.
    fn worth_it<'a>(&self, items: Vec<&'a OwedItem<'a>>) -> Vec<&'a OwedItem<'a>> {
        let mut sums = BTreeMap::<Currency, i128>::new();
        for it in &items {
            *sums.entry(it.open.currency()).or_default() += i128::from(it.open.minor());
        }
        let enough = |currency: Currency| {
            let least = self.rules().minimums.iter().find(|it| it.currency() == currency);
            let sum = sums.get(&currency).copied().unwrap_or(0);
            least.is_none_or(|it| sum >= i128::from(it.minor()))
        };
        let mut items = items;
        items.retain(|it| enough(it.open.currency()));
        items
    }
}

/// Whether a person took back a case that was opened for that reason about one of these: it is not
/// opened again unasked.
fn was_withdrawn(collection: &Collection, why: Why, items: &[&OwedItem<'_>]) -> bool {
    collection.cases.values().any(|it| {
        it.case.why == why
            && it.closed.as_ref().is_some_and(|it| it.outcome == Outcome::Withdrawn)
            && items.iter().any(|item| it.invoices.contains(item.invoice))
    })
}

fn ids(items: &[&OwedItem<'_>]) -> Vec<InvoiceId> {
    items.iter().map(|it| it.invoice.clone()).collect()
}

/// The judgment in force that opened a procedure of the customer's.
pub(crate) fn opening(collection: &Collection, on: NaiveDate) -> Option<&Placed<Notice>> {
    let notice = collection.dunning.risk().notice_on(on)?;
    opens(notice.kind).then_some(notice)
}

/// Whether a notice opens a procedure in which claims are declared.
pub(crate) const fn opens(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::Safeguard | NoticeKind::Receivership | NoticeKind::Liquidation)
}
