//! `GetCashForecast`: when the cash of what is open comes, and how well that would have been said
//! before.

use std::sync::Arc;

use ::risk::portfolio::cash::{
    BackTest, Basis, Came, Forecast, Learned, NotComputable, WEEKS_MAX, Week,
};
use api::risk::{self as proto, cash_basis::Kind};
use chrono::{Days, NaiveDate};
use tokio::time::Instant;

use super::{Answer, Asked, Heading, Portfolio, count, each, messages};
use crate::grpc::{
    Api,
    fields::{day, money},
    status::Explanation,
};

/// Weeks that are told when nobody says: a quarter.
const WEEKS: u32 = 13;
/// Weeks ago the forecast that is tested was said, when nobody says.
const TESTED_WEEKS: u32 = 8;
/// The most weeks ago.
const TESTED_WEEKS_MAX: u32 = 52;

pub(super) async fn get_cash_forecast(
    api: &Api,
    request: proto::GetCashForecastRequest,
    deadline: Option<Instant>,
) -> Answer<proto::GetCashForecastResponse> {
    let it = request;
    let (tenant_id, as_of, min_position) = (it.tenant_id, it.as_of, it.min_position);
    let heading = Heading { tenant_id, as_of, min_position };
    let (portfolio, asked, (weeks, tested)) = heading
        .over(api, deadline, |fields| {
            let weeks = count(fields, "week_count", it.week_count, WEEKS, WEEKS_MAX);
            let tested = it.back_test_week_count;
            let tested =
                count(fields, "back_test_week_count", tested, TESTED_WEEKS, TESTED_WEEKS_MAX);
            Ok((weeks?, tested?))
        })
        .await?;
    let learned = Arc::new(learned(&portfolio, portfolio.on).await?);
    let forecast = portfolio
        .gather(
            move |policy, some, on| Forecast::of(policy, &learned, each(some), on),
            Forecast::merge,
        )
        .await?;
    let back_test = if it.without_back_test {
        None
    } else {
        back_test(api, &portfolio, &asked, tested).await?
    };
    let policy = &portfolio.policy;
    let (each_week, later) = forecast.weeks(policy, weeks);
    Ok(proto::GetCashForecastResponse {
        figures: messages::figures(&forecast.figures(policy)),
        weeks: each_week.iter().map(week).collect(),
        later: Some(week(&later)),
        bases: forecast.by_basis(policy).into_iter().map(basis).collect(),
        back_test,
        position: Some(portfolio.position),
        effective_date: Some(portfolio.effective_date),
    })
}

async fn learned(portfolio: &Portfolio, on: NaiveDate) -> Answer<Learned> {
    let of = move |policy: &_, some: &_, _| Learned::of(policy, each(some), on);
    portfolio.gather(of, Learned::merge).await
}

/// What would have been said so many weeks ago, with what was known then; with what was effective
/// then, where the journal is younger: after an import, for example.
async fn back_test(
    api: &Api,
    portfolio: &Portfolio,
    asked: &Asked,
    weeks: u32,
) -> Answer<Option<proto::CashBackTest>> {
    let Some(then) = portfolio.on.checked_sub_days(Days::new(u64::from(weeks) * 7)) else {
        return Ok(None);
    };
    let as_known = asked.portfolio_of(api, &asked.as_of.at_the_end_of(then)).await?;
    let known_then = !as_known.customers.is_empty();
    // By the rates of today: what is compared is in one currency at one rate.
    let as_known = Portfolio { policy: portfolio.policy.clone(), ..as_known };
    let earlier = if known_then { &as_known } else { portfolio };
    let learned = Arc::new(learned(earlier, then).await?);
    let predicted = earlier
        .gather(
            move |policy, some, _| learned.predict(policy, each(some), then),
            |all: &mut Vec<_>, some| all.extend(some),
        )
        .await?;
    let came = portfolio
        .gather(move |policy, some, on| Came::of(policy, each(some), then, on), Came::merge)
        .await?;
    let found = BackTest::of(&portfolio.policy, predicted, &came, then, weeks);
    let windows = found.windows.iter().map(|it| proto::BackTestWeek {
        from_date: Some(day(it.first)),
        likely_amount: Some(money(it.likely)),
        cautious_amount: Some(money(it.cautious)),
        came_amount: Some(money(it.came)),
    });
    Ok(Some(proto::CashBackTest {
        effective_date: Some(day(found.on)),
        known_then,
        weeks: windows.collect(),
        figures: messages::figures(&found.figures),
    }))
}

fn week(it: &Week) -> proto::CashWeek {
    proto::CashWeek {
        from_date: Some(day(it.monday)),
        likely_amount: Some(money(it.likely)),
        cautious_amount: Some(money(it.cautious)),
    }
}

fn basis((basis, expected): (Basis, ::money::Money)) -> proto::CashBasis {
    let kind = match basis {
        Basis::Customer => Kind::Customer,
        Basis::Grade => Kind::Grade,
        Basis::Everybody => Kind::Everybody,
    };
    proto::CashBasis { kind: kind.into(), expected_amount: Some(money(expected)) }
}

impl From<NotComputable> for Explanation {
    fn from(error: NotComputable) -> Self {
        match error {
            NotComputable::MissingRate(error) => error.into(),
            NotComputable::NoDays(error) => {
                Self::out_of_range("AMOUNT_OUT_OF_RANGE", error.to_string())
            }
        }
    }
}
