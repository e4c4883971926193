//! The rows: what each scale means, since when, until when, and who says so.

use chrono::NaiveDate;

use super::{Grade, Scale};

/// Goes up by one with every change of a row, so that a grade given once can be explained later.
pub const VERSION: u32 = 1;

/// What a scale means between two days.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The scale.
    pub scale: Scale,
    /// The first day, none for as far back as the scale goes.
    pub from: Option<NaiveDate>,
    /// The last day, none while it is in force.
    pub until: Option<NaiveDate>,
    /// What its values mean.
    pub meaning: Meaning,
    /// How the agency writes that it gives no rating.
    pub not_given: &'static [&'static str],
    /// Where the values were published, and what we added.
    pub source: &'static str,
}

/// What the values of a scale mean.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// Whole numbers: each has the grade of the last step that it reaches.
    Numbers {
        /// From which number on, upwards, which grade. The first is the lowest of the scale.
        steps: &'static [(u8, Grade)],
        /// The highest of the scale.
        highest: u8,
    },
    /// Codes, which may stand after one letter of company size that says nothing of the risk.
    Codes {
        /// The letters that may stand before.
        letters: &'static str,
        /// Each code, the best first.
        codes: &'static [(&'static str, Grade)],
    },
}

impl Row {
    pub(super) fn in_force(&self, on: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }

    pub(super) fn not_given(&self, raw: &str) -> Option<&'static str> {
        let bare = self.meaning.without_letter(raw);
        self.not_given.iter().copied().find(|it| *it == raw || *it == bare)
    }

    pub(super) fn grade(&self, raw: &str) -> Option<Grade> {
        match self.meaning {
            Meaning::Numbers { steps, highest } => {
                let number = whole_number(raw).filter(|it| *it <= highest)?;
                steps.iter().rev().find(|(from, _)| *from <= number).map(|(_, grade)| *grade)
            }
            Meaning::Codes { codes, .. } => {
                let bare = self.meaning.without_letter(raw);
                codes.iter().find(|(code, _)| *code == bare).map(|(_, grade)| *grade)
            }
        }
    }
}

impl Meaning {
    fn without_letter(self, raw: &str) -> &str {
        match self {
            Meaning::Numbers { .. } => raw,
            Meaning::Codes { letters, .. } => {
                raw.strip_prefix(|it| letters.contains(it)).map_or(raw, str::trim_start)
            }
        }
    }
}

/// Digits only: "7O", "+70", "70.5" and "" are no whole numbers.
fn whole_number(raw: &str) -> Option<u8> {
    let digits = raw.bytes().all(|it| it.is_ascii_digit());
    if digits { raw.parse().ok() } else { None }
}

const LAST_OLD_DAY: NaiveDate = NaiveDate::from_ymd_opt(2022, 1, 7).expect("a day of January");
const FIRST_NEW_DAY: NaiveDate = NaiveDate::from_ymd_opt(2022, 1, 8).expect("a day of January");

/// From A, more than 750 million euros of sales a year, to M; N not significant, X not known.
const ACTIVITY: &str = "ABCDEFGHIJKLMNX";

/// Every row. Rows of one scale do not overlap in time.
pub static REGISTRY: &[Row] = &[
    Row {
        scale: Scale::CreditsafeFrance,
        from: None,
        until: None,
        meaning: Meaning::Numbers {
            steps: &[(0, Grade::E), (21, Grade::D), (30, Grade::C), (51, Grade::B), (71, Grade::A)],
            highest: 100,
        },
        not_given: &["NC"],
        source: "bands of lesbilans.com (FAQ) and help.creditsafe.com: 71-100 very low risk, 51-70 \
                 low, 30-50 moderate, 21-29 high, 1-20 very high, 0 failed; one grade per band, 0 \
                 with the last",
    },
    Row {
        scale: Scale::BanqueDeFrance,
        from: None,
        until: Some(LAST_OLD_DAY),
        meaning: Meaning::Codes {
            letters: ACTIVITY,
            codes: &[
                ("3++", Grade::A),
                ("3+", Grade::A),
                ("3", Grade::A),
                ("4+", Grade::A),
                ("4", Grade::B),
                ("5+", Grade::C),
                ("5", Grade::D),
                ("6", Grade::D),
                ("7", Grade::D),
                ("8", Grade::E),
                ("9", Grade::E),
                ("P", Grade::E),
            ],
        },
        not_given: &["0"],
        source: "13 codes: juristique.org, bonds-and-shares.com; 4+ fairly strong, 6 very weak: \
                 entreprises.banque-france.fr; 4 correct, 5+ fairly weak: revue-banque.fr, \
                 28 December 2021; grouping into grades is ours",
    },
    Row {
        scale: Scale::BanqueDeFrance,
        from: Some(FIRST_NEW_DAY),
        until: None,
        meaning: Meaning::Codes {
            letters: ACTIVITY,
            codes: &[
                ("1+", Grade::A),
                ("1", Grade::A),
                ("1-", Grade::A),
                ("2+", Grade::A),
                ("2", Grade::A),
                ("2-", Grade::A),
                ("3+", Grade::B),
                ("3", Grade::B),
                ("3-", Grade::B),
                ("4+", Grade::B),
                ("4", Grade::C),
                ("4-", Grade::C),
                ("5+", Grade::C),
                ("5", Grade::D),
                ("5-", Grade::D),
                ("6+", Grade::D),
                ("6", Grade::E),
                ("6-", Grade::E),
                ("7", Grade::E),
                ("8", Grade::E),
                ("P", Grade::E),
            ],
        },
        not_given: &["0"],
        source: "22 codes: polesocietes.com; an old 4 is a new 3+ to 4+, a new 4 is an old 5+: \
                 revue-banque.fr, 28 December 2021; grouping into grades is ours, so that a company \
                 whose situation did not change keeps its grade across that day",
    },
    Row {
        scale: Scale::Paydex,
        from: None,
        until: None,
        meaning: Meaning::Numbers {
            steps: &[(0, Grade::E), (20, Grade::D), (50, Grade::C), (70, Grade::B), (80, Grade::A)],
            highest: 100,
        },
        not_given: &["UN"],
        source: "docs.dnb.com: 80 prompt, 70 is 15 days late, 50 is 30, 20 is 120; dandb.com: 80-100 \
                 low risk, 50-79 medium, 0-49 high; the split of medium at 70 and of high at 20 is \
                 ours",
    },
    Row {
        scale: Scale::DnbFailureClass,
        from: None,
        until: None,
        meaning: Meaning::Numbers {
            steps: &[(1, Grade::A), (2, Grade::B), (3, Grade::C), (4, Grade::D), (5, Grade::E)],
            highest: 5,
        },
        not_given: &["0"],
        source: "dnb.com: five classes, 1 the lowest probability of failure, and 0 where no score is \
                 computed; one grade per class is ours",
    },
    Row {
        scale: Scale::DnbFailurePercentile,
        from: None,
        until: None,
        meaning: Meaning::Numbers {
            steps: &[(1, Grade::E), (2, Grade::D), (34, Grade::C), (69, Grade::B), (95, Grade::A)],
            highest: 100,
        },
        not_given: &["0"],
        source: "support.dandb.com: percentiles of the five classes, 95-100, 69-94, 34-68, 2-33, 1; \
                 graded like their classes",
    },
    Row {
        scale: Scale::Altares,
        from: None,
        until: None,
        meaning: Meaning::Numbers {
            steps: &[(0, Grade::E), (20, Grade::D), (40, Grade::C), (60, Grade::B), (80, Grade::A)],
            highest: 100,
        },
        not_given: &[],
        source: "help of Altares for master data: solvency from 0 to 100, 100 the best; no bands were \
                 found published, the even fifths are ours",
    },
];
