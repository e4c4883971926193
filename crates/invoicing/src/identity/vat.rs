//! VAT identification numbers: the form of every country of the Union, of Great Britain, Northern
//! Ireland, Switzerland and Norway, and the check digits of those whose rule is public.
//!
//! Sources of the forms: European Commission, "VAT identification numbers" (VIES, FAQ Q11); HMRC;
//! Swiss UID register; Brønnøysund register. A number of the right form may still belong to nobody:
//! only the tax authority knows.

use compact_str::CompactString;

use super::{bare, check_digits as digits};

/// What numbers of a country look like behind its prefix, and what else holds of them. In a form `9`
/// is a digit, `A` a letter, `X` either; any other character is itself.
struct Country {
    prefix: &'static str,
    forms: &'static [&'static str],
    check: fn(&str) -> bool,
}

const fn country(
    prefix: &'static str,
    forms: &'static [&'static str],
    check: fn(&str) -> bool,
) -> Country {
    Country { prefix, forms, check }
}

/// No public rule, or none that holds of every number.
fn unchecked(_: &str) -> bool {
    true
}

const COUNTRIES: &[Country] = &[
    country("AT", &["U99999999"], digits::at),
    country("BE", &["0999999999", "1999999999"], digits::be),
    country("BG", &["999999999", "9999999999"], unchecked),
    country("CHE", &["999999999", "999999999MWST", "999999999TVA", "999999999IVA"], digits::ch),
    country("CY", &["99999999A"], unchecked),
    country("CZ", &["99999999", "999999999", "9999999999"], unchecked),
    country("DE", &["999999999"], digits::de),
    country("DK", &["99999999"], unchecked),
    country("EE", &["999999999"], unchecked),
    country("EL", &["999999999"], unchecked),
    country("ES", &["X9999999X"], digits::es),
    country("FI", &["99999999"], unchecked),
    country("FR", &["XX999999999"], digits::fr),
    country("GB", &["999999999", "999999999999", "GD999", "HA999"], unchecked),
    country("HR", &["99999999999"], unchecked),
    country("HU", &["99999999"], unchecked),
    country("IE", &["9999999A", "9999999AA", "9X99999A"], unchecked),
    country("IT", &["99999999999"], digits::it),
    country("LT", &["999999999", "999999999999"], unchecked),
    country("LU", &["99999999"], digits::lu),
    country("LV", &["99999999999"], unchecked),
    country("MT", &["99999999"], unchecked),
    country("NL", &["999999999B99"], digits::nl),
    country("NO", &["999999999", "999999999MVA"], digits::no),
    country("PL", &["9999999999"], unchecked),
    country("PT", &["999999999"], unchecked),
    country(
        "RO",
        &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"],
        unchecked,
    ),
    country("SE", &["999999999999"], unchecked),
    country("SI", &["99999999"], unchecked),
    country("SK", &["9999999999"], unchecked),
    country("XI", &["999999999", "999999999999", "GD999", "HA999"], unchecked),
];

/// A VAT number with its country prefix; what people put between the digits is taken out. `GR` is
/// written `EL`, and a Belgian number of nine digits gets the zero that now precedes it.
pub(crate) fn vat_number(text: &str) -> Result<CompactString, String> {
    let mut number = bare(text)?;
    if let Some(rest) = number.strip_prefix("GR") {
        number = format!("EL{rest}").into();
    }
    if let Some(rest) = number.strip_prefix("BE").filter(|it| it.len() == 9) {
        number = format!("BE0{rest}").into();
    }
    let known = COUNTRIES.iter().find_map(|it| Some((it, number.strip_prefix(it.prefix)?)));
    let Some((country, rest)) = known else {
        return Err(format!("{number} does not begin with the prefix of a country that is known"));
    };
    if !country.forms.iter().any(|form| has_form(rest, form)) {
        let forms = country.forms.join(" or ");
        return Err(format!(
            "{number} has not the form of {}: {forms}, where 9 is a digit, A a letter, X either",
            country.prefix
        ));
    }
    if !(country.check)(rest) {
        return Err(format!("{number} is no VAT number: its check digits are wrong"));
    }
    Ok(number)
}

/// The French company behind a French VAT number.
pub(crate) fn siren_of_vat_number(number: &str) -> Option<&str> {
    let rest = number.strip_prefix("FR")?;
    // Of Monaco, whose numbers begin with three zeros, there is none.
    rest.get(2..).filter(|it| !it.starts_with("000"))
}

fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'X' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            other => byte == other,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vat_number_is_read_as_people_write_it() {
        for (given, written) in [
            // Examples in circulation, each right by its country's own rule.
            ("Fr 40 303 265 045", "FR40303265045"),
            ("FR 83, 404 833 048", ""),
            ("FR 83 404 833 048", "FR83404833048"),
            ("FR K7 399 859 412", "FRK7399859412"),
            ("FR 4Z 123 456 782", "FR4Z123456782"),
            ("BE 0403.170.701", "BE0403170701"),
            ("BE 428759497", "BE0428759497"),
            ("DE 136 695 976", "DE136695976"),
            ("IT 00743110157", "IT00743110157"),
            ("NL4495445B01", ""),
            ("NL 004495445B01", "NL004495445B01"),
            ("NL 002455799B11", "NL002455799B11"),
            ("ES J99216582", "ESJ99216582"),
            ("ES 54362315K", "ES54362315K"),
            ("ES X2482300W", "ESX2482300W"),
            ("LU 150 274 42", "LU15027442"),
            ("AT U13585627", "ATU13585627"),
            ("CHE-107.787.577 IVA", "CHE107787577IVA"),
            ("NO 995 525 828 MVA", "NO995525828MVA"),
            ("GR 094259216", "EL094259216"),
            ("GB 980 7806 84", "GB980780684"),
            ("IE 6433435F", "IE6433435F"),
            ("PL 8567346215", "PL8567346215"),
        ] {
            let read = vat_number(given);
            if written.is_empty() {
                assert!(read.is_err(), "{given}: {read:?}");
            } else {
                assert_eq!(read.as_deref(), Ok(written), "{given}");
            }
        }
    }

    #[test]
    fn a_wrong_digit_is_noticed() {
        for broken in [
            "FR41303265045",
            "FRK8399859412",
            "FR84404833048",
            "BE0428759498",
            "DE136695977",
            "IT00743110158",
            "NL004495446B01",
            "ESJ99216583",
            "ES54362315A",
            "ESX2482300A",
            "LU15027443",
            "ATU13585628",
            "CHE107787578",
            "NO995525829",
        ] {
            assert!(vat_number(broken).is_err_and(|it| it.contains("check digits")), "{broken}");
        }
        for broken in ["", "FR", "FR123", "US123456789", "DE12345678", "DE1234567890", "552081317"]
        {
            assert!(vat_number(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_french_number_names_its_company() {
        assert_eq!(siren_of_vat_number("FR83404833048"), Some("404833048"));
        assert_eq!(siren_of_vat_number("DE136695976"), None);
        assert_eq!(siren_of_vat_number("FR53000054296"), None, "Monaco");
    }
}
