//! A customer, as a story tells of it.

use chrono::NaiveDate;
use decider::{Decider as _, Fold as _, Process as _};
use events::{
    Reference,
    dunning::{
        Approval, Channel, ContactResult, DunningPolicy, Event, HoldReason, InterestRules, Ladder,
        Level, Purpose, Scope, Tone,
    },
    invoicing::{self, PaymentMethod, ReversalReason, Source},
};
use money::{Money, Stated};

use crate::{
    Command, ContactData, Dunning, Fact, HoldData, Outcome, Policy, RecordSending, Refusal, Report,
    RestoreCharges, Start, WaiveCharges,
};

pub(super) fn day(text: &str) -> NaiveDate {
    events::date::parse(text).unwrap()
}

pub(super) fn eur(text: &str) -> Money {
    format!("{text} EUR").parse().unwrap()
}

pub(super) fn word(text: &str) -> Reference {
    text.parse().unwrap()
}

pub(super) fn level(offset_days: i16, gap_days: u16, tone: Tone) -> Level {
    Level {
        offset_days,
        gap_days,
        tone,
        channels: vec![Channel::Email],
        template: None,
        approval: Approval::Automatic,
        minimums: Vec::new(),
        interest: false,
        fixed_sum: false,
        deadline_days: None,
        supply_block: 0,
    }
}

pub(super) fn ladder(name: &str, scope: Scope, levels: Vec<Level>) -> Ladder {
    Ladder { name: word(name), scope, levels, exhausted_after_days: None }
}

/// Reminders 5, 15 and 30 days past due, at least 7 days apart; given up 10 days after the last.
pub(super) fn rules() -> DunningPolicy {
    let levels = vec![
        level(5, 7, Tone::Reminder),
        level(15, 7, Tone::Firm),
        Level { deadline_days: Some(8), supply_block: 1, ..level(30, 7, Tone::Final) },
    ];
    let usual = Ladder { exhausted_after_days: Some(10), ..ladder("usual", Scope::Tenant, levels) };
    DunningPolicy {
        version: word("v1"),
        contact_gap_days: 3,
        unallocated_days: 4,
        ladders: vec![usual],
        ..DunningPolicy::default()
    }
}

pub(super) fn invoice(id: &str, gross: &str, due: &str) -> invoicing::Event {
    invoicing::Event::InvoiceIssued(Box::new(invoicing::Invoice {
        invoice: id.parse().unwrap(),
        number: None,
        issued_on: day("2026-01-02"),
        due_on: day(due),
        terms: None,
        gross: eur(gross),
        tax: None,
        order: None,
        contract: None,
        site: None,
        terms_version: None,
    }))
}

/// Cash that met no invoice.
pub(super) fn cash(id: &str, amount: &str, on: &str) -> invoicing::Event {
    invoicing::Event::PaymentReceived(Box::new(invoicing::Payment {
        payment: id.parse().unwrap(),
        amount: eur(amount),
        value_date: day(on),
        method: PaymentMethod::Transfer,
        designation: Vec::new(),
        references: Vec::new(),
        deposit: None,
    }))
}

pub(super) fn paid(id: &str, invoice: &str, amount: &str, on: &str) -> [invoicing::Event; 2] {
    let allocated = invoicing::Event::Allocated {
        source: Source::Payment(id.parse().unwrap()),
        invoice: invoice.parse().unwrap(),
        amount: eur(amount),
        rule: invoicing::Rule::Designated,
    };
    [cash(id, amount, on), allocated]
}

/// A credit note that met its invoice.
pub(super) fn credited(id: &str, invoice: &str, amount: &str, on: &str) -> [invoicing::Event; 2] {
    let note = format!(
        r#"{{"CreditNoteIssued":{{"credit_note":"{id}","invoice":"{invoice}","issued_on":"{on}","amount":"{amount} EUR","reason":"price"}}}}"#
    );
    let allocated = invoicing::Event::Allocated {
        source: Source::CreditNote(id.parse().unwrap()),
        invoice: invoice.parse().unwrap(),
        amount: eur(amount),
        rule: invoicing::Rule::Designated,
    };
    [serde_json::from_str(&note).unwrap(), allocated]
}

pub(super) fn bounced(id: &str, on: &str) -> invoicing::Event {
    invoicing::Event::PaymentReversed {
        payment: id.parse().unwrap(),
        reversed_on: day(on),
        reason: ReversalReason::Bounced,
    }
}

pub(super) fn dispute(id: &str, invoice: &str, amount: &str, on: &str) -> invoicing::Event {
    invoicing::Event::DisputeOpened(Box::new(invoicing::Dispute {
        dispute: id.parse().unwrap(),
        invoice: invoice.parse().unwrap(),
        amount: eur(amount),
        reason: invoicing::DisputeReason::Price,
        owner: None,
        opened_on: day(on),
    }))
}

pub(super) fn promise(id: &str, invoice: &str, until: &str) -> invoicing::Event {
    invoicing::Event::PromiseMade(Box::new(invoicing::Promise {
        promise: id.parse().unwrap(),
        amount: eur("10.00"),
        made_on: day("2026-02-01"),
        promised_for: day(until),
        invoices: vec![invoice.parse().unwrap()],
    }))
}

pub(super) fn hold(id: &str, from: &str, until: Option<&str>) -> Command {
    Command::PlaceHold(Box::new(HoldData {
        customer_id: "C-1".parse().unwrap(),
        hold_id: id.parse().unwrap(),
        reason: HoldReason::Legal,
        invoice_id: None,
        hold_date: day(from),
        until_date: until.map(day),
        placed_by: "desk-1".parse().unwrap(),
        note: None,
    }))
}

pub(super) fn call(id: &str, on: &str, result: ContactResult, reminder: Option<&str>) -> Command {
    Command::LogContact(Box::new(ContactData {
        customer_id: "C-1".parse().unwrap(),
        contact_id: id.parse().unwrap(),
        contact_date: day(on),
        channel: Channel::Call,
        result,
        reminder_id: reminder.map(|it| it.parse().unwrap()),
        logged_by: "desk-1".parse().unwrap(),
        note: None,
    }))
}

/// A company in France that asks for charges with its first reminder, 5 days past due.
pub(super) fn french() -> DunningPolicy {
    let claims = Level { interest: true, fixed_sum: true, ..level(5, 7, Tone::Firm) };
    DunningPolicy {
        interest: Some(InterestRules {
            jurisdiction: word("FR"),
            basis: word("default"),
            rate: None,
        }),
        ladders: vec![ladder("usual", Scope::Tenant, vec![claims])],
        ..rules()
    }
}

/// Charges on an invoice are given up: so much of the interest, or all of it, and the fixed sum.
pub(super) fn waive(invoice: &str, on: &str, interest: Option<&str>, fixed_sum: bool) -> Command {
    let all_interest = interest == Some("all");
    Command::WaiveCharges(Box::new(WaiveCharges {
        customer_id: "C-1".parse().unwrap(),
        invoice_id: invoice.parse().unwrap(),
        interest: interest.filter(|_| !all_interest).map(|it| Stated(eur(it))),
        all_interest,
        fixed_sum,
        waived_by: "desk-1".parse().unwrap(),
        waive_date: day(on),
        note: None,
    }))
}

pub(super) fn restore(invoice: &str, on: &str) -> Command {
    Command::RestoreCharges(RestoreCharges {
        customer_id: "C-1".parse().unwrap(),
        invoice_id: invoice.parse().unwrap(),
        restored_by: "desk-1".parse().unwrap(),
        restore_date: day(on),
    })
}

pub(super) fn start(reminder: &str, on: &str) -> Command {
    Command::Start(Start { reminder: reminder.parse().unwrap(), run: word("run-1"), on: day(on) })
}

pub(super) fn report(reminder: &str, run: &str, on: &str, outcome: Outcome) -> Command {
    Command::Report(Box::new(Report {
        reminder: reminder.parse().unwrap(),
        run: word(run),
        on: day(on),
        outcome,
    }))
}

pub(super) fn taken() -> Outcome {
    Outcome::Sent { proof: Some(word("250 ok")), rendering: None }
}

/// One customer, its journal and its day.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) dunning: Dunning,
    at: u64,
}

impl World {
    pub(super) fn new(rules: DunningPolicy) -> Self {
        Self { policy: Policy::try_new(rules).unwrap(), ..Self::default() }
    }

    pub(super) fn hears(&mut self, facts: impl IntoIterator<Item = impl Into<Fact>>) -> &mut Self {
        self.at += 1;
        self.dunning.stands_in(Some(self.at));
        for fact in facts {
            let fact = fact.into();
            self.policy.adopt(&fact);
            self.dunning.evolve(&fact);
            self.dunning.check().unwrap();
        }
        self.dunning.stands_in(None);
        self
    }

    /// What is called for on a day is said and heard back.
    pub(super) fn says(&mut self, today: &str) -> Vec<Event> {
        let mut all = Vec::new();
        while let Some(step) = self.policy.step(&self.dunning, day(today)) {
            let said = self.policy.decide(&self.dunning, step).unwrap();
            all.extend(said.clone());
            self.hears(said);
            assert!(all.len() < 100, "still talking: {all:?}");
        }
        all
    }

    #[track_caller]
    pub(super) fn on(&mut self, today: &str, expected: &[&str]) -> &mut Self {
        let said: Vec<_> = self.says(today).iter().map(short).collect();
        assert_eq!(said, expected, "on {today}");
        self
    }

    /// A command is answered, and what it led to is heard back.
    #[track_caller]
    pub(super) fn asks(&mut self, command: Command, expected: &[&str]) -> &mut Self {
        let said = self.policy.decide(&self.dunning, command).unwrap();
        let told: Vec<_> = said.iter().map(short).collect();
        assert_eq!(told, expected);
        self.hears(said)
    }

    pub(super) fn refuses(&mut self, command: Command) -> Refusal {
        self.policy.decide(&self.dunning, command).unwrap_err()
    }

    /// A person says that it left.
    #[track_caller]
    pub(super) fn sends_by_hand(&mut self, reminder: &str, on: &str) -> &mut Self {
        let command = Command::RecordSending(RecordSending {
            customer_id: "C-1".parse().unwrap(),
            reminder_id: reminder.parse().unwrap(),
            send_date: day(on),
            recorded_by: "desk-1".parse().unwrap(),
            channel: None,
            proof: None,
        });
        self.asks(command, &[&format!("sent {reminder}")])
    }

    /// What was planned on a day is sent on it.
    #[track_caller]
    pub(super) fn sends(&mut self, reminder: &str, on: &str) -> &mut Self {
        self.asks(start(reminder, on), &[&format!("starts {reminder}")]);
        assert!(self.policy.is_still_to_be_sent(&self.dunning, day(on)));
        self.asks(report(reminder, "run-1", on, taken()), &[&format!("sent {reminder}")])
    }
}

/// An event, told short.
pub(super) fn short(event: &Event) -> String {
    match event {
        Event::DunningPolicyAdopted(it) => format!("policy {}", it.version),
        Event::ReminderPlanned(it) => {
            let items = it.items.iter().map(|it| format!("{} {}", it.invoice, it.level));
            let items = items.collect::<Vec<_>>().join(", ");
            let said: &dyn std::fmt::Display = match &it.purpose {
                Purpose::Reminder => &it.tone,
                Purpose::Charges | Purpose::PlanConfirmation(_) => &it.purpose.word(),
            };
            format!("{} {said}: {items}", it.reminder)
        }
        Event::ReminderApproved { reminder, .. } => format!("agreed {reminder}"),
        Event::ReminderWithdrawn { reminder, why, .. } => format!("withdrawn {reminder} {why}"),
        Event::SendStarted { reminder, .. } => format!("starts {reminder}"),
        Event::ReminderSent { reminder, .. } => format!("sent {reminder}"),
        Event::ReminderFailed { reminder, next, .. } => match next {
            Some(next) => format!("failed {reminder}, next {next}"),
            None => format!("failed {reminder}"),
        },
        Event::ReminderUnknown { reminder, .. } => format!("unknown {reminder}"),
        Event::ReminderRegretted { reminder, invoice, why, .. } => {
            format!("regrets {reminder} {invoice} {why}")
        }
        Event::ReminderUpheld { reminder, invoice, .. } => format!("upholds {reminder} {invoice}"),
        Event::ChargesCorrected { reminder, invoice, interest, fixed_sum, .. } => {
            let or_nothing = |it: &Option<Money>| {
                it.map_or("nothing".to_owned(), |it| it.to_string().replace(" EUR", ""))
            };
            let (interest, fixed_sum) = (or_nothing(interest), or_nothing(fixed_sum));
            format!("corrects {reminder} {invoice}: {interest} and {fixed_sum}")
        }
        Event::ChargesWaived(it) => {
            let interest = it.interest.map(|it| it.to_string().replace(" EUR", " of interest"));
            let all = it.all_interest.then(|| "all interest".to_owned());
            let fixed = it.fixed_sum.then(|| "the fixed sum".to_owned());
            let what: Vec<_> = [interest, all, fixed].into_iter().flatten().collect();
            format!("waives {}: {}", it.invoice, what.join(", "))
        }
        Event::ChargesRestored { invoice, .. } => format!("restores {invoice}"),
        Event::LadderChosen { ladder, .. } => {
            format!("ladder {}", ladder.as_ref().map_or("of the policy", Reference::as_str))
        }
        Event::HoldPlaced(it) => format!("holds {}", it.hold),
        Event::HoldLifted { hold, .. } => format!("lifts {hold}"),
        Event::ContactLogged(it) => format!("contact {} {}", it.contact, it.result),
        Event::SupplyBlockSet { level, .. } => format!("block {level}"),
        Event::DunningExhausted { invoice, .. } => format!("exhausted {invoice}"),
        Event::ReminderPresented { reminder, result, .. } => {
            format!("presented {reminder} {result}")
        }
    }
}
