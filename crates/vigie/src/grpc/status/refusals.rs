//! What each context says no to, and how that is told.

use collection::ClaimRefusal;
use events::Context;
use invoicing::{Invalid, Refusal, Subject};
use tonic::Code;

use super::{Detail, Explain, Explanation};

impl Explain for clock::Refusal {
    const CONTEXT: Context = Context::Clock;

    fn explain(&self) -> Explanation {
        let Self::Past { asked, open } = self;
        let (subject, field) = (open.to_string(), Some("date".to_owned()));
        let detail = Detail::Precondition { subject, field };
        Explanation::new(Code::FailedPrecondition, "DAY_PAST", self.to_string(), detail)
            .with("asked", asked)
            .with("open", open)
    }
}

impl Explain for Refusal {
    const CONTEXT: Context = Context::Invoicing;

    fn explain(&self) -> Explanation {
        let (code, detail) = match self {
            Self::Invalid(Invalid(errors)) => return Explanation::fields(errors.clone()),
            Self::Conflict(_) => (Code::AlreadyExists, about(self)),
            Self::NotFound { .. } => (Code::NotFound, about(self)),
            Self::Void { .. }
            | Self::Over { .. }
            | Self::CurrencyMismatch { .. }
            | Self::CurrencySettled { .. }
            | Self::NotEnoughOpen { .. }
            | Self::NotEnoughUnallocated { .. }
            | Self::SamePerson(_)
            | Self::NotADeposit(_)
            | Self::InPlan { .. }
            | Self::PlanSum { .. }
            | Self::OutOfRange(_)
            | Self::Ineligible { .. }
            | Self::AssignedAlready { .. }
            | Self::NoRecourse { .. }
            | Self::NothingHeld { .. }
            | Self::NotSettled { .. }
            | Self::NotCalledFor => (Code::FailedPrecondition, against(self)),
        };
        let mut it = Explanation::new(code, self.reason(), self.to_string(), detail);
        if let Some(field) = self.field() {
            it = it.with("field", field);
        }
        if let Some((_, id)) = self.subject() {
            it = it.with("id", id);
        }
        match self {
            Self::Conflict(conflict) => {
                it.with("recorded", &conflict.recorded).with("stated", &conflict.stated)
            }
            Self::Void { since, .. } => it.with("since", since),
            Self::Over { state, .. } => it.with("state", state),
            Self::CurrencyMismatch { expected, given, .. } => {
                it.with("expected", expected).with("given", given)
            }
            Self::CurrencySettled { currency, .. } | Self::OutOfRange(currency) => {
                it.with("currency", currency)
            }
            Self::NotEnoughOpen { asked, available, .. }
            | Self::NotEnoughUnallocated { asked, available, .. } => {
                it.with("asked", asked).with("available", available)
            }
            Self::SamePerson(person) => it.with("person", person),
            Self::InPlan { plan, .. } => it.with("plan", plan),
            Self::PlanSum { instalments, open } => {
                it.with("instalments", instalments).with("open", open)
            }
            Self::Ineligible { against, .. } => {
                let words: Vec<_> = against.iter().map(invoicing::Ineligible::word).collect();
                it.with("against", words.join(","))
            }
            Self::AssignedAlready { assignment, .. } | Self::NothingHeld { assignment, .. } => {
                it.with("assignment", assignment)
            }
            Self::NoRecourse { ground, .. } => it.with("ground", ground),
            Self::NotSettled { open, held, .. } => it.with("open", open).with("held", held),
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::NotADeposit(_)
            | Self::NotCalledFor => it,
        }
    }
}

impl Explain for risk::Refusal {
    const CONTEXT: Context = Context::Risk;

    fn explain(&self) -> Explanation {
        let resource = |subject: risk::Subject, id: &str| {
            let kind = match subject {
                risk::Subject::Limit => "vigie.risk.v1.Limit",
                risk::Subject::Guarantee => "vigie.risk.v1.Guarantee",
                risk::Subject::Order => "vigie.risk.v1.Order",
                risk::Subject::Scorecard => "vigie.risk.v1.Scorecard",
                risk::Subject::Score => "vigie.risk.v1.Score",
                risk::Subject::Rating => "vigie.risk.v1.Rating",
                risk::Subject::Statement => "vigie.risk.v1.FinancialStatement",
                risk::Subject::TradeReference => "vigie.risk.v1.TradeReference",
                risk::Subject::Opinion => "vigie.risk.v1.Opinion",
                risk::Subject::Notice => "vigie.risk.v1.Notice",
                risk::Subject::IdentityCheck => "vigie.risk.v1.IdentityCheck",
                risk::Subject::Delivery => "vigie.risk.v1.Delivery",
                risk::Subject::Group => "vigie.risk.v1.Membership",
                risk::Subject::Cover => "vigie.risk.v1.Cover",
                risk::Subject::Hedge => "vigie.risk.v1.Hedge",
                risk::Subject::HedgeUse => "vigie.risk.v1.Hedge.Use",
            };
            (kind.to_owned(), id.to_owned())
        };
        let field = self.field().map(str::to_owned);
        let (code, detail) = match self {
            Self::Invalid(Invalid(errors)) => return Explanation::fields(errors.clone()),
            Self::Conflict { subject, id } | Self::Differs { subject, id, .. } => {
                let (kind, name) = resource(*subject, id);
                (Code::AlreadyExists, Detail::Resource { kind, name })
            }
            Self::NotFound { subject, id } => {
                let (kind, name) = resource(*subject, id);
                (Code::NotFound, Detail::Resource { kind, name })
            }
            Self::Over { subject, id, .. } => {
                let (kind, name) = resource(*subject, id);
                let subject = format!("{kind}/{name}");
                (Code::FailedPrecondition, Detail::Precondition { subject, field: field.clone() })
            }
            Self::HedgeDay { hedge, .. } | Self::HedgeExceeded { hedge, .. } => {
                let (kind, name) = resource(risk::Subject::Hedge, hedge.as_str());
                let subject = format!("{kind}/{name}");
                (Code::FailedPrecondition, Detail::Precondition { subject, field: field.clone() })
            }
            Self::SamePerson(_)
            | Self::BeyondAuthority { .. }
            | Self::PolicyCurrency { .. }
            | Self::CoverCurrency { .. }
            | Self::NotForeign(_)
            | Self::HedgeCurrency { .. }
            | Self::NotCalledFor => {
                let subject = field.clone().unwrap_or_default();
                (Code::FailedPrecondition, Detail::Precondition { subject, field: field.clone() })
            }
        };
        let mut it = Explanation::new(code, self.reason(), self.to_string(), detail);
        if let Some(field) = field {
            it = it.with("field", field);
        }
        match self {
            Self::Conflict { id, .. } | Self::NotFound { id, .. } => it.with("id", id),
            Self::Over { id, state, .. } => it.with("id", id).with("state", state),
            Self::SamePerson(person) => it.with("person", person),
            Self::BeyondAuthority { person, amount } => {
                it.with("person", person).with("amount", amount)
            }
            Self::PolicyCurrency { currency, .. }
            | Self::CoverCurrency { currency, .. }
            | Self::HedgeCurrency { currency, .. } => it.with("expected", currency),
            Self::NotForeign(currency) => it.with("currency", currency),
            Self::Differs { id, recorded, stated, .. } => {
                it.with("id", id).with("recorded", recorded).with("stated", stated)
            }
            Self::HedgeDay { hedge, .. } => it.with("id", hedge),
            Self::HedgeExceeded { hedge, asked, left } => {
                it.with("id", hedge).with("asked", asked).with("available", left)
            }
            Self::Invalid(_) | Self::NotCalledFor => it,
        }
    }
}

impl Explain for dunning::Refusal {
    const CONTEXT: Context = Context::Dunning;

    fn explain(&self) -> Explanation {
        const REMINDER: &str = "vigie.dunning.v1.Reminder";
        const HOLD: &str = "vigie.dunning.v1.Hold";
        const CONTACT: &str = "vigie.dunning.v1.Contact";
        let field = self.field().map(str::to_owned);
        let missing = |kind: &str, name: String| {
            let kind = kind.to_owned();
            (Code::NotFound, Detail::Resource { kind, name: name.clone() }, name)
        };
        let taken = |kind: &str, name: String| {
            let kind = kind.to_owned();
            (Code::AlreadyExists, Detail::Resource { kind, name: name.clone() }, name)
        };
        let (code, detail, id) = match self {
            Self::Invalid(Invalid(errors)) => return Explanation::fields(errors.clone()),
            Self::NoReminder(id) => missing(REMINDER, id.to_string()),
            Self::NoHold(id) => missing(HOLD, id.to_string()),
            Self::NoLadder(name) => missing("vigie.dunning.v1.Ladder", name.to_string()),
            Self::HoldConflict(id) => taken(HOLD, id.to_string()),
            Self::ContactConflict(id) => taken(CONTACT, id.to_string()),
            Self::NoInvoice(id) => missing("vigie.invoicing.v1.Invoice", id.to_string()),
            Self::NotOwed { field, asked, owed } => {
                let subject = "vigie.dunning.v1.InvoiceCharges".to_owned();
                let named = Some((*field).to_owned());
                let detail = Detail::Precondition { subject, field: named };
                let it = Explanation::new(
                    Code::FailedPrecondition,
                    self.reason(),
                    self.to_string(),
                    detail,
                );
                return it.with("field", field).with("asked", asked).with("owed", owed);
            }
            Self::TooLate { reminder, .. }
            | Self::Changed(reminder)
            | Self::NotYet { reminder, .. }
            | Self::NotSent(reminder)
            | Self::SentLater { reminder, .. } => {
                let subject = format!("{REMINDER}/{reminder}");
                let detail = Detail::Precondition { subject, field: field.clone() };
                (Code::FailedPrecondition, detail, reminder.to_string())
            }
        };
        let it = Explanation::new(code, self.reason(), self.to_string(), detail).with("id", id);
        match field {
            Some(field) => it.with("field", field),
            None => it,
        }
    }
}

impl Explain for collection::Refusal {
    const CONTEXT: Context = Context::Collection;

    fn explain(&self) -> Explanation {
        const CASE: &str = "vigie.collection.v1.Case";
        const PLACEMENT: &str = "vigie.collection.v1.Placement";
        const ACT: &str = "vigie.collection.v1.Act";
        const REMITTANCE: &str = "vigie.collection.v1.Remittance";
        const INVOICE: &str = "vigie.invoicing.v1.Invoice";
        let field = self.field().map(str::to_owned);
        let resource = |code, kind: &str, name: String| {
            let kind = kind.to_owned();
            (code, Detail::Resource { kind, name: name.clone() }, name)
        };
        let missing = |kind, name| resource(Code::NotFound, kind, name);
        let taken = |kind, name| resource(Code::AlreadyExists, kind, name);
        let against = |kind: &str, name: String| {
            let subject = format!("{kind}/{name}");
            let detail = Detail::Precondition { subject, field: field.clone() };
            (Code::FailedPrecondition, detail, name)
        };
        let (code, detail, id) = match self {
            Self::Invalid(Invalid(errors)) => return Explanation::fields(errors.clone()),
            Self::Claim(it) => return of_claim(it),
            Self::NoCase(id) => missing(CASE, id.to_string()),
            Self::NoPlacement(id) => missing(PLACEMENT, id.to_string()),
            Self::NoAct(id) => missing(ACT, id.to_string()),
            Self::NoCollector(name) => missing("vigie.collection.v1.Collector", name.to_string()),
            Self::ActConflict(id) => taken(ACT, id.to_string()),
            Self::ReportConflict(id) => {
                taken("vigie.collection.v1.CollectorReport", id.to_string())
            }
            Self::RemittanceConflict(id) => taken(REMITTANCE, id.to_string()),
            Self::Closed(id) | Self::NothingLeft(id) | Self::PlacedAlready { case: id, .. } => {
                against(CASE, id.to_string())
            }
            Self::NotOpen(invoice)
            | Self::Assigned(invoice)
            | Self::InCase { invoice, .. }
            | Self::NotInCase { invoice, .. }
            | Self::StillReminded(invoice)
            | Self::WrongCurrency { invoice, .. }
            | Self::MoreThanOwed { invoice, .. } => against(INVOICE, invoice.to_string()),
            Self::NotPlaced(id)
            | Self::RecallInstead(id)
            | Self::NoErrand(id)
            | Self::ErrandTooLate(id) => against(PLACEMENT, id.to_string()),
            Self::PaymentTwice(id) => against(REMITTANCE, id.to_string()),
            Self::Unfounded { given, .. } => against(ACT, given.clone()),
        };
        let mut it = Explanation::new(code, self.reason(), self.to_string(), detail).with("id", id);
        if let Some(field) = field {
            it = it.with("field", field);
        }
        if let Self::InCase { case, .. } | Self::NotInCase { case, .. } = self {
            it.with("case", case)
        } else if let Self::PlacedAlready { placement, .. } = self {
            it.with("placement", placement)
        } else if let Self::WrongCurrency { currency, .. } = self {
            it.with("expected", currency)
        } else if let Self::MoreThanOwed { most, .. } = self {
            it.with("available", most)
        } else {
            it
        }
    }
}

/// What is said of claims to insurers.
fn of_claim(it: &ClaimRefusal) -> Explanation {
    const CLAIM: &str = "vigie.collection.v1.InsuranceClaim";
    let field = match it.field() {
        "accepted" => "accepted_amount",
        field => field,
    };
    let resource = |kind: &str| Detail::Resource { kind: kind.to_owned(), name: it.id() };
    let (code, detail) = match it {
        ClaimRefusal::Unknown(_) => (Code::NotFound, resource(CLAIM)),
        ClaimRefusal::NoCover(_) => (Code::NotFound, resource("vigie.risk.v1.Cover")),
        ClaimRefusal::NoNumber(_) => (Code::NotFound, resource("vigie.collection.v1.InsurerMoney")),
        ClaimRefusal::Conflict(_) => (Code::AlreadyExists, resource(CLAIM)),
        ClaimRefusal::NumberConflict(_) => {
            (Code::AlreadyExists, resource("vigie.collection.v1.InsurerMoney"))
        }
        ClaimRefusal::NotOpen(_)
        | ClaimRefusal::MoreThanOpen { .. }
        | ClaimRefusal::ClaimedTwice { .. }
        | ClaimRefusal::Currency { .. }
        | ClaimRefusal::MoreThanClaimed { .. }
        | ClaimRefusal::PaidAlready(_)
        | ClaimRefusal::Refused(_)
        | ClaimRefusal::NotPaid(_)
        | ClaimRefusal::PaymentTwice(_) => {
            let subject = format!("{CLAIM}/{}", it.id());
            let detail = Detail::Precondition { subject, field: Some(field.to_owned()) };
            (Code::FailedPrecondition, detail)
        }
    };
    let told = Explanation::new(code, it.reason(), it.to_string(), detail);
    told.with("id", it.id()).with("field", field)
}

impl Explain for alerts::Refusal {
    const CONTEXT: Context = Context::Alerts;

    fn explain(&self) -> Explanation {
        const ALERT: &str = "vigie.alerts.v1.Alert";
        let field = self.field().map(str::to_owned);
        let (id, code, detail) = match self {
            Self::Invalid(Invalid(errors)) => return Explanation::fields(errors.clone()),
            Self::NotFound(id) => {
                let (kind, name) = (ALERT.to_owned(), id.to_string());
                (id, Code::NotFound, Detail::Resource { kind, name })
            }
            Self::Cleared(id) => {
                let subject = format!("{ALERT}/{id}");
                (id, Code::FailedPrecondition, Detail::Precondition { subject, field })
            }
        };
        let it = Explanation::new(code, self.reason(), self.to_string(), detail);
        it.with("field", "alert_id").with("id", id)
    }
}

fn about(refusal: &Refusal) -> Detail {
    let (kind, name) = refusal
        .subject()
        .map_or_else(Default::default, |(kind, id)| (resource(kind).to_owned(), id.to_owned()));
    Detail::Resource { kind, name }
}

fn against(refusal: &Refusal) -> Detail {
    let field = refusal.field().map(str::to_owned);
    let subject = match refusal.subject() {
        Some((kind, id)) => format!("{}/{id}", resource(kind)),
        None => field.clone().unwrap_or_default(),
    };
    Detail::Precondition { subject, field }
}

/// What the contract calls a subject of invoicing.
pub(super) fn resource(subject: Subject) -> &'static str {
    match subject {
        Subject::Customer => "vigie.invoicing.v1.Account",
        Subject::Invoice => "vigie.invoicing.v1.Invoice",
        Subject::CreditNote => "vigie.invoicing.v1.IssueCreditNote",
        Subject::Payment => "vigie.invoicing.v1.Payment",
        Subject::Refund => "vigie.invoicing.v1.RecordRefund",
        Subject::Allocation => "vigie.invoicing.v1.Allocation",
        Subject::Dispute => "vigie.invoicing.v1.Dispute",
        Subject::Promise => "vigie.invoicing.v1.Promise",
        Subject::Plan => "vigie.invoicing.v1.Plan",
        Subject::WriteOff => "vigie.invoicing.v1.WriteOff",
        Subject::Terms => "vigie.invoicing.v1.TermsOfSale",
        Subject::Facility => "vigie.invoicing.v1.RegisterFacility",
        Subject::Assignment => "vigie.invoicing.v1.Assignment",
    }
}
