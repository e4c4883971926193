//! Stands between a client and a server, and misbehaves when told.

use std::{
    collections::BTreeSet,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
        BufReader,
    },
    net::{TcpListener, TcpStream},
    sync::watch,
};

pub(crate) struct Proxy {
    port: u16,
    mischief: Arc<Mischief>,
}

struct Mischief {
    /// Whether what the server says is dropped.
    deaf: AtomicBool,
    /// Entries that are not delivered, by their place in the stream.
    withheld: Mutex<BTreeSet<u64>>,
    cuts: watch::Sender<()>,
}

impl Proxy {
    /// In front of a server on this port of the loopback interface.
    pub(crate) async fn start(upstream: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mischief = Arc::new(Mischief {
            deaf: AtomicBool::new(false),
            withheld: Mutex::default(),
            cuts: watch::Sender::new(()),
        });
        tokio::spawn({
            let mischief = Arc::clone(&mischief);
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    tokio::spawn(relay(client, upstream, Arc::clone(&mischief)));
                }
            }
        });
        Self { port, mischief }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) fn set_deaf(&self, deaf: bool) {
        self.mischief.deaf.store(deaf, Ordering::SeqCst);
    }

    pub(crate) fn withhold(&self, sequence: u64) {
        self.mischief.withheld.lock().unwrap().insert(sequence);
    }

    /// Ends every connection there is; new ones are served.
    pub(crate) fn cut(&self) {
        self.mischief.cuts.send_replace(());
    }
}

async fn relay(client: TcpStream, upstream: u16, mischief: Arc<Mischief>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", upstream)).await else { return };
    let mut cut = mischief.cuts.subscribe();
    let (mut from_client, to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
        _ = deliver(from_server, to_client, &mischief) => {}
        _ = cut.changed() => {}
    }
}

/// Lines, some of them followed by as many bytes as their last word says.
async fn deliver(
    from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mischief: &Mischief,
) -> io::Result<()> {
    let mut from = BufReader::new(from);
    loop {
        let mut message = Vec::new();
        if from.read_until(b'\n', &mut message).await? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&message).into_owned();
        let words: Vec<&str> = line.split_whitespace().collect();
        if matches!(words[0], "MSG" | "HMSG") {
            let length: usize = words.last().unwrap().parse().unwrap();
            let start = message.len();
            message.resize(start + length + 2, 0);
            from.read_exact(&mut message[start..]).await?;
        }
        let place = words.iter().find(|it| it.starts_with("$JS.ACK.")).map(|it| place(it));
        let withheld = place.is_some_and(|it| mischief.withheld.lock().unwrap().contains(&it));
        if !withheld && !mischief.deaf.load(Ordering::SeqCst) {
            to.write_all(&message).await?;
        }
    }
}

fn place(reply: &str) -> u64 {
    let words: Vec<&str> = reply.split('.').collect();
    words[if words.len() > 9 { 7 } else { 5 }].parse().unwrap()
}
