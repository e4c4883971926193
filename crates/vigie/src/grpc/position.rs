//! Places in the journals of a tenant, as messages say them.

use std::collections::BTreeMap;

use api::shared::Position;
use events::{Partition, Sequence};
use host::Status;
use tokio::time::{Instant, timeout_at};

use super::{
    fields::{Fields, Read},
    status::Explanation,
};
use crate::tenants::{Part, Runs, Tenant};

/// Places by partition.
pub(crate) type Places = BTreeMap<Partition, Sequence>;

/// Places as a message.
pub(crate) fn of(places: &Places) -> Position {
    Position { sequences: places.iter().map(|(at, it)| (u32::from(at.0), it.0)).collect() }
}

/// One place as a message.
pub(crate) fn of_one(partition: Partition, sequence: Sequence) -> Position {
    Position { sequences: [(u32::from(partition.0), sequence.0)].into() }
}

/// How far every partition is heard here.
pub(crate) fn of_tenant(tenant: &Tenant) -> Position {
    let places = (0..).map(Partition).zip(&tenant.parts);
    of(&places.map(|(partition, part)| (partition, part.position())).collect())
}

/// The places a message names; none if there is no message. Partitions that the tenant does not
/// have are noted.
pub(crate) fn read(
    fields: &mut Fields,
    field: &str,
    position: Option<Position>,
    tenant: &Tenant,
) -> Read<Places> {
    let partitions = tenant.partitions();
    let mut places = Ok(Places::new());
    for (number, sequence) in position.unwrap_or_default().sequences {
        let partition = u16::try_from(number).ok().filter(|it| *it < partitions);
        if let (Some(partition), Ok(places)) = (partition, &mut places) {
            places.insert(Partition(partition), Sequence(sequence));
        } else if partition.is_none() {
            let why = format!(
                "tenant {} has {partitions} partitions, numbered from 0; there is no {number}",
                tenant.id
            );
            places = Err(fields.wrong(&format!("{field}.sequences[{number}]"), why));
        }
    }
    places
}

/// Waits until these places are heard, up to the deadline of the call.
pub(crate) async fn reach(
    tenant: &Tenant,
    places: &Places,
    deadline: Option<Instant>,
) -> Result<(), Explanation> {
    for (partition, sequence) in places {
        let Some(part) = tenant.parts.get(usize::from(partition.0)) else { continue };
        reach_one(part, *partition, *sequence, deadline).await?;
    }
    Ok(())
}

/// Waits until a place is heard, up to the deadline of the call.
pub(crate) async fn reach_one(
    part: &Part,
    partition: Partition,
    sequence: Sequence,
    deadline: Option<Instant>,
) -> Result<(), Explanation> {
    match part.last() {
        Some(service) => reach_service(service, partition, sequence, deadline).await,
        None => Err(Explanation::role_elsewhere("invoicing")),
    }
}

/// Waits until a service has heard a place, up to the deadline of the call.
pub(crate) async fn reach_service(
    service: &dyn Runs,
    partition: Partition,
    sequence: Sequence,
    deadline: Option<Instant>,
) -> Result<(), Explanation> {
    if service.position() >= sequence {
        return Ok(());
    }
    let reached = async {
        let mut status = service.status();
        tokio::select! {
            reached = service.reached(sequence) => reached,
            // A service that has stopped reaches nothing any more.
            _ = status.wait_for(|it| matches!(it, Status::Drained | Status::Halted(_))) => {
                service.today().map(|_| ())
            }
        }
    };
    match deadline {
        None => reached.await,
        Some(at) => match timeout_at(at, reached).await {
            Ok(reached) => reached,
            Err(_) => Err(Explanation::not_caught_up(partition, sequence, service.position())),
        },
    }
}
