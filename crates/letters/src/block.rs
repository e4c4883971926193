//! What a letter shows rather than says: tables and boxes, made once from the data and set in text,
//! in HTML and on paper alike, so that the three cannot differ.

use std::{borrow::Cow, fmt::Write as _};

use crate::{
    CreditKind, Letter,
    spelling::{amount, clean, date, date_short, percent},
    words::words,
};

/// The blocks a template can place, by name.
#[derive(Debug)]
pub(crate) struct Blocks {
    pub(crate) invoices: Table,
    pub(crate) totals: Panel,
    pub(crate) interest: Table,
    pub(crate) instalments: Table,
    pub(crate) payment: Panel,
    pub(crate) clauses: Vec<String>,
}

/// Rows under titles.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// The title of a column, and whether it holds figures, which stand on the right.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) title: Cow<'static, str>,
    pub(crate) figures: bool,
}

/// A panel: names with what they stand for; the last row weighs most where `emphasis` says so.
#[derive(Debug)]
pub(crate) struct Panel {
    pub(crate) rows: Vec<(String, String)>,
    pub(crate) emphasis: Emphasis,
}

/// What a panel stresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emphasis {
    None,
    Last,
}

impl Blocks {
    pub(crate) fn of(letter: &Letter) -> Self {
        Self {
            invoices: invoices(letter),
            totals: totals(letter),
            interest: interest(letter),
            instalments: instalments(letter),
            payment: payment(letter),
            clauses: letter.clauses.iter().map(|it| it.text(letter.language)).collect(),
        }
    }
}

fn invoices(letter: &Letter) -> Table {
    let (words, language) = (words(letter.language), letter.language);
    let disputed = letter.lines.iter().any(|it| !it.disputed.is_zero());
    let late = letter.lines.iter().any(|it| it.days_past_due > 0);
    let interest = letter.lines.iter().any(|it| !it.interest.is_zero());
    let fixed_sum = letter.lines.iter().any(|it| !it.fixed_sum.is_zero());
    let text = |title| Column { title: Cow::Borrowed(title), figures: false };
    let figures = |title| Column { title: Cow::Borrowed(title), figures: true };
    // A column that would be empty is left out.
    let columns = [
        (true, text(words.invoice)),
        (true, text(words.issued)),
        (true, text(words.due)),
        (late, figures(words.days_late)),
        (true, figures(words.original)),
        (true, figures(words.open)),
        (disputed, figures(words.disputed)),
        (interest, figures(words.interest)),
        (fixed_sum, figures(words.fixed_sum)),
    ];
    let shown = |cells: [String; 9]| -> Vec<String> {
        let shown = columns.iter().zip(cells).filter(|((shown, _), _)| *shown);
        shown.map(|(_, cell)| cell).collect()
    };
    let rows = letter.lines.iter().map(|line| {
        shown([
            clean(&line.invoice),
            date_short(line.issued_on, language),
            date_short(line.due_on, language),
            line.days_past_due.max(0).to_string(),
            amount(line.original, language),
            amount(line.open, language),
            amount(line.disputed, language),
            amount(line.interest, language),
            amount(line.fixed_sum, language),
        ])
    });
    let credits = letter.credits.iter().map(|credit| {
        let what = match credit.kind {
            CreditKind::CreditNote => words.credit_note,
            CreditKind::UnallocatedCash => words.unallocated,
        };
        let [day, open] =
            [date_short(credit.on, language), amount(credit.amount.negated(), language)];
        let nothing = String::new;
        shown([
            format!("{what} {}", clean(&credit.document)),
            day,
            nothing(),
            nothing(),
            nothing(),
            open,
            nothing(),
            nothing(),
            nothing(),
        ])
    });
    Table {
        rows: rows.chain(credits).collect(),
        columns: columns.iter().filter(|(shown, _)| *shown).map(|(_, it)| it.clone()).collect(),
    }
}

fn totals(letter: &Letter) -> Panel {
    let (words, language) = (words(letter.language), letter.language);
    let totals = letter.totals;
    let rows = [
        (words.principal, totals.principal),
        (words.late_interest, totals.interest),
        (words.costs, totals.costs),
        (words.total, totals.total),
    ];
    let rows = rows.map(|(what, money)| (what.to_owned(), amount(money, language)));
    Panel { rows: rows.into(), emphasis: Emphasis::Last }
}

fn interest(letter: &Letter) -> Table {
    let (words, language) = (words(letter.language), letter.language);
    let titles = [
        (words.invoice, false),
        (words.from, false),
        (words.until, false),
        (words.days, true),
        (words.base, true),
        (words.rate, true),
        (words.source, false),
        (words.interest, true),
    ];
    let rows = letter.interest.iter().map(|it| {
        vec![
            clean(&it.invoice),
            date_short(it.from, language),
            date_short(it.until, language),
            it.days.to_string(),
            amount(it.base, language),
            percent(it.rate, language),
            clean(&it.source),
            amount(it.interest, language),
        ]
    });
    let columns = titles.map(|(title, figures)| Column { title: title.into(), figures });
    Table { columns: columns.into(), rows: rows.collect() }
}

fn instalments(letter: &Letter) -> Table {
    let (words, language) = (words(letter.language), letter.language);
    let titles = [(words.instalment, false), (words.due, false), (words.amount, true)];
    let rows = letter.instalments.iter().zip(1_usize..).map(|(it, number)| {
        vec![number.to_string(), date_short(it.due_on, language), amount(it.amount, language)]
    });
    let columns = titles.map(|(title, figures)| Column { title: title.into(), figures });
    Table { columns: columns.into(), rows: rows.collect() }
}

/// How to pay, and where to see and answer. Empty without an account to pay to or such a page.
fn payment(letter: &Letter) -> Panel {
    let (words, language) = (words(letter.language), letter.language);
    let mut rows = Vec::new();
    let assigned = |number: &String| letter.payees.iter().any(|it| it.invoices.contains(number));
    let all_assigned = letter.lines.iter().all(|it| assigned(&it.invoice));
    for it in &letter.payees {
        rows.push((words.payee.to_owned(), clean(&it.name)));
        rows.push(("IBAN".to_owned(), spaced(&clean(&it.iban))));
        if let Some(bic) = it.bic.as_deref().map(clean).filter(|it| !it.is_empty()) {
            rows.push(("BIC".to_owned(), bic));
        }
        rows.push((words.assigned.to_owned(), clean(&it.invoices.join(", "))));
        // Paying anybody else would not set the customer free: it has to read this where it reads how
        // to pay.
        rows.push((String::new(), words.assigned_notice.replace("{}", &clean(&it.name))));
        if all_assigned {
            rows.push((words.quote.to_owned(), clean(&letter.reference)));
        }
    }
    let own = letter.sender.iban.as_deref().filter(|_| letter.payees.is_empty() || !all_assigned);
    if let Some(iban) = own.map(clean).filter(|it| !it.is_empty()) {
        rows.push((words.payee.to_owned(), clean(&letter.sender.name)));
        rows.push(("IBAN".to_owned(), spaced(&iban)));
        if let Some(bic) = letter.sender.bic.as_deref().map(clean).filter(|it| !it.is_empty()) {
            rows.push(("BIC".to_owned(), bic));
        }
        rows.push((words.quote.to_owned(), clean(&letter.reference)));
        // The instalments of a plan have days of their own.
        if let Some(day) = letter.pay_by.filter(|_| letter.instalments.is_empty()) {
            rows.push((words.pay_by.to_owned(), date(day, language)));
        }
    }
    if let Some(page) = letter.portal.as_deref().map(clean).filter(|it| !it.is_empty()) {
        rows.push((words.portal.to_owned(), page));
    }
    Panel { rows, emphasis: Emphasis::None }
}

/// An IBAN in groups of four, as on paper.
fn spaced(iban: &str) -> String {
    let mut spaced = String::with_capacity(iban.len() * 2);
    for (place, character) in iban.chars().filter(|it| *it != ' ').enumerate() {
        if place > 0 && place.is_multiple_of(4) {
            spaced.push(' ');
        }
        spaced.push(character);
    }
    spaced
}

impl Table {
    /// In columns, for text.
    pub(crate) fn text(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut widths: Vec<usize> = self.columns.iter().map(|it| chars(&it.title)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(chars(cell));
            }
        }
        let mut text = String::new();
        let mut put = |cells: &mut dyn Iterator<Item = &str>| {
            let mut line = String::new();
            for ((cell, width), column) in cells.zip(&widths).zip(&self.columns) {
                let padding = " ".repeat(width.saturating_sub(chars(cell)));
                let (before, after) =
                    if column.figures { (padding.as_str(), "") } else { ("", padding.as_str()) };
                line.push_str(before);
                line.push_str(cell);
                line.push_str(after);
                line.push_str("  ");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        };
        put(&mut self.columns.iter().map(|it| &*it.title));
        for row in &self.rows {
            put(&mut row.iter().map(String::as_str));
        }
        text.trim_end().to_owned()
    }

    /// As a table, for HTML.
    pub(crate) fn html(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut html = String::from(
            "<table style=\"border-collapse:collapse;margin:1em 0;font-size:90%\"><thead><tr>",
        );
        for column in &self.columns {
            let title = escaped(&column.title);
            let side = side(column.figures);
            let _infallible = write!(
                html,
                "<th style=\"text-align:{side};padding:4px 10px;border-bottom:1px solid #555\">{title}</th>"
            );
        }
        html.push_str("</tr></thead><tbody>");
        for row in &self.rows {
            html.push_str("<tr>");
            for (cell, column) in row.iter().zip(&self.columns) {
                let (cell, side) = (escaped(cell), side(column.figures));
                let _infallible = write!(
                    html,
                    "<td style=\"text-align:{side};padding:4px 10px;border-bottom:1px solid #ddd\">{cell}</td>"
                );
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody></table>");
        html
    }
}

impl Panel {
    /// A line a row, for text.
    pub(crate) fn text(&self) -> String {
        let names = self.rows.iter().map(|(name, _)| chars(name)).max().unwrap_or_default();
        let values = self.rows.iter().map(|(_, value)| chars(value)).max().unwrap_or_default();
        let lines = self.rows.iter().map(|(name, value)| match self.emphasis {
            Emphasis::Last => {
                let gap = names + values + 2 - chars(name) - chars(value);
                format!("{name}{}{value}", " ".repeat(gap))
            }
            Emphasis::None => format!("{name}{}{value}", " ".repeat(names + 2 - chars(name))),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// As a small table, for HTML.
    pub(crate) fn html(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut html = String::from("<table style=\"border-collapse:collapse;margin:1em 0\">");
        let last = self.rows.len().saturating_sub(1);
        for (place, (name, value)) in self.rows.iter().enumerate() {
            let strong = self.emphasis == Emphasis::Last && place == last;
            let weight = if strong { ";font-weight:bold;border-top:1px solid #555" } else { "" };
            let side = side(self.emphasis == Emphasis::Last);
            let (name, value) = (escaped(name), linked(&escaped(value)));
            let _infallible = write!(
                html,
                "<tr><td style=\"padding:3px 24px 3px 0{weight}\">{name}</td><td style=\"text-align:{side};padding:3px 0{weight}\">{value}</td></tr>"
            );
        }
        html.push_str("</table>");
        html
    }
}

/// An address to follow, if it is one; escaped already.
fn linked(value: &str) -> String {
    if value.starts_with("https://") && !value.contains(' ') {
        format!("<a href=\"{value}\">{value}</a>")
    } else {
        value.to_owned()
    }
}

const fn side(figures: bool) -> &'static str {
    if figures { "right" } else { "left" }
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// Text as HTML shows it.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
