//! What surrounds a letter: letterhead, the address in its window, fold marks, and the foot.

use super::{
    face::Faces,
    sheet::{FAINT, PAGE, Sheet, Style, fit, mm, wrap_to},
};
use crate::{Kind, Letter, Window, spelling, spelling::clean, words::words};

/// The left edge of text.
pub(crate) const LEFT: i32 = mm(250);
/// How wide text is: to 20 mm from the right edge.
pub(crate) const WIDTH: i32 = PAGE.0 - LEFT - mm(200);
/// Where the body of a further page begins.
pub(crate) const TOP: i32 = mm(280);

/// The height of the foot's lines.
const FOOT_LEADING: i32 = 9_000;
/// The most lines of the foot.
const FOOT_LINES_MAX: usize = 8;

/// The foot of every page, and where it begins.
#[derive(Debug)]
pub(crate) struct Foot {
    lines: Vec<String>,
    pub(crate) top: i32,
    /// Whether there was more to say than fits.
    pub(crate) cut: bool,
}

const FOOT: Style = Style::faint(6_800);
/// Kept free for the page number.
const PAGE_NUMBER_WIDTH: i32 = mm(260);

impl Foot {
    pub(crate) fn of(letter: &Letter, faces: &Faces) -> Self {
        let mentions: Vec<_> = letter.sender.mentions.iter().map(|it| clean(it)).collect();
        let text = std::iter::once(clean(&letter.sender.name)).chain(mentions);
        let text = text.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
        let lines = wrap_to(faces, FOOT, WIDTH - PAGE_NUMBER_WIDTH, &text, FOOT_LINES_MAX);
        let cut = is_cut(&lines);
        let height = i32::try_from(lines.len()).unwrap_or_default() * FOOT_LEADING;
        Self { lines, top: PAGE.1 - mm(130) - height, cut }
    }

    /// On a page, when it is known how many there are.
    pub(crate) fn draw(
        &self,
        sheet: &mut Sheet,
        faces: &mut Faces,
        letter: &Letter,
        page: usize,
        pages: usize,
    ) {
        let words = words(letter.language);
        sheet.rule(LEFT, self.top, WIDTH);
        let mut y = self.top + FOOT_LEADING + 1_500;
        let number = format!("{} {page} {} {pages}", words.page, words.of);
        sheet.text_right(faces, FOOT, LEFT + WIDTH, y, &number);
        for line in &self.lines {
            sheet.text(faces, FOOT, LEFT, y, line);
            y += FOOT_LEADING;
        }
    }
}

fn is_cut(lines: &[String]) -> bool {
    lines.iter().any(|it| it.ends_with('…'))
}

/// Where the subject begins.
pub(crate) const SUBJECT: i32 = mm(1_035);

/// The first page down to the subject; answers whether the recipient was cut to fit the window.
pub(crate) fn head(sheet: &mut Sheet, faces: &mut Faces, letter: &Letter) -> bool {
    let sender = &letter.sender;
    let name = Style::bold(15_000);
    let text = fit(faces, name, WIDTH, &clean(&sender.name));
    sheet.text(faces, name, LEFT, mm(200), &text);
    let address: Vec<_> = sender.address.iter().map(|it| clean(it)).collect();
    let address = address.join(" · ");
    let small = Style::faint(8_000);
    let text = fit(faces, small, WIDTH, &address);
    sheet.text(faces, small, LEFT, mm(255), &text);
    sheet.rule(LEFT, mm(290), WIDTH);
    fold_marks(sheet, sender.window);
    let (address_left, facts_left) = match sender.window {
        Window::Left => (LEFT, mm(1_250)),
        Window::Right => (mm(1_100), LEFT),
    };
    if letter.kind != Kind::CallSheet && sender.window == Window::Left {
        // Where the letter goes back to, small, above the address in the window.
        let back = format!("{} · {address}", clean(&sender.name));
        let tiny = Style::faint(6_000);
        let text = fit(faces, tiny, mm(800), &back);
        sheet.text(faces, tiny, LEFT, mm(590), &text);
    }
    facts(sheet, faces, letter, facts_left);
    recipient(sheet, faces, letter, address_left)
}

fn recipient(sheet: &mut Sheet, faces: &mut Faces, letter: &Letter, left: i32) -> bool {
    let style = Style::regular(10_000);
    let (top, width) = match letter.sender.window {
        Window::Left => (mm(645), mm(800)),
        Window::Right => (mm(520), mm(800)),
    };
    let mut lines = wrap_to(faces, style, width, &clean(&letter.recipient.name), 2);
    let address = letter.recipient.address.iter().map(|it| clean(it)).filter(|it| !it.is_empty());
    lines.extend(address.map(|it| fit(faces, style, width, &it)));
    // The window shows 27 mm; more lines stand closer.
    let count = i32::try_from(lines.len()).unwrap_or(1).max(1);
    let leading = (mm(270) / count).min(12_500);
    let style = Style { size: style.size.min(leading * 5 / 6), ..style };
    for (line, place) in lines.iter().zip(0..) {
        sheet.text(faces, style, left, top + place * leading, line);
    }
    is_cut(&lines)
}

/// Date, reference, and how to reach the sender, beside the address.
fn facts(sheet: &mut Sheet, faces: &mut Faces, letter: &Letter, left: i32) {
    let words = words(letter.language);
    let sender = &letter.sender;
    let given = |text: &Option<String>| clean(text.as_deref().unwrap_or_default());
    let rows = [
        (words.date, spelling::date(letter.date, letter.language)),
        (words.reference, clean(&letter.reference)),
        (words.phone, given(&sender.phone)),
        (words.email, given(&sender.email)),
    ];
    let (label, value) = (Style::faint(8_000), Style::regular(9_000));
    let mut y = mm(520);
    for (what, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        sheet.text(faces, label, left, y, what);
        for line in wrap_to(faces, value, mm(450), text, 2) {
            sheet.text(faces, value, left + mm(200), y, &line);
            y += 13_000;
        }
    }
}

/// Where to fold, and where to punch: short strokes at the left edge of the first page.
fn fold_marks(sheet: &mut Sheet, window: Window) {
    let marks: [(i32, i32); 3] = match window {
        Window::Left => [(1_050, 40), (1_485, 60), (2_100, 40)],
        Window::Right => [(990, 40), (1_485, 60), (1_980, 40)],
    };
    for (y, length) in marks {
        sheet.fill(FAINT, mm(40), mm(y), mm(length), 300);
    }
}

/// The line at the head of a further page.
pub(crate) fn further_head(sheet: &mut Sheet, faces: &mut Faces, letter: &Letter) {
    let style = Style::faint(8_000);
    let half = WIDTH / 2 - mm(20);
    let from = fit(faces, style, half, &clean(&letter.sender.name));
    sheet.text(faces, style, LEFT, mm(170), &from);
    let to = format!("{} · {}", clean(&letter.reference), clean(&letter.recipient.name));
    let to = fit(faces, style, half, &to);
    sheet.text_right(faces, style, LEFT + WIDTH, mm(170), &to);
    sheet.rule(LEFT, mm(195), WIDTH);
}
