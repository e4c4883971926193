//! The past, from the journal: what was recorded of a customer, and what could be known when.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use events::{CustomerId, Decision, Sequence};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    engine::{Books, Fact, Said, Service},
    host::{Error, Failure, Host},
    run::Halt,
};

/// One decision about a customer, where and when it was recorded.
#[derive(Debug, Clone)]
pub struct Moment<F> {
    /// The entry it stands in.
    pub sequence: Sequence,
    /// When the journal took that entry.
    pub recorded_at: DateTime<Utc>,
    /// What was decided.
    pub decision: Decision<F>,
}

/// Entries asked for at the same time.
const AT_ONCE: usize = 16;

impl<P: Service> Host<P> {
    /// Every decision about a customer after one entry and up to another, in order. Reads the
    /// entries that speak of the customer, and no others.
    pub async fn history(
        &self,
        customer: &CustomerId,
        after: Sequence,
        until: Sequence,
    ) -> Result<Vec<Moment<Fact<P>>>, Failure<P>> {
        let positions = self.read(|books| {
            let known = books.customer(customer);
            let all = known.map(|it| it.positions.iter().collect::<Vec<_>>()).unwrap_or_default();
            all.into_iter().filter(|it| *it > after && *it <= until).collect::<Vec<_>>()
        })?;
        let journal = self.journal();
        let records: Vec<_> = stream::iter(positions)
            .map(|sequence| async move { journal.get(sequence).await })
            .buffered(AT_ONCE)
            .try_collect()
            .await
            .map_err(|error| Error::Unreadable(error.to_string()))?;
        let mut moments = Vec::with_capacity(records.len());
        for record in records {
            let heard = (self.shared().past.decode)(&record).map_err(|it| unreadable(&it))?;
            let Said::Decisions(decisions) = heard.said else { continue };
            let about = decisions.into_iter().filter(|it| it.customer.as_ref() == Some(customer));
            moments.extend(about.map(|decision| Moment {
                sequence: record.sequence,
                recorded_at: record.recorded_at,
                decision,
            }));
        }
        Ok(moments)
    }

    /// The books as they were right after an entry: what could be known then. Reads the journal
    /// from its start, so it takes as long as a start without a snapshot.
    pub async fn books_at(&self, until: Sequence) -> Result<Arc<Books<P>>, Failure<P>> {
        let until = until.min(self.position());
        let books =
            (self.shared().past.books_at)(self.journal(), self.shared().initial.clone(), until);
        books.await.map(Arc::new).map_err(|it| unreadable(&it))
    }

    /// The last entry recorded at or before an instant; 0 if there is none.
    pub async fn position_at(&self, instant: DateTime<Utc>) -> Result<Sequence, Failure<P>> {
        let (mut low, mut high) = (0, self.position().0);
        while low < high {
            let middle = high - (high - low) / 2;
            let record = self.journal().get(Sequence(middle)).await;
            let record = record.map_err(|error| Error::Unreadable(error.to_string()))?;
            if record.recorded_at <= instant {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(Sequence(low))
    }
}

fn unreadable<E>(halt: &Halt) -> Error<E> {
    Error::Unreadable(halt.to_string())
}
