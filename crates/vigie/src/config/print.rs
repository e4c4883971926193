//! The configuration as a file would say it, with where each value came from.

use std::fmt::Write as _;

use toml::Value;

use super::{KEYS, Key, Kind, Loaded};

/// What was said, as TOML; all that holds, if `effective`. Secrets are not shown.
pub fn print(loaded: &Loaded, effective: bool) -> String {
    let all = Value::try_from(&loaded.config).unwrap_or(Value::Boolean(false));
    let mut text = String::new();
    let mut section_before = "";
    for key in KEYS {
        let origin = loaded.origins.get(key.path);
        if origin.is_none() && !effective {
            continue;
        }
        let Some((section, name)) = key.path.split_once('.') else { continue };
        if section != section_before {
            let gap = if text.is_empty() { "" } else { "\n" };
            push(&mut text, format_args!("{gap}[{section}]\n"));
            section_before = section;
        }
        let origin = origin.map_or_else(|| "default".to_owned(), ToString::to_string);
        match all.get(section).and_then(|it| it.get(name)) {
            Some(value) => {
                let value = shown(key, value);
                push(&mut text, format_args!("{name} = {value}  # {origin}\n"));
            }
            None => push(&mut text, format_args!("# {name} is not set\n")),
        }
    }
    text
}

/// Writing to a string cannot fail.
fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    let _never: std::fmt::Result = text.write_fmt(what);
}

fn shown(key: &Key, value: &Value) -> Value {
    match (key.kind, value) {
        (Kind::Secret, Value::String(text)) => Value::String(masked(text)),
        _ => value.clone(),
    }
}

/// A URL, or several, without what stands before the `@`.
fn masked(urls: &str) -> String {
    let one = |url: &str| match url.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((_, host)) => format!("{scheme}://***@{host}"),
            None => url.to_owned(),
        },
        None => match url.rsplit_once('@') {
            Some((_, host)) => format!("***@{host}"),
            None => url.to_owned(),
        },
    };
    urls.split(',').map(one).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_in_is_not_shown() {
        assert_eq!(
            masked("nats://me:secret@a:4222,tls://tok@b,c:1,x:p@ss@d"),
            "nats://***@a:4222,tls://***@b,c:1,***@d"
        );
    }
}
