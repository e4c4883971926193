//! Whether a server may be written to. What cannot be found out counts as no.
//!
//! An ack means "on disk" only on a server that syncs always, and nothing in the protocol tells
//! whether it does. So the server is asked where it tells: its monitoring port, or its system
//! account.

use std::{collections::BTreeMap, fmt, time::Duration};

use async_nats::Client;
use futures::StreamExt as _;
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{Connection, StoreError, connection::connect_to_system};

const MAX_PAYLOAD_MIN: usize = 1024 * 1024;
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Longer than any server's answer.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A reason not to write to a server, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It does not answer.
    #[error("NATS does not answer: {0}")]
    Unreachable(String),
    /// It lacks what the journal is built on.
    #[error(
        "nats-server {0} is too old: the journal needs {SUPPORTED}; Debian's package is such a \
         one, so install a current release from nats.io, or run deploy/get-nats"
    )]
    TooOld(String),
    /// Nobody has tried it.
    #[error(
        "nats-server {0} is newer than this release was tested with: run one of {SUPPORTED}, or a \
         newer release of vigie, or allow newer servers in the configuration"
    )]
    TooNew(String),
    /// It would acknowledge what a power cut can still take away.
    #[error(
        "server {0} does not sync every write to disk, so a power cut would lose acknowledged \
         entries: set `jetstream {{ sync_interval: always }}` in its configuration and restart it"
    )]
    NotSynced(String),
    /// Nobody told whether it syncs.
    #[error(
        "cannot tell whether every write is synced to disk: {0}; set the monitoring URL of every \
         server (`http: 127.0.0.1:8222` in its configuration), or give a user of the system account"
    )]
    SyncUnknown(String),
    /// An entry may not fit.
    #[error(
        "the server takes messages of up to {0} bytes and the journal needs {MAX_PAYLOAD_MIN}: set \
         `max_payload: 1MB` in its configuration"
    )]
    PayloadTooSmall(usize),
}

/// The releases of nats-server this one was tested with, as (major, minor).
const TESTED: std::ops::RangeInclusive<(u32, u32)> = (2, 12)..=(2, 15);
const SUPPORTED: &str = "2.12 to 2.15";

/// How a server's release compares with those that were tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    Older,
    Tested,
    Newer,
}

/// Of a version like `2.15.1` or `2.12.0-RC.2`; what cannot be read is older than anything.
pub(crate) fn release(version: &str) -> Release {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) > *TESTED.end() => Release::Newer,
        (Some(Ok(major)), Some(Ok(minor))) if TESTED.contains(&(major, minor)) => Release::Tested,
        _ => Release::Older,
    }
}

/// What a server tells about itself.
#[derive(Debug, Deserialize)]
struct Varz {
    server_id: String,
    #[serde(default)]
    server_name: String,
    #[serde(default)]
    jetstream: JetStream,
}

#[derive(Debug, Default, Deserialize)]
struct JetStream {
    #[serde(default)]
    config: Option<Config>,
}

#[derive(Debug, Deserialize)]
struct Config {
    #[serde(default)]
    sync_always: bool,
}

pub(crate) async fn preflight(client: &Client, connection: &Connection) -> Vec<Problem> {
    if let Err(error) = tokio::time::timeout(ANSWER_WITHIN, client.flush()).await {
        return vec![Problem::Unreachable(error.to_string())];
    }
    let info = client.server_info();
    let mut problems = Vec::new();
    match release(&info.version) {
        Release::Older => problems.push(Problem::TooOld(info.version)),
        Release::Newer if !connection.newer_servers => {
            problems.push(Problem::TooNew(info.version));
        }
        Release::Newer | Release::Tested => {}
    }
    if info.max_payload < MAX_PAYLOAD_MIN {
        problems.push(Problem::PayloadTooSmall(info.max_payload));
    }
    problems.extend(unsynced(connection, &info.server_id).await);
    problems
}

/// Every server that answers must sync; the one that is connected must answer, and with it a
/// majority of those that keep a copy. A server that is away acknowledges nothing, and is asked
/// once it is back.
async fn unsynced(connection: &Connection, connected: &str) -> Vec<Problem> {
    let mut servers = BTreeMap::new();
    let mut silent = Vec::new();
    for url in &connection.monitor_urls {
        match ask_monitor(url).await {
            Ok(varz) => {
                servers.insert(varz.server_id.clone(), varz);
            }
            Err(error) => silent.push(format!("{url}: {error}")),
        }
    }
    if connection.system.is_some() {
        match ask_system(connection).await {
            Ok(found) => servers.extend(found.into_iter().map(|it| (it.server_id.clone(), it))),
            Err(error) => silent.push(format!("the system account: {error}")),
        }
    }
    let wanted = usize::from(connection.replicas.count() / 2 + 1);
    let mut problems = Vec::new();
    if !servers.contains_key(connected) || servers.len() < wanted {
        let asked = match (connection.monitor_urls.as_slice(), &connection.system) {
            ([], None) => String::from("no monitoring URL and no system user is configured"),
            _ if silent.is_empty() => format!(
                "{} of at least {wanted} servers answered, {} the connected one",
                servers.len(),
                if servers.contains_key(connected) { "with" } else { "without" },
            ),
            _ => silent.join("; "),
        };
        problems.push(Problem::SyncUnknown(asked));
    }
    let lazy = servers
        .into_values()
        .filter(|it| !it.jetstream.config.as_ref().is_some_and(|it| it.sync_always));
    problems.extend(lazy.map(|it| {
        Problem::NotSynced(if it.server_name.is_empty() { it.server_id } else { it.server_name })
    }));
    problems
}

async fn ask_monitor(url: &str) -> Result<Varz, String> {
    let body = get(url, "/varz").await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&body).map_err(|error| error.to_string())
}

async fn ask_system(connection: &Connection) -> Result<Vec<Varz>, StoreError> {
    #[derive(Deserialize)]
    struct Reply {
        data: Varz,
    }
    let Some(client) = connect_to_system(connection).await? else { return Ok(Vec::new()) };
    let unavailable = |error: &dyn fmt::Display| StoreError::Unavailable(error.to_string());
    let inbox = client.new_inbox();
    let mut replies = client.subscribe(inbox.clone()).await.map_err(|error| unavailable(&error))?;
    let ping = client.publish_with_reply("$SYS.REQ.SERVER.PING.VARZ", inbox, Vec::new().into());
    ping.await.map_err(|error| unavailable(&error))?;
    let mut servers = Vec::new();
    // Nobody knows how many will answer; as many as keep a copy are enough.
    while servers.len() < usize::from(connection.replicas.count())
        && let Ok(Some(reply)) = tokio::time::timeout(ANSWER_WITHIN, replies.next()).await
    {
        if let Ok(Reply { data }) = serde_json::from_slice(&reply.payload) {
            servers.push(data);
        }
    }
    Ok(servers)
}

/// The body of an answer to HTTP/1.0, which is never chunked and ends with the connection.
pub(crate) async fn get(url: &str, path: &str) -> Result<Vec<u8>, GetError> {
    let rest = url.strip_prefix("http://").ok_or(GetError::Scheme)?;
    let (host, base) = rest.split_once('/').map_or((rest, ""), |(host, base)| (host, base));
    let base = base.trim_end_matches('/');
    let slash = if base.is_empty() { "" } else { "/" };
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:8222") };
    let question = format!("GET {slash}{base}{path} HTTP/1.0\r\nHost: {host}\r\n\r\n");
    let mut answer = Vec::new();
    tokio::time::timeout(ANSWER_WITHIN, async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(question.as_bytes()).await?;
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await
    })
    .await
    .map_err(|_| GetError::Late)??;
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n").ok_or(GetError::NotHttp)?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8_lossy(&answer);
    match head.split_whitespace().nth(1) {
        Some("200") => Ok(body),
        Some(status) => Err(GetError::Status(status.to_owned())),
        None => Err(GetError::NotHttp),
    }
}

/// Why a monitoring port gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GetError {
    #[error("a monitoring URL begins with http://")]
    Scheme,
    #[error("no answer within {} s", ANSWER_WITHIN.as_secs())]
    Late,
    #[error("answered with HTTP status {0}")]
    Status(String),
    #[error("what answers is not HTTP")]
    NotHttp,
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_outside_the_tested_ones_are_told_apart() {
        for (version, expected) in [
            ("2.9.10", Release::Older),
            ("2.11.99", Release::Older),
            ("1.99.0", Release::Older),
            ("", Release::Older),
            ("2.x", Release::Older),
            ("2.12.0-RC.2", Release::Tested),
            ("2.12.1", Release::Tested),
            ("v2.15.1", Release::Tested),
            ("2.16.0", Release::Newer),
            ("3.0.0", Release::Newer),
        ] {
            assert_eq!(release(version), expected, "{version}");
        }
    }
}
