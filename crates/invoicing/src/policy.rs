//! The tenant's rules, read once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use decider::{Decider, Process};
use events::{
    FacilityId, InvoiceId, Reference,
    invoicing::{self, Event, Facility, TermsKind, TermsOfSale},
};
use law::{
    Jurisdiction, Table, Terms,
    terms::{Kind, Warning, warn, warn_due},
};

use crate::{
    Account, Command, FieldError, Invalid, Refusal, Step, allocate, plan, promise, write_off,
};

/// What a command is answered with: events, none if nothing needed to happen, or a refusal.
pub(crate) type Answer = Result<Vec<Event>, Refusal>;

/// Who decides about receivables: the rules in force, checked once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    rules: invoicing::Policy,
    terms: Terms,
    /// Whose limits of terms hold, and for which invoices.
    limits: Option<(Jurisdiction, Kind)>,
    /// The tenant's terms of sale, by version.
    pub(crate) sale: BTreeMap<Reference, TermsOfSale>,
    /// The tenant's agreements with factors and banks, by id.
    pub(crate) facilities: BTreeMap<FacilityId, Facility>,
    /// Whether the tenant has said so, or these are the rules before it says anything.
    adopted: bool,
}

impl Default for Policy {
    fn default() -> Self {
        let rules = invoicing::Policy::default();
        // The rules nobody adopted are ours and readable; a test says so.
        let terms = rules.terms.as_str().parse().unwrap_or(Terms::ON_RECEIPT);
        Self {
            rules,
            terms,
            limits: None,
            sale: BTreeMap::new(),
            facilities: BTreeMap::new(),
            adopted: false,
        }
    }
}

impl Policy {
    /// These rules, if they can be: every field that cannot is named.
    pub fn try_new(rules: invoicing::Policy) -> Result<Self, Invalid> {
        const TOLERANCE_DAYS_MAX: u8 = 30;
        let mut errors = Vec::new();
        let mut wrong = |field: &str, reason: String| {
            errors.push(FieldError { field: field.to_owned(), reason });
        };
        let terms = rules.terms.as_str().parse::<Terms>();
        if let Err(error) = &terms {
            wrong("terms", error.to_string());
        }
        for (place, rest) in rules.small_balances.iter().enumerate() {
            if !rest.is_positive() {
                wrong(&format!("small_balances[{place}]"), format!("{rest} is not more than zero"));
            }
            let before = rules.small_balances.iter().take(place);
            if before.into_iter().any(|it| it.currency() == rest.currency()) {
                let currency = rest.currency();
                wrong(&format!("small_balances[{place}]"), format!("{currency} is given twice"));
            }
        }
        if rules.subset_items_max > 20 {
            let given = rules.subset_items_max;
            wrong(
                "subset_items_max",
                format!("{given} is more than 20, and work doubles with each"),
            );
        }
        for (field, days) in [
            ("promise_tolerance_days", rules.promise_tolerance_days),
            ("instalment_tolerance_days", rules.instalment_tolerance_days),
        ] {
            if days > TOLERANCE_DAYS_MAX {
                wrong(field, format!("{days} days are more than {TOLERANCE_DAYS_MAX}"));
            }
        }
        let limits = rules.terms_law.as_ref().map(|it| {
            let jurisdiction = it.jurisdiction.as_str().parse::<Jurisdiction>();
            jurisdiction.map(|jurisdiction| (jurisdiction, kind(it.kind)))
        });
        let limits = limits.transpose();
        if let Err(error) = &limits {
            wrong("terms_law.jurisdiction", error.to_string());
        }
        match (terms, limits) {
            (Ok(terms), Ok(limits)) if errors.is_empty() => {
                Ok(Self { rules, terms, limits, adopted: true, ..Self::default() })
            }
            (_, _) => Err(Invalid(errors)),
        }
    }

    /// The rules.
    pub fn rules(&self) -> &invoicing::Policy {
        &self.rules
    }

    /// The terms of customers without their own.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Whether the tenant has chosen a law against which terms are held.
    pub fn judges_terms(&self) -> bool {
        self.limits.is_some()
    }

    /// What speaks against the terms of an invoice, by the law the tenant has chosen: nothing, or the
    /// limit that its due date is beyond. An invoice of a day whose limits are not known is not
    /// judged.
    pub fn terms_warning(&self, account: &Account, invoice: &InvoiceId) -> Option<Warning> {
        let document = &account.invoice(invoice).filter(|_| self.judges_terms())?.document;
        self.judge(document.issued_on, document.due_on, document.terms())
    }

    /// The same of a document as it is recorded.
    pub fn document_warning(&self, document: &invoicing::Invoice) -> Option<Warning> {
        self.judge(document.issued_on, document.due_on, document.terms.as_ref())
    }

    fn judge(
        &self,
        issued_on: NaiveDate,
        due_on: NaiveDate,
        terms: Option<&Reference>,
    ) -> Option<Warning> {
        let (jurisdiction, kind) = self.limits?;
        let terms = terms.and_then(|it| it.as_str().parse::<Terms>().ok());
        // Terms beside a due date they do not give are no reason for it.
        let terms = terms.filter(|it| it.due_on(issued_on) == Ok(due_on));
        let table = Table::shipped();
        match terms {
            Some(terms) => {
                let warnings = warn(table, terms, jurisdiction, kind, issued_on);
                warnings.unwrap_or_default().into_iter().next()
            }
            None => warn_due(table, due_on, jurisdiction, kind, issued_on).unwrap_or_default(),
        }
    }

    /// The same, as they stand in the journal.
    pub(crate) fn terms_canonical(&self) -> Reference {
        let canonical = self.terms.to_string().parse();
        canonical.unwrap_or_else(|_| self.rules.terms.clone())
    }

    pub(crate) fn adopt_rules(&self, rules: invoicing::Policy) -> Answer {
        if self.adopted && self.rules == rules {
            return Ok(Vec::new());
        }
        Self::try_new(rules.clone())?;
        Ok(vec![Event::PolicyAdopted(Box::new(rules))])
    }
}

fn kind(it: TermsKind) -> Kind {
    match it {
        TermsKind::Ordinary => Kind::Ordinary,
        TermsKind::Periodic => Kind::Periodic,
        TermsKind::ToPublicBody => Kind::ToPublicBody,
    }
}

impl Decider for Policy {
    type State = Account;
    type Command = Command;
    type Event = Event;
    type Error = Refusal;

    fn decide(&self, account: &Account, command: Command) -> Result<Vec<Event>, Refusal> {
        command.check()?;
        match command {
            Command::AdoptPolicy(it) => self.adopt_rules(*it),
            Command::RegisterTerms(it) => self.register_terms(account, *it),

            Command::Assign(it) => self.assign(account, *it),

            Command::RegisterCustomer(it) => account.register(&it),
            Command::AmendCustomer(it) => account.amend(&it),

            Command::IssueInvoice(it) => self.issue_invoice(account, *it),
            Command::CorrectInvoice(it) => self.correct_invoice(account, *it),
            Command::CancelInvoice(it) => account.cancel_invoice(it),

            Command::IssueCreditNote(it) => account.issue_credit_note(*it),
            Command::CancelCreditNote(it) => account.cancel_credit_note(it),

            Command::RecordPayment(it) => account.record_payment(*it),
            Command::ReversePayment(it) => account.reverse_payment(it),
            Command::RecordRefund(it) => account.record_refund(it),
            Command::ReleaseDeposit(it) => account.release_deposit(it),

            Command::Allocate(it) => account.allocate_by_hand(&it),
            Command::WithdrawAllocation(it) => account.withdraw_allocation(it),

            Command::OpenDispute(it) => account.open_dispute(it),
            Command::ResolveDispute(it) => account.resolve_dispute(it),

            Command::MakePromise(it) => account.make_promise(it),
            Command::WithdrawPromise(it) => account.withdraw_promise(it),

            Command::AgreePlan(it) => account.agree_plan(it),
            Command::CancelPlan(it) => account.cancel_plan(it),

            Command::RequestWriteOff(it) => account.request_write_off(it),
            Command::ApproveWriteOff(it) => account.approve_write_off(it),
            Command::RejectWriteOff(it) => account.reject_write_off(it),

            Command::Step(Step::Allocate { source, shares, rule }) => {
                account.allocate(&source, shares, rule)
            }
            Command::Step(Step::JudgePromise { promise, on }) => {
                promise::judge(self, account, promise, on)
            }
            Command::Step(Step::JudgePlan { plan, on }) => plan::judge(self, account, plan, on),
            Command::Step(Step::WriteOffSmallBalance { invoice, on }) => {
                write_off::small_balance(self, account, invoice, on)
            }
        }
    }

    fn adopt(&mut self, fact: &Event) -> bool {
        // What a decision adopted was checked by it; what cannot be read here was written by a
        // release that reads more, which the journal refuses before this one hears it.
        if let Event::TermsRegistered(terms) = fact {
            self.sale.insert(terms.version.clone(), (**terms).clone());
            // Nothing is called for by it.
            return false;
        }
        if let Event::FacilityRegistered(it) = fact {
            self.facilities.insert(it.facility.clone(), (**it).clone());
            return false;
        }
        let Event::PolicyAdopted(rules) = fact else { return false };
        Self::try_new(invoicing::Policy::clone(rules)).is_ok_and(|policy| {
            let sale = std::mem::take(&mut self.sale);
            let facilities = std::mem::take(&mut self.facilities);
            *self = Self { sale, facilities, ..policy };
            true
        })
    }
}

impl Process for Policy {
    /// Money first: what it settles, keeps and completes is judged after it.
    fn step(&self, account: &Account, today: NaiveDate) -> Option<Command> {
        allocate::next(&self.rules, account)
            .or_else(|| promise::next(self, account, today))
            .or_else(|| plan::next(self, account, today))
            .or_else(|| write_off::next(self, account, today))
            .map(Command::Step)
    }

    fn wakes_on(&self, account: &Account, _silent_on: NaiveDate) -> Option<NaiveDate> {
        [
            promise::wakes_on(self, account),
            plan::wakes_on(self, account),
            write_off::wakes_on(self, account),
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
