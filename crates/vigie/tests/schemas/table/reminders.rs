//! What dunning is asked.

use super::{Form, form};

pub(super) const FORMS: &[Form] = &[
    form(
        "dunning",
        "dev.vigie.dunningpolicy.adopted.v1",
        "Rules for reminding, for every customer",
        "version?: reference; calendar?: reference; contact_gap_days?: 0..365; unallocated_days?: 0..365; word_days?: 0..365; stale_days?: 1..365; daily_max?: 0..4294967295; minimums?: [money]; interest?: interest; charges?: charges; confirm_plans?: confirmation; ladders?: [ladder]",
        true,
        &[
            r#"{"version":"2026-1","calendar":"FR","contact_gap_days":7,"unallocated_days":5,"word_days":5,"stale_days":14,"daily_max":500,"minimums":["15.00 EUR"],"interest":{"jurisdiction":"FR","basis":"contract","rate":"12.5"},"ladders":[{"name":"usual","scope":"tenant","levels":[{"offset_days":5,"tone":"reminder","channels":["email","letter"],"approval":"by_person"},{"offset_days":30,"gap_days":14,"tone":"final","channels":["registered_letter"],"template":"final","approval":"by_person","minimums":["100.00 EUR"],"interest":true,"fixed_sum":true,"deadline_days":8,"supply_block":1}],"exhausted_after_days":15},{"name":"calls","scope":"chosen","levels":[{"offset_days":5,"tone":"reminder","channels":["call"],"approval":"automatic"}]}]}"#,
            r#"{"version":"2026-3","interest":{"jurisdiction":"FR","basis":"default"},"charges":{"after_days":15,"within_days":365,"minimums":["25.00 EUR"],"channels":["email","letter"],"approval":"by_person"},"confirm_plans":{"within_days":30,"channels":["email"],"template":"plan_confirmation","approval":"automatic"}}"#,
            r#"{"version":"2026-2","ladders":[{"name":"public","scope":{"segment":"public"},"levels":[{"offset_days":15,"tone":"reminder","channels":["email"]}]}]}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.ladder.chosen.v1",
        "A ladder that a person chooses for a customer, or for an invoice",
        "customer_id: id; invoice_id?: id; ladder?: reference; chosen_by: id; choose_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","invoice_id":"F-1002","ladder":"calls","chosen_by":"credit-1","choose_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.hold.placed.v1",
        "A reason for which a customer, or an invoice, is not to be reminded",
        "customer_id: id; hold_id: id; reason: dispute|promise|plan|insolvency|legal|manual|unallocated_cash|says_paid|assigned; invoice_id?: id; hold_date: date; until_date?: date; placed_by: id; note?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","hold_id":"H-1","reason":"legal","invoice_id":"F-1001","hold_date":"2026-06-01","until_date":"2026-07-01","placed_by":"credit-1","note":"with the lawyers"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.hold.lifted.v1",
        "A hold whose reason has gone",
        "customer_id: id; hold_id: id; lift_date: date; lifted_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","hold_id":"H-1","lift_date":"2026-06-15","lifted_by":"credit-1"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.reminder.approved.v1",
        "A reminder that a person agrees to",
        "customer_id: id; reminder_id: id; approved_by: id; approve_date: date; channel?: email|letter|registered_letter|call|webhook; template?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","reminder_id":"reminder-1","approved_by":"credit-1","approve_date":"2026-06-08","channel":"email"}"#,
            r#"{"customer_id":"C-1","reminder_id":"reminder-1","approved_by":"credit-1","approve_date":"2026-06-08","template":"friends"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.reminder.withdrawn.v1",
        "A reminder that a person does not want, or not yet",
        "customer_id: id; reminder_id: id; withdrawn_by: id; withdraw_date: date; postpone_date?: date",
        true,
        &[
            r#"{"customer_id":"C-1","reminder_id":"reminder-1","withdrawn_by":"credit-1","withdraw_date":"2026-06-08","postpone_date":"2026-06-22"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.reminder.sent.v1",
        "A reminder that has left the building, as a person says",
        "customer_id: id; reminder_id: id; send_date: date; recorded_by: id; channel?: email|letter|registered_letter|call|webhook; proof?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","reminder_id":"reminder-1","send_date":"2026-06-08","recorded_by":"credit-1","channel":"email","proof":"250 ok"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.reminder.failed.v1",
        "A reminder that did not arrive, or was not sent",
        "customer_id: id; reminder_id: id; fail_date: date; why: reference; recorded_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","reminder_id":"reminder-1","fail_date":"2026-06-08","why":"mailbox full","recorded_by":"credit-1"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.contact.logged.v1",
        "Somebody spoke with a customer, or wrote to it",
        "customer_id: id; contact_id: id; contact_date: date; channel: email|letter|registered_letter|call|webhook; result: reached|no_answer|wrong_number|promises|says_paid|contests|refuses|asks_for_copy; reminder_id?: id; logged_by: id; note?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","contact_id":"K-1","contact_date":"2026-06-08","channel":"call","result":"no_answer","reminder_id":"reminder-1","logged_by":"credit-1","note":"call again at ten"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.reminder.presented.v1",
        "What whoever carried a reminder says of it",
        "customer_id: id; reminder_id: id; present_date: date; result: delivered|refused|unclaimed|opened; proof?: reference; recorded_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","reminder_id":"reminder-1","present_date":"2026-06-12","result":"unclaimed","proof":"RK 39 123 456 785 FR","recorded_by":"credit-1"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.charges.waived.v1",
        "Charges on an invoice that a person gives up; what is not stated stays as it was",
        "customer_id: id; invoice_id: id; interest?: amount; all_interest?: flag; fixed_sum?: flag; waived_by: id; waive_date: date; note?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","invoice_id":"F-1001","interest":{"amount":"12.50","currency":"EUR"},"fixed_sum":true,"waived_by":"credit-1","waive_date":"2026-07-03","note":"first time late"}"#,
            r#"{"customer_id":"C-1","invoice_id":"F-1001","all_interest":true,"waived_by":"credit-1","waive_date":"2026-07-03"}"#,
        ],
    ),
    form(
        "dunning",
        "dev.vigie.charges.restored.v1",
        "Charges on an invoice that were given up and are owed again",
        "customer_id: id; invoice_id: id; restored_by: id; restore_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","invoice_id":"F-1001","restored_by":"credit-1","restore_date":"2026-07-10"}"#,
        ],
    ),
];
