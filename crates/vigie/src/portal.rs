//! The customer's page: a signed link opens what one customer owes, and lets it say when it will pay,
//! what it contests, of what it wants a copy, and that it has paid.
//!
//! The process that shows it writes no journal and reads no names or addresses. What it shows it
//! hears as dunning does, which hears all that is on the page; what customers say it asks of whoever
//! decides, over NATS, as any producer does.

mod answer;
mod form;
mod guard;
mod link;
mod listen;
mod page;
mod site;
mod token;
mod words;

use std::path::PathBuf;

use async_nats::Client;
use chrono::FixedOffset;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::tenants::Tenants;

pub(crate) use link::run as link;
pub use link::{Link, Portal};
pub(crate) use site::Form;
pub use site::{Links, Site};
pub use token::{Grant, Key, Keyring, NoToken, Token};

/// What the page is told.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// A file for each tenant: `<tenant>.toml`.
    pub(crate) directory: PathBuf,
    /// Between UTC and the tenants' time, where the wall clock says which day it is; none where days
    /// are opened by hand.
    pub(crate) wall: Option<FixedOffset>,
    /// Whether callers are told apart by what a proxy says of them.
    pub(crate) behind_proxy: bool,
}

/// Shows customers their page until it is told to stop.
pub(crate) async fn run(
    listener: TcpListener,
    tenants: Tenants,
    client: Client,
    settings: Settings,
    stop: CancellationToken,
) {
    let Settings { directory, wall, behind_proxy } = settings;
    let reception = answer::Reception::new(tenants, client, directory, wall, behind_proxy);
    listen::serve(listener, answer::routes(reception), stop).await;
}
