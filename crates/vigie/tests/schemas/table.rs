//! Every message, a line each: which type, what it says, its fields, and examples that are read.

mod assignments;
mod cases;
mod credit;
mod hedges;
mod receivables;
mod reminders;
mod told;

use super::form::Form;

/// Objects within others: their fields, and whether nothing else may stand there.
pub(crate) const PARTS: &[(&str, &str, bool)] = &[
    ("contact", "name?: line; email?: line; phone?: line; address_lines?: [line]", true),
    (
        "collector",
        "name: reference; agreement: reference; insurance: reference; remits_in_days: 1..365; fees: [fee_band]; least_fee?: money",
        true,
    ),
    ("claimed", "invoice_id: id; amount: amount", true),
    ("collected", "invoice_id: id; amount: amount", true),
    ("dividend", "due_date: date; percent: decimal", true),
    ("designation", "invoice_id: id; amount?: amount", true),
    ("fee_band", "days_max?: 0..65535; amount_max?: money; share: decimal", true),
    (
        "insurance_rules",
        "policy: reference; extension: span; notice_days?: 0..3650; handover_days: 0..3650; claim_days?: 0..3650; waiting?: span; admitted_days?: 0..3650; declaration_minimum?: money; terms_max_days?: 0..3650; net_of_vat?: flag; excluded_segments?: [reference]; recoveries?: oldest|as_booked",
        true,
    ),
    (
        "lead",
        "right: claim_filing|relief|title_claim|order_service|opposition|small_claim_answer|prescription|insurer_notice|extension|handover|indemnity_claim|indemnity|guarantee_call; days: [0..3650]",
        true,
    ),
    (
        "route_terms",
        "route: agency|small_claim|payment_order|interim|merits|mediation|arbitration|insurer|factor|insolvency|write_off; fixed?: money; share: decimal; days: 0..3650; brings: decimal",
        true,
    ),
    ("instalment", "due_date: date; amount: amount", true),
    ("terms_law", "jurisdiction: reference; kind?: ordinary|periodic|to_public_body", false),
    ("rate", "currency: currency; rate: decimal; on: date", false),
    ("authority", "person: id; amount_max?: money", true),
    ("change", "before: decimal; now: decimal", false),
    (
        "portfolio",
        "concentration_percent?: 1..100; dso_drift_percent?: 1..200; dso_drift_days?: 1..366; aging_percent?: 1..100",
        true,
    ),
    (
        "finding",
        "finding: registration_inactive|registration_unknown|bank_account_changed|domain_young|address_mismatch|name_mismatch; note?: reference",
        true,
    ),
    (
        "interest",
        "jurisdiction: reference; basis: default|consumer|floor|contract; rate?: decimal",
        true,
    ),
    (
        "charges",
        "after_days: 0..3650; within_days?: 1..3650; minimums?: [money]; channels: [email|letter|registered_letter|webhook]; template?: reference; approval?: automatic|by_person",
        true,
    ),
    (
        "confirmation",
        "within_days?: 1..3650; channels: [email|letter|registered_letter|webhook]; template?: reference; approval?: automatic|by_person",
        true,
    ),
    (
        "ladder",
        "name: reference; scope?: scope; levels: [level]; exhausted_after_days?: 0..65535",
        true,
    ),
    (
        "level",
        "offset_days: -365..3650; gap_days?: 0..3650; tone: courtesy|reminder|firm|final; channels: [email|letter|registered_letter|call|webhook]; template?: reference; approval?: automatic|by_person; minimums?: [money]; interest?: flag; fixed_sum?: flag; deadline_days?: 0..365; supply_block?: 0..255",
        true,
    ),
    ("limit_rule", "days_of_sales: 0..65535; amount_max: money", true),
    ("scale", "scale: reference; steps: [step]; highest: decimal", true),
    ("step", "at_least: decimal; grade: A|B|C|D|E", true),
    (
        "figures",
        "total_assets?: amount; current_assets?: amount; current_liabilities?: amount; total_liabilities?: amount; equity?: amount; retained_earnings?: amount; permanent_capital?: amount; receivables?: amount; cash?: amount; sales?: amount; operating_profit?: amount; gross_operating_surplus?: amount; financial_charges?: amount; staff_costs?: amount; value_added?: amount",
        true,
    ),
    (
        "hedged",
        "invoices?: [hedged_invoice]; orders?: [hedged_order]; customer_id?: id; tender?: reference; market?: reference",
        true,
    ),
    ("hedged_invoice", "customer_id: id; invoice_id: id", true),
    ("hedged_order", "customer_id: id; order: reference", true),
    (
        "weights",
        "points: number; late: number; late15: number; late30: number; days: number",
        false,
    ),
    (
        "bin",
        "below?: number; points: number; late: number; late15: number; late30: number; days: number",
        false,
    ),
    (
        "characteristic",
        "measure: late_share|late15_share|late30_share|days_beyond_terms|days_by_amount|trend|last_days_beyond_terms|days_before_last|days_of_last_three|typical_days|most_days|spread|settled|tenure|since_settled|open_items|oldest_overdue|overdue_share|usual_amount|broken_promises|bounced|disputed_share|utilisation|drop|amount|amount_to_usual|terms|habit|issue_day|waiting|together|rating|altman_z|conan_holder|current_ratio|debt_to_equity|referenced|opinion|notice; unknown: weights; bins: [bin]",
        false,
    ),
    (
        "cap",
        "measure: late_share|late15_share|late30_share|days_beyond_terms|days_by_amount|trend|last_days_beyond_terms|days_before_last|days_of_last_three|typical_days|most_days|spread|settled|tenure|since_settled|open_items|oldest_overdue|overdue_share|usual_amount|broken_promises|bounced|disputed_share|utilisation|drop|amount|amount_to_usual|terms|habit|issue_day|waiting|together|rating|altman_z|conan_holder|current_ratio|debt_to_equity|referenced|opinion|notice; from: number; grade: A|B|C|D|E",
        false,
    ),
    (
        "scorecard",
        "scorecard: reference; base: weights; characteristics: [characteristic]; grades: [number]; caps?: [cap]; up_buffer: number; up_after_days: 0..65535",
        false,
    ),
    (
        "about",
        "type: customer|group|currency|promise|payment|dispute|order|limit|guarantee|cover|notice|finding|reminder|invoice|right|placement; id?: text",
        false,
    ),
    ("place", "partition: 0..65535; sequence: number", false),
];

/// Every schema.
pub(crate) fn all() -> impl Iterator<Item = &'static Form> {
    let asked = receivables::FORMS.iter().chain(credit::FORMS).chain(reminders::FORMS);
    let asked = asked.chain(assignments::FORMS);
    let asked = asked.chain(hedges::FORMS);
    asked.chain(cases::FORMS).chain(told::FORMS)
}

const fn form(
    context: &'static str,
    name: &'static str,
    title: &'static str,
    fields: &'static str,
    strict: bool,
    examples: &'static [&'static str],
) -> Form {
    Form { name, title, context, fields, strict, examples }
}
