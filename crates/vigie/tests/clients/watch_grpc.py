"""Watches the alerts of a tenant over gRPC, with nothing generated: the server says itself what its
messages look like.

    python3 watch_grpc.py 127.0.0.1:50051 acme
    python3 watch_grpc.py 127.0.0.1:50051 acme '{"0": 57}'

A line of JSON for each message: what happened, and where to go on if this process ends here. Keep
the `resume` of the last line you have dealt with, and hand it in as the third argument: nothing is
told twice, and nothing is left out.
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pool, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

SERVICE = "vigie.alerts.v1.AlertsService"


def main(address, tenant, resume=None):
    channel = grpc.insecure_channel(address)
    database = ProtoReflectionDescriptorDatabase(channel)
    pool = descriptor_pool.DescriptorPool(database)
    method = pool.FindServiceByName(SERVICE).FindMethodByName("WatchAlerts")
    Request = message_factory.GetMessageClass(method.input_type)
    Response = message_factory.GetMessageClass(method.output_type)
    watch = channel.unary_stream(
        f"/{SERVICE}/WatchAlerts",
        request_serializer=Request.SerializeToString,
        response_deserializer=Response.FromString,
    )

    request = Request(tenant_id=tenant)
    for partition, sequence in json.loads(resume or "{}").items():
        request.after_position.sequences[int(partition)] = sequence
    # Without an answer to wait for, no deadline: the stream says every 15 seconds that it is alive.
    for message in watch(request, wait_for_ready=True):
        happened = [
            [change.customer_id or "acme", change.alert_id, change.WhichOneof("what")]
            for change in message.changes.changes
        ]
        resume = {str(key): value for key, value in sorted(message.position.sequences.items())}
        print(json.dumps({"happened": happened, "resume": resume}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
