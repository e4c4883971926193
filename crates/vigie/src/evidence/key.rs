//! What a tenant signs with, as its file says.

use std::path::Path;

use ::evidence::SigningKey;
use events::TenantId;
use serde::Deserialize;

use crate::sending::read_file;

/// The whole file of a tenant, as far as evidence is concerned.
#[derive(Deserialize)]
struct File {
    evidence: Option<Form>,
}

/// The part `[evidence]` of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    key_file: String,
}

/// The key of a tenant; none if its file names none, or it has no file.
pub(crate) async fn signing_key(
    directory: &Path,
    tenant: &TenantId,
) -> Result<Option<SigningKey>, String> {
    let read = read_file::<File>(directory, tenant).await.map_err(|error| error.to_string())?;
    match read.and_then(|(file, _)| file.evidence) {
        Some(form) => read_key(form.key_file.as_ref()).await.map(Some),
        None => Ok(None),
    }
}

/// The key in a file: the 64 hexadecimal digits of its seed.
pub(super) async fn read_key(file: &Path) -> Result<SigningKey, String> {
    let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let text = tokio::fs::read_to_string(file).await.map_err(|error| wrong(&error))?;
    SigningKey::from_seed(&text).map_err(|error| wrong(&error))
}
