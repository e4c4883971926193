//! What an answer looks like: one content, written as tables for people, JSON for programs and CSV
//! for spreadsheets.

use std::{fmt::Write as _, io::IsTerminal as _};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets::NOTHING};
use serde_json::{Map, Value, json};

use super::figures::{group, safe_cell};

/// In which form an answer is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// None.
    Nothing,
    /// Text.
    Text(String),
    /// A number, or an amount whose currency stands in a column of its own.
    Number(String),
    /// An amount, with its currency.
    Amount(String, String),
    /// Yes or no.
    Flag(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// How a row is to be looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Like any other.
    #[default]
    Plain,
    /// It asks for attention.
    Alarming,
    /// It need not be read.
    Faint,
    /// It sums the others up.
    Strong,
}

/// Rows under one heading.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Its name in JSON.
    pub key: &'static str,
    /// What is written above it for people.
    pub title: String,
    columns: Vec<&'static str>,
    rows: Vec<(Tone, Vec<Cell>)>,
}

impl Sheet {
    /// No rows yet; `columns` by their names in JSON.
    pub fn new(key: &'static str, title: impl Into<String>, columns: &[&'static str]) -> Self {
        Self { key, title: title.into(), columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row: a cell for each column.
    pub fn row(&mut self, tone: Tone, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push((tone, cells.into_iter().collect()));
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// For people: aligned, and coloured if wished.
    pub fn table(&self, colours: bool) -> String {
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        // A column nobody has anything in is not shown.
        let shown = |at: usize| {
            self.rows.is_empty()
                || self.rows.iter().any(|(_, it)| it.get(at).is_some_and(|it| *it != Cell::Nothing))
        };
        let shown: Vec<usize> = (0..self.columns.len()).filter(|at| shown(*at)).collect();
        let heads = shown.iter().filter_map(|at| self.columns.get(*at));
        table.set_header(heads.map(|it| it.replace('_', " ")));
        for (_, cells) in &self.rows {
            let cells = shown.iter().filter_map(|at| cells.get(*at));
            table.add_row(cells.map(|it| {
                let right = matches!(it, Cell::Number(_) | Cell::Amount(..));
                let alignment = if right { CellAlignment::Right } else { CellAlignment::Left };
                comfy_table::Cell::new(it.shown()).set_alignment(alignment)
            }));
        }
        for (place, at) in shown.iter().enumerate() {
            let number = |it: &(Tone, Vec<Cell>)| {
                matches!(it.1.get(*at), Some(Cell::Number(_) | Cell::Amount(..)))
            };
            if self.rows.iter().any(number)
                && let Some(column) = table.column_mut(place)
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let mut text = String::new();
        let mut lines = table.lines();
        if let Some(head) = lines.next() {
            let rule = "─".repeat(head.chars().count());
            toned(&mut text, head.trim_end(), Tone::Strong, colours);
            toned(&mut text, &rule, Tone::Faint, colours);
        }
        for (line, (tone, _)) in lines.zip(&self.rows) {
            toned(&mut text, line.trim_end(), *tone, colours);
        }
        text
    }

    fn json(&self) -> Value {
        let object = |(_, cells): &(Tone, Vec<Cell>)| {
            let fields = self.columns.iter().zip(cells);
            Value::Object(fields.map(|(name, it)| ((*name).to_owned(), it.json())).collect())
        };
        Value::Array(self.rows.iter().map(object).collect())
    }

    fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let records = self.rows.iter().map(|(_, cells)| {
            cells.iter().map(|it| safe_cell(&it.plain()).into_owned()).collect::<Vec<_>>()
        });
        // Writing to memory cannot fail.
        let _cannot_fail: csv::Result<()> = writer.write_record(&self.columns);
        for record in records {
            let _cannot_fail: csv::Result<()> = writer.write_record(record);
        }
        writer.into_inner().map(|it| String::from_utf8_lossy(&it).into_owned()).unwrap_or_default()
    }
}

fn toned(text: &mut String, line: &str, tone: Tone, colours: bool) {
    let code = match tone {
        Tone::Plain => None,
        Tone::Alarming => Some("31"),
        Tone::Faint => Some("2"),
        Tone::Strong => Some("1"),
    };
    let _cannot_fail = match code.filter(|_| colours) {
        Some(code) => writeln!(text, "\u{1b}[{code}m{line}\u{1b}[0m"),
        None => writeln!(text, "{line}"),
    };
}

impl Cell {
    fn shown(&self) -> String {
        match self {
            Self::Nothing | Self::Flag(false) => String::new(),
            // A control character of somebody's text is not for the terminal.
            Self::Text(text) => {
                text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
            }
            Self::Number(number) => group(number),
            Self::Amount(amount, currency) => format!("{} {currency}", group(amount)),
            Self::Flag(true) => "yes".to_owned(),
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Amount(amount, currency) => format!("{amount} {currency}"),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => json!(text),
            // Amounts are texts in JSON, as everywhere here; numbers that count are numbers.
            Self::Number(number) => number.parse::<i64>().map_or(json!(number), |it| json!(it)),
            Self::Amount(amount, currency) => json!({"amount": amount, "currency": currency}),
            Self::Flag(flag) => json!(flag),
        }
    }
}

/// An answer: facts about one thing, and sheets of many.
#[derive(Debug, Clone, Default)]
pub struct Paper {
    /// What is written first for people.
    pub title: String,
    /// What there is one of.
    facts: Vec<(&'static str, Cell)>,
    sheets: Vec<Sheet>,
}

impl Paper {
    /// Nothing on it but a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds what there is one of.
    pub fn fact(&mut self, name: &'static str, value: impl Into<Cell>) {
        self.facts.push((name, value.into()));
    }

    /// Adds a sheet.
    pub fn sheet(&mut self, sheet: Sheet) {
        self.sheets.push(sheet);
    }

    /// In a form. CSV has the first sheet only, or the facts if there is none.
    pub fn write(&self, form: Form) -> String {
        match form {
            Form::Table => self.tables(colours()),
            Form::Json => {
                let mut object: Map<String, Value> =
                    self.facts.iter().map(|(name, it)| ((*name).to_owned(), it.json())).collect();
                object.extend(self.sheets.iter().map(|it| (it.key.to_owned(), it.json())));
                format!("{:#}\n", Value::Object(object))
            }
            Form::Csv => {
                if let Some(sheet) = self.sheets.first() {
                    return sheet.csv();
                }
                let names: Vec<_> = self.facts.iter().map(|(name, _)| *name).collect();
                let mut sheet = Sheet::new("", "", &names);
                sheet.row(Tone::Plain, self.facts.iter().map(|(_, it)| it.clone()));
                sheet.csv()
            }
        }
    }

    fn tables(&self, colours: bool) -> String {
        let mut text = String::new();
        if !self.title.is_empty() {
            toned(&mut text, &self.title, Tone::Strong, colours);
        }
        let widest = self.facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        for (name, value) in &self.facts {
            if *value != Cell::Nothing {
                let name = name.replace('_', " ");
                let _cannot_fail = writeln!(text, "  {name:widest$}  {}", value.shown());
            }
        }
        for sheet in self.sheets.iter().filter(|it| !it.is_empty()) {
            if !text.is_empty() {
                text.push('\n');
            }
            if !sheet.title.is_empty() {
                toned(&mut text, &sheet.title, Tone::Strong, colours);
            }
            text.push_str(&sheet.table(colours));
        }
        if self.facts.is_empty() && self.sheets.iter().all(Sheet::is_empty) {
            text.push_str("There is nothing.\n");
        }
        text
    }
}

/// Whether to colour: on a terminal, unless the reader has said no.
pub fn colours() -> bool {
    let no = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    !no && std::env::var_os("TERM").is_none_or(|it| it != "dumb") && std::io::stdout().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new("items", "Items", &["invoice_id", "open", "note", "empty"]);
        let amount = |text: &str| Cell::Amount(text.to_owned(), "EUR".to_owned());
        sheet.row(Tone::Plain, ["F-1".into(), amount("1190.00"), "=1+1".into(), Cell::Nothing]);
        sheet.row(
            Tone::Alarming,
            ["F-20".into(), amount("-5.00"), "é\u{1b}[2J".into(), Cell::Nothing],
        );
        sheet
    }

    #[test]
    fn a_table_has_amounts_to_the_right_and_no_empty_columns() {
        let table = sheet().table(false);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 4, "{table}");
        assert!(lines[0].contains("invoice id") && !table.contains("empty"), "{table}");
        assert!(lines[2].contains("1,190.00 EUR") && lines[3].contains("   -5.00 EUR"), "{table}");
        assert!(!table.contains('\u{1b}'), "what somebody wrote does not reach the terminal");
        assert!(sheet().table(true).contains("\u{1b}[31m"));
    }

    #[test]
    fn json_and_csv_hold_the_same_unrounded_and_no_formula() {
        let mut paper = Paper::new("Title");
        paper.fact("customer_id", "C-1");
        paper.sheet(sheet());
        let json: Value = serde_json::from_str(&paper.write(Form::Json)).unwrap();
        assert_eq!(json["items"][0]["open"], json!({"amount": "1190.00", "currency": "EUR"}));
        assert_eq!(json["items"][0]["empty"], Value::Null);
        let csv = paper.write(Form::Csv);
        assert!(csv.starts_with("invoice_id,open,note,empty\nF-1,1190.00 EUR,'=1+1,\n"), "{csv}");
    }
}
