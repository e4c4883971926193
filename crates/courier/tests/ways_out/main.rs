//! The ways out, against servers that take, refuse, fall silent and break off wherever they can.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds something else than it expects fails"
)]

mod file_server;
mod folder;
mod parcel;
mod python;
mod script;
mod sftp;
mod smtp;
mod webhook;
mod wire;

use std::time::{Duration, SystemTime};

use courier::{Address, Message};

/// Long enough for an answer, short enough for a silence.
const PATIENCE: Duration = Duration::from_secs(2);

fn address(name: &str, email: &str) -> Address {
    Address { name: Some(name.to_owned()), email: email.to_owned() }
}

/// A reminder of 2 January 2026.
fn message() -> Message {
    Message {
        id: "R-2026-0042.1".to_owned(),
        date: SystemTime::UNIX_EPOCH + Duration::from_hours(490_920),
        from: address("Tenant 1", "credit@tenant-1.example"),
        to: address("Customer 17", "payables@customer-17.example"),
        reply_to: None,
        subject: "Reminder".to_owned(),
        text: "Two invoices are open.\n".to_owned(),
        html: Some("<p>Two invoices are open.</p>".to_owned()),
        attachments: Vec::new(),
    }
}
