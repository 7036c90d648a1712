"""What is told of an assignment at once, whatever comes of it."""

from typing import Any

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.casework.case import Case
from lambdas.shared.events import Contractor, Notice, NoticeKind


def emergency_notice(case: Case[Any], fact: f.Emergency) -> Notice:
    """The contractor learns of an emergency at once."""
    return Notice(
        id=f"{case.number}/emergency/{fact.on.isoformat()}",
        kind=NoticeKind("home_check.emergency"),
        rule=fact.rule,
        at=fact.on,
        audience=Contractor(contract=case.contract),
        home=case.first.home,
        subject=case.number,
        urgent=True,
        values={
            "target": case.first.target.name if case.first.target else "",
            "authority": fact.authority,
            "said": fact.said,
        },
    )


def expected_notice(case: Case[Any], offered: f.Offered) -> Notice:
    """The contractor learns when somebody comes who comes late."""
    return Notice(
        id=f"{case.number}/expected-{offered.offer}",
        kind=NoticeKind("home_check.expected"),
        rule=offered.rule,
        at=offered.on,
        audience=Contractor(contract=case.contract),
        home=case.first.home,
        subject=case.number,
        values={
            "target": case.first.target.name if case.first.target else "",
            "arrives_at": offered.arrives_at.isoformat(),
        },
    )
