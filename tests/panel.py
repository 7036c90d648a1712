"""A home with an alarm panel, for tests: facts are written by seconds."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from iot.messages import panel_facts as f
from iot.messages.panel_settings import Area, Mode, Monitoring, PanelSettings, Sensor, Times
from iot.panel import panel as panels
from iot.panel.outcomes import Alarm, AnyOutcome, Ended, Operated, Refused, Signal
from iot.panel.state import Panel

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
JOURNAL = "testtest"

FATHER = f.Actor(source="keypad", means="code", name="父", key="1")
MOTHER = f.Actor(source="reader", means="key", name="母", key="3")
WEB = f.Actor(source="web", means="login", name="父", person="p-1")
APP = f.Actor(source="app", means="login", name="父", person="p-1")
PHONE = f.Actor(source="telephone", means="call", name="父")
CENTRE = f.Actor(source="centre", means="login", name="担当")

HOME = Area(id="home", name="住まい")
SHOP = Area(id="shop", name="店舗", times=Times(entry=40))
SENSORS = (
    Sensor(name="front", label="玄関", kind="door", area="home"),
    Sensor(name="window", label="居間の窓", kind="window", area="home"),
    Sensor(name="glass", label="居間のガラス", kind="glass", area="home"),
    Sensor(name="hall", label="廊下", kind="motion", area="home", left_out=frozenset({"home"})),
    Sensor(
        name="living", label="居間", kind="motion", area="home",
        left_out=frozenset({"home"}), pet_immune=frozenset({"away"}),
    ),
    Sensor(name="north", label="北の庭", kind="outdoor", area="home", group="garden"),
    Sensor(name="south", label="南の庭", kind="outdoor", area="home", group="garden"),
    Sensor(name="smoke", label="台所の煙", kind="smoke", area="home"),
    Sensor(name="gas", label="台所のガス", kind="gas", area="home"),
    Sensor(name="water", label="洗面所", kind="water", area="home"),
    Sensor(name="pendant", label="ペンダント", kind="emergency", area="home"),
    Sensor(name="shutter", label="店のシャッター", kind="door", area="shop"),
    Sensor(name="till", label="レジ", kind="motion", area="shop"),
    Sensor(name="shop-smoke", label="店の煙", kind="smoke", area="shop"),
)  # fmt: skip
SETTINGS = PanelSettings(version=1, areas=(HOME, SHOP), sensors=SENSORS)


class House:
    """A panel that facts are told to, each at a second after noon."""

    def __init__(self, settings: PanelSettings | None = SETTINGS) -> None:
        self.panel = Panel(journal=JOURNAL)
        self.facts: list[f.AnyFact] = []
        self.outcomes: list[AnyOutcome] = []
        if settings:
            self.tell(0, f.Configured, settings=settings)

    def tell(self, second: float, kind: type[f.Fact], **fields: Any) -> list[AnyOutcome]:
        """A fact at a second, and what came of it and of the time until then."""
        fact: Any = kind(number=len(self.facts) + 1, at=when(second), **fields)
        self.facts.append(fact)
        step = panels.after(self.panel, fact)
        return self._took(step)

    def wait(self, second: float) -> list[AnyOutcome]:
        """Nothing happens until a second."""
        return self._took(panels.at(self.panel, when(second)))

    def _took(self, step: panels.Step) -> list[AnyOutcome]:
        self.panel = step.panel
        self.outcomes += step.outcomes
        return list(step.outcomes)

    # -- what people and sensors do

    def arm(
        self,
        second: float,
        mode: Mode = "away",
        monitoring: Monitoring = "company",
        *areas: str,
        actor: f.Actor = FATHER,
        bypass: Mapping[str, str] | None = None,
        **more: Any,
    ) -> list[AnyOutcome]:
        return self.tell(
            second,
            f.Asked,
            action="arm",
            mode=mode,
            monitoring=monitoring,
            areas=areas or ("home",),
            actor=actor,
            bypass=dict(bypass or {}),
            **more,
        )

    def disarm(
        self, second: float, *areas: str, actor: f.Actor = FATHER, **more: Any
    ) -> list[AnyOutcome]:
        return self.tell(
            second, f.Asked, action="disarm", areas=areas or ("home",), actor=actor, **more
        )

    def sense(self, second: float, sensor: str, **more: Any) -> list[AnyOutcome]:
        return self.tell(second, f.Sensed, sensor=sensor, **more)

    def phase(self, area: str = "home") -> str:
        return self.panel.areas[area].phase


def when(second: float) -> datetime:
    """A second after noon."""
    return NOON + timedelta(seconds=second)


def alarms(outcomes: list[AnyOutcome]) -> list[Alarm]:
    """The alarms among outcomes."""
    return [one for one in outcomes if isinstance(one, Alarm)]


def signals(outcomes: list[AnyOutcome]) -> list[str]:
    """The kinds of the signals among outcomes."""
    return [one.kind for one in outcomes if isinstance(one, Signal)]


def whys(outcomes: list[AnyOutcome]) -> list[str]:
    """Why something was refused."""
    return [o.why for one in outcomes if isinstance(one, Refused) for o in one.obstacles]


def operated(outcomes: list[AnyOutcome]) -> list[str]:
    """The phases that were told."""
    return [one.phase for one in outcomes if isinstance(one, Operated)]


def ended(outcomes: list[AnyOutcome]) -> list[str]:
    """How incidents ended."""
    return [one.how for one in outcomes if isinstance(one, Ended)]
