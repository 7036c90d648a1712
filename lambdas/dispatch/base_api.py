"""What the routes of dispatch share: who calls, and how what cannot be done is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from lambdas.dispatch.assignment.responder import taken_at
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.travel import GreatCircle
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import (
    DispatchSettings,
    NotAllowed,
    NotFound,
    TaskClosed,
)
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.casework.task import Task, person
from lambdas.shared.aws import http
from lambdas.shared.calendar import in_japan
from lambdas.shared.centres import ALL_OPERATORS, LEADERS, centres_seen, seen_by
from lambdas.shared.conflicts import Conflict
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

OPERATORS = frozenset({*ALL_OPERATORS, LEADERS})
"""The call centre's staff: operators of one centre or of all, and their leaders."""

COMPANY = "company-"
"""How the groups begin of those who direct another company's responders (HT-89): ``company-acme``
sees and does the part of the company ``acme``, and nothing of the call centre's."""


@contextmanager
def problems_answered() -> Iterator[None]:
    """What the service refuses is answered as a problem."""
    try:
        yield
    except NotFound as unknown:
        raise Problem(404, "not-found") from unknown
    except NotAllowed as forbidden:
        raise Problem(422, forbidden.slug, rule=forbidden.rule, **forbidden.values) from forbidden
    except Conflict as conflict:
        raise Problem(409, "changed-meanwhile") from conflict
    except TaskClosed as done:
        task = done.task
        when = task.answered_at or task.due
        raise Problem(
            409,
            {"answered": "task-answered", "overdue": "task-overdue"}.get(
                task.status, "task-withdrawn"
            ),
            who=task.answered_by or "-",
            when=f"{in_japan(when):%Y-%m-%d %H:%M}",
        ) from done


def operator(app: APIGatewayHttpResolver) -> http.Caller:
    """The caller, who must be of the call centre's staff."""
    if not OPERATORS & http.groups(app):
        raise Problem(403, "operator-only")
    return http.caller(app)


def centres_of(app: APIGatewayHttpResolver) -> list[str] | None:
    """The centres whose cases the caller sees in lists (AL-21), the empty one for cases of none;
    None: all, as leaders and the operators of no centre do."""
    return centres_seen(http.groups(app))


def company_of(app: APIGatewayHttpResolver) -> str:
    """The company whose responders the caller directs (HT-89); empty for everybody else, the call
    centre's staff included."""
    groups = http.groups(app)
    named = sorted(group.removeprefix(COMPANY) for group in groups if group.startswith(COMPANY))
    return named[0] if named and not OPERATORS & groups else ""


def operator_or_company(app: APIGatewayHttpResolver) -> http.Caller:
    """The caller, who must be of the call centre's staff, or direct a company's responders."""
    return http.caller(app) if company_of(app) else operator(app)


def groups_of(app: APIGatewayHttpResolver) -> list[str]:
    """Whose tasks the caller may take: their groups', and their own. A leader may do what operators
    may."""
    groups = http.groups(app)
    mine = [person(http.caller(app).person)] if "responder" in groups else []
    leads = [LEADERS, *ALL_OPERATORS] if LEADERS in groups else []
    theirs = [seen for group in sorted(groups & {*ALL_OPERATORS}) for seen in seen_by(group)]
    return list(dict.fromkeys([*leads, *theirs, *mine]))


def may_take(app: APIGatewayHttpResolver, task: Task) -> None:
    """A task of somebody else does not exist for the caller. The call centre may act for a
    responder whose phone is dead."""
    if task.group not in groups_of(app) and not on_behalf(app, task):
        raise Problem(404, "not-found")


Occurred = Annotated[
    AwareDatetime | None,
    Query(
        description="When it happened, where it is told later: by a responder over the telephone, "
        "or by their phone that had no line."
    ),
]
Sent = Annotated[
    AwareDatetime | None,
    Query(description="When the phone sent this, by the same clock as `occurred_at`."),
]


def acting(
    app: APIGatewayHttpResolver,
    case: Case[Any],
    task: Task,
    occurred_at: datetime | None = None,
    sent_at: datetime | None = None,
) -> Actor:
    """Who does a task, and by which means: responders by their phones, or the call centre for them,
    by telephone. Problem for a time that is not within the case, or that nobody told. That of a
    phone is put right by when it sent it; one that cannot be is left out, and nothing else lost."""
    who = http.caller(app)
    responder = on_behalf(app, task)
    within = occurred_at is not None and case.opened_at <= occurred_at <= who.now
    if task.personal and not responder:
        if occurred_at and sent_at:
            at = taken_at(occurred_at, sent_at, who.now)
            within, occurred_at = case.opened_at <= at < who.now, at
        return Actor(who.now, who.person, "mobile", "", occurred_at if within else None)
    if occurred_at and not (responder and within):
        raise Problem(422, "not-within-case", rule="G-07")
    if responder:
        return Actor(who.now, who.person, "phone", responder, occurred_at)
    return Actor(who.now, who.person, "desk")


def on_behalf(app: APIGatewayHttpResolver, task: Task) -> str:
    """The responder for whom the call centre, or their company, does a task; empty when it is the
    caller's own, or when they may not."""
    if not task.personal or task.group == person(http.caller(app).person):
        return ""
    responder = task.group.partition(":")[2]
    if OPERATORS & http.groups(app):
        return responder
    if not (company := company_of(app)):
        return ""
    known = ResponderStore(load(DispatchSettings).dispatch_table, GreatCircle()).get(responder)
    return responder if known and known.company == company else ""
