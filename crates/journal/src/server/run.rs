//! A running nats-server.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde::Deserialize;
use tokio::process::{Child, Command};

use crate::{Connection, preflight::get};

const POLL_EVERY: Duration = Duration::from_millis(10);
/// A large store takes its time to recover.
const READY_WITHIN: Duration = Duration::from_mins(1);
const STOP_WITHIN: Duration = Duration::from_secs(20);
const LOG_LINES_SHOWN: usize = 5;

/// How a server is to be run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The nats-server, as [`find`](super::find) found it.
    pub binary: PathBuf,
    /// What it calls itself; unique in a cluster.
    pub name: String,
    /// Where its configuration, its log and its store are; created if need be. One server a
    /// directory.
    pub dir: PathBuf,
    /// Whether every write is on disk before it is acknowledged.
    pub sync: SyncInterval,
    /// The port for clients, on the loopback interface; any free one if not given.
    pub port: Option<u16>,
    /// The largest message, in bytes.
    pub max_payload: usize,
    /// How much its streams may hold on disk together, in bytes; what the disk has, if not given.
    pub max_store: Option<u64>,
    /// More of the configuration, in the server's own syntax.
    pub extra: String,
}

impl Options {
    /// A server as the journal needs it.
    pub fn new(binary: impl Into<PathBuf>, dir: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            name: String::from("vigie-local"),
            dir: dir.into(),
            sync: SyncInterval::Always,
            port: None,
            max_payload: 1024 * 1024,
            max_store: None,
            extra: String::new(),
        }
    }
}

/// When a server brings to disk what it acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncInterval {
    /// Before.
    Always,
    /// When its default says so, minutes later. No journal is written to such a server.
    Default,
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Its directory or its binary cannot be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// What cannot be used.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It ended, or did not become ready.
    #[error("nats-server {what}; its log ends: {log}")]
    Failed {
        /// What happened.
        what: String,
        /// The last lines of its log.
        log: String,
    },
}

/// A nats-server on the loopback interface. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    options: Options,
    /// Nobody, between [`Server::stop`] or [`Server::kill`] and [`Server::restart`].
    child: Option<Child>,
    port: u16,
    monitor_port: u16,
}

/// What a server writes into its ports file.
#[derive(Deserialize)]
struct Ports {
    nats: Vec<String>,
    monitoring: Vec<String>,
}

impl Server {
    /// Starts a server and waits until it answers.
    pub async fn start(options: Options) -> Result<Self, ServerError> {
        let dir = &options.dir;
        fs::create_dir_all(dir.join("ports")).map_err(|source| io(dir, source))?;
        // The server's working directory and ours may differ.
        let dir = dir.canonicalize().map_err(|source| io(dir, source))?;
        let options = Options { dir, ..options };
        let port = options.port.unwrap_or_default();
        let mut server = Self { options, child: None, port, monitor_port: 0 };
        server.run().await?;
        Ok(server)
    }

    /// Starts it again after [`Server::stop`] or [`Server::kill`], on the same ports and the same
    /// store.
    pub async fn restart(&mut self) -> Result<(), ServerError> {
        self.kill().await?;
        self.run().await
    }

    /// Starts it again with other options; the directory and the ports stay.
    pub async fn restart_with(&mut self, options: Options) -> Result<(), ServerError> {
        self.options = Options { dir: self.options.dir.clone(), ..options };
        self.restart().await
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(&mut self) -> Result<(), ServerError> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let signal = format!("term={}", self.options.dir.join("pid").display());
        let asked = Command::new(&self.options.binary)
            .args(["--signal", &signal])
            .stdin(Stdio::null())
            .output()
            .await;
        if asked.is_ok_and(|it| it.status.success())
            && tokio::time::timeout(STOP_WITHIN, child.wait()).await.is_ok()
        {
            return Ok(());
        }
        end(&mut child).await.map_err(|source| io(&self.options.binary, source))
    }

    /// Ends it as a crash would: `SIGKILL`, without a word before.
    pub async fn kill(&mut self) -> Result<(), ServerError> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        end(&mut child).await.map_err(|source| io(&self.options.binary, source))
    }

    /// Where clients connect.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Where it tells about itself.
    pub fn monitor_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.monitor_port)
    }

    /// Where its configuration, its log and its store are.
    pub fn dir(&self) -> &Path {
        &self.options.dir
    }

    /// The id of its process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// How a store connects to it, monitoring included.
    pub fn connection(&self) -> Connection {
        Connection { monitor_urls: vec![self.monitor_url()], ..Connection::to(self.url()) }
    }

    async fn run(&mut self) -> Result<(), ServerError> {
        let dir = self.options.dir.clone();
        let file = dir.join("nats.conf");
        fs::write(&file, self.config()).map_err(|source| io(&file, source))?;
        // What is wrong with the configuration is said before there is a log.
        let complaints = dir.join("stderr");
        let complaints = fs::File::create(&complaints).map_err(|source| io(&complaints, source))?;
        let mut child = Command::new(&self.options.binary)
            .arg("--config")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(complaints)
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| io(&self.options.binary, source))?;
        let ready = tokio::time::timeout(READY_WITHIN, self.ready(&mut child)).await;
        let what = match ready {
            Ok(Ok(())) => {
                self.child = Some(child);
                return Ok(());
            }
            Ok(Err(what)) => what,
            Err(_) => format!("was not ready within {} s", READY_WITHIN.as_secs()),
        };
        Err(ServerError::Failed { what, log: log_end(&dir) })
    }

    fn config(&self) -> String {
        let Options { binary: _, name, dir, sync, port: _, max_payload, max_store, extra } =
            &self.options;
        // The server's syntax: -1 takes any free port.
        let port = |port: u16| if port == 0 { String::from("-1") } else { port.to_string() };
        let path = |name: &str| quoted(&dir.join(name));
        let sync = match sync {
            SyncInterval::Always => "sync_interval: always",
            SyncInterval::Default => "",
        };
        let max_store = max_store.map(|it| format!("max_file: {it}")).unwrap_or_default();
        format!(
            r#"listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor_port}"
server_name: "{name}"
server_tags: ["vigie"]
pid_file: {pid}
ports_file_dir: {ports}
log_file: {log}
max_payload: {max_payload}
jetstream {{
  store_dir: {store}
  {sync}
  {max_store}
}}
{extra}
"#,
            port = port(self.port),
            monitor_port = port(self.monitor_port),
            pid = path("pid"),
            ports = path("ports"),
            log = path("nats.log"),
            store = path("store"),
        )
    }

    /// Waits until the server has told its ports and says that it is healthy.
    async fn ready(&mut self, child: &mut Child) -> Result<(), String> {
        let pid = child.id().ok_or("ended at once")?;
        let suffix = format!("_{pid}.ports");
        let ports = self.options.dir.join("ports");
        loop {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("ended with {status}"));
            }
            if let Some((port, monitor_port)) = read_ports(&ports, &suffix) {
                (self.port, self.monitor_port) = (port, monitor_port);
                if get(&self.monitor_url(), "/healthz").await.is_ok() {
                    return Ok(());
                }
            }
            tokio::time::sleep(POLL_EVERY).await;
        }
    }
}

fn read_ports(dir: &Path, suffix: &str) -> Option<(u16, u16)> {
    let mut files = fs::read_dir(dir).ok()?.flatten();
    let file = files.find(|it| it.file_name().to_string_lossy().ends_with(suffix))?;
    let ports: Ports = serde_json::from_slice(&fs::read(file.path()).ok()?).ok()?;
    let port = |urls: &[String]| urls.first()?.rsplit(':').next()?.parse().ok();
    Some((port(&ports.nats)?, port(&ports.monitoring)?))
}

async fn end(child: &mut Child) -> std::io::Result<()> {
    child.kill().await
}

fn log_end(dir: &Path) -> String {
    let said = ["nats.log", "stderr"]
        .map(|file| fs::read_to_string(dir.join(file)).unwrap_or_default())
        .concat();
    let lines: Vec<&str> = said.lines().collect();
    let skip = lines.len().saturating_sub(LOG_LINES_SHOWN);
    lines.into_iter().skip(skip).collect::<Vec<_>>().join(" | ")
}

fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn io(path: &Path, source: std::io::Error) -> ServerError {
    ServerError::Io { path: path.to_owned(), source }
}
