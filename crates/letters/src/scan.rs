//! What a template is made of, and what it may hold: words, values, `if` and `for`.
//!
//! Whatever could make a text grow by computing is refused here, before the engine sees it: with
//! no arithmetic, no concatenation, no assignment and no capture, what a template prints is its own
//! text and its data, as often as its loops turn; and those have fuel.

use crate::block::escaped;

/// A stretch of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stretch<'a> {
    /// Printed as it is.
    Words(&'a str),
    /// `{{ … }}`, delimiters included.
    Value(&'a str),
    /// `{% … %}`, delimiters included.
    Tag(&'a str),
    /// `{# … #}`.
    Comment,
}

/// A stretch, and the line it begins on, from 1.
pub(crate) type Placed<'a> = (usize, Stretch<'a>);

/// Why a template may not be used.
pub(crate) type Unfit = (usize, String);

const TAGS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// Takes a template apart and refuses what may not be in it.
pub(crate) fn scan(source: &str) -> Result<Vec<Placed<'_>>, Unfit> {
    let mut stretches = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while !rest.is_empty() {
        let (words, code) = split_at(rest, next_code(rest));
        if !words.is_empty() {
            stretches.push((line, Stretch::Words(words)));
            line += newlines(words);
        }
        if code.is_empty() {
            break;
        }
        let Some(end) = end_of(code) else {
            return Err((line, "what was opened with a brace is never closed".to_owned()));
        };
        let (code, after) = split_at(code, end);
        let stretch = match code.as_bytes().get(1) {
            Some(b'{') => Stretch::Value(code),
            Some(b'%') => Stretch::Tag(code),
            _ => Stretch::Comment,
        };
        if stretch != Stretch::Comment {
            allowed(code, stretch).map_err(|why| (line, why))?;
        }
        stretches.push((line, stretch));
        line += newlines(code);
        rest = after;
    }
    Ok(stretches)
}

/// What is between the delimiters.
pub(crate) fn inside(code: &str) -> &str {
    let code = code.get(2..code.len().saturating_sub(2)).unwrap_or_default();
    code.trim_start_matches(['-', '+']).trim_end_matches(['-', '+']).trim()
}

fn split_at(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|it| *it == b'\n').count()
}

/// Where the next `{{`, `{%` or `{#` begins, or the end.
fn next_code(text: &str) -> usize {
    let bytes = text.as_bytes();
    let pairs = bytes.windows(2).position(|it| matches!(it, [b'{', b'{' | b'%' | b'#']));
    pairs.unwrap_or(bytes.len())
}

/// Where what begins here ends. Quotes hide delimiters; a comment knows no quotes.
fn end_of(code: &str) -> Option<usize> {
    let close: &[u8] = match code.as_bytes().get(1)? {
        b'{' => b"}}",
        b'%' => b"%}",
        _ => return Some(code.find("#}")? + 2),
    };
    let mut quote = None;
    let mut escaped = false;
    for (at, pair) in code.as_bytes().windows(2).enumerate().skip(2) {
        let byte = *pair.first()?;
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if byte == b'\\' => escaped = true,
            Some(open) if byte == open => quote = None,
            None if pair == close => return Some(at + 2),
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            Some(_) | None => {}
        }
    }
    None
}

fn allowed(code: &str, stretch: Stretch<'_>) -> Result<(), String> {
    let bare = unquoted(inside(code));
    let mut words = bare.split(|it: char| !it.is_alphanumeric() && it != '_');
    if matches!(stretch, Stretch::Tag(_)) {
        let tag = words.clone().find(|it| !it.is_empty()).unwrap_or_default();
        if !TAGS.contains(&tag) {
            return Err(format!("the tag {tag:?} is not allowed: a template has if and for"));
        }
    }
    if words.any(|it| it == "recursive") {
        return Err("a recursive loop is not allowed".to_owned());
    }
    match bare.chars().find(|it| matches!(it, '~' | '*' | '/' | '%' | '+' | '{' | '}')) {
        None => Ok(()),
        Some(sign) => Err(format!(
            "{sign:?} is not allowed: a template places values, it does not compute with them"
        )),
    }
}

/// Code without what stands in quotes.
fn unquoted(code: &str) -> String {
    let (mut bare, mut quote, mut escaped) = (String::new(), None, false);
    for character in code.chars() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None => bare.push(character),
        }
    }
    bare
}

/// The HTML of a text template: a paragraph where a blank line ends one, blocks and tags as they are.
pub(crate) fn html_of(stretches: &[Placed<'_>]) -> String {
    let mut html = String::new();
    let mut paragraph = Paragraph::default();
    for (_, stretch) in stretches {
        match stretch {
            Stretch::Words(words) => {
                for (place, part) in words.split("\n\n").enumerate() {
                    if place > 0 {
                        paragraph.end(&mut html);
                    }
                    paragraph.words(part);
                }
            }
            Stretch::Value(code) => paragraph.value(code),
            Stretch::Tag(code) => paragraph.tag(code),
            Stretch::Comment => {}
        }
    }
    paragraph.end(&mut html);
    html
}

/// A paragraph being read.
#[derive(Default)]
struct Paragraph {
    /// Tags before anything is said.
    before: String,
    html: String,
    /// Tags since something was said last.
    after: String,
    /// How many tags were opened here and not closed; less than nothing, the other way round.
    open: i32,
    /// Whether it holds a block, which is no paragraph.
    block: bool,
}

impl Paragraph {
    fn words(&mut self, words: &str) {
        if words.trim().is_empty() {
            // The engine takes the end of the line after a tag away.
            let tags = if self.html.is_empty() { &mut self.before } else { &mut self.after };
            tags.push_str(words);
            return;
        }
        let broken = self.html.is_empty() || !self.after.is_empty();
        self.html.push_str(&std::mem::take(&mut self.after));
        // Nothing is said before the first line; after a tag, its own line end is not a break.
        let words = match words.strip_prefix('\n').filter(|_| broken) {
            Some(words) => {
                self.html.push('\n');
                words
            }
            None => words,
        };
        let escaped = escaped(words.trim_end_matches('\n')).replace('\n', "<br>\n");
        self.html.push_str(&escaped);
        if words.ends_with('\n') {
            self.after.push('\n');
        }
    }

    fn value(&mut self, code: &str) {
        self.block |= inside(code).starts_with("blocks.");
        let between = std::mem::take(&mut self.after);
        self.html.push_str(&if between == "\n" { "<br>\n".to_owned() } else { between });
        self.html.push_str(code);
    }

    fn tag(&mut self, code: &str) {
        self.open += match inside(code).split_whitespace().next() {
            Some("if" | "for") => 1,
            Some("endif" | "endfor") => -1,
            _ => 0,
        };
        let tags = if self.html.is_empty() { &mut self.before } else { &mut self.after };
        tags.push_str(code);
    }

    /// A tag that opens in one paragraph and closes in another stands between them.
    fn end(&mut self, html: &mut String) {
        let Self { before, html: said, after, open, block } = std::mem::take(self);
        let parts: [&str; 5] = if said.is_empty() || block {
            [&before, &said, &after, "", ""]
        } else if open == 0 {
            ["<p>", &before, &said, &after, "</p>"]
        } else {
            [&before, "<p>", &said, "</p>", &after]
        };
        let whole = parts.concat();
        let whole = whole.trim_matches('\n');
        if !whole.is_empty() {
            html.push_str(whole);
            html.push('\n');
        }
    }
}
