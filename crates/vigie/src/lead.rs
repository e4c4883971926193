//! Whether this process is the one that works for a tenant, of the replicas that could.

use events::Context;
use futures::future::select_all;
use host::Status;
use tokio::sync::watch;

use crate::tenants::{Part, Runs, Tenant};

/// Follows what the services of one context are doing for a tenant.
#[derive(Debug)]
pub struct Lead(Vec<watch::Receiver<Status>>);

impl Lead {
    /// Nothing if this process does not run that context.
    pub fn of(tenant: &Tenant, context: Context) -> Option<Self> {
        let services = tenant.parts.iter().flat_map(Part::services);
        let services = services.filter(|it| it.context() == context);
        let statuses: Vec<_> = services.map(Runs::status).collect();
        if statuses.is_empty() { None } else { Some(Self(statuses)) }
    }

    /// Whether it takes what producers send. Somebody always does: whoever leads the first
    /// partition, which two replicas cannot both do for long, takes it for all partitions. Trouble
    /// is no reason to let go of it: whoever asks is to hear what the trouble is.
    pub fn is_ours(&self) -> bool {
        let gone = |it: &Status| {
            matches!(it, Status::Replaying { .. } | Status::Drained | Status::Halted(_))
        };
        let first = self.0.first().is_some_and(|it| !matches!(*it.borrow(), Status::Standby));
        first && !self.0.iter().any(|it| gone(&it.borrow()))
    }

    /// Waits until that is so, or no longer so.
    pub async fn becomes(&mut self, ours: bool) {
        while self.is_ours() != ours {
            let changed = self.0.iter_mut().map(|it| Box::pin(it.changed()));
            let (result, ..) = select_all(changed).await;
            if result.is_err() {
                // The service is gone for good, and nothing will change.
                std::future::pending::<()>().await;
            }
        }
    }
}
