//! What collection is asked.

use super::{Form, form};

pub(super) const FORMS: &[Form] = &[
    form(
        "collection",
        "dev.vigie.collectionpolicy.adopted.v1",
        "Rules for collecting, for every customer",
        "version?: reference; jurisdiction?: reference; abroad?: flag; consumer_segments?: [reference]; carriage_segments?: [reference]; title_reserved?: flag; minimums?: [money]; leads?: [lead]; insurances?: [insurance_rules]; routes?: [route_terms]; collectors?: [collector]",
        true,
        &[
            r#"{"version":"2026-1","jurisdiction":"FR","abroad":false,"consumer_segments":["consumers"],"carriage_segments":["carriers"],"title_reserved":true,"minimums":["50.00 EUR"],"leads":[{"right":"claim_filing","days":[45,15,5,1]}],"insurances":[{"policy":"POLICY-1","extension":{"days":60},"notice_days":30,"handover_days":30,"claim_days":365,"waiting":{"months":5},"admitted_days":30,"declaration_minimum":"500.00 EUR","terms_max_days":120,"net_of_vat":true,"excluded_segments":["public"],"recoveries":"oldest"}],"routes":[{"route":"payment_order","fixed":"120.00 EUR","share":"0.05","days":120,"brings":"0.55"}],"collectors":[{"name":"agency-north","agreement":"agreement 2026-03","insurance":"liability 77-1","remits_in_days":30,"fees":[{"days_max":180,"amount_max":"5000.00 EUR","share":"0.15"},{"share":"0.25"}],"least_fee":"30.00 EUR"}]}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.case.opened.v1",
        "Receivables that a person wants to be collected by other means than reminders",
        "customer_id: id; invoice_ids: [id]; case_id?: id; opened_by: id; open_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","invoice_ids":["F-1001","F-1002","F-1003"],"opened_by":"credit-1","open_date":"2026-06-08"}"#,
            r#"{"customer_id":"C-1","invoice_ids":["F-1004"],"case_id":"case-1","opened_by":"credit-1","open_date":"2026-06-09"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.case.reduced.v1",
        "Receivables that leave a case and go on by themselves",
        "customer_id: id; case_id: id; invoice_ids: [id]; reduced_by: id; reduce_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","case_id":"case-1","invoice_ids":["F-1003"],"reduced_by":"credit-1","reduce_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.case.merged.v1",
        "A case that goes on in another one of the same customer",
        "customer_id: id; case_id: id; into_case_id: id; merged_by: id; merge_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","case_id":"case-2","into_case_id":"case-1","merged_by":"credit-1","merge_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.case.split.v1",
        "A part of a case that goes on by itself",
        "customer_id: id; case_id: id; invoice_ids: [id]; split_by: id; split_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","case_id":"case-1","invoice_ids":["F-1003"],"split_by":"credit-1","split_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.route.chosen.v1",
        "The way by which a case goes on",
        "customer_id: id; case_id: id; route: agency|small_claim|payment_order|interim|merits|mediation|arbitration|insurer|factor|insolvency|write_off; collector?: reference; chosen_by: id; choose_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","case_id":"case-1","route":"agency","collector":"agency-north","chosen_by":"credit-1","choose_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.case.withdrawn.v1",
        "A case that a person takes back; what is owed goes on being owed",
        "customer_id: id; case_id: id; withdrawn_by: id; withdraw_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","case_id":"case-1","withdrawn_by":"credit-1","withdraw_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.handover.planned.v1",
        "A case that is to be given to somebody who collects",
        "customer_id: id; case_id: id; collector: reference; placed_by: id; place_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","case_id":"case-1","collector":"agency-north","placed_by":"credit-1","place_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.handover.withdrawn.v1",
        "A placement that is not to be brought",
        "customer_id: id; placement_id: id; withdrawn_by: id; withdraw_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","placement_id":"placement-2","withdrawn_by":"credit-1","withdraw_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.errand.recorded.v1",
        "What became of an errand to a collector, as a person says",
        "customer_id: id; placement_id: id; errand: hand_over|recall; errand_date: date; why?: reference; proof?: reference; recorded_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","placement_id":"placement-1","errand":"hand_over","errand_date":"2026-06-08","proof":"registered letter 7","recorded_by":"credit-1"}"#,
            r#"{"customer_id":"C-1","placement_id":"placement-1","errand":"recall","errand_date":"2026-06-08","why":"nobody was there","recorded_by":"credit-1"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.placement.recalled.v1",
        "A placement that the collector is to stop",
        "customer_id: id; placement_id: id; recalled_by: id; recall_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","placement_id":"placement-1","recalled_by":"credit-1","recall_date":"2026-06-08"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.placement.accepted.v1",
        "A placement that the collector takes on",
        "customer_id: id; placement_id: id; accept_date: date; reference?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","placement_id":"placement-1","accept_date":"2026-06-08","reference":"D-77"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.placement.refused.v1",
        "A placement that the collector does not take on, or gives back",
        "customer_id: id; placement_id: id; refuse_date: date; why: reference",
        true,
        &[
            r#"{"customer_id":"C-1","placement_id":"placement-1","refuse_date":"2026-06-08","why":"the customer has gone"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.placement.reported.v1",
        "How a placement stands, as the collector says",
        "customer_id: id; placement_id: id; report_id: reference; report_date: date; status: working|reached|not_found|promises|proposes|contests|insolvent|ended; proposes?: [instalment]; note?: reference",
        true,
        &[
            r#"{"customer_id":"C-1","placement_id":"placement-1","report_id":"report 1","report_date":"2026-06-08","status":"proposes","proposes":[{"due_date":"2026-07-01","amount":{"amount":"500.00","currency":"EUR"}}],"note":"in two parts"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.remittance.announced.v1",
        "Money that a collector took in, and passes on",
        "customer_id: id; placement_id: id; remittance_id: id; collect_date: date; collected: [collected]; fee: amount; kept_back?: flag; payment_id?: id",
        true,
        &[
            r#"{"customer_id":"C-1","placement_id":"placement-1","remittance_id":"R-1","collect_date":"2026-06-08","collected":[{"invoice_id":"F-1001","amount":{"amount":"500.00","currency":"EUR"}}],"fee":{"amount":"75.00","currency":"EUR"},"kept_back":true,"payment_id":"P-1"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.insuranceclaim.lodged.v1",
        "What a credit insurer is asked to pay",
        "customer_id: id; claim_id: id; cover_id: id; cause: protracted_default|insolvency; lodge_date: date; lines: [claimed]; proof?: reference; lodged_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","claim_id":"IC-1","cover_id":"CV-1","cause":"protracted_default","lodge_date":"2026-06-08","lines":[{"invoice_id":"F-1001","amount":{"amount":"1190.00","currency":"EUR"}}],"proof":"file 7","lodged_by":"credit-1"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.insuranceclaim.answered.v1",
        "What an insurer says to a claim; without an amount it pays nothing",
        "customer_id: id; claim_id: id; answer_date: date; accepted?: amount; why?: reference; recorded_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","claim_id":"IC-1","answer_date":"2026-06-08","accepted":{"amount":"900.00","currency":"EUR"},"recorded_by":"credit-1"}"#,
            r#"{"customer_id":"C-1","claim_id":"IC-2","answer_date":"2026-06-08","why":"told too late","recorded_by":"credit-1"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.indemnity.paid.v1",
        "Money that an insurer paid for a claim",
        "customer_id: id; claim_id: id; number: reference; pay_date: date; amount: amount; payment_id?: id; recorded_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","claim_id":"IC-1","number":"IND-7","pay_date":"2026-06-08","amount":{"amount":"900.00","currency":"EUR"},"recorded_by":"credit-1"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.recoveryshare.passed.v1",
        "An insurer's part of what came in since it paid, passed on to it; below zero: given back by it",
        "customer_id: id; claim_id: id; number: reference; pass_date: date; amount: amount; recorded_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","claim_id":"IC-1","number":"SHARE-1","pass_date":"2026-06-08","amount":{"amount":"90.00","currency":"EUR"},"recorded_by":"credit-1"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.insuranceclaim.withdrawn.v1",
        "A claim to an insurer, or an indemnity or share of it, that was recorded by mistake",
        "customer_id: id; claim_id: id; number?: reference; withdraw_date: date; withdrawn_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","claim_id":"IC-1","number":"IND-7","withdraw_date":"2026-06-08","withdrawn_by":"credit-1"}"#,
            r#"{"customer_id":"C-1","claim_id":"IC-1","withdraw_date":"2026-06-08","withdrawn_by":"credit-1"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.act.recorded.v1",
        "Something that was done, and moves rights",
        "customer_id: id; act_id: id; kind: formal_demand|acknowledgement|lawsuit|lawsuit_ended|enforcement|title|mediation_begun|mediation_ended|order_requested|order_granted|order_refused|order_served|order_opposed|order_enforceable|small_claim_sent|small_claim_accepted|small_claim_failed|claim_declared|relief_requested|claim_admitted|goods_claimed|insolvency_plan_adopted|insolvency_plan_modified|insolvency_plan_resolved|insolvency_plan_completed|irrecoverability_certified|duplicate_sent|tax_relieved|insurer_notified|extension_agreed|insurer_handed_over|indemnity_claimed|indemnity_paid|guarantee_called; act_date: date; case_id?: id; invoice_ids?: [id]; follows_act_id?: id; notice_id?: id; cover_id?: id; guarantee_id?: id; amount?: amount; proof?: reference; dividends?: [dividend]; recorded_by: id",
        true,
        &[
            r#"{"customer_id":"C-1","act_id":"A-1","kind":"formal_demand","act_date":"2026-06-08","case_id":"case-1","invoice_ids":["F-1001"],"amount":{"amount":"1190.00","currency":"EUR"},"proof":"registered letter 8","recorded_by":"credit-1"}"#,
            r#"{"customer_id":"C-1","act_id":"A-2","kind":"claim_declared","act_date":"2026-06-08","notice_id":"N-1","recorded_by":"credit-1"}"#,
            r#"{"customer_id":"C-1","act_id":"A-3","kind":"order_served","act_date":"2026-06-08","follows_act_id":"A-4","recorded_by":"credit-1"}"#,
            r#"{"customer_id":"C-1","act_id":"A-5","kind":"insurer_notified","act_date":"2026-06-08","cover_id":"CV-1","recorded_by":"credit-1"}"#,
            r#"{"customer_id":"C-1","act_id":"A-6","kind":"guarantee_called","act_date":"2026-06-08","guarantee_id":"G-1","recorded_by":"credit-1"}"#,
            r#"{"customer_id":"C-1","act_id":"A-7","kind":"insolvency_plan_adopted","act_date":"2026-06-08","notice_id":"N-1","dividends":[{"due_date":"2027-06-08","percent":"10"},{"due_date":"2028-06-08","percent":"90"}],"recorded_by":"credit-1"}"#,
        ],
    ),
    form(
        "collection",
        "dev.vigie.act.withdrawn.v1",
        "An act that was recorded by mistake",
        "customer_id: id; act_id: id; withdrawn_by: id; withdraw_date: date",
        true,
        &[
            r#"{"customer_id":"C-1","act_id":"A-1","withdrawn_by":"credit-1","withdraw_date":"2026-06-08"}"#,
        ],
    ),
];
