//! Any command, any event: few ids, few amounts, few days, so that they meet.

use chrono::{Days, NaiveDate};
use events::invoicing::{
    self, CreditReason, DisputeOutcome, DisputeReason, Event, PaymentMethod, ReversalReason, Rule,
    Source, WriteOffReason,
};
use money::{Currency, Money};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::{Command, CustomerData, InvoiceData, RecordPayment, tests::say::*};

pub(super) fn first() -> NaiveDate {
    day("01-01")
}

pub(super) fn date() -> impl Strategy<Value = NaiveDate> {
    (0..60_u64).prop_map(|it| first() + Days::new(it))
}

fn on() -> impl Strategy<Value = String> {
    date().prop_map(|it| it.to_string())
}

fn amount() -> impl Strategy<Value = String> {
    const AMOUNTS: &[&str] =
        &["5.00", "10.00", "20.00", "30.00", "50.00", "60.00", "100.00", "30.00 USD"];
    select(AMOUNTS).prop_map(ToOwned::to_owned)
}

fn one_of(ids: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(ids)
}

fn an_invoice() -> impl Strategy<Value = &'static str> {
    one_of(&["F-1", "F-2", "F-3", "F-4"])
}

fn a_payment() -> impl Strategy<Value = &'static str> {
    one_of(&["P-1", "P-2", "P-3", "P-4"])
}

fn a_source() -> impl Strategy<Value = &'static str> {
    one_of(&["P-1", "P-2", "P-3", "P-4", "A-1", "A-2"])
}

/// Commands, and the days that pass before each.
pub(super) fn history() -> impl Strategy<Value = Vec<(Command, u64)>> {
    vec((command(), 0..6_u64), 1..30)
}

fn designated() -> impl Strategy<Value = Vec<String>> {
    let part = option::of(select(&["5.00", "10.00", "20.00", "30.00"][..]));
    let one = (an_invoice(), part).prop_map(|(invoice, part)| {
        part.map_or(invoice.to_owned(), |it| format!("{invoice} {it}"))
    });
    vec(one, 0..3)
}

/// What producers send: invoices, payments, credit notes, and their ends.
pub(super) fn document() -> impl Strategy<Value = Command> {
    let payments = (a_payment(), amount(), on(), designated(), option::of(an_invoice()));
    let payments = payments.prop_map(|(it, amount, on, invoices, referred)| {
        let designations = named(&invoices.iter().map(String::as_str).collect::<Vec<_>>());
        let references = referred.map(id).into_iter().collect();
        pay(RecordPayment { designations, references, ..transfer(it, &amount, &on) })
    });
    prop_oneof![
        6 => (an_invoice(), amount(), on()).prop_map(|(it, gross, on)| invoice(it, &gross, &on)),
        6 => payments.prop_filter("more designated than paid", |it| it.check().is_ok()),
        3 => (one_of(&["A-1", "A-2"]), one_of(&["", "F-1", "F-2"]), amount(), on())
            .prop_map(|(it, about, amount, on)| credit(it, about, &amount, &on)),
        1 => (an_invoice(), on()).prop_map(|(it, on)| cancel(it, &on)),
        1 => (one_of(&["A-1", "A-2"]), on()).prop_map(|(it, on)| cancel_credit(it, &on)),
        2 => (a_payment(), on()).prop_map(|(it, on)| bounce(it, &on)),
    ]
}

/// Any command but a policy's.
pub(super) fn command() -> impl Strategy<Value = Command> {
    let an_order = option::of(one_of(&["O-1", "O-2"])).boxed();
    let corrections = (an_invoice(), amount(), on(), an_order.clone(), any::<bool>());
    let invoices = corrections.prop_map(|(it, gross, on, order, corrects)| {
        let data = InvoiceData { order: order.map(id), ..bill(it, &gross, &on) };
        if corrects { correct(data) } else { issue(data) }
    });
    prop_oneof![
        16 => document(),
        4 => invoices,
        3 => (a_payment(), amount(), on(), an_order)
            .prop_map(|(it, amount, on, order)| deposit(it, &amount, &on, order.unwrap_or_default())),
        1 => (one_of(&["R-1", "R-2"]), a_source(), amount(), on())
            .prop_map(|(it, of, amount, on)| refund(it, of, &amount, &on)),
        1 => (a_payment(), on()).prop_map(|(it, on)| release(it, &on)),
        2 => (a_source(), an_invoice(), amount()).prop_map(|(of, it, amount)| allocate(of, it, &amount)),
        2 => (a_source(), an_invoice()).prop_map(|(of, it)| withdraw(of, it)),
        6 => dealings(),
        1 => (any::<bool>(), option::of(one_of(&["SME", "key account"])))
            .prop_map(|(amends, segment)| {
                let data = CustomerData { segment: segment.map(id), ..customer() };
                if amends { amend(data) } else { register(data) }
            }),
    ]
}

fn dealings() -> impl Strategy<Value = Command> {
    let outcome = select(DisputeOutcome::ALL);
    prop_oneof![
        (one_of(&["D-1", "D-2"]), an_invoice(), option::of(amount()), on())
            .prop_map(|(it, about, amount, on)| dispute(it, about, amount.as_deref(), &on)),
        (one_of(&["D-1", "D-2"]), outcome, on())
            .prop_map(|(it, outcome, on)| resolve(it, outcome, &on)),
        (one_of(&["V-1", "V-2"]), amount(), on(), 0..20_u64, vec(an_invoice(), 0..2)).prop_map(
            |(it, amount, on, days, about)| {
                let until = (day(&on) + Days::new(days)).to_string();
                promise(it, &amount, &on, &until, &about)
            }
        ),
        (one_of(&["V-1", "V-2"]), on()).prop_map(|(it, on)| withdraw_promise(it, &on)),
        (one_of(&["L-1", "L-2"]), on(), an_invoice(), amount()).prop_map(
            |(it, on, about, amount)| {
                let due = |days| (day(&on) + Days::new(days)).to_string();
                plan(it, &on, &[about], &[(&due(5), &amount), (&due(15), &amount)])
            }
        ),
        (one_of(&["L-1", "L-2"]), on()).prop_map(|(it, on)| cancel_plan(it, &on)),
        (one_of(&["W-1", "W-2"]), an_invoice(), option::of(amount()), on())
            .prop_map(|(it, about, amount, on)| give_up(it, about, amount.as_deref(), &on)),
        (one_of(&["W-1", "W-2"]), one_of(&["anna", "bert"]), on())
            .prop_map(|(it, who, on)| approve(it, who, &on)),
        (one_of(&["W-1", "W-2"]), one_of(&["anna", "bert"]), on())
            .prop_map(|(it, who, on)| reject(it, who, &on)),
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

fn any_source() -> impl Strategy<Value = Source> {
    a_source().prop_map(source)
}

/// Events that a decision might have said, and many that none would.
pub(super) fn event() -> impl Strategy<Value = Event> {
    let on = prop_oneof![20 => date(), 1 => select(&[NaiveDate::MIN, NaiveDate::MAX][..])].boxed();
    let who = one_of(&["anna", "bert"]).boxed();
    let stated = (an_invoice(), money(), on.clone(), on.clone())
        .prop_map(|(it, gross, issued_on, due_on)| {
            Box::new(invoicing::Invoice {
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
            })
        })
        .boxed();
    let payment = (
        a_payment(),
        money(),
        on.clone(),
        vec((an_invoice(), option::of(money())), 0..3),
        any::<bool>(),
    )
        .prop_map(|(it, amount, value_date, named, deposit)| {
            Box::new(invoicing::Payment {
                payment: id(it),
                amount,
                value_date,
                method: PaymentMethod::Transfer,
                designation: named
                    .into_iter()
                    .map(|(it, amount)| invoicing::Designation { invoice: id(it), amount })
                    .collect(),
                references: vec![],
                deposit: deposit.then(invoicing::Deposit::default),
            })
        });
    let credit = (one_of(&["A-1", "A-2"]), option::of(an_invoice()), on.clone(), money()).prop_map(
        |(it, invoice, issued_on, amount)| {
            Box::new(invoicing::CreditNote {
                credit_note: id(it),
                invoice: invoice.map(id),
                issued_on,
                amount,
                reason: CreditReason::Other,
            })
        },
    );
    let documents = prop_oneof![
        stated.clone().prop_map(Event::InvoiceIssued),
        stated.prop_map(Event::InvoiceCorrected),
        (an_invoice(), on.clone()).prop_map(|(it, cancelled_on)| Event::InvoiceCancelled {
            invoice: id(it),
            cancelled_on
        }),
        credit.prop_map(Event::CreditNoteIssued),
        (one_of(&["A-1", "A-2"]), on.clone()).prop_map(|(it, cancelled_on)| {
            Event::CreditNoteCancelled { credit_note: id(it), cancelled_on }
        }),
        payment.prop_map(Event::PaymentReceived),
        (a_payment(), on.clone()).prop_map(|(it, reversed_on)| Event::PaymentReversed {
            payment: id(it),
            reversed_on,
            reason: ReversalReason::Chargeback,
        }),
        (one_of(&["R-1", "R-2"]), any_source(), money(), on.clone()).prop_map(
            |(it, source, amount, refunded_on)| {
                Event::Refunded { refund: id(it), source, amount, refunded_on }
            }
        ),
        (a_payment(), on.clone())
            .prop_map(|(it, released_on)| Event::DepositReleased { payment: id(it), released_on }),
        (any_source(), an_invoice(), money()).prop_map(|(source, it, amount)| Event::Allocated {
            source,
            invoice: id(it),
            amount,
            rule: Rule::Manual,
        }),
        (any_source(), an_invoice(), money()).prop_map(|(source, it, amount)| {
            Event::AllocationWithdrawn { source, invoice: id(it), amount }
        }),
        (any_source(), an_invoice(), money()).prop_map(|(source, it, amount)| {
            Event::WriteOffRecovered { source, invoice: id(it), amount, rule: Rule::Designated }
        }),
    ];
    let dealings = prop_oneof![
        (one_of(&["D-1", "D-2", "D-3"]), an_invoice(), money(), on.clone()).prop_map(
            |(it, about, amount, opened_on)| {
                Event::DisputeOpened(Box::new(invoicing::Dispute {
                    dispute: id(it),
                    invoice: id(about),
                    amount,
                    reason: DisputeReason::Other,
                    owner: None,
                    opened_on,
                }))
            }
        ),
        (one_of(&["D-1", "D-2", "D-3"]), on.clone()).prop_map(|(it, resolved_on)| {
            Event::DisputeResolved {
                dispute: id(it),
                outcome: DisputeOutcome::Settled,
                resolved_on,
            }
        }),
        (one_of(&["V-1", "V-2"]), money(), on.clone(), on.clone(), vec(an_invoice(), 0..3))
            .prop_map(|(it, amount, made_on, promised_for, about)| {
                Event::PromiseMade(Box::new(invoicing::Promise {
                    promise: id(it),
                    amount,
                    made_on,
                    promised_for,
                    invoices: about.into_iter().map(id).collect(),
                }))
            }),
        (one_of(&["V-1", "V-2"]), on.clone())
            .prop_map(|(it, kept_on)| Event::PromiseKept { promise: id(it), kept_on }),
        (one_of(&["V-1", "V-2"]), money(), on.clone()).prop_map(|(it, paid, broken_on)| {
            Event::PromisePartlyKept { promise: id(it), paid, broken_on }
        }),
        (one_of(&["V-1", "V-2"]), on.clone())
            .prop_map(|(it, broken_on)| Event::PromiseBroken { promise: id(it), broken_on }),
        (one_of(&["V-1", "V-2"]), on.clone()).prop_map(|(it, withdrawn_on)| {
            Event::PromiseWithdrawn { promise: id(it), withdrawn_on }
        }),
        (
            one_of(&["L-1", "L-2"]),
            on.clone(),
            vec(an_invoice(), 0..3),
            vec((on.clone(), money()), 0..3)
        )
            .prop_map(|(it, agreed_on, about, instalments)| {
                Event::PlanAgreed(Box::new(invoicing::Plan {
                    plan: id(it),
                    agreed_on,
                    invoices: about.into_iter().map(id).collect(),
                    instalments: instalments
                        .into_iter()
                        .map(|(due_on, amount)| invoicing::Instalment { due_on, amount })
                        .collect(),
                }))
            }),
        (one_of(&["L-1", "L-2"]), on.clone())
            .prop_map(|(it, broken_on)| Event::PlanBroken { plan: id(it), broken_on }),
        (one_of(&["L-1", "L-2"]), on.clone())
            .prop_map(|(it, completed_on)| Event::PlanCompleted { plan: id(it), completed_on }),
        (one_of(&["L-1", "L-2"]), on.clone())
            .prop_map(|(it, cancelled_on)| Event::PlanCancelled { plan: id(it), cancelled_on }),
        (one_of(&["W-1", "W-2"]), an_invoice(), money(), on.clone()).prop_map(
            |(it, about, amount, requested_on)| {
                Event::WriteOffRequested(Box::new(invoicing::WriteOff {
                    write_off: id(it),
                    invoice: id(about),
                    amount,
                    reason: WriteOffReason::Other,
                    requested_by: id("anna"),
                    requested_on,
                }))
            }
        ),
        (one_of(&["W-1", "W-2"]), who.clone(), on.clone()).prop_map(|(it, who, approved_on)| {
            Event::WriteOffApproved { write_off: id(it), approved_by: id(who), approved_on }
        }),
        (one_of(&["W-1", "W-2"]), who, on.clone()).prop_map(|(it, who, rejected_on)| {
            Event::WriteOffRejected { write_off: id(it), rejected_by: id(who), rejected_on }
        }),
        (an_invoice(), money(), on.clone()).prop_map(|(it, amount, written_off_on)| {
            Event::SmallBalanceWrittenOff { invoice: id(it), amount, written_off_on }
        }),
        select(vec![
            Event::PolicyAdopted(Box::default()),
            Event::CustomerRegistered(Box::default()),
            Event::CustomerAmended(Box::default()),
        ]),
    ];
    prop_oneof![2 => documents, 1 => dealings]
}
