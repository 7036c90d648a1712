"""What follows from facts. Its id is made of the fact that caused it: a replay gives it again."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from iot.messages.panel_facts import Actor, Position
from iot.messages.panel_settings import Mode, Monitoring, SensorName
from iot.panel.state import Panel, State

AlarmKind = Literal[
    "fire", "gas", "emergency", "duress", "intrusion", "tamper", "jamming", "water", "life_rhythm",
    "premises",
]  # fmt: skip
"""What an alarm is of. premises: somebody is on the grounds (AL-08)."""

PRIORITY: tuple[AlarmKind, ...] = (
    "fire", "gas", "emergency", "duress", "intrusion", "tamper", "jamming", "life_rhythm", "water",
    "premises",
)  # fmt: skip
"""The most urgent first."""

Report = Literal["company", "self", "none"]
"""Who hears of an alarm: the centre; the customer, by an automatic call (AL-16); nobody but those
who hear the siren (AL-18)."""

SignalKind = Literal[
    "unverified", "shut_down", "sensor_lost", "sensor_back", "tamper", "tamper_over", "jamming",
    "battery_low", "radio_weak", "power_lost", "power_back", "controller_battery_low",
    "internet_lost", "internet_back", "lte_lost", "lte_back", "radio_lost", "radio_back",
    "relayed", "wrong_code", "locked",
    "unknown_sensor", "restarted", "clock_set", "configured", "test_began", "tested",
    "test_passed", "test_failed", "danger_over",
]  # fmt: skip
"""What is logged and needs nobody."""


class Outcome(State):
    """What all have. ``number``: the fact that it follows from; ``at``: the controller's clock."""

    id: str
    number: int
    at: AwareDatetime


class Alarm(Outcome):
    """Somebody is needed, unless ``report`` is none. Alarms of an area since it was armed are one
    ``incident``. Until ``abort_until`` a code at the controller takes it back (AL-20); it is told
    all the same at once."""

    what: Literal["alarm"] = "alarm"
    kind: AlarmKind
    report: Report
    area: str | None = None
    sensor: SensorName | None = None  # of another alarm system: its account and zone
    mode: Mode | None = None
    monitoring: Monitoring | None = None
    incident: str
    abort_until: AwareDatetime | None = None
    loud: bool = True  # whether it is to be heard and seen at the controller
    exit_error: bool = False
    position: Position | None = None


class Signal(Outcome):
    """Something to be logged."""

    what: Literal["signal"] = "signal"
    kind: SignalKind
    area: str | None = None
    sensor: SensorName | None = None
    detail: str = ""


class Operated(Outcome):
    """An area was armed or disarmed, or its exit time began (AL-49)."""

    what: Literal["operated"] = "operated"
    phase: Literal["arming", "armed", "disarmed"]
    area: str
    mode: Mode | None = None
    monitoring: Monitoring | None = None
    actor: Actor | None = None
    bypassed: tuple[tuple[SensorName, str], ...] = ()
    command: str | None = None


class Ended(Outcome):
    """An incident was taken back in its abort window, or ended by disarming."""

    what: Literal["ended"] = "ended"
    incident: str
    area: str
    how: Literal["aborted", "disarmed"]
    actor: Actor


class Obstacle(State):
    """Why something is not done (iot/panel/words says it)."""

    why: Literal[
        "open", "lost", "tampered", "danger", "in_test", "not_tested", "no_company", "entry_time",
        "alarm", "already_armed", "not_permitted", "locked", "unknown_area", "not_bypassable",
        "flat", "not_configured", "armed", "radio",
    ]  # fmt: skip
    area: str | None = None
    sensor: SensorName | None = None


class Refused(Outcome):
    """What was asked is not done, and why."""

    what: Literal["refused"] = "refused"
    action: Literal["arm", "disarm", "test"]
    actor: Actor
    obstacles: tuple[Obstacle, ...]
    command: str | None = None


AnyOutcome = Annotated[Alarm | Signal | Operated | Ended | Refused, Field(discriminator="what")]


class Step(State):
    """The panel after something, and what came of it."""

    panel: Panel
    outcomes: tuple[AnyOutcome, ...] = ()
