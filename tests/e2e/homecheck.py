"""Stories of home checks, told side by side on one local cloud and one timeline.

A story is written from its beginning to its end: a generator that yields the moment (JST) at which
it goes on. All stories of a module live at the same time, each with a home and responders of its
own, far from the others; the clock moves for all of them together.
"""

import heapq
import json
import secrets
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from lambdas.dispatch.casework.place import Place
from local import when
from local.cloud import LocalCloud
from local.homecheck import Family, Operator, Responder, responder

Story = Generator[str, None, None]
YEAR = "2026-"

SIGNATURE_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
STAFF_MAIL = "centre@mimamori.example"


@dataclass
class Town:
    """The call centre of all stories, and room for each of them on the map."""

    cloud: LocalCloud
    operator: Operator = field(init=False)
    leader: Operator = field(init=False)
    _places: Iterator[int] = field(default_factory=count, init=False)

    def __post_init__(self) -> None:
        self.operator = Operator(self.cloud, "operator@centre.example")
        self.leader = Operator(self.cloud, "leader@centre.example", group="admin")

    def family(self, **more: Any) -> Family:
        """A contractor, whose parent lives two hundred kilometres from everybody else's."""
        number = next(self._places)
        place = Place(latitude=26 + 2 * (number % 10), longitude=128 + 3 * (number // 10))
        return Family(self.cloud, f"{secrets.token_hex(4)}@family.example", place=place, **more)

    def consented(self) -> Generator[str, None, Family]:
        """A family whose parent agreed at the first call."""
        family = self.family()
        case = family.registers()
        yield "12-02 10:00"
        self.operator.answers("first_call", case, "granted", number="03-0000-0000", said="はい。")
        return family

    def responder(self, name: str, place: Place) -> Responder:
        return responder(self.operator, name, place)

    def execution(self, case: str) -> dict[str, Any]:
        """The execution that the case links to."""
        arn = self.operator.case(case)["execution"]
        found = self.cloud.client("stepfunctions").describe_execution(executionArn=arn)
        return dict(found)

    def staff_mails(self, case: str) -> list[str]:
        """What staff was mailed about a case, once everything has come to rest."""
        self.cloud.settle()
        mails = self.cloud.mails(STAFF_MAIL)
        return [mail["Subject"] for mail in mails if case in json.dumps(mail)]

    @contextmanager
    def forbidden(self, entry: str, action: str) -> Iterator[None]:
        """A function cannot do something meanwhile, as if it were killed at that point."""
        functions = self.cloud.client("lambda").list_functions()["Functions"]
        (role,) = (
            one["Role"].rpartition("/")[2]
            for one in functions
            if one["Handler"].startswith(f"lambdas.dispatch.{entry}.")
        )
        iam = self.cloud.client("iam")
        said = {"Effect": "Deny", "Action": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [said]})
        iam.put_role_policy(RoleName=role, PolicyName="forbidden", PolicyDocument=document)
        try:
            yield
        finally:
            iam.delete_role_policy(RoleName=role, PolicyName="forbidden")


Teller = Callable[[Town], Story]


def lived(story: Teller) -> Callable[["Lives"], None]:
    """The test of a story: it was lived through with all others of the module."""

    def test(lives: Lives) -> None:
        lives.ended_well(story)

    test.__name__, test.__doc__, test.__module__ = story.__name__, story.__doc__, story.__module__
    test.story = story  # type: ignore[attr-defined]
    return test


@dataclass
class Lives:
    """All stories, lived through."""

    town: Town
    failed: dict[Teller, Exception] = field(default_factory=dict)

    def ended_well(self, story: Teller) -> None:
        """The story's own error is that of its test."""
        if story in self.failed:
            raise self.failed[story]

    def live(self, stories: Sequence[Teller]) -> None:
        """Go from moment to moment; at each, let those go on who wait for it."""
        waiting = [("", number, story, story(self.town)) for number, story in enumerate(stories)]
        heapq.heapify(waiting)
        while waiting:
            moment, number, story, telling = heapq.heappop(waiting)
            if moment:
                self._wait_until(moment)
            try:
                heapq.heappush(waiting, (next(telling), number, story, telling))
            except StopIteration:
                pass
            except Exception as error:
                self.failed[story] = error

    def _wait_until(self, moment: str) -> None:
        at = YEAR + moment.replace(" ", "T")
        if self.town.cloud.now() < when.moment(at):
            self.town.cloud.advance(at)


def wanted(request: pytest.FixtureRequest) -> list[Teller]:
    """The stories of the module whose tests are asked for."""
    return [
        item.function.story
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.module is request.module
        and hasattr(item.function, "story")
    ]


def at(text: str) -> datetime:
    """A moment that the API told."""
    return datetime.fromisoformat(text)


def japan(text: str) -> datetime:
    """``12-05 00:00`` in Japan."""
    return when.moment(YEAR + text.replace(" ", "T"))


def events(case: dict[str, Any]) -> list[str]:
    """What happened in a case, in order."""
    return [moment["event"] for moment in case["timeline"]]


def refused(call: Callable[[], Any]) -> str:
    """The problem that a refused request is answered with."""
    with pytest.raises(AssertionError) as caught:
        call()
    return str(caught.value)
