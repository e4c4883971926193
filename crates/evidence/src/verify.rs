//! A bundle is checked with nothing but the bundle: hashes, places, links, and what the decisions
//! come to. The first difference ends it, with its place and the reason.

use std::collections::{BTreeMap, BTreeSet};

use events::{Context, Hash, Sequence, prev_of};
use serde::Deserialize;

use crate::{
    Counted, FORMAT, Files, Gathering, Head, Line, Link, Manifest, PublicKey, chain, check_name,
    customer, differ,
    entries::{self, About},
    make,
    manifest::{MANIFEST, SIGNATURE},
    readme, reminders, statement,
    told::Told,
};

/// Why a bundle is not what it says it is: the first place that differs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {why}")]
pub struct Refused {
    /// A file, a line of it, an entry of a journal.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
}

impl Refused {
    pub(crate) fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self { place: place.into(), why: why.into() }
    }
}

/// What was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The fingerprint of the key that signed it; none: nobody vouches for it.
    pub signed_by: Option<String>,
    /// Whether that is a key that was expected.
    pub expected: bool,
    /// Files whose hashes were computed.
    pub files: usize,
    /// Decisions about the customer that were heard.
    pub decisions: u64,
    /// Entries whose hash was computed from their bytes.
    pub recomputed: usize,
    /// Entries of which only the signature says what they hash to.
    pub attested: usize,
    /// Links between an entry and its context's previous one that were compared.
    pub links: usize,
    /// Letters whose bytes hash to what the journal says.
    pub letters: usize,
    /// Letters whose bytes are not kept any more.
    pub letters_missing: usize,
}

/// A bundle that was found sound.
#[derive(Debug, Clone)]
pub struct Verified {
    /// What it says of itself.
    pub manifest: Manifest,
    /// What was checked.
    pub report: Report,
    lines: BTreeMap<Context, Vec<Line>>,
    chains: BTreeMap<Context, Vec<Link>>,
}

/// Checks the files of a bundle. `expected`: the public key of whoever must have signed it, or its
/// fingerprint.
pub fn verify(files: &Files, expected: Option<&str>) -> Result<Verified, Refused> {
    for name in files.keys() {
        check_name(name).map_err(|why| Refused::new(name, why))?;
    }
    let manifest = manifest(files)?;
    let mut report = Report { signed_by: signed(files, &manifest, expected)?, ..Report::default() };
    report.expected = expected.is_some();
    report.files = hashes(files, &manifest)?;

    let purpose = manifest.purpose;
    let contexts: BTreeSet<_> = purpose.contexts().iter().copied().collect();
    if manifest.entries.keys().copied().collect::<BTreeSet<_>>() != contexts {
        return Err(Refused::new(MANIFEST, format!("does not count what {purpose} is told")));
    }
    let mut reading = Reading { files, manifest: &manifest, report };
    let mut told = Told::new(manifest.customer.clone());
    let (mut lines, mut chains) = (BTreeMap::new(), BTreeMap::new());
    let mut places = BTreeSet::new();
    for context in contexts {
        let of_context = reading.entries(context, &mut told, &mut places)?;
        if purpose.sees_others() {
            chains.insert(context, reading.chain(context, &of_context)?);
        }
        lines.insert(context, of_context);
    }
    told.check().map_err(|why| Refused::new("entries", why))?;
    reading.computed(&told)?;
    let mut report = reading.report;
    report.decisions = told.decisions;
    Ok(Verified { manifest, report, lines, chains })
}

fn manifest(files: &Files) -> Result<Manifest, Refused> {
    #[derive(Deserialize)]
    struct Form {
        format: u16,
    }
    let bytes = of(files, MANIFEST)?;
    let unreadable = |error| Refused::new(MANIFEST, format!("cannot be read: {error}"));
    let Form { format } = serde_json::from_slice(bytes).map_err(unreadable)?;
    if format > FORMAT {
        let why = format!(
            "the bundle is of form {format} and this release reads forms up to {FORMAT}; verify it \
             with a newer release"
        );
        return Err(Refused::new(MANIFEST, why));
    }
    let manifest: Manifest = serde_json::from_slice(bytes).map_err(unreadable)?;
    let again = make::pretty(&manifest).map_err(unreadable)?;
    differ::same(MANIFEST, bytes, &again)?;
    Ok(manifest)
}

fn of<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], Refused> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| Refused::new(name, "is missing"))
}

/// Who signed it, if somebody did.
fn signed(
    files: &Files,
    manifest: &Manifest,
    expected: Option<&str>,
) -> Result<Option<String>, Refused> {
    let bytes = of(files, MANIFEST)?;
    let given = of(files, SIGNATURE)?;
    let refused = |why: &str| Refused::new(SIGNATURE, why);
    let Some(key) = &manifest.key else {
        if expected.is_some() {
            return Err(refused("the bundle is not signed, and a key is expected"));
        }
        if given != make::unsigned(bytes).as_bytes() {
            return Err(refused("is not the hash of manifest.json"));
        }
        return Ok(None);
    };
    let place = || format!("{MANIFEST}, key");
    let public = PublicKey::read(&key.public).ok().filter(|_| key.algorithm == "ed25519");
    let public = public.ok_or_else(|| Refused::new(place(), "is no Ed25519 key"))?;
    if public.fingerprint() != key.fingerprint {
        return Err(Refused::new(place(), "has a fingerprint that is not its own"));
    }
    if let Some(expected) = expected
        && expected != key.public
        && expected != key.fingerprint
    {
        let why = format!("it is signed with the key {}, not with {expected}", key.fingerprint);
        return Err(refused(&why));
    }
    let given = std::str::from_utf8(given).ok();
    let given = given.and_then(|it| it.strip_prefix("ed25519 ")?.strip_suffix('\n'));
    if !given.is_some_and(|it| public.has_signed(bytes, it)) {
        return Err(refused("is not the key's signature of manifest.json"));
    }
    Ok(Some(key.fingerprint.clone()))
}

/// Every file is there, is what it should be, and nothing else is.
fn hashes(files: &Files, manifest: &Manifest) -> Result<usize, Refused> {
    let mut listed = BTreeSet::from([MANIFEST, SIGNATURE]);
    for file in &manifest.files {
        if !listed.insert(&file.name) {
            return Err(Refused::new(&file.name, "stands in the manifest twice"));
        }
        let bytes = of(files, &file.name)?;
        if make::file(&file.name, bytes) != *file {
            let why = "is not what it was when the bundle was made: its size or hash is another";
            return Err(Refused::new(&file.name, why));
        }
    }
    if let Some(name) = files.keys().find(|it| !listed.contains(it.as_str())) {
        return Err(Refused::new(name, "is not in the manifest"));
    }
    Ok(manifest.files.len())
}

struct Reading<'a> {
    files: &'a Files,
    manifest: &'a Manifest,
    report: Report,
}

impl Reading<'_> {
    /// The entries of a context: each at a place of its own, in order, hashed or attested.
    fn entries(
        &mut self,
        context: Context,
        told: &mut Told,
        places: &mut BTreeSet<Sequence>,
    ) -> Result<Vec<Line>, Refused> {
        let name = entries::name(context);
        let read = entries::lines::<Line>(&name, of(self.files, &name)?)?;
        let (mut counted, mut lines) = (Counted::default(), Vec::<Line>::new());
        for (place, line) in read {
            let place = format!("{place}, entry {}", line.sequence);
            let refused = |why: &str| Err(Refused::new(&place, why));
            let known_at = self.manifest.known_at.get(&line.partition).copied();
            if line.partition != self.manifest.partition
                || known_at.is_none_or(|at| line.sequence > at)
                || line.sequence == Sequence::START
            {
                return refused("is no place of the customer's journal that was known");
            }
            if lines.last().is_some_and(|it| line.sequence <= it.sequence) {
                return refused("stands out of order, or twice");
            }
            if !places.insert(line.sequence) {
                return refused("another context has an entry at this place");
            }
            if lines.last().is_some_and(|it| it.hash == line.prev) {
                self.report.links += 1;
            }
            counted.entries += 1;
            let mut heard = 0;
            let mut hear = |decision: &str| {
                let about = told.hear(context, decision);
                let about = about.map_err(|why| Refused::new(&place, why))?;
                heard += u64::from(about != About::Other);
                Ok::<_, Refused>(about)
            };
            match (&line.entry, line.of) {
                (Some(entry), None) if line.decisions.is_empty() => {
                    if Hash::of(entry.as_bytes()) != line.hash {
                        return refused("its bytes do not have its hash");
                    }
                    if prev_of(entry.as_bytes()).ok() != Some(line.prev) {
                        return refused("does not follow what its line says it follows");
                    }
                    let all = entries::decisions(entry.as_bytes());
                    for decision in all.map_err(|why| Refused::new(&place, why))? {
                        if hear(decision)? == About::Other && !self.manifest.purpose.sees_others() {
                            return refused("tells of others");
                        }
                    }
                    counted.whole += 1;
                    self.report.recomputed += 1;
                }
                (None, Some(of)) if line.decisions.len() < of => {
                    let mut last = 0;
                    for own in &line.decisions {
                        if own.number <= last || own.number > of {
                            return refused("its decisions stand out of order, or twice");
                        }
                        last = own.number;
                        if hear(&own.decision)? == About::Other {
                            return refused("tells of others");
                        }
                    }
                    self.report.attested += 1;
                }
                (_, _) => return refused("is given neither whole nor in part"),
            }
            if heard == 0 {
                return refused("says nothing of the customer");
            }
            counted.decisions += heard;
            self.head(context, &place, &line)?;
            lines.push(line);
        }
        if self.manifest.entries.get(&context) != Some(&counted) {
            let why = "holds more or fewer entries or decisions than the manifest counts";
            return Err(Refused::new(name, why));
        }
        Ok(lines)
    }

    /// An entry stands no later than the context's head, and is the head where it stands there.
    fn head(&self, context: Context, place: &str, line: &Line) -> Result<(), Refused> {
        let head = self.head_of(context);
        let fits = head.is_some_and(|head| {
            line.sequence < head.sequence
                || (line.sequence == head.sequence && line.hash == head.hash)
        });
        if fits { Ok(()) } else { Err(Refused::new(place, "is not under the head of its context")) }
    }

    fn head_of(&self, context: Context) -> Option<&Head> {
        let partition = self.manifest.partition;
        let mut heads = self.manifest.heads.iter();
        heads.find(|it| it.context == context && it.partition == partition)
    }

    /// The links of a context lead from its first entry about the customer to its head, and every
    /// entry that is told is one of them.
    fn chain(&mut self, context: Context, told: &[Line]) -> Result<Vec<Link>, Refused> {
        let name = chain::name(context);
        let links = chain::read(context, of(self.files, &name)?)?;
        let refused = |why: &str| Refused::new(&name, why);
        if let Some(last) = links.last() {
            let head = self.head_of(context);
            if head.is_none_or(|it| it.sequence != last.sequence || it.hash != last.hash) {
                return Err(refused("does not end at the head of its context"));
            }
        }
        let first = told.first().map(|it| it.sequence);
        if links.first().map(|it| it.sequence) != first {
            return Err(refused("does not begin with the first entry about the customer"));
        }
        let by_place: BTreeMap<_, _> = links.iter().map(|it| (it.sequence, it)).collect();
        for line in told {
            let link = Link { sequence: line.sequence, hash: line.hash, prev: line.prev };
            if by_place.get(&line.sequence).is_none_or(|it| **it != link) {
                let why = format!("does not lead through entry {}", line.sequence);
                return Err(refused(&why));
            }
        }
        // Those that were compared among the entries are the same ones.
        self.report.links += links.len().saturating_sub(1);
        let twice = told.windows(2).filter(|it| matches!(it, [a, b] if a.hash == b.prev)).count();
        self.report.links -= twice;
        Ok(links)
    }

    /// What the decisions come to is what the other files say.
    fn computed(&mut self, told: &Told) -> Result<(), Refused> {
        let on = self.manifest.effective_on;
        let unwritable = |error: serde_json::Error| Refused::new("entries", error.to_string());
        let json = statement::json(told, on).map_err(unwritable)?;
        differ::same(statement::JSON, of(self.files, statement::JSON)?, &json)?;
        let csv = statement::csv(told, on);
        differ::same(statement::CSV, of(self.files, statement::CSV)?, &csv)?;
        customer::check(told, of(self.files, customer::CUSTOMER)?)?;

        let sent: BTreeSet<_> = told.reminders.renderings().collect();
        let mut letters = BTreeMap::new();
        for (name, bytes) in self.files {
            let Some(hash) = reminders::hash_of(name) else { continue };
            if Hash::of(bytes) != hash || reminders::name(hash, bytes) != *name {
                return Err(Refused::new(
                    name,
                    "its bytes do not have the hash it is called after",
                ));
            }
            if !sent.contains(&hash) {
                return Err(Refused::new(name, "the journal does not say that this was sent"));
            }
            letters.insert(hash, name.clone());
        }
        let index = told.reminders.index(&letters).map_err(unwritable)?;
        differ::same(reminders::INDEX, of(self.files, reminders::INDEX)?, &index)?;
        self.report.letters = letters.len();
        self.report.letters_missing = sent.len() - letters.len();
        of(self.files, readme::README)?;
        self.nothing_else(&letters)
    }

    /// No file is there that nothing above looked at.
    fn nothing_else(&self, letters: &BTreeMap<Hash, String>) -> Result<(), Refused> {
        let purpose = self.manifest.purpose;
        let contexts = purpose.contexts().iter();
        let mut known: BTreeSet<_> = contexts.clone().map(|it| entries::name(*it)).collect();
        if purpose.sees_others() {
            known.extend(contexts.map(|it| chain::name(*it)));
        }
        known.extend(letters.values().cloned());
        let fixed = [
            MANIFEST,
            SIGNATURE,
            readme::README,
            statement::JSON,
            statement::CSV,
            customer::CUSTOMER,
            reminders::INDEX,
        ];
        known.extend(fixed.map(str::to_owned));
        match self.files.keys().find(|it| !known.contains(*it)) {
            Some(name) => Err(Refused::new(name, "is no file of a bundle")),
            None => Ok(()),
        }
    }
}

impl Verified {
    /// Whether a journal, heard up to [`Manifest::known_at`] for the same purpose, says the same: every
    /// place, every hash and every decision, none missing and none more. The error names the first
    /// entry that differs.
    pub fn check_journal(&self, heard: &Gathering) -> Result<(), Refused> {
        let none = Vec::new();
        for (context, ours) in &self.lines {
            let theirs = heard.lines.get(context).unwrap_or(&none);
            let place = |it: &Line| format!("{context}, entry {}", it.sequence);
            for (ours, theirs) in ours.iter().zip(theirs) {
                if ours != theirs {
                    let first = if ours.sequence <= theirs.sequence { ours } else { theirs };
                    return Err(Refused::new(place(first), "the journal says otherwise"));
                }
            }
            if let Some(more) = ours.get(theirs.len()) {
                return Err(Refused::new(place(more), "the journal has no such entry"));
            }
            if let Some(less) = theirs.get(ours.len()) {
                let why = "stands in the journal and not in the bundle";
                return Err(Refused::new(place(less), why));
            }
        }
        for (context, ours) in &self.chains {
            let theirs = heard.links.get(context).map(Vec::as_slice).unwrap_or_default();
            if ours != theirs {
                let why = "the journal's chain is another";
                return Err(Refused::new(chain::name(*context), why));
            }
        }
        for head in heard.heads() {
            if !self.manifest.heads.contains(&head) {
                let place = format!("{}, entry {}", head.context, head.sequence);
                return Err(Refused::new(place, "the journal has another head"));
            }
        }
        Ok(())
    }
}
