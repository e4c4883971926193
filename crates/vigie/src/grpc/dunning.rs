//! `vigie.dunning.v1.DunningService`: every method, and where it is answered.

mod batch;
mod charges;
mod convert;
mod list;
mod messages;
mod policy;
mod supply;
mod worklist;

use ::dunning::Policy;
use api::dunning::{self as proto, dunning_service_server::DunningService};
use events::CustomerId;
use tokio::time::Instant;

pub(crate) use policy::message as policy_message;

use super::{
    Api,
    fields::day,
    method,
    queries::{AsOf, One},
    status::Explanation,
};
use crate::tenants::Tenant;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

method::service! {
    DunningService of Policy {
        commands {
            adopt_dunning_policy
                AdoptDunningPolicyRequest AdoptDunningPolicyResponse DunningPolicy convert::policy;
            choose_ladder ChooseLadderRequest ChooseLadderResponse ChooseLadder convert::choose;
            place_hold PlaceHoldRequest PlaceHoldResponse PlaceHold convert::hold;
            lift_hold LiftHoldRequest LiftHoldResponse LiftHold convert::lift;
            approve_reminder ApproveReminderRequest ApproveReminderResponse ApproveReminder convert::approve;
            withdraw_reminder WithdrawReminderRequest WithdrawReminderResponse WithdrawReminder convert::withdraw;
            record_sending RecordSendingRequest RecordSendingResponse RecordSending convert::sending;
            record_failure RecordFailureRequest RecordFailureResponse RecordFailure convert::failure;
            log_contact LogContactRequest LogContactResponse LogContact convert::contact;
            record_presentation
                RecordPresentationRequest RecordPresentationResponse RecordPresentation convert::presentation;
            waive_charges WaiveChargesRequest WaiveChargesResponse WaiveCharges convert::waive;
            restore_charges RestoreChargesRequest RestoreChargesResponse RestoreCharges convert::restore;
        }
        questions {
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
