//! The program as gRPC speaks to it: commands, questions, tenants and days, health and reflection.

mod alerts;
mod assign;
mod backtest;
mod bulk;
mod call;
mod collection;
mod commands;
mod convert;
mod decide;
mod dossier;
mod dunning;
mod evidence;
mod fields;
mod health;
mod hedge;
mod insurance;
mod law;
mod letters;
mod messages;
mod method;
mod page;
mod portfolio;
mod position;
mod queries;
mod risk;
mod score;
mod service;
mod status;
mod tenant;
mod web;
mod words;

use std::{path::PathBuf, sync::Arc, time::Duration};

use api::{
    alerts::alerts_service_server::AlertsServiceServer,
    collection::{
        collection_service_server::CollectionServiceServer,
        dossier_service_server::DossierServiceServer,
        insolvency_service_server::InsolvencyServiceServer,
        insurance_service_server::InsuranceServiceServer,
    },
    dunning::{
        backtest_service_server::BacktestServiceServer,
        dunning_service_server::DunningServiceServer, letters_service_server::LettersServiceServer,
    },
    evidence::evidence_service_server::EvidenceServiceServer,
    invoicing::{
        assignment_service_server::AssignmentServiceServer,
        invoicing_service_server::InvoicingServiceServer,
    },
    law::law_service_server::LawServiceServer,
    risk::{
        hedge_service_server::HedgeServiceServer, portfolio_service_server::PortfolioServiceServer,
        risk_service_server::RiskServiceServer, score_service_server::ScoreServiceServer,
    },
    tenant::tenant_service_server::TenantServiceServer,
};
use events::{Context, TenantId};
use tokio_util::sync::CancellationToken;
use tonic::{
    codec::CompressionEncoding,
    server::NamedService,
    transport::{Certificate, Identity, Server, ServerTlsConfig, server::TcpIncoming},
};

use crate::{
    config,
    sending::Shelf,
    tenants::{Roles, Tenant, Tenants},
};
pub(crate) use collection::policy_message as collection_policy;
pub(crate) use dunning::policy_message as dunning_policy;
use fields::Fields;
pub(crate) use score::card;
pub(crate) use status::{Explain, Explanation};

/// What every service of this process answers from. Cloning it is cheap; the clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Api(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    tenants: Tenants,
    past: queries::Past<invoicing::Policy>,
    past_risk: queries::Past<::risk::Policy>,
    past_dunning: queries::Past<::dunning::Policy>,
    past_collection: queries::Past<::collection::Policy>,
    past_alerts: queries::Past<::alerts::Policy>,
    /// Where tenants say who writes; none: nothing is written here.
    companies: Option<PathBuf>,
    /// Where what was sent is kept; none: nothing is sent here.
    shelf: Option<Shelf>,
    /// Cancelled when the process is told to stop: streams end then.
    stop: CancellationToken,
}

impl Api {
    pub(crate) fn new(
        tenants: Tenants,
        companies: Option<PathBuf>,
        shelf: Option<Shelf>,
        stop: CancellationToken,
    ) -> Self {
        let (past, past_risk, past_dunning, past_collection, past_alerts) = Default::default();
        Self(Arc::new(Inner {
            tenants,
            past,
            past_risk,
            past_dunning,
            past_collection,
            past_alerts,
            companies,
            shelf,
            stop,
        }))
    }

    fn tenants(&self) -> &Tenants {
        &self.0.tenants
    }

    /// The tenant a request names.
    fn named(&self, tenant_id: &str) -> Result<Arc<Tenant>, Explanation> {
        let id = Fields::read(|fields| fields.text::<TenantId>("tenant_id", tenant_id));
        self.tenant(&id.map_err(Explanation::fields)?)
    }

    /// The tenant of this id, if it is open here.
    fn tenant(&self, id: &TenantId) -> Result<Arc<Tenant>, Explanation> {
        match self.tenants().get(id) {
            Some(tenant) => Ok(tenant),
            None => Err(match self.tenants().trouble(id) {
                Some(error) => Explanation::from(&*error),
                None => Explanation::unknown_tenant(id),
            }),
        }
    }
}

/// Until when an answer is of use.
fn deadline<T>(request: &tonic::Request<T>) -> Option<tokio::time::Instant> {
    request.extensions().get::<call::Deadline>().map(|it| it.0)
}

/// A connection that is silent so long is asked whether it is there.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(20);
/// And closed if it does not answer.
const KEEPALIVE_WITHIN: Duration = Duration::from_secs(10);
/// Calls at the same time on one connection.
const STREAMS_MAX: u32 = 1_024;
/// Calls of one connection that may be cancelled before they were looked at.
const PATIENCE: usize = 1_024;

/// Answers calls until told to stop, and then those that are on their way.
pub(crate) async fn serve(
    api: Api,
    roles: Roles,
    config: &config::Grpc,
    listener: tokio::net::TcpListener,
) -> Result<(), String> {
    let bytes_max = usize::try_from(config.message_bytes_max.get()).unwrap_or(usize::MAX);
    let mut services = Vec::new();
    // Servers have nothing in common that a function could be told.
    macro_rules! offer {
        ($server:ident, $service:expr) => {{
            let server = $server::new($service(api.clone()))
                .max_decoding_message_size(bytes_max)
                .accept_compressed(CompressionEncoding::Gzip);
            services.push(name(&server));
            server
        }};
        ($server:ident, $service:expr, $role:expr) => {
            roles.has($role).then(|| offer!($server, $service))
        };
    }
    let tenant_service = offer!(TenantServiceServer, tenant::Service);
    // It keeps nothing: whoever runs answers it.
    let law_service = offer!(LawServiceServer, |_| law::Service);
    let invoicing_service = offer!(InvoicingServiceServer, service::Service, Context::Invoicing);
    let evidence_service = offer!(EvidenceServiceServer, evidence::Service, Context::Invoicing);
    let assignment_service = offer!(AssignmentServiceServer, assign::Service, Context::Invoicing);
    let risk_service = offer!(RiskServiceServer, risk::Service, Context::Risk);
    let score_service = offer!(ScoreServiceServer, score::Service, Context::Risk);
    let portfolio_service = offer!(PortfolioServiceServer, portfolio::Service, Context::Risk);
    let hedge_service = offer!(HedgeServiceServer, hedge::Service, Context::Risk);
    let letters_service = offer!(LettersServiceServer, letters::Service, Context::Dunning);
    let dunning_service = offer!(DunningServiceServer, dunning::Service, Context::Dunning);
    let backtest_service = offer!(BacktestServiceServer, backtest::Service, Context::Dunning);
    let collection_service =
        offer!(CollectionServiceServer, collection::Service, Context::Collection);
    let insolvency_service =
        offer!(InsolvencyServiceServer, collection::InsolvencyService, Context::Collection);
    let dossier_service = offer!(DossierServiceServer, dossier::Service, Context::Collection);
    let insurance_service = offer!(InsuranceServiceServer, insurance::Service, Context::Collection);
    let alerts_service = offer!(AlertsServiceServer, alerts::Service, Context::Alerts);

    let (reporter, health_service) = tonic_health::server::health_reporter();
    let stop = api.0.stop.clone();
    let watching = health::watch(api.tenants().clone(), reporter, services, stop.clone());
    tokio::spawn(watching);

    // Without it a small answer waits for the acknowledgement of the one before.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let mut server = Server::builder();
    if let Some(tls) = tls(config).await? {
        server = server.tls_config(tls).map_err(|error| format!("TLS: {error}"))?;
    }
    server
        // Browsers speak gRPC-Web, over HTTP/1.1 too.
        .accept_http1(true)
        .http2_keepalive_interval(Some(KEEPALIVE_EVERY))
        .http2_keepalive_timeout(Some(KEEPALIVE_WITHIN))
        .http2_adaptive_window(Some(true))
        .max_concurrent_streams(STREAMS_MAX)
        // Callers that all lose patience at once are no attack.
        .http2_max_pending_accept_reset_streams(Some(PATIENCE))
        .layer(web::origins(config)?)
        .layer(tonic_web::GrpcWebLayer::new())
        .layer(call::Calls::new(config))
        .add_service(health_service)
        .add_service(reflection(tonic_reflection::server::Builder::build_v1)?)
        .add_service(reflection(tonic_reflection::server::Builder::build_v1alpha)?)
        .add_service(tenant_service)
        .add_service(law_service)
        .add_optional_service(invoicing_service)
        .add_optional_service(evidence_service)
        .add_optional_service(assignment_service)
        .add_optional_service(risk_service)
        .add_optional_service(score_service)
        .add_optional_service(portfolio_service)
        .add_optional_service(hedge_service)
        .add_optional_service(letters_service)
        .add_optional_service(dunning_service)
        .add_optional_service(backtest_service)
        .add_optional_service(collection_service)
        .add_optional_service(insolvency_service)
        .add_optional_service(dossier_service)
        .add_optional_service(insurance_service)
        .add_optional_service(alerts_service)
        .serve_with_incoming_shutdown(incoming, stop.cancelled_owned())
        .await
        .map_err(|error| error.to_string())
}

/// What a service is called.
fn name<S: NamedService>(_server: &S) -> &'static str {
    S::NAME
}

fn reflection<S>(
    build: impl FnOnce(
        tonic_reflection::server::Builder<'static>,
    ) -> Result<S, tonic_reflection::server::Error>,
) -> Result<S, String> {
    let builder = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(api::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
    build(builder).map_err(|error| format!("the contract cannot be reflected: {error}"))
}

async fn tls(config: &config::Grpc) -> Result<Option<ServerTlsConfig>, String> {
    let read = async |path: &std::path::Path| {
        tokio::fs::read(path).await.map_err(|error| format!("{}: {error}", path.display()))
    };
    let tls = match (&config.tls_certificate_file, &config.tls_key_file) {
        (Some(certificate), Some(key)) => {
            let identity = Identity::from_pem(read(certificate).await?, read(key).await?);
            ServerTlsConfig::new().identity(identity)
        }
        (None, None) if config.tls_client_ca_file.is_none() => return Ok(None),
        (_, _) => {
            return Err("set both of grpc.tls_certificate_file and grpc.tls_key_file".to_owned());
        }
    };
    Ok(Some(match &config.tls_client_ca_file {
        Some(authority) => tls.client_ca_root(Certificate::from_pem(read(authority).await?)),
        None => tls,
    }))
}
