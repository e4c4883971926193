use tokio_stream::StreamExt as _;
use tonic::transport::Channel;
use tonic_reflection::pb::{v1, v1alpha};

use super::support::whole_world;

/// Older tools ask the older of the two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_without_the_contract_finds_it_here() {
    let world = whole_world(1).await;
    let address = format!("http://{}", world.running.grpc_address);
    let channel = Channel::from_shared(address).unwrap().connect().await.unwrap();
    let services = [
        "grpc.health.v1.Health",
        "vigie.invoicing.v1.InvoicingService",
        "vigie.law.v1.LawService",
        "vigie.tenant.v1.TenantService",
    ];

    let mut client = v1::server_reflection_client::ServerReflectionClient::new(channel.clone());
    let request = v1::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(
            String::new(),
        )),
    };
    let answers = client.server_reflection_info(tokio_stream::iter([request])).await.unwrap();
    let answer = answers.into_inner().next().await.unwrap().unwrap();
    let Some(v1::server_reflection_response::MessageResponse::ListServicesResponse(list)) =
        answer.message_response
    else {
        panic!("no list");
    };
    let names: Vec<_> = list.service.into_iter().map(|it| it.name).collect();
    assert!(services.iter().all(|it| names.iter().any(|name| name == it)), "{names:?}");

    let mut client = v1alpha::server_reflection_client::ServerReflectionClient::new(channel);
    let symbol = "vigie.invoicing.v1.IssueInvoiceRequest".to_owned();
    let request = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(
            v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(symbol),
        ),
    };
    let answers = client.server_reflection_info(tokio_stream::iter([request])).await.unwrap();
    let answer = answers.into_inner().next().await.unwrap().unwrap();
    assert!(matches!(
        answer.message_response,
        Some(v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_))
    ));
}
