//! Numbers and codes that identify a company.
use compact_str::CompactString;
pub(crate) fn siren(text: &str) -> Result<CompactString, String> {
    Ok(text.into())
}
pub(crate) fn vat_number(text: &str) -> Result<CompactString, String> {
    Ok(text.into())
}
pub(crate) fn siren_of_vat_number(_: &str) -> Option<&str> {
    None
}
pub(crate) fn language(text: &str) -> Result<CompactString, String> {
    Ok(text.into())
}
pub(crate) fn region(text: &str) -> Result<CompactString, String> {
    Ok(text.into())
}
