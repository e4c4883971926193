//! When two references name the same thing, and which references a payer's text holds.

use std::borrow::Cow;

use events::{InvoiceId, Reference};

/// A reference as it is compared: letters in capitals and digits, nothing else, so that
/// `fa 2026/7` is `FA-2026-7`. Leading zeros count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Significant(String);

impl Significant {
    /// None if there is nothing to compare.
    pub(super) fn of(reference: &Reference) -> Option<Self> {
        let text: String = significant(reference.as_str()).collect();
        if text.is_empty() { None } else { Some(Self(text)) }
    }

    pub(super) fn is(&self, reference: &Reference) -> bool {
        significant(reference.as_str()).eq(self.0.chars())
    }

    pub(super) fn is_invoice(&self, id: &InvoiceId) -> bool {
        significant(&unescaped(id.as_str())).eq(self.0.chars())
    }
}

fn significant(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_uppercase)
}

/// An id as the outside wrote it: `FA=202026=2E7` is `FA 2026.7`.
fn unescaped(id: &str) -> Cow<'_, str> {
    if !id.contains('=') {
        return Cow::Borrowed(id);
    }
    let mut bytes = Vec::with_capacity(id.len());
    let mut rest = id.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().and_then(|it| char::from(it).to_digit(16));
        bytes.push(match byte {
            b'=' => {
                let value = digit().unwrap_or_default() * 16 + digit().unwrap_or_default();
                u8::try_from(value).unwrap_or(b'?')
            }
            plain => plain,
        });
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The most references taken from one text.
const FOUND_MAX: usize = 20;

/// What may be a reference in what a payer wrote: pieces with a digit, of at least four letters
/// and digits. Left out is what may be personal or is no reference: e-mail addresses, account
/// numbers (IBAN), telephone numbers, dates and amounts.
pub(crate) fn references_in(text: &str) -> impl Iterator<Item = Reference> {
    let apart =
        |it: char| it.is_whitespace() || it.is_control() || "|;\"'()[]{}<>*+?!:&".contains(it);
    let pieces = text.split(apart).flat_map(|piece| {
        // A comma between digits is an amount's; elsewhere it parts references.
        if is_amount(piece) { vec![] } else { piece.split(',').collect() }
    });
    pieces
        .map(|piece| piece.trim_matches(|it: char| !it.is_alphanumeric()))
        .filter(|piece| {
            let length = piece.chars().filter(|it| it.is_alphanumeric()).count();
            length >= 4
                && piece.chars().any(|it| it.is_ascii_digit())
                && !piece.contains('@')
                && !is_amount(piece)
                && !is_date(piece)
                && !is_telephone(piece)
                && !is_iban(piece)
        })
        .filter_map(|piece| piece.parse().ok())
        .take(FOUND_MAX)
}

/// `1200,50`, `1.200,50`, `1200.50`.
fn is_amount(piece: &str) -> bool {
    let number = piece.trim_end_matches(['€', '$', '£']);
    let Some((whole, cents)) = number.rsplit_once([',', '.']) else { return false };
    cents.len() == 2
        && cents.bytes().all(|it| it.is_ascii_digit())
        && whole.bytes().all(|it| it.is_ascii_digit() || it == b'.' || it == b',')
}

/// `31/05/2026`, `31.05.26`, `2026-05-31`.
fn is_date(piece: &str) -> bool {
    let parts: Vec<&str> = piece.split(['/', '.', '-']).collect();
    let [first, second, third] = parts.as_slice() else { return false };
    let number = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    number(first)
        && number(second)
        && number(third)
        && matches!(
            (first.len(), second.len(), third.len()),
            (1 | 2, 1 | 2, 2 | 4) | (4, 1 | 2, 1 | 2)
        )
}

/// A national number such as `0612345678`, or an international one with 00.
fn is_telephone(piece: &str) -> bool {
    let digits: String = piece.chars().filter(|it| !matches!(it, '.' | '-' | '/')).collect();
    let all_digits = digits.bytes().all(|it| it.is_ascii_digit());
    all_digits
        && (digits.len() == 10 && digits.starts_with('0') && !digits.starts_with("00")
            || (11..=15).contains(&digits.len()) && digits.starts_with("00"))
}

/// An international bank account number, by its check digits (ISO 13616, ISO 7064 mod 97-10).
fn is_iban(piece: &str) -> bool {
    let bytes = piece.as_bytes();
    let Some((head, tail)) = bytes.split_at_checked(4) else { return false };
    if !(15..=34).contains(&bytes.len()) || !head.iter().take(2).all(u8::is_ascii_alphabetic) {
        return false;
    }
    let mut rest = 0;
    for byte in tail.iter().chain(head) {
        let Some(value) = char::from(*byte).to_digit(36) else { return false };
        rest = if value < 10 { rest * 10 + value } else { rest * 100 + value } % 97;
    }
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_hide_a_reference() {
        let given = Significant::of(&"fa 2026/7".parse().unwrap()).unwrap();
        assert!(given.is(&"FA-2026-7".parse().unwrap()));
        assert!(given.is_invoice(&"FA=202026=2E7".parse().unwrap()));
        assert!(!given.is(&"FA-2026-07".parse().unwrap()));
        assert_eq!(Significant::of(&"--".parse().unwrap()), None);
    }

    #[test]
    fn references_are_found_in_a_text_and_persons_are_not() {
        let found = |text: &str| references_in(text).map(|it| it.to_string()).collect::<Vec<_>>();
        assert_eq!(
            found("VIR M DUPONT JEAN fact. FA-2026/0017, FA-2026/0018 et 4711 du 31/05/2026"),
            ["FA-2026/0017", "FA-2026/0018", "4711"]
        );
        assert_eq!(
            found(
                "1.200,50 EUR jean.dupont@example.org tel 0612345678 FR7630006000011234567890189"
            ),
            Vec::<String>::new()
        );
        assert_eq!(found("INV1\r\nINV2;INV2000"), ["INV1", "INV2", "INV2000"]);
    }
}
