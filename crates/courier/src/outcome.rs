//! What became of something that was to leave.

use std::fmt;

/// The longest proof or reason, in characters.
pub const PROOF_CHARS_MAX: usize = 200;

/// What became of it. Proofs and reasons are fit for a journal: e-mail addresses in what the other
/// side said are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The other side took it.
    Sent {
        /// What it answered, in one line of at most [`PROOF_CHARS_MAX`] characters.
        proof: String,
    },
    /// The other side certainly did not take it.
    Failed {
        /// Why, in one line.
        reason: String,
        /// Whether the same thing would be refused again.
        permanent: bool,
    },
    /// Nobody here can tell: the answer was lost after everything had been said.
    Unknown {
        /// What is known, in one line.
        reason: String,
    },
}

impl Outcome {
    pub(crate) fn sent(proof: impl fmt::Display) -> Self {
        Self::Sent { proof: short(&proof.to_string()) }
    }

    pub(crate) fn failed(reason: impl fmt::Display) -> Self {
        Self::Failed { reason: short(&reason.to_string()), permanent: false }
    }

    pub(crate) fn refused(reason: impl fmt::Display) -> Self {
        Self::Failed { reason: short(&reason.to_string()), permanent: true }
    }

    pub(crate) fn unknown(reason: impl fmt::Display) -> Self {
        Self::Unknown { reason: short(&reason.to_string()) }
    }
}

/// One line of what somebody else said, cut where it gets long.
fn short(text: &str) -> String {
    let line = without_addresses(&one_line(text));
    if line.chars().count() <= PROOF_CHARS_MAX {
        return line;
    }
    let mut cut: String = line.chars().take(PROOF_CHARS_MAX - 1).collect();
    cut.push('…');
    cut
}

/// Servers like to repeat whom they refuse; who that is stands elsewhere.
fn without_addresses(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let frame = |it: char| it == ' ' || "<>()[]{},;:\"'".contains(it);
    for piece in line.split_inclusive(frame) {
        let word = piece.trim_end_matches(frame);
        if word.contains('@') {
            text.push('…');
            text.extend(piece.chars().skip(word.chars().count()));
        } else {
            text.push_str(piece);
        }
    }
    text
}

/// Text without line breaks and control characters: each run of them and of spaces is one space.
pub(crate) fn one_line(text: &str) -> String {
    let breaks = |it: char| it == ' ' || it.is_control() || matches!(it, '\u{2028}' | '\u{2029}');
    text.split(breaks).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Why something did not work, with what was behind it: an error and its causes.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}
