//! A signed POST to an address that somebody else wrote: one attempt, no redirects.

mod parcel;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri, header, uri::Scheme};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, crypto,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use crate::{
    Outcome, Reach, Secret, is_public,
    message::check_id,
    outcome::{causes, one_line},
    signature,
};

pub use parcel::Parcel;

/// How much of an answer is read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Somebody who wants to be told.
#[derive(Clone, Debug)]
pub struct Webhook {
    uri: Uri,
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
    secret: Secret,
    reach: Reach,
    timeout: Duration,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Says which call it is, for ever, as [`Message::id`](crate::Message::id) does; the receiver's
    /// `Idempotency-Key`.
    pub id: String,
    /// When, in seconds since 1970; it is signed.
    pub at: i64,
    /// JSON.
    pub body: Vec<u8>,
}

/// Why an address cannot be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// No URL.
    #[error("{given:?} is no URL of a webhook: {reason}")]
    Url {
        /// As it was given.
        given: String,
        /// Why not.
        reason: String,
    },
    /// Certificates that cannot be read.
    #[error("the trusted certificates cannot be read: {reason}")]
    Roots {
        /// Why not.
        reason: String,
    },
}

impl Webhook {
    /// An address to call: `https://host[:port]/path[?query]`. `timeout` bounds connecting, and then
    /// the call and its answer. `roots` are certificates in PEM that are trusted besides the public
    /// ones.
    pub fn try_new(
        url: &str,
        secret: Secret,
        reach: Reach,
        timeout: Duration,
        roots: &[Vec<u8>],
    ) -> Result<Self, BadAddress> {
        let no = |reason: &str| BadAddress::Url {
            given: url.chars().take(200).collect(),
            reason: reason.to_owned(),
        };
        let uri: Uri = url.parse().map_err(|it| no(&format!("{it}")))?;
        let tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => Some(tls(roots)?),
            Some(scheme) if *scheme == Scheme::HTTP && reach == Reach::Anywhere => None,
            _ => return Err(no("it begins with https://")),
        };
        let authority = uri.authority().ok_or_else(|| no("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(no("it has a user in it"));
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let port = authority.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        Ok(Self { uri, host, port, tls, secret, reach, timeout })
    }

    /// Calls once.
    ///
    /// 2xx is `Sent`; 408, 425, 429 and 5xx are `Failed`, all other answers permanently. Without an
    /// answer it is `Failed` as long as no byte of the call can have left, and `Unknown` after that. A
    /// future that is dropped half-way is to be taken as `Unknown`.
    pub async fn post(&self, call: &Call) -> Outcome {
        if let Err(unfit) = check_id(&call.id) {
            return Outcome::refused(unfit);
        }
        match self.request(call) {
            Ok(request) => self.exchange(request, judged).await,
            Err(error) => Outcome::refused(error),
        }
    }

    /// One request, and what its answer means.
    async fn exchange(&self, request: Request<Full<Bytes>>, judged: Judged) -> Outcome {
        let addresses =
            match timeout(self.timeout, lookup_host((self.host.as_str(), self.port))).await {
                Ok(Ok(addresses)) => addresses.collect::<Vec<_>>(),
                Ok(Err(error)) => return Outcome::failed(format!("{}: {error}", self.host)),
                Err(_) => return Outcome::failed(format!("{}: no address in time", self.host)),
            };
        // One inner address is enough: whoever answers with both wants the inner one.
        let inner = addresses.iter().find(|it| !is_public(it.ip()));
        if let Some(inner) = inner.filter(|_| self.reach == Reach::Public) {
            return Outcome::refused(format!(
                "{} leads to {}, which is not public",
                self.host,
                inner.ip()
            ));
        }
        let stream = match timeout(self.timeout, connect(&addresses)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Outcome::failed(format!("{}: {error}", self.host)),
            Err(_) => return Outcome::failed(format!("{}: no connection in time", self.host)),
        };
        let Some(tls) = self.tls.clone() else { return self.call(stream, request, judged).await };
        let name = match ServerName::try_from(self.host.clone()) {
            Ok(name) => name,
            Err(error) => return Outcome::refused(format!("{}: {error}", self.host)),
        };
        match timeout(self.timeout, TlsConnector::from(tls).connect(name, stream)).await {
            Ok(Ok(stream)) => self.call(stream, request, judged).await,
            Ok(Err(error)) => Outcome::failed(format!("{}: {error}", self.host)),
            Err(_) => Outcome::failed(format!("{}: no TLS in time", self.host)),
        }
    }

    fn request(&self, call: &Call) -> Result<Request<Full<Bytes>>, http::Error> {
        let path = self.uri.path_and_query().map_or("/", |it| it.as_str());
        let host = self.uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        Request::post(path)
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "Vigie")
            .header("Idempotency-Key", &call.id)
            .header("Vigie-Signature", signature(&self.secret, call.at, &call.body))
            .body(Full::new(Bytes::from(call.body.clone())))
    }

    async fn call<S>(&self, stream: S, request: Request<Full<Bytes>>, judged: Judged) -> Outcome
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = match http1::handshake(TokioIo::new(stream)).await {
            Ok(both) => both,
            Err(error) => return Outcome::failed(causes(&error)),
        };
        let driven = tokio::spawn(connection);
        let outcome = match timeout(self.timeout, sender.try_send_request(request)).await {
            Ok(Ok(answer)) => match timeout(self.timeout, said(answer)).await {
                Ok((status, said)) => judged(status, said),
                Err(_) => Outcome::unknown("the answer did not end in time"),
            },
            Ok(Err(mut error)) => {
                let kept = error.take_message();
                let reason = causes(error.error());
                // A call that comes back was never begun.
                if kept.is_some() { Outcome::failed(reason) } else { Outcome::unknown(reason) }
            }
            Err(_) => Outcome::unknown("no answer in time"),
        };
        driven.abort();
        outcome
    }
}

/// What an answer means.
type Judged = fn(StatusCode, String) -> Outcome;

/// What an answer says, besides its status: proof, and no more.
async fn said(answer: Response<Incoming>) -> (StatusCode, String) {
    let status = answer.status();
    let said = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
    let said = said.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let said = one_line(&String::from_utf8_lossy(&said));
    (status, format!("{status} {said}").trim_end().to_owned())
}

/// Statuses of a server that has not looked at what it was sent.
fn not_now(status: StatusCode) -> bool {
    let again = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    again.contains(&status)
}

fn judged(status: StatusCode, said: String) -> Outcome {
    if status.is_success() {
        Outcome::sent(said)
    } else if status.is_server_error() || not_now(status) {
        Outcome::failed(said)
    } else {
        Outcome::refused(said)
    }
}

/// The first address that answers.
async fn connect(addresses: &[SocketAddr]) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::other("the name has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn tls(roots: &[Vec<u8>]) -> Result<Arc<ClientConfig>, BadAddress> {
    let no = |reason: String| BadAddress::Roots { reason };
    let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for pem in roots {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|it| no(it.to_string()))?;
            store.add(certificate).map_err(|it| no(it.to_string()))?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|it| no(it.to_string()))?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
