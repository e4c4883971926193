//! What holds and was not said is raised; what was said and no longer holds is cleared.
//!
//! Nothing flaps. What is measured, such as the use of a limit, must fall well below its threshold
//! before its alert is cleared. A condition that comes back within `flap_days` of the clearing raises
//! the same alert again, under the same id, and that one then stays for `flap_days` at least: so a
//! condition that comes and goes is told twice in that time and not more often.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use events::alerts::{Clearing, Event, Kind, Subject};

use crate::{Alerts, Condition, Policy, state::Known};

/// So many alerts of one kind a customer has at a time: nobody reads more, and all that is said of a
/// customer at once stands in one entry. Others follow when some of these are cleared.
pub const EACH_KIND_MAX: usize = 100;

impl Policy {
    /// What is to be said today, one at a time: first what is over.
    pub(crate) fn next(&self, alerts: &Alerts, today: NaiveDate) -> Option<Event> {
        let conditions = self.conditions(alerts, today);
        let by_subject: BTreeMap<(Kind, &Subject), &Condition> =
            conditions.iter().map(|it| ((it.kind, &it.subject), it)).collect();
        for known in alerts.all().filter(|it| it.is_up()) {
            let condition = by_subject.get(&(known.alert.kind, &known.alert.subject)).copied();
            if let Some(why) = self.over(known, condition, today) {
                return Some(Event::AlertCleared {
                    alert: known.alert.alert.clone(),
                    kind: known.alert.kind,
                    severity: known.alert.severity,
                    on: today,
                    why,
                });
            }
        }
        let holds = |it: &&Condition| self.raises(it.kind) && it.holds_on(today);
        conditions.iter().filter(holds).find_map(|it| self.raise(alerts, it, today))
    }

    fn raise(&self, alerts: &Alerts, condition: &Condition, today: NaiveDate) -> Option<Event> {
        let known = alerts.known(condition.kind, &condition.subject);
        if known.is_some_and(Known::is_up) {
            return None;
        }
        let of_kind = alerts.said.get(&condition.kind);
        let up = of_kind.map_or(0, |it| it.values().filter(|it| it.is_up()).count());
        if up >= EACH_KIND_MAX {
            return None;
        }
        let again = known.is_some_and(|it| {
            it.cleared.is_some_and(|it| self.flap_ends(it.on).is_none_or(|end| today < end))
        });
        let count = known.map_or(0, |it| it.count);
        let count = if again { count } else { count.saturating_add(1) };
        let alert = self.alert(alerts, condition, today, count, again);
        Some(Event::AlertRaised(Box::new(alert)))
    }

    /// Why an alert is to be cleared, if it is.
    fn over(
        &self,
        known: &Known,
        condition: Option<&Condition>,
        today: NaiveDate,
    ) -> Option<Clearing> {
        if !self.raises(known.alert.kind) {
            return Some(Clearing::PolicyChanged);
        }
        let why = match condition {
            Some(it) if it.holds_on(today) => return None,
            Some(it) if it.until.is_some_and(|until| until <= today) => Clearing::Lapsed,
            // It may hold again later, of something else: of the next invoice, the next review.
            Some(_) | None => Clearing::Ended,
        };
        let stays = self.stays_until(known).is_some_and(|until| today < until);
        (!stays).then_some(why)
    }

    /// The first day on which an alert that came back may be cleared.
    fn stays_until(&self, known: &Known) -> Option<NaiveDate> {
        if known.alert.again { self.flap_ends(known.alert.raised_on) } else { None }
    }

    fn flap_ends(&self, from: NaiveDate) -> Option<NaiveDate> {
        from.checked_add_days(Days::new(self.rules().flap_days.into()))
    }

    /// The first day after one on which something else may hold, if nothing happens.
    pub(crate) fn turns_after(&self, alerts: &Alerts, day: NaiveDate) -> Option<NaiveDate> {
        let conditions = self.conditions(alerts, day);
        let turns = conditions.iter().flat_map(|it| [Some(it.from), it.until]);
        let stays = alerts.all().filter(|it| it.is_up()).map(|it| self.stays_until(it));
        let at_stake = self.credit().turns_after(&alerts.risk, day);
        // What counts from a later day may change how the customer pays.
        let ahead = alerts.risk.account().latest_on().filter(|it| *it > day);
        let tomorrow = ahead.and_then(|_| day.succ_opt());
        turns.chain(stays).chain([at_stake, tomorrow]).flatten().filter(|it| *it > day).min()
    }
}
