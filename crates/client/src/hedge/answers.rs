//! Hedges and what they protect, as papers.

use api::risk::{
    CoveredAmounts, GetCurrencyCoverRequest, Hedge, HedgeKind, HedgeOutcome, Hedged,
    ListHedgesRequest, hedge::State, hedge_service_client::HedgeServiceClient,
};
use chrono::NaiveDate;
use tonic::transport::Channel;

use crate::{
    Trouble,
    answers::{amount, date, number, of_when, unless_zero, word},
    asked::{self, Asked},
    paper::{Cell, Paper, Sheet, Tone},
    words::words,
};

/// Which hedges.
#[derive(Debug, clap::Args)]
pub(crate) struct Hedges {
    /// In one currency
    #[arg(long)]
    currency: Option<String>,
    /// Of one kind: forward, option, swap, fx-insurance or prospection
    #[arg(long, value_parser = kind)]
    kind: Option<HedgeKind>,
    /// Only those that mature by this day
    #[arg(long, value_parser = events::date::parse)]
    until: Option<NaiveDate>,
    /// Only those that protect something
    #[arg(long)]
    in_force: bool,
}

words! {
    kind HedgeKind: "HEDGE_KIND",
        "kind of hedge: forward, option, swap, fx-insurance or prospection";
}

/// Hedges, page by page.
pub(crate) async fn list(
    asked: &Asked,
    which: &Hedges,
    page: impl Fn(usize) -> i32,
) -> Result<Paper, Trouble> {
    let mut client = HedgeServiceClient::new(asked.reach.connect(false).await?);
    let mut request = ListHedgesRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        page_size: page(0),
        page_token: String::new(),
        currency_code: which.currency.clone().unwrap_or_default(),
        kind: which.kind.unwrap_or_default().into(),
        maturity_date_max: which.until.map(asked::date),
        in_force_only: which.in_force,
    };
    let mut all = Vec::new();
    let last = loop {
        let answer = client.list_hedges(request.clone()).await?.into_inner();
        all.extend(answer.hedges.iter().cloned());
        request.page_token.clone_from(&answer.next_page_token);
        if answer.next_page_token.is_empty() || page(all.len()) == 0 {
            break answer;
        }
    };
    let mut paper = Paper::new(format!("{} of {} hedges", all.len(), last.total_size));
    of_when(&mut paper, last.effective_date.as_ref(), last.position.as_ref());
    paper.sheet(sheet("hedges", "", &all));
    Ok(paper)
}

fn sheet(key: &'static str, title: &str, hedges: &[Hedge]) -> Sheet {
    let columns = [
        "hedge",
        "kind",
        "state",
        "counterparty",
        "for",
        "amount",
        "used",
        "left",
        "protected",
        "rate",
        "matures_on",
        "outcome",
    ];
    let mut sheet = Sheet::new(key, title, &columns);
    for it in hedges {
        let agreed = it.agreed.clone().unwrap_or_default();
        let tone = match it.state() {
            State::Matured => Tone::Alarming,
            State::Ended | State::UsedUp => Tone::Faint,
            State::Agreed | State::Open | State::Unspecified => Tone::Plain,
        };
        sheet.row(
            tone,
            [
                it.hedge_id.as_str().into(),
                word(agreed.kind().as_str_name(), "HEDGE_KIND_"),
                word(it.state().as_str_name(), "STATE_"),
                agreed.counterparty.as_str().into(),
                what(agreed.hedged.as_ref()).into(),
                amount(agreed.amount.as_ref()),
                amount(it.used_amount.as_ref()),
                amount(it.left_amount.as_ref()),
                amount(it.protected_amount.as_ref()),
                agreed.rate.map_or(Cell::Nothing, |it| Cell::Number(it.value)),
                date(agreed.maturity_date.as_ref()),
                word(HedgeOutcome::as_str_name(&it.outcome()), "HEDGE_OUTCOME_"),
            ],
        );
    }
    sheet
}

/// What a hedge is for, in a few words.
fn what(it: Option<&Hedged>) -> String {
    let Some(it) = it else { return "currency".to_owned() };
    if let [one] = it.invoices.as_slice() {
        format!("invoice {} of {}", one.invoice_id, one.customer_id)
    } else if !it.invoices.is_empty() {
        format!("{} invoices", it.invoices.len())
    } else if let [one] = it.orders.as_slice() {
        format!("order {} of {}", one.order, one.customer_id)
    } else if !it.orders.is_empty() {
        format!("{} orders", it.orders.len())
    } else if !it.customer_id.is_empty() {
        format!("customer {}", it.customer_id)
    } else if !it.tender.is_empty() {
        format!("tender {}", it.tender)
    } else {
        format!("market {}", it.market)
    }
}

/// What hedges protect of what is owed in foreign currencies.
pub(crate) async fn cover(
    asked: &Asked,
    channel: Channel,
    currency: Option<&str>,
    within_days: i32,
) -> Result<Paper, Trouble> {
    let request = GetCurrencyCoverRequest {
        tenant_id: asked.tenant()?,
        as_of: asked.as_of(),
        min_position: asked.min_position.clone(),
        currency_code: currency.unwrap_or_default().to_owned(),
        maturing_within_days: within_days,
    };
    let answer = HedgeServiceClient::new(channel).get_currency_cover(request).await?.into_inner();
    let mut paper = Paper::new("Receivables in foreign currencies, and their hedges".to_owned());
    of_when(&mut paper, answer.effective_date.as_ref(), answer.position.as_ref());
    let columns = [
        "currency",
        "month",
        "receivable",
        "overdue",
        "covered",
        "uncovered",
        "over_covered",
        "ahead",
    ];
    let mut months = Sheet::new("months", "By month of maturity", &columns);
    for it in &answer.currencies {
        let currency = it.currency_code.as_str();
        for month in &it.months {
            let first = [currency.into(), date(month.month_start_date.as_ref())];
            let amounts = month.amounts.as_ref();
            months.row(tone(amounts), first.into_iter().chain(cells(amounts)));
        }
        let first = [currency.into(), "total".into()];
        months.row(Tone::Strong, first.into_iter().chain(cells(it.total.as_ref())));
    }
    paper.sheet(months);
    paper.sheet(sheet("maturing", "Maturing soon", &answer.maturing_hedges));
    Ok(paper)
}

/// What nothing protects asks for attention, and so does what is protected for nothing.
fn tone(it: Option<&CoveredAmounts>) -> Tone {
    let some = |it: &api::Money| it.units != 0 || it.nanos != 0;
    let amounts = it.into_iter().flat_map(|it| [&it.uncovered_amount, &it.over_covered_amount]);
    if amounts.flatten().any(some) { Tone::Alarming } else { Tone::Plain }
}

fn cells(it: Option<&CoveredAmounts>) -> [Cell; 6] {
    let it = it.cloned().unwrap_or_default();
    [
        number(it.receivable_amount.as_ref()),
        unless_zero(it.overdue_amount.as_ref()),
        number(it.covered_amount.as_ref()),
        number(it.uncovered_amount.as_ref()),
        unless_zero(it.over_covered_amount.as_ref()),
        unless_zero(it.ahead_amount.as_ref()),
    ]
}
