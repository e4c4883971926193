//! A bundle is written: every file, then what they hash to, then the signature of that.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Hash, Partition, Sequence, TenantId};
use serde::Serialize;
use serde_json::Value;

use crate::{
    FORMAT, File, Files, Gathering, Head, Key, Manifest, SigningKey, archive, chain, customer,
    digest::sha256,
    entries,
    manifest::{MANIFEST, SIGNATURE},
    readme, reminders, statement,
};

/// What stands beside the customer's journal.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Who is owed.
    pub tenant: TenantId,
    /// The day at whose end the statement is drawn up.
    pub effective_on: NaiveDate,
    /// The heads of the tenant's other journals.
    pub other_heads: Vec<Head>,
    /// Name and address, as JSON; none: erased, or never given.
    pub contact: Option<Value>,
    /// What was sent, by the hash under which it is kept; what is not kept is not here.
    pub letters: BTreeMap<Hash, Vec<u8>>,
}

/// Why no bundle can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmade {
    /// Nothing was said of the customer.
    #[error("nothing was ever said of customer {0}")]
    Unknown(String),
    /// The decisions cannot be true together.
    #[error("{0}")]
    Unsound(String),
    /// A letter is not what its hash says.
    #[error("the letter kept under {0} has other bytes")]
    Altered(Hash),
    /// It cannot be written.
    #[error("{0}")]
    Unwritable(String),
}

/// The bundle of what was gathered, the same bytes whenever it is made of the same. Without a key it
/// is not signed, and says so.
pub fn make(
    gathering: &Gathering,
    beside: &Beside,
    key: Option<&SigningKey>,
) -> Result<Vec<u8>, Unmade> {
    let unwritable = |error: serde_json::Error| Unmade::Unwritable(error.to_string());
    let told = &gathering.told;
    if !gathering.is_known() {
        return Err(Unmade::Unknown(told.customer.to_string()));
    }
    told.check().map_err(Unmade::Unsound)?;
    let mut files = Files::new();
    for (context, lines) in &gathering.lines {
        files.insert(entries::name(*context), entries::write(lines).map_err(unwritable)?);
        if gathering.purpose.sees_others() {
            let links = gathering.links.get(context).map(Vec::as_slice).unwrap_or_default();
            files.insert(chain::name(*context), entries::write(links).map_err(unwritable)?);
        }
    }
    let on = beside.effective_on;
    files.insert(statement::JSON.to_owned(), statement::json(told, on).map_err(unwritable)?);
    files.insert(statement::CSV.to_owned(), statement::csv(told, on));
    let contact = beside.contact.clone();
    files
        .insert(customer::CUSTOMER.to_owned(), customer::write(told, contact).map_err(unwritable)?);
    let mut letters = BTreeMap::new();
    for hash in told.reminders.renderings() {
        let Some(bytes) = beside.letters.get(&hash) else { continue };
        if Hash::of(bytes) != hash {
            return Err(Unmade::Altered(hash));
        }
        let name = reminders::name(hash, bytes);
        files.insert(name.clone(), bytes.clone());
        letters.insert(hash, name);
    }
    files.insert(reminders::INDEX.to_owned(), told.reminders.index(&letters).map_err(unwritable)?);

    let mut heads: Vec<_> = gathering.heads().chain(beside.other_heads.iter().copied()).collect();
    heads.sort_by_key(|it| (it.partition, it.context));
    let mut known_at = BTreeMap::<Partition, Sequence>::new();
    for head in &heads {
        let at = known_at.entry(head.partition).or_default();
        *at = head.sequence.max(*at);
    }
    let public = key.map(SigningKey::public);
    let mut manifest = Manifest {
        format: FORMAT,
        purpose: gathering.purpose,
        tenant: beside.tenant.clone(),
        customer: told.customer.clone(),
        effective_on: on,
        partition: gathering.partition,
        known_at,
        recorded_until: gathering.recorded_until,
        entries: gathering.counted.clone(),
        heads,
        key: public.map(|it| Key {
            algorithm: "ed25519".to_owned(),
            public: it.hex(),
            fingerprint: it.fingerprint(),
        }),
        files: Vec::new(),
    };
    files.insert(readme::README.to_owned(), readme::text(&manifest).into_bytes());
    manifest.files = files.iter().map(|(name, bytes)| file(name, bytes)).collect();
    seal(files, &manifest, key)
}

/// With the manifest and its signature, in one file.
pub(crate) fn seal(
    mut files: Files,
    manifest: &Manifest,
    key: Option<&SigningKey>,
) -> Result<Vec<u8>, Unmade> {
    let manifest = pretty(manifest).map_err(|error| Unmade::Unwritable(error.to_string()))?;
    files.insert(SIGNATURE.to_owned(), signature(&manifest, key).into_bytes());
    files.insert(MANIFEST.to_owned(), manifest);
    archive::pack(&files).map_err(|error| Unmade::Unwritable(error.to_string()))
}

/// Of the manifest's bytes; without a key their hash, which tells accidents and nothing else.
pub(crate) fn signature(manifest: &[u8], key: Option<&SigningKey>) -> String {
    match key {
        Some(key) => format!("ed25519 {}\n", key.sign(manifest)),
        None => unsigned(manifest),
    }
}

/// What stands in place of a signature where there is none.
pub(crate) fn unsigned(manifest: &[u8]) -> String {
    format!("unsigned sha256 {}\n", sha256(manifest))
}

pub(crate) fn file(name: &str, bytes: &[u8]) -> File {
    File {
        name: name.to_owned(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        sha256: sha256(bytes),
        blake3: Hash::of(bytes),
    }
}

/// JSON for people: indented, with a last line that ends.
pub(crate) fn pretty(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
