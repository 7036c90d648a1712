"""A workflow comes to a step that somebody must do: the task opens, with the workflow's token."""

from datetime import datetime
from typing import Any

from lambdas.dispatch.desk import Desk, DispatchSettings
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import load


@observed
def handler(event: dict[str, Any], _context: Any) -> None:
    """``case``, ``task`` (a kind), ``token``, ``at`` (when the step was entered)."""
    desk = Desk(load(DispatchSettings))
    at = datetime.fromisoformat(event["at"])
    desk.wait_for(event["case"], event["task"], event["token"], at)
