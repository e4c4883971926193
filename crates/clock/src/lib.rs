//! Which business days begin.
//!
//! Time is heard, never read: whoever runs the clock tells it the date, and the clock says whether
//! a business day begins. After days of silence only the present day is opened. What should have
//! happened in between happens late, once, and not all at once.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use decider::{Decider, Fold, Process};
use events::clock::Event;
use law::Calendar;
use serde::{Deserialize, Serialize};

/// The day that is open, for the tenant as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// The last business day that began.
    pub open: Option<NaiveDate>,
}

impl Fold for Days {
    type Fact = Event;

    fn evolve(&mut self, fact: &Event) {
        let Event::DayOpened { date } = fact;
        self.open = self.open.max(Some(*date));
    }
}

/// When business days begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Whose holidays.
    pub calendar: Calendar,
}

/// A request to open a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// It is this date now: a business day begins if it is one, and has not begun.
    Tick(NaiveDate),
    /// A person opens this day, whatever the calendar says.
    Open(NaiveDate),
}

/// Why a day is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Days only go forward.
    #[error("{asked} is before {open}, the day that is open; days only go forward")]
    Past {
        /// The day that was to be opened.
        asked: NaiveDate,
        /// The day that is open.
        open: NaiveDate,
    },
}

impl Decider for Policy {
    type State = Days;
    type Command = Command;
    type Event = Event;
    type Error = Refusal;

    fn decide(&self, days: &Days, command: Command) -> Result<Vec<Event>, Refusal> {
        let (date, by_hand) = match command {
            Command::Tick(date) => (date, false),
            Command::Open(date) => (date, true),
        };
        match days.open {
            Some(open) if open == date => Ok(Vec::new()),
            Some(open) if open > date && by_hand => Err(Refusal::Past { asked: date, open }),
            Some(open) if open > date => Ok(Vec::new()),
            _ if by_hand || self.calendar.is_business_day(date) => {
                Ok(vec![Event::DayOpened { date }])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn adopt(&mut self, _fact: &Event) -> bool {
        false
    }
}

impl Process for Policy {
    fn step(&self, _days: &Days, _today: NaiveDate) -> Option<Command> {
        None
    }

    fn wakes_on(&self, _days: &Days, _silent_on: NaiveDate) -> Option<NaiveDate> {
        None
    }
}
