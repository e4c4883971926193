//! A template: parsed, checked and tried once, then used as often as there are letters.

use std::{
    collections::BTreeSet,
    fmt,
    io::{self, Write},
};

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, syntax::SyntaxConfig,
};
use serde::{Deserialize, Serialize};

use crate::{
    Kind, Language, Letter, Refusal,
    block::Blocks,
    sample::{minimal, sample},
    scan::{Placed, Stretch, html_of, inside, scan},
    view::{Medium, is_known, view},
};

/// The longest source of one part, in bytes.
pub const SOURCE_BYTES_MAX: usize = 64 * 1024;
/// The longest name of a template, in characters.
const NAME_CHARS_MAX: usize = 64;
/// Instructions of the engine for one part of one letter: some hundred for each of 2,000 lines.
const FUEL: u64 = 1_000_000;
/// The longest part of a letter, in bytes.
const OUTPUT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A template as it is written, by us or by a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name: `a`–`z`, `0`–`9`, `.`, `_`, `-`, at most 64.
    pub name: String,
    /// What it is for.
    pub kind: Kind,
    /// Its language.
    pub language: Language,
    /// Counted up with each change, from 1. A letter says which it was made of.
    pub version: u32,
    /// One line.
    pub subject: String,
    /// The body as text; also what is set on paper.
    pub text: String,
    /// The body as HTML, without a frame. If there is none, it is made of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The subject.
    Subject,
    /// The body as text.
    Text,
    /// The body as HTML.
    Html,
}

impl Part {
    const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a source is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Its name or version.
    #[error(
        "{given:?} is no template: a name has 1 to 64 of a–z, 0–9, '.', '_', '-', and a version counts from 1"
    )]
    Name {
        /// As it was given, or its beginning.
        given: String,
    },
    /// A part that is too long.
    #[error("template {template}, {part}: {bytes} bytes, at most {SOURCE_BYTES_MAX} are allowed")]
    TooLarge {
        /// The template.
        template: String,
        /// The part.
        part: Part,
        /// How long it is.
        bytes: usize,
    },
    /// What cannot be read, or may not be there.
    #[error("template {template}, {part}, line {line}: {reason}")]
    Syntax {
        /// The template.
        template: String,
        /// The part.
        part: Part,
        /// The line, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A name that letters do not know.
    #[error("template {template}, {part}, line {line}: no letter has {variable}")]
    Unknown {
        /// The template.
        template: String,
        /// The part.
        part: Part,
        /// The line, from 1.
        line: usize,
        /// The name.
        variable: String,
    },
}

/// A template that was read, checked and tried on a full letter and on a bare one.
#[derive(Clone, Debug)]
pub struct Template {
    source: Source,
    engine: Environment<'static>,
}

impl Template {
    /// Reads a source, checks every name in it, and tries it on two samples of its kind.
    pub fn try_new(source: Source) -> Result<Self, Fault> {
        let name_ok = (1..=NAME_CHARS_MAX).contains(&source.name.len())
            && source
                .name
                .bytes()
                .all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
        if !name_ok || source.version == 0 {
            let name: String = source.name.chars().take(NAME_CHARS_MAX).collect();
            return Err(Fault::Name { given: format!("{name} version {}", source.version) });
        }
        let mut engine = engine();
        for part in Part::ALL {
            let at = |(line, reason)| Fault::Syntax {
                template: source.name.clone(),
                part,
                line,
                reason,
            };
            let written = match part {
                Part::Subject => &source.subject,
                Part::Text => &source.text,
                Part::Html => source.html.as_ref().unwrap_or(&source.text),
            };
            if written.len() > SOURCE_BYTES_MAX {
                let bytes = written.len();
                return Err(Fault::TooLarge { template: source.name, part, bytes });
            }
            // One way to end a line.
            let written = written.replace("\r\n", "\n");
            let stretches = scan(&written).map_err(at)?;
            let made = match (part, &source.html) {
                (Part::Html, None) => html_of(&stretches),
                _ => written.clone(),
            };
            engine
                .add_template_owned(part.as_str(), made)
                .map_err(|it| at((it.line().unwrap_or(1), said(&it))))?;
            let names: BTreeSet<String> = engine
                .get_template(part.as_str())
                .map(|it| it.undeclared_variables(true).into_iter().collect())
                .unwrap_or_default();
            if let Some(variable) = names.into_iter().find(|it| !is_known(it)) {
                let line = line_of(&variable, &stretches);
                return Err(Fault::Unknown { template: source.name, part, line, variable });
            }
        }
        let template = Self { source, engine };
        template.try_out()?;
        Ok(template)
    }

    /// As it was written.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Fills in one part.
    pub(crate) fn fill(
        &self,
        part: Part,
        medium: Medium,
        letter: &Letter,
        blocks: &Blocks,
    ) -> Result<String, Refusal> {
        self.print(part, view(letter, blocks, medium)).map_err(|it| Refusal::Template {
            template: self.source.name.clone(),
            part,
            line: it.line().unwrap_or(1),
            reason: said(&it),
        })
    }

    fn print(&self, part: Part, view: Value) -> Result<String, Error> {
        let mut output = Limited { bytes: Vec::new() };
        self.engine.get_template(part.as_str())?.render_captured_to(view, &mut output)?;
        String::from_utf8(output.bytes)
            .map_err(|it| Error::new(ErrorKind::InvalidOperation, it.to_string()))
    }

    /// What only shows when values are looked up: fields of lines in loops.
    fn try_out(&self) -> Result<(), Fault> {
        let Source { kind, language, .. } = self.source;
        for letter in [sample(kind, language), minimal(kind, language)] {
            let blocks = Blocks::of(&letter);
            for part in Part::ALL {
                let Err(error) = self.print(part, view(&letter, &blocks, Medium::Mail(part)))
                else {
                    continue;
                };
                let (template, line) = (self.source.name.clone(), error.line().unwrap_or(1));
                return Err(if error.kind() == ErrorKind::UndefinedError {
                    let variable = self.code_on(part, line);
                    Fault::Unknown { template, part, line, variable }
                } else {
                    Fault::Syntax { template, part, line, reason: said(&error) }
                });
            }
        }
        Ok(())
    }

    /// The code on a line, to say what is unknown there.
    fn code_on(&self, part: Part, line: usize) -> String {
        let template = self.engine.get_template(part.as_str()).ok();
        let written = template.as_ref().map(minijinja::Template::source).unwrap_or_default();
        let stretches = scan(written).unwrap_or_default();
        let codes = stretches.iter().filter(|(at, _)| *at == line).filter_map(|(_, it)| match it {
            Stretch::Value(code) | Stretch::Tag(code) => Some(inside(code)),
            Stretch::Words(_) | Stretch::Comment => None,
        });
        codes.collect::<Vec<_>>().join(", ")
    }
}

/// An engine with nothing in it but a few filters, none of which makes a text longer.
fn engine() -> Environment<'static> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_auto_escape_callback(|name| {
        if name == Part::Html.as_str() { AutoEscape::Html } else { AutoEscape::None }
    });
    // Tags on lines of their own leave no line behind.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        engine.set_syntax(syntax);
    }
    engine.add_filter("default", |value: &Value, other: Value| {
        if value.is_undefined() || value.is_none() { other } else { value.clone() }
    });
    engine.add_filter("length", |value: &Value| value.len().unwrap_or_default());
    engine.add_filter("upper", |text: &str| text.to_uppercase());
    engine.add_filter("lower", |text: &str| text.to_lowercase());
    engine
}

/// The engine's words for an error, in one line.
fn said(error: &Error) -> String {
    let detail = error.detail().map(|it| format!(": {it}")).unwrap_or_default();
    format!("{}{detail}", error.kind())
}

/// The line of the first code that says `name`.
fn line_of(name: &str, stretches: &[Placed<'_>]) -> usize {
    let found = stretches.iter().find(|(_, it)| match it {
        Stretch::Value(code) | Stretch::Tag(code) => code.contains(name),
        Stretch::Words(_) | Stretch::Comment => false,
    });
    found.map_or(1, |(line, _)| *line)
}

/// Takes so many bytes and no more.
struct Limited {
    bytes: Vec<u8>,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > OUTPUT_BYTES_MAX {
            return Err(io::Error::other(format!(
                "a part of a letter is at most {OUTPUT_BYTES_MAX} bytes long"
            )));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
