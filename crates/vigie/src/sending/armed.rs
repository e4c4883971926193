//! Whether a tenant's sending is armed: for the very journals it was armed for, and no others. A
//! journal that was restored has another incarnation, and nothing leaves until somebody says so again.

use events::TenantId;
use journal::Journal;

use crate::contacts::Contacts;

/// The switch of one tenant.
#[derive(Debug)]
pub struct Armed<'a> {
    /// Where it is kept.
    pub contacts: &'a Contacts,
    /// Whose.
    pub tenant: &'a TenantId,
    /// What tells its journals from others of the same names.
    pub journals: String,
}

impl<'a> Armed<'a> {
    /// The switch for these journals, in the order of partitions.
    pub fn of<'j>(
        contacts: &'a Contacts,
        tenant: &'a TenantId,
        journals: impl IntoIterator<Item = &'j Journal>,
    ) -> Self {
        let journals: Vec<_> = journals.into_iter().map(Journal::incarnation).collect();
        Self { contacts, tenant, journals: journals.join(" ") }
    }

    /// Whether something may leave.
    pub async fn is_on(&self) -> Result<bool, String> {
        let armed = self.contacts.armed(self.tenant).await?;
        Ok(armed.is_some_and(|it| it == self.journals))
    }

    /// Lets things leave, or lets nothing.
    pub async fn set(&self, on: bool) -> Result<(), String> {
        let armed = if on { &self.journals } else { "" };
        self.contacts.arm(self.tenant, armed).await
    }
}
