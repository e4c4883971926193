//! Terms of sale: which versions there are, and which one an invoice is under.
//!
//! The tenant registers its own; a customer may have agreed on others, which then come first for its
//! invoices. An invoice keeps the version it was issued under, whatever is registered later.

use chrono::NaiveDate;
use events::{
    CustomerId, InvoiceId, Reference, date,
    invoicing::{Event, TermsOfSale},
};
use law::Jurisdiction;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Account, Answer, FieldError, Invalid, InvoiceData, Policy, Refusal,
    account::{Named, Recorded},
    refusal::{Again, Subject, nothing},
};

/// Terms of sale, as a producer states them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterTerms {
    /// With whom they were agreed; none: they are the tenant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Their name, unlike that of any other.
    pub version: Reference,
    /// SHA-256 of the document: 64 of 0-9 a-f.
    pub document_hash: Reference,
    /// The first day of issue of invoices that are under it.
    #[serde(with = "date")]
    pub from_date: NaiveDate,
    /// Whether goods stay the tenant's until they are paid.
    #[serde(default)]
    pub reservation_of_title: bool,
    /// Whether everything falls due when one instalment is not paid.
    #[serde(default)]
    pub acceleration: bool,
    /// What a late debt bears, in per cent a year: more than 0, to 1000, with at most 6 decimals.
    #[serde(
        default,
        with = "rust_decimal::serde::str_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub penalty_rate_percent: Option<Decimal>,
    /// Whose law and courts were agreed on: `EU`, or the two letters of a state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Reference>,
    /// Whether they forbid that a receivable is assigned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub excludes_assignment: bool,
}

impl RegisterTerms {
    /// What is wrong about it, whatever is known.
    pub(crate) fn wrong(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, reason: String| {
            errors.push(FieldError { field: field.to_owned(), reason });
        };
        let hash = self.document_hash.as_str();
        let hex = hash.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        if !hex || hash.len() != 64 {
            wrong("document_hash", "is a SHA-256: 64 of 0-9 a-f".to_owned());
        }
        if let Err(error) = date::in_range(self.from_date) {
            wrong("from_date", error.to_string());
        }
        let sound = |rate: Decimal| {
            Decimal::ZERO < rate && rate <= Decimal::ONE_THOUSAND && rate.normalize().scale() <= 6
        };
        if let Some(rate) = self.penalty_rate_percent.filter(|it| !sound(*it)) {
            let why = format!("{rate} is not more than 0, to 1000, with at most 6 decimals");
            wrong("penalty_rate_percent", why);
        }
        let jurisdiction = self.jurisdiction.as_ref().map(|it| it.as_str().parse::<Jurisdiction>());
        if let Some(Err(error)) = jurisdiction {
            wrong("jurisdiction", error.to_string());
        }
        errors
    }
}

impl From<RegisterTerms> for TermsOfSale {
    fn from(it: RegisterTerms) -> Self {
        Self {
            version: it.version,
            document_hash: it.document_hash,
            from: it.from_date,
            reservation_of_title: it.reservation_of_title,
            acceleration: it.acceleration,
            penalty_rate: it.penalty_rate_percent.map(|it| it.normalize()),
            jurisdiction: it.jurisdiction,
            excludes_assignment: it.excludes_assignment,
        }
    }
}

impl Policy {
    /// `account` is the customer's, or the tenant's own.
    pub(crate) fn register_terms(&self, account: &Account, data: RegisterTerms) -> Answer {
        let of_customer = data.customer_id.is_some();
        let stated = TermsOfSale::from(data);
        if let Some(known) = account.terms.get(&stated.version) {
            let again = Again::of(Subject::Terms, stated.version.as_str());
            return again
                .field("document_hash", &known.document_hash, &stated.document_hash)?
                .field("from_date", &known.from, &stated.from)?
                .field(
                    "reservation_of_title",
                    &known.reservation_of_title,
                    &stated.reservation_of_title,
                )?
                .field("acceleration", &known.acceleration, &stated.acceleration)?
                .field("penalty_rate_percent", &known.penalty_rate, &stated.penalty_rate)?
                .field("jurisdiction", &known.jurisdiction, &stated.jurisdiction)?
                .field(
                    "excludes_assignment",
                    &known.excludes_assignment,
                    &stated.excludes_assignment,
                )
                .map(nothing);
        }
        if of_customer && self.sale.contains_key(&stated.version) {
            let why = format!("{} is a version of the tenant's own terms", stated.version);
            return Err(Invalid::of("version", why).into());
        }
        Ok(vec![Event::TermsRegistered(Box::new(stated))])
    }

    /// The version an invoice is issued under: the one it states, which must be known, else the one
    /// in force on its day of issue, if there is one.
    pub(crate) fn version_of(
        &self,
        account: &Account,
        data: &InvoiceData,
    ) -> Result<Option<Reference>, Refusal> {
        match &data.terms_version {
            Some(version) if self.terms_of_sale(account, version).is_some() => {
                Ok(Some(version.clone()))
            }
            Some(version) => {
                Err(Refusal::NotFound { subject: Subject::Terms, id: version.to_string() })
            }
            None => Ok(self.in_force(account, data.issue_date).map(|it| it.version.clone())),
        }
    }

    /// A version, by its name: the customer's, else the tenant's.
    pub fn terms_of_sale<'a>(
        &'a self,
        account: &'a Account,
        version: &Reference,
    ) -> Option<&'a TermsOfSale> {
        account.terms.get(version).map(|it| &**it).or_else(|| self.sale.get(version))
    }

    /// Those in force on a day for who has this account: of the customer's own, else of the
    /// tenant's, the ones that began last; by name where several began on one day.
    pub fn in_force<'a>(&'a self, account: &'a Account, on: NaiveDate) -> Option<&'a TermsOfSale> {
        last_begun(account.terms_of_sale(), on).or_else(|| last_begun(self.sale.values(), on))
    }

    /// What an invoice is under: whether goods stay the tenant's, what it bears when it is late, and
    /// what else was agreed when it was issued. None: nothing was registered then.
    pub fn terms_of(&self, account: &Account, invoice: &InvoiceId) -> Option<TermsOfSale> {
        self.terms_of_sale(account, account.terms_version(invoice)?).cloned()
    }
}

/// The terms that began last by a day; by name where several began together.
pub fn last_begun<'a>(
    all: impl IntoIterator<Item = &'a TermsOfSale>,
    on: NaiveDate,
) -> Option<&'a TermsOfSale> {
    all.into_iter().filter(|it| it.from <= on).max_by_key(|it| (it.from, &it.version))
}

impl Account {
    /// The terms of sale registered for it, by name.
    pub fn terms_of_sale(&self) -> impl Iterator<Item = &TermsOfSale> {
        self.terms.values().map(|it| &**it)
    }

    /// The version that an invoice is under, by its name; none: nothing was registered when it was
    /// issued, or it is not known.
    pub fn terms_version(&self, invoice: &InvoiceId) -> Option<&Reference> {
        self.invoice(invoice)?.document.reference(Named::TermsVersion)
    }

    pub(crate) fn terms_registered(&mut self, it: &TermsOfSale) {
        self.terms.insert(it.version.clone(), Recorded(it.clone()));
    }
}
