//! The layers, one over the other, and where each value came from.

use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{Config, Flags, KEYS, Key, Kind};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag.
    Flag(String),
    /// An environment variable.
    Variable(String),
    /// A file.
    File(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "--{flag}"),
            Self::Variable(variable) => f.write_str(variable),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// A configuration, and where what was said came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// All of it.
    pub config: Config,
    /// By path; keys that are missing have what holds otherwise.
    pub origins: BTreeMap<&'static str, Origin>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file, or a file that a variable names.
    #[error("{} cannot be read: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Not TOML.
    #[error("{} is not TOML: {error}", path.display())]
    NotToml {
        /// Which.
        path: PathBuf,
        /// Where and why.
        error: toml::de::Error,
    },
    /// A key that is none.
    #[error("{origin}: there is no key {key}{}", meant.as_deref().map(|it| format!("; did you mean {it}?")).unwrap_or_default())]
    Unknown {
        /// Where it stands.
        origin: Origin,
        /// What stands there.
        key: String,
        /// The key that is most like it.
        meant: Option<String>,
    },
    /// A value that cannot be.
    #[error("{}{path}: {why}", origin.as_ref().map(|it| format!("{it}: ")).unwrap_or_default())]
    Value {
        /// The key.
        path: String,
        /// Where it was set.
        origin: Option<Origin>,
        /// What is wrong.
        why: String,
    },
}

/// Variables of ours that are no keys: those of tests and of the machinery around the program.
const OTHER_VARIABLES: &[&str] = &["VIGIE_CONFIG", "VIGIE_REQUIRE_NATS", "VIGIE_NATS_SERVER"];

/// Puts the layers over each other. `environment` is that of the process; `known_variables` are
/// those that commands of their own read.
pub fn load(
    flags: &Flags,
    environment: impl IntoIterator<Item = (String, String)>,
    known_variables: &[String],
) -> Result<Loaded, ConfigError> {
    let mut merged = Table::new();
    let mut origins = BTreeMap::new();
    if let Some(path) = file(flags) {
        let table = read(&path)?;
        for (key, value) in flatten(&table, &path)? {
            origins.insert(key.path, Origin::File(path.clone()));
            set(&mut merged, key, value);
        }
    }
    for (variable, text) in environment {
        let Some((key, from_file)) = of_variable(&variable, known_variables)? else { continue };
        let text = if from_file { secret(Path::new(&text))? } else { text };
        let origin = Origin::Variable(variable);
        set(&mut merged, key, value(key, &text, &origin)?);
        origins.insert(key.path, origin);
    }
    for (key, text) in &flags.given {
        let origin = Origin::Flag(key.flag());
        set(&mut merged, key, value(key, text, &origin)?);
        origins.insert(key.path, origin);
    }
    let config = serde_path_to_error::deserialize(Value::Table(merged)).map_err(|error| {
        let path = error.path().to_string();
        let origin = origins.get(path.as_str()).cloned();
        ConfigError::Value { path, origin, why: error.into_inner().message().to_owned() }
    })?;
    Ok(Loaded { config, origins })
}

fn file(flags: &Flags) -> Option<PathBuf> {
    let usual = ["vigie.toml", "/etc/vigie/vigie.toml"];
    flags.file.clone().or_else(|| usual.into_iter().map(PathBuf::from).find(|path| path.is_file()))
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
    text.parse().map_err(|error| ConfigError::NotToml { path: path.to_owned(), error })
}

fn secret(path: &Path) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
    Ok(text.trim().to_owned())
}

/// The keys of a file with their values; what is no key is an error.
fn flatten(table: &Table, file: &Path) -> Result<Vec<(&'static Key, Value)>, ConfigError> {
    let mut found = Vec::new();
    for (section, value) in table {
        let unknown = |key: String| {
            let (origin, meant) = (Origin::File(file.to_owned()), alike(&key));
            ConfigError::Unknown { origin, key, meant }
        };
        let Value::Table(inner) = value else { return Err(unknown(section.clone())) };
        for (name, value) in inner {
            let path = format!("{section}.{name}");
            let key = Key::of(&path).ok_or_else(|| unknown(path))?;
            found.push((key, value.clone()));
        }
    }
    Ok(found)
}

/// The key that a variable sets, and whether it names a file.
fn of_variable(
    variable: &str,
    known: &[String],
) -> Result<Option<(&'static Key, bool)>, ConfigError> {
    if !variable.starts_with("VIGIE_")
        || OTHER_VARIABLES.contains(&variable)
        || known.iter().any(|it| it == variable)
        || is_service_link(variable)
    {
        return Ok(None);
    }
    let of = |name: &str| KEYS.iter().find(|it| it.variable() == name);
    if let Some(key) = of(variable) {
        return Ok(Some((key, false)));
    }
    if let Some(key) = variable.strip_suffix("_FILE").and_then(of) {
        return Ok(Some((key, true)));
    }
    let name = variable.trim_start_matches("VIGIE_").to_ascii_lowercase();
    let meant = alike(&name).and_then(|path| Key::of(&path)).map(Key::variable);
    let origin = Origin::Variable(variable.to_owned());
    Err(ConfigError::Unknown { origin, key: variable.to_owned(), meant })
}

/// Kubernetes sets such variables for every service of the namespace, and ours may be called vigie.
fn is_service_link(variable: &str) -> bool {
    variable.ends_with("_SERVICE_HOST")
        || variable.contains("_SERVICE_PORT")
        || variable.ends_with("_PORT")
        || variable.contains("_TCP") && variable.contains("_PORT_")
        || variable.contains("_UDP") && variable.contains("_PORT_")
}

fn value(key: &'static Key, text: &str, origin: &Origin) -> Result<Value, ConfigError> {
    let wrong = |why: &str| ConfigError::Value {
        path: key.path.to_owned(),
        origin: Some(origin.clone()),
        why: why.to_owned(),
    };
    Ok(match key.kind {
        Kind::Text | Kind::Secret => Value::String(text.to_owned()),
        Kind::Number => Value::Integer(text.parse().map_err(|_| wrong("not a whole number"))?),
        Kind::Flag => Value::Boolean(text.parse().map_err(|_| wrong("neither true nor false"))?),
        Kind::List => {
            let texts = text.split(',').map(str::trim).filter(|it| !it.is_empty());
            Value::Array(texts.map(|it| Value::String(it.to_owned())).collect())
        }
    })
}

fn set(merged: &mut Table, key: &Key, value: Value) {
    let Some((section, name)) = key.path.split_once('.') else { return };
    let section = merged.entry(section).or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(section) = section {
        section.insert(name.to_owned(), value);
    }
}

/// The key that is most like a text, if one is.
fn alike(text: &str) -> Option<String> {
    let flat = |it: &str| it.replace('.', "_");
    KEYS.iter()
        .map(|key| (distance(&flat(key.path), &flat(text)), key.path))
        .min()
        .filter(|(distance, path)| *distance * 3 <= path.len())
        .map(|(_, path)| path.to_owned())
}

/// How many letters must be put in, taken out or replaced to make one text the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.chars().enumerate() {
        let mut next = vec![above + 1];
        let mut before = above;
        for ((cost, here), other) in row.iter().skip(1).zip(1..).zip(&right) {
            let replaced = before + usize::from(letter != *other);
            let beside = next.last().copied().unwrap_or(here);
            next.push(replaced.min(cost + 1).min(beside + 1));
            before = *cost;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
