//! The data of a message: JSON of a fixed shape, filled from the row.

use super::{
    cells::Problem,
    values::{Known, Made, Making, Part},
};

/// A part of the shape.
#[derive(Debug)]
pub(super) enum Shape {
    /// Keys are written `"key":` once and for all.
    Object(Vec<(Box<[u8]>, Shape)>),
    List(Vec<Shape>),
    Constant(Box<[u8]>),
    /// A value the mapping has made and named.
    Value {
        at: usize,
        /// Whether it is left out if it is absent, rather than that the row is refused.
        optional: bool,
    },
    /// Text with columns in it.
    Text {
        parts: Vec<Part>,
        /// Whether it is left out if one of its columns is empty.
        optional: bool,
    },
}

impl Shape {
    /// Appends its JSON; `false`: nothing stands there and what was appended is to be dropped.
    pub(super) fn write(
        &self,
        out: &mut Vec<u8>,
        made: &mut Made,
        of: Making<'_>,
    ) -> Result<bool, Problem> {
        match self {
            Self::Object(fields) => {
                out.push(b'{');
                let fields = fields.iter().map(|(key, shape)| (&**key, shape));
                let stands = write_all(fields, out, made, of)?;
                out.push(b'}');
                Ok(stands)
            }
            Self::List(items) => {
                out.push(b'[');
                let items = items.iter().map(|shape| (&[][..], shape));
                let stands = write_all(items, out, made, of)?;
                out.push(b']');
                Ok(stands)
            }
            Self::Constant(json) => {
                out.extend_from_slice(json);
                Ok(true)
            }
            Self::Value { at, optional } => match made.value(*at, of)? {
                Known::Present { start, end, .. } => {
                    out.extend_from_slice(made.json(start..end));
                    Ok(true)
                }
                Known::Absent(_) if *optional => Ok(false),
                Known::Absent(column) => Err(Problem::empty(column)),
            },
            Self::Text { parts, optional } => {
                let mut text = String::new();
                match made.fill(parts, of, &mut text)? {
                    Some(_) if *optional => Ok(false),
                    Some(column) => Err(Problem::empty(column)),
                    None => {
                        serde_json::to_writer(out, &text)
                            .map_err(|it| Problem { column: None, reason: it.to_string() })?;
                        Ok(true)
                    }
                }
            }
        }
    }
}

/// What an object or a list holds; `false` if nothing of it stands.
fn write_all<'a>(
    items: impl Iterator<Item = (&'a [u8], &'a Shape)>,
    out: &mut Vec<u8>,
    made: &mut Made,
    of: Making<'_>,
) -> Result<bool, Problem> {
    let mut stands = false;
    for (key, shape) in items {
        let before = out.len();
        if stands {
            out.push(b',');
        }
        out.extend_from_slice(key);
        if shape.write(out, made, of)? {
            stands = true;
        } else {
            out.truncate(before);
        }
    }
    Ok(stands)
}
