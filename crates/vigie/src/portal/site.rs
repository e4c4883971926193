//! What a tenant says in its file about its customers' page: who is owed, where to pay, and what
//! links are signed with. Of the rest of that file nothing is read here, and no other secret.

use std::path::Path;

use chrono::{Days, NaiveDate};
use events::{CustomerId, TenantId};
use http::Uri;
use letters::Language;
use serde::Deserialize;

use super::token::{Grant, Key, Keyring};
use crate::sending::{CompanyError, read_file};

/// Links to the pages of a tenant's customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// What a link begins with, without a slash at its end.
    url: String,
    /// What they are signed with.
    pub keys: Keyring,
    /// How many days a link opens, 1 to 366.
    pub days: u16,
}

/// What a page says of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Where to pay.
    pub iban: Option<String>,
    /// Its bank.
    pub bic: Option<String>,
    /// Where to write.
    pub email: Option<String>,
    /// Where to call.
    pub phone: Option<String>,
    /// The language of customers of which none is known.
    pub language: Language,
    /// Where to pay online, with the places of what is paid.
    pay_url: Option<String>,
    /// How far away a day may be that a customer promises to pay on.
    pub promise_days: u16,
    /// Links to it.
    pub links: Links,
}

/// The part `[portal]` of a company's file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    url: String,
    key_file: String,
    #[serde(default)]
    old_key_files: Vec<String>,
    days: Option<u16>,
    pay_url: Option<String>,
    promise_days: Option<u16>,
}

/// The whole file, as far as the page is concerned.
#[derive(Deserialize)]
struct File {
    name: String,
    iban: Option<String>,
    bic: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    language: Option<Language>,
    portal: Option<Form>,
}

const DAYS: u16 = 30;
const DAYS_MAX: u16 = 366;

impl Site {
    /// What the file of a tenant says; nothing if it has none, or none with a part `[portal]`.
    pub async fn load(directory: &Path, tenant: &TenantId) -> Result<Option<Self>, CompanyError> {
        let read = read_file::<File>(directory, tenant).await?;
        let Some((file, path)) = read else { return Ok(None) };
        let wrong = |why: String| CompanyError::Wrong { path: path.clone(), why };
        let Some(form) = file.portal else { return Ok(None) };
        let pay_url = form.pay_url.clone();
        if let Some(url) = &pay_url {
            check_url(url).map_err(|why| wrong(format!("portal.pay_url: {why}")))?;
        }
        let promise_days = form.promise_days.unwrap_or(DAYS);
        if !(1..=DAYS_MAX).contains(&promise_days) {
            return Err(wrong(format!(
                "portal.promise_days: {promise_days} is not 1 to {DAYS_MAX}"
            )));
        }
        Ok(Some(Self {
            name: file.name,
            iban: file.iban,
            bic: file.bic,
            email: file.email,
            phone: file.phone,
            language: file.language.unwrap_or(Language::En),
            pay_url,
            promise_days,
            links: form.links().await.map_err(wrong)?,
        }))
    }

    /// Where to pay so much online, if anywhere.
    pub fn pay_link(&self, customer: &CustomerId, amount: money::Money) -> Option<String> {
        let text = amount.text();
        let (number, currency) = text.as_str().split_once(' ')?;
        let encoded = |it: &str| form_urlencoded::byte_serialize(it.as_bytes()).collect::<String>();
        let link = self.pay_url.as_ref()?.replace("{customer}", &encoded(customer.as_str()));
        Some(link.replace("{amount}", number).replace("{currency}", currency))
    }
}

impl Form {
    /// The links it describes; its keys are read from their files.
    pub(crate) async fn links(self) -> Result<Links, String> {
        check_url(&self.url).map_err(|why| format!("portal.url: {why}"))?;
        if self.url.contains(['?', '#', '{']) {
            return Err("portal.url: a link goes on where it ends: no ?, # or {".to_owned());
        }
        let days = self.days.unwrap_or(DAYS);
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(format!("portal.days: {days} is not 1 to {DAYS_MAX}"));
        }
        let first = key("portal.key_file", &self.key_file).await?;
        let mut older = Vec::with_capacity(self.old_key_files.len());
        for file in &self.old_key_files {
            older.push(key("portal.old_key_files", file).await?);
        }
        let url = self.url.trim_end_matches('/').to_owned();
        Ok(Links { url, keys: Keyring::new(first, older), days })
    }
}

impl Links {
    /// The link to a customer's page, made on a day and good for so many; without a number for as
    /// many as the tenant says.
    pub fn link(
        &self,
        tenant: &TenantId,
        customer: &CustomerId,
        on: NaiveDate,
        days: Option<u16>,
    ) -> String {
        let days = Days::new(days.unwrap_or(self.days).into());
        let until = on.checked_add_days(days).unwrap_or(on);
        let grant = Grant { tenant: tenant.clone(), customer: customer.clone(), until };
        format!("{}/{}", self.url, self.keys.token(&grant))
    }

    /// What browsers call the place of these pages: scheme, host and port.
    pub fn origin(&self) -> &str {
        let host = self.url.find("://").map_or(0, |it| it + 3);
        let end =
            self.url.get(host..).and_then(|it| it.find('/')).map_or(self.url.len(), |it| host + it);
        self.url.get(..end).unwrap_or(&self.url)
    }
}

async fn key(field: &str, file: &str) -> Result<Key, String> {
    let text = tokio::fs::read_to_string(file).await;
    let text = text.map_err(|error| format!("{field}: {file}: {error}"))?;
    Key::new(text.trim()).ok_or_else(|| format!("{field}: {file}: a key has 32 bytes at least"))
}

/// Whoever carries a link can open it: it goes by TLS, but on this very machine.
fn check_url(url: &str) -> Result<(), &'static str> {
    const WRONG: &str = "is no address such as https://pay.example.com";
    let bare = url.replace(['{', '}'], "");
    let uri: Uri = bare.parse().map_err(|_| WRONG)?;
    let host = uri.host().ok_or(WRONG)?;
    let here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if here => Ok(()),
        Some(_) | None => Err("must begin with https://"),
    }
}

#[cfg(test)]
mod tests {
    use money::{Currency, Money};

    use super::*;

    async fn load(portal: &str) -> Result<Option<Site>, String> {
        let dir = tempfile::tempdir().unwrap();
        let key = dir.path().join("key").display().to_string();
        std::fs::write(&key, "0123456789abcdef0123456789abcdef\n").unwrap();
        let file = format!("name = \"Port\"\n[smtp]\nhost = 1\n{portal}").replace("KEY", &key);
        std::fs::write(dir.path().join("acme.toml"), file).unwrap();
        Site::load(dir.path(), &"acme".parse().unwrap()).await.map_err(|it| it.to_string())
    }

    #[tokio::test]
    async fn of_a_file_only_what_the_page_needs_is_read() {
        assert_eq!(load("").await, Ok(None));
        let portal = "[portal]\nurl = \"https://pay.example:8443/a/\"\nkey_file = \"KEY\"\n\
                      pay_url = \"https://bank.example/?for={customer}&sum={amount}+{currency}\"";
        let site = load(portal).await.unwrap().unwrap();
        assert_eq!(site.links.origin(), "https://pay.example:8443");
        let (tenant, customer) = ("acme".parse().unwrap(), "C=2F1".parse().unwrap());
        let on = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let link = site.links.link(&tenant, &customer, on, None);
        assert!(link.starts_with("https://pay.example:8443/a/acme.C=2F1.20260701."), "{link}");
        let pay = site.pay_link(&customer, Money::new(120_050, Currency::EUR));
        assert_eq!(pay.as_deref(), Some("https://bank.example/?for=C%3D2F1&sum=1200.50+EUR"));
    }

    #[tokio::test]
    async fn what_cannot_be_is_told_by_its_field() {
        let with = async |url: &str, more: &str| {
            let portal = format!("[portal]\nurl = \"{url}\"\nkey_file = \"KEY\"\n{more}");
            load(&portal).await.unwrap_err()
        };
        for (url, more, why) in [
            ("http://pay.example", "", "portal.url: must begin with https://"),
            ("javascript:alert(1)", "", "portal.url: "),
            ("https://pay.example/?a=b", "", "portal.url: a link goes on"),
            ("https://pay.example", "days = 0", "portal.days: 0 is not 1 to 366"),
            ("https://pay.example", "promise_days = 400", "portal.promise_days: 400"),
            ("https://pay.example", "pay_url = \"ftp://b.example\"", "portal.pay_url: must begin"),
            (
                "https://pay.example",
                "old_key_files = [\"/nowhere\"]",
                "portal.old_key_files: /nowhere",
            ),
            ("https://pay.example", "key = 1", "unknown field `key`"),
        ] {
            let told = with(url, more).await;
            assert!(told.contains(why), "{told}");
        }
    }
}
