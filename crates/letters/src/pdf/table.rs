//! A table as wide as the text: figures on the right of their columns, titles again on every page.

use super::{
    face::Faces,
    flow::Flow,
    frame::{LEFT, WIDTH},
    sheet::{Sheet, Style, TINT, wrap_to},
};
use crate::block::{Column, Table};

/// Left and right in a cell.
const SIDE: i32 = 3_000;
/// The natural width of text is at most this; more is wrapped.
const TEXT_WIDTH_MAX: i32 = 130_000;
/// A text that is broken keeps at least this, which a date fits.
const BROKEN_WIDTH_MIN: i32 = 62_000;
/// Down to here tables are made smaller rather than texts broken.
const WHOLE_SIZE_MIN: i32 = 7_400;
/// A row is never higher than a page.
const CELL_LINES_MAX: usize = 12;
/// From the size tables like to be set in down to the smallest one.
const SIZES: [i32; 6] = [8_600, 8_200, 7_800, 7_400, 7_000, 6_400];

struct Layout {
    size: i32,
    /// Of each column, sides included. Their sum is the width of the text.
    widths: Vec<i32>,
}

impl Flow<'_> {
    pub(crate) fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            return;
        }
        let layout = layout(&self.faces, table);
        let leading = layout.size + 2_600;
        let titles: Vec<String> = table.columns.iter().map(|it| it.title.to_string()).collect();
        let head = cells(&self.faces, &layout, Style::bold(layout.size - 400), &titles);
        let head_height = height(&head, leading);
        // A head is followed by at least two rows.
        self.need(head_height + 4 * leading);
        self.head(table, &layout, &head, head_height);
        let style = Style::regular(layout.size);
        for row in &table.rows {
            let row = cells(&self.faces, &layout, style, row);
            let row_height = height(&row, leading);
            if self.room() < row_height {
                self.turn();
                self.head(table, &layout, &head, head_height);
            }
            put(&mut self.sheet, &mut self.faces, &layout, &table.columns, style, self.y, &row);
            self.y += row_height;
            self.sheet.rule(LEFT, self.y - 500, WIDTH);
        }
        self.y += 9_000;
    }

    fn head(&mut self, table: &Table, layout: &Layout, head: &[Vec<String>], height: i32) {
        self.sheet.fill(TINT, LEFT, self.y, WIDTH, height);
        let style = Style::bold(layout.size - 400);
        put(&mut self.sheet, &mut self.faces, layout, &table.columns, style, self.y, head);
        self.y += height;
    }
}

/// The largest size at which everything stands on one line; failing that, the largest at which dates
/// and figures do, and longer texts are broken; failing that, everything is squeezed.
fn layout(faces: &Faces, table: &Table) -> Layout {
    let at = |size| -> Vec<i32> {
        (0..table.columns.len()).map(|it| natural(faces, table, it, size)).collect()
    };
    let count = i32::try_from(table.columns.len()).unwrap_or(1).max(1);
    for size in SIZES.into_iter().filter(|it| *it >= WHOLE_SIZE_MIN) {
        let widths = at(size);
        let more = (WIDTH - widths.iter().sum::<i32>()) / count;
        if more >= 0 {
            return Layout { size, widths: widths.into_iter().map(|it| it + more).collect() };
        }
    }
    let mut squeezed = Layout { size: 0, widths: Vec::new() };
    for size in SIZES {
        let widths = at(size);
        let sum: i32 = widths.iter().sum();
        let spare = |column: &Column, width: i32| {
            if column.figures { 0 } else { (width - BROKEN_WIDTH_MIN).max(0) }
        };
        let columns = || table.columns.iter().zip(widths.iter().copied());
        let spared: i32 = columns().map(|(column, width)| spare(column, width)).sum();
        if sum - spared <= WIDTH && spared > 0 {
            let taken = columns().map(|(column, width)| {
                width - share(spare(column, width), (sum - WIDTH).max(0), spared)
            });
            return Layout { size, widths: taken.collect() };
        }
        let widths = widths.iter().map(|it| share(*it, WIDTH, sum)).collect();
        squeezed = Layout { size, widths };
    }
    squeezed
}

/// `part` of `whole`, as `of` is to it.
fn share(part: i32, of: i32, whole: i32) -> i32 {
    i32::try_from(i64::from(part) * i64::from(of) / i64::from(whole.max(1))).unwrap_or(of)
}

/// How wide a column likes to be.
fn natural(faces: &Faces, table: &Table, column: usize, size: i32) -> i32 {
    let Some(Column { title, figures }) = table.columns.get(column) else { return 0 };
    let bold = Style::bold(size - 400);
    // A title may stand on two lines.
    let title = title.split(' ').map(|it| faces.width(it, bold.weight, bold.size)).max();
    let regular = Style::regular(size);
    let cells = table.rows.iter().filter_map(|it| it.get(column));
    let cells = cells.map(|it| faces.width(it, regular.weight, regular.size)).max();
    let cells = cells.unwrap_or_default();
    let cells = if *figures { cells } else { cells.min(TEXT_WIDTH_MAX) };
    cells.max(title.unwrap_or_default()) + 2 * SIDE + 200
}

/// A row's cells, each broken into lines.
fn cells(faces: &Faces, layout: &Layout, style: Style, row: &[String]) -> Vec<Vec<String>> {
    let cells = row.iter().zip(&layout.widths);
    cells
        .map(|(cell, width)| wrap_to(faces, style, width - 2 * SIDE, cell, CELL_LINES_MAX))
        .collect()
}

fn height(cells: &[Vec<String>], leading: i32) -> i32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
    i32::try_from(lines).unwrap_or_default() * leading + 5_000
}

fn put(
    sheet: &mut Sheet,
    faces: &mut Faces,
    layout: &Layout,
    columns: &[Column],
    style: Style,
    top: i32,
    cells: &[Vec<String>],
) {
    let leading = layout.size + 2_600;
    let mut x = LEFT;
    for ((lines, width), column) in cells.iter().zip(&layout.widths).zip(columns) {
        let mut baseline = top + 2_000 + layout.size;
        for line in lines {
            if column.figures {
                sheet.text_right(faces, style, x + width - SIDE, baseline, line);
            } else {
                sheet.text(faces, style, x + SIDE, baseline, line);
            }
            baseline += leading;
        }
        x += width;
    }
}
