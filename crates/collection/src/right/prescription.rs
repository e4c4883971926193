//! When a debt can no longer be sued for, and what interrupts or suspends that.
//!
//! An interruption wipes out the time that ran (C. civ. art. 2231): at once for an acknowledgement or
//! an enforcement, for as long as proceedings last for a lawsuit or a declared claim. A suspension
//! lets it stand still (art. 2230); after mediation, conciliation or the small-claims procedure at
//! least six months are left (art. 2238). A mere demand does neither. What has prescribed is not
//! revived.
//!
//! A part payment may be an acknowledgement; whether one is, a person says, by recording it.

use chrono::{Days, Months, NaiveDate};
use events::{
    InvoiceId,
    collection::{Act, ActKind, RightKind, RightSubject},
    date,
    risk::NoticeKind,
};
use law::Rule;

use super::{Counted, Running, Standing};
use crate::{Collection, Policy};

/// Something that happens to a prescription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Happens {
    /// What stopped it is over: it begins anew.
    Begins,
    /// It begins anew at once.
    BeginsAnew,
    /// A title was given: it has the longer time of titles from now on.
    Title,
    /// It goes on after it stood still.
    GoesOn,
    /// It stands still.
    StandsStill,
    /// It is wiped out for as long as something lasts.
    Stops,
}

/// How far a prescription has come.
enum Course {
    Runs(Counted),
    /// So many days were left.
    Still(Counted, u64),
    /// So many proceedings last.
    Stopped(u32),
}

impl Policy {
    pub(super) fn prescription(
        &self,
        collection: &Collection,
        today: NaiveDate,
        found: &mut Vec<Running>,
    ) {
        let rule = self.prescribes_by(collection);
        let acts = collection.acts();
        for item in collection.account().owed().items {
            let view = collection.account().invoice_view(item.invoice, NaiveDate::MAX);
            let Some(document) = view.and_then(|it| it.document) else { continue };
            let happenings = happenings(collection, &acts, item.invoice);
            let Some(course) = self.course(rule, document.due_on, &happenings) else { continue };
            let (counted, deadline) = match course {
                Course::Runs(it) => (it, true),
                Course::Still(it, _) => (it, false),
                // While proceedings last there is nothing to keep.
                Course::Stopped(_) => continue,
            };
            let deadline = deadline.then_some(counted.until);
            let lapsed = deadline.is_some_and(|it| it < today);
            found.push(Running {
                kind: RightKind::Prescription,
                subject: RightSubject::Invoice(item.invoice.clone()),
                counted_from: counted.from,
                rule: counted.rule,
                deadline,
                stake: vec![item.open],
                standing: if lapsed { Standing::Lapsed } else { Standing::Runs },
            });
        }
    }

    /// The prescription of what a customer owes: between businesses, of consumers, from carriage.
    fn prescribes_by(&self, collection: &Collection) -> Rule {
        let segment = collection.account().segment();
        let among = |all: &[events::Reference]| segment.is_some_and(|it| all.contains(it));
        if among(&self.rules().carriage_segments) {
            Rule::PrescriptionTransport
        } else if among(&self.rules().consumer_segments) {
            Rule::PrescriptionConsumer
        } else {
            Rule::Prescription
        }
    }

    /// How far it has come that began on a day; none where the law is not known.
    fn course(
        &self,
        rule: Rule,
        from: NaiveDate,
        happenings: &[(NaiveDate, Happens)],
    ) -> Option<Course> {
        let mut rule = rule;
        let mut course = Course::Runs(self.counted(rule, from)?);
        for &(on, happens) in happenings {
            course = match (course, happens) {
                // What has prescribed is not revived.
                (Course::Runs(it), _) if it.until < on => return Some(Course::Runs(it)),
                (_, Happens::Title) => {
                    rule = Rule::EnforcementOfTitle;
                    Course::Runs(self.counted(rule, on)?)
                }
                (Course::Runs(_), Happens::BeginsAnew) | (Course::Stopped(1), Happens::Begins) => {
                    Course::Runs(self.counted(rule, on)?)
                }
                (Course::Runs(it), Happens::StandsStill) => {
                    let left = u64::try_from((it.until - on).num_days()).unwrap_or(0);
                    Course::Still(it, left)
                }
                (Course::Still(..), Happens::BeginsAnew) => {
                    let it = self.counted(rule, on)?;
                    let left = u64::try_from((it.until - on).num_days()).unwrap_or(0);
                    Course::Still(it, left)
                }
                (Course::Still(it, left), Happens::GoesOn) => {
                    let rest = on.checked_add_days(Days::new(left));
                    let least = on.checked_add_months(Months::new(MONTHS_LEFT));
                    let until = rest.max(least).unwrap_or(date::LAST).min(date::LAST);
                    Course::Runs(Counted { until, ..it })
                }
                (Course::Runs(_) | Course::Still(..), Happens::Stops) => Course::Stopped(1),
                (Course::Stopped(count), Happens::Stops) => Course::Stopped(count + 1),
                (Course::Stopped(count), Happens::Begins) => Course::Stopped(count - 1),
                (course, _) => course,
            };
        }
        Some(course)
    }
}

/// What is left, at least, after mediation or the small-claims procedure (C. civ. art. 2238).
const MONTHS_LEFT: u32 = 6;

/// What happened to the prescription of a receivable, in order.
fn happenings(
    collection: &Collection,
    acts: &[&Act],
    invoice: &InvoiceId,
) -> Vec<(NaiveDate, Happens)> {
    let about = acts.iter().filter(|it| collection.is_about(it, invoice));
    let mut all: Vec<_> = about.filter_map(|it| Some((it.on, happens(it)?))).collect();
    // A claim that was declared interrupts until the procedure is closed.
    let declared = acts
        .iter()
        .find(|it| it.kind == ActKind::ClaimDeclared && collection.is_about(it, invoice));
    if let Some(declared) = declared {
        let notices = collection.dunning.risk().notices();
        let closed = notices.filter(|it| {
            matches!(it.kind, NoticeKind::Closed | NoticeKind::ClosedForInsufficientAssets)
                && it.published_on >= declared.on
        });
        all.extend(closed.map(|it| it.published_on).min().map(|on| (on, Happens::Begins)));
    }
    all.sort_unstable();
    all
}

const fn happens(act: &Act) -> Option<Happens> {
    Some(match act.kind {
        ActKind::Acknowledgement | ActKind::Enforcement | ActKind::OrderServed => {
            Happens::BeginsAnew
        }
        ActKind::Lawsuit | ActKind::ClaimDeclared => Happens::Stops,
        ActKind::LawsuitEnded => Happens::Begins,
        ActKind::Title | ActKind::OrderEnforceable => Happens::Title,
        ActKind::MediationBegun | ActKind::SmallClaimAccepted => Happens::StandsStill,
        ActKind::MediationEnded | ActKind::SmallClaimFailed => Happens::GoesOn,
        ActKind::FormalDemand
        | ActKind::OrderRequested
        | ActKind::OrderGranted
        | ActKind::OrderRefused
        | ActKind::OrderOpposed
        | ActKind::SmallClaimSent
        | ActKind::ReliefRequested
        | ActKind::ClaimAdmitted
        | ActKind::GoodsClaimed
        | ActKind::InsolvencyPlanAdopted
        | ActKind::InsolvencyPlanModified
        | ActKind::InsolvencyPlanResolved
        | ActKind::InsolvencyPlanCompleted
        | ActKind::IrrecoverabilityCertified
        | ActKind::DuplicateSent
        | ActKind::TaxRelieved
        | ActKind::InsurerNotified
        | ActKind::ExtensionAgreed
        | ActKind::InsurerHandedOver
        | ActKind::IndemnityClaimed
        | ActKind::IndemnityPaid
        | ActKind::GuaranteeCalled => return None,
    })
}
