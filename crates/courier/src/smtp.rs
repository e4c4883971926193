//! E-mail over SMTP, one connection a message.
//!
//! The dialogue is held step by step, because everything hangs on one moment: up to the dot that
//! ends the data, the server has taken nothing, whatever happens; after it, only its answer says.

use std::{
    fmt,
    future::Future,
    iter,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder},
    commands::{Data, Mail, Rcpt},
    extension::{ClientId, Extension, MailParameter},
    response::{Response, Severity},
};
use tokio::time::timeout;

use crate::{Message, Outcome, outcome::causes};

/// A server that takes e-mail.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// 587 for [`Security::StartTls`], 465 for [`Security::Tls`], 25 for a relay next door.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who we are to it; only over a protected connection.
    pub login: Option<Login>,
    /// The name we greet it by; the machine's if there is none.
    pub hello: Option<String>,
    /// How long to connect, and for each answer before the data.
    pub step_timeout: Duration,
    /// How long for the data and its answer. RFC 5321 wants ten minutes for the latter.
    pub data_timeout: Duration,
    /// Certificates in PEM that are trusted besides the public ones.
    pub roots: Vec<Vec<u8>>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    Plain,
    /// From the first command on: a server that does not offer it gets nothing.
    StartTls,
    /// From the first byte on.
    Tls,
}

/// A user and a password, which no `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// What went wrong in a step.
enum Broken {
    Smtp(Error),
    Late,
    /// Something that is ours to put right.
    Ours(String),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(error) => f.write_str(&causes(error)),
            Self::Late => f.write_str("no answer in time"),
            Self::Ours(reason) => f.write_str(reason),
        }
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Smtp(error)
    }
}

impl Smtp {
    /// Sends a message.
    ///
    /// `Failed` before the data was ended, or when the server answered that it does not take it:
    /// permanent after an answer of 5xx about the message, not after one about us (530, 534, 535,
    /// 538, and all of them before the message is begun). `Unknown` when the connection broke, fell
    /// silent or talked nonsense after the data was ended. A future that is dropped half-way is to be
    /// taken as `Unknown`.
    pub async fn send(&self, message: &Message) -> Outcome {
        let letter = match message.compose() {
            Ok(letter) => letter,
            Err(unfit) => return Outcome::refused(unfit),
        };
        let mut connection = match self.connect().await {
            Ok(connection) => connection,
            Err(broken) => return Outcome::failed(format!("{}: {broken}", self.host)),
        };
        let envelope = letter.envelope();
        let utf8 =
            envelope.from().into_iter().chain(envelope.to()).any(|it| !it.to_string().is_ascii());
        if utf8 && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            self.leave(connection).await;
            return Outcome::refused("the server takes no addresses outside ASCII (SMTPUTF8)");
        }
        if let Err(broken) = self.announce(&mut connection, envelope, utf8).await {
            let permanent = matches!(&broken, Broken::Smtp(error) if about_the_message(error));
            self.leave(connection).await;
            return if permanent { Outcome::refused(broken) } else { Outcome::failed(broken) };
        }
        let (ended, answer) = self.say(&mut connection, &letter.formatted()).await;
        let outcome = judged(ended, answer);
        if matches!(outcome, Outcome::Sent { .. }) {
            self.leave(connection).await;
        }
        outcome
    }

    /// A connection that is protected and knows us.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Broken> {
        let hello = self.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
        let tls = || -> Result<TlsParameters, Error> {
            let roots = self.roots.iter().map(|it| Certificate::from_pem(it));
            let roots = roots.collect::<Result<Vec<_>, _>>()?;
            let builder = TlsParameters::builder(self.host.clone());
            roots
                .into_iter()
                .fold(builder, TlsParametersBuilder::add_root_certificate)
                .build_rustls()
        };
        let at_once = if self.security == Security::Tls { Some(tls()?) } else { None };
        let server = (self.host.as_str(), self.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(server, None, &hello, at_once, None);
        let mut connection = self.step(connecting).await?;
        if self.security == Security::StartTls {
            self.step(connection.starttls(tls()?, &hello)).await?;
        }
        if let Some(login) = &self.login {
            if self.security == Security::Plain {
                let reason = "a password does not travel over a connection without TLS";
                return Err(Broken::Ours(reason.to_owned()));
            }
            let credentials = Credentials::new(login.user.clone(), login.password.clone());
            let ways = [Mechanism::Plain, Mechanism::Login];
            self.step(connection.auth(&ways, &credentials)).await?;
        }
        Ok(connection)
    }

    /// From whom and to whom; at the end the server waits for the data.
    async fn announce(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: &lettre::address::Envelope,
        utf8: bool,
    ) -> Result<(), Broken> {
        let parameters = if utf8 { vec![MailParameter::SmtpUtfEight] } else { Vec::new() };
        let from = Mail::new(envelope.from().cloned(), parameters);
        self.step(connection.command(from)).await?;
        for to in envelope.to() {
            self.step(connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
        }
        let answer = self.step(connection.command(Data)).await?;
        if answer.code().severity == Severity::PositiveIntermediate {
            Ok(())
        } else {
            Err(Broken::Ours(format!("the server answered {} to DATA", answer.code())))
        }
    }

    /// The data, the dot and the answer; and whether the dot may have left.
    async fn say(
        &self,
        connection: &mut AsyncSmtpConnection,
        bytes: &[u8],
    ) -> (bool, Result<Response, Broken>) {
        let ended = AtomicBool::new(false);
        // Asked for more only after the data was written out, and before the dot is.
        let end = iter::from_fn(|| {
            ended.store(true, Ordering::SeqCst);
            None
        });
        let saying = connection.message_iter(iter::once(bytes).chain(end));
        let answer = match timeout(self.data_timeout, saying).await {
            Ok(answer) => answer.map_err(Broken::Smtp),
            Err(_) => Err(Broken::Late),
        };
        (ended.load(Ordering::SeqCst), answer)
    }

    async fn step<T>(&self, step: impl Future<Output = Result<T, Error>>) -> Result<T, Broken> {
        match timeout(self.step_timeout, step).await {
            Ok(done) => Ok(done?),
            Err(_) => Err(Broken::Late),
        }
    }

    /// Goodbye, if the server cares to hear it.
    async fn leave(&self, mut connection: AsyncSmtpConnection) {
        if let Err(broken) = self.step(connection.quit()).await {
            tracing::debug!(host = self.host, "no goodbye: {broken}");
        }
    }
}

/// What the answer to the data means.
fn judged(ended: bool, answer: Result<Response, Broken>) -> Outcome {
    match answer {
        Ok(answer) if answer.code().severity == Severity::PositiveCompletion => {
            let words = answer.message().collect::<Vec<_>>().join(" ");
            Outcome::sent(format!("{} {words}", answer.code()))
        }
        Ok(answer) => {
            Outcome::unknown(format!("the server answered {} to the data", answer.code()))
        }
        Err(Broken::Smtp(error)) if error.status().is_some() => {
            if about_the_message(&error) {
                Outcome::refused(causes(&error))
            } else {
                Outcome::failed(causes(&error))
            }
        }
        Err(broken) if ended => Outcome::unknown(format!("after the data: {broken}")),
        Err(broken) => Outcome::failed(format!("within the data: {broken}")),
    }
}

/// Whether the server would refuse the same message again: 5xx, unless it is about who we are.
fn about_the_message(error: &Error) -> bool {
    error.is_permanent()
        && error.status().is_some_and(|it| !matches!(u16::from(it), 530 | 534 | 535 | 538))
}
