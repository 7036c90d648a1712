"""The audit: finds cases that are stuck, and gets them going again. Staff is told.

The workflow's truth is in the facts, so what is stuck is simply begun anew: it goes through what
was done without doing it again, and waits where somebody is still to act. Cases are looked at in
pages, so that ten thousand take no longer than one function may run; which workflows run is asked
a thousand at a time, and of one alone only where it seems to be gone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.dispatch.casework.audit import GRACE, Finding, findings
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.notices import audit_notice
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.dispatch.processes.table import PROCESSES
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger, metrics

STALE = timedelta(minutes=15)
"""A workflow that runs but has had nobody to wait for so long is stuck in a step."""

PAGE = 100
"""Cases that one call of a function looks at."""


class AuditSettings(DispatchSettings):
    """What the function needs that makes the pages."""

    audit_queue: str  # URL of the queue of pages


class Unaudited(RuntimeError):
    """Cases that the audit could not look at; the others it has."""


class Page(BaseModel):
    """Cases to look at, each with those of its workflows that ran at ``at``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    cases: dict[str, list[str]]


class AuditService:
    """One look at all open cases."""

    def __init__(self, settings: DispatchSettings) -> None:
        self._service = DispatchService(settings)
        self._cases = self._service.cases
        self.found: Counter[str] = Counter()  # how much of what, so far

    def pages(self, now: datetime) -> Iterator[Page]:
        """The open cases, page by page. Workflows that run for no open case are stopped first."""
        cases = [n for n, opened in self._service.store.open_cases() if now - opened >= GRACE]
        running = self._running(set(cases), now)
        for first in range(0, len(cases), PAGE):
            page = cases[first : first + PAGE]
            yield Page(at=now, cases={number: running.get(number, []) for number in page})

    def look(self, page: Page) -> None:
        """Look at the cases of a page, and mend what is wrong. Unaudited, at the end, when a case
        could not be looked at: one must not keep the audit from the others."""
        found: list[Finding] = []
        failed: list[str] = []
        for number, running in page.cases.items():
            try:
                found += self._look(number, running, page.at)
            except Exception:  # whatever it is: the others, too, are to be looked at
                logger.exception("not audited", extra={"case": number})
                failed.append(number)
        self._tell(found, page.at)
        if failed:
            raise Unaudited(", ".join(failed))

    def _running(self, open_cases: set[str], now: datetime) -> Mapping[str, list[str]]:
        """The workflows that run, by case; those of cases that are not open are stopped."""
        running: dict[str, list[str]] = {}
        lost = []
        for process in PROCESSES.values():
            for one in self._cases.executions.running(process.machine):
                if now - one.started < GRACE:  # its case may just be about to be written down
                    running.setdefault(one.case, [])
                elif one.case in open_cases:
                    running.setdefault(one.case, []).append(one.arn)
                else:
                    lost += self._stop_if_lost(one.case, one.arn)
        self._tell(lost, now)
        return running

    def _stop_if_lost(self, number: str, arn: str) -> list[Finding]:
        case = self._service.store.case(number)
        if case is not None and (case.open or case.execution == arn):
            return []  # opened a moment ago, or about to end by itself
        return self._stop(number, arn)

    def _stop(self, number: str, arn: str) -> list[Finding]:
        self._cases.executions.stop(arn, "audit: not the case's own")
        return [Finding(number, "no_case")]

    def _look(self, number: str, running: Sequence[str], now: datetime) -> list[Finding]:
        """Look at a case, and mend what is wrong with it: what that was."""
        case = self._cases.case(number)
        if not case.open:
            return []
        found = []
        if self._service.store.relist(case):
            found.append(Finding(number, "not_listed"))
            case = self._cases.case(number)
        runs = case.execution in running
        status = "RUNNING" if runs else self._cases.executions.status(case.execution)
        for arn in running if case.execution else []:  # a second one halves every deadline
            if arn != case.execution:
                found += self._stop(number, arn)
        found += [one for one in findings(case, status, now) if self._mend(case, one, now)]
        own = self._cases.of(case).audit(case, now)
        self._cases.remind(number, now)
        return [*found, *(Finding(number, wrong) for wrong in own)]

    def _mend(self, case: Case[Any], finding: Finding, now: datetime) -> bool:
        """Get it going again; whether there was anything to mend."""
        logger.warning("stuck", extra={"case": case.number, "wrong": finding.wrong})
        match finding.wrong:
            case "not_told":
                assert finding.task
                self._cases.report(finding.task)
            case "not_started":
                self._cases.begin(case, now)
            case "workflow_gone":
                self._cases.restart(case, finding.wrong, now)
            case "no_task" | "past_due":
                if now - case.last_at < STALE:
                    return False
                self._cases.executions.stop(case.execution, f"audit: {finding.wrong}")
                self._cases.restart(case, finding.wrong, now)
        return True

    def _tell(self, found: Sequence[Finding], now: datetime) -> None:
        """Count what was found, and tell staff."""
        counted = Counter(str(finding.wrong) for finding in found)
        for wrong, times in counted.items():
            name = f"Audit{wrong.title().replace('_', '')}"
            metrics.add_metric(name=name, unit="Count", value=times)
        self.found += counted
        if found:
            self._cases.publish([audit_notice(found, now)])


def send(page: Page, queue: str) -> None:
    """Have a page looked at."""
    client("sqs").send_message(QueueUrl=queue, MessageBody=page.model_dump_json())
