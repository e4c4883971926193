//! What an insolvency asks of a creditor after the judgment: the declaration of what is owed from
//! before it, the plan and what comes of it, and the tax on what will not be paid.
//!
//! Nothing of it is kept: each is a function of what is known and of the day, so that what becomes
//! known later shows as a difference to what was declared.

mod born;
mod declaration;
mod difference;
mod dividends;
mod tax_relief;

use chrono::NaiveDate;
use events::risk::{Notice, NoticeKind};

pub use born::{Born, Ground};
pub(crate) use declaration::declared_earlier;
pub use declaration::{
    Declaration, DeclaredEarlier, DeclaredLine, LaterLine, Offset, Part, Security, Sum, Title,
    Uninvoiced,
};
pub use difference::{Difference, Item};
pub(crate) use dividends::plan_of;
pub use dividends::{DividendLine, Plan};
pub use tax_relief::{Evidence, LossGround, LossKind, Missing, TaxLine};

/// The day of a judgment: it has its effects from its first hour (C. com. art. R621-4).
pub fn judged_on(notice: &Notice) -> NaiveDate {
    notice.judged_on.unwrap_or(notice.published_on)
}

/// Whether a notice ends the procedure that others opened.
pub(crate) const fn closes(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::Closed | NoticeKind::ClosedForInsufficientAssets)
}
