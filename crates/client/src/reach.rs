use std::{path::PathBuf, time::Duration};

use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use super::Trouble;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// How the program is reached by gRPC.
#[derive(Debug, Clone, clap::Args)]
pub struct Reach {
    /// Where it listens for gRPC
    #[arg(
        long,
        env = "VIGIE_SERVER",
        default_value = "http://127.0.0.1:50051",
        value_name = "URL",
        global = true
    )]
    pub server: String,
    /// What its certificate must be signed by, for https (PEM)
    #[arg(long, env = "VIGIE_SERVER_CA_FILE", value_name = "FILE", global = true)]
    pub server_ca_file: Option<PathBuf>,
    /// The certificate to show to it, if it asks for one (PEM)
    #[arg(
        long,
        env = "VIGIE_CERTIFICATE_FILE",
        value_name = "FILE",
        requires = "key_file",
        global = true
    )]
    pub certificate_file: Option<PathBuf>,
    /// Its key
    #[arg(long, env = "VIGIE_KEY_FILE", value_name = "FILE", global = true)]
    pub key_file: Option<PathBuf>,
    /// Seconds to wait for an answer
    #[arg(long, default_value_t = 30, value_name = "SECONDS", global = true)]
    pub timeout: u64,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            server: String::new(),
            server_ca_file: None,
            certificate_file: None,
            key_file: None,
            timeout: 30,
        }
    }
}

impl Reach {
    /// Connects. `streams`: answers may take for ever.
    pub async fn connect(&self, streams: bool) -> Result<Channel, Trouble> {
        let unreachable = |why: String| Trouble::Unreachable { server: self.server.clone(), why };
        let url = if self.server.contains("://") {
            self.server.clone()
        } else {
            format!("http://{}", self.server)
        };
        let mut endpoint = Endpoint::from_shared(url.clone())
            .map_err(|error| Trouble::Usage(format!("--server {}: {error}", self.server)))?
            .connect_timeout(CONNECT_WITHIN);
        if !streams {
            endpoint = endpoint.timeout(Duration::from_secs(self.timeout));
        }
        if url.starts_with("https://") {
            endpoint = endpoint.tls_config(self.tls()?).map_err(|error| {
                Trouble::Usage(format!("the certificates cannot be used: {error}"))
            })?;
        }
        api::call::connect(endpoint).await.map_err(|error| {
            let why = std::error::Error::source(&error).map(ToString::to_string);
            unreachable(why.unwrap_or_else(|| error.to_string()))
        })
    }

    fn tls(&self) -> Result<ClientTlsConfig, Trouble> {
        let read = |path: &PathBuf| {
            std::fs::read(path)
                .map_err(|error| Trouble::Usage(format!("{}: {error}", path.display())))
        };
        let Some(authority) = &self.server_ca_file else {
            let why = "for https, name what signs the server's certificate: --server-ca-file";
            return Err(Trouble::Usage(why.to_owned()));
        };
        let mut tls =
            ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(authority)?));
        if let (Some(certificate), Some(key)) = (&self.certificate_file, &self.key_file) {
            tls = tls.identity(Identity::from_pem(read(certificate)?, read(key)?));
        }
        Ok(tls)
    }
}
