use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Content, Item, known, request};
use crate::refused::Refused;

/// An event as a JSON object. What is not named here is an extension, and none of our business.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow, default)]
    specversion: Option<Text<'a>>,
    #[serde(borrow, default)]
    id: Option<Text<'a>>,
    #[serde(borrow, default)]
    source: Option<Text<'a>>,
    #[serde(borrow, default)]
    r#type: Option<Text<'a>>,
    #[serde(borrow, default)]
    datacontenttype: Option<Text<'a>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    data_base64: Option<Text<'a>>,
}

/// Borrowed wherever it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn text(it: Option<Text<'_>>) -> Cow<'_, str> {
    it.map_or(Cow::Borrowed(""), |Text(it)| it)
}

impl<'a> Envelope<'a> {
    pub(super) fn read(json: &'a str) -> Result<Self, Refused> {
        serde_json::from_str(json).map_err(|_| {
            // Read again for the path.
            let mut reader = serde_json::Deserializer::from_str(json);
            match serde_path_to_error::deserialize::<_, Self>(&mut reader) {
                Ok(_) => Refused::invalid("INVALID_MESSAGE", "", "more follows the event"),
                Err(error) => {
                    let field = error.path().to_string();
                    let field = field.trim_matches('.').to_owned();
                    Refused::invalid("INVALID_FIELD", &field, error.into_inner().to_string())
                }
            }
        })
    }

    /// What it asks. `strict`: it calls itself a `CloudEvent`, and must have what one has.
    pub(super) fn item(self, strict: bool) -> Item<'a> {
        let version = text(self.specversion);
        let (id, source) = (text(self.id), text(self.source));
        let stated = Stated { version: &version, id: &id, source: &source };
        let content = stated.check(strict).and_then(|()| {
            let ce_type = known(required("type", text(self.r#type))?)?;
            check_content_type(&text(self.datacontenttype))?;
            let data = match (self.data, self.data_base64) {
                (Some(data), None) => Cow::Borrowed(data.get().as_bytes()),
                (None, Some(Text(data))) => Cow::Owned(decode(&data)?),
                (None, None) => return Err(missing("data")),
                (Some(_), Some(_)) => {
                    let message = "an event has data or data_base64, not both";
                    return Err(Refused::invalid("INVALID_FIELD", "data", message));
                }
            };
            Ok(Content { ce_type, data, request: request(&source, &id) })
        });
        Item { id, content }
    }
}

/// What a `CloudEvent` must say of itself, in whatever mode.
pub(super) struct Stated<'a> {
    pub(super) version: &'a str,
    pub(super) id: &'a str,
    pub(super) source: &'a str,
}

impl Stated<'_> {
    pub(super) fn check(&self, strict: bool) -> Result<(), Refused> {
        if strict {
            for (field, value) in
                [("specversion", self.version), ("id", self.id), ("source", self.source)]
            {
                required(field, Cow::Borrowed(value))?;
            }
        }
        if !self.version.is_empty() && self.version != "1.0" && !self.version.starts_with("1.0.") {
            let shown: String = self.version.chars().take(16).collect();
            let message = format!("CloudEvents of version `{shown}` are not read; 1.0 is");
            return Err(Refused::invalid("INVALID_FIELD", "specversion", message));
        }
        Ok(())
    }
}

pub(super) fn required<'a>(field: &str, value: Cow<'a, str>) -> Result<Cow<'a, str>, Refused> {
    if value.is_empty() { Err(missing(field)) } else { Ok(value) }
}

fn missing(field: &str) -> Refused {
    Refused::invalid("INVALID_FIELD", field, format!("`{field}` is missing"))
}

/// Data is JSON, whatever an event calls it.
pub(super) fn check_content_type(named: &str) -> Result<(), Refused> {
    let media = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media.is_empty() || media.ends_with("/json") || media.ends_with("+json") {
        return Ok(());
    }
    let shown: String = media.chars().take(64).collect();
    let message = format!("data of `{shown}` is not read; application/json is");
    Err(Refused::invalid("UNSUPPORTED_CONTENT_TYPE", "datacontenttype", message))
}

/// Base64 as RFC 4648 has it, with its padding.
fn decode(text: &str) -> Result<Vec<u8>, Refused> {
    let refused = || Refused::invalid("INVALID_FIELD", "data_base64", "this is not base64");
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return Err(refused());
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(refused()),
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap_or_default());
        }
    }
    Ok(bytes)
}
