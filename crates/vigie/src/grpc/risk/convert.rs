//! Commands of the contract become commands of risk. What they mean is decided there; here is only
//! read what they say.

use api::risk as proto;
use events::risk::{Authority, CreditPolicy, LimitRule, OwnScale, Rate, ScaleStep};
use risk::{
    ApproveLimit, CheckOrder, CloseOrder, Command, GuaranteeData, LimitData, RejectLimit,
    ReleaseGuarantee, ReleaseOrder, WithdrawLimit,
};

use rust_decimal::Decimal;

use crate::grpc::fields::{Fields, Read};

/// The text of a number that may be missing.
fn value(it: Option<&api::Decimal>) -> &str {
    it.map_or("", |it| &it.value)
}

pub(super) fn credit_policy(fields: &mut Fields, it: &proto::CreditPolicy) -> Read<Command> {
    let currency = fields.text("currency_code", &it.currency_code);
    let rates = fields.each("rates", &it.rates, |fields, field, it| {
        fields.within(field, |fields| {
            let currency = fields.text("currency_code", &it.currency_code);
            let rate = fields.decimal("rate", value(it.rate.as_ref()));
            let on = fields.date("rate_date", it.rate_date);
            Ok(Rate { currency: currency?, rate: rate?, on: on? })
        })
    });
    let mut amount = |field: &str, it: &Option<api::Money>| {
        fields.optional_stated(field, it.as_ref()).map(|it| it.map(|it| it.0))
    };
    let limit = amount("limit_without_request_amount", &it.limit_without_request_amount);
    let one_person = amount("one_person_limit_amount", &it.one_person_limit_amount);
    let overdue = amount("overdue_amount_max", &it.overdue_amount_max);
    let order = amount("order_amount_max", &it.order_amount_max);
    let mut small = |field: &str, it: Option<u32>| {
        let it = it.map(u16::try_from).transpose();
        it.map_err(|_| fields.wrong(field, "is more than 65535"))
    };
    let days = small("overdue_days_max", it.overdue_days_max);
    let horizon = small("orders_horizon_days", it.orders_horizon_days);
    let points = small("opinion_points_max", it.opinion_points_max);
    let age = small("rating_age_days_max", it.rating_age_days_max);
    let promise = small("broken_promise_days", it.broken_promise_days);
    let exception = small("exception_days_max", it.exception_days_max);
    let grade_min = match it.grade_min {
        0 => Ok(None),
        grade => fields.word("grade_min", grade).map(Some),
    };
    let authorities = fields.each("authorities", &it.authorities, |fields, field, it| {
        fields.within(field, |fields| {
            let person = fields.text("person", &it.person);
            let amount_max = fields.optional_stated("amount_max", it.amount_max.as_ref());
            Ok(Authority { person: person?, amount_max: amount_max?.map(|it| it.0) })
        })
    });
    let agencies =
        fields.each("agencies", &it.agencies, |fields, field, it| fields.text(field, it));
    let small = |fields: &mut Fields, field: &str, it: &u32| {
        u16::try_from(*it).map_err(|_| fields.wrong(field, "is more than 65535"))
    };
    let ages = of_grades(fields, "rating_days_by_grade", &it.rating_days_by_grade, small);
    let months = of_grades(fields, "review_months", &it.review_months, small);
    let proposals = of_grades(fields, "proposals", &it.proposals, |fields, field, it| {
        fields.within(field, |fields| {
            let days = u16::try_from(it.days_of_sales)
                .map_err(|_| fields.wrong("days_of_sales", "is more than 65535"));
            let amount_max = fields.stated("amount_max", it.amount_max.as_ref());
            Ok(LimitRule { days_of_sales: days?, amount_max: amount_max?.0 })
        })
    });
    let default_ppm = of_grades(fields, "default_ppm", &it.default_ppm, |_, _, it| Ok(*it));
    let lost = it.loss_given_default.as_ref();
    let lost = lost.map(|it| number(fields, "loss_given_default", &it.value)).transpose();
    let scales = fields.each("scales", &it.scales, |fields, field, it| {
        fields.within(field, |fields| scale(fields, it))
    });
    Ok(Command::AdoptCreditPolicy(Box::new(CreditPolicy {
        currency: currency?,
        rates: rates?,
        limit_without_request: limit?,
        one_person_grants_up_to: one_person?,
        disputed_counts: it.disputed_counts,
        unallocated_cash_counts: it.unallocated_cash_counts,
        guarantees_count: it.guarantees_count,
        overdue_days_max: days?,
        overdue_amount_max: overdue?,
        order_amount_max: order?,
        orders_horizon_days: horizon?,
        deliveries_count: it.deliveries_count,
        insured_part_counts: it.insured_part_counts,
        opinion_points_max: points?,
        rating_age_days_max: age?,
        agencies: agencies?,
        rating_days_by_grade: ages?,
        hold_doubtful_identity: it.hold_doubtful_identity.unwrap_or(true),
        broken_promise_days: promise?,
        grade_min: grade_min?,
        exception_days_max: exception?,
        authorities: authorities?,
        review_months: months?,
        proposals: proposals?,
        scales: scales?,
        default_ppm: default_ppm?,
        loss_given_default: lost?,
    })))
}

/// A list with one place for each grade, or none at all.
fn of_grades<M, T>(
    fields: &mut Fields,
    field: &str,
    messages: &[M],
    read: impl FnMut(&mut Fields, &str, &M) -> Read<T>,
) -> Read<Option<[T; 5]>> {
    if messages.is_empty() {
        return Ok(None);
    }
    let all = fields.each(field, messages, read)?;
    let five =
        <[T; 5]>::try_from(all).map_err(|_| fields.wrong(field, "is one for each of A to E"));
    five.map(Some)
}

fn scale(fields: &mut Fields, it: &proto::OwnScale) -> Read<OwnScale> {
    let scale = fields.text("scale", &it.scale);
    let steps = fields.each("steps", &it.steps, |fields, field, it| {
        fields.within(field, |fields| {
            let at_least = number(fields, "at_least", value(it.at_least.as_ref()));
            let grade = fields.word("grade", it.grade);
            Ok(ScaleStep { at_least: at_least?, grade: grade? })
        })
    });
    let highest = number(fields, "highest", value(it.highest.as_ref()));
    Ok(OwnScale { scale: scale?, steps: steps?, highest: highest? })
}

/// Any number, in digits with a point.
fn number(fields: &mut Fields, field: &str, text: &str) -> Read<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    match Decimal::from_str_exact(text) {
        Ok(number) if plain => Ok(number),
        Ok(_) | Err(_) => Err(fields.wrong(field, "is digits with a point, such as 40.5")),
    }
}

pub(super) fn limit(fields: &mut Fields, it: &proto::RequestLimit) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let limit_id = fields.text("limit_id", &it.limit_id);
    let amount = fields.stated("amount", it.amount.as_ref());
    let valid_from = fields.date("valid_from_date", it.valid_from_date);
    let valid_until = fields.optional_date("valid_until_date", it.valid_until_date);
    let requested_by = fields.text("requested_by", &it.requested_by);
    let request_date = fields.date("request_date", it.request_date);
    let reason = fields.text("reason", &it.reason);
    Ok(Command::RequestLimit(Box::new(LimitData {
        customer_id: customer_id?,
        limit_id: limit_id?,
        amount: amount?,
        temporary: it.temporary,
        valid_from: valid_from?,
        valid_until: valid_until?,
        requested_by: requested_by?,
        request_date: request_date?,
        reason: reason?,
    })))
}

pub(super) fn approve_limit(fields: &mut Fields, it: &proto::ApproveLimit) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let limit_id = fields.text("limit_id", &it.limit_id);
    let approved_by = fields.text("approved_by", &it.approved_by);
    let approve_date = fields.date("approve_date", it.approve_date);
    Ok(Command::ApproveLimit(ApproveLimit {
        customer_id: customer_id?,
        limit_id: limit_id?,
        approved_by: approved_by?,
        approve_date: approve_date?,
    }))
}

pub(super) fn reject_limit(fields: &mut Fields, it: &proto::RejectLimit) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let limit_id = fields.text("limit_id", &it.limit_id);
    let rejected_by = fields.text("rejected_by", &it.rejected_by);
    let reject_date = fields.date("reject_date", it.reject_date);
    Ok(Command::RejectLimit(RejectLimit {
        customer_id: customer_id?,
        limit_id: limit_id?,
        rejected_by: rejected_by?,
        reject_date: reject_date?,
    }))
}

pub(super) fn withdraw_limit(fields: &mut Fields, it: &proto::WithdrawLimit) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let limit_id = fields.text("limit_id", &it.limit_id);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    let reason = fields.text("reason", &it.reason);
    Ok(Command::WithdrawLimit(WithdrawLimit {
        customer_id: customer_id?,
        limit_id: limit_id?,
        withdraw_date: withdraw_date?,
        reason: reason?,
    }))
}

pub(super) fn guarantee(fields: &mut Fields, it: &proto::RecordGuarantee) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let guarantee_id = fields.text("guarantee_id", &it.guarantee_id);
    let kind = fields.word("kind", it.kind);
    let amount = fields.stated("amount", it.amount.as_ref());
    let counts_for = fields.decimal("counts_for", value(it.counts_for.as_ref()));
    let valid_from = fields.date("valid_from_date", it.valid_from_date);
    let valid_until = fields.optional_date("valid_until_date", it.valid_until_date);
    let rank = u8::try_from(it.rank).map_err(|_| fields.wrong("rank", "is more than 255"));
    Ok(Command::RecordGuarantee(Box::new(GuaranteeData {
        customer_id: customer_id?,
        guarantee_id: guarantee_id?,
        kind: kind?,
        amount: amount?,
        counts_for: counts_for?,
        valid_from: valid_from?,
        valid_until: valid_until?,
        rank: Some(rank?).filter(|it| *it > 0),
    })))
}

pub(super) fn release_guarantee(
    fields: &mut Fields,
    it: &proto::ReleaseGuarantee,
) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let guarantee_id = fields.text("guarantee_id", &it.guarantee_id);
    let release_date = fields.date("release_date", it.release_date);
    Ok(Command::ReleaseGuarantee(ReleaseGuarantee {
        customer_id: customer_id?,
        guarantee_id: guarantee_id?,
        release_date: release_date?,
    }))
}

pub(super) fn check_order(fields: &mut Fields, it: &proto::CheckOrder) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let order = fields.text("order", &it.order);
    let amount = fields.stated("amount", it.amount.as_ref());
    let order_date = fields.date("order_date", it.order_date);
    let delivery_date = fields.optional_date("delivery_date", it.delivery_date);
    Ok(Command::CheckOrder(CheckOrder {
        customer_id: customer_id?,
        order: order?,
        amount: amount?,
        order_date: order_date?,
        delivery_date: delivery_date?,
    }))
}

pub(super) fn release_order(fields: &mut Fields, it: &proto::ReleaseOrder) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let order = fields.text("order", &it.order);
    let approved_by = fields.text("approved_by", &it.approved_by);
    let release_date = fields.date("release_date", it.release_date);
    let reason = fields.text("reason", &it.reason);
    let valid_until = fields.optional_date("valid_until_date", it.valid_until_date);
    Ok(Command::ReleaseOrder(ReleaseOrder {
        customer_id: customer_id?,
        order: order?,
        approved_by: approved_by?,
        release_date: release_date?,
        reason: reason?,
        valid_until: valid_until?,
    }))
}

pub(super) fn close_order(fields: &mut Fields, it: &proto::CloseOrder) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let order = fields.text("order", &it.order);
    let close_date = fields.date("close_date", it.close_date);
    Ok(Command::CloseOrder(CloseOrder {
        customer_id: customer_id?,
        order: order?,
        close_date: close_date?,
    }))
}
