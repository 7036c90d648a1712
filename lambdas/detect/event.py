"""An event: what a camera saw during one episode. Plain functions over what is stored of it."""

from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages.camera import Mode, Pictures, Tell
from lambdas.detect.policy import decide
from lambdas.detect.verdict import Box, Kind, Reason, Verdict
from lambdas.shared import events

LATE = timedelta(minutes=2)
"""An event told longer after it happened was kept by an offline device (DC-26)."""

SAME_EPISODE = timedelta(seconds=30)
"""Lone pictures of one camera this close together belong to one episode."""

_WEIGHT: dict[Kind, int] = {
    "none": 0,
    "light": 1,
    "camera_moved": 2,
    "other": 3,
    "motion": 4,
    "cat": 5,
    "dog": 5,
    "person": 6,
    "blind": 7,
}


def weight(kind: Kind) -> int:
    """How much a kind matters: a later, heavier one replaces what was said of an episode."""
    return _WEIGHT[kind]


def event_id(thing: str, episode: datetime) -> str:
    """The event's id: when and which camera. Sorts by time; the same however often it is made."""
    at = episode.astimezone(UTC)
    return f"{at:%Y%m%dT%H%M%S}.{at.microsecond // 1000:03d}Z-{thing}"


def picture_key(home: str, id: str) -> str:
    """The object in the bucket of pictures that holds the picture of an event or a snapshot."""
    return f"pictures/{home}/{id}.jpg"


def belongs_to(kind: Kind, episode: datetime, within: datetime | None) -> datetime:
    """The event that a verdict belongs to: somebody new within a running episode is an event of
    their own once they have a name; till then they are part of it."""
    return episode if within is None or kind in ("person", "cat", "dog") else within


class SeenEvent(BaseModel):
    """What is known of an episode. ``kind`` is the heaviest that was seen in it."""

    model_config = ConfigDict(frozen=True)

    id: str
    home: str
    thing: str
    camera: str
    mode: Mode
    at: AwareDatetime
    detected_at: AwareDatetime
    kind: Kind
    level: float
    score: float
    boxes: tuple[Box, ...] = ()
    reason: Reason
    detector: str
    pictures: Pictures
    told: bool = False
    siren: bool = False
    urgent: bool = False
    announced: Kind | None = None
    announced_told: bool = False
    announced_siren: bool = False

    @property
    def late(self) -> bool:
        """Whether the device could tell us only later (DC-26)."""
        return self.detected_at - self.at > LATE

    def to_be_announced(self) -> bool:
        """Whether the bus has not yet heard how much this matters."""
        return (
            self.announced is None
            or weight(self.kind) > weight(self.announced)
            or (self.told and not self.announced_told)
            or (self.siren and not self.announced_siren)
        )

    def announcement(self) -> events.MotionDetected:
        """What the bus is told."""
        assert self.kind != "none"
        return events.MotionDetected(
            event=self.id,
            home=self.home,
            thing=self.thing,
            camera=self.camera,
            kind=self.kind,
            mode=self.mode,
            at=self.at,
            detected_at=self.detected_at,
            level=self.level,
            reason=events.Sentence(ja=self.reason.text("ja"), en=self.reason.text("en")),
            pictures=self.pictures,
            picture=picture_key(self.home, self.id) if self.pictures == "cloud" else "",
            told=self.told,
            siren=self.siren,
            urgent=self.urgent,
        )


def merged(known: SeenEvent | None, seen: SeenEvent) -> SeenEvent:
    """What is known after ``seen``: the heavier kind, then the surer score, then the longer stands.

    The order in which the parts of an episode arrive, and how often, makes no difference.
    """
    if known is None:
        return seen
    first = min(known.detected_at, seen.detected_at)
    best = max(known, seen, key=_standing)
    return best.model_copy(
        update={
            "detected_at": first,
            "told": known.told or seen.told,
            "siren": known.siren or seen.siren,
            "urgent": known.urgent or seen.urgent,
            "announced": known.announced,
            "announced_told": known.announced_told,
            "announced_siren": known.announced_siren,
        }
    )


def _standing(event: SeenEvent) -> tuple[int, float, float, str]:
    """By what one part of an episode stands above another; among equals, by anything fixed."""
    rest = event.model_dump_json(
        exclude={"detected_at", "announced", "announced_told", "announced_siren"}
    )
    return weight(event.kind), event.score, event.reason.seconds, rest


def from_verdict(
    verdict: Verdict,
    *,
    home: str,
    thing: str,
    camera: str,
    mode: Mode,
    episode: datetime,
    detected_at: datetime,
    pictures: Pictures,
    tell: Tell = "people",
    episode_within: bool = False,
) -> SeenEvent:
    """The event that a verdict amounts to. ``episode_within``: somebody new within a running
    episode, of whom people hear also right after the first."""
    decision = decide(verdict.kind, verdict.reason, mode, tell, pictures)
    return SeenEvent(
        id=event_id(thing, episode),
        home=home,
        thing=thing,
        camera=camera,
        mode=mode,
        at=episode,
        detected_at=detected_at,
        pictures=pictures,
        told=decision.told,
        siren=decision.siren,
        urgent=verdict.kind == "blind" or episode_within,
        **verdict.model_dump(exclude={"key_frame"}),
    )
