//! Lists, page by page.
//!
//! A token says behind which row the next page begins, and is good for the request it came with
//! only: its seal is over everything else that was asked. It is no secret and lets nobody see more
//! than the request itself does, so it is checked and not signed.

use chrono::NaiveDate;
use events::Hash;
use prost::Message;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::fields::{Fields, Read};

const SIZE_DEFAULT: usize = 50;
const SIZE_MAX: usize = 1_000;
const SEAL: usize = 8;

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token<K> {
    /// The last row of the page before.
    pub(crate) after: K,
    /// The day that the first page settled for all of them.
    pub(crate) pinned: Option<NaiveDate>,
}

/// How many rows a page has.
pub(crate) fn size(fields: &mut Fields, size: i32) -> Read<usize> {
    match usize::try_from(size) {
        Ok(0) => Ok(SIZE_DEFAULT),
        Ok(size) => Ok(size.min(SIZE_MAX)),
        Err(_) => Err(fields.wrong("page_size", "may not be negative")),
    }
}

/// A page out of everything there is.
pub(crate) struct Cut<K, R> {
    /// Its rows, each with where it stands among the others.
    pub(crate) rows: Vec<(K, R)>,
    /// Its last row, if there are more behind it.
    pub(crate) next: Option<K>,
    /// How many rows there are on all pages.
    pub(crate) count: usize,
}

/// The rows behind one, in order, as many as a page has.
pub(crate) fn cut<K: Ord + Clone, R>(
    mut rows: Vec<(K, R)>,
    after: Option<&K>,
    size: usize,
) -> Cut<K, R> {
    let count = rows.len();
    rows.retain(|(place, _)| after.is_none_or(|after| place > after));
    rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|(place, _)| place.clone());
    Cut { rows, next, count }
}

/// Reads a token; there is none for the first page. `asked` is the request without what may differ
/// from page to page.
pub(crate) fn token<K: DeserializeOwned>(
    fields: &mut Fields,
    text: &str,
    asked: &impl Message,
) -> Read<Option<Token<K>>> {
    if text.is_empty() {
        return Ok(None);
    }
    let why = "is not the next_page_token of a page of this same request";
    let token = open(text, &digest(asked)).ok_or_else(|| fields.wrong("page_token", why))?;
    Ok(Some(token))
}

impl<K: Serialize> Token<K> {
    /// The token, for the same request.
    pub(crate) fn write(&self, asked: &impl Message) -> String {
        let body = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = seal(&digest(asked), &body).to_vec();
        bytes.extend_from_slice(&body);
        bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            text.extend(
                [byte >> 4, byte & 15].map(|it| char::from_digit(it.into(), 16)).iter().flatten(),
            );
            text
        })
    }
}

fn digest(asked: &impl Message) -> [u8; 32] {
    *Hash::of(&asked.encode_to_vec()).as_bytes()
}

/// Of what was asked and what the token says together.
fn seal(digest: &[u8; 32], body: &[u8]) -> [u8; SEAL] {
    let whole = Hash::of(&[digest, body].concat());
    whole.as_bytes().first_chunk().copied().unwrap_or_default()
}

fn open<K: DeserializeOwned>(text: &str, digest: &[u8; 32]) -> Option<Token<K>> {
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for pair in text.as_bytes().chunks(2) {
        let &[high, low] = pair else { return None };
        bytes.push(digit(high)? << 4 | digit(low)?);
    }
    let (stated, body) = bytes.split_first_chunk::<SEAL>()?;
    if seal(digest, body) != *stated {
        return None;
    }
    serde_json::from_slice(body).ok()
}

#[cfg(test)]
mod tests {
    use super::{super::fields::Noted, *};
    use api::shared::Position;

    #[test]
    fn a_token_is_good_for_its_own_request_only_and_only_whole() {
        let asked = Position { sequences: [(0, 7)].into() };
        let before =
            Token { after: ("C-1".to_owned(), 3), pinned: NaiveDate::from_ymd_opt(2026, 5, 31) };
        let text = before.write(&asked);
        let read = |text: &str, asked: &Position| {
            token::<(String, i32)>(&mut Fields::default(), text, asked)
        };
        assert_eq!(read(&text, &asked), Ok(Some(before)));
        assert_eq!(read("", &asked), Ok(None));
        assert_eq!(read(&text, &Position { sequences: [(0, 8)].into() }), Err(Noted));
        for at in 0..text.len() {
            let mut broken = text.clone().into_bytes();
            broken[at] = if broken[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(read(&String::from_utf8(broken).unwrap(), &asked), Err(Noted), "{at}");
            let cut = text.get(..at).unwrap();
            assert_eq!(read(cut, &asked), if at == 0 { Ok(None) } else { Err(Noted) });
        }
        assert_eq!(read("zz", &asked), Err(Noted));
        assert_eq!(read("é", &asked), Err(Noted));
    }
}
