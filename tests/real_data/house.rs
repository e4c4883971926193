//! A nats-server and the program on it, all in this process.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::NaiveDate;
use events::{CustomerId, Partition, TenantId};
use host::engine::{Books, Positions, Requests};
use invoicing::{Account, Policy};
use journal::{
    Heads, Journal,
    server::{self, Options, Server},
};
use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};
use vigie::{
    config::{ClockMode, Config, Flags, SnapshotPlace},
    import::{CustomerBy, Format, Import, Report},
    serve::{self, Running},
    tenants::{Roles, Tenant},
};

use super::{facts::Said, questions::Questions};

/// What is started for one file.
pub(crate) struct House {
    tenant: TenantId,
    server: Server,
    config: Config,
    roles: Roles,
    running: Option<Running>,
    _dir: TempDir,
}

/// The nats-server to test with; nothing if there is none, which is said aloud.
async fn binary() -> Option<PathBuf> {
    let error = match server::find(|_| {}).await {
        Ok(found) => return Some(found.path),
        Err(error) => error,
    };
    assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "{error}");
    let warning = format!("\n*** NOT TESTED ON A REAL SERVER ***\n{error}\n\n");
    std::io::stderr().write_all(warning.as_bytes()).expect("somewhere to complain");
    None
}

impl House {
    /// A server that brings to disk what it acknowledges, the services, and a tenant.
    pub(crate) async fn open(tenant: &str, partitions: u32, roles: Roles) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a directory");
        let options = Options::new(binary().await?, dir.path());
        let server = Server::start(options).await.expect("a server");
        let mut config = Config::default();
        config.nats.url = server.url();
        config.nats.monitor_urls = vec![server.monitor_url()];
        config.grpc.address.set_port(0);
        // The past is read from the start of the journal, by a program that was not optimized.
        config.grpc.deadline = super::PATIENCE;
        config.clock.mode = ClockMode::ByHand;
        let tenant = tenant.parse().expect("a tenant");
        let mut house = Self { tenant, server, config, roles, running: None, _dir: dir };
        house.start().await;
        house.questions().await.create_tenant(partitions).await;
        Some(house)
    }

    async fn start(&mut self) {
        let running = serve::Server::start(&self.config, self.roles).await.expect("services");
        running.tenants.ready().await;
        self.running = Some(running);
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("services that run")
    }

    /// A connection to the services.
    pub(crate) async fn channel(&self) -> Channel {
        let endpoint = format!("http://{}", self.running().grpc_address);
        let endpoint = Endpoint::try_from(endpoint).expect("an address");
        endpoint.timeout(super::PATIENCE).connect().await.expect("somebody answers")
    }

    /// The tenant's journals.
    pub(crate) fn journals(&self) -> Vec<(Partition, Journal)> {
        let parts = self.tenant_here().parts.clone();
        let journals = parts.into_iter().map(|it| it.journal().expect("a journal").clone());
        (0..).map(Partition).zip(journals).collect()
    }

    /// Somebody who asks over gRPC.
    pub(crate) async fn questions(&self) -> Questions {
        Questions::about(self.tenant.as_str(), self.running().grpc_address).await
    }

    /// Imports a file by the mapping that ships for it, day by day.
    pub(crate) async fn import(&self, file: &Path, mapping: &str) -> Report {
        let mappings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/mappings");
        let import = Import {
            files: vec![file.to_owned()],
            mapping: vec![mappings.join(mapping)],
            format: None,
            customer_by: None,
            tenant: self.tenant.clone(),
            dry_run: false,
            days: true,
            refused: None,
            batch: 500,
            flags: Flags::default(),
        };
        self.take(import).await
    }

    /// Files as they are, each fact on its day: messages, or announcements of companies that a table
    /// says are customers.
    pub(crate) async fn import_as(&self, file: &Path, customer_by: Option<CustomerBy>) -> Report {
        let format = customer_by.as_ref().map(|_| Format::Bodacc);
        let import = Import {
            files: vec![file.to_owned()],
            mapping: Vec::new(),
            format,
            customer_by,
            tenant: self.tenant.clone(),
            dry_run: false,
            days: true,
            refused: None,
            batch: 500,
            flags: Flags::default(),
        };
        self.take(import).await
    }

    async fn take(&self, import: Import) -> Report {
        let client = async_nats::connect(self.server.url()).await.expect("the server");
        let report = import.run(Some(client)).await.expect("an import to its end");
        assert!(!report.interrupted);
        report
    }

    async fn stop(&mut self) {
        let running = self.running.take().expect("services that run");
        running.stop().await.expect("a stop in good order");
    }

    /// The services stop, leave snapshots behind, and start again.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    /// Everything goes down, the server by `SIGKILL`; the services start without snapshots, and
    /// read the journal from its first entry.
    pub(crate) async fn crash(&mut self) {
        self.stop().await;
        self.server.kill().await.expect("its end");
        self.server.restart().await.expect("the server again");
        self.config.snapshots.place = SnapshotPlace::None;
        self.start().await;
    }

    fn tenant_here(&self) -> Arc<Tenant> {
        self.running().tenants.get(&self.tenant).expect("the tenant")
    }

    /// What stands in the journals of the tenant.
    pub(crate) async fn said(&self) -> Said {
        let mut said = Said::default();
        for part in &self.tenant_here().parts {
            said.read(part.journal().expect("a journal")).await;
        }
        said
    }

    /// Whether what the services know is what the journals say, read from their first entries.
    pub(crate) async fn knows_what_the_journals_say(&self) {
        for part in &self.tenant_here().parts {
            let host = part.invoicing.as_ref().expect("invoicing runs here");
            let (running, at) = host.read(|books| (known(books), books.position)).expect("books");
            let replayed = host.books_at(at).await.expect("the past");
            assert_eq!(replayed.position, at);
            assert_eq!(known(&replayed), running, "{:?}", host.journal());
        }
    }
}

/// All that is known of every customer.
type Known = (NaiveDate, Heads, BTreeMap<CustomerId, (Arc<Account>, Positions, Requests)>);

fn known(books: &Books<Policy>) -> Known {
    let customers = books.customers().map(|(customer, known)| {
        let parts = (known.state.clone(), known.positions.clone(), known.requests.clone());
        (customer.clone(), parts)
    });
    (books.today, books.heads.clone(), customers.collect())
}
