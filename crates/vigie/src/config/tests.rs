use std::{collections::BTreeSet, path::PathBuf};

use clap::{CommandFactory as _, FromArgMatches as _};

use super::*;

fn flags(given: &[(&str, &str)], file: Option<PathBuf>) -> Flags {
    let given = given.iter().map(|(path, text)| (Key::of(path).unwrap(), (*text).to_owned()));
    Flags { file, given: given.collect() }
}

fn environment(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vigie.toml");
    std::fs::write(&path, text).unwrap();
    (directory, path)
}

fn refused(flags: &Flags, variables: &[(&str, &str)]) -> String {
    load(flags, environment(variables), &[]).unwrap_err().to_string()
}

#[test]
fn every_key_is_a_field_and_every_field_a_key() {
    // Fields without a value are not written, so they are given one.
    let mut config = Config::default();
    let path = || Some(PathBuf::from("p"));
    let text = || Some("t".to_owned());
    let nats = &mut config.nats;
    (nats.user, nats.inbox_prefix, nats.system_user) = (text(), text(), text());
    (nats.password_file, nats.nkey_file, nats.credentials_file) = (path(), path(), path());
    (nats.ca_file, nats.system_password_file) = (path(), path());
    let grpc = &mut config.grpc;
    (grpc.tls_certificate_file, grpc.tls_key_file) = (path(), path());
    grpc.tls_client_ca_file = path();
    config.metrics.address = Some(config.grpc.address);
    config.traces.otlp_endpoint = text();
    config.snapshots.directory = path();
    config.sending.directory = path();
    config.portal.listen = Some(config.grpc.address);
    let written = toml::Value::try_from(&config).unwrap();
    let fields: BTreeSet<String> = written
        .as_table()
        .unwrap()
        .iter()
        .flat_map(|(section, inner)| {
            inner.as_table().unwrap().keys().map(move |name| format!("{section}.{name}"))
        })
        .collect();
    let keys: BTreeSet<String> = KEYS.iter().map(|it| it.path.to_owned()).collect();
    assert_eq!(fields, keys);
    // And what is written is what is read.
    assert_eq!(written.try_into::<Config>().unwrap(), config);
}

#[test]
fn a_flag_comes_before_a_variable_before_the_file_before_what_holds_otherwise() {
    let (_directory, path) =
        file("[grpc]\naddress = \"0.0.0.0:1\"\ncalls_max = 1\ndeadline = \"1s\"\n");
    let flags = flags(&[("grpc.calls_max", "3")], Some(path.clone()));
    let variables = environment(&[("VIGIE_GRPC_CALLS_MAX", "2"), ("VIGIE_GRPC_DEADLINE", "2s")]);
    let loaded = load(&flags, variables, &[]).unwrap();
    assert_eq!(loaded.config.grpc.calls_max.get(), 3);
    assert_eq!(loaded.config.grpc.deadline, Duration::from_secs(2));
    assert_eq!(loaded.config.grpc.address.to_string(), "0.0.0.0:1");
    assert_eq!(loaded.config.nats, Nats::default());
    assert_eq!(loaded.origins["grpc.calls_max"], Origin::Flag("grpc-calls-max".to_owned()));
    assert_eq!(loaded.origins["grpc.address"], Origin::File(path));
    assert!(!loaded.origins.contains_key("nats.url"));
}

#[test]
fn a_key_that_is_none_is_refused_wherever_it_stands() {
    let none = flags(&[], None);
    let said = refused(&none, &[("VIGIE_GRPC_ADRESS", "x")]);
    assert!(said.contains("did you mean VIGIE_GRPC_ADDRESS?"), "{said}");
    for text in ["[grpc]\nadress = 1", "[gprc]\naddress = 1", "address = 1"] {
        let (_directory, path) = file(text);
        let said = refused(&flags(&[], Some(path)), &[]);
        assert!(said.contains("there is no key"), "{said}");
    }
    // Those of others, and of commands, are let be.
    let others = [
        ("VIGIE_PORT", "tcp://10.0.0.1:80"),
        ("VIGIE_SERVICE_HOST", "10.0.0.1"),
        ("VIGIE_GRPC_PORT_50051_TCP_ADDR", "10.0.0.1"),
        ("VIGIE_SERVER", "x"),
        ("PATH", "/bin"),
    ];
    load(&none, environment(&others), &["VIGIE_SERVER".to_owned()]).unwrap();
}

#[test]
fn a_value_that_cannot_be_is_refused_with_where_it_was_set() {
    for (key, value) in [
        ("grpc.address", "here"),
        ("grpc.calls_max", "0"),
        ("grpc.calls_max", "many"),
        ("grpc.deadline", "30"),
        ("nats.newer_servers", "maybe"),
        ("log.format", "xml"),
        ("snapshots.place", "nowhere"),
        ("clock.mode", "by_ear"),
        ("clock.calendar", "XX"),
        ("clock.utc_offset", "CET"),
    ] {
        let said = refused(&flags(&[(key, value)], None), &[]);
        let flag = Key::of(key).unwrap().flag();
        assert!(said.contains(&format!("--{flag}: {key}")), "{said}");
    }
}

#[test]
fn a_variable_may_name_a_file_that_holds_the_value_and_secrets_are_not_printed() {
    let (_directory, path) = file("nats://me:secret@host:4222\n");
    let path = path.to_str().unwrap().to_owned();
    let variables = environment(&[("VIGIE_NATS_URL_FILE", &path)]);
    let loaded = load(&flags(&[], None), variables, &[]).unwrap();
    assert_eq!(loaded.config.nats.url, "nats://me:secret@host:4222");
    for effective in [false, true] {
        let printed = print(&loaded, effective);
        assert!(printed.contains("***@host:4222"), "{printed}");
        assert!(!printed.contains("secret"), "{printed}");
    }
}

#[test]
fn what_is_printed_can_be_read() {
    let given = [("nats.monitor_urls", "http://a:1, http://b:2"), ("clock.utc_offset", "-05:30")];
    let loaded = load(&flags(&given, None), [], &[]).unwrap();
    assert_eq!(loaded.config.nats.monitor_urls, ["http://a:1", "http://b:2"]);
    let (_directory, path) = file(&print(&loaded, true));
    let again = load(&flags(&[], Some(path)), [], &[]).unwrap();
    assert_eq!(again.config, loaded.config);
}

#[test]
fn every_key_has_a_flag_and_the_command_line_is_sound() {
    let command = crate::cli::Cli::command();
    command.clone().debug_assert();
    let given = ["vigie", "config", "print", "--grpc-calls-max", "7", "--nats-newer-servers"];
    let matches = command.get_matches_from(given);
    let (_, config) = matches.subcommand().unwrap();
    let (_, print) = config.subcommand().unwrap();
    let flags = Flags::from_arg_matches(print).unwrap();
    let loaded = load(&flags, [], &[]).unwrap();
    assert_eq!(loaded.config.grpc.calls_max.get(), 7);
    assert!(loaded.config.nats.newer_servers);
}

#[test]
fn ways_to_be_let_in_do_not_contradict_each_other() {
    let connection = |given: &[(&str, &str)]| {
        load(&flags(given, None), [], &[]).unwrap().config.nats.connection()
    };
    assert!(connection(&[]).is_ok());
    assert!(connection(&[("nats.user", "u"), ("nats.password_file", "f")]).is_ok());
    for given in [
        &[("nats.user", "u")][..],
        &[("nats.password_file", "f")],
        &[("nats.nkey_file", "f"), ("nats.credentials_file", "f")],
        &[("nats.system_user", "u")],
        &[("nats.replicas", "2")],
    ] {
        assert!(connection(given).is_err(), "{given:?}");
    }
}
