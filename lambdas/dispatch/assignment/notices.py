"""What is told of an assignment at once, whatever comes of it."""

from typing import Any

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.casework.case import Case
from lambdas.shared.events import Contractor, Notice


def emergency_notice(case: Case[Any], fact: f.Emergency) -> Notice | None:
    """The contractor learns of an emergency at once, in the words of the case's process. None where
    the process says that a mail would put somebody in danger."""
    process: Any = case.process
    kind = process.emergency_kind(case)
    if kind is None:
        return None
    return Notice(
        id=f"{case.number}/emergency/{fact.on.isoformat()}",
        kind=kind,
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
    """The contractor learns when somebody comes who comes late, in the words of the process."""
    process: Any = case.process
    return Notice(
        id=f"{case.number}/expected-{offered.offer}",
        kind=process.expected,
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
