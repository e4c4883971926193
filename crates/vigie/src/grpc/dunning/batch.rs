//! Many reminders agreed to or taken back at once: each is done or refused by itself.

use std::sync::Arc;

use ::dunning::{ApproveReminder, Command, Policy, WithdrawReminder};
use api::dunning::{self as proto, reminder_result::Result as Outcome};
use events::{ActorId, CustomerId, ReminderId, TenantId};
use tokio::time::{Instant, timeout_at};
use tonic::Status;

use super::convert;
use crate::{
    grpc::{
        Api,
        decide::answers_now,
        fields::{Fields, Read},
        position::{self, Places},
        status::Explanation,
    },
    intake::{self, Asked, Submitted},
    tenants::Tenant,
};

/// Most reminders in one call.
const REMINDERS_MAX: usize = 100;

/// What became of many.
struct Answered {
    results: Vec<proto::ReminderResult>,
    position: api::shared::Position,
    changed: bool,
}

pub(super) async fn approve(
    api: &Api,
    request: proto::BatchApproveRemindersRequest,
    deadline: Option<Instant>,
) -> Result<proto::BatchApproveRemindersResponse, Status> {
    let it = request;
    let common = |fields: &mut Fields| {
        let approved_by = fields.text("approved_by", &it.approved_by);
        let approve_date = fields.date("approve_date", it.approve_date);
        let channel = convert::optional_word(fields, "channel", it.channel);
        let (approved_by, approve_date, channel) = (approved_by?, approve_date?, channel?);
        Ok(move |customer_id, reminder_id| {
            let approved_by = ActorId::clone(&approved_by);
            Command::ApproveReminder(ApproveReminder {
                customer_id,
                reminder_id,
                approved_by,
                approve_date,
                channel,
                template: None,
            })
        })
    };
    let Answered { results, position, changed } =
        each(api, &it.tenant_id, &it.actor_id, it.reminders, common, deadline).await?;
    Ok(proto::BatchApproveRemindersResponse { results, position: Some(position), changed })
}

pub(super) async fn withdraw(
    api: &Api,
    request: proto::BatchWithdrawRemindersRequest,
    deadline: Option<Instant>,
) -> Result<proto::BatchWithdrawRemindersResponse, Status> {
    let it = request;
    let common = |fields: &mut Fields| {
        let withdrawn_by = fields.text("withdrawn_by", &it.withdrawn_by);
        let withdraw_date = fields.date("withdraw_date", it.withdraw_date);
        let postpone_date = fields.optional_date("postpone_date", it.postpone_date);
        let (withdrawn_by, withdraw_date) = (withdrawn_by?, withdraw_date?);
        let postpone_date = postpone_date?;
        Ok(move |customer_id, reminder_id| {
            let withdrawn_by = ActorId::clone(&withdrawn_by);
            Command::WithdrawReminder(WithdrawReminder {
                customer_id,
                reminder_id,
                withdrawn_by,
                withdraw_date,
                postpone_date,
            })
        })
    };
    let Answered { results, position, changed } =
        each(api, &it.tenant_id, &it.actor_id, it.reminders, common, deadline).await?;
    Ok(proto::BatchWithdrawRemindersResponse { results, position: Some(position), changed })
}

/// Hands all of them in, in their order, and waits for every answer. What is refused of one leaves the
/// others alone; a request that cannot be read, and whatever else goes wrong, ends the call.
async fn each<C: Fn(CustomerId, ReminderId) -> Command>(
    api: &Api,
    tenant_id: &str,
    actor_id: &str,
    reminders: Vec<proto::ReminderName>,
    common: impl FnOnce(&mut Fields) -> Read<C>,
    deadline: Option<Instant>,
) -> Result<Answered, Status> {
    let (tenant, actor, commands) = Fields::read(|fields| {
        let tenant = fields.text::<TenantId>("tenant_id", tenant_id);
        let actor = fields.optional::<ActorId>("actor_id", actor_id);
        let command = common(fields);
        if reminders.is_empty() || reminders.len() > REMINDERS_MAX {
            let why = format!("has 1 to {REMINDERS_MAX}, not {}", reminders.len());
            return Err(fields.wrong("reminders", why));
        }
        let named = fields.each("reminders", &reminders, |fields, field, it| {
            fields.within(field, |fields| {
                let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
                let reminder = fields.text::<ReminderId>("reminder_id", &it.reminder_id);
                Ok((customer?, reminder?))
            })
        });
        let command = command?;
        let commands: Vec<_> = named?.into_iter().map(|(of, it)| command(of, it)).collect();
        // What they have in common is wrong in all of them, or in none.
        let first = commands.first().map(|it| convert::checked(fields, it.clone()));
        first.transpose()?;
        Ok((tenant?, actor?, commands))
    })
    .map_err(Explanation::fields)?;
    let tenant = api.tenant(&tenant)?;
    for (_, host) in tenant.hosts::<Policy>() {
        answers_now(host)?;
    }
    let all = answers(&tenant, actor, reminders, commands);
    match deadline {
        None => all.await,
        Some(at) => timeout_at(at, all).await.unwrap_or_else(|_| Err(Explanation::late().into())),
    }
}

async fn answers(
    tenant: &Arc<Tenant>,
    actor: Option<ActorId>,
    reminders: Vec<proto::ReminderName>,
    commands: Vec<Command>,
) -> Result<Answered, Status> {
    let mut submitted = Vec::with_capacity(commands.len());
    for command in commands {
        let asked = Asked { command, request: None, actor: actor.clone() };
        submitted.push(intake::submit::<Policy>(tenant, asked).await);
    }
    let (mut results, mut places, mut changed) = (Vec::new(), Places::new(), false);
    for (reminder, submitted) in reminders.into_iter().zip(submitted) {
        let answered = match submitted {
            Ok(submitted) => Submitted::answer(submitted).await,
            Err(failure) => Err(failure),
        };
        let outcome = match answered.map_err(Explanation::from) {
            Ok(taken) => {
                for (partition, sequence) in &taken.position {
                    let place = places.entry(*partition).or_default();
                    *place = (*place).max(*sequence);
                }
                changed |= !taken.events.is_empty();
                Outcome::Acceptance(proto::ReminderAcceptance {
                    position: Some(position::of(&taken.position)),
                    changed: !taken.events.is_empty(),
                })
            }
            Err(why) if why.is_refusal() => Outcome::Refusal(why.refusal()),
            Err(why) => return Err(why.into()),
        };
        results.push(proto::ReminderResult { reminder: Some(reminder), result: Some(outcome) });
    }
    Ok(Answered { results, position: position::of(&places), changed })
}
