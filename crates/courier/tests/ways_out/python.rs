//! Messages and calls as somebody else's software reads them.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use courier::{Attachment, Call, Login, Outcome, Reach, Secret, Security, Smtp, Webhook};
use serde_json::{Value, json};

use crate::{PATIENCE, message};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ways_out");

/// The receivers, running.
struct Receivers {
    child: Child,
    lines: BufReader<ChildStdout>,
    places: Value,
}

impl Receivers {
    /// Nothing if they cannot be had here, which is said aloud.
    fn start() -> Option<Self> {
        let python = match installed() {
            Ok(python) => python,
            Err(why) => {
                let required =
                    std::env::var_os("VIGIE_REQUIRE_CLIENTS").is_some_and(|it| it == "1");
                assert!(!required, "{why}");
                let words =
                    format!("\n*** NOT TESTED: mail and webhooks against Python ***\n{why}\n");
                std::io::stderr().write_all(words.as_bytes()).unwrap();
                return None;
            }
        };
        let mut command = Command::new(python);
        command.arg(format!("{HERE}/receivers.py")).stdout(Stdio::piped());
        // It tells of every handshake that is refused, as it should be here.
        command.stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut receivers = Self { child, lines, places: Value::Null };
        receivers.places = receivers.next();
        Some(receivers)
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn port(&self, which: &str) -> u16 {
        u16::try_from(self.places[which].as_u64().unwrap()).unwrap()
    }

    fn roots(&self) -> Vec<Vec<u8>> {
        vec![self.places["root"].as_str().unwrap().as_bytes().to_vec()]
    }

    fn smtp(&self, which: &str, security: Security) -> Smtp {
        Smtp {
            host: "localhost".to_owned(),
            port: self.port(which),
            security,
            login: None,
            hello: Some("tenant-1.example".to_owned()),
            step_timeout: PATIENCE * 5,
            data_timeout: PATIENCE * 30,
            roots: self.roots(),
        }
    }
}

impl Drop for Receivers {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Python with the packages, kept beside what is built.
fn installed() -> Result<PathBuf, String> {
    let requirements = format!("{HERE}/requirements.txt");
    let wanted = std::fs::read_to_string(&requirements).map_err(|it| it.to_string())?;
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("receivers-venv");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let mark = environment.join("installed.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|it| it == wanted) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python).args(pip).arg(&requirements))?;
    // Only what is whole is used again.
    std::fs::write(mark, wanted).map_err(|it| it.to_string())?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|it| format!("{command:?}: {it}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {said}")) }
}

#[tokio::test]
async fn others_read_what_was_written() {
    let Some(mut receivers) = Receivers::start() else { return };

    let smtp = receivers.smtp("plain", Security::Plain);
    let mut message = message();
    message.to.name = Some("Société Ω\r\nBcc: x@y.example, \"Łódź\"".to_owned());
    message.subject = "Mahnung für 1.234,56 € ".repeat(450).trim_end().to_owned();
    message.text = "Ünïcode\n.\n..\nEnd".to_owned();
    message.html = Some("<p>1 234,56 €</p>".to_owned());
    let bytes = vec![b'%'; 4 * 1024 * 1024];
    message.attachments = vec![Attachment { name: "Mahnung ü.pdf".to_owned(), bytes }];
    let outcome = smtp.send(&message).await;
    assert_eq!(outcome, Outcome::Sent { proof: "250 2.0.0 taken".to_owned() });
    let taken = receivers.next();
    assert_eq!(taken["to"], json!(["payables@customer-17.example"]));
    assert_eq!(taken["recipient"], json!(["Société Ω Bcc: x@y.example, \"Łódź\""]));
    assert_eq!(taken["subject"], json!(message.subject));
    assert_eq!(taken["text"].as_str().unwrap().replace("\r\n", "\n").trim_end(), message.text);
    assert_eq!(taken["html"].as_str().unwrap().trim_end(), "<p>1 234,56 €</p>");
    assert_eq!(taken["attached"][0][0], json!("Mahnung ü.pdf"));
    assert_eq!(taken["attached"][0][1], json!("application/pdf"));
    assert_eq!(taken["attached"][0][2], json!(4 * 1024 * 1024));
    assert_eq!(taken["defects"], json!([]));
    let headers = taken["headers"].as_array().unwrap();
    assert!(!headers.contains(&json!("Bcc")), "{headers:?}");

    message.attachments.clear();
    message.subject = format!("{} é {}", "x".repeat(5_000), "ß".repeat(3_000));
    assert!(matches!(smtp.send(&message).await, Outcome::Sent { .. }));
    assert_eq!(receivers.next()["subject"], json!(message.subject));

    message.to.email = "nobody@customer-17.example".to_owned();
    let outcome = smtp.send(&message).await;
    let bounced = matches!(&outcome, Outcome::Failed { permanent: true, reason } if reason.contains("nobody here"));
    assert!(bounced, "{outcome:?}");

    let mut smtp = receivers.smtp("secured", Security::StartTls);
    let message = crate::message();
    let login = |password: &str| Login { user: "tenant".to_owned(), password: password.to_owned() };
    smtp.login = Some(login("secret"));
    let outcome = smtp.send(&message).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    assert_eq!(receivers.next()["tls"], json!(true));
    smtp.login = Some(login("wrong"));
    let outcome = smtp.send(&message).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");
    let mut stranger = receivers.smtp("secured", Security::StartTls);
    stranger.roots.clear();
    let outcome = stranger.send(&message).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");

    let secret = Secret::new(*b"a secret of more than sixteen bytes").unwrap();
    let url = format!("https://localhost:{}/hook", receivers.port("hooks"));
    let call =
        Call { id: "A-1".to_owned(), at: 1_767_312_000, body: b"{\"a\":\"\xc3\xa9\"}".to_vec() };
    let hook = |roots: &[Vec<u8>]| {
        Webhook::try_new(&url, secret.clone(), Reach::Anywhere, PATIENCE * 5, roots).unwrap()
    };
    let outcome = hook(&receivers.roots()).post(&call).await;
    assert_eq!(outcome, Outcome::Sent { proof: "200 OK".to_owned() });
    assert_eq!(receivers.next(), json!({ "hook": true, "key": "A-1" }));
    let outcome = hook(&[]).post(&call).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");
}
