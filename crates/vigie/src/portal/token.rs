//! The last part of a customer's link: whose page it opens, until when, and a signature.
//!
//! `acme.C-1001.20261223.5f0c9a1e.` and 32 digits: tenant, customer, last day, key, and HMAC-SHA-256
//! of what is before them, cut to 128 bits (RFC 2104, section 5: no less than half). Ids have no dots.
//! Nothing in it names a person, and nothing of it is kept: a link is taken back by taking its key
//! away.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use chrono::NaiveDate;
use events::{CustomerId, TenantId};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// The least a key has, in bytes.
const KEY_BYTES_MIN: usize = 32;
/// What is left of a signature, in bytes.
const MAC_BYTES: usize = 16;
/// So that a key that also signs something else signs no links with it.
const PURPOSE: &str = "vigie portal v1 ";

/// What links are signed with, which no `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    id: String,
    secret: Vec<u8>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl Key {
    /// At least 32 bytes; `None` for fewer.
    pub fn new(secret: impl Into<Vec<u8>>) -> Option<Self> {
        let secret = secret.into();
        if secret.len() < KEY_BYTES_MIN {
            return None;
        }
        let mut key = Self { id: String::new(), secret };
        // The name of a key follows from it, so that nobody has to give it one.
        key.id = hex(key.mac("key")?.finalize().into_bytes().get(..4)?);
        Some(key)
    }

    fn mac(&self, text: &str) -> Option<Hmac<Sha256>> {
        // It takes a key of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(PURPOSE.as_bytes());
        mac.update(text.as_bytes());
        Some(mac)
    }
}

/// The keys of a tenant: the first signs, each of them is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyring {
    first: Key,
    older: Vec<Key>,
}

/// Whose page a link opens, and up to which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// To whom is owed.
    pub tenant: TenantId,
    /// Who owes.
    pub customer: CustomerId,
    /// The last day on which it opens.
    pub until: NaiveDate,
}

/// A token taken apart. Nothing in it is to be believed before [`Keyring::grant`] says so.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    claimed: Grant,
    key: String,
    mac: [u8; MAC_BYTES],
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A text that is no token, whatever the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no token of a link")]
pub struct NoToken;

impl Keyring {
    /// A key that signs, and those that were replaced and are still believed.
    pub fn new(first: Key, older: Vec<Key>) -> Self {
        Self { first, older }
    }

    /// The token that opens a customer's page.
    pub fn token(&self, grant: &Grant) -> String {
        let text = signed(grant, &self.first.id);
        let mac = self.first.mac(&text).map(|it| it.finalize().into_bytes());
        let mac = mac.as_ref().and_then(|it| it.get(..MAC_BYTES)).unwrap_or_default();
        format!("{text}.{}", hex(mac))
    }

    /// What a token opens on a day: nothing if its day has passed, or if none of these keys signed
    /// exactly this.
    pub fn grant(&self, token: Token, today: NaiveDate) -> Option<Grant> {
        let mut keys = std::iter::once(&self.first).chain(&self.older);
        let key = keys.find(|it| it.id == token.key)?;
        // Compared in a time that says nothing of where they differ.
        key.mac(&signed(&token.claimed, &key.id))?.verify_truncated_left(&token.mac).ok()?;
        (today <= token.claimed.until).then_some(token.claimed)
    }
}

impl Token {
    /// Whose keys have to be asked.
    pub fn claimed_tenant(&self) -> &TenantId {
        &self.claimed.tenant
    }
}

impl FromStr for Token {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let parts: Vec<_> = text.split('.').collect();
        let [tenant, customer, until, key, mac] = parts.as_slice() else { return Err(NoToken) };
        let until =
            Some(until).filter(|it| it.len() == 8 && it.bytes().all(|it| it.is_ascii_digit()));
        let until = until.and_then(|it| NaiveDate::parse_from_str(it, "%Y%m%d").ok());
        Ok(Self {
            claimed: Grant {
                tenant: tenant.parse().map_err(|_| NoToken)?,
                customer: customer.parse().map_err(|_| NoToken)?,
                until: until.ok_or(NoToken)?,
            },
            key: (*key).to_owned(),
            mac: bytes(mac).ok_or(NoToken)?,
        })
    }
}

/// What is signed.
fn signed(grant: &Grant, key: &str) -> String {
    let Grant { tenant, customer, until } = grant;
    format!("{tenant}.{customer}.{}.{key}", until.format("%Y%m%d"))
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _infallible = write!(hex, "{byte:02x}");
    }
    hex
}

/// Digits in lower case only: one link has one spelling.
fn bytes(hex: &str) -> Option<[u8; MAC_BYTES]> {
    if hex.len() != 2 * MAC_BYTES || !hex.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    let mut bytes = [0; MAC_BYTES];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn key(byte: u8) -> Key {
        Key::new([byte; 32]).unwrap()
    }

    fn grant() -> Grant {
        let (tenant, customer) = ("acme".parse().unwrap(), "C-1001".parse().unwrap());
        Grant { tenant, customer, until: day("2026-12-23") }
    }

    fn opens(keys: &Keyring, token: &str, today: &str) -> Option<Grant> {
        keys.grant(token.parse().ok()?, day(today))
    }

    #[test]
    fn a_link_opens_its_page_up_to_its_day() {
        let keys = Keyring::new(key(1), Vec::new());
        let token = keys.token(&grant());
        assert!(token.starts_with("acme.C-1001.20261223."), "{token}");
        assert_eq!(opens(&keys, &token, "2026-11-23"), Some(grant()));
        assert_eq!(opens(&keys, &token, "2026-12-23"), Some(grant()));
        assert_eq!(opens(&keys, &token, "2026-12-24"), None);
    }

    #[test]
    fn whoever_changes_a_character_opens_nothing() {
        let keys = Keyring::new(key(1), Vec::new());
        let token = keys.token(&grant());
        for place in 0..token.len() {
            for other in ['0', '1', 'a', 'Z', '.', '-', '=', ' ', '/'] {
                let mut changed: Vec<_> = token.chars().collect();
                if std::mem::replace(&mut changed[place], other) == other {
                    continue;
                }
                let changed: String = changed.into_iter().collect();
                assert_eq!(opens(&keys, &changed, "2026-11-23"), None, "{changed}");
            }
            assert_eq!(opens(&keys, token.get(..place).unwrap(), "2026-11-23"), None);
        }
        for more in ["0", ".", ".0", " ", "\n"] {
            assert_eq!(opens(&keys, &format!("{token}{more}"), "2026-11-23"), None);
        }
        assert_eq!(opens(&keys, &token.to_uppercase(), "2026-11-23"), None);
    }

    #[test]
    fn another_customer_or_day_needs_another_signature() {
        let keys = Keyring::new(key(1), Vec::new());
        let token = keys.token(&grant());
        let (_, signature) = token.rsplit_once('.').unwrap();
        for (from, to) in [("C-1001", "C-1002"), ("acme", "bcme"), ("20261223", "20271223")] {
            let forged = token.replace(from, to);
            assert_ne!(forged, token);
            assert_eq!(opens(&keys, &forged, "2026-11-23"), None, "{forged}");
            assert!(forged.ends_with(signature));
        }
    }

    #[test]
    fn a_key_that_was_replaced_is_believed_until_it_is_taken_away() {
        let old = Keyring::new(key(1), Vec::new());
        let both = Keyring::new(key(2), vec![key(1)]);
        let new = Keyring::new(key(2), Vec::new());
        let (before, after) = (old.token(&grant()), both.token(&grant()));
        assert_ne!(before, after);
        assert_eq!(opens(&both, &before, "2026-11-23"), Some(grant()));
        assert_eq!(opens(&both, &after, "2026-11-23"), Some(grant()));
        assert_eq!(opens(&new, &after, "2026-11-23"), Some(grant()));
        assert_eq!(opens(&new, &before, "2026-11-23"), None);
    }

    #[test]
    fn a_short_key_is_none_and_no_debug_shows_one() {
        assert!(Key::new([7; 31]).is_none());
        let shown = format!(
            "{:?}",
            Keyring::new(Key::new(*b"abcdefghijklmnopqrstuvwxyz012345").unwrap(), Vec::new())
        );
        assert!(!shown.contains("abcdef") && !shown.contains("97"), "{shown}");
    }
}
