//! `GetStatement`: what happened on an account between two days.

use api::invoicing::{self as proto, statement_line::Kind};
use events::CustomerId;
use invoicing::view::{Line, LineKind, Statement, statements};
use money::Currency;
use tokio::time::Instant;

use super::AsOf;
use crate::grpc::{
    Api,
    fields::{day, money},
    messages::text,
    status::Explanation,
};

/// What one answer holds.
const LINES_MAX: usize = 10_000;

pub(crate) async fn get_statement(
    api: &Api,
    request: proto::GetStatementRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetStatementResponse, Explanation> {
    let it = request;
    let (tenant, mut as_of, (customer, first, last, currency)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let first = fields.optional_date("from_date", it.from_date);
            let last = fields.optional_date("to_date", it.to_date);
            let currency = fields.optional::<Currency>("currency_code", &it.currency_code);
            Ok((customer?, first?, last?, currency?))
        })?;
    as_of.on = last.or(as_of.on);
    let single = as_of.single(&tenant, &customer).await?;
    if let Some(first) = first.filter(|it| *it > single.on) {
        let why = format!("{first} is after {}, the last day of the statement", single.on);
        return Err(Explanation::field("from_date", why));
    }
    let mut statements = statements(&single.account, first, single.on);
    statements.retain(|it| currency.is_none_or(|currency| it.currency() == currency));
    let lines: usize = statements.iter().map(|it| it.lines.len()).sum();
    if lines > LINES_MAX {
        let message = format!(
            "the statement has {lines} lines and {LINES_MAX} is the most: ask for fewer days"
        );
        return Err(Explanation::out_of_range("STATEMENT_TOO_LONG", message));
    }
    Ok(proto::GetStatementResponse {
        statements: statements.iter().map(message).collect(),
        position: Some(single.position()),
        effective_date: Some(single.effective_date()),
    })
}

fn message(it: &Statement) -> proto::Statement {
    proto::Statement {
        currency_code: it.currency().code().to_owned(),
        opening_balance: Some(money(it.opening)),
        lines: it.lines.iter().map(line).collect(),
        closing_balance: Some(money(it.closing)),
    }
}

fn line(it: &Line) -> proto::StatementLine {
    let kind = match it.kind {
        LineKind::Invoice => Kind::Invoice,
        LineKind::CreditNote => Kind::CreditNote,
        LineKind::Payment => Kind::Payment,
        LineKind::Reversal => Kind::Reversal,
        LineKind::Refund => Kind::Refund,
        LineKind::WriteOff => Kind::WriteOff,
        LineKind::Recovery => Kind::Recovery,
        LineKind::Cancellation => Kind::Cancellation,
    };
    proto::StatementLine {
        date: Some(day(it.on)),
        kind: kind.into(),
        document_id: it.document.clone(),
        number: text(it.number.as_ref()),
        due_date: it.due_on.map(day),
        amount: Some(money(it.amount)),
        balance: Some(money(it.balance)),
    }
}
