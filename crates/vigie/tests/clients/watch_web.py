"""Watches the alerts of a tenant as a page in a browser does: gRPC-Web, an ordinary POST over
HTTP/1.1 whose answer never ends.

    python3 watch_web.py 127.0.0.1:50051 acme descriptors.bin
    python3 watch_web.py 127.0.0.1:50051 acme descriptors.bin '{"0": 57}'

`descriptors.bin` says what the messages look like, as `buf build -o descriptors.bin` writes it; a
page has code generated from the same files. What is printed, and how to go on, is as in
watch_grpc.py.
"""

import http.client
import json
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PATH = "/vigie.alerts.v1.AlertsService/WatchAlerts"
# The kind of a frame: a message, or the trailers that end a stream.
MESSAGE, TRAILERS = 0x00, 0x80


def messages(descriptors):
    """The classes of the request and of its answers."""
    pool = descriptor_pool.DescriptorPool()
    with open(descriptors, "rb") as file:
        for described in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
            pool.Add(described)
    names = ("vigie.alerts.v1.WatchAlertsRequest", "vigie.alerts.v1.WatchAlertsResponse")
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName(it)) for it in names]


def frames(answer):
    """What comes, frame by frame: a byte for its kind, four for its length, and its bytes."""
    while head := answer.read(5):
        kind, length = struct.unpack(">BI", head)
        yield kind, answer.read(length)


def main(address, tenant, descriptors, resume=None):
    Request, Response = messages(descriptors)
    request = Request(tenant_id=tenant)
    for partition, sequence in json.loads(resume or "{}").items():
        request.after_position.sequences[int(partition)] = sequence
    body = request.SerializeToString()

    server = http.client.HTTPConnection(address)
    headers = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"}
    server.request("POST", PATH, struct.pack(">BI", MESSAGE, len(body)) + body, headers)
    answer = server.getresponse()
    if answer.status != 200 or answer.getheader("grpc-status", "0") != "0":
        sys.exit(f"{answer.status} {answer.getheader('grpc-message')}")
    for kind, content in frames(answer):
        if kind == TRAILERS:
            sys.exit(f"the stream ended: {content.decode().strip()}")
        message = Response.FromString(content)
        happened = [
            [change.customer_id or "acme", change.alert_id, change.WhichOneof("what")]
            for change in message.changes.changes
        ]
        resume = {str(key): value for key, value in sorted(message.position.sequences.items())}
        print(json.dumps({"happened": happened, "resume": resume}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
