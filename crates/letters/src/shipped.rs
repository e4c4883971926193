//! The templates that come with the program: one for each kind in each language.

use crate::{Fault, Kind, Language, Source, Template};

/// What all of them stand at; counted up when any of their words change.
const VERSION: u32 = 1;

/// The shipped template of a kind in a language. A test makes all of them.
pub fn shipped(kind: Kind, language: Language) -> Result<Template, Fault> {
    let file = match (kind, language) {
        (Kind::PreDue, Language::Fr) => include_str!("../templates/fr/pre_due.txt"),
        (Kind::PreDue, Language::En) => include_str!("../templates/en/pre_due.txt"),
        (Kind::PreDue, Language::De) => include_str!("../templates/de/pre_due.txt"),
        (Kind::Reminder, Language::Fr) => include_str!("../templates/fr/reminder.txt"),
        (Kind::Reminder, Language::En) => include_str!("../templates/en/reminder.txt"),
        (Kind::Reminder, Language::De) => include_str!("../templates/de/reminder.txt"),
        (Kind::FirmReminder, Language::Fr) => include_str!("../templates/fr/firm_reminder.txt"),
        (Kind::FirmReminder, Language::En) => include_str!("../templates/en/firm_reminder.txt"),
        (Kind::FirmReminder, Language::De) => include_str!("../templates/de/firm_reminder.txt"),
        (Kind::FinalDemand, Language::Fr) => include_str!("../templates/fr/final_demand.txt"),
        (Kind::FinalDemand, Language::En) => include_str!("../templates/en/final_demand.txt"),
        (Kind::FinalDemand, Language::De) => include_str!("../templates/de/final_demand.txt"),
        (Kind::InterestInvoice, Language::Fr) => {
            include_str!("../templates/fr/interest_invoice.txt")
        }
        (Kind::InterestInvoice, Language::En) => {
            include_str!("../templates/en/interest_invoice.txt")
        }
        (Kind::InterestInvoice, Language::De) => {
            include_str!("../templates/de/interest_invoice.txt")
        }
        (Kind::PlanConfirmation, Language::Fr) => {
            include_str!("../templates/fr/plan_confirmation.txt")
        }
        (Kind::PlanConfirmation, Language::En) => {
            include_str!("../templates/en/plan_confirmation.txt")
        }
        (Kind::PlanConfirmation, Language::De) => {
            include_str!("../templates/de/plan_confirmation.txt")
        }
        (Kind::CallSheet, Language::Fr) => include_str!("../templates/fr/call_sheet.txt"),
        (Kind::CallSheet, Language::En) => include_str!("../templates/en/call_sheet.txt"),
        (Kind::CallSheet, Language::De) => include_str!("../templates/de/call_sheet.txt"),
    };
    // The first line is the subject; the body follows a blank one.
    let (subject, text) = file.split_once("\n\n").unwrap_or((file, ""));
    Template::try_new(Source {
        name: format!("vigie.{kind}.{language}"),
        kind,
        language,
        version: VERSION,
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: None,
    })
}
