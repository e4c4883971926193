//! What a row of law is about, and what its value counts.

use std::fmt;
use std::str::FromStr;

use money::Currency;
use serde::{Serialize, Serializer};

/// A word of the tables that is not one of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no {what}: known are {known}")]
pub struct UnknownWord {
    /// `rule` or `unit`.
    pub what: &'static str,
    /// The beginning of what was given.
    pub given: String,
    /// All there are.
    pub known: String,
}

/// Writes an enum whose variants are words of the tables, with what is said about each.
macro_rules! words {
    ($(#[$about:meta])* $name:ident, $what:literal {
        $($(#[$doc:meta])* $variant:ident $word:literal $meaning:literal;)*
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`: ", $meaning, ".")] $(#[$doc])* $variant,)*
        }

        impl $name {
            /// Every one, in the order of the documentation.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The word of the tables.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// What it means, in one phrase.
            pub const fn meaning(self) -> &'static str {
                match self { $($name::$variant => $meaning,)* }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<$name, UnknownWord> {
                let found = $name::ALL.iter().find(|it| it.code() == word);
                found.copied().ok_or_else(|| UnknownWord {
                    what: $what,
                    given: word.chars().take(40).collect(),
                    known: $name::ALL.iter().map(|it| it.code()).collect::<Vec<_>>().join(", "),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.code())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }
    };
}

words! {
    /// What a row is about.
    Rule, "rule" {
        EcbMainRefinancing "ecb_main_refinancing" "the ECB's rate for main refinancing operations";
        BankRate "bank_rate" "the official dealing rate of the Bank of England";
        BaseRate "base_rate" "the base rate of Germany or Austria";
        LegalRate "legal_rate" "the French legal interest rate, all other cases";
        LegalRateIndividual "legal_rate_individual"
            "the French legal interest rate, where the creditor is an individual outside a trade";
        Margin "margin" "statutory points above the reference rate, between businesses";
        MarginConsumer "margin_consumer" "statutory points above the reference rate, a consumer owing";
        ContractFloor "contract_floor" "the least an agreed rate may be, in times the legal rate";
        RateRoundedUp "rate_rounded_up" "the step to which the statutory rate is rounded up";
        FixedSum "fixed_sum" "what the creditor is owed at once when a debt is paid late";
        TermsDefault "terms_default" "days to pay where nothing was agreed";
        TermsMax "terms_max" "the most days that may be agreed";
        TermsMaxThenEndOfMonth "terms_max_then_end_of_month"
            "the most days that may be agreed with the end of a month";
        TermsMaxPeriodic "terms_max_periodic" "the most days of a periodic invoice";
        TermsMaxPublic "terms_max_public" "the most days where a public body owes";
        ClaimFiling "claim_filing" "declaring a claim in an insolvency";
        ClaimFilingAbroad "claim_filing_abroad"
            "declaring a claim in an insolvency, from outside metropolitan France";
        ReliefFromForeclosure "relief_from_foreclosure"
            "asking to be relieved of having declared a claim too late";
        TitleClaim "title_claim" "claiming goods delivered under reservation of title";
        PaymentOrderService "payment_order_service" "serving a payment order on the customer";
        PaymentOrderOpposition "payment_order_opposition" "the customer's opposition to a payment order";
        SmallClaimAnswer "small_claim_answer" "the customer's answer in the simplified small claims procedure";
        Prescription "prescription" "a claim between businesses is lost";
        PrescriptionConsumer "prescription_consumer" "a claim on a consumer is lost";
        PrescriptionTransport "prescription_transport" "a claim from carriage is lost";
        EnforcementOfTitle "enforcement_of_title" "a title can no longer be enforced";
    }
}

impl Rule {
    /// Whether it is a rate that authorities publish: a row without end then holds until it is
    /// changed, and an answer past the day it was last looked up says so.
    pub const fn is_reference_rate(self) -> bool {
        matches!(
            self,
            Rule::EcbMainRefinancing
                | Rule::BankRate
                | Rule::BaseRate
                | Rule::LegalRate
                | Rule::LegalRateIndividual
        )
    }

    /// Whether it is a time within which something must be done, counted from an event.
    pub const fn is_deadline(self) -> bool {
        matches!(
            self,
            Rule::ClaimFiling
                | Rule::ClaimFilingAbroad
                | Rule::ReliefFromForeclosure
                | Rule::TitleClaim
                | Rule::PaymentOrderService
                | Rule::PaymentOrderOpposition
                | Rule::SmallClaimAnswer
                | Rule::Prescription
                | Rule::PrescriptionConsumer
                | Rule::PrescriptionTransport
                | Rule::EnforcementOfTitle
        )
    }

    /// The units its rows may have.
    pub(super) const fn units(self) -> &'static [Unit] {
        match self {
            Rule::EcbMainRefinancing
            | Rule::BankRate
            | Rule::BaseRate
            | Rule::LegalRate
            | Rule::LegalRateIndividual
            | Rule::RateRoundedUp => &[Unit::Percent],
            Rule::Margin | Rule::MarginConsumer => &[Unit::Points],
            Rule::ContractFloor => &[Unit::Times],
            Rule::FixedSum => &[Unit::Eur, Unit::Gbp],
            Rule::TermsDefault
            | Rule::TermsMax
            | Rule::TermsMaxThenEndOfMonth
            | Rule::TermsMaxPeriodic
            | Rule::TermsMaxPublic => &[Unit::Days],
            Rule::ClaimFiling
            | Rule::ClaimFilingAbroad
            | Rule::ReliefFromForeclosure
            | Rule::TitleClaim
            | Rule::PaymentOrderService
            | Rule::PaymentOrderOpposition
            | Rule::SmallClaimAnswer
            | Rule::Prescription
            | Rule::PrescriptionConsumer
            | Rule::PrescriptionTransport
            | Rule::EnforcementOfTitle => &[Unit::Months, Unit::MonthsToWorkingDay, Unit::Years],
        }
    }
}

words! {
    /// What the value of a row counts.
    Unit, "unit" {
        Percent "percent" "per cent a year; for rounding, of a per cent";
        Points "points" "per cent a year, added to a reference rate";
        Times "times" "times a reference rate";
        Eur "EUR" "euros";
        Gbp "GBP" "pounds sterling";
        Days "days" "calendar days";
        Months "months" "calendar months, to the same day of the month or its last";
        MonthsToWorkingDay "months_to_working_day"
            "calendar months; a last day on which courts are closed moves to the next working day";
        Years "years" "calendar years, to the same day of the year or the last of its month";
    }
}

impl Unit {
    /// The currency, where it counts money.
    pub const fn currency(self) -> Option<Currency> {
        match self {
            Unit::Eur => Some(Currency::EUR),
            Unit::Gbp => Some(Currency::GBP),
            Unit::Percent
            | Unit::Points
            | Unit::Times
            | Unit::Days
            | Unit::Months
            | Unit::MonthsToWorkingDay
            | Unit::Years => None,
        }
    }
}
