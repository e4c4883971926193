//! What whoever carried a reminder says of it once it has left: handed over, refused, not fetched,
//! opened.
//!
//! None of it moves a level. A final demand counts from the day on which it is presented, also where
//! nobody takes it; one that the address was wrong for was never presented, and is a failure.

use chrono::NaiveDate;
use events::{
    ActorId, Reference, ReminderId,
    dunning::{Event, Presentation},
};
use serde::{Deserialize, Serialize};

use crate::{Dunning, RecordPresentation, Refusal, policy::Answer};

/// What is known of one presentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    /// When.
    pub on: NaiveDate,
    /// What came of it.
    pub result: Presentation,
    /// What proves it, such as the number on the slip that came back.
    pub proof: Option<Reference>,
    /// Who says so.
    pub by: ActorId,
}

impl Dunning {
    pub(crate) fn was_presented(&mut self, reminder: &ReminderId, it: Presented) {
        self.presented.entry(reminder.clone()).or_default().push(it);
    }

    pub(crate) fn record_presentation(&self, it: RecordPresentation) -> Answer {
        let reminder = it.reminder_id;
        let Some(sent) = self.sent.iter().find(|sent| sent.reminder.reminder == reminder) else {
            self.find(&reminder)?;
            return Err(Refusal::NotSent(reminder));
        };
        let on = it.present_date;
        if on < sent.on {
            return Err(Refusal::SentLater { reminder, sent_on: sent.on });
        }
        let said = Presented { on, result: it.result, proof: it.proof, by: it.recorded_by };
        if self.presented.get(&reminder).is_some_and(|known| known.contains(&said)) {
            return Ok(Vec::new());
        }
        let Presented { on, result, proof, by } = said;
        Ok(vec![Event::ReminderPresented { reminder, on, result, proof, by }])
    }
}
