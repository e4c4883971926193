//! All customers of the tenant together: taken as figures at the end of a day, and looked at as
//! conditions like those of a customer.
//!
//! A decision is about one customer or about the tenant; so the figures are brought to it as a command
//! by whoever sees all partitions, and stand in the journal like any other fact.

use chrono::{Days, NaiveDate};
use events::alerts::{Alert, Change, CurrencyFigures, Event, Figures, Kind, ReasonCode, Subject};
use money::{Currency, Money};
use rust_decimal::Decimal;

use crate::{Alerts, Condition, Policy};

/// Looked back on no further than this: the longest drift that may be asked for, and a gap.
const FIGURES_KEPT: usize = 400;

impl Alerts {
    /// Figures of a day are taken once, and of no day before.
    pub(crate) fn take_figures(&self, figures: Box<Figures>) -> Vec<Event> {
        let taken = self.figures_taken_on().is_some_and(|it| it >= figures.on);
        if taken { Vec::new() } else { vec![Event::FiguresTaken(figures)] }
    }

    /// The last day of which all customers together were looked at.
    pub fn figures_taken_on(&self) -> Option<NaiveDate> {
        self.figures.last_key_value().map(|(on, _)| *on)
    }

    pub(crate) fn figures_taken(&mut self, figures: &Figures) {
        self.figures.insert(figures.on, risk::Recorded(figures.clone()));
        while self.figures.len() > FIGURES_KEPT {
            self.figures.pop_first();
        }
    }

    fn latest(&self) -> Option<&Figures> {
        self.figures.last_key_value().map(|(_, it)| &**it)
    }

    fn dso(&self, currency: Currency) -> Option<Decimal> {
        of(self.latest()?, currency)?.dso
    }

    /// Days sales outstanding so many days before the latest figures, or at the last look before.
    fn dso_before(&self, currency: Currency, days: u16) -> Option<Decimal> {
        let then = self.latest()?.on.checked_sub_days(Days::new(days.into()))?;
        let (_, figures) = self.figures.range(..=then).next_back()?;
        of(figures, currency)?.dso
    }

    fn is_told(&self, kind: Kind, subject: &Subject) -> bool {
        self.known(kind, subject).is_some_and(crate::state::Known::is_up)
    }
}

fn of(figures: &Figures, currency: Currency) -> Option<&CurrencyFigures> {
    figures.currencies.iter().find(|it| it.currency() == currency)
}

/// Whether a part is at least so many percent of a whole.
fn reaches(part: Money, whole: Money, percent: u8) -> bool {
    let (part, whole) = (i128::from(part.minor()), i128::from(whole.minor()));
    whole > 0 && part * 100 >= whole * i128::from(percent)
}

/// So many percent of an amount, rounded down.
fn part(whole: Money, percent: u8) -> Option<Money> {
    let minor = i128::from(whole.minor()) * i128::from(percent) / 100;
    i64::try_from(minor).ok().map(|it| Money::new(it, whole.currency()))
}

impl Policy {
    /// What holds of all customers together by the latest figures; nothing of a customer's own state.
    /// It takes more to be told than to stay, so that what moves about a threshold is told once.
    pub(crate) fn of_the_tenant(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        let Some(figures) = alerts.latest() else { return };
        let mut holds = |kind, subject| {
            found.push(Condition { kind, subject, from: figures.on, until: None });
        };
        for subject in self.concentrations(alerts, figures) {
            holds(Kind::ConcentrationCrossed, subject);
        }
        let rules = self.rules().portfolio;
        for it in &figures.currencies {
            let subject = Subject::Currency(it.currency());
            let told = alerts.is_told(Kind::AgingBreached, &subject);
            if reaches(it.overdue_over_90, it.receivables, rules.aging_percent - u8::from(told)) {
                holds(Kind::AgingBreached, subject.clone());
            }
            let before = alerts.dso_before(it.currency(), rules.dso_drift_days);
            if let (Some(before), Some(now)) = (before, it.dso) {
                // Half the rise is enough to stay.
                let told = alerts.is_told(Kind::DsoDrifted, &subject);
                let rise = u16::from(rules.dso_drift_percent) * if told { 1 } else { 2 };
                let (now, before) = (now * Decimal::from(200), before * Decimal::from(200 + rise));
                if now >= before && before > Decimal::ZERO {
                    holds(Kind::DsoDrifted, subject);
                }
            }
        }
    }

    fn concentrations(&self, alerts: &Alerts, figures: &Figures) -> Vec<Subject> {
        let kind = Kind::ConcentrationCrossed;
        let Some(at_stake) = figures.at_stake else {
            // Nobody can tell without a rate: what was said stands.
            let up = alerts.all().filter(|it| it.is_up() && it.alert.kind == kind);
            return up.map(|it| it.alert.subject.clone()).collect();
        };
        let percent = self.rules().portfolio.concentration_percent;
        // Of so few names one has that part whatever happens.
        if figures.names * u64::from(percent) <= 100 {
            return Vec::new();
        }
        let groups = figures.largest.iter().filter_map(|it| {
            let subject = Subject::Group(it.group.clone());
            let told = alerts.is_told(kind, &subject);
            reaches(it.at_stake, at_stake, percent - u8::from(told)).then_some(subject)
        });
        groups.collect()
    }

    /// What an alert of all customers together says.
    pub(crate) fn tell_of_the_tenant(&self, alerts: &Alerts, alert: &mut Alert) {
        let Some(figures) = alerts.latest() else { return };
        let rules = self.rules().portfolio;
        // Tenants speak in the journal of the first partition.
        alert.evidence = figures.positions.first().copied().into_iter().collect();
        match &alert.subject {
            Subject::Group(group) => {
                alert.reasons.push(ReasonCode::SingleName);
                let share = figures.largest.iter().find(|it| it.group == *group);
                alert.amount = share.map(|it| it.at_stake);
                alert.limit = figures.at_stake.and_then(|it| part(it, rules.concentration_percent));
            }
            Subject::Currency(currency) if alert.kind == Kind::DsoDrifted => {
                alert.reasons.push(ReasonCode::DsoRisen);
                let before = alerts.dso_before(*currency, rules.dso_drift_days);
                let now = alerts.dso(*currency);
                alert.change = before.zip(now).map(|(before, now)| Change { before, now });
            }
            Subject::Currency(currency) => {
                alert.reasons.push(ReasonCode::LongOverdue);
                let it = of(figures, *currency);
                alert.amount = it.map(|it| it.overdue_over_90);
                alert.limit = it.and_then(|it| part(it.receivables, rules.aging_percent));
            }
            Subject::Customer
            | Subject::Promise(_)
            | Subject::Payment(_)
            | Subject::Dispute(_)
            | Subject::Order(_)
            | Subject::Limit(_)
            | Subject::Guarantee(_)
            | Subject::Cover(_)
            | Subject::Notice(_)
            | Subject::Finding(_)
            | Subject::Reminder(_)
            | Subject::Invoice(_)
            | Subject::Right(_)
            | Subject::Placement(_) => {}
        }
    }
}
