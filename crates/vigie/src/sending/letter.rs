//! A reminder as a letter: what the journal says of it, with the names and addresses that stand beside.

use chrono::NaiveDate;
use dunning::{Dunning, Policy};
use events::{
    CustomerId, InvoiceId, Reference, TenantId,
    dunning::{Channel, Item, Purpose, Reminder, Tone},
    invoicing::Source,
};
use invoicing::Contact;
use letters::{
    Clause, Credit, CreditKind, Kind, Language, Letter, Line, Payee, Pdf, Recipient, Rendered,
    Template, Totals,
};
use money::{Money, MoneyError};

use super::{
    Company,
    document::{agreed_rates, instalments, periods},
};

#[cfg(test)]
mod tests;

/// A letter, in every form it may leave in.
#[derive(Debug)]
pub struct Written {
    /// By which template.
    pub template: String,
    /// In which language.
    pub language: Language,
    /// As text and HTML, with its subject.
    pub rendered: Rendered,
    /// On paper; none where an address is missing.
    pub pdf: Option<Pdf>,
}

/// Why a reminder cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// What it names is not known any more.
    #[error("invoice {0} is not known")]
    NoInvoice(InvoiceId),
    /// Neither the tenant nor what is shipped has words of that name.
    #[error("no template is named {0}: the company's file has it, or it is a tone's")]
    NoTemplate(Reference),
    /// The company's file does not say where an assignee is paid.
    #[error(
        "invoice {invoice} is to be paid to an assignee, and the company's file has no [payees.{payee}]"
    )]
    NoPayee {
        /// Which receivable.
        invoice: InvoiceId,
        /// Under which name the file should have the account.
        payee: Reference,
    },
    /// Sums beyond what amounts can be.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A template of the tenant's own, or a shipped one, cannot be used.
    #[error(transparent)]
    Template(#[from] letters::Fault),
    /// The data is not enough for the letter.
    #[error(transparent)]
    Letter(#[from] letters::Refusal),
}

/// Days to pay within where a level grants none of its own.
const DAYS_TO_PAY: u16 = 8;

/// Everything a letter is written from.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'a> {
    /// Who writes.
    pub company: &'a Company,
    /// By which rules.
    pub policy: &'a Policy,
    /// What is known of the customer.
    pub dunning: &'a Dunning,
    /// To whom is owed.
    pub tenant: &'a TenantId,
    /// To whom it is written.
    pub customer: &'a CustomerId,
    /// Its name and address.
    pub contact: &'a Contact,
    /// What is to be said.
    pub reminder: &'a Reminder,
    /// How it gets there.
    pub channel: Channel,
    /// The day it bears.
    pub on: NaiveDate,
}

impl Writing<'_> {
    /// Writes it.
    pub fn write(self) -> Result<Written, Unwritten> {
        let kind = kind(self.reminder, self.channel);
        let language = language(self.company, self.dunning);
        let letter = self.letter(kind, language)?;
        let template = template(self.company, self.reminder, kind, language)?;
        let rendered = letters::render(&template, &letter)?;
        let pdf = letters::pdf(&template, &letter);
        let source = template.source();
        Ok(Written {
            template: format!("{}@{}", source.name, source.version),
            language,
            rendered,
            pdf: pdf.ok(),
        })
    }

    fn letter(self, kind: Kind, language: Language) -> Result<Letter, Unwritten> {
        let Self { company, policy, dunning, customer, contact, reminder, on, .. } = self;
        let mut lines = Vec::with_capacity(reminder.items.len());
        let mut interest = Vec::new();
        for item in &reminder.items {
            let line = line(dunning, item, on)?;
            if reminder.purpose == Purpose::Charges {
                interest.extend(periods(policy, dunning, reminder, item, &line, language)?);
            }
            lines.push(line);
        }
        let payees = payees(company, dunning, reminder, &lines)?;
        let credits = credits(dunning, reminder, on);
        let totals = totals(&lines, &credits)?;
        let days = reminder.deadline_days.or((kind == Kind::FinalDemand).then_some(DAYS_TO_PAY));
        let pay_by = days.and_then(|days| on.checked_add_days(chrono::Days::new(days.into())));
        Ok(Letter {
            kind,
            language,
            sender: company.sender.clone(),
            recipient: Recipient {
                name: contact.name.clone().unwrap_or_else(|| customer.to_string()),
                address: contact.address_lines.clone(),
                contact: None,
                phone: contact.phone.clone(),
            },
            date: on,
            reference: format!("{customer}/{}", reminder.reminder),
            clauses: {
                let mut clauses = clauses(policy, kind, &lines);
                clauses.extend(agreed_rates(reminder, &lines, language));
                clauses
            },
            lines,
            credits,
            totals,
            pay_by,
            interest,
            instalments: instalments(dunning, &reminder.purpose),
            payees,
            // A call sheet is read by whoever calls.
            portal: (company.links.as_ref().filter(|_| kind != Kind::CallSheet))
                .map(|it| it.link(self.tenant, customer, on, None)),
        })
    }
}

fn kind(reminder: &Reminder, channel: Channel) -> Kind {
    match (&reminder.purpose, channel, reminder.tone) {
        (Purpose::Charges, ..) => Kind::InterestInvoice,
        (Purpose::PlanConfirmation(_), ..) => Kind::PlanConfirmation,
        (Purpose::Reminder, Channel::Call, _) => Kind::CallSheet,
        (Purpose::Reminder, _, Tone::Courtesy) => Kind::PreDue,
        (Purpose::Reminder, _, Tone::Reminder) => Kind::Reminder,
        (Purpose::Reminder, _, Tone::Firm) => Kind::FirmReminder,
        (Purpose::Reminder, _, Tone::Final) => Kind::FinalDemand,
    }
}

/// The customer's language where there are words in it, else the company's.
fn language(company: &Company, dunning: &Dunning) -> Language {
    let known = dunning.risk().account().customer().and_then(|it| it.language);
    let two = known.as_deref().and_then(|it| it.split('-').next()).and_then(|it| it.parse().ok());
    two.unwrap_or(company.language)
}

/// The tenant's own template of that name, kind and language, else the shipped one; of a name that
/// nobody knows there is none.
fn template(
    company: &Company,
    reminder: &Reminder,
    kind: Kind,
    language: Language,
) -> Result<Template, Unwritten> {
    let name = reminder.template.as_str();
    let is_shipped = Tone::ALL.iter().any(|it| it.word() == name)
        || [Kind::InterestInvoice, Kind::PlanConfirmation].iter().any(|it| it.as_str() == name);
    if !is_shipped && company.templates.iter().all(|it| it.source().name != name) {
        return Err(Unwritten::NoTemplate(reminder.template.clone()));
    }
    let own = company.templates.iter().filter(|it| {
        let source = it.source();
        source.name == name && source.kind == kind && source.language == language
    });
    match own.max_by_key(|it| it.source().version) {
        Some(own) => Ok(own.clone()),
        None => Ok(letters::shipped(kind, language)?),
    }
}

fn line(dunning: &Dunning, item: &Item, on: NaiveDate) -> Result<Line, Unwritten> {
    let missing = || Unwritten::NoInvoice(item.invoice.clone());
    let view = dunning.risk().account().invoice_view(&item.invoice, NaiveDate::MAX);
    let document = view.and_then(|it| it.document).ok_or_else(missing)?;
    let zero = Money::zero(item.open.currency());
    let disputed = item.disputed.unwrap_or(zero);
    // What was settled since is late no longer than until then.
    let settled_on = dunning.risk().account().debt(&item.invoice).and_then(|it| it.settled_on());
    let late_until = settled_on.map_or(on, |it| it.min(on));
    let number = document.number.map_or_else(|| item.invoice.to_string(), |it| it.to_string());
    Ok(Line {
        invoice: number,
        issued_on: document.issued_on,
        due_on: item.due_on,
        original: document.gross,
        open: item.open.plus(disputed)?,
        disputed,
        days_past_due: (late_until - item.due_on).num_days(),
        interest: item.interest.unwrap_or(zero),
        fixed_sum: item.fixed_sum.unwrap_or(zero),
    })
}

/// Who is to be paid instead of the tenant, because invoices were assigned, the customer was told, and
/// the tenant asks for them on the assignee's behalf.
fn payees(
    company: &Company,
    dunning: &Dunning,
    reminder: &Reminder,
    lines: &[Line],
) -> Result<Vec<Payee>, Unwritten> {
    let mut payees: Vec<Payee> = Vec::new();
    for (item, line) in reminder.items.iter().zip(lines) {
        let Some(holder) = dunning.risk().account().holder(&item.invoice) else { continue };
        let Some(payee) = holder.payee.filter(|_| holder.notified_on.is_some()) else { continue };
        let missing = || Unwritten::NoPayee { invoice: item.invoice.clone(), payee: payee.clone() };
        let account = company.payees.get(payee.as_str()).ok_or_else(missing)?;
        let (name, number) = (holder.assignee.to_string(), line.invoice.clone());
        match payees.iter_mut().find(|it| it.name == name && it.iban == account.iban) {
            Some(known) => known.invoices.push(number),
            None => payees.push(Payee {
                name,
                iban: account.iban.clone(),
                bic: account.bic.clone(),
                invoices: vec![number],
            }),
        }
    }
    Ok(payees)
}

/// What is netted, each by itself, the oldest first; as one sum where parts of it went back.
fn credits(dunning: &Dunning, reminder: &Reminder, on: NaiveDate) -> Vec<Credit> {
    let Some(netted) = reminder.credits.first().copied() else { return Vec::new() };
    let view = dunning.risk().account().view(NaiveDate::MAX);
    let loose = view.unallocated.into_iter().filter(|it| {
        !it.deposit && it.amount.is_positive() && it.amount.currency() == netted.currency()
    });
    let each: Vec<_> = loose
        .map(|it| {
            let (kind, document) = match &it.source {
                Source::Payment(id) => (CreditKind::UnallocatedCash, id.to_string()),
                Source::CreditNote(id) => (CreditKind::CreditNote, id.to_string()),
            };
            Credit { kind, document, on: it.counts_from, amount: it.amount }
        })
        .collect();
    let sum: i64 = each.iter().map(|it| it.amount.minor()).sum();
    if sum == netted.minor() {
        return each;
    }
    let (kind, document) = (CreditKind::UnallocatedCash, reminder.reminder.to_string());
    vec![Credit { kind, document, on, amount: netted }]
}

fn totals(lines: &[Line], credits: &[Credit]) -> Result<Totals, Unwritten> {
    let currency = lines.first().map(|it| it.open.currency());
    let zero = currency.map(Money::zero);
    let Some(zero) = zero else { return Ok(nothing()) };
    let (mut principal, mut interest, mut costs) = (zero, zero, zero);
    for it in lines {
        principal = principal.plus(it.open)?.minus(it.disputed)?;
        interest = interest.plus(it.interest)?;
        costs = costs.plus(it.fixed_sum)?;
    }
    for it in credits {
        principal = principal.minus(it.amount)?;
    }
    let total = principal.plus(interest)?.plus(costs)?;
    Ok(Totals { principal, interest, costs, total })
}

fn nothing() -> Totals {
    let zero = Money::zero(money::Currency::EUR);
    Totals { principal: zero, interest: zero, costs: zero, total: zero }
}

/// The law that a letter quotes: of the policy's jurisdiction, where the letter rests on it.
fn clauses(policy: &Policy, kind: Kind, lines: &[Line]) -> Vec<Clause> {
    let jurisdiction = policy.rules().interest.as_ref().map(|it| it.jurisdiction.as_str());
    let claims = lines.iter().any(|it| !it.interest.is_zero() || !it.fixed_sum.is_zero());
    let last = kind == Kind::FinalDemand;
    if !claims && !last {
        return Vec::new();
    }
    let mut clauses = match jurisdiction {
        Some("FR") => vec![Clause::FrLatePayment, Clause::FrFixedSum],
        Some("DE") => vec![Clause::DeLatePayment, Clause::DeFixedSum],
        Some("GB" | "UK") => vec![Clause::UkLatePayment, Clause::UkFixedSum],
        Some(_) | None => vec![Clause::EuLatePayment, Clause::EuFixedSum],
    };
    if last && jurisdiction == Some("FR") {
        clauses.insert(0, Clause::FrFormalNotice);
    }
    if last && jurisdiction == Some("DE") {
        clauses.insert(0, Clause::DeDefault);
    }
    clauses
}
