//! How the stream of a journal is set up, and what is wrong with one that is not.
//!
//! The comparison is of the server's own words, field by field, so that a setting this release
//! has never heard of is noticed too: unless it is off, it is a fault.

use events::{Partition, TenantId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{stream_name, subject_prefix};
use crate::Replicas;

const INCARNATION: &str = "vigie.incarnation";
const PARTITIONS: &str = "vigie.partitions";

/// What a server tells about a stream.
#[derive(Debug, Deserialize)]
pub(super) struct Info {
    config: Map<String, Value>,
    state: State,
    #[serde(default)]
    cluster: Option<Cluster>,
}

#[derive(Debug, Deserialize)]
struct State {
    messages: u64,
    first_seq: u64,
    last_seq: u64,
    #[serde(default)]
    num_deleted: u64,
}

#[derive(Debug, Deserialize)]
struct Cluster {
    #[serde(default)]
    replicas: Option<Vec<Peer>>,
}

#[derive(Debug, Deserialize)]
struct Peer {
    name: String,
    current: bool,
    #[serde(default)]
    offline: bool,
}

impl Info {
    pub(super) fn name(&self) -> &str {
        self.config.get("name").and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn last(&self) -> u64 {
        self.state.last_seq
    }

    pub(super) fn incarnation(&self) -> Option<&str> {
        self.metadata(INCARNATION)
    }

    pub(super) fn partitions(&self) -> Option<u16> {
        self.metadata(PARTITIONS)?.parse().ok()
    }

    /// The replicas that are away or behind.
    pub(super) fn lagging(&self) -> Vec<String> {
        let peers = self.cluster.as_ref().and_then(|it| it.replicas.as_deref());
        let behind = peers.unwrap_or_default().iter().filter(|it| !it.current || it.offline);
        behind.map(|it| it.name.clone()).collect()
    }

    fn metadata(&self, key: &str) -> Option<&str> {
        self.config.get("metadata")?.get(key)?.as_str()
    }
}

/// What decides how a journal's stream is set up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) partition: Partition,
    pub(super) partitions: u16,
    pub(super) replicas: Replicas,
}

impl Settings<'_> {
    /// Nothing that drops, rewrites or expires an entry; nothing that makes the server compact.
    pub(super) fn config(&self, incarnation: &str) -> Value {
        json!({
            "name": stream_name(self.tenant, self.partition),
            "subjects": [format!("{}*", subject_prefix(self.tenant, self.partition))],
            "storage": "file",
            "num_replicas": self.replicas.count(),
            "retention": "limits",
            "discard": "new",
            "max_msgs": -1,
            "max_msgs_per_subject": -1,
            "max_bytes": -1,
            "max_age": 0,
            "max_msg_size": -1,
            "max_consumers": -1,
            "duplicate_window": 120_000_000_000_u64,
            "compression": "none",
            "allow_direct": true,
            "deny_delete": true,
            "deny_purge": true,
            "metadata": {
                INCARNATION: incarnation,
                PARTITIONS: self.partitions.to_string(),
            },
        })
    }

    /// What is wrong with the stream; nothing, if it may be read and written.
    pub(super) fn faults(&self, info: &Info) -> Vec<String> {
        let mut faults = Vec::new();
        let incarnation = info.incarnation().unwrap_or_default();
        if incarnation.is_empty() {
            faults.push(format!("the stream has no {INCARNATION} in its metadata"));
        }
        if self.partition.0 >= self.partitions {
            faults.push(format!("the metadata {PARTITIONS} is not above the partition's number"));
        }
        faults.extend(drift(&self.config(incarnation), &info.config));
        faults.extend(holes(&info.state));
        faults
    }
}

fn drift(expected: &Value, found: &Map<String, Value>) -> Vec<String> {
    let mut faults = Vec::new();
    for (field, wanted) in expected.as_object().into_iter().flatten() {
        let is = found.get(field).unwrap_or(&Value::Null);
        let same = match field.as_str() {
            // The server adds notes of its own.
            "metadata" => wanted
                .as_object()
                .into_iter()
                .flatten()
                .all(|(key, value)| is.get(key) == Some(value)),
            _ => is == wanted || (is_off(is) && is_off(wanted)),
        };
        if !same {
            faults.push(format!(
                "the stream's {field} is {is} and must be {wanted}; set it back, and find out who \
                 may change streams"
            ));
        }
    }
    for (field, is) in found {
        if expected.get(field).is_none() && !is_off(is) {
            faults.push(format!("the stream's {field} is {is} and must not be set"));
        }
    }
    faults
}

/// A server leaves out some of what is off, and says so of the rest.
fn is_off(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

fn holes(state: &State) -> Option<String> {
    let State { messages, first_seq, last_seq, num_deleted } = *state;
    let empty = messages == 0 && last_seq == 0 && first_seq <= 1;
    let whole = first_seq == 1 && messages == last_seq && num_deleted == 0;
    (!empty && !whole).then(|| {
        format!(
            "entries are missing: the stream holds {messages} messages from {first_seq} to \
             {last_seq}, {num_deleted} of them deleted; restore it from the archive"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(change: impl FnOnce(&mut Value)) -> Info {
        let tenant = "acme".parse().unwrap();
        let mut config = settings(&tenant).config("1");
        config["metadata"]["_nats.ver"] = json!("2.15.1");
        config["consumer_limits"] = json!({});
        config["sealed"] = json!(false);
        let mut info = json!({
            "config": config,
            "state": { "messages": 5, "first_seq": 1, "last_seq": 5 },
        });
        change(&mut info);
        serde_json::from_value(info).unwrap()
    }

    fn settings(tenant: &TenantId) -> Settings<'_> {
        Settings { tenant, partition: Partition(0), partitions: 1, replicas: Replicas::One }
    }

    fn faults(change: impl FnOnce(&mut Value)) -> Vec<String> {
        settings(&"acme".parse().unwrap()).faults(&info(change))
    }

    #[test]
    fn a_stream_as_the_server_describes_it_after_its_creation_is_sound() {
        assert_eq!(faults(|_| {}), Vec::<String>::new());
    }

    #[test]
    fn every_setting_that_differs_is_named() {
        for (field, value) in [
            ("max_msgs", json!(5)),
            ("discard", json!("old")),
            ("deny_delete", json!(false)),
            ("num_replicas", json!(3)),
            ("compression", json!("s2")),
            ("storage", json!("memory")),
            ("allow_rollup_hdrs", json!(true)),
            ("persist_mode", json!("async")),
            ("something_new", json!({ "in": "2.16" })),
        ] {
            let faults = faults(|info| info["config"][field] = value);
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(faults[0].contains(field), "{faults:?}");
        }
    }

    #[test]
    fn a_stream_that_does_not_hold_every_entry_from_the_first_on_is_unsound() {
        for state in [
            json!({ "messages": 4, "first_seq": 1, "last_seq": 5, "num_deleted": 1 }),
            json!({ "messages": 4, "first_seq": 2, "last_seq": 5 }),
            json!({ "messages": 0, "first_seq": 6, "last_seq": 5 }),
        ] {
            assert_eq!(faults(|info| info["state"] = state).len(), 1);
        }
        let empty = json!({ "messages": 0, "first_seq": 0, "last_seq": 0 });
        assert!(faults(|info| info["state"] = empty).is_empty());
    }

    #[test]
    fn a_replica_that_lags_is_named_and_is_no_fault() {
        let replicas =
            json!([{ "name": "n2", "current": false }, { "name": "n3", "current": true }]);
        let change = |info: &mut Value| info["cluster"] = json!({ "replicas": replicas });
        assert_eq!(info(change).lagging(), ["n2"]);
        assert_eq!(faults(change), Vec::<String>::new());
    }
}
