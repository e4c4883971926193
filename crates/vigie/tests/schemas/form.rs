//! A line of the table as a JSON Schema.
//!
//! `name: type` is a field that must be there, `name?: type` one that may; `;` stands between them.

use serde_json::{Map, Value, json};

/// One schema.
pub(crate) struct Form {
    /// Of its file, without the ending.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// The channel it travels on.
    pub(crate) context: &'static str,
    pub(crate) fields: &'static str,
    /// Whether nothing else may stand there.
    pub(crate) strict: bool,
    pub(crate) examples: &'static [&'static str],
}

const BASE: &str = "https://vigie.dev/schemas";

impl Form {
    pub(crate) fn schema(&self) -> Value {
        let mut schema = object(self.fields, self.strict);
        let head = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("{BASE}/{}.json", self.name),
            "title": self.title,
        });
        let all = schema.as_object_mut().unwrap();
        all.extend(head.as_object().unwrap().clone());
        let examples = self.examples.iter().map(|it| {
            serde_json::from_str(it).unwrap_or_else(|error| panic!("{}: {error}", self.name))
        });
        let examples: Vec<Value> = examples.collect();
        if !examples.is_empty() {
            all.insert("examples".to_owned(), examples.into());
        }
        schema
    }
}

/// An object with these fields.
pub(crate) fn object(fields: &str, strict: bool) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for field in fields.split(';').map(str::trim).filter(|it| !it.is_empty()) {
        let (name, of) = field.split_once(": ").unwrap_or_else(|| panic!("`{field}`"));
        let name = match name.strip_suffix('?') {
            Some(name) => name,
            None => {
                required.push(Value::from(name));
                name
            }
        };
        properties.insert(name.to_owned(), of_type(of));
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if strict {
        schema["additionalProperties"] = false.into();
    }
    schema
}

fn of_type(of: &str) -> Value {
    if let Some(inner) = of.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        return json!({ "type": "array", "items": of_type(inner) });
    }
    if of.contains('|') {
        return json!({ "enum": of.split('|').collect::<Vec<_>>() });
    }
    if let Some((least, most)) = of.split_once("..") {
        let bound = |it: &str| it.parse::<i64>().unwrap_or_else(|_| panic!("`{of}`"));
        return json!({ "type": "integer", "minimum": bound(least), "maximum": bound(most) });
    }
    match of {
        "id" => json!({
            "type": "string", "minLength": 1, "maxLength": 64,
            "pattern": "^([A-Za-z0-9_-]|=[0-9A-F]{2})+$",
            "description": "Any other byte of an outside id is written as = and two hexadecimal \
                            digits.",
        }),
        "reference" => json!({
            "type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[^\\p{Cc}]+$",
            "description": "At most 64 bytes; never a name of a person.",
        }),
        "line" => json!({ "type": "string", "maxLength": 200 }),
        "text" => json!({ "type": "string" }),
        "date" => json!({
            "type": "string", "format": "date",
            "pattern": "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        }),
        "time" => json!({ "type": "string", "format": "date-time" }),
        "currency" => json!({ "type": "string", "pattern": "^[A-Z]{3}$" }),
        "amount" => json!({
            "type": "object",
            "description": "Whole units as a text: a number would pass through floating point.",
            "properties": {
                "amount": { "type": "string", "pattern": "^-?[0-9]{1,15}([.][0-9]+)?$" },
                "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
            },
            "required": ["amount", "currency"], "additionalProperties": false,
        }),
        "money" => json!({
            "type": "string", "pattern": "^-?[0-9]{1,15}([.][0-9]+)? [A-Z]{3}$",
            "examples": ["1190.00 EUR"],
        }),
        "decimal" => json!({ "type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$" }),
        "flag" => json!({ "type": "boolean" }),
        "number" => json!({ "type": "integer" }),
        "texts" => json!({
            "type": "object",
            "additionalProperties": { "type": "string", "minLength": 1, "maxLength": 64 },
        }),
        "any" => json!({}),
        "version" => json!({ "const": "1.0" }),
        "source" => json!({
            "oneOf": [
                object("payment: id", true),
                object("credit_note: id", true),
            ],
        }),
        "span" => json!({
            "oneOf": [
                object("days: 0..3650", true),
                object("months: 0..120", true),
            ],
        }),
        "scope" => json!({
            "oneOf": [
                { "enum": ["tenant", "chosen"] },
                object("segment: reference", true),
                object("grade: A|B|C|D|E", true),
            ],
        }),
        named => match super::table::PARTS.iter().find(|(name, ..)| *name == named) {
            Some((_, fields, strict)) => object(fields, *strict),
            None => panic!("`{named}` is no type"),
        },
    }
}
