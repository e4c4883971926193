//! Values that cannot be, whatever is known of the customer: every one is told, with its field.

use std::{collections::BTreeSet, fmt::Display, ops::RangeInclusive};

use chrono::NaiveDate;
use events::{InvoiceId, date};
use law::Terms;
use money::{Currency, Money, Stated};

use super::{
    AgreePlan, Command, Contact, CustomerData, InvoiceData, MakePromise, RecordPayment,
    write::REFERENCES_MAX,
};
use crate::{FieldError, Invalid, Policy};

/// The most bytes that a payer may write.
const TEXT_BYTES_MAX: usize = 4_000;
/// The most bytes of a line of a contact.
const LINE_BYTES_MAX: usize = 200;
/// The most invoices that one command is about.
const INVOICES_MAX: usize = 1_000;
/// The latest day that may be promised: the day after any tolerance must have a date too.
const PROMISED_MAX: NaiveDate = NaiveDate::from_ymd_opt(2199, 11, 30).expect("a day of November");

impl Command {
    /// Refuses values that cannot be, whatever is known of the customer. Decisions ask this
    /// themselves; ask it earlier to tell a producer at once.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut found = Found::default();
        match self {
            Self::AdoptPolicy(it) => return Policy::try_new((**it).clone()).map(drop),
            Self::RegisterTerms(it) => found.0 = it.wrong(),
            Self::Assign(it) => found.0 = it.wrong(),
            Self::RegisterCustomer(it) | Self::AmendCustomer(it) => found.customer(it),
            Self::IssueInvoice(it) | Self::CorrectInvoice(it) => found.invoice(it),
            Self::CancelInvoice(it) => found.day("cancel_date", it.cancel_date),
            Self::IssueCreditNote(it) => {
                found.day("issue_date", it.issue_date);
                found.positive("amount", it.amount);
            }
            Self::CancelCreditNote(it) => found.day("cancel_date", it.cancel_date),
            Self::RecordPayment(it) => found.payment(it),
            Self::ReversePayment(it) => found.day("reversal_date", it.reversal_date),
            Self::RecordRefund(it) => {
                found.positive("amount", it.amount);
                found.day("refund_date", it.refund_date);
            }
            Self::ReleaseDeposit(it) => found.day("release_date", it.release_date),
            Self::Allocate(it) => found.positive("amount", it.amount),
            Self::OpenDispute(it) => {
                found.if_stated("amount", it.amount);
                found.day("open_date", it.open_date);
            }
            Self::ResolveDispute(it) => found.day("resolve_date", it.resolve_date),
            Self::MakePromise(it) => found.promise(it),
            Self::WithdrawPromise(it) => found.day("withdraw_date", it.withdraw_date),
            Self::AgreePlan(it) => found.plan(it),
            Self::CancelPlan(it) => found.day("cancel_date", it.cancel_date),
            Self::RequestWriteOff(it) => {
                found.if_stated("amount", it.amount);
                found.day("request_date", it.request_date);
            }
            Self::ApproveWriteOff(it) => found.day("approve_date", it.approve_date),
            Self::RejectWriteOff(it) => found.day("reject_date", it.reject_date),
            Self::WithdrawAllocation(_) | Self::Step(_) => {}
        }
        if found.0.is_empty() { Ok(()) } else { Err(Invalid(found.0)) }
    }
}

/// What was found wrong.
#[derive(Default)]
struct Found(Vec<FieldError>);

impl Found {
    fn wrong(&mut self, field: impl Display, reason: impl Display) {
        self.0.push(FieldError { field: field.to_string(), reason: reason.to_string() });
    }

    fn day(&mut self, field: &str, date: NaiveDate) {
        if let Err(error) = date::in_range(date) {
            self.wrong(field, error);
        }
    }

    fn positive(&mut self, field: impl Display, amount: Stated) {
        if !amount.0.is_positive() {
            self.wrong(field, format_args!("{} is not more than zero", amount.0));
        }
    }

    fn if_stated(&mut self, field: &str, amount: Option<Stated>) {
        if let Some(amount) = amount {
            self.positive(field, amount);
        }
    }

    /// A day that may not come before another one.
    fn not_before(&mut self, field: impl Display, date: NaiveDate, other: &str, first: NaiveDate) {
        if date < first {
            self.wrong(field, format_args!("{date} is before the {other} {first}"));
        }
    }

    fn promised(&mut self, field: impl Display, date: NaiveDate) {
        if date > PROMISED_MAX {
            self.wrong(field, format_args!("{date} is after {PROMISED_MAX}"));
        }
    }

    fn currency(&mut self, field: impl Display, given: Money, expected: Currency) {
        if given.currency() != expected {
            self.wrong(field, format_args!("{given} is not in {expected}"));
        }
    }

    fn count(&mut self, field: &str, given: usize, allowed: RangeInclusive<usize>) {
        if !allowed.contains(&given) {
            let (least, most) = (allowed.start(), allowed.end());
            self.wrong(field, format_args!("{given} given, {least} to {most} are accepted"));
        }
    }

    /// Invoices of which each is named once.
    fn distinct<'a>(&mut self, field: &str, invoices: impl Iterator<Item = &'a InvoiceId>) {
        let mut seen = BTreeSet::new();
        for (place, invoice) in invoices.enumerate() {
            if !seen.insert(invoice) {
                self.wrong(
                    format_args!("{field}[{place}]"),
                    format_args!("{invoice} is named twice"),
                );
            }
        }
    }

    fn invoice(&mut self, it: &InvoiceData) {
        let gross = it.gross.0;
        self.day("issue_date", it.issue_date);
        self.positive("gross", it.gross);
        for (field, part) in [("net", it.net), ("tax", it.tax)] {
            if let Some(Stated(part)) = part {
                self.currency(field, part, gross.currency());
                if part.is_negative() || part.minor() > gross.minor() {
                    self.wrong(field, format_args!("{part} is no part of the gross {gross}"));
                }
            }
        }
        if let (Some(Stated(net)), Some(Stated(tax))) = (it.net, it.tax)
            && net.plus(tax).is_ok_and(|sum| sum != gross)
        {
            self.wrong("gross", format_args!("{gross} is not the net {net} and the tax {tax}"));
        }
        if let Some(due_date) = it.due_date {
            self.day("due_date", due_date);
            self.not_before("due_date", due_date, "day of issue", it.issue_date);
        }
        let Some(text) = &it.payment_terms else { return };
        match (text.parse::<Terms>(), it.due_date) {
            (Err(error), _) => self.wrong("payment_terms", error),
            (Ok(terms), Some(due_date)) => match terms.due_on(it.issue_date) {
                Ok(by_terms) if by_terms == due_date => {}
                Ok(by_terms) => self.wrong(
                    "due_date",
                    format_args!(
                        "{due_date} is stated, but {terms} from {} is {by_terms}",
                        it.issue_date
                    ),
                ),
                Err(error) => self.wrong("payment_terms", error),
            },
            (Ok(_), None) => {}
        }
    }

    fn payment(&mut self, it: &RecordPayment) {
        self.positive("amount", it.amount);
        self.day("value_date", it.value_date);
        self.count("designations", it.designations.len(), 0..=INVOICES_MAX);
        self.count("references", it.references.len(), 0..=REFERENCES_MAX);
        if it.designations.len() > 1 {
            self.distinct("designations", it.designations.iter().map(|it| &it.invoice_id));
        }
        let amount = it.amount.0;
        let mut designated = 0_i64;
        for (place, designation) in it.designations.iter().enumerate() {
            if let Some(part) = designation.amount {
                let field = format_args!("designations[{place}].amount");
                self.positive(field, part);
                self.currency(field, part.0, amount.currency());
                designated = designated.saturating_add(part.0.minor());
            }
        }
        if designated > amount.minor() {
            let designated = Money::new(designated, amount.currency());
            self.wrong(
                "designations",
                format_args!("{designated} are more than the payment, {amount}"),
            );
        }
        if let Some(text) = &it.remittance_text
            && text.len() > TEXT_BYTES_MAX
        {
            let given = text.len();
            self.wrong(
                "remittance_text",
                format_args!("{given} bytes are more than {TEXT_BYTES_MAX}"),
            );
        }
        if it.order.is_some() && !it.deposit {
            self.wrong("order", "only a deposit is for an order; name others in references");
        }
    }

    fn promise(&mut self, it: &MakePromise) {
        self.positive("amount", it.amount);
        self.day("make_date", it.make_date);
        self.day("promise_date", it.promise_date);
        self.not_before("promise_date", it.promise_date, "day it was made,", it.make_date);
        self.promised("promise_date", it.promise_date);
        self.count("invoice_ids", it.invoice_ids.len(), 0..=INVOICES_MAX);
        self.distinct("invoice_ids", it.invoice_ids.iter());
    }

    fn plan(&mut self, it: &AgreePlan) {
        self.day("agree_date", it.agree_date);
        self.count("invoice_ids", it.invoice_ids.len(), 1..=INVOICES_MAX);
        self.distinct("invoice_ids", it.invoice_ids.iter());
        self.count("instalments", it.instalments.len(), 1..=120);
        let Some(first) = it.instalments.first() else { return };
        let mut before = None;
        for (place, instalment) in it.instalments.iter().enumerate() {
            let amount = format_args!("instalments[{place}].amount");
            self.positive(amount, instalment.amount);
            self.currency(amount, instalment.amount.0, first.amount.0.currency());
            let due_date = format_args!("instalments[{place}].due_date");
            if let Err(error) = date::in_range(instalment.due_date) {
                self.wrong(due_date, error);
            }
            self.not_before(due_date, instalment.due_date, "day it was agreed,", it.agree_date);
            self.promised(due_date, instalment.due_date);
            if before.is_some_and(|before| instalment.due_date <= before) {
                self.wrong(
                    due_date,
                    "instalments stand in the order of their due dates, one a day",
                );
            }
            before = Some(instalment.due_date);
        }
    }

    fn customer(&mut self, it: &CustomerData) {
        if let Err(Invalid(errors)) = it.read() {
            self.0.extend(errors);
        }
        let Some(Contact { name, email, phone, address_lines }) = &it.contact else { return };
        let lines = address_lines.iter().enumerate();
        self.count("contact.address_lines", address_lines.len(), 0..=7);
        for (place, line) in lines {
            self.line(format_args!("contact.address_lines[{place}]"), line);
        }
        for (field, line) in [("name", name), ("email", email), ("phone", phone)] {
            if let Some(line) = line {
                self.line(format_args!("contact.{field}"), line);
            }
        }
    }

    /// A line of a contact. Its text is not repeated: refusals are kept and shown.
    fn line(&mut self, field: impl Display, line: &str) {
        if line.len() > LINE_BYTES_MAX {
            let given = line.len();
            self.wrong(field, format_args!("{given} bytes are more than {LINE_BYTES_MAX}"));
        } else if line.chars().any(char::is_control) {
            self.wrong(field, "no control characters, such as line breaks, are accepted");
        }
    }
}
