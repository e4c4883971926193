//! What alerts is asked, and what is told.

use super::{Form, form};

pub(super) const FORMS: &[Form] = &[
    form(
        "alerts",
        "dev.vigie.alertpolicy.adopted.v1",
        "Rules for alerts, for every customer",
        "limit_nearly_percent?: 1..100; limit_margin_points?: 0..99; overdue_days?: 0..3650; dispute_days?: 0..3650; expiry_days?: 0..3650; news_days?: 1..3650; flap_days?: 0..365; portfolio?: portfolio; muted?: [limit_breached|limit_nearly|invoice_overdue|promise_broken|payment_bounced|dispute_ageing|order_held|limit_expiring|guarantee_expiring|cover_expiring|grade_dropped|behaviour_broke|insolvency_published|review_overdue|identity_doubtful|reminder_unknown|reminder_stuck|reminder_regretted|dunning_exhausted|supply_blocked|right_at_risk|right_lapsed|errand_unknown|concentration_crossed|dso_drifted|aging_breached]",
        false,
        &[
            r#"{"limit_nearly_percent":90,"limit_margin_points":5,"overdue_days":10,"dispute_days":30,"expiry_days":30,"news_days":30,"flap_days":3,"muted":["order_held"]}"#,
        ],
    ),
    form(
        "alerts",
        "dev.vigie.alert.acknowledged.v1",
        "Somebody has seen an alert",
        "customer_id?: id; alert_id: id; acknowledged_by: id; acknowledge_date: date; note?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","alert_id":"invoice_overdue-1","acknowledged_by":"credit-1","acknowledge_date":"2026-06-02","note":"called"}"#,
        ],
    ),
    form(
        "alerts",
        "dev.vigie.alert.assigned.v1",
        "Somebody is to look after an alert",
        "customer_id?: id; alert_id: id; assigned_to: id; assigned_by: id; assign_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","alert_id":"invoice_overdue-1","assigned_to":"credit-2","assigned_by":"credit-1","assign_date":"2026-06-02"}"#,
        ],
    ),
    form(
        "out",
        "dev.vigie.alerts.raised.v1",
        "A condition holds that a person should look at",
        "tenant_id: id; customer_id?: id; alert_id: id; kind: limit_breached|limit_nearly|invoice_overdue|promise_broken|payment_bounced|dispute_ageing|order_held|limit_expiring|guarantee_expiring|cover_expiring|grade_dropped|behaviour_broke|insolvency_published|review_overdue|concentration_crossed|dso_drifted|aging_breached|identity_doubtful|reminder_unknown|reminder_stuck|reminder_regretted|dunning_exhausted|supply_blocked|right_at_risk|right_lapsed|errand_unknown; severity: low|medium|high; position: place; reasons: [LIMIT_EXCEEDED|LIMIT_NEARLY_USED|PAST_DUE|PROMISE_NOT_KEPT|PROMISE_PARTLY_KEPT|PAYMENT_RETURNED|PAYMENT_CHARGED_BACK|DISPUTE_OPEN|NO_LIMIT|OVER_LIMIT|OVERDUE|OVERDUE_AMOUNT|LARGE_ORDER|NO_RATE|EXPIRES|GRADE_WORSE|PAYS_LATER|SAFEGUARD|RECEIVERSHIP|LIQUIDATION|STRUCK_OFF|BROKEN_PROMISES|GRADE_TOO_LOW|REVIEW_DUE|SINGLE_NAME|DSO_RISEN|LONG_OVERDUE|REGISTRATION_INACTIVE|REGISTRATION_UNKNOWN|BANK_ACCOUNT_CHANGED|DOMAIN_YOUNG|ADDRESS_MISMATCH|NAME_MISMATCH|OUTCOME_UNKNOWN|NO_CHANNEL_LEFT|REMINDED_SETTLED|REMINDED_NOT_DUE|REMINDED_CANCELLED|LADDER_ENDED|SUPPLY_BLOCKED|LAST_DAY_NEAR|LAST_DAY_PASSED]; about: about; raise_date: date; hold_date: date; amount?: amount; limit?: amount; subject_date?: date; invoice_id?: id; grade_before?: A|B|C|D|E; grade?: A|B|C|D|E; change?: change; level?: 1..255; evidence: [number]; again: flag",
        true,
        &[],
    ),
    form(
        "out",
        "dev.vigie.alerts.acknowledged.v1",
        "Somebody has seen an alert",
        "tenant_id: id; customer_id?: id; alert_id: id; kind: limit_breached|limit_nearly|invoice_overdue|promise_broken|payment_bounced|dispute_ageing|order_held|limit_expiring|guarantee_expiring|cover_expiring|grade_dropped|behaviour_broke|insolvency_published|review_overdue|concentration_crossed|dso_drifted|aging_breached|identity_doubtful|reminder_unknown|reminder_stuck|reminder_regretted|dunning_exhausted|supply_blocked|right_at_risk|right_lapsed|errand_unknown; severity: low|medium|high; position: place; acknowledged_by: id; acknowledge_date: date; note?: reference",
        true,
        &[],
    ),
    form(
        "out",
        "dev.vigie.alerts.assigned.v1",
        "Somebody looks after an alert",
        "tenant_id: id; customer_id?: id; alert_id: id; kind: limit_breached|limit_nearly|invoice_overdue|promise_broken|payment_bounced|dispute_ageing|order_held|limit_expiring|guarantee_expiring|cover_expiring|grade_dropped|behaviour_broke|insolvency_published|review_overdue|concentration_crossed|dso_drifted|aging_breached|identity_doubtful|reminder_unknown|reminder_stuck|reminder_regretted|dunning_exhausted|supply_blocked|right_at_risk|right_lapsed|errand_unknown; severity: low|medium|high; position: place; assigned_to: id; assigned_by: id; assign_date: date",
        true,
        &[],
    ),
    form(
        "out",
        "dev.vigie.alerts.cleared.v1",
        "The condition of an alert no longer holds",
        "tenant_id: id; customer_id?: id; alert_id: id; kind: limit_breached|limit_nearly|invoice_overdue|promise_broken|payment_bounced|dispute_ageing|order_held|limit_expiring|guarantee_expiring|cover_expiring|grade_dropped|behaviour_broke|insolvency_published|review_overdue|concentration_crossed|dso_drifted|aging_breached|identity_doubtful|reminder_unknown|reminder_stuck|reminder_regretted|dunning_exhausted|supply_blocked|right_at_risk|right_lapsed|errand_unknown; severity: low|medium|high; position: place; clear_date: date; why: ended|lapsed|policy_changed",
        true,
        &[],
    ),
    form(
        "out",
        "refused",
        "A command that was refused, with the reason and the original",
        "code: text; reason: text; field?: text; message: text; id?: text; subject: text; sequence: number; index?: number; received_at: time; original?: any; original_base64?: text; original_bytes?: number",
        false,
        &[],
    ),
    form(
        "out",
        "cloudevent",
        "A CloudEvent in structured mode",
        "specversion: version; id: text; source: text; type: text; subject?: text; time?: time; datacontenttype?: text; dataschema?: text; data: any",
        false,
        &[],
    ),
];
