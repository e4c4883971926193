//! What was written to the customer: what was planned, what left and how that is known, and the very
//! bytes, where they are still kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{
    ActorId, Hash, Reference, ReminderId, date,
    dunning::{Channel, Event, Presentation, Reminder, Rendering},
};
use serde::Serialize;

/// Every message to the customer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reminders(BTreeMap<ReminderId, Written>);

#[derive(Debug, Clone, Default)]
struct Written {
    planned: Option<Box<Reminder>>,
    sent: Vec<Sent>,
    presented: Vec<Presented>,
}

#[derive(Debug, Clone, Serialize)]
struct Sent {
    #[serde(with = "date")]
    on: NaiveDate,
    channel: Channel,
    proof: Option<Reference>,
    rendering: Option<Rendering>,
    by: Option<ActorId>,
    #[serde(with = "date::option")]
    deadline: Option<NaiveDate>,
}

#[derive(Debug, Clone, Serialize)]
struct Presented {
    #[serde(with = "date")]
    on: NaiveDate,
    result: Presentation,
    proof: Option<Reference>,
    by: ActorId,
}

/// A message that left, or came near it. An object of the file's list.
#[derive(Debug, Serialize)]
struct Row<'a> {
    reminder: &'a ReminderId,
    planned: Option<&'a Reminder>,
    sent: Vec<SentRow<'a>>,
    presented: &'a [Presented],
}

#[derive(Debug, Serialize)]
struct SentRow<'a> {
    #[serde(flatten)]
    sent: &'a Sent,
    /// The bytes that left; none: see `missing`.
    file: Option<&'a str>,
    missing: Option<&'static str>,
}

pub(crate) const INDEX: &str = "reminders/index.json";
const MISSING: &str = "the bytes are not in the store of letters: erased, or never kept there";

impl Reminders {
    pub(crate) fn hear(&mut self, event: &Event) {
        match event {
            Event::ReminderPlanned(it) => {
                self.0.entry(it.reminder.clone()).or_default().planned = Some(it.clone());
            }
            Event::ReminderSent { reminder, on, channel, proof, rendering, by, deadline } => {
                self.0.entry(reminder.clone()).or_default().sent.push(Sent {
                    on: *on,
                    channel: *channel,
                    proof: proof.clone(),
                    rendering: rendering.clone(),
                    by: by.clone(),
                    deadline: *deadline,
                });
            }
            Event::ReminderPresented { reminder, on, result, proof, by } => {
                self.0.entry(reminder.clone()).or_default().presented.push(Presented {
                    on: *on,
                    result: *result,
                    proof: proof.clone(),
                    by: by.clone(),
                });
            }
            // They stand among the entries.
            Event::DunningPolicyAdopted(_)
            | Event::ReminderApproved { .. }
            | Event::ReminderWithdrawn { .. }
            | Event::SendStarted { .. }
            | Event::ReminderFailed { .. }
            | Event::ReminderUnknown { .. }
            | Event::ReminderRegretted { .. }
            | Event::ReminderUpheld { .. }
            | Event::ChargesCorrected { .. }
            | Event::ChargesWaived(_)
            | Event::ChargesRestored { .. }
            | Event::LadderChosen { .. }
            | Event::HoldPlaced(_)
            | Event::HoldLifted { .. }
            | Event::ContactLogged(_)
            | Event::SupplyBlockSet { .. }
            | Event::DunningExhausted { .. } => {}
        }
    }

    /// The hashes of what left.
    pub(crate) fn renderings(&self) -> impl Iterator<Item = Hash> + '_ {
        let sent = self.0.values().flat_map(|it| &it.sent);
        let all = sent.filter_map(|it| it.rendering.as_ref().map(|it| it.hash));
        all.collect::<BTreeSet<_>>().into_iter()
    }

    /// The list, of all that was sent, given the names of the files that are there.
    pub(crate) fn index(
        &self,
        files: &BTreeMap<Hash, String>,
    ) -> Result<Vec<u8>, serde_json::Error> {
        let file_of = |it: &Sent| files.get(&it.rendering.as_ref()?.hash).map(String::as_str);
        let sent = |it| {
            let file = file_of(it);
            let missing = (it.rendering.is_some() && file.is_none()).then_some(MISSING);
            SentRow { sent: it, file, missing }
        };
        let rows = self.0.iter().filter(|(_, it)| !it.sent.is_empty());
        let rows: Vec<_> = rows
            .map(|(reminder, it)| Row {
                reminder,
                planned: it.planned.as_deref(),
                sent: it.sent.iter().map(sent).collect(),
                presented: &it.presented,
            })
            .collect();
        crate::make::pretty(&rows)
    }
}

/// What a file of these bytes is called.
pub(crate) fn name(hash: Hash, bytes: &[u8]) -> String {
    let kind = match bytes {
        [b'%', b'P', b'D', b'F', ..] => "pdf",
        [b'{', ..] => "json",
        _ => "eml",
    };
    format!("reminders/{hash}.{kind}")
}

/// The hash that a file is called after; none if it is no letter.
pub(crate) fn hash_of(name: &str) -> Option<Hash> {
    let (stem, _) = name.strip_prefix("reminders/")?.split_once('.')?;
    stem.parse().ok()
}
