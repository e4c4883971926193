use std::fmt;

use events::Context;

/// What a process does, of all that can be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Roles {
    contexts: [bool; Roles::KNOWN.len()],
    portal: bool,
}

/// A role that no process can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the role {0} is not there yet; this release has {all}", all = Roles::ALL)]
pub struct NotThereYet(pub Context);

impl Roles {
    /// Those there are, in the order of listening.
    pub const KNOWN: [Context; 5] =
        [Context::Clock, Context::Invoicing, Context::Risk, Context::Dunning, Context::Alerts];

    /// Everything.
    pub const ALL: Self = Self { contexts: [true; Self::KNOWN.len()], portal: true };

    /// What the role is called that shows customers their page. It speaks for no context.
    pub const PORTAL: &'static str = "portal";

    /// These, and one more.
    pub fn with(mut self, role: Context) -> Result<Self, NotThereYet> {
        let mut all = Self::KNOWN.iter().zip(&mut self.contexts);
        let (_, has) = all.find(|(it, _)| **it == role).ok_or(NotThereYet(role))?;
        *has = true;
        Ok(self)
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
        Self::KNOWN.into_iter().zip(self.contexts).filter_map(|(it, has)| has.then_some(it))
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
        let roles = Roles::default().with(Context::Invoicing).unwrap();
        assert!(roles.has(Context::Invoicing) && !roles.has(Context::Clock));
        let all = roles.with(Context::Risk).unwrap().with(Context::Clock).unwrap();
        let all = all.with(Context::Invoicing).unwrap().with(Context::Alerts).unwrap();
        let all = all.with(Context::Dunning).unwrap().with_portal();
        let named = "clock, invoicing, risk, dunning, alerts, portal";
        assert_eq!((all, all.to_string().as_str()), (Roles::ALL, named));
    }

    #[test]
    fn who_asks_for_a_role_that_is_not_there_is_told_which_are() {
        let why = Roles::default().with(Context::Collection).unwrap_err();
        let says = "the role collection is not there yet; this release has clock, invoicing, risk, \
                    dunning, alerts, portal";
        assert_eq!(why.to_string(), says);
    }
}
