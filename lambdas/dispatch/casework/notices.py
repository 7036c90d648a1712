"""Who is told what of a case by mail. The words are in lambdas/notify/templates/case.json."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from lambdas.dispatch.casework.audit import Finding
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Fact, event_of
from lambdas.shared.events import CaseNotice, CaseNoticeKind


def contractor_notice(case: Case[Any]) -> CaseNotice | None:
    """What the contractor is told of where a case stands, once for each standing. None while there
    is nothing to tell."""
    standing = case.process.standing(case)
    if standing is None:
        return None
    to = case.first.contractor
    return CaseNotice(
        id=f"{case.number}/{standing.kind}",
        kind=cast(CaseNoticeKind, standing.kind),
        rule=standing.rule,
        case=case.number,
        home=case.first.home,
        at=case.last_at,
        person=to.person,
        name=to.name,
        email=to.email,
        values=dict(standing.values),
    )


def breach(case: Case[Any], fact: Fact, staff_mail: str) -> CaseNotice:
    """Staff learns that something was not done in its time."""
    event = event_of(fact)
    what = str(getattr(fact, "task", getattr(fact, "call", getattr(fact, "why", ""))))
    return CaseNotice(
        id=f"{case.number}/{event}/{what}/{fact.on.isoformat()}",
        kind="staff_breach",
        rule=str(getattr(fact, "rule", "G-07")),
        case=case.number,
        home="",
        at=fact.on,
        person=staff_mail,
        name="在宅確認センター",
        email=staff_mail,
        values={"event": event, "what": what},
    )


def audit_notice(found: Sequence[Finding], staff_mail: str, now: datetime) -> CaseNotice:
    """Staff learns what the audit found, and that it set it going again."""
    return CaseNotice(
        id=f"audit/{now.isoformat()}",
        kind="staff_audit",
        rule="G-07",
        case=found[0].case,
        home="",
        at=now,
        person=staff_mail,
        name="在宅確認センター",
        email=staff_mail,
        values={"found": "\n".join(f"{one.case} {one.wrong}" for one in found)},
    )
