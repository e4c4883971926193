//! What a company's accounts say of its chances: Altman's Z' and Z'', Conan and Holder's score,
//! and two plain ratios.
//!
//! Sources: E. I. Altman, *Corporate Financial Distress* (1983) for Z', and his revision of 1995
//! for Z'' and the form for emerging markets; J. Conan and M. Holder, *Variables explicatives de
//! performance et contrôle de gestion dans les PMI* (1979). Pages that circulate swap coefficients
//! and cut-offs between Z' and Z'': here Z' is the one for private **manufacturers**, Z'' the one
//! for everybody else.
//!
//! A score is rounded once, to four decimals, halves away from zero, and its [`Zone`] is that of
//! the rounded score, so that both always agree on paper. A figure that is missing, or that cannot
//! be divided by, is [`NotComputable`] and named.

mod ratio;

use rust_decimal::Decimal;

use ratio::{Figure, Ratio};

/// Figures of one set of accounts, all in the smallest unit of **one** currency and all for the
/// same closing day and, where they are flows, the same year of twelve months.
///
/// What is not known is `None`: zero is a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// All that the company has.
    pub total_assets: Option<i64>,
    /// What of it turns into cash within a year.
    pub current_assets: Option<i64>,
    /// What has to be paid within a year.
    pub current_liabilities: Option<i64>,
    /// All that is owed, long and short.
    pub total_liabilities: Option<i64>,
    /// Book value of the owners' share; may be negative.
    pub equity: Option<i64>,
    /// Profits kept since the beginning, reserves included; may be negative.
    pub retained_earnings: Option<i64>,
    /// *Capitaux permanents*: equity and what is owed for more than a year.
    pub permanent_capital: Option<i64>,
    /// What customers owe.
    pub receivables: Option<i64>,
    /// Cash and what is as good as cash.
    pub cash: Option<i64>,
    /// Sales of the year, without tax.
    pub sales: Option<i64>,
    /// EBIT, the profit before interest and tax; may be negative.
    pub operating_profit: Option<i64>,
    /// *Excédent brut d'exploitation*; may be negative.
    pub gross_operating_surplus: Option<i64>,
    /// Interest and other charges of finance.
    pub financial_charges: Option<i64>,
    /// Wages and social charges.
    pub staff_costs: Option<i64>,
    /// *Valeur ajoutée*.
    pub value_added: Option<i64>,
}

/// A score, how it came about, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// The score, with four decimals.
    pub value: Decimal,
    /// What the score says.
    pub zone: Zone,
    /// What it is made of, in the order of the formula: their products add up to the score.
    pub parts: Vec<Part>,
}

/// A part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Such as `equity / total_liabilities`, in the names of [`Statement`].
    pub name: &'static str,
    /// What the ratio is multiplied by.
    pub weight: Decimal,
    /// The ratio, not rounded.
    pub ratio: Decimal,
}

/// What a score says of the two years to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    /// Companies like this one rarely fail.
    Safe,
    /// The score does not tell.
    Grey,
    /// Companies like this one often failed.
    Distress,
}

/// Where the zones begin: safe **above** the one, distress **below** the other, grey from one to
/// the other, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutOffs {
    distress_below: Decimal,
    safe_above: Decimal,
}

/// Zones that overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("distress below {distress_below} and safety above {safe_above} overlap")]
pub struct CutOffsOverlap {
    /// Where distress ends.
    pub distress_below: Decimal,
    /// Where safety begins.
    pub safe_above: Decimal,
}

/// Why there is no figure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComputable {
    /// Some figures are not known.
    #[error("not computable: {} missing", missing.join(", "))]
    Missing {
        /// All of them, in the order of the formula, by the names of [`Statement`].
        missing: Vec<&'static str>,
    },
    /// A figure that is divided by is zero or less, and the ratio would say nothing or, worse, the
    /// contrary: staff costs over a negative value added look like a strength.
    #[error("not computable: {figure} is not above zero")]
    NotPositive {
        /// Its name in [`Statement`].
        figure: &'static str,
    },
    /// The figures are too far apart for 28 digits.
    #[error("not computable: the figures are out of range")]
    OutOfRange,
}

/// The zones of Z': distress below 1.23, safe above 2.9.
pub const Z_PRIME_ZONES: CutOffs =
    CutOffs { distress_below: thousandths(1_230), safe_above: thousandths(2_900) };

/// The zones of Z'': distress below 1.1, safe above 2.6.
pub const Z_DOUBLE_PRIME_ZONES: CutOffs =
    CutOffs { distress_below: thousandths(1_100), safe_above: thousandths(2_600) };

/// What the form for emerging markets adds to Z''.
const EMERGING: Decimal = thousandths(3_250);

/// The zones of the form for emerging markets, which are those of Z'' moved by what it adds:
/// distress below 4.35, safe above 5.85.
pub const Z_EMERGING_ZONES: CutOffs =
    CutOffs { distress_below: thousandths(4_350), safe_above: thousandths(5_850) };

/// Zones of Conan and Holder's score as two public implementations have them: distress below 4,
/// safe above 9. Others use others; none could be traced to the authors, so a tenant may state its
/// own.
pub const CONAN_HOLDER_ZONES: CutOffs =
    CutOffs { distress_below: thousandths(4_000), safe_above: thousandths(9_000) };

impl CutOffs {
    /// Distress below the one, safe above the other.
    ///
    /// # Errors
    ///
    /// [`CutOffsOverlap`] when a score could be both.
    pub fn try_new(
        distress_below: Decimal,
        safe_above: Decimal,
    ) -> Result<CutOffs, CutOffsOverlap> {
        if distress_below > safe_above {
            return Err(CutOffsOverlap { distress_below, safe_above });
        }
        Ok(CutOffs { distress_below, safe_above })
    }

    /// The zone of a score.
    pub fn zone(&self, score: Decimal) -> Zone {
        if score > self.safe_above {
            Zone::Safe
        } else if score < self.distress_below {
            Zone::Distress
        } else {
            Zone::Grey
        }
    }
}

impl Statement {
    /// Altman's Z' for private manufacturers: 0.717 A + 0.847 B + 3.107 C + 0.420 D + 0.998 E.
    ///
    /// A is working capital, current assets less current liabilities, over total assets; B retained
    /// earnings over total assets; C operating profit over total assets; D equity over total
    /// liabilities; E sales over total assets.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn z_prime(&self) -> Result<Score, NotComputable> {
        let sales = Ratio::new("sales / total_assets", [self.sales()], self.total_assets());
        let [working_capital, retained, profit, equity] = self.altman();
        let parts =
            [(717, working_capital), (847, retained), (3_107, profit), (420, equity), (998, sales)];
        ratio::score(&parts, Decimal::ZERO, &Z_PRIME_ZONES)
    }

    /// Altman's Z'' for all but manufacturers: 6.56 A + 3.26 B + 6.72 C + 1.05 D, the letters as in
    /// [`z_prime`](Self::z_prime).
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn z_double_prime(&self) -> Result<Score, NotComputable> {
        ratio::score(&self.double_prime(), Decimal::ZERO, &Z_DOUBLE_PRIME_ZONES)
    }

    /// Z'' in the form for emerging markets: 3.25 more, with the zones moved as much, so that only
    /// the number differs. The 3.25 is in the score and is no part.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn z_emerging(&self) -> Result<Score, NotComputable> {
        ratio::score(&self.double_prime(), EMERGING, &Z_EMERGING_ZONES)
    }

    /// Conan and Holder's score: 24 times gross operating surplus over total liabilities, 22 times
    /// permanent capital over total assets, 16 times receivables and cash over total assets, less
    /// 87 times financial charges over sales, less 10 times staff costs over value added.
    ///
    /// Made for French industrial companies of 10 to 500 people; see [`CONAN_HOLDER_ZONES`].
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn conan_holder(&self, zones: &CutOffs) -> Result<Score, NotComputable> {
        let surplus = ("gross_operating_surplus", self.gross_operating_surplus);
        let permanent = ("permanent_capital", self.permanent_capital);
        let liquid = [("receivables", self.receivables), ("cash", self.cash)];
        let charges = ("financial_charges", self.financial_charges);
        let staff = ("staff_costs", self.staff_costs);
        let value_added = ("value_added", self.value_added);
        let (debt, assets) = (self.total_liabilities(), self.total_assets());
        let parts = [
            (24_000, Ratio::new("gross_operating_surplus / total_liabilities", [surplus], debt)),
            (22_000, Ratio::new("permanent_capital / total_assets", [permanent], assets)),
            (16_000, Ratio::new("(receivables + cash) / total_assets", liquid, assets)),
            (-87_000, Ratio::new("financial_charges / sales", [charges], self.sales())),
            (-10_000, Ratio::new("staff_costs / value_added", [staff], value_added)),
        ];
        ratio::score(&parts, Decimal::ZERO, zones)
    }

    /// How often current assets cover what has to be paid within a year, with four decimals.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn current_ratio(&self) -> Result<Decimal, NotComputable> {
        let current = ("current_assets", self.current_assets);
        let due = ("current_liabilities", self.current_liabilities);
        Ratio::new("current_assets / current_liabilities", [current], due).rounded()
    }

    /// All that is owed, for each unit of equity, with four decimals. Where equity is used up there
    /// is no ratio: a negative one would rank below a company without debts.
    ///
    /// # Errors
    ///
    /// [`NotComputable`].
    pub fn debt_to_equity(&self) -> Result<Decimal, NotComputable> {
        let equity = ("equity", self.equity);
        Ratio::new("total_liabilities / equity", [self.total_liabilities()], equity).rounded()
    }

    fn double_prime(&self) -> [(i64, Ratio); 4] {
        let [working_capital, retained, profit, equity] = self.altman();
        [(6_560, working_capital), (3_260, retained), (6_720, profit), (1_050, equity)]
    }

    /// A to D.
    fn altman(&self) -> [Ratio; 4] {
        let current = ("current_assets", self.current_assets);
        let due = ("current_liabilities", self.current_liabilities);
        let retained = ("retained_earnings", self.retained_earnings);
        let profit = ("operating_profit", self.operating_profit);
        let equity = ("equity", self.equity);
        let assets = self.total_assets();
        [
            Ratio::new("(current_assets - current_liabilities) / total_assets", [current], assets)
                .less(due),
            Ratio::new("retained_earnings / total_assets", [retained], assets),
            Ratio::new("operating_profit / total_assets", [profit], assets),
            Ratio::new("equity / total_liabilities", [equity], self.total_liabilities()),
        ]
    }

    fn total_assets(&self) -> Figure {
        ("total_assets", self.total_assets)
    }

    fn total_liabilities(&self) -> Figure {
        ("total_liabilities", self.total_liabilities)
    }

    fn sales(&self) -> Figure {
        ("sales", self.sales)
    }
}

const fn thousandths(value: u32) -> Decimal {
    Decimal::from_parts(value, 0, 0, false, 3)
}

#[cfg(test)]
mod tests;
