//! Numbers as a file writes them, read exactly, and the amounts they stand for.

use money::{Currency, Money, Rounding};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::beginning;

/// As many as always fit a [`Decimal`].
const DIGITS_MAX: u32 = 28;

/// What stands between the digits of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    /// Before the decimals.
    pub(super) decimal: char,
    /// Between groups of three digits, where it may also be left out. A space is any of the three
    /// that are used for this: the ordinary, the unbroken and the narrow one.
    pub(super) thousands: Option<char>,
}

impl Marks {
    /// `1190.50`.
    pub(super) const PLAIN: Self = Self { decimal: '.', thousands: None };

    /// The number, or why the text is none.
    pub(super) fn read(self, text: &str) -> Result<Decimal, String> {
        self.exact(text).ok_or_else(|| self.refuse(text))
    }

    fn separates(self, it: char) -> bool {
        match self.thousands {
            Some(' ') => matches!(it, ' ' | '\u{a0}' | '\u{202f}'),
            mark => mark == Some(it),
        }
    }

    fn exact(self, text: &str) -> Option<Decimal> {
        let (negative, number) = match text.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, text),
        };
        let mut mantissa = 0_i128;
        let mut digits = 0;
        // Of the group being read; `1,5` is not 15, so groups after a separator have three.
        let mut group = 0;
        let mut grouped = false;
        let mut decimals = None;
        let complete = |group: u32, grouped: bool| if grouped { group == 3 } else { group > 0 };
        for it in number.chars() {
            if let Some(digit) = it.to_digit(10) {
                digits += 1;
                mantissa = mantissa * 10 + i128::from(digit);
                match &mut decimals {
                    Some(decimals) => *decimals += 1,
                    None => group += 1,
                }
                if digits > DIGITS_MAX {
                    return None;
                }
            } else if decimals.is_some() {
                return None;
            } else if it == self.decimal && complete(group, grouped) {
                decimals = Some(0);
            } else if self.separates(it) && complete(group, grouped) && group <= 3 {
                (group, grouped) = (0, true);
            } else {
                return None;
            }
        }
        if decimals == Some(0) || !complete(group, grouped) {
            return None;
        }
        let signed = if negative { -mantissa } else { mantissa };
        Decimal::try_from_i128_with_scale(signed, decimals.unwrap_or_default()).ok()
    }

    fn refuse(self, text: &str) -> String {
        let between = match self.thousands {
            Some(' ') => "spaces between thousands".to_owned(),
            Some(mark) => format!("`{mark}` between thousands"),
            None => "nothing between thousands".to_owned(),
        };
        format!(
            "`{}` is not a number as this mapping reads them: at most {DIGITS_MAX} digits, `{}` \
             before the decimals, {between}",
            beginning(text),
            self.decimal
        )
    }
}

/// What to do with fewer decimals than the currency has.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scale {
    /// All of them or none: `12.5` may be a slip for 12.50 or 12.05.
    #[default]
    Exact,
    /// Zeros are added: `12.5` is 12.50.
    Pad,
}

/// What to do with more decimals than the currency has.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Round {
    /// To the nearest, halves away from zero.
    HalfUp,
    /// To the nearest, halves to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
}

/// Which sign the amount takes.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sign {
    /// As written.
    #[default]
    AsWritten,
    /// None.
    Absolute,
    /// The other one.
    Negated,
}

/// How a number becomes money.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) scale: Scale,
    pub(super) round: Option<Round>,
    pub(super) sign: Sign,
}

impl Reading {
    /// The amount a number stands for, or why it stands for none.
    pub(super) fn money(self, number: Decimal, currency: Currency) -> Result<Money, String> {
        let (given, wanted) = (number.scale(), u32::from(currency.minor_units()));
        let rounding = match (self.round, self.scale) {
            (None, _) if given > wanted => {
                return Err(format!(
                    "`{number}` has {given} decimals and {currency} has {wanted}; `round` would \
                     have to say how"
                ));
            }
            (_, Scale::Exact) if 0 < given && given < wanted => {
                return Err(format!(
                    "`{number}` has too few decimals, {currency} has {wanted}; `scale = \"pad\"` \
                     would add zeros"
                ));
            }
            (Some(Round::HalfUp) | None, _) => Rounding::HalfUp,
            (Some(Round::HalfEven), _) => Rounding::HalfEven,
            (Some(Round::Down), _) => Rounding::Down,
        };
        let money = Money::from_decimal(number, currency, rounding)
            .map_err(|_| format!("`{number}` is out of range in {currency}"))?;
        Ok(match self.sign {
            Sign::AsWritten => money,
            Sign::Absolute => money.absolute(),
            Sign::Negated => money.negated(),
        })
    }
}
