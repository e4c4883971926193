//! Figures of a score, as a person says them.

use events::risk::Measure;

/// A figure in words, with its unit, by the word it has in answers.
pub(super) fn of(measure: &str, value: Option<i64>) -> String {
    let known = Measure::ALL.iter().find(|it| it.name() == measure);
    match (known, value) {
        (Some(known), Some(value)) => spoken(*known, value),
        (_, None) => format!("{measure} not known"),
        (None, Some(value)) => format!("{measure} {value}"),
    }
}

fn spoken(measure: Measure, value: i64) -> String {
    #[expect(clippy::wildcard_enum_match_arm, reason = "others say what they are themselves")]
    match measure {
        Measure::LateShare => {
            format!("{} of invoices late, the younger ones counting more", percent(value))
        }
        Measure::Late15Share => format!("{} of invoices more than 15 days late", percent(value)),
        Measure::Late30Share => format!("{} of invoices more than 30 days late", percent(value)),
        Measure::DaysBeyondTerms => format!("{} days beyond terms on average", hundredths(value)),
        Measure::Trend => {
            format!("the last three payments {} days later than those before", hundredths(value))
        }
        Measure::LastDaysBeyondTerms => {
            format!("{value} days beyond terms for what was settled last")
        }
        Measure::OldestOverdue if value == 0 => "nothing overdue".to_owned(),
        Measure::OldestOverdue => format!("the oldest open item {value} days overdue"),
        Measure::OverdueShare => format!("{} of what is open overdue", percent(value)),
        Measure::BrokenPromises => format!("{value} promises broken in twelve months"),
        Measure::Bounced => format!("{value} payments bounced in twelve months"),
        Measure::Utilisation => format!("{} of the credit limit used", percent(value)),
        Measure::Drop => format!("{} less invoiced than in the quarter before", percent(value)),
        Measure::Rating => {
            let grade = match value {
                1 => "A",
                2 => "B",
                3 => "C",
                4 => "D",
                _ => "E",
            };
            format!("{grade} by its worst agency rating")
        }
        Measure::AltmanZ => format!("Altman's Z'' of {}", thousandths(value)),
        Measure::ConanHolder => format!("a score of Conan and Holder of {}", thousandths(value)),
        Measure::Referenced => format!("{value} days beyond terms at other suppliers"),
        Measure::Opinion => format!("{value} points of analysts"),
        Measure::Notice => match value {
            0 => "no court's notice in force".to_owned(),
            1 => "a court's notice of safeguard".to_owned(),
            2 => "a court's notice of receivership".to_owned(),
            _ => "a court's notice of liquidation".to_owned(),
        },
        other => format!("{} {value} ({})", other.name(), other.description()),
    }
}

fn sign(value: i64) -> &'static str {
    if value < 0 { "-" } else { "" }
}

/// Thousandths, as a percentage.
fn percent(value: i64) -> String {
    let tenths = value.unsigned_abs();
    format!("{}{}.{} %", sign(value), tenths / 10, tenths % 10)
}

fn hundredths(value: i64) -> String {
    let it = value.unsigned_abs();
    format!("{}{}.{:02}", sign(value), it / 100, it % 100)
}

fn thousandths(value: i64) -> String {
    let it = value.unsigned_abs();
    format!("{}{}.{:03}", sign(value), it / 1_000, it % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_said_with_what_it_is() {
        for measure in Measure::ALL {
            let said = spoken(*measure, -1_234);
            assert!(said.contains(' ') && said.len() > 8, "{measure}: {said}");
        }
        assert_eq!(of("utilisation", Some(1_042)), "104.2 % of the credit limit used");
        assert_eq!(of("altman_z", Some(-41)), "Altman's Z'' of -0.041");
    }
}
