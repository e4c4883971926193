//! `vigie evidence`: makes a bundle, checks one without a network, holds one against a journal.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use ::evidence::{
    BYTES_MAX, Files, Purpose, Refused, Report, Verified, check_name, unpack, verify,
};
use chrono::NaiveDate;
use clap::Subcommand;
use events::{CustomerId, TenantId};
use journal::{ReadError, Store};

use super::{Past, Sources, Trouble, key};
use crate::{
    backtest::journals,
    cli::{Exit, exit_of, fail, load, say},
    config::{Config, Flags},
    contacts::Contacts,
    sending::Shelf,
    serve::{StartError, connect, persist},
};

/// Make files about a customer that others can check, and check them.
#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// Make one, for a court, an insurer or an auditor
    Make(Make),
    /// Check one, with nothing but the file: no configuration, no network
    Verify(Verify),
    /// Hold one against the tenant's journal
    CheckJournal(CheckJournal),
}

/// Make a file about a customer: its journal, the statement of a day, the letters that left, and the
/// hashes of it all.
#[derive(Debug, clap::Args)]
pub struct Make {
    /// Who is owed
    #[arg(long, short, env = "VIGIE_TENANT")]
    tenant: TenantId,
    /// Who owes
    #[arg(long)]
    customer: CustomerId,
    /// Whom it is for: court, insurer or auditor. An auditor is told of other customers too
    #[arg(long)]
    purpose: Purpose,
    /// The day at whose end the statement is drawn up [default: the business day that is open]
    #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
    effective_on: Option<NaiveDate>,
    /// The file to write; one that is there is not written over
    /// [default: evidence-TENANT-CUSTOMER-PURPOSE.zip]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The seed of the Ed25519 key to sign with, 64 hexadecimal digits
    /// [default: what the tenant's file says]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

/// Check a file, or the folder it was unpacked to.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The file or the folder
    #[arg(value_name = "FILE|FOLDER")]
    bundle: PathBuf,
    /// The public key of whoever must have signed it, or its fingerprint
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Check a file, and compare every place and every hash in it with the journal.
#[derive(Debug, clap::Args)]
pub struct CheckJournal {
    /// The file, or the folder it was unpacked to
    #[arg(value_name = "FILE|FOLDER")]
    bundle: PathBuf,
    #[command(flatten)]
    flags: Flags,
}

/// Runs it.
pub(crate) async fn main(asked: &Evidence) -> Exit {
    let done = match asked {
        Evidence::Make(asked) => match load(&asked.flags) {
            Ok(loaded) => asked.run(&loaded.config).await,
            Err(exit) => return exit,
        },
        Evidence::Verify(asked) => return asked.run(),
        Evidence::CheckJournal(asked) => match load(&asked.flags) {
            Ok(loaded) => asked.run(&loaded.config).await,
            Err(exit) => return exit,
        },
    };
    done.unwrap_or_else(|error| fail(exit_of(&error), error))
}

/// How the program ends for want of a bundle.
fn ended(trouble: &Trouble) -> Exit {
    let exit = match trouble {
        Trouble::Journal(ReadError::Unavailable(_)) | Trouble::Bucket(_) => Exit::Unreachable,
        Trouble::Journal(_) | Trouble::Unreadable(_) => Exit::Damaged,
        Trouble::Unmade(_) => Exit::Failed,
    };
    fail(exit, trouble)
}

/// What stands beside the journals of a store.
async fn beside(store: &Store, config: &Config) -> Result<(Contacts, Shelf), StartError> {
    let Some(client) = store.client() else { return Ok((Contacts::memory(), Shelf::memory())) };
    let contacts = persist(|| Contacts::open(client.clone(), config.nats.replicas)).await?;
    let shelf = persist(|| Shelf::open(client.clone())).await?;
    Ok((contacts, shelf))
}

impl Make {
    async fn run(&self, config: &Config) -> Result<Exit, StartError> {
        let Self { tenant, customer, purpose, effective_on, .. } = self;
        let out = match self.out() {
            Ok(out) => out,
            Err(why) => return Ok(fail(Exit::Usage, why)),
        };
        let key = match (&self.key_file, &config.sending.directory) {
            (Some(file), _) => key::read_key(file).await.map(Some),
            (None, Some(directory)) => key::signing_key(directory, tenant).await,
            (None, None) => Ok(None),
        };
        let key = match key {
            Ok(key) => key,
            Err(why) => return Ok(fail(Exit::Usage, why)),
        };
        let fingerprint = key.as_ref().map(|it| it.public().fingerprint());
        let store = connect(&config.nats).await?;
        let journals = journals(&store, tenant).await?;
        let (contacts, letters) = beside(&store, config).await?;
        let (contacts, letters) = (&contacts, Some(&letters));
        let sources = Sources { tenant, journals: &journals, contacts, letters };
        let past = Past { on: *effective_on, until: None };
        let made = sources.make(*purpose, customer, past, key).await;
        let (bytes, gathering) = match made {
            Ok(made) => made,
            Err(trouble) => return Ok(ended(&trouble)),
        };
        let written = fs::File::create_new(&out).and_then(|mut file| file.write_all(&bytes));
        if let Err(error) = written {
            return Ok(fail(Exit::Failed, format_args!("{}: {error}", out.display())));
        }
        let signed = fingerprint.map_or_else(
            || "NOT SIGNED: set evidence.key_file in the tenant's file, or --key-file".to_owned(),
            |it| format!("signed with the key {it}"),
        );
        say(format_args!(
            "{}  {} bytes  up to entry {}\n{signed}\n",
            out.display(),
            bytes.len(),
            gathering.position()
        ));
        Ok(Exit::Done)
    }

    fn out(&self) -> Result<PathBuf, String> {
        let Self { tenant, customer, purpose, .. } = self;
        if let Some(out) = &self.out {
            return Ok(out.clone());
        }
        let name = format!("evidence-{tenant}-{customer}-{purpose}.zip");
        if name.contains('/') || check_name(&name).is_err() {
            return Err(format!("{customer} is no name for a file: set --out"));
        }
        Ok(name.into())
    }
}

impl Verify {
    fn run(&self) -> Exit {
        match read(&self.bundle, self.key.as_deref()) {
            Ok(verified) => {
                say(told(&verified));
                Exit::Done
            }
            Err(exit) => exit,
        }
    }
}

/// A bundle from a file or a folder, if it is sound; else why not has been said.
fn read(path: &Path, key: Option<&str>) -> Result<Verified, Exit> {
    let failed =
        |error: std::io::Error| fail(Exit::Failed, format_args!("{}: {error}", path.display()));
    let files = if path.is_dir() {
        let mut files = Files::new();
        folder(path, "", &mut files).map_err(failed)?;
        Ok(files)
    } else {
        let length = fs::metadata(path).map_err(failed)?.len();
        if usize::try_from(length).is_ok_and(|it| it <= BYTES_MAX) {
            unpack(&fs::read(path).map_err(failed)?)
        } else {
            return Err(failed(std::io::ErrorKind::FileTooLarge.into()));
        }
    };
    let refused = |it: Refused| fail(Exit::Damaged, format_args!("NOT SOUND  {it}"));
    files.and_then(|files| verify(&files, key)).map_err(refused)
}

/// Every file below a folder; a link leads elsewhere and is none.
fn folder(path: &Path, prefix: &str, files: &mut Files) -> std::io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folder(&entry.path(), &format!("{name}/"), files)?;
        } else if kind.is_file() {
            let known: usize = files.values().map(Vec::len).sum();
            let more = usize::try_from(entry.metadata()?.len()).unwrap_or(usize::MAX);
            if known.saturating_add(more) > BYTES_MAX {
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
            files.insert(name, fs::read(entry.path())?);
        } else {
            let why = format!("{name} is neither a file nor a folder");
            return Err(std::io::Error::other(why));
        }
    }
    Ok(())
}

/// What was checked, for a person.
fn told(verified: &Verified) -> String {
    let Verified { manifest, report, .. } = verified;
    let Report { files, decisions, recomputed, attested, links, letters, .. } = report;
    let signed = match &report.signed_by {
        Some(it) if report.expected => format!("signed with the key that is expected, {it}"),
        Some(it) => format!(
            "signed with the key {it}\n  whose key that is the file cannot tell: compare it with \
             what the tenant gave you, or give it with --key"
        ),
        None => {
            "NOT SIGNED: nobody vouches for this file; it is sound in itself and no more".to_owned()
        }
    };
    let by = if report.signed_by.is_some() { "by the signature alone" } else { "by NOBODY" };
    let missing = match report.letters_missing {
        0 => String::new(),
        it => format!(", {it} not kept any more"),
    };
    format!(
        "SOUND  evidence for {}: tenant {}, customer {}, as of the end of {}\n{signed}\n\
         files       {files:>6}  hashed\n\
         decisions   {decisions:>6}  heard; the statement, the customer and the letters are what they \
         come to\n\
         recomputed  {recomputed:>6}  entries, whole\n\
         attested    {attested:>6}  entries, {by}: vigie evidence check-journal holds them against \
         the journal\n\
         links       {links:>6}  from an entry to its context's previous one\n\
         letters     {letters:>6}  with the bytes that left{missing}\n",
        manifest.purpose, manifest.tenant, manifest.customer, manifest.effective_on
    )
}

impl CheckJournal {
    async fn run(&self, config: &Config) -> Result<Exit, StartError> {
        let verified = match read(&self.bundle, None) {
            Ok(verified) => verified,
            Err(exit) => return Ok(exit),
        };
        let manifest = &verified.manifest;
        let store = connect(&config.nats).await?;
        let journals = journals(&store, &manifest.tenant).await?;
        match compare(&verified, &journals).await {
            Ok(Ok(())) => {
                let entries: u64 = manifest.entries.values().map(|it| it.entries).sum();
                say(format_args!(
                    "{}the journal says the same: {entries} entries, {} heads\n",
                    told(&verified),
                    manifest.heads.len()
                ));
                Ok(Exit::Done)
            }
            Ok(Err(refused)) => Ok(fail(Exit::Damaged, format_args!("NOT THE SAME  {refused}"))),
            Err(trouble) => Ok(ended(&trouble)),
        }
    }
}

/// Whether these journals say the same, up to where the bundle ends.
async fn compare(
    verified: &Verified,
    journals: &[(events::Partition, journal::Journal)],
) -> Result<Result<(), Refused>, Trouble> {
    let manifest = &verified.manifest;
    let contacts = Contacts::memory();
    let tenant = &manifest.tenant;
    let sources = Sources { tenant, journals, contacts: &contacts, letters: None };
    let differs = |place: String, why: &str| Ok(Err(Refused { place, why: why.to_owned() }));
    if sources.partition_of(&manifest.customer) != manifest.partition {
        return differs("manifest.json".to_owned(), "the customer's journal is another");
    }
    for head in &manifest.heads {
        let place =
            format!("{}, entry {} of partition {}", head.context, head.sequence, head.partition);
        let journal = journals.iter().find(|(it, _)| *it == head.partition);
        let Some((_, journal)) = journal else {
            return differs(place, "there is no such partition");
        };
        if journal.last().await? < head.sequence {
            return differs(place, "the journal ends before it");
        }
        let record = journal.get(head.sequence).await?;
        if record.hash != head.hash || record.context != head.context {
            return differs(place, "the journal has another entry there");
        }
    }
    let until = manifest.known_at.get(&manifest.partition).copied();
    let heard = sources.gather(manifest.purpose, &manifest.customer, until).await?;
    Ok(verified.check_journal(&heard))
}
