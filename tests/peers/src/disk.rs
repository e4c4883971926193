//! `disk`: what the disk itself needs to take a few bytes and promise to keep them.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::measure::{Latencies, Run, Window};
use crate::report::{Figure, Report};
use crate::{Sizes, machine};

/// An event, entries of a few and of many, a full entry.
const SIZES: [usize; 6] = [140, 1_024, 4 * 1_024, 16 * 1_024, 64 * 1_024, 128 * 1_024];

pub(crate) fn measure(sizes: &Sizes, report: &mut Report) -> Result<()> {
    let mut places = vec![("--dir", sizes.dir.as_path())];
    if let Some(dir) = &sizes.postgres_dir {
        let device = |dir: &Path| dir.metadata().map(|it| it.dev());
        if device(dir)? == device(&sizes.dir)? {
            places = vec![("--dir and PostgreSQL's", sizes.dir.as_path())];
        } else {
            places.push(("PostgreSQL's", dir));
        }
    }
    for (name, dir) in places {
        let kind = machine::file_system(dir)?;
        for bytes in SIZES {
            let runs: Vec<Run> = (0..sizes.runs())
                .map(|_| run(dir, bytes, sizes.seconds() / 3))
                .collect::<Result<_>>()?;
            report.add(Figure {
                peer: "disk",
                variant: format!("{bytes} bytes, {name}"),
                unit: "appends/s",
                runs,
                facts: json!({ "bytes": bytes, "file_system": kind }),
            });
        }
    }
    Ok(())
}

fn run(dir: &Path, bytes: usize, length: Duration) -> Result<Run> {
    let place = tempfile::tempdir_in(dir)
        .with_context(|| format!("cannot write below {}", dir.display()))?;
    let mut file: File =
        OpenOptions::new().append(true).create_new(true).open(place.path().join("appended"))?;
    let payload = vec![b'v'; bytes];
    let window = Window::from_now(length);
    let mut latencies = Latencies::of(window);
    loop {
        let started = Instant::now();
        file.write_all(&payload)?;
        file.sync_data()?;
        if !latencies.add(started) {
            return Ok(window.run([latencies]));
        }
    }
}
