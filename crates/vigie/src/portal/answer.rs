//! What is answered to whoever comes with a link: its page, or that there is none.
//!
//! Looking changes nothing: what scans the links of mails may open them as often as it likes. A form
//! is one command, sent to whoever decides; the answer that it was recorded means that it is durable.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_nats::Client;
use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    response::Response,
    routing::{get, post},
};
use chrono::{FixedOffset, NaiveDate};
use events::{CustomerId, Partition, Sequence, TenantId};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::time::Instant;

use super::{
    Site,
    form::{FORM_BYTES_MAX, Fields, Kind, Recorded, Wish},
    guard::{self, PER_ADDRESS, PER_FORM, PER_PAGE, Turns},
    page::{Answer, Sheet, notice},
    token::{Grant, Token},
};
use crate::{
    ask::line::{Became, Line},
    tenants::{Tenant, Tenants},
    wall,
};

/// How long what a tenant's file says is believed before it is read again.
const SITE_KEPT: Duration = Duration::from_secs(10);
/// How long a command may take, and then its being heard here.
const RECORDED_WITHIN: Duration = Duration::from_secs(20);
const HEARD_WITHIN: Duration = Duration::from_secs(5);

const NOT_FOUND: [&str; 3] = [
    "This link does not open anything, or no longer. Please ask for a new one.",
    "Ce lien n’ouvre rien, ou plus rien. Demandez-en un nouveau.",
    "Dieser Link öffnet nichts, oder nichts mehr. Bitte lassen Sie sich einen neuen geben.",
];
const TOO_OFTEN: [&str; 3] = [
    "That was a little too often. Please wait a minute.",
    "C’était un peu trop souvent. Merci de patienter une minute.",
    "Das war etwas zu oft. Bitte warten Sie eine Minute.",
];
const NOT_READ: [&str; 3] = [
    "This form was not sent from your page, and nothing was recorded.",
    "Ce formulaire ne vient pas de votre page, et rien n’a été enregistré.",
    "Dieses Formular kam nicht von Ihrer Seite, und es wurde nichts erfasst.",
];
const NOT_NOW: [&str; 3] = [
    "Your page cannot be shown right now. Please try again in a few minutes.",
    "Votre page ne peut être affichée pour l’instant. Réessayez dans quelques minutes.",
    "Ihre Seite kann gerade nicht gezeigt werden. Bitte versuchen Sie es in einigen Minuten wieder.",
];

/// What pages are answered from. Cloning it is cheap; the clones share it.
#[derive(Clone)]
pub(super) struct Reception(Arc<Inner>);

struct Inner {
    tenants: Tenants,
    client: Client,
    directory: PathBuf,
    /// Between UTC and the tenants' time; none: days are opened by hand, and theirs is the day.
    wall: Option<FixedOffset>,
    behind_proxy: bool,
    sites: Mutex<BTreeMap<TenantId, Read>>,
    addresses: Mutex<Turns<IpAddr>>,
    pages: Mutex<Turns<(TenantId, CustomerId)>>,
    forms: Mutex<Turns<(TenantId, CustomerId)>>,
}

/// When a tenant's file was read, and what it says of pages.
type Read = (Instant, Option<Arc<Site>>);

/// Who is at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// Somebody with a link that opens.
struct Guest {
    tenant: Arc<Tenant>,
    site: Arc<Site>,
    customer: CustomerId,
    token: String,
    seen: Seen,
}

/// What is known of a customer at a moment.
struct Seen {
    state: Arc<dunning::Dunning>,
    policy: dunning::Policy,
    today: NaiveDate,
}

/// Why nobody is shown anything.
enum Closed {
    /// There is no such page, for whatever reason.
    NotFound,
    /// It was asked for too often.
    TooOften,
    /// The journal has not been read yet.
    NotNow,
}

impl From<Closed> for Response {
    fn from(closed: Closed) -> Self {
        let (status, texts) = match closed {
            Closed::NotFound => (StatusCode::NOT_FOUND, NOT_FOUND),
            Closed::TooOften => (StatusCode::TOO_MANY_REQUESTS, TOO_OFTEN),
            Closed::NotNow => (StatusCode::SERVICE_UNAVAILABLE, NOT_NOW),
        };
        let mut response = html(status, notice(texts));
        if status != StatusCode::NOT_FOUND {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}

/// Where everything is found.
pub(super) fn routes(reception: Reception) -> Router {
    Router::new()
        .route("/style.css", get(style))
        .route("/{token}", get(look))
        .route("/{token}/{form}", post(send))
        .fallback(async || Response::from(Closed::NotFound))
        .method_not_allowed_fallback(async || Response::from(Closed::NotFound))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(reception)
}

async fn style() -> Response {
    let mut response = html(StatusCode::OK, include_str!("texts/style.css").to_owned());
    let css = HeaderValue::from_static("text/css; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, css);
    response
}

async fn look(
    State(reception): State<Reception>,
    Extension(peer): Extension<Peer>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let guest = match reception.guest(peer, &headers, token).await {
        Ok(guest) => guest,
        Err(closed) => return closed.into(),
    };
    let query = query.and_then(|it| Fields::read(it.as_bytes()));
    let recorded = query.as_ref().and_then(|it| it.get("recorded")).map(str::to_owned);
    print(guest, StatusCode::OK, move |sheet| {
        let recorded = recorded.and_then(|id| Recorded::of(sheet.state, &id));
        sheet.print(recorded.as_ref().map_or(Answer::Shown, Answer::Said))
    })
    .await
}

async fn send(
    State(reception): State<Reception>,
    Extension(peer): Extension<Peer>,
    Path((token, form)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let guest = match reception.guest(peer, &headers, token).await {
        Ok(guest) => guest,
        Err(closed) => return closed.into(),
    };
    let Some(kind) = Kind::of(&form) else { return Closed::NotFound.into() };
    if !guard::is_from_here(&headers, guest.site.links.origin()) {
        return html(StatusCode::FORBIDDEN, notice(NOT_READ));
    }
    let media = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let is_form = media.is_some_and(|it| it.starts_with("application/x-www-form-urlencoded"));
    let fields = body.ok().filter(|_| is_form).and_then(|it| Fields::read(&it));
    let Some(fields) = fields else { return html(StatusCode::BAD_REQUEST, notice(NOT_READ)) };
    reception.record(guest, kind, fields).await
}

impl Reception {
    pub(super) fn new(
        tenants: Tenants,
        client: Client,
        directory: PathBuf,
        wall: Option<FixedOffset>,
        behind_proxy: bool,
    ) -> Self {
        Self(Arc::new(Inner {
            tenants,
            client,
            directory,
            wall,
            behind_proxy,
            sites: Mutex::default(),
            addresses: Mutex::new(Turns::new(PER_ADDRESS)),
            pages: Mutex::new(Turns::new(PER_PAGE)),
            forms: Mutex::new(Turns::new(PER_FORM)),
        }))
    }

    /// Who comes with this link. Whatever is wrong about it, the answer is the same.
    async fn guest(
        &self,
        Peer(peer): Peer,
        headers: &HeaderMap,
        token: String,
    ) -> Result<Guest, Closed> {
        let named = if self.0.behind_proxy { guard::forwarded(headers) } else { None };
        if !take(&self.0.addresses, guard::neighbour(named.unwrap_or(peer))) {
            return Err(Closed::TooOften);
        }
        let read: Token = token.parse().map_err(|_| Closed::NotFound)?;
        let tenant = self.0.tenants.get(read.claimed_tenant()).ok_or(Closed::NotFound)?;
        let site = self.site(&tenant.id).await.ok_or(Closed::NotFound)?;
        // The day that has begun, wherever the customer stands.
        let heard = tenant.hosts::<dunning::Policy>().map(|(_, it)| it.read(|it| it.today));
        let heard = heard.filter_map(Result::ok).max().ok_or(Closed::NotNow)?;
        let today = self.0.wall.map_or(heard, |offset| wall::today(offset).max(heard));
        let Grant { customer, .. } = site.links.keys.grant(read, today).ok_or(Closed::NotFound)?;
        if !take(&self.0.pages, (tenant.id.clone(), customer.clone())) {
            return Err(Closed::TooOften);
        }
        let seen = see(&tenant, &customer)?.ok_or(Closed::NotFound)?;
        Ok(Guest { tenant, site, customer, token, seen })
    }

    /// What the tenant's file says, read again from time to time.
    async fn site(&self, tenant: &TenantId) -> Option<Arc<Site>> {
        let now = Instant::now();
        let known =
            self.0.sites.lock().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned();
        if let Some((_, site)) = known.filter(|(read, _)| now < *read + SITE_KEPT) {
            return site;
        }
        let site = match Site::load(&self.0.directory, tenant).await {
            Ok(site) => site.map(Arc::new),
            Err(error) => {
                tracing::warn!(%tenant, %error, "no page is shown");
                None
            }
        };
        let mut sites = self.0.sites.lock().unwrap_or_else(PoisonError::into_inner);
        sites.insert(tenant.clone(), (now, site.clone()));
        site
    }

    /// Reads a form and has it recorded. Whoever sent it is led back to the page, which says what the
    /// journal says.
    async fn record(&self, mut guest: Guest, kind: Kind, fields: Fields) -> Response {
        let sheet = guest.sheet();
        let wish = match Wish::read(kind, &fields, sheet.known()) {
            Ok(wish) => wish,
            Err(wrong) => {
                return print(guest, StatusCode::UNPROCESSABLE_ENTITY, move |sheet| {
                    sheet.print(Answer::Wrong(kind, &fields, &wrong))
                })
                .await;
            }
        };
        if let Some(id) = wish.recorded(sheet.known()) {
            return back(&guest.token, &id);
        }
        // What was wrong or known already was no more than looking.
        if !take(&self.0.forms, (guest.tenant.id.clone(), guest.customer.clone())) {
            return Closed::TooOften.into();
        }
        let Some(asked) = wish.asked(sheet.known()) else { return Closed::NotNow.into() };
        let tenant = &guest.tenant;
        let became = async {
            let mut line = Line::open(self.0.client.clone(), &tenant.id).await?;
            line.send(asked.context, asked.payload, 1, ()).await?;
            let became = line.first().await?;
            Ok::<_, crate::ask::line::LineError>((became, line.position().clone()))
        };
        let became = tokio::time::timeout(RECORDED_WITHIN, became).await;
        let (became, position) = match became {
            Ok(Ok((Some(((), became)), position))) => (became.into_iter().next(), position),
            Ok(Ok((None, _))) | Err(_) => (None, BTreeMap::new()),
            Ok(Err(error)) => {
                tracing::warn!(tenant = %tenant.id, %error, "a form could not be recorded");
                (None, BTreeMap::new())
            }
        };
        match became {
            Some(Became::Changed(_) | Became::Known) => {
                heard(tenant, &position).await;
                back(&guest.token, &asked.id)
            }
            Some(Became::Refused(refusal)) => {
                if let Ok(Some(seen)) = see(tenant, &guest.customer) {
                    guest.seen = seen;
                }
                print(guest, StatusCode::CONFLICT, move |sheet| {
                    sheet.print(Answer::Refused(kind, &fields, &refusal.message))
                })
                .await
            }
            None => {
                print(guest, StatusCode::SERVICE_UNAVAILABLE, move |sheet| {
                    sheet.print(Answer::Unknown(kind, &fields))
                })
                .await
            }
        }
    }
}

impl Guest {
    fn sheet(&self) -> Sheet<'_> {
        Sheet {
            site: &self.site,
            tenant: &self.tenant.id,
            customer: &self.customer,
            state: &self.seen.state,
            policy: &self.seen.policy,
            today: self.seen.today,
            token: &self.token,
        }
    }
}

fn take<K: Ord>(turns: &Mutex<Turns<K>>, who: K) -> bool {
    turns.lock().unwrap_or_else(PoisonError::into_inner).take(who, Instant::now())
}

/// What is known of a customer; nothing if nothing is.
fn see(tenant: &Tenant, customer: &CustomerId) -> Result<Option<Seen>, Closed> {
    let (_, host) = tenant.host::<dunning::Policy>(customer).ok_or(Closed::NotNow)?;
    let seen = host.read(|books| {
        let state = books.customer(customer)?.state.clone();
        Some(Seen { state, policy: books.policy.clone(), today: books.today })
    });
    let seen = seen.map_err(|_| Closed::NotNow)?;
    Ok(seen.filter(|it| it.state.risk().account().is_known()))
}

/// Waits until what was recorded is known here too, for a while.
async fn heard(tenant: &Tenant, position: &BTreeMap<Partition, Sequence>) {
    let all = async {
        for (partition, host) in tenant.hosts::<dunning::Policy>() {
            if let Some(sequence) = position.get(&partition)
                && host.reached(*sequence).await.is_err()
            {
                return;
            }
        }
    };
    if tokio::time::timeout(HEARD_WITHIN, all).await.is_err() {
        tracing::warn!(tenant = %tenant.id, "what was recorded is not known here yet");
    }
}

/// Back to the page, where reloading sends nothing again.
fn back(token: &str, recorded: &str) -> Response {
    let mut response = html(StatusCode::SEE_OTHER, String::new());
    if let Ok(place) = HeaderValue::from_str(&format!("../{token}?recorded={recorded}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// A page, made where it keeps nobody else waiting.
async fn print(
    guest: Guest,
    status: StatusCode,
    make: impl FnOnce(Sheet<'_>) -> Result<String, minijinja::Error> + Send + 'static,
) -> Response {
    match tokio::task::spawn_blocking(move || make(guest.sheet())).await {
        Ok(Ok(page)) => html(status, page),
        Ok(Err(error)) => {
            tracing::error!(%error, "a page cannot be made");
            Closed::NotNow.into()
        }
        Err(_) => Closed::NotNow.into(),
    }
}

fn html(status: StatusCode, page: String) -> Response {
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    guard::harden(headers);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
