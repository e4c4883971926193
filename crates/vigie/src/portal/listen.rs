//! Connections: HTTP/1.1 in plain text, behind whoever speaks TLS. Somebody who says nothing is
//! waited for no longer than anybody else would be.

use std::{sync::Arc, time::Duration};

use axum::Router;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tower::{Service as _, service_fn};

use super::{answer::Peer, guard};

/// Connections at the same time; more wait.
const CONNECTIONS_MAX: usize = 512;
/// For the head of a request, and for the next one on the same connection.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// For a whole request and its answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);
/// The largest head of a request, in bytes: a token has 200 at most.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until it is told to stop, and then those that are on their way.
pub(super) async fn serve(listener: TcpListener, routes: Router, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let permit = tokio::select! {
            permit = room.clone().acquire_owned() => permit,
            () = stop.cancelled() => break,
        };
        let Ok(permit) = permit else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let Ok((stream, address)) = accepted else {
            // Too many open files, most likely.
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let (routes, stop) = (routes.clone(), stop.clone());
        connections.spawn(async move {
            converse(stream, Peer(address.ip()), routes, stop).await;
            drop(permit);
        });
    }
    while connections.join_next().await.is_some() {}
}

async fn converse(stream: TcpStream, peer: Peer, routes: Router, stop: CancellationToken) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let mut routes = routes.clone();
        async move {
            let answer = tokio::time::timeout(ANSWER_WITHIN, routes.call(request)).await;
            let answer = answer.unwrap_or_else(|_| Ok(late()));
            if let Ok(it) = &answer {
                let labels = [("status", it.status().as_str().to_owned())];
                metrics::counter!("vigie_portal_answers_total", &labels).increment(1);
            }
            answer
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // What was asked stands in it nowhere: hyper says what went wrong, not with what.
        tracing::debug!(%error, "a connection has ended");
    }
}

fn late() -> axum::response::Response {
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    guard::harden(response.headers_mut());
    response
}
