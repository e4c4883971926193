//! What a process is told: flags, before environment variables, before `vigie.toml`, before what
//! holds otherwise. One table, [`KEYS`], names every key; its flag and its variable follow from it,
//! and a key that is not in it is an error, wherever it stands.
//!
//! `grpc.address` is the flag `--grpc-address`, the variable `VIGIE_GRPC_ADDRESS`, and in the file
//!
//! ```toml
//! [grpc]
//! address = "0.0.0.0:50051"
//! ```
//!
//! A variable with `_FILE` at its end names a file that holds the value.

mod flags;
mod keys;
mod layers;
mod print;
mod span;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, num::NonZero, path::PathBuf, time::Duration};

use chrono::FixedOffset;
use journal::{Auth, Connection, Replicas};
use law::Calendar;
use serde::{Deserialize, Serialize};

pub use flags::Flags;
pub use keys::{KEYS, Key, Kind};
pub use layers::{ConfigError, Loaded, Origin, load};
pub use print::print;

/// Everything that can be set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The server that keeps the journals.
    pub nats: Nats,
    /// What questions and commands arrive on.
    pub grpc: Grpc,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// What is told as it happens.
    pub log: Log,
    /// Where spans go.
    pub traces: Traces,
    /// Where snapshots are kept.
    pub snapshots: Snapshots,
    /// Who says which day it is.
    pub clock: Clock,
    /// How reminders leave.
    pub sending: Sending,
    /// Where customers are shown their page.
    pub portal: Portal,
    /// How the services are run.
    pub service: Service,
}

/// The server that keeps the journals, and how to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Nats {
    /// `nats://host:4222`; several of one cluster are separated by commas.
    pub url: String,
    /// As whom; with `password_file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The file that holds the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// The file that holds an nkey seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nkey_file: Option<PathBuf>,
    /// A credentials file: a JWT and its seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_file: Option<PathBuf>,
    /// What the server's certificate must be signed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// The prefix of subjects that answers arrive on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox_prefix: Option<String>,
    /// Where the servers tell whether they sync.
    pub monitor_urls: Vec<String>,
    /// A user of the system account, who can be asked the same; with `system_password_file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_user: Option<String>,
    /// The file that holds its password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_password_file: Option<PathBuf>,
    /// How many servers keep each journal.
    pub replicas: u8,
    /// Whether to write to servers newer than those this release was tested with.
    pub newer_servers: bool,
    /// How long a server is looked for at the start.
    #[serde(with = "span")]
    pub connect_within: Duration,
}

impl Default for Nats {
    fn default() -> Self {
        Self {
            url: "nats://127.0.0.1:4222".to_owned(),
            user: None,
            password_file: None,
            nkey_file: None,
            credentials_file: None,
            ca_file: None,
            inbox_prefix: None,
            monitor_urls: Vec::new(),
            system_user: None,
            system_password_file: None,
            replicas: 1,
            newer_servers: false,
            connect_within: Duration::from_mins(2),
        }
    }
}

/// What questions and commands arrive on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grpc {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// How long a call may take that names no deadline.
    #[serde(with = "span")]
    pub deadline: Duration,
    /// The largest message that is taken.
    pub message_bytes_max: NonZero<u32>,
    /// Calls at the same time; more are turned away.
    pub calls_max: NonZero<u32>,
    /// The certificate shown to clients; none: plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_certificate_file: Option<PathBuf>,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key_file: Option<PathBuf>,
    /// Pages of these origins, such as `https://desk.example`, may call by gRPC-Web; none: only those
    /// of the same origin.
    pub web_origins: Vec<String>,
    /// What clients' certificates must be signed by; none: clients need none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_ca_file: Option<PathBuf>,
}

impl Default for Grpc {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 50_051)),
            deadline: Duration::from_secs(30),
            message_bytes_max: const { NonZero::new(4 * 1024 * 1024).unwrap() },
            calls_max: const { NonZero::new(4_096).unwrap() },
            tls_certificate_file: None,
            tls_key_file: None,
            web_origins: Vec::new(),
            tls_client_ca_file: None,
        }
    }
}

/// Figures for Prometheus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Where `/metrics` is served; none: nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<SocketAddr>,
}

/// What is told as it happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// In which form.
    pub format: LogFormat,
    /// How much: `info`, or by part, such as `info,vigie=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Auto, filter: "info,async_nats=warn".to_owned() }
    }
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// An object a line.
    Json,
    /// For people.
    Text,
}

/// Where spans go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Traces {
    /// An OTLP collector (gRPC), such as `http://localhost:4317`; none: nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp_endpoint: Option<String>,
}

/// Where snapshots are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Snapshots {
    /// In what.
    pub place: SnapshotPlace,
    /// Which directory, if in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// After how many entries the next one is written.
    pub entries: NonZero<u64>,
}

impl Default for Snapshots {
    fn default() -> Self {
        let (place, directory) = (SnapshotPlace::Store, None);
        Self { place, directory, entries: const { NonZero::new(20_000).unwrap() } }
    }
}

/// In what snapshots are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SnapshotPlace {
    /// An object store on the journals' own server.
    Store,
    /// A local directory.
    Directory,
    /// Nothing: every start reads the whole journal.
    None,
}

/// How reminders leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sending {
    /// The directory with a file for each tenant that sends, `<tenant>.toml`; none: nothing leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
}

/// Where customers are shown their page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Portal {
    /// Where to listen for HTTP; port 0 takes a free one; none: no page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Whether callers are told apart by the last address in `X-Forwarded-For`. Only behind a proxy
    /// that sets it: anybody else could write anything there.
    pub behind_proxy: bool,
}

/// Who says which day it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clock {
    /// Who opens days.
    pub mode: ClockMode,
    /// Whose holidays: `TARGET`, or a state such as `FR`.
    pub calendar: Calendar,
    /// The hours between UTC and the time the tenants live in, such as `+01:00`.
    #[serde(with = "offset")]
    pub utc_offset: FixedOffset,
}

impl Default for Clock {
    fn default() -> Self {
        let utc_offset = chrono::Offset::fix(&chrono::Utc);
        Self { mode: ClockMode::Wall, calendar: Calendar::Target, utc_offset }
    }
}

/// Who opens days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMode {
    /// The wall clock, each business day as it begins.
    Wall,
    /// A person or a program, by `OpenDay`.
    ByHand,
}

/// How the services are run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Requests that wait to be decided, for each service and journal; above it callers wait.
    pub queue: NonZero<u32>,
    /// How long another writer must have been silent before this process takes over.
    #[serde(with = "span")]
    pub silence: Duration,
    /// How long calls on their way may take when the process is told to stop.
    #[serde(with = "span")]
    pub drain_within: Duration,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            queue: const { NonZero::new(4_096).unwrap() },
            silence: Duration::from_secs(3),
            drain_within: Duration::from_secs(20),
        }
    }
}

/// `+01:00`, the way RFC 3339 writes it.
mod offset {
    use chrono::FixedOffset;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
    pub(super) fn serialize<S: Serializer>(it: &FixedOffset, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(it)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<FixedOffset, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(|_| D::Error::custom("an offset is written like +01:00 or -05:30"))
    }
}

/// Settings that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Contradiction(pub String);

impl Nats {
    /// The connection these settings ask for.
    pub fn connection(&self) -> Result<Connection, Contradiction> {
        let says = |what: &str| Contradiction(what.to_owned());
        let auth = match (&self.user, &self.password_file, &self.nkey_file, &self.credentials_file)
        {
            (None, None, None, None) => Auth::None,
            (Some(user), Some(file), None, None) => {
                Auth::Password { user: user.clone(), file: file.clone() }
            }
            (Some(_), None, None, None) => {
                return Err(says("nats.user is set: set nats.password_file too"));
            }
            (None, Some(_), None, None) => {
                return Err(says("nats.password_file is set: set nats.user too"));
            }
            (None, None, Some(file), None) => Auth::Nkey(file.clone()),
            (None, None, None, Some(file)) => Auth::Credentials(file.clone()),
            (_, _, _, _) => {
                return Err(says(
                    "set one of nats.user, nats.nkey_file and nats.credentials_file, not several",
                ));
            }
        };
        let system = match (&self.system_user, &self.system_password_file) {
            (None, None) => None,
            (Some(user), Some(file)) => {
                Some(Auth::Password { user: user.clone(), file: file.clone() })
            }
            (Some(_), None) | (None, Some(_)) => {
                return Err(says("set both of nats.system_user and nats.system_password_file"));
            }
        };
        let replicas = Replicas::try_from(self.replicas)
            .map_err(|error| Contradiction(format!("nats.replicas: {error}")))?;
        Ok(Connection {
            auth,
            ca_file: self.ca_file.clone(),
            inbox_prefix: self.inbox_prefix.clone(),
            monitor_urls: self.monitor_urls.clone(),
            system,
            replicas,
            newer_servers: self.newer_servers,
            ..Connection::to(&self.url)
        })
    }
}
