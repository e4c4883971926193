use std::{io::Write as _, process::ExitCode};

/// How the program ends. Scripts rely on these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All was done.
    Done = 0,
    /// It failed; what went wrong is on standard error.
    Failed = 1,
    /// The command line or the configuration cannot be used.
    Usage = 2,
    /// A journal is not whole, or a file of evidence is not sound.
    Damaged = 3,
    /// Some of what was handed in was refused.
    Refused = 4,
    /// A server cannot be reached; trying again may help.
    Unreachable = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        #[expect(clippy::as_conversions, reason = "the discriminants are the codes")]
        Self::from(exit as u8)
    }
}

/// Says on standard error what went wrong.
#[expect(clippy::print_stderr, reason = "where a command line program says what went wrong")]
pub fn fail(exit: Exit, error: impl std::fmt::Display) -> Exit {
    eprintln!("vigie: {error}");
    exit
}

/// Writes to standard output. A reader that has seen enough is no failure.
pub fn say(text: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    let _closed: std::io::Result<()> = write!(out, "{text}").and_then(|()| out.flush());
}
