use proptest::{collection::vec, prelude::*};

use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn matrix(rates: &[&str]) -> Result<Matrix, Refused> {
    Matrix::try_new(rates.iter().map(|it| decimal(it)).collect())
}

fn eur(minor: &[i64]) -> Vec<Money> {
    minor.iter().map(|it| Money::new(*it, Currency::EUR)).collect()
}

fn apply(matrix: &Matrix, minor: &[i64]) -> Result<Provision, Refused> {
    matrix.apply(&eur(minor), Currency::EUR, Rounding::HalfUp)
}

fn outlook(from: &str, factor: &str) -> Outlook {
    Outlook::try_new(from.parse().unwrap(), decimal(factor)).unwrap()
}

#[test]
fn thirty_million_lose_five_hundred_and_eighty_thousand_in_the_example_of_the_standard() {
    let matrix = matrix(&["0.003", "0.016", "0.036", "0.066", "0.106"]).unwrap();
    let gross = [15_000_000, 7_500_000, 4_000_000, 2_500_000, 1_000_000].map(|it| it * 100);
    let provision = apply(&matrix, &gross).unwrap();
    let losses: Vec<_> = provision.buckets.iter().map(|it| it.allowance.minor() / 100).collect();
    assert_eq!(losses, [45_000, 120_000, 144_000, 165_000, 106_000]);
    assert_eq!(provision.allowance.to_string(), "580000.00 EUR");
    assert_eq!(provision.gross.to_string(), "30000000.00 EUR");
}

#[test]
fn the_total_is_the_sum_of_what_is_shown() {
    let matrix = matrix(&["0.005", "0.005"]).unwrap();
    let provision = apply(&matrix, &[100, 100]).unwrap();
    let shown: Vec<_> = provision.buckets.iter().map(|it| it.allowance.minor()).collect();
    assert_eq!((shown, provision.allowance.minor()), (vec![1, 1], 2));
    let down = matrix.apply(&eur(&[100, 100]), Currency::EUR, Rounding::Down).unwrap();
    assert_eq!(down.allowance.minor(), 0);
}

#[test]
fn what_is_no_rate_and_no_balance_of_these_buckets_is_refused() {
    assert_eq!(matrix(&[]), Err(Refused::NoBucket));
    for rate in ["-0.1", "1.000001", "0.0000001"] {
        assert_eq!(matrix(&["0.1", rate]), Err(Refused::Rate { rate: decimal(rate) }));
    }
    assert!(matrix(&["0", "1", "1.0000000", "0.1000000"]).is_ok());
    let two = matrix(&["0.1", "0.2"]).unwrap();
    assert_eq!(apply(&two, &[1]), Err(Refused::Buckets { given: 1, expected: 2 }));
    assert_eq!(apply(&two, &[1, -1]), Err(Refused::Negative { bucket: 1, minor: -1 }));
    let dollars = two.apply(&eur(&[1, 1]), Currency::USD, Rounding::HalfUp);
    assert!(dollars.unwrap_err().to_string().contains("without a rate"));
}

#[test]
fn a_rate_is_what_rolls_through_every_older_bucket_and_is_lost_at_the_end() {
    let months = [vec![1_000, 200, 100], vec![1_000, 300, 50], vec![1_200, 100, 150]];
    let rolls = roll_rates(&months).unwrap();
    // 300 and 100 of twice 1 000; 50 and 150 of 200 and 300.
    let rates: Vec<_> = rolls.iter().map(RollRate::rate).collect();
    assert_eq!(rates, ["0.2", "0.4"].map(decimal));
    assert_eq!((rolls[1].left_minor(), rolls[1].arrived_minor()), (500, 200));
    let matrix = Matrix::from_roll_rates(&rolls, decimal("0.5")).unwrap();
    assert_eq!(matrix.rates(), ["0.04", "0.2", "0.5"].map(decimal));
}

#[test]
fn no_more_rolls_on_than_there_was() {
    let rolls = roll_rates(&[vec![100, 0], vec![0, 130]]).unwrap();
    assert_eq!((rolls[0].rate(), rolls[0].arrived_minor()), (Decimal::ONE, 130));
}

#[test]
fn a_history_that_tells_nothing_gives_no_rates() {
    assert_eq!(roll_rates(&[]), Err(Refused::TooFewMonths));
    assert_eq!(roll_rates(&[vec![1, 1]]), Err(Refused::TooFewMonths));
    assert_eq!(roll_rates(&[vec![1], vec![1]]), Err(Refused::TooFewBuckets));
    let uneven = [vec![1, 1], vec![1, 1, 1]];
    assert_eq!(roll_rates(&uneven), Err(Refused::Buckets { given: 3, expected: 2 }));
    let negative = [vec![1, 1], vec![1, -1]];
    assert_eq!(roll_rates(&negative), Err(Refused::Negative { bucket: 1, minor: -1 }));
    let empty = [vec![1, 0, 1], vec![1, 0, 1], vec![1, 1, 1]];
    assert_eq!(roll_rates(&empty), Err(Refused::NothingRolled { bucket: 1 }));
    let rolls = roll_rates(&[vec![1, 1], vec![1, 1]]).unwrap();
    let error = Matrix::from_roll_rates(&rolls, decimal("1.5")).unwrap_err();
    assert!(error.to_string().starts_with("1.5 is no loss rate"));
}

#[test]
fn what_is_foreseen_holds_from_its_day_until_the_next() {
    let outlooks = [outlook("2026-07-01", "1.5"), outlook("2026-01-01", "1.2")];
    let on = |day: &str| Outlook::on(&outlooks, day.parse().unwrap()).map(Outlook::factor);
    assert_eq!(on("2025-12-31"), None);
    assert_eq!(on("2026-01-01"), Some(decimal("1.2")));
    assert_eq!(on("2026-06-30"), Some(decimal("1.2")));
    assert_eq!(on("2026-07-01"), Some(decimal("1.5")));
    let corrected = [outlook("2026-01-01", "1.2"), outlook("2026-01-01", "1.3")];
    let day = "2026-01-02".parse().unwrap();
    assert_eq!(Outlook::on(&corrected, day).map(Outlook::factor), Some(decimal("1.3")));
}

#[test]
fn nobody_loses_more_than_everything() {
    let worse = matrix(&["0.04", "0.2", "0.9"]).unwrap();
    let worse = worse.looking_forward(&outlook("2026-01-01", "1.5"));
    assert_eq!(worse.rates(), ["0.06", "0.3", "1"].map(decimal));
    let day = "2026-01-01".parse().unwrap();
    for factor in ["-0.1", "100.1"] {
        let factor = decimal(factor);
        assert_eq!(Outlook::try_new(day, factor), Err(Refused::Factor { factor }));
    }
}

fn any_rates() -> impl Strategy<Value = Matrix> {
    vec(0_i64..=1_000_000, 1..8)
        .prop_map(|it| Matrix::try_new(it.into_iter().map(|it| Decimal::new(it, 6)).collect()))
        .prop_map(Result::unwrap)
}

proptest! {
    #[test]
    fn buckets_add_up_and_none_loses_more_than_it_has(
        matrix in any_rates(),
        balances in vec(0_i64..1_000_000_000_000_000, 8),
    ) {
        let balances = &balances[..matrix.rates().len()];
        let provision = apply(&matrix, balances).unwrap();
        let allowances: i64 = provision.buckets.iter().map(|it| it.allowance.minor()).sum();
        prop_assert_eq!(provision.allowance.minor(), allowances);
        prop_assert_eq!(provision.gross.minor(), balances.iter().sum::<i64>());
        for it in &provision.buckets {
            prop_assert!(0 <= it.allowance.minor() && it.allowance.minor() <= it.gross.minor());
        }
    }

    #[test]
    fn an_older_bucket_never_has_a_lower_rate(
        months in vec(vec(1_i64..=i64::MAX, 5), 2..24),
        last_loss in 0_i64..=1_000_000,
    ) {
        let rolls = roll_rates(&months).unwrap();
        let matrix = Matrix::from_roll_rates(&rolls, Decimal::new(last_loss, 6)).unwrap();
        prop_assert_eq!(matrix.rates().len(), 5);
        prop_assert!(matrix.rates().is_sorted());
        prop_assert_eq!(Matrix::try_new(matrix.rates().to_vec()), Ok(matrix));
    }

    #[test]
    fn a_darker_outlook_never_lowers_a_rate_and_an_unchanged_one_changes_none(
        matrix in any_rates(),
        factor in 0_i64..=50_000,
        more in 0_i64..=50_000,
    ) {
        let under = |factor| {
            let day = "2026-01-01".parse().unwrap();
            matrix.looking_forward(&Outlook::try_new(day, Decimal::new(factor, 3)).unwrap())
        };
        let (lighter, darker) = (under(factor), under(factor + more));
        prop_assert!(lighter.rates().iter().zip(darker.rates()).all(|(left, right)| left <= right));
        prop_assert_eq!(under(1_000), matrix.clone());
    }
}
