"""Who is told what of a case. The words are in lambdas/notify/catalogue/home_check.yaml."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lambdas.dispatch.casework.audit import Finding
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Fact, event_of
from lambdas.shared.events import Contractor, Notice, NoticeKind, StaffGroup


def contractor_notice(case: Case[Any]) -> Notice | None:
    """What the contractor is told of where a case stands, once for each standing. None while there
    is nothing to tell."""
    standing = case.process.standing(case)
    if standing is None:
        return None
    edition = f"-{standing.edition}" if standing.edition else ""
    return Notice(
        id=f"{case.number}/{standing.kind.rpartition('.')[2]}{edition}",
        kind=standing.kind,
        rule=standing.rule,
        at=case.last_at,
        audience=Contractor(contract=case.contract),
        home=case.first.home,
        subject=case.number,
        values=dict(standing.values),
    )


def to_all(case: Case[Any], notice: Notice | None) -> list[Notice]:
    """What the case's contractor is told, for every contract that is told of the case."""
    if notice is None:
        return []
    parties = case.process.parties(case)
    return [notice] + [
        notice.model_copy(
            update={
                "id": f"{notice.id}/{party.contract}",
                "audience": Contractor(contract=party.contract),
                "home": party.home,
            }
        )
        for party in parties
        if party.contract != case.contract
    ]


def breach(case: Case[Any], fact: Fact) -> Notice:
    """Staff learns that something was not done in its time."""
    event = event_of(fact)
    what = str(getattr(fact, "task", getattr(fact, "call", getattr(fact, "why", ""))))
    task = case.process.flow.tasks.get(what)
    return Notice(
        id=f"{case.number}/{event}/{what}/{fact.on.isoformat()}",
        kind=NoticeKind("home_check.staff_breach"),
        rule=str(getattr(fact, "rule", "G-07")),
        at=fact.on,
        audience=StaffGroup(group="dispatch"),
        subject=case.number,
        urgent=True,
        values={"event": event, "what": task.title if task else what},
    )


def audit_notice(found: Sequence[Finding], now: datetime) -> Notice:
    """Staff learns what the audit found, and that it set it going again."""
    return Notice(
        id=f"audit/{now.isoformat()}/{found[0].case}",
        kind=NoticeKind("home_check.staff_audit"),
        rule="G-07",
        at=now,
        audience=StaffGroup(group="dispatch"),
        subject=found[0].case,
        urgent=True,
        values={"found": "\n".join(f"{one.case} {one.wrong}" for one in found)},
    )
