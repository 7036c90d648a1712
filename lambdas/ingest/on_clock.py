"""Every few minutes: each home that sensors tell of is to be looked at, one message a home."""

import json
from datetime import datetime
from typing import Any

from lambdas.ingest.activity_store import ActivityStore
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import Settings, load


class ClockSettings(Settings):
    """What the function needs."""

    readings_table: str
    homes_queue: str


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """``at``: the schedule's time. How many homes are to be looked at."""
    settings = load(ClockSettings)
    now = datetime.fromisoformat(event["at"])
    at = now.isoformat()
    homes = ActivityStore(settings.readings_table).homes(now)
    bodies = (json.dumps({"home": home, "at": at}) for home in homes)
    return {"homes": queues.send_all(settings.homes_queue, bodies)}
