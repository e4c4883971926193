//! Words of the contract, as a person writes them.

/// Readers of such words, for the command line: what is not one is said with what it should have been.
macro_rules! words {
    ($($function:ident $of:ty: $prefix:literal, $what:literal;)+) => {
        $(fn $function(text: &str) -> Result<$of, String> {
            let name = format!("{}_{}", $prefix, text.to_ascii_uppercase().replace('-', "_"));
            <$of>::from_str_name(&name)
                .filter(|it| *it != <$of>::Unspecified)
                .ok_or_else(|| format!(concat!("`{}` is no ", $what), text))
        })+
    };
}
pub(super) use words;
