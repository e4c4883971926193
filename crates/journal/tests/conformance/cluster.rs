//! Three servers, of which one dies or rots: nothing is lost, and reading is whole.

use std::{fs, net::TcpListener, path::Path};

use events::{Context, Partition};
use futures::future::join_all;
use journal::{
    Connection, Head, Heads, Journal, Record, Replicas, Store,
    server::{Options, Server},
};

use crate::support::*;

struct Cluster {
    servers: Vec<Server>,
    _dir: tempfile::TempDir,
}

impl Cluster {
    async fn start() -> Option<Self> {
        let binary = binary().await?;
        let dir = tempfile::tempdir().unwrap();
        // Members must know each other's ports before any of them runs.
        let listeners = [0; 3].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = listeners.map(|it| it.local_addr().unwrap().port());
        let routes = ports.map(|it| format!("\"nats-route://127.0.0.1:{it}\", ")).concat();
        let servers = ports.iter().zip(1..).map(|(port, n)| {
            let mut options = Options::new(&binary, dir.path().join(n.to_string()));
            options.name = format!("n{n}");
            options.extra = format!(
                "cluster {{ name: vigie, listen: \"127.0.0.1:{port}\", routes: [{routes}] }}"
            );
            Server::start(options)
        });
        let servers = join_all(servers).await.into_iter().map(Result::unwrap).collect();
        Some(Self { servers, _dir: dir })
    }

    async fn store(&self) -> Store {
        let urls: Vec<String> = self.servers.iter().map(Server::url).collect();
        let monitor_urls = self.servers.iter().map(Server::monitor_url).collect();
        let replicas = Replicas::Three;
        let connection = Connection { monitor_urls, replicas, ..Connection::to(urls.join(",")) };
        Store::connect(connection).await.unwrap()
    }

    /// The server that leads the stream of a journal.
    async fn leader(&mut self, store: &Store) -> &mut Server {
        let context = async_nats::jetstream::new(store.client().unwrap());
        let stream = context.get_stream("VIGIE_acme_0").await.unwrap();
        let leader = stream.cached_info().cluster.clone().unwrap().leader.unwrap();
        let n: usize = leader.trim_start_matches('n').parse().unwrap();
        &mut self.servers[n - 1]
    }
}

async fn create(store: &Store) -> Journal {
    let acme = tenant("acme");
    // A cluster that has just come up may have no place for a stream yet.
    until(async || store.create(&acme, partitions(1)).await.is_ok()).await;
    store.open(&acme, Partition(0)).await.unwrap()
}

/// Flips a bit every 512 bytes of whatever the store holds of journals.
fn rot(dir: &Path) -> usize {
    let mut flipped = 0;
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            flipped += rot(&path);
        } else if path.extension().is_some_and(|it| it == "blk")
            && path.to_string_lossy().contains("streams/VIGIE_")
        {
            let mut bytes = fs::read(&path).unwrap();
            for byte in bytes.iter_mut().skip(300).step_by(512) {
                *byte ^= 4;
                flipped += 1;
            }
            fs::write(&path, bytes).unwrap();
        }
    }
    flipped
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leader_that_dies_takes_nothing_with_it() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let store = cluster.store().await;
    assert_eq!(store.preflight().await, Ok(()));
    let journal = create(&store).await;
    let mut reader = journal.read(Heads::new()).await.unwrap();
    let mut heads = vec![Head::NONE];
    for n in 0..60 {
        if n % 20 == 10 {
            cluster.leader(&store).await.kill().await.unwrap();
        }
        heads.push(insist(&journal, Context::Invoicing, heads[heads.len() - 1], n).await);
        if n % 20 == 15 {
            // It may be written to while one is away.
            assert_eq!(store.preflight().await, Ok(()));
            for server in &mut cluster.servers {
                if server.pid().is_none() {
                    server.restart().await.unwrap();
                }
            }
        }
    }
    let read: Vec<Head> = read(&mut reader, 60).await.iter().map(Record::head).collect();
    assert_eq!(read, heads[1..]);
    until(async || journal.lagging().await.is_ok_and(|it| it.is_empty())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_that_rot_on_one_server_are_read_from_another() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let store = cluster.store().await;
    let journal = create(&store).await;
    let mut head = Head::NONE;
    for n in 0..100 {
        head = insist(&journal, Context::Invoicing, head, n).await;
    }
    until(async || journal.lagging().await.is_ok_and(|it| it.is_empty())).await;
    let server = &mut cluster.servers[0];
    server.stop().await.unwrap();
    assert!(rot(server.dir()) > 10);
    server.restart().await.unwrap();
    until(async || journal.lagging().await.is_ok_and(|it| it.is_empty())).await;
    // Any of the three may come to serve a reader.
    for _ in 0..12 {
        assert_eq!(read_all(&journal).await.last().unwrap().head(), head);
    }
}
