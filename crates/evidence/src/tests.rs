//! A small journal of several customers, and bundles of one of them.

mod laws;
mod stories;

use std::collections::BTreeMap;

use events::{Context, Draft, Hash, Partition, Sequence};
use serde_json::{Value, json};

use crate::{Beside, Files, Gathering, Heard, Purpose, SigningKey, make, unpack};

/// An entry of the journal of a test.
#[derive(Debug, Clone)]
struct Entry {
    context: Context,
    body: Vec<u8>,
}

const LETTER: &[u8] = b"Subject: Mahnung\r\n\r\nF-1 ist offen.\r\n";

/// One entry: its decisions, each of a customer or of the tenant.
fn entry(
    context: Context,
    heads: &mut BTreeMap<Context, Hash>,
    decisions: &[(Option<&str>, Value)],
) -> Entry {
    let mut draft = Draft::new();
    for (customer, events) in decisions {
        let customer = customer.map(|it| it.parse().unwrap());
        draft.open(customer.as_ref(), None, None).unwrap();
        for event in events.as_array().unwrap() {
            draft.add(event).unwrap();
        }
        draft.close().unwrap();
    }
    let body = draft.seal(heads.get(&context).copied().unwrap_or(Hash::NONE));
    heads.insert(context, Hash::of(&body));
    Entry { context, body }
}

fn issued(invoice: &str, gross: &str) -> Value {
    json!([{ "InvoiceIssued": {
        "invoice": invoice, "issued_on": "2026-05-01", "due_on": "2026-05-31", "gross": gross,
        "terms_version": "CGV-2026",
    }}])
}

/// Business of C-1 among that of others, also in the same entries.
fn journal() -> Vec<Entry> {
    use Context::{Alerts, Clock, Collection, Dunning, Invoicing, Risk};
    let terms = json!([{ "TermsRegistered": {
        "version": "CGV-2026", "document_hash": Hash::of(b"terms").hex(), "from": "2026-01-01",
        "reservation_of_title": true, "acceleration": false, "penalty_rate": null,
        "jurisdiction": null,
    }}]);
    let paid = json!([
        { "PaymentReceived": { "payment": "P-1", "amount": "400.00 EUR",
            "value_date": "2026-06-10", "method": "transfer" }},
        { "Allocated": { "source": { "payment": "P-1" }, "invoice": "F-1",
            "amount": "400.00 EUR", "rule": "waterfall" }},
    ]);
    let bounced = json!([{ "PaymentReversed": {
        "payment": "P-2", "reversed_on": "2026-06-20", "reason": "bounced" }}]);
    let lost = json!([{ "PaymentReceived": { "payment": "P-2", "amount": "800.00 EUR",
        "value_date": "2026-06-12", "method": "direct_debit" }}]);
    let planned = |of: &str| {
        json!([{ "ReminderPlanned": {
            "reminder": "reminder-1", "planned_on": "2026-06-15", "policy": "b2b",
            "ladder": "usual", "because": "tenant", "level": 1, "tone": "firm",
            "channel": "email", "template": "firm", "items": [{
                "invoice": of, "level": 1, "due_on": "2026-05-31", "open": "800.00 EUR" }],
        }}])
    };
    let sent = json!([{ "ReminderSent": {
        "reminder": "reminder-1", "on": "2026-06-15", "channel": "email", "proof": "250 ok",
        "rendering": { "template": "firm@1", "language": "de", "hash": Hash::of(LETTER).hex() },
    }}]);
    let presented = json!([{ "ReminderPresented": {
        "reminder": "reminder-1", "on": "2026-06-16", "result": "opened", "by": "clerk-1" }}]);
    let case = json!([{ "CaseOpened": {
        "case": "case-1", "why": "exhausted", "invoices": ["F-1"], "opened_on": "2026-06-30" }}]);
    let scored = json!([{ "Scored": {
        "scored_on": "2026-06-30", "scorecard": "card", "grade": "C", "grade_since": "2026-06-30",
        "sum": { "points": 480, "late": 700, "late15": -500, "late30": -1600, "days": 1150 },
        "chances": { "late": 1, "late15": 1, "late30": 1, "days": 1 }, "base": 480, "reasons": [],
    }}]);
    let day = |date: &str| json!([{ "DayOpened": { "date": date } }]);
    let mut heads = BTreeMap::new();
    let mut say = |context, decisions: &[_]| entry(context, &mut heads, decisions);
    vec![
        say(Clock, &[(None, day("2026-06-01"))]),
        say(Invoicing, &[(None, terms)]),
        say(Invoicing, &[(Some("C-1"), issued("F-1", "1200.00 EUR"))]),
        say(
            Invoicing,
            &[
                (Some("C-2"), issued("G-2", "77.00 EUR")),
                (Some("C-1"), paid),
                (Some("C-3"), issued("G-3", "78.00 EUR")),
                (Some("C-1"), lost),
            ],
        ),
        say(Invoicing, &[(Some("C-4"), issued("G-4", "79.00 EUR"))]),
        say(Invoicing, &[(Some("C-1"), bounced)]),
        say(Dunning, &[(Some("C-2"), planned("G-2")), (Some("C-1"), planned("F-1"))]),
        say(Dunning, &[(Some("C-1"), sent)]),
        say(Dunning, &[(Some("C-1"), presented)]),
        say(Collection, &[(Some("C-1"), case)]),
        say(Risk, &[(Some("C-1"), scored)]),
        say(Alerts, &[(Some("C-5"), json!([{ "Invented": {} }]))]),
        say(Clock, &[(None, day("2026-06-30"))]),
        say(Invoicing, &[(Some("C-5"), issued("G-5", "80.00 EUR"))]),
        say(Invoicing, &[(Some("C-1"), issued("F-6", "50.00 EUR"))]),
    ]
}

fn gathered(journal: &[Entry], purpose: Purpose, customer: &str) -> Gathering {
    let mut gathering = Gathering::new(purpose, customer.parse().unwrap(), Partition(0));
    for (number, entry) in (1..).zip(journal) {
        let recorded_at = "2026-07-01T06:00:00Z".parse().unwrap();
        let hash = Hash::of(&entry.body);
        let heard = Heard {
            sequence: Sequence(number),
            recorded_at,
            context: entry.context,
            hash,
            body: &entry.body,
        };
        gathering.hear(&heard).unwrap();
    }
    gathering
}

fn beside() -> Beside {
    Beside {
        tenant: "acme".parse().unwrap(),
        effective_on: events::date::parse("2026-06-30").unwrap(),
        other_heads: Vec::new(),
        contact: Some(json!({ "name": "Fournitures du Port" })),
        letters: BTreeMap::from([(Hash::of(LETTER), LETTER.to_vec())]),
    }
}

fn key() -> SigningKey {
    SigningKey::from_seed(&"42".repeat(32)).unwrap()
}

fn bundle(purpose: Purpose, key: Option<&SigningKey>) -> Files {
    let gathering = gathered(&journal(), purpose, "C-1");
    unpack(&make(&gathering, &beside(), key).unwrap()).unwrap()
}
