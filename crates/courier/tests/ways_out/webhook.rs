//! Webhooks, against a server that answers everything and one that breaks off.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use courier::{BadAddress, Call, Outcome, Reach, Secret, Webhook, is_public, signature};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};

use crate::PATIENCE;

const SECRET: &[u8] = b"a secret of more than sixteen bytes";

pub(crate) fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

fn call() -> Call {
    Call { id: "R-2026-0042.1".to_owned(), at: 1_767_312_000, body: b"{\"a\":1}".to_vec() }
}

pub(crate) fn hook(port: u16) -> Webhook {
    let url = format!("http://127.0.0.1:{port}/vigie?x=1");
    Webhook::try_new(&url, secret(), Reach::Anywhere, PATIENCE, &[]).unwrap()
}

pub(crate) type Requests = Arc<Mutex<Vec<(http::request::Parts, Bytes)>>>;

/// Answers every call with this status and these words.
pub(crate) async fn receiver(status: u16, words: &'static str) -> (u16, Requests) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = Arc::clone(&seen);
            let service = service_fn(move |request: Request<Incoming>| {
                let seen = Arc::clone(&seen);
                async move {
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await?.to_bytes();
                    seen.lock().unwrap().push((parts, body));
                    let answer =
                        Response::builder().status(status).header("location", "/elsewhere");
                    Ok::<_, hyper::Error>(answer.body(Full::new(Bytes::from(words))).unwrap())
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (port, requests)
}

/// Takes a connection and does this with it.
pub(crate) async fn breaker<F: Future<Output = ()> + Send + 'static>(
    with: fn(TcpStream) -> F,
) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(with(stream));
        }
    });
    port
}

#[tokio::test]
async fn a_call_is_signed_and_names_itself() {
    let (port, requests) = receiver(202, "thank you\r\nvery much").await;
    let outcome = hook(port).post(&call()).await;
    assert_eq!(outcome, Outcome::Sent { proof: "202 Accepted thank you very much".to_owned() });
    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 1);
    let (parts, body) = &requests[0];
    assert_eq!((parts.method.as_str(), parts.uri.to_string().as_str()), ("POST", "/vigie?x=1"));
    assert_eq!(body.as_ref(), call().body);
    let header = |name: &str| parts.headers[name].to_str().unwrap();
    assert_eq!(header("idempotency-key"), "R-2026-0042.1");
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("vigie-signature"), signature(&secret(), call().at, &call().body));
}

#[test]
fn a_signature_is_what_others_compute() {
    // Computed by another implementation: HMAC-SHA-256 of `1767312000.{"a":1}`.
    let expected =
        "t=1767312000,v1=a932411765207b75a199e0cdab153b2ed2fd14e8a7aee9658ec4930dce6d8cf1";
    assert_eq!(signature(&secret(), 1_767_312_000, b"{\"a\":1}"), expected);
    assert!(Secret::new(b"short").is_none());
    assert_eq!(format!("{:?}", secret()), "Secret(…)");
}

#[tokio::test]
async fn a_status_says_whether_to_try_again() {
    let cases = [
        (200, None),
        (204, None),
        (301, Some(true)),
        (307, Some(true)),
        (400, Some(true)),
        (401, Some(true)),
        (404, Some(true)),
        (408, Some(false)),
        (409, Some(true)),
        (410, Some(true)),
        (425, Some(false)),
        (429, Some(false)),
        (500, Some(false)),
        (503, Some(false)),
    ];
    for (status, expected) in cases {
        let (port, requests) = receiver(status, "").await;
        let outcome = hook(port).post(&call()).await;
        match (&outcome, expected) {
            (Outcome::Sent { .. }, None) => {}
            (Outcome::Failed { permanent, .. }, Some(expected)) => {
                assert_eq!(*permanent, expected, "{status}");
            }
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(requests.lock().unwrap().len(), 1, "{status}: no redirect, no second try");
    }
}

#[tokio::test]
async fn without_an_answer_nobody_knows() {
    let cut = breaker(|mut stream| async move {
        let mut some = [0; 64];
        let _read = stream.read(&mut some).await;
    })
    .await;
    let outcome = hook(cut).post(&call()).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    let silent = breaker(|stream| async move {
        tokio::time::sleep(Duration::from_secs(30)).await;
        drop(stream);
    })
    .await;
    let outcome = hook(silent).post(&call()).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

#[tokio::test]
async fn without_a_connection_it_failed() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let outcome = hook(port).post(&call()).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");
    let url = "http://no-such-host.invalid/";
    let hook = Webhook::try_new(url, secret(), Reach::Anywhere, PATIENCE, &[]).unwrap();
    let outcome = hook.post(&call()).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_gets_nothing() {
    let (port, requests) = receiver(200, "").await;
    let url = format!("https://127.0.0.1:{port}/");
    let hook = Webhook::try_new(&url, secret(), Reach::Anywhere, PATIENCE, &[]).unwrap();
    let outcome = hook.post(&call()).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");
    assert_eq!(requests.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_webhook_is_no_way_in() {
    let (port, requests) = receiver(200, "").await;
    for host in ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let url = format!("https://{host}:{port}/");
        let Ok(hook) = Webhook::try_new(&url, secret(), Reach::Public, PATIENCE, &[]) else {
            continue;
        };
        let outcome = hook.post(&call()).await;
        assert!(matches!(outcome, Outcome::Failed { .. }), "{host}: {outcome:?}");
    }
    assert_eq!(requests.lock().unwrap().len(), 0);
    for url in ["http://example.org/", "file:///etc/passwd", "https://u:p@example.org/", "/x", ""] {
        let bad = Webhook::try_new(url, secret(), Reach::Public, PATIENCE, &[]);
        assert!(matches!(bad, Err(BadAddress::Url { .. })), "{url}");
    }
}

#[test]
fn inner_addresses_are_known_in_every_dress() {
    let inner = [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.8.9.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.5",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001::1",
        "fc00::1",
        "fe80::1",
        "ff02::1",
    ];
    for address in inner {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
    for address in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"] {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
}
