//! Alerts, told to whoever subscribes: on `vigie.alerts.<tenant>.<severity>.<kind>`, as `CloudEvents`
//! in JSON, kept in the stream `VIGIE_ALERTS` for thirty days.
//!
//! What is told is what the journal says, so it is durable before it is told; and every message says
//! how much of each journal has been told with it. Whoever announces looks for the last message of
//! the tenant, goes on behind it, and lets the server check with each message that it still is the
//! last one. So a replica that is overtaken tells nothing, one that is killed leaves nothing out, and
//! nothing is told twice: not by an id that is remembered for a while, but by where it stands.

mod letter;
mod place;
mod post;

use std::{sync::Arc, time::Duration};

use alerts::Policy;
use async_nats::{
    Client,
    jetstream::{
        self,
        stream::{self, DiscardPolicy, RetentionPolicy, StorageType},
    },
};
use events::{Context, Partition, Sequence};
use host::Host;
use journal::Record;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    lead::Lead,
    tenants::{Tenant, Tenants},
    wall,
};
use letter::Letter;
use place::Told;
use post::{Post, Sent};

/// What a person should look at.
pub const ALERTS: &str = "VIGIE_ALERTS";
const SUBJECTS: &str = "vigie.alerts.>";

/// For so long an alert can be looked up.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);
/// What is older has been let go of, also where the server's clock is a minute before ours.
const OLD_AFTER: chrono::Duration = chrono::Duration::minutes(30 * 24 * 60 - 1);

/// Between two attempts, at first and at most.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Entries that wait to be told.
const AHEAD: usize = 256;
/// Messages told together at most: a server takes up to 1,000.
const TOGETHER: usize = 500;

/// Tells the alerts of every tenant, until it is stopped.
pub async fn run(client: Client, replicas: u8, tenants: Tenants, stop: CancellationToken) {
    let context = jetstream::new(client.clone());
    while let Err(why) = open(&context, replicas).await {
        tracing::warn!(%why, "alerts are not told");
        tokio::select! {
            () = tokio::time::sleep(PAUSE_MAX) => {}
            () = stop.cancelled() => return,
        }
    }
    let mut working = JoinSet::new();
    let begin = |tenant: Arc<Tenant>| {
        if let Some(lead) = Lead::of(&tenant, Context::Alerts) {
            let post = Post::new(client.clone(), tenant.id.clone());
            working.spawn(Announcer { tenant, post }.run(lead, stop.clone()));
        }
    };
    tenants.meet(&stop, begin).await;
    while let Some(ended) = working.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "an announcer has ended");
        }
    }
}

/// How the stream is set up.
pub fn config(replicas: u8) -> stream::Config {
    stream::Config {
        name: ALERTS.to_owned(),
        description: Some("What a person should look at".to_owned()),
        subjects: vec![SUBJECTS.to_owned()],
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        max_age: KEPT_FOR,
        allow_direct: true,
        // What one moment brings is told together.
        allow_atomic_publish: true,
        num_replicas: replicas.into(),
        ..Default::default()
    }
}

/// Makes the stream if there is none, for a service that may not.
pub async fn prepare(client: Client, replicas: u8) -> Result<(), String> {
    open(&jetstream::new(client), replicas).await
}

/// Opens the stream, and makes it if there is none.
async fn open(context: &jetstream::Context, replicas: u8) -> Result<(), String> {
    let made = context.get_or_create_stream(config(replicas)).await;
    let found = made.map_err(|error| format!("the stream {ALERTS} cannot be made: {error}"))?;
    let has = &found.cached_info().config;
    if has.subjects != [SUBJECTS] || has.retention != RetentionPolicy::Limits {
        return Err(format!("the stream {ALERTS} exists with {}", has.subjects.join(", ")));
    }
    Ok(())
}

/// Tells the alerts of one tenant.
struct Announcer {
    tenant: Arc<Tenant>,
    post: Post,
}

/// Why telling has ended.
enum Ended {
    /// Somebody else tells, or told in between: there is a new last message.
    Overtaken,
    /// This process no longer leads, or is told to stop.
    NotOurs,
}

impl Announcer {
    /// Tells while the tenant is ours.
    async fn run(self, mut lead: Lead, stop: CancellationToken) {
        let mut pause = PAUSE;
        while !stop.is_cancelled() {
            tokio::select! {
                () = lead.becomes(true) => {}
                () = stop.cancelled() => return,
            }
            let ended = tokio::select! {
                ended = self.tell(&mut pause) => ended,
                () = lead.becomes(false) => Ok(Ended::NotOurs),
                () = stop.cancelled() => return,
            };
            match ended {
                Ok(Ended::NotOurs) => continue,
                Ok(Ended::Overtaken) => {
                    metrics::counter!("vigie_alerts_overtaken_total").increment(1);
                }
                Err(why) => {
                    tracing::warn!(tenant = %self.tenant.id, %why, "alerts wait to be told");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// Goes on behind the last message. Returns when somebody else told more in between.
    async fn tell(&self, pause: &mut Duration) -> Result<Ended, String> {
        let incarnation = self.incarnation();
        let last = self.post.last().await?;
        let mut told = Told::after(last.as_ref(), &incarnation);
        // Without a message that says how far it went, what is as old as the oldest could be has been
        // told and let go of, and what is younger has not.
        let since = match &last {
            None => Some(wall::now() - OLD_AFTER),
            // A journal that was restored, or made anew under the same name.
            Some(last) if told.is_new() => Some(last.time),
            Some(_) => None,
        };
        let mut after = last.as_ref().map_or(0, |it| it.sequence);
        let (entries, mut heard) = mpsc::channel(AHEAD);
        let reading = CancellationToken::new();
        let _reading = reading.clone().drop_guard();
        for (partition, host) in self.tenant.hosts::<Policy>() {
            if let Some(since) = since {
                let before = host.position_at(since).await.map_err(|it| it.to_string())?;
                told.begin(partition, before.next());
            }
            let from = told.next_of(partition);
            let (host, entries) = (host.clone(), entries.clone());
            tokio::spawn(reading.clone().run_until_cancelled_owned(async move {
                let ended = read(partition, &host, from, &entries).await;
                let _gone: Result<_, _> = entries.send(Err(ended)).await;
            }));
        }
        drop(entries);
        let mut waiting = Vec::new();
        loop {
            if heard.recv_many(&mut waiting, AHEAD).await == 0 {
                return Err("no journal is read".to_owned());
            }
            let mut letters = Vec::new();
            for entry in waiting.drain(..) {
                let (partition, record) = entry?;
                letters.extend(self.letters(partition, &record, &mut told)?);
            }
            for some in letters.chunks(TOGETHER) {
                match self.post.send(some, after, &incarnation).await? {
                    Sent::Up(to) => after = to,
                    Sent::Overtaken => return Ok(Ended::Overtaken),
                }
            }
            *pause = PAUSE;
        }
    }

    /// What an entry says that was not told yet, in its order.
    fn letters(
        &self,
        partition: Partition,
        record: &Record,
        told: &mut Told,
    ) -> Result<Vec<Letter>, String> {
        let entry = events::read::<events::alerts::Event>(&record.body)
            .map_err(|error| format!("entry {} cannot be read: {error}", record.sequence))?;
        let mut letters = Vec::new();
        let mut index = 0;
        for decision in &entry.decisions {
            let customer = decision.customer.as_ref();
            for event in &decision.events {
                let letter = Letter::of(&self.tenant.id, partition, record, index, customer, event);
                let Some(mut letter) = letter else { continue };
                index += 1;
                if told.add(partition, record.sequence, index) {
                    letter.told = told.to_string();
                    letters.push(letter);
                }
            }
        }
        Ok(letters)
    }

    /// What is another when the tenant's journals are others of the same name.
    fn incarnation(&self) -> String {
        let journals = self.tenant.hosts::<Policy>().map(|(_, host)| host.journal().incarnation());
        let all = journals.collect::<Vec<_>>().join(" ");
        events::Hash::of(all.as_bytes()).hex().chars().take(16).collect()
    }
}

type Entry = Result<(Partition, Record), String>;

/// Reads what alerts says in a journal, for ever; why it ends.
async fn read(
    partition: Partition,
    host: &Host<Policy>,
    from: Sequence,
    entries: &mpsc::Sender<Entry>,
) -> String {
    let mut reader = match host.journal().read_from(from).await {
        Ok(reader) => reader,
        Err(error) => return error.to_string(),
    };
    loop {
        match reader.next().await {
            Ok(record) if record.context != Context::Alerts => {}
            Ok(record) => {
                if entries.send(Ok((partition, record))).await.is_err() {
                    return "nobody listens".to_owned();
                }
            }
            Err(error) => return error.to_string(),
        }
    }
}
