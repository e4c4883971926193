//! Catching up: from the last snapshot, or from the start, to the end of the journal. Reading and
//! hashing, decoding, and folding each have a thread.

use std::sync::Arc;

use events::Sequence;
use futures::future::BoxFuture;
use journal::{Heads, Journal, ReadError, Record};
use tokio::sync::mpsc;

use super::{Halt, decode, take};
use crate::{
    Options,
    engine::{Books, Service, States},
    host::{Shared, Status},
    snapshot::{Thawed, Unusable},
};

/// Entries read ahead of the fold.
const AHEAD: usize = 4;

/// Reads what was missed, and hands over the reader of what follows.
pub(super) async fn catch_up<P: Service>(
    shared: &Arc<Shared<P>>,
    options: &Options,
) -> Result<mpsc::Receiver<Result<Record, ReadError>>, Halt> {
    let journal = &shared.journal;
    match options.snapshots.load(journal, &shared.initial).await {
        Ok(thawed) => {
            let books = adopt(journal, thawed).await?;
            let position = books.position;
            shared.write(|it| *it = books);
            shared.position.send_replace(position);
            tracing::info!(context = %P::own(), %position, "a snapshot was read");
        }
        Err(Unusable::Absent) => {}
        Err(error) => tracing::warn!(context = %P::own(), %error, "no snapshot; reading it all"),
    }
    let last = persist(|| journal.last()).await?;
    let heads = shared.read(|books| books.heads.clone());
    let mut records = tail(journal, heads).await?;
    let mut position = *shared.position.borrow();
    if position < last {
        let (heard, mut entries) = mpsc::channel(AHEAD);
        let decoder = tokio::task::spawn_blocking(move || {
            while let Some(record) = records.blocking_recv() {
                let decoded = record.map_err(Halt::from).and_then(|it| decode::<P>(&it));
                let end = decoded.as_ref().map_or(true, |it| it.sequence >= last);
                if heard.blocking_send(decoded).is_err() || end {
                    break;
                }
            }
            records
        });
        while let Some(entry) = entries.recv().await {
            let entry = entry?;
            take(shared, &entry, &mut States::default())?;
            position = entry.sequence;
            if position.0.is_multiple_of(64) {
                report(shared, position, last);
                shared.status.send_replace(Status::Replaying { position, last });
                tokio::task::yield_now().await;
            }
        }
        records = decoder.await.map_err(|_| Halt::ReaderEnded)?;
    }
    report(shared, position, last);
    Ok(records)
}

/// How far the journal has been read, for whoever watches a long start.
fn report<P: Service>(shared: &Shared<P>, position: Sequence, last: Sequence) {
    let gauge = |what: &'static str, at: Sequence| {
        let journal = &shared.journal;
        let labels = [
            ("context", P::own().name().to_owned()),
            ("tenant", journal.tenant().to_string()),
            ("partition", journal.partition().to_string()),
        ];
        metrics::gauge!(what, &labels).set(u32::try_from(at.0).map_or(f64::MAX, f64::from));
    };
    gauge("vigie_replay_position", position);
    gauge("vigie_replay_last", last);
}

/// What the tenant as a whole was told before a snapshot is read again: it is little.
async fn adopt<P: Service>(journal: &Journal, thawed: Thawed<P>) -> Result<Books<P>, Halt> {
    let Thawed { mut books, tenant } = thawed;
    let mut entries = Vec::new();
    for sequence in tenant.iter() {
        let record = persist(|| journal.get(sequence)).await?;
        entries.push(decode::<P>(&record)?);
    }
    books.retell(&entries)?;
    Ok(books)
}

/// Follows the journal in a task of its own: reading and hashing do not wait for the fold.
pub(crate) async fn tail(
    journal: &Journal,
    heads: Heads,
) -> Result<mpsc::Receiver<Result<Record, ReadError>>, Halt> {
    let mut reader = persist(|| journal.read(heads.clone())).await?;
    let (sender, records) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        loop {
            let record = tokio::select! {
                record = reader.next() => record,
                () = sender.closed() => return,
            };
            let record = match record {
                Err(ReadError::Unavailable(why)) => {
                    tracing::warn!(%why, "the journal cannot be read; trying again");
                    tokio::time::sleep(super::PAUSE).await;
                    continue;
                }
                record => record,
            };
            let end = record.is_err();
            if sender.send(record).await.is_err() || end {
                return;
            }
        }
    });
    Ok(records)
}

/// Asks until the server answers; what it then says stands.
async fn persist<T, F>(ask: impl Fn() -> F) -> Result<T, Halt>
where
    F: Future<Output = Result<T, ReadError>>,
{
    loop {
        match ask().await {
            Err(ReadError::Unavailable(why)) => {
                tracing::warn!(%why, "the journal cannot be reached; trying again");
                tokio::time::sleep(super::PAUSE).await;
            }
            answer => return answer.map_err(Halt::from),
        }
    }
}

/// The books as they were right after an entry, from the journal alone.
pub(crate) fn books_at<P: Service>(
    journal: &Journal,
    policy: P,
    until: Sequence,
) -> BoxFuture<'_, Result<Books<P>, Halt>> {
    Box::pin(async move {
        let mut books = Books::new(policy);
        let mut reader = journal.read(Heads::new()).await?;
        while books.position < until {
            let record = reader.next().await?;
            books.hear(&decode::<P>(&record)?)?;
        }
        Ok(books)
    })
}
