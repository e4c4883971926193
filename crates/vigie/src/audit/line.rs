//! An entry, one line a decision.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use events::{Decision, Partition, TenantId, Undecodable};
use journal::Record;
use serde_json::{Map, Value, json};

/// Where an entry stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) partition: Partition,
    /// How many partitions are printed.
    pub(super) of: usize,
}

/// The lines of an entry.
pub(super) fn write(place: Place<'_>, record: &Record, json: bool) -> Result<String, Undecodable> {
    let entry = events::read::<Value>(&record.body)?;
    let mut lines = String::new();
    for decision in &entry.decisions {
        if json {
            lines.push_str(&object(place, record, decision).to_string());
        } else {
            lines.push_str(&text(place, record, decision));
        }
        lines.push('\n');
    }
    Ok(lines)
}

fn object(place: Place<'_>, record: &Record, decision: &Decision<Value>) -> Value {
    let mut object = json!({
        "tenant": place.tenant,
        "partition": place.partition,
        "sequence": record.sequence,
        "recorded_at": record.recorded_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "context": record.context,
    });
    if let (Some(object), Ok(Value::Object(decision))) =
        (object.as_object_mut(), serde_json::to_value(decision))
    {
        object.extend(decision);
    }
    object
}

fn text(place: Place<'_>, record: &Record, decision: &Decision<Value>) -> String {
    let mut line = String::new();
    if place.of > 1 {
        push(&mut line, format_args!("{}/", place.partition));
    }
    let at = record.recorded_at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let whom = decision.customer.as_ref().map_or("-", |it| it.as_str());
    push(&mut line, format_args!("{:<8} {at} {:<10} {whom:<16}", record.sequence, record.context));
    for (number, event) in decision.events.iter().enumerate() {
        line.push_str(if number > 0 { "; " } else { " " });
        describe(&mut line, event);
    }
    line
}

/// `InvoiceIssued invoice=INV-1 gross="1200.00 EUR"`, of any event of any context.
fn describe(line: &mut String, event: &Value) {
    match event {
        Value::String(name) => line.push_str(name),
        Value::Object(one) => {
            for (name, said) in one {
                line.push_str(name);
                match said {
                    Value::Object(fields) => describe_fields(line, fields),
                    Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_) => push(line, format_args!(" {said}")),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            push(line, format_args!("{event}"));
        }
    }
}

fn describe_fields(line: &mut String, fields: &Map<String, Value>) {
    for (name, value) in fields {
        let plain = value.as_str().filter(|it| !it.contains([' ', '"', '=']));
        match plain {
            Some(text) => push(line, format_args!(" {name}={text}")),
            None => push(line, format_args!(" {name}={value}")),
        }
    }
}

/// Writing to a string cannot fail.
fn push(line: &mut String, what: std::fmt::Arguments<'_>) {
    let _never: std::fmt::Result = line.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{Context, Draft, Hash, Sequence, clock::Event, date};

    #[test]
    fn a_decision_is_a_line_for_people_and_an_object_for_programs() {
        let mut draft = Draft::new();
        let event = Event::DayOpened { date: date::parse("2026-05-31").unwrap() };
        draft
            .push(&Decision { customer: None, cause: None, actor: None, events: vec![event] })
            .unwrap();
        let body = draft.seal(Hash::NONE);
        let record = Record {
            sequence: Sequence(7),
            recorded_at: "2026-05-31T06:00:00Z".parse().unwrap(),
            context: Context::Clock,
            hash: Hash::of(&body),
            body: body.into(),
        };
        let tenant = "acme".parse().unwrap();
        let place = Place { tenant: &tenant, partition: Partition(0), of: 1 };
        assert_eq!(
            write(place, &record, false).unwrap(),
            "7        2026-05-31T06:00:00.000Z clock      -                DayOpened date=2026-05-31\n"
        );
        let object: Value = serde_json::from_str(&write(place, &record, true).unwrap()).unwrap();
        assert_eq!(object["events"][0]["DayOpened"]["date"], "2026-05-31");
        assert_eq!(object["sequence"], 7);
    }
}
