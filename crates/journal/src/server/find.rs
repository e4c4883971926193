//! Where a nats-server is: named, installed, fetched before, or fetched now.

use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::Command;

use super::fetch::{self, PINNED};
use crate::preflight::{Release, release};

/// Name a binary here and no other is looked for.
const VARIABLES: [&str; 2] = ["NATS_SERVER_BIN", "VIGIE_NATS_SERVER"];
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A nats-server that runs on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The binary.
    pub path: PathBuf,
    /// What it says it is, such as `2.15.1`.
    pub version: String,
    /// How it came to be found.
    pub origin: Origin,
}

/// How a nats-server came to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable names it.
    Named,
    /// It is on the search path.
    Installed,
    /// It was fetched before.
    Cached,
    /// It was fetched just now.
    Fetched,
}

/// There is none, and none could be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no nats-server was found or could be fetched:\n  - {}\nInstall one of 2.12 to 2.15 and name \
     it in NATS_SERVER_BIN, or put it on the PATH:\n  \
     brew install nats-server\n  \
     docker create --name nats nats:2.15 && docker cp nats:/nats-server .\n  \
     https://github.com/nats-io/nats-server/releases\n\
     Debian and Ubuntu package a release that is too old.",
    tried.join("\n  - ")
)]
pub struct NotFound {
    /// What was tried and why it did not do, one each.
    pub tried: Vec<String>,
}

/// Finds a nats-server of a supported release, in this order: the one an environment variable
/// names (`NATS_SERVER_BIN` or `VIGIE_NATS_SERVER`), the one on the `PATH`, the pinned one in the
/// cache (`VIGIE_CACHE`, else `vigie` in the user's cache directory), the pinned one from outside.
/// `note` hears what is passed over and what is being done.
pub async fn find(mut note: impl FnMut(&str) + Send) -> Result<Found, NotFound> {
    for variable in VARIABLES {
        if let Some(path) = env::var_os(variable).filter(|it| !it.is_empty()) {
            let path = PathBuf::from(path);
            // Whoever names one wants that one, so nothing else is tried in its place.
            return match version(&path).await {
                Ok(version) => Ok(Found { path, version, origin: Origin::Named }),
                Err(why) => Err(NotFound { tried: vec![format!("{variable}: {why}")] }),
            };
        }
    }
    let mut tried = Vec::new();
    match installed().await {
        Ok(found) => return Ok(found),
        Err(why) => {
            note(&why);
            tried.push(why);
        }
    }
    let Some(cache) = cache() else {
        tried.push(String::from("no cache: set VIGIE_CACHE or HOME to a directory to fetch into"));
        return Err(NotFound { tried });
    };
    let path = cache.join(format!("nats-server-{PINNED}"));
    if let Ok(version) = version(&path).await {
        return Ok(Found { path, version, origin: Origin::Cached });
    }
    match fetch::fetch(&cache, &path, &mut note).await {
        Ok(()) => match version(&path).await {
            Ok(version) => return Ok(Found { path, version, origin: Origin::Fetched }),
            Err(why) => tried.push(why),
        },
        Err(whys) => tried.extend(whys),
    }
    Err(NotFound { tried })
}

async fn installed() -> Result<Found, String> {
    let paths = env::var_os("PATH").unwrap_or_default();
    let mut whys = Vec::new();
    for path in env::split_paths(&paths).map(|it| it.join("nats-server")) {
        if !path.is_file() {
            continue;
        }
        match version(&path).await {
            Ok(version) if release(&version) == Release::Tested => {
                return Ok(Found { path, version, origin: Origin::Installed });
            }
            Ok(version) => whys.push(format!(
                "{} is release {version}, and 2.12 to 2.15 are supported",
                path.display()
            )),
            Err(why) => whys.push(why),
        }
    }
    Err(if whys.is_empty() {
        String::from("there is no nats-server on the PATH")
    } else {
        whys.join("; ")
    })
}

/// What the binary says it is.
async fn version(path: &Path) -> Result<String, String> {
    let run = Command::new(path).arg("--version").stdin(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(ANSWER_WITHIN, run)
        .await
        .map_err(|_| format!("{} did not tell its version in time", path.display()))?
        .map_err(|error| format!("{} cannot be run: {error}", path.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim()
        .strip_prefix("nats-server: v")
        .map(str::to_owned)
        .ok_or_else(|| format!("{} is not a nats-server", path.display()))
}

fn cache() -> Option<PathBuf> {
    let of = |variable: &str| env::var_os(variable).filter(|it| !it.is_empty()).map(PathBuf::from);
    of("VIGIE_CACHE")
        .or_else(|| of("XDG_CACHE_HOME").map(|it| it.join("vigie")))
        .or_else(|| of("HOME").map(|it| it.join(".cache").join("vigie")))
}
