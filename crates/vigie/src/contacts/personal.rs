use std::sync::Arc;

use events::{CustomerId, PaymentId};
use invoicing::{Command, Personal as Said};

use super::Turn;
use crate::tenants::Tenant;

/// What a command says of a person, to be kept once the command is durable.
#[derive(Debug)]
pub(crate) struct Personal {
    tenant: Arc<Tenant>,
    whose: Whose,
    said: Said,
}

#[derive(Debug)]
enum Whose {
    /// A customer that comes to be known.
    New(CustomerId),
    /// A customer of whom something else is to be known from now on.
    Known(CustomerId, Turn),
    Payment(CustomerId, PaymentId),
}

impl Whose {
    fn of(tenant: &Tenant, command: &Command) -> Option<Self> {
        if let Command::RecordPayment(payment) = command {
            let (customer, payment) = (payment.customer_id.clone(), payment.payment_id.clone());
            return Some(Self::Payment(customer, payment));
        }
        let customer = command.customer().cloned()?;
        if matches!(command, Command::RegisterCustomer(_)) {
            return Some(Self::New(customer));
        }
        let turn = tenant.contacts.turn(&tenant.id, &customer);
        Some(Self::Known(customer, turn))
    }
}

impl Personal {
    /// Takes it out of a command.
    pub(crate) fn take(tenant: &Arc<Tenant>, command: &mut Command) -> Option<Self> {
        let said = command.take_personal()?;
        let whose = Whose::of(tenant, command)?;
        Some(Self { tenant: tenant.clone(), whose, said })
    }

    /// Keeps it. `changed`: the command was not known before.
    pub(crate) async fn keep(self, changed: bool) -> Result<(), String> {
        let Self { tenant, whose, said } = self;
        let Tenant { id, contacts, .. } = &*tenant;
        match (whose, said) {
            // A registration sent again must not bring back what was amended since; but its first
            // answer may have been lost before the contact was kept.
            (Whose::New(customer), Said::Contact(contact)) if !changed => {
                contacts.keep_first_contact(id, &customer, &contact).await
            }
            (Whose::New(customer), Said::Contact(contact)) => {
                contacts.keep_contact(id, &customer, &contact).await
            }
            (Whose::Known(customer, mut turn), Said::Contact(contact)) => {
                turn.comes().await;
                contacts.keep_contact(id, &customer, &contact).await
            }
            (Whose::Payment(customer, payment), Said::Remittance(text)) => {
                contacts.keep_remittance(id, &customer, &payment, &text).await
            }
            (Whose::Payment(..), Said::Contact(_))
            | (Whose::New(_) | Whose::Known(..), Said::Remittance(_)) => Ok(()),
        }
    }
}
