"""What is wired to the controller: its button, its cover, sensors on a loop, as files of a machine.

A file says ``1`` while something is so, as the kernel's GPIO files do. Contacts chatter: what lasts
shorter than two looks is none.
"""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from iot.agent.controller.guard import Guard
from iot.messages import panel_facts as f
from iot.messages.controller import SensorHealth

log = logging.getLogger(__name__)

EVERY = 0.02
"""Seconds between two looks."""
BUTTON, COVER = "button", "cover"
"""Names of the controller's own; every other is a sensor's."""


class Wires:
    """Implements `iot.agent.controller.agent.Sensors`."""

    def __init__(self, files: Mapping[str, Path], guard: Guard) -> None:
        self._files = files
        self._guard = guard
        self._seen: dict[str, bool] = {}
        self._known: dict[str, bool] = {}
        self._broken: set[str] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """See Sensors."""
        self._thread.start()

    def stop(self) -> None:
        """See Sensors."""
        self._end.set()
        self._thread.join(timeout=5)

    def tick(self, now: datetime) -> None:
        """See Sensors: it looks by itself."""

    def health(self) -> dict[str, SensorHealth]:
        """See Sensors: a wire has neither battery nor radio."""
        return {}

    def look(self) -> None:
        """Read every file once, and tell what has changed for two looks."""
        for name, path in self._files.items():
            try:
                active = path.read_text().strip() == "1"
            except (OSError, ValueError) as error:
                if name not in self._broken:
                    self._broken.add(name)
                    log.error("wires: %s is not readable: %s", name, error)
                    self._cut(name, lost=True)
                continue
            if name in self._broken:
                self._broken.discard(name)
                self._cut(name, lost=False)
            if self._seen.get(name) == active != self._known.get(name, False):
                self._known[name] = active
                self._changed(name, active)
            self._seen[name] = active

    def _changed(self, name: str, active: bool) -> None:
        if name == BUTTON:
            if active:
                self._guard.note(f.Pressed)
        elif name == COVER:
            self._guard.note(f.Tampered, over=not active)
        else:
            self._guard.note(f.Sensed, sensor=name, active=active)

    def _cut(self, name: str, *, lost: bool) -> None:
        if name not in (BUTTON, COVER):
            self._guard.note(f.Supervised, sensor=name, lost=lost)

    def _run(self) -> None:
        while not self._end.wait(EVERY):
            try:
                self.look()
            except Exception:
                log.exception("wires: a look failed; the next one goes on")
