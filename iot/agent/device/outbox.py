"""What waits to be sent, on disk: it outlives a night without network and a power cut (DC-26).

One file an item: a line of JSON that says what it is, then the bytes to send. Files are numbered
in the order in which things happened, and an item goes when the cloud has confirmed it, not before.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from iot.agent.device import files
from iot.messages.base import CommandResult, Message
from iot.messages.camera import EpisodeReport
from iot.topics import Channel

log = logging.getLogger(__name__)

LIMIT = 200 * 1024 * 1024
"""Bytes an outbox may take."""

_BLOCK = 4096  # what the smallest file takes of a disk


Elsewhere = Literal["none", "on-device"]
"""Where a picture is that is not in the cloud."""

Reason = Literal["motion-only", "no-picture-contract", "error"]
"""Why a snapshot could not be delivered."""


class Report(Message):
    """A message for the cloud; the item's bytes are its payload."""

    kind: Literal["report"] = "report"
    channel: Channel
    episode: AwareDatetime | None = None


class Picture(Message):
    """A burst; the item's bytes are the object to upload."""

    kind: Literal["picture"] = "picture"
    report: EpisodeReport  # said instead when the burst cannot go
    seq: int
    captured: tuple[AwareDatetime, ...]
    best: int  # index of the picture that shows most
    command: str | None = None  # the command a snapshot answers

    @property
    def purpose(self) -> Literal["motion", "snapshot"]:
        """As in iot.messages.camera.UploadRequest."""
        return "snapshot" if self.command else "motion"


About = Annotated[Report | Picture, Field(discriminator="kind")]
_ABOUT: TypeAdapter[Report | Picture] = TypeAdapter(About)


@dataclass(frozen=True)
class Item:
    """Something that waits. ``size``: bytes to send."""

    number: int
    about: Report | Picture
    size: int

    @property
    def urgent(self) -> bool:
        """Somebody asked for it and is waiting: it overtakes."""
        if isinstance(self.about, Picture):
            return self.about.command is not None
        return self.about.channel == Channel.COMMAND_RESULT

    @property
    def episode(self) -> datetime | None:
        """The detection it belongs to."""
        if isinstance(self.about, Report):
            return self.about.episode
        return None if self.about.command else self.about.report.episode


class Outbox:
    """The items in a directory, in order. Every method may be called from any thread.

    While ``pictures`` is forbidden, no picture is on the disk (DC-29). A picture that cannot stay
    leaves its report behind, so that the detection itself is not lost.
    """

    def __init__(self, directory: Path, limit: int = LIMIT, *, pictures: bool = True) -> None:
        self._directory = directory
        self._limit = limit
        self._items: dict[int, Item] = {}
        self._number = 0
        self._changed = threading.Condition(threading.RLock())
        self._pictures = pictures
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        files.sweep(directory)
        self._load()
        self._number = max(self._items, default=0)
        self.allow_pictures(pictures)

    def __len__(self) -> int:
        with self._changed:
            return len(self._items)

    @property
    def detections(self) -> int:
        """How many episodes have something waiting."""
        with self._changed:
            return len({item.episode for item in self._items.values()} - {None})

    def put(self, about: Report | Picture, body: bytes) -> None:
        """Keep something for sending. What a full or broken disk does not take is lost."""
        with self._changed:
            if isinstance(about, Picture) and not self._pictures:
                instead = _in_place_of(about, "none", "motion-only")
                if instead is None:
                    return
                about, body = instead
            self._number += 1
            try:
                self._write(self._number, about, body)
                self._trim()
            except OSError:
                log.exception("outbox: not written")
            self._changed.notify_all()

    def say(self, channel: Channel, message: Message, episode: datetime | None = None) -> None:
        """Keep a message for sending."""
        self.put(Report(channel=channel, episode=episode), _payload(message))

    def wait(self, timeout: float) -> bool:
        """Whether there is something to send, after waiting for it up to ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._items), timeout)

    def next(self, most: int = 1) -> list[Item]:
        """The next item, with those pictures behind it that can be asked for along with it."""
        with self._changed:
            queue = sorted(self._items.values(), key=lambda item: (not item.urgent, item.number))
        if not queue or isinstance(queue[0].about, Report):
            return queue[:1]
        purpose = queue[0].about.purpose
        alike = takewhile(
            lambda item: isinstance(item.about, Picture) and item.about.purpose == purpose, queue
        )
        return list(alike)[:most]

    def read(self, item: Item) -> bytes | None:
        """The bytes to send; None when the item is no longer there, or no longer the same."""
        with self._changed:
            if self._items.get(item.number) != item:
                return None
            try:
                return self._path(item.number).read_bytes()[-item.size :]
            except OSError:
                log.exception("outbox: not readable, given up")
                del self._items[item.number]
                return None

    def remove(self, item: Item) -> None:
        """Forget an item: the cloud has it."""
        with self._changed:
            if item.number in self._items:
                self._delete(item.number)
            self._changed.notify_all()

    def give_up(self, item: Item, pictures: Elsewhere, reason: Reason) -> None:
        """Take a picture out: what is sent in its place says where it is, and why."""
        with self._changed:
            if self._items.get(item.number) == item and isinstance(item.about, Picture):
                self._replace(item.number, item.about, pictures, reason)

    def allow_pictures(self, allowed: bool) -> None:
        """Allow pictures, or forbid them and delete those that wait (DC-29)."""
        with self._changed:
            self._pictures = allowed
            if allowed:
                return
            for number, item in list(self._items.items()):
                if isinstance(item.about, Picture):
                    self._replace(number, item.about, "none", "motion-only")

    def _replace(self, number: int, about: Picture, pictures: Elsewhere, reason: Reason) -> None:
        instead = _in_place_of(about, pictures, reason)
        if instead:
            try:
                return self._write(number, *instead)
            except OSError:
                log.exception("outbox: not written")
        self._delete(number)
        return None

    def _delete(self, number: int) -> None:
        del self._items[number]
        self._path(number).unlink(missing_ok=True)

    def _write(self, number: int, about: Report | Picture, body: bytes) -> None:
        head = about.model_dump_json(exclude_none=True).encode()
        files.write(self._path(number), head + b"\n" + body)
        self._items[number] = Item(number, about, len(body))

    def _path(self, number: int) -> Path:
        return self._directory / f"{number:010d}"

    def _load(self) -> None:
        for path in sorted(self._directory.iterdir()):
            with path.open("rb") as file:
                head = file.readline()
            try:
                number, size = int(path.name), path.stat().st_size - len(head)
                self._items[number] = Item(number, _ABOUT.validate_json(head), size)
            except (ValueError, ValidationError):
                log.warning("outbox: unreadable, deleted: %s", path.name)
                path.unlink(missing_ok=True)

    def _trim(self) -> None:
        """Stay below the limit: later bursts go first, then first bursts, then the oldest word."""
        taken = sum(max(item.size, _BLOCK) for item in self._items.values())
        while taken > self._limit and len(self._items) > 1:
            victim = min(self._items.values(), key=_worth)
            log.warning("outbox: full, dropped number %d", victim.number)
            taken -= max(victim.size, _BLOCK)
            if isinstance(victim.about, Picture):
                self._replace(victim.number, victim.about, "none", "error")
                taken += _BLOCK if victim.number in self._items else 0
            else:
                self._delete(victim.number)


def _worth(item: Item) -> tuple[int, int]:
    """What goes first when there is no room."""
    if isinstance(item.about, Picture):
        return (0 if item.about.seq else 1), item.number
    return (2 if item.about.channel == Channel.MOTION else 3), item.number


def _in_place_of(
    about: Picture, pictures: Elsewhere, reason: Reason
) -> tuple[Report, bytes] | None:
    """What is said when a picture does not go: that a command failed; once an episode, the rest."""
    if about.command:
        result = CommandResult(
            id=about.command, state="failed", reason=reason, at=about.captured[-1]
        )
        return Report(channel=Channel.COMMAND_RESULT), _payload(result)
    if about.seq:
        return None
    report = about.report.model_copy(update={"pictures": pictures})
    return Report(channel=Channel.EPISODE, episode=report.episode), _payload(report)


def _payload(message: Message) -> bytes:
    return message.model_dump_json(exclude_none=True).encode()
