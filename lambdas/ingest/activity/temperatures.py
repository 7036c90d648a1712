"""Tags and detectors that are too warm or too cold to work as they should (AL-98). Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from iot.messages.sensor import Part, SensorMinutes
from lambdas.shared.calendar import in_japan
from lambdas.shared.events import Members, Notice, NoticeKind

TAG = "tag"
"""The feature of a contract whose tags and detectors are looked after."""


class Range(NamedTuple):
    """From which to which temperature something works, in degrees Celsius."""

    coldest: float
    warmest: float


RANGES: Mapping[Part, Range] = {"tag": Range(0, 60), "detector": Range(0, 40)}
"""As printed (AL-98)."""


def warnings(home: str, thing: str, sensors: Iterable[SensorMinutes]) -> list[Notice]:
    """What the people of a home are told of these: once a day (of Japan) for each."""
    found: dict[str, Notice] = {}
    for one in sensors:
        works = RANGES[one.part]
        if one.celsius is None or works.coldest <= one.celsius <= works.warmest:
            continue
        notice = Notice(
            id=f"{home}/temperature/{thing}/{one.name}/{in_japan(one.last).date()}",
            kind=NoticeKind("activity.temperature"),
            rule="AL-98",
            at=one.last,
            audience=Members(home=home),
            home=home,
            subject=home,
            values={
                "sensor": one.name,
                "part": one.part,
                "celsius": f"{one.celsius:.0f}",
                "coldest": f"{works.coldest:.0f}",
                "warmest": f"{works.warmest:.0f}",
            },
        )
        found.setdefault(notice.id, notice)
    return list(found.values())
