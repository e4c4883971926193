//! Letters about nobody: what templates are tried on, and what a preview shows.

use chrono::{Days, NaiveDate};
use money::{Currency, Money};
use rust_decimal::Decimal;

use crate::{
    Clause, Credit, CreditKind, Instalment, InterestPeriod, Kind, Language, Letter, Line,
    Recipient, Sender, Totals, Window,
};

/// A letter of this kind and language with everything a letter can have. Its sums add up.
pub fn sample(kind: Kind, language: Language) -> Letter {
    let euros = |cents| Money::new(cents, Currency::EUR);
    let late = kind != Kind::PreDue;
    let today = if late { 139 } else { 25 };
    let line = |invoice: &str, issued: u64, open: i64, disputed: i64, interest: i64| Line {
        invoice: invoice.to_owned(),
        issued_on: day(issued),
        due_on: day(issued + 30),
        original: euros(open + 50_000),
        open: euros(open),
        disputed: euros(disputed),
        days_past_due: (day(today) - day(issued + 30)).num_days(),
        interest: euros(if late { interest } else { 0 }),
        fixed_sum: euros(if late { 4_000 } else { 0 }),
    };
    let [second, third] = if late { [20, 44] } else { [8, 15] };
    let lines = vec![
        line("F-2026-0101", 0, 123_456, 0, 4_438),
        line("F-2026-0117", second, 1_950_000, 50_000, 55_657),
        line("F-2026-0142", third, 8_905, 0, 190),
    ];
    let credits = vec![
        Credit {
            kind: CreditKind::CreditNote,
            document: "A-2026-0007".to_owned(),
            on: day(today - 15),
            amount: euros(12_000),
        },
        Credit {
            kind: CreditKind::UnallocatedCash,
            document: "VIR-88".to_owned(),
            on: day(today - 4),
            amount: euros(10_000),
        },
    ];
    let totals = Totals {
        principal: euros(2_010_361),
        interest: euros(if late { 60_285 } else { 0 }),
        costs: euros(if late { 12_000 } else { 0 }),
        total: euros(if late { 2_082_646 } else { 2_010_361 }),
    };
    let period = |invoice: &str, from: u64, base: i64, interest: i64| InterestPeriod {
        invoice: invoice.to_owned(),
        from: day(from),
        until: day(138),
        days: (day(139) - day(from)).num_days(),
        base: euros(base),
        rate: Decimal::new(1215, 2),
        source: "BCE 2026 S1 + 10".to_owned(),
        interest: euros(interest),
    };
    let interest = vec![
        period("F-2026-0101", 31, 123_456, 4_438),
        period("F-2026-0117", 51, 1_900_000, 55_657),
        period("F-2026-0142", 75, 8_905, 190),
    ];
    let instalments = [(170, 1_000_000), (200, 1_000_000), (230, 82_646)];
    let instalments =
        instalments.map(|(on, cents)| Instalment { due_on: day(on), amount: euros(cents) });
    Letter {
        kind,
        language,
        sender: Sender {
            name: "Tenant 1 SAS".to_owned(),
            address: vec!["1 rue de l’Exemple".to_owned(), "75000 Paris".to_owned()],
            mentions: vec![
                "SAS au capital de 10 000 € · RCS Paris 000 000 000".to_owned(),
                "TVA FR00000000000".to_owned(),
            ],
            iban: Some("FR7630006000011234567890189".to_owned()),
            bic: Some("XXXXFRPPXXX".to_owned()),
            email: Some("credit@tenant-1.example".to_owned()),
            phone: Some("+33 1 00 00 00 00".to_owned()),
            window: if language == Language::Fr { Window::Right } else { Window::Left },
        },
        recipient: Recipient {
            name: "Customer 17".to_owned(),
            address: vec!["17 Sample Street".to_owned(), "1000 Sample Town".to_owned()],
            contact: Some("Accounts payable".to_owned()),
            phone: Some("+33 2 00 00 00 00".to_owned()),
        },
        date: day(today),
        reference: "R-2026-0042".to_owned(),
        lines,
        credits,
        totals,
        pay_by: Some(day(today + 15)),
        interest: if kind == Kind::InterestInvoice { interest } else { Vec::new() },
        instalments: if kind == Kind::PlanConfirmation { instalments.into() } else { Vec::new() },
        clauses: clauses(language),
        payees: Vec::new(),
        portal: None,
    }
}

/// A letter of this kind and language with nothing it can be without.
pub(crate) fn minimal(kind: Kind, language: Language) -> Letter {
    let mut letter = sample(kind, language);
    letter.lines.truncate(1);
    letter.credits.clear();
    letter.interest.truncate(1);
    let nothing = Money::zero(Currency::EUR);
    let charged = kind == Kind::InterestInvoice;
    for line in &mut letter.lines {
        line.fixed_sum = nothing;
        if !charged {
            line.interest = nothing;
        }
    }
    let [principal, interest] = [123_456, if charged { 4_438 } else { 0 }];
    let euros = |cents| Money::new(cents, Currency::EUR);
    letter.totals = Totals {
        principal: euros(principal),
        interest: euros(interest),
        costs: nothing,
        total: euros(principal + interest),
    };
    letter.instalments.truncate(1);
    for instalment in &mut letter.instalments {
        instalment.amount = letter.totals.total;
    }
    letter.sender =
        Sender { name: letter.sender.name, address: letter.sender.address, ..Sender::default() };
    letter.recipient.contact = None;
    letter.recipient.phone = None;
    if kind != Kind::FinalDemand {
        letter.pay_by = None;
        letter.clauses.clear();
    }
    letter
}

fn clauses(language: Language) -> Vec<Clause> {
    match language {
        Language::Fr => {
            vec![Clause::FrLatePayment, Clause::FrFixedSum, Clause::FrFormalNotice]
        }
        Language::En => vec![Clause::EuLatePayment, Clause::EuFixedSum],
        Language::De => vec![Clause::DeDefault, Clause::DeLatePayment, Clause::DeFixedSum],
    }
}

/// So many days after 1 January 2026.
fn day(number: u64) -> NaiveDate {
    NaiveDate::default().checked_add_days(Days::new(20_454 + number)).unwrap_or_default()
}
