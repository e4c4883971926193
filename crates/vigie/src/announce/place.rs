//! How much of each journal has been told: `0:57.3,1:33.1` is three messages of entry 57 of partition
//! 0, and one of entry 33 of partition 1.

use std::{collections::BTreeMap, fmt};

use events::{Partition, Sequence};

use super::post::Last;

/// How far each journal has been told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told(BTreeMap<Partition, (Sequence, u32)>);

impl Told {
    /// What the last message says; nothing if it is of other journals of this name.
    pub(super) fn after(last: Option<&Last>, incarnation: &str) -> Self {
        let ours = last.filter(|it| it.incarnation == incarnation);
        ours.and_then(|it| Self::read(&it.told)).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        let place = |place: &str| {
            let (partition, place) = place.split_once(':')?;
            let (entry, count) = place.split_once('.')?;
            let partition = Partition(partition.parse().ok()?);
            Some((partition, (Sequence(entry.parse().ok()?), count.parse().ok()?)))
        };
        text.split(',').map(place).collect::<Option<_>>().map(Self)
    }

    /// Whether nothing has been told of these journals.
    pub(super) fn is_new(&self) -> bool {
        self.0.is_empty()
    }

    /// Nothing is told from this entry on, and all before it.
    pub(super) fn begin(&mut self, partition: Partition, entry: Sequence) {
        self.0.insert(partition, (entry, 0));
    }

    /// The entry from which on a journal is to be read: the last one may not be told to its end.
    pub(super) fn next_of(&self, partition: Partition) -> Sequence {
        self.0.get(&partition).map_or(Sequence(1), |(entry, _)| *entry)
    }

    /// So many messages of an entry are told now; whether they were not before.
    pub(super) fn add(&mut self, partition: Partition, entry: Sequence, count: u32) -> bool {
        let told = self.0.entry(partition).or_default();
        let new = (entry, count) > *told;
        if new {
            *told = (entry, count);
        }
        new
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (partition, (entry, count))) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{partition}:{entry}.{count}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_as_it_was_written_and_only_goes_forward() {
        let mut told = Told::default();
        assert!(told.add(Partition(0), Sequence(57), 1));
        assert!(told.add(Partition(1), Sequence(33), 1));
        assert!(told.add(Partition(0), Sequence(57), 2));
        assert!(!told.add(Partition(0), Sequence(57), 2));
        assert!(!told.add(Partition(0), Sequence(56), 9));
        assert_eq!(told.to_string(), "0:57.2,1:33.1");
        assert_eq!(Told::read("0:57.2,1:33.1"), Some(told.clone()));
        assert_eq!(told.next_of(Partition(0)), Sequence(57));
        assert_eq!(told.next_of(Partition(2)), Sequence(1));
        for broken in ["", "0", "0:1", "0:1.x", "0:1.1,"] {
            assert_eq!(Told::read(broken), None, "{broken}");
        }
    }
}
