//! Commands of the contract become commands of invoicing. What they mean is decided there; here is
//! only read what they say.

use api::invoicing as proto;
use invoicing::{
    Ask, AssignReceivable, Command, EndOffer, FundAssignment, NotifyAssignment, OfferReceivable,
    PassPaymentOn, RecordAssigneePayment, RegisterFacility, Repurchase, SettleAssignment,
    TakeRecourse,
};
use rust_decimal::Decimal;

use crate::grpc::fields::{Fields, Read};

/// What cannot be, whatever is known, is said with its fields.
fn checked(fields: &mut Fields, ask: Ask) -> Read<Command> {
    let command = Command::Assign(Box::new(ask));
    match command.check() {
        Ok(()) => Ok(command),
        Err(invalid) => {
            // The contract says what is an amount; the journal need not.
            let named = |field: &str| match field {
                "fee" => "fee_amount".to_owned(),
                "costs" => "costs_amount".to_owned(),
                "customer_limit" => "customer_limit_amount".to_owned(),
                other => other.to_owned(),
            };
            let errors = invalid.0.iter();
            let noted = errors.map(|it| fields.wrong(&named(&it.field), &it.reason)).last();
            noted.map_or(Ok(command), Err)
        }
    }
}

pub(super) fn facility(fields: &mut Fields, it: &proto::RegisterFacility) -> Read<Command> {
    let facility_id = fields.text("facility_id", &it.facility_id);
    let assignee = fields.text("assignee", &it.assignee);
    let kind = fields.word("kind", it.kind);
    let currency_code = fields.text("currency_code", &it.currency_code);
    let mut decimal = |field: &str, it: Option<&api::Decimal>| {
        it.map(|it| fields.decimal(field, &it.value)).transpose()
    };
    let funded_share = decimal("funded_share", it.funded_share.as_ref());
    let reserve_share = decimal("reserve_share", it.reserve_share.as_ref());
    let rate = decimal("discount_rate_percent", it.discount_rate_percent.as_ref());
    let days = u16::try_from(it.overdue_days_max).map_err(|_| {
        fields.wrong("overdue_days_max", format_args!("{} is far too much", it.overdue_days_max))
    });
    let limit = fields.optional_stated("customer_limit_amount", it.customer_limit_amount.as_ref());
    let excluded =
        fields.each("excluded_customer_ids", &it.excluded_customer_ids, |fields, field, it| {
            fields.text(field, it)
        });
    let payee = fields.optional("payee", &it.payee);
    let ask = Ask::RegisterFacility(Box::new(RegisterFacility {
        facility_id: facility_id?,
        assignee: assignee?,
        kind: kind?,
        currency_code: currency_code?,
        recourse: it.recourse,
        funded_share: funded_share?.unwrap_or(Decimal::ZERO),
        reserve_share: reserve_share?.unwrap_or(Decimal::ZERO),
        discount_rate_percent: rate?,
        overdue_days_max: days?,
        customer_limit: limit?,
        excluded_customer_ids: excluded?,
        notifies: it.notifies,
        collects: it.collects,
        payee: payee?,
    }));
    checked(fields, ask)
}

/// The commands about one assignment, whose fields are read one by one.
macro_rules! of_an_assignment {
    ($($reader:ident $name:ident { $($field:ident $theirs:ident: $read:ident($($convert:tt)*),)+ })+) => {
        $(pub(super) fn $reader(fields: &mut Fields, it: &proto::$name) -> Read<Command> {
            let customer_id = fields.text("customer_id", &it.customer_id);
            let assignment_id = fields.text("assignment_id", &it.assignment_id);
            $(let $field = of_an_assignment!(@ fields, $read, stringify!($theirs), it.$theirs, $($convert)*);)+
            let ask = Ask::$name($name {
                customer_id: customer_id?,
                assignment_id: assignment_id?,
                $($field: $field?,)+
            });
            checked(fields, ask)
        })+
    };
    (@ $fields:ident, $read:ident, $name:expr, $it:ident.$field:ident, &) => {
        $fields.$read($name, &$it.$field)
    };
    (@ $fields:ident, $read:ident, $name:expr, $it:ident.$field:ident, ref) => {
        $fields.$read($name, $it.$field.as_ref())
    };
    (@ $fields:ident, $read:ident, $name:expr, $it:ident.$field:ident, copy) => {
        $fields.$read($name, $it.$field)
    };
}

of_an_assignment! {
    offer OfferReceivable {
        invoice_id invoice_id: text(&),
        facility_id facility_id: text(&),
        amount amount: optional_stated(ref),
        offer_date offer_date: date(copy),
    }
    end_offer EndOffer { end_date end_date: date(copy), }
    assign AssignReceivable {
        invoice_id invoice_id: text(&),
        facility_id facility_id: text(&),
        amount amount: optional_stated(ref),
        assign_date assign_date: date(copy),
    }
    fund FundAssignment {
        amount amount: optional_stated(ref),
        fee fee_amount: optional_stated(ref),
        fund_date fund_date: date(copy),
    }
    paid RecordAssigneePayment {
        payment_id payment_id: text(&),
        amount amount: stated(ref),
        value_date value_date: date(copy),
    }
    pass_on PassPaymentOn { payment_id payment_id: text(&), pass_date pass_date: date(copy), }
    recourse TakeRecourse {
        ground ground: word(copy),
        costs costs_amount: optional_stated(ref),
        recourse_date recourse_date: date(copy),
    }
    repurchase Repurchase {
        amount amount: optional_stated(ref),
        repurchase_date repurchase_date: date(copy),
    }
    settle SettleAssignment {
        amount amount: optional_stated(ref),
        settle_date settle_date: date(copy),
    }
}

pub(super) fn notify(fields: &mut Fields, it: &proto::NotifyAssignment) -> Read<Command> {
    let customer_id = fields.text("customer_id", &it.customer_id);
    let assignment_id = fields.text("assignment_id", &it.assignment_id);
    let notify_date = fields.date("notify_date", it.notify_date);
    let ask = Ask::NotifyAssignment(NotifyAssignment {
        customer_id: customer_id?,
        assignment_id: assignment_id?,
        notify_date: notify_date?,
        collects: it.collects,
    });
    checked(fields, ask)
}
