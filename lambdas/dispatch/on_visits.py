"""Every quarter of an hour: the cases of visits whose day has come are opened, and whoever is on
duty is given what nobody has. Repeated, it changes nothing."""

from datetime import datetime
from typing import Any

from lambdas.dispatch.assignment.facts import Escalation
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import logger, observed
from lambdas.shared.settings import load


class VisitsSettings(DispatchSettings):
    """What the function needs."""

    escalation: str  # how long each may take: Escalation as JSON


class NotOpened(RuntimeError):
    """Plans of which a visit could not be opened; the others were."""


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """``at``: the schedule's time. How many cases were opened, how many visits given out.
    NotOpened, at the end, when a case could not be opened."""
    settings = load(VisitsSettings)
    now = datetime.fromisoformat(event["at"])
    visits = DispatchService(settings).patrols
    escalation = Escalation.model_validate_json(settings.escalation)
    opened, failed = visits.open_due(Directory(settings.directory_table), escalation, now)
    given = visits.make_rounds(now)
    if opened or given:
        logger.info("visits", extra={"opened": len(opened), "given": given})
    if failed:
        raise NotOpened(", ".join(failed))
    return {"opened": len(opened), "given": given}
