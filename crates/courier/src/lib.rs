//! What leaves the building: e-mail, webhooks, files for a print shop or for whoever collects.
//!
//! Each way out is asked once for one thing and answers with an [`Outcome`]: sent, with what the
//! other side said; failed, which means that it certainly was not taken; or unknown. To try again,
//! to wait, to give up and to remember are for whoever asks. The courier knows no journal, reads no
//! clock and draws no lots: dates and ids are given, so that the same thing sent again is the same
//! bytes under the same id.

mod outcome;

mod message;
mod smtp;

mod reach;
mod sign;
mod webhook;

mod folder;

mod sftp;

pub use folder::{Folder, Format};
pub use message::{Address, Attachment, Message, Unfit};
pub use outcome::{Outcome, PROOF_CHARS_MAX};
pub use reach::{Reach, is_public};
pub use sftp::{HostKey, Sftp, SshKey, SshLogin, Unusable};
pub use sign::{Secret, signature};
pub use smtp::{Login, Security, Smtp};
pub use webhook::{BadAddress, Call, Parcel, Webhook};
