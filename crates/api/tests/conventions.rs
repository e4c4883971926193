//! What holds for every method and message of the contract.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what is missing from the contract fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    MethodDescriptorProto, field_descriptor_proto::Type, method_options::IdempotencyLevel,
};

/// Tenants are listed for nobody in particular, and at no position of anybody's journal; what the
/// law says, it says to everybody.
const OF_NO_TENANT: [&str; 9] = [
    "ListTenants",
    "ExplainInterest",
    "ListRules",
    "ComputeDeadline",
    "ComputeSettlement",
    "ComputeSpread",
    "ComputeImpact",
    "ComputeDiscount",
    "ComputeBankDiscount",
];

const POSITION: &str = ".vigie.type.v1.Position";

struct Contract {
    files: Vec<FileDescriptorProto>,
    messages: BTreeMap<String, DescriptorProto>,
}

impl Contract {
    fn of(set: FileDescriptorSet) -> Self {
        let files: Vec<_> =
            set.file.into_iter().filter(|it| it.package().starts_with("vigie.")).collect();
        let messages = files
            .iter()
            .flat_map(|file| {
                file.message_type
                    .iter()
                    .map(|it| (format!(".{}.{}", file.package(), it.name()), it.clone()))
            })
            .collect();
        Self { files, messages }
    }

    fn methods(&self) -> impl Iterator<Item = &MethodDescriptorProto> {
        self.files.iter().flat_map(|it| &it.service).flat_map(|it| &it.method)
    }

    fn enums(&self) -> impl Iterator<Item = &EnumDescriptorProto> {
        let nested = self.messages.values().flat_map(|it| &it.enum_type);
        self.files.iter().flat_map(|it| &it.enum_type).chain(nested)
    }

    fn request(&self, method: &MethodDescriptorProto) -> &DescriptorProto {
        &self.messages[method.input_type()]
    }

    fn response(&self, method: &MethodDescriptorProto) -> &DescriptorProto {
        &self.messages[method.output_type()]
    }
}

fn contract() -> Contract {
    FileDescriptorSet::decode(api::FILE_DESCRIPTOR_SET).map(Contract::of).unwrap()
}

/// Whether a message has the field: of this message, or a string.
fn has(message: &DescriptorProto, field: &str, of_type: Option<&str>) -> bool {
    message.field.iter().any(|it| {
        it.name() == field
            && match of_type {
                Some(name) => it.type_name() == name,
                None => it.r#type() == Type::String,
            }
    })
}

fn asks(method: &MethodDescriptorProto) -> bool {
    let words = ["Get", "List", "Watch", "Explain", "Compute", "Backtest", "MakeEvidence"];
    words.iter().any(|it| method.name().starts_with(it))
}

#[test]
fn every_request_says_for_which_tenant() {
    let contract = contract();
    for method in contract.methods().filter(|it| !OF_NO_TENANT.contains(&it.name())) {
        let tenant = &contract.request(method).field[0];
        assert_eq!((tenant.name(), tenant.number()), ("tenant_id", 1), "{}", method.name());
    }
}

#[test]
fn every_answer_says_at_which_position() {
    let contract = contract();
    for method in contract.methods().filter(|it| !OF_NO_TENANT.contains(&it.name())) {
        let response = contract.response(method);
        assert!(has(response, "position", Some(POSITION)), "{}", method.name());
    }
}

#[test]
fn every_question_may_demand_a_position_and_has_no_effect() {
    let contract = contract();
    for method in contract.methods() {
        let effect = method.options.as_ref().map(prost_types::MethodOptions::idempotency_level);
        let without = effect == Some(IdempotencyLevel::NoSideEffects);
        assert_eq!(without, asks(method), "{}", method.name());
        if asks(method) && !OF_NO_TENANT.contains(&method.name()) {
            let request = contract.request(method);
            let field =
                if method.name().starts_with("Watch") { "after_position" } else { "min_position" };
            assert!(has(request, field, Some(POSITION)), "{}", method.name());
        }
    }
}

#[test]
fn every_question_about_a_business_can_be_asked_of_the_past() {
    let contract = contract();
    let services = contract.files.iter().flat_map(|it| &it.service);
    // What is given away is given as it is now.
    let others = ["TenantService", "LawService", "LettersService", "DossierService"];
    let businesses = services.filter(|it| !others.contains(&it.name()));
    let methods = businesses.flat_map(|it| &it.method).filter(|it| asks(it));
    // What lives through the past needs no other.
    for method in methods.filter(|it| !it.name().starts_with("Backtest")) {
        let past = has(contract.request(method), "as_of", Some(".vigie.type.v1.AsOf"));
        assert_eq!(past, !method.name().starts_with("Watch"), "{}", method.name());
    }
}

#[test]
fn every_list_comes_in_pages() {
    let contract = contract();
    for method in contract.methods().filter(|it| it.name().starts_with("List")) {
        let (request, response) = (contract.request(method), contract.response(method));
        assert!(has(request, "page_token", None), "{}", method.name());
        assert!(request.field.iter().any(|it| it.name() == "page_size"), "{}", method.name());
        assert!(has(response, "next_page_token", None), "{}", method.name());
        assert_eq!(response.field[0].number(), 1, "{}", method.name());
        assert_eq!(response.field[0].r#type(), Type::Message, "{}", method.name());
    }
}

#[test]
fn requests_and_responses_are_named_after_their_method_and_never_shared() {
    let contract = contract();
    let mut seen = BTreeSet::new();
    for method in contract.methods() {
        for (message, suffix) in
            [(method.input_type(), "Request"), (method.output_type(), "Response")]
        {
            assert!(message.ends_with(&format!(".{}{suffix}", method.name())), "{message}");
            assert!(seen.insert(message.to_owned()), "{message} is shared");
        }
    }
}

#[test]
fn every_command_says_whether_it_changed_anything() {
    let contract = contract();
    let unary = contract.methods().filter(|it| !asks(it) && !it.client_streaming());
    for method in unary {
        let changed = contract.response(method).field.iter().any(|it| it.name() == "changed");
        assert!(changed, "{}", method.name());
    }
}

#[test]
fn one_command_by_itself_and_among_many_is_the_same_message() {
    let contract = contract();
    let item = &contract.messages[".vigie.invoicing.v1.CommandItem"];
    let among_many: BTreeMap<_, _> = item
        .field
        .iter()
        .filter(|it| it.oneof_index.is_some())
        .map(|it| (it.name().replace('_', ""), it.type_name()))
        .collect();
    let services = contract.files.iter().flat_map(|it| &it.service);
    let invoicing = services.filter(|it| it.name() == "InvoicingService");
    let by_itself: BTreeMap<_, _> = invoicing
        .flat_map(|it| &it.method)
        .filter_map(|method| {
            let command =
                contract.request(method).field.iter().find(|it| it.name() == "command")?;
            Some((method.name().to_lowercase(), command.type_name()))
        })
        .collect();
    assert_eq!(among_many, by_itself);
    assert_eq!(by_itself.len(), 24);
}

#[test]
fn no_value_of_an_enum_is_meant_by_silence() {
    for it in contract().enums() {
        let zero = &it.value[0];
        assert_eq!(zero.number(), 0, "{}", it.name());
        assert!(zero.name().ends_with("_UNSPECIFIED"), "{}", zero.name());
    }
}
