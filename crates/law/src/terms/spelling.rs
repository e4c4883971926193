//! Reading payment terms as people and their software write them.

use std::str::FromStr;

use super::words::{Word, words};
use super::{Reading, Step, StepsError, Terms, canonical};

/// Why a text is not understood as payment terms.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// A word, or an order of words, that means nothing here.
    #[error(
        "{given:?} are no payment terms that are understood{at}; understood are, in French, English or \
         German: on receipt; N days, weeks or months; end of month; N days end of month (A) or (B); \
         end of month + N days; N days, the Nth; the Nth of the next month",
        at = near.as_ref().map(|near| format!(" (at {near:?})")).unwrap_or_default()
    )]
    Unknown {
        /// The beginning of what was given.
        given: String,
        /// The piece that was not understood, if one can be named.
        near: Option<String>,
    },
    /// A reading was named where there is nothing to choose, or against the order of the words.
    #[error(
        "{given:?} names a reading that does not fit: (A) and (B) belong to \"N days end of month\" only"
    )]
    Reading {
        /// What was given.
        given: String,
    },
    /// A number beyond its bounds, or too many steps.
    #[error("{given:?}: {source}")]
    Steps {
        /// What was given.
        given: String,
        /// What is wrong.
        source: StepsError,
    },
}

/// Reads terms as people write them; see [`Terms::parse`].
impl FromStr for Terms {
    type Err = TermsError;

    fn from_str(text: &str) -> Result<Terms, TermsError> {
        Terms::parse(text, Reading::default())
    }
}

const CHARS_MAX: usize = 100;

impl Terms {
    /// Reads terms as people write them in French, English or German, whatever the case, accents and
    /// punctuation; `ambiguous` is how "N days end of month" is meant when the text does not say.
    ///
    /// Terms that count from another day than the invoice's (delivery, receipt of the goods), that
    /// count business days, or that grant a discount are refused rather than half understood.
    pub fn parse(text: &str, ambiguous: Reading) -> Result<Terms, TermsError> {
        if let Some(terms) = canonical::read(text) {
            return Ok(terms);
        }
        let given = || text.chars().take(CHARS_MAX).collect::<String>();
        let unknown = |near| TermsError::Unknown { given: given(), near };
        if text.chars().nth(CHARS_MAX).is_some() {
            return Err(unknown(None));
        }
        let words = words(text).map_err(|piece| unknown(Some(piece)))?;
        let draft = Draft::read(&words).ok_or_else(|| unknown(None))?;
        let steps = draft.steps(ambiguous).ok_or_else(|| TermsError::Reading { given: given() })?;
        let terms = steps.and_then(|steps| Terms::new(&steps));
        terms.map_err(|source| TermsError::Steps { given: given(), source })
    }
}

/// What the words say before an ambiguous order is decided.
#[derive(Default)]
struct Draft {
    clauses: Vec<Clause>,
    /// Whether the order of the first two clauses is said, not just written.
    ordered: bool,
    reading: Option<Reading>,
}

#[derive(Clone, Copy)]
enum Clause {
    Days(u32),
    Months(u32),
    EndOfMonth,
    DayOfMonth(u32),
    DayOfNextMonth(u32),
}

impl Draft {
    /// `None` when the words make no sense together.
    fn read(words: &[Word]) -> Option<Draft> {
        let mut draft = Draft::default();
        let mut on_receipt = false;
        let mut rest = words;
        while !rest.is_empty() {
            if let Some((clause, left)) = clause(rest) {
                draft.clauses.push(clause);
                rest = left;
                continue;
            }
            rest = match rest {
                [Word::Then, left @ ..] if !left.is_empty() => {
                    draft.ordered |= draft.clauses.len() == 1;
                    // "EOM + 45": here too a number without its unit counts days.
                    if let [Word::Number(days)] = left {
                        draft.clauses.push(Clause::Days(*days));
                        break;
                    }
                    left
                }
                [Word::After, Word::EndOfMonth, left @ ..] if draft.clauses.len() == 1 => {
                    draft.clauses.insert(0, Clause::EndOfMonth);
                    draft.ordered = true;
                    left
                }
                [Word::OnReceipt, left @ ..] => {
                    on_receipt = true;
                    left
                }
                [Word::LetterA] => {
                    draft.reading = Some(Reading::A);
                    &[]
                }
                [Word::Reading(reading), left @ ..] if draft.reading.is_none() => {
                    draft.reading = Some(*reading);
                    left
                }
                [Word::LetterA, left @ ..] if matches!(left, [Word::Number(_), ..]) => left,
                [Word::After, Word::InvoiceDate, left @ ..]
                | [Word::Net | Word::InvoiceDate, left @ ..] => left,
                _ => return None,
            };
        }
        // One or the other: "30 days on receipt" counts from a day nobody recorded.
        (on_receipt == draft.clauses.is_empty()).then_some(draft)
    }

    /// The steps in the order in which they are meant; `None` when a reading is named that does not
    /// fit.
    fn steps(mut self, ambiguous: Reading) -> Option<Result<Vec<Step>, StepsError>> {
        match (self.clauses.as_mut_slice(), self.ordered) {
            ([days @ Clause::Days(_), end @ Clause::EndOfMonth, ..], false) => {
                if self.reading.unwrap_or(ambiguous) == Reading::B {
                    std::mem::swap(days, end);
                }
            }
            // The order says it already; a reading that says the same does no harm.
            ([Clause::Days(_), Clause::EndOfMonth, ..], true)
                if self.reading != Some(Reading::B) => {}
            ([Clause::EndOfMonth, Clause::Days(_), ..], _) if self.reading != Some(Reading::A) => {}
            _ if self.reading.is_none() => {}
            _ => return None,
        }
        Some(self.clauses.into_iter().map(Clause::step).collect())
    }
}

impl Clause {
    fn step(self) -> Result<Step, StepsError> {
        match self {
            Clause::Days(days) => {
                u16::try_from(days).map(Step::Days).map_err(|_| StepsError::Days(days))
            }
            Clause::Months(months) => {
                u8::try_from(months).map(Step::Months).map_err(|_| StepsError::Months(months))
            }
            Clause::EndOfMonth => Ok(Step::EndOfMonth),
            Clause::DayOfMonth(day) => {
                u8::try_from(day).map(Step::DayOfMonth).map_err(|_| StepsError::DayOfMonth(day))
            }
            Clause::DayOfNextMonth(day) => {
                u8::try_from(day).map(Step::DayOfNextMonth).map_err(|_| StepsError::DayOfMonth(day))
            }
        }
    }
}

/// The clause at the beginning of `words`, and what is left after it.
fn clause(words: &[Word]) -> Option<(Clause, &[Word])> {
    Some(match words {
        [Word::Number(days), Word::Days, left @ ..] => (Clause::Days(*days), left),
        [Word::Number(weeks), Word::Weeks, left @ ..] => {
            (Clause::Days(weeks.saturating_mul(7)), left)
        }
        [Word::Number(months), Word::Months, left @ ..] => (Clause::Months(*months), left),
        // "le 10", "the 10th", "10th"; "15. des Folgemonats".
        [Word::The, Word::Number(day), Word::Ordinal, left @ ..]
        | [Word::Number(day), Word::Ordinal, left @ ..] => day_of_month(*day, left),
        [Word::The, Word::Number(day), left @ ..] if !begins_with_unit(left) => {
            day_of_month(*day, left)
        }
        [Word::Number(day), left @ ..]
            if matches!(left, [Word::OfTheMonth | Word::OfTheNextMonth, ..]) =>
        {
            day_of_month(*day, left)
        }
        // "Net 30": a number without its unit counts days.
        [Word::Net, Word::Number(days), left @ ..] if !begins_with_unit(left) => {
            (Clause::Days(*days), left)
        }
        [Word::EndOfMonth, left @ ..] => (Clause::EndOfMonth, left),
        _ => return None,
    })
}

fn begins_with_unit(words: &[Word]) -> bool {
    matches!(words, [Word::Days | Word::Weeks | Word::Months, ..])
}

fn day_of_month(day: u32, left: &[Word]) -> (Clause, &[Word]) {
    match left {
        [Word::OfTheNextMonth, left @ ..] => (Clause::DayOfNextMonth(day), left),
        [Word::OfTheMonth, left @ ..] | left => (Clause::DayOfMonth(day), left),
    }
}
