//! Files over HTTP, against an agency that counts, answers everything, and breaks off.

use bytes::Bytes;
use courier::{Outcome, Parcel, signature};
use tokio::io::AsyncReadExt;

use crate::webhook::{breaker, hook, receiver, secret};

fn parcel() -> Parcel {
    Parcel {
        id: "tenant-1.C-1.placement-1.hand_over".to_owned(),
        at: 1_767_312_000,
        errand: "hand_over",
        name: "tenant-1.C-1.placement-1-dossier.zip".to_owned(),
        bytes: Bytes::from_static(b"PK\x03\x04\0\xff"),
    }
}

#[tokio::test]
async fn a_file_is_signed_and_says_what_it_is() {
    let (port, requests) = receiver(201, "D-4711").await;
    let outcome = hook(port).deliver(&parcel()).await;
    assert_eq!(outcome, Outcome::Sent { proof: "201 Created D-4711".to_owned() });
    let requests = requests.lock().unwrap();
    let [(parts, body)] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(parts.method.as_str(), "POST");
    assert_eq!(*body, parcel().bytes);
    let header = |name: &str| parts.headers[name].to_str().unwrap();
    assert_eq!(header("idempotency-key"), parcel().id);
    assert_eq!(header("vigie-errand"), "hand_over");
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"tenant-1.C-1.placement-1-dossier.zip\""
    );
    let signed = signature(&secret(), parcel().at, &parcel().bytes);
    assert_eq!(header("vigie-signature"), signed);
}

#[tokio::test]
async fn a_status_says_whether_it_was_taken() {
    /// Taken, not taken, and whether never.
    enum Means {
        Taken,
        NotNow,
        Never,
        WhoKnows,
    }
    let cases = [
        (200, Means::Taken),
        (202, Means::Taken),
        (409, Means::Taken),
        (302, Means::Never),
        (400, Means::Never),
        (401, Means::Never),
        (413, Means::Never),
        (408, Means::NotNow),
        (429, Means::NotNow),
        (503, Means::NotNow),
        (500, Means::WhoKnows),
        (502, Means::WhoKnows),
        (504, Means::WhoKnows),
    ];
    for (status, means) in cases {
        let (port, requests) = receiver(status, "").await;
        let outcome = hook(port).deliver(&parcel()).await;
        let agrees = match means {
            Means::Taken => matches!(outcome, Outcome::Sent { .. }),
            Means::NotNow => matches!(outcome, Outcome::Failed { permanent: false, .. }),
            Means::Never => matches!(outcome, Outcome::Failed { permanent: true, .. }),
            Means::WhoKnows => matches!(outcome, Outcome::Unknown { .. }),
        };
        assert!(agrees, "{status}: {outcome:?}");
        assert_eq!(requests.lock().unwrap().len(), 1, "{status}: no redirect, no second try");
    }
}

#[tokio::test]
async fn without_an_answer_nobody_knows_and_without_a_name_nothing_leaves() {
    let cut = breaker(|mut stream| async move {
        let mut some = [0; 64];
        let _read = stream.read(&mut some).await;
    })
    .await;
    let outcome = hook(cut).deliver(&parcel()).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    let (port, requests) = receiver(200, "").await;
    for name in ["", "a b", "x\"; y", "../x"] {
        let outcome = hook(port).deliver(&Parcel { name: name.to_owned(), ..parcel() }).await;
        assert!(matches!(outcome, Outcome::Failed { permanent: true, .. }), "{name}: {outcome:?}");
    }
    assert_eq!(requests.lock().unwrap().len(), 0);
}
