"""What the routes of dispatch share: who calls, and how what cannot be done is answered."""

from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from lambdas.dispatch.casework.case_service import NotAllowed, NotFound, TaskClosed
from lambdas.dispatch.casework.task import LEADERS, Task, person
from lambdas.shared.aws import http
from lambdas.shared.calendar import in_japan
from lambdas.shared.conflicts import Conflict
from lambdas.shared.problems import Problem

OPERATORS = frozenset({"operator", "admin"})


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


def groups_of(app: APIGatewayHttpResolver) -> list[str]:
    """Whose tasks the caller may take: their groups', and their own. A leader may do what operators
    may."""
    groups = http.groups(app)
    mine = [person(http.caller(app).person)] if "responder" in groups else []
    theirs = [LEADERS, "operator"] if LEADERS in groups else ["operator"]
    return (theirs if OPERATORS & groups else []) + mine


def may_take(app: APIGatewayHttpResolver, task: Task) -> None:
    """A task of somebody else does not exist for the caller. The call centre may act for a
    responder whose phone is dead."""
    if task.group not in groups_of(app) and not on_behalf(app, task):
        raise Problem(404, "not-found")


def on_behalf(app: APIGatewayHttpResolver, task: Task) -> str:
    """The responder for whom the call centre does a task; empty when it is the caller's own."""
    mine = task.group == person(http.caller(app).person)
    centre = task.personal and not mine and OPERATORS & http.groups(app)
    return task.group.partition(":")[2] if centre else ""
