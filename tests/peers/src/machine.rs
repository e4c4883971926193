//! Where the figures were taken.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::Sizes;

pub(crate) fn describe(sizes: &Sizes) -> Value {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = load();
    if load.is_some_and(|it| it > 0.5) && !sizes.quick {
        eprintln!(
            "the machine is not quiet (load {:.2}): these figures will be too low",
            load.unwrap_or_default()
        );
    }
    json!({
        "peer": "machine",
        "cores": cores,
        "cpu": find("/proc/cpuinfo", "model name"),
        "memory": find("/proc/meminfo", "MemTotal"),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|it| it.trim().to_owned()),
        "load_1m": load,
        "quick": sizes.quick,
    })
}

fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

fn find(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|it| it.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The kind of the file system that holds a directory, such as `ext4`; none where `/proc` does
/// not tell.
pub(crate) fn file_system(dir: &Path) -> Result<Option<String>> {
    let device =
        fs::metadata(dir).with_context(|| format!("cannot look at {}", dir.display()))?.dev();
    // The kernel's own split of a device number, as glibc's `major` and `minor` have it.
    let major = ((device >> 8) & 0xfff) | ((device >> 32) & !0xfff);
    let minor = (device & 0xff) | ((device >> 12) & !0xff);
    let device = format!("{major}:{minor}");
    let Ok(mounts) = fs::read_to_string("/proc/self/mountinfo") else { return Ok(None) };
    let kind = mounts.lines().find_map(|line| {
        let (mount, rest) = line.split_once(" - ")?;
        (mount.split(' ').nth(2)? == device).then(|| rest.split(' ').next().map(str::to_owned))?
    });
    if kind.as_deref() == Some("tmpfs") {
        bail!(
            "{} is in memory (tmpfs): nothing there is durable; set TMPDIR, or --dir",
            dir.display()
        );
    }
    Ok(kind)
}
