"""What ``security`` tells the other contexts of a guarded home."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from iot.messages.panel_facts import Position
from iot.panel.outcomes import AlarmKind
from lambdas.shared.events.base import Event, Sentence

GuardMode = Literal["off", "away-company", "home-company", "away-self", "home-self"]
"""解除, 外出ALSOK, 在宅ALSOK, 外出セルフ, 在宅セルフ (AL-15)."""


class AlarmRaised(Event):
    """A signal of a guarded home needs a person at the centre (AL-01). ``signal`` is its identity:
    said once or often, it is one."""

    source: ClassVar[str] = "mimamori.security"

    signal: str
    contract: str
    product: str
    home: str
    area: str
    area_name: str
    sensor: str  # the name that people gave it; empty for the controller itself
    kind: AlarmKind
    what: Sentence  # the kind in words
    mode: GuardMode
    sold: bool = Field(description="Whether somebody is sent for such a signal (AL-02, AL-03)")
    at: AwareDatetime  # when it happened, by the controller
    received_at: AwareDatetime
    position: Position | None = None  # where the pendant was with which somebody called for help
    file: str = ""  # the version of the home's alarm file in the directory; empty: there is none


class PictureAsked(Event):
    """Somebody is on the grounds of a home, where a camera stands: a picture of it is wanted at
    once (AL-08). ``picture`` is its id, by which the family looks at it."""

    source: ClassVar[str] = "mimamori.security"

    picture: str
    home: str
    thing: str  # the camera
    at: AwareDatetime  # when it happened, by the controller
    received_at: AwareDatetime


class AlarmAnswered(Event):
    """Somebody disarmed at the controller after an alarm: within the time in which a code takes it
    back, later, or in time although the controller fell silent. Whether it was a mistake the centre
    hears on the telephone (AL-20)."""

    source: ClassVar[str] = "mimamori.security"

    signal: str  # the first of the incident
    home: str
    how: Literal["aborted", "disarmed", "in_time"]
    who: str
    means: str
    at: AwareDatetime


class MedicalRead(Event):
    """Somebody of the centre read what an ambulance crew is told (救急情報, AL-06)."""

    source: ClassVar[str] = "mimamori.security"

    case: str
    home: str
    by: str
    at: AwareDatetime
