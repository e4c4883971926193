use api::risk::{GetExposureResponse, GetOrderResponse, IdentityFinding, obstacle, order, way};

use crate::{
    answers::{amount, date, of_when, plain, word},
    paper::{Paper, Sheet, Tone},
};

pub(super) fn exposure(customer: &str, it: &GetExposureResponse) -> Paper {
    let mut paper = Paper::new(format!("Exposure to {customer}"));
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let told = it.exposure.clone().unwrap_or_default();
    for (name, money) in [
        ("not_due", &told.not_due_amount),
        ("overdue", &told.overdue_amount),
        ("disputed", &told.disputed_amount),
        ("assigned_with_recourse", &told.assigned_with_recourse_amount),
        ("contingent", &told.contingent_amount),
        ("assigned_without_recourse", &told.assigned_without_recourse_amount),
        ("unallocated", &told.unallocated_amount),
        ("deposits", &told.deposit_amount),
        ("deliveries", &told.delivery_amount),
        ("orders", &told.order_amount),
        ("later_orders", &told.later_order_amount),
        ("total", &told.total_amount),
        ("guarantees", &told.guarantee_amount),
        ("insured", &told.insured_amount),
        ("unsecured", &told.unsecured_amount),
        ("limit", &told.limit_amount),
        ("headroom", &told.headroom_amount),
    ] {
        paper.fact(name, amount(money.as_ref()));
    }
    paper
}

pub(super) fn order(it: &GetOrderResponse) -> Paper {
    let told = it.order.clone().unwrap_or_default();
    let mut paper = Paper::new(format!("Order {}", told.order));
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let state = order::State::try_from(told.state).unwrap_or_default();
    paper.fact("amount", amount(told.amount.as_ref()));
    paper.fact("order_date", date(told.order_date.as_ref()));
    paper.fact("delivery_date", date(told.delivery_date.as_ref()));
    paper.fact("adds_unsecured", amount(told.marginal_unsecured_amount.as_ref()));
    paper.fact("expected_loss", amount(told.expected_loss_amount.as_ref()));
    paper.fact("state", word(state.as_str_name(), "STATE_"));
    paper.fact("since", date(told.state_date.as_ref()));
    paper.fact("approved_by", told.approved_by);
    paper.fact("reason", told.reason);
    let mut against = Sheet::new("obstacles", "What speaks against it", &["obstacle", "what"]);
    for rule in told.obstacles.iter().filter_map(|it| it.rule.as_ref()) {
        let (name, what) = said(rule);
        against.row(Tone::Alarming, [name.into(), what.into()]);
    }
    paper.sheet(against);
    let mut ways = Sheet::new("ways", "What would let it pass", &["way", "what", "enough"]);
    for it in &told.ways {
        let Some(what) = &it.what else { continue };
        let (name, what) = way_out(what);
        let enough = if it.enough { "enough" } else { "not alone" };
        ways.row(Tone::Plain, [name.into(), what.into(), enough.into()]);
    }
    paper.sheet(ways);
    paper
}

fn money(it: Option<&api::Money>) -> String {
    it.map(|it| format!("{} {}", plain(it), it.currency_code)).unwrap_or_default()
}

pub fn said(rule: &obstacle::Rule) -> (&'static str, String) {
    match rule {
        obstacle::Rule::NoLimit(_) => ("no limit", String::new()),
        obstacle::Rule::OverLimit(it) => ("over the limit", money(it.excess_amount.as_ref())),
        obstacle::Rule::Overdue(it) => {
            ("overdue", format!("{} for {} days", it.invoice_id, it.days_past_due))
        }
        obstacle::Rule::OverdueAmount(it) => ("overdue amount", money(it.overdue_amount.as_ref())),
        obstacle::Rule::LargeOrder(_) => ("large order", String::new()),
        obstacle::Rule::BrokenPromises(it) => ("broken promises", it.promises.to_string()),
        obstacle::Rule::Graded(it) => {
            let grade = it.grade().as_str_name();
            ("grade", grade.trim_start_matches("GRADE_").to_owned())
        }
        obstacle::Rule::DoubtfulIdentity(it) => ("doubtful identity", finding(it.finding())),
        obstacle::Rule::NoRate(it) => ("no rate", it.currency_code.clone()),
    }
}

pub fn way_out(what: &way::What) -> (&'static str, String) {
    match what {
        way::What::DepositAmount(it) => ("deposit", money(Some(it))),
        way::What::PartAmount(it) => ("deliver a part", money(Some(it))),
        way::What::Payment(it) => {
            ("pay", format!("{}: {}", it.invoice_ids.join(", "), money(it.amount.as_ref())))
        }
        way::What::LimitAmount(it) => ("a limit of", money(Some(it))),
        way::What::IdentityCheck(it) => {
            let findings: Vec<_> = it.findings().map(finding).collect();
            let (sources, findings) = (it.sources.join(", "), findings.join(", "));
            ("check again", format!("{sources}: {findings}"))
        }
    }
}

/// `bank account changed`.
pub(super) fn finding(it: IdentityFinding) -> String {
    let name = it.as_str_name().trim_start_matches("IDENTITY_FINDING_");
    name.to_ascii_lowercase().replace('_', " ")
}
