//! `vigie.risk.v1.RiskService`: every method, and where it is answered.

mod convert;
mod file;
mod inputs;
mod lists;
mod messages;

use std::sync::Arc;

use ::risk::{Command, Policy, Risk, view::LimitState};
use api::{
    risk::{self as proto, risk_service_server::RiskService},
    shared::Position,
};
use decider::{Decider as _, Fold as _};
use events::{CustomerId, Partition, Reference, Sequence, risk::Event};
use host::Host;
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use convert::{
    approve_limit, check_order, close_order, credit_policy, guarantee, limit, reject_limit,
    release_guarantee, release_order, withdraw_limit,
};
use inputs::input;

use super::{
    Api, deadline,
    decide::{Heading, decide},
    fields::{Fields, Read, day},
    position,
    queries::AsOf,
    status::Explanation,
};
use crate::{intake::Taken, tenants::Tenant};

pub(super) use messages::exposure;

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// A request with one command in it.
trait OfCommand {
    type Item;
    fn parts(self) -> (Heading, Option<Self::Item>);
    fn read(fields: &mut Fields, item: Self::Item) -> Read<Command>;
}

/// What became of a command.
struct Answered {
    position: Position,
    events: Vec<Event>,
    customer: Option<Known>,
}

/// A customer as it is known, under the policy in force.
pub(super) struct Known {
    pub(super) policy: Policy,
    pub(super) state: Arc<Risk>,
    pub(super) partition: Partition,
    pub(super) at: Sequence,
    pub(super) today: chrono::NaiveDate,
}

impl Answered {
    fn changed(&self) -> bool {
        !self.events.is_empty()
    }
}

async fn take<R: OfCommand>(api: &Api, request: Request<R>) -> Result<(Answered, Command), Status> {
    let deadline = deadline(&request);
    let (heading, item) = request.into_inner().parts();
    let (tenant, asked) = heading.over(api, item, R::read)?;
    let (command, customer) = (asked.command.clone(), asked.command.customer().cloned());
    let (taken, host) = decide::<Policy>(&tenant, asked, deadline).await?;
    let customer = customer.map(|it| known(&tenant, host, &it)).transpose()?;
    let Taken { position, events } = taken;
    let own = |fact| match fact {
        ::risk::Fact::Risk(event) => Some(event),
        ::risk::Fact::Invoicing(_) => None,
    };
    let events = events.into_iter().filter_map(own).collect();
    Ok((Answered { position: position::of(&position), events, customer }, command))
}

/// A customer as it is known now.
fn known(
    tenant: &Tenant,
    host: &Host<Policy>,
    customer: &CustomerId,
) -> Result<Known, Explanation> {
    let partition = Partition::of(customer, tenant.partitions());
    Ok(host.read(|books| Known {
        policy: books.policy.clone(),
        state: books.customer(customer).map(|it| it.state.clone()).unwrap_or_default(),
        partition,
        at: books.position,
        today: books.today,
    })?)
}

/// A customer as it was known.
pub(super) async fn known_as_of(
    tenant: &Tenant,
    as_of: &AsOf,
    customer: &CustomerId,
) -> Result<Known, Explanation> {
    let (partition, host) =
        tenant.host::<Policy>(customer).ok_or_else(|| Explanation::role_elsewhere("risk"))?;
    let mut found = match as_of.until(partition, host).await? {
        None => known(tenant, host, customer)?,
        Some(until) => {
            let moments = host.history(customer, Sequence::START, until).await?;
            let mut state = Risk::default();
            for moment in &moments {
                state.stands_in(Some(moment.sequence.0));
                moment.decision.events.iter().for_each(|fact| state.evolve(fact));
            }
            state.stands_in(None);
            let policy = policy_at(host, until).await?;
            let today = host.read(|books| books.day_at(until))?;
            Known { policy, state: Arc::new(state), partition, at: until, today }
        }
    };
    if !found.state.is_known() {
        return Err(Explanation::not_found(invoicing::Subject::Customer, customer.as_str()));
    }
    found.today = as_of.day(host, found.at, found.today).await?;
    Ok(found)
}

/// The policy that was in force right after an entry: what the tenant was told is little.
async fn policy_at(host: &Host<Policy>, until: Sequence) -> Result<Policy, Explanation> {
    let told = host.read(|books| books.tenant.positions.iter().collect::<Vec<_>>())?;
    let mut policy = Policy::default();
    for sequence in told.into_iter().filter(|it| *it <= until) {
        let record = host.journal().get(sequence).await;
        let record = record.map_err(|error| Explanation::unreadable(&error))?;
        let read = <::risk::Fact as events::Heard>::read(record.context, &record.body);
        let read =
            read.map_err(|error| Explanation::internal("ENTRY_UNREADABLE", error.to_string()))?;
        let to_all = read.into_iter().flatten().filter(|it| it.customer.is_none());
        for fact in to_all.flat_map(|it| it.events) {
            policy.adopt(&fact);
        }
    }
    Ok(policy)
}

/// The policy that is meant, and the entry up to which it is known.
pub(super) async fn policy_as_of(
    tenant: &Tenant,
    as_of: &AsOf,
) -> Result<(Policy, Partition, Sequence), Explanation> {
    // What the tenant is told is told to every partition; the first is as good as any.
    let first = tenant.hosts::<Policy>().next();
    let (partition, host) = first.ok_or_else(|| Explanation::role_elsewhere("risk"))?;
    let (policy, at) = match as_of.until(partition, host).await? {
        Some(until) => (policy_at(host, until).await?, until),
        None => host.read(|books| (books.policy.clone(), books.position))?,
    };
    Ok((policy, partition, at))
}

macro_rules! service {
    ($($method:ident $asks:ident $answers:ident $item:ident $read:ident;)+) => {
        $(impl OfCommand for proto::$asks {
            type Item = proto::$item;

            fn parts(self) -> (Heading, Option<Self::Item>) {
                let Self { tenant_id, request_id, actor_id, command } = self;
                (Heading { tenant_id, request_id, actor_id }, command)
            }

            fn read(fields: &mut Fields, item: Self::Item) -> Read<Command> {
                $read(fields, &item)
            }
        })+

        #[tonic::async_trait]
        impl RiskService for Service {
            $(async fn $method(
                &self,
                request: Request<proto::$asks>,
            ) -> Result<Response<proto::$answers>, Status> {
                let (answered, command) = take(&self.0, request).await?;
                Ok(Response::new(Answer::answer(answered, &command)?))
            })+

            async fn get_exposure(
                &self,
                request: Request<proto::GetExposureRequest>,
            ) -> Result<Response<proto::GetExposureResponse>, Status> {
                let deadline = deadline(&request);
                Ok(Response::new(get_exposure(&self.0, request.into_inner(), deadline).await?))
            }

            async fn get_credit_file(
                &self,
                request: Request<proto::GetCreditFileRequest>,
            ) -> Result<Response<proto::GetCreditFileResponse>, Status> {
                let deadline = deadline(&request);
                Ok(Response::new(get_credit_file(&self.0, request.into_inner(), deadline).await?))
            }

            async fn list_orders(
                &self,
                request: Request<proto::ListOrdersRequest>,
            ) -> Result<Response<proto::ListOrdersResponse>, Status> {
                let deadline = deadline(&request);
                Ok(Response::new(lists::orders(&self.0, request.into_inner(), deadline).await?))
            }

            async fn list_limits(
                &self,
                request: Request<proto::ListLimitsRequest>,
            ) -> Result<Response<proto::ListLimitsResponse>, Status> {
                let deadline = deadline(&request);
                Ok(Response::new(lists::limits(&self.0, request.into_inner(), deadline).await?))
            }

            async fn list_guarantees(
                &self,
                request: Request<proto::ListGuaranteesRequest>,
            ) -> Result<Response<proto::ListGuaranteesResponse>, Status> {
                let deadline = deadline(&request);
                Ok(Response::new(lists::guarantees(&self.0, request.into_inner(), deadline).await?))
            }

            async fn get_order(
                &self,
                request: Request<proto::GetOrderRequest>,
            ) -> Result<Response<proto::GetOrderResponse>, Status> {
                let deadline = deadline(&request);
                Ok(Response::new(get_order(&self.0, request.into_inner(), deadline).await?))
            }
        }
    };
}

service! {
    adopt_credit_policy AdoptCreditPolicyRequest AdoptCreditPolicyResponse CreditPolicy credit_policy;
    request_limit RequestLimitRequest RequestLimitResponse RequestLimit limit;
    approve_limit ApproveLimitRequest ApproveLimitResponse ApproveLimit approve_limit;
    reject_limit RejectLimitRequest RejectLimitResponse RejectLimit reject_limit;
    withdraw_limit WithdrawLimitRequest WithdrawLimitResponse WithdrawLimit withdraw_limit;
    record_guarantee RecordGuaranteeRequest RecordGuaranteeResponse RecordGuarantee guarantee;
    release_guarantee ReleaseGuaranteeRequest ReleaseGuaranteeResponse ReleaseGuarantee release_guarantee;
    check_order CheckOrderRequest CheckOrderResponse CheckOrder check_order;
    release_order ReleaseOrderRequest ReleaseOrderResponse ReleaseOrder release_order;
    close_order CloseOrderRequest CloseOrderResponse CloseOrder close_order;
    record_input RecordInputRequest RecordInputResponse CreditInput input;
}

/// What a caller is told of what became of a command.
trait Answer: Sized {
    fn answer(answered: Answered, command: &Command) -> Result<Self, Explanation>;
}

macro_rules! plain {
    ($($answers:ident)+) => {
        $(impl Answer for proto::$answers {
            fn answer(answered: Answered, _: &Command) -> Result<Self, Explanation> {
                let changed = answered.changed();
                Ok(Self { position: Some(answered.position), changed })
            }
        })+
    };
}

plain! {
    AdoptCreditPolicyResponse ApproveLimitResponse RejectLimitResponse WithdrawLimitResponse
    RecordGuaranteeResponse ReleaseGuaranteeResponse ReleaseOrderResponse CloseOrderResponse
    RecordInputResponse
}

impl Answer for proto::RequestLimitResponse {
    fn answer(answered: Answered, command: &Command) -> Result<Self, Explanation> {
        let changed = answered.changed();
        let granted = match (&answered.customer, command) {
            (Some(it), Command::RequestLimit(asked)) => it.state.limits().any(|(id, limit)| {
                *id == asked.limit_id && matches!(limit.state, LimitState::Granted { .. })
            }),
            (Some(_) | None, _) => false,
        };
        Ok(Self { position: Some(answered.position), changed, granted })
    }
}

impl Answer for proto::CheckOrderResponse {
    fn answer(answered: Answered, command: &Command) -> Result<Self, Explanation> {
        let changed = answered.changed();
        let order = match (&answered.customer, command) {
            (Some(it), Command::CheckOrder(asked)) => {
                let on = it.today.max(asked.order_date);
                it.policy.order(&it.state, &asked.order, on).as_ref().map(messages::order)
            }
            (Some(_) | None, _) => None,
        };
        Ok(Self { position: Some(answered.position), changed, order })
    }
}

async fn get_exposure(
    api: &Api,
    request: proto::GetExposureRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetExposureResponse, Explanation> {
    let proto::GetExposureRequest { tenant_id, customer_id, as_of, min_position } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &customer_id)
        })?;
    let known = known_as_of(&tenant, &as_of, &customer).await?;
    let exposure = known.policy.exposure(&known.state, known.today)?;
    Ok(proto::GetExposureResponse {
        exposure: Some(messages::exposure(&exposure)),
        position: Some(position::of_one(known.partition, known.at)),
        effective_date: Some(day(known.today)),
    })
}

async fn get_credit_file(
    api: &Api,
    request: proto::GetCreditFileRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetCreditFileResponse, Explanation> {
    let proto::GetCreditFileRequest { tenant_id, customer_id, as_of, min_position } = request;
    let (tenant, as_of, customer) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            fields.text::<CustomerId>("customer_id", &customer_id)
        })?;
    let known = known_as_of(&tenant, &as_of, &customer).await?;
    let told = known.policy.credit_file(&known.state, known.today);
    Ok(proto::GetCreditFileResponse {
        file: Some(file::file(&customer, &told)),
        position: Some(position::of_one(known.partition, known.at)),
        effective_date: Some(day(known.today)),
    })
}

async fn get_order(
    api: &Api,
    request: proto::GetOrderRequest,
    deadline: Option<Instant>,
) -> Result<proto::GetOrderResponse, Explanation> {
    let proto::GetOrderRequest { tenant_id, customer_id, order, as_of, min_position } = request;
    let (tenant, as_of, (customer, order)) =
        AsOf::read(api, &tenant_id, as_of, min_position, deadline, |fields| {
            let customer = fields.text::<CustomerId>("customer_id", &customer_id);
            let order = fields.text::<Reference>("order", &order);
            Ok((customer?, order?))
        })?;
    let known = known_as_of(&tenant, &as_of, &customer).await?;
    let found = known.policy.order(&known.state, &order, known.today);
    let found = found.ok_or_else(|| Explanation::no_order(order.as_str()))?;
    Ok(proto::GetOrderResponse {
        order: Some(messages::order(&found)),
        position: Some(position::of_one(known.partition, known.at)),
        effective_date: Some(day(known.today)),
    })
}
