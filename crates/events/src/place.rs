use std::fmt;

use serde::{Deserialize, Serialize};

use crate::CustomerId;

/// A place in a journal: 1 is its first entry, 0 is before it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Sequence(pub u64);

impl Sequence {
    /// Before the first entry.
    pub const START: Self = Self(0);

    /// The place after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One of the journals of a tenant; a tenant of normal size has only number 0.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Partition(pub u16);

impl Partition {
    /// Where everything about a customer stands, for ever: the number of partitions is fixed when
    /// the tenant is created. FNV-1a (64 bits) of the id, modulo their number.
    pub fn of(customer: &CustomerId, partitions: u16) -> Self {
        let hash = customer.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let partition = hash % u64::from(partitions.max(1));
        Self(u16::try_from(partition).unwrap_or_default())
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_stays_in_its_partition_for_ever() {
        // FNV-1a of "a" is af63dc4c8601ec8c and of "foobar" 85944171f73967e8 (published vectors).
        for (id, hash) in [("a", 0xaf63_dc4c_8601_ec8c_u64), ("foobar", 0x8594_4171_f739_67e8)] {
            let id = id.parse().unwrap();
            for partitions in [1, 4, 1_000] {
                let partition = u64::from(Partition::of(&id, partitions).0);
                assert_eq!(partition, hash % u64::from(partitions));
            }
        }
    }
}
