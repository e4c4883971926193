//! From what is written to what can be done, or the key that stands in the way.

use std::collections::BTreeMap;

use events::CustomerId;
use money::Currency;

use super::{Mapping, MappingError, Refusal, Says, written};
use crate::csv::{
    cells::{Column, Manner},
    condition::{Condition, Test},
    date::Format,
    number::{Marks, Reading},
    record::Dialect,
    shape::Shape,
    template::{self, Piece},
    values::{CurrencyOf, Days, Part, Value, Words},
};

/// The name of the row's number in templates.
const ROW: &str = "row";

pub(super) fn check(written: written::Mapping) -> Result<Mapping, MappingError> {
    let (dialect, manner) = file(&written.file)?;
    let mut names = Names::default();
    for (name, columns) in written.digests {
        names.digest(&name, &columns)?;
    }
    for (name, template) in &written.ids {
        let value = names.id(&format!("ids.{name}"), template)?;
        names.value("ids", name, value)?;
    }
    for (name, date) in written.dates {
        let value = names.date(&format!("dates.{name}"), date)?;
        names.value("dates", &name, value)?;
    }
    for (name, amount) in written.amounts {
        let currency = written.file.currency.as_deref();
        let value = names.amount(&format!("amounts.{name}"), &amount, currency)?;
        names.value("amounts", &name, value)?;
    }
    for (name, column) in written.numbers {
        let value = Value::Number { column: names.column(&column) };
        names.value("numbers", &name, value)?;
    }
    for (name, words) in written.words {
        let value = names.words(&format!("words.{name}"), words)?;
        names.value("words", &name, value)?;
    }
    let mut refusals = Vec::new();
    for (at, refusal) in written.refuse.into_iter().enumerate() {
        let key = format!("refuse[{at}]");
        if refusal.when.is_empty() {
            return Err(wrong(&format!("{key}.when"), "it would refuse every row"));
        }
        let when = names.conditions(&key, refusal.when)?;
        refusals.push(Refusal { when, reason: refusal.reason });
    }
    if written.message.is_empty() {
        return Err(wrong("message", "a mapping has at least one [[message]]"));
    }
    let mut messages = Vec::new();
    for (at, message) in written.message.into_iter().enumerate() {
        messages.push(names.message(&format!("message[{at}]"), message)?);
    }
    let Names { columns, digests, values, .. } = names;
    Ok(Mapping { dialect, manner, columns, digests, values, refusals, messages })
}

fn wrong(key: &str, reason: impl Into<String>) -> MappingError {
    MappingError::Key { key: key.to_owned(), reason: reason.into() }
}

fn file(file: &written::File) -> Result<(Dialect, Manner), MappingError> {
    let delimiter = u8::try_from(file.delimiter).ok().filter(u8::is_ascii);
    let delimiter = delimiter.filter(|it| !b"\"\r\n\0".contains(it)).ok_or_else(|| {
        wrong("file.delimiter", "a delimiter is one ASCII character such as , ; | or \\t")
    })?;
    let mark = |key, it: char| {
        let taken = it.is_ascii_digit() || it == '-' || it == '"' || it.is_control();
        if taken {
            Err(wrong(key, format!("`{it}` has another meaning in a number")))
        } else {
            Ok(it)
        }
    };
    let decimal = mark("file.decimal_mark", file.decimal_mark)?;
    let thousands = file.thousands.map(|it| mark("file.thousands", it)).transpose()?;
    if thousands == Some(decimal) {
        return Err(wrong("file.thousands", "this is already the decimal mark"));
    }
    let marks = Marks { decimal, thousands };
    Ok((
        Dialect { delimiter, quotes: file.quotes },
        Manner { encoding: file.encoding, trim: file.trim, marks },
    ))
}

fn currency(key: &str, code: &str) -> Result<Currency, MappingError> {
    code.parse().map_err(|error: money::CurrencyError| wrong(key, error.to_string()))
}

/// What has a name by now.
#[derive(Default)]
struct Names {
    columns: Vec<String>,
    digests: Vec<Vec<Column>>,
    digest_names: BTreeMap<String, usize>,
    values: Vec<Value>,
    value_names: BTreeMap<String, usize>,
}

impl Names {
    fn column(&mut self, name: &str) -> Column {
        let name = name.trim();
        let known = self.columns.iter().position(|it| it == name);
        Column(known.unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        }))
    }

    fn new_name(&self, section: &str, name: &str) -> Result<(), MappingError> {
        let key = format!("{section}.{name}");
        if name == ROW {
            return Err(wrong(&key, "`row` is the number of the row"));
        }
        if self.value_names.contains_key(name) || self.digest_names.contains_key(name) {
            return Err(wrong(&key, "something else in the mapping has this name"));
        }
        Ok(())
    }

    fn value(&mut self, section: &str, name: &str, value: Value) -> Result<(), MappingError> {
        self.new_name(section, name)?;
        self.value_names.insert(name.to_owned(), self.values.len());
        self.values.push(value);
        Ok(())
    }

    fn digest(&mut self, name: &str, columns: &[String]) -> Result<(), MappingError> {
        self.new_name("digests", name)?;
        if columns.is_empty() {
            return Err(wrong(&format!("digests.{name}"), "a digest is of at least one column"));
        }
        let columns = columns.iter().map(|it| self.column(it)).collect();
        self.digest_names.insert(name.to_owned(), self.digests.len());
        self.digests.push(columns);
        Ok(())
    }

    fn id(&mut self, key: &str, template: &str) -> Result<Value, MappingError> {
        let pieces = template::parse(template).map_err(|reason| wrong(key, reason))?;
        if pieces.iter().all(|it| it.name().is_none()) {
            return Err(wrong(key, "an id is made of a column, such as \"{number}\""));
        }
        if pieces.iter().any(|it| matches!(it, Piece::Name { optional: true, .. })) {
            return Err(wrong(key, "`?` stands where the id is used, not where it is made"));
        }
        let parts = self.parts(pieces);
        for part in &parts {
            let Part::Literal(literal) = part else { continue };
            let id = CustomerId::from_outside(literal).map_err(|it| wrong(key, it.to_string()))?;
            if id.as_str() != literal {
                return Err(wrong(key, format!("`{literal}` would be written `{id}` in an id")));
            }
        }
        Ok(Value::Id(parts))
    }

    fn date(&mut self, key: &str, date: written::Date) -> Result<Value, MappingError> {
        let format = Format::parse(&date.format)
            .map_err(|reason| wrong(&format!("{key}.format"), reason))?;
        let column = self.column(&date.column);
        let plus_days = match date.plus_days {
            written::Days::Fixed(days) => Days::Fixed(days),
            written::Days::Column(name) => Days::Column(self.column(&name)),
        };
        Ok(Value::Date { column, format, plus_days })
    }

    fn amount(
        &mut self,
        key: &str,
        amount: &written::Amount,
        of_file: Option<&str>,
    ) -> Result<Value, MappingError> {
        let own = format!("{key}.currency");
        let currency = match (&amount.currency, &amount.currency_column, of_file) {
            (Some(_), Some(_), _) => {
                return Err(wrong(&own, "there is a currency_column as well; one of the two"));
            }
            (Some(code), None, _) => CurrencyOf::Fixed(currency(&own, code)?),
            (None, Some(name), _) => CurrencyOf::Column(self.column(name)),
            (None, None, Some(code)) => CurrencyOf::Fixed(currency("file.currency", code)?),
            (None, None, None) => {
                let reason = "in which currency? Write currency, currency_column or file.currency";
                return Err(wrong(key, reason));
            }
        };
        let reading = Reading { scale: amount.scale, round: amount.round, sign: amount.sign };
        Ok(Value::Amount { column: self.column(&amount.column), currency, reading })
    }

    fn words(&mut self, key: &str, words: written::Words) -> Result<Value, MappingError> {
        if words.words.is_empty() {
            return Err(wrong(&format!("{key}.words"), "says nothing"));
        }
        let known = words.words.into_iter().map(|(theirs, ours)| (theirs, json(ours))).collect();
        let words_of = Words { known, otherwise: words.otherwise.map(json) };
        Ok(Value::Word { column: self.column(&words.column), words: words_of })
    }

    fn conditions(
        &mut self,
        key: &str,
        conditions: Vec<written::Condition>,
    ) -> Result<Vec<Condition>, MappingError> {
        let mut checked = Vec::with_capacity(conditions.len());
        for (at, condition) in conditions.into_iter().enumerate() {
            let key = format!("{key}.when[{at}]");
            let column = self.column(&condition.column);
            checked.push(Condition { column, test: test(&key, condition)? });
        }
        Ok(checked)
    }

    fn message(&mut self, key: &str, message: written::Message) -> Result<Says, MappingError> {
        if message.ce_type.trim().is_empty() {
            return Err(wrong(&format!("{key}.type"), "is empty"));
        }
        let on = self.named(&message.date, |it| matches!(it, Value::Date { .. }));
        let on = on.ok_or_else(|| {
            wrong(&format!("{key}.date"), "write one of [dates], such as \"{issued}\"")
        })?;
        let customer = message.data.get("customer_id").and_then(toml::Value::as_str);
        let customer = customer.and_then(|it| self.named(it, |it| matches!(it, Value::Id(_))));
        let customer = customer.ok_or_else(|| {
            let key = format!("{key}.data.customer_id");
            wrong(&key, "write one of [ids], such as \"{customer}\"")
        })?;
        let when = self.conditions(key, message.when)?;
        let data = self.object(&format!("{key}.data"), message.data)?;
        Ok(Says { ce_type: message.ce_type, on, customer, when, data })
    }

    /// The value that a template of nothing but its name stands for.
    fn named(&self, template: &str, is: impl Fn(&Value) -> bool) -> Option<usize> {
        match template::parse(template).ok()?.as_slice() {
            [Piece::Name { name, optional: false }] => {
                let at = *self.value_names.get(name)?;
                self.values.get(at).is_some_and(is).then_some(at)
            }
            _ => None,
        }
    }

    fn object(&mut self, key: &str, table: toml::Table) -> Result<Shape, MappingError> {
        let mut fields = Vec::with_capacity(table.len());
        for (name, value) in table {
            let shape = self.shape(&format!("{key}.{name}"), value)?;
            let name = serde_json::Value::String(name);
            fields.push((format!("{name}:").into_bytes().into(), shape));
        }
        Ok(Shape::Object(fields))
    }

    fn shape(&mut self, key: &str, value: toml::Value) -> Result<Shape, MappingError> {
        match value {
            toml::Value::String(template) => self.text(key, &template),
            toml::Value::Boolean(it) => Ok(Shape::Constant(it.to_string().into_bytes().into())),
            toml::Value::Array(items) => {
                let items = items.into_iter().enumerate();
                let shapes = items.map(|(at, it)| self.shape(&format!("{key}[{at}]"), it));
                shapes.collect::<Result<_, _>>().map(Shape::List)
            }
            toml::Value::Table(table) => self.object(key, table),
            toml::Value::Integer(it) => Ok(Shape::Constant(it.to_string().into_bytes().into())),
            toml::Value::Float(_) => {
                Err(wrong(key, "no command has a number with a point; write it as text"))
            }
            toml::Value::Datetime(_) => {
                Err(wrong(key, "write a date that is always the same as text"))
            }
        }
    }

    fn text(&mut self, key: &str, template: &str) -> Result<Shape, MappingError> {
        let pieces = template::parse(template).map_err(|reason| wrong(key, reason))?;
        if let [Piece::Name { name, optional }] = pieces.as_slice()
            && let Some(at) = self.value_names.get(name)
        {
            return Ok(Shape::Value { at: *at, optional: *optional });
        }
        if pieces.iter().all(|it| it.name().is_none()) {
            let text: String = pieces.into_iter().map(literal).collect();
            return Ok(Shape::Constant(json(text)));
        }
        let mut names = pieces.iter().filter_map(Piece::name);
        if let Some(name) = names.find(|it| self.value_names.contains_key(*it)) {
            return Err(wrong(key, format!("`{{{name}}}` is not text and must stand alone")));
        }
        let optional = pieces.iter().any(|it| matches!(it, Piece::Name { optional: true, .. }));
        Ok(Shape::Text { parts: self.parts(pieces), optional })
    }

    /// What stands between the braces here is a column, a digest or the row.
    fn parts(&mut self, pieces: Vec<Piece>) -> Vec<Part> {
        let part = |piece| match piece {
            Piece::Literal(literal) => Part::Literal(literal),
            Piece::Name { name, .. } => match self.digest_names.get(&name) {
                Some(at) => Part::Digest(*at),
                None if name == ROW => Part::Row,
                None => Part::Column(self.column(&name)),
            },
        };
        pieces.into_iter().map(part).collect()
    }
}

fn json(text: String) -> Box<[u8]> {
    serde_json::Value::String(text).to_string().into_bytes().into()
}

fn literal(piece: Piece) -> String {
    match piece {
        Piece::Literal(text) | Piece::Name { name: text, .. } => text,
    }
}

fn test(key: &str, condition: written::Condition) -> Result<Test, MappingError> {
    let number =
        |limit: written::Limit| Marks::PLAIN.read(&limit.0).map_err(|reason| wrong(key, reason));
    let tests = [
        condition.empty.map(Test::Empty),
        condition.equals.map(|it| Test::OneOf(vec![it])),
        condition.differs.map(|it| Test::NoneOf(vec![it])),
        condition.one_of.map(Test::OneOf),
        condition.none_of.map(Test::NoneOf),
        condition.below.map(number).transpose()?.map(Test::Below),
        condition.at_most.map(number).transpose()?.map(Test::AtMost),
        condition.at_least.map(number).transpose()?.map(Test::AtLeast),
        condition.above.map(number).transpose()?.map(Test::Above),
    ];
    let mut given = tests.into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(test), None) => Ok(test),
        _ => Err(wrong(
            key,
            "a condition asks one question of its column: empty, equals, differs, one_of, none_of, \
             below, at_most, at_least or above",
        )),
    }
}
