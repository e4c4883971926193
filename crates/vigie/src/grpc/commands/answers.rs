//! What each command is answered with.

use api::invoicing as proto;
use events::invoicing::{Event, Source};
use invoicing::Account;

use super::{About, Answered, EVER};
use crate::grpc::{
    fields::{day, money},
    messages,
};

impl Answered {
    fn changed(&self) -> bool {
        !self.events.is_empty()
    }

    /// What settled what at once; of a command that was known already, what has settled it so far.
    fn allocations(&self) -> Vec<proto::Allocation> {
        let Some(account) = &self.account else { return Vec::new() };
        if !self.changed() {
            return self.allocations_so_far(account);
        }
        let mut allocations = Vec::new();
        for event in &self.events {
            if let Event::Allocated { source, invoice, .. }
            | Event::WriteOffRecovered { source, invoice, .. } = event
            {
                let view = account.invoice_view(invoice, EVER);
                let mut all = view.iter().flat_map(|it| &it.allocations);
                let latest = all.rfind(|it| it.source == *source);
                allocations.extend(latest.map(messages::allocation));
            }
        }
        allocations
    }

    fn allocations_so_far(&self, account: &Account) -> Vec<proto::Allocation> {
        let views = match &self.about {
            About::Invoice(invoice) => account.invoice_view(invoice, EVER).map(|it| it.allocations),
            About::Source(Source::Payment(payment)) => {
                account.payment_view(payment, EVER).map(|it| it.allocations)
            }
            About::Source(Source::CreditNote(_))
            | About::Allocation(..)
            | About::Dispute(_)
            | About::WriteOff(_)
            | About::Other => None,
        };
        views.unwrap_or_default().iter().map(messages::allocation).collect()
    }

    fn unallocated(&self) -> Option<api::Money> {
        let account = self.account.as_ref()?;
        match &self.about {
            About::Source(source) | About::Allocation(source, _) => {
                account.unallocated_of(source).map(money)
            }
            About::Invoice(_) | About::Dispute(_) | About::WriteOff(_) | About::Other => None,
        }
    }

    /// The due date of an invoice, and the terms that gave it.
    fn due(&self) -> (Option<api::Date>, String) {
        let document = match (&self.account, &self.about) {
            (Some(account), About::Invoice(invoice)) => {
                account.invoice_view(invoice, EVER).and_then(|it| it.document)
            }
            (_, _) => None,
        };
        document.map_or_else(Default::default, |it| {
            (Some(day(it.due_on)), it.terms.map(|it| it.to_string()).unwrap_or_default())
        })
    }
}

/// The commands whose answer says where, and whether something changed.
macro_rules! plain {
    ($($response:ident)+) => {
        $(impl From<Answered> for proto::$response {
            fn from(it: Answered) -> Self {
                Self { changed: it.changed(), position: Some(it.position) }
            }
        })+
    };
}

plain! {
    RegisterCustomerResponse
    AmendCustomerResponse
    CancelInvoiceResponse
    CancelCreditNoteResponse
    ReversePaymentResponse
    RecordRefundResponse
    ResolveDisputeResponse
    MakePromiseResponse
    WithdrawPromiseResponse
    AgreePlanResponse
    CancelPlanResponse
    RejectWriteOffResponse
    AdoptPolicyResponse
    RegisterTermsResponse
}

/// The commands whose answer says what became of an invoice.
macro_rules! invoices {
    ($($response:ident)+) => {
        $(impl From<Answered> for proto::$response {
            fn from(it: Answered) -> Self {
                let (changed, allocations) = (it.changed(), it.allocations());
                let (due_date, payment_terms) = it.due();
                let terms_warning = it.terms_warning.as_ref().map(messages::terms_warning);
                let position = Some(it.position);
                Self { position, changed, due_date, payment_terms, allocations, terms_warning }
            }
        })+
    };
}

invoices! {
    IssueInvoiceResponse
    CorrectInvoiceResponse
}

impl From<Answered> for proto::IssueCreditNoteResponse {
    fn from(it: Answered) -> Self {
        let (changed, allocations, unallocated_amount) =
            (it.changed(), it.allocations(), it.unallocated());
        Self { position: Some(it.position), changed, allocations, unallocated_amount }
    }
}

impl From<Answered> for proto::RecordPaymentResponse {
    fn from(it: Answered) -> Self {
        let (changed, allocations, unallocated_amount) =
            (it.changed(), it.allocations(), it.unallocated());
        Self { position: Some(it.position), changed, allocations, unallocated_amount }
    }
}

impl From<Answered> for proto::ReleaseDepositResponse {
    fn from(it: Answered) -> Self {
        let (changed, allocations) = (it.changed(), it.allocations());
        Self { position: Some(it.position), changed, allocations }
    }
}

impl From<Answered> for proto::AllocateResponse {
    fn from(it: Answered) -> Self {
        let (changed, unallocated_amount) = (it.changed(), it.unallocated());
        let open_amount = match (&it.account, &it.about) {
            (Some(account), About::Allocation(_, invoice)) => {
                account.invoice_view(invoice, EVER).and_then(|it| it.open).map(money)
            }
            (_, _) => None,
        };
        Self { position: Some(it.position), changed, unallocated_amount, open_amount }
    }
}

impl From<Answered> for proto::WithdrawAllocationResponse {
    fn from(it: Answered) -> Self {
        let changed = it.changed();
        let amount = it.events.iter().find_map(|event| {
            let Event::AllocationWithdrawn { amount, .. } = event else { return None };
            Some(money(*amount))
        });
        Self { position: Some(it.position), changed, amount }
    }
}

impl From<Answered> for proto::OpenDisputeResponse {
    fn from(it: Answered) -> Self {
        let changed = it.changed();
        let amount = match (&it.account, &it.about) {
            (Some(account), About::Dispute(dispute)) => {
                account.dispute_view(dispute, EVER).map(|it| money(it.amount))
            }
            (_, _) => None,
        };
        Self { position: Some(it.position), changed, amount }
    }
}

fn given_up(it: &Answered) -> Option<api::Money> {
    match (&it.account, &it.about) {
        (Some(account), About::WriteOff(write_off)) => {
            account.write_off_view(write_off, EVER).map(|it| money(it.amount))
        }
        (_, _) => None,
    }
}

impl From<Answered> for proto::RequestWriteOffResponse {
    fn from(it: Answered) -> Self {
        let (changed, amount) = (it.changed(), given_up(&it));
        Self { position: Some(it.position), changed, amount }
    }
}

impl From<Answered> for proto::ApproveWriteOffResponse {
    fn from(it: Answered) -> Self {
        let (changed, amount) = (it.changed(), given_up(&it));
        Self { position: Some(it.position), changed, amount }
    }
}
