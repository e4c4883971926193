//! `vigie.evidence.v1.EvidenceService`: a file about one customer, in pieces.

use std::sync::Arc;

use ::evidence::{Purpose, Unmade};
use api::evidence::{self as proto, evidence_service_server::EvidenceService};
use events::CustomerId;
use invoicing::Subject;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tonic::{Code, Request, Response, Status};

use super::{
    Api, call::Call, deadline, position, queries::AsOf, service::Out, status::Explanation,
};
use crate::evidence::{Past, Sources, Trouble, signing_key};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// A piece, in bytes: well below what a client takes in one message.
const PIECE: usize = 64 * 1024;

/// Each reads a whole journal and holds a file in memory: one at a time.
static TURN: Semaphore = Semaphore::const_new(1);

#[tonic::async_trait]
impl EvidenceService for Service {
    type MakeEvidenceStream = Out<proto::MakeEvidenceResponse>;

    async fn make_evidence(
        &self,
        mut request: Request<proto::MakeEvidenceRequest>,
    ) -> Result<Response<Self::MakeEvidenceStream>, Status> {
        let deadline = deadline(&request);
        let call = request.extensions_mut().remove::<Arc<Call>>();
        let pieces = pieces(&self.0, request.into_inner(), deadline).await?;
        if let Some(call) = call {
            call.ends(Code::Ok);
        }
        Ok(Response::new(Box::pin(tokio_stream::iter(pieces))))
    }
}

/// All of them: what may fail is over before the first one leaves.
async fn pieces(
    api: &Api,
    request: proto::MakeEvidenceRequest,
    deadline: Option<Instant>,
) -> Result<Vec<Result<proto::MakeEvidenceResponse, Status>>, Explanation> {
    let it = request;
    let (tenant, as_of, (customer, purpose)) =
        AsOf::read(api, &it.tenant_id, it.as_of, it.min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &it.customer_id);
            let purpose = fields.word::<Purpose>("purpose", it.purpose);
            Ok((customer?, purpose?))
        })?;
    let (partition, host) =
        tenant.invoicing(&customer).ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
    let past = Past { on: as_of.on, until: as_of.until(partition, host).await? };
    let journals: Vec<_> =
        tenant.all_invoicing().map(|(it, host)| (it, host.journal().clone())).collect();
    let key = match &api.0.companies {
        Some(directory) => signing_key(directory, &tenant.id).await,
        None => Ok(None),
    };
    let key = key.map_err(|why| Explanation::internal("KEY_UNREADABLE", why))?;
    let fingerprint = key.as_ref().map(|it| it.public().fingerprint()).unwrap_or_default();
    let made = async {
        let _turn = TURN.acquire().await.map_err(|_| Explanation::stopping())?;
        let sources = Sources {
            tenant: &tenant.id,
            journals: &journals,
            contacts: &tenant.contacts,
            letters: api.0.shelf.as_ref(),
        };
        let made = sources.make(purpose, &customer, past, key).await;
        made.map_err(|trouble| explained(trouble, &customer))
    };
    let (bytes, gathering) = match deadline {
        None => made.await?,
        Some(at) => timeout_at(at, made).await.map_err(|_| Explanation::late())??,
    };
    let first = proto::MakeEvidenceResponse {
        content: Vec::new(),
        total_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        key_fingerprint: fingerprint,
        position: Some(position::of_one(partition, gathering.position())),
    };
    let rest = bytes.chunks(PIECE).map(|content| proto::MakeEvidenceResponse {
        content: content.to_vec(),
        ..Default::default()
    });
    Ok(std::iter::once(first).chain(rest).map(Ok).collect())
}

fn explained(trouble: Trouble, customer: &CustomerId) -> Explanation {
    match trouble {
        Trouble::Unmade(Unmade::Unknown(_)) => {
            Explanation::not_found(Subject::Customer, customer.as_str())
        }
        Trouble::Journal(error) => Explanation::unreadable(&error),
        Trouble::Unreadable(error) => {
            host::Error::<invoicing::Refusal>::Unreadable(error.to_string()).into()
        }
        Trouble::Bucket(why) => Explanation::internal("EVIDENCE_UNREADABLE", why),
        Trouble::Unmade(error) => Explanation::internal("EVIDENCE_UNMADE", error.to_string()),
    }
}
