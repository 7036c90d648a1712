"""A step of a workflow that waits for nobody: check, choose, mail, close; or what to do now that
time is up."""

from datetime import datetime
from typing import Any

from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import load


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """``case``, ``step``, ``task`` whose time is up, ``at`` (when the step was entered)."""
    cases = DispatchService(load(DispatchSettings)).cases
    at = datetime.fromisoformat(event["at"])
    result = cases.step(event["step"], event["case"], event.get("task"), at)
    return cases.executions.as_input(event["case"], result)
