use events::{Context, Decision, Heard, Undecodable, all, invoicing, risk};

/// Everything risk listens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What happens to receivables.
    Invoicing(invoicing::Event),
    /// What risk itself says.
    Risk(risk::Event),
}

impl From<invoicing::Event> for Fact {
    fn from(event: invoicing::Event) -> Self {
        Self::Invoicing(event)
    }
}

impl From<risk::Event> for Fact {
    fn from(event: risk::Event) -> Self {
        Self::Risk(event)
    }
}

impl Heard for Fact {
    const OWN: Context = Context::Risk;

    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable> {
        match context {
            Context::Invoicing => {
                events::read::<invoicing::Event>(body).map(|it| Some(all(it.decisions)))
            }
            Context::Risk => events::read::<risk::Event>(body).map(|it| Some(all(it.decisions))),
            Context::Clock | Context::Dunning | Context::Collection | Context::Alerts => Ok(None),
        }
    }
}
