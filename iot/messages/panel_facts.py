"""What happens at a controller: dated facts, numbered in the order in which it noted them.

The state of the panel follows from them alone (iot/panel). A fact is never changed; numbers begin
at 1 in each journal and have no gaps.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from iot.messages.base import Instant, Message
from iot.messages.panel_settings import AreaId, Mode, Monitoring, PanelSettings, SensorName

Source = Literal["keypad", "reader", "telephone", "web", "app", "centre"]
"""Where somebody asked from. What each may do: iot/panel/permissions."""

Means = Literal["code", "key", "card", "login", "call"]
"""With what: 暗証番号, IDキー, フェリカカード; a login or a telephone call."""


Bypass = dict[SensorName, Annotated[str, Field(min_length=1, max_length=80)]]
"""Sensors to be left out until the area is disarmed, each with the reason."""


class Actor(Message):
    """Who did it, with what (いつ・誰が・何で, AL-49)."""

    source: Source
    means: Means
    name: str = Field(max_length=40)
    key: str | None = Field(default=None, max_length=16)  # which code, key or card
    person: str | None = Field(default=None, max_length=64)  # whose login


class Position(Message):
    """Where a pendant was (WGS 84, degrees)."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


class Fact(Message):
    """What all facts have. ``at``: by the controller's clock."""

    number: int = Field(ge=1)
    at: Instant


class Configured(Fact):
    """The controller took these settings."""

    kind: Literal["configured"] = "configured"
    settings: PanelSettings


class Restarted(Fact):
    """The program began; ``cold``: after the power was gone: sensors are not believed yet."""

    kind: Literal["restarted"] = "restarted"
    cold: bool = False


class ClockSet(Fact):
    """The clock was ``before`` when it was set to ``at``. What runs goes on running as long."""

    kind: Literal["clock_set"] = "clock_set"
    before: Instant


class Sensed(Fact):
    """A sensor says that something is so (open, moving, smoke, pressed), or is no longer.

    ``small``: it says itself that what it noticed is no larger than a pet.
    """

    kind: Literal["sensed"] = "sensed"
    sensor: SensorName
    active: bool = True
    small: bool = False


class Tampered(Fact):
    """A cover was opened, or closed again; without a sensor: the controller's own."""

    kind: Literal["tampered"] = "tampered"
    sensor: SensorName | None = None
    over: bool = False


class Pressed(Fact):
    """The emergency button (非常, AL-04): on the controller, or a pendant with its position."""

    kind: Literal["pressed"] = "pressed"
    sensor: SensorName | None = None
    position: Position | None = None


class Asked(Fact):
    """Somebody asks to arm or to disarm. Code or key was found right before (AL-44).

    ``areas``: none means all. ``bypass``: sensors to be left out, each with the reason.
    ``command``: the id of what came from the cloud; it counts once.
    """

    kind: Literal["asked"] = "asked"
    action: Literal["arm", "disarm"]
    areas: tuple[AreaId, ...] = ()
    mode: Mode | None = None
    monitoring: Monitoring | None = None
    actor: Actor
    duress: bool = False
    bypass: Bypass = Field(default={})
    command: str | None = Field(default=None, max_length=64)

    @model_validator(mode="after")
    def _how(self) -> Self:
        if (self.action == "arm") != (self.mode is not None and self.monitoring is not None):
            raise ValueError("arming has mode and monitoring, disarming has neither")
        return self


class WrongCode(Fact):
    """A code, key or card that nobody has."""

    kind: Literal["wrong_code"] = "wrong_code"
    source: Source


class Supervised(Fact):
    """A sensor was not heard of for too long, or is heard of again."""

    kind: Literal["supervised"] = "supervised"
    sensor: SensorName
    lost: bool


class Condition(Fact):
    """How a sensor is: its battery, and its radio by the company's threshold (AL-58)."""

    kind: Literal["condition"] = "condition"
    sensor: SensorName
    battery_low: bool = False
    radio_weak: bool = False


class Power(Fact):
    """The controller's own power."""

    kind: Literal["power"] = "power"
    mains: bool
    battery_low: bool = False


class Lines(Fact):
    """Which of its ways to the cloud work (AL-62); ``lte`` None: it has none."""

    kind: Literal["lines"] = "lines"
    internet: bool
    lte: bool | None = None


class Radio(Fact):
    """The radio of the sensors works, or does not: then none of them is heard."""

    kind: Literal["radio"] = "radio"
    works: bool


class Relayed(Fact):
    """Another alarm system of the home alarms by itself, or says that it is over.

    ``panel``: its account; ``zone``: as it names it; ``code``: as it wrote it (SIA or Contact ID).
    """

    kind: Literal["relayed"] = "relayed"
    panel: str = Field(min_length=3, max_length=16)
    zone: str = Field(default="", max_length=8)
    code: str = Field(max_length=8)
    alarm: Literal["fire", "gas", "emergency", "duress", "intrusion", "tamper", "water"] | None
    over: bool = False


class TestBegan(Fact):
    """The 作動テスト: for so many minutes sensors are tried out, and nothing is an alarm."""

    kind: Literal["test_began"] = "test_began"
    actor: Actor
    minutes: int = Field(ge=1, le=60)


class TestEnded(Fact):
    """The test is over before its time."""

    kind: Literal["test_ended"] = "test_ended"
    actor: Actor


AnyFact = Annotated[
    Configured
    | Restarted
    | ClockSet
    | Sensed
    | Tampered
    | Pressed
    | Asked
    | WrongCode
    | Supervised
    | Condition
    | Power
    | Lines
    | Radio
    | Relayed
    | TestBegan
    | TestEnded,
    Field(discriminator="kind"),
]
