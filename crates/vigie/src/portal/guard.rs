//! What stands before the page: how often somebody may knock, from where forms may come, and what
//! browsers are told to keep to.

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use tokio::time::Instant;

/// How often something may be done: so many times at once, and once more each time this has passed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// At once.
    pub(super) burst: u32,
    /// Until one comes back.
    pub(super) every: Duration,
}

/// Of one address: a house full of people behind one router may look.
pub(super) const PER_ADDRESS: Pace = Pace { burst: 60, every: Duration::from_millis(500) };
/// Of one customer's page.
pub(super) const PER_PAGE: Pace = Pace { burst: 60, every: Duration::from_secs(1) };
/// Of what is recorded for one customer.
pub(super) const PER_FORM: Pace = Pace { burst: 12, every: Duration::from_secs(20) };

/// How many are kept apart; beyond it those are forgotten who could knock as often as anybody new.
const KEPT_MAX: usize = 20_000;

/// Who has knocked how often of late, in memory: a process that starts anew has forgotten it.
#[derive(Debug)]
pub(super) struct Turns<K> {
    pace: Pace,
    /// When each could knock as often as anybody new.
    full_at: BTreeMap<K, Instant>,
}

impl<K: Ord> Turns<K> {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, full_at: BTreeMap::new() }
    }

    /// Whether it is somebody's turn; if so, it has been taken.
    pub(super) fn take(&mut self, who: K, now: Instant) -> bool {
        if self.full_at.len() >= KEPT_MAX && !self.full_at.contains_key(&who) {
            self.full_at.retain(|_, it| *it > now);
            if self.full_at.len() >= KEPT_MAX {
                return false;
            }
        }
        let full_at = self.full_at.entry(who).or_insert(now);
        let next = (*full_at).max(now) + self.pace.every;
        let fits = next <= now + self.pace.every * self.pace.burst;
        if fits {
            *full_at = next;
        }
        fits
    }
}

/// Whom an address stands for: whoever has one of IPv6 has a whole /64 of them.
pub(super) fn neighbour(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(it) => it.into(),
        IpAddr::V6(it) => {
            let [a, b, c, d, ..] = it.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// Whom the proxy before us saw: the last address it wrote down, since those before anybody may have
/// written.
pub(super) fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// Whether a form was sent from a page of ours. Browsers say so by `Sec-Fetch-Site`; older ones by
/// `Origin`, which they leave at `null` because the page asks them to tell nobody where they came
/// from. What says neither is no browser with somebody else's page open in it. The token in the path
/// is what keeps strangers out; this is the second lock.
pub(super) fn is_from_here(headers: &HeaderMap, origin: &str) -> bool {
    let said = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or("?"));
    if let Some(site) = said("sec-fetch-site") {
        // A person who sends it again from the history comes from no page.
        return site == "same-origin" || site == "none";
    }
    said("origin").is_none_or(|it| it == "null" || it == origin)
}

/// Headers of every answer: no scripts, no frames, nothing kept, and no word to other sites of where
/// somebody was.
const HEADERS: [(HeaderName, HeaderValue); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
        ),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
];

/// Puts them on an answer.
pub(super) fn harden(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_knocks_too_often_waits_and_others_do_not() {
        let pace = Pace { burst: 3, every: Duration::from_secs(10) };
        let (mut turns, now) = (Turns::new(pace), Instant::now());
        let taken: Vec<_> = (0..5).map(|_| turns.take("a", now)).collect();
        assert_eq!(taken, [true, true, true, false, false]);
        assert!(turns.take("b", now));
        let later = now + Duration::from_secs(10);
        assert!(turns.take("a", later) && !turns.take("a", later));
        let rested = now + Duration::from_secs(100);
        assert_eq!((0..4).filter(|_| turns.take("a", rested)).count(), 3);
    }

    #[tokio::test]
    async fn however_many_knock_memory_is_bounded() {
        let pace = Pace { burst: 1, every: Duration::from_secs(10) };
        let (mut turns, now) = (Turns::new(pace), Instant::now());
        for it in 0..KEPT_MAX {
            assert!(turns.take(it, now));
        }
        assert!(!turns.take(KEPT_MAX, now), "nobody new until somebody has rested");
        assert!(turns.take(KEPT_MAX, now + Duration::from_secs(11)));
        assert_eq!(turns.full_at.len(), 1);
    }

    #[test]
    fn a_form_of_another_page_is_none_of_ours() {
        let ours = "https://pay.example";
        let from = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            is_from_here(&headers, ours)
        };
        assert!(from(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(from(&[("origin", ours)]) && from(&[("origin", "null")]) && from(&[]));
        assert!(from(&[("sec-fetch-site", "none"), ("origin", "null")]));
        assert!(!from(&[("sec-fetch-site", "cross-site"), ("origin", "null")]));
        assert!(!from(&[("sec-fetch-site", "same-site"), ("origin", ours)]));
        assert!(!from(&[("origin", "https://evil.example")]));
        assert!(!from(&[("origin", "https://pay.example.evil.example")]));
    }

    #[test]
    fn only_what_the_nearest_proxy_wrote_is_believed() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded(&headers), None);
        headers.append("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 2.2.2.2"));
        headers.append("x-forwarded-for", HeaderValue::from_static("3.3.3.3, 10.0.0.9"));
        assert_eq!(forwarded(&headers), "10.0.0.9".parse().ok());
        let near = ["2001:db8::1", "2001:db8::2"].map(|it| neighbour(it.parse().unwrap()));
        assert_eq!(near[0], near[1]);
        assert_eq!(
            neighbour("::ffff:1.2.3.4".parse().unwrap()),
            "1.2.3.4".parse::<IpAddr>().unwrap()
        );
    }
}
