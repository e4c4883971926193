//! Everything about a placement, from the books of collection at one entry of the journal: they hold
//! what dunning, risk and invoicing say too.

use std::sync::Arc;

use ::dossier::{
    Act, Case, Collector, Dossier, FORMAT, Fee, FeeBand, Mandate, Moment, Party, Placed, Placement,
    Right, Total, clauses, totals,
};
use chrono::NaiveDate;
use collection::{
    Collection, Policy,
    view::{Answered, CaseView, PlacementView, Stage},
    what_to_do,
};
use events::{
    CustomerId, Partition, PlacementId, Sequence,
    collection::{self as said_of, ActKind, RightKind, RightSubject},
};
use host::Host;
use invoicing::{Account, Contact};

use money::Rounding;
use rust_decimal::Decimal;

use super::{Why, owed, said};
use crate::{sending::Company, tenants::Tenant};

/// A process is bringing it.
const STARTED: &str = "started";

/// Whether a dossier asks for something else than the journal says that whoever it is being brought to
/// was told: money came since it was started, or a day began.
pub(super) fn has_changed(it: &Dossier) -> bool {
    let asked = it.receivables.iter().map(|it| Placed {
        invoice: it.invoice.clone(),
        principal: it.principal,
        interest: it.interest,
        fixed_sum: it.fixed_sum,
    });
    it.placement.stage == STARTED && !it.placement.told.iter().cloned().eq(asked)
}

/// What is known at one moment.
pub(super) struct Known {
    pub(super) policy: Policy,
    pub(super) state: Arc<Collection>,
    /// What is known of the tenant as a whole: its terms of sale.
    pub(super) tenant: Arc<Collection>,
    pub(super) today: NaiveDate,
    at: Sequence,
}

impl Known {
    pub(super) fn account(&self) -> &Account {
        self.state.dunning().risk().account()
    }
}

/// The dossier of a placement.
pub(crate) async fn gather(
    tenant: &Tenant,
    company: &Company,
    customer: &CustomerId,
    placement: &PlacementId,
) -> Result<Dossier, Why> {
    let (partition, host) = tenant.host::<Policy>(customer).ok_or(Why::RoleElsewhere)?;
    let known = known(host, customer, placement)?;
    let placed =
        known.state.placements().into_iter().find(|it| it.placement.placement == *placement);
    let placed = placed.ok_or_else(|| none(customer, placement))?;
    let case = known.policy.case(&known.state, &placed.placement.case, known.today);
    let case = case.ok_or_else(|| none(customer, placement))?;
    let contact = tenant.contacts.contact(&tenant.id, customer).await.map_err(Why::Unreadable)?;
    // Up to the entry at which the books were looked at, and no further.
    let history = host.history(customer, Sequence::START, known.at).await;
    let sendings = said::sendings(&history.map_err(|error| Why::Unreadable(error.to_string()))?);

    let receivables = owed::receivables(&known, &case)?;
    let totals = totals(&receivables).map_err(|error| Why::Inconsistent(error.to_string()))?;
    let mandate = mandate(&known, &placed, &receivables, &totals, company)?;
    let invoices: Vec<_> = case.claims.iter().map(|it| it.invoice.clone()).collect();
    Ok(Dossier {
        format: FORMAT.to_owned(),
        placement: told(&placed),
        stated_on: known.today,
        known_at: moment(partition, known.at),
        language: company.language,
        creditor: creditor(tenant, company),
        customer: debtor(&known, customer, contact.unwrap_or_default()),
        collector: Collector {
            name: placed.placement.collector.to_string(),
            agreement: placed.placement.agreement.to_string(),
        },
        mandate,
        totals,
        statement: owed::statement(known.account(), known.today),
        allocations: owed::allocations(known.account(), &invoices),
        contacts: said::contacts(&known, &invoices, &sendings),
        promises: said::promises(known.account(), &invoices),
        disputes: said::disputes(known.account(), &invoices),
        terms: owed::terms(&known, &receivables),
        acts: acts(&known, &placed),
        rights: rights(&known, &case),
        receivables,
        case: of_case(&case),
    })
}

fn known(
    host: &Host<Policy>,
    customer: &CustomerId,
    placement: &PlacementId,
) -> Result<Known, Why> {
    let read = host.read(|books| {
        let state = books.customer(customer)?.state.clone();
        Some(Known {
            policy: books.policy.clone(),
            state,
            tenant: books.tenant.state.clone(),
            today: books.today,
            at: books.position,
        })
    });
    let read = read.map_err(|error| Why::Unreadable(error.to_string()))?;
    read.ok_or_else(|| none(customer, placement))
}

fn none(customer: &CustomerId, placement: &PlacementId) -> Why {
    Why::NoPlacement { customer: customer.clone(), placement: placement.clone() }
}

const fn moment(partition: Partition, at: Sequence) -> Moment {
    Moment { partition: partition.0, sequence: at.0 }
}

fn told(it: &PlacementView) -> Placement {
    let (stage, handed_over_on) = match it.hand_over.stage {
        Stage::Planned => ("planned", None),
        Stage::Started { .. } => (STARTED, None),
        Stage::Done { on, .. } => ("done", Some(on)),
        Stage::Failed(_) => ("failed", None),
        Stage::Unknown(_) => ("unknown", None),
        Stage::Withdrawn => ("withdrawn", None),
    };
    let reference = match &it.answer {
        Some(Answered::Accepted(_, reference)) => reference.as_ref().map(ToString::to_string),
        Some(Answered::Refused(..)) | None => None,
    };
    let claims = it.claims.iter().map(|it| Placed {
        invoice: it.invoice.to_string(),
        principal: it.principal,
        interest: it.interest,
        fixed_sum: it.fixed_sum,
    });
    Placement {
        placement: it.placement.placement.to_string(),
        planned_on: it.placement.planned_on,
        stage: stage.to_owned(),
        handed_over_on,
        reference,
        told: claims.collect(),
    }
}

fn creditor(tenant: &Tenant, company: &Company) -> Party {
    let it = &company.sender;
    Party {
        id: tenant.id.to_string(),
        name: it.name.clone(),
        address: it.address.clone(),
        mentions: it.mentions.clone(),
        email: it.email.clone(),
        phone: it.phone.clone(),
        iban: it.iban.clone(),
        bic: it.bic.clone(),
        ..Party::default()
    }
}

fn debtor(known: &Known, id: &CustomerId, contact: Contact) -> Party {
    let it = known.account().customer();
    Party {
        id: id.to_string(),
        name: contact.name.unwrap_or_else(|| id.to_string()),
        address: contact.address_lines,
        siren: it.as_ref().and_then(|it| it.siren.as_ref()).map(ToString::to_string),
        vat_number: it.as_ref().and_then(|it| it.vat_number.as_ref()).map(ToString::to_string),
        region: it.as_ref().and_then(|it| it.region.as_ref()).map(ToString::to_string),
        email: contact.email,
        phone: contact.phone,
        ..Party::default()
    }
}

fn of_case(it: &CaseView) -> Case {
    Case {
        case: it.case.case.to_string(),
        why: it.case.why.to_string(),
        opened_on: it.case.opened_on,
        route: it.route.as_ref().map(|it| it.route.to_string()),
        closed_on: it.closed.as_ref().map(|it| it.on),
        invoices: it.claims.iter().map(|it| it.invoice.to_string()).collect(),
    }
}

fn mandate(
    known: &Known,
    placed: &PlacementView,
    receivables: &[::dossier::Receivable],
    totals: &[Total],
    company: &Company,
) -> Result<Mandate, Why> {
    let rules = known.policy.rules();
    let name = &placed.placement.collector;
    let collector = rules.collectors.iter().find(|it| it.name == *name);
    let collector = collector.ok_or_else(|| Why::NoCollector(name.clone()))?;
    let oldest = receivables.iter().map(|it| it.due_on).min();
    let days = oldest.map_or(0, |due| (placed.placement.planned_on - due).num_days());
    let mut fees = Vec::with_capacity(totals.len());
    for it in totals {
        fees.push(fee(collector, days, it).map_err(|error| Why::Inconsistent(error.to_string()))?);
    }
    let bands = collector.fees.iter().map(|it| FeeBand {
        days_max: it.days_max,
        amount_max: it.amount_max,
        share: it.share,
    });
    Ok(Mandate {
        agreement: placed.placement.agreement.to_string(),
        insurance: collector.insurance.to_string(),
        remits_in_days: collector.remits_in_days,
        fee_bands: bands.collect(),
        least_fee: collector.least_fee,
        fees,
        clauses: clauses(rules.jurisdiction.as_str(), company.language),
    })
}

/// What would be asked for if all of it was paid at once.
fn fee(collector: &said_of::Collector, days: i64, total: &Total) -> Result<Fee, money::MoneyError> {
    let band = collection::fee_band(collector, days, total.principal);
    let share = band.map_or(Decimal::ZERO, |it| it.share);
    let fee = total.total.percent(share * Decimal::ONE_HUNDRED, Rounding::HalfUp)?;
    let least = collector.least_fee.filter(|it| it.currency() == fee.currency());
    let if_all_is_paid = least.filter(|it| it.minor() > fee.minor()).unwrap_or(fee);
    Ok(Fee { share, on: total.total, if_all_is_paid })
}

/// What was done about the case; what is between the tenant and its insurer or a guarantor is theirs.
fn acts(known: &Known, placed: &PlacementView) -> Vec<Act> {
    let case = &placed.placement.case;
    let all = known.state.history().into_iter();
    let ours =
        all.filter(|it| it.case.as_ref().is_none_or(|it| it == case) && !is_private(it.kind));
    ours.map(|it| Act {
        act: it.act.to_string(),
        kind: it.kind.to_string(),
        on: it.on,
        invoices: it.invoices.iter().map(ToString::to_string).collect(),
        amount: it.amount,
        proof: it.proof.as_ref().map(ToString::to_string),
    })
    .collect()
}

fn is_private(kind: ActKind) -> bool {
    matches!(
        kind,
        ActKind::InsurerNotified
            | ActKind::ExtensionAgreed
            | ActKind::InsurerHandedOver
            | ActKind::IndemnityClaimed
            | ActKind::IndemnityPaid
            | ActKind::GuaranteeCalled
    )
}

/// Rights about the case that run, the nearest last day first; those against insurers and guarantors
/// are the tenant's own.
fn rights(known: &Known, case: &CaseView) -> Vec<Right> {
    let all = known.policy.rights(&known.state, known.today).into_iter();
    let ours = all.filter(|it| {
        let about = match &it.subject {
            RightSubject::Invoice(invoice) => case.claims.iter().any(|it| it.invoice == *invoice),
            RightSubject::Notice(_) | RightSubject::Act(_) => true,
            RightSubject::Cover(_) | RightSubject::Guarantee(_) => false,
        };
        about && it.is_running() && !is_of_the_tenant_alone(it.kind)
    });
    let mut rights: Vec<_> = ours
        .map(|it| Right {
            kind: it.kind.to_string(),
            about: about(&it.subject),
            counted_from: it.counted_from,
            rule: it.rule.to_string(),
            last_day: it.deadline,
            stake: it.stake,
            what_to_do: what_to_do(it.kind).to_owned(),
        })
        .collect();
    rights.sort_by(|a, b| {
        let key =
            |it: &Right| (it.last_day.is_none(), it.last_day, it.kind.clone(), it.about.clone());
        key(a).cmp(&key(b))
    });
    rights
}

fn is_of_the_tenant_alone(kind: RightKind) -> bool {
    matches!(
        kind,
        RightKind::InsurerNotice
            | RightKind::Extension
            | RightKind::Handover
            | RightKind::IndemnityClaim
            | RightKind::Indemnity
            | RightKind::GuaranteeCall
    )
}

/// `invoice F-1`.
fn about(it: &RightSubject) -> String {
    let what = match it {
        RightSubject::Invoice(_) => "invoice",
        RightSubject::Notice(_) => "notice",
        RightSubject::Act(_) => "act",
        RightSubject::Cover(_) => "cover",
        RightSubject::Guarantee(_) => "guarantee",
    };
    format!("{what} {}", it.id())
}
