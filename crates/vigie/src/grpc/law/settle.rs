//! `ComputeSettlement`: what payments over time settle of a late debt.

use ::law::{
    Table,
    imputation::{ImputationError, Imputed, Owed, Part, SettleError, Waterfall, settle},
};
use api::law::{self as proto, ComputeSettlementRequest, ComputeSettlementResponse};
use money::{Money, MoneyError};

use super::{
    Answer,
    convert::{line, warning},
    debt::{self, MOVEMENTS_MAX},
};
use crate::grpc::{
    fields::{Fields, REQUIRED, Read, day, money},
    status::Explanation,
    words::Word,
};

pub(super) fn answer(request: &ComputeSettlementRequest) -> Answer<ComputeSettlementResponse> {
    let (debt, payments, costs, waterfall, until) = Fields::read(|fields| {
        let debt = match &request.debt {
            Some(debt) => fields.within("debt", |fields| debt::read(fields, debt)),
            None => Err(fields.wrong("debt", REQUIRED)),
        };
        let waterfall = waterfall(fields, request.waterfall);
        let until = fields.date("until_date", request.until_date);
        if request.payments.len() > MOVEMENTS_MAX {
            return Err(fields.wrong("payments", format_args!("are at most {MOVEMENTS_MAX}")));
        }
        let debt = debt?;
        let currency = debt.principal.currency();
        let payments = fields.each("payments", &request.payments, |fields, field, it| {
            fields.within(field, |fields| {
                let on = fields.date("value_date", it.value_date);
                let amount = debt::positive(fields, "amount", it.amount.as_ref())
                    .and_then(|it| debt::as_the_debt(fields, "amount", it, currency));
                Ok((on?, amount?))
            })
        });
        let costs =
            debt::not_negative(fields, "costs_amount", request.costs_amount.as_ref(), currency);
        Ok((debt, payments?, costs?, waterfall?, until?))
    })
    .map_err(Explanation::fields)?;

    let interest = debt.interest(Table::shipped(), until);
    let interest = interest.map_err(|error| debt::unknown("debt.", error))?;
    let nothing = Money::zero(debt.principal.currency());
    let costs = costs.or(interest.fixed_sum.map(|it| it.amount)).unwrap_or(nothing);
    let told = settle(Table::shipped(), &debt, costs, &payments, waterfall, until);
    let told = told.map_err(|error| match error {
        SettleError::Interest(error) => debt::unknown("debt.", error),
        SettleError::Imputation(error) => out_of_range(&error),
        SettleError::Money(error) => out_of_range(&error),
    })?;
    let total = told.total_paid().map_err(|error| out_of_range(&error))?;
    let steps = told.steps.iter().map(|it| {
        let Imputed { portions, left, remainder } = &it.imputed;
        Ok(proto::SettledPayment {
            value_date: Some(day(it.on)),
            amount: Some(money(it.payment)),
            interest_amount: Some(money(it.interest.total)),
            interest_lines: it.interest.lines.iter().map(line).collect(),
            owed: Some(owed(&it.owed)?),
            portions: portions.iter().map(portion).collect(),
            left: Some(owed(left)?),
            remainder_amount: Some(money(*remainder)),
        })
    });
    let warnings = told.warnings();
    Ok(ComputeSettlementResponse {
        regime: told.interest.regime.code().to_owned(),
        waterfall: waterfall.number(),
        payments: steps.collect::<Answer<_>>()?,
        later_interest_amount: Some(money(told.interest.total)),
        later_interest_lines: told.interest.lines.iter().map(line).collect(),
        left: Some(owed(&told.owed)?),
        remainder_amount: Some(money(told.remainder)),
        total_paid_amount: Some(money(total)),
        rounding: told.interest.rounding.to_owned(),
        warnings: warnings.into_iter().map(warning).collect(),
    })
}

/// None: the law's own order.
pub(super) fn waterfall(fields: &mut Fields, given: i32) -> Read<Waterfall> {
    if given == 0 { Ok(Waterfall::default()) } else { fields.word("waterfall", given) }
}

/// Amounts that are beyond the range; all else was read from the fields.
pub(super) fn out_of_range(error: &impl ToString) -> Explanation {
    Explanation::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string())
}

pub(super) fn owed(it: &Owed) -> Answer<proto::Owed> {
    let total = it.total().map_err(|error: MoneyError| out_of_range(&error))?;
    Ok(proto::Owed {
        costs_amount: Some(money(it.costs)),
        interest_amount: Some(money(it.interest)),
        principal_amount: Some(money(it.principal)),
        total_amount: Some(money(total)),
    })
}

pub(super) fn portion(it: &::law::imputation::Portion) -> proto::Portion {
    proto::Portion { part: it.part.number(), amount: Some(money(it.amount)) }
}

/// What is refused of an imputation whose fields were read.
pub(super) fn refused(error: &ImputationError) -> Explanation {
    match error {
        ImputationError::UnknownDebt(_) => Explanation::field("designated_debt_ids", error),
        ImputationError::DebtTwice(_) => Explanation::field("debts", error),
        ImputationError::Negative | ImputationError::Money(_) => out_of_range(error),
    }
}

impl Word for Waterfall {
    type Proto = proto::Waterfall;

    fn of(it: proto::Waterfall) -> Option<Self> {
        match it {
            proto::Waterfall::Unspecified => None,
            proto::Waterfall::CostsInterestPrincipal => Some(Self::CostsInterestPrincipal),
            proto::Waterfall::InterestPrincipalCosts => Some(Self::InterestPrincipalCosts),
            proto::Waterfall::PrincipalInterestCosts => Some(Self::PrincipalInterestCosts),
        }
    }

    fn proto(self) -> proto::Waterfall {
        match self {
            Self::CostsInterestPrincipal => proto::Waterfall::CostsInterestPrincipal,
            Self::InterestPrincipalCosts => proto::Waterfall::InterestPrincipalCosts,
            Self::PrincipalInterestCosts => proto::Waterfall::PrincipalInterestCosts,
        }
    }
}

impl Word for Part {
    type Proto = proto::Part;

    fn of(it: proto::Part) -> Option<Self> {
        match it {
            proto::Part::Unspecified => None,
            proto::Part::Costs => Some(Self::Costs),
            proto::Part::Interest => Some(Self::Interest),
            proto::Part::Principal => Some(Self::Principal),
        }
    }

    fn proto(self) -> proto::Part {
        match self {
            Self::Costs => proto::Part::Costs,
            Self::Interest => proto::Part::Interest,
            Self::Principal => proto::Part::Principal,
        }
    }
}
