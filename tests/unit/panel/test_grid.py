"""Every mode with every kind of sensor, at the seconds that matter, and what happens around it."""

from itertools import product
from typing import Any, get_args

import pytest

from iot.messages import panel_facts as f
from iot.messages.panel_settings import PanelSettings, Sensor, SensorKind
from tests.panel import FATHER, HOME, House, alarms

MODES: tuple[tuple[Any, Any] | None, ...] = (
    None,
    ("away", "company"),
    ("home", "company"),
    ("away", "self"),
    ("home", "self"),
)
SECONDS = (1, 59, 60, 61, 100, 4000)
AROUND = ("nothing", "disarmed at 29", "disarmed at 30", "again", "restarted", "lines lost", "door")
KINDS: tuple[SensorKind, ...] = get_args(SensorKind)
SENSORS = (
    *(Sensor(name=kind, label=kind, kind=kind, area="home") for kind in KINDS if kind != "rhythm"),
    Sensor(name="entrance", label="玄関", kind="door", area="home"),
)
SETTINGS = PanelSettings(version=1, areas=(HOME,), sensors=SENSORS)

REPORTS = {
    None: "company",
    ("away", "company"): "company",
    ("home", "company"): "company",
    ("away", "self"): "self",
    ("home", "self"): "none",
}
OF_KIND = {
    "door": "intrusion", "window": "intrusion", "glass": "intrusion", "motion": "intrusion",
    "outdoor": "premises", "smoke": "fire", "heat": "fire", "gas": "gas", "co": "gas",
    "water": "water", "emergency": "emergency",
}  # fmt: skip

Found = list[tuple[str, str, float]]


def expected(mode: tuple[str, str] | None, kind: str, second: int, around: str) -> Found:
    """Alarms of the sensor: what, who hears of it, when. A plain reading of the rules."""
    what = OF_KIND[kind]
    report = "company" if what == "emergency" else REPORTS[mode]
    always = what not in ("intrusion", "premises")
    exits = mode is not None and mode[0] == "away" and second < 60
    twice = around == "again"
    if always:
        lasts = kind != "emergency"
        return [(what, report, second)] * (1 if lasts or not twice else 2)
    if mode is None:
        return []
    if kind in ("door", "motion") and exits:
        if kind == "door":  # it stands open at the end of the exit time, which is an error
            ends = 60
            return [(what, report, ends + 30)] if not disarmed(around, second, ends + 30) else []
        return []
    if kind == "door":
        begins = second - 5 if around == "door" else second
        return [(what, report, begins + 30)] if not disarmed(around, second, begins + 30) else []
    if kind == "motion" and around == "door":
        return []  # somebody on the way to the keypad
    return [(what, report, second)] * (2 if twice and kind not in ("window",) else 1)


def disarmed(around: str, second: int, due: int) -> bool:
    """Whether somebody disarms before an alarm is due."""
    return around.startswith("disarmed") and second + int(around[-2:]) < due


def happened(mode: tuple[Any, Any] | None, kind: str, second: int, around: str) -> Found:
    """The same by the panel."""
    house = House(SETTINGS)
    if mode:
        house.arm(0, *mode)
    if around == "door" and not (mode and mode[0] == "away" and second < 65):
        house.sense(second - 5, "entrance")
    if around == "restarted":
        house.tell(second, f.Restarted)
    if around == "lines lost":
        house.tell(second, f.Lines, internet=False, lte=False)
    house.sense(second, kind)
    if around == "again":
        house.sense(second, kind)
    if around.startswith("disarmed"):
        house.tell(second + int(around[-2:]), f.Asked, action="disarm", actor=FATHER)
    house.wait(second + 1000)
    start = house.facts[0].at
    return [
        (one.kind, one.report, (one.at - start).total_seconds())
        for one in alarms(house.outcomes)
        if one.sensor == kind
    ]


@pytest.mark.rule("AL-03", "AL-04", "AL-15", "AL-16", "AL-18")
def test_every_mode_kind_second_and_surrounding_alarms_as_the_rules_say() -> None:
    tried = 0
    for mode, sensor, second, around in product(MODES, SENSORS[:-1], SECONDS, AROUND):
        if around == "door" and (second < 65 or sensor.kind == "door"):
            continue
        case = (mode, sensor.kind, second, around)
        assert happened(*case) == expected(*case), case
        tried += 1
    assert tried > 2_000
