//! `vigie get`: one thing, as it stands.

pub(super) mod credit;
mod credit_file;
mod disputes;
mod documents;
mod dossier;
mod insolvency;
mod letter;
mod portfolio;
pub(super) mod score;
mod sums;

use std::path::PathBuf;

use api::{
    dunning::GetReminderPreviewRequest,
    invoicing::{
        GetAccountRequest, GetAgedBalanceRequest, GetDisputeCausesRequest, GetIndicatorsRequest,
        GetInvoiceRequest, GetPaymentRequest, GetPolicyRequest, GetStatementRequest,
        GetTermsRequest, invoicing_service_client::InvoicingServiceClient,
    },
    risk::{
        GetCreditFileRequest, GetExposureRequest, GetOrderRequest, GetScoreRequest,
        risk_service_client::RiskServiceClient, score_service_client::ScoreServiceClient,
    },
    tenant::{GetDayRequest, tenant_service_client::TenantServiceClient},
};
use chrono::NaiveDate;
use tonic::transport::Channel;

use super::{
    Trouble,
    asked::{self, Asked},
    assign, collection, dunning, hedge,
    paper::Paper,
};

/// One thing, as it stands.
#[derive(Debug, clap::Args)]
pub struct Get {
    #[command(flatten)]
    asked: Asked,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// A customer and how it stands
    Account {
        /// Which
        customer: String,
    },
    /// An invoice and its history
    Invoice {
        /// Which
        invoice: String,
        /// Whose, if several customers have one of this id
        #[arg(long)]
        customer: Option<String>,
    },
    /// A payment and its history
    Payment {
        /// Which
        payment: String,
        /// Whose, if several customers have one of this id
        #[arg(long)]
        customer: Option<String>,
    },
    /// Open items by how late they are
    AgedBalance {
        /// Of one customer
        #[arg(long)]
        customer: Option<String>,
        /// In one currency
        #[arg(long)]
        currency: Option<String>,
        /// The last day of each bucket but the last
        #[arg(long, value_delimiter = ',', value_name = "DAYS,…")]
        buckets: Vec<i32>,
    },
    /// The figures by which receivables are judged, with their formulas
    Indicators {
        /// Of one customer
        #[arg(long)]
        customer: Option<String>,
        /// In one currency
        #[arg(long)]
        currency: Option<String>,
        /// The length of the period
        #[arg(long, default_value_t = 90)]
        period_days: i32,
    },
    /// Why invoices are contested, how long that takes and how it ends
    DisputeCauses {
        /// The first day [default: a year before the last]
        #[arg(long, value_parser = events::date::parse)]
        from: Option<NaiveDate>,
        /// The last day
        #[arg(long, value_parser = events::date::parse)]
        to: Option<NaiveDate>,
        /// How many of the sites and customers with most
        #[arg(long, default_value_t = 10)]
        top: i32,
    },
    /// What happened on an account between two days
    Statement {
        /// Whose
        customer: String,
        /// The first day [default: the beginning]
        #[arg(long, value_parser = events::date::parse)]
        from: Option<NaiveDate>,
        /// The last day
        #[arg(long, value_parser = events::date::parse)]
        to: Option<NaiveDate>,
        /// In one currency
        #[arg(long)]
        currency: Option<String>,
    },
    /// What is at stake with a customer, and what is left of its limit
    Exposure {
        /// Which
        customer: String,
    },
    /// How likely a customer is to pay, and why
    Score {
        /// Which
        customer: String,
    },
    /// All that is known of a customer's credit, and what it means
    CreditFile {
        /// Which
        customer: String,
    },
    /// How a customer stands with reminders: levels, ladders, holds, what is on its way
    Dunning {
        /// Which
        customer: String,
    },
    /// A receivable that is assigned, or offered, to a factor or a bank
    Assignment {
        /// Whose receivable it is of
        customer: String,
        /// Which
        assignment: String,
    },
    /// What is collected of a customer by other means than reminders: cases, collectors, acts
    Cases {
        /// Whose
        customer: String,
    },
    /// What a collector took in of what it was given, how fast, and for how much
    Performance {
        /// Which: the tenant's name for it
        collector: String,
    },
    /// By which ways a case may go on, and what speaks for and against each
    Advice {
        /// Whose
        customer: String,
        /// Which case
        case: String,
    },
    /// What a collector is given of a case: data, papers, an archive
    Dossier(dossier::Wanted),
    /// What credit insurers would pay of what a customer owes, and why not more
    Indemnity {
        /// Which
        customer: String,
    },
    /// A claim to a credit insurer, with all that belongs to it
    InsuranceClaim {
        /// Of which customer
        customer: String,
        /// Which
        claim: String,
        /// A folder into which its file is written: all of it as JSON, its tables as CSV
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// What may be delivered to a customer that was reminded, and what is to be paid for more
    Supply {
        /// Which
        customer: String,
    },
    /// What is owed besides each invoice of a customer: interest, fixed sums, waivers, what to refund
    Charges {
        /// Which
        customer: String,
        /// Only on this invoice
        #[arg(long)]
        invoice: Option<String>,
    },
    /// Whether an order may be delivered, and what would let it pass
    Order {
        /// Whose
        customer: String,
        /// Which
        order: String,
    },
    #[command(flatten)]
    Insolvency(insolvency::What),
    #[command(flatten)]
    Portfolio(portfolio::What),
    /// What hedges protect of what is owed in foreign currencies, month by month
    CurrencyCover {
        /// Of one currency
        #[arg(long)]
        currency: Option<String>,
        /// Days ahead within which hedges that mature are shown
        #[arg(long, value_name = "DAYS", default_value_t = 30)]
        within: i32,
    },
    /// The reminder on its way to a customer, as it would leave today
    Reminder {
        /// To whom
        customer: String,
        /// Where the letter on paper is written
        #[arg(long, value_name = "FILE")]
        pdf: Option<PathBuf>,
    },
    /// The terms of sale there are, and which are in force
    Terms {
        /// Those agreed with a customer too
        #[arg(long)]
        customer: Option<String>,
    },
    /// The tenant's rules for receivables
    Policy,
    /// The business day that is open
    Day,
}

impl Get {
    /// Asks, and writes the answer.
    pub async fn run(&self) -> Result<String, Trouble> {
        let channel = self.asked.reach.connect(false).await?;
        let paper = self.paper(channel).await?;
        Ok(paper.write(self.asked.output))
    }

    #[expect(clippy::too_many_lines, reason = "a question each")]
    async fn paper(&self, channel: Channel) -> Result<Paper, Trouble> {
        let mut client = InvoicingServiceClient::new(channel.clone());
        let Asked { min_position, .. } = self.asked.clone();
        let (tenant_id, as_of) = (self.asked.tenant()?, self.asked.as_of());
        let named = |it: &Option<String>| it.clone().unwrap_or_default();
        Ok(match &self.what {
            What::Reminder { customer, pdf } => {
                let customer_id = customer.clone();
                let request = GetReminderPreviewRequest { tenant_id, customer_id, min_position };
                letter::preview(channel, request, pdf.as_deref()).await?
            }
            What::Account { customer } => {
                let customer_id = customer.clone();
                let request = GetAccountRequest { tenant_id, as_of, min_position, customer_id };
                documents::account(&client.get_account(request).await?.into_inner())
            }
            What::Invoice { invoice, customer } => {
                let (invoice_id, customer_id) = (invoice.clone(), named(customer));
                let request =
                    GetInvoiceRequest { tenant_id, as_of, min_position, customer_id, invoice_id };
                documents::invoice(&client.get_invoice(request).await?.into_inner())
            }
            What::Payment { payment, customer } => {
                let (payment_id, customer_id) = (payment.clone(), named(customer));
                let request =
                    GetPaymentRequest { tenant_id, as_of, min_position, customer_id, payment_id };
                documents::payment(&client.get_payment(request).await?.into_inner())
            }
            What::AgedBalance { customer, currency, buckets } => {
                let request = GetAgedBalanceRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    customer_id: named(customer),
                    currency_code: named(currency),
                    bucket_days: buckets.clone(),
                    conversion: None,
                };
                sums::aged_balance(&client.get_aged_balance(request).await?.into_inner())
            }
            What::Indicators { customer, currency, period_days } => {
                let request = GetIndicatorsRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    customer_id: named(customer),
                    currency_code: named(currency),
                    period_days: *period_days,
                    conversion: None,
                };
                sums::indicators(&client.get_indicators(request).await?.into_inner())
            }
            What::DisputeCauses { from, to, top } => {
                let request = GetDisputeCausesRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    from_date: from.map(asked::date),
                    to_date: to.map(asked::date),
                    top_count: *top,
                };
                disputes::causes(&client.get_dispute_causes(request).await?.into_inner())
            }
            What::Statement { customer, from, to, currency } => {
                let request = GetStatementRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    customer_id: customer.clone(),
                    from_date: from.map(asked::date),
                    to_date: to.map(asked::date),
                    currency_code: named(currency),
                };
                sums::statement(customer, &client.get_statement(request).await?.into_inner())
            }
            What::Exposure { customer } => {
                let mut client = RiskServiceClient::new(channel);
                let customer_id = customer.clone();
                let request = GetExposureRequest { tenant_id, as_of, min_position, customer_id };
                credit::exposure(customer, &client.get_exposure(request).await?.into_inner())
            }
            What::Score { customer } => {
                let mut client = ScoreServiceClient::new(channel);
                let customer_id = customer.clone();
                let request = GetScoreRequest { tenant_id, as_of, min_position, customer_id };
                score::score(customer, &client.get_score(request).await?.into_inner())
            }
            What::CreditFile { customer } => {
                let mut client = RiskServiceClient::new(channel.clone());
                let customer_id = customer.clone();
                let request = GetCreditFileRequest { tenant_id, as_of, min_position, customer_id };
                let told = client.get_credit_file(request).await?.into_inner();
                let paper = credit_file::paper(customer, &told);
                dunning::supply_beside(paper, &self.asked, channel, customer).await?
            }
            What::Dunning { customer } => dunning::get(&self.asked, channel, customer).await?,
            What::Assignment { customer, assignment } => {
                assign::one(&self.asked, channel, customer, assignment).await?
            }
            What::Cases { customer } => collection::cases(&self.asked, channel, customer).await?,
            What::Advice { customer, case } => {
                collection::advice(&self.asked, channel, customer, case).await?
            }
            What::Dossier(wanted) => wanted.paper(&self.asked, channel).await?,
            What::Performance { collector } => {
                collection::performance(&self.asked, channel, collector).await?
            }
            What::Indemnity { customer } => {
                collection::indemnity(&self.asked, channel, customer).await?
            }
            What::InsuranceClaim { customer, claim, out } => {
                collection::claim(&self.asked, channel, customer, claim, out.as_ref()).await?
            }
            What::Supply { customer } => {
                dunning::get_supply(&self.asked, channel, customer).await?
            }
            What::Charges { customer, invoice } => {
                dunning::charges(&self.asked, channel, customer, &named(invoice)).await?
            }
            What::Order { customer, order } => {
                let mut client = RiskServiceClient::new(channel.clone());
                let (customer_id, order) = (customer.clone(), order.clone());
                let request =
                    GetOrderRequest { tenant_id, as_of, min_position, customer_id, order };
                let paper = credit::order(&client.get_order(request).await?.into_inner());
                dunning::supply_beside(paper, &self.asked, channel, customer).await?
            }
            What::Insolvency(what) => what.paper(&self.asked, channel).await?,
            What::Portfolio(what) => what.paper(&self.asked, channel).await?,
            What::CurrencyCover { currency, within } => {
                hedge::cover(&self.asked, channel, currency.as_deref(), *within).await?
            }
            What::Policy => {
                let request = GetPolicyRequest { tenant_id, as_of, min_position };
                documents::policy(&client.get_policy(request).await?.into_inner())
            }
            What::Terms { customer } => {
                let customer_id = named(customer);
                let request = GetTermsRequest { tenant_id, as_of, min_position, customer_id };
                documents::terms(&client.get_terms(request).await?.into_inner())
            }
            What::Day => {
                let mut client = TenantServiceClient::new(channel);
                let request = GetDayRequest { tenant_id, min_position };
                documents::day(&client.get_day(request).await?.into_inner())
            }
        })
    }
}
