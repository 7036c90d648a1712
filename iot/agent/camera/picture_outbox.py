"""The outbox of a camera: pictures wait beside reports.

A picture that cannot stay leaves its report behind, so that the detection itself is not lost.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from iot.agent.device.outbox import LIMIT, Item, Outbox, Report, payload
from iot.messages.base import CommandResult, Message
from iot.messages.camera import EpisodeReport
from iot.topics import Channel

log = logging.getLogger(__name__)

Elsewhere = Literal["none", "on-device"]
"""Where a picture is that is not in the cloud."""

Reason = Literal["motion-only", "no-picture-contract", "error"]
"""Why a snapshot could not be delivered."""


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


@dataclass(frozen=True)
class CameraItem(Item):
    """A report or a picture that waits."""

    @property
    def urgent(self) -> bool:
        """See Item."""
        return super().urgent or (
            isinstance(self.about, Picture) and self.about.command is not None
        )

    @property
    def episode(self) -> datetime | None:
        """The detection it belongs to."""
        if isinstance(self.about, Report):
            return self.about.episode
        return None if self.about.command else self.about.report.episode


class PictureOutbox(Outbox):
    """Reports and pictures. While ``pictures`` is forbidden, none is on the disk (DC-29)."""

    ABOUT: ClassVar[TypeAdapter[Any]] = TypeAdapter(
        Annotated[Report | Picture, Field(discriminator="kind")]
    )
    ITEM: ClassVar[type[Item]] = CameraItem

    def __init__(self, directory: Path, limit: int = LIMIT, *, pictures: bool = True) -> None:
        self._pictures = pictures
        super().__init__(directory, limit)
        self.allow_pictures(pictures)

    @property
    def detections(self) -> int:
        """How many episodes have something waiting."""
        with self._changed:
            items = self._items.values()
            return len({item.episode for item in items if isinstance(item, CameraItem)} - {None})

    def put(self, about: Message, body: bytes) -> None:
        """See Outbox. A forbidden picture is not kept; what is said in its place is."""
        with self._changed:
            if isinstance(about, Picture) and not self._pictures:
                instead = _in_place_of(about, "none", "motion-only")
                if instead is None:
                    return
                about, body = instead
            super().put(about, body)

    def next(self, most: int = 1) -> list[Item]:
        """The next item, with those pictures behind it that can be asked for along with it."""
        queue = self.queue()
        if not queue or isinstance(queue[0].about, Report):
            return queue[:1]
        purpose = queue[0].about.purpose
        alike = takewhile(
            lambda item: isinstance(item.about, Picture) and item.about.purpose == purpose, queue
        )
        return list(alike)[:most]

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

    def worth(self, item: Item) -> tuple[int, int]:
        """Later bursts go first, then first bursts, then minutes, then the oldest word."""
        if isinstance(item.about, Picture):
            return (0 if item.about.seq else 1), item.number
        return (2 if item.about.channel == Channel.MOTION else 3), item.number

    def drop(self, item: Item) -> None:
        """A picture leaves behind what is said in its place."""
        if isinstance(item.about, Picture):
            self._replace(item.number, item.about, "none", "error")
        else:
            super().drop(item)


def _in_place_of(
    about: Picture, pictures: Elsewhere, reason: Reason
) -> tuple[Report, bytes] | None:
    """What is said when a picture does not go: that a command failed; once an episode, the rest."""
    if about.command:
        result = CommandResult(
            id=about.command, state="failed", reason=reason, at=about.captured[-1]
        )
        return Report(channel=Channel.COMMAND_RESULT), payload(result)
    if about.seq:
        return None
    report = about.report.model_copy(update={"pictures": pictures})
    return Report(channel=Channel.EPISODE, episode=report.episode), payload(report)
