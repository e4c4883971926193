//! Which contexts can be asked for something, whatever the way in.

use std::sync::Arc;

use events::{Context, CustomerId, Heard as _, invoicing::Event};
use futures::{FutureExt as _, future::BoxFuture};
use host::{
    Host,
    engine::{Fact, Service},
};

use crate::{
    cloud_event::Item,
    contacts::Personal,
    delivery::{self, Settled},
    grpc::Explain,
    refused::Refused,
    tenants::{Part, Roles, Tenant},
};

/// A context that can be asked for something.
pub(crate) trait Door: Service<Error: Explain> {
    /// What is asked of it, for whoever looks around on the server.
    const ABOUT: &'static str;

    /// Its service on a partition, if this process runs it.
    fn of(part: &Part) -> Option<&Host<Self>>;

    /// The `type` of a `CloudEvent` that asks for something of it, if it does.
    fn named(ce_type: &str) -> Option<&'static str>;

    /// Reads a command strictly; nothing if its type is not known here.
    fn read(ce_type: &str, data: &[u8]) -> Option<Result<Self::Command, Refused>>;

    /// Whom a command is about; nobody means the tenant.
    fn customer(command: &Self::Command) -> Option<&CustomerId>;

    /// Whether what is said of the tenant is said to its first partition alone, and not to each.
    fn speaks_once(_command: &Self::Command) -> bool {
        false
    }

    /// What is asked, in a number that stays the same for ever.
    fn digest(command: &Self::Command) -> u64;

    /// The rules in force, if they have something to warn about in what is recorded.
    fn warns(_tenant: &Arc<Tenant>) -> Option<Self> {
        None
    }

    /// What a person should know of what was recorded.
    fn warning(&self, _event: &Fact<Self>) -> Option<String> {
        None
    }

    /// Takes out of a command what must not stand in the journal and is to be kept beside it.
    fn take_personal(_tenant: &Arc<Tenant>, _command: &mut Self::Command) -> Option<Personal> {
        None
    }
}

/// The doors of contexts whose commands have the same shape.
macro_rules! doors {
    ($($context:ident $about:literal { $($own:item)* })+) => {
        $(impl Door for ::$context::Policy {
            const ABOUT: &'static str = $about;

            fn of(part: &Part) -> Option<&Host<Self>> {
                part.$context.as_ref()
            }

            fn named(ce_type: &str) -> Option<&'static str> {
                ::$context::Kind::of_type(ce_type).map(::$context::Kind::ce_type)
            }

            fn read(ce_type: &str, data: &[u8]) -> Option<Result<Self::Command, Refused>> {
                let kind = ::$context::Kind::of_type(ce_type)?;
                Some(Self::Command::read(kind, data).map_err(Refused::from))
            }

            fn customer(command: &Self::Command) -> Option<&CustomerId> {
                command.customer()
            }

            fn digest(command: &Self::Command) -> u64 {
                command.digest()
            }

            $($own)*
        })+
    };
}

doors! {
    invoicing "Invoices, payments and what follows from them: commands, answered when durable" {
        fn take_personal(tenant: &Arc<Tenant>, command: &mut Self::Command) -> Option<Personal> {
            Personal::take(tenant, command)
        }

        fn warns(tenant: &Arc<Tenant>) -> Option<Self> {
            let (_, host) = tenant.all_invoicing().next()?;
            let rules = |it: &Self| it.judges_terms().then(|| it.clone());
            host.read(|books| rules(&books.policy)).ok().flatten()
        }

        fn warning(&self, event: &Event) -> Option<String> {
            if let Event::InvoiceIssued(it) | Event::InvoiceCorrected(it) = event {
                self.document_warning(it).map(|it| it.to_string())
            } else {
                None
            }
        }
    }
    risk "Credit limits, guarantees and orders: commands, answered when durable" {}
    dunning "Reminders, holds and contacts: commands, answered when durable" {}
    collection "Cases, collectors and acts that keep rights: commands, answered when durable" {}
    alerts "Alerts seen and assigned, and what is told: commands, answered when durable" {
        fn speaks_once(command: &Self::Command) -> bool {
            command.is_kept_once()
        }
    }
}

/// A door by its name, for ways in where that is a word in a subject.
#[derive(Debug)]
pub(crate) struct Named {
    /// Where it leads.
    pub(crate) context: Context,
    /// What is asked there.
    pub(crate) about: &'static str,
    named: fn(&str) -> Option<&'static str>,
    check: fn(&str, &[u8]) -> Result<(), Refused>,
    hand_in: for<'a> fn(&'a Arc<Tenant>, Vec<Item<'a>>) -> BoxFuture<'a, Settling>,
}

/// What becomes of the commands of a message, once all that were taken are durable.
pub(crate) type Settling = BoxFuture<'static, Settled>;

/// Every door, in the order of listening.
static ALL: [Named; 5] = [
    Named::of::<invoicing::Policy>(),
    Named::of::<risk::Policy>(),
    Named::of::<dunning::Policy>(),
    Named::of::<collection::Policy>(),
    Named::of::<alerts::Policy>(),
];

impl Named {
    const fn of<P: Door>() -> Self {
        Self {
            context: Fact::<P>::OWN,
            about: P::ABOUT,
            named: P::named,
            check: |ce_type, data| P::read(ce_type, data).map_or(Ok(()), |it| it.map(drop)),
            hand_in: |tenant, items| {
                let handed_in = delivery::hand_in::<P>(tenant, items);
                handed_in.map(|it| it.settle().boxed()).boxed()
            },
        }
    }

    /// Hands in the commands of a message, in their order; what becomes of them is awaited
    /// separately.
    pub(crate) async fn hand_in(&self, tenant: &Arc<Tenant>, items: Vec<Item<'_>>) -> Settling {
        (self.hand_in)(tenant, items).await
    }
}

/// Those a process of these roles keeps open.
pub(crate) fn open(roles: Roles) -> impl Iterator<Item = &'static Named> {
    ALL.iter().filter(move |it| roles.has(it.context))
}

/// The one at which a `CloudEvent` of this `type` asks for something.
pub(crate) fn of_type(ce_type: &str) -> Option<&'static Named> {
    ALL.iter().find(|it| (it.named)(ce_type).is_some())
}

/// A kind of command, and the door it goes to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    door: &'static Named,
    /// The `type` of its `CloudEvent`.
    pub(crate) ce_type: &'static str,
}

impl Asked {
    /// What a `CloudEvent` of this `type` asks.
    pub(crate) fn of_type(ce_type: &str) -> Option<Self> {
        ALL.iter().find_map(|door| Some(Self { door, ce_type: (door.named)(ce_type)? }))
    }

    /// Of whom it is asked.
    pub(crate) fn context(self) -> Context {
        self.door.context
    }

    /// Whether the data of a command could be taken, whatever is known.
    pub(crate) fn check(self, data: &[u8]) -> Result<(), Refused> {
        (self.door.check)(self.ce_type, data)
    }
}
