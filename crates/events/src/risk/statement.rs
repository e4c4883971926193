use chrono::NaiveDate;
use money::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::{Reference, StatementId, date};

/// A customer's annual accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinancialStatement {
    /// The tenant's id for it.
    pub statement: StatementId,
    /// The last day of its year.
    #[serde(with = "date")]
    pub closes_on: NaiveDate,
    /// What it says, all in one currency.
    pub figures: Figures<Money>,
    /// Where it comes from.
    pub source: Reference,
}

impl FinancialStatement {
    /// The currency of its figures; none without any.
    pub fn currency(&self) -> Option<Currency> {
        self.figures.iter().next().map(|(_, it)| it.currency())
    }
}

macro_rules! figures {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// Figures of a year of twelve months and of its last day. What is not known is not there:
        /// zero is a figure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Figures<T> {
            $($(#[doc = $doc])+
            #[serde(default = "unknown", skip_serializing_if = "Option::is_none")]
            pub $name: Option<T>,)+
        }

        impl<T> Figures<T> {
            /// Those that are known, by their names.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, &T)> {
                let all = [$((stringify!($name), self.$name.as_ref())),+];
                all.into_iter().filter_map(|(name, it)| Some((name, it?)))
            }

            /// The same, each in another form.
            pub fn map<U>(self, mut form: impl FnMut(T) -> U) -> Figures<U> {
                Figures { $($name: self.$name.map(&mut form),)+ }
            }
        }

        impl<T> Default for Figures<T> {
            fn default() -> Self {
                Self { $($name: None,)+ }
            }
        }
    };
}

// A plain `default` would ask for `T: Default`.
fn unknown<T>() -> Option<T> {
    None
}

figures! {
    /// All that the company has.
    total_assets,
    /// What of it turns into cash within a year.
    current_assets,
    /// What has to be paid within a year.
    current_liabilities,
    /// All that is owed, long and short.
    total_liabilities,
    /// Book value of the owners' share; may be negative.
    equity,
    /// Profits kept since the beginning, reserves included; may be negative.
    retained_earnings,
    /// *Capitaux permanents*: equity and what is owed for more than a year.
    permanent_capital,
    /// What customers owe.
    receivables,
    /// Cash and what is as good as cash.
    cash,
    /// Sales of the year, without tax.
    sales,
    /// The profit before interest and tax; may be negative.
    operating_profit,
    /// *Excédent brut d'exploitation*; may be negative.
    gross_operating_surplus,
    /// Interest and other charges of finance.
    financial_charges,
    /// Wages and social charges.
    staff_costs,
    /// *Valeur ajoutée*.
    value_added,
}
