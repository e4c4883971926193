//! The demonstration, run as a person runs it.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot go on says where"
)]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
};

fn demo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command.arg("demo").args(["--customers", "20"]).args(arguments);
    command.args(["--grpc-address", "127.0.0.1:0"]).stdin(Stdio::null());
    command
}

/// What it said; nothing if there is no nats-server, which is said aloud.
fn run(command: &mut Command) -> Option<Output> {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.contains("no nats-server was found") {
        assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "{said}");
        eprintln!("\n*** NOT TESTED ON A REAL SERVER ***\n{said}\n");
        return None;
    }
    Some(output)
}

fn kept(dir: &Path) -> Vec<String> {
    vec!["--data-dir".to_owned(), dir.display().to_string()]
}

#[test]
fn it_shows_everything_once_and_finds_it_again_the_second_time() {
    let dir = tempfile::tempdir().unwrap();
    let keep = kept(dir.path());
    let once = [keep[0].as_str(), &keep[1], "--once"];
    let Some(first) = run(&mut demo(&once)) else { return };
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(first.status.success(), "{said}{}", String::from_utf8_lossy(&first.stderr));
    for shown in [
        "are on disk",
        "Aged balance on 2026-09-30",
        "outstanding",
        "best possible",
        "Customers by grade",
        "Alerts that hold: ",
        "order held",
        "insolvency published",
        "may be delivered",
        "What would let it pass",
        "headroom",
        "as a letter: ",
        "Cases: ",
        "Those that lapse next:",
        "is to go to agency-north",
        "its dossier: ",
        "invoice,number,issued_on,due_on,currency",
        "What milder rules would have done",
        "gentle-1",
        "Whose score is worst",
        "likely to pay more than 30 days late",
        " points  ",
        "INVALID_FIELD",
        "WRITE_OFF_NOT_FOUND",
        "UNKNOWN_TYPE",
    ] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    assert!(!said.contains("not meant to be"), "{said}");
    let dossier = said.lines().find_map(|it| it.trim().strip_prefix("its dossier: ")).unwrap();
    assert!(std::fs::read(dossier).unwrap().starts_with(b"%PDF-"), "{dossier}");
    let second = run(&mut demo(&once)).unwrap();
    let again = String::from_utf8_lossy(&second.stdout).into_owned();
    assert!(again.contains("Everything was found again"), "{again}");
    let figures = |text: &str| {
        let start = text.find("Aged balance").unwrap();
        text.split_at(start).1.split("\nRefused").next().unwrap().trim().to_owned()
    };
    assert_eq!(figures(&again), figures(&said), "the same figures");
}

/// Runs a line as a shell would: words, some of them quoted.
#[cfg(unix)]
fn run_as_told(exports: &str, line: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_vigie")).parent().unwrap();
    let script = format!("export {exports}; PATH='{}':$PATH; {line}", program.display());
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a line that tells what happens from now on, and sees to it that something does.
#[cfg(unix)]
fn watch_as_told(exports: &str, line: &str) {
    let alerts = run_as_told(exports, "vigie list alerts --output csv");
    let alerts = alerts.lines().skip(1).filter_map(|it| it.split_once(','));
    // Those of all customers together are nobody's in particular.
    let mut alerts = alerts.filter(|(customer, _)| !customer.is_empty());
    let program = Path::new(env!("CARGO_BIN_EXE_vigie")).parent().unwrap();
    let script = format!("export {exports}; PATH='{}':$PATH; exec {line}", program.display());
    let mut command = Command::new("sh");
    command.args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut watching = command.spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let heard = std::thread::spawn(move || lines.next());
    // Nobody says when it has begun to watch, so alerts are seen one after the other.
    while !heard.is_finished() {
        let (customer, rest) = alerts.next().unwrap();
        let alert = rest.split(',').next().unwrap();
        run_as_told(exports, &format!("vigie ack {customer} {alert} --by credit-1"));
    }
    let line = heard.join().unwrap().unwrap().unwrap();
    watching.kill().unwrap();
    watching.wait().unwrap();
    assert!(line.contains("acknowledged") && line.contains("credit-1"), "{line}");
}

#[cfg(unix)]
#[test]
fn it_serves_until_it_is_told_to_stop_and_then_clears_away() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = demo(&[]);
    command.env("TMPDIR", dir.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut said = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        said.push(line.unwrap());
        if said.last().unwrap().contains("Serving until Ctrl-C") {
            break;
        }
    }
    let serving = said.last().is_some_and(|it| it.contains("Serving until Ctrl-C"));
    if !serving {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("no nats-server was found"), "{said}");
        assert!(std::env::var_os("VIGIE_REQUIRE_NATS").is_none(), "{said}");
        return;
    }
    // What it says one may do works.
    let told = said.iter().find_map(|it| it.trim().strip_prefix("export ")).unwrap();
    let commands = said.iter().filter(|it| it.starts_with("  vigie "));
    let (watches, asks): (Vec<_>, Vec<_>) = commands.partition(|it| it.contains(" watch "));
    let shown: Vec<_> = asks.into_iter().map(|it| run_as_told(told, it)).collect();
    assert!(shown.len() >= 8 && shown.iter().all(|it| it.lines().count() > 3), "{shown:#?}");
    assert_eq!(watches, ["  vigie watch alerts"]);
    watch_as_told(told, watches[0]);
    let stopped = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(stopped.success());
    assert!(child.wait().unwrap().success(), "it ends in good order");
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_cannot_be_is_said() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let keep = kept(&file.path().join("below-a-file"));
    let output = demo(&[&keep[0], &keep[1], "--once"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("below-a-file cannot be used"), "{said}");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let Some(output) = run(&mut demo(&["--nats-port", &port, "--once"])) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains(&format!("port {port} cannot be taken")),
        "{said}"
    );
}
