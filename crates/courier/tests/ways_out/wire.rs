//! The bytes of a message.

use courier::{Attachment, Unfit};

use crate::message;

/// Headers with their folds undone.
fn headers(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).expect("a message is ASCII");
    let (headers, _) = text.split_once("\r\n\r\n").expect("headers end");
    headers.replace("\r\n ", " ").replace("\r\n\t", " ").lines().map(str::to_owned).collect()
}

#[test]
fn the_same_message_is_the_same_bytes_with_an_id_of_its_own() {
    let bytes = message().to_bytes().unwrap();
    assert_eq!(bytes, message().to_bytes().unwrap());
    let headers = headers(&bytes);
    for wanted in [
        "Message-ID: <R-2026-0042.1@tenant-1.example>",
        "Auto-Submitted: auto-generated",
        "Date: Fri, 02 Jan 2026 00:00:00 +0000",
        "MIME-Version: 1.0",
        "Subject: Reminder",
    ] {
        assert!(headers.iter().any(|it| it == wanted), "{wanted} in {headers:#?}");
    }
}

#[test]
fn lines_are_short_ascii_and_end_by_crlf_whatever_is_written() {
    let mut message = message();
    message.subject = "Mahnung für Łódź – ".repeat(600);
    message.to.name = Some("Société Générale d’Électricité Ωмега ".repeat(40));
    message.text =
        format!("{}\n.\n{}\r{}\0", "é".repeat(5_000), "x".repeat(5_000), "\n".repeat(30));
    message.html = Some("<p>".to_owned() + &"ß".repeat(20_000));
    message.attachments = vec![Attachment {
        name: "Zahlungs\r\nerinnerung \"1\"/ü.pdf".into(),
        bytes: vec![0; 5_000],
    }];
    let bytes = message.to_bytes().unwrap();
    assert!(bytes.is_ascii());
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']));
    for line in text.split("\r\n") {
        assert!(line.len() <= 998, "a line of {} bytes", line.len());
    }
}

#[test]
fn a_subject_of_ten_thousand_letters_without_a_space_is_folded_too() {
    let mut message = message();
    message.subject = "x".repeat(10_000);
    message.to.name = Some("y".repeat(10_000));
    message.attachments = vec![Attachment { name: "z".repeat(10_000), bytes: Vec::new() }];
    let text = String::from_utf8(message.to_bytes().unwrap()).unwrap();
    let longest = text.split("\r\n").map(str::len).max().unwrap();
    assert!(longest <= 998, "a line of {longest} bytes");
}

#[test]
fn answers_go_where_they_are_wanted() {
    let mut message = message();
    message.reply_to = Some(crate::address("Tenant 1", "answers@tenant-1.example"));
    let headers = headers(&message.to_bytes().unwrap());
    let wanted = "Reply-To: \"Tenant 1\" <answers@tenant-1.example>";
    assert!(headers.iter().any(|it| it == wanted), "{headers:#?}");
    message.reply_to = Some(crate::address("Tenant 1", "nowhere"));
    let unfit = message.to_bytes().unwrap_err();
    assert!(matches!(unfit, Unfit::Email { field: "reply_to", .. }), "{unfit}");
}

#[test]
fn no_header_comes_from_a_name_or_a_subject() {
    let before: Vec<_> = names(&message().to_bytes().unwrap());
    for evil in
        ["\r\nBcc: x@y.example", "\nX-Evil: 1", "\rX-Evil: 1", "\r\n\r\n<html>", "\u{2028}X: 1"]
    {
        let mut message = message();
        message.subject = format!("Reminder{evil}");
        message.to.name = Some(format!("Customer{evil}"));
        message.from.name = Some(format!("Tenant{evil}"));
        assert_eq!(names(&message.to_bytes().unwrap()), before, "{evil:?}");
    }
}

fn names(bytes: &[u8]) -> Vec<String> {
    let headers = headers(bytes);
    headers.iter().map(|it| it.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn an_id_that_would_mean_something_elsewhere_is_refused() {
    for id in [
        "",
        "a b",
        "a\r\nb",
        "<a>",
        "../a",
        "a/b",
        ".a",
        "a.",
        "a..b",
        "a@b",
        "é",
        &"a".repeat(151),
    ] {
        let mut message = message();
        message.id = id.to_owned();
        assert!(matches!(message.to_bytes(), Err(Unfit::Id { .. })), "{id:?}");
    }
}
