//! Any event: some that a decision might say, and many that none would.

use chrono::NaiveDate;
use events::invoicing::{
    self, CreditReason, Deposit, Designation, DisputeOutcome, DisputeReason, Event, FacilityKind,
    Instalment, PaymentMethod, RecourseGround, ReversalReason, Rule, Source, WriteOffReason,
};
use money::{Currency, Money};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::any::{a_payment, a_source, an_invoice, date, one_of};
use crate::tests::say::{id, reference, source};

pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => document(),
        2 => source_of_money(),
        2 => allocation(),
        1 => dispute_or_write_off(),
        1 => promise_or_plan(),
        1 => assignment(),
    ]
}

fn money() -> impl Strategy<Value = Money> {
    let minor = prop_oneof![
        8 => select(&[500, 1_000, 2_000, 3_000, 5_000, 10_000][..]),
        1 => select(&[0, -1, 1, i64::MAX, -i64::MAX][..]),
    ];
    (minor, select(&[Currency::EUR, Currency::EUR, Currency::USD][..]))
        .prop_map(|(minor, currency)| Money::new(minor, currency))
}

fn on() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![20 => date(), 1 => select(&[NaiveDate::MIN, NaiveDate::MAX][..])]
}

fn from() -> impl Strategy<Value = Source> {
    a_source().prop_map(source)
}

fn credit_note() -> impl Strategy<Value = &'static str> {
    one_of(&["A-1", "A-2"])
}

fn terms_of_sale(version: &str) -> invoicing::TermsOfSale {
    invoicing::TermsOfSale {
        version: id(version),
        document_hash: id(&"0f".repeat(32)),
        from: date_of_terms(),
        reservation_of_title: true,
        acceleration: false,
        penalty_rate: Some(rust_decimal::Decimal::new(125, 1)),
        jurisdiction: None,
        excludes_assignment: false,
    }
}

fn date_of_terms() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default()
}

fn document() -> impl Strategy<Value = Event> {
    let stated = (an_invoice(), money(), on(), on(), any::<bool>());
    let stated = stated.prop_map(|(it, gross, issued_on, due_on, corrects)| {
        let document = Box::new(invoicing::Invoice {
            invoice: id(it),
            number: None,
            issued_on,
            due_on,
            terms: None,
            gross,
            tax: None,
            order: reference("O-1"),
            contract: None,
            site: None,
            terms_version: None,
        });
        if corrects { Event::InvoiceCorrected(document) } else { Event::InvoiceIssued(document) }
    });
    let about_the_tenant_or_customer = select(vec![
        Event::PolicyAdopted(Box::default()),
        Event::TermsRegistered(Box::new(terms_of_sale("CGV-1"))),
        Event::TermsRegistered(Box::new(terms_of_sale("CGV-2"))),
        Event::CustomerRegistered(Box::default()),
        Event::CustomerAmended(Box::default()),
    ]);
    prop_oneof![
        4 => stated,
        1 => (an_invoice(), on())
            .prop_map(|(it, cancelled_on)| Event::InvoiceCancelled { invoice: id(it), cancelled_on }),
        1 => about_the_tenant_or_customer,
    ]
}

fn source_of_money() -> impl Strategy<Value = Event> {
    let named = vec((an_invoice(), option::of(money())), 0..3);
    let payment = (a_payment(), money(), on(), named, any::<bool>());
    let payment = payment.prop_map(|(it, amount, value_date, named, deposit)| {
        let one = |(it, amount)| Designation { invoice: id(it), amount };
        Event::PaymentReceived(Box::new(invoicing::Payment {
            payment: id(it),
            amount,
            value_date,
            method: PaymentMethod::Transfer,
            designation: named.into_iter().map(one).collect(),
            references: vec![],
            deposit: deposit.then(Deposit::default),
        }))
    });
    let credit = (credit_note(), option::of(an_invoice()), on(), money());
    let credit = credit.prop_map(|(it, invoice, issued_on, amount)| {
        Event::CreditNoteIssued(Box::new(invoicing::CreditNote {
            credit_note: id(it),
            invoice: invoice.map(id),
            issued_on,
            amount,
            reason: CreditReason::Other,
        }))
    });
    prop_oneof![
        4 => payment,
        2 => credit,
        1 => (credit_note(), on()).prop_map(|(it, cancelled_on)| Event::CreditNoteCancelled {
            credit_note: id(it),
            cancelled_on,
        }),
        1 => (a_payment(), on()).prop_map(|(it, reversed_on)| Event::PaymentReversed {
            payment: id(it),
            reversed_on,
            reason: ReversalReason::Chargeback,
        }),
        1 => (one_of(&["R-1", "R-2"]), from(), money(), on()).prop_map(
            |(it, source, amount, refunded_on)| Event::Refunded {
                refund: id(it), source, amount, refunded_on,
            }
        ),
        1 => (a_payment(), on())
            .prop_map(|(it, released_on)| Event::DepositReleased { payment: id(it), released_on }),
    ]
}

fn allocation() -> impl Strategy<Value = Event> {
    prop_oneof![
        (from(), an_invoice(), money()).prop_map(|(source, it, amount)| Event::Allocated {
            source,
            invoice: id(it),
            amount,
            rule: Rule::Manual,
        }),
        (from(), an_invoice(), money()).prop_map(|(source, it, amount)| {
            Event::AllocationWithdrawn { source, invoice: id(it), amount }
        }),
        (from(), an_invoice(), money()).prop_map(|(source, it, amount)| Event::WriteOffRecovered {
            source,
            invoice: id(it),
            amount,
            rule: Rule::Designated,
        }),
    ]
}

fn dispute_or_write_off() -> impl Strategy<Value = Event> {
    let dispute = || one_of(&["D-1", "D-2", "D-3"]);
    let write_off = || one_of(&["W-1", "W-2"]);
    let who = || one_of(&["anna", "bert"]);
    prop_oneof![
        (dispute(), an_invoice(), money(), on()).prop_map(|(it, about, amount, opened_on)| {
            Event::DisputeOpened(Box::new(invoicing::Dispute {
                dispute: id(it),
                invoice: id(about),
                amount,
                reason: DisputeReason::Other,
                owner: None,
                opened_on,
            }))
        }),
        (dispute(), on()).prop_map(|(it, resolved_on)| Event::DisputeResolved {
            dispute: id(it),
            outcome: DisputeOutcome::Settled,
            resolved_on,
        }),
        (write_off(), an_invoice(), money(), on()).prop_map(|(it, about, amount, requested_on)| {
            Event::WriteOffRequested(Box::new(invoicing::WriteOff {
                write_off: id(it),
                invoice: id(about),
                amount,
                reason: WriteOffReason::Other,
                requested_by: id("anna"),
                requested_on,
            }))
        }),
        (write_off(), who(), on()).prop_map(|(it, who, approved_on)| Event::WriteOffApproved {
            write_off: id(it),
            approved_by: id(who),
            approved_on,
        }),
        (write_off(), who(), on()).prop_map(|(it, who, rejected_on)| Event::WriteOffRejected {
            write_off: id(it),
            rejected_by: id(who),
            rejected_on,
        }),
        (an_invoice(), money(), on()).prop_map(|(it, amount, written_off_on)| {
            Event::SmallBalanceWrittenOff { invoice: id(it), amount, written_off_on }
        }),
    ]
}

fn assignment() -> impl Strategy<Value = Event> {
    let which = || one_of(&["AS-1", "AS-2"]);
    let made = (which(), an_invoice(), money(), on(), option::of(on()), any::<bool>());
    let kind = select(FacilityKind::ALL);
    prop_oneof![
        3 => (made, kind).prop_map(|((it, about, amount, assigned_on, notified_on, recourse), kind)| {
            Event::ReceivableAssigned(Box::new(invoicing::Assignment {
                assignment: id(it),
                invoice: id(about),
                facility: id("FC-1"),
                assignee: id("Affacturage du Nord"),
                kind,
                amount,
                recourse,
                funded_share: rust_decimal::Decimal::new(85, 2),
                reserve_share: rust_decimal::Decimal::new(15, 2),
                discount_rate: None,
                collects: false,
                payee: reference("nord"),
                assigned_on,
                notified_on,
            }))
        }),
        1 => (which(), an_invoice(), money(), on()).prop_map(|(it, about, amount, offered_on)| {
            Event::ReceivableOffered(Box::new(invoicing::Offer {
                assignment: id(it),
                invoice: id(about),
                facility: id("FC-1"),
                amount,
                offered_on,
            }))
        }),
        1 => (which(), on())
            .prop_map(|(it, ended_on)| Event::OfferEnded { assignment: id(it), ended_on }),
        1 => (which(), on(), any::<bool>()).prop_map(|(it, notified_on, collects)| {
            Event::AssignmentNotified { assignment: id(it), notified_on, collects }
        }),
        1 => (which(), money(), money(), on()).prop_map(|(it, amount, fee, funded_on)| {
            Event::AssignmentFunded { assignment: id(it), amount, fee, funded_on }
        }),
        1 => (which(), a_payment()).prop_map(|(it, payment)| Event::PaidToAssignee {
            assignment: id(it),
            payment: id(payment),
        }),
        1 => (which(), a_payment(), money(), on()).prop_map(|(it, payment, amount, passed_on)| {
            Event::PaymentPassedOn { assignment: id(it), payment: id(payment), amount, passed_on }
        }),
        1 => (which(), select(RecourseGround::ALL), money(), on()).prop_map(
            |(it, ground, costs, taken_on)| Event::RecourseTaken {
                assignment: id(it), ground, costs, taken_on,
            }
        ),
        1 => (which(), money(), on()).prop_map(|(it, amount, repurchased_on)| {
            Event::AssignmentRepurchased { assignment: id(it), amount, repurchased_on }
        }),
        1 => (which(), money(), on()).prop_map(|(it, amount, settled_on)| {
            Event::AssignmentSettled { assignment: id(it), amount, settled_on }
        }),
    ]
}

fn promise_or_plan() -> impl Strategy<Value = Event> {
    let promise = || one_of(&["V-1", "V-2"]);
    let plan = || one_of(&["L-1", "L-2"]);
    let made = (promise(), money(), on(), on(), vec(an_invoice(), 0..3));
    let agreed = (plan(), on(), vec(an_invoice(), 0..3), vec((on(), money()), 0..3));
    prop_oneof![
        made.prop_map(|(it, amount, made_on, promised_for, about)| {
            Event::PromiseMade(Box::new(invoicing::Promise {
                promise: id(it),
                amount,
                made_on,
                promised_for,
                invoices: about.into_iter().map(id).collect(),
            }))
        }),
        (promise(), on()).prop_map(|(it, kept_on)| Event::PromiseKept { promise: id(it), kept_on }),
        (promise(), money(), on()).prop_map(|(it, paid, broken_on)| Event::PromisePartlyKept {
            promise: id(it),
            paid,
            broken_on,
        }),
        (promise(), on())
            .prop_map(|(it, broken_on)| Event::PromiseBroken { promise: id(it), broken_on }),
        (promise(), on()).prop_map(|(it, withdrawn_on)| Event::PromiseWithdrawn {
            promise: id(it),
            withdrawn_on
        }),
        agreed.prop_map(|(it, agreed_on, about, instalments)| {
            let one = |(due_on, amount)| Instalment { due_on, amount };
            Event::PlanAgreed(Box::new(invoicing::Plan {
                plan: id(it),
                agreed_on,
                invoices: about.into_iter().map(id).collect(),
                instalments: instalments.into_iter().map(one).collect(),
            }))
        }),
        (plan(), on()).prop_map(|(it, broken_on)| Event::PlanBroken { plan: id(it), broken_on }),
        (plan(), on())
            .prop_map(|(it, completed_on)| Event::PlanCompleted { plan: id(it), completed_on }),
        (plan(), on())
            .prop_map(|(it, cancelled_on)| Event::PlanCancelled { plan: id(it), cancelled_on }),
    ]
}
