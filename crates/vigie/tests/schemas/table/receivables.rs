//! What invoicing is asked.

use super::{Form, form};

pub(super) const FORMS: &[Form] = &[
    form(
        "invoicing",
        "dev.vigie.policy.adopted.v1",
        "Rules for receivables, for every customer",
        "terms: reference; small_balances?: [money]; match_references: flag; match_amounts: flag; subset_items_max: 0..20; waterfall: oldest_due|oldest_issued|largest_open|hold|statutory|insurer_oldest; promise_tolerance_days: 0..30; instalment_tolerance_days: 0..30; terms_law?: terms_law",
        false,
        &[
            r#"{"terms":"30 days","small_balances":["1.00 EUR"],"match_references":true,"match_amounts":true,"subset_items_max":12,"waterfall":"oldest_due","promise_tolerance_days":3,"instalment_tolerance_days":3,"terms_law":{"jurisdiction":"FR","kind":"periodic"}}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.terms.registered.v1",
        "Terms of sale, the tenant's or a customer's",
        "customer_id?: id; version: reference; document_hash: reference; from_date: date; reservation_of_title?: flag; acceleration?: flag; penalty_rate_percent?: decimal; jurisdiction?: reference; excludes_assignment?: flag",
        true,
        &[
            r#"{"version":"CGV-2026","document_hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","from_date":"2026-01-01","reservation_of_title":true,"acceleration":true,"penalty_rate_percent":"12.5","jurisdiction":"FR","excludes_assignment":true}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.customer.registered.v1",
        "A customer not known yet",
        "customer_id: id; outside_ids?: texts; parent_id?: id; siren?: text; vat_number?: text; payment_terms?: text; currency_code?: currency; language_code?: text; region_code?: text; segment?: reference; contact?: contact",
        true,
        &[
            r#"{"customer_id":"C-1","outside_ids":{"crm":"4711"},"parent_id":"C-0","siren":"404 833 048","vat_number":"FR 83 404 833 048","payment_terms":"30 days end of month","currency_code":"EUR","language_code":"fr","region_code":"FR","segment":"retail","contact":{"name":"Jane Doe SARL","email":"pay@example.com","phone":"+33 1 00 00 00 00","address_lines":["1 rue de la Paix","75002 Paris"]}}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.customer.amended.v1",
        "All that is to be known of a customer from now on",
        "customer_id: id; outside_ids?: texts; parent_id?: id; siren?: text; vat_number?: text; payment_terms?: text; currency_code?: currency; language_code?: text; region_code?: text; segment?: reference; contact?: contact",
        true,
        &[
            r#"{"customer_id":"C-1","outside_ids":{"crm":"4711"},"parent_id":"C-0","siren":"404 833 048","vat_number":"FR 83 404 833 048","payment_terms":"30 days end of month","currency_code":"EUR","language_code":"fr","region_code":"FR","segment":"retail","contact":{"name":"Jane Doe SARL","email":"pay@example.com","phone":"+33 1 00 00 00 00","address_lines":["1 rue de la Paix","75002 Paris"]}}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.invoice.issued.v1",
        "An invoice",
        "customer_id: id; invoice_id: id; number?: reference; issue_date: date; due_date?: date; payment_terms?: text; gross: amount; net?: amount; tax?: amount; order?: reference; contract?: reference; site?: reference; terms_version?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","invoice_id":"F-1001","number":"F 1001","issue_date":"2026-05-01","due_date":"2026-05-31","payment_terms":"30 days","gross":{"amount":"1190.00","currency":"EUR"},"net":{"amount":"1000.00","currency":"EUR"},"tax":{"amount":"190.00","currency":"EUR"},"order":"PO-7","contract":"K-3","site":"Lyon","terms_version":"CGV-2026"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.invoice.corrected.v1",
        "The whole of an invoice as it should have been",
        "customer_id: id; invoice_id: id; number?: reference; issue_date: date; due_date?: date; payment_terms?: text; gross: amount; net?: amount; tax?: amount; order?: reference; contract?: reference; site?: reference; terms_version?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","invoice_id":"F-1001","number":"F 1001","issue_date":"2026-05-01","due_date":"2026-05-31","payment_terms":"30 days","gross":{"amount":"1190.00","currency":"EUR"},"net":{"amount":"1000.00","currency":"EUR"},"tax":{"amount":"190.00","currency":"EUR"},"order":"PO-7","contract":"K-3","site":"Lyon","terms_version":"CGV-2026"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.invoice.cancelled.v1",
        "An invoice that should never have been",
        "customer_id: id; invoice_id: id; cancel_date: date",
        true,
        &[r#"{"customer_id":"C-1","invoice_id":"F-1001","cancel_date":"2026-05-02"}"#],
    ),
    form(
        "invoicing",
        "dev.vigie.creditnote.issued.v1",
        "A reduction of what is owed",
        "customer_id: id; credit_note_id: id; invoice_id?: id; issue_date: date; amount: amount; reason: return|price|quantity|quality|rebate|early_payment|goodwill|dispute|other",
        true,
        &[
            r#"{"customer_id":"C-1","credit_note_id":"A-1","invoice_id":"F-1001","issue_date":"2026-05-10","amount":{"amount":"1190.00","currency":"EUR"},"reason":"quantity"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.creditnote.cancelled.v1",
        "A credit note that should never have been",
        "customer_id: id; credit_note_id: id; cancel_date: date",
        true,
        &[r#"{"customer_id":"C-1","credit_note_id":"A-1","cancel_date":"2026-05-11"}"#],
    ),
    form(
        "invoicing",
        "dev.vigie.payment.received.v1",
        "Money in",
        "customer_id: id; payment_id: id; amount: amount; value_date: date; method: transfer|direct_debit|card|cheque|cash|bill|set_off|other; designations?: [designation]; references?: [reference]; remittance_text?: text; deposit?: flag; order?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","payment_id":"P-1","amount":{"amount":"1190.00","currency":"EUR"},"value_date":"2026-05-30","method":"transfer","designations":[{"invoice_id":"F-1001","amount":{"amount":"1190.00","currency":"EUR"}}],"references":["F 1001"],"remittance_text":"invoice F 1001","deposit":true,"order":"PO-7"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.payment.reversed.v1",
        "Money that did not stay",
        "customer_id: id; payment_id: id; reversal_date: date; reason: bounced|chargeback|booked_in_error",
        true,
        &[
            r#"{"customer_id":"C-1","payment_id":"P-1","reversal_date":"2026-06-02","reason":"bounced"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.refund.made.v1",
        "Unallocated money or credit that went back",
        "customer_id: id; refund_id: id; source: source; amount: amount; refund_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","refund_id":"R-1","source":{"payment":"P-1"},"amount":{"amount":"1190.00","currency":"EUR"},"refund_date":"2026-06-02"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.deposit.released.v1",
        "A deposit that becomes ordinary cash",
        "customer_id: id; payment_id: id; release_date: date",
        true,
        &[r#"{"customer_id":"C-1","payment_id":"P-1","release_date":"2026-06-02"}"#],
    ),
    form(
        "invoicing",
        "dev.vigie.allocation.made.v1",
        "A person's allocation",
        "customer_id: id; source: source; invoice_id: id; amount: amount",
        true,
        &[
            r#"{"customer_id":"C-1","source":{"credit_note":"A-1"},"invoice_id":"F-1001","amount":{"amount":"1190.00","currency":"EUR"}}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.allocation.withdrawn.v1",
        "A person takes an allocation back",
        "customer_id: id; source: source; invoice_id: id",
        true,
        &[r#"{"customer_id":"C-1","source":{"payment":"P-1"},"invoice_id":"F-1001"}"#],
    ),
    form(
        "invoicing",
        "dev.vigie.dispute.opened.v1",
        "A part of an invoice is contested",
        "customer_id: id; dispute_id: id; invoice_id: id; amount?: amount; reason: price|quantity|quality|delivery|duplicate|not_ordered|document|already_paid|other; owner?: id; open_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","dispute_id":"D-1","invoice_id":"F-1001","amount":{"amount":"1190.00","currency":"EUR"},"reason":"delivery","owner":"sales-1","open_date":"2026-05-20"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.dispute.resolved.v1",
        "A contest ended",
        "customer_id: id; dispute_id: id; outcome: credited|rejected|withdrawn|settled; resolve_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","dispute_id":"D-1","outcome":"credited","resolve_date":"2026-05-25"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.promise.made.v1",
        "The customer's word",
        "customer_id: id; promise_id: id; amount: amount; make_date: date; promise_date: date; invoice_ids?: [id]",
        true,
        &[
            r#"{"customer_id":"C-1","promise_id":"PR-1","amount":{"amount":"1190.00","currency":"EUR"},"make_date":"2026-06-01","promise_date":"2026-06-10","invoice_ids":["F-1001"]}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.promise.withdrawn.v1",
        "A promise no longer counts",
        "customer_id: id; promise_id: id; withdraw_date: date",
        true,
        &[r#"{"customer_id":"C-1","promise_id":"PR-1","withdraw_date":"2026-06-05"}"#],
    ),
    form(
        "invoicing",
        "dev.vigie.plan.agreed.v1",
        "A payment plan",
        "customer_id: id; plan_id: id; agree_date: date; invoice_ids: [id]; instalments: [instalment]",
        true,
        &[
            r#"{"customer_id":"C-1","plan_id":"PL-1","agree_date":"2026-06-01","invoice_ids":["F-1001"],"instalments":[{"due_date":"2026-07-01","amount":{"amount":"1190.00","currency":"EUR"}}]}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.plan.cancelled.v1",
        "A plan is called off",
        "customer_id: id; plan_id: id; cancel_date: date",
        true,
        &[r#"{"customer_id":"C-1","plan_id":"PL-1","cancel_date":"2026-06-20"}"#],
    ),
    form(
        "invoicing",
        "dev.vigie.writeoff.requested.v1",
        "A claim to be given up",
        "customer_id: id; write_off_id: id; invoice_id: id; amount?: amount; reason: uncollectible|insolvency|dispute|prescribed|goodwill|other; requested_by: id; request_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","write_off_id":"W-1","invoice_id":"F-1001","amount":{"amount":"1190.00","currency":"EUR"},"reason":"uncollectible","requested_by":"credit-1","request_date":"2026-12-01"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.writeoff.approved.v1",
        "A second person agrees to a write-off",
        "customer_id: id; write_off_id: id; approved_by: id; approve_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","write_off_id":"W-1","approved_by":"finance-1","approve_date":"2026-12-02"}"#,
        ],
    ),
    form(
        "invoicing",
        "dev.vigie.writeoff.rejected.v1",
        "A second person does not agree to a write-off",
        "customer_id: id; write_off_id: id; rejected_by: id; reject_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","write_off_id":"W-1","rejected_by":"finance-1","reject_date":"2026-12-02"}"#,
        ],
    ),
];
