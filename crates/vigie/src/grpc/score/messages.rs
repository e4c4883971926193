//! Scores, as messages.

use ::risk::{Review, Risk};
use api::risk::{self as proto, flip::Change};
use chrono::NaiveDate;
use events::{
    CustomerId, Sequence,
    risk::{Chances, Flip, Reason, Scored},
};

use crate::grpc::{fields::day, words::Word};

#[expect(clippy::float_arithmetic, reason = "the contract says probabilities as doubles")]
fn chances(it: Chances) -> proto::Chances {
    let share = |ppm: u32| f64::from(ppm) / 1e6;
    proto::Chances {
        late: share(it.late),
        late15: share(it.late15),
        late30: share(it.late30),
        days: f64::from(it.days) / 100.0,
    }
}

fn reason(it: &Reason) -> proto::Reason {
    proto::Reason {
        measure: it.measure.name().to_owned(),
        value: it.value,
        points: it.points,
        sequence: it.at,
    }
}

fn flip(it: &Flip) -> proto::Flip {
    let (change, grade) = match it {
        Flip::Paid { invoices, grade } => {
            let invoice_ids = invoices.iter().map(ToString::to_string).collect();
            (Change::Paid(proto::flip::Paid { invoice_ids }), grade)
        }
        Flip::Moved { measure, to, grade } => {
            let measure = measure.name().to_owned();
            (Change::Moved(proto::flip::Moved { measure, value: *to }), grade)
        }
    };
    proto::Flip { change: Some(change), grade: grade.number() }
}

pub(super) fn score(sequence: Sequence, it: &Scored) -> proto::Score {
    proto::Score {
        scorecard: it.scorecard.to_string(),
        score_date: Some(day(it.scored_on)),
        points: it.sum.points,
        grade: it.grade.number(),
        grade_since_date: Some(day(it.grade_since)),
        earned_grade: it.earned.map_or(0, Word::number),
        capped_by: it.capped_by.map(|it| it.name().to_owned()).unwrap_or_default(),
        chances: Some(chances(it.chances)),
        base_points: it.base,
        reasons: it.reasons.iter().map(reason).collect(),
        better: it.better.as_ref().map(flip),
        worse: it.worse.as_ref().map(flip),
        sequence: sequence.0,
    }
}

pub(super) fn line(
    customer: &CustomerId,
    risk: &Risk,
    review: Option<Review>,
    on: NaiveDate,
) -> Option<proto::ScoreLine> {
    let it = risk.standing()?;
    Some(proto::ScoreLine {
        customer_id: customer.to_string(),
        grade: it.grade.number(),
        previous_grade: it.grade_before.map_or(0, Word::number),
        grade_since_date: Some(day(it.grade_since)),
        points: it.sum.points,
        chances: Some(chances(it.chances())),
        shadow_grade: risk.shadow().map_or(0, |it| it.grade.number()),
        review_due_date: review.map(|it| day(it.due_on)),
        review_overdue: review.is_some_and(|it| it.is_overdue(on)),
    })
}
