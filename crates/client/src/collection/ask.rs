//! Each thing that is done, as a call.

use api::collection::{
    AcceptPlacement, AcceptPlacementRequest, AdoptCollectionPolicyRequest, ChooseRoute,
    ChooseRouteRequest, Collected, HandOver, HandOverRequest, MergeCases, MergeCasesRequest,
    OpenCase, OpenCaseRequest, RecallPlacement, RecallPlacementRequest, RecordAct,
    RecordActRequest, RecordErrand, RecordErrandRequest, ReduceCase, ReduceCaseRequest,
    RefusePlacement, RefusePlacementRequest, Remit, RemitRequest, ReportCollection,
    ReportCollectionRequest, SplitCase, SplitCaseRequest, WithdrawAct, WithdrawActRequest,
    WithdrawCase, WithdrawCaseRequest, WithdrawHandOver, WithdrawHandOverRequest,
    collection_service_client::CollectionServiceClient,
};

use super::{NewAct, Rules, What, Worded, insurance, policy};
use crate::{Trouble, answers::position, asked::Asked, paper::Paper};

fn text(it: Option<&String>) -> String {
    it.cloned().unwrap_or_default()
}

/// Does it, and says what became of it.
#[expect(clippy::too_many_lines, reason = "a few lines for each thing that is done")]
pub(super) async fn run(
    asked: &Asked,
    what: &What,
    message: fn(&Rules) -> Worded,
) -> Result<Paper, Trouble> {
    let tenant_id = asked.tenant()?;
    /// A command asked for, and its answer.
    macro_rules! ask {
        ($method:ident $request:ident $command:expr) => {{
            let command = Some($command);
            let request = $request { tenant_id, command, ..$request::default() };
            let mut client = CollectionServiceClient::new(asked.reach.connect(false).await?);
            let done = client.$method(request).await?.into_inner();
            (done.changed, done.position)
        }};
    }
    let (about, (changed, at)) = match what {
        What::Adopt { file, by, .. } => {
            let rules = policy::read(file)?;
            let request = AdoptCollectionPolicyRequest {
                tenant_id,
                actor_id: text(by.as_ref()),
                command: Some(message(&rules)),
                ..AdoptCollectionPolicyRequest::default()
            };
            let mut client = CollectionServiceClient::new(asked.reach.connect(false).await?);
            let done = client.adopt_collection_policy(request).await?.into_inner();
            (("policy", rules.version.to_string()), (done.changed, done.position))
        }
        What::Open { customer, invoices, into, person } => {
            let command = OpenCase {
                customer_id: customer.clone(),
                invoice_ids: invoices.clone(),
                case_id: text(into.as_ref()),
                opened_by: person.by(),
                open_date: Some(person.on()),
            };
            (("customer", customer.clone()), ask!(open_case OpenCaseRequest command))
        }
        What::Reduce { of, invoices, person } => {
            let command = ReduceCase {
                customer_id: of.customer.clone(),
                case_id: of.case.clone(),
                invoice_ids: invoices.clone(),
                reduced_by: person.by(),
                reduce_date: Some(person.on()),
            };
            (("case", of.case.clone()), ask!(reduce_case ReduceCaseRequest command))
        }
        What::Merge { of, into, person } => {
            let command = MergeCases {
                customer_id: of.customer.clone(),
                case_id: of.case.clone(),
                into_case_id: into.clone(),
                merged_by: person.by(),
                merge_date: Some(person.on()),
            };
            (("case", into.clone()), ask!(merge_cases MergeCasesRequest command))
        }
        What::Split { of, invoices, person } => {
            let command = SplitCase {
                customer_id: of.customer.clone(),
                case_id: of.case.clone(),
                invoice_ids: invoices.clone(),
                split_by: person.by(),
                split_date: Some(person.on()),
            };
            (("case", of.case.clone()), ask!(split_case SplitCaseRequest command))
        }
        What::ChooseRoute { of, route, collector, person } => {
            let command = ChooseRoute {
                customer_id: of.customer.clone(),
                case_id: of.case.clone(),
                route: i32::from(*route),
                collector: text(collector.as_ref()),
                chosen_by: person.by(),
                choose_date: Some(person.on()),
            };
            (("case", of.case.clone()), ask!(choose_route ChooseRouteRequest command))
        }
        What::Withdraw { of, person } => {
            let command = WithdrawCase {
                customer_id: of.customer.clone(),
                case_id: of.case.clone(),
                withdrawn_by: person.by(),
                withdraw_date: Some(person.on()),
            };
            (("case", of.case.clone()), ask!(withdraw_case WithdrawCaseRequest command))
        }
        What::HandOver { of, collector, person } => {
            let command = HandOver {
                customer_id: of.customer.clone(),
                case_id: of.case.clone(),
                collector: collector.clone(),
                placed_by: person.by(),
                place_date: Some(person.on()),
            };
            (("case", of.case.clone()), ask!(hand_over HandOverRequest command))
        }
        What::WithdrawHandOver { of, person } => {
            let command = WithdrawHandOver {
                customer_id: of.customer.clone(),
                placement_id: of.placement.clone(),
                withdrawn_by: person.by(),
                withdraw_date: Some(person.on()),
            };
            let done = ask!(withdraw_hand_over WithdrawHandOverRequest command);
            (("placement", of.placement.clone()), done)
        }
        What::Recall { of, person } => {
            let command = RecallPlacement {
                customer_id: of.customer.clone(),
                placement_id: of.placement.clone(),
                recalled_by: person.by(),
                recall_date: Some(person.on()),
            };
            let done = ask!(recall_placement RecallPlacementRequest command);
            (("placement", of.placement.clone()), done)
        }
        What::RecordErrand { of, errand, why, proof, person } => {
            let command = RecordErrand {
                customer_id: of.customer.clone(),
                placement_id: of.placement.clone(),
                errand: i32::from(*errand),
                errand_date: Some(person.on()),
                why: text(why.as_ref()),
                proof: text(proof.as_ref()),
                recorded_by: person.by(),
            };
            let done = ask!(record_errand RecordErrandRequest command);
            (("placement", of.placement.clone()), done)
        }
        What::Accept { of, reference, person } => {
            let command = AcceptPlacement {
                customer_id: of.customer.clone(),
                placement_id: of.placement.clone(),
                accept_date: Some(person.on()),
                reference: text(reference.as_ref()),
            };
            let done = ask!(accept_placement AcceptPlacementRequest command);
            (("placement", of.placement.clone()), done)
        }
        What::Refuse { of, why, person } => {
            let command = RefusePlacement {
                customer_id: of.customer.clone(),
                placement_id: of.placement.clone(),
                refuse_date: Some(person.on()),
                why: why.clone(),
            };
            let done = ask!(refuse_placement RefusePlacementRequest command);
            (("placement", of.placement.clone()), done)
        }
        What::Report { of, report, status, instalment, note, person } => {
            let command = ReportCollection {
                customer_id: of.customer.clone(),
                placement_id: of.placement.clone(),
                report_id: report.clone(),
                report_date: Some(person.on()),
                status: i32::from(*status),
                proposed_instalments: instalment.clone(),
                note: text(note.as_ref()),
            };
            (("report", report.clone()), ask!(report_collection ReportCollectionRequest command))
        }
        What::Remit { of, remittance, collected, fee, kept_back, payment, person } => {
            let collected = collected.iter().map(|(invoice, amount)| Collected {
                invoice_id: invoice.clone(),
                amount: Some(amount.clone()),
            });
            let command = Remit {
                customer_id: of.customer.clone(),
                placement_id: of.placement.clone(),
                remittance_id: remittance.clone(),
                collect_date: Some(person.on()),
                collected: collected.collect(),
                fee_amount: Some(fee.clone()),
                kept_back: *kept_back,
                payment_id: text(payment.as_ref()),
            };
            (("remittance", remittance.clone()), ask!(remit RemitRequest command))
        }
        What::Insurance(what) => return insurance::run(asked, what).await,
        What::RecordAct(it) => {
            let done = ask!(record_act RecordActRequest recorded(it));
            (("act", it.act.clone()), done)
        }
        What::WithdrawAct { customer, act, person } => {
            let command = WithdrawAct {
                customer_id: customer.clone(),
                act_id: act.clone(),
                withdrawn_by: person.by(),
                withdraw_date: Some(person.on()),
            };
            (("act", act.clone()), ask!(withdraw_act WithdrawActRequest command))
        }
    };
    let mut paper = Paper::default();
    paper.fact(about.0, about.1);
    paper.fact("new", changed);
    paper.fact("position", position(at.as_ref()));
    Ok(paper)
}

fn recorded(it: &NewAct) -> RecordAct {
    RecordAct {
        customer_id: it.customer.clone(),
        act_id: it.act.clone(),
        kind: i32::from(it.kind),
        act_date: Some(it.person.on()),
        case_id: text(it.case.as_ref()),
        invoice_ids: it.invoice.clone(),
        follows_act_id: text(it.follows.as_ref()),
        notice_id: text(it.notice.as_ref()),
        cover_id: text(it.cover.as_ref()),
        guarantee_id: text(it.guarantee.as_ref()),
        amount: it.amount.clone(),
        proof: text(it.proof.as_ref()),
        recorded_by: it.person.by(),
        dividends: it.dividend.clone(),
    }
}
