//! What all customers together say.

mod cash;
mod insurance;
mod ledger;
mod losses;

use api::risk::{
    Concentration, Figure, FigureInput, GetCashForecastRequest, GetConcentrationRequest,
    GetConcentrationResponse, GetCoverCostRequest, GetCoverGapRequest, GetDepreciationRequest,
    GetExpectedLossRequest, GetGroupExposureRequest, GetGroupExposureResponse,
    GetProvisionMatrixRequest, GetRollForwardRequest, GetWorkingCapitalRequest, NamedCase, Outlook,
    ProvisionAssumptions,
    concentration::Basis,
    figure, figure_input,
    get_cover_cost_request::{Premium, Turnover as Sales},
    portfolio_service_client::PortfolioServiceClient,
};
use chrono::NaiveDate;
use tonic::transport::Channel;

use crate::{
    Trouble,
    answers::{amount, of_when, plain, word},
    asked::{self, Asked},
    list::stated_amount,
    paper::{Cell, Paper, Sheet, Tone},
};

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    /// How much hangs on how few customers, groups, sectors and countries
    Concentration {
        /// How many of the largest names
        #[arg(long, default_value_t = 10)]
        top: i32,
    },
    /// What is at stake with a group as one debtor
    Group {
        /// Its head, which holds the limit
        customer: String,
    },
    /// What customers are expected not to pay within a year
    ExpectedLoss {
        /// How many of the customers with the most
        #[arg(long, default_value_t = 10)]
        top: i32,
    },
    /// What is put aside under IFRS 9, by the tenant's own roll rates
    Provisions {
        #[command(flatten)]
        assumptions: Assumptions,
    },
    /// Doubtful claims and their depreciation under French GAAP, case by case
    Depreciation {
        /// What claims on customers in a procedure lose, in percent
        #[arg(long, value_name = "PERCENT")]
        insolvency: Option<String>,
        /// What contested parts lose, in percent
        #[arg(long, value_name = "PERCENT")]
        dispute: Option<String>,
        /// From how many days late on a claim is doubtful for that
        #[arg(long, value_name = "DAYS")]
        overdue_days: Option<i32>,
        /// What claims so late lose, in percent
        #[arg(long, value_name = "PERCENT", requires = "overdue_days")]
        overdue: Option<String>,
        /// What claims on one customer lose, in percent
        #[arg(long = "case", value_name = "CUSTOMER=PERCENT", value_parser = case)]
        cases: Vec<NamedCase>,
        /// The rate of tax in invoices that do not say their tax
        #[arg(long, value_name = "PERCENT")]
        tax: Option<String>,
        /// How many of the largest claims
        #[arg(long, default_value_t = 10)]
        top: i32,
    },
    /// What led from what was owed, and put aside, to what is
    RollForward {
        /// The first day [default: the first of January]
        #[arg(long, value_parser = events::date::parse)]
        from: Option<NaiveDate>,
        #[command(flatten)]
        assumptions: Assumptions,
    },
    /// What credit insurers would not pay
    CoverGap {
        /// How many of the customers with the most
        #[arg(long, default_value_t = 10)]
        top: i32,
    },
    /// What credit insurance costs a year, against the loss it takes off
    #[command(group = clap::ArgGroup::new("premium").required(true))]
    CoverCost {
        /// The premium, in percent of the sales of twelve months
        #[arg(long, value_name = "PERCENT", group = "premium")]
        premium_rate: Option<String>,
        /// The premium of a year, if it is known
        #[arg(long, value_name = "AMOUNT", group = "premium", value_parser = stated_amount)]
        premium_amount: Option<api::Money>,
        /// Of whose sales the premium is
        #[arg(long, value_enum, default_value_t)]
        turnover: Turnover,
    },
    /// When the cash of what is open comes, week by week
    CashForecast {
        /// How many weeks
        #[arg(long, default_value_t = 13)]
        weeks: i32,
        /// How many weeks ago the forecast was said that is tested against what came
        #[arg(long, default_value_t = 8)]
        tested_weeks: i32,
        /// Do not test an earlier forecast: on a large journal that takes a while
        #[arg(long)]
        without_back_test: bool,
    },
    /// What lateness ties up, and what that costs
    WorkingCapital {
        /// What a year of financing costs, in percent
        #[arg(long, value_name = "PERCENT")]
        financing: Option<String>,
        /// How many of the customers with the most
        #[arg(long, default_value_t = 10)]
        top: i32,
    },
}

/// Of whose sales a premium is.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(super) enum Turnover {
    /// Of customers with a cover
    #[default]
    Insured,
    /// Of all customers
    All,
}

impl Turnover {
    fn number(self) -> i32 {
        match self {
            Turnover::Insured => Sales::Insured.into(),
            Turnover::All => Sales::All.into(),
        }
    }
}

/// What history does not say by itself.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Assumptions {
    /// In how many months roll rates are looked for
    #[arg(long, default_value_t = 12)]
    months: i32,
    /// What is lost of claims more than 90 days late, from 0 to 1 [default: 1]
    #[arg(long, value_name = "SHARE")]
    last_loss: Option<String>,
    /// What is foreseen from a day on: a factor on the rates of the past
    #[arg(long = "outlook", value_name = "DATE=FACTOR", value_parser = outlook)]
    outlooks: Vec<Outlook>,
}

impl Assumptions {
    fn message(&self) -> ProvisionAssumptions {
        ProvisionAssumptions {
            month_count: self.months,
            last_loss: decimal(self.last_loss.as_ref()),
            outlooks: self.outlooks.clone(),
        }
    }
}

fn decimal(text: Option<&String>) -> Option<api::Decimal> {
    text.map(|it| api::Decimal { value: it.clone() })
}

/// What a year of cover is paid with.
fn premium(rate: Option<&String>, amount: Option<&api::Money>) -> Option<Premium> {
    let rate = decimal(rate).map(Premium::PremiumPercent);
    rate.or_else(|| amount.cloned().map(Premium::PremiumAmount))
}

/// `C-1=50`.
fn case(text: &str) -> Result<NamedCase, String> {
    let wrong = || format!("`{text}` is no case: write CUSTOMER=PERCENT, such as C-1=50");
    let (customer, percent) = text.rsplit_once('=').ok_or_else(wrong)?;
    let percent = Some(api::Decimal { value: percent.trim().to_owned() });
    Ok(NamedCase { customer_id: customer.trim().to_owned(), percent })
}

/// `2026-07-01=1.2`.
fn outlook(text: &str) -> Result<Outlook, String> {
    let wrong = || format!("`{text}` is no outlook: write DATE=FACTOR, such as 2026-07-01=1.2");
    let (from, factor) = text.split_once('=').ok_or_else(wrong)?;
    let from = events::date::parse(from.trim()).map_err(|error| error.to_string())?;
    let factor = Some(api::Decimal { value: factor.trim().to_owned() });
    Ok(Outlook { from_date: Some(asked::date(from)), factor })
}

impl What {
    pub(super) async fn paper(&self, asked: &Asked, channel: Channel) -> Result<Paper, Trouble> {
        let mut client = PortfolioServiceClient::new(channel);
        let Asked { min_position, .. } = asked.clone();
        let (tenant_id, as_of) = (asked.tenant()?, asked.as_of());
        Ok(match self {
            What::Concentration { top } => {
                let request = GetConcentrationRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    dimensions: Vec::new(),
                    top_count: *top,
                };
                concentration(&client.get_concentration(request).await?.into_inner())
            }
            What::Group { customer } => {
                let customer_id = customer.clone();
                let request =
                    GetGroupExposureRequest { tenant_id, as_of, min_position, customer_id };
                group(customer, &client.get_group_exposure(request).await?.into_inner())
            }
            What::ExpectedLoss { top } => {
                let request =
                    GetExpectedLossRequest { tenant_id, as_of, min_position, top_count: *top };
                losses::expected(&client.get_expected_loss(request).await?.into_inner())
            }
            What::Provisions { assumptions } => {
                let assumptions = Some(assumptions.message());
                let request =
                    GetProvisionMatrixRequest { tenant_id, as_of, min_position, assumptions };
                losses::provisions(&client.get_provision_matrix(request).await?.into_inner())
            }
            What::Depreciation { insolvency, dispute, overdue_days, overdue, cases, tax, top } => {
                let request = GetDepreciationRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    insolvency_percent: decimal(insolvency.as_ref()),
                    dispute_percent: decimal(dispute.as_ref()),
                    overdue_days: *overdue_days,
                    overdue_percent: decimal(overdue.as_ref()),
                    cases: cases.clone(),
                    tax_percent: decimal(tax.as_ref()),
                    top_count: *top,
                };
                losses::depreciation(&client.get_depreciation(request).await?.into_inner())
            }
            What::RollForward { from, assumptions } => {
                let request = GetRollForwardRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    from_date: from.map(asked::date),
                    assumptions: Some(assumptions.message()),
                };
                ledger::roll_forward(&client.get_roll_forward(request).await?.into_inner())
            }
            What::CoverGap { top } => {
                let request =
                    GetCoverGapRequest { tenant_id, as_of, min_position, top_count: *top };
                ledger::cover_gap(&client.get_cover_gap(request).await?.into_inner())
            }
            What::CoverCost { premium_rate, premium_amount, turnover } => {
                let request = GetCoverCostRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    premium: premium(premium_rate.as_ref(), premium_amount.as_ref()),
                    turnover: turnover.number(),
                };
                insurance::cover_cost(&client.get_cover_cost(request).await?.into_inner())
            }
            What::CashForecast { weeks, tested_weeks, without_back_test } => {
                let request = GetCashForecastRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    week_count: *weeks,
                    back_test_week_count: *tested_weeks,
                    without_back_test: *without_back_test,
                };
                cash::forecast(&client.get_cash_forecast(request).await?.into_inner())
            }
            What::WorkingCapital { financing, top } => {
                let request = GetWorkingCapitalRequest {
                    tenant_id,
                    as_of,
                    min_position,
                    financing_percent: decimal(financing.as_ref()),
                    top_count: *top,
                };
                cash::working_capital(&client.get_working_capital(request).await?.into_inner())
            }
        })
    }
}

fn group(head: &str, it: &GetGroupExposureResponse) -> Paper {
    let mut paper = Paper::new(format!("Exposure to the group of {head}"));
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    for (name, money) in [
        ("total", &it.total_amount),
        ("unsecured", &it.unsecured_amount),
        ("limit", &it.limit_amount),
        ("headroom", &it.headroom_amount),
    ] {
        paper.fact(name, amount(money.as_ref()));
    }
    let columns = ["customer_id", "overdue", "total", "unsecured"];
    let mut members = Sheet::new("members", "Members", &columns);
    for member in &it.members {
        let told = member.exposure.clone().unwrap_or_default();
        let amounts = [told.overdue_amount, told.total_amount, told.unsecured_amount];
        let amounts = amounts.iter().map(|it| amount(it.as_ref()));
        members.row(Tone::Plain, [member.customer_id.as_str().into()].into_iter().chain(amounts));
    }
    paper.sheet(members);
    paper
}

fn concentration(it: &GetConcentrationResponse) -> Paper {
    let mut paper = Paper::new("Concentration".to_owned());
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let columns = ["of", "by", "name", "amount", "share", "single_name"];
    let mut names = Sheet::new("names", "Largest names", &columns);
    let said = |it: &Concentration| {
        let basis = Basis::try_from(it.basis).unwrap_or_default();
        [word(basis.as_str_name(), "BASIS_"), word(it.dimension().as_str_name(), "DIMENSION_")]
    };
    for it in &it.concentrations {
        for name in &it.top_names {
            let single = it.single_names.contains(name);
            let [of, by] = said(it);
            let share = told(name.share.as_ref());
            let shown = if name.name.is_empty() { "(not known)" } else { &name.name };
            names.row(
                if single { Tone::Strong } else { Tone::Plain },
                [of, by, shown.into(), amount(name.amount.as_ref()), share, single.into()],
            );
        }
    }
    paper.sheet(names);
    let mut sheet = Sheet::new("figures", "Figures", &["of", "by", "figure", "value", "formula"]);
    for it in &it.concentrations {
        for figure in &it.figures {
            let [of, by] = said(it);
            let (name, formula) = (figure.name.as_str().into(), figure.formula.as_str().into());
            sheet.row(Tone::Plain, [of, by, name, value(figure), formula]);
        }
    }
    paper.sheet(sheet);
    paper
}

/// The value of a figure, or why there is none.
fn value(it: &Figure) -> Cell {
    match &it.value {
        Some(figure::Value::Amount(it)) => amount(Some(it)),
        Some(figure::Value::Number(it)) => Cell::Number(it.value.clone()),
        None => it.not_computable_reason.as_str().into(),
    }
}

/// A number, as it was told.
fn told(it: Option<&api::Decimal>) -> Cell {
    it.map_or(Cell::Nothing, |it| Cell::Number(it.value.clone()))
}

/// Days late, from the fewest to the most.
fn days(least: i32, most: Option<i32>) -> Cell {
    match most {
        Some(0) => "not due".into(),
        Some(most) => format!("{least}-{most}").into(),
        None => format!("over {}", least - 1).into(),
    }
}

/// Figures with their formulas, and what they were computed from.
fn figures(figures: &[Figure]) -> Sheet {
    let mut sheet = Sheet::new("figures", "Figures", &["figure", "value", "formula", "inputs"]);
    for it in figures {
        let inputs: Vec<_> = it.inputs.iter().map(input).collect();
        let formula = it.formula.as_str().into();
        sheet.row(
            Tone::Plain,
            [it.name.as_str().into(), value(it), formula, inputs.join(", ").into()],
        );
    }
    sheet
}

fn input(it: &FigureInput) -> String {
    let value = match &it.value {
        Some(figure_input::Value::Amount(it)) => plain(it),
        Some(figure_input::Value::Number(it)) => it.value.clone(),
        None => String::new(),
    };
    format!("{} {value}", it.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_and_an_outlook_are_written_with_an_equals_sign() {
        let it = case("C-1=50").unwrap();
        assert_eq!((it.customer_id.as_str(), it.percent.unwrap().value.as_str()), ("C-1", "50"));
        let it = outlook("2026-07-01 = 1.2").unwrap();
        assert_eq!(it.from_date.unwrap(), api::Date { year: 2026, month: 7, day: 1 });
        assert_eq!(it.factor.unwrap().value, "1.2");
        assert!(case("C-1").is_err() && outlook("1.2").is_err() && outlook("july=1").is_err());
        assert_eq!(days(91, None), Cell::Text("over 90".to_owned()));
    }
}
