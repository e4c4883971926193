//! `vigie terms`: what a contract says besides the day of payment.

use std::path::{Path, PathBuf};

use api::invoicing::{
    RegisterTerms, RegisterTermsRequest, invoicing_service_client::InvoicingServiceClient,
};

use crate::{
    Trouble,
    answers::position,
    asked::{self, Asked, decimal},
    file,
    paper::Paper,
};

/// Terms of sale, a version each: the rate of late interest, whose law, whether goods stay yours.
#[derive(Debug, clap::Args)]
pub struct Terms {
    #[command(flatten)]
    asked: Asked,
    /// Who asks: a pseudonym, never a name
    #[arg(long, env = "VIGIE_ACTOR", global = true)]
    by: Option<String>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a version known that a file describes, such as deploy/policies/terms.toml
    Register {
        /// The terms, in TOML
        file: PathBuf,
        /// With whom they were agreed [default: whom the file names, or they are yours, for everybody]
        #[arg(long)]
        customer: Option<String>,
    },
}

impl Terms {
    /// Does it, and says what came of it.
    pub async fn run(&self) -> Result<String, Trouble> {
        let What::Register { file, customer } = &self.what;
        let mut command = read(file)?;
        if let Some(customer) = customer {
            command.customer_id.clone_from(customer);
        }
        let mut paper = Paper::default();
        paper.fact("terms", command.version.as_str());
        let request = RegisterTermsRequest {
            tenant_id: self.asked.tenant()?,
            actor_id: self.by.clone().unwrap_or_default(),
            command: Some(command),
            ..RegisterTermsRequest::default()
        };
        let mut client = InvoicingServiceClient::new(self.asked.reach.connect(false).await?);
        let done = client.register_terms(request).await?.into_inner();
        paper.fact("new", done.changed);
        paper.fact("position", position(done.position.as_ref()));
        Ok(paper.write(self.asked.output))
    }
}

/// Reads terms as a person writes them; what cannot be, the service says.
fn read(path: &Path) -> Result<RegisterTerms, Trouble> {
    let it: invoicing::RegisterTerms = file::read(path)?;
    Ok(RegisterTerms {
        customer_id: it.customer_id.map(|it| it.to_string()).unwrap_or_default(),
        version: it.version.to_string(),
        document_hash: it.document_hash.to_string(),
        from_date: Some(asked::date(it.from_date)),
        reservation_of_title: it.reservation_of_title,
        acceleration: it.acceleration,
        penalty_rate_percent: it.penalty_rate_percent.map(decimal),
        jurisdiction: it.jurisdiction.map(|it| it.to_string()).unwrap_or_default(),
        excludes_assignment: it.excludes_assignment,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_to_begin_with_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies");
        let it = read(&folder.join("terms.toml")).unwrap();
        assert_eq!((it.version.as_str(), it.jurisdiction.as_str()), ("CGV-2026", "FR"));
        assert_eq!(it.penalty_rate_percent.map(|it| it.value).as_deref(), Some("15"));
        assert!(it.reservation_of_title && it.customer_id.is_empty());
    }
}
