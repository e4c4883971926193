//! What is assigned, and what may be.

use api::invoicing::{self as proto, assignment::State};
use events::{AssignmentId, CustomerId, FacilityId, InvoiceId};
use invoicing::{
    Policy, Subject,
    view::{AssignmentState, AssignmentView},
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::grpc::{
    Api,
    fields::{Fields, Read, day, money},
    messages::{number, text},
    page::{self, Cut, Token},
    queries::{AsOf, compute},
    status::Explanation,
    words::Word as _,
};

/// Where an assignment stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    customer: CustomerId,
    assignment: AssignmentId,
}

/// `ListAssignments`: by customer and id, page by page.
pub(super) async fn list(
    api: &Api,
    request: proto::ListAssignmentsRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListAssignmentsResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, facility, states, customer)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let facility = fields.optional::<FacilityId>("facility_id", &it.facility_id);
            let states = states(fields, &it.states);
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            Ok((size?, token?, facility?, states?, customer?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let mut customers = all.customers;
    customers.retain(|(id, _)| customer.as_ref().is_none_or(|customer| customer == id));
    let held_only = it.held_only;
    let Cut { rows, next, count } = compute(move || {
        let mut rows = Vec::new();
        for (customer, account) in &customers {
            for it in account.assignments(on) {
                let wanted = facility.as_ref().is_none_or(|facility| *facility == it.facility)
                    && (states.is_empty() || states.contains(&state(it.state)))
                    && !(held_only && it.held.is_zero());
                if wanted {
                    let assignment = it.assignment.clone();
                    let place = Place { customer: customer.clone(), assignment };
                    rows.push((place, message(customer, &it)));
                }
            }
        }
        page::cut(rows, after.as_ref(), size)
    })
    .await?;
    let next = next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::ListAssignmentsResponse {
        assignments: rows.into_iter().map(|(_, it)| it).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
    })
}

/// `GetAssignment`.
pub(super) async fn get(
    api: &Api,
    request: proto::GetAssignmentRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetAssignmentResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, assignment)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let assignment = fields.text::<AssignmentId>("assignment_id", &it.assignment_id);
            Ok((customer?, assignment?))
        })?;
    let single = as_of.single(&tenant, &customer).await?;
    let mut all = single.account.assignments(single.on).into_iter();
    let found = all.find(|it| it.assignment == assignment);
    let missing = || Explanation::not_found(Subject::Assignment, assignment.as_str());
    Ok(proto::GetAssignmentResponse {
        assignment: Some(message(&customer, &found.ok_or_else(missing)?)),
        position: Some(single.position()),
        effective_date: Some(single.effective_date()),
    })
}

/// `GetEligibility`: by what is known now and the agreement as it is registered.
pub(super) async fn eligibility(
    api: &Api,
    request: proto::GetEligibilityRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetEligibilityResponse, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, invoice, facility)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let invoice = fields.text::<InvoiceId>("invoice_id", &it.invoice_id);
            let facility = fields.text::<FacilityId>("facility_id", &it.facility_id);
            Ok((customer?, invoice?, facility?))
        })?;
    let single = as_of.single(&tenant, &customer).await?;
    let (_, host) =
        tenant.all_invoicing().next().ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
    let policy = host.read(|books| books.policy.clone())?;
    if policy.facilities().all(|it| it.facility != facility) {
        return Err(Explanation::not_found(Subject::Facility, facility.as_str()));
    }
    let account = &single.account;
    let reasons = policy.ineligible(account, &customer, &facility, &invoice, single.on);
    let missing = || Explanation::not_found(Subject::Invoice, invoice.as_str());
    let reasons = reasons.ok_or_else(missing)?;
    Ok(proto::GetEligibilityResponse {
        eligible: reasons.is_empty(),
        reasons: reasons
            .iter()
            .map(|it| proto::get_eligibility_response::Reason {
                reason: it.word().to_owned(),
                message: it.to_string(),
            })
            .collect(),
        position: Some(single.position()),
        effective_date: Some(single.effective_date()),
    })
}

/// The states that are wanted; none: all.
fn states(fields: &mut Fields, numbers: &[i32]) -> Read<Vec<State>> {
    fields.each("states", numbers, |fields, field, number| {
        let named = State::try_from(*number).ok().filter(|it| *it != State::Unspecified);
        named.ok_or_else(|| fields.wrong(field, format_args!("{number} is no state")))
    })
}

fn state(it: AssignmentState) -> State {
    match it {
        AssignmentState::Offered => State::Offered,
        AssignmentState::Ended => State::Ended,
        AssignmentState::Assigned => State::Assigned,
        AssignmentState::Funded => State::Funded,
        AssignmentState::Recourse => State::Recourse,
        AssignmentState::Repurchased => State::Repurchased,
        AssignmentState::Settled => State::Settled,
    }
}

fn message(customer: &CustomerId, it: &AssignmentView) -> proto::Assignment {
    let terms = it.terms.as_ref();
    let (funded, kept) = it.funded.map(|(_, amount, fee)| (amount, fee)).unzip();
    proto::Assignment {
        assignment_id: it.assignment.to_string(),
        customer_id: customer.to_string(),
        invoice_id: it.invoice.to_string(),
        facility_id: it.facility.to_string(),
        state: state(it.state).into(),
        amount: Some(money(it.amount)),
        offer_date: it.offered_on.map(day),
        assignee: text(terms.map(|it| &it.assignee)),
        kind: terms.map_or(0, |it| it.kind.number()),
        recourse: terms.is_some_and(|it| it.recourse),
        collects: terms.is_some_and(|it| it.collects),
        payee: text(terms.and_then(|it| it.payee.as_ref())),
        assign_date: terms.map(|it| day(it.assigned_on)),
        notify_date: terms.and_then(|it| it.notified_on).map(day),
        never_open_amount: Some(money(it.never_open)),
        open_amount: Some(money(it.open)),
        paid_to_assignee_amount: Some(money(it.paid_to_assignee)),
        held_amount: Some(money(it.held)),
        held: it
            .held_of
            .iter()
            .map(|(payment, amount)| proto::assignment::Held {
                payment_id: payment.to_string(),
                amount: Some(money(*amount)),
            })
            .collect(),
        passed_on_amount: Some(money(it.passed_on)),
        paid_to_tenant_amount: Some(money(it.paid_to_tenant)),
        diluted_amount: Some(money(it.diluted)),
        disputed_amount: Some(money(it.disputed)),
        given_up_amount: Some(money(it.given_up)),
        fund_date: it.funded.map(|(on, ..)| day(on)),
        funded_amount: funded.map(money),
        fee_amount: kept.map(money),
        reserve_amount: Some(money(it.reserve)),
        recourse_date: it.recourse.map(|(on, ..)| day(on)),
        ground: it.recourse.map_or(0, |(_, ground, _)| ground.number()),
        costs_amount: it.recourse.map(|(.., costs)| money(costs)),
        repurchase_date: it.repurchased.map(|(on, _)| day(on)),
        repurchase_amount: it.repurchased.map(|(_, amount)| money(amount)),
        settle_date: it.settled.map(|(on, _)| day(on)),
        settle_amount: it.settled.map(|(_, amount)| money(amount)),
    }
}
