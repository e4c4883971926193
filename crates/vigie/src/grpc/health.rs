//! Whether calls are answered here, as probes ask: `grpc.health.v1`.
//!
//! `liveness` says that the process runs; `readiness`, each service and the whole say that what was
//! missed has been read and that the journals can be written. A single tenant whose journal is
//! damaged does not take the others down: its calls fail, and `vigie_services_halted` counts it.

use std::time::Duration;

use host::Status;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

use crate::tenants::Tenants;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long nothing may be written before other replicas are to be asked instead: a server that
/// restarts is back sooner.
const TROUBLED_MAX: Duration = Duration::from_secs(30);

/// What is known of the services at a moment.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    replaying: usize,
    writing: usize,
    troubled: usize,
    halted: usize,
    drained: usize,
}

impl Seen {
    fn of<'a>(statuses: impl Iterator<Item = &'a Status>) -> Self {
        let mut seen = Self::default();
        for status in statuses {
            *match status {
                Status::Replaying { .. } => &mut seen.replaying,
                Status::Leading | Status::Standby => &mut seen.writing,
                Status::Troubled(_) => &mut seen.troubled,
                Status::Halted(_) => &mut seen.halted,
                Status::Drained => &mut seen.drained,
            } += 1;
        }
        seen
    }

    fn all(&self) -> usize {
        self.replaying + self.writing + self.troubled + self.halted + self.drained
    }
}

/// Watches the services and tells probes, until the process is told to stop: from then on it says
/// that it does not serve, so that nobody new is sent here.
pub(crate) async fn watch(
    tenants: Tenants,
    health: HealthReporter,
    services: Vec<&'static str>,
    stop: CancellationToken,
) {
    health.set_service_status("liveness", ServingStatus::Serving).await;
    let names: Vec<&str> = services.into_iter().chain(["", "readiness"]).collect();
    let mut said = None;
    let mut caught_up = false;
    let mut trouble_since: Option<Instant> = None;
    loop {
        let statuses = tenants.statuses();
        let seen = Seen::of(statuses.iter());
        // Tenants made later catch up while the others are served.
        caught_up |= seen.replaying == 0;
        if seen.writing == 0 && seen.troubled > 0 {
            trouble_since.get_or_insert_with(Instant::now);
        } else {
            trouble_since = None;
        }
        let troubled_long = trouble_since.is_some_and(|it| it.elapsed() > TROUBLED_MAX);
        let halted = seen.all() > 0 && seen.halted == seen.all();
        let serving = caught_up && !halted && !troubled_long && !stop.is_cancelled();
        if said != Some(serving) {
            tracing::info!(serving, ?seen, "health");
            let status = if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
            for name in &names {
                health.set_service_status(name, status).await;
            }
            said = Some(serving);
        }
        say(&seen);
        if stop.is_cancelled() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

fn say(seen: &Seen) {
    for (name, number) in [
        ("vigie_services_replaying", seen.replaying),
        ("vigie_services_troubled", seen.troubled),
        ("vigie_services_halted", seen.halted),
    ] {
        metrics::gauge!(name).set(u32::try_from(number).unwrap_or(u32::MAX));
    }
}
