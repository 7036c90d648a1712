"""What cameras saw: said by ``ingest`` and ``detect``."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from iot.messages.camera import Box, EpisodeReport, Mode, Pictures
from lambdas.shared.events.base import Event, Sentence


class EpisodeReported(Event):
    """A camera says that an episode without an upload began, or that an episode ended."""

    source: ClassVar[str] = "mimamori.ingest"

    thing: str
    received_at: AwareDatetime
    report: EpisodeReport


Kind = Literal["motion", "light", "camera_moved", "blind", "person", "cat", "dog", "other"]


class MotionDetected(Event):
    """Something happened in a room: said once an episode, and again when it turns out to matter
    more. ``told``: the family is to hear of it; ``siren``: a guarding camera sounds its alarm;
    ``urgent``: also right after another notice."""

    source: ClassVar[str] = "mimamori.detect"

    event: str  # id
    home: str
    thing: str
    camera: str  # the name the family gave it
    kind: Kind
    mode: Mode
    at: AwareDatetime  # when it happened, by the camera (DC-26)
    detected_at: AwareDatetime  # when the cloud learnt of it
    level: float
    reason: Sentence
    boxes: list[Box] = Field(default_factory=list)
    pictures: Pictures
    picture: str = ""  # its object in the bucket of pictures, where it was uploaded
    told: bool = True
    siren: bool = False
    urgent: bool = False


class MotionEnded(Event):
    """The room is quiet again."""

    source: ClassVar[str] = "mimamori.detect"

    event: str
    home: str
    thing: str
    at: AwareDatetime
