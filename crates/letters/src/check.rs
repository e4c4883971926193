//! Whether a letter can be sent at all: nothing missing, nothing endless, sums that agree.

use money::{Currency, Money, MoneyError};

use crate::{Clause, Kind, Language, Letter, Part, spelling::clean};

/// The longest field of a letter, in characters.
pub const FIELD_CHARS_MAX: usize = 1_000;
/// The most invoices, credits, periods or instalments of a letter, each.
pub const LINES_MAX: usize = 2_000;
/// The most lines of an address.
pub(crate) const ADDRESS_LINES_MAX: usize = 8;
/// The most clauses, and the most legal mentions.
const SENTENCES_MAX: usize = 20;

/// Why there is no letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A field without which this kind of letter cannot be.
    #[error("{field} is missing")]
    Missing {
        /// Which one: `recipient.address`.
        field: String,
    },
    /// A field longer than [`FIELD_CHARS_MAX`].
    #[error("{field} is longer than {FIELD_CHARS_MAX} characters")]
    TooLong {
        /// Which one.
        field: String,
    },
    /// A list that is too long.
    #[error("{field} has more than {max} entries")]
    TooMany {
        /// Which one.
        field: String,
        /// How many there may be.
        max: usize,
    },
    /// An amount of another currency than the total's.
    #[error("{field} is in {given}, the total in {wanted}")]
    Currency {
        /// Which one.
        field: String,
        /// Its currency.
        given: Currency,
        /// The total's.
        wanted: Currency,
    },
    /// A total that is not the sum of what it totals.
    #[error("{field} is stated as {stated}, but what it sums up comes to {summed}")]
    Sum {
        /// Which one.
        field: String,
        /// As it was given.
        stated: Money,
        /// As it adds up.
        summed: Money,
    },
    /// A letter that asks for nothing.
    #[error("nothing is owed: the total is {total}")]
    NothingOwed {
        /// The total.
        total: Money,
    },
    /// Sums beyond what an amount can hold.
    #[error("the sums of the letter are out of range")]
    OutOfRange,
    /// A template for another kind or language.
    #[error("template {template} is for a {kind} in {language}, the letter is another")]
    OtherTemplate {
        /// Its name.
        template: String,
        /// Its kind.
        kind: Kind,
        /// Its language.
        language: Language,
    },
    /// The template could not be filled in with this letter.
    #[error("template {template}, {part}, line {line}: {reason}")]
    Template {
        /// Its name.
        template: String,
        /// Where.
        part: Part,
        /// The line, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
}

/// Refuses what cannot be sent by any way.
pub(crate) fn check(letter: &Letter) -> Result<(), Refusal> {
    check_texts(letter)?;
    check_presence(letter)?;
    check_currencies(letter)?;
    check_sums(letter)
}

/// Refuses what cannot be put on paper: a window shows an address.
pub(crate) fn check_paper(letter: &Letter) -> Result<(), Refusal> {
    if letter.kind != Kind::CallSheet {
        present("recipient.address", letter.recipient.address.iter())?;
        present("sender.address", letter.sender.address.iter())?;
    }
    Ok(())
}

pub(crate) fn present<'a>(
    field: &str,
    texts: impl IntoIterator<Item = &'a String>,
) -> Result<(), Refusal> {
    if texts.into_iter().any(|it| !clean(it).is_empty()) {
        Ok(())
    } else {
        Err(Refusal::Missing { field: field.to_owned() })
    }
}

fn check_presence(letter: &Letter) -> Result<(), Refusal> {
    present("sender.name", [&letter.sender.name])?;
    present("recipient.name", [&letter.recipient.name])?;
    present("reference", [&letter.reference])?;
    for (place, line) in letter.lines.iter().enumerate() {
        present(&format!("lines[{place}].invoice"), [&line.invoice])?;
    }
    for (place, credit) in letter.credits.iter().enumerate() {
        present(&format!("credits[{place}].document"), [&credit.document])?;
    }
    for (place, period) in letter.interest.iter().enumerate() {
        present(&format!("interest[{place}].source"), [&period.source])?;
    }
    let missing = |field: &str| Err(Refusal::Missing { field: field.to_owned() });
    if letter.lines.is_empty() {
        return missing("lines");
    }
    match letter.kind {
        Kind::PreDue | Kind::Reminder | Kind::FirmReminder | Kind::CallSheet => Ok(()),
        Kind::FinalDemand => {
            present("recipient.address", letter.recipient.address.iter())?;
            match letter.pay_by {
                None => missing("pay_by"),
                Some(_) if letter.clauses.is_empty() => missing("clauses"),
                Some(_) => Ok(()),
            }
        }
        Kind::InterestInvoice => {
            present("recipient.address", letter.recipient.address.iter())?;
            if letter.interest.is_empty() { missing("interest") } else { Ok(()) }
        }
        Kind::PlanConfirmation => {
            if letter.instalments.is_empty() {
                missing("instalments")
            } else {
                Ok(())
            }
        }
    }
}

fn check_texts(letter: &Letter) -> Result<(), Refusal> {
    let Letter { sender, recipient, .. } = letter;
    count("lines", letter.lines.len(), LINES_MAX)?;
    count("credits", letter.credits.len(), LINES_MAX)?;
    count("interest", letter.interest.len(), LINES_MAX)?;
    count("instalments", letter.instalments.len(), LINES_MAX)?;
    count("clauses", letter.clauses.len(), SENTENCES_MAX)?;
    count("sender.mentions", sender.mentions.len(), SENTENCES_MAX)?;
    count("sender.address", sender.address.len(), ADDRESS_LINES_MAX)?;
    count("recipient.address", recipient.address.len(), ADDRESS_LINES_MAX)?;
    short("sender.name", [&sender.name])?;
    short("sender.address", &sender.address)?;
    short("sender.mentions", &sender.mentions)?;
    short("sender.iban", &sender.iban)?;
    short("sender.bic", &sender.bic)?;
    short("sender.email", &sender.email)?;
    short("sender.phone", &sender.phone)?;
    short("recipient.name", [&recipient.name])?;
    short("recipient.address", &recipient.address)?;
    short("recipient.contact", &recipient.contact)?;
    short("recipient.phone", &recipient.phone)?;
    count("payees", letter.payees.len(), SENTENCES_MAX)?;
    for it in &letter.payees {
        count("payees.invoices", it.invoices.len(), LINES_MAX)?;
        short("payees", [&it.name, &it.iban].into_iter().chain(&it.bic).chain(&it.invoices))?;
        if clean(&it.name).is_empty() || clean(&it.iban).is_empty() || it.invoices.is_empty() {
            return Err(Refusal::Missing { field: "payees".to_owned() });
        }
    }
    short("reference", [&letter.reference])?;
    short("portal", &letter.portal)?;
    short("lines.invoice", letter.lines.iter().map(|it| &it.invoice))?;
    short("credits.document", letter.credits.iter().map(|it| &it.document))?;
    short("interest.invoice", letter.interest.iter().map(|it| &it.invoice))?;
    short("interest.source", letter.interest.iter().map(|it| &it.source))?;
    let own = letter.clauses.iter().filter_map(|it| match it {
        Clause::Own(words) => Some(words),
        Clause::FrLatePayment
        | Clause::FrFixedSum
        | Clause::FrFormalNotice
        | Clause::DeDefault
        | Clause::DeLatePayment
        | Clause::DeFixedSum
        | Clause::UkLatePayment
        | Clause::UkFixedSum
        | Clause::EuLatePayment
        | Clause::EuFixedSum => None,
    });
    short("clauses", own)
}

fn count(field: &str, given: usize, max: usize) -> Result<(), Refusal> {
    if given > max { Err(Refusal::TooMany { field: field.to_owned(), max }) } else { Ok(()) }
}

fn short<'a>(field: &str, texts: impl IntoIterator<Item = &'a String>) -> Result<(), Refusal> {
    let long = texts.into_iter().any(|it| it.chars().nth(FIELD_CHARS_MAX).is_some());
    if long { Err(Refusal::TooLong { field: field.to_owned() }) } else { Ok(()) }
}

fn check_currencies(letter: &Letter) -> Result<(), Refusal> {
    let wanted = letter.totals.total.currency();
    let same = |field: String, amount: Money| match amount.currency() {
        given if given == wanted => Ok(()),
        given => Err(Refusal::Currency { field, given, wanted }),
    };
    let totals = letter.totals;
    same("totals.principal".to_owned(), totals.principal)?;
    same("totals.interest".to_owned(), totals.interest)?;
    same("totals.costs".to_owned(), totals.costs)?;
    for (place, line) in letter.lines.iter().enumerate() {
        for amount in [line.original, line.open, line.disputed, line.interest, line.fixed_sum] {
            same(format!("lines[{place}]"), amount)?;
        }
    }
    for (place, credit) in letter.credits.iter().enumerate() {
        same(format!("credits[{place}]"), credit.amount)?;
    }
    for (place, period) in letter.interest.iter().enumerate() {
        same(format!("interest[{place}]"), period.base)?;
        same(format!("interest[{place}]"), period.interest)?;
    }
    for (place, instalment) in letter.instalments.iter().enumerate() {
        same(format!("instalments[{place}]"), instalment.amount)?;
    }
    Ok(())
}

fn check_sums(letter: &Letter) -> Result<(), Refusal> {
    let totals = letter.totals;
    let currency = totals.total.currency();
    let sum = |amounts: &mut dyn Iterator<Item = Money>| -> Result<Money, Refusal> {
        Money::sum(currency, amounts).map_err(|_: MoneyError| Refusal::OutOfRange)
    };
    let agree = |field: &str, stated: Money, summed: Money| {
        if stated == summed {
            Ok(())
        } else {
            Err(Refusal::Sum { field: field.to_owned(), stated, summed })
        }
    };
    let open = letter.lines.iter().map(|it| it.open);
    let contested = letter.lines.iter().map(|it| it.disputed.negated());
    let netted = letter.credits.iter().map(|it| it.amount.negated());
    agree("totals.principal", totals.principal, sum(&mut open.chain(contested).chain(netted))?)?;
    let interest = sum(&mut letter.lines.iter().map(|it| it.interest))?;
    agree("totals.interest", totals.interest, interest)?;
    agree("totals.costs", totals.costs, sum(&mut letter.lines.iter().map(|it| it.fixed_sum))?)?;
    let parts = [totals.principal, totals.interest, totals.costs];
    agree("totals.total", totals.total, sum(&mut parts.into_iter())?)?;
    if !letter.interest.is_empty() {
        let computed = sum(&mut letter.interest.iter().map(|it| it.interest))?;
        agree("totals.interest", totals.interest, computed)?;
    }
    if !letter.instalments.is_empty() {
        let agreed = sum(&mut letter.instalments.iter().map(|it| it.amount))?;
        agree("totals.total", totals.total, agreed)?;
    }
    if totals.total.is_positive() {
        Ok(())
    } else {
        Err(Refusal::NothingOwed { total: totals.total })
    }
}
