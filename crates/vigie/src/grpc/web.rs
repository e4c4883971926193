//! gRPC-Web: what browsers speak, on the same port. Which pages may, their browser asks first.

use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config;

/// What a page may read of an answer.
const EXPOSED: [HeaderName; 3] = [
    HeaderName::from_static("grpc-status"),
    HeaderName::from_static("grpc-message"),
    HeaderName::from_static("grpc-status-details-bin"),
];

/// What it may send along.
const ALLOWED: [HeaderName; 4] = [
    header::CONTENT_TYPE,
    HeaderName::from_static("x-grpc-web"),
    HeaderName::from_static("x-user-agent"),
    HeaderName::from_static("grpc-timeout"),
];

/// Answers browsers that ask whether a page of another origin may call.
pub(super) fn origins(config: &config::Grpc) -> Result<CorsLayer, String> {
    let origins = config.web_origins.iter().map(|it| {
        // Anything would be every page that somebody here opens.
        let origin = HeaderValue::from_str(it).ok().filter(|_| it != "*" && it.contains("://"));
        origin.ok_or_else(|| {
            format!("grpc.web_origins: `{it}` is no origin, such as https://a.example")
        })
    });
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.collect::<Result<Vec<_>, _>>()?))
        .allow_methods([Method::POST])
        .allow_headers(ALLOWED)
        .expose_headers(EXPOSED))
}
