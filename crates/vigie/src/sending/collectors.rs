//! Where cases are brought to: a way for each collector, as a company's file says it.

use std::collections::BTreeMap;

use courier::{Folder, HostKey, Login, Reach, Secret, Sftp, SshKey, SshLogin, Webhook};
use events::Reference;
use serde::Deserialize;

use super::company::{STEP, secret};

/// The ways to collectors, by the names the rules for collecting give them.
#[derive(Debug, Default)]
pub struct Collectors(BTreeMap<Reference, To>);

/// A way to a collector.
#[derive(Debug)]
pub struct To {
    /// By which it is reached.
    pub way: Way,
    /// What it and the tenant know, to sign what it is told; none: that is not signed.
    pub secret: Option<Secret>,
}

/// How files reach a collector.
#[derive(Debug)]
pub enum Way {
    /// A server of its own.
    Sftp(Sftp),
    /// A system of its own.
    Https(Box<Webhook>),
    /// A folder that somebody else empties.
    Folder(Folder),
}

impl Collectors {
    /// Where a collector is reached; none: a person does.
    pub fn to(&self, collector: &Reference) -> Option<&To> {
        self.0.get(collector)
    }

    /// Who can be reached.
    pub fn names(&self) -> impl Iterator<Item = &Reference> {
        self.0.keys()
    }

    /// # Errors
    ///
    /// The key that cannot be, and why.
    pub(super) async fn read(forms: Vec<CollectorForm>) -> Result<Self, String> {
        let mut ways = BTreeMap::new();
        for (place, form) in forms.into_iter().enumerate() {
            let name = form.name.clone();
            let field = |key: &str| format!("collectors[{place}].{key}");
            if ways.contains_key(&name) {
                return Err(format!("{}: {name} is there twice", field("name")));
            }
            let to = form.to(&field).await?;
            ways.insert(name, to);
        }
        Ok(Self(ways))
    }
}

/// What a company's file says of a collector.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectorForm {
    name: Reference,
    way: WayForm,
    host: Option<String>,
    port: Option<u16>,
    user: Option<String>,
    password_file: Option<String>,
    key_file: Option<String>,
    host_key: Option<String>,
    folder: Option<String>,
    url: Option<String>,
    secret_file: Option<String>,
    private_network: Option<bool>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WayForm {
    Sftp,
    Https,
    Folder,
}

/// Where SSH listens.
const SSH_PORT: u16 = 22;

impl CollectorForm {
    async fn to(self, field: &impl Fn(&str) -> String) -> Result<To, String> {
        self.only_what_belongs(field)?;
        let signs = match &self.secret_file {
            None => None,
            Some(file) => {
                let at = field("secret_file");
                let bytes = secret(file).await.map_err(|why| format!("{at}: {why}"))?.into_bytes();
                let long = Secret::new(bytes);
                Some(long.ok_or_else(|| format!("{at}: a secret has 16 bytes at least"))?)
            }
        };
        let way = match self.way {
            WayForm::Sftp => Way::Sftp(self.sftp(field).await?),
            WayForm::Https => {
                let url = given(self.url, field, "url")?;
                let reach = match self.private_network {
                    Some(true) => Reach::Anywhere,
                    Some(false) | None => Reach::Public,
                };
                let signs = signs
                    .clone()
                    .ok_or_else(|| format!("{}: is not said", field("secret_file")))?;
                let webhook = Webhook::try_new(&url, signs, reach, STEP, &[]);
                let webhook = webhook.map_err(|error| format!("{}: {error}", field("url")))?;
                Way::Https(Box::new(webhook))
            }
            WayForm::Folder => {
                Way::Folder(Folder { path: given(self.folder, field, "folder")?.into() })
            }
        };
        Ok(To { way, secret: signs })
    }

    /// What belongs to another way would be read by nobody.
    fn only_what_belongs(&self, field: &impl Fn(&str) -> String) -> Result<(), String> {
        let ssh = [
            ("host", self.host.is_some()),
            ("port", self.port.is_some()),
            ("user", self.user.is_some()),
            ("password_file", self.password_file.is_some()),
            ("key_file", self.key_file.is_some()),
            ("host_key", self.host_key.is_some()),
        ];
        let web =
            [("url", self.url.is_some()), ("private_network", self.private_network.is_some())];
        let folder = [("folder", self.folder.is_some())];
        let (way, strange) = match self.way {
            WayForm::Sftp => ("sftp", web.to_vec()),
            WayForm::Https => ("https", [&ssh[..], &folder].concat()),
            WayForm::Folder => ("folder", [&ssh[..], &web].concat()),
        };
        match strange.iter().find(|(_, said)| *said) {
            Some((key, _)) => Err(format!("{}: does not belong to the way {way}", field(key))),
            None => Ok(()),
        }
    }

    async fn sftp(self, field: &impl Fn(&str) -> String) -> Result<Sftp, String> {
        let host = given(self.host, field, "host")?;
        let user = given(self.user, field, "user")?;
        let login = match (self.password_file, self.key_file) {
            (Some(file), None) => {
                let read = secret(&file).await;
                let password = read.map_err(|why| format!("{}: {why}", field("password_file")))?;
                SshLogin::Password(Login { user, password })
            }
            (None, Some(file)) => {
                let at = field("key_file");
                let text = secret(&file).await.map_err(|why| format!("{at}: {why}"))?;
                let key = SshKey::parse(&text).map_err(|why| format!("{at}: {file}: {why}"))?;
                SshLogin::Key { user, key }
            }
            (None, None) => {
                return Err(format!("{}: is not said, nor is password_file", field("key_file")));
            }
            (Some(_), Some(_)) => {
                return Err(format!("{}: password_file is said too", field("key_file")));
            }
        };
        let key = given(self.host_key, field, "host_key")?;
        let key = HostKey::parse(&key).map_err(|why| format!("{}: {why}", field("host_key")))?;
        let folder = self.folder.unwrap_or_default();
        let port = self.port.unwrap_or(SSH_PORT);
        Sftp::try_new(&host, port, login, key, &folder, STEP).map_err(|why| {
            let key = if matches!(why, courier::Unusable::Host { .. }) { "host" } else { "folder" };
            format!("{}: {why}", field(key))
        })
    }
}

fn given(
    said: Option<String>,
    field: &impl Fn(&str) -> String,
    key: &str,
) -> Result<String, String> {
    said.ok_or_else(|| format!("{}: is not said", field(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        collectors: Vec<CollectorForm>,
    }

    async fn read(text: &str) -> Result<Collectors, String> {
        let file: File = toml::from_str(text).map_err(|it| it.to_string())?;
        Collectors::read(file.collectors).await
    }

    const SERVER: &str = r#"
        [[collectors]]
        name = "agency-north"
        way = "sftp"
        host = "sftp.agency.example"
        user = "port"
        password_file = "PASSWORD"
        host_key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        folder = "in"
    "#;

    fn server() -> (tempfile::TempDir, String) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("password");
        std::fs::write(&file, "a secret of the agency\n").unwrap();
        let text = SERVER.replace("PASSWORD", file.to_str().unwrap());
        (dir, text)
    }

    #[tokio::test]
    async fn a_way_is_known_by_the_collectors_name() {
        let (dir, text) = server();
        let folder = "[[collectors]]\nname = \"agency-south\"\nway = \"folder\"\nfolder = \"/in\"";
        let web = format!(
            "[[collectors]]\nname = \"agency-west\"\nway = \"https\"\n\
             url = \"https://agency.example/cases\"\nsecret_file = {:?}",
            dir.path().join("password").display().to_string()
        );
        let known = read(&format!("{text}\n{folder}\n{web}")).await.unwrap();
        let to = |name: &str| known.to(&name.parse().unwrap());
        assert!(matches!(to("agency-north").unwrap().way, Way::Sftp(_)));
        assert!(matches!(to("agency-south").unwrap().way, Way::Folder(_)));
        assert!(matches!(to("agency-west"), Some(To { way: Way::Https(_), secret: Some(_) })));
        assert!(to("agency-east").is_none());
    }

    #[tokio::test]
    async fn the_shipped_example_can_be_followed() {
        let dir = tempfile::tempdir().unwrap();
        let seed = [8; 32];
        let key = russh::keys::ssh_key::private::Ed25519Keypair::from_seed(&seed);
        let key = russh::keys::PrivateKey::from(key);
        let key = key.to_openssh(russh::keys::ssh_key::LineEnding::LF).unwrap();
        std::fs::write(dir.path().join("agency-north-key"), key.as_bytes()).unwrap();
        for name in ["agency-north", "agency-west"] {
            std::fs::write(dir.path().join(name), "a secret of the agency").unwrap();
        }
        let shipped = include_str!("../../../../deploy/companies/collectors.toml");
        let text = shipped.replace("/run/secrets", dir.path().to_str().unwrap());
        std::fs::write(dir.path().join("acme.toml"), text).unwrap();
        let company = crate::sending::Company::load(dir.path(), &"acme".parse().unwrap()).await;
        let names: Vec<_> =
            company.unwrap().unwrap().collectors.names().map(ToString::to_string).collect();
        assert_eq!(names, ["agency-north", "agency-west", "office-south"]);
    }

    #[tokio::test]
    async fn what_cannot_be_is_named_with_its_key() {
        let (dir, text) = server();
        let wrong = async |from: &str, to: &str| read(&text.replace(from, to)).await.unwrap_err();
        let it = wrong("folder = \"in\"", "folder = \"../in\"").await;
        assert!(it.starts_with("collectors[0].folder: \"../in\" is no folder"), "{it}");
        let it = wrong("host_key = \"SHA256:A", "host_key = \"MD5:A").await;
        assert!(it.starts_with("collectors[0].host_key: \"MD5:A"), "{it}");
        let it = wrong("host = \"sftp.", "host = \"sftp://").await;
        assert!(it.starts_with("collectors[0].host: \"sftp://agency"), "{it}");
        assert_eq!(wrong("user = \"port\"", "").await, "collectors[0].user: is not said");
        let it = wrong("user = \"port\"", "user = \"port\"\nurl = \"https://x\"").await;
        assert_eq!(it, "collectors[0].url: does not belong to the way sftp");
        let it = wrong("password_file", "key_file").await;
        assert!(it.starts_with("collectors[0].key_file: "), "{it}");
        assert!(!it.contains("of the agency"), "a secret is never shown: {it}");
        let gone = dir.path().join("gone").display().to_string();
        let there = dir.path().join("password").display().to_string();
        let it = wrong(&there, &gone).await;
        assert!(it.starts_with("collectors[0].password_file: ") && it.contains(&gone), "{it}");
        let it = read(&format!("{text}\n{text}")).await.unwrap_err();
        assert_eq!(it, "collectors[1].name: agency-north is there twice");
        let https = "[[collectors]]\nname = \"a\"\nway = \"https\"\nurl = \"https://a.example\"";
        let it = read(https).await.unwrap_err();
        assert_eq!(it, "collectors[0].secret_file: is not said");
        let it = wrong("way = \"sftp\"", "way = \"pigeon\"").await;
        assert!(it.contains("pigeon"), "{it}");
        let it = wrong("host =", "hots =").await;
        assert!(it.contains("hots"), "{it}");
    }
}
