//! Pages and faces as one PDF file, without a date or an id that a clock or a lot would choose.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{
    Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};

use super::{
    face::{Face, Faces},
    sheet::Sheet,
};
use crate::Language;

const CATALOG: i32 = 1;
const TREE: i32 = 2;
const INFO: i32 = 3;
/// Five objects a face.
const FACES: [i32; 2] = [10, 15];
/// Two objects a page.
const PAGES: i32 = 20;
/// As good as the default, and the same everywhere.
const LEVEL: u8 = 6;

const IDENTITY: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The file.
pub(crate) fn write(sheets: Vec<Sheet>, faces: &Faces, title: &str, language: Language) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let count = i32::try_from(sheets.len()).unwrap_or(i32::MAX);
    let mut catalog = pdf.catalog(Ref::new(CATALOG));
    catalog.pages(Ref::new(TREE)).lang(TextStr(language.as_str()));
    catalog.viewer_preferences().display_doc_title(true);
    catalog.finish();
    pdf.document_info(Ref::new(INFO)).title(TextStr(title)).producer(TextStr("Vigie"));
    let pages = (0..count).map(|it| Ref::new(PAGES + 2 * it));
    pdf.pages(Ref::new(TREE)).kids(pages).count(count);
    for (sheet, id) in sheets.into_iter().zip((PAGES..).step_by(2)) {
        let mut page = pdf.page(Ref::new(id));
        page.parent(Ref::new(TREE)).media_box(Rect::new(0.0, 0.0, 595.276, 841.89));
        page.contents(Ref::new(id + 1));
        let mut resources = page.resources();
        let mut fonts = resources.fonts();
        for (name, face) in [&b"F0"[..], b"F1"].into_iter().zip(FACES) {
            fonts.pair(Name(name), Ref::new(face));
        }
        fonts.finish();
        resources.finish();
        page.finish();
        let content = compress_to_vec_zlib(&sheet.content, LEVEL);
        pdf.stream(Ref::new(id + 1), &content).filter(Filter::FlateDecode);
    }
    for ((face, name), id) in
        [(&faces.regular, "VIGIEA+NotoSans"), (&faces.bold, "VIGIEB+NotoSans-Bold")]
            .into_iter()
            .zip(FACES)
    {
        embed(&mut pdf, face, name, id);
    }
    pdf.finish()
}

/// A face with just the glyphs that were used, and what each stands for.
fn embed(pdf: &mut Pdf, face: &Face, name: &str, id: i32) {
    let [font, descendant, descriptor, cmap, data] =
        [id, id + 1, id + 2, id + 3, id + 4].map(Ref::new);
    pdf.type0_font(font)
        .base_font(Name(name.as_bytes()))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(cmap);
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(CidFontType::Type2)
        .base_font(Name(name.as_bytes()))
        .system_info(IDENTITY)
        .font_descriptor(descriptor)
        .default_width(0.0)
        .cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for (glyph, (_, width)) in &face.glyphs {
        widths.consecutive(*glyph, [f32::from(*width)]);
    }
    widths.finish();
    cid.finish();
    // The units of a face as thousandths of an em.
    let thousandths = |units: i16| {
        let em = i32::from(face.parsed.units_per_em());
        f32::from(i16::try_from(i32::from(units) * 1_000 / em).unwrap_or_default())
    };
    let bounds = face.parsed.global_bounding_box();
    let cap_height = face.parsed.capital_height().unwrap_or_else(|| face.parsed.ascender());
    pdf.font_descriptor(descriptor)
        .name(Name(name.as_bytes()))
        .flags(FontFlags::NON_SYMBOLIC)
        .bbox(Rect::new(
            thousandths(bounds.x_min),
            thousandths(bounds.y_min),
            thousandths(bounds.x_max),
            thousandths(bounds.y_max),
        ))
        .italic_angle(0.0)
        .ascent(thousandths(face.parsed.ascender()))
        .descent(thousandths(face.parsed.descender()))
        .cap_height(thousandths(cap_height))
        .stem_v(80.0)
        .font_file2(data);
    let mut characters = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
    for (glyph, (character, _)) in &face.glyphs {
        characters.pair(*glyph, *character);
    }
    let characters = compress_to_vec_zlib(&characters.finish(), LEVEL);
    pdf.cmap(cmap, &characters).filter(Filter::FlateDecode);
    let subset = subsetter::subset(face.data, 0, &face.used).unwrap_or_default();
    let length = i32::try_from(subset.len()).unwrap_or_default();
    let subset = compress_to_vec_zlib(&subset, LEVEL);
    pdf.stream(data, &subset).filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
}
