//! What was asked for lately, kept here for as long as the server tells when it changes: a question
//! about an account is then answered without a word to the server.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use async_nats::jetstream::kv;
use bytes::Bytes;
use futures::StreamExt as _;

/// Keys that are kept; then all are forgotten and it begins anew.
const KEPT: usize = 32_768;
/// Between two attempts to be told of changes.
const PAUSE: Duration = Duration::from_secs(2);

/// Values by key; also that there is none.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Whether changes are told. Nothing is kept otherwise.
    told: bool,
    asked: u64,
    kept: BTreeMap<String, Kept>,
}

#[derive(Debug)]
enum Kept {
    /// The server is being asked, for the so-manieth time.
    Asked(u64),
    Value(Option<Bytes>),
}

/// What is known here of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// This is what the server said, and it has not changed.
    Value(Option<Bytes>),
    /// Nothing: the server is to be asked, and its answer kept under this number.
    Ask(u64),
}

impl Recent {
    pub(super) fn get(&self, key: &str) -> Known {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Kept::Value(value)) = inner.kept.get(key) {
            return Known::Value(value.clone());
        }
        inner.asked += 1;
        let number = inner.asked;
        if inner.told {
            if inner.kept.len() >= KEPT {
                inner.kept.clear();
            }
            inner.kept.insert(key.to_owned(), Kept::Asked(number));
        }
        Known::Ask(number)
    }

    /// Keeps what the server said, unless the key has changed since it was asked.
    pub(super) fn keep(&self, key: &str, number: u64, value: Option<Bytes>) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = inner.kept.get_mut(key)
            && matches!(kept, Kept::Asked(it) if *it == number)
        {
            *kept = Kept::Value(value);
        }
    }

    /// A key has changed, or is about to.
    pub(super) fn forget(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).kept.remove(key);
    }

    fn told(&self, told: bool) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.told = told;
        inner.kept.clear();
    }
}

/// Listens for changes, as long as somebody asks.
pub(super) async fn listen(recent: Weak<Recent>, store: Arc<kv::Store>) {
    while recent.strong_count() > 0 {
        match store.watch_all().await {
            Ok(mut changes) => {
                let told = |told| recent.upgrade().map(|it| it.told(told));
                told(true);
                while let Some(Ok(change)) = changes.next().await {
                    match recent.upgrade() {
                        Some(recent) => recent.forget(&change.key),
                        None => return,
                    }
                }
                told(false);
            }
            Err(error) => {
                tracing::debug!(%error, "changes of contacts are not told, so none are kept");
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(known: &Known) -> u64 {
        let Known::Ask(number) = known else { panic!("{known:?}") };
        *number
    }

    #[test]
    fn nothing_is_kept_unless_changes_are_told() {
        let recent = Recent::default();
        let asked = number(&recent.get("a"));
        recent.keep("a", asked, None);
        assert_ne!(recent.get("a"), Known::Value(None));
        recent.told(true);
        let asked = number(&recent.get("a"));
        recent.keep("a", asked, None);
        assert_eq!(recent.get("a"), Known::Value(None));
        recent.told(false);
        number(&recent.get("a"));
    }

    #[test]
    fn what_changed_while_it_was_asked_for_is_asked_for_again() {
        let recent = Recent::default();
        recent.told(true);
        let first = number(&recent.get("a"));
        recent.forget("a");
        let second = number(&recent.get("a"));
        // The answer to the first question is old.
        recent.keep("a", first, Some(Bytes::from_static(b"old")));
        let third = number(&recent.get("a"));
        recent.keep("a", second, None);
        recent.keep("a", third, Some(Bytes::from_static(b"new")));
        assert_eq!(recent.get("a"), Known::Value(Some(Bytes::from_static(b"new"))));
    }
}
