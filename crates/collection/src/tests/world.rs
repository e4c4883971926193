//! A customer that does not pay, as a story tells of it.

use chrono::NaiveDate;
use decider::{Decider as _, Fold as _, Process as _};
use events::{
    Reference,
    collection::{ActKind, CollectionPolicy, Event, InsuranceRules, RightSubject, Span},
    dunning::{self, HoldReason},
    invoicing::{self, PaymentMethod, ReversalReason, Source},
    risk::{self, Cover, CoverKind, Guarantee, GuaranteeKind, Notice, NoticeKind},
};
use money::Money;

use crate::{ActData, Collection, Command, Fact, OpenCase, Policy, Refusal};

pub(super) fn day(text: &str) -> NaiveDate {
    events::date::parse(text).unwrap()
}

pub(super) fn eur(text: &str) -> Money {
    format!("{text} EUR").parse().unwrap()
}

pub(super) fn word(text: &str) -> Reference {
    text.parse().unwrap()
}

pub(super) fn rules() -> CollectionPolicy {
    CollectionPolicy { version: word("v1"), ..CollectionPolicy::default() }
}

/// An insurer that lets a due date be put off for so long.
pub(super) fn insurance(extension: Span) -> InsuranceRules {
    InsuranceRules::new(word("POL-1"), extension, 30)
}

pub(super) fn invoice(id: &str, gross: &str, issued: &str, due: &str) -> invoicing::Event {
    invoicing::Event::InvoiceIssued(Box::new(invoicing::Invoice {
        invoice: id.parse().unwrap(),
        number: None,
        issued_on: day(issued),
        due_on: day(due),
        terms: None,
        terms_version: None,
        gross: eur(gross),
        tax: None,
        order: None,
        contract: None,
        site: None,
    }))
}

pub(super) fn paid(id: &str, invoice: &str, amount: &str, on: &str) -> [invoicing::Event; 2] {
    [
        invoicing::Event::PaymentReceived(Box::new(invoicing::Payment {
            payment: id.parse().unwrap(),
            amount: eur(amount),
            value_date: day(on),
            method: PaymentMethod::Transfer,
            designation: Vec::new(),
            references: Vec::new(),
            deposit: None,
        })),
        invoicing::Event::Allocated {
            source: Source::Payment(id.parse().unwrap()),
            invoice: invoice.parse().unwrap(),
            amount: eur(amount),
            rule: invoicing::Rule::Designated,
        },
    ]
}

pub(super) fn bounced(id: &str, on: &str) -> [invoicing::Event; 1] {
    [invoicing::Event::PaymentReversed {
        payment: id.parse().unwrap(),
        reversed_on: day(on),
        reason: ReversalReason::Bounced,
    }]
}

pub(super) fn written_off(
    id: &str,
    invoice: &str,
    amount: &str,
    on: &str,
) -> [invoicing::Event; 2] {
    [
        invoicing::Event::WriteOffRequested(Box::new(invoicing::WriteOff {
            write_off: id.parse().unwrap(),
            invoice: invoice.parse().unwrap(),
            amount: eur(amount),
            reason: invoicing::WriteOffReason::Uncollectible,
            requested_by: "desk-1".parse().unwrap(),
            requested_on: day(on),
        })),
        invoicing::Event::WriteOffApproved {
            write_off: id.parse().unwrap(),
            approved_by: "desk-2".parse().unwrap(),
            approved_on: day(on),
        },
    ]
}

pub(super) fn exhausted(invoice: &str, on: &str) -> dunning::Event {
    dunning::Event::DunningExhausted { invoice: invoice.parse().unwrap(), on: day(on), level: 3 }
}

pub(super) fn legal_hold(invoice: &str, from: &str) -> dunning::Event {
    dunning::Event::HoldPlaced(Box::new(dunning::Hold {
        hold: format!("H-{invoice}").parse().unwrap(),
        reason: HoldReason::Legal,
        invoice: Some(invoice.parse().unwrap()),
        holds_from: day(from),
        holds_until: None,
        by: "desk-1".parse().unwrap(),
        note: None,
    }))
}

pub(super) fn notice(id: &str, kind: NoticeKind, judged: &str, published: &str) -> risk::Event {
    risk::Event::NoticePublished(Box::new(Notice {
        notice: id.parse().unwrap(),
        kind,
        published_on: day(published),
        judged_on: Some(day(judged)),
        court: None,
        source: word("BODACC"),
    }))
}

pub(super) fn cover(amount: &str, quota: &str, from: &str) -> risk::Event {
    risk::Event::CoverGranted(Box::new(Cover {
        cover: "CV-1".parse().unwrap(),
        insurer: word("insurer 1"),
        policy: word("POL-1"),
        kind: CoverKind::Named,
        amount: eur(amount),
        quota: quota.parse().unwrap(),
        layer: 1,
        holds_from: day(from),
        holds_until: None,
    }))
}

pub(super) fn guarantee(amount: &str, until: &str) -> risk::Event {
    risk::Event::GuaranteeRecorded(Box::new(Guarantee {
        guarantee: "G-1".parse().unwrap(),
        kind: GuaranteeKind::Surety,
        amount: eur(amount),
        counts_for: "1".parse().unwrap(),
        holds_from: day("2025-01-01"),
        holds_until: Some(day(until)),
        rank: None,
    }))
}

pub(super) fn act(id: &str, kind: ActKind, on: &str) -> ActData {
    ActData {
        customer_id: "C-1".parse().unwrap(),
        act_id: id.parse().unwrap(),
        kind,
        act_date: day(on),
        case_id: None,
        invoice_ids: Vec::new(),
        follows_act_id: None,
        notice_id: None,
        cover_id: None,
        guarantee_id: None,
        amount: None,
        proof: None,
        dividends: Vec::new(),
        recorded_by: "desk-1".parse().unwrap(),
    }
}

pub(super) fn follows(id: &str, kind: ActKind, on: &str, other: &str) -> Command {
    let follows_act_id = Some(other.parse().unwrap());
    record(ActData { follows_act_id, ..act(id, kind, on) })
}

pub(super) fn answers(id: &str, kind: ActKind, on: &str, notice: &str) -> Command {
    record(ActData { notice_id: Some(notice.parse().unwrap()), ..act(id, kind, on) })
}

pub(super) fn insurer(id: &str, kind: ActKind, on: &str) -> Command {
    record(ActData { cover_id: Some("CV-1".parse().unwrap()), ..act(id, kind, on) })
}

pub(super) fn record(act: ActData) -> Command {
    Command::RecordAct(Box::new(act))
}

pub(super) fn open(invoices: &[&str], on: &str) -> Command {
    Command::OpenCase(OpenCase {
        customer_id: "C-1".parse().unwrap(),
        invoice_ids: invoices.iter().map(|it| it.parse().unwrap()).collect(),
        case_id: None,
        opened_by: "desk-1".parse().unwrap(),
        open_date: day(on),
    })
}

/// One customer, its journal and its day.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) collection: Collection,
    at: u64,
}

impl World {
    pub(super) fn new(rules: CollectionPolicy) -> Self {
        Self { policy: Policy::try_new(rules).unwrap(), ..Self::default() }
    }

    pub(super) fn hears(&mut self, facts: impl IntoIterator<Item = impl Into<Fact>>) -> &mut Self {
        self.at += 1;
        self.collection.stands_in(Some(self.at));
        for fact in facts {
            let fact = fact.into();
            self.policy.adopt(&fact);
            self.collection.evolve(&fact);
            self.collection.check().unwrap();
        }
        self.collection.stands_in(None);
        self
    }

    /// What is called for on a day is said and heard back.
    pub(super) fn says(&mut self, today: &str) -> Vec<Event> {
        self.says_on(day(today))
    }

    pub(super) fn says_on(&mut self, today: NaiveDate) -> Vec<Event> {
        let mut all = Vec::new();
        while let Some(step) = self.policy.step(&self.collection, today) {
            let said = self.policy.decide(&self.collection, step).unwrap();
            all.extend(said.clone());
            self.hears(said);
            assert!(all.len() < 200, "still talking: {all:?}");
        }
        all
    }

    #[track_caller]
    pub(super) fn on(&mut self, today: &str, expected: &[&str]) -> &mut Self {
        let said: Vec<_> = self.says(today).iter().map(short).collect();
        assert_eq!(said, expected, "on {today}");
        self
    }

    /// A command is answered, and what it led to is heard back.
    #[track_caller]
    pub(super) fn asks(&mut self, command: Command, expected: &[&str]) -> &mut Self {
        let said = self.policy.decide(&self.collection, command).unwrap();
        let told: Vec<_> = said.iter().map(short).collect();
        assert_eq!(told, expected);
        self.hears(said)
    }

    #[track_caller]
    pub(super) fn does(&mut self, command: Command) -> &mut Self {
        let said = self.policy.decide(&self.collection, command).unwrap();
        assert_eq!(said.len(), 1, "{said:?}");
        self.hears(said)
    }

    #[track_caller]
    pub(super) fn refuses(&mut self, command: Command) -> Refusal {
        self.policy.decide(&self.collection, command).unwrap_err()
    }

    /// The last days of the rights of a customer on a day, told short.
    #[track_caller]
    pub(super) fn rights(&mut self, today: &str, expected: &[&str]) -> &mut Self {
        let rights = self.policy.rights(&self.collection, day(today));
        let told: Vec<_> = rights
            .iter()
            .map(|it| {
                let until =
                    it.deadline.map_or_else(|| "stands still".to_owned(), |it| it.to_string());
                let standing = match &it.standing {
                    crate::Standing::Runs => String::new(),
                    crate::Standing::Secured(act) => format!(", kept by {act}"),
                    crate::Standing::Lapsed => ", lapsed".to_owned(),
                };
                format!("{} {}: {until}{standing}", it.kind, subject(&it.subject))
            })
            .collect();
        assert_eq!(told, expected, "on {today}");
        self
    }
}

fn subject(it: &RightSubject) -> String {
    match it {
        RightSubject::Invoice(id) => id.to_string(),
        RightSubject::Notice(id) => id.to_string(),
        RightSubject::Act(id) => id.to_string(),
        RightSubject::Cover(id) => id.to_string(),
        RightSubject::Guarantee(id) => id.to_string(),
    }
}

/// An event, told short.
pub(super) fn short(event: &Event) -> String {
    let names = |all: &[events::InvoiceId]| {
        all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    match event {
        Event::CollectionPolicyAdopted(it) => format!("policy {}", it.version),
        Event::CaseOpened(it) => format!("{} {}: {}", it.case, it.why, names(&it.invoices)),
        Event::CaseExtended { case, invoices, .. } => format!("{case} and {}", names(invoices)),
        Event::CaseReduced { case, invoices, .. } => format!("{case} without {}", names(invoices)),
        Event::CaseMerged { case, into, .. } => format!("{case} into {into}"),
        Event::CaseSplit { case, new, invoices, .. } => {
            format!("{new} out of {case}: {}", names(invoices))
        }
        Event::RouteChosen { case, route, .. } => format!("{case} by {route}"),
        Event::CaseClosed { case, outcome, .. } => format!("{case} {outcome}"),
        Event::HandOverPlanned(it) => {
            format!("{} of {} to {}", it.placement, it.case, it.collector)
        }
        Event::HandOverWithdrawn { placement, .. } => format!("{placement} withdrawn"),
        Event::RecallPlanned { placement, .. } => format!("{placement} to be recalled"),
        Event::ErrandStarted { placement, errand, claims, .. } => {
            let sum: i64 = claims.iter().map(|it| it.principal.minor()).sum();
            format!("{placement} {errand} starts: {sum}")
        }
        Event::ErrandDone { placement, errand, .. } => format!("{placement} {errand} done"),
        Event::ErrandFailed { placement, errand, again, .. } => {
            format!("{placement} {errand} {}", if *again { "waits again" } else { "failed" })
        }
        Event::ErrandUnknown { placement, errand, .. } => format!("{placement} {errand} unknown"),
        Event::PlacementAccepted { placement, .. } => format!("{placement} accepted"),
        Event::PlacementRefused { placement, .. } => format!("{placement} refused"),
        Event::CollectorReported(it) => format!("{} {}", it.placement, it.status),
        Event::Remitted(it) => {
            let sum: i64 = it.collected.iter().map(|it| it.amount.minor()).sum();
            format!("{} {sum}, fee {}", it.remittance, it.fee_by_scale)
        }
        Event::InsuranceClaimLodged(it) => format!("{} lodged: {}", it.claim, it.cause),
        Event::InsuranceClaimAnswered(it) => match it.accepted {
            Some(accepted) => format!("{} accepted: {accepted}", it.claim),
            None => format!("{} refused", it.claim),
        },
        Event::IndemnityPaid(it) => format!("{} paid: {}", it.claim, it.amount),
        Event::InsurerRepaid(it) => format!("{} shared: {}", it.claim, it.amount),
        Event::InsuranceClaimWithdrawn { claim, number, .. } => match number {
            Some(number) => format!("{claim} without {number}"),
            None => format!("{claim} withdrawn"),
        },
        Event::ActRecorded(it) => format!("{} {}", it.act, it.kind),
        Event::ActWithdrawn { act, .. } => format!("not {act}"),
        Event::RightAtRisk(it) => {
            let stake = it.stake.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let of = subject(&it.subject);
            format!("{} {of} at risk until {}: {stake}", it.kind, it.deadline)
        }
        Event::RightSecured { kind, subject: of, act, .. } => match act {
            Some(act) => format!("{kind} {} kept by {act}", subject(of)),
            None => format!("{kind} {} no longer matters", subject(of)),
        },
        Event::RightLapsed { kind, subject: of, .. } => format!("{kind} {} lapsed", subject(of)),
    }
}
