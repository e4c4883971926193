//! `vigie.dunning.v1.DunningService`: every method, and where it is answered.

mod batch;
mod charges;
mod convert;
mod list;
mod messages;
mod policy;
mod supply;
mod worklist;

use ::dunning::{Command, Policy};
use api::dunning::{self as proto, dunning_service_server::DunningService};
use events::CustomerId;
use tokio::time::Instant;
use tonic::{Request, Response, Status};

pub(crate) use policy::message as policy_message;

use super::{
    Api, deadline,
    decide::{Heading, decide},
    fields::{Fields, Read, day},
    position,
    queries::{AsOf, One},
    status::Explanation,
};
use crate::{intake::Taken, tenants::Tenant};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// A request with one command in it.
trait OfCommand {
    type Item;
    type Answer;
    fn parts(self) -> (Heading, Option<Self::Item>);
    fn read(fields: &mut Fields, item: Self::Item) -> Read<Command>;
    fn answer(position: api::shared::Position, changed: bool) -> Self::Answer;
}

async fn take<R: OfCommand>(api: &Api, request: Request<R>) -> Result<R::Answer, Status> {
    let deadline = deadline(&request);
    let (heading, item) = request.into_inner().parts();
    let (tenant, asked) = heading.over(api, item, R::read)?;
    let (Taken { position, events }, _) = decide::<Policy>(&tenant, asked, deadline).await?;
    Ok(R::answer(position::of(&position), !events.is_empty()))
}

/// Commands, read by a function of `convert`; and all else, answered by a function somewhere.
macro_rules! service {
    (
        commands { $($method:ident $asks:ident $answers:ident $item:ident $read:ident;)+ }
        others { $($other:ident $other_asks:ident $other_answers:ident $answer:path;)+ }
    ) => {
        $(impl OfCommand for proto::$asks {
            type Item = proto::$item;
            type Answer = proto::$answers;

            fn parts(self) -> (Heading, Option<Self::Item>) {
                let Self { tenant_id, request_id, actor_id, command } = self;
                (Heading { tenant_id, request_id, actor_id }, command)
            }

            fn read(fields: &mut Fields, item: Self::Item) -> Read<Command> {
                convert::$read(fields, &item)
            }

            fn answer(position: api::shared::Position, changed: bool) -> Self::Answer {
                proto::$answers { position: Some(position), changed }
            }
        })+

        #[tonic::async_trait]
        impl DunningService for Service {
            $(async fn $method(
                &self,
                request: Request<proto::$asks>,
            ) -> Result<Response<proto::$answers>, Status> {
                take(&self.0, request).await.map(Response::new)
            })+

            $(async fn $other(
                &self,
                request: Request<proto::$other_asks>,
            ) -> Result<Response<proto::$other_answers>, Status> {
                let deadline = deadline(&request);
                let answer = $answer(&self.0, request.into_inner(), deadline);
                Ok(Response::new(answer.await?))
            })+
        }
    };
}

service! {
    commands {
        adopt_dunning_policy
            AdoptDunningPolicyRequest AdoptDunningPolicyResponse DunningPolicy policy;
        choose_ladder ChooseLadderRequest ChooseLadderResponse ChooseLadder choose;
        place_hold PlaceHoldRequest PlaceHoldResponse PlaceHold hold;
        lift_hold LiftHoldRequest LiftHoldResponse LiftHold lift;
        approve_reminder ApproveReminderRequest ApproveReminderResponse ApproveReminder approve;
        withdraw_reminder WithdrawReminderRequest WithdrawReminderResponse WithdrawReminder withdraw;
        record_sending RecordSendingRequest RecordSendingResponse RecordSending sending;
        record_failure RecordFailureRequest RecordFailureResponse RecordFailure failure;
        log_contact LogContactRequest LogContactResponse LogContact contact;
        record_presentation
            RecordPresentationRequest RecordPresentationResponse RecordPresentation presentation;
        waive_charges WaiveChargesRequest WaiveChargesResponse WaiveCharges waive;
        restore_charges RestoreChargesRequest RestoreChargesResponse RestoreCharges restore;
    }
    others {
        batch_approve_reminders
            BatchApproveRemindersRequest BatchApproveRemindersResponse batch::approve;
        batch_withdraw_reminders
            BatchWithdrawRemindersRequest BatchWithdrawRemindersResponse batch::withdraw;
        get_charges GetChargesRequest GetChargesResponse charges::get_charges;
        get_dunning GetDunningRequest GetDunningResponse get_dunning;
        get_supply GetSupplyRequest GetSupplyResponse supply::get_supply;
        list_reminders ListRemindersRequest ListRemindersResponse list::list_reminders;
        list_worklist ListWorklistRequest ListWorklistResponse worklist::list_worklist;
        get_dunning_policy GetDunningPolicyRequest GetDunningPolicyResponse policy::get_policy;
    }
}

async fn get_dunning(
    api: &Api,
    request: proto::GetDunningRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetDunningResponse, Explanation> {
    let proto::GetDunningRequest { tenant_id, customer_id, as_of, min_position } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &customer_id)
        })?;
    let One { policy, state, position, on } = known(&tenant, &as_of, &customer).await?;
    Ok(proto::GetDunningResponse {
        dunning: Some(messages::dunning(&customer, &policy, &state, on)),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}

/// What was known of a customer that is known at all.
async fn known(
    tenant: &Tenant,
    as_of: &AsOf,
    customer: &CustomerId,
) -> Result<One<Policy>, Explanation> {
    let one = as_of.one::<Policy>(tenant, customer).await?;
    if !one.state.is_known() {
        return Err(Explanation::not_found(invoicing::Subject::Customer, customer.as_str()));
    }
    Ok(one)
}

/// What would be adopted by whoever asked for these rules over gRPC.
#[cfg(test)]
pub(crate) fn read_policy(
    rules: &events::dunning::DunningPolicy,
) -> Result<events::dunning::DunningPolicy, Vec<invoicing::FieldError>> {
    let command = Fields::read(|fields| convert::policy(fields, &policy_message(rules)))?;
    let Command::AdoptDunningPolicy(it) = command else { panic!("{command:?}") };
    Ok(*it)
}
