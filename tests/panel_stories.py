"""Random homes and what happens in them, for comparing panels."""

import random
from typing import Any

from iot.messages import panel_facts as f
from iot.messages.panel_settings import (
    Area,
    PanelSettings,
    Sensor,
    Times,
)
from tests.panel import APP, CENTRE, FATHER, MOTHER, PHONE, WEB, when

KINDS = (
    "door", "window", "glass", "motion", "outdoor", "smoke", "gas", "water", "rhythm", "emergency",
)  # fmt: skip
WEIGHTS = (6, 3, 1, 5, 3, 1, 1, 1, 1, 1)

WHAT = (40, 14, 22, 9, 1, 2, 4, 1, 1, 1, 1, 1, 1, 1, 2, 1)
STEPS = (0, 1, 5, 15, 29, 30, 31, 45, 60, 90)

Story = list[tuple[int, list[Any]]]
"""Seconds, each with its facts."""


def home(source: random.Random, version: int = 1) -> PanelSettings:
    """Settings of one to three areas."""
    areas = tuple(
        Area(
            id=id,
            name=id,
            times=Times(
                exit=source.choice((45, 50, 60)),
                entry=source.choice((30, 35, 60)),
                abort=source.choice((15, 30, 45)),
                siren=source.choice((60, 90, 180)),
                cross=source.choice((10, 30, 60)),
                swinger=source.choice((1, 2, 3)),
                rhythm=3600,
            ),
        )
        for id in source.sample(("a", "b", "c"), source.choice((1, 1, 2, 3)))
    )
    sensors: list[Sensor] = []
    for number in range(source.randint(2, 7)):
        kind = source.choices(KINDS, WEIGHTS)[0]
        burglary = kind in ("door", "window", "glass", "motion", "outdoor")
        delays = (None, None, "entry", "follower", "instant") if kind != "outdoor" else (None,)
        delay = source.choice(delays) if burglary else None
        modes = [frozenset[Any](), frozenset({"home"}), frozenset({"away"})]
        sensors.append(
            Sensor(
                name=f"s{number}",
                label=f"s{number}",
                kind=kind,  # type: ignore[arg-type]
                area=source.choice(areas).id,
                delay=delay,  # type: ignore[arg-type]
                left_out=source.choices(modes, (6, 2, 1))[0] if burglary else frozenset(),
                pet_immune=source.choice(modes) if kind in ("motion", "outdoor") else frozenset(),
                via=source.choices(("radio", "wire", "intercom"), (6, 1, 1))[0],
            )
        )
    return PanelSettings(
        version=version,
        areas=areas,
        sensors=_grouped(source, sensors),
        company=source.random() < 0.95,
        needs_test=source.random() < 0.03,
        stay=source.random() < 0.2,
        loud_button=source.random() < 0.3,
    )


def _grouped(source: random.Random, sensors: list[Sensor]) -> tuple[Sensor, ...]:
    """Some pairs of an area that believe each other only."""
    fit = [one for one in sensors if one.intrusion and one.enters != "entry"]
    if source.random() < 0.5 and len(fit) >= 2:
        pair = source.sample(fit, 2)
        if pair[0].area == pair[1].area:
            sensors = [
                one.model_copy(update={"group": "g"}) if one in pair else one for one in sensors
            ]
    return tuple(sensors)


def story(source: random.Random, length: int = 300) -> Story:
    """What happens in a home, from its settings on; facts are numbered from 1."""
    settings = home(source)
    happened: Story = []
    offset, number, second = 0, 0, 0
    names = [one.name for one in settings.sensors]
    areas = [one.id for one in settings.areas]

    def add(kind: type[f.Fact], **fields: Any) -> None:
        nonlocal number
        number += 1
        fact = kind(number=number, at=when(second + offset), **fields)
        if happened and happened[-1][0] == second:
            happened[-1][1].append(fact)
        else:
            happened.append((second, [fact]))

    if source.random() < 0.97:
        add(f.Configured, settings=settings)

    def scene() -> None:
        """Something that happens by chance too seldom, to the second or beside it."""
        nonlocal second, offset
        for name in names:  # everything is closed, and well
            add(f.Sensed, sensor=name, active=False)
            add(f.Supervised, sensor=name, lost=False)
            add(f.Tampered, sensor=name, over=True)
        add(f.Radio, works=True)
        kind = source.randrange(5)
        if kind <= 1:
            add(f.Asked, action="disarm", actor=MOTHER)
            add(f.Asked, action="arm", actor=MOTHER, **_how(source))
        beside = source.choice((-1, 0, 0, 1))
        if kind == 0:  # somebody leaves, comes back, leaves
            doors = [one.name for one in settings.sensors if one.enters == "entry"]
            for active in (True, False, True, False, True, False):
                second += source.choice((0, 1, 3, 20))
                for door in doors[:1]:
                    add(f.Sensed, sensor=door, active=active)
        elif kind == 1:  # two of a group, as far apart as they may be
            second += 70
            group = [one for one in settings.sensors if one.group]
            for one in group[:2]:
                add(f.Sensed, sensor=one.name)
                area = settings.area(one.area)
                second += (area.times.cross if area else 0) + beside
                if source.random() < 0.3:
                    before, offset = when(second + offset), offset + 3600
                    add(f.ClockSet, before=before)
        elif kind == 2 and len(names) > 1:  # two radios, as far apart as they may be
            for _ in range(2):
                for name in source.sample(names, 2):
                    add(f.Supervised, sensor=name, lost=True)
                    second += 120 + beside
                for name in names:
                    add(f.Supervised, sensor=name, lost=False)

    while second < length:
        if source.random() < 0.06:
            scene()
        second += source.choices(STEPS, (4, 6, 6, 4, 2, 3, 2, 2, 2, 1))[0]
        sensor = source.choice([*names, "stranger"] if source.random() < 0.03 else names)
        match source.choices(range(16), WHAT)[0]:
            case 0:
                add(f.Sensed, sensor=sensor, small=source.random() < 0.2)
                if source.random() < 0.5:  # most of what opens is closed again
                    second += source.choice((0, 1, 5))
                    add(f.Sensed, sensor=sensor, active=False)
            case 1:
                add(f.Sensed, sensor=sensor, active=False)
            case 2:
                add(f.Asked, action="arm", **_how(source), **_who(source, areas, names, arm=True))
            case 3:
                add(f.Asked, action="disarm", **_who(source, areas, names, arm=False))
            case 4:
                add(f.Pressed, sensor=source.choice((None, sensor)))
            case 5:
                add(f.Tampered, sensor=source.choice((None, sensor)), over=source.random() < 0.6)
            case 6:
                add(f.Supervised, sensor=sensor, lost=source.random() < 0.5)
            case 7:
                add(f.Restarted, cold=source.random() < 0.7)
            case 8:
                jump = source.choice((-3600, -5, 5, 3600))
                before = when(second + offset)
                offset += jump
                add(f.ClockSet, before=before)
            case 9:
                for _ in range(source.choice((1, 1, 5, 6))):
                    add(f.WrongCode, source="keypad")
            case 10:
                low, weak = source.random() < 0.5, source.random() < 0.5
                add(f.Condition, sensor=sensor, battery_low=low, radio_weak=weak)
            case 11:
                internet, lte = source.random() < 0.5, source.choice((None, True, False))
                add(f.Lines, internet=internet, lte=lte)
            case 12:
                add(f.Power, mains=source.random() < 0.5, battery_low=source.random() < 0.5)
            case 13:
                add(f.Radio, works=source.random() < 0.6)
            case 14:
                if source.random() < 0.5:
                    actor = source.choice((FATHER, CENTRE, WEB))
                    add(f.TestBegan, actor=actor, minutes=source.choice((1, 2)))
                else:
                    add(f.TestEnded, actor=FATHER)
            case 15:
                alarm = source.choice((None, "fire", "intrusion", "duress"))
                over = source.random() < 0.3
                add(f.Relayed, panel="1234", zone="01", code="BA", alarm=alarm, over=over)
        if source.random() < 0.01:
            add(f.Configured, settings=home(source, source.choice((1, 2, 3))))
    return happened


def _how(source: random.Random) -> dict[str, Any]:
    return {
        "mode": source.choice(("away", "away", "home")),
        "monitoring": source.choice(("company", "company", "self")),
    }


def _who(source: random.Random, areas: list[str], names: list[str], *, arm: bool) -> dict[str, Any]:
    bypassed = source.sample(names, source.choice((0, 0, 0, 0, 0, 1))) if arm else []
    return {
        "actor": source.choices((FATHER, MOTHER, WEB, APP, PHONE, CENTRE), (9, 5, 2, 1, 1, 0.3))[0],
        "areas": tuple(source.sample(areas, source.randint(0, len(areas)))),
        "duress": source.random() < 0.05,
        "command": source.choices((None, "c-1", "c-2", "c-3"), (9, 1, 1, 1))[0],
        "bypass": dict.fromkeys(bypassed, "理由"),
    }
