//! What risk is asked about hedges.

use super::{Form, form};

pub(super) const FORMS: &[Form] = &[
    form(
        "risk",
        "dev.vigie.hedge.registered.v1",
        "A hedge, as it was agreed",
        "hedge_id: id; kind: forward|option|swap|fx_insurance|prospection; counterparty: reference; amount: amount; rate?: decimal; quota?: decimal; trade_date: date; valid_from?: date; maturity_date: date; hedged?: hedged; note?: reference",
        true,
        &[
            r#"{"hedge_id":"HG-1","kind":"fx_insurance","counterparty":"Banque du Port","amount":{"amount":"250000.00","currency":"USD"},"rate":"0.9215","quota":"0.9","trade_date":"2026-01-12","valid_from":"2026-03-01","maturity_date":"2026-06-30","hedged":{"invoices":[{"customer_id":"C-1","invoice_id":"F-1001"}]},"note":"line 4"}"#,
            r#"{"hedge_id":"HG-2","kind":"forward","counterparty":"Banque du Port","amount":{"amount":"100000.00","currency":"USD"},"trade_date":"2026-01-12","maturity_date":"2026-06-30"}"#,
            r#"{"hedge_id":"HG-4","kind":"swap","counterparty":"Banque du Port","amount":{"amount":"40000.00","currency":"GBP"},"trade_date":"2026-01-12","maturity_date":"2026-09-30","hedged":{"orders":[{"customer_id":"C-1","order":"PO-9"}]}}"#,
            r#"{"hedge_id":"HG-5","kind":"prospection","counterparty":"Assurance du Large","amount":{"amount":"80000.00","currency":"EUR"},"quota":"0.65","trade_date":"2026-01-12","maturity_date":"2028-01-11","hedged":{"market":"JP"}}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.hedge.used.v1",
        "A part of a hedge that was used",
        "hedge_id: id; use_id: id; amount: amount; use_date: date; invoice?: hedged_invoice",
        true,
        &[
            r#"{"hedge_id":"HG-1","use_id":"U-1","amount":{"amount":"50000.00","currency":"USD"},"use_date":"2026-04-02","invoice":{"customer_id":"C-1","invoice_id":"F-1001"}}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.hedge.ended.v1",
        "A hedge that is over",
        "hedge_id: id; outcome: settled|sold|cancelled|lapsed; end_date: date; reason?: reference",
        true,
        &[
            r#"{"hedge_id":"HG-3","outcome":"lapsed","end_date":"2026-09-30","reason":"tender lost"}"#,
        ],
    ),
];
