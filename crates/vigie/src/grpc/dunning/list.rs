//! `ListReminders`: by customer and as they were planned, page by page. What holds of pages of open
//! items holds of these.

use ::dunning::Policy;
use api::dunning::{self as proto, reminder::State};
use chrono::NaiveDate;
use events::{CustomerId, ReminderId, dunning::Channel};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::messages;
use crate::grpc::{
    Api,
    fields::{Fields, Read},
    messages::number,
    page::{self, Cut, Token},
    queries::{AsOf, compute},
    status::Explanation,
};

/// Where a reminder stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    customer: CustomerId,
    planned_on: NaiveDate,
    reminder: ReminderId,
}

pub(super) async fn list_reminders(
    api: &Api,
    request: proto::ListRemindersRequest,
    deadline: Option<Instant>,
) -> Result<proto::ListRemindersResponse, Explanation> {
    let mut asked = request.clone();
    asked.page_size = 0;
    asked.page_token.clear();
    asked.min_position = None;
    let it = request;
    let (tenant, mut as_of, (size, token, states, customer, channel)) = AsOf::read(
        api,
        &it.tenant_id,
        it.as_of.clone(),
        it.min_position.clone(),
        deadline,
        |fields| {
            let size = page::size(fields, it.page_size);
            let token = page::token::<Place>(fields, &it.page_token, &asked);
            let states = states(fields, &it.states);
            let customer = fields.optional::<CustomerId>("customer_id", &it.customer_id);
            let channel = match it.channel {
                0 => Ok(None),
                it => fields.word::<Channel>("channel", it).map(Some),
            };
            Ok((size?, token?, states?, customer?, channel?))
        },
    )?;
    let (after, pinned) = token.map(|it| (it.after, it.pinned)).unzip();
    as_of.on = pinned.flatten().or(as_of.on);
    let all = as_of.everybody::<Policy>(api, &tenant).await?;
    let (position, effective_date, on) = (all.position(), all.effective_date(), all.on);
    let mut customers = all.customers;
    customers.retain(|(id, _)| customer.as_ref().is_none_or(|customer| customer == id));
    let takes = move |state: State, by: Channel| {
        (states.is_empty() || states.contains(&state)) && channel.is_none_or(|it| it == by)
    };
    let Cut { rows, next, count } = compute(move || {
        let mut rows = Vec::new();
        for (customer, dunning) in &customers {
            let place = |it: &events::dunning::Reminder| Place {
                customer: customer.clone(),
                planned_on: it.planned_on,
                reminder: it.reminder.clone(),
            };
            if let Some(it) = dunning.pending()
                && takes(messages::state(&it.state), it.channel)
            {
                rows.push((place(&it.reminder), messages::pending(customer, &it)));
            }
            for it in dunning.sent().filter(|it| takes(State::Sent, it.channel)) {
                rows.push((place(&it.reminder), messages::sent(customer, &it)));
            }
        }
        page::cut(rows, after.as_ref(), size)
    })
    .await?;
    let next = next.map(|after| Token { after, pinned: Some(on) }.write(&asked));
    Ok(proto::ListRemindersResponse {
        reminders: rows.into_iter().map(|(_, it)| it).collect(),
        next_page_token: next.unwrap_or_default(),
        position: Some(position),
        effective_date: Some(effective_date),
        total_size: number(u64::try_from(count).unwrap_or(u64::MAX)),
    })
}

/// The states that are wanted; none: all.
fn states(fields: &mut Fields, numbers: &[i32]) -> Read<Vec<State>> {
    fields.each("states", numbers, |fields, field, number| {
        let named = State::try_from(*number).ok().filter(|it| *it != State::Unspecified);
        named.ok_or_else(|| fields.wrong(field, format_args!("{number} is no state")))
    })
}
