"""A step of a workflow that waits for nobody: check, choose, mail, close; or what to do now that
time is up."""

from datetime import datetime
from typing import Any

from lambdas.dispatch.desk import Desk, DispatchSettings, told_as
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import load


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """``case``, ``step``, ``task`` whose time is up, ``at`` (when the step was entered)."""
    desk = Desk(load(DispatchSettings))
    at = datetime.fromisoformat(event["at"])
    came = desk.step(event["step"], event["case"], event.get("task"), at)
    return told_as(event["case"], came)
