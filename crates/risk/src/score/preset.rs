//! The scorecard of a tenant that has promoted none: what credit managers expect of each figure,
//! before there is a history to learn it from.
//!
//! The base is an ordinary payer: about what large companies report of themselves, 45 % late, 20 %
//! more than 15 days and 12 % more than 30 days late. The other weights are our own judgement and
//! are meant to be replaced: `vigie risk calibrate` learns them from the tenant's own history. An
//! overdue item weighs more than the same item paid late, so that paying always helps.
//!
//! Points follow from the odds of a payment more than 15 days late: 20 points more halve them, and
//! 500 points are even odds. Grade A is at most 5 %, B 12 %, C 25 %, D 50 %.

use events::{
    Reference,
    risk::{Bin, Cap, Characteristic, Grade, Measure, Scorecard, Weights},
};

/// Its name; another version has another one.
const NAME: Reference = Reference::literal("preset-1");

/// Even odds of a payment more than 15 days late.
const EVEN: i32 = 500;

/// The weights of late, late15 and late30 in thousandths of log-odds, and hundredths of a day.
type Odds = [i32; 4];

/// Up to which value, exclusive, what is expected.
type Row = (i64, Odds);

/// Beyond all that is named.
const REST: i64 = i64::MAX;

#[rustfmt::skip]
const CHARACTERISTICS: &[(Measure, &[Row])] = &[
    (Measure::LateShare, &[
        (150, [-1500, -1000, -800, -500]), (300, [-800, -600, -500, -300]), (500, [0, 0, 0, 0]),
        (700, [700, 400, 300, 300]), (REST, [1500, 800, 600, 600]),
    ]),
    (Measure::Late30Share, &[
        (60, [0, -500, -900, -200]), (150, [0, 0, 0, 0]), (300, [200, 600, 900, 500]),
        (REST, [400, 1200, 1700, 1200]),
    ]),
    (Measure::LastDaysBeyondTerms, &[
        (1, [-500, -300, -200, -150]), (16, [100, 0, 0, 50]), (31, [200, 300, 200, 200]),
        (REST, [250, 450, 600, 450]),
    ]),
    (Measure::Trend, &[
        (500, [0, 0, 0, 0]), (1500, [150, 200, 200, 150]), (REST, [300, 400, 500, 300]),
    ]),
    (Measure::OldestOverdue, &[
        (1, [0, 0, 0, 0]), (16, [400, 300, 200, 200]), (31, [800, 900, 700, 600]),
        (61, [1000, 1300, 1400, 1300]), (REST, [1200, 1800, 2200, 2400]),
    ]),
    (Measure::BrokenPromises, &[
        (1, [0, 0, 0, 0]), (2, [300, 400, 500, 300]), (REST, [500, 800, 1000, 700]),
    ]),
    (Measure::Bounced, &[
        (1, [0, 0, 0, 0]), (2, [300, 400, 500, 300]), (REST, [500, 800, 1000, 700]),
    ]),
    (Measure::Utilisation, &[
        (800, [0, 0, 0, 0]), (1001, [100, 150, 150, 100]), (REST, [200, 300, 350, 250]),
    ]),
    (Measure::Drop, &[
        (500, [0, 0, 0, 0]), (REST, [100, 200, 300, 150]),
    ]),
    (Measure::Rating, &[
        (2, [-200, -400, -500, -200]), (3, [-100, -200, -250, -100]), (4, [0, 0, 0, 0]),
        (5, [200, 400, 500, 300]), (REST, [400, 900, 1200, 700]),
    ]),
    (Measure::AltmanZ, &[
        (1_100, [200, 500, 700, 400]), (2_601, [0, 0, 0, 0]), (REST, [-100, -250, -350, -150]),
    ]),
    (Measure::ConanHolder, &[
        (4_000, [150, 300, 400, 250]), (9_001, [0, 0, 0, 0]), (REST, [-80, -150, -200, -100]),
    ]),
    (Measure::Referenced, &[
        (1, [-200, -200, -200, -150]), (16, [0, 0, 0, 0]), (31, [200, 300, 300, 200]),
        (REST, [300, 600, 800, 500]),
    ]),
    (Measure::Opinion, &[
        (-25, [900, 1200, 1200, 700]), (-5, [400, 520, 520, 300]), (6, [0, 0, 0, 0]),
        (26, [-400, -520, -520, -300]), (REST, [-900, -1200, -1200, -700]),
    ]),
    (Measure::Notice, &[
        (1, [0, 0, 0, 0]), (2, [800, 1200, 1500, 1200]), (3, [1500, 2500, 3000, 2500]),
        (REST, [2500, 3500, 4500, 4000]),
    ]),
];

/// Log-odds in thousandths, as points: 20 for a doubling, 20 / ln 2 = 28.854 for a whole.
const fn points(late15: i32) -> i32 {
    -(late15 * 28_854) / 1_000_000
}

const fn weights([late, late15, late30, days]: Odds) -> Weights {
    Weights { points: points(late15), late, late15, late30, days }
}

pub(crate) fn preset() -> Scorecard {
    let bin = |(below, odds): &Row| {
        let below = (*below != REST).then_some(*below);
        Bin { below, weights: weights(*odds) }
    };
    let characteristics = CHARACTERISTICS.iter().map(|(measure, rows)| Characteristic {
        measure: *measure,
        unknown: Weights::default(),
        bins: rows.iter().map(bin).collect(),
    });
    let base = weights([-200, -1386, -1992, 900]);
    Scorecard {
        scorecard: NAME,
        base: Weights { points: EVEN + base.points, ..base },
        characteristics: characteristics.collect(),
        grades: [585, 557, 532, EVEN],
        caps: vec![
            Cap { measure: Measure::Notice, from: 1, grade: Grade::D },
            Cap { measure: Measure::Notice, from: 2, grade: Grade::E },
            Cap { measure: Measure::OldestOverdue, from: 91, grade: Grade::D },
        ],
        up_buffer: 5,
        up_after_days: 30,
    }
}
