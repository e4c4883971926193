//! `vigie assign`: what becomes of receivables that factors and banks take.

mod answers;

use std::path::{Path, PathBuf};

use api::{
    Date, Money,
    invoicing::{
        AssignReceivable, AssignReceivableRequest, EndOffer, EndOfferRequest, FacilityKind,
        FundAssignment, FundAssignmentRequest, GetEligibilityRequest, NotifyAssignment,
        NotifyAssignmentRequest, OfferReceivable, OfferReceivableRequest, PassPaymentOn,
        PassPaymentOnRequest, RecordAssigneePayment, RecordAssigneePaymentRequest, RecourseGround,
        RegisterFacility, RegisterFacilityRequest, Repurchase, RepurchaseRequest, SettleAssignment,
        SettleAssignmentRequest, TakeRecourse, TakeRecourseRequest,
        assignment_service_client::AssignmentServiceClient,
    },
};
use chrono::NaiveDate;

use super::{
    Trouble,
    answers::{of_when, position},
    asked::{self, Asked, decimal},
    file,
    list::stated_amount,
    paper::{Paper, Sheet, Tone},
    words::words,
};

pub(super) use answers::{Assignments, list, one};

/// Receivables that are made over to a factor or a bank.
#[derive(Debug, clap::Args)]
pub struct Assign {
    #[command(flatten)]
    asked: Asked,
    /// Who asks: a pseudonym, never a name
    #[arg(long, env = "VIGIE_ACTOR", global = true)]
    by: Option<String>,
    /// When it was so [default: today]
    #[arg(long, value_name = "DATE", value_parser = events::date::parse, global = true)]
    on: Option<NaiveDate>,
    #[command(subcommand)]
    what: What,
}

/// An assignment of a receivable of a customer's.
#[derive(Debug, clap::Args)]
struct Of {
    /// Whose receivable it is of
    customer: String,
    /// An id for the assignment, or the offer it came of
    assignment: String,
}

/// A receivable, and by which agreement it is assigned.
#[derive(Debug, clap::Args)]
struct Receivable {
    #[command(flatten)]
    of: Of,
    /// Which receivable
    invoice: String,
    /// By which agreement
    facility: String,
    /// How much of it, such as "1200.00 EUR" [default: what was offered, or all that is open]
    #[arg(long, value_parser = stated_amount)]
    amount: Option<Money>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make an agreement known that a file describes, such as deploy/policies/factoring.toml
    Register {
        /// The agreement, in TOML
        file: PathBuf,
    },
    /// Ask whether an invoice may be offered, and every reason why not
    Check {
        /// Whose
        customer: String,
        /// Which receivable
        invoice: String,
        /// By which agreement
        facility: String,
    },
    /// Offer a receivable
    Offer(Receivable),
    /// Say that an offer came to nothing
    EndOffer(Of),
    /// Say that an assignee has taken a receivable, offered before or not
    Made(Receivable),
    /// Say that the customer was told whom to pay
    Notify {
        #[command(flatten)]
        of: Of,
        /// You go on asking for the money, for the assignee
        #[arg(long)]
        collects: bool,
    },
    /// Say that the assignee paid in advance
    Fund {
        #[command(flatten)]
        of: Of,
        /// How much, its fee included [default: the agreed share]
        #[arg(long, value_parser = stated_amount)]
        amount: Option<Money>,
        /// What it kept of that [default: the bank discount, if a rate was agreed]
        #[arg(long, value_parser = stated_amount)]
        fee: Option<Money>,
    },
    /// Say that the customer paid the assignee
    Paid {
        #[command(flatten)]
        of: Of,
        /// The assignee's id for the payment
        payment: String,
        /// How much, such as "1200.00 EUR"
        #[arg(value_parser = stated_amount)]
        amount: Money,
    },
    /// Say that money which came to you was passed on to the assignee
    PassOn {
        #[command(flatten)]
        of: Of,
        /// Out of which payment
        payment: String,
    },
    /// Say that the assignee wants its money back
    Recourse {
        #[command(flatten)]
        of: Of,
        /// Why: unpaid, dispute or dilution
        #[arg(value_parser = ground)]
        ground: RecourseGround,
        /// What it asks for besides, such as "15.00 EUR"
        #[arg(long, value_parser = stated_amount)]
        costs: Option<Money>,
    },
    /// Say that a receivable is your own again
    Repurchase {
        #[command(flatten)]
        of: Of,
        /// What you paid for it [default: what was paid in advance, and the costs]
        #[arg(long, value_parser = stated_amount)]
        amount: Option<Money>,
    },
    /// Say that nothing is left to do
    Settle {
        #[command(flatten)]
        of: Of,
        /// What the assignee paid out in the end
        #[arg(long, value_parser = stated_amount)]
        amount: Option<Money>,
    },
}

words! {
    ground RecourseGround: "RECOURSE_GROUND", "ground: unpaid, dispute or dilution";
}

impl Assign {
    fn on(&self) -> Date {
        asked::day(self.on)
    }

    /// Does it, and says what became of it.
    pub async fn run(&self) -> Result<String, Trouble> {
        let paper = if let What::Check { customer, invoice, facility } = &self.what {
            self.check(customer, invoice, facility).await?
        } else {
            self.ask(&self.what).await?
        };
        Ok(paper.write(self.asked.output))
    }

    async fn check(&self, customer: &str, invoice: &str, facility: &str) -> Result<Paper, Trouble> {
        let mut client = AssignmentServiceClient::new(self.asked.reach.connect(false).await?);
        let request = GetEligibilityRequest {
            tenant_id: self.asked.tenant()?,
            customer_id: customer.to_owned(),
            invoice_id: invoice.to_owned(),
            facility_id: facility.to_owned(),
            as_of: self.asked.as_of(),
            min_position: self.asked.min_position.clone(),
        };
        let answer = client.get_eligibility(request).await?.into_inner();
        let mut paper = Paper::new(format!("Invoice {invoice} for {facility}"));
        of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
        paper.fact("eligible", answer.eligible);
        let mut reasons = Sheet::new("reasons", "What speaks against it", &["reason", "message"]);
        for it in &answer.reasons {
            reasons.row(Tone::Alarming, [it.reason.as_str().into(), it.message.as_str().into()]);
        }
        paper.sheet(reasons);
        Ok(paper)
    }

    #[expect(clippy::too_many_lines, reason = "a few lines for each thing that is done")]
    async fn ask(&self, what: &What) -> Result<Paper, Trouble> {
        let tenant_id = self.asked.tenant()?;
        let actor_id = self.by.clone().unwrap_or_default();
        let on = Some(self.on());
        /// A command asked for, and its answer.
        macro_rules! ask {
            ($method:ident $request:ident $command:expr) => {{
                let command = Some($command);
                let request = $request { tenant_id, actor_id, command, ..$request::default() };
                let mut client =
                    AssignmentServiceClient::new(self.asked.reach.connect(false).await?);
                let done = client.$method(request).await?.into_inner();
                (done.changed, done.position)
            }};
        }
        /// A command about one assignment.
        macro_rules! about {
            ($method:ident $request:ident $command:ident $of:ident { $($field:ident: $value:expr),* }) => {{
                let command = $command {
                    customer_id: $of.customer.clone(),
                    assignment_id: $of.assignment.clone(),
                    $($field: $value),*
                };
                (("assignment", $of.assignment.clone()), ask!($method $request command))
            }};
        }
        let (about, (changed, at)) = match what {
            What::Register { file } => {
                let facility = read(file)?;
                let name = facility.facility_id.clone();
                (("facility", name), ask!(register_facility RegisterFacilityRequest facility))
            }
            What::Check { .. } => return Ok(Paper::default()),
            What::Offer(Receivable { of, invoice, facility, amount }) => {
                about!(offer_receivable OfferReceivableRequest OfferReceivable of {
                    invoice_id: invoice.clone(),
                    facility_id: facility.clone(),
                    amount: amount.clone(),
                    offer_date: on
                })
            }
            What::EndOffer(of) => about!(end_offer EndOfferRequest EndOffer of { end_date: on }),
            What::Made(Receivable { of, invoice, facility, amount }) => {
                about!(assign_receivable AssignReceivableRequest AssignReceivable of {
                    invoice_id: invoice.clone(),
                    facility_id: facility.clone(),
                    amount: amount.clone(),
                    assign_date: on
                })
            }
            What::Notify { of, collects } => {
                about!(notify_assignment NotifyAssignmentRequest NotifyAssignment of {
                    notify_date: on,
                    collects: *collects
                })
            }
            What::Fund { of, amount, fee } => {
                about!(fund_assignment FundAssignmentRequest FundAssignment of {
                    amount: amount.clone(),
                    fee_amount: fee.clone(),
                    fund_date: on
                })
            }
            What::Paid { of, payment, amount } => {
                about!(record_assignee_payment RecordAssigneePaymentRequest
                RecordAssigneePayment of {
                    payment_id: payment.clone(),
                    amount: Some(amount.clone()),
                    value_date: on
                })
            }
            What::PassOn { of, payment } => {
                about!(pass_payment_on PassPaymentOnRequest PassPaymentOn of {
                    payment_id: payment.clone(),
                    pass_date: on
                })
            }
            What::Recourse { of, ground, costs } => {
                about!(take_recourse TakeRecourseRequest TakeRecourse of {
                    ground: i32::from(*ground),
                    costs_amount: costs.clone(),
                    recourse_date: on
                })
            }
            What::Repurchase { of, amount } => {
                about!(repurchase RepurchaseRequest Repurchase of {
                    amount: amount.clone(),
                    repurchase_date: on
                })
            }
            What::Settle { of, amount } => {
                about!(settle_assignment SettleAssignmentRequest SettleAssignment of {
                    amount: amount.clone(),
                    settle_date: on
                })
            }
        };
        let mut paper = Paper::default();
        paper.fact(about.0, about.1);
        paper.fact("new", changed);
        paper.fact("position", position(at.as_ref()));
        Ok(paper)
    }
}

/// Reads an agreement as a person writes it; what cannot be, the service says.
fn read(path: &Path) -> Result<RegisterFacility, Trouble> {
    let it: invoicing::RegisterFacility = file::read(path)?;
    let kind = format!("FACILITY_KIND_{}", it.kind.word().to_ascii_uppercase());
    let limit = it.customer_limit.map(|it| stated_amount(&it.0.to_string())).transpose();
    Ok(RegisterFacility {
        facility_id: it.facility_id.to_string(),
        assignee: it.assignee.to_string(),
        kind: FacilityKind::from_str_name(&kind).unwrap_or_default().into(),
        currency_code: it.currency_code.code().to_owned(),
        recourse: it.recourse,
        funded_share: Some(decimal(it.funded_share)),
        reserve_share: Some(decimal(it.reserve_share)),
        discount_rate_percent: it.discount_rate_percent.map(decimal),
        overdue_days_max: it.overdue_days_max.into(),
        customer_limit_amount: limit.map_err(|why| file::wrong(path, &why))?,
        excluded_customer_ids: it.excluded_customer_ids.iter().map(ToString::to_string).collect(),
        notifies: it.notifies,
        collects: it.collects,
        payee: it.payee.map(|it| it.to_string()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agreement_to_begin_with_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies");
        let it = read(&folder.join("factoring.toml")).unwrap();
        assert_eq!((it.facility_id.as_str(), it.payee.as_str()), ("FACTOR-2026", "nord"));
        assert_eq!(it.kind(), FacilityKind::Factoring);
        assert_eq!(it.customer_limit_amount.map(|it| it.units), Some(50_000));
    }
}
