//! Rows and computations, as messages; words, in both spellings.

use ::law::{
    Basis, DayCount, Interest, Row,
    interest::{Line, Warning},
};
use api::law::{
    self as proto, ExplainInterestResponse, InterestLine, InterestWarning, InterestWarningKind,
};
use rust_decimal::Decimal;

use crate::grpc::{
    fields::{day, money},
    words::Word,
};

/// As the row has it, its decimals kept.
pub(super) fn decimal(it: Decimal) -> api::Decimal {
    api::Decimal { value: it.to_string() }
}

pub(super) fn rule(row: &Row) -> proto::Rule {
    proto::Rule {
        rule: row.rule.code().to_owned(),
        jurisdiction: row.jurisdiction.code().to_owned(),
        from_date: Some(day(row.from)),
        to_date: row.to.map(day),
        known_until_date: row.known_until.map(day),
        from_amount: row.from_amount.map(decimal),
        value: Some(decimal(row.value)),
        unit: row.unit.code().to_owned(),
        source: row.source.clone(),
    }
}

pub(super) fn explained(it: &Interest) -> ExplainInterestResponse {
    let fixed_sum = it.fixed_sum.as_ref();
    ExplainInterestResponse {
        regime: it.regime.code().to_owned(),
        lines: it.lines.iter().map(line).collect(),
        total_amount: Some(money(it.total)),
        fixed_sum_amount: fixed_sum.map(|it| money(it.amount)),
        fixed_sum_rule: fixed_sum.map(|it| rule(&it.row)),
        day_count: it.day_count.number(),
        rounding: it.rounding.to_owned(),
        warnings: it.warnings.iter().map(warning).collect(),
    }
}

pub(in crate::grpc) fn warning(it: &Warning) -> InterestWarning {
    let kind = match it {
        Warning::Held { .. } => InterestWarningKind::Held,
        Warning::BelowFloor { .. } => InterestWarningKind::BelowFloor,
        Warning::FloorUnknown { .. } => InterestWarningKind::FloorUnknown,
        Warning::FixedSumUnknown { .. } => InterestWarningKind::FixedSumUnknown,
        Warning::Unchecked { .. } => InterestWarningKind::Unchecked,
    };
    InterestWarning { message: it.to_string(), kind: kind.into() }
}

pub(in crate::grpc) fn line(it: &Line) -> InterestLine {
    InterestLine {
        from_date: Some(day(it.from)),
        to_date: Some(day(it.to)),
        days: i32::try_from(it.days).unwrap_or(i32::MAX),
        base_amount: Some(money(it.base)),
        rate_percent: Some(decimal(it.rate)),
        days_of_year: i32::from(it.days_of_year),
        exact_interest: Some(decimal(it.exact)),
        rules: it.rows.iter().map(rule).collect(),
    }
}

impl Word for Basis {
    type Proto = proto::InterestBasis;

    fn of(it: proto::InterestBasis) -> Option<Self> {
        match it {
            proto::InterestBasis::Unspecified => None,
            proto::InterestBasis::Default => Some(Self::Default),
            proto::InterestBasis::Consumer => Some(Self::Consumer),
            proto::InterestBasis::Floor => Some(Self::Floor),
            proto::InterestBasis::Contract => Some(Self::Contract),
            proto::InterestBasis::None => Some(Self::None),
        }
    }

    fn proto(self) -> proto::InterestBasis {
        match self {
            Self::Default => proto::InterestBasis::Default,
            Self::Consumer => proto::InterestBasis::Consumer,
            Self::Floor => proto::InterestBasis::Floor,
            Self::Contract => proto::InterestBasis::Contract,
            Self::None => proto::InterestBasis::None,
        }
    }
}

impl Word for DayCount {
    type Proto = proto::DayCount;

    fn of(it: proto::DayCount) -> Option<Self> {
        match it {
            proto::DayCount::Unspecified => None,
            proto::DayCount::Act365 => Some(Self::Act365),
            proto::DayCount::ActAct => Some(Self::ActAct),
            proto::DayCount::Act360 => Some(Self::Act360),
        }
    }

    fn proto(self) -> proto::DayCount {
        match self {
            Self::Act365 => proto::DayCount::Act365,
            Self::ActAct => proto::DayCount::ActAct,
            Self::Act360 => proto::DayCount::Act360,
        }
    }
}
