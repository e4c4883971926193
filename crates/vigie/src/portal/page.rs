//! The page of a customer: what is known, as the page shows it, in the customer's language. Whatever
//! comes from outside is escaped where it is printed.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::{Days, NaiveDate};
use dunning::{Dunning, Policy};
use events::{CustomerId, InvoiceId, TenantId, invoicing::Source};
use invoicing::view::{PlanState, PromiseState, View};
use letters::{Language, amount, clean, date, date_short};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, value::Serde};
use money::{Currency, Money};
use serde::Serialize;

use super::{
    Site,
    form::{Fields, Kind, Known, Recorded, Wrong, word_of},
    words::{Words, put, words},
};

/// The most invoices that a page lists; the oldest due come first.
const LISTED_MAX: usize = 500;

/// What a page is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) site: &'a Site,
    pub(super) tenant: &'a TenantId,
    pub(super) customer: &'a CustomerId,
    pub(super) state: &'a Dunning,
    pub(super) policy: &'a Policy,
    pub(super) today: NaiveDate,
    /// The last part of the page's own address.
    pub(super) token: &'a str,
}

/// What a page answers to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer<'a> {
    /// To somebody who looks.
    Shown,
    /// To somebody who looks at what was recorded.
    Said(&'a Recorded),
    /// To a form with fields that cannot be.
    Wrong(Kind, &'a Fields, &'a [Wrong]),
    /// To a form that was refused.
    Refused(Kind, &'a Fields, &'a str),
    /// To a form of which nobody can tell what became.
    Unknown(Kind, &'a Fields),
}

#[derive(Serialize)]
struct Shown<'a> {
    language: &'static str,
    words: &'static Words,
    title: String,
    company: String,
    customer: &'a str,
    as_of: String,
    said: Option<String>,
    trouble: Option<String>,
    invoices: Vec<Line>,
    left_out: Option<String>,
    credits: Vec<String>,
    totals: Vec<Named>,
    besides: bool,
    plan: Vec<String>,
    promises: Vec<String>,
    contests: Vec<String>,
    payment: Vec<Named>,
    pay_links: Vec<PayLink>,
    currencies: Vec<&'static str>,
    reasons: Vec<Choice>,
    reach: Vec<String>,
    today: String,
    last: String,
    given: BTreeMap<&'static str, BTreeMap<String, String>>,
    wrong: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
    up: &'static str,
    action: String,
}

#[derive(Serialize)]
struct Line {
    id: String,
    number: String,
    issued: String,
    due: String,
    late: bool,
    original: String,
    open: String,
    contested: String,
}

#[derive(Serialize)]
struct Named {
    name: String,
    amount: String,
}

#[derive(Serialize)]
struct PayLink {
    url: String,
    text: String,
}

#[derive(Serialize)]
struct Choice {
    word: &'static str,
    text: String,
}

/// What is open, contested and not set off, in a currency.
#[derive(Default, Clone, Copy)]
struct Sums {
    open: i64,
    contested: i64,
    credits: i64,
}

impl<'a> Sheet<'a> {
    /// What a form is read against.
    pub(super) fn known(self) -> Known<'a> {
        let Self { site, tenant, customer, state, today, .. } = self;
        Known { tenant, customer, state, today, promise_days: site.promise_days }
    }

    /// The customer's language where there are words in it, else the tenant's.
    fn language(self) -> Language {
        let known = self.state.risk().account().customer().and_then(|it| it.language);
        let two = known.as_deref().and_then(|it| it.split('-').next());
        two.and_then(|it| it.parse().ok()).unwrap_or(self.site.language)
    }

    /// The page, as HTML.
    pub(super) fn print(self, answer: Answer<'_>) -> Result<String, minijinja::Error> {
        let shown = self.shown(answer);
        ENGINE.get_template("page")?.render(Value::from(Serde(shown)))
    }

    fn shown(self, answer: Answer<'_>) -> Shown<'a> {
        let Self { site, state, today, customer, policy, .. } = self;
        let language = self.language();
        let words = words(language);
        let view = state.risk().account().view(today);
        let (invoices, left_out) = self.invoices(language);
        let sums = self.sums(&view);
        let (said, trouble) = told(answer, words, language);
        let (given, wrong, up) = returned(answer, words, language);
        let company = clean(&site.name);
        let last = today.checked_add_days(Days::new(site.promise_days.into())).unwrap_or(today);
        let currencies: Vec<_> =
            sums.iter().filter(|(_, it)| it.open > 0).map(|(it, _)| it.code()).collect();
        Shown {
            language: language.as_str(),
            words,
            title: put(&words.title, &[("company", &company)]),
            as_of: put(&words.as_of, &[("date", &date(today, language))]),
            customer: customer.as_str(),
            said,
            trouble,
            left_out: (left_out > 0)
                .then(|| put(&words.left_out, &[("count", &left_out.to_string())])),
            credits: credits(&view, words, language),
            totals: totals(&sums, words, language),
            besides: policy.rules().interest.is_some() && !invoices.is_empty(),
            plan: plan(&view, words, language),
            promises: promises(&view, words, language),
            contests: contests(&view, words, language),
            payment: self.payment(words),
            pay_links: self.pay_links(&sums, words, language),
            currencies: if currencies.len() > 1 { currencies } else { Vec::new() },
            reasons: reasons(words),
            reach: [&site.email, &site.phone].into_iter().flatten().map(|it| clean(it)).collect(),
            today: today.to_string(),
            last: last.to_string(),
            given,
            wrong,
            up,
            action: format!("{up}{}", self.token),
            invoices,
            company,
        }
    }

    /// What is open, the oldest due first, and how many invoices are left out.
    fn invoices(self, language: Language) -> (Vec<Line>, usize) {
        let account = self.state.risk().account();
        let mut items = account.owed_on(self.today).items;
        items.retain(|it| self.is_ours(it.invoice));
        items.sort_by(|a, b| (a.due_on, a.invoice).cmp(&(b.due_on, b.invoice)));
        let left_out = items.len().saturating_sub(LISTED_MAX);
        let lines = items.into_iter().take(LISTED_MAX).map(|it| {
            let document =
                account.invoice_view(it.invoice, self.today).and_then(|view| view.document);
            let number = document.as_ref().and_then(|it| it.number.as_ref());
            Line {
                id: it.invoice.to_string(),
                number: number.map_or_else(|| it.invoice.to_string(), |it| clean(it.as_str())),
                issued: document
                    .as_ref()
                    .map_or_else(String::new, |it| date_short(it.issued_on, language)),
                due: date_short(it.due_on, language),
                late: it.due_on < self.today,
                original: document.map_or_else(String::new, |it| amount(it.gross, language)),
                open: amount(it.open, language),
                contested: if it.disputed.is_zero() {
                    String::new()
                } else {
                    amount(it.disputed, language)
                },
            }
        });
        (lines.collect(), left_out)
    }

    /// Whether the customer may pay an invoice to the tenant: of one that was assigned, and of which it
    /// was told, the letter says who is to be paid.
    fn is_ours(self, invoice: &InvoiceId) -> bool {
        let holder = self.state.risk().account().holder(invoice);
        holder.is_none_or(|it| it.notified_on.is_none())
    }

    fn sums(self, view: &View) -> BTreeMap<Currency, Sums> {
        let mut sums = BTreeMap::<Currency, Sums>::new();
        let items = self.state.risk().account().owed_on(self.today).items;
        for it in items.into_iter().filter(|it| self.is_ours(it.invoice)) {
            let sum = sums.entry(it.open.currency()).or_default();
            sum.open = sum.open.saturating_add(it.open.minor());
            sum.contested = sum.contested.saturating_add(it.disputed.minor());
        }
        for it in view.unallocated.iter().filter(|it| !it.deposit) {
            if let Some(sum) = sums.get_mut(&it.amount.currency()) {
                sum.credits = sum.credits.saturating_add(it.amount.minor());
            }
        }
        sums
    }

    fn payment(self, words: &Words) -> Vec<Named> {
        let site = self.site;
        let mut rows = vec![(words.payee.as_str(), clean(&site.name))];
        rows.extend(site.iban.as_ref().map(|it| ("IBAN", spaced(it))));
        rows.extend(site.bic.as_ref().map(|it| ("BIC", clean(it))));
        rows.push((words.reference.as_str(), self.customer.to_string()));
        named(rows)
    }

    fn pay_links(
        self,
        sums: &BTreeMap<Currency, Sums>,
        words: &Words,
        language: Language,
    ) -> Vec<PayLink> {
        let owed = sums.iter().map(|(currency, it)| Money::new(it.to_pay(), *currency));
        let owed = owed.filter(|it| it.is_positive());
        let links = owed.filter_map(|it| {
            let text = put(&words.pay_online, &[("amount", &amount(it, language))]);
            Some(PayLink { url: self.site.pay_link(self.customer, it)?, text })
        });
        links.collect()
    }
}

impl Sums {
    /// What is asked for; never less than nothing.
    fn to_pay(self) -> i64 {
        self.open.saturating_sub(self.contested).saturating_sub(self.credits).max(0)
    }
}

fn named<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> Vec<Named> {
    rows.into_iter().map(|(name, amount)| Named { name: name.to_owned(), amount }).collect()
}

fn totals(sums: &BTreeMap<Currency, Sums>, words: &Words, language: Language) -> Vec<Named> {
    let mut rows = Vec::new();
    for (currency, it) in sums {
        let shown = |minor: i64| amount(Money::new(minor, *currency), language);
        rows.push((words.total_open.as_str(), shown(it.open)));
        if it.contested != 0 {
            rows.push((words.total_contested.as_str(), shown(-it.contested)));
        }
        if it.credits != 0 {
            rows.push((words.total_credits.as_str(), shown(-it.credits)));
        }
        rows.push((words.total.as_str(), shown(it.to_pay())));
    }
    named(rows)
}

fn credits(view: &View, words: &Words, language: Language) -> Vec<String> {
    let each = view.unallocated.iter().map(|it| {
        let (text, document) = match &it.source {
            Source::CreditNote(id) => (&words.credit_note, id.to_string()),
            Source::Payment(id) if it.deposit => (&words.deposit, id.to_string()),
            Source::Payment(id) => (&words.cash, id.to_string()),
        };
        let (on, amount) = (date_short(it.counts_from, language), amount(it.amount, language));
        put(text, &[("document", &document), ("date", &on), ("amount", &amount)])
    });
    each.collect()
}

fn plan(view: &View, words: &Words, language: Language) -> Vec<String> {
    let plans = view.plans.iter().filter(|it| it.state == PlanState::InForce);
    let instalments = plans.flat_map(|it| &it.instalments).map(|(due_on, money)| {
        let (amount, date) = (amount(*money, language), date(*due_on, language));
        put(&words.instalment, &[("amount", &amount), ("date", &date)])
    });
    instalments.collect()
}

fn promises(view: &View, words: &Words, language: Language) -> Vec<String> {
    let open = view.promises.iter().filter(|it| it.state == PromiseState::Open);
    let lines = open.map(|it| {
        let about: Vec<_> = it.invoices.iter().map(InvoiceId::as_str).collect();
        let about = about.join(", ");
        let (amount, date) = (amount(it.amount, language), date(it.promised_for, language));
        let text = if about.is_empty() { &words.promise } else { &words.promise_about };
        put(text, &[("amount", &amount), ("date", &date), ("invoice", &about)])
    });
    lines.collect()
}

fn contests(view: &View, words: &Words, language: Language) -> Vec<String> {
    let lines = view.disputes.iter().map(|it| {
        let reason = words.reasons.get(word_of(it.reason)).map_or("", String::as_str);
        let amount = amount(it.amount, language);
        let places = [("invoice", it.invoice.as_str()), ("amount", &*amount), ("reason", reason)];
        put(&words.contest_line, &places)
    });
    lines.collect()
}

fn reasons(words: &Words) -> Vec<Choice> {
    let choices = super::form::REASONS.iter().map(|(_, word)| {
        let text = words.reasons.get(*word).cloned().unwrap_or_default();
        Choice { word, text }
    });
    choices.collect()
}

/// What is said above all else: what was recorded, or that nothing was.
fn told(answer: Answer<'_>, words: &Words, language: Language) -> (Option<String>, Option<String>) {
    match answer {
        Answer::Shown => (None, None),
        Answer::Said(recorded) => (Some(words.said(recorded, language)), None),
        Answer::Wrong(..) => (None, Some(words.not_recorded.clone())),
        Answer::Refused(_, _, why) => (None, Some(words.refused(why))),
        Answer::Unknown(..) => (None, Some(words.not_now.clone())),
    }
}

type Given = BTreeMap<&'static str, BTreeMap<String, String>>;
type Marked = BTreeMap<&'static str, BTreeMap<&'static str, String>>;

/// What was written in a form, what is wrong about it, and the way up from where it was sent.
fn returned(
    answer: Answer<'_>,
    words: &Words,
    language: Language,
) -> (Given, Marked, &'static str) {
    let (mut given, mut marked) = (Given::new(), Marked::new());
    for kind in Kind::ALL {
        given.insert(kind.name(), BTreeMap::new());
        marked.insert(kind.name(), BTreeMap::new());
    }
    let (kind, fields, wrong) = match answer {
        Answer::Shown | Answer::Said(_) => return (given, marked, ""),
        Answer::Wrong(kind, fields, wrong) => (kind, fields, wrong),
        Answer::Refused(kind, fields, _) | Answer::Unknown(kind, fields) => (kind, fields, &[][..]),
    };
    given.insert(kind.name(), fields.all());
    let wrong = wrong.iter().map(|it| (it.field, words.why(&it.why, language)));
    marked.insert(kind.name(), wrong.collect());
    (given, marked, "../")
}

/// An IBAN in groups of four, as on paper.
fn spaced(iban: &str) -> String {
    let bare: Vec<_> = clean(iban).chars().filter(|it| *it != ' ').collect();
    let groups: Vec<String> = bare.chunks(4).map(|it| it.iter().collect()).collect();
    groups.join(" ")
}

/// A page that says no more than this, in every language: to whom it is said is not known.
pub(super) fn notice(texts: [&str; 3]) -> String {
    #[derive(Serialize)]
    struct Said<'a> {
        language: &'static str,
        text: &'a str,
    }
    #[derive(Serialize)]
    struct Notice<'a> {
        title: &'a str,
        lines: Vec<Said<'a>>,
    }
    let languages = [Language::En, Language::Fr, Language::De];
    let lines = languages.iter().zip(texts);
    let lines = lines.map(|(it, text)| Said { language: it.as_str(), text }).collect();
    let notice = Notice { title: "Vigie", lines };
    let printed = ENGINE.get_template("notice");
    let printed = printed.and_then(|it| it.render(Value::from(Serde(notice))));
    printed.unwrap_or_else(|_| texts.join("\n"))
}

/// Two templates and nothing else; every value is escaped.
static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Lenient);
    engine.set_auto_escape_callback(|_| AutoEscape::Html);
    for (name, text) in
        [("page", include_str!("texts/page.html")), ("notice", include_str!("texts/notice.html"))]
    {
        if let Err(error) = engine.add_template(name, text) {
            tracing::error!(name, %error, "a shipped template cannot be read");
        }
    }
    engine
});
