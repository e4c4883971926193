//! Which past is meant, and the accounts as they were known then.

use std::{any::Any, sync::Arc};

use api::shared::{self, Position, as_of::KnownAt};
use chrono::{DateTime, NaiveDate, Utc};
use decider::Decider;
use events::{CustomerId, Partition, Sequence, TenantId};
use host::{
    Host,
    engine::{Books, Service},
};
use invoicing::{Account, Subject};
use tokio::{task::JoinError, time::Instant};

use super::past::Remembered;
use crate::{
    grpc::{
        Api,
        decide::answers_now,
        fields::{Fields, Read, day},
        position::{self, Places},
        status::{Explain, Explanation},
    },
    tenants::Tenant,
    wall,
};

/// What every question says about the past it means.
#[derive(Debug)]
pub(in crate::grpc) struct AsOf {
    /// The day; none: the business day that was open.
    pub(in crate::grpc) on: Option<NaiveDate>,
    known: Known,
    /// Nothing recorded after it counts either.
    not_after: Option<DateTime<Utc>>,
    /// What must have been heard.
    least: Places,
    deadline: Option<Instant>,
}

/// Which facts count.
#[derive(Debug)]
enum Known {
    /// All of them.
    Now,
    /// Those up to these entries.
    Position(Places),
    /// Those recorded by then.
    Time(DateTime<Utc>),
}

/// One account, as it was known.
#[derive(Debug)]
pub(in crate::grpc) struct Single {
    pub(in crate::grpc) account: Arc<Account>,
    pub(in crate::grpc) partition: Partition,
    pub(in crate::grpc) at: Sequence,
    /// The day it is looked at.
    pub(in crate::grpc) on: NaiveDate,
}

/// Every customer of a tenant, as one context knew them.
#[derive(Debug)]
pub(in crate::grpc) struct Everybody<P: Service> {
    pub(in crate::grpc) customers: Vec<(CustomerId, Arc<P::State>)>,
    /// The tenant's own, as its first partition knew it.
    pub(in crate::grpc) tenant: Arc<P::State>,
    pub(in crate::grpc) places: Places,
    /// The day they are looked at.
    pub(in crate::grpc) on: NaiveDate,
}

impl Single {
    pub(in crate::grpc) fn position(&self) -> Position {
        position::of_one(self.partition, self.at)
    }

    pub(in crate::grpc) fn effective_date(&self) -> api::Date {
        day(self.on)
    }
}

impl<P: Service> Everybody<P> {
    pub(in crate::grpc) fn position(&self) -> Position {
        position::of(&self.places)
    }

    pub(in crate::grpc) fn effective_date(&self) -> api::Date {
        day(self.on)
    }
}

impl AsOf {
    /// Reads the tenant, the past that is meant and what must have been heard, and whatever else a
    /// request says.
    pub(in crate::grpc) fn read<T>(
        api: &Api,
        tenant_id: &str,
        as_of: Option<shared::AsOf>,
        min_position: Option<Position>,
        deadline: Option<Instant>,
        read: impl FnOnce(&mut Fields) -> Read<T>,
    ) -> Result<(Arc<Tenant>, Self, T), Explanation> {
        let (tenant, as_of, rest) = Fields::read(|fields| {
            let tenant = fields.text::<TenantId>("tenant_id", tenant_id);
            let tenant = tenant.map(|id| api.tenant(&id));
            let opened = tenant.as_ref().ok().and_then(|it| it.as_ref().ok());
            let as_of = match opened {
                Some(tenant) => Self::of(fields, as_of, min_position, tenant, deadline),
                // What a tenant that is not there could have heard nobody can tell.
                None => Ok(Self::now(deadline)),
            };
            let rest = read(fields);
            Ok((tenant?, as_of?, rest?))
        })
        .map_err(Explanation::fields)?;
        Ok((tenant?, as_of, rest))
    }

    fn now(deadline: Option<Instant>) -> Self {
        Self { on: None, known: Known::Now, not_after: None, least: Places::new(), deadline }
    }

    fn of(
        fields: &mut Fields,
        as_of: Option<shared::AsOf>,
        min_position: Option<Position>,
        tenant: &Tenant,
        deadline: Option<Instant>,
    ) -> Read<Self> {
        let least = position::read(fields, "min_position", min_position, tenant);
        let as_of = as_of.unwrap_or_default();
        let (on, known) = fields.within("as_of", |fields| {
            let on = fields.optional_date("effective_date", as_of.effective_date);
            let known = match as_of.known_at {
                None => Ok(Known::Now),
                Some(KnownAt::KnownPosition(it)) => {
                    position::read(fields, "known_position", Some(it), tenant).map(Known::Position)
                }
                Some(KnownAt::KnownTime(it)) => {
                    let nanos = u32::try_from(it.nanos).ok();
                    let instant =
                        nanos.and_then(|nanos| DateTime::from_timestamp(it.seconds, nanos));
                    let wrong = || fields.wrong("known_time", "is no instant");
                    instant.ok_or_else(wrong).map(Known::Time)
                }
            };
            (on, known)
        });
        Ok(Self { on: on?, known: known?, not_after: None, least: least?, deadline })
    }

    /// The end of an earlier day, as it was known when that day was over. Of what was known later
    /// nothing counts; of what counts here no more than here.
    pub(in crate::grpc) fn at_the_end_of(&self, day: NaiveDate) -> Self {
        let over = day.succ_opt().unwrap_or(day).and_time(chrono::NaiveTime::MIN).and_utc();
        let known = match &self.known {
            Known::Now => Known::Now,
            Known::Position(places) => Known::Position(places.clone()),
            Known::Time(instant) => Known::Time(*instant),
        };
        let (least, deadline) = (self.least.clone(), self.deadline);
        Self { on: Some(day), known, not_after: Some(over), least, deadline }
    }

    /// The entry up to which facts of a partition count; none: all of them.
    pub(in crate::grpc) async fn until<P: Service<Error: Explain>>(
        &self,
        partition: Partition,
        host: &Host<P>,
    ) -> Result<Option<Sequence>, Explanation> {
        answers_now(host)?;
        if let Some(least) = self.least.get(&partition) {
            self.reach(partition, host, *least).await?;
        }
        let until = self.known_until(partition, host).await?;
        let Some(instant) = self.not_after else { return Ok(until) };
        let then = host.position_at(instant).await?;
        Ok(Some(until.map_or(then, |until| until.min(then))))
    }

    async fn known_until<P: Service<Error: Explain>>(
        &self,
        partition: Partition,
        host: &Host<P>,
    ) -> Result<Option<Sequence>, Explanation> {
        match &self.known {
            Known::Now => Ok(None),
            Known::Position(places) => {
                let until = places.get(&partition).copied().ok_or_else(|| {
                    let why = format!("names no entry of partition {partition}");
                    Explanation::field("as_of.known_position.sequences", why)
                })?;
                self.reach(partition, host, until).await?;
                Ok(Some(until))
            }
            Known::Time(instant) => Ok(Some(host.position_at(*instant).await?)),
        }
    }

    async fn reach<P: Service<Error: Explain>>(
        &self,
        partition: Partition,
        host: &Host<P>,
        wanted: Sequence,
    ) -> Result<(), Explanation> {
        position::reach_service(host, partition, wanted, self.deadline).await
    }

    /// The account of a customer. Only the entries that speak of it are read.
    pub(in crate::grpc) async fn single(
        &self,
        tenant: &Tenant,
        customer: &CustomerId,
    ) -> Result<Single, Explanation> {
        let (partition, host) =
            tenant.invoicing(customer).ok_or_else(|| Explanation::role_elsewhere("invoicing"))?;
        let until = self.until(partition, host).await?;
        let (account, at, today) = match until {
            None => host.read(|books| {
                let account = books.customer(customer).map(|it| it.state.clone());
                (account.unwrap_or_default(), books.position, books.today)
            })?,
            Some(until) => {
                let moments = host.history(customer, Sequence::START, until).await?;
                let mut account = Account::default();
                for event in moments.iter().flat_map(|it| &it.decision.events) {
                    decider::Fold::evolve(&mut account, event);
                }
                (Arc::new(account), until, host.read(|books| books.day_at(until))?)
            }
        };
        if !account.is_known() {
            return Err(Explanation::not_found(Subject::Customer, customer.as_str()));
        }
        let on = self.day(host, at, today).await?;
        Ok(Single { account, partition, at, on })
    }

    /// Every customer of a tenant.
    pub(in crate::grpc) async fn everybody<P: Remembered>(
        &self,
        api: &Api,
        tenant: &Tenant,
    ) -> Result<Everybody<P>, Explanation> {
        let (mut customers, mut places) = (Vec::new(), Places::new());
        let (mut own, mut on) = (None, NaiveDate::MAX);
        for (partition, host) in tenant.hosts::<P>() {
            let (some, of_all, at, today) = match self.until(partition, host).await? {
                None => host.read(taken)?,
                Some(until) => taken(&*P::past(api).books(tenant, partition, host, until).await?),
            };
            customers.extend(some);
            own.get_or_insert(of_all);
            places.insert(partition, at);
            // A day is open for the tenant when it is open in every partition.
            on = on.min(self.day(host, at, today).await?);
        }
        let tenant = own.ok_or_else(|| Explanation::role_elsewhere(P::own().name()))?;
        Ok(Everybody { customers, tenant, places, on })
    }

    /// The day that is meant. Before the first business day it is the one on which the last fact was
    /// recorded.
    pub(in crate::grpc) async fn day<P: Service>(
        &self,
        host: &Host<P>,
        at: Sequence,
        today: NaiveDate,
    ) -> Result<NaiveDate, Explanation> {
        match self.on {
            Some(on) => Ok(on),
            None if today > NaiveDate::MIN => Ok(today),
            None if at == Sequence::START => Ok(wall::now().date_naive()),
            None => {
                let record = host.journal().get(at).await;
                let record = record.map_err(|error| Explanation::unreadable(&error))?;
                Ok(record.recorded_at.date_naive())
            }
        }
    }
}

/// A state that questions share with the books.
type State<P> = Arc<<P as Decider>::State>;
/// What is taken from the books: customers, the tenant, how far they go, and which day it was.
type Taken<P> = (Vec<(CustomerId, State<P>)>, State<P>, Sequence, NaiveDate);

fn taken<P: Service>(books: &Books<P>) -> Taken<P> {
    let customers = books.customers().map(|(id, known)| (id.clone(), known.state.clone()));
    (customers.collect(), books.tenant.state.clone(), books.position, books.today)
}

/// Computes where it holds up nobody.
pub(in crate::grpc) async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Explanation> {
    let failed = |why: String| Explanation::internal("COMPUTATION_FAILED", why);
    let done = aside(Box::new(|| Box::new(work()))).await.map_err(|it| failed(it.to_string()))?;
    done.downcast().map(|it| *it).map_err(|_| failed("it came to something else".to_owned()))
}

type Whatever = Box<dyn Any + Send>;

/// Of any work: what the runtime does for it would be compiled anew for each question otherwise.
async fn aside(work: Box<dyn FnOnce() -> Whatever + Send>) -> Result<Whatever, JoinError> {
    tokio::task::spawn_blocking(work).await
}
