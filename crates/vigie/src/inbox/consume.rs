use std::{collections::VecDeque, sync::Arc, time::Duration};

use async_nats::jetstream::{AckKind, Message, consumer::pull};
use events::Reference;
use futures::{FutureExt as _, StreamExt as _};
use tokio::{
    task::JoinHandle,
    time::{interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{ACK_WITHIN, INBOX, Inbox, acknowledge, refuse};
use crate::{
    cloud_event, delivery::Settled, door::Named, lead::Lead, refused::Refused, tenants::Tenant,
};

/// Messages that are handed in and not yet acknowledged.
pub(super) const HELD_MAX: usize = 64;

const PAUSE_MIN: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// How long what is under way may take when this process has to let go.
const LAST_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// A message that is not acknowledged yet.
struct Held {
    message: Message,
    sequence: u64,
    state: State,
}

enum State {
    /// Not handed in, or not to the end.
    Untaken,
    /// On its way.
    Taken(JoinHandle<Result<Settled, Refused>>),
    /// All of it is durable or refused.
    Settled(Result<Settled, Refused>),
    /// Whoever sent it need not think of it any more.
    Acknowledged,
}

/// What comes in at a door, for a tenant.
pub(super) struct Consumption {
    inbox: Arc<Inbox>,
    door: &'static Named,
    tenant: Arc<Tenant>,
    /// In the order of the stream.
    held: VecDeque<Held>,
    pause: Duration,
}

impl Consumption {
    pub(super) fn new(inbox: Arc<Inbox>, door: &'static Named, tenant: Arc<Tenant>) -> Self {
        Self { inbox, door, tenant, held: VecDeque::new(), pause: PAUSE_MIN }
    }

    /// Takes what comes in while the tenant is ours.
    pub(super) async fn run(mut self, mut lead: Lead, stop: CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = lead.becomes(true) => {}
                () = stop.cancelled() => return,
            }
            let ended = tokio::select! {
                ended = self.go_on() => ended,
                () = lead.becomes(false) => Ok(()),
                () = stop.cancelled() => Ok(()),
            };
            self.let_go().await;
            if let Err(why) = ended {
                tracing::warn!(tenant = %self.tenant.id, %why, "the inbox cannot be read");
                tokio::select! {
                    () = sleep(PAUSE_MAX) => {}
                    () = stop.cancelled() => {}
                }
            }
        }
    }

    /// Reads until that is no longer possible. May be dropped at any moment.
    async fn go_on(&mut self) -> Result<(), String> {
        let consumer = self.inbox.consumer(&self.tenant.id, self.door.context).await?;
        let messages = consumer.stream().max_messages_per_batch(HELD_MAX).messages().await;
        let mut messages = messages.map_err(|error| error.to_string())?;
        let ended = self.read(&mut messages).await;
        // What was sent ahead goes back at once, to be sent to the next reader in its order.
        while let Some(Some(Ok(message))) = messages.next().now_or_never() {
            acknowledge(&message, AckKind::Nak(None)).await;
        }
        ended
    }

    async fn read(&mut self, messages: &mut pull::Stream) -> Result<(), String> {
        let mut beat = interval(ACK_WITHIN / 3);
        loop {
            tokio::select! {
                biased;
                () = self.first_settles(), if !self.held.is_empty() => {
                    if let Err(why) = self.finish(0).await {
                        tracing::warn!(tenant = %self.tenant.id, %why, "the inbox waits");
                        self.try_again().await;
                    }
                    self.held.retain(|it| !matches!(it.state, State::Acknowledged));
                }
                _ = beat.tick() => self.still_here().await,
                message = messages.next(), if self.held.len() < HELD_MAX => match message {
                    Some(Ok(message)) => self.receive(message).await,
                    Some(Err(error)) => return Err(error.to_string()),
                    None => return Err("the server ended the reading".to_owned()),
                }
            }
        }
    }

    async fn receive(&mut self, message: Message) {
        let Ok(sequence) = message.info().map(|it| it.stream_sequence) else { return };
        if self.held.iter().any(|it| it.sequence == sequence) {
            // It was sent again while it is under way.
            return;
        }
        self.held.push_back(Held { message, sequence, state: State::Untaken });
        self.hand_in(self.held.len() - 1).await;
    }

    /// Hands in the message at a place among those that are held.
    async fn hand_in(&mut self, place: usize) {
        let Some(held) = self.held.get_mut(place) else { return };
        let (epoch, sequence) = (self.inbox.epoch(), held.sequence);
        let message = &held.message;
        let taken = match cloud_event::read(message.headers.as_ref(), &message.payload) {
            Ok(mut items) => {
                // A message that is sent again long after must not undo what came after it: what
                // has no request id gets one, by its place.
                for (place, item) in items.iter_mut().enumerate() {
                    let Ok(content) = &mut item.content else { continue };
                    let unnamed = || format!("{INBOX} {epoch} {sequence} {place}");
                    let request = content.request.take();
                    content.request = request.or_else(|| Reference::new(&unnamed()).ok());
                }
                let settling = self.door.hand_in(&self.tenant, items).await;
                State::Taken(tokio::spawn(async { Ok(settling.await) }))
            }
            Err(refused) => State::Settled(Err(refused)),
        };
        held.state = taken;
    }

    async fn first_settles(&mut self) {
        if let Some(held) = self.held.front_mut() {
            held.settles().await;
        }
    }

    /// Acknowledges a message, once what was refused of it is told; else it must be tried again.
    async fn finish(&mut self, place: usize) -> Result<(), String> {
        let Some(held) = self.held.get_mut(place) else { return Ok(()) };
        let told = match &held.state {
            State::Acknowledged => return Ok(()),
            State::Untaken | State::Taken(_) => Err("a message was not taken".to_owned()),
            State::Settled(Err(refused)) => {
                refuse::tell(&self.inbox, &held.message, vec![(None, "", refused)]).await
            }
            State::Settled(Ok(settled)) => {
                if let Some(why) = settled.failed() {
                    Err(why.to_owned())
                } else {
                    let refused = settled.refused().map(|(item, id, it)| (Some(item), id, it));
                    refuse::tell(&self.inbox, &held.message, refused.collect()).await
                }
            }
        };
        held.state = if told.is_ok() { State::Acknowledged } else { State::Untaken };
        if told.is_ok() {
            acknowledge(&held.message, AckKind::Ack).await;
            self.pause = PAUSE_MIN;
        }
        told
    }

    /// Waits a while, and hands in again what could not be taken, before anything that came later.
    async fn try_again(&mut self) {
        for place in 0..self.held.len() {
            if let Some(held) = self.held.get_mut(place) {
                held.settles().await;
            }
            let _again: Result<(), String> = self.finish(place).await;
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(PAUSE_MAX);
        self.still_here().await;
        for place in 0..self.held.len() {
            if self.held.get(place).is_some_and(|it| matches!(it.state, State::Untaken)) {
                self.hand_in(place).await;
            }
        }
    }

    /// Tells the server that what is under way is not forgotten.
    async fn still_here(&self) {
        for held in &self.held {
            if !matches!(held.state, State::Acknowledged) {
                acknowledge(&held.message, AckKind::Progress).await;
            }
        }
    }

    /// Brings what is under way to an end, and gives back what does not come to one.
    async fn let_go(&mut self) {
        let finishing = async {
            for place in 0..self.held.len() {
                if let Some(held) = self.held.get_mut(place) {
                    held.settles().await;
                }
                let _given_back: Result<(), String> = self.finish(place).await;
            }
        };
        let _late: Result<(), _> = timeout(LAST_ANSWERS_WITHIN, finishing).await;
        for held in self.held.drain(..) {
            if !matches!(held.state, State::Acknowledged) {
                acknowledge(&held.message, AckKind::Nak(None)).await;
            }
        }
    }
}

impl Held {
    /// Waits until a message on its way has arrived.
    async fn settles(&mut self) {
        if let State::Taken(became) = &mut self.state {
            self.state = match became.await {
                Ok(settled) => State::Settled(settled),
                Err(_panicked) => State::Untaken,
            };
        }
    }
}
