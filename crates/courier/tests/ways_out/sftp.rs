//! Files for a server, against one that really speaks SFTP and breaks off wherever it can.

use courier::{HostKey, Login, Outcome, Sftp, SshKey, SshLogin, Unusable};

use crate::{
    PATIENCE,
    file_server::{Act, FileServer, PASSWORD, Step, USER, client_key, fingerprint},
};

fn login() -> SshLogin {
    SshLogin::Password(Login { user: USER.to_owned(), password: PASSWORD.to_owned() })
}

fn sftp_as(server: &FileServer, login: SshLogin) -> Sftp {
    let key = HostKey::parse(&fingerprint()).unwrap();
    Sftp::try_new("127.0.0.1", server.port, login, key, "in/tenant-1", PATIENCE).unwrap()
}

const NAME: &str = "tenant-1.C-1.placement-1-dossier.zip";
const PATH: &str = "in/tenant-1/tenant-1.C-1.placement-1-dossier.zip";

/// More than one packet.
fn file() -> Vec<u8> {
    (0..200_000_u32).map(|it| u8::try_from(it % 251).unwrap()).collect()
}

fn sent(words: &str) -> Outcome {
    Outcome::Sent { proof: format!("{NAME}{words}") }
}

#[tokio::test]
async fn a_file_is_there_whole_and_once_and_bringing_it_again_finds_it() {
    let server = FileServer::new().await;
    let sftp = sftp_as(&server, login());
    assert_eq!(sftp.put(NAME, &file()).await, sent(""));
    assert_eq!(server.file(PATH).unwrap(), file());
    assert_eq!(sftp.put(NAME, &file()).await, sent(", taken already"));
    // As long, and something else.
    let mut other = file();
    other[77] ^= 1;
    let refused = sftp.put(NAME, &other).await;
    assert!(matches!(refused, Outcome::Failed { permanent: true, .. }), "{refused:?}");
    assert_eq!(server.arrived(), [PATH]);
    assert_eq!(server.file(PATH).unwrap(), file());
}

#[tokio::test]
async fn a_key_opens_as_a_password_does_and_none_is_shown() {
    let server = FileServer::new().await;
    let key = SshKey::parse(&client_key()).unwrap();
    let login = SshLogin::Key { user: USER.to_owned(), key };
    assert!(!format!("{login:?}{:?}", self::login()).contains("password"), "{login:?}");
    assert_eq!(sftp_as(&server, login).put(NAME, &file()).await, sent(""));
}

#[tokio::test]
async fn who_is_not_let_in_may_be_later() {
    let server = FileServer::new().await;
    let wrong = SshLogin::Password(Login { user: USER.to_owned(), password: "another".to_owned() });
    let outcome = sftp_as(&server, wrong).put(NAME, &file()).await;
    assert!(matches!(&outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");
    assert_eq!(server.arrived(), [""; 0]);
}

#[tokio::test]
async fn a_server_with_another_key_gets_nothing_not_even_a_password() {
    let server = FileServer::new().await;
    let key = HostKey::parse("SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    let sftp = Sftp::try_new("127.0.0.1", server.port, login(), key, "", PATIENCE).unwrap();
    // It would go silent if it were asked.
    server.acts(Some((Step::Auth, Act::Silence)));
    let Outcome::Failed { reason, permanent: true } = sftp.put(NAME, &file()).await else {
        panic!("it is a stranger")
    };
    assert!(reason.contains(&fingerprint()), "whoever looks can compare: {reason}");
}

#[tokio::test]
async fn where_the_line_is_cut_or_falls_silent_decides_what_is_known() {
    for step in Step::ALL {
        for act in [Act::Cut, Act::Silence] {
            let server = FileServer::new().await;
            server.acts(Some((step, act)));
            let outcome = sftp_as(&server, login()).put(NAME, &file()).await;
            let arrived = usize::from(step == Step::Renamed);
            assert_eq!(server.arrived().len(), arrived, "{step:?} {act:?}");
            match (step, &outcome) {
                (
                    Step::Connect | Step::Auth | Step::Write,
                    Outcome::Failed { permanent: false, .. },
                )
                | (Step::Rename, Outcome::Unknown { .. }) => {}
                // A second look finds it.
                (Step::Renamed, outcome) => assert_eq!(*outcome, sent(", found there"), "{act:?}"),
                other => panic!("{act:?}: {other:?}"),
            }
            // What was left half-way is no hindrance, and once more is not twice.
            server.acts(None);
            let words = if step == Step::Renamed { ", taken already" } else { "" };
            let again = sftp_as(&server, login()).put(NAME, &file()).await;
            assert_eq!(again, sent(words), "{step:?} {act:?}");
            assert_eq!((server.arrived().len(), server.file(PATH)), (1, Some(file())));
        }
    }
}

#[tokio::test]
async fn what_is_there_already_is_never_written_over() {
    let server = FileServer::new().await;
    server.place(PATH, b"somebody else's");
    let outcome = sftp_as(&server, login()).put(NAME, &file()).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: true, .. }), "{outcome:?}");
    assert_eq!(server.file(PATH).unwrap(), b"somebody else's");
}

#[tokio::test]
async fn names_lead_nowhere_else() {
    let server = FileServer::new().await;
    let sftp = sftp_as(&server, login());
    for name in ["", "../x", "a/b", ".hidden", "a b", "x..y", "x\n", "x-"] {
        let outcome = sftp.put(name, b"x").await;
        assert!(matches!(outcome, Outcome::Failed { permanent: true, .. }), "{name:?}");
    }
    assert_eq!(server.connections(), 0);
    let key = || HostKey::parse(&fingerprint()).unwrap();
    let at = |host: &str, folder: &str| {
        Sftp::try_new(host, 22, login(), key(), folder, PATIENCE).map(|_| ())
    };
    for folder in ["..", "in/../..", "/in//x", "in/a b", "in/\0"] {
        assert!(matches!(at("h", folder), Err(Unusable::Folder { .. })), "{folder:?}");
    }
    for folder in ["", "/", "/in", "in/", "in/tenant-1_x.y"] {
        at("h", folder).unwrap();
    }
    for host in ["", "sftp://h", "u@h", "h:22", "h/x"] {
        assert!(matches!(at(host, ""), Err(Unusable::Host { .. })), "{host:?}");
    }
    for host in ["sftp.agency.example", "192.0.2.1", "2001:db8::1"] {
        at(host, "").unwrap();
    }
    for key in ["", "MD5:00", "SHA256:x", "ssh-ed25519 nonsense"] {
        assert!(matches!(HostKey::parse(key), Err(Unusable::HostKey { .. })), "{key:?}");
    }
    assert!(matches!(SshKey::parse("nonsense"), Err(Unusable::Key { .. })));
}
