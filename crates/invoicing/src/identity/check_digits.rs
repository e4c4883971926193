//! The check digits of VAT numbers, country by country. The texts have the form of their country
//! already: see the table in `vat.rs`.

/// Whether the digits end in their check digit by the rule of Luhn (ISO/IEC 7812-1).
pub(super) fn luhn(number: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits(number)
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { digit } else { doubled(digit) })
        .sum();
    sum.is_multiple_of(10)
}

/// Austria: as Luhn over the first seven digits, but the sum with 4 and the check digit is a
/// multiple of ten. Source: Bundesministerium für Finanzen, UID-Konstruktionsregeln.
pub(super) fn at(number: &str) -> bool {
    let number = number.trim_start_matches('U');
    let sum: u32 = digits(number)
        .enumerate()
        .map(|(place, digit)| match place {
            1 | 3 | 5 if digit > 4 => digit * 2 - 9,
            1 | 3 | 5 => digit * 2,
            _ => digit,
        })
        .sum();
    (sum + 4).is_multiple_of(10)
}

/// Belgium: the last two digits are 97 less the rest of the first eight by 97.
pub(super) fn be(number: &str) -> bool {
    let (head, tail) = number.split_at(8);
    value(head) % 97 + value(tail) == 97
}

/// Switzerland: a weighted sum by 11. Source: eCH-0097, Unternehmens-Identifikationsnummer.
pub(super) fn ch(number: &str) -> bool {
    let sum = weighted(number, &[5, 4, 3, 2, 7, 6, 5, 4, 1]);
    sum.is_multiple_of(11)
}

/// Germany: ISO/IEC 7064, MOD 11,10.
pub(super) fn de(number: &str) -> bool {
    iso_7064_mod_11_10(number)
}

/// Spain: a letter from a table for persons (DNI, NIE); for other bodies (CIF) a check digit, or
/// the letter that stands for it. Source: Real Decreto 1065/2007, Orden EHA/451/2008.
pub(super) fn es(number: &str) -> bool {
    const PERSONS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    const BODIES: &[u8] = b"JABCDEFGHI";
    let Some((first, rest)) = number.split_at_checked(1) else { return false };
    let (middle, last) = rest.split_at(7);
    if !middle.bytes().all(|it| it.is_ascii_digit()) {
        return false;
    }
    let last = last.bytes().next().unwrap_or_default();
    let is_of = |number: u64, letters: &[u8]| {
        let place = usize::try_from(number).unwrap_or_default();
        letters.get(place) == Some(&last)
    };
    match first {
        // Spaniards without an identity card, and foreigners before there were numbers for them.
        "K" | "L" | "M" => is_of(value(middle) % 23, PERSONS),
        "X" | "Y" | "Z" => {
            let head = first.bytes().next().map_or(0, |it| u64::from(it - b'X'));
            is_of((head * 10_000_000 + value(middle)) % 23, PERSONS)
        }
        digit if digit.bytes().all(|it| it.is_ascii_digit()) => {
            is_of((value(digit) * 10_000_000 + value(middle)) % 23, PERSONS)
        }
        "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "J" | "N" | "P" | "Q" | "R" | "S" | "U"
        | "V" | "W" => {
            let sum: u32 = digits(middle)
                .enumerate()
                .map(|(place, digit)| match (place % 2, digit) {
                    (0, 5..) => digit * 2 - 9,
                    (0, _) => digit * 2,
                    (_, _) => digit,
                })
                .sum();
            let check = u64::from((10 - sum % 10) % 10);
            value_of(last) == Some(check) || is_of(check, BODIES)
        }
        _ => false,
    }
}

/// France: two digits from the SIREN, or two characters by the rule for when those are used up; and
/// the SIREN's own check digit, but in Monaco, whose numbers begin with 000 instead of one.
/// Source: Code général des impôts, annexe II; the second rule as published by the Commission.
pub(super) fn fr(number: &str) -> bool {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let (key, siren) = number.split_at(2);
    if !siren.starts_with("000") && !luhn(siren) {
        return false;
    }
    if key.bytes().all(|it| it.is_ascii_digit()) {
        return value(key) == (value(siren) * 3 + 12) % 97;
    }
    let mut places = key.bytes().map(|byte| {
        let place = LETTERS.iter().position(|it| *it == byte)?;
        u64::try_from(place).ok()
    });
    let (Some(Some(first)), Some(Some(second))) = (places.next(), places.next()) else {
        return false;
    };
    let check = if first < 10 { first * 24 + second - 10 } else { first * 34 + second - 100 };
    (value(siren) + 1 + check / 11) % 11 == check % 11
}

/// Italy: Luhn; the three digits before the last are those of a tax office. Source: DPR 633/1972,
/// decreto ministeriale 23 December 1976.
pub(super) fn it(number: &str) -> bool {
    let office = number.get(7..10).map_or(0, value);
    luhn(number) && matches!(office, 1..=100 | 120 | 121 | 888 | 999)
}

/// Luxembourg: the last two digits are the rest of the first six by 89.
pub(super) fn lu(number: &str) -> bool {
    let (head, tail) = number.split_at(6);
    value(head) % 89 == value(tail)
}

/// The Netherlands: the citizen or company number is a weighted sum by 11; the numbers that sole
/// traders have had since 2020 are ISO/IEC 7064, MOD 97-10 with the prefix instead.
pub(super) fn nl(number: &str) -> bool {
    let (head, _) = number.split_at(9);
    // The weight of the last digit is −1, which is 10.
    let company = weighted(head, &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11);
    company || iso_7064_mod_97_10(&format!("NL{number}"))
}

/// Norway: a weighted sum by 11. Source: Brønnøysundregistrene, organisasjonsnummeret.
pub(super) fn no(number: &str) -> bool {
    weighted(number, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

fn iso_7064_mod_11_10(number: &str) -> bool {
    let mut product = 10;
    let mut all: Vec<u32> = digits(number).collect();
    let Some(check) = all.pop() else { return false };
    for digit in all {
        let sum = match (digit + product) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    (product + check) % 10 == 1
}

fn iso_7064_mod_97_10(text: &str) -> bool {
    let rest = text.chars().filter_map(|it| it.to_digit(36)).fold(0, |rest, value| {
        let rest = if value < 10 { rest * 10 } else { rest * 100 };
        (rest + value) % 97
    });
    rest == 1
}

/// The digits, each times the weight of its place; what has no weight does not count.
fn weighted(number: &str, weights: &[u32]) -> u32 {
    digits(number).zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn digits(number: &str) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
    let all: Vec<u32> = number.chars().filter_map(|it| it.to_digit(10)).collect();
    all.into_iter()
}

fn value(number: &str) -> u64 {
    digits(number).fold(0, |value, digit| value * 10 + u64::from(digit))
}

fn value_of(byte: u8) -> Option<u64> {
    char::from(byte).to_digit(10).map(u64::from)
}
