//! Keys as persons make them.

use pgp::composed::{
    ArmorOptions, EncryptionCaps, KeyType, SecretKeyParamsBuilder, SignedPublicKey,
    SubkeyParamsBuilder,
};
use rand::{SeedableRng as _, rngs::StdRng};

/// One of somebody: secret, and public.
pub(crate) fn key(whose: &str, seed: u64) -> (String, String) {
    let mut subkey = SubkeyParamsBuilder::default();
    subkey.key_type(KeyType::X25519).can_encrypt(EncryptionCaps::All);
    let mut params = SecretKeyParamsBuilder::default();
    params
        .key_type(KeyType::Ed25519)
        .can_certify(true)
        .can_sign(true)
        .primary_user_id(format!("{whose} <desk@{whose}.example>"))
        .subkeys(vec![subkey.build().unwrap()]);
    let key = params.build().unwrap().generate(StdRng::seed_from_u64(seed)).unwrap();
    let public = SignedPublicKey::from(key.clone());
    let secret = key.to_armored_string(ArmorOptions::default()).unwrap();
    (secret, public.to_armored_string(ArmorOptions::default()).unwrap())
}
