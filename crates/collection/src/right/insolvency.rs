//! Rights that run from the publication of a judgment: to declare what is owed from before it, to be
//! relieved of having done so too late, to claim goods (C. com. art. L622-24, L622-26, L624-9).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::{
    InvoiceId, NoticeId,
    collection::{Act, ActKind, RightKind, RightSubject},
    risk::Notice,
};
use law::Rule;

use super::{Counted, Running, Standing, kept, open};
use crate::{
    Collection, Policy,
    case::opens,
    insolvency::{Born, declared_earlier, judged_on},
};

/// Whether a receivable, or a part of it, is from before a judgment: what was delivered before its day,
/// or invoiced where nobody knows of a delivery. What comes after is paid when it falls due, if at all.
pub(crate) fn begins_before(collection: &Collection, invoice: &InvoiceId, notice: &Notice) -> bool {
    let document =
        collection.account().invoice_view(invoice, NaiveDate::MAX).and_then(|it| it.document);
    document.is_some_and(|it| Born::of(collection, &it, judged_on(notice)).before > 0)
}

/// The rule by which a claim is declared.
pub(crate) const fn filing(abroad: bool) -> Rule {
    if abroad { Rule::ClaimFilingAbroad } else { Rule::ClaimFiling }
}

impl Policy {
    pub(super) fn insolvency(
        &self,
        collection: &Collection,
        today: NaiveDate,
        found: &mut Vec<Running>,
    ) {
        let mut notices: Vec<&Notice> =
            collection.dunning.risk().notices().map(|it| &**it).collect();
        notices.sort_by_key(|it| it.published_on);
        let owed = collection.account().owed();
        let acts = collection.acts();
        for notice in notices {
            if !opens(notice.kind) || notice.published_on > today {
                continue;
            }
            // Declared after an earlier judgment of the same procedure, it need not be declared again.
            let declared = declared_earlier(collection, notice);
            let before =
                owed.items.iter().map(|it| it.invoice).filter(|it| {
                    !declared.contains_key(*it) && begins_before(collection, it, notice)
                });
            let before: BTreeSet<InvoiceId> = before.cloned().collect();
            self.after_judgment(collection, notice, &acts, &before, today, found);
        }
    }

    fn after_judgment(
        &self,
        collection: &Collection,
        notice: &Notice,
        acts: &[&Act],
        before: &BTreeSet<InvoiceId>,
        today: NaiveDate,
        found: &mut Vec<Running>,
    ) {
        let stake = open(collection.account(), before);
        if stake.is_empty() {
            return;
        }
        let answer = |kind| acts.iter().copied().find(|it| answers(it, kind, notice));
        let rule = filing(self.rules().abroad);
        let subject = RightSubject::Notice(NoticeId::clone(&notice.notice));
        let mut push = |kind, counted: Counted, standing, stake| {
            found.push(Running {
                kind,
                subject: subject.clone(),
                counted_from: counted.from,
                rule: counted.rule,
                deadline: Some(counted.until),
                stake,
                standing,
            });
        };
        if let Some(counted) = self.counted(rule, notice.published_on) {
            let standing = kept(answer(ActKind::ClaimDeclared), counted.until, today);
            let too_late = standing == Standing::Lapsed;
            push(RightKind::ClaimFiling, counted, standing, stake.clone());
            let relief = self.counted(Rule::ReliefFromForeclosure, notice.published_on);
            if let Some(counted) = relief.filter(|_| too_late) {
                let standing = kept(answer(ActKind::ReliefRequested), counted.until, today);
                push(RightKind::Relief, counted, standing, stake);
            }
        }
        let account = collection.account();
        let reserved = before.iter().filter(|it| {
            let version = account.terms_version(it);
            self.title(collection, version).is_some()
        });
        let reserved: BTreeSet<InvoiceId> = reserved.cloned().collect();
        let goods = open(account, &reserved);
        let title = self.counted(Rule::TitleClaim, notice.published_on);
        if let Some(counted) = title.filter(|_| !goods.is_empty()) {
            let standing = kept(answer(ActKind::GoodsClaimed), counted.until, today);
            push(RightKind::TitleClaim, counted, standing, goods);
        }
    }
}

pub(crate) fn answers(act: &Act, kind: ActKind, notice: &Notice) -> bool {
    act.kind == kind && act.notice.as_ref() == Some(&notice.notice)
}
