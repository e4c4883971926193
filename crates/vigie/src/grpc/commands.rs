//! One command, one answer, once what follows from it is durable. It is decided by the same door as
//! every other way in.

mod answers;

use std::sync::Arc;

use api::{invoicing as proto, shared::Position};
use chrono::NaiveDate;
use events::{
    ActorId, CreditNoteId, DisputeId, InvoiceId, PaymentId, Reference, TenantId, WriteOffId,
    invoicing::{Event, Source},
};
use invoicing::{Account, Command};
use tokio::time::{Instant, timeout_at};
use tonic::{Request, Status};

use super::{
    Api,
    convert::{self, Item},
    deadline,
    fields::{Fields, REQUIRED},
    position,
    status::Explanation,
};
use crate::{
    intake::{self, Asked, Taken},
    tenants::Tenant,
};

/// A request with one command in it.
pub(crate) trait OfCommand {
    /// The tenant, the request and the actor it names, and what it asks.
    fn parts(self) -> (String, String, String, Option<Item>);
}

macro_rules! requests {
    ($($request:ident $item:ident)+) => {
        $(impl OfCommand for proto::$request {
            fn parts(self) -> (String, String, String, Option<Item>) {
                (self.tenant_id, self.request_id, self.actor_id, self.command.map(Item::$item))
            }
        })+
    };
}

requests! {
    RegisterCustomerRequest RegisterCustomer
    AmendCustomerRequest AmendCustomer
    IssueInvoiceRequest IssueInvoice
    CorrectInvoiceRequest CorrectInvoice
    CancelInvoiceRequest CancelInvoice
    IssueCreditNoteRequest IssueCreditNote
    CancelCreditNoteRequest CancelCreditNote
    RecordPaymentRequest RecordPayment
    ReversePaymentRequest ReversePayment
    RecordRefundRequest RecordRefund
    ReleaseDepositRequest ReleaseDeposit
    AllocateRequest Allocate
    WithdrawAllocationRequest WithdrawAllocation
    OpenDisputeRequest OpenDispute
    ResolveDisputeRequest ResolveDispute
    MakePromiseRequest MakePromise
    WithdrawPromiseRequest WithdrawPromise
    AgreePlanRequest AgreePlan
    CancelPlanRequest CancelPlan
    RequestWriteOffRequest RequestWriteOff
    ApproveWriteOffRequest ApproveWriteOff
    RejectWriteOffRequest RejectWriteOff
    AdoptPolicyRequest AdoptPolicy
}

/// What a command is about, for answers that say how it stands now.
#[derive(Debug, Clone)]
enum About {
    Invoice(InvoiceId),
    Source(Source),
    Allocation(Source, InvoiceId),
    Dispute(DisputeId),
    WriteOff(WriteOffId),
    Other,
}

impl About {
    fn of(command: &Command) -> Self {
        let payment = |it: &PaymentId| Self::Source(Source::Payment(it.clone()));
        let credit_note = |it: &CreditNoteId| Self::Source(Source::CreditNote(it.clone()));
        match command {
            Command::IssueInvoice(it) | Command::CorrectInvoice(it) => {
                Self::Invoice(it.invoice_id.clone())
            }
            Command::IssueCreditNote(it) => credit_note(&it.credit_note_id),
            Command::RecordPayment(it) => payment(&it.payment_id),
            Command::ReleaseDeposit(it) => payment(&it.payment_id),
            Command::Allocate(it) => Self::Allocation(it.source.clone(), it.invoice_id.clone()),
            Command::OpenDispute(it) => Self::Dispute(it.dispute_id.clone()),
            Command::RequestWriteOff(it) => Self::WriteOff(it.write_off_id.clone()),
            Command::ApproveWriteOff(it) => Self::WriteOff(it.write_off_id.clone()),
            Command::AdoptPolicy(_)
            | Command::RegisterCustomer(_)
            | Command::AmendCustomer(_)
            | Command::CancelInvoice(_)
            | Command::CancelCreditNote(_)
            | Command::ReversePayment(_)
            | Command::RecordRefund(_)
            | Command::WithdrawAllocation(_)
            | Command::ResolveDispute(_)
            | Command::MakePromise(_)
            | Command::WithdrawPromise(_)
            | Command::AgreePlan(_)
            | Command::CancelPlan(_)
            | Command::RejectWriteOff(_)
            | Command::Step(_) => Self::Other,
        }
    }
}

/// A command that was taken, with what answers are made of.
#[derive(Debug)]
pub(crate) struct Answered {
    position: Position,
    events: Vec<Event>,
    about: About,
    /// How the account stands; read only for answers that say so.
    account: Option<Arc<Account>>,
}

/// At the end of time, what is recorded is what is effective.
const EVER: NaiveDate = NaiveDate::MAX;

/// Reads a command, hands it in, and waits until it is durable.
pub(crate) async fn take<R: OfCommand>(api: &Api, request: Request<R>) -> Result<Answered, Status> {
    let deadline = deadline(&request);
    let (tenant_id, request_id, actor_id, item) = request.into_inner().parts();
    let (tenant, asked) = Fields::read(|fields| {
        let tenant = fields.text::<TenantId>("tenant_id", &tenant_id);
        let request = fields.optional::<Reference>("request_id", &request_id);
        let actor = fields.optional::<ActorId>("actor_id", &actor_id);
        let command = match item {
            Some(item) => fields.within("command", |fields| convert::command(fields, item)),
            None => Err(fields.wrong("command", REQUIRED)),
        };
        Ok((tenant?, Asked { command: command?, request: request?, actor: actor? }))
    })
    .map_err(Explanation::fields)?;
    let tenant = api.tenant(&tenant)?;
    let about = About::of(&asked.command);
    let customer = asked.command.customer().cloned();
    let host = match &customer {
        Some(customer) => tenant.invoicing(customer).map(|(_, host)| host),
        None => tenant.all_invoicing().next().map(|(_, host)| host),
    };
    let host = host.ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
    let Taken { position, events } = decide(&tenant, asked, host, deadline).await?;
    let account = match (&about, customer) {
        (About::Other, _) | (_, None) => None,
        (_, Some(customer)) => {
            let state = host.read(|books| books.customer(&customer).map(|it| it.state.clone()));
            state.map_err(Explanation::from)?
        }
    };
    Ok(Answered { position: position::of(&position), events, about, account })
}

/// Waits for the answer up to the deadline. If it is the journal that did not answer by then, that is
/// what the caller is told.
async fn decide(
    tenant: &Arc<Tenant>,
    asked: Asked,
    host: &host::Host<invoicing::Policy>,
    deadline: Option<Instant>,
) -> Result<Taken, Status> {
    answers_now(host)?;
    let decided = async { intake::submit(tenant, asked).await?.answer().await };
    let decided = match deadline {
        None => decided.await,
        Some(at) => match timeout_at(at, decided).await {
            Ok(decided) => decided,
            Err(_) => return Err(Explanation::late_because(&host.status().borrow()).into()),
        },
    };
    decided.map_err(|failure| Explanation::from(failure).of_command())
}

/// A service that still reads what it has missed would let its callers wait for that: they are told
/// instead, and may ask another replica.
pub(crate) fn answers_now(host: &host::Host<invoicing::Policy>) -> Result<(), Explanation> {
    host.read(|_| ()).map_err(Explanation::from)
}
