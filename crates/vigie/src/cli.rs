//! The command line.

use std::{io::Write as _, path::PathBuf, process::ExitCode, time::Duration};

use clap::{
    CommandFactory as _, Parser, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};
use events::Context;
use journal::StoreError;

use crate::{
    audit::{self, Journal},
    bench::{self, Bench},
    client::{self, Ack, Assign, Collection, Dunning, Get, List, Tenant, Watch},
    config::{self, Flags, Loaded},
    demo::{self, Demo},
    effects::{self, Effects},
    evidence::{self, Evidence},
    import::{self, Import},
    law::Law,
    portal::{self, Portal},
    prepare::{self, Prepare},
    scorecards::{self, Calibrate, Compare, Promote, Propose, Withdraw},
    scores::{self, ExportScores},
    serve::{Server, Signals, StartError},
    telemetry::{self, Stream},
    tenants::Roles,
};

/// How the program ends. Scripts rely on these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All was done.
    Done = 0,
    /// It failed; what went wrong is on standard error.
    Failed = 1,
    /// The command line or the configuration cannot be used.
    Usage = 2,
    /// A journal is not whole, or a file of evidence is not sound.
    Damaged = 3,
    /// Some of what was handed in was refused.
    Refused = 4,
    /// A server cannot be reached; trying again may help.
    Unreachable = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        #[expect(clippy::as_conversions, reason = "the discriminants are the codes")]
        Self::from(exit as u8)
    }
}

const AFTER_HELP: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 a journal \
is not whole or evidence not sound, 4 something was refused, 5 a server cannot be reached.";

/// Vigie watches what customers owe.
#[derive(Debug, Parser)]
#[command(name = "vigie", version, about, after_help = AFTER_HELP, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run services
    Serve(Serve),
    /// Make the streams, buckets and journals that services work on, where they may not themselves
    Prepare(Prepare),
    /// Let reminders and cases leave, or let nothing: after a restore nothing does until it is said again
    Effects(Effects),
    /// Work with the page that customers are shown
    #[command(subcommand)]
    Portal(Portal),
    /// See everything at work: a server of its own, and two years of invented business
    Demo(Demo),
    /// Import files of comma-separated values
    Import(Import),
    /// Ask about one thing
    Get(Get),
    /// Ask about many things
    List(List),
    /// Be told what happens, as it happens
    Watch(Watch),
    /// Say that an alert has been seen
    Ack(Ack),
    /// Agree to reminders, hold them, say what became of them
    Dunning(Dunning),
    /// Collect what reminders did not bring: cases, collectors, acts that keep rights
    Collection(Collection),
    /// Assign receivables to factors and banks, and say what became of that
    Assign(Assign),
    /// Make tenants, and open their days by hand
    Tenant(Tenant),
    /// Read the journals as an auditor does
    #[command(subcommand)]
    Journal(Journal),
    /// Make files about a customer that others can check, and check them
    #[command(subcommand)]
    Evidence(Evidence),
    /// Learn how customers pay, and say how well it can be foretold
    #[command(subcommand)]
    Risk(RiskCommand),
    /// Ask what the law says on a day, and what follows from it
    #[command(subcommand)]
    Law(Law),
    /// Show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Measure how fast Vigie is on this machine, beside its anchors
    Bench {
        /// The directory whose disk is measured; none: the one for temporary files
        #[arg(long, global = true)]
        dir: Option<PathBuf>,
        #[command(subcommand)]
        what: Bench,
    },
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// Run services.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Which roles this process has
    #[arg(required = true, value_name = "ROLE", value_parser = roles())]
    roles: Vec<String>,
    #[command(flatten)]
    flags: Flags,
}

/// Every role there is, by one word.
const ALL: &str = "all";

/// The words for roles.
fn roles() -> PossibleValuesParser {
    let one = |it: Context| {
        let about = match it {
            Context::Clock => "Opens business days",
            Context::Invoicing => "Keeps receivables",
            Context::Risk => "Scores customers",
            Context::Dunning => "Reminds",
            Context::Collection => "Collects what reminders did not bring",
            Context::Alerts => "Tells what a person should look at",
        };
        PossibleValue::new(it.name()).help(about)
    };
    let portal = PossibleValue::new(Roles::PORTAL).help("Shows customers their page");
    let all = PossibleValue::new(ALL).help("Every role there is");
    Context::ALL.into_iter().map(one).chain([portal, all]).collect::<Vec<_>>().into()
}

/// Learn how customers pay.
#[derive(Debug, Subcommand)]
pub enum RiskCommand {
    /// Write what would have been forecast of the rows of public data sets
    ExportScores(ExportScores),
    /// Learn a scorecard from a tenant's own history, and say how good it is
    Calibrate(Calibrate),
    /// Let a scorecard run beside the one in force
    Propose(Propose),
    /// Compare the scorecard that was proposed with the one in force
    Compare(Compare),
    /// Put the scorecard that was proposed in force
    Promote(Promote),
    /// Let the scorecard that was proposed run no more
    Withdraw(Withdraw),
}

/// Show the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print what was set, and where; secrets are not shown
    Print {
        /// Also what holds because nothing else was said
        #[arg(long)]
        effective: bool,
        #[command(flatten)]
        flags: Flags,
    },
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(Exit::Failed, error).into(),
    };
    let exit = runtime.block_on(run(cli.command));
    // Readers of files and of standard input may still hold a thread; nobody waits for them.
    runtime.shutdown_timeout(Duration::from_secs(1));
    exit.into()
}

async fn run(command: Command) -> Exit {
    match command {
        Command::Serve(Serve { roles, flags }) => match roles_of(&roles) {
            Ok(roles) => serve(roles, &flags).await,
            Err(why) => fail(Exit::Usage, why),
        },
        Command::Prepare(asked) => match load(&asked.flags) {
            Ok(loaded) => told(prepare::run(&asked, &loaded.config).await),
            Err(exit) => exit,
        },
        Command::Effects(asked) => match load(&asked.flags) {
            Ok(loaded) => told(effects::run(&asked, &loaded.config).await),
            Err(exit) => exit,
        },
        Command::Portal(Portal::Link(asked)) => match load(&asked.flags) {
            Ok(loaded) => told(portal::link(&asked, &loaded.config).await),
            Err(exit) => exit,
        },
        Command::Demo(demo) => demo::main(&demo).await,
        Command::Import(import) => import::main(&import).await,
        Command::Get(get) => client::end(get.run().await),
        Command::List(list) => client::end(list.run().await),
        Command::Watch(watch) => client::end(watch.run().await),
        Command::Ack(ack) => client::end(ack.run().await),
        Command::Dunning(dunning) => match dunning.backtest() {
            None => client::end(dunning.run().await),
            Some(asked) => match load(&asked.flags) {
                Ok(loaded) => match asked.run(&loaded.config).await {
                    Ok(exit) => exit,
                    Err(error) => fail(exit_of(&error), error),
                },
                Err(exit) => exit,
            },
        },
        Command::Collection(collection) => client::end(collection.run().await),
        Command::Assign(assign) => client::end(assign.run().await),
        Command::Tenant(tenant) => client::end(tenant.run().await),
        Command::Journal(journal) => {
            let loaded = match load(journal.flags()) {
                Ok(loaded) => loaded,
                Err(exit) => return exit,
            };
            if let Err(error) = telemetry::start(&loaded.config, Stream::Err) {
                return fail(Exit::Usage, error);
            }
            match audit::run(&journal, &loaded.config).await {
                Ok(exit) => exit,
                Err(error) => fail(exit_of(&error), error),
            }
        }
        Command::Evidence(asked) => evidence::main(&asked).await,
        Command::Risk(RiskCommand::ExportScores(asked)) => match scores::export(&asked) {
            Ok(()) => Exit::Done,
            Err(error) => fail(scores::exit_of(&error), error),
        },
        Command::Risk(RiskCommand::Calibrate(asked)) => match load(&asked.flags) {
            Ok(loaded) => match scorecards::calibrate(&asked, &loaded.config).await {
                Ok(exit) => exit,
                Err(error) => fail(exit_of(&error), error),
            },
            Err(exit) => exit,
        },
        Command::Risk(RiskCommand::Compare(asked)) => match load(&asked.flags) {
            Ok(loaded) => match scorecards::compare(&asked, &loaded.config).await {
                Ok(exit) => exit,
                Err(error) => fail(exit_of(&error), error),
            },
            Err(exit) => exit,
        },
        Command::Risk(RiskCommand::Propose(asked)) => client::end(asked.run().await),
        Command::Risk(RiskCommand::Promote(asked)) => client::end(asked.run().await),
        Command::Risk(RiskCommand::Withdraw(asked)) => client::end(asked.run().await),
        Command::Law(asked) => client::end(asked.run().await),
        Command::Config(ConfigCommand::Print { effective, flags }) => match load(&flags) {
            Ok(loaded) => {
                say(config::print(&loaded, effective));
                Exit::Done
            }
            Err(exit) => exit,
        },
        Command::Bench { what, dir } => match bench::run(what, dir).await {
            Ok(()) => Exit::Done,
            Err(error) => fail(Exit::Failed, error),
        },
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "vigie", &mut script);
            say(String::from_utf8_lossy(&script));
            Exit::Done
        }
    }
}

fn roles_of(named: &[String]) -> Result<Roles, String> {
    named.iter().try_fold(Roles::default(), |roles, named| {
        if named == ALL {
            return Ok(Roles::ALL);
        }
        if named == Roles::PORTAL {
            return Ok(roles.with_portal());
        }
        let role = named.parse::<Context>().map_err(|error| error.to_string())?;
        Ok(roles.with(role))
    })
}

/// The configuration, from every layer.
pub fn load(flags: &Flags) -> Result<Loaded, Exit> {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    config::load(flags, environment, &variables(&Cli::command()))
        .map_err(|error| fail(Exit::Usage, error))
}

/// The environment variables that commands read for themselves.
fn variables(command: &clap::Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|it| it.get_env()?.to_str().map(str::to_owned));
    own.chain(command.get_subcommands().flat_map(variables)).collect()
}

async fn serve(roles: Roles, flags: &Flags) -> Exit {
    let loaded = match load(flags) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let config = &loaded.config;
    let telemetry = match telemetry::start(config, Stream::Out) {
        Ok(telemetry) => telemetry,
        Err(error) => return fail(Exit::Usage, error),
    };
    if let Some(address) = config.metrics.address
        && let Err(error) = telemetry::measure(address)
    {
        return fail(Exit::Failed, error);
    }
    let mut told = match Signals::new() {
        Ok(told) => told,
        Err(error) => return fail(Exit::Failed, error),
    };
    let started = tokio::select! {
        started = Server::start(config, roles) => started,
        signal = told.next() => return fail(Exit::Failed, format_args!("{signal} before the start")),
    };
    let running = match started {
        Ok(running) => running,
        Err(error) => return fail(exit_of(&error), error),
    };
    tokio::select! {
        () = running.stopped() => {}
        _ = told.next() => {}
    }
    let ended = tokio::select! {
        ended = running.stop() => ended,
        // The second time it is meant.
        signal = told.next() => std::process::exit(signal.exit_code()),
    };
    telemetry.end();
    match ended {
        Ok(()) => Exit::Done,
        Err(error) => fail(Exit::Failed, error),
    }
}

/// Says what was made, or why it was not.
fn told(made: Result<String, StartError>) -> Exit {
    match made {
        Ok(made) => {
            say(made);
            Exit::Done
        }
        Err(error) => fail(exit_of(&error), error),
    }
}

/// The code that tells what went wrong.
pub(crate) fn exit_of(error: &StartError) -> Exit {
    match error {
        StartError::Contradiction(_) => Exit::Usage,
        StartError::Store(StoreError::Unavailable(_)) | StartError::Bucket(_) => Exit::Unreachable,
        StartError::Store(StoreError::Unsound { .. }) | StartError::Unreadable(_) => Exit::Damaged,
        StartError::Store(_) | StartError::Listen { .. } => Exit::Failed,
    }
}

/// Says on standard error what went wrong.
#[expect(clippy::print_stderr, reason = "where a command line program says what went wrong")]
pub fn fail(exit: Exit, error: impl std::fmt::Display) -> Exit {
    eprintln!("vigie: {error}");
    exit
}

/// Writes to standard output. A reader that has seen enough is no failure.
pub fn say(text: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    let _closed: std::io::Result<()> = write!(out, "{text}").and_then(|()| out.flush());
}
