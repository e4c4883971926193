//! Seeing what goes on: log lines, figures, spans. None of them names persons, amounts or what a
//! request says.

use std::{io::IsTerminal as _, net::SocketAddr};

use http::HeaderMap;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tracing::Span;
use tracing_subscriber::{
    EnvFilter, Layer as _, layer::SubscriberExt as _, registry, util::SubscriberInitExt as _,
};

use crate::config::{Config, Log, LogFormat};

#[cfg(feature = "otlp")]
mod otlp;

/// Where log lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// For services: they say nothing else there.
    Out,
    /// For commands whose answer is on standard output.
    Err,
}

/// Keeps what must be brought to an end with the process.
#[derive(Debug, Default)]
pub struct Telemetry {
    #[cfg(feature = "otlp")]
    traces: Option<otlp::Traces>,
}

/// Why nothing can be seen.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter.
    #[error("log.filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The exporter of spans.
    #[error("traces.otlp_endpoint: {0}")]
    Traces(String),
    /// The port of the figures.
    #[error("metrics.address: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

/// Begins to log and, if it is asked for, to trace. Once a process; within its runtime.
pub fn start(config: &Config, stream: Stream) -> Result<Telemetry, TelemetryError> {
    let filter = match stream {
        // What a service goes through is no answer to a command.
        Stream::Err if config.log == Log::default() => "warn",
        Stream::Out | Stream::Err => &config.log.filter,
    };
    let filter = EnvFilter::try_new(filter)?;
    let on_terminal = match stream {
        Stream::Out => std::io::stdout().is_terminal(),
        Stream::Err => std::io::stderr().is_terminal(),
    };
    let json = match config.log.format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !on_terminal && stream == Stream::Out,
    };
    let colours = on_terminal && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
    let lines = tracing_subscriber::fmt::layer().with_ansi(colours).with_target(json);
    let lines = match (stream, json) {
        (Stream::Out, true) => lines.json().flatten_event(true).boxed(),
        (Stream::Out, false) => lines.boxed(),
        (Stream::Err, true) => {
            lines.json().flatten_event(true).with_writer(std::io::stderr).boxed()
        }
        (Stream::Err, false) => lines.with_writer(std::io::stderr).boxed(),
    };
    let subscriber = registry().with(lines.with_filter(filter));
    #[cfg(feature = "otlp")]
    if let Some(endpoint) = &config.traces.otlp_endpoint {
        let (traces, layer) = otlp::start(endpoint).map_err(TelemetryError::Traces)?;
        begin(subscriber.with(layer));
        return Ok(Telemetry { traces: Some(traces) });
    }
    #[cfg(not(feature = "otlp"))]
    if config.traces.otlp_endpoint.is_some() {
        let why = "this program was built without the feature otlp";
        return Err(TelemetryError::Traces(why.to_owned()));
    }
    begin(subscriber);
    Ok(Telemetry::default())
}

/// A second time, as in tests, changes nothing.
fn begin(subscriber: impl Into<tracing::Dispatch>) {
    let _already: Result<(), _> = subscriber.try_init();
}

impl Telemetry {
    /// Hands over the last spans.
    pub fn end(self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            traces.end();
        }
    }
}

/// The histogram of calls, by method and status; OpenTelemetry calls it `rpc.server.call.duration`.
pub(crate) const CALL_DURATION: &str = "rpc_server_call_duration_seconds";

/// The bounds OpenTelemetry names for it, in seconds.
const CALL_BOUNDS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Bounds of all other durations: an entry is on disk within a millisecond or two.
const BOUNDS: [f64; 15] =
    [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// Serves `/metrics`. Once a process.
pub fn measure(address: SocketAddr) -> Result<(), TelemetryError> {
    PrometheusBuilder::new()
        .with_http_listener(address)
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BOUNDS)?
        .set_buckets_for_metric(Matcher::Full(CALL_DURATION.to_owned()), &CALL_BOUNDS)?
        .install()?;
    metrics::gauge!("vigie_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(())
}

/// The span of a call, within the trace that its caller names.
pub(crate) fn call_span(method: &str, headers: &HeaderMap) -> Span {
    let span = tracing::debug_span!(
        target: "vigie::rpc",
        "call",
        otel.name = method,
        otel.kind = "server",
        rpc.system.name = "grpc",
        rpc.method = method,
    );
    #[cfg(feature = "otlp")]
    otlp::follow(&span, headers);
    #[cfg(not(feature = "otlp"))]
    let _ = headers;
    span
}
