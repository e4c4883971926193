//! `vigie.invoicing.v1.InvoicingService`: every method, and where it is answered.

use std::pin::Pin;

use api::invoicing::{self as proto, invoicing_service_server::InvoicingService};
use futures::Stream;
use tonic::{Request, Response, Status, Streaming};

use super::{Api, bulk, commands, deadline, queries};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Messages to a caller.
pub(crate) type Out<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

macro_rules! service {
    (
        commands { $($command:ident $asks:ident $answers:ident)+ }
        questions { $($question:ident $file:ident $wants:ident $tells:ident)+ }
    ) => {
        #[tonic::async_trait]
        impl InvoicingService for Service {
            $(async fn $command(
                &self,
                request: Request<proto::$asks>,
            ) -> Result<Response<proto::$answers>, Status> {
                let answered = commands::take(&self.0, request).await?;
                Ok(Response::new(answered.into()))
            })+

            $(async fn $question(
                &self,
                request: Request<proto::$wants>,
            ) -> Result<Response<proto::$tells>, Status> {
                let deadline = deadline(&request);
                let answer = queries::$file::$question(&self.0, request.into_inner(), deadline);
                Ok(Response::new(answer.await?))
            })+

            async fn submit_commands(
                &self,
                request: Request<Streaming<proto::SubmitCommandsRequest>>,
            ) -> Result<Response<proto::SubmitCommandsResponse>, Status> {
                bulk::submit(&self.0, request).await.map(Response::new)
            }

            type StreamCommandsStream = Out<proto::StreamCommandsResponse>;

            async fn stream_commands(
                &self,
                request: Request<Streaming<proto::StreamCommandsRequest>>,
            ) -> Result<Response<Self::StreamCommandsStream>, Status> {
                Ok(Response::new(bulk::stream(&self.0, request)))
            }

            type WatchAccountStream = Out<proto::WatchAccountResponse>;

            async fn watch_account(
                &self,
                request: Request<proto::WatchAccountRequest>,
            ) -> Result<Response<Self::WatchAccountStream>, Status> {
                queries::watch::watch_account(&self.0, request).await.map(Response::new)
            }
        }
    };
}

service! {
    commands {
        register_customer RegisterCustomerRequest RegisterCustomerResponse
        amend_customer AmendCustomerRequest AmendCustomerResponse
        issue_invoice IssueInvoiceRequest IssueInvoiceResponse
        correct_invoice CorrectInvoiceRequest CorrectInvoiceResponse
        cancel_invoice CancelInvoiceRequest CancelInvoiceResponse
        issue_credit_note IssueCreditNoteRequest IssueCreditNoteResponse
        cancel_credit_note CancelCreditNoteRequest CancelCreditNoteResponse
        record_payment RecordPaymentRequest RecordPaymentResponse
        reverse_payment ReversePaymentRequest ReversePaymentResponse
        record_refund RecordRefundRequest RecordRefundResponse
        release_deposit ReleaseDepositRequest ReleaseDepositResponse
        allocate AllocateRequest AllocateResponse
        withdraw_allocation WithdrawAllocationRequest WithdrawAllocationResponse
        open_dispute OpenDisputeRequest OpenDisputeResponse
        resolve_dispute ResolveDisputeRequest ResolveDisputeResponse
        make_promise MakePromiseRequest MakePromiseResponse
        withdraw_promise WithdrawPromiseRequest WithdrawPromiseResponse
        agree_plan AgreePlanRequest AgreePlanResponse
        cancel_plan CancelPlanRequest CancelPlanResponse
        request_write_off RequestWriteOffRequest RequestWriteOffResponse
        approve_write_off ApproveWriteOffRequest ApproveWriteOffResponse
        reject_write_off RejectWriteOffRequest RejectWriteOffResponse
        adopt_policy AdoptPolicyRequest AdoptPolicyResponse
        register_terms RegisterTermsRequest RegisterTermsResponse
    }
    questions {
        get_account account GetAccountRequest GetAccountResponse
        list_accounts accounts ListAccountsRequest ListAccountsResponse
        get_invoice invoice GetInvoiceRequest GetInvoiceResponse
        get_payment payment GetPaymentRequest GetPaymentResponse
        list_open_items open_items ListOpenItemsRequest ListOpenItemsResponse
        get_aged_balance aged_balance GetAgedBalanceRequest GetAgedBalanceResponse
        get_statement statement GetStatementRequest GetStatementResponse
        get_indicators indicators GetIndicatorsRequest GetIndicatorsResponse
        get_policy policy GetPolicyRequest GetPolicyResponse
        get_dispute_causes
            dispute_causes GetDisputeCausesRequest GetDisputeCausesResponse
        get_terms terms GetTermsRequest GetTermsResponse
    }
}
