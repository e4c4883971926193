//! The two faces letters are set in: what a character looks like, how wide it is, and which of them
//! were used, so that only those go into the file.

use std::collections::BTreeMap;

use subsetter::GlyphRemapper;

/// Regular or bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Both faces.
#[derive(Debug)]
pub(crate) struct Faces {
    pub(crate) regular: Face,
    pub(crate) bold: Face,
}

/// One face and what was used of it.
#[derive(Debug)]
pub(crate) struct Face {
    pub(crate) data: &'static [u8],
    pub(crate) parsed: ttf_parser::Face<'static>,
    /// Glyphs of the face to glyphs of the file, in the order of their first use.
    pub(crate) used: GlyphRemapper,
    /// Of each glyph in the file, the character it stands for and its width in thousandths of an em.
    pub(crate) glyphs: BTreeMap<u16, (char, u16)>,
    unprintable: usize,
}

/// Shown for what the face has no picture of.
const BOX: char = '\u{25a1}';

impl Faces {
    pub(crate) fn new() -> Self {
        Self { regular: Face::new(notosans::REGULAR_TTF), bold: Face::new(notosans::BOLD_TTF) }
    }

    pub(crate) fn of(&mut self, weight: Weight) -> &mut Face {
        match weight {
            Weight::Regular => &mut self.regular,
            Weight::Bold => &mut self.bold,
        }
    }

    /// How wide a text is, in thousandths of a point, set in `size` of them.
    pub(crate) fn width(&self, text: &str, weight: Weight, size: i32) -> i32 {
        let face = match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        };
        let ems: i64 = text.chars().map(|it| i64::from(face.look_up(it).width)).sum();
        i32::try_from(ems * i64::from(size) / 1_000).unwrap_or(i32::MAX)
    }

    pub(crate) fn unprintable(&self) -> usize {
        self.regular.unprintable + self.bold.unprintable
    }
}

struct Found {
    glyph: u16,
    /// In thousandths of an em.
    width: u16,
    shown: char,
    replaced: bool,
}

impl Face {
    #[expect(clippy::expect_used, reason = "the font is part of the program, and a test parses it")]
    fn new(data: &'static [u8]) -> Self {
        let parsed = ttf_parser::Face::parse(data, 0).expect("a font that was read before");
        let (used, glyphs) = (GlyphRemapper::new(), BTreeMap::new());
        Self { data, parsed, used, glyphs, unprintable: 0 }
    }

    /// The picture of a character, of one that looks alike, or of the box.
    fn look_up(&self, character: char) -> Found {
        let alike = match character {
            '\u{202f}' | '\u{2009}' => '\u{a0}',
            '\u{2011}' | '\u{2212}' => '-',
            _ => BOX,
        };
        for (shown, replaced) in
            [(character, false), (alike, alike == BOX), (BOX, true), ('?', true)]
        {
            if let Some(glyph) = self.parsed.glyph_index(shown) {
                return Found { glyph: glyph.0, width: self.em(glyph), shown: character, replaced };
            }
        }
        Found { glyph: 0, width: 0, shown: character, replaced: true }
    }

    fn em(&self, glyph: ttf_parser::GlyphId) -> u16 {
        let units = u32::from(self.parsed.units_per_em());
        let width = u32::from(self.parsed.glyph_hor_advance(glyph).unwrap_or_default());
        u16::try_from((width * 1_000 + units / 2) / units).unwrap_or(u16::MAX)
    }

    /// A text as the file spells it: two bytes a glyph.
    pub(crate) fn encode(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len() * 2);
        for character in text.chars() {
            let found = self.look_up(character);
            self.unprintable += usize::from(found.replaced);
            let glyph = self.used.remap(found.glyph);
            // What one glyph stands for when read back: the first character it was used for.
            let shown = if found.replaced { BOX } else { found.shown };
            self.glyphs.entry(glyph).or_insert((shown, found.width));
            bytes.extend_from_slice(&glyph.to_be_bytes());
        }
        bytes
    }
}
