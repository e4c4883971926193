//! A customer comes to be known, and what is known of it changes.

use compact_str::CompactString;
use events::{
    CustomerId, Reference,
    invoicing::{Customer, Event},
};
use law::Terms;
use money::Currency;
use serde::{Deserialize, Serialize};

use crate::{
    Account, CustomerData, FieldError, Invalid, Refusal,
    account::{Impossible, Taken},
    identity,
    refusal::{Again, Subject, nothing},
};

/// What is known of a customer, and how it was registered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) now: Particulars,
    /// As registered, if an amendment changed it.
    registered_as: Option<Particulars>,
    /// Whether a registration has arrived; an amendment may come before it.
    registered: bool,
}

/// [`Customer`] as it stands in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Particulars {
    pub(crate) outside_ids: Vec<(CompactString, Reference)>,
    pub(crate) parent: Option<CustomerId>,
    pub(crate) siren: Option<CompactString>,
    pub(crate) vat_number: Option<CompactString>,
    pub(crate) terms: Option<Reference>,
    pub(crate) currency: Option<Currency>,
    pub(crate) language: Option<CompactString>,
    pub(crate) region: Option<CompactString>,
    pub(crate) segment: Option<Reference>,
}

impl From<&Customer> for Particulars {
    fn from(it: &Customer) -> Self {
        Self {
            outside_ids: it
                .outside_ids
                .iter()
                .map(|(system, id)| (system.clone(), id.clone()))
                .collect(),
            parent: it.parent.clone(),
            siren: it.siren.clone(),
            vat_number: it.vat_number.clone(),
            terms: it.terms.clone(),
            currency: it.currency,
            language: it.language.clone(),
            region: it.region.clone(),
            segment: it.segment.clone(),
        }
    }
}

impl CustomerData {
    /// The customer as the journal knows it: numbers checked and without spaces, terms in the
    /// spelling of `law`. Or every field that cannot be.
    pub(crate) fn read(&self) -> Result<Customer, Invalid> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, reason: String| {
            errors.push(FieldError { field: field.to_owned(), reason });
        };
        let mut read =
            |field: &str, text: &Option<String>, by: fn(&str) -> Result<CompactString, String>| {
                by(text.as_deref()?).map_err(|reason| wrong(field, reason)).ok()
            };
        let siren = read("siren", &self.siren, identity::siren);
        let vat_number = read("vat_number", &self.vat_number, identity::vat_number);
        let language = read("language_code", &self.language_code, identity::language);
        let region = read("region_code", &self.region_code, identity::region);

        if let (Some(siren), Some(vat_number)) = (&siren, &vat_number)
            && let Some(of_vat) = identity::siren_of_vat_number(vat_number)
            && of_vat != siren
        {
            wrong("vat_number", format!("{vat_number} is of company {of_vat}, not of {siren}"));
        }
        let terms = self.payment_terms.as_deref().and_then(|text| {
            canonical_terms(text).map_err(|reason| wrong("payment_terms", reason)).ok()
        });
        if self.parent_id.as_ref() == Some(&self.customer_id) {
            wrong(
                "parent_id",
                "a customer is not the head of its own group; leave it out".to_owned(),
            );
        }
        if self.outside_ids.len() > 16 {
            wrong("outside_ids", format!("{} are more than 16", self.outside_ids.len()));
        }
        for system in self.outside_ids.keys() {
            if system.is_empty() || system.len() > 64 || system.chars().any(char::is_control) {
                wrong(
                    "outside_ids",
                    "a system has 1 to 64 bytes, no control characters".to_owned(),
                );
            }
        }
        if !errors.is_empty() {
            return Err(Invalid(errors));
        }
        Ok(Customer {
            outside_ids: self
                .outside_ids
                .iter()
                .map(|(system, id)| (system.into(), id.clone()))
                .collect(),
            parent: self.parent_id.clone(),
            siren,
            vat_number,
            terms,
            currency: self.currency_code,
            language,
            region,
            segment: self.segment.clone(),
        })
    }
}

/// Payment terms in the one spelling that stands in the journal.
pub(crate) fn canonical_terms(text: &str) -> Result<Reference, String> {
    let terms: Terms = text.parse().map_err(|error: law::terms::TermsError| error.to_string())?;
    terms.to_string().parse().map_err(|error: events::ReferenceError| error.to_string())
}

impl Account {
    pub(crate) fn register(&self, data: &CustomerData) -> Result<Vec<Event>, Refusal> {
        let stated = data.read()?;
        let Some(known) = self.customer.as_deref().filter(|it| it.registered) else {
            return Ok(vec![Event::CustomerRegistered(Box::new(stated))]);
        };
        let stated = Particulars::from(&stated);
        if let Some(before) = &known.registered_as
            && stated.repeats(before, data).is_ok()
        {
            return Ok(Vec::new());
        }
        stated.repeats(&known.now, data).map(nothing)
    }

    /// The whole of what is to be known: what is left out is no longer known.
    pub(crate) fn amend(&self, data: &CustomerData) -> Result<Vec<Event>, Refusal> {
        let stated = data.read()?;
        match &self.customer {
            Some(known) if known.now == Particulars::from(&stated) => Ok(Vec::new()),
            Some(_) | None => Ok(vec![Event::CustomerAmended(Box::new(stated))]),
        }
    }

    pub(crate) fn customer_registered(&mut self, customer: &Customer) -> Taken {
        let stated = Particulars::from(customer);
        match &mut self.customer {
            None => {
                let known = Known { now: stated, registered_as: None, registered: true };
                self.customer = Some(Box::new(known));
            }
            // Amended before it was registered: this is how it began.
            Some(known) if !known.registered => {
                known.registered = true;
                known.registered_as = Some(stated);
            }
            Some(_) => return Err(Impossible::because("the customer was registered twice")),
        }
        Ok(())
    }

    pub(crate) fn customer_amended(&mut self, customer: &Customer) {
        let now = Particulars::from(customer);
        match &mut self.customer {
            None => {
                let known = Known { now, registered_as: None, registered: false };
                self.customer = Some(Box::new(known));
            }
            Some(known) => {
                let before = std::mem::replace(&mut known.now, now);
                if known.registered && known.registered_as.is_none() {
                    known.registered_as = Some(before);
                }
            }
        }
    }
}

impl Particulars {
    /// Whether what is stated again contradicts what was recorded.
    fn repeats<'a>(&self, recorded: &Self, data: &'a CustomerData) -> Result<Again<'a>, Refusal> {
        let again = Again::of(Subject::Customer, data.customer_id.as_str());
        let stated_ids = Some(&self.outside_ids).filter(|it| !it.is_empty());
        again
            .if_stated("outside_ids", Some(&recorded.outside_ids), stated_ids)?
            .if_stated("parent_id", recorded.parent.as_ref(), self.parent.as_ref())?
            .if_stated("siren", recorded.siren.as_ref(), self.siren.as_ref())?
            .if_stated("vat_number", recorded.vat_number.as_ref(), self.vat_number.as_ref())?
            .if_stated("payment_terms", recorded.terms.as_ref(), self.terms.as_ref())?
            .if_stated("currency_code", recorded.currency.as_ref(), self.currency.as_ref())?
            .if_stated("language_code", recorded.language.as_ref(), self.language.as_ref())?
            .if_stated("region_code", recorded.region.as_ref(), self.region.as_ref())?
            .if_stated("segment", recorded.segment.as_ref(), self.segment.as_ref())
    }
}
