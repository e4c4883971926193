//! `vigie.risk.v1.PortfolioService`: every method, and where it is answered.

mod concentration;
mod expected_loss;
mod messages;

use std::sync::Arc;

use ::risk::{Policy, Risk};
use api::{
    risk::{self as proto, portfolio_service_server::PortfolioService},
    shared::{self, Position},
};
use chrono::NaiveDate;
use events::CustomerId;
use invoicing::view::MissingRate;
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
    get_expected_loss GetExpectedLossRequest GetExpectedLossResponse expected_loss;
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
        let everybody = self.as_of.everybody::<Policy>(api, &self.tenant).await?;
        let (policy, _, _) = policy_as_of(&self.tenant, &self.as_of).await?;
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
    async fn gather<T: Send + 'static>(
        &self,
        of: impl Fn(&Policy, &Known, NaiveDate) -> Result<T, MissingRate> + Clone + Send + 'static,
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
            let part = part?;
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
fn each(customers: &Known) -> impl Iterator<Item = (&CustomerId, &Risk)> {
    customers.iter().map(|(id, risk)| (id, &**risk))
}

/// How many lines are told when nobody says.
const LINES: usize = 10;
/// How many lines are told at most.
const LINES_MAX: i32 = 1_000;

/// How many of the largest are told.
fn top_count(fields: &mut Fields, count: i32) -> Read<usize> {
    match usize::try_from(count) {
        Ok(0) => Ok(LINES),
        Ok(some) if count <= LINES_MAX => Ok(some),
        Ok(_) | Err(_) => {
            Err(fields.wrong("top_count", format_args!("is 1 to {LINES_MAX}, or 0 for {LINES}")))
        }
    }
}
