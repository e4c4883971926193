//! A folder that a print shop empties: letters as files, each whole or not there.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    Outcome,
    message::{check_file_name, check_id},
};

/// A folder for what is printed or telephoned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Where it is; it must exist.
    pub path: PathBuf,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A letter on paper.
    Pdf,
    /// A call sheet.
    Text,
}

impl Format {
    const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Text => "txt",
        }
    }
}

impl Folder {
    /// Puts a file there, named by its id, and answers when it is on disk. The same bytes again are the
    /// same file; other bytes under the same id are refused. Whoever asks twice at once for one id
    /// must ask with the same bytes.
    pub async fn put(&self, id: &str, format: Format, bytes: Vec<u8>) -> Outcome {
        if let Err(unfit) = check_id(id) {
            return Outcome::refused(unfit);
        }
        self.put_whole(format!("{id}.{}", format.ending()), bytes).await
    }

    /// The same of any file, under a name of its own: 1 to 200 letters, digits, `.`, `_`, `-`, signs
    /// only between.
    pub async fn put_file(&self, name: &str, bytes: Vec<u8>) -> Outcome {
        match check_file_name(name) {
            Ok(()) => self.put_whole(name.to_owned(), bytes).await,
            Err(unfit) => Outcome::refused(unfit),
        }
    }

    async fn put_whole(&self, name: String, bytes: Vec<u8>) -> Outcome {
        let folder = self.path.clone();
        let put = tokio::task::spawn_blocking(move || put(&folder, &name, &bytes));
        put.await.unwrap_or_else(Outcome::unknown)
    }
}

/// How many files were begun by this process.
static PARTIALS: AtomicU64 = AtomicU64::new(0);

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Outcome {
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(there) if there == bytes => return settle(folder, name),
        Ok(_) => return Outcome::refused(format!("another file is called {name}")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Outcome::failed(format!("{name}: {error}")),
    }
    // Hidden until it is whole, and shared by nobody.
    let number = PARTIALS.fetch_add(1, Ordering::Relaxed);
    let partial = folder.join(format!(".{name}.{}.{number}.part", process::id()));
    let written = write(&partial, bytes).and_then(|()| fs::rename(&partial, &path));
    match written {
        Ok(()) => settle(folder, name),
        Err(error) => {
            if let Err(left) = fs::remove_file(&partial) {
                tracing::debug!(name, "a partial file stays: {left}");
            }
            Outcome::failed(format!("{name}: {error}"))
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The name is on disk too.
fn settle(folder: &Path, name: &str) -> Outcome {
    match File::open(folder).and_then(|it| it.sync_all()) {
        Ok(()) => Outcome::sent(name),
        Err(error) => Outcome::unknown(format!("{name}: {error}")),
    }
}
