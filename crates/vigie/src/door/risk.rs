use events::CustomerId;
use host::Host;
use risk::{Command, Kind, Policy};

use super::Door;
use crate::{refused::Refused, tenants::Part};

impl Door for Policy {
    const ABOUT: &'static str =
        "Credit limits, guarantees and orders: commands, answered when durable";

    fn of(part: &Part) -> Option<&Host<Self>> {
        part.risk.as_ref()
    }

    fn named(ce_type: &str) -> Option<&'static str> {
        Kind::of_type(ce_type).map(Kind::ce_type)
    }

    fn read(ce_type: &str, data: &[u8]) -> Option<Result<Command, Refused>> {
        let kind = Kind::of_type(ce_type)?;
        Some(Command::read(kind, data).map_err(Refused::from))
    }

    fn customer(command: &Command) -> Option<&CustomerId> {
        command.customer()
    }

    fn digest(command: &Command) -> u64 {
        command.digest()
    }
}
