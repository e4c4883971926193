//! A page as a list of marks: text and filled rectangles.

use std::io::Write as _;

use super::face::{Faces, Weight};

/// A4, in thousandths of a point.
pub(crate) const PAGE: (i32, i32) = (595_276, 841_890);

/// Tenths of a millimetre in thousandths of a point.
pub(crate) const fn mm(tenths: i32) -> i32 {
    tenths * 72_000 / 254
}

/// How dark a mark is, in thousandths of white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gray(pub(crate) i32);

pub(crate) const INK: Gray = Gray(80);
pub(crate) const FAINT: Gray = Gray(400);
pub(crate) const RULE: Gray = Gray(780);
pub(crate) const TINT: Gray = Gray(955);

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    /// In thousandths of a point.
    pub(crate) size: i32,
    pub(crate) gray: Gray,
}

impl Style {
    pub(crate) const fn regular(size: i32) -> Self {
        Self { weight: Weight::Regular, size, gray: INK }
    }

    pub(crate) const fn bold(size: i32) -> Self {
        Self { weight: Weight::Bold, size, gray: INK }
    }

    pub(crate) const fn faint(size: i32) -> Self {
        Self { weight: Weight::Regular, size, gray: FAINT }
    }
}

/// One page.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) content: Vec<u8>,
}

impl Sheet {
    /// A line of text with its baseline at `y`, beginning at `x`.
    pub(crate) fn text(&mut self, faces: &mut Faces, style: Style, x: i32, y: i32, text: &str) {
        if text.is_empty() {
            return;
        }
        let font = match style.weight {
            Weight::Regular => "F0",
            Weight::Bold => "F1",
        };
        self.put("BT ");
        self.number(style.gray.0);
        self.put(&format!("g /{font} "));
        self.number(style.size);
        self.put("Tf ");
        self.number(x);
        self.number(PAGE.1 - y);
        self.put("Td <");
        for byte in faces.of(style.weight).encode(text) {
            self.put(&format!("{byte:02x}"));
        }
        self.put("> Tj ET\n");
    }

    /// The same, ending at `x`.
    pub(crate) fn text_right(
        &mut self,
        faces: &mut Faces,
        style: Style,
        x: i32,
        y: i32,
        text: &str,
    ) {
        let width = faces.width(text, style.weight, style.size);
        self.text(faces, style, x - width, y, text);
    }

    /// A filled rectangle whose upper left corner is at `x`, `y`.
    pub(crate) fn fill(&mut self, gray: Gray, x: i32, y: i32, width: i32, height: i32) {
        self.number(gray.0);
        self.put("g ");
        for it in [x, PAGE.1 - y - height, width, height] {
            self.number(it);
        }
        self.put("re f\n");
    }

    /// A thin line to the right.
    pub(crate) fn rule(&mut self, x: i32, y: i32, width: i32) {
        self.fill(RULE, x, y, width, 500);
    }

    fn put(&mut self, code: &str) {
        self.content.extend_from_slice(code.as_bytes());
    }

    /// Thousandths as a decimal number.
    fn number(&mut self, thousandths: i32) {
        let sign = if thousandths < 0 { "-" } else { "" };
        let absolute = thousandths.unsigned_abs();
        // Writing into memory does not fail.
        let _infallible =
            write!(self.content, "{sign}{}.{:03} ", absolute / 1_000, absolute % 1_000);
    }
}

/// Breaks a text into lines of at most `width`: at spaces, and within a word that alone is wider.
pub(crate) fn wrap(faces: &Faces, style: Style, width: i32, text: &str) -> Vec<String> {
    let measure = |it: &str| faces.width(it, style.weight, style.size);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|it| !it.is_empty()) {
        let gap = if line.is_empty() { "" } else { " " };
        if measure(&line) + measure(gap) + measure(word) <= width {
            line.push_str(gap);
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if measure(word) <= width {
            line.push_str(word);
            continue;
        }
        let mut taken = 0;
        for character in word.chars() {
            let wide = measure(character.encode_utf8(&mut [0; 4]));
            if taken + wide > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                taken = 0;
            }
            line.push(character);
            taken += wide;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// One line of at most `width`, with an ellipsis where it had to be cut.
pub(crate) fn fit(faces: &Faces, style: Style, width: i32, text: &str) -> String {
    if faces.width(text, style.weight, style.size) <= width {
        return text.to_owned();
    }
    let room = width - faces.width("…", style.weight, style.size);
    let mut fitted = String::new();
    let mut taken = 0;
    for character in text.chars() {
        taken += faces.width(character.encode_utf8(&mut [0; 4]), style.weight, style.size);
        if taken > room {
            break;
        }
        fitted.push(character);
    }
    fitted.truncate(fitted.trim_end().len());
    fitted.push('…');
    fitted
}

/// At most `count` lines, the last one cut if there were more.
pub(crate) fn wrap_to(
    faces: &Faces,
    style: Style,
    width: i32,
    text: &str,
    count: usize,
) -> Vec<String> {
    let mut lines = wrap(faces, style, width, text);
    if lines.len() > count {
        let rest = lines.split_off(count.saturating_sub(1)).join(" ");
        lines.push(fit(faces, style, width, &rest));
    }
    lines
}
