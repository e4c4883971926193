mod laws;
mod mappings;
mod real_files;
mod records;
mod rows;
mod values;

use super::{Mapping, Row, RowError, Rows};

/// What a file says by a mapping: a message as `type date customer data`, a refused row as its error.
#[track_caller]
fn read(mapping: &Mapping, file: impl AsRef<[u8]>) -> Vec<Result<String, RowError>> {
    let mut rows = Rows::open(mapping, file.as_ref()).unwrap();
    let mut said = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        match row {
            Row::Messages(messages) => said.extend(messages.map(|it| {
                let data = std::str::from_utf8(it.data).unwrap();
                Ok(format!("{} {} {} {data}", it.ce_type, it.date, it.customer))
            })),
            Row::Refused(error) => said.push(Err(error)),
        }
    }
    said
}

/// A mapping of invoices with these lines before its `[[message]]`, and these in its data.
#[track_caller]
fn mapping(before: &str, data: &str) -> Mapping {
    Mapping::parse(&text(before, data)).unwrap()
}

fn text(before: &str, data: &str) -> String {
    format!(
        "{before}\n\
         [ids]\ncustomer = \"{{customer}}\"\n\
         [dates]\non = {{ column = \"date\", format = \"YYYY-MM-DD\" }}\n\
         [[message]]\ntype = \"said\"\ndate = \"{{on}}\"\n\
         [message.data]\ncustomer_id = \"{{customer}}\"\n{data}"
    )
}

/// The one value of one row of one column, as JSON without the customer, or why there is none.
#[track_caller]
fn one(before: &str, data: &str, value: &str) -> Result<String, String> {
    let mapping = mapping(before, data);
    let value = value.replace('"', "\"\"");
    let file = format!("customer|date|value\nC|2026-01-31|\"{value}\"\n");
    let [said] = read(&mapping, file).try_into().unwrap();
    match said {
        Ok(said) => {
            let (_, json) = said.split_once(" C ").unwrap();
            Ok(json
                .replace("{\"customer_id\":\"C\",", "{")
                .replace("{\"customer_id\":\"C\"}", "{}"))
        }
        Err(error) => Err(error.to_string()),
    }
}
