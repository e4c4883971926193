//! gRPC-Web: what a browser sends, byte for byte.

use std::time::Duration;

use api::{
    alerts::{ListAlertsRequest, ListAlertsResponse, WatchAlertsRequest, WatchAlertsResponse},
    tenant::{ListTenantsRequest, ListTenantsResponse},
};
use prost::Message;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::support::{TENANT, World, whole_world as world};

/// A message as it travels: not compressed, its length, and its bytes.
fn framed(message: &impl Message) -> Vec<u8> {
    let body = message.encode_to_vec();
    let mut frame = vec![0];
    frame.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    frame.extend(body);
    frame
}

async fn post(world: &World, path: &str, message: &impl Message) -> TcpStream {
    let body = framed(message);
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\n\
         x-grpc-web: 1\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(world.running.grpc_address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    stream
}

/// The head of an answer, and what came of its body, chunk lengths taken out.
async fn answer(stream: &mut TcpStream, enough: impl Fn(&[u8]) -> bool) -> (String, Vec<u8>) {
    let mut raw = Vec::new();
    loop {
        let split = raw.windows(4).position(|it| it == b"\r\n\r\n");
        if let Some(split) = split {
            let head = String::from_utf8(raw[..split].to_vec()).unwrap();
            let body = unchunked(&raw[split + 4..]);
            if enough(&body) {
                return (head, body);
            }
        }
        let mut more = [0; 4_096];
        let read = timeout(Duration::from_secs(20), stream.read(&mut more)).await.unwrap().unwrap();
        assert!(read > 0, "it ended: {}", String::from_utf8_lossy(&raw));
        raw.extend(&more[..read]);
    }
}

fn unchunked(mut raw: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = raw.windows(2).position(|it| it == b"\r\n") {
        let length = std::str::from_utf8(&raw[..line]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        let Some(chunk) = raw.get(line + 2..line + 2 + length) else { break };
        body.extend(chunk);
        raw = raw.get(line + 4 + length..).unwrap_or_default();
    }
    body
}

/// The frames of a body: their kind, 0 for a message and 128 for trailers, and their bytes.
fn frames(mut body: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    while let Some((head, rest)) = body.split_at_checked(5) {
        let length = u32::from_be_bytes(head[1..].try_into().unwrap()) as usize;
        let Some((frame, rest)) = rest.split_at_checked(length) else { break };
        frames.push((head[0], frame.to_vec()));
        body = rest;
    }
    frames
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_asks_over_http_1_and_gets_frames_of_every_service() {
    let world = world(1).await;
    let ended = |body: &[u8]| frames(body).last().is_some_and(|(kind, _)| *kind == 0x80);

    let request = ListAlertsRequest { tenant_id: TENANT.into(), ..Default::default() };
    let path = "/vigie.alerts.v1.AlertsService/ListAlerts";
    let (head, body) = answer(&mut post(&world, path, &request).await, ended).await;
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains("content-type: application/grpc-web+proto"), "{head}");
    let [(0, message), (0x80, trailers)] = &frames(&body)[..] else { panic!("{body:?}") };
    let listed = ListAlertsResponse::decode(message.as_slice()).unwrap();
    assert!(listed.alerts.is_empty() && listed.position.is_some());
    assert!(String::from_utf8_lossy(trailers).contains("grpc-status:0"), "{trailers:?}");

    let path = "/vigie.tenant.v1.TenantService/ListTenants";
    let asked = post(&world, path, &ListTenantsRequest::default()).await;
    let (_, body) = answer(&mut { asked }, ended).await;
    let tenants = ListTenantsResponse::decode(frames(&body)[0].1.as_slice()).unwrap();
    assert_eq!(tenants.tenants.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_watches_alerts_over_http_1() {
    let mut world = world(1).await;
    let request = WatchAlertsRequest { tenant_id: TENANT.into(), ..Default::default() };
    let path = "/vigie.alerts.v1.AlertsService/WatchAlerts";
    let mut watching = post(&world, path, &request).await;
    let (_, body) = answer(&mut watching, |body| !frames(body).is_empty()).await;
    let first = WatchAlertsResponse::decode(frames(&body)[0].1.as_slice()).unwrap();
    assert_eq!(first.position.unwrap().sequences.len(), 1);
    world.issue("C-1", "F-1", "2026-05-15", 100).await;
    // The rest of the same answer: chunks only.
    let mut rest = Vec::new();
    while frames(&unchunked(&rest)).is_empty() {
        let mut more = [0; 4_096];
        let read = timeout(Duration::from_secs(20), watching.read(&mut more)).await;
        rest.extend(&more[..read.unwrap().unwrap()]);
    }
    let told = WatchAlertsResponse::decode(frames(&unchunked(&rest))[0].1.as_slice()).unwrap();
    assert!(format!("{told:?}").contains("invoice_overdue-1"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_another_origin_is_not_let_in_unless_it_is_named() {
    let world = world(1).await;
    let ask = async |origin: &str| {
        let head = format!(
            "OPTIONS /vigie.alerts.v1.AlertsService/ListAlerts HTTP/1.1\r\nhost: localhost\r\n\
             origin: {origin}\r\naccess-control-request-method: POST\r\n\
             access-control-request-headers: content-type,x-grpc-web\r\nconnection: close\r\n\r\n"
        );
        let mut stream = TcpStream::connect(world.running.grpc_address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.to_lowercase()
    };
    let named = ask("https://desk.example").await;
    assert!(named.contains("access-control-allow-origin: https://desk.example"), "{named}");
    let other = ask("https://other.example").await;
    assert!(!other.contains("access-control-allow-origin: "), "{other}");
}
