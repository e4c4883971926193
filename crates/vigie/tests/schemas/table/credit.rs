//! What risk is asked.

use super::{Form, form};

pub(super) const FORMS: &[Form] = &[
    form(
        "risk",
        "dev.vigie.creditpolicy.adopted.v1",
        "Rules for credit, for every customer",
        "currency: currency; rates?: [rate]; limit_without_request?: money; one_person_grants_up_to?: money; disputed_counts: flag; unallocated_cash_counts: flag; guarantees_count: flag; overdue_days_max?: 0..65535; overdue_amount_max?: money; order_amount_max?: money; orders_horizon_days?: 0..65535; deliveries_count?: flag; insured_part_counts?: flag; opinion_points_max?: 0..65535; rating_age_days_max?: 0..65535; broken_promise_days?: 0..65535; grade_min?: A|B|C|D|E; exception_days_max?: 0..65535; authorities?: [authority]; review_months?: [0..65535]; proposals?: [limit_rule]; scales?: [scale]; agencies?: [reference]; rating_days_by_grade?: [0..65535]; hold_doubtful_identity?: flag",
        false,
        &[
            r#"{"currency":"EUR","rates":[{"currency":"USD","rate":"0.9215","on":"2026-01-02"}],"limit_without_request":"1000.00 EUR","one_person_grants_up_to":"20000.00 EUR","disputed_counts":true,"unallocated_cash_counts":true,"guarantees_count":true,"overdue_days_max":30,"overdue_amount_max":"5000.00 EUR","order_amount_max":"100000.00 EUR","orders_horizon_days":30,"deliveries_count":true,"insured_part_counts":true,"broken_promise_days":30,"grade_min":"D","exception_days_max":14,"authorities":[{"person":"credit-1","amount_max":"20000.00 EUR"}],"review_months":[12,12,6,3,1],"agencies":["Altares","Creditsafe"],"rating_days_by_grade":[365,365,180,90,90],"hold_doubtful_identity":true}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.scorecard.proposed.v1",
        "A scorecard to run beside the one in force",
        "scorecard: scorecard; proposed_by: id; propose_date: date",
        true,
        &[
            r#"{"scorecard":{"scorecard":"acme-2026-11","base":{"points":500,"late":0,"late15":0,"late30":0,"days":0},"characteristics":[{"measure":"late_share","unknown":{"points":0,"late":0,"late15":0,"late30":0,"days":0},"bins":[{"below":200,"points":40,"late":-300,"late15":-300,"late30":-300,"days":-100},{"points":-40,"late":300,"late15":300,"late30":300,"days":100}]}],"grades":[700,600,500,400],"up_buffer":10,"up_after_days":30},"proposed_by":"credit-1","propose_date":"2026-11-02"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.scorecard.promoted.v1",
        "The scorecard that was proposed is to be in force",
        "scorecard: reference; approved_by: id; promote_date: date",
        true,
        &[r#"{"scorecard":"acme-2026-11","approved_by":"finance-1","promote_date":"2026-12-01"}"#],
    ),
    form(
        "risk",
        "dev.vigie.scorecard.withdrawn.v1",
        "The scorecard that was proposed is to run no more",
        "scorecard: reference; withdraw_date: date",
        true,
        &[r#"{"scorecard":"acme-2026-11","withdraw_date":"2026-12-01"}"#],
    ),
    form(
        "risk",
        "dev.vigie.limit.requested.v1",
        "A credit limit is asked for",
        "customer_id: id; limit_id: id; amount: amount; temporary?: flag; valid_from: date; valid_until?: date; requested_by: id; request_date: date; reason: reference",
        true,
        &[
            r#"{"customer_id":"C-1","limit_id":"L-1","amount":{"amount":"1190.00","currency":"EUR"},"temporary":false,"valid_from":"2026-01-01","valid_until":"2026-12-31","requested_by":"credit-1","request_date":"2026-01-01","reason":"review"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.limit.approved.v1",
        "A second person agrees to a limit",
        "customer_id: id; limit_id: id; approved_by: id; approve_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","limit_id":"L-1","approved_by":"finance-1","approve_date":"2026-01-02"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.limit.rejected.v1",
        "A second person does not agree to a limit",
        "customer_id: id; limit_id: id; rejected_by: id; reject_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","limit_id":"L-1","rejected_by":"finance-1","reject_date":"2026-01-02"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.limit.withdrawn.v1",
        "A limit no longer holds",
        "customer_id: id; limit_id: id; withdraw_date: date; reason: reference",
        true,
        &[
            r#"{"customer_id":"C-1","limit_id":"L-1","withdraw_date":"2026-06-01","reason":"late payments"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.guarantee.recorded.v1",
        "Somebody, or something, answers for the customer",
        "customer_id: id; guarantee_id: id; kind: surety|bank_guarantee|letter_of_credit|pledge|mortgage|credit_insurance; amount: amount; counts_for: decimal; valid_from: date; valid_until?: date; rank?: 0..255",
        true,
        &[
            r#"{"customer_id":"C-1","guarantee_id":"G-1","kind":"pledge","amount":{"amount":"1190.00","currency":"EUR"},"counts_for":"0.8","valid_from":"2026-01-01","valid_until":"2027-12-31","rank":1}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.guarantee.released.v1",
        "A guarantee no longer counts",
        "customer_id: id; guarantee_id: id; release_date: date",
        true,
        &[r#"{"customer_id":"C-1","guarantee_id":"G-1","release_date":"2026-06-01"}"#],
    ),
    form(
        "risk",
        "dev.vigie.order.placed.v1",
        "An order to be checked",
        "customer_id: id; order: reference; amount: amount; order_date: date; delivery_date?: date",
        true,
        &[
            r#"{"customer_id":"C-1","order":"PO-7","amount":{"amount":"1190.00","currency":"EUR"},"order_date":"2026-05-01","delivery_date":"2026-05-20"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.order.released.v1",
        "A held order is to pass against the policy",
        "customer_id: id; order: reference; approved_by: id; release_date: date; reason: reference",
        true,
        &[
            r#"{"customer_id":"C-1","order":"PO-7","approved_by":"finance-1","release_date":"2026-05-02","reason":"key account"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.order.closed.v1",
        "An order takes no headroom any more",
        "customer_id: id; order: reference; close_date: date",
        true,
        &[r#"{"customer_id":"C-1","order":"PO-7","close_date":"2026-06-01"}"#],
    ),
    form(
        "risk",
        "dev.vigie.rating.received.v1",
        "An agency has rated the customer",
        "customer_id: id; rating_id: id; agency: reference; scale: reference; model?: reference; raw: reference; as_of_date: date; receive_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","rating_id":"RT-1","agency":"SP","scale":"sp_long","model":"issuer","raw":"BBB+","as_of_date":"2026-05-01","receive_date":"2026-05-02"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.statement.filed.v1",
        "The customer's annual accounts",
        "customer_id: id; statement_id: id; closing_date: date; figures: figures; source: reference",
        true,
        &[
            r#"{"customer_id":"C-1","statement_id":"S-2025","closing_date":"2025-12-31","figures":{"total_assets":{"amount":"1190.00","currency":"EUR"}},"source":"register"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.reference.received.v1",
        "Another supplier says how it is paid",
        "customer_id: id; reference_id: id; supplier: reference; amount: amount; terms_days: 0..65535; days_beyond_terms: -32768..32767; as_of_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","reference_id":"TR-1","supplier":"S-12","amount":{"amount":"1190.00","currency":"EUR"},"terms_days":30,"days_beyond_terms":4,"as_of_date":"2026-05-01"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.opinion.given.v1",
        "A person adds to the customer's score, or takes from it",
        "customer_id: id; opinion_id: id; points: -2147483648..2147483647; author: id; reason: reference; opinion_date: date; valid_until: date",
        true,
        &[
            r#"{"customer_id":"C-1","opinion_id":"O-1","points":-20,"author":"credit-1","reason":"new management","opinion_date":"2026-05-01","valid_until":"2026-08-01"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.opinion.withdrawn.v1",
        "An opinion counts no longer",
        "customer_id: id; opinion_id: id; withdrawn_by: id; withdraw_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","opinion_id":"O-1","withdrawn_by":"credit-2","withdraw_date":"2026-06-01"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.notice.published.v1",
        "A court's or a register's decision was published",
        "customer_id: id; notice_id: id; kind: safeguard|receivership|liquidation|plan|closed_for_insufficient_assets|closed|struck_off|accounts_not_filed|other; publication_date: date; judgment_date?: date; court?: reference; source: reference",
        true,
        &[
            r#"{"customer_id":"C-1","notice_id":"N-1","kind":"receivership","publication_date":"2026-05-10","judgment_date":"2026-05-04","court":"Lyon","source":"BODACC"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.notice.lifted.v1",
        "A notice is not so any more, or never was",
        "customer_id: id; notice_id: id; lift_date: date; reason: reference",
        true,
        &[r#"{"customer_id":"C-1","notice_id":"N-1","lift_date":"2026-06-01","reason":"appeal"}"#],
    ),
    form(
        "risk",
        "dev.vigie.identity.checked.v1",
        "Somebody looked at who the customer is",
        "customer_id: id; check_id: id; check_date: date; source: reference; findings: [finding]",
        true,
        &[
            r#"{"customer_id":"C-1","check_id":"IC-1","check_date":"2026-05-10","source":"SIRENE","findings":[{"finding":"registration_inactive","note":"ceased in April"}]}"#,
            r#"{"customer_id":"C-1","check_id":"IC-2","check_date":"2026-05-12","source":"SIRENE","findings":[]}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.delivery.made.v1",
        "Something was delivered that is not invoiced yet",
        "customer_id: id; delivery_id: id; order?: reference; amount: amount; delivery_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","delivery_id":"DL-1","order":"PO-7","amount":{"amount":"1190.00","currency":"EUR"},"delivery_date":"2026-05-20"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.delivery.invoiced.v1",
        "A delivery was invoiced",
        "customer_id: id; delivery_id: id; invoice_id: id; invoice_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","delivery_id":"DL-1","invoice_id":"F-1001","invoice_date":"2026-05-25"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.delivery.closed.v1",
        "A delivery will not be invoiced",
        "customer_id: id; delivery_id: id; close_date: date",
        true,
        &[r#"{"customer_id":"C-1","delivery_id":"DL-1","close_date":"2026-05-25"}"#],
    ),
    form(
        "risk",
        "dev.vigie.group.joined.v1",
        "The customer belongs to another one",
        "customer_id: id; parent_id: id; share?: decimal; valid_from: date",
        true,
        &[r#"{"customer_id":"C-1","parent_id":"C-0","share":"0.6","valid_from":"2026-01-01"}"#],
    ),
    form(
        "risk",
        "dev.vigie.group.left.v1",
        "The customer does not belong to another one any more",
        "customer_id: id; parent_id: id; leave_date: date",
        true,
        &[r#"{"customer_id":"C-1","parent_id":"C-0","leave_date":"2026-06-01"}"#],
    ),
    form(
        "risk",
        "dev.vigie.profile.set.v1",
        "What portfolios are told apart by",
        "customer_id: id; sector?: reference; country?: text; segment?: reference",
        true,
        &[r#"{"customer_id":"C-1","sector":"62.01Z","country":"FR","segment":"retail"}"#],
    ),
    form(
        "risk",
        "dev.vigie.customer.reviewed.v1",
        "A person has looked at a customer",
        "customer_id: id; reviewed_by: id; review_date: date; reason: reference",
        true,
        &[
            r#"{"customer_id":"C-1","reviewed_by":"credit-1","review_date":"2026-05-10","reason":"visit"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.cover.requested.v1",
        "A credit insurer is asked",
        "customer_id: id; cover_id: id; insurer: reference; amount: amount; requested_by: id; request_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","cover_id":"CV-1","insurer":"insurer-1","amount":{"amount":"1190.00","currency":"EUR"},"requested_by":"credit-1","request_date":"2026-01-05"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.cover.granted.v1",
        "A credit insurer answers for a part of what is owed",
        "customer_id: id; cover_id: id; insurer: reference; policy: reference; kind: named|unnamed; amount: amount; quota: decimal; layer?: 0..255; valid_from: date; valid_until?: date",
        true,
        &[
            r#"{"customer_id":"C-1","cover_id":"CV-1","insurer":"insurer-1","policy":"POL-1","kind":"named","amount":{"amount":"1190.00","currency":"EUR"},"quota":"0.9","layer":1,"valid_from":"2026-01-10","valid_until":"2026-12-31"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.cover.refused.v1",
        "A credit insurer does not answer",
        "customer_id: id; cover_id: id; refusal_date: date; reason?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","cover_id":"CV-1","refusal_date":"2026-01-10","reason":"accounts"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.cover.reduced.v1",
        "A cover becomes less",
        "customer_id: id; cover_id: id; amount: amount; reduce_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","cover_id":"CV-1","amount":{"amount":"1190.00","currency":"EUR"},"reduce_date":"2026-03-01"}"#,
        ],
    ),
    form(
        "risk",
        "dev.vigie.cover.withdrawn.v1",
        "A cover ends",
        "customer_id: id; cover_id: id; withdraw_date: date; reason?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","cover_id":"CV-1","withdraw_date":"2026-04-01","reason":"losses"}"#,
        ],
    ),
];
