use events::{Context, Decision, Heard, Undecodable, collection::Event};

/// Everything collection listens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What dunning listens to and says: it hears invoicing and risk too.
    Dunning(dunning::Fact),
    /// What collection itself says.
    Collection(Event),
}

impl From<dunning::Fact> for Fact {
    fn from(fact: dunning::Fact) -> Self {
        Self::Dunning(fact)
    }
}

impl From<events::invoicing::Event> for Fact {
    fn from(event: events::invoicing::Event) -> Self {
        Self::Dunning(event.into())
    }
}

impl From<events::risk::Event> for Fact {
    fn from(event: events::risk::Event) -> Self {
        Self::Dunning(event.into())
    }
}

impl From<events::dunning::Event> for Fact {
    fn from(event: events::dunning::Event) -> Self {
        Self::Dunning(event.into())
    }
}

impl From<Event> for Fact {
    fn from(event: Event) -> Self {
        Self::Collection(event)
    }
}

impl Heard for Fact {
    const OWN: Context = Context::Collection;

    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable> {
        match context {
            Context::Collection => {
                events::read::<Event>(body).map(|it| Some(events::all(it.decisions)))
            }
            Context::Invoicing | Context::Risk | Context::Dunning => {
                dunning::Fact::read(context, body).map(|it| it.map(events::all))
            }
            Context::Clock | Context::Alerts => Ok(None),
        }
    }
}
