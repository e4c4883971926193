//! Commands of the contract become commands of invoicing. What they mean is decided there; here is
//! only read what they say.

use api::invoicing as proto;
use events::invoicing::{Policy, TermsKind, TermsLaw};
use invoicing::{
    AgreePlan, Allocate, ApproveWriteOff, CancelCreditNote, CancelInvoice, CancelPlan, Command,
    Contact, CustomerData, DesignationData, InstalmentData, InvoiceData, IssueCreditNote,
    MakePromise, OpenDispute, RecordPayment, RecordRefund, RegisterTerms, RejectWriteOff,
    ReleaseDeposit, RequestWriteOff, ResolveDispute, ReversePayment, WithdrawAllocation,
    WithdrawPromise,
};

use super::fields::{Fields, Read};

pub(crate) use proto::command_item::Command as Item;

/// Reads a command.
pub(crate) fn command(fields: &mut Fields, item: Item) -> Read<Command> {
    Ok(match item {
        Item::RegisterCustomer(it) => Command::RegisterCustomer(Box::new(customer(fields, it)?)),
        Item::AmendCustomer(it) => Command::AmendCustomer(Box::new(customer(fields, it)?)),
        Item::IssueInvoice(it) => Command::IssueInvoice(Box::new(invoice(fields, &it)?)),
        Item::CorrectInvoice(it) => Command::CorrectInvoice(Box::new(invoice(fields, &it)?)),
        Item::CancelInvoice(it) => Command::CancelInvoice(cancel_invoice(fields, &it)?),
        Item::IssueCreditNote(it) => Command::IssueCreditNote(Box::new(credit_note(fields, &it)?)),
        Item::CancelCreditNote(it) => Command::CancelCreditNote(cancel_credit_note(fields, &it)?),
        Item::RecordPayment(it) => Command::RecordPayment(Box::new(payment(fields, it)?)),
        Item::ReversePayment(it) => Command::ReversePayment(reversal(fields, &it)?),
        Item::RecordRefund(it) => Command::RecordRefund(refund(fields, &it)?),
        Item::ReleaseDeposit(it) => Command::ReleaseDeposit(release(fields, &it)?),
        Item::Allocate(it) => Command::Allocate(allocate(fields, &it)?),
        Item::WithdrawAllocation(it) => Command::WithdrawAllocation(withdraw(fields, &it)?),
        Item::OpenDispute(it) => Command::OpenDispute(open_dispute(fields, &it)?),
        Item::ResolveDispute(it) => Command::ResolveDispute(resolve_dispute(fields, &it)?),
        Item::MakePromise(it) => Command::MakePromise(promise(fields, it)?),
        Item::WithdrawPromise(it) => Command::WithdrawPromise(withdraw_promise(fields, &it)?),
        Item::AgreePlan(it) => Command::AgreePlan(plan(fields, it)?),
        Item::CancelPlan(it) => Command::CancelPlan(cancel_plan(fields, &it)?),
        Item::RequestWriteOff(it) => Command::RequestWriteOff(write_off(fields, &it)?),
        Item::ApproveWriteOff(it) => Command::ApproveWriteOff(approve(fields, &it)?),
        Item::RejectWriteOff(it) => Command::RejectWriteOff(reject(fields, &it)?),
        Item::AdoptPolicy(it) => Command::AdoptPolicy(Box::new(policy(fields, &it)?)),
        Item::RegisterTerms(it) => Command::RegisterTerms(Box::new(terms(fields, &it)?)),
    })
}

/// An empty text is none.
fn given(text: String) -> Option<String> {
    Some(text).filter(|it| !it.is_empty())
}

fn customer(fields: &mut Fields, it: proto::CustomerData) -> Read<CustomerData> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let outside_ids: Vec<_> = it
        .outside_ids
        .into_iter()
        .map(|(system, id)| {
            let id = fields.text(&format!("outside_ids[{system:?}]"), &id);
            id.map(|id| (system, id))
        })
        .collect();
    let outside_ids: Read<_> = outside_ids.into_iter().collect();
    let parent_id = fields.optional("parent_id", &it.parent_id);
    let currency_code = fields.optional("currency_code", &it.currency_code);
    let segment = fields.optional("segment", &it.segment);
    Ok(CustomerData {
        customer_id: customer_id?,
        outside_ids: outside_ids?,
        parent_id: parent_id?,
        siren: given(it.siren),
        vat_number: given(it.vat_number),
        payment_terms: given(it.payment_terms),
        currency_code: currency_code?,
        language_code: given(it.language_code),
        region_code: given(it.region_code),
        segment: segment?,
        contact: it.contact.map(contact),
    })
}

fn contact(it: proto::Contact) -> Contact {
    Contact {
        name: given(it.name),
        email: given(it.email),
        phone: given(it.phone),
        address_lines: it.address_lines,
    }
}

fn invoice(fields: &mut Fields, it: &proto::InvoiceData) -> Read<InvoiceData> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let invoice_id = fields.text("invoice_id", &it.invoice_id);
    let number = fields.optional("number", &it.number);
    let issue_date = fields.date("issue_date", it.issue_date);
    let due_date = fields.optional_date("due_date", it.due_date);
    let gross = fields.stated("gross", it.gross.as_ref());
    let net = fields.optional_stated("net", it.net.as_ref());
    let tax = fields.optional_stated("tax", it.tax.as_ref());
    let order = fields.optional("order", &it.order);
    let contract = fields.optional("contract", &it.contract);
    let site = fields.optional("site", &it.site);
    let terms_version = fields.optional("terms_version", &it.terms_version);
    Ok(InvoiceData {
        customer_id: customer_id?,
        invoice_id: invoice_id?,
        number: number?,
        issue_date: issue_date?,
        due_date: due_date?,
        payment_terms: given(it.payment_terms.clone()),
        gross: gross?,
        net: net?,
        tax: tax?,
        order: order?,
        contract: contract?,
        site: site?,
        terms_version: terms_version?,
    })
}

fn payment(fields: &mut Fields, it: proto::RecordPayment) -> Read<RecordPayment> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let payment_id = fields.text("payment_id", &it.payment_id);
    let amount = fields.stated("amount", it.amount.as_ref());
    let value_date = fields.date("value_date", it.value_date);
    let method = fields.word("method", it.method);
    let designations = fields.each("designations", it.designations, |fields, field, it| {
        fields.within(field, |fields| {
            let invoice_id = fields.text("invoice_id", &it.invoice_id);
            let amount = fields.optional_stated("amount", it.amount.as_ref());
            Ok(DesignationData { invoice_id: invoice_id?, amount: amount? })
        })
    });
    let references =
        fields.each("references", it.references, |fields, field, it| fields.text(field, &it));
    let order = fields.optional("order", &it.order);
    Ok(RecordPayment {
        customer_id: customer_id?,
        payment_id: payment_id?,
        amount: amount?,
        value_date: value_date?,
        method: method?,
        designations: designations?,
        references: references?,
        remittance_text: given(it.remittance_text),
        deposit: it.deposit,
        order: order?,
    })
}

fn promise(fields: &mut Fields, it: proto::MakePromise) -> Read<MakePromise> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let promise_id = fields.text("promise_id", &it.promise_id);
    let amount = fields.stated("amount", it.amount.as_ref());
    let make_date = fields.date("make_date", it.make_date);
    let promise_date = fields.date("promise_date", it.promise_date);
    let invoice_ids =
        fields.each("invoice_ids", it.invoice_ids, |fields, field, it| fields.text(field, &it));
    Ok(MakePromise {
        customer_id: customer_id?,
        promise_id: promise_id?,
        amount: amount?,
        make_date: make_date?,
        promise_date: promise_date?,
        invoice_ids: invoice_ids?,
    })
}

fn plan(fields: &mut Fields, it: proto::AgreePlan) -> Read<AgreePlan> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let plan_id = fields.text("plan_id", &it.plan_id);
    let agree_date = fields.date("agree_date", it.agree_date);
    let invoice_ids =
        fields.each("invoice_ids", it.invoice_ids, |fields, field, it| fields.text(field, &it));
    let instalments = fields.each("instalments", it.instalments, |fields, field, it| {
        fields.within(field, |fields| {
            let due_date = fields.date("due_date", it.due_date);
            let amount = fields.stated("amount", it.amount.as_ref());
            Ok(InstalmentData { due_date: due_date?, amount: amount? })
        })
    });
    Ok(AgreePlan {
        customer_id: customer_id?,
        plan_id: plan_id?,
        agree_date: agree_date?,
        invoice_ids: invoice_ids?,
        instalments: instalments?,
    })
}

fn terms(fields: &mut Fields, it: &proto::RegisterTerms) -> Read<RegisterTerms> {
    let customer_id = fields.optional("customer_id", &it.customer_id);
    let version = fields.text("version", &it.version);
    let document_hash = fields.text("document_hash", &it.document_hash);
    let from_date = fields.date("from_date", it.from_date);
    let rate = it.penalty_rate_percent.as_ref();
    let rate = rate.map(|it| fields.decimal("penalty_rate_percent", &it.value)).transpose();
    let jurisdiction = fields.optional("jurisdiction", &it.jurisdiction);
    Ok(RegisterTerms {
        customer_id: customer_id?,
        version: version?,
        document_hash: document_hash?,
        from_date: from_date?,
        reservation_of_title: it.reservation_of_title,
        acceleration: it.acceleration,
        penalty_rate_percent: rate?,
        jurisdiction: jurisdiction?,
        excludes_assignment: it.excludes_assignment,
    })
}

fn policy(fields: &mut Fields, it: &proto::Policy) -> Read<Policy> {
    let terms = fields.text("terms", &it.terms);
    let small_balances = fields.each("small_balances", &it.small_balances, |fields, field, it| {
        fields.money(field, Some(it))
    });
    let mut small = |field: &str, number: u32| {
        let wrong = |_| fields.wrong(field, format_args!("{number} is far too much"));
        u8::try_from(number).map_err(wrong)
    };
    let subset_items_max = small("subset_items_max", it.subset_items_max);
    let promise_days = small("promise_tolerance_days", it.promise_tolerance_days);
    let instalment_days = small("instalment_tolerance_days", it.instalment_tolerance_days);
    let waterfall = fields.word("waterfall", it.waterfall);
    let terms_law = it.terms_law.as_ref().map(|it| {
        fields.within("terms_law", |fields| {
            let jurisdiction = fields.text("jurisdiction", &it.jurisdiction);
            let kind = match it.kind {
                0 => Ok(TermsKind::default()),
                given => fields.word("kind", given),
            };
            Ok(TermsLaw { jurisdiction: jurisdiction?, kind: kind? })
        })
    });
    Ok(Policy {
        terms: terms?,
        small_balances: small_balances?,
        match_references: it.match_references,
        match_amounts: it.match_amounts,
        subset_items_max: subset_items_max?,
        waterfall: waterfall?,
        promise_tolerance_days: promise_days?,
        instalment_tolerance_days: instalment_days?,
        terms_law: terms_law.transpose()?,
    })
}

/// The commands whose fields are read one by one, each by the reader named after it.
macro_rules! plain {
    ($($reader:ident $name:ident { $($field:ident: $read:ident($($convert:tt)*),)+ })+) => {
        $(fn $reader(fields: &mut Fields, it: &proto::$name) -> Read<$name> {
            let customer_id = fields.text("customer_id", &it.customer_id);
            $(let $field = fields.$read(stringify!($field), plain!(@ it.$field, $($convert)*));)+
            Ok($name { customer_id: customer_id?, $($field: $field?,)+ })
        })+
    };
    (@ $it:ident.$field:ident, &) => { &$it.$field };
    (@ $it:ident.$field:ident, ref) => { $it.$field.as_ref() };
    (@ $it:ident.$field:ident, copy) => { $it.$field };
}

plain! {
    cancel_invoice CancelInvoice { invoice_id: text(&), cancel_date: date(copy), }

    credit_note IssueCreditNote {
        credit_note_id: text(&),
        invoice_id: optional(&),
        issue_date: date(copy),
        amount: stated(ref),
        reason: word(copy),
    }

    cancel_credit_note CancelCreditNote { credit_note_id: text(&), cancel_date: date(copy), }

    reversal ReversePayment {
        payment_id: text(&),
        reversal_date: date(copy),
        reason: word(copy),
    }

    refund RecordRefund {
        refund_id: text(&),
        source: source(ref),
        amount: stated(ref),
        refund_date: date(copy),
    }

    release ReleaseDeposit { payment_id: text(&), release_date: date(copy), }

    allocate Allocate { source: source(ref), invoice_id: text(&), amount: stated(ref), }

    withdraw WithdrawAllocation { source: source(ref), invoice_id: text(&), }

    open_dispute OpenDispute {
        dispute_id: text(&),
        invoice_id: text(&),
        amount: optional_stated(ref),
        reason: word(copy),
        owner: optional(&),
        open_date: date(copy),
    }

    resolve_dispute ResolveDispute {
        dispute_id: text(&),
        outcome: word(copy),
        resolve_date: date(copy),
    }

    withdraw_promise WithdrawPromise { promise_id: text(&), withdraw_date: date(copy), }

    cancel_plan CancelPlan { plan_id: text(&), cancel_date: date(copy), }

    write_off RequestWriteOff {
        write_off_id: text(&),
        invoice_id: text(&),
        amount: optional_stated(ref),
        reason: word(copy),
        requested_by: text(&),
        request_date: date(copy),
    }

    approve ApproveWriteOff {
        write_off_id: text(&),
        approved_by: text(&),
        approve_date: date(copy),
    }

    reject RejectWriteOff {
        write_off_id: text(&),
        rejected_by: text(&),
        reject_date: date(copy),
    }
}
