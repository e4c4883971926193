//! What an insolvency asks for: the declaration of a claim, the tax on what is lost, plans.

use std::{
    fs,
    path::{Path, PathBuf},
};

use api::{
    Money,
    collection::{
        ActKind, ClaimDeclaration, ClaimDifference, GetClaimDeclarationRequest,
        GetClaimDeclarationResponse, GetInsolvencyPlansRequest, GetVatReliefRequest,
        GetVatReliefResponse, InsolvencyPlan, LossEvidence, LossGround, LossLack, VatReliefLine,
        claim_difference, insolvency_service_client::InsolvencyServiceClient, loss_evidence,
    },
};
use tonic::transport::Channel;

use crate::{
    Form, Trouble,
    answers::{amount, civil, date, of_when, plain, source, word},
    asked::Asked,
    paper::{Cell, Paper, Sheet, Tone},
};

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    /// The claim to be declared after a judgment, line by line, and what belongs beside it
    Declaration {
        /// Whose insolvency
        customer: String,
        /// The judgment that opened it: the notice, as `vigie get credit-file` names it
        notice: String,
        /// Where the paper is written, and the same as JSON and CSV
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// To whom the paper goes, a line each and the name first; may be given more than once
        /// [default: lines to fill in]
        #[arg(long = "to", value_name = "LINE")]
        addressee: Vec<String>,
    },
    /// Courts' plans: what they promise of a claim, what came of it, and what is late
    InsolvencyPlans {
        /// Whose
        customer: String,
    },
    /// The tax on what a customer will not pay: on which ground it can be taken back, what proves it
    VatRelief {
        /// Whose
        customer: String,
        /// Where the statement for the customer is written, and the same as JSON and CSV
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
}

impl What {
    pub(super) async fn paper(&self, asked: &Asked, channel: Channel) -> Result<Paper, Trouble> {
        let mut client = InsolvencyServiceClient::new(channel);
        let (tenant_id, as_of) = (asked.tenant()?, asked.as_of());
        let min_position = asked.min_position.clone();
        match self {
            Self::Declaration { customer, notice, out, addressee } => {
                let request = GetClaimDeclarationRequest {
                    tenant_id,
                    customer_id: customer.clone(),
                    notice_id: notice.clone(),
                    as_of,
                    min_position,
                    with_pdf: out.is_some(),
                    addressee_lines: addressee.clone(),
                };
                let told = client.get_claim_declaration(request).await?.into_inner();
                let mut paper = declaration(customer, &told);
                if let Some(folder) = out {
                    let name = format!("declaration-{customer}-{notice}");
                    keep(folder, &name, &mut paper, &told.pdf)?;
                }
                Ok(paper)
            }
            Self::InsolvencyPlans { customer } => {
                let customer_id = customer.clone();
                let request =
                    GetInsolvencyPlansRequest { tenant_id, customer_id, as_of, min_position };
                let told = client.get_insolvency_plans(request).await?.into_inner();
                let mut paper = Paper::new(format!("Plans of {customer}"));
                of_when(&mut paper, told.effective_date.as_ref(), told.position.as_ref());
                paper.sheet(dividends(&told.plans));
                paper.sheet(plans(&told.plans));
                Ok(paper)
            }
            Self::VatRelief { customer, out } => {
                let request = GetVatReliefRequest {
                    tenant_id,
                    customer_id: customer.clone(),
                    as_of,
                    min_position,
                    with_pdf: out.is_some(),
                };
                let told = client.get_vat_relief(request).await?.into_inner();
                let mut paper = vat_relief(customer, &told);
                if let Some(folder) = out {
                    keep(folder, &format!("vat-relief-{customer}"), &mut paper, &told.pdf)?;
                }
                Ok(paper)
            }
        }
    }
}

/// Writes an answer in every form into a folder, and says where.
fn keep(folder: &Path, name: &str, paper: &mut Paper, pdf: &[u8]) -> Result<(), Trouble> {
    let (json, csv) = (paper.write(Form::Json), paper.write(Form::Csv));
    let trouble =
        |path: &Path, error: std::io::Error| Trouble::Usage(format!("{}: {error}", path.display()));
    fs::create_dir_all(folder).map_err(|error| trouble(folder, error))?;
    // What stands in an id never leads out of the folder.
    let name: String =
        name.chars().map(|it| if matches!(it, '/' | '\\' | ':') { '_' } else { it }).collect();
    for (form, content) in [("pdf", pdf), ("json", json.as_bytes()), ("csv", csv.as_bytes())] {
        if content.is_empty() {
            continue;
        }
        let path = folder.join(format!("{name}.{form}"));
        fs::write(&path, content).map_err(|error| trouble(&path, error))?;
        paper.fact(form_name(form), path.display().to_string());
    }
    Ok(())
}

fn form_name(form: &str) -> &'static str {
    match form {
        "pdf" => "pdf",
        "json" => "json",
        _ => "csv",
    }
}

fn each(amounts: &[Money]) -> String {
    let all = amounts.iter().map(|it| format!("{} {}", plain(it), it.currency_code));
    all.collect::<Vec<_>>().join(", ")
}

fn unless_nothing(it: Option<&Money>) -> Cell {
    amount(it.filter(|it| it.units != 0 || it.nanos != 0))
}

fn declaration(customer: &str, told: &GetClaimDeclarationResponse) -> Paper {
    let it = told.declaration.clone().unwrap_or_default();
    let mut paper = Paper::new(format!("Claim on {customer} after {}", it.notice_id));
    of_when(&mut paper, told.effective_date.as_ref(), told.position.as_ref());
    paper.fact("judged_on", date(it.judgment_date.as_ref()));
    paper.fact("published_on", date(it.publication_date.as_ref()));
    paper.fact("court", it.court.clone());
    paper.fact("last_day", date(it.deadline_date.as_ref()));
    paper.fact("rule", it.rule.clone());
    let totals: Vec<_> = it.sums.iter().filter_map(|it| it.total_amount.clone()).collect();
    paper.fact("total", each(&totals));
    paper.fact("declared", each(&it.declared_amounts));
    paper.sheet(lines(&it));
    paper.sheet(differences(&told.differences));
    paper.sheet(uninvoiced(&it));
    paper.sheet(sums(&it));
    paper.sheet(later(&it));
    paper.sheet(beside(&it));
    paper
}

fn lines(it: &ClaimDeclaration) -> Sheet {
    let columns = [
        "invoice",
        "number",
        "issued",
        "born",
        "born_by",
        "due",
        "was_due",
        "to_fall_due",
        "contested",
        "interest",
        "interest_goes_on",
        "fixed_sum",
        "total",
        "title_reserved",
        "less_since",
    ];
    let mut sheet = Sheet::new("lines", "Declared", &columns);
    for it in &it.lines {
        let part = |was_due| {
            let parts = it.parts.iter().filter(move |it| it.was_due == was_due);
            let amounts = parts.filter_map(|it| it.amount.as_ref());
            amounts.map(|it| format!("{} {}", plain(it), it.currency_code)).collect::<Vec<_>>()
        };
        let due: Vec<_> =
            it.parts.iter().filter_map(|it| it.due_date.as_ref()).map(civil).collect();
        sheet.row(
            Tone::Plain,
            [
                it.invoice_id.as_str().into(),
                it.number.as_str().into(),
                date(it.issue_date.as_ref()),
                date(it.first_born_date.as_ref()),
                word(it.born_by().as_str_name(), "BIRTH_GROUND_"),
                due.join(", ").into(),
                part(true).join(", ").into(),
                part(false).join(", ").into(),
                unless_nothing(it.disputed_amount.as_ref()),
                unless_nothing(it.interest_amount.as_ref()),
                it.interest_goes_on.into(),
                unless_nothing(it.fixed_sum_amount.as_ref()),
                amount(it.total_amount.as_ref()),
                it.title_reserved.into(),
                unless_nothing(it.less_since_amount.as_ref()),
            ],
        );
    }
    sheet
}

fn differences(all: &[ClaimDifference]) -> Sheet {
    let columns = ["about", "declared", "is", "change"];
    let mut sheet = Sheet::new("differences", "Other than it was declared", &columns);
    for it in all {
        let about = match &it.item {
            Some(claim_difference::Item::InvoiceId(id)) => format!("invoice {id}"),
            Some(claim_difference::Item::DeliveryId(id)) => format!("delivery {id}"),
            None => String::new(),
        };
        sheet.row(
            Tone::Alarming,
            [
                about.into(),
                amount(it.declared_amount.as_ref()),
                amount(it.amount.as_ref()),
                amount(it.change_amount.as_ref()),
            ],
        );
    }
    sheet
}

fn uninvoiced(it: &ClaimDeclaration) -> Sheet {
    let columns = ["delivery", "delivered", "amount"];
    let mut sheet = Sheet::new("uninvoiced", "Delivered and not invoiced", &columns);
    for it in &it.uninvoiced_deliveries {
        let delivery = it.delivery_id.as_str().into();
        let delivered = date(it.delivery_date.as_ref());
        sheet.row(Tone::Plain, [delivery, delivered, amount(it.amount.as_ref())]);
    }
    sheet
}

fn sums(it: &ClaimDeclaration) -> Sheet {
    let columns = ["due", "to_fall_due", "uninvoiced", "interest", "fixed_sums", "total"];
    let mut sheet = Sheet::new("sums", "Together", &columns);
    for it in &it.sums {
        sheet.row(
            Tone::Strong,
            [
                amount(it.due_amount.as_ref()),
                amount(it.to_fall_due_amount.as_ref()),
                unless_nothing(it.uninvoiced_amount.as_ref()),
                unless_nothing(it.interest_amount.as_ref()),
                unless_nothing(it.fixed_sum_amount.as_ref()),
                amount(it.total_amount.as_ref()),
            ],
        );
    }
    sheet
}

fn later(it: &ClaimDeclaration) -> Sheet {
    let columns = ["invoice", "born_by", "due", "open"];
    let title = "Born from the judgment on: not declared, paid when it falls due";
    let mut sheet = Sheet::new("later", title, &columns);
    for it in &it.later_lines {
        sheet.row(
            Tone::Faint,
            [
                it.invoice_id.as_str().into(),
                word(it.born_by().as_str_name(), "BIRTH_GROUND_"),
                date(it.due_date.as_ref()),
                amount(it.open_amount.as_ref()),
            ],
        );
    }
    sheet
}

/// What is neither declared nor born later.
fn beside(it: &ClaimDeclaration) -> Sheet {
    let columns = ["what", "about", "since", "amount", "connected_by"];
    let mut sheet = Sheet::new("beside", "Beside it", &columns);
    for it in &it.earlier_lines {
        sheet.row(
            Tone::Faint,
            [
                "declared before".into(),
                format!("{}, after {}", it.invoice_id, it.notice_id).into(),
                Cell::Nothing,
                amount(it.open_amount.as_ref()),
                Cell::Nothing,
            ],
        );
    }
    for it in &it.offsets {
        sheet.row(
            Tone::Plain,
            [
                "not deducted".into(),
                source(it.source.as_ref()),
                date(it.count_date.as_ref()),
                amount(it.amount.as_ref()),
                it.connected_by.as_str().into(),
            ],
        );
    }
    for it in &it.securities {
        sheet.row(
            Tone::Plain,
            [
                word(it.kind().as_str_name(), "GUARANTEE_KIND_"),
                it.guarantee_id.as_str().into(),
                date(it.from_date.as_ref()),
                amount(it.amount.as_ref()),
                Cell::Nothing,
            ],
        );
    }
    sheet
}

fn dividends(all: &[InsolvencyPlan]) -> Sheet {
    let columns = ["notice", "plan", "due", "amount", "received", "days_late"];
    let mut sheet = Sheet::new("dividends", "Dividends", &columns);
    for (plan, it) in all.iter().flat_map(|plan| plan.dividends.iter().map(move |it| (plan, it))) {
        let act = plan.act.as_ref();
        sheet.row(
            if it.days_late > 0 { Tone::Alarming } else { Tone::Plain },
            [
                plan.notice_id.as_str().into(),
                act.map_or(Cell::Nothing, |it| it.act_id.as_str().into()),
                date(it.due_date.as_ref()),
                amount(it.amount.as_ref()),
                unless_nothing(it.received_amount.as_ref()),
                if it.days_late > 0 { i64::from(it.days_late).into() } else { Cell::Nothing },
            ],
        );
    }
    sheet
}

fn plans(all: &[InsolvencyPlan]) -> Sheet {
    let columns = ["notice", "adopted", "claim", "waived", "received", "ended", "how"];
    let mut sheet = Sheet::new("plans", "Plans", &columns);
    for it in all {
        let end = it.end_act.as_ref();
        sheet.row(
            if end.is_some() { Tone::Faint } else { Tone::Plain },
            [
                it.notice_id.as_str().into(),
                date(it.act.as_ref().and_then(|it| it.act_date.as_ref())),
                amount(it.claim_amount.as_ref()),
                unless_nothing(it.waived_amount.as_ref()),
                unless_nothing(it.received_amount.as_ref()),
                date(end.and_then(|it| it.act_date.as_ref())),
                end.map_or(Cell::Nothing, |it| act_word(it.kind())),
            ],
        );
    }
    sheet
}

fn act_word(kind: ActKind) -> Cell {
    word(kind.as_str_name(), "ACT_KIND_")
}

fn vat_relief(customer: &str, told: &GetVatReliefResponse) -> Paper {
    let mut paper = Paper::new(format!("Tax on what {customer} does not pay"));
    of_when(&mut paper, told.effective_date.as_ref(), told.position.as_ref());
    paper.fact("ready", each(&told.ready_amounts));
    paper.fact("to_pay_back", each(&told.to_pay_back_amounts));
    let columns = [
        "invoice",
        "gross",
        "unpaid",
        "ground",
        "from",
        "until",
        "lost",
        "net",
        "tax",
        "relieved",
        "to_relieve",
        "to_pay_back",
        "ready",
        "missing",
    ];
    let mut sheet = Sheet::new("lines", "", &columns);
    for it in &told.lines {
        let ground = word(LossGround::as_str_name(&it.ground()), "LOSS_GROUND_");
        sheet.row(
            if it.to_pay_back_amount.as_ref().is_some_and(|it| it.units != 0 || it.nanos != 0) {
                Tone::Alarming
            } else {
                Tone::Plain
            },
            [
                it.invoice_id.as_str().into(),
                amount(it.gross_amount.as_ref()),
                amount(it.unpaid_amount.as_ref()),
                ground,
                date(it.from_date.as_ref()),
                date(it.until_date.as_ref()),
                amount(it.lost_amount.as_ref()),
                amount(it.net_amount.as_ref()),
                amount(it.tax_amount.as_ref()),
                unless_nothing(it.relieved_amount.as_ref()),
                unless_nothing(it.to_relieve_amount.as_ref()),
                unless_nothing(it.to_pay_back_amount.as_ref()),
                it.ready.into(),
                lacks(it).into(),
            ],
        );
    }
    paper.sheet(sheet);
    paper.sheet(evidence(&told.lines));
    paper
}

fn lacks(it: &VatReliefLine) -> String {
    let words = it.lacks().map(|it| LossLack::as_str_name(&it).to_ascii_lowercase());
    let words = words.map(|it| it.trim_start_matches("loss_lack_").replace('_', " "));
    words.collect::<Vec<_>>().join(", ")
}

fn evidence(lines: &[VatReliefLine]) -> Sheet {
    let columns = ["invoice", "proof", "what", "date", "requested_by", "approved_by"];
    let mut sheet = Sheet::new("evidence", "What proves it", &columns);
    for (line, it) in lines.iter().flat_map(|line| line.evidence.iter().map(move |it| (line, it))) {
        let (proof, what) = proved(it);
        sheet.row(
            Tone::Plain,
            [
                line.invoice_id.as_str().into(),
                proof.into(),
                what,
                date(it.evidence_date.as_ref()),
                it.requested_by.as_str().into(),
                it.approved_by.as_str().into(),
            ],
        );
    }
    sheet
}

fn proved(it: &LossEvidence) -> (String, Cell) {
    match &it.evidence {
        Some(loss_evidence::Evidence::NoticeId(id)) => (id.clone(), "judgment".into()),
        Some(loss_evidence::Evidence::ActId(id)) => (id.clone(), act_word(it.act_kind())),
        Some(loss_evidence::Evidence::WriteOffId(id)) => (id.clone(), "write-off".into()),
        None => (String::new(), Cell::Nothing),
    }
}
