//! An amount as producers state it in JSON: `{"amount":"1190.00","currency":"EUR"}`.

use std::fmt;

use serde::de::{Error as _, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Currency, Money};

/// An amount in the form of the outside: a string of whole units and a currency code.
///
/// A JSON number is refused: many writers and readers pass numbers through floating point, which
/// keeps neither every cent nor the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stated(pub Money);

impl From<Stated> for Money {
    fn from(stated: Stated) -> Money {
        stated.0
    }
}

impl From<Money> for Stated {
    fn from(money: Money) -> Stated {
        Stated(money)
    }
}

impl Serialize for Stated {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.text();
        let (amount, _) = text.as_str().split_once(' ').unwrap_or_default();
        let mut object = serializer.serialize_struct("Stated", 2)?;
        object.serialize_field("amount", amount)?;
        object.serialize_field("currency", self.0.currency().code())?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for Stated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            amount: AmountText,
            currency: Currency,
        }
        let Fields { amount: AmountText(amount), currency } = Fields::deserialize(deserializer)?;
        let money = Money::parse(&amount, currency);
        money.map(Stated).map_err(|error| D::Error::custom(format_args!("amount: {error}")))
    }
}

struct AmountText(String);

impl<'de> Deserialize<'de> for AmountText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyText;

        const NOT_A_NUMBER: &str = "amount must be a string such as \"1190.00\", not a number";

        impl Visitor<'_> for OnlyText {
            type Value = AmountText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string such as \"1190.00\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<AmountText, E> {
                Ok(AmountText(text.to_owned()))
            }

            fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<AmountText, E> {
                Err(E::custom(NOT_A_NUMBER))
            }

            fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<AmountText, E> {
                Err(E::custom(NOT_A_NUMBER))
            }

            fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<AmountText, E> {
                Err(E::custom(NOT_A_NUMBER))
            }
        }

        // Asked for a string, readers refuse a number with words of their own.
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(OnlyText)
        } else {
            deserializer.deserialize_str(OnlyText)
        }
    }
}
