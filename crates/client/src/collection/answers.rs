//! What collection answers, as papers.

use api::{
    Money,
    collection::{
        Act, Case, CaseReason, GetAdviceRequest, GetCasesRequest, ListCasesRequest,
        ListPlacementsRequest, ListRightsRequest, Placement, Right, RightKind, Route, RouteAdvice,
        collection_service_client::CollectionServiceClient, placement, right,
    },
};
use tonic::transport::Channel;

use super::days;
use crate::{
    Trouble,
    answers::{amount, date, of_when, plain, word},
    asked::Asked,
    paper::{Cell, Paper, Sheet, Tone},
    words::words,
};

/// Which cases.
#[derive(Debug, clap::Args)]
pub(crate) struct Cases {
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
    /// Opened for this reason: exhausted, person, insolvency or insurer; may be given more than once
    #[arg(long, value_parser = reason)]
    why: Vec<CaseReason>,
    /// By this way, such as agency; may be given more than once
    #[arg(long, value_parser = super::route)]
    route: Vec<Route>,
    /// Whether somebody else collects it, or is about to
    #[arg(long)]
    placed: Option<bool>,
}

/// Which rights.
#[derive(Debug, clap::Args)]
pub(crate) struct Rights {
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
    /// With their last day at most so many days ahead
    #[arg(long, value_parser = days)]
    days: Option<u32>,
    /// Of this kind, such as `claim_filing` or prescription; may be given more than once
    #[arg(long, value_parser = right_kind)]
    kind: Vec<RightKind>,
    /// Those that have lapsed too
    #[arg(long)]
    with_lapsed: bool,
}

/// Which placements.
#[derive(Debug, clap::Args)]
pub(crate) struct Placements {
    /// Given to this one
    #[arg(long)]
    collector: Option<String>,
    /// In this state: planned, started, failed, unknown, brought, accepted, refused, withdrawn or
    /// recalled; may be given more than once
    #[arg(long, value_parser = state)]
    state: Vec<placement::State>,
    /// Of one customer
    #[arg(long)]
    customer: Option<String>,
}

words! {
    reason CaseReason: "CASE_REASON", "reason for a case, such as exhausted or insolvency";
    right_kind RightKind: "RIGHT_KIND", "right that lapses, such as claim_filing or prescription";
    state placement::State: "STATE", "state of a placement, such as brought or accepted";
}

/// A customer's cases, and what was done.
pub(crate) async fn cases(
    asked: &Asked,
    channel: Channel,
    customer: &str,
) -> Result<Paper, Trouble> {
    let mut client = CollectionServiceClient::new(channel);
    let request = GetCasesRequest {
        tenant_id: asked.tenant()?,
        customer_id: customer.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
    };
    let answer = client.get_cases(request).await?.into_inner();
    let mut paper = Paper::new(format!("Cases of {customer}"));
    of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
    paper.sheet(case_rows("cases", "", &answer.cases));
    paper.sheet(claims(&answer.cases));
    let placements = answer.cases.iter().flat_map(|it| &it.placements).cloned();
    let placements: Vec<_> = placements.collect();
    paper.sheet(placement_rows("placements", "Given to collectors", &placements));
    paper.sheet(remittances(&placements));
    paper.sheet(acts(&answer.acts));
    Ok(paper)
}

fn case_rows(key: &'static str, title: &str, all: &[Case]) -> Sheet {
    let columns = [
        "customer",
        "case",
        "why",
        "opened",
        "route",
        "collector",
        "open",
        "interest",
        "fixed_sums",
        "invoices",
        "ended",
        "outcome",
    ];
    let mut sheet = Sheet::new(key, title, &columns);
    for it in all {
        let route = it.route.as_ref();
        let end = it.end.as_ref();
        let each = |pick: fn(&api::collection::CaseSum) -> Option<&Money>| {
            let amounts =
                it.sums.iter().filter_map(pick).filter(|it| it.units != 0 || it.nanos != 0);
            amounts.map(spelled).collect::<Vec<_>>().join(", ")
        };
        let invoices: Vec<_> = it.claims.iter().map(|it| it.invoice_id.as_str()).collect();
        sheet.row(
            if end.is_some() { Tone::Faint } else { Tone::Plain },
            [
                it.customer_id.as_str().into(),
                it.case_id.as_str().into(),
                word(it.why().as_str_name(), "CASE_REASON_"),
                date(it.open_date.as_ref()),
                route.map_or(Cell::Nothing, |it| word(it.route().as_str_name(), "ROUTE_")),
                route.map_or(Cell::Nothing, |it| it.collector.as_str().into()),
                each(|it| it.open_amount.as_ref()).into(),
                each(|it| it.interest_amount.as_ref()).into(),
                each(|it| it.fixed_sum_amount.as_ref()).into(),
                invoices.join(", ").into(),
                end.map_or(Cell::Nothing, |it| date(it.close_date.as_ref())),
                end.map_or(Cell::Nothing, |it| word(it.outcome().as_str_name(), "CASE_OUTCOME_")),
            ],
        );
    }
    sheet
}

fn claims(all: &[Case]) -> Sheet {
    let columns = ["case", "invoice", "due", "open", "disputed", "interest", "fixed_sum"];
    let mut sheet = Sheet::new("claims", "What is owed", &columns);
    for case in all {
        for it in &case.claims {
            let contested = it.disputed_amount.as_ref().filter(|it| it.units != 0 || it.nanos != 0);
            sheet.row(
                Tone::Plain,
                [
                    case.case_id.as_str().into(),
                    it.invoice_id.as_str().into(),
                    date(it.due_date.as_ref()),
                    amount(it.open_amount.as_ref()),
                    amount(contested),
                    amount(it.interest_amount.as_ref()),
                    amount(it.fixed_sum_amount.as_ref()),
                ],
            );
        }
    }
    sheet
}

fn placement_rows(key: &'static str, title: &str, all: &[Placement]) -> Sheet {
    let columns = [
        "customer",
        "placement",
        "case",
        "collector",
        "state",
        "planned",
        "answered",
        "reference",
        "claims",
        "last_report",
    ];
    let mut sheet = Sheet::new(key, title, &columns);
    for it in all {
        use placement::State;
        let tone = match it.state() {
            State::Unknown | State::Failed => Tone::Alarming,
            State::Withdrawn | State::Refused | State::Recalled => Tone::Faint,
            State::Unspecified
            | State::Planned
            | State::Started
            | State::Brought
            | State::Accepted => Tone::Plain,
        };
        let claims = it.claims.iter().map(|it| {
            let principal = it.principal_amount.as_ref().map(spelled).unwrap_or_default();
            format!("{} {principal}", it.invoice_id)
        });
        let report = it.reports.last();
        let report =
            report.map_or(Cell::Nothing, |it| word(it.status().as_str_name(), "COLLECTOR_STATUS_"));
        sheet.row(
            tone,
            [
                it.customer_id.as_str().into(),
                it.placement_id.as_str().into(),
                it.case_id.as_str().into(),
                it.collector.as_str().into(),
                word(it.state().as_str_name(), "STATE_"),
                date(it.plan_date.as_ref()),
                date(it.answer_date.as_ref()),
                it.reference.as_str().into(),
                claims.collect::<Vec<_>>().join(", ").into(),
                report,
            ],
        );
    }
    sheet
}

fn remittances(all: &[Placement]) -> Sheet {
    let columns = [
        "placement",
        "remittance",
        "collected_on",
        "collected",
        "fee",
        "fee_by_scale",
        "kept_back",
        "payment",
        "in_the_books",
        "due",
        "passed_on",
    ];
    let mut sheet = Sheet::new("remittances", "Money taken in", &columns);
    for placement in all {
        for it in &placement.remittances {
            let books = it.booked_amount.is_none() || it.booked_amount == it.collected_amount;
            let agrees = books && !it.late;
            sheet.row(
                if agrees { Tone::Plain } else { Tone::Alarming },
                [
                    placement.placement_id.as_str().into(),
                    it.remittance_id.as_str().into(),
                    date(it.collect_date.as_ref()),
                    amount(it.collected_amount.as_ref()),
                    amount(it.fee_amount.as_ref()),
                    amount(it.scale_fee_amount.as_ref()),
                    it.kept_back.into(),
                    it.payment_id.as_str().into(),
                    amount(it.booked_amount.as_ref()),
                    date(it.due_date.as_ref()),
                    date(it.pass_on_date.as_ref()),
                ],
            );
        }
    }
    sheet
}

fn acts(all: &[Act]) -> Sheet {
    let columns =
        ["act", "kind", "date", "case", "about", "answers", "amount", "proof", "recorded_by"];
    let mut sheet = Sheet::new("acts", "What was done", &columns);
    for it in all {
        let answers = [&it.follows_act_id, &it.notice_id, &it.cover_id, &it.guarantee_id];
        let answers = answers.into_iter().filter(|it| !it.is_empty()).cloned();
        sheet.row(
            Tone::Plain,
            [
                it.act_id.as_str().into(),
                word(it.kind().as_str_name(), "ACT_KIND_"),
                date(it.act_date.as_ref()),
                it.case_id.as_str().into(),
                it.invoice_ids.join(", ").into(),
                answers.collect::<Vec<_>>().join(", ").into(),
                amount(it.amount.as_ref()),
                it.proof.as_str().into(),
                it.recorded_by.as_str().into(),
            ],
        );
    }
    sheet
}

/// Open cases, page by page.
pub(crate) async fn list(
    asked: &Asked,
    which: &Cases,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = CollectionServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListCasesRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        reasons: which.why.iter().map(|it| i32::from(*it)).collect(),
        routes: which.route.iter().map(|it| i32::from(*it)).collect(),
        placed: which.placed,
        customer_id: which.customer.clone().unwrap_or_default(),
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.list_cases(request.clone()).await?.into_inner();
        all.extend(answer.cases.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} open cases", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(case_rows("cases", "", &all));
    Ok(paper)
}

/// What was given to collectors, page by page.
pub(crate) async fn placements(
    asked: &Asked,
    which: &Placements,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = CollectionServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListPlacementsRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        collector: which.collector.clone().unwrap_or_default(),
        states: which.state.iter().map(|it| i32::from(*it)).collect(),
        customer_id: which.customer.clone().unwrap_or_default(),
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.list_placements(request.clone()).await?.into_inner();
        all.extend(answer.placements.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} placements", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(placement_rows("placements", "", &all));
    Ok(paper)
}

/// Rights that are about to lapse, page by page.
pub(crate) async fn rights(
    asked: &Asked,
    which: &Rights,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = CollectionServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListRightsRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        kinds: which.kind.iter().map(|it| i32::from(*it)).collect(),
        days: which.days,
        with_lapsed: which.with_lapsed,
        customer_id: which.customer.clone().unwrap_or_default(),
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.list_rights(request.clone()).await?.into_inner();
        all.extend(answer.rights.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} rights", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(right_rows(&all));
    Ok(paper)
}

/// Within so many days a last day asks for attention.
const NEAR: i32 = 7;

fn right_rows(all: &[Right]) -> Sheet {
    let columns = [
        "customer",
        "right",
        "about",
        "last_day",
        "days_left",
        "state",
        "stake",
        "rule",
        "what_to_do",
    ];
    let mut sheet = Sheet::new("rights", "", &columns);
    for it in all {
        let near = it.days_left.is_some_and(|left| left <= NEAR) && !it.theirs;
        let about = match &it.subject {
            Some(right::Subject::InvoiceId(id)) => format!("invoice {id}"),
            Some(right::Subject::NoticeId(id)) => format!("notice {id}"),
            Some(right::Subject::ActId(id)) => format!("act {id}"),
            Some(right::Subject::CoverId(id)) => format!("cover {id}"),
            Some(right::Subject::GuaranteeId(id)) => format!("guarantee {id}"),
            None => String::new(),
        };
        let stake: Vec<_> = it.stake_amounts.iter().map(spelled).collect();
        sheet.row(
            if near { Tone::Alarming } else { Tone::Plain },
            [
                it.customer_id.as_str().into(),
                word(it.kind().as_str_name(), "RIGHT_KIND_"),
                about.into(),
                date(it.deadline_date.as_ref()),
                it.days_left.map_or(Cell::Nothing, Cell::from),
                word(it.state().as_str_name(), "STATE_"),
                stake.join(", ").into(),
                it.rule.as_str().into(),
                it.what_to_do.as_str().into(),
            ],
        );
    }
    sheet
}

/// By which ways a case may go on.
pub(crate) async fn advice(
    asked: &Asked,
    channel: Channel,
    customer: &str,
    case: &str,
) -> Result<Paper, Trouble> {
    let mut client = CollectionServiceClient::new(channel);
    let request = GetAdviceRequest {
        tenant_id: asked.tenant()?,
        customer_id: customer.to_owned(),
        case_id: case.to_owned(),
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
    };
    let answer = client.get_advice(request).await?.into_inner();
    let mut paper = Paper::new(format!("Ways for {case} of {customer}"));
    of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
    let sums = answer.case.iter().flat_map(|it| &it.sums);
    let open: Vec<_> = sums.filter_map(|it| it.open_amount.as_ref()).map(spelled).collect();
    paper.fact("open", open.join(", "));
    paper.sheet(ways(&answer.routes));
    Ok(paper)
}

fn ways(all: &[RouteAdvice]) -> Sheet {
    let columns = [
        "route",
        "possible",
        "for",
        "against",
        "ruled_out_by",
        "costs",
        "brings",
        "days",
        "learned_from",
        "rights_at_risk",
    ];
    let mut sheet = Sheet::new("routes", "", &columns);
    for it in all {
        let rules = |verdict: &str| {
            let rules = it.rules.iter().filter(|it| it.verdict().as_str_name() == verdict);
            let rules = rules.map(|it| short(it.circumstance().as_str_name(), "CIRCUMSTANCE_"));
            rules.collect::<Vec<_>>().join(", ")
        };
        let risks = it.rights_at_risk().map(|it| short(it.as_str_name(), "RIGHT_KIND_"));
        let amounts = |all: &[Money]| all.iter().map(spelled).collect::<Vec<_>>().join(", ");
        let learned = it.learned_cases.map(|it| Cell::Number(it.to_string()));
        sheet.row(
            if it.possible { Tone::Plain } else { Tone::Faint },
            [
                word(it.route().as_str_name(), "ROUTE_"),
                it.possible.into(),
                rules("VERDICT_FOR").into(),
                rules("VERDICT_AGAINST").into(),
                rules("VERDICT_RULES_OUT").into(),
                amounts(&it.cost_amounts).into(),
                amounts(&it.brings_amounts).into(),
                Cell::Number(it.days.to_string()),
                learned.unwrap_or(Cell::Nothing),
                risks.collect::<Vec<_>>().join(", ").into(),
            ],
        );
    }
    sheet
}

pub(super) fn short(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase().replace('_', " ")
}

fn spelled(it: &Money) -> String {
    format!("{} {}", plain(it), it.currency_code)
}
