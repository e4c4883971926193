//! The program as somebody who asks: what is owed, in tables, JSON or CSV.

pub mod figures;
pub mod paper;

mod alerts;
pub(crate) mod answers;
pub(crate) mod asked;
mod assign;
pub mod backtest;
mod collection;
mod dunning;
mod get;
mod list;
pub(crate) mod open_debts;
mod reach;
mod tenant;
mod watch;
mod words;

use crate::cli::{self, Exit};

pub use alerts::Ack;
pub use assign::Assign;
pub use backtest::Backtest;
pub use collection::Collection;
pub use dunning::Dunning;
pub use get::Get;
pub(crate) use get::credit::{said, way_out};
pub use list::List;
pub use paper::{Form, Paper};
pub use reach::Reach;
pub use tenant::Tenant;
pub use watch::Watch;

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
            cli::say(text);
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
            cli::fail(exit, trouble)
        }
    }
}
