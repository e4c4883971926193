//! A dossier as files, each the same bytes for the same facts.

use crate::{Dossier, Unbalanced, csv, paper};

/// A file of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why a dossier cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// Its sums are not those of their parts.
    #[error(transparent)]
    Unbalanced(#[from] Unbalanced),
    /// As JSON.
    #[error("as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// As a table.
    #[error("as CSV: {0}")]
    Table(String),
    /// On paper.
    #[error("on paper: {0}")]
    Paper(#[from] letters::Refusal),
    /// Too large for the archive it goes into.
    #[error("{0} is more than 4 GiB")]
    TooLarge(String),
}

/// The JSON: fields in their order, two spaces, a line feed at the end.
///
/// # Errors
/// It does not add up, see [`Dossier::check`].
pub fn json(dossier: &Dossier) -> Result<Vec<u8>, Unwritable> {
    dossier.check()?;
    let mut bytes = serde_json::to_vec_pretty(dossier)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The papers.
///
/// # Errors
/// As [`files`].
pub fn pdf(dossier: &Dossier) -> Result<Vec<u8>, Unwritable> {
    dossier.check()?;
    Ok(letters::typeset(&paper::document(dossier))?.bytes)
}

/// All files of a dossier, by name: the JSON, three tables, and the papers.
///
/// # Errors
/// It does not add up, see [`Dossier::check`], or what paper cannot be without is empty.
pub fn files(dossier: &Dossier) -> Result<Vec<File>, Unwritable> {
    let file = |name: &str, bytes| File { name: name.to_owned(), bytes };
    Ok(vec![
        file("allocations.csv", csv::allocations(dossier)?),
        file("contacts.csv", csv::contacts(dossier)?),
        file("dossier.json", json(dossier)?),
        file("dossier.pdf", pdf(dossier)?),
        file("receivables.csv", csv::receivables(dossier)?),
    ])
}
