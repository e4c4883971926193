//! A body flows over pages: paragraphs where the template wrote them, blocks where it placed them.

use super::{
    face::Faces,
    frame::{self, Foot, LEFT, TOP, WIDTH},
    sheet::{Sheet, Style, wrap, wrap_to},
};
use crate::{Letter, Warning, block::Blocks, view::MARKS};

/// Above the name of a section.
const SECTION_GAP: i32 = 5_000;
const SECTION: Style = Style::bold(10_600);
const SECTION_LEADING: i32 = 17_000;
const BODY: Style = Style::regular(9_800);
const BODY_LEADING: i32 = 14_000;
/// Below a paragraph.
const GAP: i32 = 6_500;
const CLAUSE: Style = Style::faint(7_600);
const CLAUSE_LEADING: i32 = 10_200;

/// Pages being filled, from the top down.
#[derive(Debug)]
pub(crate) struct Flow<'a> {
    pub(crate) faces: Faces,
    letter: &'a Letter,
    foot: Foot,
    done: Vec<Sheet>,
    pub(crate) sheet: Sheet,
    /// The upper edge of what is free on the page.
    pub(crate) y: i32,
    warnings: Vec<Warning>,
}

impl<'a> Flow<'a> {
    /// A first page with everything down to the subject.
    pub(crate) fn new(letter: &'a Letter, subject: &str) -> Self {
        let mut faces = Faces::new();
        let foot = Foot::of(letter, &faces);
        let mut sheet = Sheet::default();
        let mut warnings = Vec::new();
        if frame::head(&mut sheet, &mut faces, letter) {
            warnings.push(Warning::AddressCut);
        }
        if foot.cut {
            warnings.push(Warning::MentionsCut);
        }
        let mut y = frame::SUBJECT;
        let style = Style::bold(11_000);
        for line in wrap_to(&faces, style, WIDTH, subject, 4) {
            sheet.text(&mut faces, style, LEFT, y, &line);
            y += 15_000;
        }
        Self { faces, letter, foot, done: Vec::new(), sheet, y: y + 4_000, warnings }
    }

    /// Everything the template says, block by block.
    pub(crate) fn body(&mut self, text: &str, blocks: &Blocks) {
        for paragraph in text.split("\n\n") {
            for part in paragraph.split_inclusive(MARKS) {
                let words = part.trim_end_matches(MARKS);
                if !words.trim().is_empty() {
                    self.paragraph(words);
                }
                let mark = part.chars().last().and_then(|it| MARKS.iter().position(|m| *m == it));
                match mark {
                    Some(0) => self.table(&blocks.invoices),
                    Some(1) => self.panel(&blocks.totals),
                    Some(2) => self.table(&blocks.interest),
                    Some(3) => self.table(&blocks.instalments),
                    Some(4) => self.panel(&blocks.payment),
                    Some(5) => self.clauses(&blocks.clauses),
                    _ => {}
                }
            }
        }
    }

    /// The pages, each with its foot.
    pub(crate) fn finish(mut self) -> (Vec<Sheet>, Faces, Vec<Warning>) {
        self.done.push(self.sheet);
        let pages = self.done.len();
        for (sheet, page) in self.done.iter_mut().zip(1..) {
            self.foot.draw(sheet, &mut self.faces, self.letter, page, pages);
        }
        let count = self.faces.unprintable();
        if count > 0 {
            self.warnings.push(Warning::Unprintable { count });
        }
        (self.done, self.faces, self.warnings)
    }

    /// How much is free on the page.
    pub(crate) fn room(&self) -> i32 {
        self.foot.top - 8_000 - self.y
    }

    /// Begins a page if there is less room than this on the one at hand.
    pub(crate) fn need(&mut self, height: i32) {
        if self.room() < height && self.y > TOP {
            self.turn();
        }
    }

    pub(crate) fn turn(&mut self) {
        self.done.push(std::mem::take(&mut self.sheet));
        frame::further_head(&mut self.sheet, &mut self.faces, self.letter);
        self.y = TOP;
    }

    /// The name of a section, never alone at the foot of a page.
    pub(crate) fn section(&mut self, name: &str) {
        self.need(SECTION_GAP + 4 * SECTION_LEADING);
        self.y += SECTION_GAP;
        for line in wrap_to(&self.faces, SECTION, WIDTH, name, 2) {
            self.sheet.text(&mut self.faces, SECTION, LEFT, self.y + SECTION.size, &line);
            self.y += SECTION_LEADING;
        }
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        let lines: Vec<_> =
            text.trim().lines().flat_map(|it| wrap(&self.faces, BODY, WIDTH, it)).collect();
        self.lines(&lines, BODY, BODY_LEADING);
        self.y += GAP;
    }

    pub(crate) fn clauses(&mut self, clauses: &[String]) {
        self.y += GAP;
        for clause in clauses {
            let lines = wrap(&self.faces, CLAUSE, WIDTH, clause);
            self.lines(&lines, CLAUSE, CLAUSE_LEADING);
            self.y += 3_000;
        }
    }

    /// Lines of one paragraph. A short one stays whole; of a long one, no line stands alone.
    fn lines(&mut self, lines: &[String], style: Style, leading: i32) {
        let count = i32::try_from(lines.len()).unwrap_or(i32::MAX / leading);
        self.need(if count <= 4 { count * leading } else { 2 * leading });
        for (line, left) in lines.iter().zip((0..count).rev()) {
            // The last two go together.
            self.need(if left == 1 && count > 2 { 2 * leading } else { leading });
            self.sheet.text(&mut self.faces, style, LEFT, self.y + style.size, line);
            self.y += leading;
        }
    }
}
