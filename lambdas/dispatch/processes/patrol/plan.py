"""A plan of visits to an empty home: on which days, between which hours, with which wishes.

A plan is its facts; which days are still to be visited is computed from them.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, TypeAdapter, model_validator

from lambdas.dispatch.casework.facts import Fact, Model
from lambdas.dispatch.processes.patrol.checklist import VisitKind
from lambdas.dispatch.processes.sites.site import Guest
from lambdas.shared.calendar import JST

MAX_DAYS = 40
"""Days of one plan: they are written together."""

AHEAD = timedelta(days=366)
"""So far ahead visits are planned."""

LEAST_WINDOW = timedelta(hours=2)
"""A window that a round can keep."""

DAYTIME = (time(7), time(20))
"""The hours in which homes are visited."""


class Window(Model):
    """The hours of a day between which somebody comes, in Japan."""

    start: time
    end: time

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Not before and not after, on a day."""
        return (
            datetime.combine(day, self.start, tzinfo=JST),
            datetime.combine(day, self.end, tzinfo=JST),
        )


class PostalAddress(Model):
    """Where mail is sent on to."""

    country: str = Field("JP", pattern=r"^[A-Z]{2}$")
    postal_code: str = Field(pattern=r"^\d{3}-?\d{4}$")
    address: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=60)


class MailboxWish(Model):
    """What is to become of what is in the mailbox (AL-85)."""

    wish: Literal["leave", "discard", "forward"] = "leave"
    to: PostalAddress | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.wish == "forward" and self.to is None:
            raise ValueError("where is it to be sent (AL-85)?")
        return self


class Wanted(Model):
    """What a contractor wants: which visits, on which days."""

    visit: VisitKind = "patrol"
    days: tuple[date, ...] = Field(min_length=1, max_length=MAX_DAYS)
    window: Window
    mailbox: MailboxWish = MailboxWish()
    phone: str = Field("", max_length=20)  # of the contractor while away
    note: str = Field("", max_length=500)


class PlanMade(Fact):
    """The contractor planned visits."""

    event: Literal["plan_made"] = "plan_made"
    rule: str = "AL-84"
    contract: str
    home: str
    home_name: str
    contractor: Guest
    wanted: Wanted


class VisitDropped(Fact):
    """A day is not wanted any more."""

    event: Literal["visit_dropped"] = "visit_dropped"
    rule: str = "AL-84"
    day: date
    why: str = ""


class VisitOpened(Fact):
    """The day came, and a case was opened for it."""

    event: Literal["visit_opened"] = "visit_opened"
    rule: str = "AL-84"
    day: date
    case: str


class VisitImpossible(Fact):
    """The day came, and the rules no longer allow the visit."""

    event: Literal["visit_impossible"] = "visit_impossible"
    rule: str
    day: date
    slug: str


PlanFact = Annotated[
    PlanMade | VisitDropped | VisitOpened | VisitImpossible, Field(discriminator="event")
]
PLAN_FACT: TypeAdapter[PlanFact] = TypeAdapter(PlanFact)


class PlannedDay(Model):
    """A day of a plan, and what became of it."""

    day: date
    state: Literal["planned", "dropped", "opened", "impossible"] = "planned"
    case: str = ""
    not_before: AwareDatetime
    not_after: AwareDatetime
    slug: str = ""  # why it was impossible


class Plan:
    """What the facts of a plan amount to."""

    def __init__(self, id: str, facts: Sequence[PlanFact]) -> None:
        first = facts[0]
        assert isinstance(first, PlanMade)
        self.id, self.made, self.facts = id, first, tuple(facts)
        self._days: dict[date, PlannedDay] = {}
        for day in sorted(set(first.wanted.days)):
            start, end = first.wanted.window.on(day)
            self._days[day] = PlannedDay(day=day, not_before=start, not_after=end)
        for fact in facts[1:]:
            self._take(fact)

    def _take(self, fact: PlanFact) -> None:
        match fact:
            case VisitDropped():
                self._change(fact.day, state="dropped")
            case VisitOpened():
                self._change(fact.day, state="opened", case=fact.case)
            case VisitImpossible():
                self._change(fact.day, state="impossible", slug=fact.slug)
            case PlanMade():
                pass

    def _change(self, day: date, **update: str) -> None:
        self._days[day] = self._days[day].model_copy(update=update)

    @property
    def days(self) -> list[PlannedDay]:
        """Its days in their order."""
        return list(self._days.values())

    def on(self, day: date) -> PlannedDay | None:
        """A day of it."""
        return self._days.get(day)

    @property
    def left(self) -> list[date]:
        """The days that are still to come."""
        return [one.day for one in self.days if one.state == "planned"]
