"""What ``security`` tells the other contexts of a guarded home."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from iot.panel.outcomes import AlarmKind
from lambdas.shared.events.base import Event, Sentence

ALARM_WORDS: Mapping[AlarmKind, Sentence] = {
    "fire": Sentence(ja="火災", en="fire"),
    "gas": Sentence(ja="ガス漏れ", en="gas"),
    "emergency": Sentence(ja="非常", en="emergency"),
    "duress": Sentence(ja="脅迫", en="duress"),
    "intrusion": Sentence(ja="侵入", en="intrusion"),
    "tamper": Sentence(ja="機器の異常", en="tampering"),
    "jamming": Sentence(ja="通信の妨害", en="jamming"),
    "life_rhythm": Sentence(ja="ライフリズム", en="no sign of life"),
    "water": Sentence(ja="漏水", en="water"),
    "premises": Sentence(ja="敷地内への侵入", en="somebody on the grounds"),
}
"""What an alarm is called. ``emergency`` is the button or pendant (非常), ``duress`` a code that
somebody was made to enter, ``premises`` somebody on the grounds (AL-08)."""

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
    mode: GuardMode
    sold: bool = Field(description="Whether somebody is sent for such a signal (AL-02, AL-03)")
    at: AwareDatetime  # when it happened, by the controller
    received_at: AwareDatetime
    file: str = ""  # the version of the home's alarm file in the directory; empty: there is none


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
