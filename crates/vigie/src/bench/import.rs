//! A whole file, end to end: read, sent, validated, decided, durable, answered.

use std::{path::PathBuf, time::Duration};

use events::Context;
use law::Calendar;
use tokio_util::sync::CancellationToken;

use super::{
    Arena, Figures, Trouble,
    figures::{rate, say},
    ledger,
};
use crate::{ask, config::Flags, contacts::Contacts, import::Import, tenants::Tenants};

const RUNS: usize = 3;

pub(super) async fn run(arena: &Arena, file: PathBuf, mapping: PathBuf) -> Result<(), Trouble> {
    let client = arena.store.client().ok_or("a server is measured")?;
    let (mut rates, mut rows) = (Vec::new(), 0);
    for run in 0..RUNS {
        let tenant: events::TenantId = format!("import-{run}").parse()?;
        let contacts = Contacts::open(client.clone(), 1).await?;
        let (store, options) = (arena.store.clone(), host::Options::default());
        let tenants = Tenants::new(store, ledger(), Calendar::Target, contacts, options);
        tenants.create(&tenant, std::num::NonZero::<u16>::MIN).await?;
        tenants.ready().await;
        let stop = CancellationToken::new();
        let asked = tokio::spawn(ask::run(client.clone(), tenants.clone(), stop.clone()));
        // What is sent before anybody listens is sent again, and would then be known.
        while client
            .request(ask::subject(tenant.as_str(), Context::Invoicing), "[]".into())
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let import = Import {
            files: vec![file.clone()],
            mapping: vec![mapping.clone()],
            format: None,
            customer_by: None,
            tenant,
            dry_run: false,
            days: false,
            refused: None,
            batch: 500,
            flags: Flags::default(),
        };
        let report = import.run(Some(client.clone())).await?;
        if report.refused() > 0 || report.known > 0 {
            return Err(format!("not every row was new: {report}").into());
        }
        rates.push(rate(report.taken, report.took));
        rows = report.rows;
        stop.cancel();
        asked.await?;
        tenants.drain().await;
    }
    say(&format!("{rows} rows"));
    Figures::new("import: rows read, sent, decided and durable", rates, Vec::new()).print();
    Ok(())
}
