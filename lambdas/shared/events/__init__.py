"""The events that contexts speak through: typed, on one EventBridge bus, a module a context.

``source`` is ``mimamori.<context>``, ``detail-type`` the class's name, ``detail`` its JSON.
"""

from collections.abc import Mapping
from typing import Any

from iot.panel.outcomes import AlarmKind
from lambdas.shared.events.base import Event, Sentence
from lambdas.shared.events.detect import EpisodeReported, Kind, MotionDetected, MotionEnded
from lambdas.shared.events.dispatch import (
    AlarmProgress,
    DispatchSettled,
    EmptyHomeVisited,
    PartnerRegistered,
    ResponderAvailable,
)
from lambdas.shared.events.homes import DisclosureAsked, ErasureAgreed
from lambdas.shared.events.notices import (
    Audience,
    Contractor,
    Invited,
    Members,
    Notice,
    NoticeKind,
    Person,
    PhonesOf,
    PictureAddresses,
    StaffGroup,
)
from lambdas.shared.events.security import (
    AlarmAnswered,
    AlarmRaised,
    GuardMode,
    MedicalRead,
    PictureAsked,
)

__all__ = [
    "EVENTS",
    "AlarmAnswered",
    "AlarmKind",
    "AlarmProgress",
    "AlarmRaised",
    "Audience",
    "Contractor",
    "DisclosureAsked",
    "DispatchSettled",
    "EmptyHomeVisited",
    "EpisodeReported",
    "ErasureAgreed",
    "Event",
    "GuardMode",
    "Invited",
    "Kind",
    "MedicalRead",
    "Members",
    "MotionDetected",
    "MotionEnded",
    "Notice",
    "NoticeKind",
    "PartnerRegistered",
    "Person",
    "PhonesOf",
    "PictureAddresses",
    "PictureAsked",
    "ResponderAvailable",
    "Sentence",
    "StaffGroup",
    "parse",
]

EVENTS: Mapping[str, type[Event]] = {
    event.detail_type(): event
    for event in (
        AlarmAnswered,
        AlarmProgress,
        AlarmRaised,
        DisclosureAsked,
        DispatchSettled,
        EmptyHomeVisited,
        EpisodeReported,
        ErasureAgreed,
        MedicalRead,
        MotionDetected,
        MotionEnded,
        Notice,
        PartnerRegistered,
        PictureAsked,
        ResponderAvailable,
    )
}


def parse(envelope: Mapping[str, Any]) -> Event:
    """The event in an EventBridge envelope.

    Raises KeyError for an unknown detail-type, pydantic.ValidationError for a detail that does not
    fit.
    """
    return EVENTS[envelope["detail-type"]].model_validate(envelope["detail"])
