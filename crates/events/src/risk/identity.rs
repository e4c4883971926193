use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{IdentityCheckId, Reference, date};

/// What a look at who the customer is has found: that a register still knows it, that its bank
/// account, its domain, its address and its name are what they were said to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCheck {
    /// The tenant's id for it.
    pub check: IdentityCheckId,
    /// The day it was looked at; the last one of a source takes the place of those before.
    #[serde(with = "date")]
    pub checked_on: NaiveDate,
    /// Where it was looked up, such as `SIRENE`.
    pub source: Reference,
    /// What is doubtful; nothing: nothing is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// Something doubtful about who a customer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What it is.
    pub finding: Doubt,
    /// What there is to say of it. Nothing personal: no name, no account, no address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reference>,
}

/// What is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The register says that it has ceased.
    RegistrationInactive,
    /// The register does not know it.
    RegistrationUnknown,
    /// It gave another bank account than before.
    BankAccountChanged,
    /// The domain it writes from is young.
    DomainYoung,
    /// Its address is not that of the register.
    AddressMismatch,
    /// Its name is not that of the register, or of the bank account.
    NameMismatch,
}

impl Doubt {
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::RegistrationInactive,
        Self::RegistrationUnknown,
        Self::BankAccountChanged,
        Self::DomainYoung,
        Self::AddressMismatch,
        Self::NameMismatch,
    ];

    /// Its word in files and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegistrationInactive => "registration_inactive",
            Self::RegistrationUnknown => "registration_unknown",
            Self::BankAccountChanged => "bank_account_changed",
            Self::DomainYoung => "domain_young",
            Self::AddressMismatch => "address_mismatch",
            Self::NameMismatch => "name_mismatch",
        }
    }
}
