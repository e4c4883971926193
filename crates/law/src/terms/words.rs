//! The vocabulary of payment terms in French, English and German, and how a text becomes words.

use super::Reading;

/// What a word or a phrase means in payment terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Number(u32),
    Days,
    Weeks,
    Months,
    EndOfMonth,
    /// Says that the order written is the order meant.
    Then,
    /// Says that what follows comes first: "45 days after end of month".
    After,
    InvoiceDate,
    OnReceipt,
    /// Stands before a number of days or a whole clause and adds nothing: "net", "payable".
    Net,
    /// The letter alone: "à 30 jours" without its accent, or the reading A.
    LetterA,
    Reading(Reading),
    /// Stands before a day of the month: "le 10".
    The,
    /// Stands after a day of the month: "10th".
    Ordinal,
    OfTheMonth,
    OfTheNextMonth,
}

use Word::{
    After, Days, EndOfMonth, InvoiceDate, LetterA, Months, Net, OfTheMonth, OfTheNextMonth,
    OnReceipt, Ordinal, The, Then, Weeks,
};

/// Phrases in lower case and without accents. The longest that fits is taken.
const PHRASES: &[(&[Word], &[&str])] = &[
    (
        &[OnReceipt],
        &[
            // French
            "comptant",
            "au comptant",
            "a reception",
            "a reception de facture",
            "a reception de la facture",
            "des reception",
            "immediat",
            // English
            "on receipt",
            "upon receipt",
            "on receipt of invoice",
            "upon receipt of invoice",
            "immediate",
            "immediately",
            "cash",
            // German
            "sofort",
            "prompt",
            "bei erhalt",
            "bei erhalt der rechnung",
            "nach erhalt",
            "nach erhalt der rechnung",
            "bei rechnungserhalt",
            "nach rechnungserhalt",
        ],
    ),
    (
        &[Days],
        &[
            "j",
            "jr",
            "jrs",
            "jour",
            "jours",
            "jours calendaires",
            "d",
            "day",
            "days",
            "calendar days",
            "t",
            "tg",
            "tag",
            "tage",
            "tagen",
            "kalendertage",
            "kalendertagen",
        ],
    ),
    (&[Weeks], &["semaine", "semaines", "week", "weeks", "woche", "wochen"]),
    (&[Months], &["mois", "month", "months", "monat", "monate", "monaten"]),
    (
        &[EndOfMonth],
        &[
            "fin de mois",
            "fin du mois",
            "fin mois",
            "fin de mois de facturation",
            "fin du mois de facturation",
            "fin de mois de facture",
            "fin du mois d emission",
            "fdm",
            "fm",
            "a fin de mois",
            "en fin de mois",
            "end of month",
            "end of the month",
            "the end of month",
            "the end of the month",
            "end of month of invoice",
            "end of the month of invoice",
            "end of the month of issue",
            "end of invoice month",
            "end of the invoice month",
            "month end",
            "eom",
            "monatsende",
            "zum monatsende",
            "ende des monats",
            "zum ende des monats",
            "ende monat",
        ],
    ),
    // As resource planning systems abbreviate it: 45JFDM.
    (&[Days, EndOfMonth], &["jfdm", "jfm"]),
    (&[Then], &["puis", "plus", "then", "and then", "dann", "und dann", "+"]),
    (
        &[After],
        &[
            "apres",
            "apres la",
            "apres le",
            "a compter de",
            "a compter de la",
            "a compter du",
            "a partir de",
            "a partir de la",
            "a partir du",
            "after",
            "from",
            "nach",
            "nach dem",
            "ab",
        ],
    ),
    (
        &[InvoiceDate],
        &[
            "date facture",
            "date de facture",
            "date de la facture",
            "la date de facture",
            "date d emission",
            "date d emission de la facture",
            "date de facturation",
            "invoice date",
            "the invoice date",
            "of invoice",
            "of invoice date",
            "of the invoice date",
            "date of invoice",
            "date of the invoice",
            "the date of the invoice",
            "of issue",
            "rechnungsdatum",
            "rechnungsstellung",
        ],
    ),
    (
        &[Net],
        &[
            "net",
            "nets",
            "nette",
            "nettes",
            "payable",
            "payables",
            "paiement",
            "reglement",
            "sous",
            "dans",
            "payment",
            "due",
            "within",
            "in",
            "netto",
            "rein netto",
            "ohne abzug",
            "zahlbar",
            "zahlung",
            "fallig",
            "faellig",
            "innerhalb",
            "von",
            "binnen",
            "(",
            ")",
        ],
    ),
    (&[LetterA], &["a"]),
    (&[Word::Reading(Reading::A)], &["( a )", "lecture a", "reading a", "lesart a"]),
    (&[Word::Reading(Reading::B)], &["( b )", "b", "lecture b", "reading b", "lesart b"]),
    (&[The], &["le", "the", "on the", "day", "am", "zum", "au"]),
    (&[Ordinal], &["er", "st", "nd", "rd", "th"]),
    (&[OfTheMonth], &["du mois", "of the month", "of month", "des monats"]),
    (
        &[OfTheNextMonth],
        &[
            "du mois suivant",
            "mois suivant",
            "of the next month",
            "of next month",
            "next month",
            "of the following month",
            "of following month",
            "following month",
            "des folgemonats",
            "des folgenden monats",
            "des nachsten monats",
            "des naechsten monats",
        ],
    ),
];

/// The words of a text, or the first piece that is none of the vocabulary.
pub(super) fn words(text: &str) -> Result<Vec<Word>, String> {
    let pieces = pieces(text)?;
    let mut words = Vec::with_capacity(pieces.len());
    let mut rest = pieces.as_slice();
    while let [first, after_first @ ..] = rest {
        if let Ok(number) = first.parse() {
            words.push(Word::Number(number));
            rest = after_first;
            continue;
        }
        let fitting = PHRASES
            .iter()
            .flat_map(|(meaning, phrases)| phrases.iter().map(move |phrase| (meaning, phrase)))
            .filter_map(|(meaning, phrase)| Some((after(rest, phrase)?, meaning)));
        // The fewer pieces are left, the longer was the phrase.
        let Some((left, meaning)) = fitting.min_by_key(|(left, _)| left.len()) else {
            return Err(first.clone());
        };
        words.extend_from_slice(meaning);
        rest = left;
    }
    Ok(words)
}

/// What is left of `pieces` after `phrase`, if they begin with it.
fn after<'a>(pieces: &'a [String], phrase: &str) -> Option<&'a [String]> {
    if !phrase.starts_with(pieces.first()?.as_str()) {
        return None;
    }
    phrase.split(' ').try_fold(pieces, |pieces, word| match pieces {
        [first, rest @ ..] if first == word => Some(rest),
        _ => None,
    })
}

/// Runs of letters and runs of digits, in lower case without accents; `+` and brackets.
fn pieces(text: &str) -> Result<Vec<String>, String> {
    const DIGITS_MAX: usize = 6;
    let mut pieces: Vec<String> = Vec::new();
    let mut run = Run::None;
    let mut chars = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(char) = chars.next() {
        let (kind, folded) = match char {
            '0'..='9' => (Run::Digits, None),
            '(' | ')' | '+' => (Run::None, None),
            // "-30 days" is not 30 days.
            '-' if chars.peek().is_some_and(char::is_ascii_digit) => return Err(char.to_string()),
            ',' | '.' | ';' | ':' | '\'' | '’' | '-' | '–' => (Run::None, Some("")),
            // Accents that stand after their letter.
            '\u{300}'..='\u{36f}' => continue,
            space if space.is_whitespace() => (Run::None, Some("")),
            letter if letter.is_alphabetic() => (Run::Letters, without_accent(letter)),
            other => return Err(other.to_string()),
        };
        if kind == Run::None || kind != run {
            pieces.push(String::new());
        }
        run = kind;
        if let Some(piece) = pieces.last_mut() {
            match folded {
                Some(folded) => piece.push_str(folded),
                None => piece.push(char),
            }
            if kind == Run::Digits && piece.len() > DIGITS_MAX {
                return Err(piece.clone());
            }
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    Ok(pieces)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    None,
    Letters,
    Digits,
}

fn without_accent(letter: char) -> Option<&'static str> {
    match letter {
        'à' | 'â' | 'ä' => Some("a"),
        'ç' => Some("c"),
        'é' | 'è' | 'ê' | 'ë' => Some("e"),
        'î' | 'ï' => Some("i"),
        'ô' | 'ö' => Some("o"),
        'ù' | 'û' | 'ü' => Some("u"),
        'ß' => Some("ss"),
        'œ' => Some("oe"),
        _ => None,
    }
}
