//! One command to invoicing, one answer, once what follows from it is durable.

mod answers;

use std::sync::Arc;

use api::{invoicing as proto, shared::Position};
use chrono::NaiveDate;
use events::{
    CreditNoteId, DisputeId, InvoiceId, PaymentId, WriteOffId,
    invoicing::{Event, Source},
};
use invoicing::{Account, Command, Policy};
use law::terms::Warning;
use tonic::{Request, Status};

use super::{
    Api,
    convert::{self, Item},
    deadline,
    decide::{Heading, decide},
    position,
    status::Explanation,
};
use crate::intake::Taken;

/// A request with one command in it.
pub(crate) trait OfCommand {
    /// What it names, and what it asks.
    fn parts(self) -> (Heading, Option<Item>);
}

macro_rules! requests {
    ($($request:ident $item:ident)+) => {
        $(impl OfCommand for proto::$request {
            fn parts(self) -> (Heading, Option<Item>) {
                let Self { tenant_id, request_id, actor_id, command } = self;
                (Heading { tenant_id, request_id, actor_id }, command.map(Item::$item))
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
    RegisterTermsRequest RegisterTerms
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
            | Command::RegisterTerms(_)
            | Command::Assign(_)
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
    /// What speaks against the terms of an invoice.
    terms_warning: Option<Warning>,
}

/// At the end of time, what is recorded is what is effective.
const EVER: NaiveDate = NaiveDate::MAX;

/// Reads a command, hands it in, and waits until it is durable.
pub(crate) async fn take<R: OfCommand>(api: &Api, request: Request<R>) -> Result<Answered, Status> {
    let deadline = deadline(&request);
    let (heading, item) = request.into_inner().parts();
    let (tenant, asked) = heading.over(api, item, convert::command)?;
    let about = About::of(&asked.command);
    let customer = asked.command.customer().cloned();
    let (taken, host) = decide::<Policy>(&tenant, asked, deadline).await?;
    let account = match (&about, customer) {
        (About::Other, _) | (_, None) => None,
        (_, Some(customer)) => {
            let state = host.read(|books| books.customer(&customer).map(|it| it.state.clone()));
            state.map_err(Explanation::from)?
        }
    };
    let terms_warning = match (&about, &account) {
        (About::Invoice(invoice), Some(account)) => {
            let judged = host.read(|books| books.policy.terms_warning(account, invoice));
            judged.map_err(Explanation::from)?
        }
        (_, _) => None,
    };
    let Taken { position, events } = taken;
    Ok(Answered { position: position::of(&position), events, about, account, terms_warning })
}
