use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{NoticeId, Reference, date};

/// What was published about a customer: a court's decision, or a register's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The tenant's id for it, such as the gazette's number.
    pub notice: NoticeId,
    /// What it says.
    pub kind: NoticeKind,
    /// The day it was published; deadlines of creditors run from it.
    #[serde(with = "date")]
    pub published_on: NaiveDate,
    /// The day it was decided; none: that of publication.
    #[serde(default, with = "date::option", skip_serializing_if = "Option::is_none")]
    pub judged_on: Option<NaiveDate>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub court: Option<Reference>,
    /// Where it was published, such as `BODACC`.
    pub source: Reference,
}

/// What was published. French law has the three procedures of the *Code de commerce*, book VI;
/// those of other countries are told by the nearest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// It still pays and is protected from its creditors (*sauvegarde*).
    Safeguard,
    /// It no longer pays and goes on under watch (*redressement judiciaire*).
    Receivership,
    /// It ends, and what it has is sold (*liquidation judiciaire*).
    Liquidation,
    /// A court has agreed how creditors are paid (*plan de sauvegarde*, *plan de redressement*).
    Plan,
    /// A procedure is over because nothing is left (*clôture pour insuffisance d'actif*).
    ClosedForInsufficientAssets,
    /// A procedure is over in another way.
    Closed,
    /// The register does not know it any more (*radiation*).
    StruckOff,
    /// It has not filed its accounts.
    AccountsNotFiled,
    /// Something else; it changes nothing about a procedure.
    Other,
}

impl NoticeKind {
    /// Every one of them.
    pub const ALL: [Self; 9] = [
        Self::Safeguard,
        Self::Receivership,
        Self::Liquidation,
        Self::Plan,
        Self::ClosedForInsufficientAssets,
        Self::Closed,
        Self::StruckOff,
        Self::AccountsNotFiled,
        Self::Other,
    ];

    /// Its word in files and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safeguard => "safeguard",
            Self::Receivership => "receivership",
            Self::Liquidation => "liquidation",
            Self::Plan => "plan",
            Self::ClosedForInsufficientAssets => "closed_for_insufficient_assets",
            Self::Closed => "closed",
            Self::StruckOff => "struck_off",
            Self::AccountsNotFiled => "accounts_not_filed",
            Self::Other => "other",
        }
    }

    /// How grave it is: 0 says nothing of solvency, 1 protected or under a plan, 2 in receivership,
    /// 3 it ends or has ended.
    pub const fn gravity(self) -> u8 {
        match self {
            Self::Closed | Self::AccountsNotFiled | Self::Other => 0,
            Self::Safeguard | Self::Plan => 1,
            Self::Receivership => 2,
            Self::Liquidation | Self::ClosedForInsufficientAssets | Self::StruckOff => 3,
        }
    }
}
