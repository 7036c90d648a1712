"""Every few minutes: each home that sensors tell of is to be looked at, one message a home."""

import json
from datetime import datetime
from typing import Any

from lambdas.ingest.activity_store import ActivityStore
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import Settings, load


class ClockSettings(Settings):
    """What the function needs."""

    readings_table: str
    homes_queue: str


class NotQueued(RuntimeError):
    """Some homes will not be looked at this time; the schedule tries again."""


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """``at``: the schedule's time. How many homes are to be looked at."""
    settings = load(ClockSettings)
    now = datetime.fromisoformat(event["at"])
    at = now.isoformat()
    queued = 0
    failed: list[str] = []
    found = list(ActivityStore(settings.readings_table).homes(now))
    for homes in (found[n : n + 10] for n in range(0, len(found), 10)):
        answer = client("sqs").send_message_batch(
            QueueUrl=settings.homes_queue,
            Entries=[
                {"Id": str(number), "MessageBody": json.dumps({"home": home, "at": at})}
                for number, home in enumerate(homes)
            ],
        )
        failed += [homes[int(one["Id"])] for one in answer.get("Failed", [])]
        queued += len(answer.get("Successful", []))
    if failed:
        raise NotQueued(", ".join(failed))
    return {"homes": queued}
