//! Files for a server that speaks SFTP, each whole or not there.
//!
//! Everything hangs on one moment: up to the renaming, the server has nothing under the name that
//! counts, whatever happens; after it was asked for, only the server says, or a look at what is there.

mod parts;
mod session;

use std::time::Duration;

use russh_sftp::{
    client::{SftpSession, error::Error as SftpError},
    protocol::{OpenFlags, StatusCode},
};
use tokio::{io::AsyncWriteExt as _, time::timeout};

use crate::{Outcome, message::check_file_name};

pub use parts::{HostKey, SshKey, SshLogin, Unusable};
use session::{Broken, Session, connect};

/// A server that takes files, of which the key is known beforehand. Keys are Ed25519 or ECDSA.
#[derive(Clone, Debug)]
pub struct Sftp {
    /// Its name or address.
    pub host: String,
    /// 22, as a rule.
    pub port: u16,
    /// Who we are to it.
    pub login: SshLogin,
    /// Who it is: it gets nothing if it shows another key.
    pub host_key: HostKey,
    folder: String,
    /// How long to connect, and for each answer.
    pub step_timeout: Duration,
}

impl Sftp {
    /// A folder of a server. `folder` is as the server knows it: `/in/acme`, or `in` below where one
    /// lands; empty for there. Each part of it has letters, digits, `.`, `_`, `-` and is not `..`.
    ///
    /// # Errors
    ///
    /// Which of them cannot be, and why.
    pub fn try_new(
        host: &str,
        port: u16,
        login: SshLogin,
        host_key: HostKey,
        folder: &str,
        step_timeout: Duration,
    ) -> Result<Self, Unusable> {
        let host = parts::host(host)?;
        let folder = parts::folder(folder)?;
        Ok(Self { host, port, login, host_key, folder, step_timeout })
    }

    /// Brings a file, once: under `.<name>.part` first, and under its name when it is whole.
    ///
    /// `Sent` when the server said so, when the same bytes were there already under that name, and
    /// when a second look after a lost answer finds them. `Failed` before the renaming was asked for,
    /// and when the server declines it: permanently when its key is another one, when other bytes are
    /// there under the name, or when the name is none. `Unknown` when the answer to the renaming was
    /// lost and the file is not there: it may have been taken away, or be renamed later. A future that
    /// is dropped half-way is to be taken as `Unknown`.
    pub async fn put(&self, name: &str, bytes: &[u8]) -> Outcome {
        if let Err(unfit) = check_file_name(name) {
            return Outcome::refused(unfit);
        }
        let session = match Box::pin(connect(self)).await {
            Ok(session) => session,
            Err(broken) => return broken.told(&self.host),
        };
        let outcome = Box::pin(self.bring(&session, name, bytes)).await;
        session.leave().await;
        match outcome {
            Ok(()) => Outcome::sent(name),
            Err(Stopped::Before(outcome)) => outcome,
            Err(Stopped::Asked(broken)) => Box::pin(self.look_again(name, bytes, &broken)).await,
        }
    }

    async fn bring(&self, session: &Session, name: &str, bytes: &[u8]) -> Result<(), Stopped> {
        let (sftp, whole) = (&session.sftp, self.path(name));
        let failed = |broken: Broken| Stopped::Before(Outcome::failed(format!("{name}: {broken}")));
        match self.look(sftp, &whole, bytes).await.map_err(failed)? {
            There::Nothing => {}
            There::Same => return Err(Stopped::Before(taken_already(name))),
            There::Other => return Err(Stopped::Before(another(name))),
        }
        let partial = self.path(&format!(".{name}.part"));
        self.write(sftp, &partial, bytes).await.map_err(failed)?;
        match self.step(sftp.rename(partial.as_str(), whole.as_str())).await {
            Ok(()) => Ok(()),
            // Somebody else may have put it there meanwhile, which servers decline to overwrite.
            Err(Broken::Declined(why)) => match self.look(sftp, &whole, bytes).await {
                Ok(There::Same) => Err(Stopped::Before(taken_already(name))),
                Ok(There::Other) => Err(Stopped::Before(another(name))),
                Ok(There::Nothing) | Err(_) => Err(failed(Broken::Declined(why))),
            },
            Err(broken) => Err(Stopped::Asked(broken)),
        }
    }

    async fn write(&self, sftp: &SftpSession, path: &str, bytes: &[u8]) -> Result<(), Broken> {
        let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
        let mut file = self.step(sftp.open_with_flags(path, flags)).await?;
        for piece in bytes.chunks(PIECE_BYTES) {
            self.step_io(file.write_all(piece)).await?;
        }
        self.step_io(file.flush()).await?;
        self.step(file.sync_all()).await?;
        self.step_io(file.close()).await
    }

    /// What is there under a name.
    async fn look(&self, sftp: &SftpSession, path: &str, bytes: &[u8]) -> Result<There, Broken> {
        let there = match timeout(self.step_timeout, sftp.metadata(path)).await {
            Ok(Ok(there)) => there,
            Ok(Err(SftpError::Status(it))) if it.status_code == StatusCode::NoSuchFile => {
                return Ok(There::Nothing);
            }
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => return Err(Broken::Late),
        };
        if there.size.is_some_and(|size| usize::try_from(size) != Ok(bytes.len())) {
            return Ok(There::Other);
        }
        let read = self.step(sftp.read(path)).await?;
        Ok(if read == bytes { There::Same } else { There::Other })
    }

    /// The answer to the renaming was lost: what is there says whether it was done, if it is there.
    async fn look_again(&self, name: &str, bytes: &[u8], lost: &Broken) -> Outcome {
        let unknown = Outcome::unknown(format!("{name}: after it was to be renamed: {lost}"));
        let Ok(session) = connect(self).await else { return unknown };
        let there = self.look(&session.sftp, &self.path(name), bytes).await;
        session.leave().await;
        match there {
            Ok(There::Same) => Outcome::sent(format!("{name}, found there")),
            Ok(There::Nothing | There::Other) | Err(_) => unknown,
        }
    }

    fn path(&self, name: &str) -> String {
        match self.folder.as_str() {
            "" => name.to_owned(),
            folder if folder.ends_with('/') => format!("{folder}{name}"),
            folder => format!("{folder}/{name}"),
        }
    }

    async fn step<T>(&self, step: impl Future<Output = Result<T, SftpError>>) -> Result<T, Broken> {
        timeout(self.step_timeout, step).await.map_err(|_| Broken::Late)?.map_err(Into::into)
    }

    async fn step_io<T>(
        &self,
        step: impl Future<Output = std::io::Result<T>>,
    ) -> Result<T, Broken> {
        let done = timeout(self.step_timeout, step).await.map_err(|_| Broken::Late)?;
        done.map_err(|error| Broken::Lost(error.to_string()))
    }
}

/// What is written at a time, within the time for one step.
const PIECE_BYTES: usize = 256 * 1024;

/// Where it stopped.
enum Stopped {
    /// Before the renaming was asked for, or the server said what became of it.
    Before(Outcome),
    /// After it, without an answer.
    Asked(Broken),
}

/// What is there under a name.
enum There {
    Nothing,
    Same,
    Other,
}

fn taken_already(name: &str) -> Outcome {
    Outcome::sent(format!("{name}, taken already"))
}

fn another(name: &str) -> Outcome {
    Outcome::refused(format!("another file is called {name}"))
}
