//! How a NATS server is reached, and as whom.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use async_nats::{Client, ConnectOptions, Event};
use tokio::sync::watch;

use crate::StoreError;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// A server that stopped without closing the connection is noticed after two of these.
const PING_EVERY: Duration = Duration::from_secs(5);
const RECONNECT_PAUSE_MAX: Duration = Duration::from_secs(1);

/// A NATS server, or a cluster of them, and how to be let in.
#[derive(Debug, Clone)]
pub struct Connection {
    /// `nats://host:4222` or `tls://host:4222`; several of one cluster are separated by commas.
    pub url: String,
    /// What the server's own listings call this connection.
    pub name: String,
    /// As whom.
    pub auth: Auth,
    /// What a server's certificate must be signed by, if not by one of the machine's authorities:
    /// a PEM file.
    pub ca_file: Option<PathBuf>,
    /// Where answers arrive, if not below `_INBOX`: the prefix the user of `auth` may subscribe to.
    pub inbox_prefix: Option<String>,
    /// `http://host:8222` of every server of the cluster: where it tells whether it syncs.
    pub monitor_urls: Vec<String>,
    /// A user of the system account, which can be asked the same instead. Answers to it arrive
    /// below `_INBOX`.
    pub system: Option<Auth>,
    /// How many servers keep each journal.
    pub replicas: Replicas,
    /// Whether to write to servers newer than those this release was tested with.
    pub newer_servers: bool,
}

impl Connection {
    /// A server that lets everybody in, as those for tests and demonstrations do.
    pub fn to(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            name: String::from("vigie"),
            auth: Auth::None,
            ca_file: None,
            inbox_prefix: None,
            monitor_urls: Vec::new(),
            system: None,
            replicas: Replicas::One,
            newer_servers: false,
        }
    }
}

/// Who one is to a server. Secrets are read from files and never kept here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// Nobody in particular.
    None,
    /// A user and the file that holds the password.
    Password {
        /// The user.
        user: String,
        /// Where the password is; white space around it does not count.
        file: PathBuf,
    },
    /// The file that holds an nkey seed.
    Nkey(PathBuf),
    /// A credentials file: a JWT and its seed.
    Credentials(PathBuf),
}

/// How many servers keep each journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replicas {
    /// A server alone.
    One,
    /// Three of a cluster.
    Three,
}

impl Replicas {
    /// The number.
    pub const fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Three => 3,
        }
    }
}

/// Neither 1 nor 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a journal is kept by 1 or 3 servers, not by {0}")]
pub struct ReplicasError(u8);

impl TryFrom<u8> for Replicas {
    type Error = ReplicasError;

    fn try_from(count: u8) -> Result<Self, ReplicasError> {
        match count {
            1 => Ok(Self::One),
            3 => Ok(Self::Three),
            other => Err(ReplicasError(other)),
        }
    }
}

/// What the client noticed about its connection since it was made.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// How often it was lost.
    pub(crate) cuts: u64,
    /// What the server complained about last, such as a missing permission.
    complaint: Option<String>,
}

/// Watches a connection.
#[derive(Debug, Clone)]
pub(crate) struct Watch(watch::Receiver<Line>);

impl Watch {
    pub(crate) fn cuts(&self) -> u64 {
        self.0.borrow().cuts
    }

    /// Returns once the connection was lost more often than `cuts` times.
    pub(crate) async fn cut_after(&mut self, cuts: u64) {
        if self.0.wait_for(|it| it.cuts > cuts).await.is_err() {
            // The client is gone, and with it whoever waits for its answers.
            std::future::pending::<()>().await;
        }
    }

    /// Why an answer may not have come: an error, and what the server complained about.
    pub(crate) fn explain(&self, error: impl fmt::Display) -> String {
        match &self.0.borrow().complaint {
            Some(complaint) => format!("{error}; the server said last: {complaint}"),
            None => error.to_string(),
        }
    }
}

/// Connects as the user of the connection.
pub(crate) async fn connect(connection: &Connection) -> Result<(Client, Watch), StoreError> {
    dial(connection, &connection.auth, connection.inbox_prefix.as_deref()).await
}

/// Connects as a user of the system account, if one is known.
pub(crate) async fn connect_to_system(
    connection: &Connection,
) -> Result<Option<Client>, StoreError> {
    let Some(auth) = &connection.system else { return Ok(None) };
    dial(connection, auth, None).await.map(|(client, _)| Some(client))
}

async fn dial(
    connection: &Connection,
    auth: &Auth,
    inbox_prefix: Option<&str>,
) -> Result<(Client, Watch), StoreError> {
    let (line, watch) = watch::channel(Line::default());
    let mut options = ConnectOptions::new()
        .name(&connection.name)
        .connection_timeout(CONNECT_WITHIN)
        .request_timeout(Some(ANSWER_WITHIN))
        .ping_interval(PING_EVERY)
        .reconnect_delay_callback(pause_before)
        .event_callback(move |event| {
            notice(&line, &event);
            std::future::ready(())
        });
    options = match auth {
        Auth::None => options,
        Auth::Password { user, file } => {
            options.user_and_password(user.clone(), secret(file).await?)
        }
        Auth::Nkey(file) => options.nkey(secret(file).await?),
        Auth::Credentials(file) => {
            options.credentials_file(file).await.map_err(|error| unusable(file, &error))?
        }
    };
    if let Some(file) = &connection.ca_file {
        options = options.add_root_certificates(file.clone()).require_tls(true);
    }
    if let Some(prefix) = inbox_prefix {
        options = options.custom_inbox_prefix(prefix);
    }
    let urls: Vec<&str> = connection.url.split(',').map(str::trim).collect();
    let client = options.connect(urls).await.map_err(|error| {
        StoreError::Unavailable(format!("cannot connect to {}: {error}", connection.url))
    })?;
    Ok((client, Watch(watch)))
}

fn notice(line: &watch::Sender<Line>, event: &Event) {
    match event {
        Event::Disconnected => {
            tracing::warn!("the connection to NATS was lost");
            line.send_modify(|it| it.cuts += 1);
        }
        Event::ServerError(error) => {
            tracing::warn!(%error, "NATS complains");
            line.send_modify(|it| it.complaint = Some(error.to_string()));
        }
        Event::Connected => {
            tracing::info!("connected to NATS");
            line.send_modify(|it| it.complaint = None);
        }
        Event::LameDuckMode
        | Event::Draining
        | Event::Closed
        | Event::SlowConsumer(_)
        | Event::ClientError(_) => tracing::info!(%event, "NATS"),
    }
}

fn pause_before(attempt: usize) -> Duration {
    let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
    (Duration::from_millis(50).saturating_mul(attempt.saturating_sub(1))).min(RECONNECT_PAUSE_MAX)
}

async fn secret(file: &Path) -> Result<String, StoreError> {
    let text = tokio::fs::read_to_string(file).await.map_err(|error| unusable(file, &error))?;
    Ok(text.trim().to_owned())
}

fn unusable(file: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Credentials { path: file.to_owned(), why: error.to_string() }
}
