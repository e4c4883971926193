//! What all customers together say.

mod losses;

use api::risk::{
    Concentration, Figure, FigureInput, GetConcentrationRequest, GetConcentrationResponse,
    GetExpectedLossRequest, concentration::Basis, figure, figure_input,
    portfolio_service_client::PortfolioServiceClient,
};
use tonic::transport::Channel;

use crate::client::{
    Trouble,
    answers::{amount, of_when, plain, word},
    asked::Asked,
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
    /// What customers are expected not to pay within a year
    ExpectedLoss {
        /// How many of the customers with the most
        #[arg(long, default_value_t = 10)]
        top: i32,
    },
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
            What::ExpectedLoss { top } => {
                let request =
                    GetExpectedLossRequest { tenant_id, as_of, min_position, top_count: *top };
                losses::expected(&client.get_expected_loss(request).await?.into_inner())
            }
        })
    }
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
            let share =
                name.share.as_ref().map_or(Cell::Nothing, |it| Cell::Number(it.value.clone()));
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
