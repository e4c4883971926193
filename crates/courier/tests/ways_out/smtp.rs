//! What is said of a message at every place where the dialogue can end.

use courier::{Attachment, Login, Outcome, PROOF_CHARS_MAX, Security};

use crate::{
    message,
    script::{Act, Server, Step},
};

async fn sent_to(act: Option<(Step, Act)>) -> (Outcome, usize) {
    let server = Server::new(act).await;
    let outcome = server.smtp().send(&message()).await;
    (outcome, server.taken().len())
}

#[tokio::test]
async fn a_message_that_was_taken_is_sent_with_the_servers_words() {
    let (outcome, taken) = sent_to(None).await;
    assert_eq!(outcome, Outcome::Sent { proof: "250 2.0.0 queued as 17".to_owned() });
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn wherever_the_dialogue_ends_the_outcome_is_true() {
    let cases = Step::ALL.into_iter().flat_map(|step| [(step, Act::Close), (step, Act::Silence)]);
    let cases = cases.map(|case| (case, tokio::spawn(sent_to(Some(case)))));
    for ((step, act), sent) in cases.collect::<Vec<_>>() {
        let (outcome, taken) = sent.await.unwrap();
        let (fits, wanted) = match step {
            Step::Dot => (matches!(outcome, Outcome::Unknown { .. }), 1),
            Step::After => (matches!(outcome, Outcome::Sent { .. }), 1),
            // The message is small: its dot may be on the way before the server breaks off.
            Step::Within => (!matches!(outcome, Outcome::Sent { .. }), 0),
            Step::Greeting | Step::Ehlo | Step::Mail | Step::Rcpt | Step::Data => {
                (matches!(outcome, Outcome::Failed { permanent: false, .. }), 0)
            }
        };
        assert!(fits, "{step:?} {act:?}: {outcome:?}");
        assert_eq!(taken, wanted, "{step:?} {act:?}");
    }
}

#[tokio::test]
async fn a_large_message_broken_off_before_the_dot_has_failed() {
    for act in [Act::Close, Act::Silence] {
        let server = Server::new(Some((Step::Within, act))).await;
        let mut message = message();
        let bytes = vec![7; 20 * 1024 * 1024];
        message.attachments = vec![Attachment { name: "letter.pdf".to_owned(), bytes }];
        let outcome = server.smtp().send(&message).await;
        assert!(
            matches!(outcome, Outcome::Failed { permanent: false, .. }),
            "{act:?}: {outcome:?}"
        );
        assert_eq!(server.taken().len(), 0);
    }
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    let cases = [
        (Step::Greeting, "554 5.7.1 go away", Some(false)),
        (Step::Greeting, "421 4.3.2 later", Some(false)),
        (Step::Mail, "550 5.7.1 not from you", Some(true)),
        (Step::Mail, "530 5.7.0 log in first", Some(false)),
        (Step::Mail, "452 4.3.1 full", Some(false)),
        (Step::Rcpt, "550 5.1.1 nobody here", Some(true)),
        (Step::Rcpt, "450 4.2.1 greylisted", Some(false)),
        (Step::Data, "554 5.5.1 no recipients", Some(true)),
        (Step::Data, "250 ok?", Some(false)),
        (Step::Dot, "451 4.7.1 later", Some(false)),
        (Step::Dot, "552 5.3.4 too big", Some(true)),
        (Step::Dot, "554 5.6.0 spam", Some(true)),
        (Step::Dot, "354 go on?", None),
        (Step::Dot, "hello?", None),
    ];
    for (step, words, expected) in cases {
        let (outcome, taken) = sent_to(Some((step, Act::Say(words)))).await;
        match (&outcome, expected) {
            (Outcome::Failed { permanent, reason }, Some(expected)) => {
                assert_eq!(*permanent, expected, "{words}: {reason}");
                assert!(!reason.contains(['\r', '\n']));
            }
            (Outcome::Unknown { .. }, None) => {}
            other => panic!("{step:?} {words}: {other:?}"),
        }
        assert_eq!(taken, 0, "{words}");
    }
}

#[tokio::test]
async fn a_proof_is_one_short_line() {
    let long = "250-first line\r\n250 a very long word of thanks a very long word of thanks a very long word of thanks a very long word of thanks a very long word of thanks a very long word of thanks a very long word of thanks";
    let (outcome, taken) = sent_to(Some((Step::Dot, Act::Say(long)))).await;
    let Outcome::Sent { proof } = outcome else { panic!("{outcome:?}") };
    assert!(proof.starts_with("250 first line a very"));
    assert_eq!(proof.chars().count(), PROOF_CHARS_MAX);
    assert_eq!(taken, 1);
}

#[tokio::test]
async fn a_reason_repeats_no_address() {
    let words =
        "550 5.1.1 <payables@customer-17.example>: no \"payables@customer-17.example\" here";
    let (outcome, _) = sent_to(Some((Step::Rcpt, Act::Say(words)))).await;
    let Outcome::Failed { reason, permanent: true } = outcome else { panic!("{outcome:?}") };
    assert!(reason.ends_with("5.1.1 <…>: no \"…\" here"), "{reason}");
    let server = Server::new(None).await;
    let mut message = message();
    message.to.email = "pay ables@customer-17.example".to_owned();
    let outcome = server.smtp().send(&message).await;
    assert!(!format!("{outcome:?}").contains("customer-17"), "{outcome:?}");
}

#[tokio::test]
async fn nobody_listening_is_a_failure_that_may_pass() {
    let server = Server::new(None).await;
    let mut smtp = server.smtp();
    // Nothing listens on the port of discarded things.
    smtp.port = 9;
    let outcome = smtp.send(&message()).await;
    assert!(matches!(outcome, Outcome::Failed { permanent: false, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_password_never_travels_in_the_clear() {
    let server = Server::new(None).await;
    let login = Login { user: "tenant".to_owned(), password: "canary-secret".to_owned() };
    let mut smtp = server.smtp();
    smtp.login = Some(login);
    assert!(!format!("{smtp:?}").contains("canary"));
    assert!(matches!(smtp.send(&message()).await, Outcome::Failed { permanent: false, .. }));
    // The server offers no TLS: nothing goes without it.
    smtp.security = Security::StartTls;
    assert!(matches!(smtp.send(&message()).await, Outcome::Failed { permanent: false, .. }));
    let commands = server.commands().join("\n");
    assert!(!commands.contains("AUTH") && !commands.contains("MAIL"), "{commands}");
}

#[tokio::test]
async fn an_address_with_a_second_one_in_it_goes_nowhere() {
    for email in [
        "a@b.example\r\nRCPT TO:<x@y.example>",
        "a@b.example>\r\nDATA",
        "a b@c.example",
        "a@b.example, c@d.example",
        "<a@b.example>",
        "",
        "a@",
    ] {
        let server = Server::new(None).await;
        let mut message = message();
        message.to.email = email.to_owned();
        let outcome = server.smtp().send(&message).await;
        assert!(matches!(outcome, Outcome::Failed { permanent: true, .. }), "{email}: {outcome:?}");
        assert_eq!(server.commands(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn hostile_names_reach_one_recipient_with_one_set_of_headers() {
    let server = Server::new(None).await;
    let mut message = message();
    let evil =
        "Customer\r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<x@y.example>\0\" <z@y.example>,";
    message.to.name = Some(evil.to_owned());
    message.from.name = Some(evil.to_owned());
    message.subject = evil.to_owned();
    message.text = "a\n.\nb\r.\rc\r\n.\r\nQUIT\r\n\n..\n".to_owned();
    message.html = None;
    let outcome = server.smtp().send(&message).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    let commands = server.commands();
    let recipients: Vec<_> = commands.iter().filter(|it| it.starts_with("RCPT")).collect();
    assert_eq!(recipients, ["RCPT TO:<payables@customer-17.example>"]);
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    let (headers, _) = taken[0].split_once("\r\n\r\n").unwrap();
    assert!(
        !headers.lines().any(|it| it.starts_with("Bcc") || it.starts_with("MAIL")),
        "{headers}"
    );
}
