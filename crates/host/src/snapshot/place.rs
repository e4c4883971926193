//! Where snapshots are kept.

use std::{io, path::PathBuf};

use bytes::Bytes;
use journal::{Blobs, Journal};

use super::{Frozen, Thawed, Unusable, thaw};
use crate::engine::Service;

/// Where snapshots are kept. Two of each context and journal: the last, and the one before it.
#[derive(Debug, Clone, Default)]
pub enum Snapshots {
    /// Nowhere: every start reads the whole journal.
    #[default]
    None,
    /// Files in a local directory.
    Directory(PathBuf),
    /// The journal's own server, in an object store.
    Store(Box<Blobs>),
}

impl Snapshots {
    fn key<P: Service>(journal: &Journal) -> String {
        format!("{}-{}-{}", journal.tenant(), journal.partition(), P::own())
    }

    /// The newest snapshot that can be used, or why the newest cannot.
    pub(crate) async fn load<P: Service>(
        &self,
        journal: &Journal,
        policy: &P,
    ) -> Result<Thawed<P>, Unusable> {
        let key = Self::key::<P>(journal);
        let mut newest = None;
        for age in ["last", "previous"] {
            let name = format!("{key}.{age}");
            let file = match self {
                Self::None => return Err(Unusable::Absent),
                Self::Directory(directory) => match tokio::fs::read(directory.join(&name)).await {
                    Ok(file) => Ok(Bytes::from(file)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Unusable::Absent),
                    Err(error) => Err(Unusable::Unreadable(error.to_string())),
                },
                Self::Store(blobs) => match blobs.get(&name).await {
                    Ok(Some(file)) => Ok(file),
                    Ok(None) => Err(Unusable::Absent),
                    Err(error) => Err(Unusable::Unreadable(error)),
                },
            };
            let (journal, policy) = (journal.clone(), policy.clone());
            let thawed = match file {
                Ok(file) => {
                    let work = tokio::task::spawn_blocking(move || thaw(file, &journal, policy));
                    work.await.unwrap_or(Err(Unusable::Damaged))
                }
                Err(error) => Err(error),
            };
            match thawed {
                Ok(thawed) => return Ok(thawed),
                Err(error) => {
                    if !matches!(error, Unusable::Absent) {
                        tracing::warn!(%name, %error, "a snapshot is not used");
                    }
                    newest.get_or_insert(error);
                }
            }
        }
        Err(newest.unwrap_or(Unusable::Absent))
    }

    /// Writes a snapshot; the one before it is kept, the older ones go.
    pub(crate) async fn save<P: Service>(
        &self,
        journal: &Journal,
        frozen: Frozen<P>,
    ) -> Result<u64, String> {
        let file = tokio::task::spawn_blocking(move || frozen.write())
            .await
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())?;
        let bytes = u64::try_from(file.len()).unwrap_or(u64::MAX);
        let key = Self::key::<P>(journal);
        let (last, previous) = (format!("{key}.last"), format!("{key}.previous"));
        match self {
            Self::None => {}
            Self::Directory(directory) => {
                let (directory, path) = (directory.clone(), directory.join(&last));
                let previous = directory.join(previous);
                let work = tokio::task::spawn_blocking(move || {
                    replace(&directory, &path, &previous, &file)
                });
                work.await.map_err(|it| it.to_string())?.map_err(|it| it.to_string())?;
            }
            Self::Store(blobs) => {
                if let Some(before) = blobs.get(&last).await? {
                    blobs.put(&previous, before).await?;
                }
                blobs.put(&last, Bytes::from(file)).await?;
            }
        }
        Ok(bytes)
    }
}

/// Either the old file or the new one stands under the name, whole, whenever the power goes.
fn replace(
    directory: &std::path::Path,
    path: &std::path::Path,
    previous: &std::path::Path,
    file: &[u8],
) -> io::Result<()> {
    use io::Write as _;
    std::fs::create_dir_all(directory)?;
    let fresh = path.with_extension("new");
    let mut writer = std::fs::File::create(&fresh)?;
    writer.write_all(file)?;
    writer.sync_all()?;
    match std::fs::rename(path, previous) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::rename(&fresh, path)?;
    std::fs::File::open(directory)?.sync_all()
}
