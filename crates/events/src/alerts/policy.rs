use serde::{Deserialize, Serialize};

use super::Kind;

/// The tenant's rules for what a person should look at. A fact: the past is explained by the policy of
/// its day. What is not said has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertPolicy {
    /// A limit is nearly used from this share of it on, in percent: 1 to 100.
    pub limit_nearly_percent: u8,
    /// By so many points its use must fall below that share before the alert is cleared: 0 to 99.
    pub limit_margin_points: u8,
    /// Days past due above which an invoice is late enough for an alert: 0 to 3650.
    pub overdue_days: u16,
    /// Days that a contest may be open without one: 0 to 3650.
    pub dispute_days: u16,
    /// Days before the last day of a limit, a guarantee or a cover on which it is raised: 0 to 3650.
    pub expiry_days: u16,
    /// Days for which something that happened once, such as money that bounced, is worth a look: 1 to
    /// 3650.
    pub news_days: u16,
    /// A condition that comes back within so many days of its clearing raises the same alert again,
    /// and that one stays for as many days at least: 0 to 365.
    pub flap_days: u16,
    /// What of all customers together is worth a look.
    #[serde(skip_serializing_if = "PortfolioRules::is_default")]
    pub portfolio: PortfolioRules,
    /// Kinds that are not raised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<Kind>,
}

impl Default for AlertPolicy {
    /// From 90 % of a limit to 85 %; late by more than 10 days; contested for more than 30; expiring
    /// within 30; news for 30; no alert twice within 3 days.
    fn default() -> Self {
        Self {
            limit_nearly_percent: 90,
            limit_margin_points: 5,
            overdue_days: 10,
            dispute_days: 30,
            expiry_days: 30,
            news_days: 30,
            flap_days: 3,
            portfolio: PortfolioRules::default(),
            muted: Vec::new(),
        }
    }
}

/// From where on all customers together are worth a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortfolioRules {
    /// From this part of all that is at stake on, one name is too much: 1 to 100 percent. Looked at
    /// where there are more names than could have that part each.
    pub concentration_percent: u8,
    /// Days sales outstanding have drifted when they rose by so many percent: 1 to 200.
    pub dso_drift_percent: u8,
    /// Within so many days: 1 to 366.
    pub dso_drift_days: u16,
    /// From this part of what is owed on, too much has been due for more than 90 days: 1 to 100
    /// percent.
    pub aging_percent: u8,
}

impl PortfolioRules {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for PortfolioRules {
    /// One name of 10 %, where IFRS 8.34 wants it disclosed; 5 % more days of sales outstanding than
    /// 30 days ago; 10 % overdue for more than 90 days.
    fn default() -> Self {
        Self {
            concentration_percent: 10,
            dso_drift_percent: 5,
            dso_drift_days: 30,
            aging_percent: 10,
        }
    }
}
