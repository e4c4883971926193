//! Whether the journals may be written to: asked at the start and every minute. What cannot be
//! found out counts as no.

use std::time::Duration;

use crate::tenants::Tenants;

const LOOK_EVERY: Duration = Duration::from_mins(1);
/// After a bad answer it is asked again sooner: what was wrong may have been put right.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Looks for ever.
pub(super) async fn keep(tenants: Tenants) {
    let mut fit = true;
    loop {
        tokio::time::sleep(if fit { LOOK_EVERY } else { LOOK_AGAIN }).await;
        fit = look(&tenants).await;
    }
}

/// Looks once, and bars what is unfit; whether all is fit.
pub(super) async fn look(tenants: &Tenants) -> bool {
    if let Err(problems) = tenants.store().preflight().await {
        let why = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        tracing::error!(%why, "nothing is written until this is put right");
        tenants.bar(Some(&why));
        return false;
    }
    let mut unfit = Vec::new();
    for tenant in tenants.all() {
        for part in &tenant.parts {
            let Some(journal) = part.journal() else { continue };
            let faults = match journal.faults().await {
                Ok(faults) if faults.is_empty() => continue,
                Ok(faults) => faults.join("; "),
                Err(error) => error.to_string(),
            };
            tracing::error!(?journal, why = %faults, "this journal is not written to");
            unfit.push((journal.clone(), faults));
        }
    }
    // One bar for all is lifted before journals are barred one by one.
    tenants.bar_but(&unfit);
    unfit.is_empty()
}
