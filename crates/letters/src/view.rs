//! A letter as templates see it: every value already written in the letter's language.

use minijinja::Value;
use serde::Serialize;

use crate::{
    CreditKind, Letter, Part,
    block::{Blocks, Panel, Table},
    spelling::{amount, clean, date, date_short, percent},
    words::words,
};

/// Every name a template may use; [`Template::try_new`](crate::Template::try_new) refuses others.
pub(crate) const NAMES: &[&str] = &[
    "sender.name",
    "sender.address",
    "sender.mentions",
    "sender.iban",
    "sender.bic",
    "sender.email",
    "sender.phone",
    "recipient.name",
    "recipient.address",
    "recipient.contact",
    "recipient.phone",
    "date",
    "reference",
    "pay_by",
    "portal",
    "count",
    "oldest_days",
    "lines",
    "credits",
    "totals.principal",
    "totals.interest",
    "totals.costs",
    "totals.total",
    "interest",
    "instalments",
    "clauses",
    "blocks.invoices",
    "blocks.totals",
    "blocks.interest",
    "blocks.instalments",
    "blocks.payment",
    "blocks.clauses",
];

/// Whether a template may use this name, or a part of it.
pub(crate) fn is_known(name: &str) -> bool {
    NAMES
        .iter()
        .any(|it| *it == name || it.split_once('.').is_some_and(|(object, _)| object == name))
}

#[derive(Serialize)]
struct View {
    sender: Sender,
    recipient: Recipient,
    date: String,
    reference: String,
    pay_by: Option<String>,
    portal: Option<String>,
    count: usize,
    oldest_days: i64,
    lines: Vec<Line>,
    credits: Vec<Credit>,
    totals: Totals,
    interest: Vec<Period>,
    instalments: Vec<Instalment>,
    clauses: Vec<String>,
}

#[derive(Serialize)]
struct Sender {
    name: String,
    address: Vec<String>,
    mentions: Vec<String>,
    iban: Option<String>,
    bic: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Serialize)]
struct Recipient {
    name: String,
    address: Vec<String>,
    contact: Option<String>,
    phone: Option<String>,
}

#[derive(Serialize)]
struct Line {
    invoice: String,
    issued_on: String,
    due_on: String,
    original: String,
    open: String,
    disputed: Option<String>,
    days_past_due: i64,
    interest: Option<String>,
    fixed_sum: Option<String>,
}

#[derive(Serialize)]
struct Credit {
    kind: &'static str,
    document: String,
    on: String,
    amount: String,
}

#[derive(Serialize)]
struct Totals {
    principal: String,
    interest: Option<String>,
    costs: Option<String>,
    total: String,
}

#[derive(Serialize)]
struct Period {
    invoice: String,
    from: String,
    until: String,
    days: i64,
    base: String,
    rate: String,
    source: String,
    interest: String,
}

#[derive(Serialize)]
struct Instalment {
    due_on: String,
    amount: String,
}

/// Marks of blocks in the text that becomes a page, in the order of [`block_names`]. Private-use
/// characters, which [`clean`] lets through from nowhere else.
pub(crate) const MARKS: [char; 6] =
    ['\u{e001}', '\u{e002}', '\u{e003}', '\u{e004}', '\u{e005}', '\u{e006}'];

/// Where a template is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    /// As one part of an e-mail.
    Mail(Part),
    /// On a page, where blocks are drawn.
    Paper,
}

/// What a template is filled in with.
pub(crate) fn view(letter: &Letter, blocks: &Blocks, medium: Medium) -> Value {
    let blocks = match medium {
        Medium::Mail(Part::Subject) => [""; 6].map(Value::from),
        Medium::Mail(Part::Text) => {
            let clauses = blocks.clauses.join("\n");
            let [invoices, interest, instalments] =
                [&blocks.invoices, &blocks.interest, &blocks.instalments].map(Table::text);
            let [totals, payment] = [&blocks.totals, &blocks.payment].map(Panel::text);
            [invoices, totals, interest, instalments, payment, clauses].map(Value::from)
        }
        Medium::Mail(Part::Html) => {
            let clauses = blocks.clauses.iter().map(|it| {
                let it = crate::block::escaped(it);
                format!("<p style=\"font-size:85%;color:#444\">{it}</p>")
            });
            let clauses = clauses.collect::<Vec<_>>().join("\n");
            let [invoices, interest, instalments] =
                [&blocks.invoices, &blocks.interest, &blocks.instalments].map(Table::html);
            let [totals, payment] = [&blocks.totals, &blocks.payment].map(Panel::html);
            [invoices, totals, interest, instalments, payment, clauses].map(Value::from_safe_string)
        }
        Medium::Paper => MARKS.map(|it| Value::from(String::from(it))),
    };
    let [invoices, totals, interest, instalments, payment, clauses] = blocks;
    minijinja::context! {
        blocks => minijinja::context! { invoices, totals, interest, instalments, payment, clauses },
        ..Value::from(minijinja::value::Serde(of(letter)))
    }
}

fn of(letter: &Letter) -> View {
    let language = letter.language;
    let words = words(language);
    let cleaned = |texts: &[String]| texts.iter().map(|it| clean(it)).collect::<Vec<_>>();
    let optional = |text: &Option<String>| text.as_deref().map(clean).filter(|it| !it.is_empty());
    // Zero is nothing to speak of, so that a template can ask whether there is any.
    let some = |money: money::Money| (!money.is_zero()).then(|| amount(money, language));
    let lines = letter.lines.iter().map(|it| Line {
        invoice: clean(&it.invoice),
        issued_on: date_short(it.issued_on, language),
        due_on: date_short(it.due_on, language),
        original: amount(it.original, language),
        open: amount(it.open, language),
        disputed: some(it.disputed),
        days_past_due: it.days_past_due,
        interest: some(it.interest),
        fixed_sum: some(it.fixed_sum),
    });
    let credits = letter.credits.iter().map(|it| Credit {
        kind: match it.kind {
            CreditKind::CreditNote => words.credit_note,
            CreditKind::UnallocatedCash => words.unallocated,
        },
        document: clean(&it.document),
        on: date_short(it.on, language),
        amount: amount(it.amount, language),
    });
    let periods = letter.interest.iter().map(|it| Period {
        invoice: clean(&it.invoice),
        from: date_short(it.from, language),
        until: date_short(it.until, language),
        days: it.days,
        base: amount(it.base, language),
        rate: percent(it.rate, language),
        source: clean(&it.source),
        interest: amount(it.interest, language),
    });
    let instalments = letter.instalments.iter().map(|it| Instalment {
        due_on: date(it.due_on, language),
        amount: amount(it.amount, language),
    });
    View {
        sender: Sender {
            name: clean(&letter.sender.name),
            address: cleaned(&letter.sender.address),
            mentions: cleaned(&letter.sender.mentions),
            iban: optional(&letter.sender.iban),
            bic: optional(&letter.sender.bic),
            email: optional(&letter.sender.email),
            phone: optional(&letter.sender.phone),
        },
        recipient: Recipient {
            name: clean(&letter.recipient.name),
            address: cleaned(&letter.recipient.address),
            contact: optional(&letter.recipient.contact),
            phone: optional(&letter.recipient.phone),
        },
        date: date(letter.date, language),
        reference: clean(&letter.reference),
        pay_by: letter.pay_by.map(|it| date(it, language)),
        portal: optional(&letter.portal),
        count: letter.lines.len(),
        oldest_days: letter.lines.iter().map(|it| it.days_past_due).max().unwrap_or_default(),
        lines: lines.collect(),
        credits: credits.collect(),
        totals: Totals {
            principal: amount(letter.totals.principal, language),
            interest: some(letter.totals.interest),
            costs: some(letter.totals.costs),
            total: amount(letter.totals.total, language),
        },
        interest: periods.collect(),
        instalments: instalments.collect(),
        clauses: letter.clauses.iter().map(|it| it.text(language)).collect(),
    }
}
