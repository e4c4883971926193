//! How promptly a customer pays, as one number: our own index, in the manner of Dun & Bradstreet's
//! PAYDEX.
//!
//! Each payment has points by its days beyond terms, and the index is their average weighted by
//! amount: 80 is prompt, above is early, 50 is a month late. D&B's own number comes from payments
//! to many suppliers; this one comes from one ledger, so the two need not agree, and this one must
//! not be shown as D&B's.
//!
//! | days beyond terms | −30 | −20 | 0 | 15 | 22 | 30 | 60 | 90 | 120 |
//! |---|---|---|---|---|---|---|---|---|---|
//! | points | 100 | 90 | 80 | 70 | 60 | 50 | 40 | 30 | 20 |
//!
//! Source: docs.dnb.com from 80 downwards; dandb.com for the days before terms of 90 and 100, which
//! docs.dnb.com calls "discounts" and "anticipates". Between two points we draw a straight line, as
//! the chart of dandb.com does. Beyond 120 days nothing but "0 to 19" is published: we go on at the
//! pace of the last month, so that 180 days and more have no points.

use rust_decimal::Decimal;

/// A payment, or a part of one, that settled an amount so many days after it was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// In the smallest unit of the one currency that all payments have; not negative.
    pub amount_minor: i64,
    /// Negative when it came early.
    pub days_beyond_terms: i64,
}

/// Why there is no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// Nothing was paid.
    #[error("no index: nothing was paid")]
    NothingPaid,
    /// A payment of less than nothing, which would weigh the wrong way.
    #[error("no index: a payment of {amount_minor} is negative")]
    Negative {
        /// The amount.
        amount_minor: i64,
    },
    /// More payments than a ledger can hold.
    #[error("no index: the sums are out of range")]
    OutOfRange,
}

/// Days beyond terms and their points, from early to late.
const POINTS: &[(i64, i64)] = &[
    (-30, 100),
    (-20, 90),
    (0, 80),
    (15, 70),
    (22, 60),
    (30, 50),
    (60, 40),
    (90, 30),
    (120, 20),
    (180, 0),
];

/// The lines between the points climb by 1, 1/2, 2/3, 10/7, 5/4 and 1/3 a day: in these parts of a
/// point every whole day has a whole number, and the index is exact.
const PARTS: i64 = 84;

/// The index of payments, 0 to 100, rounded once to one decimal, halves upwards.
///
/// # Errors
///
/// [`NotComputable`]: an unknown payer is not a bad one.
pub fn index(payments: &[Payment]) -> Result<Decimal, NotComputable> {
    let (mut weighted, mut total) = (0_i128, 0_i128);
    for it in payments {
        if it.amount_minor < 0 {
            return Err(NotComputable::Negative { amount_minor: it.amount_minor });
        }
        let amount = i128::from(it.amount_minor);
        let product = amount * i128::from(parts(it.days_beyond_terms));
        weighted = weighted.checked_add(product).ok_or(NotComputable::OutOfRange)?;
        total += amount;
    }
    if total == 0 {
        return Err(NotComputable::NothingPaid);
    }
    // Twice the tenths and one, halved: to the nearest tenth.
    let divisor = total.checked_mul(i128::from(PARTS)).ok_or(NotComputable::OutOfRange)?;
    let twenty = weighted.checked_mul(20).ok_or(NotComputable::OutOfRange)?;
    let tenths = (twenty / divisor + 1) / 2;
    Decimal::try_from_i128_with_scale(tenths, 1).map_err(|_| NotComputable::OutOfRange)
}

/// The points of one payment, 0 to 100, rounded to two decimals, halves upwards: for the
/// explanation of an index, which is computed from exact points.
pub fn points(days_beyond_terms: i64) -> Decimal {
    let hundredths = (parts(days_beyond_terms) * 200 / PARTS + 1) / 2;
    Decimal::new(hundredths, 2)
}

/// The points in 84ths.
fn parts(days: i64) -> i64 {
    let mut earlier: Option<(i64, i64)> = None;
    for &(day, points) in POINTS {
        if days <= day {
            return match earlier {
                None => points * PARTS,
                Some((day_before, points_before)) => {
                    let fall = (points_before - points) * PARTS / (day - day_before);
                    points_before * PARTS - fall * (days - day_before)
                }
            };
        }
        earlier = Some((day, points));
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn paid(payments: &[(i64, i64)]) -> Vec<Payment> {
        let payment =
            |&(amount_minor, days_beyond_terms)| Payment { amount_minor, days_beyond_terms };
        payments.iter().map(payment).collect()
    }

    fn index_of(payments: &[(i64, i64)]) -> String {
        index(&paid(payments)).unwrap().to_string()
    }

    #[test]
    fn two_thirds_prompt_and_a_third_a_month_late_is_seventy() {
        assert_eq!(index_of(&[(10_000, 0), (5_000, 30)]), "70.0");
    }

    #[test]
    fn the_published_points_are_met() {
        for (days, expected) in [
            (-365, "100.00"),
            (-30, "100.00"),
            (-20, "90.00"),
            (0, "80.00"),
            (15, "70.00"),
            (22, "60.00"),
            (30, "50.00"),
            (60, "40.00"),
            (90, "30.00"),
            (120, "20.00"),
            (180, "0.00"),
            (i64::MAX, "0.00"),
            (i64::MIN, "100.00"),
        ] {
            assert_eq!(points(days).to_string(), expected, "{days} days");
        }
    }

    #[test]
    fn between_them_a_straight_line_is_drawn_as_on_the_published_chart() {
        for (days, expected) in
            [(-29, 99), (-25, 95), (-18, 89), (-16, 88), (-10, 85), (33, 49), (36, 48), (45, 45)]
        {
            assert_eq!(points(days), Decimal::from(expected), "{days} days");
        }
        assert_eq!(points(23).to_string(), "58.75");
        assert_eq!(points(16).to_string(), "68.57");
    }

    #[test]
    fn every_day_has_a_whole_number_of_parts() {
        for (left, right) in POINTS.iter().zip(POINTS.iter().skip(1)) {
            assert_eq!((left.1 - right.1) * PARTS % (right.0 - left.0), 0, "{left:?} {right:?}");
        }
    }

    #[test]
    fn who_never_paid_has_no_index() {
        assert_eq!(index(&[]), Err(NotComputable::NothingPaid));
        assert_eq!(index(&paid(&[(0, 90)])), Err(NotComputable::NothingPaid));
        let error = index(&paid(&[(10, 0), (-1, 0)])).unwrap_err();
        assert_eq!(error.to_string(), "no index: a payment of -1 is negative");
    }

    #[test]
    fn halves_go_upwards() {
        // 80 and, for a day early, 80.5: 80.25 on average.
        assert_eq!(index_of(&[(2, 0), (2, -1)]), "80.3");
    }

    #[test]
    fn an_index_of_the_largest_amounts_is_still_exact() {
        assert_eq!(index_of(&[(i64::MAX, 0), (i64::MAX, 30)]), "65.0");
    }

    proptest! {
        #[test]
        fn a_payment_that_comes_later_never_improves_the_index(
            payments in vec((1_i64..=i64::MAX, -60_i64..240), 1..20),
            which in any::<prop::sample::Index>(),
            later in 0_i64..200,
        ) {
            let before = index(&paid(&payments)).unwrap();
            let mut payments = payments;
            let which = which.index(payments.len());
            payments[which].1 += later;
            prop_assert!(index(&paid(&payments)).unwrap() <= before);
        }

        #[test]
        fn the_index_is_between_the_worst_and_the_best_payment(
            payments in vec((1_i64..1_000_000_000, -60_i64..240), 1..20),
        ) {
            let index = index(&paid(&payments)).unwrap();
            let points = || payments.iter().map(|(_, days)| points(*days));
            let tolerance = Decimal::new(6, 2);
            prop_assert!(index >= points().min().unwrap() - tolerance);
            prop_assert!(index <= points().max().unwrap() + tolerance);
        }

        #[test]
        fn neither_the_order_nor_the_unit_matters(
            payments in vec((1_i64..1_000_000_000, -60_i64..240), 1..20),
        ) {
            let before = index(&paid(&payments)).unwrap();
            let other: Vec<_> =
                payments.iter().rev().map(|(amount, days)| (amount * 100, *days)).collect();
            prop_assert_eq!(index(&paid(&other)).unwrap(), before);
        }
    }
}
