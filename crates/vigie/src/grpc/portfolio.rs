//! `vigie.risk.v1.PortfolioService`: every method, and where it is answered.

mod cash_forecast;
mod concentration;
mod cover_cost;
mod cover_gap;
pub(super) mod currency_cover;
mod depreciation;
mod expected_loss;
mod group;
mod messages;
mod provisions;
mod roll_forward;
mod working_capital;

use std::sync::Arc;

use ::risk::{Policy, Risk};
use api::{
    risk::{self as proto, portfolio_service_server::PortfolioService},
    shared::{self, Position},
};
use chrono::NaiveDate;
use events::CustomerId;
use rust_decimal::Decimal;
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use super::{
    Api, deadline,
    fields::{Fields, Read},
    queries::{AsOf, compute},
    risk::policy_as_of,
    status::Explanation,
};
use crate::tenants::Tenant;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

type Answer<T> = Result<T, Explanation>;

macro_rules! service {
    ($($question:ident $wants:ident $tells:ident $file:ident;)+) => {
        #[tonic::async_trait]
        impl PortfolioService for Service {
            $(async fn $question(
                &self,
                request: Request<proto::$wants>,
            ) -> Result<Response<proto::$tells>, Status> {
                let deadline = deadline(&request);
                let answer = $file::$question(&self.0, request.into_inner(), deadline);
                Ok(Response::new(answer.await?))
            })+
        }
    };
}

service! {
    get_concentration GetConcentrationRequest GetConcentrationResponse concentration;
    get_group_exposure GetGroupExposureRequest GetGroupExposureResponse group;
    get_expected_loss GetExpectedLossRequest GetExpectedLossResponse expected_loss;
    get_provision_matrix GetProvisionMatrixRequest GetProvisionMatrixResponse provisions;
    get_depreciation GetDepreciationRequest GetDepreciationResponse depreciation;
    get_roll_forward GetRollForwardRequest GetRollForwardResponse roll_forward;
    get_cover_gap GetCoverGapRequest GetCoverGapResponse cover_gap;
    get_cover_cost GetCoverCostRequest GetCoverCostResponse cover_cost;
    get_cash_forecast GetCashForecastRequest GetCashForecastResponse cash_forecast;
    get_working_capital GetWorkingCapitalRequest GetWorkingCapitalResponse working_capital;
}

/// What every question about a portfolio has.
struct Heading {
    tenant_id: String,
    as_of: Option<shared::AsOf>,
    min_position: Option<Position>,
}

/// Every customer of a tenant as risk knew them, and the policy of that time.
struct Portfolio {
    policy: Arc<Policy>,
    customers: Arc<Known>,
    /// The day they are looked at.
    on: NaiveDate,
    position: Position,
    effective_date: api::Date,
}

/// As many customers are looked at by one thread.
const AT_ONCE: usize = 20_000;

impl Heading {
    /// The portfolio that is asked about, and what else the request says.
    async fn over<T>(
        self,
        api: &Api,
        deadline: Option<Instant>,
        read: impl FnOnce(&mut Fields) -> Read<T>,
    ) -> Answer<(Portfolio, Asked, T)> {
        let Self { tenant_id, as_of, min_position } = self;
        let (tenant, as_of, rest) =
            AsOf::read(api, &tenant_id, as_of, min_position, deadline, read)?;
        let asked = Asked { tenant, as_of };
        Ok((asked.portfolio(api).await?, asked, rest))
    }
}

/// Whose past is meant, and which.
struct Asked {
    tenant: Arc<Tenant>,
    as_of: AsOf,
}

impl Asked {
    async fn portfolio(&self, api: &Api) -> Answer<Portfolio> {
        self.portfolio_of(api, &self.as_of).await
    }

    async fn portfolio_of(&self, api: &Api, as_of: &AsOf) -> Answer<Portfolio> {
        let everybody = as_of.everybody::<Policy>(api, &self.tenant).await?;
        let (policy, _, _) = policy_as_of(&self.tenant, as_of).await?;
        Ok(Portfolio {
            policy: Arc::new(policy),
            on: everybody.on,
            position: everybody.position(),
            effective_date: everybody.effective_date(),
            customers: everybody.customers.into(),
        })
    }
}

impl Portfolio {
    /// Fills a question from every customer, on as many threads as there are to spare.
    async fn gather<T: Send + 'static, E: Into<Explanation> + Send + 'static>(
        &self,
        of: impl Fn(&Policy, &Known, NaiveDate) -> Result<T, E> + Clone + Send + 'static,
        merge: impl Fn(&mut T, T),
    ) -> Answer<T> {
        let mut parts = Vec::new();
        for first in (0..self.customers.len().max(1)).step_by(AT_ONCE) {
            let (policy, customers) = (self.policy.clone(), self.customers.clone());
            let (of, on) = (of.clone(), self.on);
            let last = (first + AT_ONCE).min(customers.len());
            parts.push(compute(move || {
                of(&policy, customers.get(first..last).unwrap_or_default(), on)
            }));
        }
        let mut whole: Option<T> = None;
        for part in futures::future::try_join_all(parts).await? {
            let part = part.map_err(Into::into)?;
            match &mut whole {
                Some(whole) => merge(whole, part),
                None => whole = Some(part),
            }
        }
        whole.ok_or_else(|| Explanation::internal("COMPUTATION_FAILED", "nobody was asked"))
    }
}

/// Customers as risk knew them.
type Known = [(CustomerId, Arc<Risk>)];

/// Each by itself.
fn each(customers: &Known) -> impl Iterator<Item = (&CustomerId, &Risk)> + Clone {
    customers.iter().map(|(id, risk)| (id, &**risk))
}

/// How many lines are told when nobody says.
const LINES: u32 = 10;
/// How many lines are told at most.
const LINES_MAX: u32 = 1_000;

/// How many of the largest are told.
fn top_count(fields: &mut Fields, it: i32) -> Read<usize> {
    let count = count(fields, "top_count", it, LINES, LINES_MAX)?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// A number from 0 to another, if there is one.
fn number(
    fields: &mut Fields,
    field: &str,
    it: Option<&api::Decimal>,
    most: Decimal,
) -> Read<Option<Decimal>> {
    let Some(it) = it else { return Ok(None) };
    match Decimal::from_str_exact(&it.value) {
        // More decimals than a millionth are no judgement, and not exact in every product.
        Ok(number)
            if (Decimal::ZERO..=most).contains(&number) && number.normalize().scale() <= 6 =>
        {
            Ok(Some(number))
        }
        Ok(_) | Err(_) => {
            let why = format_args!("is 0 to {most} with at most 6 decimals, such as 12.5");
            Err(fields.wrong(field, why))
        }
    }
}

/// How many of something; 0 is a number of our own.
fn count(fields: &mut Fields, field: &str, it: i32, default: u32, most: u32) -> Read<u32> {
    match u32::try_from(it) {
        Ok(0) => Ok(default),
        Ok(count) if count <= most => Ok(count),
        Ok(_) | Err(_) => {
            Err(fields.wrong(field, format_args!("is 1 to {most}, or 0 for {default}")))
        }
    }
}
