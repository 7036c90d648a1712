"""`python -m bench.security panel`: how fast a house is guarded.

panel: from a sensor's message at the home's broker to the siren, without any line to the cloud. The
message is read, noted in the journal and on the disk, and the panel is worked out. Journal and
outbox are those of the agent, on the disk that ``--folder`` lies on. The radio before the broker
and the siren's own electronics are not in these figures.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from iot.agent.controller.agent import Config, Controller, Sensors
from iot.agent.controller.guard import Guard
from iot.agent.controller.zigbee_sensors import ZigbeeSensors
from iot.agent.device.clock import Clock
from iot.agent.gateway.zigbee import Message
from iot.messages import panel_facts as f
from iot.messages.panel_settings import Area, PanelSettings, Sensor
from iot.panel.state import Siren

AIM = 0.1
"""Seconds from sensor to siren."""
SENSORS = 60
WINDOWS = 40


class Horn:
    """A siren that notes when it began."""

    def __init__(self) -> None:
        self.since: float | None = None

    def sound(self, kind: Siren | None, now: datetime) -> None:
        """See Sounder."""
        if kind is None:
            self.since = None
        elif self.since is None:
            self.since = time.perf_counter()


class Silent:
    """A voice that says nothing."""

    def say(self, text: str) -> None:
        """See Voice."""


class Home:
    """The broker at home, by hand."""

    def __init__(self) -> None:
        self.say: Callable[[Message], None] = lambda message: None

    def start(
        self, on_message: Callable[[Message], None], on_online: Callable[[bool], None]
    ) -> None:
        """See HomeBroker."""
        self.say = on_message
        on_online(True)

    def stop(self) -> None:
        """See HomeBroker."""


def settings() -> PanelSettings:
    """A large home: forty windows, twenty rooms."""
    windows = (
        Sensor(name=f"window-{n}", label=f"窓{n}", kind="window", area="home")
        for n in range(WINDOWS)
    )
    rooms = (
        Sensor(name=f"room-{n}", label=f"部屋{n}", kind="motion", area="home")
        for n in range(SENSORS - WINDOWS)
    )
    return PanelSettings(
        version=1, areas=(Area(id="home", name="住まい"),), sensors=(*windows, *rooms)
    )


def sensor_to_siren(folder: Path, alarms: int) -> list[float]:
    """Seconds from each of so many messages to the siren."""
    home, horn = Home(), Horn()
    found: list[ZigbeeSensors] = []

    def sensors(guard: Guard, clock: Clock) -> Sequence[Sensors]:
        found.append(ZigbeeSensors(home, guard, clock))
        return found

    config = Config("localhost", 8883, Path("ca.pem"), folder)
    controller = Controller(config, horn, Silent(), sensors)
    guard = controller.guard
    guard.start(cold=False)
    found[0].start()
    guard.note(f.Configured, settings=settings())
    for number in range(WINDOWS):
        home.say(_contact(number, shut=True))
    father = f.Actor(source="keypad", means="code", name="父", key="1")
    times = []
    for number in range(alarms):
        guard.note(f.Asked, action="arm", mode="home", monitoring="company", actor=father)
        window = number % WINDOWS
        began = time.perf_counter()
        home.say(_contact(window, shut=False))
        assert horn.since is not None, "the siren is silent"
        times.append(horn.since - began)
        home.say(_contact(window, shut=True))
        guard.note(f.Asked, action="disarm", actor=father)
    return times


def _contact(window: int, *, shut: bool) -> Message:
    said = {"contact": shut, "battery": 90, "linkquality": 120}
    return Message(f"window-{window}", json.dumps(said).encode())


def panel(wanted: argparse.Namespace) -> int:
    """The bench of the panel; 1 where the aim is missed."""
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        times = sensor_to_siren(Path(folder), wanted.alarms)
    middle, worst = statistics.median(times), max(times)
    late = sum(one > AIM for one in times)
    print(
        f"sensor to siren without a line, {SENSORS} sensors, {len(times)} alarms:"
        f" median {middle * 1000:.1f} ms, worst {worst * 1000:.1f} ms,"
        f" {late} beyond {AIM * 1000:.0f} ms"
    )
    return 1 if middle > AIM else 0


def main(given: Sequence[str] | None = None) -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(required=True)
    of_panel = parts.add_parser("panel", help="sensor to siren, without a line")
    of_panel.add_argument("--alarms", type=int, default=500)
    of_panel.add_argument("--folder", type=Path, help="on whose disk; the system's otherwise")
    of_panel.set_defaults(run=panel)
    wanted = parser.parse_args(given)
    result: int = wanted.run(wanted)
    return result


if __name__ == "__main__":
    sys.exit(main())
