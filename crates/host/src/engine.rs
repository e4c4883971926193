//! The part of a service that can be tested without a network: entries in, entries out.
//!
//! [`Books`] are what the journal says; a [`Desk`] holds what is being said. Questions are answered
//! from the books alone.

mod books;
mod desk;
mod positions;
mod requests;

use std::fmt::Debug;

use decider::{Decider, Fold, Process};
use events::{Context, Heard as Hears};
use serde::{Serialize, de::DeserializeOwned};

pub use books::{Books, Heard, Known, Said, read};
pub use desk::{
    Answer, Answered, Appending, Desk, Done, Landed, Rejection, Replies, Request, States,
};
pub use positions::Positions;
pub use requests::{Asked, Requests};

/// What a policy's state hears.
pub type Fact<P> = <<P as Decider>::State as Fold>::Fact;

/// A policy that can be run on a journal: what it holds can be sent between threads and written
/// down. Every policy of ours is one.
pub trait Service:
    Process<
        State: Fold<Fact: Hears + Clone + Debug + Send + Sync>
                   + Clone
                   + Debug
                   + Send
                   + Sync
                   + Serialize
                   + DeserializeOwned,
        Command: Clone + Debug + Send + Sync,
        Event: Serialize + Clone + Debug + Send + Sync,
        Error: Clone + Debug + Send + Sync,
    > + Clone
    + Debug
    + Send
    + Sync
    + 'static
{
    /// The context it speaks for.
    fn own() -> Context {
        Fact::<Self>::OWN
    }
}

impl<P> Service for P where
    P: Process<
            State: Fold<Fact: Hears + Clone + Debug + Send + Sync>
                       + Clone
                       + Debug
                       + Send
                       + Sync
                       + Serialize
                       + DeserializeOwned,
            Command: Clone + Debug + Send + Sync,
            Event: Serialize + Clone + Debug + Send + Sync,
            Error: Clone + Debug + Send + Sync,
        > + Clone
        + Debug
        + Send
        + Sync
        + 'static
{
}
