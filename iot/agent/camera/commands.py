"""Carries out what the cloud asks for (DC-24, DC-25, DC-27): each once, each with an answer."""

import logging
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import Field, TypeAdapter, ValidationError

from iot.agent.camera.recorder import Recorder
from iot.agent.camera.sound import Player
from iot.agent.device.clock import Clock
from iot.agent.device.events import EventSink
from iot.messages.base import CommandResult
from iot.messages.camera import Command, Direction, Mode
from iot.messages.live import LiveRequest

log = logging.getLogger(__name__)

Kind = Literal["smart-camera", "phone-camera"]
Failure = Literal["no-media", "unsupported", "expired", "motion-only", "error"]

_ASKED: TypeAdapter[Command | LiveRequest] = TypeAdapter(
    Annotated[Command | LiveRequest, Field(discriminator="action")]
)

REMEMBERED = 256
"""Commands remembered, so that one that comes twice is carried out once."""


class Snapshot(Protocol):
    """Take a picture of the room as it is now and send it; the courier then answers the command.

    False: there is no picture to be had now.
    """

    def __call__(self, command: str) -> bool: ...


class StartWalk(Protocol):
    """Note for so many seconds how large somebody is seen who walks through the room."""

    def __call__(self, seconds: int) -> None: ...


class Turn(Protocol):
    """Turn the camera a step. ``done`` hears what came of it: why it failed, or None."""

    def __call__(self, direction: Direction, done: Callable[[Failure | None], None], /) -> None: ...


class Commands:
    """Takes commands one after the other. Nothing here waits for a sound or a film to end.

    A sound is done when it is heard, a film when it is on the card, a snapshot when it is in the
    cloud, a walk when it has begun, a turn when the camera stands still again.
    """

    def __init__(
        self,
        kind: Kind,
        player: Player,
        recorder: Recorder,
        snapshot: Snapshot,
        walk: StartWalk,
        turn: Turn,
        live: Callable[[LiveRequest], None],
        mode: Callable[[], Mode],
        answer: Callable[[CommandResult], None],
        clock: Clock,
        tell: EventSink,
    ) -> None:
        self._kind = kind
        self._player = player
        self._recorder = recorder
        self._snapshot = snapshot
        self._walk = walk
        self._turn = turn
        self._live = live
        self._mode = mode
        self._answer = answer
        self._clock = clock
        self._tell = tell
        self._seen: deque[str] = deque(maxlen=REMEMBERED)

    def take(self, payload: bytes) -> None:
        """Carry out a command as it came over MQTT."""
        try:
            command = _ASKED.validate_json(payload)
        except ValidationError as error:
            log.warning("command: not understood, ignored: %s", error)
            return
        if command.id in self._seen:
            log.info("command: %s again, ignored", command.id)
            return
        self._seen.append(command.id)
        if isinstance(command, LiveRequest):  # answered by itself
            self._tell("command", id=command.id, action=command.action, cause=None)
            self._live(command)
            return
        self._tell("command", id=command.id, action=command.action, cause=command.event)
        if self._clock() >= command.expires_at:
            self._failed(command.id, "expired")
            return
        match command.action:
            case "alarm" | "voice":
                self._sound(command)
            case "stop":
                self._player.stop()
                self._tell("silent")
                self._done(command.id)
            case "snapshot":
                self._picture(command)
            case "record":
                self._film(command)
            case "walk":  # the status tells what was seen
                self._walk(command.seconds)
                self._done(command.id)
            case "turn":
                self._turn_to(command)

    def _turn_to(self, command: Command) -> None:
        def done(failure: Failure | None) -> None:
            if failure:
                self._failed(command.id, failure)
            else:
                self._done(command.id)

        assert command.direction
        self._turn(command.direction, done)

    def _sound(self, command: Command) -> None:
        assert command.action in ("alarm", "voice")
        if self._player.play(command.action, command.seconds):
            self._tell(command.action, seconds=command.seconds, cause=command.event)
            self._done(command.id)
        else:
            self._failed(command.id, "unsupported")

    def _picture(self, command: Command) -> None:
        if self._mode() == "motion-only":
            self._failed(command.id, "motion-only")
        elif not self._snapshot(command.id):
            self._failed(command.id, "error")

    def _film(self, command: Command) -> None:
        if self._kind != "smart-camera":
            self._failed(command.id, "unsupported")
        elif self._mode() == "motion-only":
            self._failed(command.id, "motion-only")
        elif not self._recorder.card:
            self._failed(command.id, "no-media")
        elif not self._recorder.start(command.seconds, lambda path: self._filmed(command.id, path)):
            self._failed(command.id, "error")

    def _filmed(self, id: str, path: Path | None) -> None:
        if path:
            self._tell("recorded", path=path)
            self._done(id)
        else:
            self._failed(id, "motion-only" if self._mode() == "motion-only" else "error")

    def _done(self, id: str) -> None:
        self._answer(CommandResult(id=id, state="done", at=self._clock()))

    def _failed(self, id: str, reason: Failure) -> None:
        self._tell("command-failed", id=id, reason=reason)
        self._answer(CommandResult(id=id, state="failed", reason=reason, at=self._clock()))
