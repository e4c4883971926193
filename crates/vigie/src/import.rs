//! `vigie import`: files become facts, each in its context. What was imported before is known, so an
//! import that was interrupted is simply run again.

mod companies;
mod read;
mod report;

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use documents::csv::{Mapping, MappingError};
use events::TenantId;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::{sync::mpsc, time::Instant};

use crate::{
    ask::line::{Line, LineError},
    cli::{self, Exit},
    config::{Flags, Nats},
    door::Asked,
    serve,
};
use companies::Companies;
pub use companies::CustomerBy;
use read::{Form, How, Origin, Piece};
pub use report::Report;

/// Import files: tables by a mapping, messages one a line, or announcements of the BODACC.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The files, in the order in which they are to be read
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What the rows of tables mean: one mapping for all, or one for each in their order
    #[arg(long, short, value_name = "FILE")]
    pub mapping: Vec<PathBuf>,
    /// What the files are [default: by their names, `.jsonl` and `.ndjson` are messages, all others
    /// tables]
    #[arg(long)]
    pub format: Option<Format>,
    /// Which companies are which customers, for announcements: `siren=FILE`, a table of the columns
    /// `siren` and `customer_id`
    #[arg(long, value_name = "siren=FILE")]
    pub customer_by: Option<CustomerBy>,
    /// Whose facts they are
    #[arg(long, short, env = "VIGIE_TENANT")]
    pub tenant: TenantId,
    /// Say what would be refused for its form, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Take each fact on its day and open the business days in between: for histories, where the
    /// clock is set by hand
    #[arg(long)]
    pub days: bool,
    /// Write what was refused to this file, all of it
    #[arg(long, value_name = "FILE")]
    pub refused: Option<PathBuf>,
    /// Facts in a request
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub batch: u16,
    /// How the server is reached.
    #[command(flatten)]
    pub flags: Flags,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Comma-separated values, by a mapping
    Csv,
    /// Messages, one a line: `{"type":"dev.vigie.…","data":{…}}`
    JsonLines,
    /// Announcements of the French gazette of companies, JSON of its open-data service
    Bodacc,
}

/// Why an import does not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A mapping or a file cannot be used at all.
    #[error("{}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// As many mappings as files, or one.
    #[error("{mappings} mappings are given for {files} tables: give one for all, or one for each")]
    Mappings {
        /// How many mappings.
        mappings: usize,
        /// How many tables.
        files: usize,
    },
    /// Announcements say only which company they are about.
    #[error(
        "whose announcements are they? say which companies are which customers: --customer-by siren=FILE"
    )]
    CustomerBy,
    /// Nobody takes what is sent.
    #[error("{0}; what was taken so far is recorded: run the same again to go on")]
    Line(#[from] LineError),
    /// The reader of the files has panicked.
    #[error("{0}")]
    Reader(String),
}

/// Between two looks of the progress bar.
const DRAW_EVERY: Duration = Duration::from_millis(100);

/// A person waits no longer for a server that does not answer.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// Batches that are read ahead.
const READ_AHEAD: usize = 4;

/// Imports, and says what became of it.
pub async fn main(import: &Import) -> Exit {
    let loaded = match cli::load(&import.flags) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let client = if import.dry_run {
        None
    } else {
        let nats = Nats { connect_within: CONNECT_WITHIN, ..loaded.config.nats };
        match serve::connect(&nats).await {
            Ok(store) => store.client(),
            Err(error) => return cli::fail(Exit::Unreachable, error),
        }
    };
    match import.run(client).await {
        Ok(report) => {
            cli::say(&report);
            if report.refused() > 0 { Exit::Refused } else { Exit::Done }
        }
        Err(error @ ImportError::Line(LineError::Nobody { .. } | LineError::Connection(_))) => {
            cli::fail(Exit::Unreachable, error)
        }
        Err(error @ (ImportError::Mappings { .. } | ImportError::CustomerBy)) => {
            cli::fail(Exit::Usage, error)
        }
        Err(error) => cli::fail(Exit::Failed, error),
    }
}

impl Import {
    /// Reads the mappings, and checks that they can be used.
    fn mappings(&self) -> Result<Vec<Arc<Mapping>>, ImportError> {
        let parse = |path: &PathBuf| {
            let of = |why: String| ImportError::File { path: path.clone(), why };
            let text = std::fs::read_to_string(path).map_err(|error| of(error.to_string()))?;
            let mapping =
                Mapping::parse(&text).map_err(|error: MappingError| of(error.to_string()))?;
            if let Some(strange) = mapping.types().find(|it| Asked::of_type(it).is_none()) {
                return Err(of(format!("`{strange}` is not a type of command")));
            }
            Ok(Arc::new(mapping))
        };
        let mappings = self.mapping.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let tables = self.files.iter().filter(|it| self.format_of(it) == Format::Csv).count();
        match (mappings.as_slice(), tables) {
            ([only], tables) => Ok(vec![only.clone(); tables]),
            (all, tables) if all.len() == tables => Ok(mappings),
            (all, files) => Err(ImportError::Mappings { mappings: all.len(), files }),
        }
    }

    fn format_of(&self, file: &Path) -> Format {
        let ends = |it: &str| file.extension().is_some_and(|end| end.eq_ignore_ascii_case(it));
        let lines = ends("jsonl") || ends("ndjson");
        self.format.unwrap_or(if lines { Format::JsonLines } else { Format::Csv })
    }

    /// Each file, and what it is read by.
    fn forms(&self) -> Result<Vec<(PathBuf, Form)>, ImportError> {
        let mut mappings = self.mappings()?.into_iter();
        let companies = match &self.customer_by {
            Some(by) => Companies::read(by).map(|it| Some(Arc::new(it))),
            None => Ok(None),
        };
        let companies = companies.map_err(|why| {
            let path = self.customer_by.as_ref().map(|it| it.file.clone()).unwrap_or_default();
            ImportError::File { path, why }
        })?;
        let tables = || ImportError::Mappings { mappings: 0, files: self.files.len() };
        let form = |file: &PathBuf| {
            let form = match self.format_of(file) {
                Format::Csv => Form::Table(mappings.next().ok_or_else(tables)?),
                Format::JsonLines => Form::JsonLines,
                Format::Bodacc => Form::Bodacc(companies.clone().ok_or(ImportError::CustomerBy)?),
            };
            Ok((file.clone(), form))
        };
        self.files.iter().map(form).collect()
    }

    /// Imports. `client` is used unless it is a dry run.
    pub async fn run(&self, client: Option<async_nats::Client>) -> Result<Report, ImportError> {
        let files = self.forms()?;
        let mut report = Report::new(self)?;
        let mut line = match client.filter(|_| !self.dry_run) {
            Some(client) => Some(Line::open(client, &self.tenant).await?),
            None => None,
        };
        let (pieces, mut read) = mpsc::channel(READ_AHEAD);
        let how = How { batch: self.batch.into(), check_only: line.is_none(), days: self.days };
        let reader = tokio::task::spawn_blocking(move || read::read(&files, how, &pieces));
        let bar = bar(&self.files);
        let began = Instant::now();
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        loop {
            let piece = tokio::select! {
                biased;
                _ = &mut interrupted => {
                    report.interrupted = true;
                    break;
                }
                piece = read.recv() => piece,
            };
            match piece {
                Some(piece) => take(piece, line.as_mut(), &mut report, &bar).await?,
                None => break,
            }
        }
        drop(read);
        if let Some(line) = &mut line {
            settle(line, &mut report).await?;
        }
        report.took = began.elapsed();
        bar.finish_and_clear();
        match reader.await {
            Ok(Ok(())) => {}
            Ok(Err((path, why))) => return Err(ImportError::File { path, why }),
            Err(panicked) => return Err(ImportError::Reader(panicked.to_string())),
        }
        report.finish()?;
        Ok(report)
    }
}

async fn take(
    piece: Piece,
    line: Option<&mut Line<Vec<Origin>>>,
    report: &mut Report,
    bar: &ProgressBar,
) -> Result<(), ImportError> {
    match piece {
        Piece::Rows { rows, bytes } => {
            report.rows += rows;
            bar.inc(bytes);
            bar.set_message(report.so_far());
        }
        Piece::Refused(refused) => report.refuse(refused)?,
        Piece::Unmatched { file, row, siren } => report.unmatched(file, row, siren)?,
        Piece::Checked(count) => report.checked += count,
        Piece::Batch { to, payload, origins } => {
            if let Some(line) = line
                && let Some((origins, became)) =
                    line.send(to, payload, origins.len(), origins).await?
            {
                report.add(&origins, became)?;
            }
        }
        Piece::Day(date) => {
            if let Some(line) = line {
                settle(line, report).await?;
                report.days_opened += u64::from(line.open_day(date, None).await?);
            }
        }
        Piece::Sorted(days) => {
            bar.set_length(days);
            bar.set_position(0);
            bar.set_style(style("{bar:30} {pos}/{len} days  {msg}"));
        }
        Piece::DayDone => {
            bar.inc(1);
            bar.set_message(report.so_far());
        }
    }
    Ok(())
}

async fn settle(line: &mut Line<Vec<Origin>>, report: &mut Report) -> Result<(), ImportError> {
    while let Some((origins, became)) = line.first().await? {
        report.add(&origins, became)?;
    }
    Ok(())
}

fn bar(files: &[PathBuf]) -> ProgressBar {
    let bytes = files.iter().filter_map(|it| Some(std::fs::metadata(it).ok()?.len())).sum();
    let hidden = !std::io::stderr().is_terminal();
    let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(bytes), target);
    bar.set_style(style("{bar:30} {bytes}/{total_bytes}  {msg}"));
    if !hidden {
        bar.enable_steady_tick(DRAW_EVERY);
    }
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
