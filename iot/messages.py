"""What devices and the cloud say to each other over MQTT (JSON), as validated models.

Instants are ISO 8601 with an offset. Unknown fields are refused: a device that says something the
cloud does not understand must be noticed, not half understood.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

MAX_PAYLOAD = 16 * 1024
"""Bytes of an MQTT payload that the cloud takes."""

MAX_UPLOAD = 8 * 1024 * 1024
"""Bytes of one uploaded object."""

Mode = Literal["guard", "pet", "motion-only"]
"""guard 簡易な防犯: pictures and notices. pet ペット: pictures, notices and the motion chart.
motion-only シニア見守り: no picture exists anywhere, only motion values (DC-29, DC-30)."""

Response = Literal["none", "alarm", "voice"]
"""What the camera does when something is detected (DC-27)."""

Sensitivity = Literal["low", "normal", "high"]
"""How small and how faint a thing may be to count as motion."""

Pictures = Literal["cloud", "on-device", "none"]
"""Where an episode's pictures are: uploaded, kept on the device (DC-22), never taken (DC-29)."""

Level = Annotated[float, Field(ge=0, le=1)]
"""Motion level: share of the picture that changed, weighted by contrast (iot/vision/motion)."""


def _of_our_time(at: datetime) -> datetime:
    """A clock at the edges of the calendar is refused: there, no other time zone can be reached."""
    if not 1970 <= at.year < 2100:
        raise ValueError("not of our time")
    return at


Instant = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
"""When a device says that something happened."""


class Message(BaseModel):
    """Base of all messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Envelope(BaseModel):
    """A device's message as a topic rule passes it on (iot/topics.ENVELOPE_SQL)."""

    model_config = ConfigDict(frozen=True)

    payload: str  # Base64 of the bytes as published
    client: str
    topic: str
    received: int  # epoch milliseconds


class UploadObject(Message):
    """One object the device wants to upload."""

    bytes: int = Field(gt=0, le=MAX_UPLOAD)
    type: Literal["application/zip", "image/jpeg"]


class UploadRequest(Message):
    """Ask for grants, several at a time. The id becomes part of the objects' keys."""

    id: str = Field(pattern=r"^[A-Za-z0-9-]{1,64}$")
    purpose: Literal["motion", "snapshot"] = "motion"
    objects: list[UploadObject] = Field(min_length=1, max_length=16)


class Grant(Message):
    """One presigned PUT: send exactly the bytes announced, with the Content-Type announced."""

    url: str
    key: str
    expires_at: AwareDatetime


Refusal = Literal[
    "no-picture-contract", "motion-only", "not-entitled", "unknown-device", "bad-request"
]


class UploadGrant(Message):
    """The answer: as many grants as objects, or why there are none."""

    id: str  # the request's; empty when that could not be read
    grants: list[Grant] = []
    refused: Refusal | None = None


class MotionMinute(Message):
    """Motion during one minute (DC-28)."""

    at: Instant  # the minute's beginning
    level: Level  # mean
    peak: Level
    frames: int = Field(ge=1)


class MotionReport(Message):
    """Motion by the minute, a few minutes at a time, late ones too (DC-26)."""

    minutes: list[MotionMinute] = Field(min_length=1, max_length=120)


class PositionReport(Message):
    """Where a responder's phone is (WGS 84, degrees), about once a minute on duty (AL-12)."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    at: Instant


class Box(Message):
    """Where something moved, as fractions of the picture."""

    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)
    w: float = Field(ge=0, le=1)
    h: float = Field(ge=0, le=1)


class EpisodeReport(Message):
    """An episode that began without an upload, or one that ended.

    ``episode`` is its identity: the instant at which the device saw it begin, the same as in the
    manifest of its bursts.
    """

    episode: Instant
    ended_at: Instant | None = None
    kind: Literal["motion", "light", "camera_moved"] = "motion"
    level: Level
    boxes: list[Box] = Field(default=[], max_length=16)
    pictures: Pictures
    mode: Mode


class StatusReport(Message):
    """A device's health, at start, every hour and when something in it changes."""

    at: Instant
    mode: Mode
    firmware: str = Field(max_length=32)
    pictures_on_device: int = Field(ge=0)
    sd_card: bool
    waiting: int = Field(ge=0)  # detections kept for sending (DC-26)


Action = Literal["alarm", "voice", "stop", "snapshot", "record"]


class Command(Message):
    """What the cloud asks of a device. Not carried out after ``expires_at``."""

    id: str = Field(min_length=1, max_length=64)
    action: Action
    expires_at: AwareDatetime
    seconds: int = Field(default=10, ge=1, le=120)
    event: str | None = None  # the event it answers


class CommandResult(Message):
    """What became of a command."""

    id: str = Field(min_length=1, max_length=64)
    state: Literal["done", "failed"]
    reason: (
        Literal["no-media", "unsupported", "expired", "motion-only", "no-picture-contract", "error"]
        | None
    ) = None
    at: Instant


Thousandth = Annotated[int, Field(ge=0, le=1000)]
"""Of the picture's width or height."""

TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""Japan's time, as 07:30."""


class Zone(Message):
    """A part of the picture: motion in what is to be ignored does not count, and where a part is to
    be guarded, no other does. The points are corners, x and y; a rectangle has four.

    With times it holds from ``since`` until ``until`` each day, also over midnight.
    """

    use: Literal["ignore", "guard"]
    points: list[tuple[Thousandth, Thousandth]] = Field(min_length=3, max_length=16)
    since: TimeOfDay | None = None
    until: TimeOfDay | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.since is None) != (self.until is None):
            raise ValueError("since and until belong together")
        return self

    def holds(self, time: str) -> bool:
        """Whether the zone holds at a time of day, as 07:30."""
        if self.since is None or self.until is None:
            return True
        if self.since <= self.until:
            return self.since <= time < self.until
        return time >= self.since or time < self.until


class CameraState(Message):
    """The shadow's state, desired and reported."""

    mode: Mode = "guard"
    response: Response = "none"
    sensitivity: Sensitivity = "normal"
    zones: tuple[Zone, ...] = ()


def minute_of(at: datetime) -> datetime:
    """The beginning of the minute that ``at`` lies in."""
    return at.replace(second=0, microsecond=0)
