//! What all calls have in common, compiled once.
//!
//! tonic's reading and answering of a call is generic over its two messages: every method would be
//! compiled as a server of its own, wherever it is served. Here messages are bytes to tonic, and a
//! method is what makes one of them out of the other.

use std::{fmt, future::ready, marker::PhantomData, pin::Pin};

use prost::{
    DecodeError, Message as _,
    bytes::{Buf as _, BufMut as _},
};
use tonic::{
    Request, Response, Status,
    body::Body,
    client::GrpcService,
    codec::{self, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::{
        BoxFuture, BoxStream, Bytes, EnabledCompressionEncodings, StdError, http,
        tokio_stream::StreamExt as _,
    },
    server::{ClientStreamingService, ServerStreamingService, StreamingService, UnaryService},
    transport::{self, Channel, Endpoint},
};

/// A message as it travels: written and read by code compiled here.
pub trait Message: Default + Send + 'static {
    /// As protobuf.
    fn write(&self) -> Bytes;

    /// From protobuf.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the bytes are no such message.
    fn read(bytes: Bytes) -> Result<Self, DecodeError>;
}

macro_rules! messages {
    ($($message:path,)+) => {
        $(impl Message for $message {
            #[inline(never)]
            fn write(&self) -> Bytes {
                self.encode_to_vec().into()
            }

            #[inline(never)]
            fn read(bytes: Bytes) -> Result<Self, DecodeError> {
                Self::decode(bytes)
            }
        })+
    };
}

include!("gen/messages.rs");

fn read<M: Message>(bytes: Bytes) -> Result<M, Status> {
    // What the gRPC guide to status codes says of a message that cannot be read.
    M::read(bytes).map_err(|error| Status::internal(error.to_string()))
}

/// Which messages a method takes and gives: `E` is written, `D` read.
pub struct Codec<E, D>(PhantomData<(E, D)>);

impl<E, D> fmt::Debug for Codec<E, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Codec")
    }
}

impl<E, D> Default for Codec<E, D> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<E: Message, D: Message> codec::Codec for Codec<E, D> {
    type Encode = E;
    type Decode = D;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self::default()
    }

    fn decoder(&mut self) -> Self {
        Self::default()
    }
}

impl<E: Message, D: Message> Encoder for Codec<E, D> {
    type Item = E;
    type Error = Status;

    fn encode(&mut self, message: E, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(message.write());
        Ok(())
    }
}

impl<E: Message, D: Message> Decoder for Codec<E, D> {
    type Item = D;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<D>, Status> {
        read(from.copy_to_bytes(from.remaining())).map(Some)
    }
}

/// Bytes are their own message.
impl Message for Bytes {
    fn write(&self) -> Bytes {
        self.clone()
    }

    fn read(bytes: Bytes) -> Result<Self, DecodeError> {
        Ok(bytes)
    }
}

type Said = Bytes;
type Same = Codec<Said, Said>;

/// A method of bytes, and what it gives.
type Method<A> = Box<dyn FnMut(Request<Said>) -> BoxFuture<Response<A>, Status> + Send>;

/// One answer.
struct Once(Method<Said>);

impl UnaryService<Said> for Once {
    type Response = Said;
    type Future = BoxFuture<Response<Said>, Status>;

    fn call(&mut self, request: Request<Said>) -> Self::Future {
        (self.0)(request)
    }
}

/// Answers that go on.
struct Many(Method<BoxStream<Said>>);

impl ServerStreamingService<Said> for Many {
    type Response = Said;
    type ResponseStream = BoxStream<Said>;
    type Future = BoxFuture<Response<BoxStream<Said>>, Status>;

    fn call(&mut self, request: Request<Said>) -> Self::Future {
        (self.0)(request)
    }
}

fn message<M: Message>(request: Request<Said>) -> Result<Request<M>, Status> {
    let (metadata, extensions, bytes) = request.into_parts();
    Ok(Request::from_parts(metadata, extensions, read(bytes)?))
}

/// Connects. What a future does is compiled by whoever waits for it, unless it is boxed: so the
/// protocol is compiled here.
pub fn connect(
    endpoint: Endpoint,
) -> Pin<Box<dyn Future<Output = Result<Channel, transport::Error>> + Send>> {
    Box::pin(async move { endpoint.connect().await })
}

/// Asks a method with one answer; what generated clients have in the place of tonic's.
pub(crate) async fn ask<T, E: Message, D: Message>(
    grpc: &mut tonic::client::Grpc<T>,
    request: Request<E>,
    path: http::uri::PathAndQuery,
    _: Codec<E, D>,
) -> Result<Response<D>, Status>
where
    T: GrpcService<Body>,
    T::ResponseBody: tonic::codegen::Body + Send + 'static,
    <T::ResponseBody as tonic::codegen::Body>::Error: Into<StdError>,
{
    let answer = grpc.unary(request.map(|it| it.write()), path, Same::default()).await?;
    let (metadata, bytes, extensions) = answer.into_parts();
    Ok(Response::from_parts(metadata, read(bytes)?, extensions))
}

type Answering = Pin<Box<dyn Future<Output = http::Response<Body>> + Send>>;

/// How calls are read and answered: encodings, and how large messages may be.
#[derive(Debug, Clone, Copy, Default)]
struct Limits {
    accepted: EnabledCompressionEncodings,
    sent: EnabledCompressionEncodings,
    read_max: Option<usize>,
    written_max: Option<usize>,
}

impl Limits {
    fn grpc<C: codec::Codec>(self, codec: C) -> tonic::server::Grpc<C> {
        tonic::server::Grpc::new(codec)
            .apply_compression_config(self.accepted, self.sent)
            .apply_max_message_size_config(self.read_max, self.written_max)
    }

    fn once(self, service: Once, request: http::Request<Body>) -> Answering {
        let mut grpc = self.grpc(Same::default());
        Box::pin(async move { grpc.unary(service, request).await })
    }

    fn many(self, service: Many, request: http::Request<Body>) -> Answering {
        let mut grpc = self.grpc(Same::default());
        Box::pin(async move { grpc.server_streaming(service, request).await })
    }
}

/// Answers one call of a method; what generated servers have in the place of tonic's.
#[derive(Debug)]
pub struct Grpc<E, D> {
    limits: Limits,
    messages: PhantomData<(E, D)>,
}

impl<E: Message, D: Message> Grpc<E, D> {
    /// A method of these messages.
    pub fn new(_: Codec<E, D>) -> Self {
        Self { limits: Limits::default(), messages: PhantomData }
    }

    /// Which encodings are understood, and which are spoken.
    #[must_use]
    pub fn apply_compression_config(
        mut self,
        accepted: EnabledCompressionEncodings,
        sent: EnabledCompressionEncodings,
    ) -> Self {
        (self.limits.accepted, self.limits.sent) = (accepted, sent);
        self
    }

    /// How many bytes a message may have, read and written; none: what tonic says.
    #[must_use]
    pub fn apply_max_message_size_config(
        mut self,
        read_max: Option<usize>,
        written_max: Option<usize>,
    ) -> Self {
        (self.limits.read_max, self.limits.written_max) = (read_max, written_max);
        self
    }

    /// One message, one answer.
    pub fn unary<S>(
        &mut self,
        mut service: S,
        request: http::Request<Body>,
    ) -> impl Future<Output = http::Response<Body>> + use<S, E, D>
    where
        S: UnaryService<D, Response = E> + Send + 'static,
        S::Future: Send + 'static,
    {
        let once = Once(Box::new(move |request| match message(request) {
            Ok(request) => {
                let answer = service.call(request);
                Box::pin(async move { Ok(answer.await?.map(|it| it.write())) })
            }
            Err(status) => Box::pin(ready(Err(status))),
        }));
        self.limits.once(once, request)
    }

    /// One message, answers that go on.
    pub fn server_streaming<S>(
        &mut self,
        mut service: S,
        request: http::Request<Body>,
    ) -> impl Future<Output = http::Response<Body>> + use<S, E, D>
    where
        S: ServerStreamingService<D, Response = E> + Send + 'static,
        S::Future: Send + 'static,
        S::ResponseStream: Send + 'static,
    {
        let many = Many(Box::new(move |request| match message(request) {
            Ok(request) => {
                let answers = service.call(request);
                Box::pin(async move {
                    let answers = answers.await?;
                    Ok(answers.map(|it| -> BoxStream<Said> {
                        Box::pin(it.map(|it| it.map(|it| it.write())))
                    }))
                })
            }
            Err(status) => Box::pin(ready(Err(status))),
        }));
        self.limits.many(many, request)
    }

    /// Messages that go on, one answer: rare, and left to tonic.
    pub async fn client_streaming<S>(
        &mut self,
        service: S,
        request: http::Request<Body>,
    ) -> http::Response<Body>
    where
        S: ClientStreamingService<D, Response = E>,
    {
        self.limits.grpc(Codec::<E, D>::default()).client_streaming(service, request).await
    }

    /// Messages and answers that go on: rare, and left to tonic.
    pub async fn streaming<S>(
        &mut self,
        service: S,
        request: http::Request<Body>,
    ) -> http::Response<Body>
    where
        S: StreamingService<D, Response = E> + Send,
        S::ResponseStream: Send + 'static,
    {
        self.limits.grpc(Codec::<E, D>::default()).streaming(service, request).await
    }
}
