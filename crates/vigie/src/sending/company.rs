//! What a tenant's sending is told, in a file of its own: who writes, by which ways, with which words.

use std::{collections::BTreeMap, io, path::Path, time::Duration};

use courier::{Folder, Login, Reach, Secret, Security, Smtp, Webhook};
use events::TenantId;
use letters::{Language, Sender, Source, Template, Window};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    collectors::{CollectorForm, Collectors},
    slots::{RegionForm, Slots},
};
use crate::{
    dossier,
    portal::{self, Links},
};

/// Everything a tenant's sending needs.
#[derive(Debug)]
pub struct Company {
    /// Who writes.
    pub sender: Sender,
    /// The language of customers of which none is known.
    pub language: Language,
    /// Templates of the tenant's own, beside those that are shipped.
    pub templates: Vec<Template>,
    /// Whence mail comes, and by which server it goes; none: no mail.
    pub mail: Option<(courier::Address, Smtp)>,
    /// Where letters on paper are printed from; none: no letters.
    pub post: Option<Folder>,
    /// A system of the tenant's that takes reminders on; none: no webhook.
    pub webhook: Option<Webhook>,
    /// Where cases are brought to, by who collects them; without a way a person brings them.
    pub collectors: Collectors,
    /// When something may leave, by the region of whoever gets it.
    pub slots: Slots,
    /// Accounts of companies that receivables are assigned to, by the name that agreements have for
    /// them.
    pub payees: BTreeMap<String, Account>,
    /// Links to the customers' page; none: letters name none.
    pub links: Option<Links>,
    /// The keys by which dossiers are sealed.
    pub dossiers: dossier::Keys,
}

/// Where an assignee is paid.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The account.
    pub iban: String,
    /// Its bank.
    pub bic: Option<String>,
}

/// Why a company's file cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum CompanyError {
    /// It cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// Which file.
        path: String,
        /// Why not.
        error: io::Error,
    },
    /// It does not say what it should.
    #[error("{path}: {why}")]
    Wrong {
        /// Which file.
        path: String,
        /// What is wrong.
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    name: String,
    #[serde(default)]
    address: Vec<String>,
    #[serde(default)]
    mentions: Vec<String>,
    iban: Option<String>,
    bic: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    #[serde(default)]
    window: WindowForm,
    language: Option<Language>,
    zone: Option<String>,
    hours: Option<[u32; 2]>,
    #[serde(default)]
    regions: BTreeMap<String, RegionForm>,
    smtp: Option<SmtpForm>,
    post: Option<PostForm>,
    webhook: Option<WebhookForm>,
    portal: Option<portal::Form>,
    #[expect(dead_code, reason = "whoever makes evidence reads it")]
    evidence: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    dossier: dossier::Form,
    #[serde(default)]
    collectors: Vec<CollectorForm>,
    #[serde(default)]
    payees: BTreeMap<String, Account>,
    #[serde(default)]
    templates: Vec<Source>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WindowForm {
    #[default]
    Left,
    Right,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SmtpForm {
    host: String,
    port: u16,
    security: SecurityForm,
    from: String,
    user: Option<String>,
    password_file: Option<String>,
    hello: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum SecurityForm {
    Plain,
    StartTls,
    Tls,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostForm {
    folder: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookForm {
    url: String,
    secret_file: String,
    #[serde(default)]
    private_network: bool,
}

/// For one step of a conversation, and for a whole message.
pub(super) const STEP: Duration = Duration::from_secs(30);
const DATA: Duration = Duration::from_mins(5);

impl Company {
    /// The file of a tenant; none if it has none.
    pub async fn load(directory: &Path, tenant: &TenantId) -> Result<Option<Self>, CompanyError> {
        let Some((form, path)) = read_file::<Form>(directory, tenant).await? else {
            return Ok(None);
        };
        form.company(directory).await.map(Some).map_err(|why| CompanyError::Wrong { path, why })
    }
}

/// What the file of a tenant says, and what the file is called; none if it has none.
pub(crate) async fn read_file<F: DeserializeOwned>(
    directory: &Path,
    tenant: &TenantId,
) -> Result<Option<(F, String)>, CompanyError> {
    let file = directory.join(format!("{tenant}.toml"));
    let path = file.display().to_string();
    let text = match tokio::fs::read_to_string(&file).await {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CompanyError::Read { path, error }),
    };
    match toml::from_str(&text) {
        Ok(form) => Ok(Some((form, path))),
        Err(error) => Err(CompanyError::Wrong { path, why: error.to_string() }),
    }
}

impl Form {
    async fn company(self, directory: &Path) -> Result<Company, String> {
        let mut templates = Vec::new();
        for source in self.templates {
            templates.push(Template::try_new(source).map_err(|it| it.to_string())?);
        }
        let mail = match self.smtp {
            None => None,
            Some(it) => {
                let from =
                    courier::Address { name: Some(self.name.clone()), email: it.from.clone() };
                Some((from, it.smtp().await?))
            }
        };
        let webhook = match self.webhook {
            None => None,
            Some(it) => {
                let secret = Secret::new(secret(&it.secret_file).await?.into_bytes())
                    .ok_or("webhook.secret_file: a secret has 16 bytes at least")?;
                let reach = if it.private_network { Reach::Anywhere } else { Reach::Public };
                let webhook = Webhook::try_new(&it.url, secret, reach, STEP, &[]);
                Some(webhook.map_err(|error| format!("webhook.url: {error}"))?)
            }
        };
        let collectors = Collectors::read(self.collectors).await?;
        let slots = Slots::read(self.zone.as_deref(), self.hours, self.regions)?;
        let links = match self.portal {
            None => None,
            Some(it) => Some(it.links().await?),
        };
        Ok(Company {
            sender: Sender {
                name: self.name,
                address: self.address,
                mentions: self.mentions,
                iban: self.iban,
                bic: self.bic,
                email: self.email,
                phone: self.phone,
                window: match self.window {
                    WindowForm::Left => Window::Left,
                    WindowForm::Right => Window::Right,
                },
            },
            language: self.language.unwrap_or(Language::En),
            templates,
            mail,
            post: self.post.map(|it| Folder { path: it.folder.into() }),
            webhook,
            collectors,
            slots,
            payees: self.payees,
            links,
            dossiers: self.dossier.keys(directory)?,
        })
    }
}

impl SmtpForm {
    async fn smtp(self) -> Result<Smtp, String> {
        let login = match (self.user, self.password_file) {
            (None, None) => None,
            (Some(user), Some(file)) => Some(Login { user, password: secret(&file).await? }),
            (Some(_), None) => return Err("smtp.user: set smtp.password_file too".to_owned()),
            (None, Some(_)) => return Err("smtp.password_file: set smtp.user too".to_owned()),
        };
        Ok(Smtp {
            host: self.host,
            port: self.port,
            security: match self.security {
                SecurityForm::Plain => Security::Plain,
                SecurityForm::StartTls => Security::StartTls,
                SecurityForm::Tls => Security::Tls,
            },
            login,
            hello: self.hello,
            step_timeout: STEP,
            data_timeout: DATA,
            roots: Vec::new(),
        })
    }
}

pub(super) async fn secret(file: &str) -> Result<String, String> {
    let text = tokio::fs::read_to_string(file).await.map_err(|error| format!("{file}: {error}"))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn load(text: &str) -> Result<Option<Company>, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("acme.toml"), text).unwrap();
        let loaded = Company::load(folder.path(), &"acme".parse().unwrap()).await;
        loaded.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_zone_that_nobody_knows_is_named_with_its_key_and_its_file() {
        let known = "name = \"Port\"\n[regions.GB]\nzone = \"Europe/London\"\n";
        assert!(load(known).await.unwrap().is_some());
        let why = load(&known.replace("London", "Londres")).await.unwrap_err();
        assert!(
            why.contains("acme.toml: regions.GB.zone: `Europe/Londres` is no time zone"),
            "{why}"
        );
    }
}
