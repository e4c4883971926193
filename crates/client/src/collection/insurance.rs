//! Claims to insurers: each thing that is done as a call, and what is answered as papers.

use std::path::{Path, PathBuf};

use api::{
    Money,
    collection::{
        AnswerInsuranceClaim, AnswerInsuranceClaimRequest, ClaimCause, ClaimedInvoice,
        CoverExclusion, GetIndemnityRequest, GetInsuranceClaimRequest, GetInsuranceClaimResponse,
        InsuranceClaim, InsuredInvoice, InsurerMoney, ListInsuranceClaimsRequest,
        LodgeInsuranceClaim, LodgeInsuranceClaimRequest, RecordIndemnity, RecordIndemnityRequest,
        RecordShare, RecordShareRequest, WithdrawInsuranceClaim, WithdrawInsuranceClaimRequest,
        insurance_claim, insurance_service_client::InsuranceServiceClient,
    },
};
use tonic::transport::Channel;

use super::collected;
use crate::{
    Form, Trouble,
    answers::{amount, date, of_when, position, word},
    asked::{Asked, Person},
    list::stated_amount,
    paper::{Cell, Paper, Sheet, Tone},
    words::words,
};

/// A claim of a customer's.
#[derive(Debug, clap::Args)]
pub(super) struct OfClaim {
    /// Of which customer
    customer: String,
    /// Which claim
    claim: String,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    /// Ask a credit insurer to pay
    LodgeClaim {
        #[command(flatten)]
        of: OfClaim,
        /// Under which cover
        #[arg(long)]
        cover: String,
        /// Why: `protracted_default` or insolvency
        #[arg(long, value_parser = cause)]
        cause: ClaimCause,
        /// Which invoice and how much of it, such as "F-1=500.00 EUR"; may be given more than once
        #[arg(long = "line", required = true, value_parser = collected)]
        lines: Vec<(String, Money)>,
        /// What proves it, such as the number of the insurer's file
        #[arg(long)]
        proof: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Record what an insurer says to a claim
    AnswerClaim {
        #[command(flatten)]
        of: OfClaim,
        /// How much it will pay, such as "900.00 EUR" [default: nothing]
        #[arg(long, value_parser = stated_amount)]
        accepted: Option<Money>,
        /// Why it pays nothing, or less, in at most 64 bytes
        #[arg(long)]
        why: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Record what an insurer paid for a claim
    RecordIndemnity {
        #[command(flatten)]
        of: OfClaim,
        /// The insurer's or the bank's number for it
        number: String,
        /// How much, such as "900.00 EUR"
        #[arg(long, value_parser = stated_amount)]
        amount: Money,
        /// The payment in the books by which it came, if it was booked on the customer's account
        #[arg(long)]
        payment: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Record an insurer's part of what came in since it paid, as it was passed on
    RecordShare {
        #[command(flatten)]
        of: OfClaim,
        /// Your or the bank's number for it
        number: String,
        /// How much, such as "90.00 EUR"; below zero when the insurer gave some of it back
        #[arg(long, value_parser = stated_amount, allow_hyphen_values = true)]
        amount: Money,
        #[command(flatten)]
        person: Person,
    },
    /// Take back a claim, or an indemnity or share of it, that was recorded by mistake
    WithdrawClaim {
        #[command(flatten)]
        of: OfClaim,
        /// Only the indemnity or share of this number [default: all of the claim]
        #[arg(long)]
        number: Option<String>,
        #[command(flatten)]
        person: Person,
    },
}

/// Which claims.
#[derive(Debug, clap::Args)]
pub(crate) struct Claims {
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
    /// In this state: lodged, accepted, refused, `partly_paid`, paid or withdrawn; may be given more
    /// than once
    #[arg(long, value_parser = state)]
    state: Vec<insurance_claim::State>,
}

words! {
    cause ClaimCause: "CLAIM_CAUSE", "reason for a claim: protracted_default or insolvency";
    state insurance_claim::State: "STATE", "state of a claim to an insurer, such as lodged or paid";
}

fn text(it: Option<&String>) -> String {
    it.cloned().unwrap_or_default()
}

/// Does it, and says what became of it.
pub(super) async fn run(asked: &Asked, what: &What) -> Result<Paper, Trouble> {
    let tenant_id = asked.tenant()?;
    let mut client = InsuranceServiceClient::new(asked.reach.connect(false).await?);
    /// A command asked for, and its answer.
    macro_rules! ask {
        ($of:ident $method:ident $request:ident $command:expr) => {{
            let command = Some($command);
            let request = $request { tenant_id, command, ..$request::default() };
            let done = client.$method(request).await?.into_inner();
            ($of.claim.clone(), done.changed, done.position)
        }};
    }
    let (claim, changed, at) = match what {
        What::LodgeClaim { of, cover, cause, lines, proof, person } => {
            let lines = lines.iter().map(|(invoice, amount)| ClaimedInvoice {
                invoice_id: invoice.clone(),
                amount: Some(amount.clone()),
            });
            ask!(of lodge_insurance_claim LodgeInsuranceClaimRequest LodgeInsuranceClaim {
                customer_id: of.customer.clone(),
                claim_id: of.claim.clone(),
                cover_id: cover.clone(),
                cause: i32::from(*cause),
                lodge_date: Some(person.on()),
                lines: lines.collect(),
                proof: text(proof.as_ref()),
                lodged_by: person.by(),
            })
        }
        What::AnswerClaim { of, accepted, why, person } => {
            ask!(of answer_insurance_claim AnswerInsuranceClaimRequest AnswerInsuranceClaim {
                customer_id: of.customer.clone(),
                claim_id: of.claim.clone(),
                answer_date: Some(person.on()),
                accepted_amount: accepted.clone(),
                why: text(why.as_ref()),
                recorded_by: person.by(),
            })
        }
        What::RecordIndemnity { of, number, amount, payment, person } => {
            ask!(of record_indemnity RecordIndemnityRequest RecordIndemnity {
                customer_id: of.customer.clone(),
                claim_id: of.claim.clone(),
                number: number.clone(),
                pay_date: Some(person.on()),
                amount: Some(amount.clone()),
                payment_id: text(payment.as_ref()),
                recorded_by: person.by(),
            })
        }
        What::RecordShare { of, number, amount, person } => {
            ask!(of record_share RecordShareRequest RecordShare {
                customer_id: of.customer.clone(),
                claim_id: of.claim.clone(),
                number: number.clone(),
                pass_date: Some(person.on()),
                amount: Some(amount.clone()),
                recorded_by: person.by(),
            })
        }
        What::WithdrawClaim { of, number, person } => {
            ask!(of withdraw_insurance_claim WithdrawInsuranceClaimRequest WithdrawInsuranceClaim {
                customer_id: of.customer.clone(),
                claim_id: of.claim.clone(),
                number: text(number.as_ref()),
                withdraw_date: Some(person.on()),
                withdrawn_by: person.by(),
            })
        }
    };
    let mut paper = Paper::default();
    paper.fact("claim", claim);
    paper.fact("new", changed);
    paper.fact("position", position(at.as_ref()));
    Ok(paper)
}

/// What insurers would pay of what a customer owes.
pub(crate) async fn indemnity(
    asked: &Asked,
    channel: Channel,
    customer: &str,
) -> Result<Paper, Trouble> {
    let request = GetIndemnityRequest {
        tenant_id: asked.tenant()?,
        customer_id: customer.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
    };
    let answer = InsuranceServiceClient::new(channel).get_indemnity(request).await?.into_inner();
    let mut paper = Paper::new(format!("What insurers would pay of what {customer} owes"));
    of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
    paper.sheet(invoices(&answer.invoices));
    let columns = [
        "open",
        "covered",
        "indemnity",
        "quota_share",
        "over_limit",
        "excluded",
        "self_insured",
        "paid",
    ];
    let mut sums = Sheet::new("sums", "Together", &columns);
    for it in &answer.sums {
        let cells = [
            &it.open_amount,
            &it.covered_amount,
            &it.indemnity_amount,
            &it.quota_share_amount,
            &it.over_limit_amount,
            &it.excluded_amount,
            &it.self_insured_amount,
            &it.paid_amount,
        ];
        sums.row(Tone::Strong, cells.map(|it| amount(it.as_ref())));
    }
    paper.sheet(sums);
    let mut unallocated = Sheet::new("unallocated", "Not allocated yet", &["amount"]);
    for it in &answer.unallocated_amounts {
        unallocated.row(Tone::Alarming, [amount(Some(it))]);
    }
    paper.sheet(unallocated);
    Ok(paper)
}

fn invoices(all: &[InsuredInvoice]) -> Sheet {
    let columns = [
        "invoice",
        "issued",
        "due",
        "open",
        "part",
        "cover",
        "quota",
        "indemnity",
        "reason",
        "why",
    ];
    let mut sheet = Sheet::new("parts", "Invoice by invoice", &columns);
    for invoice in all {
        for it in &invoice.parts {
            let exclusion = CoverExclusion::try_from(it.exclusion).unwrap_or_default();
            let reason = if it.over_limit {
                Cell::from("over limit")
            } else {
                word(exclusion.as_str_name(), "COVER_EXCLUSION_")
            };
            let quota = it.quota.as_ref();
            sheet.row(
                if it.cover_id.is_empty() { Tone::Alarming } else { Tone::Plain },
                [
                    invoice.invoice_id.as_str().into(),
                    date(invoice.issue_date.as_ref()),
                    date(invoice.due_date.as_ref()),
                    amount(invoice.open_amount.as_ref()),
                    amount(it.amount.as_ref()),
                    it.cover_id.as_str().into(),
                    quota.map_or(Cell::Nothing, |it| Cell::Number(it.value.clone())),
                    amount(it.indemnity_amount.as_ref()),
                    reason,
                    it.why.as_str().into(),
                ],
            );
        }
    }
    sheet
}

/// Claims to insurers, page by page.
pub(crate) async fn claims(
    asked: &Asked,
    which: &Claims,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = InsuranceServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListInsuranceClaimsRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        states: which.state.iter().map(|it| i32::from(*it)).collect(),
        customer_id: which.customer.clone().unwrap_or_default(),
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.list_insurance_claims(request.clone()).await?.into_inner();
        all.extend(answer.claims.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} claims", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(rows("claims", "", &all));
    Ok(paper)
}

fn rows(key: &'static str, title: &str, all: &[InsuranceClaim]) -> Sheet {
    let columns = [
        "customer",
        "claim",
        "cover",
        "cause",
        "lodged",
        "state",
        "claimed",
        "accepted",
        "paid",
        "pays_by",
        "received",
        "owed_to_insurer",
        "warnings",
    ];
    let mut sheet = Sheet::new(key, title, &columns);
    for it in all {
        let recovery = it.recovery.as_ref();
        let warnings = it.warnings().map(|it| {
            it.as_str_name().trim_start_matches("CLAIM_WARNING_").to_lowercase().replace('_', " ")
        });
        let warnings: Vec<_> = warnings.collect();
        let tone = if it.state() == insurance_claim::State::Withdrawn {
            Tone::Faint
        } else if warnings.is_empty() {
            Tone::Plain
        } else {
            Tone::Alarming
        };
        sheet.row(
            tone,
            [
                it.customer_id.as_str().into(),
                it.claim_id.as_str().into(),
                it.cover_id.as_str().into(),
                word(it.cause().as_str_name(), "CLAIM_CAUSE_"),
                date(it.lodge_date.as_ref()),
                word(it.state().as_str_name(), "STATE_"),
                amount(it.claimed_amount.as_ref()),
                amount(it.accepted_amount.as_ref()),
                amount(it.paid_amount.as_ref()),
                date(it.pay_by_date.as_ref()),
                amount(recovery.and_then(|it| it.received_amount.as_ref())),
                amount(recovery.and_then(|it| it.owed_amount.as_ref())),
                warnings.join(", ").into(),
            ],
        );
    }
    sheet
}

/// A claim with all that belongs to it; its file is written into a folder if one is named.
pub(crate) async fn claim(
    asked: &Asked,
    channel: Channel,
    customer: &str,
    claim: &str,
    out: Option<&PathBuf>,
) -> Result<Paper, Trouble> {
    let request = GetInsuranceClaimRequest {
        tenant_id: asked.tenant()?,
        customer_id: customer.to_owned(),
        claim_id: claim.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
    };
    let mut client = InsuranceServiceClient::new(channel);
    let answer = client.get_insurance_claim(request).await?.into_inner();
    let mut paper = Paper::new(format!("Claim {claim} for what {customer} owes"));
    of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
    let sheets = sheets(&answer);
    for it in &sheets {
        paper.sheet(it.clone());
    }
    if let Some(folder) = out {
        write(folder, &paper, sheets)?;
        paper.fact("written_to", folder.display().to_string());
    }
    Ok(paper)
}

/// The file of a claim: all of it as JSON, and each sheet for spreadsheets.
fn write(folder: &Path, paper: &Paper, sheets: Vec<Sheet>) -> Result<(), Trouble> {
    let wrong = |error: std::io::Error| Trouble::Usage(format!("{}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(wrong)?;
    std::fs::write(folder.join("claim.json"), paper.write(Form::Json)).map_err(wrong)?;
    for sheet in sheets {
        let name = format!("{}.csv", sheet.key);
        let mut single = Paper::default();
        single.sheet(sheet);
        std::fs::write(folder.join(name), single.write(Form::Csv)).map_err(wrong)?;
    }
    Ok(())
}

fn sheets(answer: &GetInsuranceClaimResponse) -> Vec<Sheet> {
    let claim = answer.claim.as_slice();
    let money = |key, title: &str, all: &[InsurerMoney]| {
        let columns = ["number", "date", "amount", "payment", "recorded_by"];
        let mut sheet = Sheet::new(key, title, &columns);
        for it in all {
            sheet.row(
                Tone::Plain,
                [
                    it.number.as_str().into(),
                    date(it.pay_date.as_ref()),
                    amount(it.amount.as_ref()),
                    it.payment_id.as_str().into(),
                    it.recorded_by.as_str().into(),
                ],
            );
        }
        sheet
    };
    let indemnities: Vec<_> = claim.iter().flat_map(|it| &it.indemnities).cloned().collect();
    let shares: Vec<_> = claim.iter().flat_map(|it| &it.shares).cloned().collect();
    vec![
        rows("claim", "The claim", claim),
        lines(claim),
        invoices(&answer.invoices),
        duties(answer),
        reminders(answer),
        money("indemnities", "What the insurer paid", &indemnities),
        receipts(claim),
        money("shares", "Passed on to the insurer", &shares),
    ]
}

fn lines(claim: &[InsuranceClaim]) -> Sheet {
    let columns = ["invoice", "due", "claimed", "open", "recovered", "may_write_off"];
    let mut sheet = Sheet::new("lines", "What is claimed", &columns);
    for it in claim.iter().flat_map(|it| &it.lines) {
        sheet.row(
            Tone::Plain,
            [
                it.invoice_id.as_str().into(),
                date(it.due_date.as_ref()),
                amount(it.claimed_amount.as_ref()),
                amount(it.open_amount.as_ref()),
                amount(it.recovered_amount.as_ref()),
                amount(it.may_write_off_amount.as_ref()),
            ],
        );
    }
    sheet
}

fn duties(answer: &GetInsuranceClaimResponse) -> Sheet {
    let columns = ["duty", "counted_from", "last_day", "state", "kept_by", "on", "proof", "rule"];
    let mut sheet = Sheet::new("duties", "What the insurer wants", &columns);
    for it in &answer.duties {
        sheet.row(
            Tone::Plain,
            [
                word(it.kind().as_str_name(), "RIGHT_KIND_"),
                date(it.count_date.as_ref()),
                date(it.deadline_date.as_ref()),
                word(it.state().as_str_name(), "STATE_"),
                it.act_id.as_str().into(),
                date(it.act_date.as_ref()),
                it.proof.as_str().into(),
                it.rule.as_str().into(),
            ],
        );
    }
    sheet
}

fn reminders(answer: &GetInsuranceClaimResponse) -> Sheet {
    let columns = ["reminder", "sent", "channel", "tone", "invoices"];
    let mut sheet = Sheet::new("reminders", "Reminders sent", &columns);
    for it in &answer.reminders {
        sheet.row(
            Tone::Plain,
            [
                it.reminder_id.as_str().into(),
                date(it.send_date.as_ref()),
                it.channel.replace('_', " ").into(),
                it.tone.as_str().into(),
                it.invoice_ids.join(", ").into(),
            ],
        );
    }
    sheet
}

fn receipts(claim: &[InsuranceClaim]) -> Sheet {
    let columns = ["payment", "value_date", "amount", "insurer", "insured"];
    let mut sheet = Sheet::new("receipts", "What came in since it paid", &columns);
    let recoveries = claim.iter().filter_map(|it| it.recovery.as_ref());
    for it in recoveries.flat_map(|it| &it.receipts) {
        sheet.row(
            Tone::Plain,
            [
                it.payment_id.as_str().into(),
                date(it.value_date.as_ref()),
                amount(it.amount.as_ref()),
                amount(it.insurer_amount.as_ref()),
                amount(it.insured_amount.as_ref()),
            ],
        );
    }
    sheet
}
