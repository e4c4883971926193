use std::{path::Path, process::Command};

use chrono::{DateTime, Utc};
use letters::Language;
use pgp::{
    composed::{
        ArmorOptions, EncryptionCaps, KeyType, SecretKeyParamsBuilder, SubkeyParamsBuilder,
    },
    crypto::ecc_curve::ECCCurve,
    types::Timestamp,
};
use rand::{SeedableRng as _, rngs::StdRng};

use super::sample::dossier;
use crate::{KeyError, PublicKey, SecretKey, Unopened, Unsealed, archive, open, seal};

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn chance(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// A key as `GnuPG` makes them: it signs, and has a subkey to encrypt to.
fn key(whose: &str, seed: u64) -> (SecretKey, String) {
    let made = Timestamp::from_secs(1_700_000_000);
    let mut subkey = SubkeyParamsBuilder::default();
    subkey
        .key_type(KeyType::ECDH(ECCCurve::Curve25519Legacy))
        .can_encrypt(EncryptionCaps::All)
        .created_at(made);
    let mut params = SecretKeyParamsBuilder::default();
    params
        .key_type(KeyType::Ed25519Legacy)
        .can_certify(true)
        .can_sign(true)
        .created_at(made)
        .primary_user_id(format!("{whose} <desk@{whose}.example>"))
        .subkeys(vec![subkey.build().unwrap()]);
    let key = params.build().unwrap().generate(chance(seed)).unwrap();
    let armoured = key.to_armored_string(ArmorOptions::default()).unwrap();
    (SecretKey::read(whose, armoured.as_bytes(), "").unwrap(), armoured)
}

#[test]
fn the_collector_opens_it_and_sees_who_sealed_it() {
    let ((creditor, _), (agency, _), (other, _)) =
        (key("acme", 1), key("north", 2), key("west", 3));
    let zip = archive(&dossier(Language::Fr)).unwrap();
    let day = at("2026-06-01");
    let sealed = seal(&zip, &creditor, &[agency.public()], day, &mut chance(4)).unwrap();
    assert!(!sealed.windows(8).any(|it| it == b"manifest"), "nobody else reads it");
    let opened = open(&sealed, &agency, &creditor.public()).unwrap();
    assert_eq!((opened.bytes, opened.signed_at), (zip.clone(), Some(day)));
    let not_for_us = open(&sealed, &other, &creditor.public());
    assert!(matches!(not_for_us, Err(Unopened::Unreadable(_))));
    let not_from_them = open(&sealed, &agency, &other.public());
    assert!(matches!(not_from_them, Err(Unopened::Unsigned(whose)) if whose == "west"));
    // Two keys of a collector open the same.
    let both = [agency.public(), other.public()];
    let sealed = seal(&zip, &creditor, &both, day, &mut chance(5)).unwrap();
    for with in [&agency, &other] {
        assert_eq!(open(&sealed, with, &creditor.public()).unwrap().bytes, zip);
    }
}

#[test]
fn a_byte_that_was_changed_is_seen() {
    let ((creditor, _), (agency, _)) = (key("acme", 1), key("north", 2));
    let day = at("2026-06-01");
    let sealed = seal(b"what is owed", &creditor, &[agency.public()], day, &mut chance(4)).unwrap();
    assert!(open(&sealed, &agency, &creditor.public()).is_ok());
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        let opened = open(&changed, &agency, &creditor.public());
        // What only says to whom it is addressed may change, and what was sealed may not.
        let same = opened.as_ref().is_ok_and(|it| it.bytes == b"what is owed");
        let in_an_address = place < 16;
        assert!(opened.is_err() || (same && in_an_address), "byte {place} of {}", sealed.len());
    }
}

#[test]
fn keys_that_cannot_be_used_are_named_with_the_reason() {
    let (creditor, armoured) = key("acme", 1);
    let seal_to = |whose: &str, bytes: &[u8], day: &str| {
        let to = PublicKey::read(whose, bytes)?;
        match seal(b"it", &creditor, &[to], at(day), &mut chance(4)) {
            Ok(_) => Ok(()),
            Err(Unsealed::Key(error)) => Err(error),
            Err(error) => panic!("{error}"),
        }
    };
    let expired = include_bytes!("keys/expired.asc");
    let told = seal_to("past", expired, "2026-06-01").unwrap_err();
    assert_eq!(told.to_string(), "the key of past expired on 2024-12-31");
    seal_to("past", expired, "2024-06-01").unwrap();
    let told = seal_to("signs", include_bytes!("keys/signs-only.asc"), "2026-12-01").unwrap_err();
    assert_eq!(told, KeyError::NoEncryption("signs".to_owned()));
    let told = seal_to("gone", include_bytes!("keys/revoked.asc"), "2026-12-01").unwrap_err();
    assert_eq!(told, KeyError::Revoked("gone".to_owned()));
    let told = seal_to("none", b"-----BEGIN NOTHING-----", "2026-06-01").unwrap_err();
    assert!(matches!(&told, KeyError::Unreadable { whose, .. } if whose == "none"), "{told}");
    // A secret key in the place of a public one is none.
    assert!(seal_to("acme", armoured.as_bytes(), "2026-06-01").is_err());
    let nobody = seal(b"it", &creditor, &[], at("2026-06-01"), &mut chance(4));
    assert!(matches!(nobody, Err(Unsealed::ForNobody)));
}

fn gpg(home: &Path, arguments: &[&str]) -> std::process::Output {
    let common = ["--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", ""];
    let mut command = Command::new("gpg");
    command.env("GNUPGHOME", home).args(common).args(arguments).output().unwrap()
}

/// A collector with `GnuPG`, and a tenant whose key is `GnuPG`'s too, with a passphrase.
#[test]
#[cfg(unix)]
#[expect(clippy::print_stderr, reason = "what was not looked at is said")]
fn gpg_opens_it_and_knows_the_signature() {
    use std::os::unix::fs::PermissionsExt as _;

    if Command::new("gpg").arg("--version").output().is_err() {
        eprintln!("\n*** NOT OPENED BY GNUPG: there is no gpg on the PATH ***\n");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let home = |name: &str| {
        let home = dir.path().join(name);
        std::fs::create_dir(&home).unwrap();
        std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700)).unwrap();
        home
    };
    let (agency, tenant) = (home("agency"), home("tenant"));
    let made = gpg(&agency, &["--quick-generate-key", "north <desk@north.example>", "default"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let public = gpg(&agency, &["--armor", "--export", "north"]).stdout;
    let made = [
        "--passphrase",
        "a word",
        "--quick-generate-key",
        "acme <desk@acme.example>",
        "ed25519",
        "sign",
    ];
    assert!(gpg(&tenant, &made).status.success());
    let secret =
        gpg(&tenant, &["--passphrase", "a word", "--armor", "--export-secret-keys", "acme"]);
    let locked = SecretKey::read("acme", &secret.stdout, "another word").unwrap_err();
    assert_eq!(locked, KeyError::Locked("acme".to_owned()));
    let creditor = SecretKey::read("acme", &secret.stdout, "a word").unwrap();

    let zip = archive(&dossier(Language::Fr)).unwrap();
    let to = [PublicKey::read("north", &public).unwrap()];
    let now = DateTime::<Utc>::from(std::fs::metadata(&tenant).unwrap().modified().unwrap());
    let sealed = seal(&zip, &creditor, &to, now, &mut chance(4)).unwrap();
    let path = dir.path().join("dossier.zip.gpg");
    std::fs::write(&path, sealed).unwrap();
    let signer = dir.path().join("acme.asc");
    std::fs::write(&signer, gpg(&tenant, &["--armor", "--export", "acme"]).stdout).unwrap();
    assert!(gpg(&agency, &["--import", signer.to_str().unwrap()]).status.success());
    let opened = gpg(&agency, &["--status-fd", "2", "--decrypt", path.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&opened.stderr);
    assert!(opened.status.success() && said.contains("[GNUPG:] GOODSIG"), "{said}");
    assert_eq!(opened.stdout, zip);
    for home in [&agency, &tenant] {
        // Its agent would outlive the test.
        Command::new("gpgconf").env("GNUPGHOME", home).args(["--kill", "all"]).output().unwrap();
    }
}
