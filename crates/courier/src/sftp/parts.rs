//! What a server of files is known by, read once.

use std::{fmt, sync::Arc};

use russh::keys::{HashAlg, PrivateKey, PublicKey, decode_secret_key, ssh_key::Fingerprint};

use crate::Login;

/// Why something cannot be used to reach a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// No name or address of a machine.
    #[error(
        "{given:?} is no host: a name or an address without a scheme, a user, a port or a path"
    )]
    Host {
        /// Its beginning.
        given: String,
    },
    /// No folder.
    #[error(
        "{given:?} is no folder: its parts have letters, digits, '.', '_', '-', and none is '..'"
    )]
    Folder {
        /// Its beginning.
        given: String,
    },
    /// Neither a fingerprint nor a key.
    #[error("{given:?} is neither a fingerprint such as SHA256:… nor a public key: {reason}")]
    HostKey {
        /// Its beginning.
        given: String,
        /// Why not.
        reason: String,
    },
    /// No private key, which is not shown.
    #[error("this is no private key that can be used: {reason}")]
    Key {
        /// Why not.
        reason: String,
    },
}

/// The key by which a server is known: of one that shows another, nothing is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostKey(Known);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Known {
    Fingerprint(Fingerprint),
    Key(Box<PublicKey>),
}

impl HostKey {
    /// `SHA256:…` as `ssh-keygen -l` writes it, or the key itself as in `known_hosts`, without the
    /// host: `ssh-ed25519 AAAA…`.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let text = text.trim();
        let no = |reason: String| Unusable::HostKey { given: beginning(text), reason };
        if text.starts_with("SHA256:") || text.starts_with("SHA512:") {
            let fingerprint =
                text.parse().map_err(|it: russh::keys::ssh_key::Error| no(it.to_string()))?;
            return Ok(Self(Known::Fingerprint(fingerprint)));
        }
        let key = PublicKey::from_openssh(text).map_err(|it| no(it.to_string()))?;
        Ok(Self(Known::Key(Box::new(key))))
    }

    pub(super) fn is(&self, shown: &PublicKey) -> bool {
        match &self.0 {
            Known::Fingerprint(it) => shown.fingerprint(it.algorithm()) == *it,
            Known::Key(it) => it.key_data() == shown.key_data(),
        }
    }

    /// How a key is told to whoever has to compare it.
    pub(super) fn told(shown: &PublicKey) -> String {
        shown.fingerprint(HashAlg::Sha256).to_string()
    }
}

/// A private key, which no `Debug` shows.
#[derive(Clone)]
pub struct SshKey(pub(super) Arc<PrivateKey>);

impl SshKey {
    /// A key as OpenSSH keeps it, Ed25519 or ECDSA, without a passphrase: whoever may read the file
    /// may use it.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let no = |reason: String| Unusable::Key { reason };
        let key = decode_secret_key(text, None).map_err(|it| no(it.to_string()))?;
        if key.is_encrypted() {
            return Err(no("it needs a passphrase".to_owned()));
        }
        if key.algorithm().is_rsa() {
            return Err(no("it is an RSA key: use Ed25519 or ECDSA".to_owned()));
        }
        Ok(Self(Arc::new(key)))
    }
}

impl fmt::Debug for SshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SshKey(…)")
    }
}

/// Who we are to a server of files.
#[derive(Clone, Debug)]
pub enum SshLogin {
    /// A user with a password.
    Password(Login),
    /// A user with a key.
    Key {
        /// The user.
        user: String,
        /// The private key.
        key: SshKey,
    },
}

pub(super) fn host(given: &str) -> Result<String, Unusable> {
    let known = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_' | ':');
    // Only an address of version 6 has colons.
    let fits = (1..=255).contains(&given.len())
        && given.chars().all(known)
        && (!given.contains(':') || given.parse::<std::net::Ipv6Addr>().is_ok());
    if fits { Ok(given.to_owned()) } else { Err(Unusable::Host { given: beginning(given) }) }
}

pub(super) fn folder(given: &str) -> Result<String, Unusable> {
    let known = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
    let inner = given.strip_prefix('/').unwrap_or(given);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let part = |it: &str| !it.is_empty() && it != ".." && it != "." && it.chars().all(known);
    let fits = given.len() <= 255 && (inner.is_empty() || inner.split('/').all(part));
    if fits { Ok(given.to_owned()) } else { Err(Unusable::Folder { given: beginning(given) }) }
}

fn beginning(text: &str) -> String {
    text.chars().take(80).collect()
}
