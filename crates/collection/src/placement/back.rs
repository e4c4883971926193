//! What comes back from a collector: whether it takes a case on, how it stands, money.

use chrono::NaiveDate;
use events::{
    InvoiceId,
    collection::{Collected, CollectorReport, Event, Remittance},
};
use money::{Money, Rounding};
use rust_decimal::Decimal;

use super::{Answered, KnownPlacement, Stage, fee::fee_band};
use crate::{
    AcceptPlacement, Collection, CollectorData, Policy, Refusal, RefusePlacement, RemittanceData,
    policy::Answer,
};

impl Policy {
    pub(crate) fn take_remittance(&self, collection: &Collection, it: RemittanceData) -> Answer {
        let known = collection.find_placement(&it.placement_id)?;
        may_answer(known)?;
        let collected = it
            .collected
            .iter()
            .map(|it| Collected { invoice: it.invoice_id.clone(), amount: it.amount.0 });
        let collected = collected.collect();
        let remittance = Remittance {
            fee_by_scale: self.fee(collection, known, &it)?,
            remittance: it.remittance_id,
            placement: it.placement_id,
            on: it.collect_date,
            collected,
            fee: it.fee.0,
            kept_back: it.kept_back,
            payment: it.payment_id,
        };
        if let Some(before) = known.remittances.get(&remittance.remittance) {
            let same = Remittance { fee_by_scale: before.fee_by_scale, ..remittance.clone() };
            return if **before == same {
                Ok(Vec::new())
            } else {
                Err(Refusal::RemittanceConflict(remittance.remittance))
            };
        }
        let payment = remittance.payment.as_ref();
        let mut others = collection.placements.values().flat_map(|it| it.remittances.values());
        if payment.is_some() && others.any(|it| it.payment.as_ref() == payment) {
            return Err(Refusal::PaymentTwice(remittance.remittance));
        }
        for it in &remittance.collected {
            let most = self.most(collection, known, &it.invoice, remittance.on)?;
            if it.amount.currency() != most.currency() {
                return Err(Refusal::WrongCurrency {
                    invoice: it.invoice.clone(),
                    currency: most.currency(),
                });
            }
            if it.amount.minor() > most.minor() {
                return Err(Refusal::MoreThanOwed { invoice: it.invoice.clone(), most });
            }
        }
        Ok(vec![Event::Remitted(Box::new(remittance))])
    }

    /// What a collector may still have taken in for a receivable by a day: what it was told to
    /// collect, with the interest since, less what it has passed on.
    fn most(
        &self,
        collection: &Collection,
        known: &KnownPlacement,
        invoice: &InvoiceId,
        on: NaiveDate,
    ) -> Result<Money, Refusal> {
        let told = known.claims.iter().find(|it| it.invoice == *invoice);
        let told = told.ok_or_else(|| Refusal::NotInCase {
            invoice: invoice.clone(),
            case: known.placement.case.clone(),
        })?;
        let currency = told.principal.currency();
        let now = self.charged(collection, invoice, currency, on).interest_amount;
        let interest = now.minor().max(told.interest.minor());
        let passed_on = known.remittances.values().flat_map(|it| &it.collected);
        let passed_on = passed_on.filter(|it| it.invoice == *invoice);
        let passed_on = passed_on.fold(0_i64, |sum, it| sum.saturating_add(it.amount.minor()));
        let most = told
            .principal
            .minor()
            .saturating_add(interest)
            .saturating_add(told.fixed_sum.minor())
            .saturating_sub(passed_on);
        Ok(Money::new(most, currency))
    }

    /// What a collector should ask for, by the first part of its scale that fits what was placed.
    fn fee(
        &self,
        collection: &Collection,
        known: &KnownPlacement,
        it: &RemittanceData,
    ) -> Result<Money, Refusal> {
        let currency = it.fee.0.currency();
        let taken =
            it.collected.iter().fold(0_i64, |sum, it| sum.saturating_add(it.amount.0.minor()));
        let placed: i64 = known.claims.iter().map(|it| it.principal.minor()).sum();
        let oldest = known.claims.iter().filter_map(|it| {
            let view =
                collection.dunning.risk().account().invoice_view(&it.invoice, NaiveDate::MAX);
            view?.document.map(|it| it.due_on)
        });
        let on = known.placement.planned_on;
        let days = oldest.min().map_or(0, |due| (on - due).num_days());
        let collector = self.collector(&known.placement.collector);
        let band = collector.and_then(|it| fee_band(it, days, Money::new(placed, currency)));
        let share = band.map_or(Decimal::ZERO, |it| it.share);
        let fee =
            Money::new(taken, currency).percent(share * Decimal::ONE_HUNDRED, Rounding::HalfUp);
        let fee = fee.map_err(|_| Refusal::NotPlaced(known.placement.placement.clone()))?;
        // The least is asked for once a placement, with the first money.
        let least = collector.and_then(|it| it.least_fee).filter(|it| it.currency() == currency);
        let first = known.remittances.is_empty();
        Ok(least.filter(|it| first && it.minor() > fee.minor()).unwrap_or(fee))
    }
}

impl Collection {
    pub(crate) fn accept(&self, it: AcceptPlacement) -> Answer {
        let known = self.find_placement(&it.placement_id)?;
        may_answer(known)?;
        match &known.answer {
            Some(Answered::Accepted(..)) => Ok(Vec::new()),
            Some(Answered::Refused(..)) => Err(Refusal::NotPlaced(it.placement_id)),
            None => Ok(vec![Event::PlacementAccepted {
                placement: it.placement_id,
                on: it.accept_date,
                reference: it.reference,
            }]),
        }
    }

    pub(crate) fn refuse(&self, it: RefusePlacement) -> Answer {
        let known = self.find_placement(&it.placement_id)?;
        may_answer(known)?;
        match &known.answer {
            Some(Answered::Refused(..)) => Ok(Vec::new()),
            Some(Answered::Accepted(..)) | None => Ok(vec![Event::PlacementRefused {
                placement: it.placement_id,
                on: it.refuse_date,
                why: it.why,
            }]),
        }
    }

    pub(crate) fn take_report(&self, it: CollectorData) -> Answer {
        let known = self.find_placement(&it.placement_id)?;
        may_answer(known)?;
        let report = CollectorReport {
            placement: it.placement_id,
            report: it.report_id,
            on: it.report_date,
            status: it.status,
            proposes: it.proposes.into_iter().map(Into::into).collect(),
            note: it.note,
        };
        match known.reports.iter().find(|it| it.report == report.report) {
            Some(before) if **before == report => Ok(Vec::new()),
            Some(_) => Err(Refusal::ReportConflict(report.report)),
            None => Ok(vec![Event::CollectorReported(Box::new(report))]),
        }
    }
}

/// Nobody answers about what never reached it.
fn may_answer(known: &KnownPlacement) -> Result<(), Refusal> {
    match known.hand_over.stage {
        Stage::Done { .. } | Stage::Unknown(_) => Ok(()),
        Stage::Planned | Stage::Failed(_) | Stage::Started { .. } | Stage::Withdrawn => {
            Err(Refusal::NotPlaced(known.placement.placement.clone()))
        }
    }
}
