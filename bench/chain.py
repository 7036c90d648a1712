"""The whole chain over a camera's pictures, as the product runs it: the device's gate chooses the
pictures of an episode, they are packed into a burst, the detector judges what is unpacked, the
heaviest kind stands, and the policy says what is told and what sounds the siren.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from iot.agent.camera import burst_encoder
from iot.agent.camera.gate import Began, Ended, EpisodeRecorder, Happening, Shots
from iot.agent.camera.source import Frame
from iot.messages.camera import Mode, Tell
from iot.vision import burst
from iot.vision.motion import Motion
from iot.vision.settings import CameraSettings
from lambdas.detect.detector import Detector, Frames, PeopleAndPets
from lambdas.detect.event import belongs_to, weight
from lambdas.detect.policy import SILENT, Decision, decide
from lambdas.detect.verdict import Kind, Reason, Verdict

BEGIN = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Event:
    """What became of an episode. Seconds from the first picture."""

    start: float
    end: float
    within: float | None = None
    verdict: Verdict | None = None
    decision: Decision = SILENT
    told_at: float | None = None
    siren_at: float | None = None

    @property
    def kind(self) -> Kind:
        """The heaviest kind that was seen in it."""
        return self.verdict.kind if self.verdict else "none"


@dataclass
class Chain:
    """Runs the chain over pictures that are given one by one."""

    settings: CameraSettings = field(default_factory=CameraSettings)
    mode: Mode = "guard"
    tell: Tell = "people"
    detector: Detector = field(default_factory=PeopleAndPets)
    motions: list[Motion] = field(default_factory=list)
    found: dict[datetime, Event] = field(default_factory=dict)
    bursts: int = 0
    bytes: int = 0
    gate_cpu: float = 0.0  # seconds
    cloud_cpu: float = 0.0

    _now: float = 0.0

    def __post_init__(self) -> None:
        self.gate = EpisodeRecorder(
            sensitivity=self.settings.sensitivity, zones=self.settings.zones
        )

    def update(self, seconds: float, frame: Frame) -> Motion:
        """Take in a picture."""
        begun, self._now = time.process_time(), seconds
        motion, happenings = self.gate.update(BEGIN + timedelta(seconds=seconds), frame)
        self.gate_cpu += time.process_time() - begun
        self.motions.append(motion)
        self._take(happenings)
        return motion

    def finish(self) -> None:
        """No more pictures come."""
        self._take(self.gate.finish())

    @property
    def events(self) -> list[Event]:
        """Those that would be seen in the app, in order."""
        return sorted(
            (one for one in self.found.values() if one.verdict), key=lambda one: one.start
        )

    def _take(self, happenings: Iterable[Happening]) -> None:
        begun = time.process_time()
        for one in happenings:
            match one:
                case Began(episode, _, within):
                    start = _seconds(episode)
                    self.found[episode] = Event(start, start, _seconds(within) if within else None)
                case Shots():
                    self._judge(one)
                case Ended(episode, at):
                    self.found[episode].end = _seconds(at)
        self.cloud_cpu += time.process_time() - begun

    def _judge(self, shots: Shots) -> None:
        _, data = burst_encoder.develop(shots, self.mode)
        self.bursts += 1
        self.bytes += len(data)
        taken = burst.unpack(data)
        assert taken.manifest
        verdict = self.detector.judge(Frames.of(taken), self.settings)
        if verdict.kind == "none":
            return
        event = self.found[belongs_to(verdict.kind, shots.episode, shots.within)]
        known = event.verdict
        if known is None or _standing(verdict) > _standing(known):
            event.verdict = verdict
        decision = decide(verdict.kind, verdict.reason, self.mode, self.tell)
        if decision.told and event.told_at is None:
            event.told_at = self._now
        if decision.siren and event.siren_at is None:
            event.siren_at = self._now
        event.decision = Decision(
            told=decision.told or event.decision.told,
            siren=decision.siren or event.decision.siren,
        )


def _standing(verdict: Verdict) -> tuple[int, float, float]:
    return weight(verdict.kind), verdict.score, verdict.reason.seconds


def _seconds(at: datetime) -> float:
    return (at - BEGIN).total_seconds()


def reason_of(event: Event) -> Reason:
    """Why the event is what it is."""
    assert event.verdict
    return event.verdict.reason
