//! One connection: who the server is, who we are, and what goes wrong.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use russh::{
    Disconnect,
    client::{AuthResult, Handle, Handler, connect_stream},
    keys::{PrivateKeyWithHashAlg, PublicKeyOrCertificate},
};
use russh_sftp::client::{Config, SftpSession, error::Error as SftpError};
use tokio::{net::TcpStream, time::timeout};

use super::{HostKey, Sftp, SshLogin};
use crate::{Outcome, outcome::causes};

/// What went wrong in a step.
#[derive(Debug)]
pub(super) enum Broken {
    /// The server showed another key: this one.
    Stranger(String),
    /// The server answered that it does not want to.
    Declined(String),
    /// There is no server, no connection any more, or nonsense.
    Lost(String),
    Late,
}

impl Broken {
    /// As long as nothing has been brought.
    pub(super) fn told(&self, host: &str) -> Outcome {
        let told = format!("{host}: {self}");
        match self {
            Self::Stranger(_) => Outcome::refused(told),
            Self::Declined(_) | Self::Lost(_) | Self::Late => Outcome::failed(told),
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stranger(key) => write!(f, "its key is {key}, not the one that is known"),
            Self::Declined(why) | Self::Lost(why) => f.write_str(why),
            Self::Late => f.write_str("no answer in time"),
        }
    }
}

impl From<SftpError> for Broken {
    fn from(error: SftpError) -> Self {
        match error {
            SftpError::Status(_) | SftpError::Limited(_) => Self::Declined(error.to_string()),
            SftpError::Timeout => Self::Late,
            SftpError::IO(_) | SftpError::UnexpectedPacket | SftpError::UnexpectedBehavior(_) => {
                Self::Lost(error.to_string())
            }
        }
    }
}

impl From<russh::Error> for Broken {
    fn from(error: russh::Error) -> Self {
        Self::Lost(causes(&error))
    }
}

/// Looks at the key the server shows.
struct Guard {
    known: HostKey,
    /// The key of a server that is not the one.
    stranger: Arc<Mutex<Option<String>>>,
}

impl Handler for Guard {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        shown: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        let told = match shown {
            PublicKeyOrCertificate::PublicKey { key, .. } if self.known.is(key) => return Ok(true),
            PublicKeyOrCertificate::PublicKey { key, .. } => HostKey::told(key),
            PublicKeyOrCertificate::Certificate(_) => "a certificate".to_owned(),
        };
        *self.stranger.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
        Ok(false)
    }
}

/// A connection on which files can be brought.
pub(super) struct Session {
    handle: Handle<Guard>,
    pub(super) sftp: SftpSession,
    step_timeout: std::time::Duration,
}

impl Session {
    /// Goodbye, if the server cares to hear it.
    pub(super) async fn leave(self) {
        let goodbye = async {
            self.sftp.close().await.map_err(|it| it.to_string())?;
            let said = self.handle.disconnect(Disconnect::ByApplication, "", "").await;
            said.map_err(|it| it.to_string())
        };
        if let Ok(Err(why)) = timeout(self.step_timeout, goodbye).await {
            tracing::debug!("no goodbye: {why}");
        }
    }
}

/// A connection to the server that is known, which knows us.
pub(super) async fn connect(to: &Sftp) -> Result<Session, Broken> {
    let step_timeout = to.step_timeout;
    let stranger = Arc::default();
    let guard = Guard { known: to.host_key.clone(), stranger: Arc::clone(&stranger) };
    let late = |_| Broken::Late;
    let stream = timeout(step_timeout, TcpStream::connect((to.host.as_str(), to.port))).await;
    let stream = stream.map_err(late)?.map_err(|error| Broken::Lost(error.to_string()))?;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("small packets wait: {error}");
    }
    let shaken = timeout(step_timeout, connect_stream(Arc::default(), stream, guard)).await;
    let mut handle = match shaken.map_err(late)? {
        Ok(handle) => handle,
        Err(error) => {
            let stranger = stranger.lock().unwrap_or_else(PoisonError::into_inner).take();
            return Err(stranger.map_or_else(|| error.into(), Broken::Stranger));
        }
    };
    let known = timeout(step_timeout, log_in(&mut handle, &to.login)).await.map_err(late)??;
    if !known.success() {
        return Err(Broken::Declined("the server does not let us in".to_owned()));
    }
    let opened = timeout(step_timeout, open(&handle, step_timeout.as_secs().max(1))).await;
    let sftp = opened.map_err(late)??;
    Ok(Session { handle, sftp, step_timeout })
}

async fn log_in(handle: &mut Handle<Guard>, login: &SshLogin) -> Result<AuthResult, Broken> {
    Ok(match login {
        SshLogin::Password(it) => handle.authenticate_password(&it.user, &it.password).await?,
        SshLogin::Key { user, key } => {
            let key = PrivateKeyWithHashAlg::new(Arc::clone(&key.0), None);
            handle.authenticate_publickey(user, key).await?
        }
    })
}

async fn open(handle: &Handle<Guard>, request_timeout_secs: u64) -> Result<SftpSession, Broken> {
    let channel = handle.channel_open_session().await?;
    channel.request_subsystem(true, "sftp").await?;
    let config = Config { request_timeout_secs, ..Config::default() };
    Ok(SftpSession::new_with_config(channel.into_stream(), config).await?)
}
