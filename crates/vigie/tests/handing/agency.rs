//! A collector's system that counts the files it takes, and answers as it is told to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What it does with the next file under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Takes it, and never says so.
    TakeInSilence,
    /// Does not take it.
    Refuse,
}

#[derive(Debug, Default)]
struct State {
    /// What was taken, by its `Idempotency-Key`.
    taken: BTreeMap<String, Vec<Vec<u8>>>,
    calls: usize,
    answers: BTreeMap<String, Answer>,
}

/// The agency. The clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Agency {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

impl Agency {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let agency = Self { port, state: Arc::default() };
        let it = agency.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let it = it.clone();
                tokio::spawn(async move { it.converse(stream).await });
            }
        });
        agency
    }

    /// How the next file under a key is answered.
    pub(crate) fn answers(&self, key: &str, answer: Answer) {
        self.state.lock().unwrap().answers.insert(key.to_owned(), answer);
    }

    pub(crate) fn taken(&self, key: &str) -> usize {
        self.state.lock().unwrap().taken.get(key).map_or(0, Vec::len)
    }

    pub(crate) fn calls(&self) -> usize {
        self.state.lock().unwrap().calls
    }

    async fn converse(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut said = Vec::new();
        let mut some = [0; 4096];
        let end = loop {
            let read = stream.read(&mut some).await?;
            said.extend_from_slice(&some[..read]);
            if let Some(end) = said.windows(4).position(|it| it == b"\r\n\r\n") {
                break end + 4;
            }
            if read == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(&said[..end]).to_ascii_lowercase();
        let field = |name: &str| {
            let found = head.lines().find_map(|it| it.strip_prefix(&format!("{name}: ")));
            found.unwrap_or_default().to_owned()
        };
        let length: usize = field("content-length").parse().unwrap();
        while said.len() < end + length {
            let read = stream.read(&mut some).await?;
            said.extend_from_slice(&some[..read]);
        }
        assert!(field("vigie-signature").starts_with("t="), "{head}");
        let key = field("idempotency-key");
        let answer = {
            let mut state = self.state.lock().unwrap();
            state.calls += 1;
            let answer = state.answers.remove(&key);
            if state.taken.contains_key(&key) {
                "409 Conflict"
            } else if answer == Some(Answer::Refuse) {
                "422 Unprocessable Content"
            } else {
                state.taken.entry(key).or_default().push(said[end..].to_vec());
                if answer == Some(Answer::TakeInSilence) { "" } else { "201 Created" }
            }
        };
        if answer.is_empty() {
            return std::future::pending().await;
        }
        let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await
    }
}
