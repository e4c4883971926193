//! A panel: names on the left, what they stand for on the right; never torn between two pages.

use super::{
    flow::Flow,
    frame::{LEFT, WIDTH},
    sheet::{INK, Style, TINT, mm, wrap_to},
};
use crate::block::{Emphasis, Panel};

const LEADING: i32 = 14_500;
const PADDING: i32 = 7_000;
/// The names of a panel without figures.
const NAMES_WIDTH: i32 = mm(450);

impl Flow<'_> {
    pub(crate) fn panel(&mut self, panel: &Panel) {
        if panel.rows.is_empty() {
            return;
        }
        match panel.emphasis {
            Emphasis::Last => self.sums(panel),
            Emphasis::None => self.card(panel),
        }
    }

    /// Sums at the right edge, the last one under a line.
    fn sums(&mut self, panel: &Panel) {
        let style = Style::regular(9_200);
        let widest = |it: &str| self.faces.width(it, style.weight, style.size);
        let names = panel.rows.iter().map(|(name, _)| widest(name)).max().unwrap_or_default();
        let values = panel.rows.iter().map(|(_, value)| widest(value)).max().unwrap_or_default();
        // Bold is wider.
        let width = (names + values + values / 5 + mm(150)).min(WIDTH);
        let (left, right) = (LEFT + WIDTH - width, LEFT + WIDTH - 4_000);
        let count = i32::try_from(panel.rows.len()).unwrap_or_default();
        self.need(count * LEADING + 3 * PADDING);
        self.y += 2_000;
        for ((name, value), rest) in panel.rows.iter().zip((0..count).rev()) {
            let style = if rest == 0 {
                self.sheet.fill(INK, left, self.y + 3_500, width, 700);
                self.y += 4_500;
                Style::bold(10_200)
            } else {
                style
            };
            let baseline = self.y + LEADING - 4_000;
            self.sheet.text(&mut self.faces, style, left, baseline, name);
            self.sheet.text_right(&mut self.faces, style, right, baseline, value);
            self.y += LEADING;
        }
        self.y += 2 * PADDING;
    }

    /// How to pay, on a tint.
    fn card(&mut self, panel: &Panel) {
        let (name_style, value_style) = (Style::faint(8_600), Style::regular(9_400));
        let values_width = WIDTH - NAMES_WIDTH - 2 * PADDING;
        let rows: Vec<(&str, Vec<String>)> = panel
            .rows
            .iter()
            .map(|(name, value)| {
                let lines = wrap_to(&self.faces, value_style, values_width, value, 3);
                (name.as_str(), lines)
            })
            .collect();
        let count: usize = rows.iter().map(|(_, lines)| lines.len()).sum();
        let height = i32::try_from(count).unwrap_or_default() * LEADING + 2 * PADDING;
        self.need(height + PADDING);
        self.sheet.fill(TINT, LEFT, self.y, WIDTH, height);
        let mut y = self.y + PADDING;
        for (name, lines) in rows {
            self.sheet.text(&mut self.faces, name_style, LEFT + PADDING, y + LEADING - 4_000, name);
            for line in lines {
                let left = LEFT + PADDING + NAMES_WIDTH;
                self.sheet.text(&mut self.faces, value_style, left, y + LEADING - 4_000, &line);
                y += LEADING;
            }
        }
        self.y += height + PADDING + 3_000;
    }
}
