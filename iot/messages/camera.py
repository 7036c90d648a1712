"""What a camera and the cloud say to each other."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from iot.messages.base import HealthReport, Instant, Message

MAX_UPLOAD = 8 * 1024 * 1024
"""Bytes of one uploaded object."""

Mode = Literal["guard", "pet", "motion-only"]
"""guard 簡易な防犯: pictures and notices. pet ペット: pictures, notices and the motion chart.
motion-only シニア見守り: no picture exists anywhere, only motion values (DC-29, DC-30)."""

Response = Literal["none", "alarm", "voice"]
"""What the camera does when something is detected (DC-27)."""

Sensitivity = Literal["low", "normal", "high"]
"""How small and how faint a thing may be to count as motion."""

Tell = Literal["people", "anything"]
"""What a family wants to hear of: people (and pets, in pet mode), or anything that moves."""

Pictures = Literal["cloud", "on-device", "none"]
"""Where an episode's pictures are: uploaded, kept on the device (DC-22), never taken (DC-29)."""

EpisodeKind = Literal["motion", "light", "camera_moved", "blind"]
"""What a camera can tell by itself: who moved, it does not know."""

How = Literal["pushed", "shaken", "turned", "covered", "black", "frozen", "unsharp", "no-source"]
"""What became of a camera. Pushed or shaken, it still sees its room; otherwise it is blind.
no-source: it gives no pictures at all."""

Level = Annotated[float, Field(ge=0, le=1)]
"""Motion level: share of the picture that changed, weighted by contrast (iot/vision/motion)."""


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
    expires_at: AwareDatetime  # the URL's own


Refusal = Literal[
    "no-picture-contract", "motion-only", "not-entitled", "unknown-device", "bad-request"
]


class UploadGrant(Message):
    """The answer: as many grants as objects, or why there are none."""

    id: str  # the request's; empty when that could not be read
    grants: list[Grant] = Field(default=[])
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
    kind: EpisodeKind = "motion"
    how: How | None = None
    level: Level
    boxes: list[Box] = Field(default=[], max_length=16)
    pictures: Pictures
    mode: Mode


class WalkReport(Message):
    """What a camera saw of somebody who walked through its room when it was set up: their height
    in each of nine parts of the picture, rows from above, as a share of its height."""

    at: Instant  # when the walk ended
    heights: list[Annotated[float, Field(ge=0, le=1)] | None] = Field(min_length=9, max_length=9)


class StatusReport(HealthReport):
    """A camera's health."""

    mode: Mode
    pictures_on_device: int = Field(ge=0)
    sd_card: bool
    blind: How | None = None  # why it sees nothing
    restless: list[Box] = Field(default=[], max_length=16)  # places that always move
    walk: WalkReport | None = None  # the last one since the camera was started
    turns: bool = False  # whether it can be turned (AL-68)


Action = Literal["alarm", "voice", "stop", "snapshot", "record", "walk", "turn"]

Direction = Literal["left", "right", "up", "down"]
"""Where a camera turns to, one step (パン・チルト, AL-68)."""


class Command(Message):
    """What the cloud asks of a device. Not carried out after ``expires_at``."""

    id: str = Field(min_length=1, max_length=64)
    action: Action
    expires_at: AwareDatetime
    seconds: int = Field(default=10, ge=1, le=120)
    event: str | None = None  # the event it answers
    direction: Direction | None = None  # of a turn

    @model_validator(mode="after")
    def _where_to(self) -> Self:
        if (self.action == "turn") != (self.direction is not None):
            raise ValueError("a turn has a direction, nothing else has")
        return self


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
    tell: Tell = "people"
