//! A reminder as it would leave.

use std::path::Path;

use api::dunning::{GetReminderPreviewRequest, letters_service_client::LettersServiceClient};
use tonic::transport::Channel;

use crate::{Trouble, answers::date, paper::Paper};

/// What a customer would read; the letter on paper goes to a file.
pub(super) async fn preview(
    channel: Channel,
    request: GetReminderPreviewRequest,
    pdf: Option<&Path>,
) -> Result<Paper, Trouble> {
    let mut client = LettersServiceClient::new(channel);
    let it = client.get_reminder_preview(request).await?.into_inner();
    let mut paper = Paper::new(it.subject.clone());
    paper.fact("reminder", it.reminder_id.clone());
    paper.fact("template", it.template.clone());
    paper.fact("language", it.language_code.clone());
    paper.fact("date", date(it.effective_date.as_ref()));
    paper.fact("text", it.text.clone());
    if let Some(path) = pdf {
        if it.pdf.is_empty() {
            return Err(Trouble::Usage(
                "there is no letter on paper: an address is missing".to_owned(),
            ));
        }
        let written = std::fs::write(path, &it.pdf);
        written.map_err(|error| Trouble::Usage(format!("{}: {error}", path.display())))?;
        paper.fact("letter", path.display().to_string());
    }
    Ok(paper)
}
