//! What became of an import.

use std::{collections::BTreeMap, fmt, fs::File, io::BufWriter, path::PathBuf, time::Duration};

use super::{
    Import, ImportError,
    read::{NotTaken, Origin},
};
use crate::ask::line::{Became, Refusal};
use client::figures::{grouped, safe_cell};

/// Rows that are named for each reason; all of them stand in the file of what was refused.
const EXAMPLES: usize = 5;

/// What became of an import.
#[derive(Debug)]
pub struct Report {
    files: Vec<PathBuf>,
    tenant: String,
    dry_run: bool,
    by_days: bool,
    /// Rows read.
    pub rows: u64,
    /// Facts that are recorded now and were not before.
    pub taken: u64,
    /// Facts that were known already.
    pub known: u64,
    /// Facts that could be sent, in a dry run.
    pub checked: u64,
    /// Business days opened.
    pub days_opened: u64,
    /// Announcements about companies that are nobody's customers.
    pub unmatched: u64,
    /// The first of them: file, row and number of the company.
    unmatched_first: Vec<(usize, u64, String)>,
    /// Facts that were recorded and should still be looked at, such as invoices with terms above the
    /// legal limit.
    pub warned: u64,
    /// The first of them: file, row and what to know.
    warned_first: Vec<(usize, u64, String)>,
    /// By reason.
    refused: BTreeMap<String, Group>,
    out: Option<csv::Writer<BufWriter<File>>>,
    out_path: Option<PathBuf>,
    /// How long it took.
    pub took: Duration,
    /// It was stopped before its end.
    pub interrupted: bool,
}

/// What was refused for one reason.
#[derive(Debug, Default)]
struct Group {
    count: u64,
    examples: Vec<(usize, u64, String)>,
}

impl Report {
    pub(super) fn new(import: &Import) -> Result<Self, ImportError> {
        let out = match &import.refused {
            Some(path) => {
                let of = |why: String| ImportError::File { path: path.clone(), why };
                let file = File::create(path).map_err(|error| of(error.to_string()))?;
                let mut out = csv::Writer::from_writer(BufWriter::new(file));
                out.write_record(["file", "row", "type", "reason", "field", "message"])
                    .map_err(|error| of(error.to_string()))?;
                Some(out)
            }
            None => None,
        };
        Ok(Self {
            files: import.files.clone(),
            tenant: import.tenant.to_string(),
            dry_run: import.dry_run,
            by_days: import.days,
            rows: 0,
            taken: 0,
            known: 0,
            checked: 0,
            days_opened: 0,
            unmatched: 0,
            unmatched_first: Vec::new(),
            warned: 0,
            warned_first: Vec::new(),
            refused: BTreeMap::new(),
            out,
            out_path: import.refused.clone(),
            took: Duration::ZERO,
            interrupted: false,
        })
    }

    /// How many facts and rows were refused.
    pub fn refused(&self) -> u64 {
        self.refused.values().map(|it| it.count).sum()
    }

    pub(super) fn so_far(&self) -> String {
        format!(
            "{} recorded, {} known, {} refused",
            grouped(self.taken),
            grouped(self.known),
            grouped(self.refused())
        )
    }

    pub(super) fn add(
        &mut self,
        origins: &[Origin],
        became: Vec<Became>,
    ) -> Result<(), ImportError> {
        for (origin, became) in origins.iter().zip(became) {
            match became {
                Became::Changed(warning) => {
                    self.taken += 1;
                    if let Some(about) = warning {
                        self.warned += 1;
                        if self.warned_first.len() < EXAMPLES {
                            self.warned_first.push((origin.file, origin.row, about));
                        }
                    }
                }
                Became::Known => self.known += 1,
                Became::Refused(why) => {
                    let Origin { file, row, kind } = *origin;
                    self.refuse(NotTaken { file, row, kind: Some(kind), why })?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn refuse(&mut self, refused: NotTaken) -> Result<(), ImportError> {
        let NotTaken { file, row, kind, why: Refusal { reason, field, message, .. } } = refused;
        let ce_type = kind.map_or("", |it| it.ce_type);
        self.list(file, row, [ce_type, &reason, &field, &message])?;
        let group = self.refused.entry(reason).or_default();
        group.count += 1;
        if group.examples.len() < EXAMPLES {
            let about = if field.is_empty() { message } else { format!("{field}: {message}") };
            group.examples.push((file, row, about));
        }
        Ok(())
    }

    /// Nobody's customer is no mistake, and still nothing is lost of it.
    pub(super) fn unmatched(
        &mut self,
        file: usize,
        row: u64,
        siren: String,
    ) -> Result<(), ImportError> {
        let about = format!("the company {siren} is nobody's");
        self.list(file, row, ["", "NO_CUSTOMER", "siren", &about])?;
        self.unmatched += 1;
        if self.unmatched_first.len() < EXAMPLES {
            self.unmatched_first.push((file, row, siren));
        }
        Ok(())
    }

    /// Writes a line of the file of what was refused.
    fn list(&mut self, file: usize, row: u64, rest: [&str; 4]) -> Result<(), ImportError> {
        let Some(out) = &mut self.out else { return Ok(()) };
        let name = self.files.get(file).map(|it| it.display().to_string()).unwrap_or_default();
        let row = row.to_string();
        let cells = [name.as_str(), &row].into_iter().chain(rest);
        let written = out.write_record(cells.map(|it| safe_cell(it).into_owned()));
        written.map_err(|error| unwritable(self.out_path.as_ref(), &error))
    }

    /// Where a row stands, for whoever reads several files.
    fn place(&self, file: usize, row: u64) -> String {
        let name = self.files.get(file).and_then(|it| it.file_name());
        match name.filter(|_| self.files.len() > 1) {
            Some(name) => format!("{} row {row}", name.display()),
            None => format!("row {row}"),
        }
    }

    pub(super) fn finish(&mut self) -> Result<(), ImportError> {
        match &mut self.out {
            Some(out) => out.flush().map_err(|error| unwritable(self.out_path.as_ref(), &error)),
            None => Ok(()),
        }
    }
}

fn unwritable(path: Option<&PathBuf>, error: &impl fmt::Display) -> ImportError {
    ImportError::File { path: path.cloned().unwrap_or_default(), why: error.to_string() }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<_> = self.files.iter().map(|it| it.display().to_string()).collect();
        let verb = if self.dry_run { "Checked" } else { "Imported" };
        writeln!(f, "{verb} {} for tenant {}", files.join(", "), self.tenant)?;
        writeln!(f, "  rows read        {:>13}", grouped(self.rows))?;
        if self.dry_run {
            writeln!(f, "  facts well formed{:>13}   nothing was sent", grouped(self.checked))?;
        } else {
            let millis = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX).max(1);
            let speed = (self.taken + self.known).saturating_mul(1_000) / millis;
            writeln!(
                f,
                "  facts recorded   {:>13}   {}.{:03} s, {} a second, every one on disk",
                grouped(self.taken),
                millis / 1_000,
                millis % 1_000,
                grouped(speed)
            )?;
            writeln!(f, "  facts known      {:>13}", grouped(self.known))?;
        }
        writeln!(f, "  refused          {:>13}", grouped(self.refused()))?;
        if self.by_days && !self.dry_run {
            writeln!(f, "  days opened      {:>13}", grouped(self.days_opened))?;
        }
        for (reason, group) in &self.refused {
            writeln!(f, "\n  {reason}: {}", grouped(group.count))?;
            for (file, row, about) in &group.examples {
                writeln!(f, "    {}: {about}", self.place(*file, *row))?;
            }
            let more = group.count.saturating_sub(u64::try_from(EXAMPLES).unwrap_or(u64::MAX));
            if more > 0 {
                writeln!(f, "    and {} more", grouped(more))?;
            }
        }
        let first = [
            ("about companies that are nobody's", self.unmatched, &self.unmatched_first),
            ("recorded, with terms above the legal limit", self.warned, &self.warned_first),
        ];
        for (what, count, first) in first.into_iter().filter(|(_, count, _)| *count > 0) {
            writeln!(f, "\n  {what}: {}", grouped(count))?;
            for (file, row, about) in first {
                writeln!(f, "    {}: {about}", self.place(*file, *row))?;
            }
            let more = count.saturating_sub(u64::try_from(EXAMPLES).unwrap_or(u64::MAX));
            if more > 0 {
                writeln!(f, "    and {} more", grouped(more))?;
            }
        }
        writeln!(f)?;
        if self.interrupted {
            return writeln!(f, "Stopped before the end: run the same again to go on.");
        }
        match (&self.out_path, self.refused() + self.unmatched) {
            (_, 0) => {}
            (Some(path), _) => {
                writeln!(f, "Everything that was refused stands in {}.", path.display())?;
            }
            (None, _) => writeln!(f, "With --refused FILE.csv all of it is written to a file.")?,
        }
        if self.dry_run {
            writeln!(f, "Whether facts contradict what is recorded is seen when they are sent.")?;
        } else if self.taken == 0 && self.known > 0 {
            writeln!(f, "Everything was known already: nothing was added.")?;
        }
        if self.by_days && !self.dry_run && self.taken > 0 && self.days_opened == 0 {
            writeln!(
                f,
                "No day was opened: a later one is open already, and each fact counts as recorded \
                 on it."
            )?;
        }
        Ok(())
    }
}
