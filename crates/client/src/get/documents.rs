use api::{
    invoicing::{
        Allocation, AllocationRule, GetAccountResponse, GetInvoiceResponse, GetPaymentResponse,
        GetPolicyResponse, GetTermsResponse, PaymentMethod, TermsKind, TermsWarning, Waterfall,
        invoice, payment, plan, write_off,
    },
    tenant::GetDayResponse,
};

use crate::{
    answers::{
        amount, balances, date, disputes, history, of_when, plain, position, promises, source,
        unallocated, word,
    },
    paper::{Cell, Paper, Sheet, Tone},
};

pub(super) fn account(it: &GetAccountResponse) -> Paper {
    let account = it.account.clone().unwrap_or_default();
    let customer = account.customer.unwrap_or_default();
    let contact = customer.contact.unwrap_or_default();
    let mut paper = Paper::new(format!("Account {}", customer.customer_id));
    paper.fact("customer_id", customer.customer_id);
    paper.fact("name", contact.name);
    paper.fact("email", contact.email);
    paper.fact("phone", contact.phone);
    paper.fact("address", contact.address_lines.join(", "));
    paper.fact("parent_id", customer.parent_id);
    paper.fact("siren", customer.siren);
    paper.fact("vat_number", customer.vat_number);
    paper.fact("payment_terms", customer.payment_terms);
    paper.fact("currency", customer.currency_code);
    paper.fact("language", customer.language_code);
    paper.fact("region", customer.region_code);
    paper.fact("segment", customer.segment);
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(balances(&account.balances));
    paper.sheet(unallocated(&account.unallocated_sources));
    paper.sheet(disputes(&account.disputes));
    paper.sheet(promises(&account.promises));
    paper.sheet(plans(&account.plans));
    paper.sheet(write_offs(&account.write_offs));
    paper
}

fn plans(plans: &[api::invoicing::Plan]) -> Sheet {
    let columns = ["plan_id", "state", "agree_date", "invoice_ids", "instalments", "end_date"];
    let mut sheet = Sheet::new("plans", "Payment plans", &columns);
    for it in plans {
        let state = plan::State::try_from(it.state).unwrap_or_default();
        let instalments = i64::try_from(it.instalments.len()).unwrap_or(i64::MAX);
        sheet.row(
            if state == plan::State::Broken { Tone::Alarming } else { Tone::Plain },
            [
                it.plan_id.as_str().into(),
                word(state.as_str_name(), "STATE_"),
                date(it.agree_date.as_ref()),
                it.invoice_ids.join(" ").into(),
                instalments.into(),
                date(it.end_date.as_ref()),
            ],
        );
    }
    sheet
}

fn write_offs(write_offs: &[api::invoicing::WriteOff]) -> Sheet {
    let columns = [
        "write_off_id",
        "invoice_id",
        "state",
        "amount",
        "reason",
        "requested_by",
        "request_date",
        "decided_by",
        "decide_date",
    ];
    let mut sheet = Sheet::new("write_offs", "Write-offs", &columns);
    for it in write_offs {
        let state = write_off::State::try_from(it.state).unwrap_or_default();
        let reason = api::invoicing::WriteOffReason::try_from(it.reason).unwrap_or_default();
        sheet.row(
            Tone::Plain,
            [
                it.write_off_id.as_str().into(),
                it.invoice_id.as_str().into(),
                word(state.as_str_name(), "STATE_"),
                amount(it.amount.as_ref()),
                word(reason.as_str_name(), "WRITE_OFF_REASON_"),
                it.requested_by.as_str().into(),
                date(it.request_date.as_ref()),
                it.decided_by.as_str().into(),
                date(it.decide_date.as_ref()),
            ],
        );
    }
    sheet
}

fn allocations(allocations: &[Allocation]) -> Sheet {
    let columns = ["source", "invoice_id", "amount", "rule", "effective_date", "recovery"];
    let mut sheet = Sheet::new("allocations", "Settled by", &columns);
    for it in allocations {
        let rule = AllocationRule::try_from(it.rule).unwrap_or_default();
        sheet.row(
            Tone::Plain,
            [
                source(it.source.as_ref()),
                it.invoice_id.as_str().into(),
                amount(it.amount.as_ref()),
                word(rule.as_str_name(), "ALLOCATION_RULE_"),
                date(it.effective_date.as_ref()),
                it.recovery.into(),
            ],
        );
    }
    sheet
}

pub(super) fn invoice(it: &GetInvoiceResponse) -> Paper {
    let invoice = it.invoice.clone().unwrap_or_default();
    let data = invoice.data.unwrap_or_default();
    let state = invoice::State::try_from(invoice.state).unwrap_or_default();
    let mut paper = Paper::new(format!("Invoice {}", data.invoice_id));
    paper.fact("invoice_id", data.invoice_id);
    paper.fact("number", data.number);
    paper.fact("customer_id", data.customer_id);
    paper.fact("state", word(state.as_str_name(), "STATE_"));
    paper.fact("issue_date", date(data.issue_date.as_ref()));
    paper.fact("due_date", date(invoice.due_date.as_ref()));
    paper.fact("payment_terms", data.payment_terms);
    paper.fact(
        "days_past_due",
        match invoice.days_past_due {
            0 => Cell::Nothing,
            late => late.into(),
        },
    );
    paper.fact("gross", amount(data.gross.as_ref()));
    paper.fact("net", amount(data.net.as_ref()));
    paper.fact("tax", amount(data.tax.as_ref()));
    paper.fact("open", amount(invoice.open_amount.as_ref()));
    paper.fact("disputed", amount(invoice.disputed_amount.as_ref()));
    paper.fact("written_off", amount(invoice.written_off_amount.as_ref()));
    paper.fact("settle_date", date(invoice.settle_date.as_ref()));
    paper.fact("order", data.order);
    paper.fact("contract", data.contract);
    paper.fact("site", data.site);
    paper.fact("terms_version", data.terms_version);
    if let Some(terms) = &invoice.terms_of_sale {
        paper.fact("reservation_of_title", terms.reservation_of_title);
    }
    paper.fact("plan_id", invoice.plan_id);
    if let Some(warning) = &invoice.terms_warning {
        terms_warning(&mut paper, warning);
    }
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(allocations(&invoice.allocations));
    paper.sheet(disputes(&invoice.disputes));
    paper.sheet(promises(&invoice.promises));
    paper.sheet(write_offs(&invoice.write_offs));
    paper.sheet(history(&it.history));
    paper
}

/// Terms above the legal limit.
fn terms_warning(paper: &mut Paper, it: &TermsWarning) {
    let end = if it.end_of_month { " with the end of a month" } else { "" };
    paper.fact("terms_limit", format!("{} days{end}", it.limit_days));
    paper.fact("terms_latest_date", date(it.latest_date.as_ref()));
    paper.fact("terms_excess_days", it.excess_days);
    paper.fact("terms_source", format!("{}: {}", it.jurisdiction, it.source));
}

pub(super) fn payment(it: &GetPaymentResponse) -> Paper {
    let payment = it.payment.clone().unwrap_or_default();
    let data = payment.data.unwrap_or_default();
    let state = payment::State::try_from(payment.state).unwrap_or_default();
    let method = PaymentMethod::try_from(data.method).unwrap_or_default();
    let mut paper = Paper::new(format!("Payment {}", data.payment_id));
    paper.fact("payment_id", data.payment_id);
    paper.fact("customer_id", data.customer_id);
    paper.fact("state", word(state.as_str_name(), "STATE_"));
    paper.fact("amount", amount(data.amount.as_ref()));
    paper.fact("value_date", date(data.value_date.as_ref()));
    paper.fact("method", word(method.as_str_name(), "PAYMENT_METHOD_"));
    paper.fact("references", data.references.join(", "));
    paper.fact("remittance_text", data.remittance_text);
    paper.fact("unallocated", amount(payment.unallocated_amount.as_ref()));
    paper.fact("refunded", amount(payment.refunded_amount.as_ref()));
    if let Some(reversal) = &payment.reversal {
        paper.fact("reversal_date", date(reversal.reversal_date.as_ref()));
    }
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(allocations(&payment.allocations));
    paper.sheet(history(&it.history));
    paper
}

pub(super) fn policy(it: &GetPolicyResponse) -> Paper {
    let policy = it.policy.clone().unwrap_or_default();
    let waterfall = Waterfall::try_from(policy.waterfall).unwrap_or_default();
    let small: Vec<_> = policy
        .small_balances
        .iter()
        .map(|it| format!("{} {}", plain(it), it.currency_code))
        .collect();
    let days = |it: u32| Cell::Number(it.to_string());
    let mut paper = Paper::new("Rules for receivables");
    paper.fact("terms", policy.terms);
    paper.fact("small_balances", small.join(", "));
    paper.fact("match_references", policy.match_references);
    paper.fact("match_amounts", policy.match_amounts);
    paper.fact("subset_items_max", days(policy.subset_items_max));
    paper.fact("waterfall", word(waterfall.as_str_name(), "WATERFALL_"));
    paper.fact("promise_tolerance_days", days(policy.promise_tolerance_days));
    paper.fact("instalment_tolerance_days", days(policy.instalment_tolerance_days));
    let law = policy.terms_law.unwrap_or_default();
    let kind = TermsKind::try_from(law.kind).unwrap_or_default();
    paper.fact("terms_law", law.jurisdiction);
    paper.fact("terms_kind", word(kind.as_str_name(), "TERMS_KIND_"));
    paper.fact("adopted_by", it.actor_id.clone());
    paper.fact("position", position(it.position.as_ref()));
    paper
}

pub(super) fn terms(it: &GetTermsResponse) -> Paper {
    let columns = [
        "version",
        "customer_id",
        "from_date",
        "in_force",
        "reservation_of_title",
        "acceleration",
        "penalty_rate_percent",
        "jurisdiction",
        "document_hash",
    ];
    let mut sheet = Sheet::new("terms", "", &columns);
    for registered in &it.terms {
        let terms = registered.terms.clone().unwrap_or_default();
        let rate = terms.penalty_rate_percent;
        sheet.row(
            if registered.in_force { Tone::Strong } else { Tone::Plain },
            [
                terms.version.into(),
                registered.customer_id.as_str().into(),
                date(terms.from_date.as_ref()),
                registered.in_force.into(),
                terms.reservation_of_title.into(),
                terms.acceleration.into(),
                rate.map_or(Cell::Nothing, |it| Cell::Number(it.value)),
                terms.jurisdiction.into(),
                terms.document_hash.into(),
            ],
        );
    }
    let mut paper = Paper::new("Terms of sale");
    of_when(&mut paper, it.effective_date.as_ref(), it.position.as_ref());
    paper.sheet(sheet);
    paper
}

pub(super) fn day(it: &GetDayResponse) -> Paper {
    let mut paper = Paper::default();
    match &it.date {
        Some(day) => paper.fact("date", date(Some(day))),
        None => paper.fact("date", "none yet"),
    }
    paper.fact("position", position(it.position.as_ref()));
    paper
}
