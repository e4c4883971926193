//! Declarations and plans, as messages.

use ::collection::insolvency::{
    Declaration, DeclaredEarlier, DeclaredLine, Difference, DividendLine, Item, LaterLine, Offset,
    Part, Plan, Security, Sum, Title, Uninvoiced,
};
use api::collection::{self as proto, claim_difference};
use law::{Regime, interest::Line};

use crate::grpc::{
    collection::messages::act,
    fields::{day, money},
    messages::{decimal, source, text},
    words::Word as _,
};

pub(super) fn declaration(it: &Declaration) -> proto::ClaimDeclaration {
    let (deadline, rule) = it.deadline.clone().unzip();
    proto::ClaimDeclaration {
        notice_id: it.notice.notice.to_string(),
        judgment_date: Some(day(it.judged_on)),
        publication_date: Some(day(it.notice.published_on)),
        court: text(it.notice.court.as_ref()),
        deadline_date: deadline.map(day),
        rule: text(rule),
        lines: it.lines.iter().map(line).collect(),
        uninvoiced_deliveries: it.uninvoiced.iter().map(uninvoiced).collect(),
        earlier_lines: it.earlier.iter().map(earlier).collect(),
        later_lines: it.later.iter().map(later).collect(),
        offsets: it.offsets.iter().map(offset).collect(),
        securities: it.securities.iter().map(security).collect(),
        sums: it.sums().iter().map(sum).collect(),
        acts: it.acts.iter().map(act).collect(),
        declared_amounts: it.declared().into_iter().map(money).collect(),
    }
}

fn line(it: &DeclaredLine) -> proto::DeclaredLine {
    let version = match &it.title {
        Some(Title::Terms(version, _)) => version.to_string(),
        Some(Title::Rules) | None => String::new(),
    };
    let agreed = it.interest.as_ref().and_then(|it| match it.regime {
        Regime::Terms(_, rate) => Some(rate),
        Regime::Statutory(_)
        | Regime::GermanConsumer
        | Regime::FrenchFloor
        | Regime::FrenchContract(_)
        | Regime::Agreed(_)
        | Regime::None => None,
    });
    proto::DeclaredLine {
        invoice_id: it.document.invoice.to_string(),
        number: text(it.document.number.as_ref()),
        issue_date: Some(day(it.document.issued_on)),
        born_by: it.born.ground.number(),
        first_born_date: Some(day(it.born.first)),
        last_born_date: Some(day(it.born.last)),
        principal_amount: Some(money(it.principal)),
        parts: it.parts.iter().map(part).collect(),
        disputed_amount: Some(money(it.disputed)),
        interest_amount: Some(money(it.interest_amount)),
        interest_lines: it.interest.iter().flat_map(|it| &it.lines).map(interest).collect(),
        interest_goes_on: it.interest_goes_on,
        fixed_sum_amount: Some(money(it.fixed_sum)),
        title_reserved: it.title.is_some(),
        title_terms_version: version,
        total_amount: Some(money(it.total())),
        less_since_amount: Some(money(it.less_since)),
        agreed_rate_percent: agreed.map(decimal),
        terms_version: text(it.document.terms_version.as_ref()),
    }
}

fn part(it: &Part) -> proto::ClaimPart {
    proto::ClaimPart {
        due_date: Some(day(it.due_on)),
        amount: Some(money(it.amount)),
        was_due: it.was_due,
    }
}

fn interest(it: &Line) -> proto::ClaimInterestLine {
    let sources: Vec<_> = it.rows.iter().map(|it| it.source.as_str()).collect();
    proto::ClaimInterestLine {
        from_date: Some(day(it.from)),
        to_date: Some(day(it.to)),
        base_amount: Some(money(it.base)),
        rate_percent: it.rate.normalize().to_string(),
        source: sources.join("; "),
    }
}

fn uninvoiced(it: &Uninvoiced) -> proto::UninvoicedDelivery {
    proto::UninvoicedDelivery {
        delivery_id: it.delivery.to_string(),
        delivery_date: Some(day(it.delivered_on)),
        amount: Some(money(it.amount)),
    }
}

fn earlier(it: &DeclaredEarlier) -> proto::DeclaredEarlier {
    proto::DeclaredEarlier {
        invoice_id: it.invoice.to_string(),
        notice_id: it.notice.to_string(),
        open_amount: Some(money(it.open)),
    }
}

fn later(it: &LaterLine) -> proto::LaterLine {
    proto::LaterLine {
        invoice_id: it.invoice.to_string(),
        born_by: it.born.ground.number(),
        due_date: Some(day(it.due_on)),
        open_amount: Some(money(it.open)),
    }
}

fn offset(it: &Offset) -> proto::ClaimOffset {
    proto::ClaimOffset {
        source: Some(source(&it.source)),
        count_date: Some(day(it.on)),
        amount: Some(money(it.amount)),
        connected_by: text(it.connected_by.as_ref()),
    }
}

fn security(it: &Security) -> proto::ClaimSecurity {
    proto::ClaimSecurity {
        guarantee_id: it.guarantee.to_string(),
        kind: it.kind.number(),
        amount: Some(money(it.amount)),
        from_date: Some(day(it.holds_from)),
    }
}

fn sum(it: &Sum) -> proto::ClaimSum {
    proto::ClaimSum {
        due_amount: Some(money(it.due)),
        to_fall_due_amount: Some(money(it.to_fall_due)),
        uninvoiced_amount: Some(money(it.uninvoiced)),
        interest_amount: Some(money(it.interest)),
        fixed_sum_amount: Some(money(it.fixed_sums)),
        total_amount: Some(money(it.total)),
    }
}

pub(super) fn difference(it: &Difference) -> proto::ClaimDifference {
    let item = match &it.item {
        Item::Invoice(id) => claim_difference::Item::InvoiceId(id.to_string()),
        Item::Delivery(id) => claim_difference::Item::DeliveryId(id.to_string()),
    };
    proto::ClaimDifference {
        item: Some(item),
        declared_amount: Some(money(it.declared)),
        amount: Some(money(it.is)),
        change_amount: Some(money(it.change())),
    }
}

pub(super) fn plan(it: &Plan) -> proto::InsolvencyPlan {
    proto::InsolvencyPlan {
        notice_id: it.notice.to_string(),
        act: Some(act(&it.act)),
        claim_amount: Some(money(it.claim)),
        dividends: it.dividends.iter().map(dividend).collect(),
        waived_amount: Some(money(it.waived)),
        received_amount: Some(money(it.received)),
        end_act: it.ended.as_ref().map(act),
    }
}

fn dividend(it: &DividendLine) -> proto::DividendLine {
    proto::DividendLine {
        due_date: Some(day(it.due_on)),
        amount: Some(money(it.amount)),
        received_amount: Some(money(it.received)),
        days_late: it.days_late,
    }
}
