"""What a controller works with: siren and voice, each with an implementation of this machine."""

import logging
import subprocess
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from iot.agent.camera.sound import Player
from iot.panel.state import Siren

log = logging.getLogger(__name__)


class Sounder(Protocol):
    """The siren."""

    def sound(self, kind: Siren | None, now: datetime) -> None:
        """Sound in this way, or be silent. Called whenever it changes, and about every second."""
        ...


class Voice(Protocol):
    """The voice of the controller (AL-55)."""

    def say(self, text: str) -> None:
        """Say a sentence. Returns at once."""
        ...


class SpeakerSiren:
    """A siren by the machine's speaker: played in stretches, each begun before the last ends."""

    STRETCH = 20  # seconds

    def __init__(self, player: Player) -> None:
        self._player = player
        self._kind: Siren | None = None
        self._until: datetime | None = None

    def sound(self, kind: Siren | None, now: datetime) -> None:
        """See Sounder."""
        if kind is None:
            if self._kind is not None:
                self._player.stop()
            self._kind, self._until = None, None
        elif kind != self._kind or self._until is None or now >= self._until:
            self._player.play("alarm", self.STRETCH)
            self._kind, self._until = kind, now + timedelta(seconds=self.STRETCH - 1)


class CommandVoice:
    """Speaks by a program that reads a sentence, such as a synthesizer; without one, in the log."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = list(command)

    def say(self, text: str) -> None:
        """See Voice."""
        log.info("voice: %s", text)
        if not self._command:
            return
        try:
            process = subprocess.Popen(self._command, stdin=subprocess.PIPE, text=True)
            assert process.stdin is not None
            process.stdin.write(text)
            process.stdin.close()
        except OSError as error:
            log.warning("voice: not heard: %s", error)
