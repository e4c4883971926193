//! How a webhook shows that it is ours.

use std::fmt::{self, Write as _};

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What both sides know, which no `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// At least 16 bytes, so that it cannot be found by trying; `None` for fewer.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        (bytes.len() >= 16).then_some(Self(bytes))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The value of `Vigie-Signature`: `t=<at>,v1=<hex>`, where the latter is HMAC-SHA-256 under the secret
/// of `<at>.<body>`. `at` is in seconds since 1970; a receiver refuses one that is old.
pub fn signature(secret: &Secret, at: i64, body: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    // HMAC takes a key of any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) {
        mac.update(format!("{at}.").as_bytes());
        mac.update(body);
        for byte in mac.finalize().into_bytes() {
            let _infallible = write!(hex, "{byte:02x}");
        }
    }
    format!("t={at},v1={hex}")
}
