//! What is owed at the end of a day and how that came about: every invoice and what settled it, by
//! which rule; every movement; the balances. Twice: for programs and for a spreadsheet.

use std::fmt::Write as _;

use ::invoicing::view::{
    AllocationView, Balance, InvoiceState, InvoiceView, LineKind, PaymentView, Statement,
    UnallocatedSource, statements,
};
use chrono::NaiveDate;
use events::{
    CustomerId, InvoiceId, PaymentId, Reference, date,
    invoicing::{PaymentMethod, ReversalReason, Rule, Source},
};
use money::{Currency, Money};
use serde::Serialize;

use crate::told::Told;

pub(crate) const JSON: &str = "statement.json";
pub(crate) const CSV: &str = "statement.csv";

#[derive(Debug, Serialize)]
struct Form {
    customer: CustomerId,
    #[serde(with = "date")]
    effective_on: NaiveDate,
    balances: Vec<BalanceForm>,
    invoices: Vec<InvoiceForm>,
    payments: Vec<PaymentForm>,
    unallocated: Vec<UnallocatedForm>,
    statements: Vec<StatementForm>,
}

#[derive(Debug, Serialize)]
struct BalanceForm {
    currency: Currency,
    invoiced: Money,
    settled_by_payments: Money,
    settled_by_credit: Money,
    written_off: Money,
    open: Money,
    not_due: Money,
    overdue: Money,
    disputed: Money,
    in_plan: Money,
    promised: Money,
    unallocated_cash: Money,
    unallocated_credit: Money,
    deposits: Money,
    net: Money,
    open_items: u64,
    overdue_items: u64,
    #[serde(with = "date::option")]
    oldest_due_on: Option<NaiveDate>,
    days_past_due_max: u32,
}

#[derive(Debug, Serialize)]
struct InvoiceForm {
    invoice: InvoiceId,
    number: Option<Reference>,
    #[serde(with = "date")]
    issued_on: NaiveDate,
    #[serde(with = "date")]
    due_on: NaiveDate,
    terms: Option<Reference>,
    terms_version: Option<Reference>,
    gross: Money,
    tax: Option<Money>,
    state: &'static str,
    open: Money,
    disputed: Money,
    written_off: Money,
    days_past_due: u32,
    #[serde(with = "date::option")]
    settled_on: Option<NaiveDate>,
    allocations: Vec<AllocationForm>,
}

#[derive(Debug, Serialize)]
struct AllocationForm {
    source: Source,
    invoice: InvoiceId,
    amount: Money,
    rule: Rule,
    #[serde(with = "date")]
    effective_on: NaiveDate,
    recovery: bool,
}

#[derive(Debug, Serialize)]
struct PaymentForm {
    payment: PaymentId,
    amount: Money,
    #[serde(with = "date")]
    value_date: NaiveDate,
    method: PaymentMethod,
    unallocated: Money,
    refunded: Money,
    reversed: Option<ReversalForm>,
    allocations: Vec<AllocationForm>,
}

#[derive(Debug, Serialize)]
struct ReversalForm {
    #[serde(with = "date")]
    on: NaiveDate,
    reason: ReversalReason,
}

#[derive(Debug, Serialize)]
struct UnallocatedForm {
    source: Source,
    amount: Money,
    #[serde(with = "date")]
    counts_from: NaiveDate,
    deposit: bool,
}

#[derive(Debug, Serialize)]
struct StatementForm {
    currency: Currency,
    opening: Money,
    lines: Vec<LineForm>,
    closing: Money,
}

#[derive(Debug, Serialize)]
struct LineForm {
    #[serde(with = "date")]
    on: NaiveDate,
    kind: &'static str,
    document: String,
    number: Option<Reference>,
    #[serde(with = "date::option")]
    due_on: Option<NaiveDate>,
    amount: Money,
    balance: Money,
}

/// The statement of a day, from the beginning, in JSON.
pub(crate) fn json(told: &Told, on: NaiveDate) -> Result<Vec<u8>, serde_json::Error> {
    let account = &told.account;
    let view = account.view(on);
    let invoices = told.invoices.iter().filter_map(|id| {
        let view = account.invoice_view(id, on)?;
        invoice(view).filter(|it| it.issued_on <= on)
    });
    let payments = told.payments.iter().filter_map(|id| {
        let view = account.payment_view(id, on)?;
        payment(view).filter(|it| it.value_date <= on)
    });
    crate::make::pretty(&Form {
        customer: told.customer.clone(),
        effective_on: on,
        balances: view.balances.iter().map(balance).collect(),
        invoices: invoices.collect(),
        payments: payments.collect(),
        unallocated: view.unallocated.into_iter().map(unallocated).collect(),
        statements: statements(account, None, on).into_iter().map(statement).collect(),
    })
}

/// Its movements, a row each.
pub(crate) fn csv(told: &Told, on: NaiveDate) -> Vec<u8> {
    let mut text = "currency,date,kind,document,number,due_date,amount,balance\n".to_owned();
    for it in statements(&told.account, None, on) {
        let currency = it.currency();
        for line in it.lines {
            let number = line.number.map(|it| it.to_string()).unwrap_or_default();
            let due_on = line.due_on.map(|it| it.to_string()).unwrap_or_default();
            // Writing to a string cannot fail.
            let _never = writeln!(
                text,
                "{currency},{},{},{},{},{due_on},{},{}",
                line.on,
                word(line.kind),
                quoted(&line.document),
                quoted(&number),
                bare(line.amount),
                bare(line.balance)
            );
        }
    }
    text.into_bytes()
}

/// As a spreadsheet takes it for text.
fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// `1200.00`, without the currency.
fn bare(amount: Money) -> String {
    let text = amount.to_string();
    text.split_once(' ').map_or_else(|| text.clone(), |(number, _)| number.to_owned())
}

fn balance(it: &Balance) -> BalanceForm {
    BalanceForm {
        currency: it.currency(),
        invoiced: it.invoiced,
        settled_by_payments: it.settled_by_payments,
        settled_by_credit: it.settled_by_credit,
        written_off: it.written_off,
        open: it.open,
        not_due: it.not_due,
        overdue: it.overdue,
        disputed: it.disputed,
        in_plan: it.in_plan,
        promised: it.promised,
        unallocated_cash: it.unallocated_cash,
        unallocated_credit: it.unallocated_credit,
        deposits: it.deposits,
        net: it.net,
        open_items: it.open_items,
        overdue_items: it.overdue_items,
        oldest_due_on: it.oldest_due_on,
        days_past_due_max: it.days_past_due_max,
    }
}

fn invoice(view: InvoiceView) -> Option<InvoiceForm> {
    let document = view.document?;
    Some(InvoiceForm {
        invoice: document.invoice,
        number: document.number,
        issued_on: document.issued_on,
        due_on: document.due_on,
        terms: document.terms,
        terms_version: document.terms_version,
        gross: document.gross,
        tax: document.tax,
        state: match view.state {
            InvoiceState::Awaited => "awaited",
            InvoiceState::Open => "open",
            InvoiceState::PartlySettled => "partly_settled",
            InvoiceState::Settled => "settled",
            InvoiceState::WrittenOff => "written_off",
            InvoiceState::Cancelled => "cancelled",
        },
        open: view.open?,
        disputed: view.disputed?,
        written_off: view.written_off?,
        days_past_due: view.days_past_due,
        settled_on: view.settled_on,
        allocations: view.allocations.into_iter().map(allocation).collect(),
    })
}

fn allocation(it: AllocationView) -> AllocationForm {
    let AllocationView { source, invoice, amount, rule, effective_on, recovery } = it;
    AllocationForm { source, invoice, amount, rule, effective_on, recovery }
}

fn payment(view: PaymentView) -> Option<PaymentForm> {
    let payment = view.payment?;
    Some(PaymentForm {
        payment: payment.payment,
        amount: payment.amount,
        value_date: payment.value_date,
        method: payment.method,
        unallocated: view.unallocated?,
        refunded: view.refunded?,
        reversed: view.reversed.map(|(on, reason)| ReversalForm { on, reason }),
        allocations: view.allocations.into_iter().map(allocation).collect(),
    })
}

fn unallocated(it: UnallocatedSource) -> UnallocatedForm {
    UnallocatedForm {
        source: it.source,
        amount: it.amount,
        counts_from: it.counts_from,
        deposit: it.deposit,
    }
}

fn statement(it: Statement) -> StatementForm {
    let lines = it.lines.into_iter().map(|line| LineForm {
        on: line.on,
        kind: word(line.kind),
        document: line.document,
        number: line.number,
        due_on: line.due_on,
        amount: line.amount,
        balance: line.balance,
    });
    StatementForm {
        currency: it.closing.currency(),
        opening: it.opening,
        lines: lines.collect(),
        closing: it.closing,
    }
}

const fn word(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Invoice => "invoice",
        LineKind::CreditNote => "credit_note",
        LineKind::Payment => "payment",
        LineKind::Reversal => "reversal",
        LineKind::Refund => "refund",
        LineKind::WriteOff => "write_off",
        LineKind::Recovery => "recovery",
        LineKind::Cancellation => "cancellation",
    }
}
