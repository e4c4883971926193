//! Names of things. An id is short, printable and safe in subjects, keys and file names; whatever
//! else an outside system calls something is escaped: `FA 2026.7` is written `FA=202026=2E7`.

use std::{borrow::Borrow, fmt, str::FromStr};

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, de};

/// The longest an id may be, in bytes, escapes included.
const ID_BYTES_MAX: usize = 64;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing there.
    #[error("an id may not be empty")]
    Empty,
    /// Longer than [`ID_BYTES_MAX`].
    #[error("an id has at most {ID_BYTES_MAX} bytes, this one has {0}")]
    TooLong(usize),
    /// A byte outside `A–Z a–z 0–9 _ -`, not written as an escape.
    #[error(
        "byte {at} of the id is {byte:#04x}; allowed are A-Z a-z 0-9 _ - and any other byte \
         written as = and two upper-case hexadecimal digits, so here ={byte:02X}"
    )]
    Byte {
        /// Its position, from 0.
        at: usize,
        /// What stands there.
        byte: u8,
    },
}

const fn plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn check(text: &str) -> Result<(), IdError> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Err(IdError::Empty);
    }
    if bytes.len() > ID_BYTES_MAX {
        return Err(IdError::TooLong(bytes.len()));
    }
    let mut rest = bytes.iter().enumerate();
    while let Some((at, &byte)) = rest.next() {
        if plain(byte) {
            continue;
        }
        let hex = |it: Option<(usize, &u8)>| {
            it.is_some_and(|(_, it)| matches!(it, b'0'..=b'9' | b'A'..=b'F'))
        };
        if byte != b'=' || !hex(rest.next()) || !hex(rest.next()) {
            return Err(IdError::Byte { at, byte });
        }
    }
    Ok(())
}

/// Writes an outside id so that it can be one of ours: every byte that may not stand is escaped.
fn escape(outside: &str) -> String {
    let mut id = String::with_capacity(outside.len());
    for byte in outside.bytes() {
        if plain(byte) {
            id.push(char::from(byte));
        } else {
            id.push('=');
            id.extend([byte >> 4, byte & 0xf].into_iter().map(hex_digit));
        }
    }
    id
}

fn hex_digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or_default().to_ascii_uppercase()
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $error:ty, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(CompactString);

        impl $name {
            /// Checks the text and takes it.
            pub fn new(text: &str) -> Result<Self, $error> {
                $check(text)?;
                Ok(Self(CompactString::new(text)))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::new(text)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        $name::new(text).map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $(text_type!($(#[$doc])* $name, IdError, check);

        impl $name {
            /// An outside id, escaped where it must be.
            pub fn from_outside(outside: &str) -> Result<Self, IdError> {
                Self::new(&escape(outside))
            }
        })+
    };
}

ids! {
    /// Who owes.
    CustomerId
    /// A receivable, by its number.
    InvoiceId
    /// Money that came in.
    PaymentId
    /// A reduction of what is owed.
    CreditNoteId
    /// A contest of a part of an invoice.
    DisputeId
    /// A customer's word to pay.
    PromiseId
    /// A payment plan.
    PlanId
    /// A claim given up.
    WriteOffId
    /// Money that went back.
    RefundId
    /// An agreement by which receivables are assigned to a factor or a bank.
    FacilityId
    /// A receivable that is assigned, or offered.
    AssignmentId
    /// How much may be at stake with a customer.
    LimitId
    /// What is got if a customer does not pay.
    GuaranteeId
    /// What an agency thinks of a customer.
    RatingId
    /// A customer's annual accounts.
    StatementId
    /// How another supplier is paid.
    TradeReferenceId
    /// What a person adds to a score.
    OpinionId
    /// What was published about a customer.
    NoticeId
    /// A look at who a customer is.
    IdentityCheckId
    /// Something that was delivered.
    DeliveryId
    /// What a credit insurer answers for.
    CoverId
    /// What takes the risk of a currency, or of a market, off the tenant.
    HedgeId
    /// One use of a hedge.
    HedgeUseId
    /// A condition that a person should look at.
    AlertId
    /// A message that asks a customer to pay.
    ReminderId
    /// A reason for which a customer is not reminded.
    HoldId
    /// Somebody spoke or wrote to a customer.
    ContactId
    /// Receivables that are collected together.
    CaseId
    /// Something that was done, and moves rights.
    ActId
    /// A case that is given to somebody who collects it.
    PlacementId
    /// Money that a collector passes on.
    RemittanceId
    /// What a credit insurer is asked to pay.
    InsuranceClaimId
    /// A right that lapses, by its kind and what it is about.
    RightId
    /// A person or a system, under a pseudonym: never a name, never an e-mail address.
    ActorId
}

fn check_tenant(text: &str) -> Result<(), TenantIdError> {
    let fits = (1..=24).contains(&text.len())
        && text.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    if fits { Ok(()) } else { Err(TenantIdError) }
}

/// Why a text is not a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tenant is 1 to 24 of a-z 0-9 _ -")]
pub struct TenantIdError;

text_type! {
    /// The company that is owed. Lower case and at most 24 bytes, because it names streams.
    TenantId, TenantIdError, check_tenant
}

fn check_reference(text: &str) -> Result<(), ReferenceError> {
    if text.is_empty() || text.len() > 64 {
        return Err(ReferenceError::Length(text.len()));
    }
    match text.chars().find(|it| it.is_control()) {
        Some(control) => Err(ReferenceError::Control(control)),
        None => Ok(()),
    }
}

/// Why a text is not a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Empty, or over 64 bytes.
    #[error("a reference has 1 to 64 bytes, this one has {0}")]
    Length(usize),
    /// A control character, such as a line break.
    #[error("a reference may not contain the control character {0:?}")]
    Control(char),
}

text_type! {
    /// What papers call something: an order, a contract, a site, an invoice number as printed.
    /// 1 to 64 bytes of any script, no control characters. Never a name of a person.
    Reference, ReferenceError, check_reference
}

impl Reference {
    /// A reference known when the program is written.
    pub const fn literal(text: &'static str) -> Self {
        Self(CompactString::const_new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_a_dot_a_star_a_space_or_a_line_break_is_refused_and_told_how_to_write_it() {
        for (text, byte) in
            [("F.1", b'.'), ("F*", b'*'), ("F 1", b' '), ("F\r\n", b'\r'), (">", b'>')]
        {
            let error = text.parse::<InvoiceId>().unwrap_err();
            assert!(matches!(error, IdError::Byte { byte: it, .. } if it == byte), "{error}");
        }
        assert_eq!("".parse::<InvoiceId>(), Err(IdError::Empty));
        assert_eq!("x".repeat(10_000).parse::<InvoiceId>(), Err(IdError::TooLong(10_000)));
        for broken in ["=", "=2", "=2g", "=2e", "a=", "=é"] {
            assert!(broken.parse::<InvoiceId>().is_err(), "{broken}");
        }
    }

    #[test]
    fn an_outside_id_is_escaped() {
        assert_eq!(InvoiceId::from_outside("FA 2026.7").unwrap().as_str(), "FA=202026=2E7");
        assert_eq!(InvoiceId::from_outside("É").unwrap().as_str(), "=C3=89");
        assert_eq!(InvoiceId::from_outside("a=b").unwrap().as_str(), "a=3Db");
    }

    #[test]
    fn a_tenant_names_a_stream() {
        assert!("acme-2".parse::<TenantId>().is_ok());
        for broken in ["", "Acme", "a.b", "a b", "x234567890123456789012345", "a>", "é"] {
            assert_eq!(broken.parse::<TenantId>(), Err(TenantIdError), "{broken}");
        }
    }
}
