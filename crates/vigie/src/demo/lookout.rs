//! Whoever watches alerts while facts are published: over gRPC, as a dashboard does.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use api::alerts::{
    AlertChange, WatchAlertsRequest, alert_change::What,
    alerts_service_client::AlertsServiceClient, watch_alerts_response::Update,
};
use tokio::task::JoinHandle;

use super::{DemoError, TENANT};
use client::{Reach, Trouble, figures::grouped};

/// As many as fit into a line.
const LAST: usize = 3;

/// What was told so far.
#[derive(Debug, Default)]
struct Told {
    raised: u64,
    cleared: u64,
    /// The last that were raised, the newest first.
    last: VecDeque<String>,
}

/// Somebody who watches until dropped.
#[derive(Debug)]
pub(super) struct Lookout {
    told: Arc<Mutex<Told>>,
    watching: JoinHandle<()>,
}

impl Lookout {
    /// Watches from now on.
    pub(super) async fn begin(server: String) -> Result<Self, DemoError> {
        let reach = Reach { server, ..Reach::default() };
        let mut client = AlertsServiceClient::new(reach.connect(true).await?);
        let request =
            WatchAlertsRequest { tenant_id: TENANT.to_owned(), ..WatchAlertsRequest::default() };
        let mut updates = client.watch_alerts(request).await.map_err(Trouble::from)?.into_inner();
        let told = Arc::<Mutex<Told>>::default();
        let watching = tokio::spawn({
            let told = told.clone();
            async move {
                // Who only looks on goes without when the stream breaks.
                while let Ok(Some(update)) = updates.message().await {
                    let Some(Update::Changes(changes)) = update.update else { continue };
                    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                    changes.changes.iter().for_each(|it| told.hear(it));
                }
            }
        });
        Ok(Self { told, watching })
    }

    /// In a line: how many, and the last ones.
    pub(super) fn line(&self) -> String {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.raised == 0 {
            return "no alerts yet".to_owned();
        }
        let holding = told.raised.saturating_sub(told.cleared);
        let last: Vec<_> = told.last.iter().map(String::as_str).collect();
        format!(
            "{} alerts raised, {} hold; last: {}",
            grouped(told.raised),
            grouped(holding),
            last.join(" · ")
        )
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

impl Told {
    fn hear(&mut self, it: &AlertChange) {
        match &it.what {
            Some(What::Raised(_)) => {
                self.raised += 1;
                let kind = it.kind().as_str_name().trim_start_matches("ALERT_KIND_");
                let severity = it.severity().as_str_name().trim_start_matches("ALERT_SEVERITY_");
                let kind = kind.to_ascii_lowercase().replace('_', " ");
                let severity = severity.to_ascii_lowercase();
                self.last.push_front(format!("{} {kind} ({severity})", it.customer_id));
                self.last.truncate(LAST);
            }
            Some(What::Cleared(_)) => self.cleared += 1,
            Some(What::Acknowledged(_) | What::Assigned(_)) | None => {}
        }
    }
}
