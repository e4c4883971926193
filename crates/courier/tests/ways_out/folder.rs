//! Files for a print shop.

use std::fs;

use courier::{Folder, Format, Outcome};

#[tokio::test]
async fn a_letter_is_there_whole_and_once() {
    let directory = tempfile::tempdir().unwrap();
    let folder = Folder { path: directory.path().to_owned() };
    let put = |bytes: &'static [u8]| folder.put("R-2026-0042.1", Format::Pdf, bytes.to_vec());
    let sent = Outcome::Sent { proof: "R-2026-0042.1.pdf".to_owned() };
    assert_eq!(put(b"%PDF").await, sent);
    assert_eq!(put(b"%PDF").await, sent);
    let other = put(b"another").await;
    assert!(matches!(other, Outcome::Failed { permanent: true, .. }), "{other:?}");
    let names: Vec<_> =
        fs::read_dir(&folder.path).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, ["R-2026-0042.1.pdf"]);
    assert_eq!(fs::read(folder.path.join("R-2026-0042.1.pdf")).unwrap(), b"%PDF");
}

#[tokio::test]
async fn many_at_once_are_one_file() {
    let directory = tempfile::tempdir().unwrap();
    let folder = Folder { path: directory.path().to_owned() };
    let puts = (0..16).map(|_| {
        let folder = folder.clone();
        tokio::spawn(async move { folder.put("R-1", Format::Text, vec![b'x'; 100_000]).await })
    });
    for put in puts.collect::<Vec<_>>() {
        assert_eq!(put.await.unwrap(), Outcome::Sent { proof: "R-1.txt".to_owned() });
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_folder_that_is_not_there_fails_and_may_come_back() {
    let directory = tempfile::tempdir().unwrap();
    let folder = Folder { path: directory.path().join("gone") };
    let outcome = folder.put("R-1", Format::Pdf, Vec::new()).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");
}

#[tokio::test]
async fn no_id_leads_out_of_the_folder() {
    let directory = tempfile::tempdir().unwrap();
    let folder = Folder { path: directory.path().to_owned() };
    for id in ["../x", "/etc/x", "a/b", "..", ".hidden", "a\0b", "C:x"] {
        let outcome = folder.put(id, Format::Pdf, Vec::new()).await;
        assert!(matches!(outcome, Outcome::Failed { permanent: true, .. }), "{id:?}: {outcome:?}");
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_has_its_own_name_and_leads_nowhere_else() {
    let directory = tempfile::tempdir().unwrap();
    let folder = Folder { path: directory.path().to_owned() };
    let sent = Outcome::Sent { proof: "placement-1-dossier.zip".to_owned() };
    assert_eq!(folder.put_file("placement-1-dossier.zip", b"PK".to_vec()).await, sent);
    for name in ["", "../x", "a/b", ".hidden"] {
        let outcome = folder.put_file(name, b"x".to_vec()).await;
        assert!(matches!(outcome, Outcome::Failed { permanent: true, .. }), "{name}: {outcome:?}");
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}
