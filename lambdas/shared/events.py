"""The events that contexts speak through: typed, on one EventBridge bus.

``source`` is ``mimamori.<context>``, ``detail-type`` the class's name, ``detail`` its JSON.
Every event carries the identity of the business fact, so that taking one twice changes nothing.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages.camera import Box, EpisodeReport, Mode, Pictures


class Event(BaseModel):
    """Base of all events."""

    model_config = ConfigDict(frozen=True)

    source: ClassVar[str]

    @classmethod
    def detail_type(cls) -> str:
        """The event's name on the bus."""
        return cls.__name__


class EpisodeReported(Event):
    """A camera says that an episode without an upload began, or that an episode ended."""

    source: ClassVar[str] = "mimamori.ingest"

    thing: str
    received_at: AwareDatetime
    report: EpisodeReport


class Sentence(BaseModel):
    """One sentence in each language."""

    model_config = ConfigDict(frozen=True)

    ja: str
    en: str

    def text(self, language: str) -> str:
        """The sentence in ``language``, Japanese where there is no other."""
        return self.en if language == "en" else self.ja


Kind = Literal["motion", "light", "camera_moved", "person", "cat", "dog", "other"]


class MotionDetected(Event):
    """Something happened in a room: said once an episode."""

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
    boxes: list[Box] = []
    pictures: Pictures


class MotionEnded(Event):
    """The room is quiet again."""

    source: ClassVar[str] = "mimamori.detect"

    event: str
    home: str
    thing: str
    at: AwareDatetime


NoticeKind = Literal[
    "applied",
    "accepted",
    "refused",
    "started",
    "paused",
    "pause_extended",
    "resumed",
    "suspended",
    "suspension_lifted",
    "cancelled",
    "terminated",
    "service_ended",
    "invoice",
    "payment_failed",
    "payment_reminder",
    "price_change",
    "service_end_ahead",
    "return_reminder",
    "app_locked",
    "interruption",
    "pays_directly",
    "claim_applied",
    "claim_approved",
    "claim_denied",
    "claim_paid",
    "run_summary",
    "bank_file_taken",
    "bank_file_refused",
]


class ContractNotice(Event):
    """Something about a contract that one person is to be told by mail, once an ``id``."""

    source: ClassVar[str] = "mimamori.billing"

    id: str
    kind: NoticeKind
    rule: str
    contract: str
    at: AwareDatetime
    person: str  # the login's subject, or the address of somebody without one
    name: str
    email: str
    product: Sentence
    values: dict[str, str] = {}


CaseNoticeKind = Literal[
    "consent_asked",
    "consent_granted",
    "consent_refused",
    "consent_unconfirmed",
    "consent_stopped",
    "consent_replaced",
    "visit_result",
    "visit_impossible",
    "visit_cancelled",
    "visit_refused",
    "staff_breach",
    "staff_audit",
]


class CaseNotice(Event):
    """Something about a consent or a home check that one person is to be told by mail, once an
    ``id``."""

    source: ClassVar[str] = "mimamori.dispatch"

    id: str
    kind: CaseNoticeKind
    rule: str
    case: str
    home: str
    at: AwareDatetime
    person: str  # the login's subject, or the address of somebody without one
    name: str
    email: str
    values: dict[str, str] = {}


class PartnerRegistered(Event):
    """A contractor registered with the partner who makes home checks (DC-31)."""

    source: ClassVar[str] = "mimamori.dispatch"

    contract: str
    case: str
    at: AwareDatetime
    by: str  # the contractor's login


EVENTS: Mapping[str, type[Event]] = {
    event.detail_type(): event
    for event in (
        EpisodeReported,
        MotionDetected,
        MotionEnded,
        ContractNotice,
        CaseNotice,
        PartnerRegistered,
    )
}


def parse(envelope: Mapping[str, Any]) -> Event:
    """The event in an EventBridge envelope.

    Raises KeyError for an unknown detail-type, pydantic.ValidationError for a detail that does not
    fit.
    """
    return EVENTS[envelope["detail-type"]].model_validate(envelope["detail"])
