use std::{borrow::Cow, fmt::Write as _};

use async_nats::HeaderMap;

use super::{
    Content, Item,
    envelope::{Stated, check_content_type, required},
    known, request,
};
use crate::refused::Refused;

/// In which of the forms a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Attributes in headers, data as the payload.
    Binary,
    /// An event as an object.
    Structured,
    /// An array of such objects.
    Batch,
    /// JSON that does not call itself a `CloudEvent`.
    Plain,
}

/// What the headers of a message say.
#[derive(Debug, Default)]
pub(super) struct Attributes<'a> {
    content_type: Option<&'a str>,
    any: bool,
    specversion: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
    source: Option<Cow<'a, str>>,
    ce_type: Option<Cow<'a, str>>,
    datacontenttype: Option<Cow<'a, str>>,
}

impl<'a> Attributes<'a> {
    /// NATS keeps the case of header names and compares them with it; `CloudEvents` has none. So
    /// each is looked at.
    pub(super) fn of(headers: Option<&'a HeaderMap>) -> Result<Self, Refused> {
        let mut it = Self::default();
        for (name, values) in headers.into_iter().flat_map(HeaderMap::iter) {
            let name: &str = name.as_ref();
            let value = values.first().map_or("", |it| it.as_str());
            if name.eq_ignore_ascii_case("content-type") {
                it.content_type = Some(value);
                continue;
            }
            let Some((prefix, attribute)) = name.split_at_checked(3) else { continue };
            if !prefix.eq_ignore_ascii_case("ce-") {
                continue;
            }
            it.any = true;
            let attribute = attribute.to_ascii_lowercase();
            let place = match attribute.as_str() {
                "specversion" => &mut it.specversion,
                "id" => &mut it.id,
                "source" => &mut it.source,
                "type" => &mut it.ce_type,
                "datacontenttype" => &mut it.datacontenttype,
                _ => continue,
            };
            if place.is_some() || values.len() > 1 {
                let message = format!("the header ce-{attribute} is given more than once");
                return Err(Refused::invalid("INVALID_FIELD", &attribute, message));
            }
            *place = Some(decode(&attribute, value)?);
        }
        Ok(it)
    }

    pub(super) fn mode(&self) -> Result<Mode, Refused> {
        let whole = self.content_type.unwrap_or_default().to_ascii_lowercase();
        let media = whole.split(';').next().unwrap_or_default().trim();
        match media {
            "application/cloudevents" | "application/cloudevents+json" => Ok(Mode::Structured),
            "application/cloudevents-batch" | "application/cloudevents-batch+json" => {
                Ok(Mode::Batch)
            }
            other if other.starts_with("application/cloudevents") => {
                let shown: String = other.chars().take(64).collect();
                let message = format!("`{shown}` is not read; application/cloudevents+json is");
                Err(Refused::invalid("UNSUPPORTED_CONTENT_TYPE", "content-type", message))
            }
            _ if self.any => Ok(Mode::Binary),
            "" | "application/json" | "text/json" => Ok(Mode::Plain),
            other => {
                let shown: String = other.chars().take(64).collect();
                let message = format!("`{shown}` is not read; application/json is");
                Err(Refused::invalid("UNSUPPORTED_CONTENT_TYPE", "content-type", message))
            }
        }
    }

    /// The one item of a message in binary mode.
    pub(super) fn item(self, payload: &[u8]) -> Item<'_> {
        let text = |it: &Option<Cow<'_, str>>| it.as_deref().unwrap_or_default().to_owned();
        let (version, id, source) = (text(&self.specversion), text(&self.id), text(&self.source));
        let content = Stated { version: &version, id: &id, source: &source }
            .check(true)
            .and_then(|()| required("type", self.ce_type.unwrap_or_default()))
            .and_then(known)
            .and_then(|ce_type| {
                check_content_type(&self.datacontenttype.unwrap_or_default())?;
                let (ce_type, data) = (Cow::Owned(ce_type.into_owned()), Cow::Borrowed(payload));
                Ok(Content { ce_type, data, request: request(&source, &id) })
            });
        Item { id: Cow::Owned(id), content }
    }
}

/// The value of an attribute in a header: percent-encoded where it is not plain ASCII.
fn decode<'a>(attribute: &str, value: &'a str) -> Result<Cow<'a, str>, Refused> {
    if !value.contains('%') {
        return Ok(Cow::Borrowed(value));
    }
    let refused = |why: &str| {
        let message = format!("the header ce-{attribute} {why}");
        Refused::invalid("INVALID_FIELD", attribute, message)
    };
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || {
            let digit = char::from(rest.next()?).to_digit(16)?;
            u8::try_from(digit).ok()
        };
        match (digit(), digit()) {
            (Some(high), Some(low)) => bytes.push(high << 4 | low),
            _ => return Err(refused("has a % without two hexadecimal digits; write %25 for it")),
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| refused("is not UTF-8 once decoded"))?;
    Ok(Cow::Owned(text))
}

/// Writes a value so that it can stand in a header.
pub fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if matches!(byte, 0x21..=0x7e) && byte != b'"' && byte != b'%' {
            encoded.push(char::from(byte));
        } else {
            let _cannot_fail: std::fmt::Result = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
