//! What holds of every call, whatever it asks: how many there may be, until when each is answered,
//! how long each took, and which trace it belongs to.
//!
//! A client that names a deadline is answered a little before it. The framework below would say
//! `CANCELLED` at the deadline itself, which clients take for their own doing.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderMap, Request, Response};
use prost::Message as _;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};
use tracing::Instrument as _;

use super::status::Explanation;
use crate::{config, telemetry};

/// The histogram of calls, by method and status; OpenTelemetry calls it `rpc.server.call.duration`.
const DURATION: &str = "rpc_server_call_duration_seconds";
/// What a method is called that nobody serves: labels stay few.
const OTHER: &str = "_OTHER";

/// Until when an answer is of use: an extension of every request that has a deadline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(pub(crate) Instant);

/// Wraps every service.
#[derive(Clone)]
pub(crate) struct Calls(Arc<Rules>);

struct Rules {
    /// By path.
    methods: BTreeMap<String, Method>,
    deadline: Duration,
    most: u32,
    free: Arc<Semaphore>,
}

#[derive(Clone)]
struct Method {
    /// `vigie.invoicing.v1.InvoicingService/GetAccount`.
    name: Arc<str>,
    /// Whether messages stream in or out.
    streams: bool,
    /// Calls that went well, which are most.
    well: metrics::Histogram,
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls").field("most", &self.0.most).finish_non_exhaustive()
    }
}

impl Calls {
    /// The rules of a process. Call it once measuring has begun.
    pub(crate) fn new(config: &config::Grpc) -> Self {
        let most = config.calls_max.get();
        Self(Arc::new(Rules {
            methods: methods(),
            deadline: config.deadline,
            most,
            free: Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX))),
        }))
    }
}

/// Every method of the contract.
fn methods() -> BTreeMap<String, Method> {
    let files = prost_types::FileDescriptorSet::decode(api::FILE_DESCRIPTOR_SET);
    let mut methods = BTreeMap::new();
    for file in files.map(|it| it.file).unwrap_or_default() {
        for service in &file.service {
            for method in &service.method {
                let name = format!("{}.{}/{}", file.package(), service.name(), method.name());
                let well = histogram(&name, Code::Ok);
                let streams = method.client_streaming() || method.server_streaming();
                let path = format!("/{name}");
                methods.insert(path, Method { name: name.into(), streams, well });
            }
        }
    }
    methods
}

fn histogram(method: &str, code: Code) -> metrics::Histogram {
    metrics::histogram!(
        DURATION,
        "rpc_system_name" => "grpc",
        "rpc_method" => method.to_owned(),
        "rpc_status_code" => format!("{code:?}"),
    )
}

/// A call from its beginning to its end: whoever streams keeps it until the stream ends.
pub(crate) struct Call {
    method: Option<Method>,
    began: Instant,
    code: AtomicI32,
    _permit: Option<OwnedSemaphorePermit>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.method.as_ref().map_or(OTHER, |it| &it.name))
    }
}

impl Call {
    /// How it ends.
    pub(crate) fn ends(&self, code: Code) {
        self.code.store(code.into(), Ordering::Relaxed);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        match (Code::from(self.code.load(Ordering::Relaxed)), &self.method) {
            (Code::Ok, Some(method)) => method.well.record(took),
            (code, method) => {
                histogram(method.as_ref().map_or(OTHER, |it| &it.name), code).record(took);
            }
        }
    }
}

impl<S> Layer<S> for Calls {
    type Service = Ruled<S>;

    fn layer(&self, inner: S) -> Ruled<S> {
        Ruled { inner, rules: self.0.clone() }
    }
}

/// A service with the rules of every call.
#[derive(Clone)]
pub(crate) struct Ruled<S> {
    inner: S,
    rules: Arc<Rules>,
}

type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl<S> Service<Request<Body>> for Ruled<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Answer {
        let began = Instant::now();
        let method = self.rules.methods.get(request.uri().path()).cloned();
        // Probes and reflection are neither counted nor turned away.
        let mut permit = None;
        if method.is_some() {
            let Ok(free) = self.rules.free.clone().try_acquire_owned() else {
                let status = Status::from(Explanation::too_many_calls(self.rules.most));
                return Box::pin(std::future::ready(Ok(status.into_http())));
            };
            permit = Some(free);
        }
        let by_default = method.as_ref().filter(|it| !it.streams).map(|_| self.rules.deadline);
        let deadline = asked_for(request.headers()).or(by_default).map(|span| began + span);
        if let Some(at) = deadline {
            request.extensions_mut().insert(Deadline(at));
        }
        let span =
            telemetry::call_span(method.as_ref().map_or(OTHER, |it| &it.name), request.headers());
        let code = AtomicI32::new(Code::Cancelled.into());
        let call = Arc::new(Call { method, began, code, _permit: permit });
        request.extensions_mut().insert(call.clone());
        let answer = self.inner.call(request).instrument(span);
        Box::pin(async move {
            let response = match deadline {
                Some(at) => match timeout_at(at, answer).await {
                    Ok(response) => response?,
                    Err(_) => Status::from(Explanation::late()).into_http(),
                },
                None => answer.await?,
            };
            call.ends(Status::from_header_map(response.headers()).map_or(Code::Ok, |it| it.code()));
            Ok(response)
        })
    }
}

/// What is left of a client's deadline once the answer has travelled: it must arrive before.
fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let span = parse(headers.get("grpc-timeout")?.to_str().ok()?)?;
    let margin = (span / 20).min(Duration::from_millis(100));
    Some(span.saturating_sub(margin))
}

/// At most eight digits and a unit, as gRPC writes it.
fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3_600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_read_as_grpc_writes_it() {
        assert_eq!(parse("1250m"), Some(Duration::from_millis(1_250)));
        assert_eq!(parse("99999999H"), Some(Duration::from_hours(99_999_999)));
        for broken in ["", "m", "1", "1x", "-1S", "123456789S", "1 S", "é"] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn every_method_of_the_contract_is_known_and_some_stream() {
        let methods = methods();
        let streams =
            |name: &str| methods[&format!("/vigie.invoicing.v1.InvoicingService/{name}")].streams;
        assert!(streams("StreamCommands") && streams("SubmitCommands") && streams("WatchAccount"));
        assert!(!streams("IssueInvoice") && !streams("GetAccount"));
    }
}
