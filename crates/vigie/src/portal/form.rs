//! What a customer sends from its page, read strictly: each field that cannot be is told with the
//! reason, and what can be becomes one command with an id that follows from what it says. Sent twice
//! on a day it is the same command, and the second one changes nothing.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use dunning::{ContactData, Dunning};
use events::{
    ActorId, Context, CustomerId, Hash, InvoiceId, TenantId,
    dunning::{Channel, ContactResult},
    invoicing::DisputeReason,
};
use invoicing::{MakePromise, OpenDispute};
use money::{Currency, Money, Stated};
use serde::Serialize;

/// The longest a form may be, in bytes.
pub(super) const FORM_BYTES_MAX: usize = 4 * 1024;
/// Fields of a form; more were never on the page.
const FIELDS_MAX: usize = 8;
/// Days within which a customer says once that it has paid.
const PAID_AGAIN_DAYS: u64 = 14;
/// So many promises broken within [`BROKEN_DAYS`], and the next one is for a person to take: each of
/// them holds reminders back.
const BROKEN_MAX: usize = 2;
const BROKEN_DAYS: u64 = 90;

/// The fields of a form, as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(BTreeMap<String, String>);

/// Which form it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// *I will pay on …*
    Promise,
    /// *I contest …*
    Dispute,
    /// *Please send a copy of …*
    Copy,
    /// *I have paid*
    Paid,
}

/// What a customer wants to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// It will pay so much, on that day at the latest; about an invoice, or the account.
    Promise { amount: Money, on: NaiveDate, invoice: Option<InvoiceId> },
    /// It contests so much of an invoice; without an amount all that is open.
    Dispute { invoice: InvoiceId, amount: Option<Money>, reason: DisputeReason },
    /// It wants an invoice once more.
    Copy { invoice: InvoiceId },
    /// It has paid.
    Paid,
}

/// A field that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Its name in the form.
    pub(super) field: &'static str,
    /// Why.
    pub(super) why: Why,
}

/// Why a field cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    /// Nothing is written there.
    Missing,
    /// No day as browsers write it, or none there is.
    NoDay,
    /// A day before today.
    Past,
    /// A day later than the last that may be promised.
    TooFar(NaiveDate),
    /// No amount; of this currency one is written like this.
    NoAmount(Money),
    /// More than there is.
    TooMuch(Money),
    /// No invoice of which something is open.
    NotOpen,
    /// All of it is contested already.
    Contested,
    /// None of the choices.
    NoChoice,
    /// A promise about the same stands already, for that day.
    Standing(NaiveDate),
    /// The last ones were not kept.
    Broken,
}

/// What there is to know when a form is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) customer: &'a CustomerId,
    pub(super) state: &'a Dunning,
    /// The business day.
    pub(super) today: NaiveDate,
    /// How far away a promised day may be.
    pub(super) promise_days: u16,
}

/// A command as producers send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// Of whom it is asked.
    pub(super) context: Context,
    /// Its id, and that of what it records.
    pub(super) id: String,
    /// The message.
    pub(super) payload: Vec<u8>,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Promise, Self::Dispute, Self::Copy, Self::Paid];

    /// The form of this name, which is the last part of where it is sent.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Promise => "promise",
            Self::Dispute => "dispute",
            Self::Copy => "copy",
            Self::Paid => "paid",
        }
    }
}

impl Fields {
    /// Reads what a browser sends; nothing if a page of ours could not have sent it.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            let twice = fields.insert(name.into_owned(), value.trim().to_owned()).is_some();
            if twice || fields.len() > FIELDS_MAX {
                return None;
            }
        }
        Some(Self(fields))
    }

    /// All of them.
    pub(super) fn all(&self) -> BTreeMap<String, String> {
        self.0.clone()
    }

    /// What is written in a field; nothing if nothing is.
    pub(super) fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str).filter(|it| !it.is_empty())
    }
}

impl Wish {
    /// Reads a form against what is known.
    pub(super) fn read(kind: Kind, fields: &Fields, known: Known<'_>) -> Result<Self, Vec<Wrong>> {
        let mut reader = Reader { fields, known, wrong: Vec::new() };
        let wish = match kind {
            Kind::Promise => reader.promise(),
            Kind::Dispute => reader.dispute(),
            Kind::Copy => reader.invoice().map(|invoice| Self::Copy { invoice }),
            Kind::Paid => Some(Self::Paid),
        };
        wish.filter(|_| reader.wrong.is_empty()).ok_or(reader.wrong)
    }

    /// The id of what is to be recorded: the same for the same wish of the same customer on a day.
    pub(super) fn id(&self, known: Known<'_>) -> String {
        let Known { tenant, customer, today, .. } = known;
        let said = match self {
            Self::Promise { amount, on, invoice } => {
                let about = invoice.as_ref().map_or("", InvoiceId::as_str);
                format!("promise {} {on} {about}", amount.text().as_str())
            }
            Self::Dispute { invoice, amount, reason } => {
                let amount = amount.map(Money::text);
                let amount = amount.as_ref().map_or("", money::MoneyText::as_str);
                format!("dispute {invoice} {amount} {}", word_of(*reason))
            }
            Self::Copy { invoice } => format!("copy {invoice}"),
            Self::Paid => "paid".to_owned(),
        };
        let hash = Hash::of(format!("{tenant} {customer} {today} {said}").as_bytes()).hex();
        format!("portal-{}", hash.get(..24).unwrap_or(&hash))
    }

    /// The record that says the same already, if there is one: by its id, or because it is too soon
    /// to say it again.
    pub(super) fn recorded(&self, known: Known<'_>) -> Option<String> {
        let id = self.id(known);
        if Recorded::of(known.state, &id).is_some() {
            return Some(id);
        }
        if !matches!(self, Self::Paid) {
            return None;
        }
        let since = known.today.checked_sub_days(Days::new(PAID_AGAIN_DAYS))?;
        let mut said = known.state.contacts().filter(|it| {
            it.result == ContactResult::SaysPaid
                && it.on > since
                && it.contact.as_str().starts_with("portal-")
        });
        said.next().map(|it| it.contact.to_string())
    }

    /// The command that records it; nothing if it cannot be said, which does not happen to what was
    /// read.
    pub(super) fn asked(self, known: Known<'_>) -> Option<Asked> {
        let id = self.id(known);
        let (customer_id, today) = (known.customer.clone(), known.today);
        let contact = |result, note: Option<&str>| {
            let data = ContactData {
                customer_id: customer_id.clone(),
                contact_id: id.parse().ok()?,
                contact_date: today,
                channel: Channel::Webhook,
                result,
                reminder_id: None,
                logged_by: ActorId::new("portal").ok()?,
                note: note.and_then(|it| it.parse().ok()),
            };
            message(&id, "dev.vigie.contact.logged.v1", &data)
        };
        let (context, payload) = match self {
            Self::Promise { amount, on, invoice } => {
                let data = MakePromise {
                    customer_id,
                    promise_id: id.parse().ok()?,
                    amount: Stated(amount),
                    make_date: today,
                    promise_date: on,
                    invoice_ids: invoice.into_iter().collect(),
                };
                (Context::Invoicing, message(&id, "dev.vigie.promise.made.v1", &data)?)
            }
            Self::Dispute { invoice, amount, reason } => {
                let data = OpenDispute {
                    customer_id,
                    dispute_id: id.parse().ok()?,
                    invoice_id: invoice,
                    amount: amount.map(Stated),
                    reason,
                    owner: None,
                    open_date: today,
                };
                (Context::Invoicing, message(&id, "dev.vigie.dispute.opened.v1", &data)?)
            }
            Self::Copy { invoice } => {
                let result = ContactResult::AsksForCopy;
                (Context::Dunning, contact(result, Some(invoice.as_str()))?)
            }
            Self::Paid => (Context::Dunning, contact(ContactResult::SaysPaid, None)?),
        };
        Some(Asked { context, id, payload })
    }
}

fn message(id: &str, ce_type: &str, data: &impl Serialize) -> Option<Vec<u8>> {
    let data = serde_json::to_value(data).ok()?;
    let message =
        serde_json::json!({ "type": ce_type, "source": "portal", "id": id, "data": data });
    serde_json::to_vec(&message).ok()
}

/// What was recorded under an id that the page gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recorded {
    /// A promise: how much, by when.
    Promise(Money, NaiveDate),
    /// A contest: how much of which invoice.
    Dispute(Money, InvoiceId),
    /// A copy of what is wanted.
    Copy(String),
    /// It was paid, as was said on a day.
    Paid(NaiveDate),
}

impl Recorded {
    /// What the journal says under this id; nothing if nothing does, or if it is no id of the page.
    pub(super) fn of(state: &Dunning, id: &str) -> Option<Self> {
        if !id.starts_with("portal-") {
            return None;
        }
        let account = state.risk().account();
        if let Some(it) = account.promise_view(&id.parse().ok()?, NaiveDate::MAX) {
            return Some(Self::Promise(it.amount, it.promised_for));
        }
        if let Some(it) = account.dispute_view(&id.parse().ok()?, NaiveDate::MAX) {
            return Some(Self::Dispute(it.amount, it.invoice));
        }
        let contact = state.contacts().find(|it| it.contact.as_str() == id)?;
        Some(match contact.result {
            ContactResult::SaysPaid => Self::Paid(contact.on),
            ContactResult::AsksForCopy => {
                Self::Copy(contact.note.as_ref().map_or_else(String::new, ToString::to_string))
            }
            ContactResult::Reached
            | ContactResult::NoAnswer
            | ContactResult::WrongNumber
            | ContactResult::Promises
            | ContactResult::Contests
            | ContactResult::Refuses => return None,
        })
    }
}

struct Reader<'a> {
    fields: &'a Fields,
    known: Known<'a>,
    wrong: Vec<Wrong>,
}

impl Reader<'_> {
    fn wrong<T>(&mut self, field: &'static str, why: Why) -> Option<T> {
        self.wrong.push(Wrong { field, why });
        None
    }

    fn promise(&mut self) -> Option<Wish> {
        let invoice = match self.fields.get("invoice") {
            Some(_) => Some(self.invoice()?),
            None => None,
        };
        let amount = self.amount(invoice.as_ref());
        let on = self.promised_day();
        let (amount, on) = (amount?, on?);
        let wish = Wish::Promise { amount, on, invoice };
        // The same once more is no second promise.
        if wish.recorded(self.known).is_some() {
            return Some(wish);
        }
        let Wish::Promise { invoice, .. } = &wish else { return None };
        let account = self.known.state.risk().account();
        let same = |invoices: &[InvoiceId]| match invoice {
            Some(it) => invoices.is_empty() || invoices.contains(it),
            None => invoices.is_empty(),
        };
        if let Some(it) = account.open_promises().find(|it| same(it.invoices)) {
            return self.wrong("date", Why::Standing(it.promised_for));
        }
        let today = self.known.today;
        let since = today.checked_sub_days(Days::new(BROKEN_DAYS)).unwrap_or(today);
        if account.promises_broken(since, today) >= BROKEN_MAX {
            return self.wrong("date", Why::Broken);
        }
        Some(wish)
    }

    fn dispute(&mut self) -> Option<Wish> {
        let invoice = self.invoice();
        let reason = match self.fields.get("reason") {
            None => self.wrong("reason", Why::Missing),
            Some(word) => match reason(word) {
                Some(reason) => Some(reason),
                None => self.wrong("reason", Why::NoChoice),
            },
        };
        let invoice = invoice?;
        let amount = match self.fields.get("amount") {
            Some(_) => Some(self.amount(Some(&invoice))?),
            None => None,
        };
        let wish = Wish::Dispute { invoice, amount, reason: reason? };
        if wish.recorded(self.known).is_some() {
            return Some(wish);
        }
        let Wish::Dispute { invoice, amount, .. } = &wish else { return None };
        let left = self.not_contested(invoice)?;
        if !left.is_positive() {
            return self.wrong("invoice", Why::Contested);
        }
        if amount.is_some_and(|it| it.minor() > left.minor()) {
            return self.wrong("amount", Why::TooMuch(left));
        }
        Some(wish)
    }

    /// What is open of an invoice and not contested yet.
    fn not_contested(&self, invoice: &InvoiceId) -> Option<Money> {
        let items = self.known.state.risk().account().owed().items;
        let item = items.into_iter().find(|it| it.invoice == invoice)?;
        item.open.minus(item.disputed).ok()
    }

    /// An invoice of which something is open.
    fn invoice(&mut self) -> Option<InvoiceId> {
        let Some(text) = self.fields.get("invoice") else {
            return self.wrong("invoice", Why::Missing);
        };
        match text.parse::<InvoiceId>() {
            Ok(it) if self.known.state.risk().account().is_open(&it) => Some(it),
            Ok(_) | Err(_) => self.wrong("invoice", Why::NotOpen),
        }
    }

    fn promised_day(&mut self) -> Option<NaiveDate> {
        let Some(text) = self.fields.get("date") else { return self.wrong("date", Why::Missing) };
        let Ok(day) = events::date::parse(text) else { return self.wrong("date", Why::NoDay) };
        let today = self.known.today;
        let last = today.checked_add_days(Days::new(self.known.promise_days.into()));
        match last.unwrap_or(today) {
            _ if day < today => self.wrong("date", Why::Past),
            last if day > last => self.wrong("date", Why::TooFar(last)),
            _ => Some(day),
        }
    }

    /// An amount of an invoice, or of the account: more than zero, and no more than is open.
    fn amount(&mut self, invoice: Option<&InvoiceId>) -> Option<Money> {
        let Some(text) = self.fields.get("amount") else {
            return self.wrong("amount", Why::Missing);
        };
        let open = self.open(invoice);
        let Some(currency) = self.currency(&open) else {
            return self.wrong("currency", Why::NoChoice);
        };
        let most = open.get(&currency).copied().unwrap_or_else(|| Money::zero(currency));
        match amount(text, currency).filter(|it| it.is_positive()) {
            None => self.wrong("amount", Why::NoAmount(Money::new(123_450, currency))),
            Some(it) if it.minor() > most.minor() => self.wrong("amount", Why::TooMuch(most)),
            Some(it) => Some(it),
        }
    }

    /// What is open of an invoice, or of all of them, a currency each.
    fn open(&self, invoice: Option<&InvoiceId>) -> BTreeMap<Currency, Money> {
        let mut open = BTreeMap::new();
        for item in self.known.state.risk().account().owed().items {
            if invoice.is_some_and(|it| it != item.invoice) {
                continue;
            }
            let currency = item.open.currency();
            let sum = open.entry(currency).or_insert_with(|| Money::zero(currency));
            *sum = sum.plus(item.open).unwrap_or(*sum);
        }
        open
    }

    /// The only currency there is, or the one that is chosen.
    fn currency(&self, open: &BTreeMap<Currency, Money>) -> Option<Currency> {
        if open.len() == 1 {
            return open.keys().next().copied();
        }
        self.fields.get("currency")?.parse().ok().filter(|it| open.contains_key(it))
    }
}

/// Reasons with the words that stand for them in forms, the same as in journals.
pub(super) const REASONS: [(DisputeReason, &str); 9] = [
    (DisputeReason::Price, "price"),
    (DisputeReason::Quantity, "quantity"),
    (DisputeReason::Quality, "quality"),
    (DisputeReason::Delivery, "delivery"),
    (DisputeReason::Duplicate, "duplicate"),
    (DisputeReason::NotOrdered, "not_ordered"),
    (DisputeReason::Document, "document"),
    (DisputeReason::AlreadyPaid, "already_paid"),
    (DisputeReason::Other, "other"),
];

/// The reason of this word.
fn reason(word: &str) -> Option<DisputeReason> {
    REASONS.iter().find(|(_, it)| *it == word).map(|(it, _)| *it)
}

/// The word of a reason.
pub(super) fn word_of(reason: DisputeReason) -> &'static str {
    REASONS.iter().find(|(it, _)| *it == reason).map_or("other", |(_, it)| *it)
}

/// An amount as people write it: `1200`, `1200.50`, `1 200,50`; with decimals all of them, so that
/// `1.200` is not taken for a thousand less than was meant.
fn amount(text: &str, currency: Currency) -> Option<Money> {
    let bare = text.trim_end_matches(['€', '£']).trim_start_matches(['€', '£']);
    let spaces = [' ', '\u{a0}', '\u{202f}'];
    let bare: String = bare.chars().filter(|it| !spaces.contains(it)).collect();
    Money::parse(&bare.replace(',', "."), currency).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them_and_never_guessed() {
        let read = |text| amount(text, Currency::EUR).map(Money::minor);
        for text in ["1200", "1200.00", "1200,00", "1 200,00", "1\u{202f}200,00\u{a0}€", "€1200.00"]
        {
            assert_eq!(read(text), Some(120_000), "{text}");
        }
        for text in ["1.200", "1,200.00", "1.200,00", "1200.5", "12e3", "", "€", "-5.00x", "½"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(amount("1500", Currency::JPY).map(Money::minor), Some(1_500));
    }

    #[test]
    fn every_reason_can_be_chosen_by_its_word() {
        let all: Vec<_> = REASONS.iter().map(|(it, _)| *it).collect();
        assert_eq!(all, DisputeReason::ALL);
        for (reason, word) in REASONS {
            assert_eq!(serde_json::to_value(reason).unwrap(), word);
        }
    }

    #[test]
    fn a_form_that_says_something_twice_is_none_of_ours() {
        assert_eq!(Fields::read(b"amount=1&amount=2"), None);
        assert_eq!(Fields::read(b"a=&b=&c=&d=&e=&f=&g=&h=&i="), None);
        let fields = Fields::read(b"date=2026-06-15&amount=+&x").unwrap();
        assert_eq!((fields.get("date"), fields.get("amount")), (Some("2026-06-15"), None));
    }
}
