//! `vigie portal link`: a customer's link, for whoever wants to send it by hand.

use events::{CustomerId, TenantId};

use super::Site;
use crate::{
    config::Contradiction,
    config::{Config, Flags},
    serve::StartError,
    wall,
};

/// Work with the customers' pages.
#[derive(Debug, clap::Subcommand)]
pub enum Portal {
    /// Print the link to a customer's page; whoever has it can open it
    Link(Link),
}

/// Print the link to a customer's page. Whether there is such a customer is not looked up.
#[derive(Debug, clap::Args)]
pub struct Link {
    /// Whose page
    customer: CustomerId,
    /// Whose customer
    #[arg(long, short, env = "VIGIE_TENANT")]
    tenant: TenantId,
    /// How many days it opens [default: portal.days of the tenant's file]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=366))]
    days: Option<u16>,
    #[command(flatten)]
    pub(crate) flags: Flags,
}

/// Prints it.
pub(crate) async fn run(asked: &Link, config: &Config) -> Result<String, StartError> {
    let Link { customer, tenant, days, flags: _ } = asked;
    let says = |why: String| StartError::Contradiction(Contradiction(why));
    let directory = config.sending.directory.as_ref();
    let directory = directory
        .ok_or_else(|| says("set sending.directory: the tenant's file is there".into()))?;
    let site = Site::load(directory, tenant).await.map_err(|error| says(error.to_string()))?;
    let file = directory.join(format!("{tenant}.toml"));
    let site = site.ok_or_else(|| says(format!("{}: no part [portal]", file.display())))?;
    let today = wall::today(config.clock.utc_offset);
    Ok(format!("{}\n", site.links.link(tenant, customer, today, *days)))
}
