//! What invoicing is asked about assigned receivables.

use super::{Form, form};

pub(super) const FORMS: &[Form] = &[
    form(
        "invoicing",
        "dev.vigie.facility.registered.v1",
        "An agreement with a factor or a bank",
        "facility_id: id; assignee: reference; kind: factoring|discount|pledge; currency_code: currency; recourse?: flag; funded_share?: decimal; reserve_share?: decimal; discount_rate_percent?: decimal; overdue_days_max?: 0..3650; customer_limit?: amount; excluded_customer_ids?: [id]; notifies?: flag; collects?: flag; payee?: reference",
        true,
        &[
            r#"{"facility_id":"FC-1","assignee":"Affacturage du Nord","kind":"factoring","currency_code":"EUR","recourse":false,"funded_share":"0.85","reserve_share":"0.15","overdue_days_max":30,"customer_limit":{"amount":"50000.00","currency":"EUR"},"excluded_customer_ids":["C-9"],"notifies":true,"collects":false,"payee":"nord"}"#,
            r#"{"facility_id":"FC-2","assignee":"Banque du Port","kind":"discount","currency_code":"EUR","recourse":true,"funded_share":"1","discount_rate_percent":"5","collects":true}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.offered.v1",
        "A receivable that an assignee may take",
        "customer_id: id; assignment_id: id; invoice_id: id; facility_id: id; amount?: amount; offer_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","assignment_id":"AS-1","invoice_id":"F-1001","facility_id":"FC-1","offer_date":"2026-05-02"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.offerended.v1",
        "An offer that came to nothing",
        "customer_id: id; assignment_id: id; end_date: date",
        true,
        &[r#"{"customer_id":"C-1","assignment_id":"AS-1","end_date":"2026-05-04"}"#],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.made.v1",
        "A receivable that an assignee has taken",
        "customer_id: id; assignment_id: id; invoice_id: id; facility_id: id; amount?: amount; assign_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","assignment_id":"AS-1","invoice_id":"F-1001","facility_id":"FC-1","amount":{"amount":"1190.00","currency":"EUR"},"assign_date":"2026-05-04"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.notified.v1",
        "A customer that was told to whom it owes now",
        "customer_id: id; assignment_id: id; notify_date: date; collects?: flag",
        true,
        &[
            r#"{"customer_id":"C-1","assignment_id":"AS-1","notify_date":"2026-05-10","collects":true}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.funded.v1",
        "Money of the assignee's in advance",
        "customer_id: id; assignment_id: id; amount?: amount; fee?: amount; fund_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","assignment_id":"AS-1","amount":{"amount":"1011.50","currency":"EUR"},"fee":{"amount":"11.90","currency":"EUR"},"fund_date":"2026-05-05"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.paid.v1",
        "A payment that came in with the assignee",
        "customer_id: id; assignment_id: id; payment_id: id; amount: amount; value_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","assignment_id":"AS-1","payment_id":"FC-P-1","amount":{"amount":"1190.00","currency":"EUR"},"value_date":"2026-06-01"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.passedon.v1",
        "Money that is the assignee's and was passed on",
        "customer_id: id; assignment_id: id; payment_id: id; pass_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","assignment_id":"AS-1","payment_id":"P-2001","pass_date":"2026-06-02"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.recourse.v1",
        "An assignee that wants its money back",
        "customer_id: id; assignment_id: id; ground: unpaid|dispute|dilution; costs?: amount; recourse_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","assignment_id":"AS-1","ground":"unpaid","costs":{"amount":"15.00","currency":"EUR"},"recourse_date":"2026-07-05"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.repurchased.v1",
        "A receivable that is the tenant's own again",
        "customer_id: id; assignment_id: id; amount?: amount; repurchase_date: date",
        true,
        &[r#"{"customer_id":"C-1","assignment_id":"AS-1","repurchase_date":"2026-07-08"}"#],
    ),
    form(
        "invoicing",
        "dev.vigie.assignment.settled.v1",
        "An assignment about which nothing is left to do",
        "customer_id: id; assignment_id: id; amount?: amount; settle_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","assignment_id":"AS-1","amount":{"amount":"166.60","currency":"EUR"},"settle_date":"2026-06-10"}"#,
        ],
    ),
];
