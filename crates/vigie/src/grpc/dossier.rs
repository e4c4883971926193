//! `vigie.collection.v1.DossierService`: what a collector is given, in pieces.

use ::dossier::{Dossier, Unwritable};
use api::{
    collection::{
        DossierFormat, DossierHead, GetDossierRequest, GetDossierResponse,
        dossier_service_server::DossierService, get_dossier_request::Of,
    },
    shared::Position,
};
use bytes::Bytes;
use chrono::NaiveDate;
use collection::{
    Collection, Policy,
    view::{Answered, PlacementView, Stage},
};
use events::{CaseId, CustomerId, Hash, Partition, PlacementId, Reference, Sequence};
use futures::stream;
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use super::{
    Api, deadline,
    fields::{Fields, REQUIRED, day},
    position,
    queries::compute,
    service::Out,
    status::{Explain as _, Explanation},
};
use crate::{
    dossier::{self, Why},
    sending::Company,
    tenants::Tenant,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Bytes of one piece.
const PIECE: usize = 1 << 20;

#[tonic::async_trait]
impl DossierService for Service {
    type GetDossierStream = Out<GetDossierResponse>;

    async fn get_dossier(
        &self,
        request: Request<GetDossierRequest>,
    ) -> Result<Response<Self::GetDossierStream>, Status> {
        let deadline = deadline(&request);
        let (head, content, position) = get(&self.0, request.into_inner(), deadline).await?;
        let pieces = pieces(head, &content, &position).into_iter().map(Ok);
        Ok(Response::new(Box::pin(stream::iter(pieces))))
    }
}

/// At least one, the first with what it is.
fn pieces(head: DossierHead, content: &Bytes, position: &Position) -> Vec<GetDossierResponse> {
    let piece = |content: &[u8]| GetDossierResponse {
        head: None,
        content: content.to_vec(),
        position: Some(position.clone()),
    };
    let mut pieces: Vec<_> = content.chunks(PIECE).map(piece).collect();
    if pieces.is_empty() {
        pieces.push(piece(&[]));
    }
    if let Some(first) = pieces.first_mut() {
        first.head = Some(head);
    }
    pieces
}

/// Of which placement.
enum Asked {
    Case(CaseId),
    Placement(PlacementId),
}

async fn get(
    api: &Api,
    request: GetDossierRequest,
    deadline: Option<Instant>,
) -> Result<(DossierHead, Bytes, Position), Explanation> {
    let tenant = api.named(&request.tenant_id)?;
    let (customer, asked, format, collector, least) = Fields::read(|fields| {
        let customer = fields.text::<CustomerId>("customer_id", &request.customer_id);
        let asked = match &request.of {
            Some(Of::CaseId(it)) => fields.text("case_id", it).map(Asked::Case),
            Some(Of::PlacementId(it)) => fields.text("placement_id", it).map(Asked::Placement),
            None => Err(fields.wrong("of", "case_id or placement_id is required")),
        };
        let format = match DossierFormat::try_from(request.format) {
            Ok(DossierFormat::Unspecified) => Err(fields.wrong("format", REQUIRED)),
            Ok(it) => Ok(it),
            Err(_) => Err(fields.wrong("format", "is no format of a dossier")),
        };
        let collector = fields.optional::<Reference>("collector", &request.collector);
        let least = position::read(fields, "min_position", request.min_position, &tenant);
        Ok((customer?, asked?, format?, collector?, least?))
    })
    .map_err(Explanation::fields)?;
    let partition = Partition::of(&customer, tenant.partitions());
    let (_, host) = tenant
        .host::<Policy>(&customer)
        .ok_or_else(|| Explanation::role_elsewhere("collection"))?;
    if let Some(wanted) = least.get(&partition) {
        position::reach_service(host, partition, *wanted, deadline).await?;
    }
    let found = host.read(|books| {
        let state = &books.customer(&customer)?.state;
        find(state, &asked, collector.as_ref())
    })?;
    let placement = found.ok_or_else(|| match asked {
        Asked::Case(it) => collection::Refusal::NoCase(it).explain(),
        Asked::Placement(it) => collection::Refusal::NoPlacement(it).explain(),
    })?;

    let directory = api.0.companies.as_ref();
    let directory = directory.ok_or_else(|| Explanation::no_company(&tenant.id))?;
    let company = Company::load(directory, &tenant.id).await;
    let company = company.map_err(|it| Explanation::internal("COMPANY_UNREADABLE", it.to_string()));
    let company = company?.ok_or_else(|| Explanation::no_company(&tenant.id))?;
    let made = make(&tenant, &company, &customer, &placement, format).await?;
    let head = DossierHead {
        file_name: made.name,
        media_type: made.media_type.to_owned(),
        size_bytes: i64::try_from(made.bytes.len()).unwrap_or(i64::MAX),
        hash: made.hash.to_string(),
        placement_id: placement.to_string(),
        effective_date: Some(day(made.stated_on)),
    };
    Ok((head, made.bytes, position::of_one(partition, made.known_at)))
}

/// A file of a dossier, by what was known when.
struct Made {
    name: String,
    media_type: &'static str,
    bytes: Bytes,
    hash: Hash,
    stated_on: NaiveDate,
    known_at: Sequence,
}

async fn make(
    tenant: &Tenant,
    company: &Company,
    customer: &CustomerId,
    placement: &PlacementId,
    format: DossierFormat,
) -> Result<Made, Explanation> {
    let write: fn(&Dossier) -> Result<Vec<u8>, Unwritable>;
    let (ending, media_type);
    match format {
        DossierFormat::Json => {
            (write, ending, media_type) = (::dossier::json, "json", "application/json");
        }
        DossierFormat::Pdf => {
            (write, ending, media_type) = (::dossier::pdf, "pdf", "application/pdf");
        }
        DossierFormat::Archive | DossierFormat::Unspecified => {
            (write, ending, media_type) = (::dossier::archive, "zip", "application/zip");
        }
        DossierFormat::Sealed => {
            let it = dossier::sealed(tenant, company, customer, placement).await;
            let it = it.map_err(|why| Explanation::no_dossier(&why))?;
            return Ok(Made {
                name: it.name,
                media_type: "application/pgp-encrypted",
                bytes: it.bytes,
                hash: it.hash,
                stated_on: it.stated_on,
                known_at: it.known_at,
            });
        }
    }
    let gathered = dossier::gather(tenant, company, customer, placement).await;
    let gathered = gathered.map_err(|why| Explanation::no_dossier(&why))?;
    let (stated_on, known_at) = (gathered.stated_on, Sequence(gathered.known_at.sequence));
    let written = compute(move || write(&gathered)).await?;
    let bytes = Bytes::from(written.map_err(|it| Explanation::no_dossier(&Why::Unwritable(it)))?);
    let name = format!("{}.{ending}", dossier::name(customer, placement));
    Ok(Made { name, media_type, hash: Hash::of(&bytes), bytes, stated_on, known_at })
}

/// The placement that is meant, if whoever asks may see it: of a case the last one.
fn find(state: &Collection, asked: &Asked, collector: Option<&Reference>) -> Option<PlacementId> {
    let mut placements = state.placements();
    placements.retain(|it| match asked {
        Asked::Case(case) => it.placement.case == *case,
        Asked::Placement(placement) => it.placement.placement == *placement,
    });
    placements.retain(|it| collector.is_none_or(|name| is_with(it, name)));
    placements.pop().map(|it| it.placement.placement)
}

/// Whether a collector has it: it was brought, nobody asks for it back, and it was not refused.
fn is_with(it: &PlacementView, collector: &Reference) -> bool {
    it.placement.collector == *collector
        && matches!(it.hand_over.stage, Stage::Done { .. })
        && it.recall.is_none()
        && !matches!(it.answer, Some(Answered::Refused(..)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_large_comes_in_pieces_and_says_once_what_it_is() {
        for (bytes, count) in [(0, 1), (1, 1), (PIECE, 1), (PIECE + 1, 2), (5 * PIECE, 5)] {
            let content = Bytes::from(vec![7; bytes]);
            let head = DossierHead { placement_id: "placement-1".into(), ..Default::default() };
            let pieces = pieces(head, &content, &Position::default());
            assert_eq!(pieces.len(), count, "{bytes}");
            assert!(pieces.iter().all(|it| it.position.is_some()));
            assert!(pieces[0].head.is_some() && pieces[1..].iter().all(|it| it.head.is_none()));
            let whole: Vec<u8> = pieces.into_iter().flat_map(|it| it.content).collect();
            assert_eq!(whole, content);
        }
    }
}
