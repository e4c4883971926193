//! Where keys are: the tenant's secret one, and the public one of each collector. They are files,
//! read anew each time, so that a key that was changed counts at once.

use std::path::{Path, PathBuf};

use ::dossier::{PublicKey, SecretKey};
use events::TenantId;
use serde::Deserialize;

use super::Why;

/// What the company's file says of them, and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// The folder of collectors' keys.
    collectors: PathBuf,
    /// The tenant's secret key; none: nothing is sealed.
    key_file: Option<PathBuf>,
    /// What opens it; none: nothing has to.
    passphrase_file: Option<PathBuf>,
}

/// Section `[dossier]` of a company's file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    key_file: Option<PathBuf>,
    passphrase_file: Option<PathBuf>,
    collectors: Option<PathBuf>,
}

impl Form {
    /// `directory`: where the company's file is; paths that are not absolute begin there.
    pub(crate) fn keys(self, directory: &Path) -> Result<Keys, String> {
        if self.key_file.is_none() && self.passphrase_file.is_some() {
            return Err("dossier.passphrase_file: set dossier.key_file too".to_owned());
        }
        let from_here = |it: PathBuf| directory.join(it);
        Ok(Keys {
            collectors: directory.join(self.collectors.unwrap_or_else(|| "collectors".into())),
            key_file: self.key_file.map(from_here),
            passphrase_file: self.passphrase_file.map(from_here),
        })
    }
}

impl Keys {
    /// What the tenant signs with.
    pub(crate) async fn secret(&self, tenant: &TenantId) -> Result<SecretKey, Why> {
        let path = self.key_file.as_ref().ok_or(Why::NoSecret)?;
        let key = read(path).await?;
        let passphrase = match &self.passphrase_file {
            None => String::new(),
            Some(path) => {
                let text = String::from_utf8(read(path).await?);
                text.map_err(|_| no_key(path, "is no text"))?
            }
        };
        let passphrase = passphrase.trim_end_matches(['\r', '\n']);
        Ok(SecretKey::read(tenant.as_str(), &key, passphrase)?)
    }

    /// What is encrypted to for a collector: `<its name>.asc`.
    pub(crate) async fn public(&self, collector: &str) -> Result<PublicKey, Why> {
        let path = self.collectors.join(format!("{collector}.asc"));
        // The tenant chose the name; it is a name of a file and nothing more.
        if collector.starts_with('.') || collector.contains(['/', '\\']) {
            return Err(no_key(&path, "a collector with a key has a name without `/` and `\\`"));
        }
        Ok(PublicKey::read(collector, &read(&path).await?)?)
    }
}

async fn read(path: &Path) -> Result<Vec<u8>, Why> {
    tokio::fs::read(path).await.map_err(|error| no_key(path, &error))
}

fn no_key(path: &Path, why: impl std::fmt::Display) -> Why {
    Why::NoKey { path: path.display().to_string(), why: why.to_string() }
}
