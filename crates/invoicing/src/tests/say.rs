//! What is said in tests, in few words. Every date is of 2026 unless it has a year; every amount is
//! in euros unless it has a currency.

use chrono::NaiveDate;
use decider::spec::Story;
use events::invoicing::{
    CreditReason, DisputeOutcome, DisputeReason, PaymentMethod, ReversalReason, Rule, Source,
    Waterfall, WriteOffReason,
};
use events::{InvoiceId, Reference, invoicing};
use money::{Money, Stated};

use crate::*;

pub(super) fn day(text: &str) -> NaiveDate {
    if text.len() == 5 { format!("2026-{text}") } else { text.to_owned() }.parse().unwrap()
}

pub(super) fn eur(text: &str) -> Money {
    if text.contains(' ') { text.to_owned() } else { format!("{text} EUR") }.parse().unwrap()
}

pub(super) fn stated(text: &str) -> Stated {
    Stated(eur(text))
}

pub(super) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "what it is for is optional everywhere")]
pub(super) fn reference(text: &str) -> Option<Reference> {
    Some(id(text))
}

/// The rules before a tenant says anything.
pub(super) fn books() -> Story<Policy> {
    Story::of(Policy::default())
}

pub(super) fn books_with(change: impl FnOnce(&mut invoicing::Policy)) -> Story<Policy> {
    let mut rules = invoicing::Policy::default();
    change(&mut rules);
    Story::of(Policy::try_new(rules).unwrap())
}

/// Money without a designation stays where it is.
pub(super) fn holding() -> Story<Policy> {
    books_with(|rules| {
        rules.waterfall = Waterfall::Hold;
        rules.match_amounts = false;
    })
}

pub(super) fn bill(invoice: &str, gross: &str, issued: &str) -> InvoiceData {
    InvoiceData {
        customer_id: id("C-1"),
        invoice_id: id(invoice),
        number: None,
        issue_date: day(issued),
        due_date: None,
        payment_terms: None,
        gross: stated(gross),
        net: None,
        tax: None,
        order: None,
        contract: None,
        site: None,
        terms_version: None,
    }
}

pub(super) fn issue(data: InvoiceData) -> Command {
    Command::IssueInvoice(Box::new(data))
}

pub(super) fn correct(data: InvoiceData) -> Command {
    Command::CorrectInvoice(Box::new(data))
}

/// An invoice, due 30 days later.
pub(super) fn invoice(invoice: &str, gross: &str, issued: &str) -> Command {
    issue(bill(invoice, gross, issued))
}

/// Terms of sale with reservation of title, of the tenant or of a customer.
pub(super) fn terms(version: &str, from: &str, customer: Option<&str>) -> Command {
    agreed(RegisterTerms { customer_id: customer.map(id), ..sale(version, from) })
}

pub(super) fn agreed(data: RegisterTerms) -> Command {
    Command::RegisterTerms(Box::new(data))
}

/// Terms of sale of the tenant, with reservation of title.
pub(super) fn sale(version: &str, from: &str) -> RegisterTerms {
    RegisterTerms {
        customer_id: None,
        version: id(version),
        document_hash: id(&"0f".repeat(32)),
        from_date: day(from),
        reservation_of_title: true,
        acceleration: false,
        penalty_rate_percent: None,
        jurisdiction: None,
        excludes_assignment: false,
    }
}

pub(super) fn cancel(invoice: &str, on: &str) -> Command {
    Command::CancelInvoice(CancelInvoice {
        customer_id: id("C-1"),
        invoice_id: id(invoice),
        cancel_date: day(on),
    })
}

pub(super) fn credit(note: &str, invoice: &str, amount: &str, issued: &str) -> Command {
    Command::IssueCreditNote(Box::new(IssueCreditNote {
        customer_id: id("C-1"),
        credit_note_id: id(note),
        invoice_id: (!invoice.is_empty()).then(|| id(invoice)),
        issue_date: day(issued),
        amount: stated(amount),
        reason: CreditReason::Price,
    }))
}

pub(super) fn cancel_credit(note: &str, on: &str) -> Command {
    Command::CancelCreditNote(CancelCreditNote {
        customer_id: id("C-1"),
        credit_note_id: id(note),
        cancel_date: day(on),
    })
}

pub(super) fn transfer(payment: &str, amount: &str, value_date: &str) -> RecordPayment {
    RecordPayment {
        customer_id: id("C-1"),
        payment_id: id(payment),
        amount: stated(amount),
        value_date: day(value_date),
        method: PaymentMethod::Transfer,
        designations: Vec::new(),
        references: Vec::new(),
        remittance_text: None,
        deposit: false,
        order: None,
    }
}

/// `F-1`, or `F-1 60.00` for an amount.
pub(super) fn named(invoices: &[&str]) -> Vec<DesignationData> {
    let one = |text: &&str| {
        let (invoice, amount) = text.split_once(' ').map_or((*text, None), |(a, b)| (a, Some(b)));
        DesignationData { invoice_id: id(invoice), amount: amount.map(stated) }
    };
    invoices.iter().map(one).collect()
}

pub(super) fn pay(data: RecordPayment) -> Command {
    Command::RecordPayment(Box::new(data))
}

/// Money without any sign what it is for.
pub(super) fn payment(payment: &str, amount: &str, value_date: &str) -> Command {
    pay(transfer(payment, amount, value_date))
}

pub(super) fn payment_for(
    payment: &str,
    amount: &str,
    value_date: &str,
    invoices: &[&str],
) -> Command {
    pay(RecordPayment { designations: named(invoices), ..transfer(payment, amount, value_date) })
}

pub(super) fn deposit(payment: &str, amount: &str, value_date: &str, order: &str) -> Command {
    let order = (!order.is_empty()).then(|| id(order));
    pay(RecordPayment { deposit: true, order, ..transfer(payment, amount, value_date) })
}

pub(super) fn release(payment: &str, on: &str) -> Command {
    Command::ReleaseDeposit(ReleaseDeposit {
        customer_id: id("C-1"),
        payment_id: id(payment),
        release_date: day(on),
    })
}

pub(super) fn bounce(payment: &str, on: &str) -> Command {
    Command::ReversePayment(ReversePayment {
        customer_id: id("C-1"),
        payment_id: id(payment),
        reversal_date: day(on),
        reason: ReversalReason::Bounced,
    })
}

/// `P…` is a payment, `A…` a credit note.
pub(super) fn source(text: &str) -> Source {
    if text.starts_with('P') { Source::Payment(id(text)) } else { Source::CreditNote(id(text)) }
}

pub(super) fn refund(refund: &str, of: &str, amount: &str, on: &str) -> Command {
    Command::RecordRefund(RecordRefund {
        customer_id: id("C-1"),
        refund_id: id(refund),
        source: source(of),
        amount: stated(amount),
        refund_date: day(on),
    })
}

pub(super) fn allocate(of: &str, invoice: &str, amount: &str) -> Command {
    Command::Allocate(Allocate {
        customer_id: id("C-1"),
        source: source(of),
        invoice_id: id(invoice),
        amount: stated(amount),
    })
}

pub(super) fn withdraw(of: &str, invoice: &str) -> Command {
    Command::WithdrawAllocation(WithdrawAllocation {
        customer_id: id("C-1"),
        source: source(of),
        invoice_id: id(invoice),
    })
}

pub(super) fn dispute(dispute: &str, invoice: &str, amount: Option<&str>, on: &str) -> Command {
    Command::OpenDispute(OpenDispute {
        customer_id: id("C-1"),
        dispute_id: id(dispute),
        invoice_id: id(invoice),
        amount: amount.map(stated),
        reason: DisputeReason::Quality,
        owner: None,
        open_date: day(on),
    })
}

pub(super) fn resolve(dispute: &str, outcome: DisputeOutcome, on: &str) -> Command {
    Command::ResolveDispute(ResolveDispute {
        customer_id: id("C-1"),
        dispute_id: id(dispute),
        outcome,
        resolve_date: day(on),
    })
}

pub(super) fn promise(
    promise: &str,
    amount: &str,
    made: &str,
    until: &str,
    about: &[&str],
) -> Command {
    Command::MakePromise(MakePromise {
        customer_id: id("C-1"),
        promise_id: id(promise),
        amount: stated(amount),
        make_date: day(made),
        promise_date: day(until),
        invoice_ids: about.iter().map(|it| id(it)).collect(),
    })
}

pub(super) fn withdraw_promise(promise: &str, on: &str) -> Command {
    Command::WithdrawPromise(WithdrawPromise {
        customer_id: id("C-1"),
        promise_id: id(promise),
        withdraw_date: day(on),
    })
}

pub(super) fn plan(
    plan: &str,
    agreed: &str,
    about: &[&str],
    instalments: &[(&str, &str)],
) -> Command {
    Command::AgreePlan(AgreePlan {
        customer_id: id("C-1"),
        plan_id: id(plan),
        agree_date: day(agreed),
        invoice_ids: about.iter().map(|it| id(it)).collect(),
        instalments: instalments
            .iter()
            .map(|(due, amount)| InstalmentData { due_date: day(due), amount: stated(amount) })
            .collect(),
    })
}

pub(super) fn cancel_plan(plan: &str, on: &str) -> Command {
    Command::CancelPlan(CancelPlan {
        customer_id: id("C-1"),
        plan_id: id(plan),
        cancel_date: day(on),
    })
}

pub(super) fn give_up(write_off: &str, invoice: &str, amount: Option<&str>, on: &str) -> Command {
    Command::RequestWriteOff(RequestWriteOff {
        customer_id: id("C-1"),
        write_off_id: id(write_off),
        invoice_id: id(invoice),
        amount: amount.map(stated),
        reason: WriteOffReason::Uncollectible,
        requested_by: id("anna"),
        request_date: day(on),
    })
}

pub(super) fn approve(write_off: &str, who: &str, on: &str) -> Command {
    Command::ApproveWriteOff(ApproveWriteOff {
        customer_id: id("C-1"),
        write_off_id: id(write_off),
        approved_by: id(who),
        approve_date: day(on),
    })
}

pub(super) fn reject(write_off: &str, who: &str, on: &str) -> Command {
    Command::RejectWriteOff(RejectWriteOff {
        customer_id: id("C-1"),
        write_off_id: id(write_off),
        rejected_by: id(who),
        reject_date: day(on),
    })
}

pub(super) fn customer() -> CustomerData {
    CustomerData {
        customer_id: id("C-1"),
        outside_ids: std::collections::BTreeMap::new(),
        parent_id: None,
        siren: None,
        vat_number: None,
        payment_terms: None,
        currency_code: None,
        language_code: None,
        region_code: None,
        segment: None,
        contact: None,
    }
}

pub(super) fn register(data: CustomerData) -> Command {
    Command::RegisterCustomer(Box::new(data))
}

pub(super) fn amend(data: CustomerData) -> Command {
    Command::AmendCustomer(Box::new(data))
}

pub(super) fn allocated(of: &str, invoice: &str, amount: &str, rule: Rule) -> invoicing::Event {
    invoicing::Event::Allocated {
        source: source(of),
        invoice: id(invoice),
        amount: eur(amount),
        rule,
    }
}

/// What is open, such as `F-1 60.00 EUR, F-2 100.00 EUR`.
pub(super) fn open(account: &Account) -> String {
    open_on("2199-01-01")(account)
}

/// What was open at the end of a day.
pub(super) fn open_on(on: &str) -> impl Fn(&Account) -> String + use<> {
    let on = day(on);
    move |account| {
        let mut items: Vec<_> = account.open_items(&id("C-1"), on).collect();
        items.sort_by(|a, b| a.invoice.cmp(&b.invoice));
        let items = items.iter().map(|it| format!("{} {}", it.invoice, it.open));
        items.collect::<Vec<_>>().join(", ")
    }
}

/// What is unallocated, such as `P-1 40.00 EUR`; deposits that are held in brackets.
pub(super) fn unallocated(account: &Account) -> String {
    let sources = account.view(day("2199-01-01")).unallocated;
    let sources = sources.iter().map(|it| {
        let source = match &it.source {
            Source::Payment(id) => id.to_string(),
            Source::CreditNote(id) => id.to_string(),
        };
        if it.deposit {
            format!("[{source} {}]", it.amount)
        } else {
            format!("{source} {}", it.amount)
        }
    });
    sources.collect::<Vec<_>>().join(", ")
}

/// What settled an invoice and why, such as `P-1 60.00 EUR Designated`.
pub(super) fn settled(invoice: &str) -> impl Fn(&Account) -> String + use<> {
    let invoice: InvoiceId = id(invoice);
    move |account| {
        let view = account.invoice_view(&invoice, day("2199-01-01")).unwrap();
        let parts = view.allocations.iter().map(|it| {
            let source = match &it.source {
                Source::Payment(id) => id.to_string(),
                Source::CreditNote(id) => id.to_string(),
            };
            let why = if it.recovery { "recovers" } else { "" };
            format!("{source} {} {:?} {why}", it.amount, it.rule).trim().to_owned()
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}
