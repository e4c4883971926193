//! What is owed, and how it comes about.

use ::dossier::{Allocation, InterestLine, Receivable, Statement, StatementLine, Terms};
use chrono::NaiveDate;
use collection::view::CaseView;
use events::{
    InvoiceId,
    invoicing::{Rule, Source},
};
use invoicing::{
    Account,
    view::{LineKind, statements},
};
use money::{Money, MoneyError, Rounding};
use rust_decimal::Decimal;

use super::{Why, gather::Known};

/// What is asked for of the case, as a collector would be told today, with its document and its
/// interest line by line.
pub(super) fn receivables(known: &Known, case: &CaseView) -> Result<Vec<Receivable>, Why> {
    let claims = known.policy.to_collect(&known.state, &case.case.case, known.today);
    let mut all = Vec::with_capacity(claims.len());
    for claim in claims {
        let id = &claim.invoice;
        let view = known.account().invoice_view(id, NaiveDate::MAX);
        let missing = || Why::Inconsistent(format!("invoice {id} is asked for and not known"));
        let view = view.ok_or_else(missing)?;
        let document = view.document.ok_or_else(missing)?;
        let zero = Money::zero(claim.principal.currency());
        let bears = known.policy.dunning().interest(known.state.dunning(), id, known.today);
        let fixed_sum = bears.as_ref().and_then(|it| it.fixed_sum.as_ref());
        let fixed_sum = fixed_sum.filter(|_| claim.fixed_sum.is_positive());
        let waived = bears.as_ref().and_then(|it| it.total.minus(claim.interest).ok());
        let agreed = known.policy.dunning().agreed(known.state.dunning(), id);
        let terms = agreed.map(|it| it.terms.to_string());
        let lines = bears.as_ref().map(|it| lines(it, terms.as_ref())).transpose();
        let lines = lines.map_err(|error| Why::Inconsistent(error.to_string()))?;
        all.push(Receivable {
            invoice: id.to_string(),
            number: document.number.as_ref().map(ToString::to_string),
            issued_on: document.issued_on,
            due_on: document.due_on,
            payment_terms: document.terms.as_ref().map(ToString::to_string),
            gross: document.gross,
            open: view.open.unwrap_or(zero),
            disputed: view.disputed.unwrap_or(zero),
            principal: claim.principal,
            interest: claim.interest,
            interest_lines: lines.unwrap_or_default(),
            interest_waived: waived.filter(|it| it.is_positive()),
            fixed_sum: claim.fixed_sum,
            fixed_sum_source: fixed_sum.map(|it| it.row.source.clone()),
            order: document.order.as_ref().map(ToString::to_string),
            contract: document.contract.as_ref().map(ToString::to_string),
            site: document.site.as_ref().map(ToString::to_string),
            terms_version: document.terms_version.as_ref().map(ToString::to_string),
        });
    }
    Ok(all)
}

/// The lines of a computation, each rounded so that those up to it are: they add up to the total.
fn lines(
    bears: &law::interest::Interest,
    terms: Option<&String>,
) -> Result<Vec<InterestLine>, MoneyError> {
    let zero = Money::zero(bears.total.currency());
    let (mut exact, mut before) = (Decimal::ZERO, zero);
    let mut lines = Vec::with_capacity(bears.lines.len());
    for it in &bears.lines {
        exact += it.exact;
        let is_last = lines.len() + 1 == bears.lines.len();
        let until = if is_last {
            bears.total
        } else {
            Money::from_decimal(exact, zero.currency(), Rounding::HalfUp)?
        };
        lines.push(InterestLine {
            from: it.from,
            to: it.to,
            days: it.days,
            days_of_year: it.days_of_year,
            base: it.base,
            rate: it.rate,
            sources: it.rows.iter().map(|it| &it.source).chain(terms).cloned().collect(),
            interest: until.minus(before)?,
        });
        before = until;
    }
    Ok(lines)
}

/// The account from its beginning up to a day.
pub(super) fn statement(account: &Account, until: NaiveDate) -> Vec<Statement> {
    let all = statements(account, None, until).into_iter();
    all.map(|it| Statement {
        opening: it.opening,
        closing: it.closing,
        lines: it
            .lines
            .into_iter()
            .map(|it| StatementLine {
                on: it.on,
                kind: kind(it.kind).to_owned(),
                document: it.document,
                number: it.number.map(|it| it.to_string()),
                amount: it.amount,
                balance: it.balance,
            })
            .collect(),
    })
    .collect()
}

const fn kind(it: LineKind) -> &'static str {
    match it {
        LineKind::Invoice => "invoice",
        LineKind::CreditNote => "credit_note",
        LineKind::Payment => "payment",
        LineKind::Reversal => "reversal",
        LineKind::Refund => "refund",
        LineKind::WriteOff => "write_off",
        LineKind::Recovery => "recovery",
        LineKind::Cancellation => "cancellation",
    }
}

/// What settled a part of these receivables.
pub(super) fn allocations(account: &Account, invoices: &[InvoiceId]) -> Vec<Allocation> {
    let views = invoices.iter().filter_map(|it| account.invoice_view(it, NaiveDate::MAX));
    let all = views.flat_map(|it| it.allocations).map(|it| {
        let (kind, source) = match &it.source {
            Source::Payment(id) => ("payment", id.to_string()),
            Source::CreditNote(id) => ("credit_note", id.to_string()),
        };
        Allocation {
            invoice: it.invoice.to_string(),
            on: it.effective_on,
            kind: kind.to_owned(),
            source,
            amount: it.amount,
            rule: rule(it.rule).to_owned(),
            recovery: it.recovery,
        }
    });
    all.collect()
}

const fn rule(it: Rule) -> &'static str {
    match it {
        Rule::Designated => "designated",
        Rule::Reference => "reference",
        Rule::Deposit => "deposit",
        Rule::ExactAmount => "exact_amount",
        Rule::Subset => "subset",
        Rule::Waterfall => "waterfall",
        Rule::Manual => "manual",
        Rule::Statutory => "statutory",
        Rule::InsurerOldest => "insurer_oldest",
    }
}

/// The terms of sale that they are under: the customer's own, else the tenant's.
pub(super) fn terms(known: &Known, receivables: &[Receivable]) -> Vec<Terms> {
    let own = known.account().terms_of_sale();
    let tenants = known.tenant.dunning().risk().account().terms_of_sale();
    let mut found: Vec<Terms> = Vec::new();
    for it in own.chain(tenants) {
        let version = it.version.to_string();
        let under = receivables.iter().filter(|of| of.terms_version.as_ref() == Some(&version));
        let invoices: Vec<_> = under.map(|it| it.invoice.clone()).collect();
        if invoices.is_empty() || found.iter().any(|other| other.version == version) {
            continue;
        }
        found.push(Terms {
            version,
            document_sha256: it.document_hash.to_string(),
            from: it.from,
            reservation_of_title: it.reservation_of_title,
            acceleration: it.acceleration,
            penalty_rate: it.penalty_rate,
            jurisdiction: it.jurisdiction.as_ref().map(ToString::to_string),
            invoices,
        });
    }
    found
}
