//! A dossier of one customer with two invoices, one of them paid in part and contested in part.

use chrono::NaiveDate;
use letters::Language;
use money::Money;
use rust_decimal::Decimal;

use crate::{
    Act, Allocation, Case, Collector, Contact, Dispute, Dossier, FORMAT, Fee, FeeBand,
    InterestLine, Mandate, Moment, Party, Placed, Placement, Presented, Promise, Receivable, Right,
    Sending, Statement, StatementLine, Terms, clauses, totals,
};

pub(super) fn eur(text: &str) -> Money {
    format!("{text} EUR").parse().unwrap()
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "a field that is known reads as such")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn line(from: &str, to: &str, days: i64, base: &str, interest: &str) -> InterestLine {
    InterestLine {
        from: day(from),
        to: day(to),
        days,
        days_of_year: 365,
        base: eur(base),
        rate: Decimal::new(1_215, 2),
        sources: vec!["C. com. art. L441-10, BCE".to_owned()],
        interest: eur(interest),
    }
}

pub(super) fn receivable(id: &str, gross: &str, paid: &str, disputed: &str) -> Receivable {
    let open = eur(gross).minus(eur(paid)).unwrap();
    Receivable {
        invoice: id.to_owned(),
        number: None,
        issued_on: day("2026-03-01"),
        due_on: day("2026-03-31"),
        payment_terms: some("30 days"),
        gross: eur(gross),
        open,
        disputed: eur(disputed),
        principal: open.minus(eur(disputed)).unwrap(),
        interest: eur("7.34"),
        interest_lines: vec![
            line("2026-04-01", "2026-04-10", 10, gross, "3.33"),
            line("2026-04-11", "2026-05-31", 51, gross, "4.01"),
        ],
        interest_waived: None,
        fixed_sum: eur("40.00"),
        fixed_sum_source: some("C. com. art. D441-5"),
        order: some("PO-7"),
        contract: None,
        site: None,
        terms_version: some("cgv-2025"),
    }
}

/// In French or in English.
#[expect(clippy::too_many_lines, reason = "a dossier has many parts")]
pub(super) fn dossier(language: Language) -> Dossier {
    let receivables = vec![
        receivable("F-1", "1190.00", "200.00", "90.00"),
        receivable("F-2", "500.00", "0.00", "0.00"),
    ];
    Dossier {
        format: FORMAT.to_owned(),
        placement: Placement {
            placement: "placement-1".to_owned(),
            planned_on: day("2026-05-31"),
            stage: "started".to_owned(),
            handed_over_on: None,
            reference: None,
            told: vec![Placed {
                invoice: "F-1".to_owned(),
                principal: eur("900.00"),
                interest: eur("7.34"),
                fixed_sum: eur("40.00"),
            }],
        },
        stated_on: day("2026-05-31"),
        known_at: Moment { partition: 0, sequence: 812 },
        language,
        creditor: Party {
            id: "acme".to_owned(),
            name: "Fournitures du Port".to_owned(),
            address: vec!["3 quai des Grues".to_owned(), "76600 Le Havre".to_owned()],
            mentions: vec!["SAS au capital de 120 000 €".to_owned()],
            iban: some("FR7630006000011234567890189"),
            ..Party::default()
        },
        customer: Party {
            id: "C-1".to_owned(),
            name: "Ateliers \"Lune\", SARL".to_owned(),
            address: vec!["1 rue du Four".to_owned()],
            siren: some("552100554"),
            ..Party::default()
        },
        collector: Collector {
            name: "agency-north".to_owned(),
            agreement: "agreement 2026-03".to_owned(),
        },
        case: Case {
            case: "case-1".to_owned(),
            why: "exhausted".to_owned(),
            opened_on: day("2026-05-20"),
            route: some("agency"),
            closed_on: None,
            invoices: vec!["F-1".to_owned(), "F-2".to_owned()],
        },
        mandate: mandate(language),
        totals: totals(&receivables).unwrap(),
        statement: vec![statement()],
        allocations: vec![Allocation {
            invoice: "F-1".to_owned(),
            on: day("2026-04-10"),
            kind: "payment".to_owned(),
            source: "P-1".to_owned(),
            amount: eur("200.00"),
            rule: "designated".to_owned(),
            recovery: false,
        }],
        contacts: vec![contact()],
        promises: vec![Promise {
            promise: "PR-1".to_owned(),
            made_on: day("2026-04-15"),
            promised_for: day("2026-04-30"),
            amount: eur("990.00"),
            invoices: vec!["F-1".to_owned()],
            state: "broken".to_owned(),
        }],
        disputes: vec![Dispute {
            dispute: "D-1".to_owned(),
            invoice: "F-1".to_owned(),
            amount: eur("90.00"),
            reason: "price".to_owned(),
            opened_on: day("2026-04-12"),
            resolved_on: None,
            outcome: None,
        }],
        terms: vec![Terms {
            version: "cgv-2025".to_owned(),
            document_sha256: "0".repeat(64),
            from: day("2025-01-01"),
            reservation_of_title: true,
            acceleration: false,
            penalty_rate: None,
            jurisdiction: some("FR"),
            invoices: vec!["F-1".to_owned(), "F-2".to_owned()],
        }],
        acts: vec![Act {
            act: "A-1".to_owned(),
            kind: "formal_demand".to_owned(),
            on: day("2026-05-10"),
            invoices: Vec::new(),
            amount: None,
            proof: some("RK 1A 123"),
        }],
        rights: vec![Right {
            kind: "prescription".to_owned(),
            about: "invoice F-1".to_owned(),
            counted_from: day("2026-03-31"),
            rule: "prescription FR 2008-06-19".to_owned(),
            last_day: Some(day("2031-03-31")),
            stake: vec![eur("990.00")],
            what_to_do: "Sue, or let the customer acknowledge the debt.".to_owned(),
        }],
        receivables,
    }
}

fn mandate(language: Language) -> Mandate {
    Mandate {
        agreement: "agreement 2026-03".to_owned(),
        insurance: "liability 77-1".to_owned(),
        remits_in_days: 30,
        fee_bands: vec![FeeBand {
            days_max: Some(180),
            amount_max: Some(eur("5000.00")),
            share: Decimal::new(15, 2),
        }],
        least_fee: Some(eur("30.00")),
        fees: vec![Fee {
            share: Decimal::new(15, 2),
            on: eur("1494.68"),
            if_all_is_paid: eur("224.20"),
        }],
        clauses: clauses("FR", language),
    }
}

fn statement() -> Statement {
    let line = |on, kind: &str, document: &str, amount, balance| StatementLine {
        on: day(on),
        kind: kind.to_owned(),
        document: document.to_owned(),
        number: None,
        amount: eur(amount),
        balance: eur(balance),
    };
    Statement {
        opening: eur("0.00"),
        lines: vec![
            line("2026-03-01", "invoice", "F-1", "1190.00", "1190.00"),
            line("2026-03-01", "invoice", "F-2", "500.00", "1690.00"),
            line("2026-04-10", "payment", "P-1", "-200.00", "1490.00"),
        ],
        closing: eur("1490.00"),
    }
}

fn contact() -> Contact {
    Contact {
        on: day("2026-05-02"),
        kind: "reminder".to_owned(),
        id: "reminder-2".to_owned(),
        channel: "registered_letter".to_owned(),
        said: "final".to_owned(),
        level: Some(3),
        invoices: vec!["F-1".to_owned(), "F-2".to_owned()],
        sending: Some(Sending {
            template: some("final_demand@2"),
            language: some("fr"),
            hash: some(&"a1".repeat(32)),
            proof: some("250 queued as 4F2"),
        }),
        presented: vec![Presented {
            on: day("2026-05-05"),
            result: "unclaimed".to_owned(),
            proof: None,
        }],
        deadline: Some(day("2026-05-10")),
        note: some("says, \"later\""),
    }
}
