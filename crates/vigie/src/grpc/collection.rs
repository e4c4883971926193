//! `vigie.collection.v1.CollectionService`: every method, and where it is answered.

mod advice;
mod collector;
mod convert;
mod insolvency;
mod list;
mod messages;
mod performance;
mod placements;
mod policy;
mod rights;
mod worklist;

use ::collection::Policy;
use api::collection::{self as proto, collection_service_server::CollectionService};
use events::CustomerId;
use tokio::time::Instant;

pub(crate) use insolvency::Service as InsolvencyService;
pub(crate) use policy::message as policy_message;

use super::{
    Api,
    fields::day,
    method,
    queries::{AsOf, One},
    status::Explanation,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

method::service! {
    CollectionService of Policy {
        commands {
            adopt_collection_policy
                AdoptCollectionPolicyRequest AdoptCollectionPolicyResponse CollectionPolicy policy::read;
            open_case OpenCaseRequest OpenCaseResponse OpenCase convert::open;
            reduce_case ReduceCaseRequest ReduceCaseResponse ReduceCase convert::reduce;
            merge_cases MergeCasesRequest MergeCasesResponse MergeCases convert::merge;
            split_case SplitCaseRequest SplitCaseResponse SplitCase convert::split;
            choose_route ChooseRouteRequest ChooseRouteResponse ChooseRoute convert::choose;
            withdraw_case WithdrawCaseRequest WithdrawCaseResponse WithdrawCase convert::withdraw;
            hand_over HandOverRequest HandOverResponse HandOver convert::hand_over;
            withdraw_hand_over
                WithdrawHandOverRequest WithdrawHandOverResponse WithdrawHandOver
                convert::withdraw_hand_over;
            record_errand RecordErrandRequest RecordErrandResponse RecordErrand convert::errand;
            recall_placement
                RecallPlacementRequest RecallPlacementResponse RecallPlacement convert::recall;
            accept_placement
                AcceptPlacementRequest AcceptPlacementResponse AcceptPlacement collector::accept;
            refuse_placement
                RefusePlacementRequest RefusePlacementResponse RefusePlacement collector::refuse;
            report_collection
                ReportCollectionRequest ReportCollectionResponse ReportCollection collector::report;
            remit RemitRequest RemitResponse Remit collector::remit;
            record_act RecordActRequest RecordActResponse RecordAct convert::act;
            withdraw_act WithdrawActRequest WithdrawActResponse WithdrawAct convert::withdraw_act;
        }
        questions {
            get_cases GetCasesRequest GetCasesResponse get_cases;
            list_cases ListCasesRequest ListCasesResponse list::list_cases;
            list_placements ListPlacementsRequest ListPlacementsResponse placements::list_placements;
            list_rights ListRightsRequest ListRightsResponse rights::list_rights;
            list_collection_worklist
                ListCollectionWorklistRequest ListCollectionWorklistResponse
                worklist::list_collection_worklist;
            get_advice GetAdviceRequest GetAdviceResponse advice::get_advice;
            get_collector_performance
                GetCollectorPerformanceRequest GetCollectorPerformanceResponse
                performance::get_collector_performance;
            get_collection_policy
                GetCollectionPolicyRequest GetCollectionPolicyResponse policy::get_policy;
        }
    }
}

async fn get_cases(
    api: &Api,
    request: proto::GetCasesRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetCasesResponse, Explanation> {
    let proto::GetCasesRequest { tenant_id, customer_id, as_of, min_position } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &customer_id)
        })?;
    let One { policy, state, position, on } = as_of.one::<Policy>(&tenant, &customer).await?;
    if !state.is_known() {
        return Err(Explanation::not_found(invoicing::Subject::Customer, customer.as_str()));
    }
    let placements = state.placements();
    let by = messages::By { policy: &policy, on };
    let cases = policy.cases(&state, on);
    Ok(proto::GetCasesResponse {
        cases: cases.iter().map(|it| messages::case(&customer, it, &placements, by)).collect(),
        acts: state.history().iter().map(messages::act).collect(),
        position: Some(position),
        effective_date: Some(day(on)),
    })
}
