"""Every few minutes: have all open cases looked at, page by page."""

from datetime import datetime
from typing import Any

from lambdas.dispatch.audit_service import AuditService, AuditSettings, send
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import load


@observed
def handler(event: dict[str, Any], _context: Any) -> int:
    """``at``: the schedule's time. How many cases are looked at."""
    settings = load(AuditSettings)
    cases = 0
    for page in AuditService(settings).pages(datetime.fromisoformat(event["at"])):
        send(page, settings.audit_queue)
        cases += len(page.cases)
    return cases
