"""What is told of a plan. Visits themselves are told of as cases are (``process.standing``)."""

from datetime import date, datetime

from lambdas.dispatch.problems import TEXTS
from lambdas.dispatch.processes.patrol.plan import Plan
from lambdas.dispatch.processes.patrol.preconditions import Ground
from lambdas.shared.events import Contractor, Notice, NoticeKind, Sentence


def plan_notice(plan: Plan, kind: NoticeKind, id: str, at: datetime) -> Notice:
    """The contractor has in writing what is planned."""
    wanted = plan.made.wanted
    days = [str(one) for one in plan.left]
    return Notice(
        id=f"{plan.id}/{id}",
        kind=kind,
        rule="AL-84",
        at=at,
        audience=Contractor(contract=plan.made.contract),
        home=plan.made.home,
        subject=plan.id,
        values={
            "first": days[0] if days else "",
            "count": len(days),
            "start": f"{wanted.window.start:%H:%M}",
            "end": f"{wanted.window.end:%H:%M}",
        },
    )


def impossible_notice(plan: Plan, day: date, ground: Ground, at: datetime) -> Notice:
    """The contractor learns that a visit cannot be made, and why."""
    _, detail = TEXTS[ground.slug]
    return Notice(
        id=f"{plan.id}/{day}/impossible",
        kind=NoticeKind("visits.visit_impossible"),
        rule=ground.rule,
        at=at,
        audience=Contractor(contract=plan.made.contract),
        home=plan.made.home,
        subject=plan.id,
        values={"day": str(day), "why": Sentence(ja=detail.ja, en=detail.en)},
    )
