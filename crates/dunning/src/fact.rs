use events::{Context, Decision, Heard, Undecodable, dunning::Event};

/// Everything dunning listens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What risk listens to and says: it hears invoicing too.
    Risk(risk::Fact),
    /// What dunning itself says.
    Dunning(Event),
}

impl From<risk::Fact> for Fact {
    fn from(fact: risk::Fact) -> Self {
        Self::Risk(fact)
    }
}

impl From<events::invoicing::Event> for Fact {
    fn from(event: events::invoicing::Event) -> Self {
        Self::Risk(event.into())
    }
}

impl From<events::risk::Event> for Fact {
    fn from(event: events::risk::Event) -> Self {
        Self::Risk(event.into())
    }
}

impl From<Event> for Fact {
    fn from(event: Event) -> Self {
        Self::Dunning(event)
    }
}

impl Heard for Fact {
    const OWN: Context = Context::Dunning;

    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable> {
        match context {
            Context::Dunning => {
                events::read::<Event>(body).map(|it| Some(events::all(it.decisions)))
            }
            Context::Invoicing | Context::Risk => {
                risk::Fact::read(context, body).map(|it| it.map(events::all))
            }
            Context::Clock | Context::Collection | Context::Alerts => Ok(None),
        }
    }
}
