use events::{Context, Decision, Heard, Undecodable, alerts::Event, all};

/// Everything alerts listens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What risk listens to and says: it hears invoicing too.
    Risk(risk::Fact),
    /// What dunning says.
    Dunning(events::dunning::Event),
    /// What collection says.
    Collection(events::collection::Event),
    /// What alerts itself says.
    Alerts(Event),
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

impl From<events::dunning::Event> for Fact {
    fn from(event: events::dunning::Event) -> Self {
        Self::Dunning(event)
    }
}

impl From<events::collection::Event> for Fact {
    fn from(event: events::collection::Event) -> Self {
        Self::Collection(event)
    }
}

impl From<Event> for Fact {
    fn from(event: Event) -> Self {
        Self::Alerts(event)
    }
}

impl Heard for Fact {
    const OWN: Context = Context::Alerts;

    fn read(context: Context, body: &[u8]) -> Result<Option<Vec<Decision<Self>>>, Undecodable> {
        match context {
            Context::Alerts => events::read::<Event>(body).map(|it| Some(all(it.decisions))),
            Context::Invoicing | Context::Risk => {
                risk::Fact::read(context, body).map(|it| it.map(all))
            }
            Context::Dunning => {
                events::read::<events::dunning::Event>(body).map(|it| Some(all(it.decisions)))
            }
            Context::Collection => {
                events::read::<events::collection::Event>(body).map(|it| Some(all(it.decisions)))
            }
            Context::Clock => Ok(None),
        }
    }
}
