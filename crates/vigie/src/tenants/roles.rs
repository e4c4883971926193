use std::fmt;

use events::Context;

/// What a process does, of all that can be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Roles {
    contexts: [bool; Context::ALL.len()],
    portal: bool,
}

impl Roles {
    /// Everything.
    pub const ALL: Self = Self { contexts: [true; Context::ALL.len()], portal: true };

    /// What the role is called that shows customers their page. It speaks for no context.
    pub const PORTAL: &'static str = "portal";

    /// These, and one more.
    #[must_use]
    pub fn with(mut self, role: Context) -> Self {
        for (it, has) in Context::ALL.iter().zip(&mut self.contexts) {
            *has |= *it == role;
        }
        self
    }

    /// These, and customers are shown their page.
    pub fn with_portal(self) -> Self {
        Self { portal: true, ..self }
    }

    /// Whether customers are shown their page.
    pub fn has_portal(self) -> bool {
        self.portal
    }

    /// Whether this is one of them.
    pub fn has(self, role: Context) -> bool {
        self.iter().any(|it| it == role)
    }

    /// The contexts it speaks for, in the order of listening.
    pub fn iter(self) -> impl Iterator<Item = Context> {
        Context::ALL.into_iter().zip(self.contexts).filter_map(|(it, has)| has.then_some(it))
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let portal = self.portal.then_some(Self::PORTAL);
        let names: Vec<_> = self.iter().map(Context::name).chain(portal).collect();
        f.write_str(&names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_had_once_however_often_and_in_whatever_order_it_is_named() {
        let roles = Roles::default().with(Context::Invoicing);
        assert!(roles.has(Context::Invoicing) && !roles.has(Context::Clock));
        let all = roles.with(Context::Risk).with(Context::Clock).with(Context::Collection);
        let all = all.with(Context::Invoicing).with(Context::Alerts).with(Context::Dunning);
        let all = all.with_portal();
        let named = "clock, invoicing, risk, dunning, collection, alerts, portal";
        assert_eq!((all, all.to_string().as_str()), (Roles::ALL, named));
    }
}
