//! Papers of an insolvency, in French: the declaration of a claim, and the statement of what is not
//! paid. They are made from what is known and kept nowhere.

mod claim;
mod unpaid;

use invoicing::Contact;
use letters::Sender;

pub(crate) use claim::claim;
pub(crate) use unpaid::unpaid;

/// Who owes, and who is owed. Names are beside the journal and come with the question.
#[derive(Debug)]
pub(crate) struct Parties {
    /// Who is owed.
    pub(crate) creditor: Sender,
    /// Who owes: its name, or the tenant's id for it where nobody knows one.
    pub(crate) name: String,
    /// Its address; empty where nobody knows one.
    pub(crate) address: Vec<String>,
    /// Its company number.
    pub(crate) siren: Option<String>,
}

/// Titles of columns, each with whether it holds figures.
fn titles(columns: &[(&str, bool)]) -> Vec<(String, bool)> {
    columns.iter().map(|(title, figures)| ((*title).to_owned(), *figures)).collect()
}

/// What a person is to fill in.
const TO_FILL_IN: &str = "…………………………………………";

impl Parties {
    /// Of a customer, with what is known of it beside the journal.
    pub(crate) fn new(
        creditor: Sender,
        id: &str,
        contact: Option<Contact>,
        siren: Option<String>,
    ) -> Self {
        let contact = contact.unwrap_or_default();
        let name = contact.name.unwrap_or_else(|| id.to_owned());
        Self { creditor, name, address: contact.address_lines, siren }
    }

    /// Its name, and its number where it is known.
    fn named(&self) -> String {
        match &self.siren {
            Some(siren) => format!("{} (SIREN {siren})", self.name),
            None => self.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
