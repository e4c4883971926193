use chrono::NaiveDate;
use letters::Language;
use money::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Act, Allocation, Case, Contact, Dispute, Promise, Receivable, Right, Statement, Terms, Total,
};

/// What a dossier's JSON is called, and which version of it this is: fields are only ever added.
pub const FORMAT: &str = "vigie-dossier-1";

/// All that a collector is given of one placement, as it is known at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// [`FORMAT`].
    pub format: String,
    /// Which placement, and how far it has come.
    pub placement: Placement,
    /// The business day up to which interest is counted and the account is stated.
    pub stated_on: NaiveDate,
    /// What was known.
    pub known_at: Moment,
    /// The language of the papers.
    pub language: Language,
    /// To whom is owed.
    pub creditor: Party,
    /// Who owes.
    pub customer: Party,
    /// Who collects.
    pub collector: Collector,
    /// What is collected together.
    pub case: Case,
    /// Under what it is collected (CPCE art. R124-3).
    pub mandate: Mandate,
    /// What is asked for, a row a currency: the sums of `receivables`.
    pub totals: Vec<Total>,
    /// What it is about, the oldest due first.
    pub receivables: Vec<Receivable>,
    /// The whole account of the customer up to the day, a statement a currency.
    pub statement: Vec<Statement>,
    /// What settled a part of the receivables, and why that and not another.
    pub allocations: Vec<Allocation>,
    /// What was said to the customer and heard of it, by the day.
    pub contacts: Vec<Contact>,
    /// What the customer promised about them.
    pub promises: Vec<Promise>,
    /// What of them was contested.
    pub disputes: Vec<Dispute>,
    /// The terms of sale that the receivables are under.
    pub terms: Vec<Terms>,
    /// What was done that moves rights, by the day.
    pub acts: Vec<Act>,
    /// Rights that run, and their last days.
    pub rights: Vec<Right>,
}

/// A placement, and what the collector was told to collect when it was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Its id: one of the customer's, by count.
    pub placement: String,
    /// When it was planned.
    pub planned_on: NaiveDate,
    /// How far it has come: `planned`, `started`, `done`, `failed`, `unknown`, `withdrawn`.
    pub stage: String,
    /// When what was brought was taken; none: it was not yet.
    pub handed_over_on: Option<NaiveDate>,
    /// The collector's number for it.
    pub reference: Option<String>,
    /// What was said when the hand-over began. Empty before that: then it is what is owed now.
    pub told: Vec<Placed>,
}

/// What a collector was told to collect of a receivable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Which.
    pub invoice: String,
    /// Open and not contested.
    pub principal: Money,
    /// For late payment.
    pub interest: Money,
    /// For recovery costs.
    pub fixed_sum: Money,
}

/// A place in the tenant's journal: facts up to it are in the dossier, and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Which partition.
    pub partition: u16,
    /// The last entry that was heard.
    pub sequence: u64,
}

/// A side of the debt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The tenant, or the tenant's name for its customer.
    pub id: String,
    /// Its name; the id where none is known.
    pub name: String,
    /// Street, town, country: a line each.
    pub address: Vec<String>,
    /// Legal form, capital, register.
    pub mentions: Vec<String>,
    /// Number of the company in the French register: 9 digits.
    pub siren: Option<String>,
    /// For value added tax.
    pub vat_number: Option<String>,
    /// Two letters of ISO 3166-1.
    pub region: Option<String>,
    /// Electronic mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// The account to pay to.
    pub iban: Option<String>,
    /// Its bank.
    pub bic: Option<String>,
}

/// Who collects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collector {
    /// The tenant's name for it.
    pub name: String,
    /// The written agreement.
    pub agreement: String,
}

/// Under what a collector acts: what the law wants to be agreed in writing, and to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// The written agreement, which gives the power to receive money.
    pub agreement: String,
    /// The insurance of the collector's liability.
    pub insurance: String,
    /// Days within which it passes on what it took in: 1 to 365.
    pub remits_in_days: u16,
    /// What it asks for: of these the first that fits.
    pub fee_bands: Vec<FeeBand>,
    /// What it asks for at least, once, when a placement brings anything.
    pub least_fee: Option<Money>,
    /// What that comes to here, a row a currency. It is the creditor's to pay.
    pub fees: Vec<Fee>,
    /// What the law says about it, in our words, each with its source.
    pub clauses: Vec<Clause>,
}

/// A part of a scale of fees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeBand {
    /// Days past due of the oldest receivable when it was placed, at most; none: any.
    pub days_max: Option<u16>,
    /// Principal that was placed, at most; none: any.
    pub amount_max: Option<Money>,
    /// The part of what is taken in: 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub share: Decimal,
}

/// What a collector would ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// The part of what is taken in that applies here: 0 to 1.
    #[serde(with = "rust_decimal::serde::str")]
    pub share: Decimal,
    /// Of what.
    pub on: Money,
    /// What it comes to if all of it is paid, the least fee counted.
    pub if_all_is_paid: Money,
}

/// What the law says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Where it is written.
    pub source: String,
    /// What it means, in our words.
    pub text: String,
}
