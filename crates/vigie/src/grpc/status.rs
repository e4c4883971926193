//! Why a call has no answer: one table from what went wrong to what gRPC says.
//!
//! Every status carries an `ErrorInfo` of the domain `vigie.dev`, whose reason never changes, with
//! what the sentence mentions in its metadata. A command among many gets the same as a `Refusal`.

mod dossiers;
mod refusals;

use std::{collections::BTreeMap, fmt::Display, time::Duration};

use api::shared;
use events::{AlertId, Context, CustomerId, Hash, NoticeId, Partition, Sequence, TenantId};
use host::{Error, engine::Rejection};
use invoicing::{FieldError, Invalid, Refusal, Subject};
use journal::{ReadError, StoreError};
use money::Currency;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, ErrorInfo, FieldViolation, StatusExt as _};

use refusals::resource;

/// Who says so, in every `ErrorInfo`.
pub(crate) const DOMAIN: &str = "vigie.dev";
/// Where a person reads on, when a journal is damaged.
const DAMAGE_HELP: &str = "https://vigie.dev/docs/journal-damage";

/// Why a call, or a command among many, has no answer.
#[derive(Debug)]
pub(crate) struct Explanation(Box<Said>);

#[derive(Debug)]
struct Said {
    code: Code,
    reason: &'static str,
    message: String,
    metadata: BTreeMap<&'static str, String>,
    detail: Detail,
}

/// What else is told, by kind of trouble.
#[derive(Debug)]
enum Detail {
    None,
    /// These fields cannot be taken.
    Fields(Vec<FieldError>),
    /// It is about this.
    Resource {
        kind: String,
        name: String,
    },
    /// What is known stands against it.
    Precondition {
        subject: String,
        field: Option<String>,
    },
    /// Ask again after a while.
    Retry(Duration),
    /// Nothing helps but a person.
    Help,
}

const SOON: Duration = Duration::from_millis(100);
const LATER: Duration = Duration::from_secs(1);

impl Explanation {
    fn new(code: Code, reason: &'static str, message: impl Into<String>, detail: Detail) -> Self {
        let (message, metadata) = (message.into(), BTreeMap::new());
        Self(Box::new(Said { code, reason, message, metadata, detail }))
    }

    fn with(mut self, key: &'static str, value: impl Display) -> Self {
        self.0.metadata.insert(key, value.to_string());
        self
    }

    /// Fields that cannot be taken: all of them.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        let message = Invalid(errors.clone()).to_string();
        Self::new(Code::InvalidArgument, "INVALID_FIELD", message, Detail::Fields(errors))
    }

    /// A field that cannot be taken.
    pub(crate) fn field(field: &str, why: impl Display) -> Self {
        Self::fields(vec![FieldError { field: field.to_owned(), reason: why.to_string() }])
    }

    pub(crate) fn unknown_tenant(tenant: &TenantId) -> Self {
        let message = format!("tenant {tenant} does not exist; create it first");
        let detail =
            Detail::Resource { kind: "vigie.tenant.v1.Tenant".into(), name: tenant.to_string() };
        Self::new(Code::NotFound, "TENANT_NOT_FOUND", message, detail).with("tenant", tenant)
    }

    pub(crate) fn role_elsewhere(role: &str) -> Self {
        let message = format!("this process does not run the role {role}");
        Self::new(Code::Unimplemented, "ROLE_NOT_HERE", message, Detail::None).with("role", role)
    }

    /// Nothing is known under an id.
    pub(crate) fn not_found(subject: Subject, id: &str) -> Self {
        Refusal::NotFound { subject, id: id.to_owned() }.explain()
    }

    /// No order of this name is held or accepted.
    pub(crate) fn no_order(order: &str) -> Self {
        let id = order.to_owned();
        risk::Refusal::NotFound { subject: risk::Subject::Order, id }.explain()
    }

    /// No score was ever said of this customer, or none that held on the day.
    pub(crate) fn no_score(customer: &str) -> Self {
        let id = customer.to_owned();
        risk::Refusal::NotFound { subject: risk::Subject::Score, id }.explain()
    }

    /// A customer has no alert of this id.
    pub(crate) fn no_alert(alert: AlertId) -> Self {
        alerts::Refusal::NotFound(alert).explain()
    }

    /// Nothing is on its way to a customer.
    pub(crate) fn no_reminder(customer: &CustomerId) -> Self {
        let (kind, name) = ("vigie.dunning.v1.Reminder".to_owned(), customer.to_string());
        let message = format!("no reminder is on its way to customer {customer}");
        let detail = Detail::Resource { kind, name };
        Self::new(Code::NotFound, "REMINDER_NOT_FOUND", message, detail).with("id", customer)
    }

    /// What was sent is not kept, or was erased.
    pub(crate) fn no_letter(hash: Hash) -> Self {
        let detail =
            Detail::Resource { kind: "vigie.dunning.v1.Letter".into(), name: hash.to_string() };
        let message = format!("no letter of hash {hash} is kept");
        Self::new(Code::NotFound, "LETTER_NOT_FOUND", message, detail).with("id", hash)
    }

    /// A customer has no judgment of this id after which claims are declared.
    pub(crate) fn no_judgment(notice: &NoticeId) -> Self {
        let (kind, name) = ("vigie.risk.v1.Notice".to_owned(), notice.to_string());
        let message = format!("no judgment {notice} opened a procedure of the customer's by then");
        let detail = Detail::Resource { kind, name };
        Self::new(Code::NotFound, "JUDGMENT_NOT_FOUND", message, detail).with("id", notice)
    }

    /// Nobody said who writes for a tenant.
    pub(crate) fn no_company(tenant: &TenantId) -> Self {
        let message = format!("there is no file {tenant}.toml in sending.directory");
        let detail = Detail::Precondition { subject: tenant.to_string(), field: None };
        Self::new(Code::FailedPrecondition, "COMPANY_UNKNOWN", message, detail)
            .with("tenant", tenant)
    }

    /// A reminder cannot be written as it stands.
    pub(crate) fn unwritten(why: &str) -> Self {
        Self::new(Code::FailedPrecondition, "LETTER_UNWRITABLE", why.to_owned(), Detail::None)
    }

    /// Several customers have something of this id.
    pub(crate) fn ambiguous(subject: Subject, id: &str, customers: &[String]) -> Self {
        let named = customers.join(", ");
        let message = format!("{subject} {id} is known of several customers: {named}; name one");
        let detail = Detail::Precondition {
            subject: format!("{}/{id}", resource(subject)),
            field: Some("customer_id".into()),
        };
        Self::new(Code::FailedPrecondition, "CUSTOMER_AMBIGUOUS", message, detail)
            .with("id", id)
            .with("customers", named)
    }

    /// There is no rate for a currency that occurs.
    pub(crate) fn no_rate(currency: Currency) -> Self {
        let message = format!("amounts in {currency} occur and no rate for it is given");
        let detail = Detail::Precondition {
            subject: currency.to_string(),
            field: Some("conversion.rates".into()),
        };
        Self::new(Code::FailedPrecondition, "RATE_MISSING", message, detail)
            .with("currency", currency)
    }

    /// No row of law is known for a day.
    pub(crate) fn law_not_known(missing: law::NoRow) -> Self {
        let law::NoRow { rule, jurisdiction, on } = missing;
        let kind = "vigie.law.v1.Rule".to_owned();
        let detail = Detail::Resource { kind, name: format!("{jurisdiction}/{rule}/{on}") };
        Self::new(Code::NotFound, "LAW_NOT_KNOWN", missing.to_string(), detail)
            .with("rule", rule)
            .with("jurisdiction", jurisdiction)
            .with("on", on)
    }

    pub(crate) fn out_of_range(reason: &'static str, message: String) -> Self {
        Self::new(Code::OutOfRange, reason, message, Detail::None)
    }

    /// The position that was asked for was not reached in time.
    pub(crate) fn not_caught_up(partition: Partition, wanted: Sequence, reached: Sequence) -> Self {
        let message = format!(
            "entry {wanted} of partition {partition} was asked for and entry {reached} is reached"
        );
        Self::new(Code::Unavailable, "NOT_CAUGHT_UP", message, Detail::Retry(SOON))
            .with("partition", partition)
            .with("wanted", wanted)
            .with("reached", reached)
    }

    /// The deadline has passed.
    pub(crate) fn late() -> Self {
        let message = "the deadline passed before there was an answer; a command may be recorded all \
                       the same: ask again with the same ids";
        Self::new(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", message, Detail::None)
    }

    /// The deadline has passed; if it was the journal that did not answer, that is what is told.
    pub(crate) fn late_because(doing: &host::Status) -> Self {
        let host::Status::Troubled(why) = doing else { return Self::late() };
        let message = format!(
            "nothing can be written: {why}; a command may be recorded all the same: ask again \
             with the same ids"
        );
        Self::new(Code::Unavailable, "LOG_UNREACHABLE", message, Detail::Retry(LATER))
            .with("why", why)
    }

    /// A journal could not be read for this answer.
    pub(crate) fn unreadable(error: &ReadError) -> Self {
        let message = format!("the journal cannot be read: {error}");
        if error.is_damage() {
            return Self::new(Code::DataLoss, "LOG_GAP", message, Detail::Help).with("why", error);
        }
        Self::new(Code::Unavailable, "LOG_UNREACHABLE", message, Detail::Retry(LATER))
            .with("why", error)
    }

    pub(crate) fn stopping() -> Self {
        let message = "the service is stopping; ask another replica";
        Self::new(Code::Unavailable, "STOPPING", message, Detail::Retry(SOON))
    }

    pub(crate) fn too_many_calls(most: u32) -> Self {
        let message = format!("{most} calls are being answered, and that is the most");
        Self::new(Code::ResourceExhausted, "TOO_MANY_CALLS", message, Detail::Retry(SOON))
            .with("most", most)
    }

    /// Something of ours that cannot be.
    pub(crate) fn internal(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Code::Internal, reason, message, Detail::None)
    }

    /// Whether it is about this very command, and the next may be taken all the same.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self.0.detail,
            Detail::Fields(_) | Detail::Resource { .. } | Detail::Precondition { .. }
        )
    }

    /// The same for a command among many.
    pub(crate) fn refusal(self) -> shared::Refusal {
        let Said { code, reason, message, metadata, detail } = *self.0;
        let field = match detail {
            Detail::Fields(errors) => errors.into_iter().next().map(|it| it.field),
            Detail::Precondition { field, .. } => field,
            Detail::None | Detail::Resource { .. } | Detail::Retry(_) | Detail::Help => {
                metadata.get("field").cloned()
            }
        };
        shared::Refusal {
            code: code.into(),
            reason: reason.to_owned(),
            field: field.unwrap_or_default(),
            message,
            metadata: owned(metadata),
        }
    }

    /// The same as a status; fields are said to be within the command.
    pub(crate) fn of_command(mut self) -> Status {
        let inside = |field: &str| {
            if field.is_empty() { "command".to_owned() } else { format!("command.{field}") }
        };
        if let Detail::Fields(errors) = &mut self.0.detail {
            for error in errors {
                error.field = inside(&error.field);
            }
        }
        if let Some(field) = self.0.metadata.get_mut("field") {
            *field = inside(field);
        }
        self.into()
    }
}

fn owned(metadata: BTreeMap<&'static str, String>) -> BTreeMap<String, String> {
    metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

impl From<Explanation> for Status {
    fn from(Explanation(it): Explanation) -> Self {
        let mut details = ErrorDetails::new();
        let info = ErrorInfo {
            reason: it.reason.to_owned(),
            domain: DOMAIN.to_owned(),
            metadata: owned(it.metadata).into_iter().collect(),
        };
        details.set_error_info(info.reason, info.domain, info.metadata);
        match it.detail {
            Detail::None => {}
            Detail::Fields(errors) => {
                let violations =
                    errors.into_iter().map(|it| FieldViolation::new(it.field, it.reason));
                details.set_bad_request(violations.collect::<Vec<_>>());
            }
            Detail::Resource { kind, name } => {
                details.set_resource_info(kind, name, "", it.message.clone());
            }
            Detail::Precondition { subject, field: _ } => {
                details.add_precondition_failure_violation(it.reason, subject, it.message.clone());
            }
            Detail::Retry(after) => {
                details.set_retry_info(Some(after));
            }
            Detail::Help => {
                details.add_help_link("What to do about a damaged journal", DAMAGE_HELP);
            }
        }
        Self::with_error_details(it.code, it.message, details)
    }
}

/// A refusal of some context.
pub(crate) trait Explain: Display {
    /// Which context refuses.
    const CONTEXT: Context;

    fn explain(&self) -> Explanation;
}

/// What a service has no answer for.
impl<E: Explain> From<Error<E>> for Explanation {
    fn from(failure: Error<E>) -> Self {
        if let Error::Rejected(Rejection::Refused(refusal)) = &failure {
            return refusal.explain();
        }
        Self::of_host(failure)
    }
}

impl Explanation {
    /// What every service may say, whatever it is about.
    fn of_host<E: Explain>(error: Error<E>) -> Self {
        let message = error.to_string();
        let retry = Detail::Retry;
        match error {
            Error::Rejected(Rejection::Refused(_)) => {
                Self::new(Code::FailedPrecondition, "REFUSED", message, Detail::None)
            }
            Error::Rejected(Rejection::RequestReused(position)) => {
                let kind = format!("vigie.{}.v1.Request", E::CONTEXT);
                let detail = Detail::Resource { kind, name: position.to_string() };
                Self::new(Code::AlreadyExists, "REQUEST_ID_REUSED", message, detail)
                    .with("field", "request_id")
                    .with("position", position)
            }
            Error::Rejected(Rejection::Unwritable(why)) => {
                let field = FieldError { field: String::new(), reason: why.to_string() };
                let detail = Detail::Fields(vec![field]);
                Self::new(Code::InvalidArgument, "DECISION_TOO_LARGE", message, detail)
            }
            Error::Replaying { position, last } => {
                Self::new(Code::Unavailable, "REPLAYING", message, retry(LATER))
                    .with("position", position)
                    .with("last", last)
            }
            Error::Unavailable(why) | Error::Unreadable(why) => {
                Self::new(Code::Unavailable, "LOG_UNREACHABLE", message, retry(LATER))
                    .with("why", why)
            }
            Error::Unappendable(why) => {
                Self::new(Code::Internal, "ENTRY_REFUSED", message, Detail::None).with("why", why)
            }
            Error::Stopping => Self::stopping(),
            Error::Halted(why) => {
                Self::new(Code::DataLoss, "LOG_GAP", message, Detail::Help).with("why", why)
            }
        }
    }
}

/// Where the journals are kept.
impl From<&StoreError> for Explanation {
    fn from(error: &StoreError) -> Self {
        let message = error.to_string();
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "whatever else a store says, asking again may help"
        )]
        match error {
            StoreError::UnknownTenant(tenant) => Self::unknown_tenant(tenant),
            StoreError::OtherPartitions { tenant, asked, found } => {
                let kind = "vigie.tenant.v1.Tenant".to_owned();
                let detail = Detail::Resource { kind, name: tenant.to_string() };
                Self::new(Code::AlreadyExists, "TENANT_CONFLICT", message, detail)
                    .with("tenant", tenant)
                    .with("asked", asked)
                    .with("found", found)
                    .with("field", "partitions")
            }
            StoreError::Unsound { tenant, partition, .. } => {
                Self::new(Code::DataLoss, "LOG_GAP", message, Detail::Help)
                    .with("tenant", tenant)
                    .with("partition", partition)
            }
            _ => Self::new(Code::Unavailable, "LOG_UNREACHABLE", message, Detail::Retry(LATER)),
        }
    }
}
