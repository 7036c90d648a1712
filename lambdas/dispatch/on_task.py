"""A workflow comes to a step that somebody must do: the task opens, with the workflow's token."""

from datetime import datetime
from typing import Any

from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import load


@observed
def handler(event: dict[str, Any], _context: Any) -> None:
    """``case``, ``task`` (a kind), ``token``, ``at`` (when the step was entered)."""
    cases = DispatchService(load(DispatchSettings)).cases
    at = datetime.fromisoformat(event["at"])
    cases.wait_for(event["case"], event["task"], event["token"], at)
