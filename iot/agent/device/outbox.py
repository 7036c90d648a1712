"""What waits to be sent, on disk: it outlives a night without network and a power cut (DC-26).

One file an item: a line of JSON that says what it is, then the bytes to send. Files are numbered
in the order in which things happened, and an item goes when the cloud has confirmed it, not before.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from iot.agent.device import files
from iot.messages.base import Message
from iot.topics import Channel

log = logging.getLogger(__name__)

LIMIT = 200 * 1024 * 1024
"""Bytes an outbox may take."""

BLOCK = 4096
"""Bytes that the smallest file takes of a disk."""


class Report(Message):
    """A message for the cloud; the item's bytes are its payload."""

    kind: Literal["report"] = "report"
    channel: Channel
    episode: AwareDatetime | None = None


@dataclass(frozen=True)
class Item:
    """Something that waits. ``about`` says what it is, ``size``: bytes to send."""

    number: int
    about: Any
    size: int

    @property
    def urgent(self) -> bool:
        """Somebody asked for it and is waiting: it overtakes."""
        return isinstance(self.about, Report) and self.about.channel == Channel.COMMAND_RESULT


class Outbox:
    """The items in a directory, in order: reports. Every method may be called from any thread.

    A device that sends more than reports extends it: ``ABOUT`` reads what an item is, ``worth``
    says what goes first when there is no room, ``drop`` how it goes.
    """

    ABOUT: ClassVar[TypeAdapter[Any]] = TypeAdapter(Report)
    ITEM: ClassVar[type[Item]] = Item

    def __init__(self, directory: Path, limit: int = LIMIT) -> None:
        self._directory = directory
        self._limit = limit
        self._items: dict[int, Item] = {}
        self._number = 0
        self._changed = threading.Condition(threading.RLock())
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        files.sweep(directory)
        self._load()
        self._number = max(self._items, default=0)

    def __len__(self) -> int:
        with self._changed:
            return len(self._items)

    def put(self, about: Message, body: bytes) -> None:
        """Keep something for sending. What a full or broken disk does not take is lost."""
        with self._changed:
            self._number += 1
            try:
                self._write(self._number, about, body)
                self._trim()
            except OSError:
                log.exception("outbox: not written")
            self._changed.notify_all()

    def say(self, channel: Channel, message: Message, episode: datetime | None = None) -> None:
        """Keep a message for sending."""
        self.put(Report(channel=channel, episode=episode), payload(message))

    def wait(self, timeout: float) -> bool:
        """Whether there is something to send, after waiting for it up to ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._items), timeout)

    def queue(self) -> list[Item]:
        """The items in the order in which they are to be sent."""
        with self._changed:
            return sorted(self._items.values(), key=lambda item: (not item.urgent, item.number))

    def next(self, most: int = 1) -> list[Item]:
        """The next items that can be sent together, ``most`` of them."""
        return self.queue()[:1] if most else []

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

    def worth(self, item: Item) -> tuple[int, int]:
        """What is worth least goes first when there is no room: the oldest."""
        return 0, item.number

    def drop(self, item: Item) -> None:
        """Take out an item that there is no room for."""
        self._delete(item.number)

    def _delete(self, number: int) -> None:
        del self._items[number]
        self._path(number).unlink(missing_ok=True)

    def _write(self, number: int, about: Message, body: bytes) -> None:
        head = about.model_dump_json(exclude_none=True).encode()
        files.write(self._path(number), head + b"\n" + body)
        self._items[number] = self.ITEM(number, about, len(body))

    def _path(self, number: int) -> Path:
        return self._directory / f"{number:010d}"

    def _load(self) -> None:
        for path in sorted(self._directory.iterdir()):
            with path.open("rb") as file:
                head = file.readline()
            try:
                number, size = int(path.name), path.stat().st_size - len(head)
                self._items[number] = self.ITEM(number, self.ABOUT.validate_json(head), size)
            except (ValueError, ValidationError):
                log.warning("outbox: unreadable, deleted: %s", path.name)
                path.unlink(missing_ok=True)

    def _trim(self) -> None:
        """Stay below the limit, by dropping what is worth least."""
        while len(self._items) > 1 and self._taken() > self._limit:
            victim = min(self._items.values(), key=self.worth)
            log.warning("outbox: full, dropped number %d", victim.number)
            self.drop(victim)

    def _taken(self) -> int:
        return sum(max(item.size, BLOCK) for item in self._items.values())


def payload(message: Message) -> bytes:
    """A message as it is published."""
    return message.model_dump_json(exclude_none=True).encode()
