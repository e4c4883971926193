//! Signed by whoever is owed, encrypted to whoever collects: an `OpenPGP` message that `gpg --decrypt`
//! opens.
//!
//! The signature is inside of the encryption and names the keys it is meant for, so that a collector
//! cannot pass it on as if it had been sealed for somebody else.

use chrono::{DateTime, Utc};
use pgp::{
    composed::{Message, MessageBuilder, SubpacketConfig},
    crypto::sym::SymmetricKeyAlgorithm,
    packet::{Subpacket, SubpacketData},
    types::{KeyDetails as _, KeyVersion, SigningKey, Timestamp},
};
use rand::{CryptoRng, RngCore};

use crate::{
    KeyError, PublicKey, SecretKey,
    key::{Encrypts, seconds},
};

/// Why nothing is sealed.
#[derive(Debug, thiserror::Error)]
pub enum Unsealed {
    /// A key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Nobody could open it.
    #[error("there is no key to encrypt to")]
    ForNobody,
    /// Something else.
    #[error("it cannot be sealed: {0}")]
    Failed(String),
}

/// Why a sealed message is not believed.
#[derive(Debug, thiserror::Error)]
pub enum Unopened {
    /// It is none, it is not for this key, or it was changed.
    #[error("it cannot be opened: {0}")]
    Unreadable(String),
    /// Somebody else signed it, or nobody, or it was changed.
    #[error("it is not signed by {0}")]
    Unsigned(String),
}

/// What was sealed, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When it was signed; none: that is not said.
    pub signed_at: Option<DateTime<Utc>>,
}

/// Where chance comes from. As a trait of its own it can be pointed at, and sealing is compiled here
/// rather than for each who seals.
pub trait Chance: CryptoRng + RngCore {}

impl<T: CryptoRng + RngCore> Chance for T {}

/// Signs and encrypts bytes. The same bytes are sealed otherwise each time: by chance, as it has to be.
///
/// # Errors
/// A key is revoked or expired at `at`, is for something else, or does not open.
pub fn seal(
    bytes: &[u8],
    from: &SecretKey,
    to: &[PublicKey],
    at: DateTime<Utc>,
    chance: &mut dyn Chance,
) -> Result<Vec<u8>, Unsealed> {
    let failed = |error: pgp::errors::Error| Unsealed::Failed(error.to_string());
    let signer = from.signs(at)?;
    let mut builder = MessageBuilder::from_bytes("", bytes.to_vec())
        .seipd_v1(&mut *chance, SymmetricKeyAlgorithm::AES256);
    if to.is_empty() {
        return Err(Unsealed::ForNobody);
    }
    for it in to {
        match it.encrypts(at)? {
            Encrypts::Primary(key) => builder.encrypt_to_key(&mut *chance, key),
            Encrypts::Subkey(key) => builder.encrypt_to_key(&mut *chance, key),
        }
        .map_err(failed)?;
    }
    let subpackets = said(signer, to, at).map_err(failed)?;
    builder.sign_with_subpackets(signer, from.passphrase(), signer.hash_alg(), subpackets);
    builder.to_vec(chance).map_err(failed)
}

/// What the signature says besides that it is one.
fn said(
    signer: &dyn SigningKey,
    to: &[PublicKey],
    at: DateTime<Utc>,
) -> Result<SubpacketConfig, pgp::errors::Error> {
    let signed_at = Timestamp::from_secs(seconds(at));
    let mut hashed = vec![
        Subpacket::regular(SubpacketData::IssuerFingerprint(signer.fingerprint()))?,
        Subpacket::regular(SubpacketData::SignatureCreationTime(signed_at))?,
    ];
    for it in to {
        let whom = SubpacketData::IntendedRecipientFingerprint(it.key.fingerprint());
        hashed.push(Subpacket::regular(whom)?);
    }
    let mut unhashed = Vec::new();
    if signer.version() <= KeyVersion::V4 {
        unhashed.push(Subpacket::regular(SubpacketData::IssuerKeyId(signer.legacy_key_id()))?);
    }
    Ok(SubpacketConfig::UserDefined { hashed, unhashed })
}

/// Opens what was sealed: decrypts it, and sees whose signature it bears.
///
/// # Errors
/// It is not for this key, is not signed by `from`, or a byte of it was changed.
pub fn open(sealed: &[u8], with: &SecretKey, from: &PublicKey) -> Result<Opened, Unopened> {
    let unreadable = |error: &dyn std::fmt::Display| Unopened::Unreadable(error.to_string());
    let message = Message::from_bytes(sealed).map_err(|it| unreadable(&it))?;
    let message = message.decrypt(&with.passphrase(), &with.key).map_err(|it| unreadable(&it))?;
    let mut message = if message.is_compressed() {
        message.decompress().map_err(|it| unreadable(&it))?
    } else {
        message
    };
    let bytes = message.as_data_vec().map_err(|it| unreadable(&it))?;
    let signature = from.verifiers().into_iter().find_map(|it| message.verify(it).ok());
    let signature = signature.ok_or_else(|| Unopened::Unsigned(from.whose.clone()))?;
    let signed_at = signature.created().map(|it| i64::from(it.as_secs()));
    let signed_at = signed_at.and_then(|it| DateTime::from_timestamp(it, 0));
    Ok(Opened { bytes, signed_at })
}
