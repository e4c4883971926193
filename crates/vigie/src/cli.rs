//! The command line.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{
    CommandFactory as _, Parser, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};
use client::{Answer, Asking, Trouble, asked::Asked};
pub use client::{Exit, fail, say};
use events::Context;
use journal::StoreError;

use crate::{
    audit::{self, Journal},
    backtest::Backtest,
    bench::{self, Bench},
    config::{self, Flags, Loaded},
    demo::{self, Demo},
    effects::{self, Effects},
    evidence::{self, Evidence},
    grpc,
    import::{self, Import},
    portal::{self, Portal},
    prepare::{self, Prepare},
    scorecards::{self, Calibrate, Compare, Promote, Propose, Withdraw},
    scores::{self, ExportScores},
    serve::{Server, Signals, StartError},
    telemetry::{self, Stream},
    tenants::Roles,
};

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
    #[command(flatten)]
    Asking(Asking),
    /// Agree to reminders, hold them, say what became of them
    Dunning(Dunning),
    /// Read the journals as an auditor does
    #[command(subcommand)]
    Journal(Journal),
    /// Make files about a customer that others can check, and check them
    #[command(subcommand)]
    Evidence(Evidence),
    /// Learn how customers pay, and say how well it can be foretold
    #[command(subcommand)]
    Risk(RiskCommand),
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

/// What a person does about reminders.
#[derive(Debug, clap::Args)]
pub struct Dunning {
    #[command(flatten)]
    pub asked: Asked,
    #[command(subcommand)]
    pub what: DunningCommand,
}

/// What a person does about reminders, and the trial of other rules.
#[derive(Debug, Subcommand)]
pub enum DunningCommand {
    /// Try other rules on what really happened
    Backtest(Box<Backtest>),
    #[command(flatten)]
    Doing(client::Doing),
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

impl Command {
    /// What is answered to what is asked.
    ///
    /// # Errors
    ///
    /// [`Trouble::Usage`] if this process does it itself, and asks nobody.
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else there is asks nobody")]
    pub fn answer(&self) -> Answer<'_> {
        match self {
            Self::Asking(asking) => asking.run(grpc::collection_policy),
            Self::Dunning(Dunning { what: DunningCommand::Doing(doing), asked }) => {
                doing.run(asked, grpc::dunning_policy)
            }
            _ => {
                let asks_nobody = Trouble::Usage("this asks nobody".to_owned());
                Box::pin(std::future::ready(Err(asks_nobody)))
            }
        }
    }
}

async fn run(command: Command) -> Exit {
    match command {
        asking @ (Command::Asking(_)
        | Command::Dunning(Dunning { what: DunningCommand::Doing(_), .. })) => {
            client::end(asking.answer().await)
        }
        Command::Risk(RiskCommand::Propose(asked)) => client::end(asked.run().await),
        Command::Risk(RiskCommand::Promote(asked)) => client::end(asked.run().await),
        Command::Risk(RiskCommand::Withdraw(asked)) => client::end(asked.run().await),
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
        Command::Dunning(Dunning { what: DunningCommand::Backtest(asked), .. }) => {
            match load(&asked.flags) {
                Ok(loaded) => match asked.run(&loaded.config).await {
                    Ok(exit) => exit,
                    Err(error) => fail(exit_of(&error), error),
                },
                Err(exit) => exit,
            }
        }
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
