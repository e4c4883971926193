//! What a person writes in a file of TOML.

use std::{fmt::Display, path::Path};

use serde::de::DeserializeOwned;

use crate::Trouble;

/// Reads it: what is wrong is said with the name of the file and its place there.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<T, Trouble> {
    let text = std::fs::read_to_string(file).map_err(|error| wrong(file, &error))?;
    toml::from_str(&text).map_err(|error| wrong(file, &error))
}

/// What cannot be of a file.
pub(crate) fn wrong(file: &Path, why: &dyn Display) -> Trouble {
    Trouble::Usage(format!("{}: {why}", file.display()))
}
