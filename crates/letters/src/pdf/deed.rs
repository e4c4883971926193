//! A deed on paper, in the frame of a letter.

use money::{Currency, Money};

use super::{
    Pdf, file,
    flow::Flow,
    sheet::{Style, wrap_to},
};
use crate::{
    Deed, Kind, Letter, Passage, Refusal, Totals, Warning,
    block::{Column, Emphasis, Panel, Table},
    pdf::frame::{LEFT, WIDTH},
    render::cut,
    spelling::clean,
};

const HEADING: Style = Style::bold(10_200);
const HEADING_LEADING: i32 = 15_000;

/// Sets a deed on A4.
///
/// # Errors
///
/// [`Refusal`] of what is missing or endless.
pub fn deed(deed: &Deed) -> Result<Pdf, Refusal> {
    deed.check()?;
    let mut warnings: Vec<Warning> = Vec::new();
    let subject = cut(&clean(&deed.subject), &mut warnings);
    let frame = frame(deed);
    let mut flow = Flow::new(&frame, &subject);
    flow.passages(&deed.passages);
    let (sheets, faces, more) = flow.finish();
    warnings.extend(more);
    let pages = sheets.len();
    let bytes = file::write(sheets, &faces, &subject, deed.language);
    let hash = blake3::hash(&bytes).to_hex().to_string();
    Ok(Pdf { bytes, pages, hash, warnings })
}

/// A letter of which nothing but the frame is drawn.
fn frame(deed: &Deed) -> Letter {
    let nothing = Money::zero(Currency::EUR);
    Letter {
        kind: Kind::FinalDemand,
        language: deed.language,
        sender: deed.sender.clone(),
        recipient: deed.recipient.clone(),
        date: deed.date,
        reference: deed.reference.clone(),
        lines: Vec::new(),
        credits: Vec::new(),
        totals: Totals { principal: nothing, interest: nothing, costs: nothing, total: nothing },
        pay_by: None,
        interest: Vec::new(),
        instalments: Vec::new(),
        clauses: Vec::new(),
        portal: None,
        payees: Vec::new(),
    }
}

impl Flow<'_> {
    fn passages(&mut self, passages: &[Passage]) {
        let panel = |rows: &[(String, String)], emphasis| Panel {
            rows: rows.iter().map(|(name, value)| (clean(name), clean(value))).collect(),
            emphasis,
        };
        for passage in passages {
            match passage {
                Passage::Heading(text) => self.heading(&clean(text)),
                Passage::Paragraph(text) => self.paragraph(&clean(text)),
                Passage::Table(columns, rows) => self.table(&Table {
                    columns: columns
                        .iter()
                        .map(|(title, figures)| Column {
                            title: (*title).into(),
                            figures: *figures,
                        })
                        .collect(),
                    rows: rows.iter().map(|it| it.iter().map(|it| clean(it)).collect()).collect(),
                }),
                Passage::Sums(rows) => self.panel(&panel(rows, Emphasis::Last)),
                Passage::Facts(rows) => self.panel(&panel(rows, Emphasis::None)),
                Passage::NewPage => self.turn(),
            }
        }
    }

    /// It is followed by something on its page.
    fn heading(&mut self, text: &str) {
        let lines = wrap_to(&self.faces, HEADING, WIDTH, text, 2);
        self.need(5 * HEADING_LEADING);
        self.y += 4_000;
        for line in lines {
            self.sheet.text(&mut self.faces, HEADING, LEFT, self.y + HEADING.size, &line);
            self.y += HEADING_LEADING;
        }
        self.y += 2_000;
    }
}
