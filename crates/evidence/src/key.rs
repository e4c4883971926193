//! The tenant's key: whoever has its public half knows that nobody else made the bundle.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};

use crate::digest::{from_hex, hex, sha256};

/// What a tenant signs with. Its seed is 32 bytes that nobody else knows.
pub struct SigningKey(ed25519_dalek::SigningKey);

/// The half that everybody may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Not the seed or the public half of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is 64 lower-case hexadecimal digits")]
pub struct NotAKey;

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().fingerprint())
    }
}

impl SigningKey {
    /// From the 64 hexadecimal digits of its seed.
    pub fn from_seed(text: &str) -> Result<Self, NotAKey> {
        let seed = from_hex(text.trim()).ok_or(NotAKey)?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature of these bytes, in 128 hexadecimal digits.
    pub(crate) fn sign(&self, bytes: &[u8]) -> String {
        let signature = self.0.sign(bytes);
        format!("{}{}", hex(*signature.r_bytes()), hex(*signature.s_bytes()))
    }
}

impl PublicKey {
    /// From its 64 hexadecimal digits.
    pub fn read(text: &str) -> Result<Self, NotAKey> {
        let bytes = from_hex(text).ok_or(NotAKey)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| NotAKey)
    }

    /// Its 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        hex(self.0.to_bytes())
    }

    /// SHA-256 of its 32 bytes: what a tenant prints on paper, so that others can compare.
    pub fn fingerprint(&self) -> String {
        sha256(self.0.as_bytes())
    }

    /// Whether this is its signature of these bytes.
    pub(crate) fn has_signed(&self, bytes: &[u8], signature: &str) -> bool {
        let halves = signature.split_at_checked(64);
        let halves = halves.and_then(|(r, s)| from_hex(r).zip(from_hex(s)));
        halves.is_some_and(|(r, s)| {
            self.0.verify_strict(bytes, &Signature::from_components(r, s)).is_ok()
        })
    }
}
