//! Names, subjects and templates that mean harm.

use proptest::prelude::*;

use super::{all, source};
use crate::{
    FIELD_CHARS_MAX, Fault, Kind, Language, Letter, Part, Refusal, SOURCE_BYTES_MAX,
    SUBJECT_CHARS_MAX, Template, Warning, clean, pdf, render, sample, shipped,
};

fn named(name: &str) -> Letter {
    let mut letter = sample(Kind::CallSheet, Language::En);
    name.clone_into(&mut letter.recipient.name);
    letter
}

fn call_sheet(letter: &Letter) -> crate::Rendered {
    render(&shipped(Kind::CallSheet, Language::En).unwrap(), letter).unwrap()
}

#[test]
fn a_customer_called_like_a_template_is_called_that() {
    let rendered = call_sheet(&named("{{ 7*7 }} {% for x in lines %} & Sons"));
    assert!(rendered.subject.contains("{{ 7*7 }} {% for x in lines %} & Sons"));
    assert!(rendered.text.contains("{{ 7*7 }} {% for x in lines %} & Sons"));
    assert!(rendered.html.contains("{{ 7*7 }} {% for x in lines %} &amp; Sons"));
}

#[test]
fn a_customer_called_like_markup_is_shown_as_text() {
    let rendered = call_sheet(&named("<script>alert(\"1\")</script>' onload='x"));
    assert!(!rendered.html.contains("<script"), "{}", rendered.html);
    assert!(!rendered.html.contains("onload='"), "{}", rendered.html);
    assert!(rendered.html.contains("&lt;script&gt;"));
    let mut letter = sample(Kind::Reminder, Language::En);
    letter.lines[0].invoice = "<b>1</b>".to_owned();
    letter.clauses = vec![crate::Clause::Own("<i>own</i>".to_owned())];
    letter.sender.mentions = vec!["<u>legal</u>".to_owned()];
    let html = render(&shipped(Kind::Reminder, Language::En).unwrap(), &letter).unwrap().html;
    for tag in ["<b>", "<i>", "<u>"] {
        assert!(!html.contains(tag), "{tag} in {html}");
    }
}

#[test]
fn line_breaks_and_control_characters_never_reach_a_subject() {
    let rendered =
        call_sheet(&named("Customer\r\nBcc: all@example.org\0\u{85}\u{2028}17\u{202e}x"));
    assert!(rendered.subject.starts_with("Call: Customer Bcc: all@example.org 17 x,"));
    assert!(!rendered.subject.chars().any(char::is_control));
}

#[test]
fn a_subject_of_ten_thousand_characters_is_cut_with_a_warning() {
    let written = source(&"long ".repeat(2_000), "Hello {{ recipient.name }}");
    let template = Template::try_new(written).unwrap();
    let letter = sample(Kind::Reminder, Language::En);
    let rendered = render(&template, &letter).unwrap();
    assert!(rendered.subject.chars().count() <= SUBJECT_CHARS_MAX);
    assert!(rendered.subject.ends_with('…'));
    assert_eq!(rendered.warnings, [Warning::SubjectCut { chars: 9_999 }]);
    assert_eq!(pdf(&template, &letter).unwrap().warnings, rendered.warnings);
}

#[test]
fn a_field_of_any_length_is_refused_by_name() {
    let letter = named(&"x".repeat(FIELD_CHARS_MAX + 1));
    let template = shipped(Kind::CallSheet, Language::En).unwrap();
    let refusal = render(&template, &letter).unwrap_err();
    assert_eq!(refusal, Refusal::TooLong { field: "recipient.name".to_owned() });
    let longest = named(&"W".repeat(FIELD_CHARS_MAX));
    assert_eq!(render(&template, &longest).unwrap().warnings.len(), 1);
    assert!(pdf(&template, &longest).unwrap().pages < 4);
}

#[test]
fn an_unknown_variable_is_named_with_its_template_and_line() {
    let fault = |text: &str| Template::try_new(source("x", text)).unwrap_err().to_string();
    assert_eq!(
        fault("Dear\n\n{{ recipient.nmae }}"),
        "template tenant.reminder, text, line 3: no letter has recipient.nmae"
    );
    assert_eq!(
        fault("{{ password }}"),
        "template tenant.reminder, text, line 1: no letter has password"
    );
    assert_eq!(
        fault("a\n{% for line in lines %}\n{{ line.amuont }}\n{% endfor %}"),
        "template tenant.reminder, text, line 3: no letter has line.amuont"
    );
}

#[test]
fn a_template_that_does_more_than_choose_and_place_is_refused() {
    for text in [
        "{% include 'etc/passwd' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% set x = lines %}",
        "{% macro x() %}{% endmacro %}",
        "{% filter upper %}x{% endfilter %}",
        "{% raw %}{{ x }}{% endraw %}",
        "{% for x in lines recursive %}{{ loop(lines) }}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ reference ~ reference }}",
        "{{ range(1000000) }}",
        "{{ reference.__class__ }}",
        "{{ reference | indent(1000000000) }}",
        "{{ sender.name.upper() }}",
        "{{ debug() }}",
        "{{ unclosed",
        "{% if count %}",
        "{# never closed",
        "{{ 'a' }}'}} {{ \"~ }}",
    ] {
        let fault = Template::try_new(source("x", text)).unwrap_err();
        assert!(matches!(fault, Fault::Syntax { .. } | Fault::Unknown { .. }), "{text}: {fault}");
    }
    let written = source("x", &"x".repeat(SOURCE_BYTES_MAX + 1));
    assert!(matches!(Template::try_new(written), Err(Fault::TooLarge { part: Part::Text, .. })));
    let mut written = source("x", "y");
    written.name = "../x".to_owned();
    assert!(matches!(Template::try_new(written), Err(Fault::Name { .. })));
}

#[test]
fn a_template_that_never_ends_runs_out_of_fuel() {
    let (open, close) = ("{% for a in lines %}".repeat(7), "{% endfor %}".repeat(7));
    let template = Template::try_new(source("x", &format!("{open}{{{{ a.invoice }}}}{close}")));
    let mut letter = sample(Kind::Reminder, Language::En);
    let refusal = match template {
        Err(fault) => fault.to_string(),
        Ok(template) => {
            let line = letter.lines[2].clone();
            letter.totals.total = letter.totals.total.minus(letter.totals.costs).unwrap();
            letter.totals.costs = super::euros(0);
            letter.lines.iter_mut().for_each(|it| it.fixed_sum = super::euros(0));
            letter.lines.extend((0..20).map(|_| crate::Line {
                open: super::euros(0),
                interest: super::euros(0),
                fixed_sum: super::euros(0),
                ..line.clone()
            }));
            render(&template, &letter).unwrap_err().to_string()
        }
    };
    assert!(refusal.contains("fuel"), "{refusal}");
}

#[test]
fn our_own_marks_cannot_be_forged() {
    assert_eq!(clean("a\u{e001}b\u{f8ff}c"), "a b c");
}

#[test]
fn all_shipped_templates_stand_any_name() {
    for (kind, language) in all() {
        let mut letter = sample(kind, language);
        letter.recipient.name = "Žluťoučký Ω Ъ {{x}} <&> \u{1f600}".to_owned();
        render(&shipped(kind, language).unwrap(), &letter).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_gives_a_letter_or_a_refusal(name in any::<String>(), invoice in "\\PC{0,60}") {
        let template = shipped(Kind::CallSheet, Language::En).unwrap();
        let mut letter = named(&name);
        letter.lines[0].invoice = invoice;
        if let Ok(rendered) = render(&template, &letter) {
            prop_assert!(!rendered.subject.chars().any(char::is_control));
            let _pages = pdf(&template, &letter).unwrap().pages;
        }
    }

    #[test]
    fn any_source_is_a_template_or_a_fault(text in "(\\{\\{|\\}\\}|\\{%|%\\}|\\{#|#\\}|'|\"|[a-z .]|if |for x in lines|endfor|endif|count|\\n){0,30}") {
        let _either = Template::try_new(source("x", &text));
    }
}
