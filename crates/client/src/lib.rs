//! The program as somebody who asks: what is owed, in tables, JSON or CSV; and what a person does,
//! as calls. It knows a server by its contract alone.

pub mod answers;
pub mod asked;
pub mod figures;
pub mod law;
pub mod paper;

mod alerts;
mod assign;
mod collection;
mod dunning;
mod exit;
mod file;
mod get;
mod hedge;
mod list;
mod open_debts;
mod reach;
mod tenant;
mod terms;
mod watch;
mod words;

pub use self::{
    alerts::Ack,
    assign::Assign,
    collection::{Collection, read as collection_rules},
    dunning::{Doing, read as dunning_rules},
    exit::{Exit, fail, say},
    get::{
        Get,
        credit::{said, way_out},
    },
    hedge::Hedge,
    list::List,
    paper::{Form, Paper},
    reach::Reach,
    tenant::Tenant,
    terms::Terms,
    watch::Watch,
};

use std::{future::Future, pin::Pin};

use api::collection::CollectionPolicy as Worded;
use events::collection::CollectionPolicy;

/// An answer that is on its way. It is boxed, so that what asks is compiled here and once, not where
/// it is awaited.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<String, Trouble>> + Send + 'a>>;

/// What is asked of a server, or of the law.
#[derive(Debug, clap::Subcommand)]
pub enum Asking {
    /// Ask about one thing
    Get(Get),
    /// Ask about many things
    List(List),
    /// Be told what happens, as it happens
    Watch(Watch),
    /// Say that an alert has been seen
    Ack(Ack),
    /// Collect what reminders did not bring: cases, collectors, acts that keep rights
    Collection(Collection),
    /// Assign receivables to factors and banks, and say what became of that
    Assign(Assign),
    /// Register hedges of currencies and markets, and say what became of them
    Hedge(Hedge),
    /// Make terms of sale known: what late invoices bear, by contract
    Terms(Terms),
    /// Make tenants, and open their days by hand
    Tenant(Tenant),
    /// Ask what the law says on a day, and what follows from it
    #[command(subcommand)]
    Law(law::Law),
}

impl Asking {
    /// Asks, and says what was answered. `message` is how the contract words rules for collecting.
    pub fn run(&self, message: fn(&CollectionPolicy) -> Worded) -> Answer<'_> {
        match self {
            Self::Get(it) => Box::pin(it.run()),
            Self::List(it) => Box::pin(it.run()),
            Self::Watch(it) => Box::pin(it.run()),
            Self::Ack(it) => Box::pin(it.run()),
            Self::Collection(it) => Box::pin(it.run(message)),
            Self::Assign(it) => Box::pin(it.run()),
            Self::Hedge(it) => Box::pin(it.run()),
            Self::Terms(it) => Box::pin(it.run()),
            Self::Tenant(it) => Box::pin(it.run()),
            Self::Law(it) => Box::pin(it.run()),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// What is asked cannot be.
    #[error("{0}")]
    Usage(String),
    /// Nobody is there.
    #[error("{server} cannot be reached: {why}")]
    Unreachable {
        /// Who should be.
        server: String,
        /// Why not.
        why: String,
    },
    /// The server says no.
    #[error("{}", explain(.0))]
    Refused(Box<tonic::Status>),
}

impl From<tonic::Status> for Trouble {
    fn from(status: tonic::Status) -> Self {
        Self::Refused(Box::new(status))
    }
}

/// What a status says to a person: its sentence, and the word to look it up by.
fn explain(status: &tonic::Status) -> String {
    use tonic_types::StatusExt as _;
    let details = status.get_error_details();
    let reason = details.error_info().map(|it| it.reason.as_str());
    match reason {
        Some(reason) => format!("{} ({reason})", status.message()),
        None => format!("{} ({:?})", status.message(), status.code()),
    }
}

/// Ends a command: with what it has to say, or with what went wrong.
pub fn end(said: Result<String, Trouble>) -> Exit {
    match said {
        Ok(text) => {
            say(text);
            Exit::Done
        }
        Err(trouble) => {
            let exit = match &trouble {
                Trouble::Usage(_) => Exit::Usage,
                Trouble::Unreachable { .. } => Exit::Unreachable,
                Trouble::Refused(status) if status.code() == tonic::Code::Unavailable => {
                    Exit::Unreachable
                }
                Trouble::Refused(_) => Exit::Failed,
            };
            fail(exit, trouble)
        }
    }
}
