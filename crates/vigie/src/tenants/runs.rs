//! What is asked of every running service, whatever it decides.

use chrono::NaiveDate;
use events::{Context, Sequence};
use futures::future::BoxFuture;
use host::{Host, Status, engine::Service};
use journal::Journal;
use tokio::sync::watch;

use crate::grpc::{Explain, Explanation};

/// A running service.
pub(crate) trait Runs: Send + Sync {
    /// For which context it speaks.
    fn context(&self) -> Context;

    /// The journal it runs on.
    fn journal(&self) -> &Journal;

    /// What it is doing, and how that changes.
    fn status(&self) -> watch::Receiver<Status>;

    /// The last entry taken into account.
    fn position(&self) -> Sequence;

    /// The day that has begun, and the entry up to which that holds.
    fn today(&self) -> Result<(NaiveDate, Sequence), Explanation>;

    /// Waits until all that is called for is written down.
    fn at_rest(&self) -> BoxFuture<'_, Result<(), Explanation>>;

    /// Bars it from writing, or lets it write again.
    fn bar(&self, why: Option<&str>);

    /// Waits until it answers questions, or has stopped.
    fn ready(&self) -> BoxFuture<'_, ()>;

    /// Waits until an entry has been taken into account.
    fn reached(&self, sequence: Sequence) -> BoxFuture<'_, Result<(), Explanation>>;

    /// Stops it in good order.
    fn drain(&self) -> BoxFuture<'_, ()>;
}

impl<P: Service<Error: Explain>> Runs for Host<P> {
    fn context(&self) -> Context {
        P::own()
    }

    fn journal(&self) -> &Journal {
        self.journal()
    }

    fn status(&self) -> watch::Receiver<Status> {
        self.status()
    }

    fn position(&self) -> Sequence {
        self.position()
    }

    fn today(&self) -> Result<(NaiveDate, Sequence), Explanation> {
        Ok(self.read(|books| (books.today, books.position))?)
    }

    fn at_rest(&self) -> BoxFuture<'_, Result<(), Explanation>> {
        Box::pin(async move { Ok(self.at_rest().await?) })
    }

    fn bar(&self, why: Option<&str>) {
        self.bar(why.map(str::to_owned));
    }

    fn ready(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let _halted: Result<_, _> = self.ready().await;
        })
    }

    fn reached(&self, sequence: Sequence) -> BoxFuture<'_, Result<(), Explanation>> {
        Box::pin(async move { Ok(self.reached(sequence).await?) })
    }

    fn drain(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.drain())
    }
}
