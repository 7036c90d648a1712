"""Every few minutes: find cases that are stuck, and get them going again. Staff is told.

The workflow's truth is in the facts, so what is stuck is simply begun anew: it goes through what
was done without doing it again, and waits where somebody is still to act.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from lambdas.dispatch.casework.audit import GRACE, Finding, findings
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.notices import audit_notice
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.dispatch.processes.table import PROCESSES
from lambdas.shared.aws.observability import logger, metrics, observed
from lambdas.shared.settings import load

STALE = timedelta(minutes=15)
"""A workflow that runs but has had nobody to wait for so long is stuck in a step."""


class Unaudited(RuntimeError):
    """Cases that the audit could not look at; the others it has."""


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """``at``: the schedule's time. How much of what was found. Unaudited, at the end, when a case
    could not be looked at: one must not keep the audit from the others."""
    settings = load(DispatchSettings)
    service = DispatchService(settings)
    now = datetime.fromisoformat(event["at"])
    found: list[Finding] = []
    failed: list[str] = []
    going: dict[str, str] = {}
    for number, opened in service.store.open_cases():
        if now - opened < GRACE:
            continue
        try:
            found += _look(service, number, now)
            found += _twice(service, number, going)
        except Exception:  # whatever it is: the others, too, are to be looked at
            logger.exception("not audited", extra={"case": number})
            failed.append(number)
    found += _strangers(service)
    counted = Counter(str(finding.wrong) for finding in found)
    for wrong, times in counted.items():
        metrics.add_metric(name=f"Audit{wrong.title().replace('_', '')}", unit="Count", value=times)
    if found:
        service.cases.publish([audit_notice(found, now)])
    if failed:
        raise Unaudited(", ".join(failed))
    return dict(counted)


def _look(service: DispatchService, number: str, now: datetime) -> list[Finding]:
    """Look at a case, and mend what is wrong with it: what that was."""
    case = service.cases.case(number)
    running = service.cases.executions.status(case.execution)
    found = [
        finding for finding in findings(case, running, now) if _mend(service, case, finding, now)
    ]
    own = service.cases.of(case).audit(case, now)
    service.cases.remind(number, now)
    return found + [Finding(number, wrong) for wrong in own]


def _twice(service: DispatchService, number: str, going: dict[str, str]) -> list[Finding]:
    """A responder who goes on this case and on another: ``going``, by responder, is added to. Staff
    must say which; nobody here can."""
    case = service.cases.case(number)
    who = service.cases.of(case).engages(case)
    other = going.setdefault(who, number) if who else number
    known = service.responders.get(who) if who and other != number else None
    after = known is not None and {number, other} <= set(known.cases)  # one, then the other
    return [] if other == number or after else [Finding(number, "bound_twice")]


def _mend(service: DispatchService, case: Case[Any], finding: Finding, now: datetime) -> bool:
    """Get it going again; whether there was anything to mend."""
    logger.warning("stuck", extra={"case": case.number, "wrong": finding.wrong})
    match finding.wrong:
        case "not_told":
            assert finding.task
            service.cases.report(finding.task)
        case "not_started":
            service.cases.begin(case, now)
        case "workflow_gone":
            service.cases.restart(case, finding.wrong, now)
        case "no_task" | "past_due":
            if now - case.last_at < STALE:
                return False
            service.cases.executions.stop(case.execution, f"audit: {finding.wrong}")
            service.cases.restart(case, finding.wrong, now)
    return True


def _strangers(service: DispatchService) -> list[Finding]:
    """Workflows that run for a case that is closed or was never stored: they are stopped."""
    found = []
    for process in PROCESSES.values():
        for arn, name in service.cases.executions.running(process.machine):
            number = "-".join(name.split("-")[:3])
            case = service.store.case(number)
            if case is None or (not case.open and case.execution != arn):
                service.cases.executions.stop(arn, "audit: no such case")
                found.append(Finding(number, "no_case"))
    return found
