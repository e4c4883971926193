//! Which conditions hold, and from when to when: what the contexts before this one know, looked at
//! with the tenant's thresholds.
//!
//! A context that comes to know something new adds a kind to `events::alerts::Kind`, a function here
//! that says when it holds, and its words in [`Policy::alert`].

use chrono::{Days, NaiveDate};
use events::{
    AlertId, Hash, InvoiceId, Reference, Sequence,
    alerts::{Alert, Kind, ReasonCode, Severity, Subject},
    date,
    invoicing::ReversalReason,
    risk::{Cover, GuaranteeKind, NoticeKind, Rule},
};
use invoicing::view::PromiseState;
use money::Money;
use risk::{Placed, behaviour::Behaviour};

use crate::{Alerts, Policy, identity, noted::evidence, reminders, rights};

/// A condition, and the days on which it holds if nothing more happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Which.
    pub kind: Kind,
    /// What it is about.
    pub subject: Subject,
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which it no longer holds; none: until something happens.
    pub until: Option<NaiveDate>,
}

impl Condition {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// Open items that an alert about a whole account rests on, the largest first.
const ITEMS_NAMED: usize = 8;

impl Policy {
    /// Every condition of a customer, or of the tenant, that holds now, will hold or did, by everything that is known.
    /// Only of what is at stake it depends on the day.
    pub fn conditions(&self, alerts: &Alerts, today: NaiveDate) -> Vec<Condition> {
        let mut found = Vec::new();
        self.limits(alerts, today, &mut found);
        self.overdue(alerts, &mut found);
        self.promises(alerts, &mut found);
        self.payments(alerts, &mut found);
        self.disputes(alerts, &mut found);
        orders(alerts, &mut found);
        self.expiries(alerts, &mut found);
        self.grades(alerts, &mut found);
        self.review(alerts, &mut found);
        behaviour(alerts, today, &mut found);
        notices(alerts, today, &mut found);
        identity::doubts(alerts, today, &mut found);
        self.reminders(alerts, &mut found);
        self.rights(alerts, &mut found);
        self.of_the_tenant(alerts, &mut found);
        found
    }

    fn limits(&self, alerts: &Alerts, today: NaiveDate, found: &mut Vec<Condition>) {
        if self.credit().limit_on(&alerts.risk, today).is_none() {
            return;
        }
        let mut customer = |kind, from| {
            found.push(Condition { kind, subject: Subject::Customer, from, until: None });
        };
        let up = |kind| alerts.known(kind, &Subject::Customer).filter(|it| it.is_up());
        let Ok(exposure) = self.credit().exposure(&alerts.risk, today) else {
            // Nobody can tell without a rate: what was said stands.
            for kind in [Kind::LimitBreached, Kind::LimitNearly] {
                if let Some(known) = up(kind) {
                    customer(kind, known.alert.holds_from);
                }
            }
            return;
        };
        let Some(limit) = exposure.limit.map(|it| i128::from(it.minor())) else { return };
        let used = i128::from(exposure.unsecured.minor());
        let breached = used > limit;
        if breached {
            customer(Kind::LimitBreached, today);
        }
        // It takes more to be told than to stay: what goes up and down at the threshold is told once.
        let told = up(Kind::LimitNearly).is_some();
        let rules = self.rules();
        let margin = if told { rules.limit_margin_points } else { 0 };
        let percent = i128::from(rules.limit_nearly_percent.saturating_sub(margin));
        let near = used > 0 && used.saturating_mul(100) >= limit.saturating_mul(percent);
        if near && (told || !breached) {
            customer(Kind::LimitNearly, today);
        }
    }

    /// One alert a customer: of the item that has been due for longest.
    fn overdue(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        let Some((_, due_on, _)) = longest_due(alerts) else { return };
        let from = later(due_on, u64::from(self.rules().overdue_days) + 1);
        let subject = Subject::Customer;
        found.push(Condition { kind: Kind::InvoiceOverdue, subject, from, until: None });
    }

    fn promises(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        let account = alerts.risk.account();
        for (promise, broken) in &alerts.noted.promises {
            let about = account.promise_view(promise, NaiveDate::MAX).map(|it| it.invoices);
            let open = match about.as_deref() {
                None | Some([]) => account.has_open_items(),
                Some(invoices) => invoices.iter().any(|it| account.is_open(it)),
            };
            if open {
                let (from, until) = (broken.on, Some(self.old_news(broken.on)));
                let subject = Subject::Promise(promise.clone());
                found.push(Condition { kind: Kind::PromiseBroken, subject, from, until });
            }
        }
    }

    fn payments(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        if !alerts.risk.account().has_open_items() {
            return;
        }
        for (payment, reversed) in &alerts.noted.payments {
            // What the bank had booked by mistake says nothing of the customer.
            if reversed.what != ReversalReason::BookedInError {
                let (from, until) = (reversed.on, Some(self.old_news(reversed.on)));
                let subject = Subject::Payment(payment.clone());
                found.push(Condition { kind: Kind::PaymentBounced, subject, from, until });
            }
        }
    }

    fn disputes(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        let account = alerts.risk.account();
        for (dispute, contest) in &alerts.noted.disputes {
            if account.is_open(&contest.invoice) {
                let from = later(contest.opened_on, u64::from(self.rules().dispute_days) + 1);
                let subject = Subject::Dispute(dispute.clone());
                found.push(Condition { kind: Kind::DisputeAgeing, subject, from, until: None });
            }
        }
    }

    fn expiries(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        let mut expires = |kind, subject, begins: NaiveDate, last: NaiveDate| {
            let notice = Days::new(self.rules().expiry_days.into());
            let from = last.checked_sub_days(notice).unwrap_or(NaiveDate::MIN).max(begins);
            found.push(Condition { kind, subject, from, until: last.succ_opt() });
        };
        for limit in alerts.risk.granted_limits() {
            let Some(last) = limit.holds_until else { continue };
            let on = |day| self.credit().limit_on(&alerts.risk, day).map(Money::minor);
            // Another one that is as large follows, or was in force all the while.
            if last.succ_opt().is_none_or(|next| on(next) >= on(last)) {
                continue;
            }
            let subject = Subject::Limit(limit.limit.clone());
            expires(Kind::LimitExpiring, subject, limit.holds_from, last);
        }
        for guarantee in alerts.risk.unreleased_guarantees() {
            let Some(last) = guarantee.holds_until else { continue };
            let subject = Subject::Guarantee(guarantee.guarantee.clone());
            expires(ends(guarantee.kind), subject, guarantee.holds_from, last);
        }
        for cover in alerts.risk.granted_covers() {
            let Some(last) = cover.holds_until else { continue };
            // Another one of its place follows, or was granted since.
            let follows = |day| {
                let same = |it: &Placed<Cover>| {
                    (it.layer, &it.insurer, &it.policy)
                        == (cover.layer, &cover.insurer, &cover.policy)
                };
                alerts.risk.covers_on(day).iter().any(|it| same(it.cover))
            };
            if !last.succ_opt().is_some_and(follows) {
                let subject = Subject::Cover(cover.cover.clone());
                expires(Kind::CoverExpiring, subject, cover.holds_from, last);
            }
        }
    }

    /// One that drops again while it is told ends first, so that the next one is told too.
    fn grades(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        let Some(standing) = alerts.risk.standing() else { return };
        let Some(before) = standing.grade_before.filter(|it| *it < standing.grade) else { return };
        let subject = Subject::Customer;
        let up = alerts.known(Kind::GradeDropped, &subject).filter(|it| it.is_up());
        let told = up.and_then(|it| it.alert.grades);
        if told.is_none_or(|it| it == (before, standing.grade)) {
            let (from, until) = (standing.grade_since, Some(self.old_news(standing.grade_since)));
            found.push(Condition { kind: Kind::GradeDropped, subject, from, until });
        }
    }

    fn review(&self, alerts: &Alerts, found: &mut Vec<Condition>) {
        let Some(review) = self.credit().review(&alerts.risk) else { return };
        let (kind, from, subject) =
            (Kind::ReviewOverdue, later(review.due_on, 1), Subject::Customer);
        found.push(Condition { kind, subject, from, until: None });
    }

    /// The first day on which what happened on a day is no longer news.
    pub(crate) fn old_news(&self, on: NaiveDate) -> NaiveDate {
        later(on, self.rules().news_days.into())
    }

    /// The alert about a condition.
    pub(crate) fn alert(
        &self,
        alerts: &Alerts,
        condition: &Condition,
        today: NaiveDate,
        count: u32,
        again: bool,
    ) -> Alert {
        let Condition { kind, subject, .. } = condition;
        let mut alert = Alert {
            alert: id(*kind, subject, count),
            kind: *kind,
            severity: severity(*kind),
            reasons: Vec::new(),
            subject: subject.clone(),
            raised_on: today,
            holds_from: condition.from,
            amount: None,
            limit: None,
            date: condition.until.and_then(|it| it.pred_opt()).filter(|_| ends_by_itself(*kind)),
            invoice: None,
            grades: None,
            change: None,
            level: None,
            evidence: Vec::new(),
            again,
        };
        let (risk, noted) = (&alerts.risk, &alerts.noted);
        match subject {
            Subject::Customer => self.of_customer(alerts, *kind, today, &mut alert),
            Subject::Group(_) | Subject::Currency(_) => self.tell_of_the_tenant(alerts, &mut alert),
            Subject::Promise(id) => {
                let view = risk.account().promise_view(id, NaiveDate::MAX);
                let partly = view
                    .as_ref()
                    .is_some_and(|it| matches!(it.state, PromiseState::PartlyKept(..)));
                alert.reasons.push(if partly {
                    ReasonCode::PromisePartlyKept
                } else {
                    ReasonCode::PromiseNotKept
                });
                alert.amount = view.as_ref().map(|it| it.amount);
                alert.date = view.as_ref().map(|it| it.promised_for);
                let invoices = view.iter().flat_map(|it| &it.invoices);
                let invoices = invoices.map(|it| noted.invoices.get(it).copied());
                let judged = noted.promises.get(id).map(|it| it.at);
                alert.evidence = evidence([judged].into_iter().chain(invoices));
            }
            Subject::Payment(id) => {
                let reversed = noted.payments.get(id);
                alert.reasons.push(returned(reversed.map(|it| it.what)));
                let view = risk.account().payment_view(id, today);
                alert.amount = view.and_then(|it| it.payment).map(|it| it.amount);
                alert.date = reversed.map(|it| it.on);
                alert.evidence = evidence([reversed.map(|it| it.at)]);
            }
            Subject::Dispute(id) => {
                alert.reasons.push(ReasonCode::DisputeOpen);
                let contest = noted.disputes.get(id);
                alert.invoice = contest.map(|it| it.invoice.clone());
                alert.date = contest.map(|it| it.opened_on);
                let view = risk.account().dispute_view(id, NaiveDate::MAX);
                alert.amount = view.map(|it| it.amount);
                alert.evidence = evidence([contest.map(|it| it.at)]);
            }
            Subject::Order(order) => {
                let held = risk.held_order(order);
                if let Some(held) = held {
                    alert.amount = Some(held.order.amount);
                    alert.date = Some(held.order.ordered_on);
                    alert.reasons.extend(held.rules.iter().map(obstacle));
                    alert.invoice = held.rules.iter().find_map(late_invoice);
                }
                alert.evidence = evidence([held.and_then(place)]);
            }
            Subject::Limit(id) => {
                alert.reasons.push(ReasonCode::Expires);
                let found = risk.granted_limits().find(|it| it.limit == *id);
                alert.limit = found.map(|it| it.amount);
                alert.evidence = evidence([found.and_then(place)]);
            }
            Subject::Cover(id) => {
                alert.reasons.push(ReasonCode::Expires);
                let found = risk.granted_covers().find(|it| it.cover == *id);
                alert.amount = found.map(|it| it.amount);
                alert.evidence = evidence([found.and_then(place)]);
            }
            Subject::Notice(id) => {
                let found = risk.notices().find(|it| it.notice == *id);
                alert.reasons.extend(found.and_then(|it| insolvent(it.kind)));
                alert.date = found.map(|it| it.published_on);
                alert.evidence = evidence([found.and_then(place)]);
            }
            Subject::Finding(doubt) => identity::tell(alerts, *doubt, today, &mut alert),
            Subject::Reminder(_) | Subject::Invoice(_) => reminders::tell(alerts, &mut alert),
            Subject::Right(_) | Subject::Placement(_) => rights::tell(alerts, &mut alert),
            Subject::Guarantee(id) => {
                alert.reasons.push(ReasonCode::Expires);
                let found = risk.unreleased_guarantees().find(|it| it.guarantee == *id);
                alert.amount = found.map(|it| it.amount);
                alert.evidence = evidence([found.and_then(place)]);
            }
        }
        alert
    }

    fn of_customer(&self, alerts: &Alerts, kind: Kind, today: NaiveDate, alert: &mut Alert) {
        let noted = &alerts.noted;
        if kind == Kind::InvoiceOverdue {
            alert.reasons.push(ReasonCode::PastDue);
            if let Some((invoice, due_on, open)) = longest_due(alerts) {
                alert.amount = Some(open);
                alert.date = Some(due_on);
                alert.evidence = evidence([noted.invoices.get(&invoice).copied()]);
                alert.invoice = Some(invoice);
            }
            return;
        }
        if kind == Kind::GradeDropped {
            alert.reasons.push(ReasonCode::GradeWorse);
            let standing = alerts.risk.standing();
            alert.grades = standing.and_then(|it| Some((it.grade_before?, it.grade)));
            alert.evidence = evidence([standing.and_then(|it| it.at).map(Sequence)]);
            return;
        }
        if kind == Kind::ReviewOverdue {
            alert.reasons.push(ReasonCode::ReviewDue);
            alert.date = self.credit().review(&alerts.risk).map(|it| it.due_on);
            let standing = alerts.risk.standing();
            alert.evidence = evidence([standing.and_then(|it| it.at).map(Sequence)]);
            return;
        }
        if kind == Kind::SupplyBlocked {
            return reminders::tell(alerts, alert);
        }
        if kind == Kind::BehaviourBroke {
            alert.reasons.push(ReasonCode::PaysLater);
            alert.evidence = evidence([alerts.risk.heard_at().map(Sequence)]);
            return;
        }
        alert.reasons.push(if kind == Kind::LimitBreached {
            ReasonCode::LimitExceeded
        } else {
            ReasonCode::LimitNearlyUsed
        });
        if let Ok(exposure) = self.credit().exposure(&alerts.risk, today) {
            alert.amount = Some(exposure.unsecured);
            alert.limit = exposure.limit;
        }
        let holds = |from: NaiveDate, until: Option<NaiveDate>| {
            from <= today && until.is_none_or(|until| today <= until)
        };
        let limits = alerts.risk.granted_limits().filter(|it| holds(it.holds_from, it.holds_until));
        let limits = limits.map(place);
        let mut items = alerts.risk.account().owed().items;
        items.sort_by_key(|it| std::cmp::Reverse(it.open.minor()));
        let items =
            items.iter().take(ITEMS_NAMED).map(|it| noted.invoices.get(it.invoice).copied());
        let orders = alerts.risk.accepted_orders().map(place);
        alert.evidence = evidence(limits.chain(items).chain(orders));
    }
}

/// The item that has been due for longest of those that are not wholly contested, when it was due, and
/// what is open of it.
fn longest_due(alerts: &Alerts) -> Option<(InvoiceId, NaiveDate, Money)> {
    let account = alerts.risk.account();
    if !account.has_open_items() {
        return None;
    }
    let owed = account.owed();
    let due = owed.items.iter().filter(|it| it.disputed.minor() < it.open.minor());
    let first = due.min_by_key(|it| (it.due_on, it.invoice))?;
    Some((first.invoice.clone(), first.due_on, first.open))
}

/// Where a fact of risk stands.
pub(crate) fn place<T>(it: &Placed<T>) -> Option<Sequence> {
    it.at().map(Sequence)
}

fn orders(alerts: &Alerts, found: &mut Vec<Condition>) {
    for held in alerts.risk.held_orders() {
        let subject = Subject::Order(held.order.order.clone());
        let from = held.held_on;
        found.push(Condition { kind: Kind::OrderHeld, subject, from, until: None });
    }
}

fn behaviour(alerts: &Alerts, today: NaiveDate, found: &mut Vec<Condition>) {
    if Behaviour::during(alerts.risk.account(), today).broke().is_some() {
        let (kind, subject) = (Kind::BehaviourBroke, Subject::Customer);
        found.push(Condition { kind, subject, from: today, until: None });
    }
}

/// The gravest of those in force.
fn notices(alerts: &Alerts, today: NaiveDate, found: &mut Vec<Condition>) {
    let Some(notice) = alerts.risk.notice_on(today) else { return };
    if insolvent(notice.kind).is_some() {
        let subject = Subject::Notice(notice.notice.clone());
        let from = notice.judged_on.unwrap_or(notice.published_on);
        found.push(Condition { kind: Kind::InsolvencyPublished, subject, from, until: None });
    }
}

/// How money came back.
fn returned(why: Option<ReversalReason>) -> ReasonCode {
    if why == Some(ReversalReason::Chargeback) {
        ReasonCode::PaymentChargedBack
    } else {
        ReasonCode::PaymentReturned
    }
}

/// What a notice says of solvency, if anything.
fn insolvent(kind: NoticeKind) -> Option<ReasonCode> {
    match kind {
        NoticeKind::Safeguard | NoticeKind::Plan => Some(ReasonCode::Safeguard),
        NoticeKind::Receivership => Some(ReasonCode::Receivership),
        NoticeKind::Liquidation | NoticeKind::ClosedForInsufficientAssets => {
            Some(ReasonCode::Liquidation)
        }
        NoticeKind::StruckOff => Some(ReasonCode::StruckOff),
        NoticeKind::Closed | NoticeKind::AccountsNotFiled | NoticeKind::Other => None,
    }
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(date::LAST).min(date::LAST)
}

/// Whose condition ends on the day its subject names.
fn ends_by_itself(kind: Kind) -> bool {
    matches!(kind, Kind::LimitExpiring | Kind::GuaranteeExpiring | Kind::CoverExpiring)
}

fn ends(kind: GuaranteeKind) -> Kind {
    match kind {
        GuaranteeKind::CreditInsurance => Kind::CoverExpiring,
        GuaranteeKind::Surety
        | GuaranteeKind::BankGuarantee
        | GuaranteeKind::LetterOfCredit
        | GuaranteeKind::Pledge
        | GuaranteeKind::Mortgage => Kind::GuaranteeExpiring,
    }
}

fn severity(kind: Kind) -> Severity {
    match kind {
        Kind::LimitBreached
        | Kind::PaymentBounced
        | Kind::ReminderUnknown
        | Kind::RightLapsed
        | Kind::ErrandUnknown
        | Kind::InsolvencyPublished
        | Kind::IdentityDoubtful => Severity::High,
        Kind::LimitNearly
        | Kind::InvoiceOverdue
        | Kind::PromiseBroken
        | Kind::OrderHeld
        | Kind::ReminderStuck
        | Kind::ReminderRegretted
        | Kind::DunningExhausted
        | Kind::SupplyBlocked
        // As long as its last day is not near.
        | Kind::RightAtRisk
        | Kind::CoverExpiring
        | Kind::GradeDropped
        | Kind::BehaviourBroke
        | Kind::ConcentrationCrossed
        | Kind::DsoDrifted
        | Kind::AgingBreached => Severity::Medium,
        Kind::DisputeAgeing
        | Kind::LimitExpiring
        | Kind::GuaranteeExpiring
        | Kind::ReviewOverdue => Severity::Low,
    }
}

fn obstacle(rule: &Rule) -> ReasonCode {
    match rule {
        Rule::NoLimit => ReasonCode::NoLimit,
        Rule::OverLimit { .. } => ReasonCode::OverLimit,
        Rule::Overdue { .. } => ReasonCode::Overdue,
        Rule::OverdueAmount { .. } => ReasonCode::OverdueAmount,
        Rule::LargeOrder => ReasonCode::LargeOrder,
        Rule::BrokenPromises { .. } => ReasonCode::BrokenPromises,
        Rule::Graded { .. } => ReasonCode::GradeTooLow,
        Rule::DoubtfulIdentity { finding } => identity::reason(*finding),
        Rule::NoRate { .. } => ReasonCode::NoRate,
    }
}

fn late_invoice(rule: &Rule) -> Option<InvoiceId> {
    match rule {
        Rule::Overdue { invoice, .. } => Some(invoice.clone()),
        Rule::NoLimit
        | Rule::OverLimit { .. }
        | Rule::OverdueAmount { .. }
        | Rule::LargeOrder
        | Rule::BrokenPromises { .. }
        | Rule::Graded { .. }
        | Rule::DoubtfulIdentity { .. }
        | Rule::NoRate { .. } => None,
    }
}

/// The same for the same alert, whoever works it out: `order_held-PO-7-2` is the second about order
/// PO-7. Where the subject's id is too long for that, a digest stands in its place.
#[expect(clippy::expect_used, reason = "a word, 16 digits and a number are an id")]
fn id(kind: Kind, subject: &Subject, count: u32) -> AlertId {
    let subject = if let Subject::Order(order) = subject {
        Some(escaped(order))
    } else {
        subject.id().map(str::to_owned)
    };
    let Some(subject) = subject else {
        return AlertId::new(&format!("{kind}-{count}")).expect("a word and a number");
    };
    AlertId::new(&format!("{kind}-{subject}-{count}")).unwrap_or_else(|_| {
        let digest: String = Hash::of(subject.as_bytes()).hex().chars().take(16).collect();
        AlertId::new(&format!("{kind}-{digest}-{count}")).expect("a word, 16 digits and a number")
    })
}

/// A reference as part of an id; its digest follows where it is too long for one.
fn escaped(order: &Reference) -> String {
    match AlertId::from_outside(order.as_str()) {
        Ok(id) => id.to_string(),
        Err(_) => Hash::of(order.as_str().as_bytes()).hex(),
    }
}
