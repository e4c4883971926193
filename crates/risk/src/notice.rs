//! What courts and registers publish about a customer.

use chrono::NaiveDate;
use events::{
    NoticeId, Reference, date,
    risk::{Event, Notice, NoticeKind},
};
use serde::{Deserialize, Serialize};

use crate::{
    Placed, Policy, Refusal, Risk, Subject,
    command::commands,
    input::{Said, is_new},
    policy::Answer,
};

commands! {
    /// A notice.
    NoticeData {
        /// The tenant's id for it, such as the gazette's number.
        notice_id: NoticeId,
        /// What it says.
        kind: NoticeKind,
        /// The day it was published.
        #[serde(with = "date")]
        publication_date: NaiveDate,
        /// The day it was decided; none: that of publication.
        #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
        judgment_date: Option<NaiveDate>,
        /// Who decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        court: Option<Reference>,
        /// Where it was published, such as `BODACC`.
        source: Reference,
    }

    /// A notice that is not so any more, or never was.
    LiftNotice {
        /// Which.
        notice_id: NoticeId,
        /// The first day on which it does not count.
        #[serde(with = "date")]
        lift_date: NaiveDate,
        /// Why.
        reason: Reference,
    }
}

impl NoticeData {
    fn notice(self) -> Notice {
        Notice {
            notice: self.notice_id,
            kind: self.kind,
            published_on: self.publication_date,
            judged_on: self.judgment_date,
            court: self.court,
            source: self.source,
        }
    }
}

/// A notice, and the first day on which it does not count, if it was lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownNotice {
    pub(crate) notice: Placed<Notice>,
    pub(crate) lifted_on: Option<NaiveDate>,
}

impl KnownNotice {
    /// The first day on which it counts and the first on which it does not.
    pub(crate) fn span(&self) -> (NaiveDate, Option<NaiveDate>) {
        (since(&self.notice), self.lifted_on)
    }

    fn holds_on(&self, on: NaiveDate) -> bool {
        let (from, ends) = self.span();
        from <= on && ends.is_none_or(|it| on < it)
    }
}

/// The day from which on it is so.
fn since(notice: &Notice) -> NaiveDate {
    notice.judged_on.unwrap_or(notice.published_on)
}

/// Whether it says how far a procedure has come, so that the next such notice takes its place.
fn is_a_stage(kind: NoticeKind) -> bool {
    match kind {
        NoticeKind::Safeguard
        | NoticeKind::Receivership
        | NoticeKind::Liquidation
        | NoticeKind::Plan
        | NoticeKind::ClosedForInsufficientAssets
        | NoticeKind::Closed => true,
        NoticeKind::StruckOff | NoticeKind::AccountsNotFiled | NoticeKind::Other => false,
    }
}

impl Said for NoticeData {
    fn check(&self, wrong: &mut dyn FnMut(&str, String)) {
        if let Some(on) = self.judgment_date.filter(|on| *on > self.publication_date) {
            wrong("judgment_date", format!("{on} is after {}", self.publication_date));
        }
    }

    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        let stated = self.notice();
        let known = risk.known_notice(&stated.notice).map(|it| &it.notice);
        let new = is_new(known, &stated, Subject::Notice, &stated.notice)?;
        Ok(if new { vec![Event::NoticePublished(Box::new(stated))] } else { Vec::new() })
    }
}

impl Said for LiftNotice {
    fn decide(self, _policy: &Policy, risk: &Risk) -> Answer {
        match risk.known_notice(&self.notice_id) {
            None => {
                Err(Refusal::NotFound { subject: Subject::Notice, id: self.notice_id.to_string() })
            }
            Some(known) if known.lifted_on.is_some() => Ok(Vec::new()),
            Some(_) => Ok(vec![Event::NoticeLifted {
                notice: self.notice_id,
                lifted_on: self.lift_date,
                reason: self.reason,
            }]),
        }
    }
}

impl Risk {
    fn known_notice(&self, id: &NoticeId) -> Option<&KnownNotice> {
        self.inputs.notices.iter().find(|it| it.notice.notice == *id)
    }

    /// The gravest notice in force on a day: how far the last procedure has come, unless it is
    /// closed, and what the registers say; of two as grave the younger one.
    pub fn notice_on(&self, on: NaiveDate) -> Option<&Placed<Notice>> {
        let in_force = || {
            let holding = self.inputs.notices.iter().filter(|it| it.holds_on(on));
            holding.map(|it| &it.notice)
        };
        // Of what was decided on one day the gravest stands.
        let stage = in_force().filter(|it| is_a_stage(it.kind));
        let stage = stage.max_by_key(|it| (since(it), it.kind.gravity()));
        let stage = stage.filter(|it| it.kind != NoticeKind::Closed);
        let others = in_force().filter(|it| !is_a_stage(it.kind));
        stage.into_iter().chain(others).max_by_key(|it| (it.kind.gravity(), since(it)))
    }

    pub(crate) fn notice_published(&mut self, it: &Notice) {
        let notice = Placed::new(it, self.place);
        self.inputs.notices.push(KnownNotice { notice, lifted_on: None });
    }

    pub(crate) fn notice_lifted(&mut self, id: &NoticeId, on: NaiveDate) {
        let known = self.inputs.notices.iter_mut().find(|it| it.notice.notice == *id);
        if let Some(known) = known {
            known.lifted_on = Some(on);
        }
    }
}
