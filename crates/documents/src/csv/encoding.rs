use std::borrow::Cow;

use serde::Deserialize;

/// How bytes stand for characters.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) enum Encoding {
    /// What everything writes today.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// ISO 8859-1: a byte is a character.
    #[serde(rename = "latin-1")]
    Latin1,
    /// What spreadsheets of western Windows call ANSI: Latin-1 with `€`, `œ` and typographic quotes.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// Bytes 0x80 to 0x9F of Windows-1252; NUL where there is no character.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', //
    '\0', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

impl Encoding {
    /// Its name in a mapping.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Latin1 => "latin-1",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The text these bytes stand for, if they are of this encoding.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        let windows = |byte: u8| match byte.checked_sub(0x80) {
            Some(at) if at < 32 => {
                WINDOWS_1252.get(usize::from(at)).copied().filter(|it| *it != '\0')
            }
            _ => Some(char::from(byte)),
        };
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            // The ASCII half is the same in all three.
            Self::Latin1 | Self::Windows1252 if bytes.is_ascii() => {
                std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
            }
            Self::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
            Self::Windows1252 => bytes.iter().copied().map(windows).collect(),
        }
    }
}
