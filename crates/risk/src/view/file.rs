//! All that is known of a customer's credit, and what it means.

use chrono::NaiveDate;
use events::{
    ActorId, Reference,
    risk::{
        Accepted, Cover, CoverRequest, Delivery, FinancialStatement, Guarantee, IdentityCheck,
        Limit, Notice, Opinion, Profile, TradeReference,
    },
};
use money::Money;
use rust_decimal::Decimal;

use crate::{
    Placed, Policy, Proposal, Review, Risk,
    cover::{KnownCover, Standing},
    figures::statement::{CONAN_HOLDER_ZONES, NotComputable, Score, Statement, Zone},
    limit::{Known, Standing as LimitStanding},
    notice::KnownNotice,
    view::{Membership, Reports},
};

/// All that is known of a customer's credit on a day.
#[derive(Debug, Clone)]
pub struct CreditFile<'a> {
    /// What each agency says last, and which of that counts.
    pub reports: Reports<'a>,
    /// The last year first; of one year the last that was filed.
    pub statements: Vec<Accounts<'a>>,
    /// What each supplier says last.
    pub references: Vec<&'a Placed<TradeReference>>,
    /// Those that count.
    pub opinions: Vec<&'a Placed<Opinion>>,
    /// Every one, in the order of the journal.
    pub notices: Vec<NoticeView<'a>>,
    /// What each source found last about who the customer is.
    pub identity: Vec<&'a Placed<IdentityCheck>>,
    /// Those of which nobody has said what became of them.
    pub deliveries: Vec<&'a Placed<Delivery>>,
    /// To whom the customer belongs.
    pub group: Option<&'a Membership>,
    /// What portfolios are told apart by.
    pub profile: Option<&'a Placed<Profile>>,
    /// Every one that was asked for or granted.
    pub covers: Vec<CoverView<'a>>,
    /// Every one, by id.
    pub guarantees: Vec<GuaranteeView<'a>>,
    /// Every one, by id.
    pub limits: Vec<FiledLimit<'a>>,
    /// When a person looked at the customer last.
    pub reviewed_on: Option<NaiveDate>,
    /// When one is to look again.
    pub review: Option<Review>,
    /// The limit the policy proposes; none too if a currency has no rate.
    pub proposal: Option<Proposal>,
    /// How often an order was let pass against the policy.
    pub exceptions: u32,
    /// Orders that wait under an exception.
    pub excepted: Vec<&'a Reference>,
}

/// Annual accounts, and what they say.
#[derive(Debug, Clone)]
pub struct Accounts<'a> {
    /// As they were filed.
    pub statement: &'a Placed<FinancialStatement>,
    /// Every score and ratio, by its name, or why there is none.
    pub scores: [(&'static str, Result<Judged, NotComputable>); 6],
}

/// A score or a ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// With four decimals.
    pub value: Decimal,
    /// What it says; a plain ratio says nothing by itself.
    pub zone: Option<Zone>,
}

/// A notice.
#[derive(Debug, Clone, Copy)]
pub struct NoticeView<'a> {
    /// As it was published.
    pub notice: &'a Placed<Notice>,
    /// The first day on which it does not count, if it was lifted.
    pub lifted_on: Option<NaiveDate>,
    /// Whether it is the gravest in force.
    pub gravest: bool,
}

/// What was asked of an insurer, and what it answered.
#[derive(Debug, Clone)]
pub struct CoverView<'a> {
    /// What was asked for, if somebody asked.
    pub request: Option<&'a Placed<CoverRequest>>,
    /// What it answered.
    pub answer: CoverAnswer<'a>,
}

/// What an insurer answered.
#[derive(Debug, Clone)]
pub enum CoverAnswer<'a> {
    /// Nothing yet.
    Pending,
    /// It answers for a part.
    Granted {
        /// As it was granted.
        cover: &'a Placed<Cover>,
        /// How much it is on the day, if it counts.
        in_force: Option<Money>,
        /// The first day on which it does not count, if it was withdrawn.
        withdrawn_on: Option<NaiveDate>,
    },
    /// It does not.
    Refused {
        /// When.
        on: NaiveDate,
        /// Why.
        reason: Option<&'a Reference>,
    },
}

/// A guarantee.
#[derive(Debug, Clone, Copy)]
pub struct GuaranteeView<'a> {
    /// As it was recorded.
    pub guarantee: &'a Placed<Guarantee>,
    /// Whether it counts on the day.
    pub in_force: bool,
    /// The first day on which it does not count, if it was released.
    pub released_on: Option<NaiveDate>,
}

/// A limit, and how far it has come.
#[derive(Debug, Clone, Copy)]
pub struct FiledLimit<'a> {
    /// As it was asked for.
    pub limit: &'a Placed<Limit>,
    /// How far it has come.
    pub state: FiledState,
    /// Since when; of one that was withdrawn the first day on which it does not hold.
    pub since: Option<NaiveDate>,
    /// Who agreed, or did not, if a second person was asked.
    pub decided_by: Option<&'a ActorId>,
}

/// How far a limit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FiledState {
    /// A second person must agree.
    Requested,
    /// It holds within its days.
    Granted,
    /// A second person did not agree.
    Rejected,
    /// It was granted and was withdrawn.
    Withdrawn,
}

impl Policy {
    /// All that is known of a customer's credit, and what it means on a day.
    pub fn credit_file<'a>(&self, risk: &'a Risk, on: NaiveDate) -> CreditFile<'a> {
        let mut years: Vec<&Placed<FinancialStatement>> = Vec::new();
        for it in risk.statements().filter(|it| it.closes_on <= on) {
            years.retain(|before| before.closes_on != it.closes_on);
            years.push(it);
        }
        years.sort_by_key(|it| std::cmp::Reverse(it.closes_on));
        let gravest = risk.notice_on(on).map(|it| &it.notice);
        let notice = |it: &'a KnownNotice| NoticeView {
            notice: &it.notice,
            lifted_on: it.lifted_on,
            gravest: gravest == Some(&it.notice.notice),
        };
        CreditFile {
            reports: self.reports_on(risk, on),
            statements: years.into_iter().map(accounts).collect(),
            references: risk.references_on(on),
            opinions: risk.opinions_on(on).collect(),
            notices: risk.inputs.notices.iter().map(notice).collect(),
            identity: risk.identity_on(on),
            deliveries: risk.deliveries().collect(),
            group: risk.group_on(on),
            profile: risk.profile(),
            covers: risk.inputs.covers.iter().map(|it| cover(it, on)).collect(),
            guarantees: risk.filed_guarantees(on).collect(),
            limits: risk.filed_limits().collect(),
            reviewed_on: risk.reviewed_on,
            review: self.review(risk),
            proposal: self.proposal(risk, on).ok().flatten(),
            exceptions: risk.exceptions,
            excepted: risk.accepted.values().filter_map(excepted).collect(),
        }
    }
}

fn excepted(it: &Placed<Accepted>) -> Option<&Reference> {
    it.exception.as_ref().map(|_| &it.order.order)
}

impl Risk {
    /// Every limit that was ever asked for, by id, with where it stands.
    pub fn filed_limits(&self) -> impl Iterator<Item = FiledLimit<'_>> {
        self.limits.values().map(limit)
    }

    /// Every guarantee, by id, and whether it counts on a day.
    pub fn filed_guarantees(&self, on: NaiveDate) -> impl Iterator<Item = GuaranteeView<'_>> {
        self.guarantees.values().map(move |it| GuaranteeView {
            guarantee: &it.guarantee,
            in_force: it.holds_on(on),
            released_on: it.released_on,
        })
    }
}

fn accounts(statement: &Placed<FinancialStatement>) -> Accounts<'_> {
    let figures = Statement::from(&**statement);
    let judged = |it: Result<Score, NotComputable>| {
        it.map(|it| Judged { value: it.value, zone: Some(it.zone) })
    };
    let plain = |it: Result<Decimal, NotComputable>| it.map(|value| Judged { value, zone: None });
    let scores = [
        ("z_prime", judged(figures.z_prime())),
        ("z_double_prime", judged(figures.z_double_prime())),
        ("z_emerging", judged(figures.z_emerging())),
        ("conan_holder", judged(figures.conan_holder(&CONAN_HOLDER_ZONES))),
        ("current_ratio", plain(figures.current_ratio())),
        ("debt_to_equity", plain(figures.debt_to_equity())),
    ];
    Accounts { statement, scores }
}

fn cover(known: &KnownCover, on: NaiveDate) -> CoverView<'_> {
    let answer = match &known.answer {
        Standing::Pending => CoverAnswer::Pending,
        Standing::Granted { cover, withdrawn_on, .. } => CoverAnswer::Granted {
            cover,
            in_force: known.held_on(on).map(|it| it.amount),
            withdrawn_on: *withdrawn_on,
        },
        Standing::Refused { on, reason } => {
            CoverAnswer::Refused { on: *on, reason: reason.as_ref() }
        }
    };
    CoverView { request: known.request.as_ref(), answer }
}

fn limit(known: &Known) -> FiledLimit<'_> {
    let (state, since, decided_by) = match &known.standing {
        LimitStanding::Requested => (FiledState::Requested, None, None),
        LimitStanding::Granted { approved_by, on, withdrawn_on: None } => {
            (FiledState::Granted, Some(*on), approved_by.as_ref())
        }
        LimitStanding::Granted { approved_by, withdrawn_on, .. } => {
            (FiledState::Withdrawn, *withdrawn_on, approved_by.as_ref())
        }
        LimitStanding::Rejected { by, on } => (FiledState::Rejected, Some(*on), Some(by)),
    };
    FiledLimit { limit: &known.limit, state, since, decided_by }
}
