use api::risk::{
    CoverKind, CreditFile, FiledCover, GetCreditFileResponse, Grade, GuaranteeKind, NoticeKind,
    filed_cover, filed_limit, filed_rating::PassedOver, statement_score::Zone,
};

use super::credit::finding;
use crate::{
    answers::{amount, date, of_when, word},
    paper::{Cell, Paper, Sheet, Tone},
};

pub(super) fn paper(customer: &str, it: &GetCreditFileResponse) -> Paper {
    let mut paper = Paper::new(format!("Credit file of {customer}"));
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    let file = it.file.clone().unwrap_or_default();
    if let Some(it) = &file.profile {
        paper.fact("sector", it.sector.as_str());
        paper.fact("country", it.country_code.as_str());
        paper.fact("segment", it.segment.as_str());
    }
    if let Some(it) = file.group.as_ref().and_then(|it| it.membership.as_ref()) {
        paper.fact("belongs_to", it.parent_id.as_str());
        paper.fact("share", number(it.share.as_ref()));
    }
    if let Some(it) = &file.report_to_ask {
        paper.fact("report_to_ask", it.agency.as_str());
        let why = it.too_old_date.as_ref();
        paper.fact("report_too_old_since", date(why));
    }
    for sheet in [
        ratings(&file),
        scores(&file),
        references(&file),
        opinions(&file),
        notices(&file),
        identity(&file),
        deliveries(&file),
        covers(&file),
        guarantees(&file),
        limits(&file),
    ] {
        paper.sheet(sheet);
    }
    paper
}

fn number(it: Option<&api::Decimal>) -> Cell {
    it.map_or(Cell::Nothing, |it| Cell::Number(it.value.clone()))
}

fn ratings(file: &CreditFile) -> Sheet {
    let columns =
        ["rating", "agency", "scale", "raw", "as_of", "too_old_on", "grade", "counts", "why_not"];
    let mut sheet = Sheet::new("ratings", "Ratings", &columns);
    for it in &file.ratings {
        let rating = it.rating.clone().unwrap_or_default();
        let grade = Grade::try_from(it.grade).unwrap_or_default();
        let why_not = match it.passed_over() {
            PassedOver::Unspecified => "",
            PassedOver::NotRated => it.not_rated_reason.as_str(),
            PassedOver::TooOld => "too old",
            PassedOver::TrustedLess => "another agency is trusted more",
            PassedOver::WorseCounts => "a worse one counts",
        };
        sheet.row(
            if grade == Grade::E { Tone::Alarming } else { Tone::Plain },
            [
                rating.rating_id.into(),
                rating.agency.into(),
                rating.scale.into(),
                rating.raw.into(),
                date(rating.as_of_date.as_ref()),
                date(it.too_old_date.as_ref()),
                Cell::Text(
                    grade.as_str_name().trim_start_matches("GRADE_").replace("UNSPECIFIED", ""),
                ),
                if it.counts { "counts" } else { "" }.into(),
                why_not.into(),
            ],
        );
    }
    sheet
}

fn scores(file: &CreditFile) -> Sheet {
    let columns = ["statement", "closed_on", "score", "value", "zone", "why_not"];
    let mut sheet = Sheet::new("statements", "Annual accounts", &columns);
    for it in &file.statements {
        let statement = it.statement.clone().unwrap_or_default();
        for score in &it.scores {
            let zone = Zone::try_from(score.zone).unwrap_or_default();
            sheet.row(
                if zone == Zone::Distress { Tone::Alarming } else { Tone::Plain },
                [
                    statement.statement_id.as_str().into(),
                    date(statement.closing_date.as_ref()),
                    score.name.as_str().into(),
                    number(score.value.as_ref()),
                    word(zone.as_str_name(), "ZONE_"),
                    score.not_computable_reason.as_str().into(),
                ],
            );
        }
    }
    sheet
}

fn references(file: &CreditFile) -> Sheet {
    let columns = ["reference", "supplier", "amount", "terms_days", "days_beyond_terms", "as_of"];
    let mut sheet = Sheet::new("references", "Trade references", &columns);
    for it in file.references.iter().filter_map(|it| it.reference.as_ref()) {
        sheet.row(
            if it.days_beyond_terms > 0 { Tone::Alarming } else { Tone::Plain },
            [
                it.reference_id.as_str().into(),
                it.supplier.as_str().into(),
                amount(it.amount.as_ref()),
                i64::from(it.terms_days).into(),
                it.days_beyond_terms.into(),
                date(it.as_of_date.as_ref()),
            ],
        );
    }
    sheet
}

fn opinions(file: &CreditFile) -> Sheet {
    let columns = ["opinion", "points", "author", "reason", "from", "until"];
    let mut sheet = Sheet::new("opinions", "Opinions in force", &columns);
    for it in file.opinions.iter().filter_map(|it| it.opinion.as_ref()) {
        sheet.row(
            if it.points < 0 { Tone::Alarming } else { Tone::Plain },
            [
                it.opinion_id.as_str().into(),
                it.points.into(),
                it.author.as_str().into(),
                it.reason.as_str().into(),
                date(it.opinion_date.as_ref()),
                date(it.valid_until_date.as_ref()),
            ],
        );
    }
    sheet
}

fn notices(file: &CreditFile) -> Sheet {
    let columns = ["notice", "kind", "published_on", "judged_on", "court", "lifted_on", "in_force"];
    let mut sheet = Sheet::new("notices", "Notices", &columns);
    for it in &file.notices {
        let notice = it.notice.clone().unwrap_or_default();
        let kind = NoticeKind::try_from(notice.kind).unwrap_or_default();
        let alarming = it.gravest_in_force && it.gravity > 0;
        sheet.row(
            if alarming { Tone::Alarming } else { Tone::Plain },
            [
                notice.notice_id.into(),
                word(kind.as_str_name(), "NOTICE_KIND_"),
                date(notice.publication_date.as_ref()),
                date(notice.judgment_date.as_ref()),
                notice.court.into(),
                date(it.lifted_date.as_ref()),
                if it.gravest_in_force { "gravest" } else { "" }.into(),
            ],
        );
    }
    sheet
}

/// A line for each thing that is doubtful, and one for a source that found nothing.
fn identity(file: &CreditFile) -> Sheet {
    let columns = ["check", "source", "checked_on", "finding", "note", "sequence"];
    let mut sheet = Sheet::new("identity", "Identity", &columns);
    for filed in &file.identity_checks {
        let it = filed.identity_check.clone().unwrap_or_default();
        let found = it.findings.iter().map(|it| (finding(it.finding()), it.note.as_str()));
        let nothing = it.findings.is_empty().then(|| ("nothing".to_owned(), ""));
        for (finding, note) in found.chain(nothing) {
            sheet.row(
                if it.findings.is_empty() { Tone::Plain } else { Tone::Alarming },
                [
                    it.check_id.as_str().into(),
                    it.source.as_str().into(),
                    date(it.check_date.as_ref()),
                    finding.into(),
                    note.into(),
                    Cell::Number(filed.sequence.to_string()),
                ],
            );
        }
    }
    sheet
}

fn deliveries(file: &CreditFile) -> Sheet {
    let columns = ["delivery", "order", "amount", "delivered_on"];
    let mut sheet = Sheet::new("deliveries", "Deliveries", &columns);
    for it in file.deliveries.iter().filter_map(|it| it.delivery.as_ref()) {
        sheet.row(
            Tone::Plain,
            [
                it.delivery_id.as_str().into(),
                it.order.as_str().into(),
                amount(it.amount.as_ref()),
                date(it.delivery_date.as_ref()),
            ],
        );
    }
    sheet
}

fn covers(file: &CreditFile) -> Sheet {
    let columns =
        ["cover", "insurer", "kind", "layer", "asked", "granted", "quota", "in_force", "state"];
    let mut sheet = Sheet::new("covers", "Credit insurance", &columns);
    for it in &file.covers {
        let state = filed_cover::State::try_from(it.state).unwrap_or_default();
        let FiledCover { request, cover, .. } = it;
        let (id, insurer) = match (cover, request) {
            (Some(it), _) => (it.cover_id.as_str(), it.insurer.as_str()),
            (None, Some(it)) => (it.cover_id.as_str(), it.insurer.as_str()),
            (None, None) => ("", ""),
        };
        let kind = cover.as_ref().and_then(|it| CoverKind::try_from(it.kind).ok());
        sheet.row(
            if state == filed_cover::State::Refused { Tone::Alarming } else { Tone::Plain },
            [
                id.into(),
                insurer.into(),
                word(kind.unwrap_or_default().as_str_name(), "COVER_KIND_"),
                cover.as_ref().map_or(Cell::Nothing, |it| i64::from(it.layer).into()),
                amount(request.as_ref().and_then(|it| it.amount.as_ref())),
                amount(cover.as_ref().and_then(|it| it.amount.as_ref())),
                number(cover.as_ref().and_then(|it| it.quota.as_ref())),
                amount(it.amount_in_force.as_ref()),
                word(state.as_str_name(), "STATE_"),
            ],
        );
    }
    sheet
}

fn guarantees(file: &CreditFile) -> Sheet {
    let columns =
        ["guarantee", "kind", "amount", "counts_for", "rank", "from", "until", "in_force"];
    let mut sheet = Sheet::new("guarantees", "Guarantees", &columns);
    for it in &file.guarantees {
        let told = it.guarantee.clone().unwrap_or_default();
        let kind = GuaranteeKind::try_from(told.kind).unwrap_or_default();
        sheet.row(
            Tone::Plain,
            [
                told.guarantee_id.into(),
                word(kind.as_str_name(), "GUARANTEE_KIND_"),
                amount(told.amount.as_ref()),
                number(told.counts_for.as_ref()),
                if told.rank == 0 { Cell::Nothing } else { i64::from(told.rank).into() },
                date(told.valid_from_date.as_ref()),
                date(told.valid_until_date.as_ref()),
                if it.in_force { "in force" } else { "" }.into(),
            ],
        );
    }
    sheet
}

fn limits(file: &CreditFile) -> Sheet {
    let columns = ["limit", "amount", "from", "until", "state", "since", "decided_by", "reason"];
    let mut sheet = Sheet::new("limits", "Credit limits", &columns);
    for it in &file.limits {
        let told = it.limit.clone().unwrap_or_default();
        let state = filed_limit::State::try_from(it.state).unwrap_or_default();
        sheet.row(
            Tone::Plain,
            [
                told.limit_id.into(),
                amount(told.amount.as_ref()),
                date(told.valid_from_date.as_ref()),
                date(told.valid_until_date.as_ref()),
                word(state.as_str_name(), "STATE_"),
                date(it.state_date.as_ref()),
                it.decided_by.as_str().into(),
                told.reason.into(),
            ],
        );
    }
    sheet
}
