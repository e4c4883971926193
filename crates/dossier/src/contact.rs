use chrono::NaiveDate;
use money::Money;
use serde::{Deserialize, Serialize};

/// A message to the customer that left, or a contact that was logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// When.
    pub on: NaiveDate,
    /// `reminder`, `interest_invoice`, `plan_confirmation` or `contact`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// `email`, `letter`, `registered_letter`, `call`, `webhook`.
    pub channel: String,
    /// How hard it was said: `courtesy`, `reminder`, `firm`, `final`; of a contact what came of it.
    pub said: String,
    /// Of a reminder, the highest level of what it named: from 1.
    pub level: Option<u8>,
    /// Which of the customer's invoices it named.
    pub invoices: Vec<String>,
    /// What left, and what whoever took it answered.
    pub sending: Option<Sending>,
    /// What whoever carried it says came of it.
    pub presented: Vec<Presented>,
    /// The last day of the grace that it granted.
    pub deadline: Option<NaiveDate>,
    /// What there is to say.
    pub note: Option<String>,
}

/// What left the building.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The template and its version, `firm@3`; none: a person sent it.
    pub template: Option<String>,
    /// Two letters.
    pub language: Option<String>,
    /// BLAKE3 of the bytes that left: 64 of 0-9 a-f.
    pub hash: Option<String>,
    /// What whoever took it answered.
    pub proof: Option<String>,
}

/// What became of it where it was carried to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    /// When.
    pub on: NaiveDate,
    /// `delivered`, `refused`, `unclaimed`, `opened`.
    pub result: String,
    /// What proves it.
    pub proof: Option<String>,
}

/// The customer's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The tenant's id for it.
    pub promise: String,
    /// When it was given.
    pub made_on: NaiveDate,
    /// For which day.
    pub promised_for: NaiveDate,
    /// How much.
    pub amount: Money,
    /// Which receivables it names; none: the account.
    pub invoices: Vec<String>,
    /// `open`, `kept`, `partly_kept`, `broken`, `withdrawn`.
    pub state: String,
}

/// A contest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The tenant's id for it.
    pub dispute: String,
    /// Which receivable.
    pub invoice: String,
    /// How much of it.
    pub amount: Money,
    /// Why: the word of the reason.
    pub reason: String,
    /// When it was raised.
    pub opened_on: NaiveDate,
    /// When it ended; none: it is open.
    pub resolved_on: Option<NaiveDate>,
    /// How it ended.
    pub outcome: Option<String>,
}
