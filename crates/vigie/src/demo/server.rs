//! The ground the demonstration stands on: a directory, a server, a process.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use journal::server::{self, Options, Origin, Server};

use super::{DemoError, note};
use crate::serve::Running;

const HANG_UP_WITHIN: Duration = Duration::from_secs(1);

/// Where everything is kept.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    temporary: bool,
}

impl Directory {
    /// The one that is named, or a temporary one.
    pub(super) fn open(named: Option<&Path>) -> Result<Self, DemoError> {
        let cannot = |path: &Path, error: &std::io::Error| DemoError::Directory {
            path: path.to_owned(),
            why: error.to_string(),
        };
        if let Some(path) = named {
            std::fs::create_dir_all(path).map_err(|error| cannot(path, &error))?;
            let probe = path.join(".writable");
            std::fs::write(&probe, b"").map_err(|error| cannot(path, &error))?;
            std::fs::remove_file(&probe).map_err(|error| cannot(path, &error))?;
            return Ok(Self { path: path.to_owned(), temporary: false });
        }
        let mut number = std::process::id();
        loop {
            let path = std::env::temp_dir().join(format!("vigie-demo-{number}"));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path, temporary: true }),
                // One that was killed could not clear it away.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    number = number.wrapping_add(1);
                }
                Err(error) => return Err(cannot(&path, &error)),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_temporary(&self) -> bool {
        self.temporary
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.temporary && std::fs::remove_dir_all(&self.path).is_err() {
            note(&format!("{} stays: it could not be cleared away", self.path.display()));
        }
    }
}

/// What runs.
#[derive(Debug)]
pub(super) struct House {
    pub(super) running: Option<Running>,
    pub(super) nats: Server,
    pub(super) directory: Directory,
}

impl House {
    /// Ends everything in good order.
    pub(super) async fn close(mut self) -> Result<(), String> {
        let mut ended = Ok(());
        if let Some(running) = self.running.take() {
            let client = running.tenants.store().client();
            ended = running.stop().await;
            // Hang up before the server does: a line that is cut is a bad sign to everybody else.
            if let Some(client) = client
                && client.drain().await.is_ok()
            {
                let gone = async { while client.flush().await.is_ok() {} };
                let _late: Result<(), _> = tokio::time::timeout(HANG_UP_WITHIN, gone).await;
            }
        }
        self.nats.stop().await.map_err(|error| error.to_string())?;
        ended
    }
}

/// Finds or fetches a nats-server, and starts it.
pub(super) async fn nats(directory: &Directory, port: Option<u16>) -> Result<Server, DemoError> {
    let found = server::find(note).await?;
    let from = match found.origin {
        Origin::Named => "named by the environment",
        Origin::Installed => "installed on this machine",
        Origin::Cached => "fetched before",
        Origin::Fetched => "fetched now",
    };
    note(&format!("nats-server {} ({from}), every write on disk before it counts", found.version));
    if let Some(port) = port.filter(|it| *it != 0)
        && let Err(error) = tokio::net::TcpListener::bind(("127.0.0.1", port)).await
    {
        return Err(DemoError::Nats(format!("port {port} cannot be taken for NATS: {error}")));
    }
    let options = Options { port, ..Options::new(found.path, directory.path().join("nats")) };
    Server::start(options).await.map_err(|error| DemoError::Nats(error.to_string()))
}
