//! Maps that clones share. A large customer has thousands of invoices, and every decision begins
//! with a copy of its account: changing a copy may not copy them all.

use std::{borrow::Borrow, fmt, marker::PhantomData, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};

/// A sorted map of which a clone shares everything until it is changed, and a change copies only
/// what stands near it. Empty, as most are, it takes no memory.
#[derive(Clone)]
pub(crate) struct Shared<K, V>(Option<Arc<Runs<K, V>>>);

/// Runs of neighbours in order, none of them empty.
type Runs<K, V> = Vec<Arc<Run<K, V>>>;
type Run<K, V> = Vec<(K, V)>;

/// A run does not grow longer.
const RUN_MAX: usize = 16;

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K, V> Shared<K, V> {
    fn runs(&self) -> &[Arc<Run<K, V>>] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Every entry, in the order of the keys.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.runs().iter().flat_map(|run| run.iter().map(|(key, value)| (key, value)))
    }

    pub(crate) fn len(&self) -> usize {
        self.runs().iter().map(|it| it.len()).sum()
    }

    pub(crate) fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> Shared<K, V> {
    /// The run in which a key stands, or would stand; none if it would follow all others.
    fn run_of<Q: Ord + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        let before = |run: &Arc<Run<K, V>>| run.last().is_some_and(|(last, _)| last.borrow() < key);
        let place = self.runs().partition_point(before);
        (place < self.runs().len()).then_some(place)
    }

    pub(crate) fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let run = self.runs().get(self.run_of(key)?)?;
        let place = run.binary_search_by(|(it, _)| it.borrow().cmp(key)).ok()?;
        run.get(place).map(|(key, value)| (key, value))
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    pub(crate) fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }
}

impl<K: Ord + Clone, V: Clone> Shared<K, V> {
    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let run = self.run_of(key)?;
        let runs = Arc::make_mut(self.0.as_mut()?);
        let run = runs.get_mut(run)?;
        let place = run.binary_search_by(|(it, _)| it.borrow().cmp(key)).ok()?;
        Arc::make_mut(run).get_mut(place).map(|(_, value)| value)
    }

    /// Puts a value in its place, and answers the one that stood there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let place = self.run_of(&key);
        let runs = Arc::make_mut(self.0.get_or_insert_default());
        let place = place.unwrap_or_else(|| runs.len().saturating_sub(1));
        let Some(run) = runs.get_mut(place) else {
            runs.push(Arc::new(vec![(key, value)]));
            return None;
        };
        let at = match run.binary_search_by(|(it, _)| it.cmp(&key)) {
            Ok(at) => {
                let known = Arc::make_mut(run).get_mut(at)?;
                return Some(std::mem::replace(&mut known.1, value));
            }
            Err(at) => at,
        };
        if run.len() < RUN_MAX {
            with_room(run).insert(at, (key, value));
        } else if at == RUN_MAX {
            // What comes in order leaves full runs behind.
            runs.insert(place + 1, Arc::new(vec![(key, value)]));
        } else {
            let run = Arc::make_mut(run);
            let mut upper = run.split_off(RUN_MAX / 2);
            match at.checked_sub(run.len()) {
                Some(at) => upper.insert(at, (key, value)),
                None => run.insert(at, (key, value)),
            }
            runs.insert(place + 1, Arc::new(upper));
        }
        None
    }

    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let place = self.run_of(key)?;
        let runs = Arc::make_mut(self.0.as_mut()?);
        let run = runs.get_mut(place)?;
        let at = run.binary_search_by(|(it, _)| it.borrow().cmp(key)).ok()?;
        let run = Arc::make_mut(run);
        let (_, value) = run.remove(at);
        let length = run.len();
        if length == 0 {
            runs.remove(place);
        } else if let Some(next) = runs.get(place + 1)
            && length + next.len() <= RUN_MAX / 2
        {
            let next = runs.remove(place + 1);
            let run = Arc::make_mut(runs.get_mut(place)?);
            run.extend(Arc::unwrap_or_clone(next));
        }
        if runs.is_empty() {
            self.0 = None;
        }
        Some(value)
    }
}

/// A run that is nobody else's and takes one more: room is made for few, because most stay short.
fn with_room<K: Clone, V: Clone>(run: &mut Arc<Run<K, V>>) -> &mut Run<K, V> {
    if Arc::get_mut(run).is_none() {
        let mut copy = Vec::with_capacity(run.len() + 1);
        copy.extend(run.iter().cloned());
        *run = Arc::new(copy);
    }
    let run = Arc::make_mut(run);
    if run.len() == run.capacity() {
        run.reserve_exact((run.len() / 4).max(1));
    }
    run
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for Shared<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Shared<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Shared<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Shared<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self.iter() {
            serde::ser::SerializeMap::serialize_entry(&mut map, key, value)?;
        }
        serde::ser::SerializeMap::end(map)
    }
}

impl<'de, K, V> Deserialize<'de> for Shared<K, V>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de> + Clone,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K, V> Visitor<'de> for Entries<K, V>
        where
            K: Deserialize<'de> + Ord + Clone,
            V: Deserialize<'de> + Clone,
        {
            type Value = Shared<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut left = entries.size_hint().unwrap_or(0);
                let mut runs: Runs<K, V> = Vec::new();
                let mut run: Run<K, V> = Vec::with_capacity(left.min(RUN_MAX));
                while let Some(entry) = entries.next_entry::<K, V>()? {
                    let last = run.last().or_else(|| runs.last().and_then(|it| it.last()));
                    if last.is_some_and(|(last, _)| *last >= entry.0) {
                        return Err(serde::de::Error::custom("keys are not in order"));
                    }
                    run.push(entry);
                    left = left.saturating_sub(1);
                    if run.len() == RUN_MAX {
                        let next = Vec::with_capacity(left.min(RUN_MAX));
                        runs.push(Arc::new(std::mem::replace(&mut run, next)));
                    }
                }
                if !run.is_empty() {
                    runs.push(Arc::new(run));
                }
                Ok(Shared((!runs.is_empty()).then(|| Arc::new(runs))))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Change {
        Insert(u16, u32),
        Remove(u16),
        Alter(u16, u32),
    }

    fn change() -> impl Strategy<Value = Change> {
        let key = prop_oneof![0..40_u16, 0..2_000_u16];
        prop_oneof![
            4 => (key.clone(), any::<u32>()).prop_map(|(key, value)| Change::Insert(key, value)),
            2 => key.clone().prop_map(Change::Remove),
            1 => (key, any::<u32>()).prop_map(|(key, value)| Change::Alter(key, value)),
        ]
    }

    fn entries<K: Clone, V: Clone>(map: &Shared<K, V>) -> Vec<(K, V)> {
        map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    proptest! {
        #[test]
        fn it_is_a_sorted_map_and_its_clones_stay_as_they_were(
            start in 0..200_u16,
            changes in prop::collection::vec(change(), 0..400),
        ) {
            let mut model: BTreeMap<u16, u32> = (0..start).map(|it| (it * 3, 0)).collect();
            let mut map: Shared<u16, u32> = model.clone().into_iter().collect();
            let mut kept = Vec::new();
            for (n, change) in changes.into_iter().enumerate() {
                if n % 7 == 0 {
                    kept.push((map.clone(), model.clone()));
                }
                match change {
                    Change::Insert(key, value) => {
                        prop_assert_eq!(map.insert(key, value), model.insert(key, value));
                    }
                    Change::Remove(key) => prop_assert_eq!(map.remove(&key), model.remove(&key)),
                    Change::Alter(key, value) => {
                        let (mine, other) = (map.get_mut(&key), model.get_mut(&key));
                        prop_assert_eq!(&mine, &other);
                        if let (Some(mine), Some(other)) = (mine, other) {
                            (*mine, *other) = (value, value);
                        }
                    }
                }
                prop_assert_eq!(map.len(), model.len());
                prop_assert!(map.runs().iter().all(|it| (1..=RUN_MAX).contains(&it.len())));
            }
            kept.push((map, model));
            for (map, model) in kept {
                prop_assert_eq!(entries(&map), model.clone().into_iter().collect::<Vec<_>>());
                prop_assert!(model.iter().all(|(key, value)| map.get(key) == Some(value)));
                let written = postcard::to_stdvec(&map).unwrap();
                prop_assert_eq!(&written, &postcard::to_stdvec(&model).unwrap());
                let read: Shared<u16, u32> = postcard::from_bytes(&written).unwrap();
                prop_assert_eq!(read, map);
            }
        }
    }

    #[test]
    fn what_is_not_in_order_is_not_read() {
        let damaged = postcard::to_stdvec(&(2_u8, 9_u16, 0_u32, 3_u16, 0_u32)).unwrap();
        assert!(postcard::from_bytes::<Shared<u16, u32>>(&damaged).is_err());
    }
}
