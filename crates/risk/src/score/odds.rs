//! From log-odds to a chance, in whole numbers: the same on every machine.

/// 1 / (1 + e^−x) for x = 0, ⅛, … 16, in thousand-millionths.
const LOGISTIC: [i64; 129] = [
    500_000_000,
    531_209_373,
    562_176_501,
    592_666_600,
    622_459_331,
    651_354_865,
    679_178_699,
    705_785_028,
    731_058_579,
    754_914_987,
    777_299_861,
    798_186_778,
    817_574_476,
    835_483_537,
    851_952_802,
    867_035_760,
    880_797_078,
    893_309_406,
    904_650_535,
    914_900_955,
    924_141_820,
    932_453_309,
    939_913_350,
    946_596_670,
    952_574_127,
    957_912_272,
    962_673_113,
    966_914_022,
    970_687_769,
    974_042_643,
    977_022_630,
    979_667_647,
    982_013_790,
    984_093_608,
    985_936_373,
    987_568_349,
    989_013_057,
    990_291_524,
    991_422_515,
    992_422_759,
    993_307_149,
    994_088_931,
    994_779_874,
    995_390_428,
    995_929_862,
    996_406_397,
    996_827_317,
    997_199_073,
    997_527_377,
    997_817_284,
    998_073_265,
    998_299_278,
    998_498_818,
    998_674_978,
    998_830_490,
    998_967_769,
    999_088_949,
    999_195_914,
    999_290_330,
    999_373_666,
    999_447_221,
    999_512_143,
    999_569_443,
    999_620_015,
    999_664_650,
    999_704_043,
    999_738_810,
    999_769_493,
    999_796_573,
    999_820_472,
    999_841_564,
    999_860_178,
    999_876_605,
    999_891_103,
    999_903_898,
    999_915_189,
    999_925_154,
    999_933_948,
    999_941_709,
    999_948_558,
    999_954_602,
    999_959_936,
    999_964_644,
    999_968_798,
    999_972_464,
    999_975_700,
    999_978_555,
    999_981_075,
    999_983_299,
    999_985_261,
    999_986_993,
    999_988_521,
    999_989_870,
    999_991_060,
    999_992_111,
    999_993_038,
    999_993_856,
    999_994_578,
    999_995_215,
    999_995_777,
    999_996_273,
    999_996_711,
    999_997_098,
    999_997_439,
    999_997_740,
    999_998_005,
    999_998_240,
    999_998_447,
    999_998_629,
    999_998_790,
    999_998_932,
    999_999_058,
    999_999_168,
    999_999_266,
    999_999_352,
    999_999_428,
    999_999_496,
    999_999_555,
    999_999_607,
    999_999_653,
    999_999_694,
    999_999_730,
    999_999_762,
    999_999_790,
    999_999_814,
    999_999_836,
    999_999_856,
    999_999_872,
    999_999_887,
];

/// All of it, in thousand-millionths.
const WHOLE: i64 = 1_000_000_000;
/// How far apart the points of the table are, in thousandths.
const STEP: i64 = 125;

/// The chance that belongs to log-odds in thousandths: 1 / (1 + e^(−x / 1000)), in parts per
/// million. Off by less than two, never falling, and never 0 or a million: nothing is certain.
///
/// Between two points of the table goes the cubic that has the slope p (1 − p) of the logistic
/// function at both.
pub fn chance_ppm(thousandths: i64) -> u32 {
    let far = thousandths.unsigned_abs().min(16_000);
    let far = i64::try_from(far).unwrap_or(16_000);
    let above = to_ppm(half(far)).clamp(500_000, 999_999);
    let chance = if thousandths < 0 { 1_000_000 - above } else { above };
    u32::try_from(chance).unwrap_or(0)
}

/// For 0 to 16,000 thousandths, in thousand-millionths.
fn half(thousandths: i64) -> i64 {
    let (place, n) = (thousandths / STEP, thousandths % STEP);
    let at = |place: i64| {
        let place = usize::try_from(place).ok();
        place.and_then(|it| LOGISTIC.get(it)).copied().unwrap_or(WHOLE)
    };
    let (from, to) = (at(place), at(place + 1));
    if n == 0 {
        return from;
    }
    // The slope over one step, which is an eighth.
    let climb = |p: i64| p * (WHOLE - p) / WHOLE / 8;
    let (left, right, d) = (climb(from), climb(to), STEP);
    let (n2, n3) = (n * n, n * n * n);
    let d3 = d * d * d;
    // Hermite's basis, times the cube of the step.
    let rises = (3 * d * n2 - 2 * n3) * (to - from);
    let bends = (n3 - 2 * d * n2 + d * d * n) * left + (n3 - d * n2) * right;
    from + (rises + bends) / d3
}

/// Rounded, halves upwards.
fn to_ppm(milliardths: i64) -> i64 {
    (milliardths + 500) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_odds_are_a_half_and_nine_to_one_is_nine_tenths() {
        assert_eq!(chance_ppm(0), 500_000);
        // ln 9 = 2.1972…
        assert_eq!(chance_ppm(2_197), 899_980);
        assert_eq!(chance_ppm(-2_197), 100_020);
        assert_eq!(chance_ppm(i64::MAX), 999_999);
        assert_eq!(chance_ppm(i64::MIN), 1);
    }

    #[test]
    fn it_is_the_logistic_function_and_never_falls() {
        let mut before = 0;
        for thousandths in -20_000..=20_000_i32 {
            let exactly = 1e6 / (1.0 + libm::exp(-f64::from(thousandths) / 1e3));
            let chance = chance_ppm(thousandths.into());
            assert!(
                (f64::from(chance) - exactly).abs() < 2.0,
                "{thousandths}: {chance}, {exactly}"
            );
            assert!(chance >= before, "{thousandths}: {chance} after {before}");
            before = chance;
        }
    }
}
