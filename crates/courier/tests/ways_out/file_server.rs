//! A real SFTP server that counts what it was brought, and goes silent, waits or cuts the line where it
//! is told to.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "other tests use other parts of it, and some use all"
)]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use russh::{
    Channel, ChannelId,
    keys::{HashAlg, PrivateKey, ssh_key::private::Ed25519Keypair},
    server::{Auth, ChannelOpenHandle, Config, Msg, Session, VerifiedPublicKey, run_stream},
};
use russh_sftp::protocol::{Attrs, Data, FileAttributes, Handle, OpenFlags, Status, StatusCode};
use tokio::{
    io::{copy_bidirectional, duplex},
    net::TcpListener,
    sync::Notify,
};

/// Where something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Connect,
    Auth,
    /// Some of the file has been written.
    Write,
    /// The renaming was asked for, and is not done.
    Rename,
    /// It is done, and was not answered.
    Renamed,
}

impl Step {
    pub(crate) const ALL: [Self; 5] =
        [Self::Connect, Self::Auth, Self::Write, Self::Rename, Self::Renamed];
}

/// What happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Cut,
    Silence,
    /// Until it is told to do otherwise.
    Wait,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    /// Names that came to be by renaming, in order.
    arrived: Vec<String>,
    act: Option<(Step, Act)>,
    /// How often that happened.
    acted: usize,
    connections: usize,
}

/// The server. The clones share it.
#[derive(Clone, Debug)]
pub(crate) struct FileServer {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

pub(crate) const USER: &str = "tenant-1";
pub(crate) const PASSWORD: &str = "a password";

/// The server's key.
fn host_key() -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[7; 32]))
}

/// The key of a client that it lets in.
pub(crate) fn client_key() -> String {
    let key = PrivateKey::from(Ed25519Keypair::from_seed(&[8; 32]));
    key.to_openssh(russh::keys::ssh_key::LineEnding::LF).unwrap().to_string()
}

/// As `ssh-keygen -l` writes it.
pub(crate) fn fingerprint() -> String {
    host_key().public_key().fingerprint(HashAlg::Sha256).to_string()
}

impl FileServer {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, state: Arc::default() };
        let config = Arc::new(Config {
            keys: vec![host_key()],
            auth_rejection_time: Duration::ZERO,
            auth_rejection_time_initial: Some(Duration::ZERO),
            ..Config::default()
        });
        let it = server.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                it.with(|state| state.connections += 1);
                let (mut outer, inner) = duplex(1 << 20);
                let line = Line { server: it.clone(), cut: Arc::default() };
                let (config, cut) = (Arc::clone(&config), Arc::clone(&line.cut));
                tokio::spawn(async move {
                    tokio::select! {
                        _ended = copy_bidirectional(&mut stream, &mut outer) => {}
                        () = cut.notified() => {}
                    }
                });
                tokio::spawn(async move {
                    line.reaches(Step::Connect).await;
                    let ssh = Ssh { line, channels: BTreeMap::new() };
                    if let Ok(session) = run_stream(config, inner, ssh).await {
                        let _ended = session.await;
                    }
                });
            }
        });
        server
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on.
    pub(crate) fn acts(&self, act: Option<(Step, Act)>) {
        self.with(|it| it.act = act);
    }

    /// Under which names something came to be, in order.
    pub(crate) fn arrived(&self) -> Vec<String> {
        self.with(|it| it.arrived.clone())
    }

    pub(crate) fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.with(|it| it.files.get(path).cloned())
    }

    pub(crate) fn place(&self, path: &str, bytes: &[u8]) {
        self.with(|it| it.files.insert(path.to_owned(), bytes.to_vec()));
    }

    /// How often something happened of what it was told to do.
    pub(crate) fn acted(&self) -> usize {
        self.with(|it| it.acted)
    }

    pub(crate) fn connections(&self) -> usize {
        self.with(|it| it.connections)
    }
}

/// One connection.
#[derive(Clone)]
struct Line {
    server: FileServer,
    cut: Arc<Notify>,
}

impl Line {
    /// Goes on, unless something else happens here.
    async fn reaches(&self, step: Step) {
        let act = self.server.with(|it| it.act.filter(|(at, _)| *at == step).map(|(_, act)| act));
        let Some(act) = act else { return };
        self.server.with(|it| it.acted += 1);
        match act {
            Act::Cut => {
                // Whoever connects again finds a server that works.
                self.server.acts(None);
                self.cut.notify_one();
            }
            Act::Silence => {}
            Act::Wait => {
                while self.server.with(|it| it.act == Some((step, act))) {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                return;
            }
        }
        std::future::pending::<()>().await;
    }
}

struct Ssh {
    line: Line,
    channels: BTreeMap<ChannelId, Channel<Msg>>,
}

impl russh::server::Handler for Ssh {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Self::Error> {
        self.line.reaches(Step::Auth).await;
        Ok(if (user, password) == (USER, PASSWORD) { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        self.line.reaches(Step::Auth).await;
        let known = PrivateKey::from(Ed25519Keypair::from_seed(&[8; 32]));
        let known = known.public_key().key_data() == key.public_key.key_data();
        Ok(if known && user == USER { Auth::Accept } else { Auth::reject() })
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.channels.insert(channel.id(), channel);
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        match self.channels.remove(&channel).filter(|_| name == "sftp") {
            Some(opened) => {
                session.channel_success(channel)?;
                let files = Files { line: self.line.clone() };
                russh_sftp::server::run(opened.into_stream(), files).await;
            }
            None => session.channel_failure(channel)?,
        }
        Ok(())
    }
}

/// Handles are paths.
struct Files {
    line: Line,
}

fn ok(id: u32) -> Status {
    let (error_message, language_tag) = ("Ok".to_owned(), "en".to_owned());
    Status { id, status_code: StatusCode::Ok, error_message, language_tag }
}

impl russh_sftp::server::Handler for Files {
    type Error = StatusCode;

    fn unimplemented(&self) -> StatusCode {
        StatusCode::OpUnsupported
    }

    async fn open(
        &mut self,
        id: u32,
        filename: String,
        pflags: OpenFlags,
        _attrs: FileAttributes,
    ) -> Result<Handle, StatusCode> {
        self.line.server.with(|it| {
            if pflags.contains(OpenFlags::TRUNCATE) {
                it.files.insert(filename.clone(), Vec::new());
            }
            it.files.contains_key(&filename).then_some(()).ok_or(StatusCode::NoSuchFile)
        })?;
        Ok(Handle { id, handle: filename })
    }

    async fn close(&mut self, id: u32, _handle: String) -> Result<Status, StatusCode> {
        Ok(ok(id))
    }

    async fn read(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        len: u32,
    ) -> Result<Data, StatusCode> {
        let file = self.line.server.file(&handle).ok_or(StatusCode::NoSuchFile)?;
        let from = usize::try_from(offset).unwrap().min(file.len());
        let to = (from + usize::try_from(len).unwrap()).min(file.len());
        if from == to { Err(StatusCode::Eof) } else { Ok(Data { id, data: file[from..to].into() }) }
    }

    async fn write(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        data: Vec<u8>,
    ) -> Result<Status, StatusCode> {
        self.line.server.with(|it| {
            let file = it.files.get_mut(&handle).ok_or(StatusCode::NoSuchFile)?;
            let from = usize::try_from(offset).unwrap();
            file.resize(file.len().max(from + data.len()), 0);
            file[from..from + data.len()].copy_from_slice(&data);
            Ok::<_, StatusCode>(())
        })?;
        self.line.reaches(Step::Write).await;
        Ok(ok(id))
    }

    async fn stat(&mut self, id: u32, path: String) -> Result<Attrs, StatusCode> {
        let file = self.line.server.file(&path).ok_or(StatusCode::NoSuchFile)?;
        let size = Some(u64::try_from(file.len()).unwrap());
        Ok(Attrs { id, attrs: FileAttributes { size, ..FileAttributes::empty() } })
    }

    async fn rename(
        &mut self,
        id: u32,
        oldpath: String,
        newpath: String,
    ) -> Result<Status, StatusCode> {
        self.line.reaches(Step::Rename).await;
        self.line.server.with(|it| {
            if it.files.contains_key(&newpath) {
                return Err(StatusCode::Failure);
            }
            let file = it.files.remove(&oldpath).ok_or(StatusCode::NoSuchFile)?;
            it.files.insert(newpath.clone(), file);
            it.arrived.push(newpath);
            Ok(())
        })?;
        self.line.reaches(Step::Renamed).await;
        Ok(ok(id))
    }
}
