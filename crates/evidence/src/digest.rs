//! The two hashes of a file: BLAKE3, which is the journal's, and SHA-256, which every machine has.

use events::Hash;
use sha2::{Digest as _, Sha256};

/// SHA-256, in 64 lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).into())
}

/// 32 bytes in 64 lower-case hexadecimal digits.
pub(crate) fn hex(bytes: [u8; 32]) -> String {
    Hash::from_bytes(bytes).hex()
}

/// 32 bytes from 64 lower-case hexadecimal digits, and from nothing else.
pub(crate) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let hash: Hash = text.parse().ok()?;
    (hash.hex() == text).then(|| *hash.as_bytes())
}
