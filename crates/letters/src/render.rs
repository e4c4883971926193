//! A letter in words: its subject, its text, its HTML, and the hash that names exactly these.

use std::fmt::Write as _;

use crate::{
    Language, Letter, Part, Refusal, Template,
    block::{Blocks, escaped},
    check::check,
    spelling::clean,
    view::Medium,
};

/// The longest subject, in characters; a longer one is cut there, with a [`Warning`].
pub const SUBJECT_CHARS_MAX: usize = 150;

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line, at most [`SUBJECT_CHARS_MAX`] characters, without control characters.
    pub subject: String,
    /// The text, lines ended by LF.
    pub text: String,
    /// A whole HTML document.
    pub html: String,
    /// The template's name.
    pub template: String,
    /// The template's version.
    pub version: u32,
    /// BLAKE3 over template, kind, language, subject, text and HTML: 64 lower-case hexadecimal digits.
    pub hash: String,
    /// What a person may want to know.
    pub warnings: Vec<Warning>,
}

/// What was changed so that there could be a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The subject was cut.
    #[error("the subject had {chars} characters and was cut to {SUBJECT_CHARS_MAX}")]
    SubjectCut {
        /// How many it had.
        chars: usize,
    },
    /// A line of the recipient's name or address did not fit the window and was cut.
    #[error("the recipient's name or address does not fit the window and was cut")]
    AddressCut,
    /// The legal mentions did not fit the foot of a page and were cut.
    #[error("the legal mentions do not fit the foot of the page and were cut")]
    MentionsCut,
    /// Characters the font has no picture of stand on paper as an empty box.
    #[error("{count} characters have no picture in the font and are printed as a box")]
    Unprintable {
        /// How many there were.
        count: usize,
    },
}

/// Fills in a template with a letter of its kind and language.
pub fn render(template: &Template, letter: &Letter) -> Result<Rendered, Refusal> {
    check(letter)?;
    fits(template, letter)?;
    let blocks = Blocks::of(letter);
    let fill = |part| template.fill(part, Medium::Mail(part), letter, &blocks);
    let mut warnings = Vec::new();
    let subject = cut(&clean(&fill(Part::Subject)?), &mut warnings);
    let text = format!("{}\n{}", tidy(&fill(Part::Text)?), foot(letter));
    let html = framed(&fill(Part::Html)?, &subject, letter);
    let source = template.source();
    let hash = hash(&[
        &source.name,
        &source.version.to_string(),
        letter.kind.as_str(),
        letter.language.as_str(),
        &subject,
        &text,
        &html,
    ]);
    let (template, version) = (source.name.clone(), source.version);
    Ok(Rendered { subject, text, html, template, version, hash, warnings })
}

/// A template is for letters of its kind and language.
pub(crate) fn fits(template: &Template, letter: &Letter) -> Result<(), Refusal> {
    let source = template.source();
    if (source.kind, source.language) == (letter.kind, letter.language) {
        return Ok(());
    }
    let (kind, language) = (source.kind, source.language);
    Err(Refusal::OtherTemplate { template: source.name.clone(), kind, language })
}

/// No subject is longer than a line or two.
pub(crate) fn cut(subject: &str, warnings: &mut Vec<Warning>) -> String {
    let chars = subject.chars().count();
    if chars <= SUBJECT_CHARS_MAX {
        return subject.to_owned();
    }
    warnings.push(Warning::SubjectCut { chars });
    let mut cut: String = subject.chars().take(SUBJECT_CHARS_MAX - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// Text without trailing spaces and with at most one blank line in a row.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && blank) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        blank = line.is_empty();
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

/// Who writes, under the text of an e-mail.
fn foot(letter: &Letter) -> String {
    let lines = foot_lines(letter);
    if lines.is_empty() { String::new() } else { format!("-- \n{}\n", lines.join("\n")) }
}

fn foot_lines(letter: &Letter) -> Vec<String> {
    let sender = &letter.sender;
    let address: Vec<_> = sender.address.iter().map(|it| clean(it)).collect();
    let reach = [&sender.phone, &sender.email].map(|it| clean(it.as_deref().unwrap_or_default()));
    let reach: Vec<_> = reach.into_iter().filter(|it| !it.is_empty()).collect();
    let mut lines = vec![clean(&sender.name), address.join(", "), reach.join(" · ")];
    lines.extend(sender.mentions.iter().map(|it| clean(it)));
    lines.retain(|it| !it.is_empty());
    lines
}

/// A whole document around the body.
fn framed(body: &str, subject: &str, letter: &Letter) -> String {
    let language: Language = letter.language;
    let title = escaped(subject);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\n<body style=\"margin:0;padding:24px;max-width:760px;font:15px/1.5 'Noto Sans',Helvetica,Arial,sans-serif;color:#1a1a1a\">\n"
    );
    html.push_str(&tidy(body));
    html.push_str("<hr style=\"border:0;border-top:1px solid #ccc;margin:24px 0 8px\">\n");
    let lines: Vec<_> = foot_lines(letter).iter().map(|it| escaped(it)).collect();
    let lines = lines.join("<br>\n");
    let _infallible =
        writeln!(html, "<p style=\"font-size:12px;color:#666\">{lines}</p>\n</body>\n</html>");
    html
}

/// Each field with its length before it, so that no two letters have the same bytes.
fn hash(fields: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        hasher.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}
