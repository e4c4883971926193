//! What a collector is given of a case, as files.

use std::path::{Path, PathBuf};

use ::dossier::Dossier;
use api::collection::{
    DossierFormat, DossierHead, GetDossierRequest, dossier_service_client::DossierServiceClient,
    get_dossier_request::Of,
};
use events::Hash;
use money::Money;
use tonic::transport::Channel;

use crate::{
    Trouble,
    asked::Asked,
    paper::{Cell, Paper, Sheet, Tone},
};

/// Of which case, and where its files are written.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// Whose
    customer: String,
    /// Which case, as `vigie get cases` names it: of its placements the last
    case: String,
    /// Where its files are written: data, papers, and all of it as an archive [default: nowhere, it
    /// is only looked at]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Write what would leave instead: one archive, signed by the tenant and encrypted to the
    /// collector
    #[arg(long, requires = "out")]
    sealed: bool,
}

impl Wanted {
    pub(super) async fn paper(&self, asked: &Asked, channel: Channel) -> Result<Paper, Trouble> {
        let (_, json) = self.fetch(asked, &channel, DossierFormat::Json).await?;
        let dossier: Dossier = serde_json::from_slice(&json)
            .map_err(|error| Trouble::Usage(format!("the dossier cannot be read: {error}")))?;
        let mut paper = shown(&dossier);
        let Some(folder) = &self.out else { return Ok(paper) };
        let formats: &[DossierFormat] = if self.sealed {
            &[DossierFormat::Sealed]
        } else {
            &[DossierFormat::Json, DossierFormat::Pdf, DossierFormat::Archive]
        };
        let failed = |path: &Path, error: std::io::Error| {
            Trouble::Usage(format!("{}: {error}", path.display()))
        };
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        let mut sheet = Sheet::new("files", "Written", &["file", "bytes", "hash"]);
        for format in formats {
            let (head, content) = self.fetch(asked, &channel, *format).await?;
            // A name and no path, whatever is answered.
            let name = Path::new(&head.file_name).file_name().unwrap_or_default();
            let path = folder.join(name);
            std::fs::write(&path, &content).map_err(|error| failed(&path, error))?;
            sheet.row(
                Tone::Plain,
                [
                    Cell::from(path.display().to_string()),
                    Cell::from(head.size_bytes),
                    Cell::from(head.hash),
                ],
            );
        }
        paper.sheet(sheet);
        Ok(paper)
    }

    /// A dossier, as it was when it left: its digest says so.
    async fn fetch(
        &self,
        asked: &Asked,
        channel: &Channel,
        format: DossierFormat,
    ) -> Result<(DossierHead, Vec<u8>), Trouble> {
        let request = GetDossierRequest {
            tenant_id: asked.tenant()?,
            customer_id: self.customer.clone(),
            of: Some(Of::CaseId(self.case.clone())),
            format: format.into(),
            collector: String::new(),
            min_position: asked.min_position.clone(),
        };
        let mut client = DossierServiceClient::new(channel.clone());
        let mut pieces = client.get_dossier(request).await?.into_inner();
        let (mut head, mut content) = (None, Vec::new());
        while let Some(piece) = pieces.message().await? {
            head = head.or(piece.head);
            content.extend_from_slice(&piece.content);
        }
        let head: DossierHead = head.unwrap_or_default();
        if head.hash != Hash::of(&content).to_string() {
            return Err(Trouble::Usage("the dossier did not arrive whole: ask again".to_owned()));
        }
        Ok((head, content))
    }
}

fn shown(it: &Dossier) -> Paper {
    let mut paper = Paper::new(format!("{} of {}", it.placement.placement, it.customer.id));
    paper.fact("creditor", it.creditor.name.clone());
    paper.fact("customer", it.customer.name.clone());
    paper.fact("collector", it.collector.name.clone());
    paper.fact("agreement", it.mandate.agreement.clone());
    paper.fact("case", it.case.case.clone());
    paper.fact("stated_on", it.stated_on.to_string());
    paper.fact("known_at", format!("{}:{}", it.known_at.partition, it.known_at.sequence));
    let columns = ["currency", "principal", "interest", "accessories", "total"];
    let mut totals = Sheet::new("totals", "What is asked for", &columns);
    for it in &it.totals {
        let amounts = [it.principal, it.interest, it.accessories, it.total].map(number);
        let [principal, interest, accessories, total] = amounts;
        let currency = Cell::from(it.currency.code());
        totals.row(Tone::Plain, [currency, principal, interest, accessories, total]);
    }
    paper.sheet(totals);
    let columns = ["invoice", "due_on", "currency", "principal", "interest", "fixed_sum"];
    let mut receivables = Sheet::new("receivables", "Receivables", &columns);
    for it in &it.receivables {
        let [principal, interest, fixed_sum] =
            [it.principal, it.interest, it.fixed_sum].map(number);
        receivables.row(
            Tone::Plain,
            [
                Cell::from(it.invoice.clone()),
                Cell::from(it.due_on.to_string()),
                Cell::from(it.principal.currency().code()),
                principal,
                interest,
                fixed_sum,
            ],
        );
    }
    paper.sheet(receivables);
    paper
}

/// An amount whose currency stands in a column of its own.
fn number(it: Money) -> Cell {
    Cell::Number(it.text().as_str().split(' ').next().unwrap_or_default().to_owned())
}
