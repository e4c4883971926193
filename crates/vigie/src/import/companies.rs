//! Which customers are which company.

use std::{collections::BTreeMap, fs::File, path::PathBuf, str::FromStr};

use events::CustomerId;

/// A file that says which company is which customer: `siren=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerBy {
    /// Comma-separated values with the columns `siren` and `customer_id`.
    pub file: PathBuf,
}

impl FromStr for CustomerBy {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some(("siren", file)) if !file.is_empty() => Ok(Self { file: file.into() }),
            Some(_) | None => Err("write siren=FILE, a table of the columns siren and customer_id"),
        }
    }
}

/// Customers by the number of their company; one company may be several of them.
#[derive(Debug, Default)]
pub(super) struct Companies(BTreeMap<String, Vec<CustomerId>>);

impl Companies {
    /// Reads the file.
    pub(super) fn read(by: &CustomerBy) -> Result<Self, String> {
        let file = File::open(&by.file).map_err(|error| error.to_string())?;
        let mut table = csv::Reader::from_reader(file);
        let headers = table.headers().map_err(|error| error.to_string())?.clone();
        let column = |name: &str| {
            let place = headers.iter().position(|it| it.trim_start_matches('\u{feff}') == name);
            place.ok_or_else(|| format!("there is no column `{name}`"))
        };
        let (siren, customer) = (column("siren")?, column("customer_id")?);
        let mut companies = BTreeMap::<_, Vec<_>>::new();
        for record in table.records() {
            let record = record.map_err(|error| error.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |place: usize| record.get(place).unwrap_or_default().trim();
            let digits: String = cell(siren).split_whitespace().collect();
            if digits.len() != 9 || !digits.bytes().all(|it| it.is_ascii_digit()) {
                return Err(format!("line {line}: `{}` is not nine digits", cell(siren)));
            }
            let id = cell(customer).parse::<CustomerId>();
            let id = id.map_err(|error| format!("line {line}: customer_id: {error}"))?;
            companies.entry(digits).or_default().push(id);
        }
        Ok(Self(companies))
    }

    /// Whose number it is.
    pub(super) fn customers(&self, siren: &str) -> &[CustomerId] {
        self.0.get(siren).map(Vec::as_slice).unwrap_or_default()
    }
}
