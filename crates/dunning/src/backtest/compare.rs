//! What one policy would have done and another would not.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use events::{CustomerId, InvoiceId};

use super::{Action, Did, Figures, Life, Point};

/// A difference between two trials of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Only the new policy does it.
    Added(Point),
    /// Only the old one did.
    Removed(Point),
    /// The same invoice comes to the same level on another day.
    Moved {
        /// As it was.
        from: Point,
        /// As it is.
        to: Point,
    },
    /// On the same day, but in another tone or another way.
    Altered {
        /// As it was.
        from: Point,
        /// As it is.
        to: Point,
    },
}

/// How many differences there are of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Only the new policy does it.
    pub added: u64,
    /// Only the old one did.
    pub removed: u64,
    /// On another day.
    pub moved: u64,
    /// In another tone, or another way.
    pub altered: u64,
}

/// Two policies, tried on the same customers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What the old policy comes to.
    pub old: Figures,
    /// What the new one does.
    pub new: Figures,
    /// How many differences there are, by what is done.
    pub totals: BTreeMap<Did, Totals>,
    /// Which, by customer; customers without any are left out.
    pub changes: BTreeMap<CustomerId, Vec<Change>>,
}

impl Comparison {
    /// Takes a customer in.
    pub fn take(&mut self, customer: &CustomerId, old: &Life, new: &Life) {
        self.old.add(&old.figures);
        self.new.add(&new.figures);
        let changes = changes(&old.actions, &new.actions);
        for it in &changes {
            let totals = self.totals.entry(it.now().did).or_default();
            match it {
                Change::Added(_) => totals.added += 1,
                Change::Removed(_) => totals.removed += 1,
                Change::Moved { .. } => totals.moved += 1,
                Change::Altered { .. } => totals.altered += 1,
            }
        }
        if !changes.is_empty() {
            self.changes.insert(customer.clone(), changes);
        }
    }

    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.old.add(&other.old);
        self.new.add(&other.new);
        for (did, it) in other.totals {
            let sum = self.totals.entry(did).or_default();
            sum.added += it.added;
            sum.removed += it.removed;
            sum.moved += it.moved;
            sum.altered += it.altered;
        }
        self.changes.extend(other.changes);
    }
}

impl Change {
    /// As it is; as it was, if it is no more.
    pub fn now(&self) -> &Point {
        match self {
            Self::Added(it) | Self::Removed(it) => it,
            Self::Moved { to, .. } | Self::Altered { to, .. } => to,
        }
    }
}

type Key = (Did, Option<InvoiceId>, u8);

/// What is compared of a life. What was planned and then sent is told by its sending; what was planned
/// and never sent touched nobody, but may have asked for somebody's time.
fn points(actions: &[Action]) -> BTreeMap<Key, VecDeque<Point>> {
    let sent: BTreeSet<_> =
        actions.iter().filter(|it| it.did == Did::Sent).map(|it| &it.reminder).collect();
    let told = actions.iter().filter(|it| match it.did {
        Did::Planned => !sent.contains(&it.reminder),
        Did::Withdrawn => false,
        Did::Sent | Did::Regretted | Did::Upheld | Did::Exhausted | Did::SupplyBlock => true,
    });
    let mut points = BTreeMap::<Key, VecDeque<Point>>::new();
    for it in told.flat_map(Action::points) {
        points.entry((it.did, it.invoice.clone(), it.level)).or_default().push_back(it);
    }
    points
}

/// What differs between two trials of a customer, by day.
pub fn changes(old: &[Action], new: &[Action]) -> Vec<Change> {
    let (mut old, mut new) = (points(old), points(new));
    let keys: BTreeSet<Key> = old.keys().chain(new.keys()).cloned().collect();
    let mut changes = Vec::new();
    for key in keys {
        let mut before = old.remove(&key).unwrap_or_default();
        let mut after = new.remove(&key).unwrap_or_default();
        before.retain(|from| {
            let Some(same) = after.iter().position(|it| it.on == from.on) else { return true };
            if let Some(to) = after.remove(same).filter(|to| to != from) {
                changes.push(Change::Altered { from: from.clone(), to });
            }
            false
        });
        while let (Some(_), Some(_)) = (before.front(), after.front()) {
            if let (Some(from), Some(to)) = (before.pop_front(), after.pop_front()) {
                changes.push(Change::Moved { from, to });
            }
        }
        changes.extend(before.into_iter().map(Change::Removed));
        changes.extend(after.into_iter().map(Change::Added));
    }
    changes.sort_by(|a, b| {
        let place = |it: &Change| (it.now().on, it.now().did, it.now().level);
        place(a).cmp(&place(b)).then_with(|| a.now().invoice.cmp(&b.now().invoice))
    });
    changes
}
