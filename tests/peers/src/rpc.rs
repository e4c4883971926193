//! `tonic-empty`: what a gRPC call costs before it does anything.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use anyhow::Result;
use futures::future::try_join_all;
use http::uri::PathAndQuery;
use serde_json::json;
use tonic::body::Body;
use tonic::server::{NamedService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

use crate::Sizes;
use crate::measure::{Latencies, Window};
use crate::report::{Figure, Report};

const METHOD: &str = "/peers.Empty/Call";

/// The service of `rpc Call(google.protobuf.Empty) returns (google.protobuf.Empty)`, written as
/// the generator writes it.
#[derive(Debug, Clone, Copy)]
struct Empty;

impl NamedService for Empty {
    const NAME: &'static str = "peers.Empty";
}

impl UnaryService<()> for Empty {
    type Response = ();
    type Future = Ready<Result<Response<()>, Status>>;

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(())))
    }
}

impl tower::Service<http::Request<Body>> for Empty {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            if request.uri().path() != METHOD {
                return Ok(Status::unimplemented("only Call").into_http());
            }
            let codec = ProstCodec::<(), ()>::default();
            Ok(tonic::server::Grpc::new(codec).unary(Empty, request).await)
        })
    }
}

pub(crate) async fn measure(sizes: &Sizes, report: &mut Report) -> Result<()> {
    let incoming =
        TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?.with_nodelay(Some(true));
    let address = incoming.local_addr()?;
    let server = tokio::spawn(Server::builder().add_service(Empty).serve_with_incoming(incoming));

    for connections in [1, 4] {
        let mut runs = Vec::new();
        for _ in 0..sizes.runs() {
            let mut channels = Vec::new();
            for _ in 0..connections {
                let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
                channels.push(endpoint.tcp_nodelay(true).connect().await?);
            }
            let window = Window::from_now(sizes.seconds());
            let callers = channels
                .iter()
                .cycle()
                .take(sizes.callers)
                .map(|it| tokio::spawn(call(it.clone(), window)));
            let mut latencies = Vec::new();
            for caller in try_join_all(callers).await? {
                latencies.push(caller?);
            }
            runs.push(window.run(latencies));
        }
        let connection = if connections == 1 { "connection" } else { "connections" };
        report.add(Figure {
            peer: "tonic-empty",
            variant: format!("{} callers, {connections} {connection}", sizes.callers),
            unit: "calls/s",
            runs,
            facts: json!({ "callers": sizes.callers, "connections": connections }),
        });
    }
    server.abort();
    Ok(())
}

async fn call(channel: Channel, window: Window) -> Result<Latencies> {
    let mut latencies = Latencies::of(window);
    let mut client = tonic::client::Grpc::new(channel);
    loop {
        let started = Instant::now();
        client.ready().await?;
        let codec = ProstCodec::<(), ()>::default();
        client.unary(Request::new(()), PathAndQuery::from_static(METHOD), codec).await?;
        if !latencies.add(started) {
            return Ok(latencies);
        }
    }
}
