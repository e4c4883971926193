//! The French gazette of companies (*BODACC*, published by DILA under the *Licence Ouverte*): which
//! announcement is about whom, and what it says of a procedure.
//!
//! Read are the JSON of the open-data service (`bodacc-datadila.opendatasoft.com`, data set
//! *annonces-commerciales*), as a list of records or as a page with `results`, and lists with the
//! same names in camel case. What the gazette writes for people is not kept: it names office
//! holders, and sole traders.

use chrono::NaiveDate;
use events::{NoticeId, Reference, date, risk::NoticeKind};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Message;

/// The type of what every announcement is said as.
pub const CE_TYPE: &str = "dev.vigie.notice.published.v1";

/// An announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its place in the file, from 1.
    pub row: u64,
    /// The company, nine digits with a right check digit.
    pub siren: String,
    /// What it is called in the journal.
    pub notice: NoticeId,
    /// What it says.
    pub kind: NoticeKind,
    /// The day of the gazette.
    pub published_on: NaiveDate,
    /// The day of the judgment.
    pub judged_on: Option<NaiveDate>,
    /// Who judged, cut after 64 bytes.
    pub court: Option<Reference>,
}

/// A record that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {row}, {field}: {reason}")]
pub struct RecordError {
    /// Its place in the file, from 1.
    pub row: u64,
    /// Which field of it.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// A file that is none.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// JSON of something else.
    #[error("neither a list of announcements nor a page with `results`")]
    Strange,
}

/// What the service and its copies call the fields.
#[derive(Deserialize)]
struct Record {
    id: Option<String>,
    #[serde(alias = "numeroAnnonce", alias = "numeroannonce")]
    number: Option<Value>,
    #[serde(alias = "dateParution", alias = "dateparution")]
    date: Option<String>,
    #[serde(alias = "familleAvis", alias = "familleavis")]
    family: Option<String>,
    siren: Option<String>,
    /// `["489 466 755", "489466755"]`, or one text with commas.
    registre: Option<Value>,
    tribunal: Option<String>,
    /// An object, or its text.
    jugement: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Judgment {
    famille: Option<String>,
    nature: Option<String>,
    date: Option<String>,
}

/// Every announcement of a file, in its order; or why one cannot be read.
///
/// # Errors
///
/// [`FileError`] for what is no file of announcements at all.
pub fn read(json: &[u8]) -> Result<Vec<Result<Announcement, RecordError>>, FileError> {
    let records = match serde_json::from_slice(json)? {
        Value::Array(records) => records,
        Value::Object(mut page) => match page.remove("results") {
            Some(Value::Array(records)) => records,
            Some(_) | None => return Err(FileError::Strange),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(FileError::Strange);
        }
    };
    Ok(records.into_iter().zip(1..).map(|(record, row)| announcement(record, row)).collect())
}

fn announcement(record: Value, row: u64) -> Result<Announcement, RecordError> {
    let wrong = |field, reason: String| RecordError { row, field, reason };
    let it: Record =
        serde_json::from_value(record).map_err(|error| wrong("record", error.to_string()))?;
    let published = it.date.as_deref().unwrap_or_default();
    let published_on =
        date::parse(published).map_err(|error| wrong("dateParution", error.to_string()))?;
    let siren = siren(it.siren.as_deref(), it.registre.as_ref());
    let siren = siren
        .ok_or_else(|| wrong("registre", "no company number with a right check digit".into()))?;
    let judgment = it.jugement.map_or_else(|| Ok(Judgment::default()), judgment);
    let judgment = judgment.map_err(|error| wrong("jugement", error.to_string()))?;
    let judged_on = judgment.date.as_deref().filter(|it| !it.is_empty()).map(date::parse);
    let judged_on =
        judged_on.transpose().map_err(|error| wrong("jugement.date", error.to_string()))?;
    // A page and its copies number an announcement within its day; the service has an id besides.
    let number = match it.number {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(number)) => number,
        Some(_) | None => String::new(),
    };
    let named = match (it.id.filter(|it| !it.is_empty()), number.as_str()) {
        (Some(id), _) => format!("BODACC-{id}"),
        (None, "") => return Err(wrong("numeroAnnonce", "neither a number nor an id".into())),
        (None, number) => format!("BODACC-{published_on}-{number}"),
    };
    let notice = NoticeId::from_outside(&named);
    let notice = notice.map_err(|error| wrong("numeroAnnonce", error.to_string()))?;
    let family = it.family.unwrap_or_default();
    let kind = kind(
        &family,
        judgment.famille.as_deref().unwrap_or_default(),
        judgment.nature.as_deref().unwrap_or_default(),
    );
    let court = it.tribunal.as_deref().and_then(|it| Reference::new(cut(it.trim())).ok());
    // A judgment after its publication is a slip of the pen; the day of publication stands.
    let judged_on = judged_on.filter(|it| *it <= published_on);
    Ok(Announcement { row, siren, notice, kind, published_on, judged_on, court })
}

fn judgment(it: Value) -> serde_json::Result<Judgment> {
    match it.as_str() {
        Some("") => Ok(Judgment::default()),
        Some(text) => serde_json::from_str(text),
        None if it.is_null() => Ok(Judgment::default()),
        None => serde_json::from_value(it),
    }
}

/// Nine digits out of what is written, if they are a company number.
fn siren(stated: Option<&str>, registre: Option<&Value>) -> Option<String> {
    let listed = match registre {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => text.split(',').collect(),
        Some(_) | None => Vec::new(),
    };
    let digits = |it: &str| it.chars().filter(|it| !it.is_whitespace()).collect::<String>();
    stated.into_iter().chain(listed).map(digits).find(|it| is_siren(it))
}

/// Nine digits of which the last is the check digit of Luhn.
fn is_siren(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().map(|it| it.to_digit(10)).collect();
    let Some(digits) = digits.filter(|it| it.len() == 9) else { return false };
    let doubled = |it: u32| if it > 4 { 2 * it - 9 } else { 2 * it };
    let pairs = digits.iter().rev().enumerate();
    let sum: u32 = pairs.map(|(at, it)| if at % 2 == 1 { doubled(*it) } else { *it }).sum();
    sum.is_multiple_of(10)
}

/// What a reference takes of a text.
fn cut(text: &str) -> &str {
    let fits = |end: &usize| *end <= 64;
    let ends = text.char_indices().map(|(at, it)| at + it.len_utf8());
    text.get(..ends.take_while(fits).last().unwrap_or_default()).unwrap_or_default()
}

/// What an announcement says, by the words of the gazette. What says nothing of how far a procedure
/// has come, such as the list of claims, is [`NoticeKind::Other`], and so is what nobody has seen
/// yet: an unknown word never makes a company fail.
fn kind(family: &str, of: &str, nature: &str) -> NoticeKind {
    let (family, of, nature) = (plain(family), plain(of), plain(nature));
    let says = |words: &str| nature.contains(words);
    if family.contains("radiation") {
        return NoticeKind::StruckOff;
    }
    if of.contains("depot") || nature.starts_with("depot") || nature.starts_with("liste") {
        return NoticeKind::Other;
    }
    if says("insuffisance d'actif") {
        return NoticeKind::ClosedForInsufficientAssets;
    }
    if says("cloture") || says("mettant fin") || of.contains("cloture") {
        return NoticeKind::Closed;
    }
    // A plan that is given up ends in what comes after it.
    if says("liquidation") {
        return NoticeKind::Liquidation;
    }
    let plan = ["plan de sauvegarde", "plan de redressement", "plan de continuation"];
    if says("resolution") && says("plan") {
        return NoticeKind::Receivership;
    }
    if plan.into_iter().any(says) {
        return NoticeKind::Plan;
    }
    if says("redressement judiciaire") {
        return NoticeKind::Receivership;
    }
    if says("sauvegarde") { NoticeKind::Safeguard } else { NoticeKind::Other }
}

/// Small letters without accents, and one kind of apostrophe.
fn plain(text: &str) -> String {
    let plain = |it: char| match it {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        '’' | 'ʼ' => '\'',
        other => other,
    };
    text.to_lowercase().chars().map(plain).collect()
}

impl Announcement {
    /// The data of the command that states it of a customer.
    pub fn data(&self, customer: &str) -> Vec<u8> {
        let mut data = json!({
            "customer_id": customer,
            "notice_id": self.notice,
            "kind": self.kind,
            "publication_date": self.published_on.to_string(),
            "source": "BODACC",
        });
        if let Value::Object(fields) = &mut data {
            if let Some(on) = self.judged_on {
                fields.insert("judgment_date".to_owned(), on.to_string().into());
            }
            if let Some(court) = &self.court {
                fields.insert("court".to_owned(), court.as_str().into());
            }
        }
        data.to_string().into_bytes()
    }

    /// The same as a message; `data` is what [`data`](Self::data) made of it.
    pub fn message<'a>(&self, customer: &'a str, data: &'a [u8]) -> Message<'a> {
        Message { row: self.row, ce_type: CE_TYPE, date: self.published_on, customer, data }
    }
}

#[cfg(test)]
mod tests;
