"""Follows the alerts of a tenant over NATS, by an ordered consumer of the stream VIGIE_ALERTS.

    python3 follow_nats.py nats://127.0.0.1:4222 acme
    python3 follow_nats.py nats://127.0.0.1:4222 acme 57

A line of JSON for each message: what happened, and its place in the stream. Keep the `resume` of
the last line you have dealt with, and hand it in as the third argument: nothing is told twice, and
nothing is left out. A durable consumer would keep the place on the server instead, and tell the
last messages again when it is cut off before they are acknowledged; the `id` of an event says
which they are.
"""

import asyncio
import json
import sys

import nats
from nats.js.api import ConsumerConfig, DeliverPolicy

STREAM = "VIGIE_ALERTS"


async def main(url, tenant, resume=None):
    server = await nats.connect(url)
    start = ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
    if resume:
        start = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=int(resume) + 1
        )
    alerts = await server.jetstream().subscribe(
        f"vigie.alerts.{tenant}.>", stream=STREAM, ordered_consumer=True, config=start
    )
    async for message in alerts.messages:
        event = json.loads(message.data)
        # dev.vigie.alerts.raised.v1
        what = event["type"].split(".")[3]
        happened = [[event["data"].get("customer_id", "acme"), event["data"]["alert_id"], what]]
        resume = message.metadata.sequence.stream
        line = {"happened": happened, "id": event["id"], "resume": resume}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
