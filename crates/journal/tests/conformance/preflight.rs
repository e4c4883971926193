//! A server that would lose what it acknowledges is not written to, and one is told why.

use journal::{Auth, Connection, Problem, Store, server::SyncInterval};

use crate::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_sync_always_is_refused_with_the_remedy() {
    let start = Nats::start_with(|it| it.sync = SyncInterval::Default);
    let Some(nats) = start.await else { return };
    let problems = nats.store().await.preflight().await.unwrap_err();
    assert!(matches!(&problems[..], [Problem::NotSynced(_)]), "{problems:?}");
    assert!(problems[0].to_string().contains("sync_interval: always"), "{}", problems[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_cannot_be_asked_is_refused() {
    let Some(nats) = Nats::start().await else { return };
    let sound = nats.server.connection();
    let somewhere_else = String::from("http://127.0.0.1:1");
    for monitor_urls in [vec![], vec![somewhere_else], vec![nats.server.url()]] {
        let store = Store::connect(Connection { monitor_urls, ..sound.clone() }).await.unwrap();
        let problems = store.preflight().await.unwrap_err();
        assert!(matches!(&problems[..], [Problem::SyncUnknown(_)]), "{problems:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_server_than_the_one_written_to_does_not_speak_for_it() {
    let Some(nats) = Nats::start().await else { return };
    let Some(other) = Nats::start().await else { return };
    let monitor_urls = vec![other.server.monitor_url()];
    let connection = Connection { monitor_urls, ..nats.server.connection() };
    let problems = Store::connect(connection).await.unwrap().preflight().await.unwrap_err();
    assert!(matches!(&problems[..], [Problem::SyncUnknown(_)]), "{problems:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_for_small_messages_is_refused() {
    let Some(nats) = Nats::start_with(|it| it.max_payload = 512 * 1024).await else { return };
    let problems = nats.store().await.preflight().await.unwrap_err();
    assert!(matches!(&problems[..], [Problem::PayloadTooSmall(524_288)]), "{problems:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_of_the_system_account_can_ask_instead_of_the_monitoring_port() {
    let accounts = "
        system_account: SYS
        no_auth_user: vigie
        accounts {
          SYS { users: [{ user: watch, password: secret }] }
          VIGIE { jetstream: enabled, users: [{ user: vigie, password: secret }] }
        }";
    let start = Nats::start_with(|it| it.extra = String::from(accounts));
    let Some(nats) = start.await else { return };
    let file = nats.server.dir().join("password");
    std::fs::write(&file, "secret\n").unwrap();
    let system = |user: &str| Some(Auth::Password { user: user.to_owned(), file: file.clone() });
    let connection = Connection::to(nats.server.url());

    let asked = Connection { system: system("watch"), ..connection.clone() };
    assert_eq!(Store::connect(asked).await.unwrap().preflight().await, Ok(()));
    let stranger = Connection { system: system("nobody"), ..connection };
    let problems = Store::connect(stranger).await.unwrap().preflight().await.unwrap_err();
    assert!(matches!(&problems[..], [Problem::SyncUnknown(_)]), "{problems:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_died_is_a_problem() {
    let Some(mut nats) = Nats::start().await else { return };
    let store = nats.store().await;
    nats.server.stop().await.unwrap();
    let problems = store.preflight().await.unwrap_err();
    assert!(!problems.is_empty());
}
