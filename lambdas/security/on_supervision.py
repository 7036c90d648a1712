"""Every quarter of an hour: the controllers that were not heard for too long are to be looked at,
one message a controller, and staff is told when silent homes should have been phoned (AL-62)."""

from datetime import datetime
from typing import Any

from lambdas.security import supervision
from lambdas.security.effects import waiting_notice
from lambdas.security.store import Store
from lambdas.shared.aws import bus, queues
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import Settings, load


class SupervisionSettings(Settings):
    """What the function needs."""

    security_table: str
    event_bus: str
    silent_queue: str  # URL of the queue of controllers to look at


@observed
def handler(event: dict[str, Any], _context: Any) -> int:
    """``at``: the schedule's time. How many controllers are to be looked at."""
    settings, now = load(SupervisionSettings), datetime.fromisoformat(event["at"])
    store = Store(settings.security_table)
    found = queues.send_all(settings.silent_queue, store.due(now))
    silent = supervision.for_centres(store.silent_homes(), None)
    late = [one for one in silent if supervision.overdue(one, now)]
    if late:
        bus.publish(settings.event_bus, waiting_notice(late, now))
    return found
