//! `vigie hedge`: what protects the tenant against currencies, and against what a market costs.

mod answers;

use std::path::{Path, PathBuf};

use api::{
    Money,
    risk::{
        EndHedge, EndHedgeRequest, HedgeKind, HedgeOutcome, Hedged, HedgedInvoice, HedgedOrder,
        RegisterHedge, RegisterHedgeRequest, UseHedge, UseHedgeRequest,
        hedge_service_client::HedgeServiceClient,
    },
};
use chrono::NaiveDate;

use super::{
    Trouble,
    answers::position,
    asked::{self, Asked, day, decimal},
    file,
    list::stated_amount,
    paper::Paper,
    words::words,
};

pub(super) use answers::{Hedges, cover, list};

/// Hedges: registered, used and ended; never priced.
#[derive(Debug, clap::Args)]
pub struct Hedge {
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
    /// Make a hedge known that a file describes, such as deploy/hedges/forward.toml
    Register {
        /// The hedge, in TOML
        file: PathBuf,
    },
    /// Say that a part of a hedge was used
    Use {
        /// Which
        hedge: String,
        /// An id for this use of it
        r#use: String,
        /// How much, such as "50000.00 USD"
        #[arg(value_parser = stated_amount)]
        amount: Money,
        /// When [default: today]
        #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
        on: Option<NaiveDate>,
        /// For which receivable, as CUSTOMER/INVOICE
        #[arg(long = "for", value_name = "CUSTOMER/INVOICE", value_parser = receivable)]
        receivable: Option<HedgedInvoice>,
    },
    /// Say that a hedge is over
    End {
        /// Which
        hedge: String,
        /// How: settled, sold, cancelled or lapsed
        #[arg(value_parser = outcome)]
        outcome: HedgeOutcome,
        /// The last day on which it was used, or could have been [default: today]
        #[arg(long, value_name = "DATE", value_parser = events::date::parse)]
        on: Option<NaiveDate>,
        /// Why
        #[arg(long)]
        reason: Option<String>,
    },
}

words! {
    outcome HedgeOutcome: "HEDGE_OUTCOME", "end of a hedge: settled, sold, cancelled or lapsed";
}

/// `C-1/F-1001`.
fn receivable(text: &str) -> Result<HedgedInvoice, String> {
    let (customer, invoice) = text
        .split_once('/')
        .ok_or_else(|| format!("`{text}` is no receivable: write CUSTOMER/INVOICE"))?;
    Ok(HedgedInvoice { customer_id: customer.to_owned(), invoice_id: invoice.to_owned() })
}

impl Hedge {
    /// Does it, and says what became of it.
    pub async fn run(&self) -> Result<String, Trouble> {
        let tenant_id = self.asked.tenant()?;
        let actor_id = self.by.clone().unwrap_or_default();
        /// A command asked for, and its answer.
        macro_rules! ask {
            ($method:ident $request:ident $command:expr) => {{
                let command = Some($command);
                let request = $request { tenant_id, actor_id, command, ..$request::default() };
                let mut client = HedgeServiceClient::new(self.asked.reach.connect(false).await?);
                let done = client.$method(request).await?.into_inner();
                (done.changed, done.position)
            }};
        }
        let (name, (changed, at)) = match &self.what {
            What::Register { file } => {
                let hedge = read(file)?;
                (hedge.hedge_id.clone(), ask!(register_hedge RegisterHedgeRequest hedge))
            }
            What::Use { hedge, r#use, amount, on, receivable } => {
                let command = UseHedge {
                    hedge_id: hedge.clone(),
                    use_id: r#use.clone(),
                    amount: Some(amount.clone()),
                    use_date: Some(day(*on)),
                    invoice: receivable.clone(),
                };
                (hedge.clone(), ask!(use_hedge UseHedgeRequest command))
            }
            What::End { hedge, outcome, on, reason } => {
                let command = EndHedge {
                    hedge_id: hedge.clone(),
                    outcome: (*outcome).into(),
                    end_date: Some(day(*on)),
                    reason: reason.clone().unwrap_or_default(),
                };
                (hedge.clone(), ask!(end_hedge EndHedgeRequest command))
            }
        };
        let mut paper = Paper::default();
        paper.fact("hedge", name);
        paper.fact("new", changed);
        paper.fact("position", position(at.as_ref()));
        Ok(paper.write(self.asked.output))
    }
}

/// Reads a hedge as a person writes it; what cannot be, the service says.
fn read(path: &Path) -> Result<RegisterHedge, Trouble> {
    let it: risk::RegisterHedge = file::read(path)?;
    let kind = format!("HEDGE_KIND_{}", it.kind.word().to_ascii_uppercase());
    let amount = stated_amount(&it.amount.0.to_string()).map_err(|why| file::wrong(path, &why))?;
    Ok(RegisterHedge {
        hedge_id: it.hedge_id.to_string(),
        kind: HedgeKind::from_str_name(&kind).unwrap_or_default().into(),
        counterparty: it.counterparty.to_string(),
        amount: Some(amount),
        rate: it.rate.map(decimal),
        quota: it.quota.map(decimal),
        trade_date: Some(asked::date(it.trade_date)),
        valid_from_date: it.valid_from.map(asked::date),
        maturity_date: Some(asked::date(it.maturity_date)),
        hedged: (!it.hedged.is_currency()).then(|| hedged(&it.hedged)),
        note: it.note.map(|it| it.to_string()).unwrap_or_default(),
    })
}

fn hedged(it: &risk::HedgedData) -> Hedged {
    let invoices = it.invoices.iter().map(|it| HedgedInvoice {
        customer_id: it.customer_id.to_string(),
        invoice_id: it.invoice_id.to_string(),
    });
    let orders = it.orders.iter().map(|it| HedgedOrder {
        customer_id: it.customer_id.to_string(),
        order: it.order.to_string(),
    });
    let text = |it: Option<&events::Reference>| it.map(ToString::to_string).unwrap_or_default();
    Hedged {
        invoices: invoices.collect(),
        orders: orders.collect(),
        customer_id: it.customer_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        tender: text(it.tender.as_ref()),
        market: text(it.market.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use api::Date;

    use super::*;

    #[test]
    fn the_hedge_to_begin_with_can_be_read() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/hedges/forward.toml");
        let it = read(&file).unwrap();
        assert_eq!((it.hedge_id.as_str(), it.kind()), ("FWD-2026-07", HedgeKind::Forward));
        assert_eq!(it.amount.map(|it| (it.units, it.currency_code)), Some((100_000, "USD".into())));
        assert_eq!(it.rate.map(|it| it.value).as_deref(), Some("0.9215"));
        assert_eq!(it.maturity_date, Some(Date { year: 2026, month: 7, day: 31 }));
        assert_eq!(it.hedged, None);
    }

    #[test]
    fn what_a_hedge_is_for_is_read_from_its_table() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("option.toml");
        let text = r#"
            hedge_id = "OPT-1"
            kind = "fx_insurance"
            counterparty = "Banque du Port"
            amount = { amount = "900000", currency = "JPY" }
            trade_date = "2026-01-12"
            maturity_date = "2026-07-31"
            [hedged]
            orders = [{ customer_id = "C-1", order = "PO 9" }]
        "#;
        std::fs::write(&file, text).unwrap();
        let it = read(&file).unwrap();
        assert_eq!(it.kind(), HedgeKind::FxInsurance);
        let order = HedgedOrder { customer_id: "C-1".into(), order: "PO 9".into() };
        assert_eq!(it.hedged.map(|it| it.orders), Some(vec![order]));
        std::fs::write(&file, text.replace("hedge_id", "hedge")).unwrap();
        let refused = read(&file).unwrap_err().to_string();
        assert!(refused.contains("unknown field `hedge`"), "{refused}");
        assert!(receivable("C-1/F-1").is_ok() && receivable("F-1").is_err());
    }
}
