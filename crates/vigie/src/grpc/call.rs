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
        Arc, OnceLock,
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
    well: Arc<OnceLock<metrics::Histogram>>,
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls").field("most", &self.0.most).finish_non_exhaustive()
    }
}

impl Calls {
    /// The rules of a process.
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
                let well = Arc::default();
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
        telemetry::CALL_DURATION,
        "rpc_system_name" => "grpc",
        "rpc_method" => method.to_owned(),
        "rpc_status_code" => spelled(code),
    )
}

/// `DEADLINE_EXCEEDED`, as gRPC spells it.
fn spelled(code: Code) -> &'static str {
    api::Code::try_from(i32::from(code)).map_or("UNKNOWN", |it| it.as_str_name())
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
            (Code::Ok, Some(method)) => {
                method.well.get_or_init(|| histogram(&method.name, Code::Ok)).record(took);
            }
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
        let span = asked_for(request.headers()).or(by_default);
        let deadline = span.map(|span| began + span.saturating_sub(margin(span)));
        if let Some(cut) = deadline {
            // Whoever answers knows best why it took so long, and speaks first.
            request.extensions_mut().insert(Deadline(cut - span.map(margin).unwrap_or_default()));
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

/// The time a client gives.
fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    parse(headers.get("grpc-timeout")?.to_str().ok()?)
}

/// How long before the end an answer leaves: it must arrive in time.
fn margin(span: Duration) -> Duration {
    (span / 25).min(Duration::from_millis(80))
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

    /// Answers nothing, ever.
    #[derive(Clone)]
    struct Silent;

    impl Service<Request<Body>> for Silent {
        type Response = Response<Body>;
        type Error = Infallible;
        type Future = std::future::Pending<Result<Response<Body>, Infallible>>;

        fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _request: Request<Body>) -> Self::Future {
            std::future::pending()
        }
    }

    async fn code(calls: &Calls, path: &str, timeout: &str) -> Code {
        let request = Request::builder().uri(path).header("grpc-timeout", timeout);
        let answer = calls.layer(Silent).call(request.body(Body::empty()).unwrap()).await.unwrap();
        Status::from_header_map(answer.headers()).unwrap().code()
    }

    const PATH: &str = "/vigie.invoicing.v1.InvoicingService/GetAccount";

    #[tokio::test]
    async fn a_call_nobody_answers_is_answered_before_its_deadline() {
        let calls = Calls::new(&config::Grpc::default());
        let in_time = tokio::time::timeout(Duration::from_millis(400), code(&calls, PATH, "400m"));
        assert_eq!(in_time.await.unwrap(), Code::DeadlineExceeded);
    }

    #[tokio::test]
    async fn more_calls_than_there_may_be_are_turned_away_but_probes_are_not() {
        let calls_max = const { std::num::NonZero::new(1).unwrap() };
        let calls = Calls::new(&config::Grpc { calls_max, ..Default::default() });
        let first = code(&calls, PATH, "200m");
        let second = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let refused = code(&calls, PATH, "10S").await;
            (refused, code(&calls, "/grpc.health.v1.Health/Check", "20m").await)
        };
        let (first, (second, probe)) = tokio::join!(first, second);
        assert_eq!(first, Code::DeadlineExceeded);
        assert_eq!((second, probe), (Code::ResourceExhausted, Code::DeadlineExceeded));
        assert_eq!(code(&calls, PATH, "50m").await, Code::DeadlineExceeded);
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
