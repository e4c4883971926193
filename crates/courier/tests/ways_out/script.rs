//! An SMTP server that does what a script says, and counts what it took.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use courier::{Security, Smtp};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::PATIENCE;

/// Where the dialogue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Greeting,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    /// Some lines of the data have come.
    Within,
    /// The dot has come, and the message was taken.
    Dot,
    /// The dot was answered.
    After,
}

impl Step {
    pub(crate) const ALL: [Self; 8] = [
        Self::Greeting,
        Self::Ehlo,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Within,
        Self::Dot,
        Self::After,
    ];
}

/// What happens at a step instead of the answer that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Close,
    Silence,
    Say(&'static str),
}

/// What the server saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) commands: Vec<String>,
    /// Messages it took, as they came over the wire, without the dot.
    pub(crate) taken: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    /// A server that does one thing out of the ordinary, or none.
    pub(crate) async fn new(act: Option<(Step, Act)>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let server = Self { address, seen: Arc::clone(&seen) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                tokio::spawn(async move { talk(stream, act, &seen).await });
            }
        });
        server
    }

    pub(crate) fn smtp(&self) -> Smtp {
        Smtp {
            host: self.address.ip().to_string(),
            port: self.address.port(),
            security: Security::Plain,
            login: None,
            hello: Some("tenant-1.example".to_owned()),
            step_timeout: PATIENCE,
            data_timeout: PATIENCE,
            roots: Vec::new(),
        }
    }

    pub(crate) fn taken(&self) -> Vec<String> {
        self.seen.lock().unwrap().taken.clone()
    }

    pub(crate) fn commands(&self) -> Vec<String> {
        self.seen.lock().unwrap().commands.clone()
    }
}

/// One connection. Ends with the dialogue, or where the script ends it.
async fn talk(stream: TcpStream, act: Option<(Step, Act)>, seen: &Mutex<Seen>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    answer(&mut stream, act, Step::Greeting, "220 relay.example ready").await?;
    loop {
        let command = line(&mut stream).await?;
        seen.lock().unwrap().commands.push(command.clone());
        match command.get(..4).unwrap_or_default() {
            "EHLO" => {
                answer(&mut stream, act, Step::Ehlo, "250-relay.example\r\n250 8BITMIME").await?;
            }
            "MAIL" => answer(&mut stream, act, Step::Mail, "250 2.1.0 ok").await?,
            "RCPT" => answer(&mut stream, act, Step::Rcpt, "250 2.1.5 ok").await?,
            "DATA" => {
                answer(&mut stream, act, Step::Data, "354 go on").await?;
                let data = data(&mut stream, act).await?;
                let refused =
                    matches!(act, Some((Step::Dot, Act::Say(words))) if !words.starts_with('2'));
                if !refused {
                    seen.lock().unwrap().taken.push(data);
                }
                answer(&mut stream, act, Step::Dot, "250 2.0.0 queued as 17").await?;
                if let Some((Step::After, act)) = act {
                    end(&mut stream, act).await?;
                }
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                return Some(());
            }
            _ => say(&mut stream, "502 what").await?,
        }
    }
}

/// Everything up to the dot.
async fn data(stream: &mut BufReader<TcpStream>, act: Option<(Step, Act)>) -> Option<String> {
    let mut data = String::new();
    loop {
        if let (Some((Step::Within, act)), true) = (act, data.len() > 100) {
            end(stream, act).await?;
        }
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(data);
        }
        data.push_str(&String::from_utf8_lossy(&line));
    }
}

async fn answer(
    stream: &mut BufReader<TcpStream>,
    act: Option<(Step, Act)>,
    step: Step,
    words: &str,
) -> Option<()> {
    match act {
        Some((at, act)) if at == step => end(stream, act).await,
        _ => say(stream, words).await,
    }
}

/// Does what the script says; `None` ends the connection.
async fn end(stream: &mut BufReader<TcpStream>, act: Act) -> Option<()> {
    match act {
        Act::Close => None,
        Act::Silence => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            None
        }
        Act::Say(words) => say(stream, words).await,
    }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> Option<()> {
    stream.get_mut().write_all(format!("{words}\r\n").as_bytes()).await.ok()
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    (stream.read_line(&mut line).await.ok()? > 0).then(|| line.trim_end().to_owned())
}
