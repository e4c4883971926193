//! Where two files differ, said so that a person finds it.

use serde_json::Value;

use crate::verify::Refused;

/// Nothing, if these are the bytes that were computed; else the first place where they differ.
pub(crate) fn same(name: &str, given: &[u8], computed: &[u8]) -> Result<(), Refused> {
    if given == computed {
        return Ok(());
    }
    let read = |bytes| serde_json::from_slice::<Value>(bytes).ok();
    let why = match (read(given), read(computed)) {
        (Some(given), Some(computed)) => first("", &given, &computed),
        (_, _) => line(given, computed),
    };
    Err(Refused::new(name, why.unwrap_or_else(|| "is not as it was written".to_owned())))
}

/// The first value that is another.
fn first(path: &str, given: &Value, computed: &Value) -> Option<String> {
    match (given, computed) {
        (Value::Object(given), Value::Object(computed)) => {
            let keys = given.keys().chain(computed.keys().filter(|it| !given.contains_key(*it)));
            keys.into_iter().find_map(|key| {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let of = |it: &serde_json::Map<String, Value>| it.get(key).cloned();
                first(&path, &of(given).unwrap_or_default(), &of(computed).unwrap_or_default())
            })
        }
        (Value::Array(given), Value::Array(computed)) => {
            let (here, there) = (given.len(), computed.len());
            let pairs = given.iter().zip(computed).enumerate();
            let within = pairs.into_iter().find_map(|(number, (given, computed))| {
                first(&format!("{path}[{number}]"), given, computed)
            });
            within.or_else(|| {
                (here != there).then(|| format!("{path} has {here}, the decisions give {there}"))
            })
        }
        (given, computed) => {
            (given != computed).then(|| format!("{path} is {given}, the decisions give {computed}"))
        }
    }
}

fn line(given: &[u8], computed: &[u8]) -> Option<String> {
    let lines = |bytes| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect();
    let (given, computed): (Vec<String>, Vec<String>) = (lines(given), lines(computed));
    let number = given.iter().zip(&computed).take_while(|(a, b)| a == b).count();
    let of = |it: &[String]| it.get(number).cloned().unwrap_or_else(|| "nothing".to_owned());
    let (given, computed) = (of(&given), of(&computed));
    (given != computed)
        .then(|| format!("line {} is {given}, the decisions give {computed}", number + 1))
}
