//! One e-mail: one sender, one recipient, one outcome. Whoever writes to several sends several.

use std::{fmt::Write as _, time::SystemTime};

use lettre::{
    Address as Mail,
    message::{
        Attachment as Enclosure, Body, Mailbox, Message as Letter, MultiPart, MultiPartKind,
        SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use crate::outcome::one_line;

/// An e-mail to be sent. The same fields give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Says which message it is, for ever: 1 to 150 of `A`–`Z`, `a`–`z`, `0`–`9`, `.`, `_`, `-`, the
    /// first and the last neither of the signs. With the sender's domain it becomes the Message-ID.
    pub id: String,
    /// The date it bears.
    pub date: SystemTime,
    /// Who writes.
    pub from: Address,
    /// To whom.
    pub to: Address,
    /// Where answers go, if not to `from`.
    pub reply_to: Option<Address>,
    /// One line; control characters become spaces. Of any length: it is folded.
    pub subject: String,
    /// The body as text.
    pub text: String,
    /// The body as HTML.
    pub html: Option<String>,
    /// What is enclosed.
    pub attachments: Vec<Attachment>,
}

/// A mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// As people know it; control characters become spaces, and it is cut after 120 characters.
    pub name: Option<String>,
    /// `somebody@example.org`.
    pub email: String,
}

/// A PDF that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its file name, with its ending.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why something is no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// An id that could not stand in a header or a file name.
    #[error(
        "{given:?} is no id: it has 1 to 150 letters, digits, '.', '_', '-', signs only between"
    )]
    Id {
        /// Its beginning.
        given: String,
    },
    /// No e-mail address.
    #[error("{field}: {given:?} is no e-mail address: {reason}")]
    Email {
        /// `from`, `to` or `reply_to`.
        field: &'static str,
        /// Its beginning.
        given: String,
        /// Why not.
        reason: String,
    },
    /// A name that could not stand in every folder.
    #[error(
        "{given:?} is no name of a file: it has 1 to 200 letters, digits, '.', '_', '-', signs only \
         between"
    )]
    FileName {
        /// Its beginning.
        given: String,
    },
    /// What could not be put together.
    #[error("the message cannot be composed: {reason}")]
    Compose {
        /// Why not.
        reason: String,
    },
}

const ID_CHARS_MAX: usize = 150;
/// With the dot and the ending of a partial file it fits wherever 255 bytes do.
const FILE_NAME_CHARS_MAX: usize = 200;
/// The most that SMTP carries (RFC 5321, 4.5.3.1.3).
const EMAIL_BYTES_MAX: usize = 254;
/// Longer names are cut: they are for people, and cannot be folded.
const NAME_CHARS_MAX: usize = 120;
/// Up to here a word needs no encoding to fit a line.
const WORD_BYTES_MAX: usize = 200;
/// An encoded piece with its frame has at most 75 bytes (RFC 2047, 2).
const PIECE_BYTES_MAX: usize = 60;
/// Neither base64 nor quoted-printable can contain `=_`, so no body contains these.
const BOUNDARIES: [&str; 2] = ["=_vigie_whole", "=_vigie_words"];

/// Refuses an id that means something else to a header, a file system or a URL.
pub(crate) fn check_id(id: &str) -> Result<(), Unfit> {
    let fits = id.len() <= ID_CHARS_MAX && is_plain(id);
    if fits { Ok(()) } else { Err(Unfit::Id { given: beginning(id) }) }
}

/// Refuses a name that means something else to a file system, or is hidden there.
pub(crate) fn check_file_name(name: &str) -> Result<(), Unfit> {
    let fits = name.len() <= FILE_NAME_CHARS_MAX && is_plain(name);
    if fits { Ok(()) } else { Err(Unfit::FileName { given: beginning(name) }) }
}

fn is_plain(text: &str) -> bool {
    let known = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
    let ends = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    text.chars().all(known)
        && ends(text.chars().next())
        && ends(text.chars().last())
        && !text.contains("..")
}

impl Message {
    /// The message as it goes over the wire.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Unfit> {
        Ok(self.compose()?.formatted())
    }

    pub(crate) fn compose(&self) -> Result<Letter, Unfit> {
        check_id(&self.id)?;
        let from = self.from.mailbox("from")?;
        let id = format!("<{}@{}>", self.id, from.email.domain());
        let auto = HeaderName::new_from_ascii_str("Auto-Submitted");
        let mut builder = Letter::builder()
            .message_id(Some(id))
            .date(self.date)
            .from(from)
            .to(self.to.mailbox("to")?)
            .raw_header(subject(&self.subject))
            // So that no absence assistant answers.
            .raw_header(HeaderValue::new(auto, "auto-generated".to_owned()));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.mailbox("reply_to")?);
        }
        let [whole, words] = BOUNDARIES;
        let text = words_part(&self.text, ContentType::TEXT_PLAIN)?;
        let html =
            self.html.as_ref().map(|it| words_part(it, ContentType::TEXT_HTML)).transpose()?;
        let of = |kind, boundary| MultiPart::builder().kind(kind).boundary(boundary);
        let mixed = of(MultiPartKind::Mixed, whole);
        let alternative = of(MultiPartKind::Alternative, words);
        let composed = match (html, self.attachments.is_empty()) {
            (None, true) => builder.singlepart(text),
            (Some(html), true) => builder.multipart(alternative.singlepart(text).singlepart(html)),
            (html, false) => {
                let mut parts = match html {
                    None => mixed.singlepart(text),
                    Some(html) => mixed.multipart(alternative.singlepart(text).singlepart(html)),
                };
                for attachment in &self.attachments {
                    parts = parts.singlepart(attachment.part()?);
                }
                builder.multipart(parts)
            }
        };
        composed.map_err(|it| Unfit::Compose { reason: it.to_string() })
    }
}

impl Address {
    fn mailbox(&self, field: &'static str) -> Result<Mailbox, Unfit> {
        let no = |reason: String| Unfit::Email { field, given: beginning(&self.email), reason };
        if self.email.chars().any(|it| it.is_control() || it.is_whitespace()) {
            return Err(no("it has spaces or control characters".to_owned()));
        }
        let email: Mail = self.email.parse().map_err(|it| no(format!("{it}")))?;
        if self.email.len() > EMAIL_BYTES_MAX {
            return Err(no(format!("it has more than {EMAIL_BYTES_MAX} bytes")));
        }
        let name = self.name.as_deref().map(name).filter(|it| !it.is_empty());
        Ok(Mailbox::new(name, email))
    }
}

impl Attachment {
    fn part(&self) -> Result<SinglePart, Unfit> {
        let pdf = ContentType::parse("application/pdf")
            .map_err(|it| Unfit::Compose { reason: it.to_string() })?;
        // Slashes and quotes mean something to whoever saves it.
        let name = name(&self.name).replace(['/', '\\', '"'], "_");
        Ok(Enclosure::new(name).body(self.bytes.clone(), pdf))
    }
}

/// A subject that is folded wherever it gets long. What has spaces is folded there; a word too long for
/// a line is encoded piece by piece (RFC 2047), which readers put together again.
fn subject(text: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Subject");
    let text = one_line(text);
    if text.split(' ').all(|it| it.len() <= WORD_BYTES_MAX) {
        return HeaderValue::new(name, text);
    }
    let mut pieces = vec![String::new()];
    for character in text.chars() {
        let mut encoded = String::new();
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            if byte.is_ascii_alphanumeric() {
                encoded.push(char::from(byte));
            } else {
                let _infallible = write!(encoded, "={byte:02X}");
            }
        }
        match pieces.last_mut() {
            Some(piece) if piece.len() + encoded.len() <= PIECE_BYTES_MAX => {
                piece.push_str(&encoded);
            }
            _ => pieces.push(encoded),
        }
    }
    let pieces: Vec<_> = pieces.iter().map(|it| format!("=?utf-8?q?{it}?=")).collect();
    HeaderValue::dangerous_new_pre_encoded(name, text, pieces.join("\r\n "))
}

/// Words, always encoded: no bare line feed and no lone dot reaches the server, and lines end by CR LF.
fn words_part(words: &str, kind: ContentType) -> Result<SinglePart, Unfit> {
    let words = words.replace("\r\n", "\n").replace('\r', "\n");
    let body = Body::new_with_encoding(words, ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| Unfit::Compose { reason: "a body cannot be encoded".to_owned() })?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// A name on one line, cut where it gets long.
fn name(text: &str) -> String {
    one_line(text).chars().take(NAME_CHARS_MAX).collect()
}

fn beginning(text: &str) -> String {
    text.chars().take(80).collect()
}
