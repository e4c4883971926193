//! Every key there is.

/// A key of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Where it stands in the file, such as `grpc.address`.
    pub path: &'static str,
    /// What is written under it.
    pub kind: Kind,
    /// What it is for, in a line.
    pub help: &'static str,
}

/// What is written under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A text with a secret in it: printed without.
    Secret,
    /// A whole number.
    Number,
    /// True or false.
    Flag,
    /// Texts; in a flag or a variable separated by commas.
    List,
}

impl Key {
    /// The key of this path.
    pub fn of(path: &str) -> Option<&'static Self> {
        KEYS.iter().find(|it| it.path == path)
    }

    /// Its environment variable.
    pub fn variable(&self) -> String {
        format!("VIGIE_{}", self.path.replace('.', "_").to_ascii_uppercase())
    }

    /// Its flag, without the two dashes.
    pub fn flag(&self) -> String {
        self.path.replace(['.', '_'], "-")
    }
}

macro_rules! keys {
    ($($path:literal $kind:ident $help:literal)+) => {
        /// Every key, in the order in which they are printed.
        pub const KEYS: &[Key] = &[$(Key { path: $path, kind: Kind::$kind, help: $help }),+];
    };
}

keys! {
    "nats.url" Secret "Where NATS is; several servers of one cluster are separated by commas"
    "nats.user" Text "Who to be, with nats.password_file"
    "nats.password_file" Text "The file that holds the password"
    "nats.nkey_file" Text "The file that holds an nkey seed"
    "nats.credentials_file" Text "A credentials file: a JWT and its seed"
    "nats.ca_file" Text "PEM file with what the server's certificate must be signed by"
    "nats.inbox_prefix" Text "Prefix of the subjects that answers arrive on"
    "nats.monitor_urls" List "Monitoring port of every server, http://host:8222: tells whether it syncs"
    "nats.system_user" Text "A user of the system account, who can be asked the same instead"
    "nats.system_password_file" Text "The file that holds its password"
    "nats.replicas" Number "How many servers keep each journal: 1 or 3"
    "nats.newer_servers" Flag "Write to servers newer than those this release was tested with"
    "nats.connect_within" Text "How long a server is looked for at the start"

    "grpc.address" Text "Where to listen for gRPC; port 0 takes a free one"
    "grpc.deadline" Text "How long a call may take that names no deadline"
    "grpc.message_bytes_max" Number "The largest message that is taken"
    "grpc.calls_max" Number "Calls at the same time; more are turned away"
    "grpc.tls_certificate_file" Text "PEM file with the certificate shown to clients; none: plain text"
    "grpc.tls_key_file" Text "PEM file with its key"
    "grpc.tls_client_ca_file" Text "PEM file with what clients' certificates must be signed by"
    "grpc.web_origins" List "Origins whose pages may call by gRPC-Web, such as https://desk.example"

    "metrics.address" Text "Where /metrics is served for Prometheus, such as 127.0.0.1:9464"

    "log.format" Text "auto (text on a terminal, else JSON), json or text"
    "log.filter" Text "How much is logged, such as info or info,vigie=debug"

    "traces.otlp_endpoint" Text "OTLP collector that spans go to, such as http://localhost:4317"

    "snapshots.place" Text "store (on the NATS server), directory or none"
    "snapshots.directory" Text "Which directory, if in one"
    "snapshots.entries" Number "After how many entries the next snapshot is written"

    "clock.mode" Text "Who opens business days: wall (the wall clock) or by_hand"
    "clock.calendar" Text "Whose holidays: TARGET, or a state such as FR"
    "clock.utc_offset" Text "Hours between UTC and the tenants' time, such as +01:00"

    "sending.directory" Text "Directory with a file for each tenant that sends reminders, <tenant>.toml"

    "portal.listen" Text "Where customers are shown their page (HTTP, behind what speaks TLS); none: nowhere"
    "portal.behind_proxy" Flag "Callers are told apart by the last X-Forwarded-For, which a proxy must set"

    "service.queue" Number "Requests that may wait to be decided, for each service and journal"
    "service.silence" Text "How long another writer must be silent before this process takes over"
    "service.drain_within" Text "How long calls on their way may take when told to stop"
}
