//! Tables of a dossier for spreadsheets and imports: RFC 4180, UTF-8, a header, amounts as
//! `1190.00,EUR`, days as `2026-06-15`, several things in one cell apart by a space, and nothing that a spreadsheet would
//! take for a formula.

use std::borrow::Cow;

use money::Money;

use crate::{Contact, Dossier, Presented, Unwritable};

/// What is asked for, a row a receivable.
pub(crate) fn receivables(it: &Dossier) -> Result<Vec<u8>, Unwritable> {
    let header = [
        "invoice",
        "number",
        "issued_on",
        "due_on",
        "currency",
        "gross",
        "open",
        "disputed",
        "principal",
        "interest",
        "fixed_sum",
        "order",
        "contract",
        "site",
        "terms_version",
    ];
    let rows = it.receivables.iter().map(|it| {
        vec![
            it.invoice.clone(),
            text(it.number.as_ref()),
            it.issued_on.to_string(),
            it.due_on.to_string(),
            it.gross.currency().code().to_owned(),
            amount(it.gross),
            amount(it.open),
            amount(it.disputed),
            amount(it.principal),
            amount(it.interest),
            amount(it.fixed_sum),
            text(it.order.as_ref()),
            text(it.contract.as_ref()),
            text(it.site.as_ref()),
            text(it.terms_version.as_ref()),
        ]
    });
    table(&header, rows)
}

/// What settled a part of them.
pub(crate) fn allocations(it: &Dossier) -> Result<Vec<u8>, Unwritable> {
    let header = ["invoice", "on", "kind", "source", "currency", "amount", "rule", "recovery"];
    let rows = it.allocations.iter().map(|it| {
        vec![
            it.invoice.clone(),
            it.on.to_string(),
            it.kind.clone(),
            it.source.clone(),
            it.amount.currency().code().to_owned(),
            amount(it.amount),
            it.rule.clone(),
            it.recovery.to_string(),
        ]
    });
    table(&header, rows)
}

/// What was said to the customer.
pub(crate) fn contacts(it: &Dossier) -> Result<Vec<u8>, Unwritable> {
    let header = [
        "on",
        "kind",
        "id",
        "channel",
        "said",
        "level",
        "invoices",
        "template",
        "language",
        "hash",
        "proof",
        "presented",
        "deadline",
        "note",
    ];
    let rows = it.contacts.iter().map(row);
    table(&header, rows)
}

fn row(it: &Contact) -> Vec<String> {
    let sending = it.sending.as_ref();
    let presented = |it: &Presented| format!("{} {}", it.on, it.result);
    vec![
        it.on.to_string(),
        it.kind.clone(),
        it.id.clone(),
        it.channel.clone(),
        it.said.clone(),
        it.level.map(|it| it.to_string()).unwrap_or_default(),
        it.invoices.join(" "),
        text(sending.and_then(|it| it.template.as_ref())),
        text(sending.and_then(|it| it.language.as_ref())),
        text(sending.and_then(|it| it.hash.as_ref())),
        text(sending.and_then(|it| it.proof.as_ref())),
        it.presented.iter().map(presented).collect::<Vec<_>>().join(", "),
        it.deadline.map(|it| it.to_string()).unwrap_or_default(),
        text(it.note.as_ref()),
    ]
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, Unwritable> {
    let wrong = |error: &dyn std::fmt::Display| Unwritable::Table(error.to_string());
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(header).map_err(|it| wrong(&it))?;
    for row in rows {
        writer.write_record(row.iter().map(|it| safe(it).into_owned())).map_err(|it| wrong(&it))?;
    }
    writer.into_inner().map_err(|it| wrong(&it))
}

/// A cell that no spreadsheet takes for a formula. A number stays one.
fn safe(text: &str) -> Cow<'_, str> {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let number = text.bytes().all(|it| it.is_ascii_digit() || it == b'.' || it == b'-');
    let number = number && text.rfind('-').is_none_or(|it| it == 0);
    if risky && !number { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn text(it: Option<&String>) -> String {
    it.cloned().unwrap_or_default()
}

fn amount(it: Money) -> String {
    it.text().as_str().split(' ').next().unwrap_or_default().to_owned()
}
