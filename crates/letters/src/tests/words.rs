//! What the shipped letters say.

use chrono::NaiveDate;
use money::{Currency, Money};
use rust_decimal::Decimal;

use super::{all, amounts, euros, source};
use crate::{
    Kind, Language, Refusal, Template, amount, date, date_short, percent, render, sample,
    sample::minimal, shipped,
};

#[test]
fn every_shipped_letter_says_every_amount_in_text_and_in_html() {
    for (kind, language) in all() {
        let template = shipped(kind, language).unwrap();
        for letter in [sample(kind, language), minimal(kind, language)] {
            let rendered = render(&template, &letter).unwrap();
            for amount in amounts(&letter) {
                assert!(rendered.text.contains(&amount), "{kind} {language}: {amount} in text");
                assert!(rendered.html.contains(&amount), "{kind} {language}: {amount} in HTML");
            }
            assert!(rendered.warnings.is_empty());
            assert!(!rendered.text.contains("\n\n\n"), "{}", rendered.text);
            for leftover in ["{{", "{%", "<p></p>", "undefined", "none", "None"] {
                assert!(!rendered.text.contains(leftover), "{leftover:?} in {}", rendered.text);
                assert!(!rendered.html.contains(leftover), "{leftover:?} in {}", rendered.html);
            }
            assert_eq!(rendered.html.matches("<p").count(), rendered.html.matches("</p>").count());
        }
    }
}

#[test]
fn a_formal_notice_names_the_sum_its_parts_the_deadline_the_basis_and_the_consequence() {
    let letter = sample(Kind::FinalDemand, Language::Fr);
    let template = shipped(Kind::FinalDemand, Language::Fr).unwrap();
    let text = render(&template, &letter).unwrap().text;
    for wanted in [
        "mettons en demeure",
        "Principal",
        "Intérêts de retard",
        "Indemnités forfaitaires",
        "4\u{a0}juin 2026",
        "1344 et 1231-6",
        "D.\u{a0}441-5",
        "tribunal",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    let letter = sample(Kind::FinalDemand, Language::De);
    let once = render(&shipped(letter.kind, letter.language).unwrap(), &letter).unwrap();
    let again = render(&shipped(letter.kind, letter.language).unwrap(), &letter).unwrap();
    assert_eq!(once, again);
    // Changes only with the words of the template, which then has another version.
    assert_eq!(once.hash, "549310776236ce34f3a73fcb1526c475f3e90433e7921aff4e51a8903ef08a2e");
    let mut other = letter.clone();
    other.reference = "R-2026-0043".to_owned();
    let template = shipped(letter.kind, letter.language).unwrap();
    assert_ne!(render(&template, &other).unwrap().hash, once.hash);
}

#[test]
fn amounts_are_written_as_the_language_does() {
    let thousand = euros(123_456);
    assert_eq!(amount(thousand, Language::Fr), "1\u{202f}234,56\u{a0}€");
    assert_eq!(amount(thousand, Language::En), "€1,234.56");
    assert_eq!(amount(thousand, Language::De), "1.234,56\u{a0}€");
    assert_eq!(amount(euros(-5), Language::En), "−€0.05");
    assert_eq!(amount(euros(100_000_000), Language::De), "1.000.000,00\u{a0}€");
    let pounds = Money::new(99_999, Currency::GBP);
    assert_eq!(amount(pounds, Language::En), "£999.99");
    let francs = Money::new(-123_456, Currency::CHF);
    assert_eq!(amount(francs, Language::En), "CHF\u{a0}−1,234.56");
    assert_eq!(amount(francs, Language::Fr), "−1\u{202f}234,56\u{a0}CHF");
    assert_eq!(amount(Money::new(1_500, Currency::JPY), Language::En), "JPY\u{a0}1,500");
    assert_eq!(amount(Money::new(1_500, Currency::KWD), Language::De), "1,500\u{a0}KWD");
}

#[test]
fn days_and_rates_are_written_as_the_language_does() {
    let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    assert_eq!(date(day, Language::Fr), "1er\u{a0}mars 2026");
    assert_eq!(date(day, Language::En), "1\u{a0}March 2026");
    assert_eq!(date(day, Language::De), "1.\u{a0}März 2026");
    assert_eq!(date_short(day, Language::De), "01.03.2026");
    let rate = Decimal::new(1_315, 2);
    assert_eq!(percent(rate, Language::Fr), "13,15\u{a0}%");
    assert_eq!(percent(rate, Language::En), "13.15%");
}

#[test]
fn a_letter_whose_sums_differ_from_its_lines_is_refused() {
    let template = shipped(Kind::Reminder, Language::En).unwrap();
    let good = sample(Kind::Reminder, Language::En);
    let refusal = |change: &dyn Fn(&mut crate::Letter)| {
        let mut letter = good.clone();
        change(&mut letter);
        render(&template, &letter).unwrap_err()
    };
    let field = |refusal: Refusal| {
        let Refusal::Sum { field, .. } = refusal else { panic!("{refusal}") };
        field
    };
    assert_eq!(field(refusal(&|it| it.totals.principal = euros(1))), "totals.principal");
    assert_eq!(field(refusal(&|it| it.totals.interest = euros(1))), "totals.interest");
    assert_eq!(field(refusal(&|it| it.totals.costs = euros(1))), "totals.costs");
    assert_eq!(field(refusal(&|it| it.totals.total = euros(1))), "totals.total");
    let yen = Money::new(100, Currency::JPY);
    let other = refusal(&|it| it.lines[1].open = yen);
    assert_eq!(other.to_string(), "lines[1] is in JPY, the total in EUR");
    let huge = refusal(&|it| it.lines[1].open = euros(i64::MAX));
    assert_eq!(huge, Refusal::OutOfRange);
}

#[test]
fn a_letter_that_lacks_something_says_what() {
    let missing = |kind, change: &dyn Fn(&mut crate::Letter)| {
        let mut letter = sample(kind, Language::En);
        change(&mut letter);
        let template = shipped(kind, Language::En).unwrap();
        render(&template, &letter).unwrap_err().to_string()
    };
    assert_eq!(
        missing(Kind::Reminder, &|it| it.recipient.name.clear()),
        "recipient.name is missing"
    );
    assert_eq!(
        missing(Kind::Reminder, &|it| it.sender.name = "\t ".into()),
        "sender.name is missing"
    );
    assert_eq!(missing(Kind::Reminder, &|it| it.lines.clear()), "lines is missing");
    assert_eq!(
        missing(Kind::Reminder, &|it| it.lines[2].invoice.clear()),
        "lines[2].invoice is missing"
    );
    assert_eq!(
        missing(Kind::FinalDemand, &|it| it.recipient.address.clear()),
        "recipient.address is missing"
    );
    assert_eq!(missing(Kind::FinalDemand, &|it| it.pay_by = None), "pay_by is missing");
    assert_eq!(missing(Kind::FinalDemand, &|it| it.clauses.clear()), "clauses is missing");
    assert_eq!(missing(Kind::InterestInvoice, &|it| it.interest.clear()), "interest is missing");
    assert_eq!(
        missing(Kind::PlanConfirmation, &|it| it.instalments.clear()),
        "instalments is missing"
    );
}

#[test]
fn nobody_is_asked_for_nothing() {
    let mut letter = minimal(Kind::Reminder, Language::En);
    letter.lines[0].disputed = letter.lines[0].open;
    letter.totals.principal = euros(0);
    letter.totals.total = euros(0);
    let template = shipped(Kind::Reminder, Language::En).unwrap();
    let refusal = render(&template, &letter).unwrap_err();
    assert_eq!(refusal, Refusal::NothingOwed { total: euros(0) });
}

#[test]
fn a_template_is_for_one_kind_and_one_language() {
    let template = shipped(Kind::Reminder, Language::En).unwrap();
    let refusal = render(&template, &sample(Kind::Reminder, Language::Fr)).unwrap_err();
    assert!(matches!(refusal, Refusal::OtherTemplate { .. }));
}

#[test]
fn a_tenant_may_write_loops_conditions_and_html_of_its_own() {
    let mut source = source(
        "{{ reference }}",
        "{% for line in lines %}\n{{ loop.index }}. {{ line.invoice }}{% if line.disputed %} ({{ line.disputed }} disputed){% endif %}\n\n{% endfor %}\n{{ lines | length }} {{ recipient.name | upper }} {{ lines[0].disputed | default('-') }}\n\nBye & thanks",
    );
    let letter = sample(Kind::Reminder, Language::En);
    let derived = render(&Template::try_new(source.clone()).unwrap(), &letter).unwrap();
    assert!(derived.text.contains("2. F-2026-0117 (€500.00 disputed)\n"), "{}", derived.text);
    assert!(derived.html.contains("Bye &amp; thanks</p>"), "{}", derived.html);
    assert!(derived.text.contains("3 CUSTOMER 17 -\n"), "{}", derived.text);
    source.html =
        Some("<ul>{% for line in lines %}<li>{{ line.invoice }}</li>{% endfor %}</ul>".into());
    let own = render(&Template::try_new(source).unwrap(), &letter).unwrap();
    assert!(own.html.contains("<ul><li>F-2026-0101</li><li>F-2026-0117</li>"), "{}", own.html);
}

#[test]
fn the_guide_names_everything_a_template_can_say_and_its_example_is_one() {
    let guide = include_str!("../../../../docs/letters.md");
    for name in crate::view::NAMES {
        assert!(guide.contains(&format!("`{name}`")), "docs/letters.md does not name {name}");
    }
    let example = guide.split("```").nth(1).unwrap();
    Template::try_new(source("Reminder", example)).unwrap();
}

#[test]
fn a_letter_names_the_page_where_the_customer_answers_if_there_is_one() {
    let page = "https://pay.example/acme.C-1.20261223.5f0c9a1e.0123456789abcdef0123456789abcdef";
    for (kind, language) in all() {
        let template = shipped(kind, language).unwrap();
        for letter in [sample(kind, language), minimal(kind, language)] {
            let without = render(&template, &letter).unwrap();
            let with = crate::Letter { portal: Some(page.to_owned()), ..letter };
            let with = render(&template, &with).unwrap();
            assert!(with.text.contains(page), "{kind} {language}: {}", with.text);
            assert!(with.html.contains(&format!("<a href=\"{page}\">{page}</a>")));
            assert!(!without.text.contains("https://") && without.hash != with.hash);
        }
    }
    // Whatever stands there is printed, and never more than that.
    let template = shipped(Kind::Reminder, Language::En).unwrap();
    let letter = sample(Kind::Reminder, Language::En);
    let hostile = "https://a.example/\"><script>".to_owned();
    let html = render(&template, &crate::Letter { portal: Some(hostile), ..letter }).unwrap().html;
    assert!(!html.contains("<script") && !html.contains("\"><s"), "{html}");
}
