//! Numbers and codes that identify a company: read as people write them, checked, and written the
//! one way in which they stand in the journal.

mod check_digits;
mod vat;

use compact_str::CompactString;

pub(crate) use vat::{siren_of_vat_number, vat_number};

/// A French company number: nine digits of which the last is a check digit (Luhn). Spaces, dots and
/// dashes between the digits are taken out.
///
/// Source: INSEE, système national d'identification (SIRENE).
pub(crate) fn siren(text: &str) -> Result<CompactString, String> {
    let number = bare(text)?;
    if number.len() != 9 || !number.bytes().all(|it| it.is_ascii_digit()) {
        return Err(format!("a SIREN has nine digits, {number} has not"));
    }
    if !check_digits::luhn(&number) {
        return Err(format!("{number} is no SIREN: its check digit is wrong"));
    }
    Ok(number)
}

/// A language by its tag (BCP 47: language, script, region, variants), in the customary case:
/// `fr`, `de-AT`, `sr-Latn-RS`, `de-CH-1996`.
pub(crate) fn language(text: &str) -> Result<CompactString, String> {
    let letters = |part: &str| part.bytes().all(|it| it.is_ascii_alphabetic());
    let digits = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
    let is_variant = |part: &str| match part.len() {
        4 => part.starts_with(|it: char| it.is_ascii_digit()),
        length => (5..=8).contains(&length),
    };
    let mut parts = text.split('-').peekable();
    let language = parts.next_if(|it| matches!(it.len(), 2 | 3) && letters(it));
    let script = parts.next_if(|it| it.len() == 4 && letters(it));
    let region = parts.next_if(|it| it.len() == 2 && letters(it) || it.len() == 3 && digits(it));
    let variants: Vec<&str> = parts.collect();

    let all_good =
        variants.iter().all(|it| is_variant(it) && it.bytes().all(|it| it.is_ascii_alphanumeric()));
    let Some(language) = language.filter(|_| all_good && variants.len() <= 2) else {
        return Err("a language is a BCP 47 tag such as fr, de-AT or sr-Latn-RS".to_owned());
    };
    let mut tag = CompactString::from(language.to_ascii_lowercase());
    if let Some((initial, rest)) = script.and_then(|it| it.split_at_checked(1)) {
        tag.push('-');
        tag.push_str(&initial.to_ascii_uppercase());
        tag.push_str(&rest.to_ascii_lowercase());
    }
    if let Some(region) = region {
        tag.push('-');
        tag.push_str(&region.to_ascii_uppercase());
    }
    for variant in variants {
        tag.push('-');
        tag.push_str(&variant.to_ascii_lowercase());
    }
    Ok(tag)
}

/// A country by its two letters (ISO 3166-1 alpha-2), in capitals.
pub(crate) fn region(text: &str) -> Result<CompactString, String> {
    if text.len() == 2 && text.bytes().all(|it| it.is_ascii_alphabetic()) {
        return Ok(text.to_ascii_uppercase().into());
    }
    Err("a region is an ISO 3166-1 code of two letters, such as FR".to_owned())
}

/// A number without what people put between its digits, letters in capitals.
fn bare(text: &str) -> Result<CompactString, String> {
    let number: CompactString = text
        .chars()
        .filter(|it| !it.is_whitespace() && !matches!(it, '.' | '-' | '/'))
        .map(|it| it.to_ascii_uppercase())
        .collect();
    if number.is_empty() || number.len() > 32 || !number.bytes().all(|it| it.is_ascii_graphic()) {
        return Err(
            "a company number has letters and digits, spaces, dots and dashes only".to_owned()
        );
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_number_is_checked_by_its_last_digit() {
        // Électricité de France; La Poste.
        assert_eq!(siren("552 081 317").unwrap(), "552081317");
        assert_eq!(siren("356.000.000").unwrap(), "356000000");
        assert!(siren("552081318").unwrap_err().contains("check digit"));
        assert!(siren("55208131").is_err());
        assert!(siren("55208131X").is_err());
        assert!(siren("").is_err());
    }

    #[test]
    fn codes_have_a_form() {
        for (given, written) in [
            ("fr", "fr"),
            ("DE-at", "de-AT"),
            ("sr-latn-rs", "sr-Latn-RS"),
            ("es-419", "es-419"),
            ("de-CH-1996", "de-CH-1996"),
        ] {
            assert_eq!(language(given).unwrap(), written);
        }
        for broken in ["", "f", "french", "fr_FR", "fr-", "fr-F", "12", "fr-FR-FR"] {
            assert!(language(broken).is_err(), "{broken}");
        }
        assert_eq!(region("fr").unwrap(), "FR");
        for broken in ["", "F", "FRA", "F1", "Fé"] {
            assert!(region(broken).is_err(), "{broken}");
        }
    }
}
