"""What is told of an assignment at once, whatever comes of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.assignment.state import Assignment, Offer
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.casework.task import Task
from lambdas.shared.events import Contractor, Notice, NoticeKind, PhonesOf

STOPS_WITHIN = timedelta(hours=1)
"""So long a stop or a warning is worth reading: then whoever goes is there."""

GIVEN_WITHIN = timedelta(hours=4)
"""So long it is worth reading that a visit was given to somebody."""


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


def to_responders(case: Case[Any], facts: Sequence[Fact]) -> list[Notice]:
    """What these facts, just stored, say to those who are asked or go, on their phones: an offer, a
    visit that was given to them, a stop, news. Nothing that they did themselves."""
    state: Assignment = case.state
    found: list[Notice] = []
    for fact in facts:
        if isinstance(fact, f.Offered):
            found += _asked(case, state.offer(fact.offer), facts)
        if isinstance(fact, f.OfferEnded) and fact.outcome == "withdrawn":
            offer = state.offer(fact.offer)
            if not _by(fact, offer):
                until = fact.on + STOPS_WITHIN
                found.append(_to(case, offer, NoticeKind("work.stopped"), fact.on, until))
    for task, offer in _under_way(case):
        told = {one.at for one in case.process.news(task, case)}
        for fact in facts:
            if fact.on in told and not _by(fact, offer):
                until = fact.on + STOPS_WITHIN
                found.append(_to(case, offer, NoticeKind("work.news"), fact.on, until))
    return list({one.id: one for one in found}.values())


def _asked(case: Case[Any], offer: Offer, facts: Sequence[Fact]) -> Iterator[Notice]:
    """Somebody is asked, or was given a visit, by hand or in a round, without being asked."""
    on = offer.fact.on
    if offer.state == "open":
        due = case.process.due("offer", case, on)
        minutes = round((due - on).total_seconds() / 60)
        notice = _to(case, offer, NoticeKind("work.offer"), on, due)
        yield notice.model_copy(update={"values": {**notice.values, "minutes": minutes}})
    elif any(isinstance(one, f.Accepted) and not _by(one, offer) for one in facts):
        given = _to(case, offer, NoticeKind("work.given"), on, on + GIVEN_WITHIN)
        yield given.model_copy(update={"urgent": False, "subject": ""})  # a round is told once


def _under_way(case: Case[Any]) -> Iterator[tuple[Task, Offer]]:
    """The tasks of those who are asked or go now."""
    state: Assignment = case.state
    for task in case.open_tasks:
        if task.kind in ("offer", "visit") and state.offer(task.number).live:
            yield task, state.offer(task.number)


def _by(fact: Fact, offer: Offer) -> bool:
    """Whether somebody did this themselves, or had it written down by telephone."""
    return offer.responder in (fact.by, fact.on_behalf)


def _to(case: Case[Any], offer: Offer, kind: NoticeKind, at: datetime, until: datetime) -> Notice:
    name = "offer" if offer.state == "open" else "visit"
    return Notice(
        id=f"{case.number}/{kind}/{offer.number}/{at.isoformat()}",
        kind=kind,
        rule=offer.fact.rule,
        at=at,
        audience=PhonesOf(person=offer.responder),
        subject=f"{case.number}.{offer.number}",
        until=until,
        urgent=True,
        values={"task": f"{case.number}.{name}-{offer.number}"},
    )
