//! What a method does that states one command, whatever the context: it reads the command, decides,
//! and says where what follows from it stands.

use decider::Decider;
use tonic::{Request, Status};

use super::{
    Api, deadline,
    decide::{Heading, decide},
    fields::{Fields, Read},
    position,
};
use crate::{door::Door, intake::Taken};

/// A request with one command in it.
pub(super) trait OfCommand {
    /// Who decides.
    type Policy: Door;
    /// The command, as a message.
    type Item;
    /// What is answered.
    type Answer;

    fn parts(self) -> (Heading, Option<Self::Item>);

    fn read(fields: &mut Fields, item: Self::Item) -> Read<<Self::Policy as Decider>::Command>;

    fn answer(position: api::shared::Position, changed: bool) -> Self::Answer;
}

/// Answers it when what it led to is durable.
pub(super) async fn take<R: OfCommand>(
    api: &Api,
    request: Request<R>,
) -> Result<R::Answer, Status> {
    let deadline = deadline(&request);
    let (heading, item) = request.into_inner().parts();
    let (tenant, asked) = heading.over(api, item, R::read)?;
    let (Taken { position, events }, _) = decide::<R::Policy>(&tenant, asked, deadline).await?;
    Ok(R::answer(position::of(&position), !events.is_empty()))
}

/// A service of a context: commands, each read by a function somewhere; questions, each answered by
/// one; and whatever else it has, as it stands.
macro_rules! service {
    (
        $service:ident of $policy:ty {
            commands {
                $($method:ident $asks:ident $answers:ident $item:ident $read:path;)+
            }
            questions { $($other:ident $other_asks:ident $other_answers:ident $answer:path;)+ }
            $($rest:tt)*
        }
    ) => {
        $(impl $crate::grpc::method::OfCommand for proto::$asks {
            type Policy = $policy;
            type Item = proto::$item;
            type Answer = proto::$answers;

            fn parts(self) -> ($crate::grpc::decide::Heading, Option<Self::Item>) {
                let Self { tenant_id, request_id, actor_id, command } = self;
                ($crate::grpc::decide::Heading { tenant_id, request_id, actor_id }, command)
            }

            fn read(
                fields: &mut $crate::grpc::fields::Fields,
                item: Self::Item,
            ) -> $crate::grpc::fields::Read<<$policy as decider::Decider>::Command> {
                $read(fields, &item)
            }

            fn answer(position: api::shared::Position, changed: bool) -> Self::Answer {
                proto::$answers { position: Some(position), changed }
            }
        })+

        #[tonic::async_trait]
        impl $service for Service {
            $(async fn $method(
                &self,
                request: tonic::Request<proto::$asks>,
            ) -> Result<tonic::Response<proto::$answers>, tonic::Status> {
                $crate::grpc::method::take(&self.0, request).await.map(tonic::Response::new)
            })+

            $(async fn $other(
                &self,
                request: tonic::Request<proto::$other_asks>,
            ) -> Result<tonic::Response<proto::$other_answers>, tonic::Status> {
                let deadline = $crate::grpc::deadline(&request);
                let answer = $answer(&self.0, request.into_inner(), deadline);
                Ok(tonic::Response::new(answer.await?))
            })+

            $($rest)*
        }
    };
}

pub(super) use service;
