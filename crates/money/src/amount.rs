//! Amounts as producers write them: strict, and a refusal says what to write instead.
//!
//! An amount is `-?digits[.digits]`: at most 15 digits before the point, and after it either nothing
//! or exactly the currency's number of decimals. Lenient decimal readers take `1e5` for 100 000,
//! `1_000` for 1 000 and `0.00…01` for nothing; none of them is used here.

use crate::{Currency, Money};

/// Why a text is no amount, for the producer that wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was given.
    #[error("the amount is empty: write a number such as \"1190.00\"")]
    Empty,
    /// Such as `1e5`.
    #[error("an amount has no exponent: write \"100000\" rather than \"1e5\"")]
    Exponent,
    /// Such as `1,5` or `1,190.00`.
    #[error(
        "an amount has no comma: write \"1190.50\", with a point before the decimals and nothing between thousands"
    )]
    Comma,
    /// Such as `1_000`, `1 000` or `1'000`.
    #[error(
        "an amount has nothing between its digits: write \"1000\" rather than \"1 000\" or \"1_000\""
    )]
    Separator,
    /// Such as `+1`.
    #[error("an amount has no plus sign: write \"1.00\" rather than \"+1.00\"")]
    PlusSign,
    /// A minus anywhere but first.
    #[error("a minus sign stands once, before the first digit: write \"-1.00\"")]
    MinusSign,
    /// Such as `-0.00`.
    #[error("zero has no sign: write \"0\" rather than \"-0\"")]
    NegativeZero,
    /// Such as `.5`, `1.` or `.`.
    #[error(
        "a point stands between digits: write \"0.50\" rather than \".50\", \"1\" rather than \"1.\""
    )]
    LonePoint,
    /// Such as `1.190.00`.
    #[error(
        "an amount has one point at most, before its decimals: write \"1190.00\" rather than \"1.190.00\""
    )]
    SecondPoint,
    /// Digits of another script than 0 to 9.
    #[error("the digits of an amount are 0 to 9, not {0:?}")]
    ForeignDigit(char),
    /// Any other character.
    #[error("an amount is made of digits, a point and a minus sign, not {0:?}")]
    Character(char),
    /// More than 15 digits before the point.
    #[error("an amount has at most 15 digits before the point")]
    TooManyDigits,
    /// More or fewer decimals than the currency has.
    #[error("{}", decimals_of(*currency, *given))]
    Decimals {
        /// The currency.
        currency: Currency,
        /// How many decimals the amount has.
        given: usize,
    },
    /// More than the smallest unit can count: above 9.2 × 10^14 in the currencies with 4 decimals.
    #[error("the amount is out of range in {currency}")]
    OutOfRange {
        /// The currency.
        currency: Currency,
    },
}

fn decimals_of(currency: Currency, given: usize) -> String {
    let given =
        if given == 1 { "1 decimal was".to_owned() } else { format!("{given} decimals were") };
    let example = Money::new(12_345, currency).decimal();
    match currency.minor_units() {
        0 => format!("{currency} has no decimals, {given} given: write \"{example}\""),
        wanted => {
            format!(
                "{currency} has {wanted} decimals, {given} given: write all of them, such as \"{example}\", or none"
            )
        }
    }
}

const WHOLE_DIGITS_MAX: usize = 15;

impl Money {
    /// Reads an amount as a producer writes it, in whole units: `"12"` and `"12.50"` in euros, `"12"`
    /// in yen, `"12.500"` in Kuwaiti dinars.
    ///
    /// Refused are all other spellings, among them exponents, separators, signs of plus, minus zero,
    /// and more or fewer decimals than the currency has: `"12.5"` may be a slip for 12.50 or 12.05.
    pub fn parse(amount: &str, currency: Currency) -> Result<Money, AmountError> {
        let (negative, number) = match amount.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, amount),
        };
        if let Some(stranger) = number.chars().find(|it| !it.is_ascii_digit() && *it != '.') {
            return Err(stranger_in(stranger));
        }
        let (whole, fraction) = match number.split_once('.') {
            Some((_, fraction)) if fraction.contains('.') => return Err(AmountError::SecondPoint),
            Some(("", _) | (_, "")) => return Err(AmountError::LonePoint),
            Some((whole, fraction)) => (whole, fraction),
            None if number.is_empty() && negative => return Err(AmountError::MinusSign),
            None if number.is_empty() => return Err(AmountError::Empty),
            None => (number, ""),
        };
        if whole.len() > WHOLE_DIGITS_MAX {
            return Err(AmountError::TooManyDigits);
        }
        let decimals = usize::from(currency.minor_units());
        if !fraction.is_empty() && fraction.len() != decimals {
            return Err(AmountError::Decimals { currency, given: fraction.len() });
        }
        // At most 15 digits and 4 decimals: 19 digits fit u64.
        let missing = decimals - fraction.len();
        let digits =
            whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', missing));
        let units = digits.fold(0_u64, |units, digit| units * 10 + u64::from(digit - b'0'));
        let minor = i64::try_from(units).map_err(|_| AmountError::OutOfRange { currency })?;
        match (negative, minor) {
            (true, 0) => Err(AmountError::NegativeZero),
            (true, minor) => Ok(Money::new(-minor, currency)),
            (false, minor) => Ok(Money::new(minor, currency)),
        }
    }
}

fn stranger_in(stranger: char) -> AmountError {
    match stranger {
        'e' | 'E' => AmountError::Exponent,
        ',' => AmountError::Comma,
        '+' => AmountError::PlusSign,
        '-' => AmountError::MinusSign,
        '_' | '\'' | '’' => AmountError::Separator,
        space if space.is_whitespace() => AmountError::Separator,
        digit if digit.is_numeric() => AmountError::ForeignDigit(digit),
        other => AmountError::Character(other),
    }
}
