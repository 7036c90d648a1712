"""What a visit to an empty home needs, and why one is refused (AL-84 to AL-90)."""

from collections.abc import Iterator, Set
from datetime import date, datetime
from typing import NamedTuple

from lambdas.dispatch.processes.patrol.checklist import VisitKind
from lambdas.dispatch.processes.patrol.plan import AHEAD, DAYTIME, LEAST_WINDOW, Wanted
from lambdas.dispatch.processes.sites.site import Site
from lambdas.shared.calendar import JST, day_of
from lambdas.shared.household import Feature

EMPTY_HOME: Feature = "empty-home"
"""るすたく, alone or in the pack."""

SECURITY: Feature = "intrusion"
"""ホームセキュリティ, alone or in the pack (AL-02)."""


class Ground(NamedTuple):
    """Why something is refused: a problem's slug, and the rule."""

    slug: str
    rule: str


def grounds(visit: VisitKind, features: Set[Feature], site: Site | None) -> list[Ground]:
    """Everything that stands against a kind of visit to a home; nothing: it may be planned."""
    return list(_of_contract(visit, features)) + list(_of_site(site))


def _of_contract(visit: VisitKind, features: Set[Feature]) -> Iterator[Ground]:
    if EMPTY_HOME not in features:
        yield Ground("no-empty-home", "AL-84")
    if visit == "ventilation" and not {EMPTY_HOME, SECURITY} <= features:
        yield Ground("no-ventilation", "AL-87")


def _of_site(site: Site | None) -> Iterator[Ground]:
    if site is None or site.served is None:
        yield Ground("not-surveyed", "AL-88")
    elif not site.served:
        yield Ground("not-served", "AL-88")
    if site is not None and site.electricity is None:
        yield Ground("electricity-unknown", "AL-90")
    elif site is not None and not site.electricity:
        yield Ground("no-electricity", "AL-90")


def faults(wanted: Wanted, now: datetime) -> list[Ground]:
    """What is wrong with the days, the hours and the wishes of a plan."""
    return [*_of_days(wanted, day_of(now)), *_of_wishes(wanted)]


def _of_days(wanted: Wanted, today: date) -> Iterator[Ground]:
    if min(wanted.days) <= today:
        yield Ground("too-late-to-plan", "AL-84")
    if max(wanted.days) > today + AHEAD:
        yield Ground("too-far-ahead", "AL-84")
    if len(set(wanted.days)) < len(wanted.days):
        yield Ground("day-twice", "AL-84")


def _of_wishes(wanted: Wanted) -> Iterator[Ground]:
    start, end = wanted.window.start, wanted.window.end
    day = wanted.days[0]
    length = datetime.combine(day, end, JST) - datetime.combine(day, start, JST)
    if length < LEAST_WINDOW or start < DAYTIME[0] or end > DAYTIME[1]:
        yield Ground("window", "AL-84")
    to = wanted.mailbox.to
    if wanted.mailbox.wish == "forward" and to and to.country != "JP":
        yield Ground("only-in-japan", "AL-86")
