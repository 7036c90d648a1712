"""Every few minutes: find cases that are stuck, and get them going again. Staff is told.

The workflow's truth is in the facts, so what is stuck is simply begun anew: it goes through what
was done without doing it again, and waits where somebody is still to act.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from lambdas.dispatch import facts as f
from lambdas.dispatch.audit import GRACE, Finding, Running, findings
from lambdas.dispatch.case import Case
from lambdas.dispatch.consent import CLOSED
from lambdas.dispatch.desk import Desk, DispatchSettings
from lambdas.dispatch.notices import audit_notice
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger, metrics, observed
from lambdas.shared.settings import load

STALE = timedelta(minutes=15)
"""A workflow that runs but has had nobody to wait for so long is stuck in a step."""


class AuditSettings(DispatchSettings):
    """What the function needs."""

    consent_machine: str
    visit_machine: str


class Unaudited(RuntimeError):
    """Cases that the audit could not look at; the others it has."""


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """``at``: the schedule's time. How much of what was found. Unaudited, at the end, when a case
    could not be looked at: one must not keep the audit from the others."""
    settings = load(AuditSettings)
    desk = Desk(settings)
    now = datetime.fromisoformat(event["at"])
    found: list[Finding] = []
    failed: list[str] = []
    going: dict[str, str] = {}
    for number, opened in desk.store.open_cases():
        if now - opened < GRACE:
            continue
        try:
            found += _look(desk, settings, number, now)
            found += _twice(desk.case(number), going)
        except Exception:  # whatever it is: the others, too, are to be looked at
            logger.exception("not audited", extra={"case": number})
            failed.append(number)
    found += _strangers(desk, settings)
    counted = Counter(str(finding.wrong) for finding in found)
    for wrong, times in counted.items():
        metrics.add_metric(name=f"Audit{wrong.title().replace('_', '')}", unit="Count", value=times)
    if found:
        desk.announce([audit_notice(found, now)])
    if failed:
        raise Unaudited(", ".join(failed))
    return dict(counted)


def _look(desk: Desk, settings: AuditSettings, number: str, now: datetime) -> list[Finding]:
    """Look at a case, and mend what is wrong with it: what that was."""
    case = desk.case(number)
    found = [
        finding
        for finding in findings(case, _running(case), now)
        if _mend(desk, settings, case, finding, now)
    ]
    if superseded := _successor(desk, case):
        desk.replace(number, superseded, "audit", "workflow", now)
        found.append(Finding(number, "superseded"))
    if case.kind == "visit" and desk.finish_ended(case, now):
        found.append(Finding(number, "consent_ended"))
    if case.kind == "visit" and now - case.last_at >= GRACE:
        case = desk.case(number)
        if desk.let_go(case) or not desk.bind(case):
            logger.warning("a responder was bound wrongly", extra={"case": number})
    return found


def _twice(case: Case, going: dict[str, str]) -> list[Finding]:
    """A responder who goes on this case and on another: ``going``, by responder, is added to. Staff
    must say which; nobody here can."""
    offer = (case.visit.going or case.visit.open_offer) if case.kind == "visit" else None
    other = going.setdefault(offer.responder, case.number) if offer else case.number
    return [] if other == case.number else [Finding(case.number, "bound_twice")]


def _successor(desk: Desk, case: Case) -> str | None:
    """Who is registered instead, if a replacement broke off half-way."""
    if case.kind != "consent" or case.consent.state in CLOSED:
        return None
    registered = desk.store.registration(case.contract)
    return registered if registered != case.number else None


def _running(case: Case) -> Running | None:
    if not case.execution:
        return None
    states = client("stepfunctions")
    try:
        status = states.describe_execution(executionArn=case.execution)["status"]
    except states.exceptions.ExecutionDoesNotExist:
        return "GONE"
    return "RUNNING" if status == "RUNNING" else "GONE"


def _mend(desk: Desk, settings: AuditSettings, case: Case, finding: Finding, now: datetime) -> bool:
    """Get it going again; whether there was anything to mend."""
    logger.warning("stuck", extra={"case": case.number, "wrong": finding.wrong})
    match finding.wrong:
        case "not_told":
            assert finding.task
            desk.tell(finding.task)
        case "not_started":
            desk.begin(case, _machine(settings, case), now)
        case "workflow_gone":
            _again(desk, settings, case, finding, now)
        case "no_task" | "past_due":
            if now - case.last_at < STALE:
                return False
            states = client("stepfunctions")
            states.stop_execution(executionArn=case.execution, cause=f"audit: {finding.wrong}")
            _again(desk, settings, case, finding, now)
    return True


def _again(
    desk: Desk, settings: AuditSettings, case: Case, finding: Finding, now: datetime
) -> None:
    """Start the workflow anew, under a name that a repeated audit would choose again."""
    times = sum(isinstance(fact, f.Restarted) for fact in case.facts)

    def decide(case: Case) -> list[f.Fact]:
        if sum(isinstance(fact, f.Restarted) for fact in case.facts) > times:
            return []
        return [f.Restarted(on=now, by="audit", means="workflow", why=finding.wrong)]

    desk.start(case, _machine(settings, case), now, again=f"again-{times + 1}")
    desk.change(case.number, decide, now)


def _machine(settings: AuditSettings, case: Case) -> str:
    return settings.consent_machine if case.kind == "consent" else settings.visit_machine


def _strangers(desk: Desk, settings: AuditSettings) -> list[Finding]:
    """Workflows that run for a case that is closed or was never stored: they are stopped."""
    states = client("stepfunctions")
    found = []
    for machine in (settings.consent_machine, settings.visit_machine):
        pages = states.get_paginator("list_executions").paginate(
            stateMachineArn=machine, statusFilter="RUNNING"
        )
        for one in (one for page in pages for one in page["executions"]):
            number = "-".join(one["name"].split("-")[:3])
            case = desk.store.case(number)
            if case is None or (not case.open and case.execution != one["executionArn"]):
                states.stop_execution(executionArn=one["executionArn"], cause="audit: no such case")
                found.append(Finding(number, "no_case"))
    return found
