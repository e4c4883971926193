//! Which way a case may go on, and what speaks for and against each: a person decides.
//!
//! The rules are a table, read from the top; each says for which ways it speaks, against which, and
//! which it rules out. What ways cost and bring is what the tenant says, what its own closed cases
//! taught, or else what is shipped: round figures of the trade, to be replaced.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{
    CaseId,
    collection::{ActKind, Outcome, RightKind, Route, RouteTerms},
    dunning::Tone,
};
use money::{Currency, Money, Rounding};
use rust_decimal::Decimal;

use crate::{
    Collection, Policy,
    case::opening,
    right::{Running, sums},
    view::CaseView,
};

/// Principal and interest up to which a commissaire de justice may give a title without a court
/// (CPCE art. R125-1).
const SMALL_CLAIM_MAX: Money = Money::new(500_000, Currency::EUR);

/// Closed cases of a way from which on they teach what it brings.
const CASES_MIN: u32 = 20;

/// What is so of a case, and decides about ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Circumstance {
    /// A court protects the customer, or winds it up.
    Insolvent,
    /// The insurer's policy wants the debt.
    Insured,
    /// No insurer answers for it.
    NotInsured,
    /// A part of it is contested.
    Contested,
    /// Nobody contests it.
    Uncontested,
    /// The customer was formally asked to pay.
    Demanded,
    /// Nobody has formally asked it to pay.
    NotDemanded,
    /// It is small enough for a commissaire de justice.
    Small,
    /// It is not.
    NotSmall,
    /// The customer sits in another state than that whose law the tenant sues by.
    Foreign,
    /// It costs more than it brings.
    NotWorthIt,
    /// It can no longer be sued for.
    Prescribed,
    /// What is late is not bought.
    Late,
    /// No clause for it is known.
    NoClause,
    /// An assignee has given some of it back.
    CameBack,
}

impl Circumstance {
    /// Its word in answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Insolvent => "insolvent",
            Self::Insured => "insured",
            Self::NotInsured => "not_insured",
            Self::Contested => "contested",
            Self::Uncontested => "uncontested",
            Self::Demanded => "demanded",
            Self::NotDemanded => "not_demanded",
            Self::Small => "small",
            Self::NotSmall => "not_small",
            Self::Foreign => "foreign",
            Self::NotWorthIt => "not_worth_it",
            Self::Prescribed => "prescribed",
            Self::Late => "late",
            Self::NoClause => "no_clause",
            Self::CameBack => "came_back",
        }
    }
}

/// What a rule says of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It cannot be gone.
    RulesOut,
    /// It speaks against it.
    Against,
    /// It speaks for it.
    For,
}

/// A way, and what there is to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Which.
    pub route: Route,
    /// The rules that speak, in the order of the table.
    pub because: Vec<(Circumstance, Verdict)>,
    /// What it costs if it brings what is expected, by currency.
    pub cost: Vec<Money>,
    /// What it is expected to bring, by currency.
    pub brings: Vec<Money>,
    /// Days until money comes, usually.
    pub days: u16,
    /// From how many closed cases of the tenant's that was learned; none: from the terms.
    pub learned_from: Option<u32>,
    /// Rights that wait while it is gone, and may lapse.
    pub at_risk: Vec<RightKind>,
}

impl Advice {
    /// Whether no rule rules it out.
    pub fn is_open(&self) -> bool {
        self.because.iter().all(|(_, verdict)| *verdict != Verdict::RulesOut)
    }

    /// How much speaks for it: rules for it less rules against it.
    fn weight(&self) -> i32 {
        let weigh = |verdict: &Verdict| match verdict {
            Verdict::For => 1,
            Verdict::Against => -1,
            Verdict::RulesOut => 0,
        };
        self.because.iter().map(|(_, it)| weigh(it)).sum()
    }
}

/// What the tenant's closed cases taught, by the way that was gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Experience {
    by_route: BTreeMap<Route, Taught>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Taught {
    cases: u32,
    /// Parts of cases that were paid, in thousandths, added up.
    paid: u64,
    /// Days from the choice to the end, added up.
    days: u64,
}

impl Experience {
    /// Takes the closed cases of a customer into account.
    pub fn add(&mut self, collection: &Collection) {
        let account = collection.dunning.risk().account();
        for it in collection.cases.values() {
            let (Some(chosen), Some(closed)) = (&it.route, &it.closed) else { continue };
            let share = match closed.outcome {
                Outcome::Merged | Outcome::Withdrawn => continue,
                Outcome::Paid => 1_000,
                Outcome::Uncollectible => 0,
                Outcome::Settled => {
                    let views = it.invoices.iter();
                    let views = views.filter_map(|it| account.invoice_view(it, NaiveDate::MAX));
                    let (mut gross, mut lost) = (0_i128, 0_i128);
                    for view in views {
                        gross += view.document.map_or(0, |it| i128::from(it.gross.minor()));
                        lost += view.written_off.map_or(0, |it| i128::from(it.minor()));
                    }
                    let paid = (gross - lost).max(0) * 1_000 / gross.max(1);
                    u64::try_from(paid).unwrap_or(0)
                }
            };
            let taught = self.by_route.entry(chosen.route).or_default();
            taught.cases = taught.cases.saturating_add(1);
            taught.paid += share;
            taught.days += u64::try_from((closed.on - chosen.on).num_days()).unwrap_or(0);
        }
    }

    /// Takes what another partition taught into account.
    pub fn merge(&mut self, other: &Self) {
        for (route, it) in &other.by_route {
            let taught = self.by_route.entry(*route).or_default();
            taught.cases = taught.cases.saturating_add(it.cases);
            taught.paid += it.paid;
            taught.days += it.days;
        }
    }

    fn of(&self, route: Route) -> Option<&Taught> {
        self.by_route.get(&route).filter(|it| it.cases >= CASES_MIN)
    }
}

impl Policy {
    /// Every way, those that are open first, and of these those for which most speaks and which leave
    /// most; none of a case that is not known.
    pub fn advise(
        &self,
        collection: &Collection,
        case: &CaseId,
        experience: &Experience,
        today: NaiveDate,
    ) -> Option<Vec<Advice>> {
        let view = self.case(collection, case, today)?;
        let rights = self.rights(collection, today);
        let given = self.circumstances(collection, &view, &rights, today);
        let mut all: Vec<_> = Route::ALL
            .iter()
            .map(|route| self.advice(*route, &view, &rights, &given, experience, today))
            .collect();
        all.sort_by_key(|it| {
            let left: i64 = minor(&it.brings) - minor(&it.cost);
            (!it.is_open(), -it.weight(), std::cmp::Reverse(left), it.route)
        });
        Some(all)
    }

    fn circumstances(
        &self,
        collection: &Collection,
        view: &CaseView,
        rights: &[Running],
        today: NaiveDate,
    ) -> BTreeSet<Circumstance> {
        let mut given = BTreeSet::from([Circumstance::Late, Circumstance::NoClause]);
        let mut either = |holds, yes, no: Option<Circumstance>| {
            given.extend(if holds { Some(yes) } else { no });
        };
        either(opening(collection, today).is_some(), Circumstance::Insolvent, None);
        let insured = rights.iter().any(|it| it.kind == RightKind::Handover && it.is_running());
        either(insured, Circumstance::Insured, Some(Circumstance::NotInsured));
        let contested = view.claims.iter().any(|it| it.disputed.is_positive());
        either(contested, Circumstance::Contested, Some(Circumstance::Uncontested));
        let demanded = collection.dunning.sent().any(|it| it.reminder.tone == Tone::Final)
            || collection.history().iter().any(|it| it.kind == ActKind::FormalDemand);
        either(demanded, Circumstance::Demanded, Some(Circumstance::NotDemanded));
        let euros = view.claims.iter().all(|it| it.principal.currency() == Currency::EUR);
        let sum: i64 = view
            .claims
            .iter()
            .map(|it| it.principal.minor().saturating_add(it.interest.minor()))
            .fold(0, i64::saturating_add);
        let small = euros && sum <= SMALL_CLAIM_MAX.minor();
        either(small, Circumstance::Small, Some(Circumstance::NotSmall));
        let region = collection.dunning.risk().account().region();
        let foreign = region.is_some_and(|it| it != self.rules().jurisdiction.as_str());
        either(foreign, Circumstance::Foreign, None);
        let account = collection.dunning.risk().account();
        let came_back = view.claims.iter().any(|it| account.came_back(&it.invoice));
        either(came_back, Circumstance::CameBack, None);
        let prescribed = rights.iter().any(|it| {
            it.kind == RightKind::Prescription && it.deadline.is_some_and(|it| it < today)
        });
        either(prescribed, Circumstance::Prescribed, None);
        given
    }

    fn advice(
        &self,
        route: Route,
        view: &CaseView,
        rights: &[Running],
        given: &BTreeSet<Circumstance>,
        experience: &Experience,
        today: NaiveDate,
    ) -> Advice {
        let terms = self.terms(route);
        let learned = experience.of(route);
        let brings = learned.map_or(terms.brings, |it| {
            Decimal::new(i64::try_from(it.paid / u64::from(it.cases)).unwrap_or(0), 3)
        });
        let days = learned.map_or(terms.days, |it| {
            u16::try_from(it.days / u64::from(it.cases)).unwrap_or(u16::MAX)
        });
        let part = |amount: Money, part: Decimal| {
            amount.percent(part * Decimal::ONE_HUNDRED, Rounding::HalfUp).unwrap_or(amount)
        };
        let open = sums(view.claims.iter().map(|it| it.principal));
        let brings: Vec<_> = open.into_iter().map(|it| part(it, brings)).collect();
        let mut cost: Vec<_> = brings.iter().map(|it| part(*it, terms.share)).collect();
        if let Some(fixed) = terms.fixed {
            match cost.iter_mut().find(|it| it.currency() == fixed.currency()) {
                Some(it) => *it = it.plus(fixed).unwrap_or(*it),
                None => cost.push(fixed),
            }
        }
        let mut given = given.clone();
        if minor(&cost) >= minor(&brings) {
            given.insert(Circumstance::NotWorthIt);
        }
        let table = TABLE.iter().filter(|(it, ..)| given.contains(it));
        let because = table
            .filter_map(|(it, verdict, routes)| routes.contains(&route).then_some((*it, *verdict)));
        let end = today + chrono::Days::new(days.into());
        let lapsing = rights.iter().filter(|it| {
            it.is_running()
                && !it.kind.is_theirs()
                && !keeps(route, it.kind)
                && it.deadline.is_some_and(|it| it <= end)
        });
        let at_risk: BTreeSet<_> = lapsing.map(|it| it.kind).collect();
        Advice {
            route,
            because: because.collect(),
            cost,
            brings,
            days,
            learned_from: learned.map(|it| it.cases),
            at_risk: at_risk.into_iter().collect(),
        }
    }

    /// What a way costs and brings: what the tenant says, else what is shipped.
    fn terms(&self, route: Route) -> RouteTerms {
        let own = self.rules().routes.iter().find(|it| it.route == route);
        own.cloned().unwrap_or_else(|| shipped(route))
    }
}

/// All amounts as one number, to compare sums of the same currencies.
fn minor(amounts: &[Money]) -> i64 {
    amounts.iter().fold(0, |sum, it| sum.saturating_add(it.minor()))
}

/// Whether a way keeps a right by itself.
const fn keeps(route: Route, right: RightKind) -> bool {
    match right {
        RightKind::Prescription => matches!(
            route,
            Route::SmallClaim
                | Route::PaymentOrder
                | Route::Interim
                | Route::Merits
                | Route::Mediation
                | Route::Arbitration
                | Route::Insolvency
        ),
        RightKind::ClaimFiling | RightKind::Relief | RightKind::TitleClaim => {
            matches!(route, Route::Insolvency)
        }
        RightKind::InsurerNotice
        | RightKind::Extension
        | RightKind::Handover
        | RightKind::IndemnityClaim => matches!(route, Route::Insurer),
        RightKind::OrderService => matches!(route, Route::PaymentOrder),
        RightKind::Opposition
        | RightKind::SmallClaimAnswer
        | RightKind::Indemnity
        | RightKind::GuaranteeCall => false,
    }
}

/// What is so, what that says, and of which ways.
const TABLE: &[(Circumstance, Verdict, &[Route])] = &[
    (Circumstance::Insolvent, Verdict::For, &[Route::Insolvency]),
    (
        Circumstance::Insolvent,
        Verdict::RulesOut,
        &[
            Route::Agency,
            Route::SmallClaim,
            Route::PaymentOrder,
            Route::Interim,
            Route::Merits,
            Route::Mediation,
            Route::Arbitration,
            Route::Factor,
        ],
    ),
    (Circumstance::Insured, Verdict::For, &[Route::Insurer]),
    (Circumstance::NotInsured, Verdict::RulesOut, &[Route::Insurer]),
    (
        Circumstance::Prescribed,
        Verdict::RulesOut,
        &[Route::SmallClaim, Route::PaymentOrder, Route::Interim, Route::Merits],
    ),
    (Circumstance::Prescribed, Verdict::For, &[Route::WriteOff]),
    (Circumstance::Contested, Verdict::RulesOut, &[Route::SmallClaim, Route::Interim]),
    (
        Circumstance::Contested,
        Verdict::Against,
        &[Route::Agency, Route::PaymentOrder, Route::Insurer],
    ),
    (Circumstance::Contested, Verdict::For, &[Route::Mediation, Route::Merits]),
    (
        Circumstance::Uncontested,
        Verdict::For,
        &[Route::Agency, Route::SmallClaim, Route::PaymentOrder],
    ),
    (Circumstance::Uncontested, Verdict::Against, &[Route::Mediation, Route::Merits]),
    (
        Circumstance::NotDemanded,
        Verdict::Against,
        &[Route::PaymentOrder, Route::Interim, Route::Merits],
    ),
    (Circumstance::Demanded, Verdict::For, &[Route::PaymentOrder, Route::Interim]),
    (Circumstance::Small, Verdict::For, &[Route::SmallClaim]),
    (Circumstance::NotSmall, Verdict::RulesOut, &[Route::SmallClaim]),
    (Circumstance::NotSmall, Verdict::For, &[Route::Interim]),
    (Circumstance::Foreign, Verdict::RulesOut, &[Route::SmallClaim]),
    (Circumstance::Foreign, Verdict::Against, &[Route::PaymentOrder, Route::Interim]),
    (Circumstance::Foreign, Verdict::For, &[Route::Agency]),
    (
        Circumstance::NotWorthIt,
        Verdict::Against,
        &[
            Route::Agency,
            Route::SmallClaim,
            Route::PaymentOrder,
            Route::Interim,
            Route::Merits,
            Route::Mediation,
            Route::Arbitration,
        ],
    ),
    (Circumstance::Late, Verdict::RulesOut, &[Route::Factor]),
    (Circumstance::NoClause, Verdict::RulesOut, &[Route::Arbitration]),
    (Circumstance::CameBack, Verdict::RulesOut, &[Route::Factor]),
];

/// Round figures of the trade, for a tenant that knows nothing better: assumptions, not statistics.
fn shipped(route: Route) -> RouteTerms {
    let euros = |minor| Some(Money::new(minor, Currency::EUR));
    let (fixed, share, days, brings) = match route {
        Route::Agency => (None, 15, 75, 55),
        Route::SmallClaim => (euros(4_500), 10, 90, 45),
        Route::PaymentOrder => (euros(15_000), 10, 150, 50),
        Route::Interim => (euros(150_000), 5, 120, 60),
        Route::Merits => (euros(350_000), 10, 540, 60),
        Route::Mediation => (euros(80_000), 0, 90, 50),
        Route::Arbitration => (euros(500_000), 5, 270, 60),
        Route::Insurer => (None, 0, 180, 90),
        Route::Factor => (None, 5, 5, 90),
        Route::Insolvency => (euros(5_000), 0, 900, 5),
        Route::WriteOff => (None, 0, 0, 0),
    };
    let percent = |it: i64| Decimal::new(it, 2);
    RouteTerms { route, fixed, share: percent(share), days, brings: percent(brings) }
}
