//! What is said of a customer's credit, read from messages and told in them.

use api::risk::{self as proto, credit_input};
use chrono::NaiveDate;
use events::{
    CustomerId,
    risk::{
        Cover, CoverRequest, Delivery, Figures, FinancialStatement, Finding, IdentityCheck, Notice,
        Opinion, Profile, Rating, TradeReference,
    },
};
use money::Stated;
use risk::{
    CloseDelivery, Command, CoverData, CoverRequestData, DeliveryData, GroupData, IdentityData,
    Input, InvoiceDelivery, LeaveGroup, LiftNotice, NoticeData, OpinionData, ProfileData,
    RatingData, ReduceCover, ReferenceData, RefuseCover, ReviewData, StatementData, WithdrawCover,
    WithdrawOpinion,
};
use rust_decimal::Decimal;

use crate::grpc::{
    fields::{Fields, REQUIRED, Read, day, money},
    messages::decimal,
    words::Word as _,
};

pub(super) fn input(fields: &mut Fields, it: &proto::CreditInput) -> Read<Command> {
    let customer = fields.text("customer_id", &it.customer_id);
    let Some(said) = &it.input else { return Err(fields.wrong("input", REQUIRED)) };
    said_of(fields, customer?, said).map(Command::Input)
}

fn said_of(
    fields: &mut Fields,
    customer_id: CustomerId,
    said: &credit_input::Input,
) -> Read<Input> {
    use credit_input::Input as Said;
    macro_rules! read {
        ($read:ident $it:ident $input:ident) => {
            fields
                .within(stringify!($read), |fields| $read(fields, customer_id, $it))
                .map(Input::$input)
        };
    }
    match said {
        Said::Rating(it) => read!(rating it RecordRating),
        Said::Statement(it) => read!(statement it FileStatement),
        Said::Reference(it) => read!(reference it RecordReference),
        Said::Opinion(it) => read!(opinion it GiveOpinion),
        Said::WithdrawOpinion(it) => read!(withdraw_opinion it WithdrawOpinion),
        Said::Notice(it) => read!(notice it RecordNotice),
        Said::LiftNotice(it) => read!(lift_notice it LiftNotice),
        Said::Delivery(it) => read!(delivery it RecordDelivery),
        Said::InvoiceDelivery(it) => read!(invoice_delivery it InvoiceDelivery),
        Said::CloseDelivery(it) => read!(close_delivery it CloseDelivery),
        Said::JoinGroup(it) => read!(join_group it JoinGroup),
        Said::LeaveGroup(it) => read!(leave_group it LeaveGroup),
        Said::Profile(it) => read!(profile it SetProfile),
        Said::RequestCover(it) => read!(request_cover it RequestCover),
        Said::Cover(it) => read!(cover it GrantCover),
        Said::RefuseCover(it) => read!(refuse_cover it RefuseCover),
        Said::ReduceCover(it) => read!(reduce_cover it ReduceCover),
        Said::WithdrawCover(it) => read!(withdraw_cover it WithdrawCover),
        Said::IdentityCheck(it) => read!(identity_check it RecordIdentity),
        Said::Review(it) => read!(review it RecordReview),
    }
}

fn rating(fields: &mut Fields, of: CustomerId, it: &proto::Rating) -> Read<Box<RatingData>> {
    let rating_id = fields.text("rating_id", &it.rating_id);
    let agency = fields.text("agency", &it.agency);
    let scale = fields.text("scale", &it.scale);
    let model = fields.optional("model", &it.model);
    let raw = fields.text("raw", &it.raw);
    let as_of_date = fields.date("as_of_date", it.as_of_date);
    let receive_date = fields.date("receive_date", it.receive_date);
    Ok(Box::new(RatingData {
        customer_id: of,
        rating_id: rating_id?,
        agency: agency?,
        scale: scale?,
        model: model?,
        raw: raw?,
        as_of_date: as_of_date?,
        receive_date: receive_date?,
    }))
}

fn review(fields: &mut Fields, of: CustomerId, it: &proto::Review) -> Read<Box<ReviewData>> {
    let reviewed_by = fields.text("reviewed_by", &it.reviewed_by);
    let review_date = fields.date("review_date", it.review_date);
    let reason = fields.text("reason", &it.reason);
    Ok(Box::new(ReviewData {
        customer_id: of,
        reviewed_by: reviewed_by?,
        review_date: review_date?,
        reason: reason?,
    }))
}

fn withdraw_opinion(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::WithdrawOpinion,
) -> Read<Box<WithdrawOpinion>> {
    let opinion_id = fields.text("opinion_id", &it.opinion_id);
    let withdrawn_by = fields.text("withdrawn_by", &it.withdrawn_by);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    Ok(Box::new(WithdrawOpinion {
        customer_id: of,
        opinion_id: opinion_id?,
        withdrawn_by: withdrawn_by?,
        withdraw_date: withdraw_date?,
    }))
}

fn lift_notice(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::LiftNotice,
) -> Read<Box<LiftNotice>> {
    let notice_id = fields.text("notice_id", &it.notice_id);
    let lift_date = fields.date("lift_date", it.lift_date);
    let reason = fields.text("reason", &it.reason);
    Ok(Box::new(LiftNotice {
        customer_id: of,
        notice_id: notice_id?,
        lift_date: lift_date?,
        reason: reason?,
    }))
}

fn invoice_delivery(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::InvoiceDelivery,
) -> Read<Box<InvoiceDelivery>> {
    let delivery_id = fields.text("delivery_id", &it.delivery_id);
    let invoice_id = fields.text("invoice_id", &it.invoice_id);
    let invoice_date = fields.date("invoice_date", it.invoice_date);
    Ok(Box::new(InvoiceDelivery {
        customer_id: of,
        delivery_id: delivery_id?,
        invoice_id: invoice_id?,
        invoice_date: invoice_date?,
    }))
}

fn close_delivery(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::CloseDelivery,
) -> Read<Box<CloseDelivery>> {
    let delivery_id = fields.text("delivery_id", &it.delivery_id);
    let close_date = fields.date("close_date", it.close_date);
    Ok(Box::new(CloseDelivery {
        customer_id: of,
        delivery_id: delivery_id?,
        close_date: close_date?,
    }))
}

fn join_group(fields: &mut Fields, of: CustomerId, it: &proto::Membership) -> Read<Box<GroupData>> {
    let parent_id = fields.text("parent_id", &it.parent_id);
    let share = it.share.as_ref().map(|it| fields.decimal("share", &it.value)).transpose();
    let valid_from = fields.date("valid_from_date", it.valid_from_date);
    Ok(Box::new(GroupData {
        customer_id: of,
        parent_id: parent_id?,
        share: share?,
        valid_from: valid_from?,
    }))
}

fn leave_group(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::LeaveGroup,
) -> Read<Box<LeaveGroup>> {
    let parent_id = fields.text("parent_id", &it.parent_id);
    let leave_date = fields.date("leave_date", it.leave_date);
    Ok(Box::new(LeaveGroup { customer_id: of, parent_id: parent_id?, leave_date: leave_date? }))
}

fn profile(fields: &mut Fields, of: CustomerId, it: &proto::Profile) -> Read<Box<ProfileData>> {
    let sector = fields.optional("sector", &it.sector);
    let country = fields.optional("country_code", &it.country_code);
    let segment = fields.optional("segment", &it.segment);
    Ok(Box::new(ProfileData {
        customer_id: of,
        sector: sector?,
        country: country?,
        segment: segment?,
    }))
}

fn request_cover(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::CoverRequest,
) -> Read<Box<CoverRequestData>> {
    let cover_id = fields.text("cover_id", &it.cover_id);
    let insurer = fields.text("insurer", &it.insurer);
    let amount = fields.stated("amount", it.amount.as_ref());
    let requested_by = fields.text("requested_by", &it.requested_by);
    let request_date = fields.date("request_date", it.request_date);
    Ok(Box::new(CoverRequestData {
        customer_id: of,
        cover_id: cover_id?,
        insurer: insurer?,
        amount: amount?,
        requested_by: requested_by?,
        request_date: request_date?,
    }))
}

fn refuse_cover(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::RefuseCover,
) -> Read<Box<RefuseCover>> {
    let cover_id = fields.text("cover_id", &it.cover_id);
    let refusal_date = fields.date("refusal_date", it.refusal_date);
    let reason = fields.optional("reason", &it.reason);
    Ok(Box::new(RefuseCover {
        customer_id: of,
        cover_id: cover_id?,
        refusal_date: refusal_date?,
        reason: reason?,
    }))
}

fn reduce_cover(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::ReduceCover,
) -> Read<Box<ReduceCover>> {
    let cover_id = fields.text("cover_id", &it.cover_id);
    let amount = fields.stated("amount", it.amount.as_ref());
    let reduce_date = fields.date("reduce_date", it.reduce_date);
    Ok(Box::new(ReduceCover {
        customer_id: of,
        cover_id: cover_id?,
        amount: amount?,
        reduce_date: reduce_date?,
    }))
}

fn withdraw_cover(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::WithdrawCover,
) -> Read<Box<WithdrawCover>> {
    let cover_id = fields.text("cover_id", &it.cover_id);
    let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
    let reason = fields.optional("reason", &it.reason);
    Ok(Box::new(WithdrawCover {
        customer_id: of,
        cover_id: cover_id?,
        withdraw_date: withdraw_date?,
        reason: reason?,
    }))
}

macro_rules! figures {
    ($($name:ident)+) => {
        fn figures(fields: &mut Fields, it: &proto::Figures) -> Read<Figures<Stated>> {
            $(let $name = fields.optional_stated(stringify!($name), it.$name.as_ref());)+
            Ok(Figures { $($name: $name?,)+ })
        }

        fn told_figures(it: &Figures<money::Money>) -> proto::Figures {
            proto::Figures { $($name: it.$name.map(money),)+ }
        }
    };
}

figures! {
    total_assets current_assets current_liabilities total_liabilities equity retained_earnings
    permanent_capital receivables cash sales operating_profit gross_operating_surplus
    financial_charges staff_costs value_added
}

fn statement(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::FinancialStatement,
) -> Read<Box<StatementData>> {
    let statement_id = fields.text("statement_id", &it.statement_id);
    let closing_date = fields.date("closing_date", it.closing_date);
    let stated = match &it.figures {
        Some(it) => fields.within("figures", |fields| figures(fields, it)),
        None => Err(fields.wrong("figures", REQUIRED)),
    };
    let source = fields.text("source", &it.source);
    Ok(Box::new(StatementData {
        customer_id: of,
        statement_id: statement_id?,
        closing_date: closing_date?,
        figures: stated?,
        source: source?,
    }))
}

fn reference(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::TradeReference,
) -> Read<Box<ReferenceData>> {
    let reference_id = fields.text("reference_id", &it.reference_id);
    let supplier = fields.text("supplier", &it.supplier);
    let amount = fields.stated("amount", it.amount.as_ref());
    let terms_days = it.terms_days.try_into();
    let terms_days = terms_days.map_err(|_| fields.wrong("terms_days", "is more than 65535"));
    let beyond = it.days_beyond_terms.try_into();
    let beyond =
        beyond.map_err(|_| fields.wrong("days_beyond_terms", "is not within -32768 and 32767"));
    let as_of_date = fields.date("as_of_date", it.as_of_date);
    Ok(Box::new(ReferenceData {
        customer_id: of,
        reference_id: reference_id?,
        supplier: supplier?,
        amount: amount?,
        terms_days: terms_days?,
        days_beyond_terms: beyond?,
        as_of_date: as_of_date?,
    }))
}

fn opinion(fields: &mut Fields, of: CustomerId, it: &proto::Opinion) -> Read<Box<OpinionData>> {
    let opinion_id = fields.text("opinion_id", &it.opinion_id);
    let author = fields.text("author", &it.author);
    let reason = fields.text("reason", &it.reason);
    let opinion_date = fields.date("opinion_date", it.opinion_date);
    let valid_until = fields.date("valid_until_date", it.valid_until_date);
    Ok(Box::new(OpinionData {
        customer_id: of,
        opinion_id: opinion_id?,
        points: it.points,
        author: author?,
        reason: reason?,
        opinion_date: opinion_date?,
        valid_until: valid_until?,
    }))
}

fn notice(fields: &mut Fields, of: CustomerId, it: &proto::Notice) -> Read<Box<NoticeData>> {
    let notice_id = fields.text("notice_id", &it.notice_id);
    let kind = fields.word("kind", it.kind);
    let publication_date = fields.date("publication_date", it.publication_date);
    let judgment_date = fields.optional_date("judgment_date", it.judgment_date);
    let court = fields.optional("court", &it.court);
    let source = fields.text("source", &it.source);
    Ok(Box::new(NoticeData {
        customer_id: of,
        notice_id: notice_id?,
        kind: kind?,
        publication_date: publication_date?,
        judgment_date: judgment_date?,
        court: court?,
        source: source?,
    }))
}

fn identity_check(
    fields: &mut Fields,
    of: CustomerId,
    it: &proto::IdentityCheck,
) -> Read<Box<IdentityData>> {
    let check_id = fields.text("check_id", &it.check_id);
    let check_date = fields.date("check_date", it.check_date);
    let source = fields.text("source", &it.source);
    let findings = fields.each("findings", &it.findings, |fields, field, it| {
        fields.within(field, |fields| {
            let finding = fields.word("finding", it.finding);
            let note = fields.optional("note", &it.note);
            Ok(Finding { finding: finding?, note: note? })
        })
    });
    Ok(Box::new(IdentityData {
        customer_id: of,
        check_id: check_id?,
        check_date: check_date?,
        source: source?,
        findings: findings?,
    }))
}

fn delivery(fields: &mut Fields, of: CustomerId, it: &proto::Delivery) -> Read<Box<DeliveryData>> {
    let delivery_id = fields.text("delivery_id", &it.delivery_id);
    let order = fields.optional("order", &it.order);
    let amount = fields.stated("amount", it.amount.as_ref());
    let delivery_date = fields.date("delivery_date", it.delivery_date);
    Ok(Box::new(DeliveryData {
        customer_id: of,
        delivery_id: delivery_id?,
        order: order?,
        amount: amount?,
        delivery_date: delivery_date?,
    }))
}

fn cover(fields: &mut Fields, of: CustomerId, it: &proto::Cover) -> Read<Box<CoverData>> {
    let cover_id = fields.text("cover_id", &it.cover_id);
    let insurer = fields.text("insurer", &it.insurer);
    let policy = fields.text("policy", &it.policy);
    let kind = fields.word("kind", it.kind);
    let amount = fields.stated("amount", it.amount.as_ref());
    let quota = fields.decimal("quota", it.quota.as_ref().map_or("", |it| &it.value));
    let layer = u8::try_from(it.layer).map_err(|_| fields.wrong("layer", "is more than 255"));
    let valid_from = fields.date("valid_from_date", it.valid_from_date);
    let valid_until = fields.optional_date("valid_until_date", it.valid_until_date);
    Ok(Box::new(CoverData {
        customer_id: of,
        cover_id: cover_id?,
        insurer: insurer?,
        policy: policy?,
        kind: kind?,
        amount: amount?,
        quota: quota?,
        layer: layer?.max(1),
        valid_from: valid_from?,
        valid_until: valid_until?,
    }))
}

/// Words that may be absent: an empty text says so.
pub(super) fn text<T: ToString>(it: Option<&T>) -> String {
    it.map(ToString::to_string).unwrap_or_default()
}

pub(super) fn told_rating(it: &Rating) -> proto::Rating {
    proto::Rating {
        rating_id: it.rating.to_string(),
        agency: it.agency.to_string(),
        scale: it.scale.to_string(),
        model: text(it.model.as_ref()),
        raw: it.raw.to_string(),
        as_of_date: Some(day(it.as_of)),
        receive_date: Some(day(it.received_on)),
    }
}

pub(super) fn told_statement(it: &FinancialStatement) -> proto::FinancialStatement {
    proto::FinancialStatement {
        statement_id: it.statement.to_string(),
        closing_date: Some(day(it.closes_on)),
        figures: Some(told_figures(&it.figures)),
        source: it.source.to_string(),
    }
}

pub(super) fn told_reference(it: &TradeReference) -> proto::TradeReference {
    proto::TradeReference {
        reference_id: it.reference.to_string(),
        supplier: it.supplier.to_string(),
        amount: Some(money(it.amount)),
        terms_days: it.terms_days.into(),
        days_beyond_terms: it.days_beyond_terms.into(),
        as_of_date: Some(day(it.as_of)),
    }
}

pub(super) fn told_opinion(it: &Opinion) -> proto::Opinion {
    proto::Opinion {
        opinion_id: it.opinion.to_string(),
        points: it.points,
        author: it.author.to_string(),
        reason: it.reason.to_string(),
        opinion_date: Some(day(it.given_on)),
        valid_until_date: Some(day(it.holds_until)),
    }
}

pub(super) fn told_notice(it: &Notice) -> proto::Notice {
    proto::Notice {
        notice_id: it.notice.to_string(),
        kind: it.kind.number(),
        publication_date: Some(day(it.published_on)),
        judgment_date: it.judged_on.map(day),
        court: text(it.court.as_ref()),
        source: it.source.to_string(),
    }
}

pub(super) fn told_identity(it: &IdentityCheck) -> proto::IdentityCheck {
    let finding = |it: &Finding| proto::identity_check::Finding {
        finding: it.finding.number(),
        note: text(it.note.as_ref()),
    };
    proto::IdentityCheck {
        check_id: it.check.to_string(),
        check_date: Some(day(it.checked_on)),
        source: it.source.to_string(),
        findings: it.findings.iter().map(finding).collect(),
    }
}

pub(super) fn told_delivery(it: &Delivery) -> proto::Delivery {
    proto::Delivery {
        delivery_id: it.delivery.to_string(),
        order: text(it.order.as_ref()),
        amount: Some(money(it.amount)),
        delivery_date: Some(day(it.delivered_on)),
    }
}

pub(super) fn told_membership(
    parent: &CustomerId,
    share: Option<Decimal>,
    from: NaiveDate,
) -> proto::Membership {
    proto::Membership {
        parent_id: parent.to_string(),
        share: share.map(decimal),
        valid_from_date: Some(day(from)),
    }
}

pub(super) fn told_profile(it: &Profile) -> proto::Profile {
    proto::Profile {
        sector: text(it.sector.as_ref()),
        country_code: text(it.country.as_ref()),
        segment: text(it.segment.as_ref()),
    }
}

pub(super) fn told_request(it: &CoverRequest) -> proto::CoverRequest {
    proto::CoverRequest {
        cover_id: it.cover.to_string(),
        insurer: it.insurer.to_string(),
        amount: Some(money(it.amount)),
        requested_by: it.requested_by.to_string(),
        request_date: Some(day(it.requested_on)),
    }
}

pub(super) fn told_cover(it: &Cover) -> proto::Cover {
    proto::Cover {
        cover_id: it.cover.to_string(),
        insurer: it.insurer.to_string(),
        policy: it.policy.to_string(),
        kind: it.kind.number(),
        amount: Some(money(it.amount)),
        quota: Some(decimal(it.quota)),
        layer: it.layer.into(),
        valid_from_date: Some(day(it.holds_from)),
        valid_until_date: it.holds_until.map(day),
    }
}
