//! `OpenPGP` keys (RFC 9580, and RFC 4880 as `GnuPG` writes them): whose they are, and whether they may
//! be used on a day. A key says that itself, by signatures of its own; only those are believed.

use chrono::{DateTime, Utc};
use pgp::{
    composed::{Deserializable as _, SignedKeyDetails, SignedPublicKey, SignedSecretKey},
    packet::{self, PublicSubkey, Signature, SignatureType},
    types::{Duration, KeyDetails as _, Password, SigningKey, Tag, Timestamp, VerifyingKey},
};

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is none.
    #[error("the key of {whose} cannot be read: {why}")]
    Unreadable {
        /// Whose.
        whose: String,
        /// What is wrong.
        why: String,
    },
    /// Its owner says that it counts no more.
    #[error("the key of {0} is revoked")]
    Revoked(String),
    /// Its time is over.
    #[error("the key of {whose} expired on {on}")]
    Expired {
        /// Whose.
        whose: String,
        /// The day.
        on: chrono::NaiveDate,
    },
    /// It is for something else.
    #[error("the key of {0} has no subkey that may be encrypted to on this day")]
    NoEncryption(String),
    /// It is for something else.
    #[error("the key of {0} may not sign on this day")]
    NoSigning(String),
    /// The passphrase is not its own.
    #[error("the key of {0} does not open with its passphrase")]
    Locked(String),
}

/// What is encrypted to, and what signatures are held against.
#[derive(Debug, Clone)]
pub struct PublicKey {
    pub(crate) whose: String,
    pub(crate) key: SignedPublicKey,
}

/// What signs, and decrypts.
pub struct SecretKey {
    pub(crate) whose: String,
    pub(crate) key: SignedSecretKey,
    passphrase: String,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretKey").field("whose", &self.whose).finish_non_exhaustive()
    }
}

/// A part of a key that something may be encrypted to.
#[derive(Debug)]
pub(crate) enum Encrypts<'a> {
    Primary(&'a packet::PublicKey),
    Subkey(&'a PublicSubkey),
}

impl PublicKey {
    /// Reads a public key, armoured or not. `whose`: what errors call its owner.
    ///
    /// # Errors
    /// It is no public key, or is not signed by itself.
    pub fn read(whose: &str, bytes: &[u8]) -> Result<Self, KeyError> {
        let key = SignedPublicKey::from_reader_single(bytes);
        let (key, _) = key.map_err(|error| unreadable(whose, &error))?;
        let it = Self { whose: whose.to_owned(), key };
        if own_word(&it.key.primary_key, &it.key.details).is_none() {
            return Err(unreadable(whose, &"it does not vouch for itself"));
        }
        Ok(it)
    }

    /// Whether something may be encrypted to it at a time.
    ///
    /// # Errors
    /// It is revoked, expired, or has no part for that.
    pub fn check(&self, at: DateTime<Utc>) -> Result<(), KeyError> {
        self.encrypts(at).map(|_| ())
    }

    /// The part that is encrypted to: of those that may be, the newest.
    pub(crate) fn encrypts(&self, at: DateTime<Utc>) -> Result<Encrypts<'_>, KeyError> {
        let primary = &self.key.primary_key;
        holds(&self.whose, primary, &self.key.details, at)?;
        let now = seconds(at);
        let subkeys = self.key.public_subkeys.iter().filter(|it| {
            let binding = binding(primary, &it.key, &it.signatures, now);
            it.key.algorithm().can_encrypt() && binding.is_some_and(may_encrypt)
        });
        let newest = subkeys.max_by_key(|it| it.key.created_at().as_secs());
        if let Some(it) = newest {
            return Ok(Encrypts::Subkey(&it.key));
        }
        let word = own_word(primary, &self.key.details);
        if primary.algorithm().can_encrypt() && word.is_some_and(may_encrypt) {
            return Ok(Encrypts::Primary(primary));
        }
        Err(KeyError::NoEncryption(self.whose.clone()))
    }

    /// Every part that may have signed something.
    pub(crate) fn verifiers(&self) -> Vec<&dyn VerifyingKey> {
        let primary = &self.key.primary_key;
        let mut all: Vec<&dyn VerifyingKey> = vec![primary];
        for it in &self.key.public_subkeys {
            let mut signs = it.signatures.iter().filter(|it| it.key_flags().sign());
            if signs.any(|sig| sig.verify_subkey_binding(primary, &it.key).is_ok()) {
                all.push(&it.key);
            }
        }
        all
    }
}

impl SecretKey {
    /// Reads a secret key, armoured or not. `whose`: what errors call its owner.
    ///
    /// # Errors
    /// It is no secret key, is not signed by itself, or does not open with the passphrase.
    pub fn read(whose: &str, bytes: &[u8], passphrase: &str) -> Result<Self, KeyError> {
        let key = SignedSecretKey::from_reader_single(bytes);
        let (key, _) = key.map_err(|error| unreadable(whose, &error))?;
        if own_word(key.primary_key.public_key(), &key.details).is_none() {
            return Err(unreadable(whose, &"it does not vouch for itself"));
        }
        let opens = key.primary_key.unlock(&Password::from(passphrase), |_, _| Ok(()));
        if !matches!(opens, Ok(Ok(()))) {
            return Err(KeyError::Locked(whose.to_owned()));
        }
        Ok(Self { whose: whose.to_owned(), key, passphrase: passphrase.to_owned() })
    }

    pub(crate) fn passphrase(&self) -> Password {
        Password::from(self.passphrase.as_str())
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey { whose: self.whose.clone(), key: self.key.to_public_key() }
    }

    /// The part that signs: of those that may, the newest.
    pub(crate) fn signs(&self, at: DateTime<Utc>) -> Result<&dyn SigningKey, KeyError> {
        let primary = self.key.primary_key.public_key();
        holds(&self.whose, primary, &self.key.details, at)?;
        let now = seconds(at);
        let subkeys = self.key.secret_subkeys.iter().filter(|it| {
            let binding = binding(primary, it.key.public_key(), &it.signatures, now);
            binding.is_some_and(|it| it.key_flags().sign())
        });
        let newest = subkeys.max_by_key(|it| it.key.created_at().as_secs());
        if let Some(it) = newest {
            return Ok(&it.key);
        }
        let word = own_word(primary, &self.key.details);
        if word.is_some_and(|it| it.key_flags().sign()) {
            return Ok(&self.key.primary_key);
        }
        Err(KeyError::NoSigning(self.whose.clone()))
    }
}

fn may_encrypt(word: &Signature) -> bool {
    word.key_flags().encrypt_comms() || word.key_flags().encrypt_storage()
}

/// The newest thing that a key says of itself, if it says so rightly.
fn own_word<'a>(key: &packet::PublicKey, details: &'a SignedKeyDetails) -> Option<&'a Signature> {
    let direct = details.direct_signatures.iter().filter(|it| it.verify_key(key).is_ok());
    let users = details.users.iter().flat_map(|user| {
        let signatures = user.signatures.iter();
        signatures.filter(|it| it.typ() != Some(SignatureType::CertRevocation)).filter(move |it| {
            // What others say of it does not verify, and is left out.
            it.verify_certification(key, Tag::UserId, &user.id).is_ok()
        })
    });
    direct.chain(users).max_by_key(|it| it.created().map(Timestamp::as_secs))
}

/// Whether a key as a whole holds at a time.
fn holds(
    whose: &str,
    key: &packet::PublicKey,
    details: &SignedKeyDetails,
    at: DateTime<Utc>,
) -> Result<(), KeyError> {
    if details.revocation_signatures.iter().any(|it| it.verify_key(key).is_ok()) {
        return Err(KeyError::Revoked(whose.to_owned()));
    }
    let word = own_word(key, details);
    let until = word.and_then(|it| until(key.created_at(), it));
    match until {
        Some(until) if until <= seconds(at) => {
            let on = DateTime::from_timestamp(i64::from(until), 0).unwrap_or_default();
            Err(KeyError::Expired { whose: whose.to_owned(), on: on.date_naive() })
        }
        Some(_) | None => Ok(()),
    }
}

/// What binds a subkey to its key at a time; none if it is revoked, expired, or not bound.
fn binding<'a>(
    key: &packet::PublicKey,
    subkey: &PublicSubkey,
    signatures: &'a [Signature],
    now: u32,
) -> Option<&'a Signature> {
    let own = signatures.iter().filter(|it| it.verify_subkey_binding(key, subkey).is_ok());
    let (gone, bound): (Vec<_>, Vec<_>) =
        own.partition(|it| it.typ() == Some(SignatureType::SubkeyRevocation));
    if !gone.is_empty() {
        return None;
    }
    let newest = bound.into_iter().max_by_key(|it| it.created().map(Timestamp::as_secs))?;
    let over = until(subkey.created_at(), newest).is_some_and(|until| until <= now);
    (!over).then_some(newest)
}

/// The second from which a key that was made then does not count; none: for ever.
fn until(made: Timestamp, word: &Signature) -> Option<u32> {
    let lasts = word.key_expiration_time().map(Duration::as_secs).filter(|it| *it > 0)?;
    Some(made.as_secs().saturating_add(lasts))
}

/// Seconds since 1970, as `OpenPGP` counts them.
pub(crate) fn seconds(at: DateTime<Utc>) -> u32 {
    u32::try_from(at.timestamp().max(0)).unwrap_or(u32::MAX)
}

fn unreadable(whose: &str, why: &dyn std::fmt::Display) -> KeyError {
    KeyError::Unreadable { whose: whose.to_owned(), why: why.to_string() }
}
