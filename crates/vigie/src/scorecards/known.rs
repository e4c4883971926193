//! What a tenant's journals teach: each invoice, what could be known of its customer on the day of
//! its issue, and what came of it.

use std::cmp::Reverse;

use calibration::{Outcome, Row};
use chrono::NaiveDate;
use events::{Partition, TenantId, risk::Measure};
use host::engine::{Books, read};
use invoicing::{Account, view::Course};
use journal::{Heads, Store, StoreError};
use risk::{Policy, behaviour::Behaviour};

use crate::serve::StartError;

/// Of one customer so many invoices, the youngest: more of the same say little more, and each looks
/// at all before it.
const INVOICES_MAX: usize = 300;

/// Who gave a claim up waited that long at least, in days.
const GIVEN_UP_DAYS: i64 = 90;

/// What a tenant's history teaches.
pub(super) struct Past {
    pub(super) rows: Vec<Row>,
    /// The rules in force.
    pub(super) policy: Policy,
    /// The last business day that began.
    pub(super) today: NaiveDate,
}

/// Reads every journal of a tenant from its beginning.
///
/// Effective dates decide what was known on a day, so a history that was imported teaches as much as
/// one that was lived through. What was corrected since is as it was corrected.
pub(super) async fn past(
    store: &Store,
    tenant: &TenantId,
    measures: &[Measure],
) -> Result<Past, StartError> {
    let all = store.tenants().await?;
    let found = all.into_iter().find(|(it, _)| it == tenant);
    let partitions = found.map(|(_, it)| it);
    let partitions = partitions.ok_or_else(|| StoreError::UnknownTenant(tenant.clone()))?;
    let mut past = Past { rows: Vec::new(), policy: Policy::default(), today: NaiveDate::MIN };
    for partition in (0..partitions).map(Partition) {
        let journal = store.open(tenant, partition).await?;
        let unreadable = |why: String| StartError::Unreadable(why);
        let last = journal.last().await.map_err(|it| unreadable(it.to_string()))?;
        let mut reader =
            journal.read(Heads::new()).await.map_err(|it| unreadable(it.to_string()))?;
        let mut books = Books::new(Policy::default());
        while books.position < last {
            let record = reader.next().await.map_err(|it| unreadable(it.to_string()))?;
            let heard = read::<Policy>(record.sequence, record.context, record.hash, &record.body)
                .map_err(|it| unreadable(format!("entry {}: {it}", record.sequence)))?;
            books.hear(&heard).map_err(|it| unreadable(it.to_string()))?;
        }
        for (customer, known) in books.customers() {
            let account = known.state.account();
            learn_from(customer.as_str(), account, books.today, measures, &mut past.rows);
        }
        past.today = past.today.max(books.today);
        past.policy = books.policy;
    }
    Ok(past)
}

fn learn_from(
    customer: &str,
    account: &Account,
    today: NaiveDate,
    measures: &[Measure],
    rows: &mut Vec<Row>,
) {
    let mut courses: Vec<_> =
        account.courses(today).filter_map(|it| Some((it, outcome(&it, today)?))).collect();
    courses.sort_by_key(|(it, _)| (Reverse(it.issued_on), it.invoice));
    courses.truncate(INVOICES_MAX);
    for (it, outcome) in courses {
        let behaviour = Behaviour::of(account, it.issued_on);
        rows.push(Row {
            customer: customer.to_owned(),
            day: it.issued_on,
            due_on: it.due_on,
            measures: measures.iter().map(|it| behaviour.measure(*it)).collect(),
            outcome,
        });
    }
}

/// How late it was; none of what says nothing of its payer.
fn outcome(it: &Course<'_>, today: NaiveDate) -> Option<Outcome> {
    let late = |on: NaiveDate| (on - it.due_on).num_days();
    match it.settled_on {
        Some(on) if it.given_up => Some(Outcome::settled(late(on).max(GIVEN_UP_DAYS))),
        Some(on) if it.paid => Some(Outcome::settled(late(on))),
        Some(_) => None,
        None => Some(Outcome { days: late(today), watched_days: late(today) }),
    }
}
