"""Every quarter of an hour: the controllers that were not heard for too long are to be looked at,
one message a controller (AL-62)."""

from datetime import datetime
from typing import Any

from lambdas.security.store import Store
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import Settings, load


class SupervisionSettings(Settings):
    """What the function needs."""

    security_table: str
    silent_queue: str  # URL of the queue of controllers to look at


@observed
def handler(event: dict[str, Any], _context: Any) -> int:
    """``at``: the schedule's time. How many controllers are to be looked at."""
    settings = load(SupervisionSettings)
    due = Store(settings.security_table).due(datetime.fromisoformat(event["at"]))
    return queues.send_all(settings.silent_queue, due)
