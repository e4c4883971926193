//! Tables: a [`Mapping`] says what a row means, [`Rows`] reads a file by it.
//!
//! ```
//! use documents::csv::{Mapping, Row, Rows};
//!
//! let mapping = Mapping::parse(r#"
//!     [file]
//!     delimiter = ";"
//!     decimal_mark = ","
//!     currency = "EUR"
//!
//!     [ids]
//!     customer = "{Client}"
//!     invoice = "{Facture}"
//!
//!     [dates]
//!     issued = { column = "Date", format = "DD/MM/YYYY" }
//!     due = { column = "Échéance", format = "DD/MM/YYYY" }
//!
//!     [amounts]
//!     gross = { column = "TTC" }
//!
//!     [[message]]
//!     type = "dev.vigie.invoice.issued.v1"
//!     date = "{issued}"
//!
//!     [message.data]
//!     customer_id = "{customer}"
//!     invoice_id = "{invoice}"
//!     issue_date = "{issued}"
//!     due_date = "{?due}"
//!     gross = "{gross}"
//! "#)?;
//! let file = "Client;Facture;Date;Échéance;TTC\nC-1;FA 7;31/01/2026;;1190,00\nC-1;FA 8;31/02/2026;;5,00\n";
//! let mut rows = Rows::open(&mapping, file.as_bytes())?;
//!
//! let Some(Row::Messages(mut messages)) = rows.next_row()? else { panic!("row 2 can be read") };
//! let message = messages.next().expect("it says one thing");
//! assert_eq!(message.ce_type, "dev.vigie.invoice.issued.v1");
//! assert_eq!(
//!     std::str::from_utf8(message.data)?,
//!     r#"{"customer_id":"C-1","gross":{"amount":"1190.00","currency":"EUR"},"invoice_id":"FA=207","issue_date":"2026-01-31"}"#,
//! );
//!
//! let Some(Row::Refused(error)) = rows.next_row()? else { panic!("there is no 31 February") };
//! assert_eq!(error.to_string(), "row 3, column Date: `31/02/2026` is not a date written DD/MM/YYYY");
//! assert!(rows.next_row()?.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod mapping;
mod rows;

mod cells;
mod condition;
mod shape;
mod values;

mod date;
mod encoding;
mod number;
mod record;
mod template;

pub use mapping::{Mapping, MappingError};
pub use record::{COLUMNS_MAX, RECORD_BYTES_MAX};
pub use rows::{FileError, Messages, Row, RowError, Rows};

/// What an error quotes of a value that may be of any length.
fn beginning(text: &str) -> String {
    const CHARS_MAX: usize = 40;
    let mut quoted: String = text.chars().take(CHARS_MAX).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted
}

#[cfg(test)]
mod tests;
