//! `vigie.invoicing.v1.AssignmentService`: every method, and where it is answered.

mod convert;
mod questions;

use api::invoicing::{self as proto, assignment_service_server::AssignmentService};
use invoicing::Policy;

use super::{Api, method};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

method::service! {
    AssignmentService of Policy {
        commands {
            register_facility
                RegisterFacilityRequest RegisterFacilityResponse RegisterFacility convert::facility;
            offer_receivable
                OfferReceivableRequest OfferReceivableResponse OfferReceivable convert::offer;
            end_offer EndOfferRequest EndOfferResponse EndOffer convert::end_offer;
            assign_receivable
                AssignReceivableRequest AssignReceivableResponse AssignReceivable convert::assign;
            notify_assignment
                NotifyAssignmentRequest NotifyAssignmentResponse NotifyAssignment convert::notify;
            fund_assignment
                FundAssignmentRequest FundAssignmentResponse FundAssignment convert::fund;
            record_assignee_payment
                RecordAssigneePaymentRequest RecordAssigneePaymentResponse RecordAssigneePayment
                convert::paid;
            pass_payment_on
                PassPaymentOnRequest PassPaymentOnResponse PassPaymentOn convert::pass_on;
            take_recourse TakeRecourseRequest TakeRecourseResponse TakeRecourse convert::recourse;
            repurchase RepurchaseRequest RepurchaseResponse Repurchase convert::repurchase;
            settle_assignment
                SettleAssignmentRequest SettleAssignmentResponse SettleAssignment convert::settle;
        }
        questions {
            list_assignments ListAssignmentsRequest ListAssignmentsResponse questions::list;
            get_assignment GetAssignmentRequest GetAssignmentResponse questions::get;
            get_eligibility GetEligibilityRequest GetEligibilityResponse questions::eligibility;
        }
    }
}
