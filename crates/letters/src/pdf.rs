//! A letter on paper: A4, one file, the same bytes wherever it is made.
//!
//! Lengths are whole thousandths of a point, `y` runs down from the top edge. Nothing here is a
//! floating-point number but constants and whole numbers on their way into the file.

mod document;
mod face;
mod file;
mod flow;
mod frame;
mod panel;
mod sheet;
mod table;

use crate::{
    Language, Letter, Part, Refusal, Template, Warning,
    block::Blocks,
    check::{check, check_paper},
    render::{cut, fits, tidy},
    spelling::clean,
    view::Medium,
};
pub use document::typeset;
use flow::Flow;

/// A letter on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// BLAKE3 of the file: 64 lower-case hexadecimal digits.
    pub hash: String,
    /// What a person may want to know.
    pub warnings: Vec<Warning>,
}

/// Sets a letter on A4, in the words of the template's text. Besides what [`render()`](crate::render())
/// asks for, paper needs the addresses of both sides, unless it is a call sheet.
pub fn pdf(template: &Template, letter: &Letter) -> Result<Pdf, Refusal> {
    check(letter)?;
    check_paper(letter)?;
    fits(template, letter)?;
    let blocks = Blocks::of(letter);
    let subject = template.fill(Part::Subject, Medium::Mail(Part::Subject), letter, &blocks)?;
    let mut warnings = Vec::new();
    let subject = cut(&clean(&subject), &mut warnings);
    let body = tidy(&template.fill(Part::Text, Medium::Paper, letter, &blocks)?);
    let mut flow = Flow::new(letter, &subject);
    flow.body(&body, &blocks);
    let (sheets, faces, more) = flow.finish();
    warnings.extend(more);
    Ok(bind(sheets, &faces, &subject, letter.language, warnings))
}

/// Pages as a file.
fn bind(
    sheets: Vec<sheet::Sheet>,
    faces: &face::Faces,
    title: &str,
    language: Language,
    warnings: Vec<Warning>,
) -> Pdf {
    let pages = sheets.len();
    let bytes = file::write(sheets, faces, title, language);
    let hash = blake3::hash(&bytes).to_hex().to_string();
    Pdf { bytes, pages, hash, warnings }
}
