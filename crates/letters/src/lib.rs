//! What is said to customers: data in; a subject, text, HTML and a PDF out.
//!
//! [`render()`] and [`pdf()`] are functions of a checked [`Template`] and a [`Letter`] and of nothing
//! else. The same template and the same letter give the same bytes on every machine: no clock, no
//! lot, no system font, and whole numbers all the way to the page.
//!
//! A template chooses words and places blocks; it does not compute. Amounts come as data and are
//! printed as they came, and a letter whose sums do not add up is refused. What is known of a
//! customer is data too, never template: somebody called `{{ 7*7 }}` is greeted by that name.

mod document;
mod kind;
mod letter;

mod clause;
mod spelling;
mod words;

mod block;
mod check;
mod view;

mod render;
mod scan;
mod template;

mod sample;
mod shipped;

mod pdf;

#[cfg(test)]
mod tests;

pub use check::{FIELD_CHARS_MAX, LINES_MAX, Refusal};
pub use clause::Clause;
pub use document::{Document, Piece};
pub use kind::{Kind, Language, Unknown};
pub use letter::{
    Credit, CreditKind, Instalment, InterestPeriod, Letter, Line, Payee, Recipient, Sender, Totals,
    Window,
};
pub use pdf::{Pdf, pdf, typeset};
pub use render::{Rendered, SUBJECT_CHARS_MAX, Warning, render};
pub use sample::sample;
pub use shipped::shipped;
pub use spelling::{amount, clean, date, date_short, percent};
pub use template::{Fault, Part, SOURCE_BYTES_MAX, Source, Template};
